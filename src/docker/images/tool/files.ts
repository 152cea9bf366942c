import { concat } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { openFile } from '../../kernel/fs/file.ts';
import { type DirectoryNode, type FsNode, sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { credentials, type Flavour, quoted, reason } from './tool.ts';

/** Opens a file to read; `-` is standard input. Close it with `release`. Errno. */
export function openRead(p: Process, path: string): OpenFile {
  return path === '-' ? p.file(0).retain() : openFile(p, path, 'read');
}

/** Opens each operand in turn (standard input if there is none) and hands it over; failures are reported. Returns the exit code. */
export function* eachInput(
  p: Process,
  flavour: Flavour,
  paths: readonly string[],
  use: (file: OpenFile, path: string) => Sys<void>,
): Sys<number> {
  let code = 0;
  for (const path of paths.length === 0 ? ['-'] : paths) {
    let file: OpenFile | undefined;
    try {
      file = openRead(p, path);
      yield* use(file, path);
    } catch (error) {
      code = 1;
      yield* p.error(cannotOpen(p.name, flavour, path, error));
    } finally {
      file?.release();
    }
  }
  return code;
}

/** `cat: x: No such file or directory`, or in busybox `cat: can't open 'x': No such file or directory`. */
export function cannotOpen(name: string, flavour: Flavour, path: string, error: unknown): string {
  const why = reason(error);
  const code = error instanceof Errno ? error.code : '';
  if (flavour === 'busybox') {
    if (code === 'EISDIR' && /^(cat|tail|sort|head)$/.test(name)) return `${name}: read error: ${why}\n`;
    return /^(cat|tail|uniq|md5sum|sha\d+sum|more|less|tar)$/.test(name)
      ? `${name}: can't open '${path}': ${why}\n`
      : `${name}: ${path}: ${why}\n`;
  }
  if (name === 'sort')
    return code === 'EISDIR'
      ? `sort: read failed: ${path}: ${why}\n`
      : `sort: cannot read: ${path}: ${why}\n`;
  if (code === 'EISDIR' && /^(head|tail)$/.test(name))
    return `${name}: error reading ${quoted(path)}: ${why}\n`;
  if (name === 'tac') return `tac: failed to open ${quoted(path)} for reading: ${why}\n`;
  return /^(head|tail)$/.test(name)
    ? `${name}: cannot open ${quoted(path)} for reading: ${why}\n`
    : `${name}: ${path}: ${why}\n`;
}

/** The whole of a file or of standard input (`-`). Errno. */
export function* readAllOf(p: Process, path: string): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  let file: OpenFile | undefined;
  try {
    file = openRead(p, path);
    for (;;) {
      const chunk = yield* file.read();
      if (chunk.length === 0) return concat(parts);
      parts.push(chunk);
      yield TURN;
    }
  } catch (error) {
    throw error instanceof Errno ? new Errno(error.code, path) : error;
  } finally {
    file?.release();
  }
}

/** The entries of a directory sorted by name in byte order (the C locale). Errno. */
export function sortedNames(p: Process, path: string): string[] {
  return p.fs.list(path, p.cwd, credentials(p)).sort(byBytes);
}

export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `/a` and `b` ⇒ `/a/b`; no double slash. */
export function join(directory: string, name: string): string {
  return directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}

/** The last name of a path: `/a/b/` ⇒ `b`. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** What is above: `/a/b` ⇒ `/a`, `b` ⇒ `.`. */
export function dirName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  const at = trimmed.lastIndexOf('/');
  return at < 0 ? '.' : trimmed.slice(0, at).replace(/\/+$/, '') || '/';
}

/** `drwxr-xr-x` as in `ls -l`. */
export function modeString(node: FsNode): string {
  const socket = node.kind === 'device' && node.device === 'socket';
  const kind = socket ? 's' : { file: '-', directory: 'd', link: 'l', device: 'c' }[node.kind];
  const bits = node.mode;
  let out = kind;
  for (const shift of [6, 3, 0]) {
    out += (bits >> shift) & 4 ? 'r' : '-';
    out += (bits >> shift) & 2 ? 'w' : '-';
    const x = ((bits >> shift) & 1) !== 0;
    const special = shift === 6 ? bits & 0o4000 : shift === 3 ? bits & 0o2000 : bits & 0o1000;
    if (special === 0) out += x ? 'x' : '-';
    else if (shift === 0) out += x ? 't' : 'T';
    else out += x ? 's' : 'S';
  }
  return out;
}

/** Hard links as `ls -l` counts them. */
export function linkCount(node: FsNode): number {
  if (node.kind !== 'directory') return 1;
  let count = 2;
  for (const entry of node.entries.values()) if (entry.kind === 'directory') count++;
  return count;
}

/** Blocks of 1 KiB that a node takes on disk. */
export function blocksOf(node: FsNode): number {
  if (node.kind === 'device' || node.kind === 'link') return 0;
  return Math.ceil(sizeOf(node) / 4096) * 4;
}

/** Blocks of everything below a directory. */
export function diskUsage(node: FsNode): number {
  if (node.kind !== 'directory') return blocksOf(node);
  let sum = blocksOf(node);
  for (const entry of node.entries.values()) sum += diskUsage(entry);
  return sum;
}

/** Bytes as people read them: 1536 ⇒ `1.5K` (GNU rounds up, busybox to the nearest). */
export function humanSize(bytes: number, flavour: Flavour): string {
  if (flavour === 'busybox') {
    let value = bytes;
    let unit = 0;
    while (value >= 1024 && unit < 5) {
      value /= 1024;
      unit++;
    }
    if (unit === 0) return String(bytes);
    return `${value.toFixed(1)}${'KMGTP'[unit - 1]}`;
  }
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 5) {
    value /= 1024;
    unit++;
  }
  const tenths = Math.ceil(value * 10) / 10;
  if (tenths >= 1024) return `1.0${'KMGTP'[unit]}`;
  return `${tenths < 10 ? tenths.toFixed(1) : String(Math.ceil(value))}${'KMGTP'[unit - 1]}`;
}

/** A directory's children, mounts included, each with its node. */
export function children(p: Process, path: string): { name: string; node: FsNode }[] {
  return p.fs.list(path, p.cwd, credentials(p)).map((name) => ({
    name,
    node: p.fs.lstat(join(path, name), p.cwd, credentials(p)),
  }));
}

export type { DirectoryNode };
