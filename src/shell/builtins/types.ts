import type { Sys } from '../../docker/kernel/wait.ts';
import type { Expanded } from '../run/assign.ts';
import type { Files } from '../run/redirect.ts';
import type { Shell } from '../run/shell.ts';

/** What a builtin is told besides its arguments. */
export interface BuiltinContext {
  /** Arguments that are assignments (`export A=1`), by position. */
  readonly assigned: ReadonlyMap<number, Expanded>;
  /** Only for `exec`: the redirections, which it may keep. */
  readonly files?: Files | undefined;
  readonly assignments?: readonly Expanded[] | undefined;
}

/** A command that runs inside the shell. `args[0]` is its name; it may throw Complaint. */
export type Builtin = (shell: Shell, args: readonly string[], context: BuiltinContext) => Sys<number>;

/** Options at the beginning of arguments: letters, and where the operands begin. */
export function readOptions(
  args: readonly string[],
  letters: string,
): { options: Set<string>; rest: string[]; bad: string | undefined } {
  const options = new Set<string>();
  let i = 1;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^-./.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (!letters.includes(letter)) return { options, rest: args.slice(i), bad: letter };
      options.add(letter);
    }
  }
  return { options, rest: args.slice(i), bad: undefined };
}
