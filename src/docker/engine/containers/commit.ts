import type { ImageConfig } from '../../images/types.ts';
import type { DirectoryNode } from '../../kernel/fs/node.ts';
import { compare, Tree } from '../../kernel/fs/tree.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { CommitOptions } from '../api.ts';
import { applyChanges } from '../images/changes.ts';
import { parseReference } from '../reference.ts';
import type { Rooms } from '../rooms.ts';
import type { ContainerConfig } from '../types/container.ts';
import type { Container } from './container.ts';

/** `docker commit`: the container's files and configuration as a new image. Returns its ID. */
export function* commit(rooms: Rooms, container: Container, options: CommitOptions): Sys<string> {
  const { images, daemon } = rooms;
  const reference =
    options.reference === undefined || options.reference === ''
      ? undefined
      : parseReference(options.reference);
  const config = applyChanges(imageConfigOf(container.config), options.changes ?? []);
  const frozen = options.pause !== false && container.state.running && !container.state.paused;
  if (frozen) {
    daemon.kernel.freeze(container.processes(), true);
    daemon.events.log('container', 'pause', container.id, container.attributes());
  }
  const tree = changesOnImage(container);
  yield* daemon.work(35, 55);
  const { id } = images.create({
    config,
    history: [
      {
        createdBy: container.argv.join(' '),
        comment: options.comment ?? '',
        created: daemon.now,
        tree,
        ...(options.author === undefined ? {} : { author: options.author }),
      },
    ],
    parent: container.image.id,
    author: options.author ?? '',
    comment: options.comment ?? '',
    created: daemon.now,
  });
  daemon.events.log('image', 'create', id, { ...config.Labels, name: id });
  if (reference !== undefined) images.name(id, reference);
  daemon.events.log('container', 'commit', container.id, {
    ...container.attributes(),
    comment: options.comment ?? '',
    imageID: id,
    imageRef: options.reference ?? '',
  });
  if (frozen) {
    daemon.kernel.freeze(container.processes(), false);
    daemon.events.log('container', 'unpause', container.id, container.attributes());
  }
  return id;
}

/** The image's root with the container's changes: without what the engine itself put between the two. */
function changesOnImage(container: Container): DirectoryNode {
  const tree = new Tree(container.image.root);
  for (const { kind, path, node } of compare(container.baseline, container.tree.snapshot())) {
    if (kind === 'D') {
      if (tree.get(path) !== undefined) tree.remove(path, mtimeOf(container, path));
    } else if (node?.kind === 'directory' && tree.get(path)?.kind === 'directory') {
      const { mode, uid, gid, mtime } = node;
      tree.change(path, { mode, uid, gid, mtime });
    } else if (node !== undefined) {
      tree.put(
        path,
        node.kind === 'directory' ? { ...node, entries: new Map() } : node,
        mtimeOf(container, path),
      );
    }
  }
  return tree.snapshot();
}

/** The time of the directory a path is in, which a change in it must not alter. */
function mtimeOf(container: Container, path: readonly string[]): number {
  return container.tree.get(path.slice(0, -1))?.mtime ?? 0;
}

/** The part of a container's configuration that an image keeps. */
export function imageConfigOf(config: ContainerConfig): ImageConfig {
  return {
    User: config.User,
    ...(config.ExposedPorts === undefined ? {} : { ExposedPorts: config.ExposedPorts }),
    Env: config.Env ?? [],
    Entrypoint: config.Entrypoint,
    Cmd: config.Cmd,
    ...(config.Volumes === null ? {} : { Volumes: config.Volumes }),
    WorkingDir: config.WorkingDir,
    Labels: config.Labels,
    ...(config.StopSignal === undefined ? {} : { StopSignal: config.StopSignal }),
    ...(config.Shell === undefined ? {} : { Shell: config.Shell }),
    ...(config.OnBuild === undefined ? {} : { OnBuild: config.OnBuild }),
    ...(config.Healthcheck?.Test === undefined
      ? {}
      : { Healthcheck: { ...config.Healthcheck, Test: config.Healthcheck.Test } }),
  };
}
