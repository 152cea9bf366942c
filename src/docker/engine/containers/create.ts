import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import { isValidName, randomName } from '../names.ts';
import { isHere } from '../platform.ts';
import type { Rooms } from '../rooms.ts';
import type { CreateRequest, CreateResponse } from '../types/container.ts';
import { Container } from './container.ts';
import { completeHostConfig } from './hostconfig.ts';
import { verifyLog } from './log-options.ts';
import { mergeConfig } from './merge.ts';
import { type PlannedMount, planMounts } from './mounts.ts';
import { otherContainer, planSeats } from './networking.ts';
import { baselineOf } from './rootfs.ts';
import { readSignal } from './signal.ts';
import {
  dropUnsupported,
  verifyCgroupParent,
  verifyHealth,
  verifyHostConfig,
  verifyNetworkMode,
} from './verify.ts';

/** `docker create`: checks settings, finds the image, makes the container and its volumes. */
export function* createContainer(rooms: Rooms, request: CreateRequest): Sys<CreateResponse> {
  const { daemon, images, containers } = rooms;
  const hostConfig = completeHostConfig(request.HostConfig ?? {}, daemon.settings.cgroupVersion);
  verifyHealth(request.Config.Healthcheck);
  if (
    request.Config.WorkingDir !== undefined &&
    request.Config.WorkingDir !== '' &&
    !request.Config.WorkingDir.startsWith('/')
  )
    throw new DockerError('workdir-relative', { dir: request.Config.WorkingDir });
  const stop = request.Config.StopSignal ?? '';
  if (stop !== '') readSignal(stop);
  verifyHostConfig(hostConfig, daemon.settings.cpus);
  verifyCgroupParent(hostConfig.CgroupParent, daemon.settings.cgroupVersion === 2);
  const unsupported = dropUnsupported(hostConfig);
  verifyNetworkMode(
    hostConfig,
    (request.Config.Hostname ?? '') !== '',
    Object.keys(request.Config.ExposedPorts ?? {}).length > 0,
  );
  // The network of another container is that container's, whatever it is called later.
  const shared = /^container:(.+)$/.exec(hostConfig.NetworkMode)?.[1];
  const sharedId = shared === undefined ? undefined : containers.find(shared)?.id;
  if (sharedId !== undefined) hostConfig.NetworkMode = `container:${sharedId}`;
  const image = images.store.get(request.Config.Image);
  const { platform } = request;
  if (platform !== undefined && !isHere(platform))
    throw new DockerError('image-other-platform', { name: request.Config.Image, platform });
  const id = daemon.newId();
  const hostname = defaultHostname(rooms, hostConfig.NetworkMode, id);
  const config = mergeConfig(request.Config, image.config, hostname, Object.keys(hostConfig.PortBindings));
  verifyHealth(config.Healthcheck);
  verifyLog(hostConfig);
  for (const mode of [hostConfig.IpcMode, hostConfig.PidMode])
    if (mode.startsWith('container:')) rooms.containers.get(mode.slice('container:'.length));
  for (const link of hostConfig.Links ?? []) findLink(rooms, link.split(':')[0] ?? '');
  const planned = planMounts(hostConfig, config.Volumes, inherited(rooms, hostConfig.VolumesFrom ?? []));
  const name = chooseName(rooms, request.name);
  const seats = planSeats(rooms, hostConfig.NetworkMode, request);
  const mounts = makeVolumes(rooms, planned);
  const container = new Container(daemon.kernel, {
    id,
    name,
    config,
    hostConfig,
    image,
    baseline: baselineOf(image),
    mounts,
  });
  for (const [key, seat] of seats) container.seats.set(key, seat);
  for (const mount of mounts) {
    if (mount.type !== 'volume') continue;
    rooms.volumes.use(mount.source, id);
    if (!mount.noCopy) rooms.volumes.fill(mount.source, nodeAt(container, mount.target));
  }
  containers.add(container);
  yield* daemon.work(4, 8);
  daemon.events.log('container', 'create', id, container.attributes());
  return { Id: id, Warnings: [...unsupported, ...warnings(request)] };
}

