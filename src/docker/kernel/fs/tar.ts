import { concat, EMPTY, text, utf8 } from '../bytes.ts';
import { contentOf, type DirectoryNode, type FsNode, type Meta } from './node.ts';

/** One member of an archive. Directories have no trailing slash here. */
export interface TarEntry extends Meta {
  /** Relative, as written: `etc/passwd`. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'hardlink';
  /** A file's bytes, or only its size (padding of big binaries). */
  readonly data: Uint8Array | number;
  /** Target of a link. */
  readonly target: string;
  /** Program that executing the file runs. */
  readonly program: string | undefined;
  /** A directory that is written without the slash at its end. */
  readonly bare?: boolean;
}

const BLOCK = 512;

/**
 * Writes a POSIX (pax) archive: `writeTar([...treeEntries(node, 'etc')])`. What our files have beyond bytes (program,
 * padding without content) travels in pax records of our own, so that `docker save | docker load` keeps programs.
 */
export function writeTar(entries: Iterable<TarEntry>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const name = entry.kind === 'directory' && entry.bare !== true ? `${entry.path}/` : entry.path;
    const records: [string, string][] = [];
    if (utf8(name).length > 100) records.push(['path', name]);
    if (utf8(entry.target).length > 100) records.push(['linkpath', entry.target]);
    if (entry.program !== undefined) records.push(['MUELLE.program', entry.program]);
    if (typeof entry.data === 'number' && entry.data > 0)
      records.push(['MUELLE.padding', String(entry.data)]);
    if (records.length > 0) {
      const body = utf8(records.map(([key, value]) => paxRecord(key, value)).join(''));
      parts.push(
        header('PaxHeaders/0', 'x', body.length, { mode: 0o644, uid: 0, gid: 0, mtime: entry.mtime }, ''),
        ...padded(body),
      );
    }
    const bytes = typeof entry.data === 'number' ? EMPTY : entry.data;
    const type = { file: '0', directory: '5', link: '2', hardlink: '1' }[entry.kind];
    parts.push(header(name, type, bytes.length, entry, entry.target), ...padded(bytes));
  }
  parts.push(new Uint8Array(BLOCK * 2));
  return concat(parts);
}

function padded(bytes: Uint8Array): Uint8Array[] {
  const rest = (BLOCK - (bytes.length % BLOCK)) % BLOCK;
  return rest === 0 ? [bytes] : [bytes, new Uint8Array(rest)];
}

/** `12 path=x\n`, where 12 is the length of the whole record. */
function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const size = utf8(body).length;
  let length = size + String(size).length;
  if (String(length).length + size !== length) length++;
  return `${length}${body}`;
}

function header(name: string, type: string, size: number, meta: Meta, target: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, value: string, room: number): void => block.set(utf8(value).subarray(0, room), at);
  const octal = (at: number, value: number, room: number): void =>
    put(
      at,
      `${Math.max(0, Math.floor(value))
        .toString(8)
        .padStart(room - 1, '0')}\0`,
      room,
    );
  put(0, name, 100);
  octal(100, meta.mode & 0o7777, 8);
  octal(108, meta.uid, 8);
  octal(116, meta.gid, 8);
  octal(124, size, 12);
  octal(136, meta.mtime / 1000, 12);
  put(148, '        ', 8);
  put(156, type, 1);
  put(157, target, 100);
  put(257, 'ustar\x0000', 8);
  put(
    148,
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    8,
  );
  return block;
}

/** What Go's archive/tar says of bytes that `readTar` cannot read. */
export const tarProblem = (bytes: Uint8Array): string =>
  bytes.length < BLOCK ? 'unexpected EOF' : 'archive/tar: invalid tar header';

/** Reads an archive (ustar, pax paths, GNU long names); undefined if the bytes are none. */
export function readTar(bytes: Uint8Array): TarEntry[] | undefined {
  const out: TarEntry[] = [];
  let at = 0;
  let records = new Map<string, string>();
  while (at + BLOCK <= bytes.length) {
    const block = bytes.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return out;
    if (!checksumFits(block)) return undefined;
    const field = (from: number, room: number): string =>
      text(block.subarray(from, from + room)).replace(/\0.*$/s, '');
    const number = (from: number, room: number): number =>
      Number.parseInt(field(from, room).trim() || '0', 8);
    const size = number(124, 12);
    const data = bytes.slice(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = field(156, 1);
    if (type === 'x') {
      records = readPax(text(data));
      continue;
    }
    if (type === 'g') continue;
    if (type === 'L' || type === 'K') {
      records.set(type === 'L' ? 'path' : 'linkpath', text(data).replace(/\0.*$/s, ''));
      continue;
    }
    const prefix = field(345, 155);
    const name = records.get('path') ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`);
    const padding = records.get('MUELLE.padding');
    out.push({
      path: name.replace(/\/+$/, ''),
      kind: type === '5' ? 'directory' : type === '2' ? 'link' : type === '1' ? 'hardlink' : 'file',
      data: padding === undefined ? data : Number(padding),
      target: records.get('linkpath') ?? field(157, 100),
      program: records.get('MUELLE.program'),
      mode: number(100, 8),
      uid: number(108, 8),
      gid: number(116, 8),
      mtime: number(136, 12) * 1000,
    });
    records = new Map();
  }
  return at === 0 ? undefined : out;
}

function checksumFits(block: Uint8Array): boolean {
  const stored = Number.parseInt(text(block.subarray(148, 156)).replace(/[\0 ].*$/s, ''), 8);
  return stored === block.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
}

function readPax(body: string): Map<string, string> {
  const out = new Map<string, string>();
  let rest = utf8(body);
  while (rest.length > 0) {
    const length = Number.parseInt(text(rest.subarray(0, 20)), 10);
    if (!(length > 0)) break;
    const record = /^\d+ ([^=]*)=(.*)\n$/s.exec(text(rest.subarray(0, length)));
    if (record !== null) out.set(record[1] ?? '', record[2] ?? '');
    rest = rest.subarray(length);
  }
  return out;
}

/** A node and all below it as members named from `path` on; devices are left out. An empty path leaves out the root itself. */
export function* treeEntries(node: FsNode, path: string): Generator<TarEntry> {
  const meta = { mode: node.mode, uid: node.uid, gid: node.gid, mtime: node.mtime };
  if (node.kind === 'device') return;
  if (path !== '') {
    yield {
      ...meta,
      path,
      kind: node.kind,
      data: node.kind === 'file' ? (typeof node.data === 'number' ? node.data : contentOf(node)) : EMPTY,
      target: node.kind === 'link' ? node.target : '',
      program: node.kind === 'file' ? node.program : undefined,
    };
  }
  if (node.kind !== 'directory') return;
  for (const [name, child] of sortedEntries(node))
    yield* treeEntries(child, path === '' ? name : `${path}/${name}`);
}

const sortedEntries = (node: DirectoryNode): [string, FsNode][] =>
  [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1));
