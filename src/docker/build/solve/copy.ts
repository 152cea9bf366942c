import { digestOf, Sha256 } from '../../engine/sha256.ts';
import { otherCompression } from '../../images/tool/archive.ts';
import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { contentOf, type DirectoryNode, type FsNode } from '../../kernel/fs/node.ts';
import { readTar } from '../../kernel/fs/tar.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import { Vfs } from '../../kernel/fs/vfs.ts';
import { putTarEntry } from '../context/context.ts';
import { globRegExp, IgnoreList } from '../context/ignore.ts';

/** Why files cannot be copied; the message is BuildKit's. */
export class CopyError extends Error {}

/** The directory of a pattern is not there; that is found only when the copy is made. */
export class AbsentDirectory extends CopyError {
  constructor(path: string) {
    super(`lstat /${path}: no such file or directory`);
  }
}

/** One thing to copy: where it was found, and what it is. */
export interface Found {
  /** Without a leading slash. */
  readonly path: string;
  readonly node: FsNode;
}

/** What to copy where; values have been expanded. */
export interface CopyPlan {
  readonly found: readonly Found[];
  readonly inline: readonly { readonly name: string; readonly content: string }[];
  /** Absolute; a trailing slash means a directory. */
  readonly target: string;
  /** More than one source: the target is a directory. */
  readonly several: boolean;
  readonly chown: string;
  readonly chmod: string;
  /** ADD: local archives are unpacked. */
  readonly unpack: boolean;
  /** The bytes of gzipped sources. */
  readonly inflated?: ReadonlyMap<FsNode, Uint8Array>;
  /** Sources keep their directories below the target. */
  readonly parents: boolean;
  /** Sources from the build context belong to root. */
  readonly asRoot: boolean;
}

const clean = (path: string): string =>
  path
    .split('/')
    .reduce<string[]>((out, name) => {
      if (name === '..') out.pop();
      else if (name !== '' && name !== '.') out.push(name);
      return out;
    }, [])
    .join('/');

/**
 * Finds the sources of COPY in a tree; `*`, `?` and `[…]` may match nothing, a plain name may not. Throws CopyError with
 * `"/name": not found`.
 */
