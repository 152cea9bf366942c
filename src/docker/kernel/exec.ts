import { text } from './bytes.ts';
import { Errno } from './errno.ts';
import { allowed } from './fs/vfs.ts';
import type { Process, ProcessInit, Program } from './process.ts';
import type { Sys } from './wait.ts';

/** What `exec` needs of the one who starts a program. */
export type ExecContext = Pick<ProcessInit, 'fs' | 'uid' | 'gid' | 'cwd'> & {
  readonly groups: readonly number[];
  readonly kernel: Process['kernel'];
};

/** An executable found: the program and the arguments it gets (a script's interpreter comes first). */
export interface Executable {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly path: string;
}

/**
 * Finds what `argv[0]` runs, as execvp(3) does: along `searchPath` unless it contains a slash; `#!` lines are followed.
 * Errno ENOENT (not found), EACCES (no x bit or a directory), ENOEXEC (neither a program nor a script).
 */
export function* findExecutable(
  context: ExecContext,
  argv: readonly string[],
  searchPath: string | undefined,
): Sys<Executable> {
  const name = argv[0] ?? '';
  const path = which(context, name, searchPath);
  return yield* load(context, path, argv, 0);
}

/** The path of the file that would run, e.g. `ls` ⇒ `/bin/ls`. Errno ENOENT, EACCES. */
export function which(context: ExecContext, name: string, searchPath: string | undefined): string {
  if (name === '') throw new Errno('ENOENT', name);
  const candidates = name.includes('/')
    ? [name]
    : (searchPath ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
        .split(':')
        .map((dir) => `${dir === '' ? '.' : dir}/${name}`);
  let denied: string | undefined;
  for (const candidate of candidates) {
    try {
      const node = context.fs.stat(candidate, context.cwd, context);
      if (node.kind === 'file' && allowed(node, context, 1)) return candidate;
      denied ??= candidate;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'EACCES') denied ??= candidate;
    }
  }
  throw new Errno(
    denied === undefined || (!name.includes('/') && !isFile(context, denied)) ? 'ENOENT' : 'EACCES',
    denied ?? name,
  );
}

function isFile(context: ExecContext, path: string): boolean {
  return context.fs.exists(path, context.cwd) && context.fs.stat(path, context.cwd).kind === 'file';
}

function* load(context: ExecContext, path: string, argv: readonly string[], depth: number): Sys<Executable> {
  const node = context.fs.stat(path, context.cwd, context);
  if (node.kind !== 'file') throw new Errno('EACCES', path);
  if (node.program !== undefined) {
    // `id@loader`: a program that is linked dynamically cannot start without its loader.
    const [id = '', loader] = node.program.split('@');
    if (loader !== undefined && !context.fs.exists(loader)) throw new Errno('ENOENT', path);
    const entry = context.kernel.programs.get(id);
    if (entry === undefined) throw new Errno('ENOEXEC', path);
    const program = entry instanceof Promise ? yield* context.kernel.external(entry) : entry;
    return { program, argv, path };
  }
  const head = typeof node.data === 'number' ? '' : text(node.data.subarray(0, 256));
  const line = /^#![ \t]*([^ \t\n]+)(?:[ \t]+([^\n]*?))?[ \t]*(?:\n|$)/.exec(head);
  if (line === null || depth > 4) throw new Errno('ENOEXEC', path);
  const interpreter = line[1] ?? '';
  if (!context.fs.exists(interpreter)) throw new Errno('ENOENT', path);
  const extra = line[2] === undefined || line[2] === '' ? [] : [line[2]];
  return yield* load(context, interpreter, [interpreter, ...extra, path, ...argv.slice(1)], depth + 1);
}

/** Starts a child of `p` that runs `argv`, inheriting what `change` does not replace. Errno as `findExecutable`. */
export function* spawnChild(
  p: Process,
  argv: readonly string[],
  change: Partial<ProcessInit> = {},
): Sys<Process> {
  const env = change.env ?? p.env;
  const found = yield* findExecutable(
    { kernel: p.kernel, fs: p.fs, uid: p.uid, gid: p.gid, groups: p.groups, cwd: change.cwd ?? p.cwd },
    argv,
    env.get('PATH'),
  );
  return forkChild(p, found.program, { argv: found.argv, exe: found.path, ...change });
}

/** Processes that see each other; more would only be a fork bomb, and that must not stop the machine. */
export const MOST_PROCESSES = 500;

/**
 * Starts a child of `p` that runs a program of ours directly (a subshell, a background job). Errno EAGAIN when the
 * container's `--pids-limit` is reached.
 */
export function forkChild(p: Process, program: Program, change: Partial<ProcessInit> = {}): Process {
  if (p.pids.processes.size >= MOST_PROCESSES) throw new Errno('EAGAIN');
  const limit = p.cgroup.pidsLimit;
  if (limit > 0) {
    let count = 0;
    for (const other of p.pids.processes.values()) if (other.cgroup === p.cgroup) count++;
    if (count >= limit) throw new Errno('EAGAIN');
  }
  return p.kernel.spawn({
    argv: p.argv,
    env: p.env,
    cwd: p.cwd,
    uid: p.uid,
    gid: p.gid,
    groups: p.groups,
    files: p.files,
    fs: p.fs,
    net: p.net,
    uts: p.uts,
    pids: p.pids,
    cgroup: p.cgroup,
    parent: p,
    tty: p.tty,
    ignored: p.ignored,
    ...change,
    program,
  });
}
