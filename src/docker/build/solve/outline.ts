import type { Lines } from '../dockerfile/error.ts';
import type { Stage } from '../dockerfile/instructions.ts';
import { readMount } from '../dockerfile/mount.ts';
import { secretId } from './mounts.ts';

/** An argument of a build, with what is said above it. */
export interface OutlineArg {
  readonly name: string;
  readonly value: string;
  readonly comments: readonly string[];
  readonly lines: Lines;
}

interface OutlineSecret {
  readonly name: string;
  readonly required: boolean;
  readonly lines: Lines;
}

/** What a target wants to be told (`docker build --call=outline`). */
export interface Outline {
  readonly target: { readonly name: string; readonly comments: readonly string[] };
  readonly args: readonly OutlineArg[];
  readonly secrets: readonly OutlineSecret[];
}

const byLine = (a: { readonly lines: Lines }, b: { readonly lines: Lines }): number =>
  a.lines.start - b.lines.start;

/** The arguments and secrets of the stages a target needs; `globalArg` finds an argument before the first FROM. */
export function outlineOf(
  target: Outline['target'] | undefined,
  stages: readonly {
    readonly stage: Stage;
    readonly values: ReadonlyMap<string, string | undefined> | undefined;
  }[],
  globalArg: (name: string) => OutlineArg | undefined,
): Outline {
  const args = new Map<string, OutlineArg>();
  const secrets = new Map<string, OutlineSecret>();
  const add = (arg: OutlineArg | undefined): void => {
    if (arg !== undefined && !args.has(arg.name)) args.set(arg.name, arg);
  };
  for (const { stage, values } of stages) {
    for (const [, name = ''] of stage.from.base.matchAll(/\$\{?(\w+)/g)) add(globalArg(name));
    for (const instruction of stage.commands) {
      if (instruction.kind === 'ARG')
        for (const { key, value } of instruction.args) {
          const { comments } = instruction;
          const own = { name: key, value: values?.get(key) ?? '', comments, lines: instruction };
          add(value === undefined ? (globalArg(key) ?? own) : own);
        }
      if (instruction.kind !== 'RUN') continue;
      for (const written of instruction.mounts) {
        const { type, options, required } = readMount(written, (word) => word);
        const name = secretId(options);
        if (type === 'secret' && !secrets.has(name))
          secrets.set(name, { name, required, lines: instruction });
      }
    }
  }
  return {
    target: target ?? { name: '', comments: [] },
    args: [...args.values()].sort(byLine),
    secrets: [...secrets.values()].sort(byLine),
  };
}
