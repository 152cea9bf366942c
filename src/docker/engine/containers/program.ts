import { Errno } from '../../kernel/errno.ts';
import { type ExecContext, type Executable, findExecutable, which } from '../../kernel/exec.ts';
import type { Program } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

/** Process numbers that the threads of `runc init` have used before it becomes the container's process (recording 50). */
export const THREADS_OF_RUNC = 5;

/** Why a command cannot be started, as runc says it, and the exit code that goes with it. */
export interface Refusal {
  readonly reason: string;
  readonly exitCode: 126 | 127;
}

/**
 * Finds what a container or exec is to run. What runc notices before it starts is a refusal (not found 127, not executable
 * 126); what execve notices afterwards (a script's interpreter is missing, no `#!`) is a program that says so and exits 255.
 */
export function* findProgram(
  context: ExecContext,
  argv: readonly string[],
  path: string | undefined,
): Sys<Executable | Refusal> {
  const name = argv[0] ?? '';
  let found: string;
  try {
    found = which(context, name, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return refusal(context, name, error);
  }
  try {
    return yield* findExecutable(context, argv, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const message = `exec ${found}: ${error.code === 'ENOEXEC' ? 'exec format error' : 'no such file or directory'}\n`;
    const program: Program = function* (p) {
      yield* p.error(message);
      return 255;
    };
    return { program, argv, path: found };
  }
}

function refusal(context: ExecContext, name: string, error: Errno): Refusal {
  // Of a name that is looked up in $PATH, what cannot be executed is passed over.
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || !name.includes('/'))
    return name.includes('/')
      ? { reason: `exec: "${name}": stat ${name}: no such file or directory`, exitCode: 127 }
      : { reason: `exec: "${name}": executable file not found in $PATH`, exitCode: 127 };
  const directory = context.fs.isDirectory(name, context.cwd);
  return {
    reason: directory
      ? `exec: "${name}": is a directory: permission denied`
      : `exec: "${name}": permission denied`,
    exitCode: 126,
  };
}
