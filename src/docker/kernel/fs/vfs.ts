import { extended, utf8 } from '../bytes.ts';
import { Errno } from '../errno.ts';
import { contentOf, type DirectoryNode, type FileNode, type FsNode, type Meta, sizeOf } from './node.ts';
import type { Tree } from './tree.ts';

/** A file system attached somewhere: a container's root, a volume, a bind mount (then `at` is a path inside the host's tree). */
export interface Mount {
  /** Absolute path where it appears, without a trailing slash (`''` is the root). */
  readonly target: string;
  readonly tree: Tree;
  /** Where in the tree it starts. */
  readonly at: readonly string[];
  readonly readOnly: boolean;
  /** For /proc/mounts and inspect: overlay, ext4, tmpfs, proc … */
  readonly type: string;
  /** What `df` and `mount` name as the device; the type if missing. */
  readonly source?: string;
  /** Bytes it may hold (tmpfs), for `df`. */
  readonly size?: number;
  /** As /proc/mounts writes them: `rw,nosuid,size=1024k`; without, `ro` or `rw` and `relatime`. */
  readonly options?: string;
}

/** Who asks; decides on permissions. Root may everything. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

const ROOT: Credentials = { uid: 0, gid: 0, groups: [0] };
const MAX_LINKS = 40;

/** A resolved path: which tree, where in it, and what is there. */
export interface Place {
  readonly mount: Mount;
  readonly path: readonly string[];
  readonly node: FsNode | undefined;
  /** The absolute path without links, as `realpath` prints it. */
  readonly absolute: string;
}

/**
 * The file system as a process sees it: mounts over mounts, links followed, permissions checked. Paths are absolute or
 * relative to `cwd`. Every failure is an Errno. All calls are synchronous: everything is in memory.
 */
export class Vfs {
  /** In the order they were mounted. */
  #table: readonly Mount[];
  /** In the order they are looked up: the deepest first. */
  #mounts: readonly Mount[];
  readonly now: () => number;
  /** Set where root has no CAP_DAC_OVERRIDE. */
  bound = false;

  constructor(mounts: readonly Mount[], now: () => number) {
    this.#table = mounts;
    this.#mounts = sorted(mounts);
    this.now = now;
  }

  /** All mounts, the last one first where one hides another. */
  get mounts(): readonly Mount[] {
    return this.#mounts;
  }

  /** All mounts in the order they were made, as /proc/mounts lists them. */
  get table(): readonly Mount[] {
    return this.#table;
  }

  mount(mount: Mount): void {
    this.#setTable([...this.#table, mount]);
  }

  unmount(mount: Mount): void {
    this.#setTable(this.#table.filter((other) => other !== mount));
  }

