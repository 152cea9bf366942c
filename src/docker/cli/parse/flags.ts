import { type CommandSpec, type FlagSpec, findFlag, takesValue } from '../../spec/spec.ts';
import { deprecation, hiddenFlags } from './hidden.ts';
import {
  parseBool,
  parseBytes,
  parseCpus,
  parseDuration,
  parseInteger,
  quote,
  ValueError,
} from './numbers.ts';
import { BY_NAME, BY_TYPE } from './validators.ts';

/** A command line that pflag would refuse; `message` is its text. `help` when `--help` was asked for. */
export class FlagError extends Error {}

/** Older spellings: they set the flag they stand for. */
const SYNONYMS: Readonly<Record<string, string>> = {
  net: 'network',
  'net-alias': 'network-alias',
  'dns-opt': 'dns-option',
  time: 'timeout',
};

/** The values of a parsed command line, by long name; each reads what was given last, or the default. */
export class Flags {
  readonly #spec: CommandSpec;
  readonly #given = new Map<string, string[]>();

  constructor(spec: CommandSpec) {
    this.#spec = spec;
  }

  set(name: string, value: string): void {
    const key = SYNONYMS[name] ?? name;
    this.#given.set(key, [...(this.#given.get(key) ?? []), value]);
  }

  /** Was the flag written? */
  changed(name: string): boolean {
    return this.#given.has(name);
  }

  /** Names of all flags that were written. */
  get names(): readonly string[] {
    return [...this.#given.keys()];
  }

  string(name: string): string {
    return this.#given.get(name)?.at(-1) ?? this.#default(name) ?? '';
  }

  bool(name: string): boolean {
    const value = this.#given.get(name)?.at(-1) ?? this.#default(name);
    return value !== undefined && parseBool(value);
  }

  int(name: string): number {
    // Some defaults carry a remark: `0 = unlimited`.
    const value = this.#given.get(name)?.at(-1) ?? this.#default(name)?.split(' ')[0];
    return value === undefined ? 0 : parseInteger(value);
  }

  /** Every value, in the order written. */
  list(name: string): readonly string[] {
    return this.#given.get(name) ?? [];
  }

  /** A size in bytes; -1 stays -1. */
  bytes(name: string): number {
    const value = this.#given.get(name)?.at(-1);
    return value === undefined ? 0 : value === '-1' ? -1 : parseBytes(value);
  }

  /** Billionths of a CPU. */
  cpus(name: string): number {
    const value = this.#given.get(name)?.at(-1);
    return value === undefined ? 0 : parseCpus(value);
  }

  /** Nanoseconds. */
  duration(name: string): number {
    const value = this.#given.get(name)?.at(-1);
    return value === undefined ? 0 : parseDuration(value);
  }

  /** `key=value` items as a record; the last one of a key counts. */
  map(name: string): Record<string, string> {
    return toRecord(this.list(name));
  }

  #default(name: string): string | undefined {
    return findFlag(this.#spec, name)?.default;
  }
}

/** `['a=1', 'b']` ⇒ `{a: '1', b: ''}` */
export function toRecord(items: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const item of items) {
    const at = item.indexOf('=');
    out[at < 0 ? item : item.slice(0, at)] = at < 0 ? '' : item.slice(at + 1);
  }
  return out;
}

export interface Parsed {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** `--help` or `-h` was written; `shorthand` is the deprecated `-h`. */
  readonly help: 'no' | 'long' | 'shorthand';
  /** Deprecated spellings that were used, as pflag reports them. */
  readonly notes: readonly string[];
}

/**
 * Reads a command line as pflag does. `interspersed` false stops at the first argument (`docker run IMAGE --not-a-flag`).
 * Throws `FlagError` with pflag's words.
 */
export function parseFlags(spec: CommandSpec, words: readonly string[], interspersed: boolean): Parsed {
  const flags = new Flags(spec);
  const known = [...spec.flags, ...hiddenFlags(spec.id)];
  const args: string[] = [];
  const notes: string[] = [];
  const rest = [...words];

  const set = (flag: FlagSpec, value: string): void => {
    check(flag, value);
    flags.set(flag.name, value);
    const note = deprecation(spec.id, flag.name);
    if (note !== undefined) notes.push(note);
  };

  const long = (word: string): boolean => {
    const body = word.slice(2);
    if (body.startsWith('-') || body.startsWith('=')) throw new FlagError(`bad flag syntax: ${word}`);
    const at = body.indexOf('=');
    const name = at < 0 ? body : body.slice(0, at);
    const flag = known.find((candidate) => candidate.name === name);
    if (flag === undefined || (name === 'help' && flag.type === 'bool')) {
      if (name === 'help') return true;
      throw new FlagError(`unknown flag: --${name}`);
    }
    if (at >= 0) set(flag, body.slice(at + 1));
    else if (!takesValue(flag)) set(flag, 'true');
    else {
      const value = rest.shift();
      if (value === undefined) throw new FlagError(`flag needs an argument: ${word}`);
      set(flag, value);
    }
    return false;
  };

  const short = (word: string): boolean => {
    let letters = word.slice(1);
    while (letters !== '') {
      const letter = String.fromCodePoint(letters.codePointAt(0) ?? 0);
      const flag = known.find((candidate) => candidate.short === letter);
      if (flag === undefined) {
        if (letter === 'h') return true;
        throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`);
      }
      const after = letters.slice(letter.length);
      if (after.startsWith('=') && after.length > 1) {
        set(flag, after.slice(1));
        return false;
      }
      if (!takesValue(flag)) {
        set(flag, 'true');
        letters = after;
        continue;
      }
      const value = after !== '' ? after : rest.shift();
      if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in -${letters}`);
      set(flag, value);
      return false;
    }
    return false;
  };

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      args.push(...rest);
      break;
    }
    if (word.startsWith('--')) {
      if (long(word)) return { flags, args, help: 'long', notes };
    } else if (word.startsWith('-') && word !== '-') {
      if (short(word)) return { flags, args, help: 'shorthand', notes };
    } else {
      args.push(word);
      if (!interspersed) {
        args.push(...rest);
        break;
      }
    }
  }
  return { flags, args, help: 'no', notes };
}

/** How pflag names a flag in an error: `-m, --memory`. */
const nameOf = (flag: FlagSpec): string =>
  flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;

function check(flag: FlagSpec, value: string): void {
  try {
    if (!(flag.name === 'memory-swap' && value === '-1')) BY_TYPE[flag.type]?.(value);
    if (flag.type === 'list' || flag.type === 'map') BY_NAME[SYNONYMS[flag.name] ?? flag.name]?.(value);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new FlagError(`invalid argument ${quote(value)} for ${quote(nameOf(flag))} flag: ${error.message}`);
  }
}
