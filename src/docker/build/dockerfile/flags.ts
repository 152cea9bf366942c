import { didYouMean } from './words.ts';

/** A flag of an instruction: how often it may come and what it takes. */
export type FlagKind = 'string' | 'bool' | 'list';

/** The flags of one instruction, checked. */
export interface InstructionFlags {
  string(name: string): string;
  list(name: string): readonly string[];
  bool(name: string): boolean;
}

/**
 * Reads `--name=value` words as frontend/dockerfile/instructions/bflag.go does. Throws an Error with its words.
 */
export function readFlags(
  words: readonly string[],
  known: Readonly<Record<string, FlagKind>>,
): InstructionFlags {
  const values = new Map<string, string[]>();
  for (const word of words) {
    const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const kind = known[name];
    if (kind === undefined) throw new Error(`unknown flag: --${name}${didYouMean(name, Object.keys(known))}`);
    const before = values.get(name) ?? [];
    if (kind !== 'list' && before.length > 0) throw new Error(`duplicate flag specified: ${name}`);
    if (kind === 'bool') {
      const text = (value ?? 'true').toLowerCase();
      if (text !== 'true' && text !== 'false')
        throw new Error(`expecting boolean value for flag ${name}, not: ${value}`);
      values.set(name, [text]);
    } else {
      if (value === undefined) throw new Error(`missing a value on flag: ${name}`);
      values.set(name, [...before, value]);
    }
  }
  return {
    string: (name) => values.get(name)?.[0] ?? '',
    list: (name) => values.get(name) ?? [],
    bool: (name) => values.get(name)?.[0] === 'true',
  };
}
