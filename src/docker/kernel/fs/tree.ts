import { Errno } from '../errno.ts';
import type { DirectoryNode, FileNode, FsNode, Meta } from './node.ts';

/** A file in the making: what `Tree.put` needs to know. */
export type NewNode = FsNode | (Omit<FileNode, 'owner'> & { owner?: object });

/** A place in a tree that stays the same file or directory when its name goes to another or is removed: an inode. */
export interface Pin {
  readonly tree: Tree;
  readonly at: readonly string[];
}

/**
 * One file system as a tree that is copied on write. A snapshot is its root: free to take, safe to share. So a container
 * starts as its image's root, an image layer is the difference of two roots, and `docker diff` skips what is identical.
 * Paths here are lists of names from the root; links are not followed (that is `Vfs`'s work).
 */
export class Tree {
  #root: DirectoryNode;
  #owner: object = {};
  /** Places that bind mounts hold on to. */
  #pins: { tree: Tree; at: readonly string[] }[] = [];

  constructor(root: DirectoryNode = emptyDirectory(0)) {
    this.#root = root;
  }

  /** The present state, never changed afterwards. */
  snapshot(): DirectoryNode {
    this.#owner = {};
    return this.#root;
  }

  /** The present root for reading only. */
  get root(): DirectoryNode {
    return this.#root;
  }

  /** Goes back to a snapshot. */
  restore(root: DirectoryNode): void {
    this.#root = root;
    this.#owner = {};
  }

  /** The node at a path, or undefined. */
  get(path: readonly string[]): FsNode | undefined {
    let node: FsNode = this.#root;
    for (const name of path) {
      if (node.kind !== 'directory') return undefined;
      const next: FsNode | undefined = node.entries.get(name);
      if (next === undefined) return undefined;
      node = next;
    }
    return node;
  }

  /** Puts a node at a path, replacing what was there. Errno ENOENT or ENOTDIR if its directory is not one. */
  put(path: readonly string[], node: NewNode, mtime: number): void {
    const name = path.at(-1);
    if (name === undefined) {
      if (node.kind !== 'directory') throw new Errno('EINVAL');
      this.#root = this.#adopt(node) as DirectoryNode;
      return;
    }
    const parent = this.#own(path.slice(0, -1));
    const owned = this.#adopt(node);
    (parent.entries as Map<string, FsNode>).set(name, owned);
    (parent as { mtime: number }).mtime = mtime;
  }

  /**
   * Holds on to what is at a path, as a bind mount does: it follows when that is renamed, and keeps it when it is removed
   * or replaced by another of the same name.
   */
  pin(path: readonly string[]): Pin {
    const known = this.#pins.find((pin) => samePath(pin.at, path));
    if (known !== undefined) return known;
    const pin = { tree: this as Tree, at: path };
    this.#pins.push(pin);
    return pin;
  }

  /** Pins at or below a path go with its node: to the place it is moved to, or out of the tree. */
  repin(path: readonly string[], to: readonly string[] | undefined): void {
    if (this.#pins.length === 0) return;
    const moved = this.#pins.filter(
      (pin) => pin.at.length >= path.length && samePath(pin.at.slice(0, path.length), path),
    );
    if (moved.length === 0) return;
    const node = this.get(path);
    if (to === undefined && node !== undefined) {
      const orphan = new Tree(emptyDirectory(0));
      orphan.put(['orphan'], node, 0);
      this.#pins = this.#pins.filter((pin) => !moved.includes(pin));
      for (const pin of moved) {
        pin.tree = orphan;
        pin.at = ['orphan', ...pin.at.slice(path.length)];
      }
      orphan.#pins = moved;
    } else if (to !== undefined) for (const pin of moved) pin.at = [...to, ...pin.at.slice(path.length)];
  }

