import { Errno } from '../../docker/kernel/errno.ts';
import { absolutePath, allowed } from '../../docker/kernel/fs/vfs.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { Complaint } from '../run/control.ts';
import type { Shell } from '../run/shell.ts';
import { readOptions } from './types.ts';

/** Goes to a directory and keeps PWD and OLDPWD. Errno if it cannot. */
function enter(shell: Shell, path: string, physical: boolean): void {
  const { p } = shell;
  const as = { uid: p.uid, gid: p.gid, groups: p.groups };
  const target = absolutePath(path, p.cwd);
  // The logical path first, as the shells do; `a/..` must exist all the same.
  const { node, absolute } = p.fs.resolve(physical ? path : target, p.cwd, { as });
  if (node === undefined) throw new Errno('ENOENT');
  if (node.kind !== 'directory') throw new Errno('ENOTDIR');
  if (!allowed(node, as, 1)) throw new Errno('EACCES');
  const before = shell.variables.text('PWD') ?? p.cwd;
  p.cwd = physical ? absolute : target;
  shell.parameters.assign('OLDPWD', before);
  shell.parameters.assign('PWD', p.cwd);
}

function cannot(shell: Shell, path: string, error: unknown): Complaint {
  if (!(error instanceof Errno)) throw error;
  if (shell.dialect.name === 'bash') return new Complaint(`${path}: ${error.message}`, 1);
  return new Complaint(`can't cd to ${path}${shell.dialect.name === 'ash' ? `: ${error.message}` : ''}`, 2);
}

/** `cd [-LP] [directory]` */
export function* cd(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, rest, bad } =
    args[1] === '-' ? { options: new Set<string>(), rest: ['-'], bad: undefined } : readOptions(args, 'LPe@');
  if (bad !== undefined)
    throw new Complaint(`-${bad}: invalid option\ncd: usage: cd [-L|[-P [-e]] [-@]] [dir]`, 2);
  if (rest.length > 1 && shell.dialect.name === 'bash') throw new Complaint('too many arguments', 1);
  let [path] = rest;
  const back = path === '-';
  if (path === undefined) {
    path = shell.variables.text('HOME');
    if (path === undefined) {
      if (shell.dialect.name !== 'bash') return 0;
      throw new Complaint('HOME not set', 1);
    }
  } else if (back) {
    path = shell.variables.text('OLDPWD');
    if (path === undefined) throw new Complaint('OLDPWD not set', 1);
  }
  if (path === '') return 0;
  const found = alongCdPath(shell, path);
  try {
    enter(shell, found, options.has('P'));
  } catch (error) {
    throw cannot(shell, path, error);
  }
  if (back || found !== path) yield* shell.p.print(`${shell.p.cwd}\n`);
  return 0;
}

function alongCdPath(shell: Shell, path: string): string {
  const search = shell.variables.text('CDPATH');
  if (search === undefined || /^\.{0,2}\//.test(path) || path === '.' || path === '..') return path;
  for (const folder of search.split(':')) {
    if (folder !== '' && folder !== '.' && shell.p.fs.isDirectory(`${folder}/${path}`, shell.p.cwd))
      return `${folder}/${path}`;
  }
  return path;
}

/** `pwd [-LP]` */
export function* pwd(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, bad } = readOptions(args, 'LP');
  if (bad !== undefined) {
    throw new Complaint(
      shell.dialect.name === 'bash'
        ? `-${bad}: invalid option\npwd: usage: pwd [-LP]`
        : `${shell.dialect.name === 'dash' ? 'Illegal' : 'illegal'} option -${bad}`,
      2,
    );
  }
  const path = options.has('P') ? shell.p.fs.resolve(shell.p.cwd).absolute : shell.p.cwd;
  yield* shell.p.print(`${path}\n`);
  return 0;
}

function* showStack(shell: Shell): Sys<number> {
  const home = shell.variables.text('HOME');
  const short = (path: string): string =>
    home !== undefined && home !== '/' && (path === home || path.startsWith(`${home}/`))
      ? `~${path.slice(home.length)}`
      : path;
  yield* shell.p.print(`${[shell.p.cwd, ...shell.directories].map(short).join(' ')}\n`);
  return 0;
}

/** `dirs`, `dirs -c` */
export function* dirs(shell: Shell, args: readonly string[]): Sys<number> {
  if (args[1] === '-c') {
    shell.directories.length = 0;
    return 0;
  }
  if (args[1] === '-p' || args[1] === '-v') {
    const all = [shell.p.cwd, ...shell.directories];
    const line = (path: string, i: number): string =>
      args[1] === '-v' ? `${String(i).padStart(2)}  ${path}\n` : `${path}\n`;
    yield* shell.p.print(all.map(line).join(''));
    return 0;
  }
  return yield* showStack(shell);
}

/** `pushd [directory]`: without one, changes places with the top. */
export function* pushd(shell: Shell, args: readonly string[]): Sys<number> {
  const before = shell.p.cwd;
  const path = args[1] ?? shell.directories[0];
  if (path === undefined) throw new Complaint('no other directory', 1);
  try {
    enter(shell, path, false);
  } catch (error) {
    throw cannot(shell, path, error);
  }
  if (args[1] === undefined) shell.directories.shift();
  shell.directories.unshift(before);
  return yield* showStack(shell);
}

/** `popd` */
export function* popd(shell: Shell): Sys<number> {
  const path = shell.directories.shift();
  if (path === undefined) throw new Complaint('directory stack empty', 1);
  try {
    enter(shell, path, false);
  } catch (error) {
    throw cannot(shell, path, error);
  }
  return yield* showStack(shell);
}