  /** Makes a mount read-only, or writable again. */
  remount(mount: Mount, readOnly: boolean): void {
    const options = (mount.options ?? 'rw,relatime').replace(/^r[ow]/, readOnly ? 'ro' : 'rw');
    const { tree, at } = mount;
    this.#setTable(
      this.#table.map((other) => (other === mount ? { ...mount, tree, at, readOnly, options } : other)),
    );
  }

  #setTable(mounts: readonly Mount[]): void {
    this.#table = mounts;
    this.#mounts = sorted(mounts);
  }

  // ---- looking -------------------------------------------------------------------------------------------------

  /** Resolves a path; its directory must exist, the last name need not. */
  resolve(path: string, cwd = '/', options: { follow?: boolean; as?: Credentials } = {}): Place {
    return this.#walk(path, cwd, options.follow ?? true, options.as ?? ROOT, 0);
  }

  /** The node at a path. Errno ENOENT. */
  stat(path: string, cwd = '/', as: Credentials = ROOT): FsNode {
    return present(this.#walk(path, cwd, true, as, 0).node);
  }

  /** As `stat`, but a link itself. */
  lstat(path: string, cwd = '/', as: Credentials = ROOT): FsNode {
    return present(this.#walk(path, cwd, false, as, 0).node);
  }

  exists(path: string, cwd = '/'): boolean {
    try {
      return this.resolve(path, cwd).node !== undefined;
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }

  isDirectory(path: string, cwd = '/'): boolean {
    return this.exists(path, cwd) && this.stat(path, cwd).kind === 'directory';
  }

  /** The bytes of a file. Errno ENOENT, EISDIR, EACCES. */
  read(path: string, cwd = '/', as: Credentials = ROOT): Uint8Array {
    const node = this.stat(path, cwd, as);
    if (node.kind === 'directory') throw new Errno('EISDIR');
    if (!allowed(node, as, 4, this.bound)) throw new Errno('EACCES');
    if (node.kind === 'file') return contentOf(node);
    if (node.kind === 'device' && typeof node.device === 'function') return node.device();
    return new Uint8Array(0);
  }

  /** Names in a directory in the order of creation, mount points included; programs sort. Errno ENOTDIR, EACCES. */
  list(path: string, cwd = '/', as: Credentials = ROOT): string[] {
    const place = this.#walk(path, cwd, true, as, 0);
    const node = present(place.node);
    if (node.kind !== 'directory') throw new Errno('ENOTDIR');
    if (!allowed(node, as, 4, this.bound)) throw new Errno('EACCES');
    const names = new Set(node.entries.keys());
    const prefix = place.absolute === '/' ? '' : place.absolute;
    for (const mount of this.#mounts) {
      if (mount.target.startsWith(`${prefix}/`) && mount.target.lastIndexOf('/') === prefix.length) {
        names.add(mount.target.slice(prefix.length + 1));
      }
    }
    return [...names];
  }

  // ---- changing ------------------------------------------------------------------------------------------------

  /** Writes a whole file, keeping mode and owner of an existing one. */
  write(path: string, data: Uint8Array | string, cwd = '/', as: Credentials = ROOT, mode = 0o644): void {
    const place = this.#walk(path, cwd, true, as, 0);
    const bytes = typeof data === 'string' ? utf8(data) : data;
    const old = place.node;
    if (old?.kind === 'directory') throw new Errno('EISDIR');
    if (old?.kind === 'device') {
      // What the kernel makes up (/proc, /sys) is part of its file system; a device stands for itself.
      if (typeof old.device === 'function') this.#writable(place);
      old.set?.(typeof data === 'string' ? utf8(data) : data);
      return;
    }
    if (old === undefined) this.#mayChange(place, as);
    else if (!allowed(old, as, 2, this.bound)) throw new Errno('EACCES');
    this.#writable(place);
    const meta: Meta = old ?? { mode, uid: as.uid, gid: as.gid, mtime: 0 };
    const room = roomFor(place);
    const node = {
      kind: 'file' as const,
      data: bytes.length > room ? bytes.slice(0, room) : bytes,
      mode: meta.mode,
      uid: meta.uid,
      gid: meta.gid,
      mtime: this.now(),
    };
    place.mount.tree.put(place.path, node, old === undefined ? this.now() : this.#parentTime(place));
    if (bytes.length > room) throw new Errno('ENOSPC');
  }

  /** Appends to a file, making it if need be. */
  append(path: string, data: Uint8Array | string, cwd = '/', as: Credentials = ROOT, mode = 0o644): void {
    const bytes = typeof data === 'string' ? utf8(data) : data;
    const place = this.#walk(path, cwd, true, as, 0);
    const old = place.node?.kind === 'file' ? contentOf(place.node) : new Uint8Array(0);
    this.write(path, extended(old, bytes), cwd, as, mode);
  }

  /** Puts a ready node (used to unpack images and archives, and by `ln -s`, `mknod`). */
  place(
    path: string,
    node: FsNode | (Omit<FileNode, 'owner'> & { owner?: object }),
    cwd = '/',
    as: Credentials = ROOT,
  ): void {
    const place = this.#walk(path, cwd, false, as, 0);
    this.#mayChange(place, as);
    this.#writable(place);
    place.mount.tree.repin(place.path, undefined);
    place.mount.tree.put(place.path, node, this.now());
  }

  mkdir(path: string, cwd = '/', options: { parents?: boolean; mode?: number; as?: Credentials } = {}): void {
    const as = options.as ?? ROOT;
    if (options.parents === true) {
      const names = absolutePath(path, cwd)
        .split('/')
        .filter((name) => name !== '');
      let at = '';
      for (const name of names) {
        at += `/${name}`;
        if (!this.exists(at))
          this.mkdir(at, '/', { as, ...(options.mode === undefined ? {} : { mode: options.mode }) });
        else if (this.stat(at).kind !== 'directory')
          throw new Errno(at === `/${names.join('/')}` ? 'EEXIST' : 'ENOTDIR');
      }
      return;
    }
    const place = this.#walk(path, cwd, false, as, 0);
    if (place.node !== undefined) throw new Errno('EEXIST');
    this.#mayChange(place, as);
    this.#writable(place);
    const time = this.now();
    const node: DirectoryNode = {
      kind: 'directory',
      owner: {},
      mode: options.mode ?? 0o755,
      uid: as.uid,
      gid: as.gid,
      mtime: time,
      entries: new Map(),
    };
    place.mount.tree.put(place.path, node, time);
  }

  symlink(target: string, path: string, cwd = '/', as: Credentials = ROOT): void {
    if (this.#walk(path, cwd, false, as, 0).node !== undefined) throw new Errno('EEXIST');
    this.place(
      path,
      { kind: 'link', target, mode: 0o777, uid: as.uid, gid: as.gid, mtime: this.now() },
      cwd,
      as,
    );
  }

  /** Removes a file or link (not a directory). Errno EISDIR. */
  unlink(path: string, cwd = '/', as: Credentials = ROOT): void {
    const place = this.#walk(path, cwd, false, as, 0);
    if (present(place.node).kind === 'directory') throw new Errno('EISDIR');
    this.#take(place, as);
  }

  /** Removes an empty directory. Errno ENOTEMPTY, ENOTDIR, EBUSY for a mount point. */
  rmdir(path: string, cwd = '/', as: Credentials = ROOT): void {
    const place = this.#walk(path, cwd, false, as, 0);
    const node = present(place.node);
    if (node.kind !== 'directory') throw new Errno('ENOTDIR');
    if (node.entries.size > 0) throw new Errno('ENOTEMPTY');
    this.#take(place, as);
  }

  /** Removes whatever is there, with all below it. */
  removeAll(path: string, cwd = '/', as: Credentials = ROOT): void {
    const place = this.#walk(path, cwd, false, as, 0);
    present(place.node);
    this.#take(place, as);
  }

  rename(from: string, to: string, cwd = '/', as: Credentials = ROOT): void {
    const source = this.#walk(from, cwd, false, as, 0);
    const node = present(source.node);
    const target = this.#walk(to, cwd, false, as, 0);
    if (source.mount.tree !== target.mount.tree) throw new Errno('EXDEV');
    if (target.absolute.startsWith(`${source.absolute}/`)) throw new Errno('EINVAL');
    if (target.node?.kind === 'directory') {
      if (node.kind !== 'directory') throw new Errno('EISDIR');
      if (target.node.entries.size > 0) throw new Errno('ENOTEMPTY');
    }
    this.#mayChange(target, as);
    this.#writable(target);
    target.mount.tree.repin(target.path, undefined);
    this.#mayTake(source, as);
    source.mount.tree.repin(source.path, target.path);
    source.mount.tree.remove(source.path, this.now());
    target.mount.tree.put(target.path, node, this.now());
  }

  /** Changes mode, owner or times. Only root or the owner may. */
  change(path: string, meta: Partial<Meta>, cwd = '/', as: Credentials = ROOT, follow = true): void {
    const place = this.#walk(path, cwd, follow, as, 0);
    const node = present(place.node);
    if (as.uid !== 0 && (as.uid !== node.uid || meta.uid !== undefined)) throw new Errno('EPERM');
    this.#writable(place);
    place.mount.tree.change(place.path, meta);
  }

  /** Does `as` have these rights (4 read, 2 write, 1 execute)? */
  access(path: string, rights: number, cwd = '/', as: Credentials = ROOT): boolean {
    return allowed(this.stat(path, cwd, as), as, rights, this.bound);
  }

  // ---- inside --------------------------------------------------------------------------------------------------

  #walk(path: string, cwd: string, follow: boolean, as: Credentials, links: number): Place {
    if (path === '') throw new Errno('ENOENT');
    const names = absolutePath(path, cwd, false)
      .split('/')
      .filter((name) => name !== '' && name !== '.');
    const trailing = /\/\.?$/.test(path);
    let at: string[] = [];
    let node: FsNode | undefined = this.#node(at);
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? '';
      const last = i === names.length - 1;
      if (node === undefined) throw new Errno('ENOENT');
      if (node.kind !== 'directory') throw new Errno('ENOTDIR');
      if (!allowed(node, as, 1, this.bound)) throw new Errno('EACCES');
      if (name === '..') {
        at = at.slice(0, -1);
        node = this.#node(at);
        continue;
      }
      if (name.length > 255) throw new Errno('ENAMETOOLONG');
      const next: FsNode | undefined = this.#node([...at, name]);
      if (next?.kind === 'link' && (!last || follow || trailing)) {
        if (links >= MAX_LINKS) throw new Errno('ELOOP');
        const rest = names.slice(i + 1).join('/');
        const target = rest === '' ? next.target : `${next.target}/${rest}`;
        return this.#walk(target, `/${at.join('/')}`, follow, as, links + 1);
      }
      at = [...at, name];
      node = next;
    }
    if (trailing && node !== undefined && node.kind !== 'directory') throw new Errno('ENOTDIR');
    const absolute = `/${at.join('/')}`;
    const { mount, inside } = this.#mountOf(at);
    return { mount, path: inside, node, absolute };
  }

  #mountOf(at: readonly string[]): { mount: Mount; inside: string[] } {
    const absolute = at.length === 0 ? '' : `/${at.join('/')}`;
    for (const mount of this.#mounts) {
      if (absolute === mount.target || absolute.startsWith(`${mount.target}/`)) {
        const depth = mount.target === '' ? 0 : mount.target.split('/').length - 1;
        return { mount, inside: [...mount.at, ...at.slice(depth)] };
      }
    }
    throw new Errno('ENOENT');
  }

  #node(at: readonly string[]): FsNode | undefined {
    const { mount, inside } = this.#mountOf(at);
    return mount.tree.get(inside);
  }

  #parentTime(place: Place): number {
    return place.mount.tree.get(place.path.slice(0, -1))?.mtime ?? this.now();
  }

  #writable(place: Place): void {
    if (place.mount.readOnly) throw new Errno('EROFS');
  }

  #mayChange(place: Place, as: Credentials): void {
    this.#writable(place);
    const parent = place.mount.tree.get(place.path.slice(0, -1));
    if (parent === undefined) throw new Errno('ENOENT');
    if (!allowed(parent, as, 3, this.bound)) throw new Errno('EACCES');
  }

  #take(place: Place, as: Credentials): void {
    this.#mayTake(place, as);
    place.mount.tree.remove(place.path, this.now());
  }

  #mayTake(place: Place, as: Credentials): void {
    if (this.#mounts.some((m) => m.target === place.absolute || m.target.startsWith(`${place.absolute}/`)))
      throw new Errno('EBUSY');
    this.#mayChange(place, as);
    const parent = place.mount.tree.get(place.path.slice(0, -1));
    const sticky = parent !== undefined && (parent.mode & 0o1000) !== 0;
    if (sticky && as.uid !== 0 && as.uid !== parent.uid && as.uid !== place.node?.uid)
      throw new Errno('EPERM');
  }
}