  /** Takes a node away. Errno ENOENT. */
  remove(path: readonly string[], mtime: number): void {
    const name = path.at(-1);
    if (name === undefined) throw new Errno('EBUSY');
    if (this.get(path) === undefined) throw new Errno('ENOENT');
    this.repin(path, undefined);
    const parent = this.#own(path.slice(0, -1));
    (parent.entries as Map<string, FsNode>).delete(name);
    (parent as { mtime: number }).mtime = mtime;
  }

  /** Changes mode, owner or times of a node. */
  change(path: readonly string[], meta: Partial<Meta>): void {
    const node = this.get(path);
    if (node === undefined) throw new Errno('ENOENT');
    if (path.length === 0) {
      this.#root = { ...this.#root, ...meta };
      return;
    }
    const parent = this.#own(path.slice(0, -1));
    const name = path.at(-1) ?? '';
    (parent.entries as Map<string, FsNode>).set(name, { ...node, ...meta } as FsNode);
  }

  /** The node as one of this tree's own; a directory of another tree gets a list of entries of its own. */
  #adopt(node: NewNode): FsNode {
    if (node.kind === 'file') return { ...node, owner: this.#owner };
    if (node.kind !== 'directory' || node.owner === this.#owner) return node as FsNode;
    return { ...node, owner: this.#owner, entries: new Map(node.entries) };
  }

  /** The directory at a path as one that may be changed in place; copies the way to it where it is shared. */
  #own(path: readonly string[]): DirectoryNode {
    let directory = this.#ownDirectory(this.#root);
    this.#root = directory;
    for (const name of path) {
      const next = directory.entries.get(name);
      if (next === undefined) throw new Errno('ENOENT');
      if (next.kind !== 'directory') throw new Errno('ENOTDIR');
      const owned = this.#ownDirectory(next);
      (directory.entries as Map<string, FsNode>).set(name, owned);
      directory = owned;
    }
    return directory;
  }

  #ownDirectory(node: DirectoryNode): DirectoryNode {
    return node.owner === this.#owner
      ? node
      : { ...node, owner: this.#owner, entries: new Map(node.entries) };
  }
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** An empty directory of root, mode 755. */
export function emptyDirectory(mtime: number, mode = 0o755): DirectoryNode {
  return { kind: 'directory', owner: {}, mode, uid: 0, gid: 0, mtime, entries: new Map() };
}

/** A change between two snapshots: Added, Changed or Deleted, as `docker diff` prints it. */
export interface TreeChange {
  readonly kind: 'A' | 'C' | 'D';
  readonly path: readonly string[];
  readonly node: FsNode | undefined;
}

/** What differs from `before` to `after`, a directory before what is in it; identical subtrees are skipped at once. */
export function* compare(
  before: DirectoryNode,
  after: DirectoryNode,
  path: readonly string[] = [],
): Generator<TreeChange> {
  for (const [name, node] of after.entries) {
    const old = before.entries.get(name);
    if (old === node) continue;
    const here = [...path, name];
    if (old === undefined) {
      yield { kind: 'A', path: here, node };
      if (node.kind === 'directory') yield* compare(emptyDirectory(0), node, here);
    } else if (node.kind === 'directory' && old.kind === 'directory') {
      const inside = [...compare(old, node, here)];
      if (inside.length > 0 || !sameMeta(old, node)) yield { kind: 'C', path: here, node };
      yield* inside;
    } else if (!sameNode(old, node)) {
      yield { kind: 'C', path: here, node };
      if (node.kind === 'directory') yield* compare(emptyDirectory(0), node, here);
    }
  }
  for (const [name, old] of before.entries) {
    if (!after.entries.has(name)) yield { kind: 'D', path: [...path, name], node: old };
  }
}

function sameMeta(a: Meta, b: Meta): boolean {
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.mtime === b.mtime;
}

function sameNode(a: FsNode, b: FsNode): boolean {
  if (a.kind !== b.kind || !sameMeta(a, b)) return false;
  if (a.kind === 'file' && b.kind === 'file') return a.data === b.data && a.program === b.program;
  if (a.kind === 'link' && b.kind === 'link') return a.target === b.target;
  return true;
}
