import { Errno } from '../../kernel/errno.ts';
import type { FsNode } from '../../kernel/fs/node.ts';
import { sizeOf } from '../../kernel/fs/node.ts';
import { readTar, type TarEntry, tarProblem, treeEntries, writeTar } from '../../kernel/fs/tar.ts';
import { compare, Tree } from '../../kernel/fs/tree.ts';
import { Vfs } from '../../kernel/fs/vfs.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { FilesystemChange, PathStat } from '../types/container.ts';
import type { Container } from './container.ts';
import { makeMountpoint } from './rootfs.ts';

const KINDS = { C: 0, A: 1, D: 2 } as const;

/** `docker diff`: what differs from the image, a directory before what is in it. */
export function diff(container: Container): FilesystemChange[] {
  const before = new Tree(container.baseline);
  const changes = [...compare(container.baseline, container.tree.root)];
  return changes
    .filter(({ kind, path, node }, i) => {
      if (kind !== 'C' || node?.kind !== 'directory') return true;
      // A directory in which something came and went has only a new time: that is no change.
      const old = before.get(path);
      const inside = changes[i + 1]?.path;
      return (
        (inside !== undefined &&
          inside.length > path.length &&
          path.every((name, n) => name === inside[n])) ||
        old?.kind !== 'directory' ||
        old.mode !== node.mode ||
        old.uid !== node.uid ||
        old.gid !== node.gid
      );
    })
    .map(({ kind, path }) => ({ Path: `/${path.join('/')}`, Kind: KINDS[kind] }));
}

/**
 * The container's files for `docker cp`: its root with its volumes, bind mounts and the files of /etc. What else its
 * processes see is not there: no tmpfs, no /proc, no /dev (daemon/containerfs_linux.go).
 */