export function findSources(
  root: DirectoryNode,
  sources: readonly string[],
  exclude: readonly string[],
  hasDirectory: (path: string) => boolean = () => true,
): Found[] {
  const ignore = new IgnoreList(exclude.join('\n'));
  const out: Found[] = [];
  for (const source of sources) {
    const path = clean(source);
    if (/[*?[]/.test(path)) {
      const pattern = globRegExp(path);
      const before = out.length;
      for (const found of walk(root, '', path.split('/').length))
        if (pattern.test(found.path))
          out.push({ path: found.path, node: followed(root, found.path) ?? found.node });
      // A pattern may match nothing, but the directory it looks in must be there.
      const directory = plainDirectory(path);
      if (out.length === before && !hasDirectory(directory)) throw new AbsentDirectory(directory);
    } else {
      const node = followed(root, path);
      if (node === undefined) throw new CopyError(`${JSON.stringify(`/${path}`)}: not found`);
      out.push({ path, node });
    }
  }
  // `--exclude` looks at paths below each source, or at the name of a file.
  return out
    .filter(({ path, node }) => node.kind === 'directory' || !ignore.excludes(base(path)))
    .map(({ path, node }) => ({ path, node: node.kind === 'directory' ? ignore.filter(node) : node }));
}

/** The names of a pattern before the first one with a wildcard: `src/a/*.c` ⇒ `src/a` */
function plainDirectory(pattern: string): string {
  const names = pattern.split('/');
  return names
    .slice(
      0,
      names.findIndex((name) => /[*?[]/.test(name)),
    )
    .join('/');
}

/** The node a path leads to, links followed inside the tree. */
function followed(root: DirectoryNode, path: string): FsNode | undefined {
  if (path === '') return root;
  const fs = new Vfs(
    [{ target: '', tree: new Tree(root), at: [], readOnly: true, type: 'overlay' }],
    () => 0,
  );
  try {
    return fs.resolve(`/${path}`).node;
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

function* walk(directory: DirectoryNode, path: string, depth: number): Generator<Found> {
  for (const [name, node] of [...directory.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const here = path === '' ? name : `${path}/${name}`;
    yield { path: here, node };
    if (node.kind === 'directory' && depth > 1) yield* walk(node, here, depth - 1);
  }
}

const digests = new WeakMap<Uint8Array, string>();

/** A digest of what would be copied: names, modes, owners and contents, no times (as BuildKit's content hash). */
export function contentDigest(found: readonly Found[]): string {
  const hash = new Sha256();
  const visit = (node: FsNode, path: string): void => {
    hash.update(`${path}\0${node.kind}\0${node.mode}\0${node.uid}:${node.gid}\0`);
    if (node.kind === 'link') hash.update(node.target);
    else if (node.kind === 'file') hash.update(fileDigest(node.data)).update(node.program ?? '');
    else if (node.kind === 'directory')
      for (const [name, child] of [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1)))
        visit(child, `${path}/${name}`);
  };
  for (const { path, node } of found)
    visit(node, node.kind === 'directory' ? '' : (path.split('/').at(-1) ?? ''));
  return `sha256:${hash.hex()}`;
}

function fileDigest(data: Uint8Array | number): string {
  if (typeof data === 'number') return `padding ${data}`;
  const known = digests.get(data);
  if (known !== undefined) return known;
  const digest = digestOf(data);
  digests.set(data, digest);
  return digest;
}

/** Copies into a root and returns the new one. Throws CopyError. */
export function copyInto(root: DirectoryNode, plan: CopyPlan, now: number): DirectoryNode {
  return new Copier(root, plan, now).copy();
}

/** WORKDIR: makes a directory with those above it. Throws CopyError where a file is in the way. */
export function makeDirectory(root: DirectoryNode, path: string, now: number): DirectoryNode {
  const nothing = {
    found: [],
    inline: [],
    several: false,
    chown: '',
    chmod: '',
    unpack: false,
    parents: false,
  };
  return new Copier(root, { ...nothing, target: path, asRoot: true }, now).makeTarget();
}

class Copier {
  readonly #tree: Tree;
  readonly #fs: Vfs;
  readonly #plan: CopyPlan;
  readonly #now: number;
  readonly #owner: { uid: number; gid: number } | undefined;

  constructor(root: DirectoryNode, plan: CopyPlan, now: number) {
    this.#tree = new Tree(root);
    this.#fs = new Vfs(
      [{ target: '', tree: this.#tree, at: [], readOnly: false, type: 'overlay' }],
      () => now,
    );
    this.#plan = plan;
    this.#now = now;
    this.#owner = plan.chown === '' ? undefined : readOwner(this.#fs, plan.chown);
  }

  makeTarget(): DirectoryNode {
    this.#directory(this.#plan.target);
    return this.#tree.snapshot();
  }

  copy(): DirectoryNode {
    const { found, inline, target, several, parents } = this.#plan;
    // Without a directory as the target, each file takes the place of the one before it.
    const place = (name: string): string =>
      several || target.endsWith('/') || this.#fs.isDirectory(target)
        ? `${target.replace(/\/+$/, '')}/${name}`
        : target;
    for (const { path, node } of found) {
      if (parents) {
        this.#put(node, this.#directory(`${target}/${path.split('/').slice(0, -1).join('/')}`), base(path));
        continue;
      }
      const archive =
        this.#plan.unpack && node.kind === 'file' ? archiveOf(node, this.#plan.inflated) : undefined;
      if (archive !== undefined) {
        const below = this.#directory(target);
        for (const entry of archive) putTarEntry(this.#tree, below, entry, this.#now);
      } else if (node.kind === 'directory') this.#merge(node, this.#directory(target, true));
      else this.#file(node, place(base(path)));
    }
    for (const { name, content } of inline) {
      const node: FsNode = {
        kind: 'file',
        owner: {},
        data: utf8(content),
        mode: 0o644,
        uid: 0,
        gid: 0,
        mtime: this.#now,
      };
      this.#file(node, place(name));
    }
    return this.#tree.snapshot();
  }

  #file(node: FsNode, path: string): void {
    const names = path.split('/').filter((name) => name !== '');
    const parent = `/${names.slice(0, -1).join('/')}`;
    if (!path.endsWith('/') && this.#plan.target === path && this.#isFile(parent))
      throw new CopyError(`lstat ${path}: not a directory`);
    this.#put(node, this.#directory(`/${names.slice(0, -1).join('/')}`), names.at(-1) ?? '');
  }

  #isFile(path: string): boolean {
    return this.#fs.exists(path) && !this.#fs.isDirectory(path);
  }

  /** Makes a directory if need be, links followed; its path in the tree. `copied`: a directory is to be copied there. */
  #directory(path: string, copied = false): readonly string[] {
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    let at: readonly string[] = [];
    for (const [i, name] of names.entries()) {
      const here = `/${[...at, name].join('/')}`;
      if (!this.#fs.exists(here)) {
        this.#tree.put([...at, name], { ...emptyDirectory(this.#now), ...this.#owner }, this.#now);
        at = [...at, name];
        continue;
      }
      const place = this.#fs.resolve(here);
      if (place.node?.kind !== 'directory')
        throw new CopyError(
          i < names.length - 1
            ? `lstat ${here}/${names[i + 1]}: not a directory`
            : copied
              ? `cannot copy to non-directory: ${here}`
              : `mkdir ${here}: not a directory`,
        );
      at = place.path;
    }
    return at;
  }

  #merge(from: DirectoryNode, to: readonly string[]): void {
    for (const [name, node] of from.entries) this.#put(node, to, name);
  }

  #put(node: FsNode, directory: readonly string[], name: string): void {
    const path = [...directory, name];
    const old = this.#tree.get(path);
    const meta = this.#meta(node);
    if (node.kind === 'directory') {
      if (old !== undefined && old.kind !== 'directory')
        throw new CopyError(`cannot copy to non-directory: /${path.join('/')}`);
      if (old === undefined) this.#tree.put(path, { ...node, ...meta, entries: new Map() }, this.#now);
      else this.#tree.change(path, meta);
      this.#merge(node, path);
      this.#tree.change(path, { mtime: node.mtime });
      return;
    }
    if (old?.kind === 'directory')
      throw new CopyError(`cannot replace to directory /${path.join('/')} with file`);
    const parentTime = this.#tree.get(directory)?.mtime ?? this.#now;
    this.#tree.put(path, { ...node, ...meta }, old === undefined ? this.#now : parentTime);
  }

  #meta(node: FsNode): { mode: number; uid: number; gid: number; mtime: number } {
    const { chmod, asRoot } = this.#plan;
    const owner = this.#owner ?? (asRoot ? { uid: 0, gid: 0 } : { uid: node.uid, gid: node.gid });
    const mode = chmod === '' || node.kind === 'link' ? node.mode : changedMode(chmod, node);
    return { mode, ...owner, mtime: node.mtime };
  }
}

const base = (path: string): string => path.split('/').at(-1) ?? '';

/** The members of an archive ADD unpacks. Throws CopyError for a compression that is not simulated. */
function archiveOf(
  node: Extract<FsNode, { kind: 'file' }>,
  inflated: ReadonlyMap<FsNode, Uint8Array> | undefined,
): ReturnType<typeof readTar> {
  const bytes = inflated?.get(node) ?? contentOf(node);
  const other = otherCompression(bytes);
  if (other !== undefined)
    throw new CopyError(`muelle: ADD of an archive compressed with ${other} is not simulated here`);
  return readTar(bytes);
}

/** `600`, `0755` or `u=rwX,go=rX`. Throws CopyError. */
export function changedMode(written: string, node: FsNode): number {
  if (/^[0-7]+$/.test(written) && Number.parseInt(written, 8) <= 0o7777) return Number.parseInt(written, 8);
  let { mode } = node;
  for (const clause of written.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (match === null)
      throw new CopyError(
        `invalid chmod parameter: '${written}'. it should be octal string and between 0 and 07777`,
      );
    const who = match[1] === '' || (match[1] ?? '').includes('a') ? 'ugo' : (match[1] ?? '');
    for (const letter of who) {
      const shift = letter === 'u' ? 6 : letter === 'g' ? 3 : 0;
      let bits = 0;
      for (const right of match[3] ?? '') {
        if (right === 'r') bits |= 4;
        if (right === 'w') bits |= 2;
        if (right === 'x' || (right === 'X' && (node.kind === 'directory' || (node.mode & 0o111) !== 0)))
          bits |= 1;
      }
      if (match[2] === '+') mode |= bits << shift;
      else if (match[2] === '-') mode &= ~(bits << shift);
      else mode = (mode & ~(7 << shift)) | (bits << shift);
    }
  }
  return mode;
}

/**
 * `--chown=user:group` by the image's passwd and group files. Names that are not there change nothing, as in BuildKit's
 * file operations.
 */
function readOwner(fs: Vfs, written: string): { uid: number; gid: number } {
  const [user = '', group = ''] = written.split(':');
  const lines = (path: string): string[][] =>
    fs.exists(path)
      ? text(fs.read(path))
          .split('\n')
          .map((line) => line.split(':'))
      : [];
  const number = /^\d+$/;
  const entry = lines('/etc/passwd').find(([name]) => name === user);
  const uid = number.test(user) ? Number(user) : Number(entry?.[2] ?? 0);
  const own = number.test(user) ? uid : Number(entry?.[3] ?? 0);
  if (group === '') return { uid, gid: own };
  if (number.test(group)) return { uid, gid: Number(group) };
  const found = lines('/etc/group').find(([name]) => name === group);
  return { uid, gid: found === undefined ? own : Number(found[2]) };
}
