import type { ImageConfig } from '../../images/types.ts';
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
  if (frozen) daemon.kernel.freeze(container.processes(), true);
  const tree = container.tree.snapshot();
  yield* daemon.work(35, 55);
  if (frozen) daemon.kernel.freeze(container.processes(), false);
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
  if (reference !== undefined) images.name(id, reference);
  daemon.events.log('container', 'commit', container.id, {
    ...container.attributes(),
    comment: options.comment ?? '',
    imageID: id,
    imageRef: options.reference ?? '',
  });
  return id;
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
