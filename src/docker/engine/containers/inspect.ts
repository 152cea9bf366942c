import { rfc3339Nano } from '../../kernel/clock.ts';
import { sortedRecord } from '../filters.ts';
import { formatIp } from '../networks/ip.ts';
import { formatIp6 } from '../networks/ip6.ts';
import { bareEndpointId, dnsNames } from '../networks/network.ts';
import { byPort } from '../networks/ports.ts';
import type { Rooms } from '../rooms.ts';
import type {
  ContainerInspect,
  Descriptor,
  HostConfig,
  MountPoint,
  PortBinding,
} from '../types/container.ts';
import type { EndpointSettings } from '../types/network.ts';
import type { Container, Seat } from './container.ts';
import { mountPoint } from './mounts.ts';
import { sizeOfWritable } from './remove.ts';
import { INIT_LAYER_SIZE } from './rootfs.ts';

/** `GET /containers/x/json`, fields in the order `docker inspect` prints. */
export function inspectContainer(rooms: Rooms, container: Container, size: boolean): ContainerInspect {
  const { id, config, state } = container;
  const { dataRoot } = rooms.daemon.settings;
  const home = `${dataRoot}/containers/${id}`;
  const [path = '', ...args] = container.argv;
  const started = state.startedAt !== undefined || container.running !== undefined;
  const execs = [...container.execs.values()].filter((exec) => exec.running).map((exec) => exec.id);
  const logged = container.hostConfig.LogConfig.Type === 'json-file';
  return {
    Id: id,
    Created: rfc3339Nano(container.created),
    Path: path,
    Args: args,
    State: state.inspect(),
    Image: container.image.id,
    ResolvConfPath: started ? `${home}/resolv.conf` : '',
    HostnamePath: started ? `${home}/hostname` : '',
    HostsPath: started ? `${home}/hosts` : '',
    LogPath: started && logged ? `${home}/${id}-json.log` : '',
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlayfs',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: execs.length === 0 ? null : execs,
    HostConfig: shownHostConfig(container),
    Storage: { RootFS: { Snapshot: { Name: 'overlayfs' } } },
    ...(size ? { SizeRw: sizeOfWritable(container), SizeRootFs: sizeOfRoot(container) } : {}),
    Mounts: mountPoints(rooms, container),
    Config: config,
    NetworkSettings: {
      SandboxID: container.running?.sandbox?.id ?? '',
      SandboxKey: sandboxKey(rooms, container),
      Ports: shownPorts(container),
      Networks: endpoints(container),
    },
    ImageManifestDescriptor: manifestOf(container),
  };
}

/** All of a container's files on disk: image, the engine's own layer, its changes. */
export function sizeOfRoot(container: Container): number {
  return container.image.unpackedSize + INIT_LAYER_SIZE + sizeOfWritable(container);
}

export function manifestOf(container: Container): Descriptor {
  return { ...container.image.manifest, platform: { architecture: 'amd64', os: 'linux' } };
}

/** Links are shown with full paths: `/old:/self/alias`. */
function shownHostConfig(container: Container): HostConfig {
  const { hostConfig } = container;
  if (hostConfig.Links === null) return hostConfig;
  const Links = hostConfig.Links.map((link) => {
    const [target = '', alias = target] = link.split(':');
    return `/${target.replace(/^\//, '')}:/${container.name}/${alias}`;
  });
  return { ...hostConfig, Links };
}

function sandboxKey(rooms: Rooms, container: Container): string {
  const sandbox = container.running?.sandbox;
  if (sandbox !== undefined) return `${rooms.daemon.settings.execRoot}/netns/${sandbox.id.slice(0, 12)}`;
  return container.running !== undefined && container.hostConfig.NetworkMode === 'host'
    ? `${rooms.daemon.settings.execRoot}/netns/default`
    : '';
}

export function mountPoints(rooms: Rooms, container: Container): MountPoint[] {
  return container.mounts
    .filter((mount) => !mount.hidden)
    .map((mount) => mountPoint(mount, (volume) => rooms.volumes.mountpoint(volume)));
}

/** While it runs: published ports, and null for those only exposed. */
export function shownPorts(container: Container): Record<string, readonly PortBinding[] | null> {
  if (container.running?.sandbox === undefined) return {};
  // A network without a way out has no ports to speak of.
  const reachable = [...container.seats.values()].some(({ network }) => network?.settings.internal !== true);
  const keys = new Set([
    ...(reachable ? Object.keys(container.config.ExposedPorts ?? {}) : []),
    ...Object.keys(container.ports),
  ]);
  return Object.fromEntries([...keys].sort(byPort).map((key) => [key, container.ports[key] ?? null]));
}

/** `.NetworkSettings.Networks`. */
export function endpoints(container: Container): Record<string, EndpointSettings> {
  return sortedRecord(
    Object.fromEntries([...container.seats].map(([name, seat]) => [name, endpoint(container, seat)])),
  );
}

function endpoint(container: Container, seat: Seat): EndpointSettings {
  const { config, endpoint: live, network } = seat;
  const asked = config.IPAMConfig ?? null;
  const pool6 = live?.address6 === undefined ? undefined : network?.settings.pool6;
  const known = live !== undefined || seat.joined === true;
  const shared =
    container.running !== undefined && network !== undefined && network.settings.pool === undefined;
  return {
    IPAMConfig: asked,
    Links: config.Links ?? null,
    Aliases: config.Aliases ?? null,
    DriverOpts: config.DriverOpts ?? null,
    GwPriority: config.GwPriority ?? 0,
    NetworkID: (known || shared) && network !== undefined ? network.id : '',
    EndpointID: live?.id ?? (shared ? bareEndpointId(container.id) : ''),
    Gateway:
      live === undefined ||
      network === undefined ||
      network.settings.internal ||
      network.settings.driver === 'overlay'
        ? ''
        : network.settings.ipv4
          ? network.gateway
          : '',
    IPAddress: live === undefined || network?.settings.ipv4 === false ? '' : formatIp(live.address),
    MacAddress: live?.mac ?? '',
    IPPrefixLen:
      live === undefined || network?.settings.ipv4 === false
        ? 0
        : (network?.settings.pool?.subnet.prefix ?? 0),
    IPv6Gateway: pool6 === undefined || network?.settings.internal === true ? '' : formatIp6(pool6.gateway),
    GlobalIPv6Address: live?.address6 === undefined ? '' : formatIp6(live.address6),
    GlobalIPv6PrefixLen: pool6?.subnet.prefix ?? 0,
    DNSNames: network?.userDefined === true ? names(container, seat) : null,
  };
}

function names(container: Container, seat: Seat): string[] {
  if (seat.endpoint !== undefined) return dnsNames(seat.endpoint);
  return [
    ...new Set([
      container.name,
      ...(seat.config.Aliases ?? []),
      container.id.slice(0, 12),
      container.hostname,
    ]),
  ];
}
