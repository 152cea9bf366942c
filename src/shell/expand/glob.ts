import { Errno } from '../../docker/kernel/errno.ts';
import type { Process } from '../../docker/kernel/process.ts';
import { isPattern, patternToRegExp } from './pattern.ts';

export interface GlobOptions {
  readonly extglob: boolean;
  readonly dotglob: boolean;
  readonly nocaseglob: boolean;
  /** `**` crosses directories. */
  readonly globstar: boolean;
  /** `.*` matches `.` and `..`, as it did before bash 5.2 and does in the other shells. */
  readonly dots: boolean;
}

/** Paths that match a pattern, sorted; empty if there are none. Names that begin with a dot need one in the pattern. */
export function glob(p: Process, pattern: string, options: GlobOptions): string[] {
  const absolute = pattern.startsWith('/');
  const names = pattern.split('/').filter((name, i, all) => name !== '' || i === all.length - 1);
  let found = [absolute ? '/' : ''];
  names.forEach((name, i) => {
    const last = i === names.length - 1;
    found = found.flatMap((folder) => step(p, folder, name, last, options));
  });
  return found.sort(compareNames);
}

/** Order of names as in the C.UTF-8 locale: by code point. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function step(p: Process, folder: string, name: string, last: boolean, options: GlobOptions): string[] {
  if (name === '') return p.fs.isDirectory(folder === '' ? '.' : folder, p.cwd) ? [folder] : [];
  const finish = (path: string): string => (last ? path : `${path}/`);
  if (!isPattern(name, options.extglob)) {
    const path = folder + name.replace(/\\(.)/gs, '$1');
    return exists(p, path) && (last || p.fs.isDirectory(path, p.cwd)) ? [finish(path)] : [];
  }
  if (name === '**' && options.globstar) {
    const deeper = list(p, folder)
      .filter((entry) => !entry.startsWith('.'))
      .flatMap((entry) => {
        const path = folder + entry;
        if (!p.fs.isDirectory(path, p.cwd)) return last ? [path] : [];
        const inside = step(p, `${path}/`, name, last, options);
        return last ? [path, ...inside.slice(1)] : inside;
      });
    return last ? [...(folder === '' ? [] : [folder]), ...deeper] : [folder, ...deeper];
  }
  const expression = patternToRegExp(name, { extglob: options.extglob, ignoreCase: options.nocaseglob });
  const hidden = name.startsWith('.') || name.startsWith('\\.');
  const entries = list(p, folder);
  if (hidden && options.dots) entries.push('.', '..');
  return entries
    .filter((entry) =>
      entry.startsWith('.') ? hidden || (options.dotglob && entry !== '.' && entry !== '..') : true,
    )
    .filter((entry) => expression.test(entry))
    .map((entry) => folder + entry)
    .filter((path) => last || p.fs.isDirectory(path, p.cwd))
    .map(finish);
}

function list(p: Process, folder: string): string[] {
  try {
    return p.fs.list(folder === '' ? '.' : folder, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups });
  } catch (error) {
    if (error instanceof Errno) return [];
    throw error;
  }
}

function exists(p: Process, path: string): boolean {
  try {
    p.fs.lstat(path, p.cwd);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}