function nodeAt(container: Container, path: string): ReturnType<Container['tree']['get']> {
  return container.tree.get(path.split('/').filter((name) => name !== ''));
}

function defaultHostname(rooms: Rooms, mode: string, id: string): string {
  if (mode === 'host') return rooms.daemon.host.uts.hostname;
  if (mode.startsWith('container:')) {
    try {
      return otherContainer(rooms, mode.slice('container:'.length)).hostname;
    } catch (error) {
      // A missing one is noticed at the start.
      if (!(error instanceof DockerError)) throw error;
    }
  }
  return id.slice(0, 12);
}

function chooseName(rooms: Rooms, asked: string | undefined): string {
  const { containers, daemon } = rooms;
  if (asked === undefined || asked === '') {
    for (let retry = 0; retry < 6; retry++) {
      const name = randomName(daemon.kernel.random, retry);
      if (containers.named(name) === undefined) return name;
    }
    return daemon.newId().slice(0, 12);
  }
  const name = asked.replace(/^\//, '');
  if (!isValidName(name)) throw new DockerError('invalid-container-name', { name: asked });
  const other = containers.named(name);
  if (other !== undefined) throw new DockerError('name-conflict', { name, id: other.id });
  return name;
}

function findLink(rooms: Rooms, name: string): void {
  try {
    rooms.containers.get(name);
  } catch (error) {
    if (error instanceof DockerError)
      throw new DockerError('link-container', { name, reason: error.message });
    throw error;
  }
}

/** The mounts of other containers: `name`, `name:ro`, `name:rw`. */
function inherited(rooms: Rooms, from: readonly string[]): PlannedMount[] {
  return from.flatMap((spec) => {
    const [ref = '', mode = 'rw'] = spec.split(':');
    if (spec === '') throw new DockerError('volumes-from-empty');
    if (mode !== 'ro' && mode !== 'rw' && !/^(?:z|Z|(?:ro|rw),[zZ])$/.test(mode))
      throw new DockerError('bind-invalid-mode', { mode });
    return rooms.containers
      .get(ref)
      .mounts.filter((mount) => !mount.hidden)
      .map((mount) => ({ ...mount, readOnly: mount.readOnly || mode.startsWith('ro'), mode: '' }));
  });
}

/** Makes the volumes that are not there yet, and refuses bind sources that are missing. */
function makeVolumes(rooms: Rooms, planned: readonly PlannedMount[]): PlannedMount[] {
  const { volumes, daemon } = rooms;
  for (const mount of planned)
    if (mount.type === 'bind' && !mount.createSource && !daemon.host.fs.exists(mount.source))
      throw new DockerError('mount-bind-missing', { path: mount.source });
  return planned.map((mount) => {
    if (mount.type === 'image') {
      rooms.images.store.get(mount.source);
      const unpacked = `${daemon.settings.dataRoot}/rootfs/overlayfs/${daemon.newId()}`;
      return { ...mount, unpacked };
    }
    if (mount.type !== 'volume') return mount;
    const anonymous = mount.source === '';
    const source = anonymous ? daemon.newId() : mount.source;
    if (mount.driver !== 'local' && !volumes.has(source))
      throw new DockerError('no-such-volume-plugin', { name: source, driver: mount.driver });
    volumes.ensure(source, { anonymous, labels: mount.labels, options: mount.options });
    return { ...mount, source };
  });
}

function warnings(request: CreateRequest): string[] {
  const host = request.HostConfig ?? {};
  const publishes = Object.keys(host.PortBindings ?? {}).length > 0;
  const out: string[] = [];
  if (host.NetworkMode === 'host' && publishes)
    out.push('Published ports are discarded when using host network mode');
  const mode = host.NetworkMode ?? '';
  if ((host.Links ?? []).length > 0 && ['', 'default', 'bridge'].includes(mode))
    out.push(
      'Links on the default bridge network are deprecated and will be removed in a future release. Use a custom network instead.',
    );
  return out;
}