function filesOf(rooms: Rooms, container: Container): Vfs {
  const { daemon, volumes } = rooms;
  const { hostConfig } = container;
  if (container.running !== undefined) {
    const own = new Set([
      '',
      '/etc/hostname',
      '/etc/hosts',
      '/etc/resolv.conf',
      ...container.mounts.flatMap(({ type, target }) => (type === 'tmpfs' ? [] : [target])),
    ]);
    return new Vfs(
      container.running.fs.table.filter(({ target }) => own.has(target)),
      () => daemon.now,
    );
  }
  const volumeMounts = container.mounts.flatMap((mount) => {
    if (mount.type === 'volume')
      return [volumes.mount(mount.source, mount.target, mount.readOnly, mount.subpath)];
    if (mount.type !== 'bind' || !daemon.host.fs.exists(mount.source)) return [];
    const place = daemon.host.fs.resolve(mount.source);
    return [
      {
        target: mount.target,
        tree: place.mount.tree,
        at: place.path,
        readOnly: mount.readOnly,
        type: 'ext4',
      },
    ];
  });
  const root = {
    target: '',
    tree: container.tree,
    at: [],
    readOnly: hostConfig.ReadonlyRootfs,
    type: 'overlay',
  };
  // To mount them the engine makes what is missing below, in the container's own layer.
  const base = new Vfs([root], () => daemon.now);
  if (!hostConfig.ReadonlyRootfs)
    for (const { target, tree, at } of volumeMounts) makeMountpoint(base, target, tree.get(at));
  return new Vfs([root, ...volumeMounts], () => daemon.now);
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function find(fs: Vfs, called: string, path: string, shown: string, follow: boolean): FsNode {
  try {
    return follow ? fs.stat(absolute(path)) : fs.lstat(absolute(path));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTDIR')
      throw new DockerError('bad-parameter', { reason: `lstat ${absolute(shown)}: not a directory` });
    throw new DockerError('copy-no-such-path', { path: shown, name: called });
  }
}

/**
 * What is at a path. A trailing slash or `/.` follows a link and wants a directory. Throws copy-no-such-path, which calls the
 * container as the request did.
 */
export function statPath(
  rooms: Rooms,
  container: Container,
  path: string,
  called = container.name,
): PathStat {
  const fs = filesOf(rooms, container);
  const node = find(fs, called, path, path, /\/\.?$/.test(path));
  const linkTarget = node.kind === 'link' ? targetOf(fs, absolute(path)) : '';
  return {
    name: baseName(path),
    size: sizeOf(node),
    mode: node.mode,
    kind: node.kind,
    mtime: node.mtime,
    linkTarget,
  };
}

/** Where a link leads in the end, even if nothing is there. */
function targetOf(fs: Vfs, path: string): string {
  try {
    return fs.resolve(path).absolute;
  } catch (error) {
    if (error instanceof Errno) return '';
    throw error;
  }
}

function baseName(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return names.at(-1) ?? '/';
}

/** A path as a tar whose members begin with its base name; a directory named with `/.` begins with its own entry. */
export function archive(
  rooms: Rooms,
  container: Container,
  path: string,
  called = container.name,
): { stat: PathStat; tar: Uint8Array } {
  const fs = filesOf(rooms, container);
  const stat = statPath(rooms, container, path, called);
  const name = stat.name === '/' ? '.' : stat.name;
  return { stat, tar: writeTar(visible(fs, absolute(path), name)) };
}

/** Members of what a container sees at a path, mounts included. */
function* visible(fs: Vfs, path: string, name: string): Generator<TarEntry> {
  const node = /\/\.?$/.test(path) ? fs.stat(path) : fs.lstat(path);
  if (node.kind !== 'directory') {
    yield* treeEntries(node, name);
    return;
  }
  yield* treeEntries({ ...node, entries: new Map() }, name);
  for (const child of fs.list(path).sort())
    yield* visible(fs, `${path.replace(/\/\.?$/, '')}/${child}`, `${name}/${child}`);
}

/** Unpacks a tar into a directory, for `docker cp`. */
export function* extract(
  rooms: Rooms,
  container: Container,
  path: string,
  tar: Uint8Array,
  options: { noOverwriteDirNonDir?: boolean },
): Sys<void> {
  const fs = filesOf(rooms, container);
  const node = find(fs, container.name, path, path, true);
  if (node.kind !== 'directory') throw new DockerError('copy-not-directory');
  const place = fs.resolve(absolute(path));
  if (place.mount.readOnly)
    throw new DockerError(place.mount.target === '' ? 'copy-read-only' : 'copy-read-only-mount');
  const entries = readTar(tar);
  if (entries === undefined && tar.length > 0)
    throw new DockerError('bad-parameter', { reason: tarProblem(tar) });
  yield* rooms.daemon.work(1, 3);
  for (const entry of entries ?? []) put(fs, place.absolute, entry, options.noOverwriteDirNonDir === true);
  rooms.daemon.events.log('container', 'extract-to-dir', container.id, {
    ...container.attributes(),
    path: absolute(path),
  });
}

function put(fs: Vfs, base: string, entry: TarEntry, strict: boolean): void {
  const names = entry.path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
  const path = `${base === '/' ? '' : base}/${names.join('/')}`;
  if (names.length === 0) return;
  const { mode, uid, gid, mtime } = entry;
  const meta = { mode, uid, gid, mtime };
  const old = fs.exists(path) ? fs.lstat(path) : undefined;
  if (entry.kind === 'directory') {
    if (old !== undefined && old.kind !== 'directory') {
      if (strict) throw new DockerError('copy-overwrite-directory', { from: entry.path, to: path });
      fs.unlink(path);
    }
    if (old?.kind !== 'directory') fs.mkdir(path, '/', { parents: true });
    fs.change(path, meta);
    return;
  }
  if (old?.kind === 'directory') {
    if (strict)
      throw new DockerError('bad-parameter', {
        reason: `cannot overwrite directory "${path}" with non-directory "${entry.path}"`,
      });
    fs.removeAll(path);
  }
  fs.mkdir(path.replace(/\/[^/]*$/, '') || '/', '/', { parents: true });
  if (entry.kind === 'link') fs.place(path, { kind: 'link', target: entry.target, ...meta });
  else if (entry.kind === 'hardlink') fs.place(path, fs.lstat(`${base}/${entry.target}`));
  else fs.place(path, { kind: 'file', data: entry.data, program: entry.program, ...meta });
}

/** `docker export`: the container's own root, without volumes. */
export function* exportTar(rooms: Rooms, container: Container): Sys<Uint8Array> {
  yield* rooms.daemon.work(4, 9);
  rooms.daemon.events.log('container', 'export', container.id, container.attributes());
  return writeTar(treeEntries(container.tree.root, ''));
}
