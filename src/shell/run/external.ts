import { text } from '../../docker/kernel/bytes.ts';
import { attempt, Errno } from '../../docker/kernel/errno.ts';
import {
  type ExecContext,
  type Executable,
  findExecutable,
  forkChild,
  which,
} from '../../docker/kernel/exec.ts';
import { Exit, ProcessGroup } from '../../docker/kernel/process.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import type { Expanded } from './assign.ts';
import { reportSignal, start } from './pipeline.ts';
import { type Files, keepFiles, withFiles } from './redirect.ts';
import type { Shell } from './shell.ts';
import { runFile } from './source-file.ts';

export interface ExternalOptions {
  readonly files: Files;
  readonly assignments: readonly Expanded[];
  /** The process may become the program. */
  readonly last: boolean;
  /** As written, for messages. */
  readonly source: string;
}

const contextOf = (shell: Shell): ExecContext => ({
  kernel: shell.p.kernel,
  fs: shell.p.fs,
  uid: shell.p.uid,
  gid: shell.p.gid,
  groups: shell.p.groups,
  cwd: shell.p.cwd,
});

/** The path a command name stands for, or undefined. */
export function pathOf(shell: Shell, name: string): string | undefined {
  try {
    return which(contextOf(shell), name, searchPath(shell));
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

function searchPath(shell: Shell): string {
  return shell.variables.text('PATH') ?? '';
}

/** Runs a program in a process of its own, or in this one if nothing follows. */
export function* runExternal(shell: Shell, args: readonly string[], options: ExternalOptions): Sys<number> {
  const { files, assignments } = options;
  const env = shell.variables.environment();
  let path = searchPath(shell);
  for (const { name, value } of assignments) {
    env.set(name, value);
    if (name === 'PATH') path = value;
  }
  let found: Executable;
  try {
    found = yield* findExecutable(contextOf(shell), args, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return yield* withFiles(shell, files, cannotRun(shell, args, error));
  }
  remember(shell, args[0] ?? '', found.path);
  if (shell.dialect.name === 'bash') env.set('_', found.path);
  if (options.last && mayBecome(shell)) {
    keepFiles(shell, files);
    return yield* become(shell, found, env);
  }
  const group = shell.jobControl ? new ProcessGroup() : undefined;
  const child = yield* start(shell, () =>
    forkChild(shell.p, found.program, {
      argv: found.argv,
      exe: found.path,
      env,
      files: files.map,
      ...(group === undefined ? {} : { group }),
    }),
  );
  child.umask = shell.p.umask;
  for (const file of files.opened) file.release();
  const [status] = yield* shell.awaitForeground([child], group);
  yield* reportSignal(shell, child, status, options.source);
  return status?.code ?? 0;
}

/** A process that has traps, or is the reader's own shell, must stay what it is. */
function mayBecome(shell: Shell): boolean {
  return shell.traps.all.size === 0 && !shell.interactive && shell.temporary.length === 0;
}

/** The process goes on as another program (execve(2)). */
export function* become(shell: Shell, found: Executable, env: ReadonlyMap<string, string>): Sys<never> {
  const { p } = shell;
  p.argv = found.argv;
  p.exe = found.path;
  p.env.clear();
  for (const [name, value] of env) p.env.set(name, value);
  p.resetHandlers();
  throw new Exit((yield* found.program(p)) & 255);
}

function remember(shell: Shell, name: string, path: string): void {
  if (name.includes('/') || !shell.option('hashall')) return;
  const known = shell.hashed.get(name);
  shell.hashed.set(name, { path, hits: (known?.path === path ? known.hits : 0) + 1 });
}

/** Why a command cannot run: status 127 if it is not there, else 126. */
function* cannotRun(shell: Shell, args: readonly string[], error: Errno): Sys<number> {
  const name = args[0] ?? '';
  const bash = shell.dialect.name === 'bash';
  if (error.code === 'ENOEXEC') return yield* runPlainScript(shell, args, error);
  if (error.code === 'ENOENT' && name.includes('/') && bash) {
    const reason = attempt(() => shell.p.fs.stat(name, shell.p.cwd));
    if (reason instanceof Errno && reason.code === 'ENOTDIR') {
      yield* shell.complain(`${name}: ${reason.message}`);
      return 126;
    }
  }
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    const exists = name.includes('/') && shell.p.fs.exists(name, shell.p.cwd);
    if (!bash) yield* shell.complain(`${name}: not found`);
    else if (!name.includes('/')) yield* shell.complain(`${name}: command not found`);
    else if (exists) yield* shell.complain(`${name}: cannot execute: required file not found`);
    else yield* shell.complain(`${name}: ${error.message}`);
    return 127;
  }
  const directory = bash && shell.p.fs.isDirectory(name, shell.p.cwd);
  yield* shell.complain(
    `${bash && !name.includes('/') ? (error.path ?? name) : name}: ${directory ? 'Is a directory' : error.message}`,
  );
  return 126;
}

/** An executable file without `#!` is a script for this shell, unless it is not even text. */
function* runPlainScript(shell: Shell, args: readonly string[], error: Errno): Sys<number> {
  const path = error.path ?? args[0] ?? '';
  const node = shell.p.fs.stat(path, shell.p.cwd);
  if (node.kind === 'file' && (node.program !== undefined || typeof node.data === 'number')) {
    // The file is there for its size; what it would do is beyond the simulation, and that is said.
    yield* shell.p.error(`muelle: ${args[0] ?? ''} is not simulated here\n`);
    return 126;
  }
  const content = shell.p.fs.read(path, shell.p.cwd);
  if (content.subarray(0, 128).includes(0)) {
    const words =
      shell.dialect.name === 'bash' ? 'cannot execute binary file: Exec format error' : 'Exec format error';
    yield* shell.complain(`${args[0] ?? ''}: ${words}`);
    return 126;
  }
  const child = yield* start(shell, () =>
    shell.fork((inner) => {
      inner.arg0 = path;
      inner.parameters.positional = args.slice(1);
      return runFile(inner, path, text(content));
    }),
  );
  const [status] = yield* shell.awaitForeground([child], undefined);
  return status?.code ?? 0;
}