function sorted(mounts: readonly Mount[]): Mount[] {
  // Later mounts of the same depth hide earlier ones.
  return [...mounts]
    .map((mount, i) => ({ mount, i }))
    .sort((a, b) => b.mount.target.length - a.mount.target.length || b.i - a.i)
    .map(({ mount }) => mount);
}

const PAGE = 4096;

/** What a file may hold, so that `yes > f` fills a disk and not the tab's memory: 256 MiB. */
const LARGEST_FILE = 2 ** 28;

/** Bytes that the file at this place may have: all that is left of a tmpfs with a size, with what the file has already. */
function roomFor(place: Place): number {
  const { type, size, tree } = place.mount;
  if (type !== 'tmpfs' || size === undefined || size === 0) return LARGEST_FILE;
  const own = place.node === undefined ? 0 : pagesOf(place.node);
  return Math.max(0, size - pagesOf(tree.root) + own);
}

/** Bytes in whole pages of all files of a node. */
function pagesOf(node: FsNode): number {
  if (node.kind !== 'directory') return Math.ceil(sizeOf(node) / PAGE) * PAGE;
  let sum = 0;
  for (const child of node.entries.values()) if (child.kind !== 'link') sum += pagesOf(child);
  return sum;
}

function present(node: FsNode | undefined): FsNode {
  if (node === undefined) throw new Errno('ENOENT');
  return node;
}

/** May `as` do this (4 read, 2 write, 1 execute or search)? Root needs an x bit only to execute files. */
export function allowed(
  node: Meta & { readonly kind: FsNode['kind'] },
  as: Credentials,
  rights: number,
  /** Has root lost CAP_DAC_OVERRIDE? Then permissions hold for it as for others. */
  bound = false,
): boolean {
  if (as.uid === 0 && !bound) return (rights & 1) === 0 || node.kind !== 'file' || (node.mode & 0o111) !== 0;
  const shift = as.uid === node.uid ? 6 : as.groups.includes(node.gid) || as.gid === node.gid ? 3 : 0;
  return ((node.mode >> shift) & rights) === rights;
}

/** `absolutePath('../x', '/a/b')` ⇒ `/a/x`; with `tidy` false `..` stays for the walk (links before it matter). */
export function absolutePath(path: string, cwd: string, tidy = true): string {
  const whole = path.startsWith('/') ? path : `${cwd}/${path}`;
  if (!tidy) return whole;
  const out: string[] = [];
  for (const name of whole.split('/')) {
    if (name === '..') out.pop();
    else if (name !== '' && name !== '.') out.push(name);
  }
  return `/${out.join('/')}`;
}

export { sizeOf };
