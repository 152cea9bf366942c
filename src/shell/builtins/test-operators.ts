import { Errno } from '../../docker/kernel/errno.ts';
import { type FsNode, sizeOf } from '../../docker/kernel/fs/node.ts';
import type { Shell } from '../run/shell.ts';

const credentials = (shell: Shell) => ({ uid: shell.p.uid, gid: shell.p.gid, groups: shell.p.groups });

function stat(shell: Shell, path: string, follow = true): FsNode | undefined {
  try {
    return follow
      ? shell.p.fs.stat(path, shell.p.cwd, credentials(shell))
      : shell.p.fs.lstat(path, shell.p.cwd, credentials(shell));
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

function access(shell: Shell, path: string, rights: number): boolean {
  try {
    return shell.p.fs.access(path, rights, shell.p.cwd, credentials(shell));
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

/** Sockets have no node kind of their own: they are known by their name, as docker.sock is. */
const isSocket = (path: string, node: FsNode | undefined): boolean =>
  node !== undefined && path.endsWith('.sock');

/** `-f path` and the like; undefined if there is no such operator. */
export function evaluateUnary(shell: Shell, operator: string, value: string): boolean | undefined {
  switch (operator) {
    case '-n':
      return value !== '';
    case '-z':
      return value === '';
    case '-e':
    case '-a':
      return stat(shell, value) !== undefined;
    case '-f':
      return stat(shell, value)?.kind === 'file' && !isSocket(value, stat(shell, value));
    case '-d':
      return stat(shell, value)?.kind === 'directory';
    case '-L':
    case '-h':
      return stat(shell, value, false)?.kind === 'link';
    case '-s': {
      const node = stat(shell, value);
      return node !== undefined && sizeOf(node) > 0;
    }
    case '-r':
      return access(shell, value, 4);
    case '-w':
      return access(shell, value, 2);
    case '-x':
      return access(shell, value, 1);
    case '-c':
      return stat(shell, value)?.kind === 'device';
    case '-S':
      return isSocket(value, stat(shell, value));
    case '-b':
    case '-p':
      return false;
    case '-u':
      return ((stat(shell, value)?.mode ?? 0) & 0o4000) !== 0;
    case '-g':
      return ((stat(shell, value)?.mode ?? 0) & 0o2000) !== 0;
    case '-k':
      return ((stat(shell, value)?.mode ?? 0) & 0o1000) !== 0;
    case '-O':
      return stat(shell, value)?.uid === shell.p.uid;
    case '-G':
      return stat(shell, value)?.gid === shell.p.gid;
    case '-N':
      return stat(shell, value) !== undefined;
    case '-t':
      return shell.p.isatty(Number(value));
    case '-v': {
      const match = /^([^[]+)\[(.*)\]$/.exec(value);
      return match === null
        ? shell.parameters.text(value) !== undefined
        : shell.parameters.element(match[1] ?? '', match[2] ?? '') !== undefined;
    }
    case '-o':
      return shell.option(value);
    case '-R':
      return shell.variables.own(value)?.reference === true;
    default:
      return undefined;
  }
}

/** Binary operators on texts and files; undefined if there is no such operator (numbers are the caller's). */
export function evaluateBinary(shell: Shell, operator: string, a: string, b: string): boolean | undefined {
  switch (operator) {
    case '=':
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '-nt':
      return (stat(shell, a)?.mtime ?? -1) > (stat(shell, b)?.mtime ?? -1);
    case '-ot':
      return (stat(shell, a)?.mtime ?? -1) < (stat(shell, b)?.mtime ?? -1);
    case '-ef':
      return (
        stat(shell, a) !== undefined &&
        shell.p.fs.resolve(a, shell.p.cwd).absolute === shell.p.fs.resolve(b, shell.p.cwd).absolute
      );
    default:
      return undefined;
  }
}
