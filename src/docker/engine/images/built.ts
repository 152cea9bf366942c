import type { DirectoryNode } from '../../kernel/fs/node.ts';
import { compare, emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { BuildBase } from '../api.ts';
import type { Container } from '../containers/container.ts';
import { DockerError } from '../error.ts';
import { familiar, parseReference, withDefaultTag } from '../reference.ts';
import type { Rooms } from '../rooms.ts';
import { find, missing } from './pull.ts';

/** A container's root without what the engine itself put on top of the image (`/.dockerenv`, mount points in /etc). */
export function ownRoot(container: Container): DirectoryNode {
  const tree = new Tree(container.image.root);
  const time = container.created;
  for (const { kind, path, node } of compare(container.baseline, container.tree.snapshot())) {
    if (kind === 'D' || node === undefined) {
      if (tree.get(path) !== undefined) tree.remove(path, time);
      continue;
    }
    for (let depth = 1; depth < path.length; depth++) {
      const parent = path.slice(0, depth);
      if (tree.get(parent) === undefined) tree.put(parent, emptyDirectory(time), time);
    }
    const { mode, uid, gid, mtime } = node;
    if (node.kind !== 'directory') tree.put(path, node, time);
    else if (tree.get(path)?.kind === 'directory') tree.change(path, { mode, uid, gid, mtime });
    else if (kind === 'A') tree.put(path, { ...node, entries: new Map() }, time);
  }
  return tree.snapshot();
}

/** Names an image that was built; see `EngineApi.imageNameBuilt`. */
export function nameBuilt(rooms: Rooms, id: string, names: readonly string[]): void {
  const { images, daemon } = rooms;
  daemon.events.log('image', 'create', id, { name: id });
  for (const name of names) {
    const reference = withDefaultTag(parseReference(name));
    const before = images.store.tag(id, reference, daemon.now);
    daemon.events.log('image', 'tag', id, { name: familiar(reference) });
    if (before !== undefined && images.store.namesOf(before).length === 0) images.store.delete(before);
  }
}

/** Finds the image of a FROM or `--from`; see `EngineApi.buildResolve`. Throws as a pull does, or build-untrusted. */
export function* resolveBase(rooms: Rooms, written: string, { pull }: { pull: boolean }): Sys<BuildBase> {
  const { images, daemon } = rooms;
  const reference = withDefaultTag(parseReference(written));
  yield* daemon.work(1, 4);
  const stored = images.store.find(familiar(reference));
  let record = stored;
  if (record === undefined || pull) {
    if (daemon.settings.registryUntrusted === true && reference.domain === 'docker.io')
      throw new DockerError('build-untrusted', { path: reference.path.replaceAll('/', '%2F') });
    yield* daemon.work(250, 600);
    record = yield* find(images, reference, undefined);
  }
  images.bases.set(record.id, record);
  const { id, config, author, root, created, layers } = record;
  return {
    id,
    config,
    author,
    root,
    created,
    layers: layers.map((layer) => ({ digest: layer.blob, size: layer.blobSize })),
    local: images.store.byId(id) !== undefined,
  };
}

/** Docker's own Dockerfile frontend: its image is asked for, but it is built in. */
export function* fetchFrontend({ daemon, images }: Rooms): Sys<void> {
  yield* daemon.work(300, 700);
  if (daemon.settings.registryUntrusted === true)
    throw new DockerError('build-untrusted', { path: 'docker%2Fdockerfile' });
  if (!daemon.online) throw missing(images, parseReference('docker/dockerfile:1'));
}
