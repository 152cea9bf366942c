import { text, utf8 } from '../../kernel/bytes.ts';
import type { Tree } from '../../kernel/fs/tree.ts';
import type { NetNamespace } from '../../kernel/net.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import { hostBinding, interfacePrefix } from '../networks/bridge-options.ts';
import { formatIp, parseIp } from '../networks/ip.ts';
import { formatIp6, parseIp6 } from '../networks/ip6.ts';
import type { Endpoint, Network } from '../networks/network.ts';
import { PortProblem } from '../networks/ports.ts';
import { Sandbox } from '../networks/sandbox.ts';
import type { Rooms } from '../rooms.ts';
import type { CreateRequest, PortMap } from '../types/container.ts';
import type { EndpointSettings } from '../types/network.ts';
import type { Container, Seat } from './container.ts';

/** The seats a new container is to have, by its network mode and the networks the request names. */
export function planSeats(rooms: Rooms, mode: string, request: CreateRequest): Map<string, Seat> {
  const seats = new Map<string, Seat>();
  if (mode.startsWith('container:')) return seats;
  const asked = request.NetworkingConfig?.EndpointsConfig ?? {};
  const refs = [
    mode,
    ...Object.keys(asked).filter((ref) => ref !== mode && !(mode === 'bridge' && ref === 'default')),
  ];
  for (const ref of refs) {
    const network = find(rooms, ref);
    const config = asked[ref] ?? (network === undefined ? undefined : asked[network.id]) ?? {};
    if (network !== undefined) verifyEndpoint(network, config);
    seats.set(network?.name ?? ref, { ref, config, network, endpoint: undefined });
  }
  return seats;
}

function find(rooms: Rooms, ref: string): Network | undefined {
  try {
    return rooms.networks.get(ref);
  } catch (error) {
    if (error instanceof DockerError) return undefined;
    throw error;
  }
}

/**
 * Refuses addresses and aliases where the network has none (api/types/network EndpointSettings validation). A network that
 * is named at creation is named in the refusal, too.
 */
export function verifyEndpoint(network: Network, config: Partial<EndpointSettings>, named = true): void {
  const address = config.IPAMConfig?.IPv4Address ?? '';
  const refuse = (reason: string): DockerError =>
    named
      ? new DockerError('endpoint-config', { network: network.name, reason })
      : new DockerError('endpoint-settings', { reason });
  for (const local of config.IPAMConfig?.LinkLocalIPs ?? [])
    if (parseIp(local) === undefined && parseIp6(local) === undefined)
      throw refuse(`invalid link-local IP address: ${local}`);
  const address6 = config.IPAMConfig?.IPv6Address ?? '';
  if (address6 !== '') {
    const number = parseIp6(address6);
    if (!network.userDefined)
      throw refuse('user-specified IP address is supported on user-defined networks only');
    if (number === undefined) throw refuse(`invalid IPv6 address: ${address6}`);
    if (network.settings.configured6 !== true)
      throw refuse(
        'user specified IP address is supported only when connecting to networks with user configured subnets',
      );
    if (network.settings.pool6?.has(number) !== true)
      throw refuse(`no configured subnet contains IP address ${address6}`);
  }
  if (address !== '') {
    if (!network.userDefined)
      throw refuse('user-specified IP address is supported on user-defined networks only');
    const number = parseIp(address);
    if (number === undefined) throw refuse(`invalid IPv4 address: ${address}`);
    if (network.settings.configured !== true && network.settings.swarm === undefined)
      throw refuse(
        'user specified IP address is supported only when connecting to networks with user configured subnets',
      );
    if (network.settings.pool?.has(number) !== true)
      throw refuse(`no configured subnet contains IP address ${address}`);
  }
  if ((config.Aliases ?? []).length > 0 && !network.userDefined)
    throw refuse('network-scoped aliases are only supported for user-defined networks');
}

// ---- start and stop ----------------------------------------------------------------------------------------------

/** The network namespace a container starts in. */
export function networkNamespace(
  rooms: Rooms,
  container: Container,
): { net: NetNamespace; sandbox: Sandbox | undefined } {
  const mode = container.hostConfig.NetworkMode;
  if (mode === 'host') {
    if (container.seats.size > 1)
      throw new DockerError('setup-networking', {
        reason: new DockerError('network-shared-connect').message,
      });
    return { net: rooms.networks.host, sandbox: undefined };
  }
  if (mode.startsWith('container:')) {
    const other = otherContainer(rooms, mode.slice('container:'.length));
    if (other.running === undefined)
      throw new DockerError('network-not-running', { name: other.name, state: other.state.status });
    return { net: other.running.net, sandbox: undefined };
  }
  const sandbox = new Sandbox(rooms.daemon.newId(), rooms.networks);
  const start = container.hostConfig.Sysctls?.['net.ipv4.ip_unprivileged_port_start'];
  sandbox.unprivilegedStart = Number(start ?? 0) || 0;
  return { net: sandbox, sandbox };
}

/** The container of `container:REF`. Throws join-network-container. */
export function otherContainer(rooms: Rooms, ref: string): Container {
  try {
    return rooms.containers.get(ref);
  } catch (error) {
    if (error instanceof DockerError)
      throw new DockerError('join-network-container', { reason: error.message });
    throw error;
  }
}

/** Takes the container's seats and publishes its ports; on failure gives everything back. */
export function* connectAll(rooms: Rooms, container: Container, sandbox: Sandbox | undefined): Sys<void> {
  const { networks, daemon } = rooms;
  try {
    for (const [name, seat] of container.seats) {
      const network = networks.find(seat.network?.id ?? '') ?? networks.find(seat.ref) ?? networks.find(name);
      if (network === undefined)
        throw new DockerError('setup-networking', {
          reason: daemon.joinFailed
            ? 'invalid cluster node while attaching to network'
            : `network ${seat.network?.id ?? seat.ref} not found`,
        });
      if (network.settings.configOnly) throw new DockerError('network-config-only');
      if (network.settings.swarm !== undefined) daemon.swarm?.attach(network, container);
      seat.network = network;
      seat.joined = true;
      if (sandbox !== undefined && network.settings.pool !== undefined)
        seat.endpoint = join(rooms, container, sandbox, network, seat.config);
      else if (network.settings.pool === undefined) network.guests.add(container);
      yield* daemon.work(4, 8);
    }
    if (sandbox !== undefined && needsGateway(sandbox))
      container.gateway = daemon.swarm?.gateway(container, sandbox);
    if (sandbox !== undefined) publish(rooms, container, sandbox);
  } catch (error) {
    if (sandbox !== undefined) networks.host.published.release(sandbox);
    for (const seat of container.seats.values()) leave(seat, container);
    leaveGateway(container);
    throw error;
  }
  for (const seat of container.seats.values())
    if (seat.network !== undefined) networks.logContainer('connect', seat.network, container.id);
}

function publish(rooms: Rooms, container: Container, sandbox: Sandbox): void {
  const { host } = rooms.networks;
  const endpoint = sandbox.gatewayEndpoint;
  if (endpoint === undefined) return;
  try {
    const binding = hostBinding(endpoint.network.settings.options);
    container.ports = host.published.publish(sandbox, onAddress(wantedPorts(container), binding), (address) =>
      host.hasAddress(address),
    );
    container.portsFailed = false;
  } catch (error) {
    if (!(error instanceof PortProblem)) throw error;
    // Engine 29.7.2 starts such a container the second time, without its ports (transcript 16, "docker start clash").
    if (container.portsFailed) return;
    container.portsFailed = true;
    throw new DockerError('programming-external', {
      name: container.name,
      endpoint: endpoint.id,
      reason: error.message,
    });
  }
}

/** Bindings that name no address get the one of their network. */
function onAddress(ports: PortMap, address: string): PortMap {
  if (address === '') return ports;
  return Object.fromEntries(
    Object.entries(ports).map(([port, bindings]) => [
      port,
      (bindings ?? []).map((binding) => (binding.HostIp === '' ? { ...binding, HostIp: address } : binding)),
    ]),
  );
}

/** The bindings asked for, and with `-P` all exposed ports. */
function wantedPorts(container: Container): PortMap {
  const { PortBindings, PublishAllPorts } = container.hostConfig;
  if (!PublishAllPorts) return PortBindings;
  const all = Object.keys(container.config.ExposedPorts ?? {}).map((port) => [
    port,
    [{ HostIp: '', HostPort: '' }],
  ]);
  return { ...Object.fromEntries(all), ...PortBindings };
}

/** Gives a container's sandbox an address in a network. Throws setup-networking. */
export function join(
  rooms: Rooms,
  container: Container,
  sandbox: Sandbox,
  network: Network,
  config: Partial<EndpointSettings>,
): Endpoint {
  const { pool } = network.settings;
  const wanted = parseIp(config.IPAMConfig?.IPv4Address ?? '');
  const address = wanted === undefined ? pool?.allocate() : pool?.take(wanted) === true ? wanted : undefined;
  if (address === undefined)
    throw new DockerError('setup-networking', {
      reason:
        wanted === undefined
          ? "no available IPv4 addresses on this network's address pools: " +
            `${network.name} (${network.id})`
          : 'Address already in use',
    });
  const wanted6 = parseIp6(config.IPAMConfig?.IPv6Address ?? '');
  const { pool6 } = network.settings;
  if (wanted6 !== undefined && pool6?.take(wanted6) !== true) {
    pool?.free(address);
    throw new DockerError('setup-networking', { reason: 'Address already in use' });
  }
  const address6 = wanted6 ?? pool6?.allocate();
  const name = config.DriverOpts?.['com.docker.network.endpoint.ifname'];
  const links = new Map<string, string>();
  for (const link of [
    ...(config.Links ?? []),
    ...(network.userDefined ? (container.hostConfig.Links ?? []) : []),
  ]) {
    const [target = '', alias = target] = link.split(':');
    links.set(alias, rooms.containers.find(target)?.name ?? target);
  }
  const endpoint: Endpoint = {
    id: rooms.daemon.newId(),
    network,
    owner: container,
    sandbox,
    address,
    mac:
      config.MacAddress || (network.settings.driver === 'overlay' ? overlayMac(address) : randomMac(rooms)),
    ...(address6 === undefined ? {} : { address6 }),
    ...sandbox.freeDevice(interfacePrefix(network.settings.options), name),
    aliases: config.Aliases ?? [],
    links,
    gatewayPriority: config.GwPriority ?? 0,
  };
  sandbox.endpoints.push(endpoint);
  // Neighbour discovery and address resolution of a new interface.
  sandbox.traffic.received += 700 + rooms.daemon.kernel.random.below(120);
  sandbox.traffic.sent += 126;
  network.add(endpoint);
  return endpoint;
}

/** In overlays the address makes the MAC address: 10.0.1.2 ⇒ `02:42:0a:00:01:02`. */
function overlayMac(address: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => ((address >>> shift) & 255).toString(16).padStart(2, '0'));
  return `02:42:${bytes.join(':')}`;
}

function randomMac(rooms: Rooms): string {
  const { random } = rooms.daemon.kernel;
  const first = ((random.below(256) & 0xfc) | 2).toString(16).padStart(2, '0');
  return [first, ...Array.from({ length: 5 }, () => random.hex(1))].join(':');
}

/** Takes a container's sandbox out of a network again. */
export function leave(seat: Seat, guest?: Container): void {
  const { endpoint } = seat;
  if (guest !== undefined) seat.network?.guests.delete(guest);
  if (endpoint === undefined) return;
  endpoint.network.remove(endpoint);
  const { endpoints } = endpoint.sandbox;
  endpoints.splice(endpoints.indexOf(endpoint), 1);
  seat.endpoint = undefined;
}

/** Is it in overlays only, which lead nowhere else? */
function needsGateway({ endpoints }: Sandbox): boolean {
  const has = (driver: string): boolean =>
    endpoints.some(({ network }) => network.settings.driver === driver && network.name !== 'docker_gwbridge');
  return has('overlay') && !has('bridge');
}

/** Gives back the seat by which a container in overlays reaches the world. */
function leaveGateway(container: Container): void {
  const { gateway } = container;
  if (gateway === undefined) return;
  gateway.network.remove(gateway);
  const { endpoints } = gateway.sandbox;
  endpoints.splice(endpoints.indexOf(gateway), 1);
  container.gateway = undefined;
}

/** Gives back ports and seats when a container has ended. */
export function disconnectAll(rooms: Rooms, container: Container): void {
  const sandbox = container.running?.sandbox;
  if (sandbox !== undefined) rooms.networks.host.published.release(sandbox);
  container.ports = {};
  for (const seat of container.seats.values()) {
    if (seat.network !== undefined) rooms.networks.logContainer('disconnect', seat.network, container.id);
    leave(seat, container);
  }
  leaveGateway(container);
}

// ---- network connect and disconnect ------------------------------------------------------------------------------

/** `docker network connect`. */
export function* connect(
  rooms: Rooms,
  ref: string,
  containerRef: string,
  config: Partial<EndpointSettings>,
): Sys<void> {
  const container = rooms.containers.get(containerRef);
  const network = rooms.networks.get(ref);
  const mode = container.hostConfig.NetworkMode;
  if (network.settings.driver === 'host' || mode === 'host') throw new DockerError('network-host-connect');
  if (mode.startsWith('container:')) throw new DockerError('network-shared-connect');
  if (network.name === 'none' || container.seats.has('none')) throw new DockerError('network-none-connect');
  verifyEndpoint(network, config, false);
  const there = container.seats.get(network.name);
  if (there !== undefined && (there.endpoint !== undefined || container.running === undefined))
    throw new DockerError('endpoint-exists', { name: container.name, network: network.name });
  const seat: Seat = { ref: network.name, config, network, endpoint: undefined };
  const sandbox = container.running?.sandbox;
  // Even where the address is taken the container is to be in the network from now on.
  container.seats.set(network.name, seat);
  if (sandbox !== undefined) {
    try {
      if (network.settings.swarm !== undefined) rooms.daemon.swarm?.attach(network, container);
      seat.endpoint = join(rooms, container, sandbox, network, config);
      seat.joined = true;
      if (needsGateway(sandbox)) container.gateway ??= rooms.daemon.swarm?.gateway(container, sandbox);
    } catch (error) {
      if (error instanceof DockerError && error.id === 'setup-networking')
        throw new DockerError('bad-parameter', { reason: String(error.params['reason']) });
      throw error;
    }
    yield* rooms.daemon.work(18, 35);
    // It may have ended meanwhile.
    if (seat.endpoint !== undefined) appendHosts(container, hostsLines(container, seat.endpoint));
  }
  // A container that does not run is connected when it starts.
  if (sandbox !== undefined) rooms.networks.logContainer('connect', network, container.id);
}

/** `docker network disconnect`. */
export function* disconnect(rooms: Rooms, ref: string, containerRef: string, force: boolean): Sys<void> {
  const network = rooms.networks.get(ref);
  const found = rooms.containers.find(containerRef);
  if (found === undefined && !force) throw new DockerError('no-such-container', { name: containerRef });
  if (found === undefined) throw new DockerError('endpoint-not-found', { name: containerRef });
  if (network.settings.driver === 'host') throw new DockerError('network-host-connect');
  const seat = found.seats.get(network.name);
  if (seat === undefined) throw new DockerError('not-connected', { id: found.id, network: network.name });
  yield* rooms.daemon.work(35, 60);
  leave(seat, found);
  found.seats.delete(network.name);
  if (found.gateway !== undefined && !needsGateway(found.gateway.sandbox)) leaveGateway(found);
  if (found.running?.sandbox?.endpoints.length === 0) {
    rooms.networks.host.published.release(found.running.sandbox);
    found.ports = {};
  }
  if (found.state.running) rooms.networks.logContainer('disconnect', network, found.id);
}

// ---- /etc --------------------------------------------------------------------------------------------------------

const LOCAL_HOSTS = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::\tip6-localnet',
  'ff00::\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/** The content of /etc/hosts. */
export function hostsFile(rooms: Rooms, container: Container): string {
  const { hostConfig } = container;
  const { fs } = rooms.daemon.host;
  const mode = hostConfig.NetworkMode;
  if (mode === 'host' && fs.exists('/etc/hosts')) return text(fs.read('/etc/hosts'));
  if (mode.startsWith('container:')) {
    const other = otherContainer(rooms, mode.slice('container:'.length)).running?.fs;
    if (other?.exists('/etc/hosts') === true) return text(other.read('/etc/hosts'));
  }
  const extra = (hostConfig.ExtraHosts ?? []).map((entry) => {
    const at = entry.search(/[:=]/);
    const address = entry.slice(at + 1);
    return `${address === 'host-gateway' ? rooms.networks.get('bridge').gateway : address}\t${entry.slice(0, at)}`;
  });
  const own = [...container.seats.values()].flatMap((seat) =>
    seat.endpoint === undefined ? [] : hostsLines(container, seat.endpoint),
  );
  return `${[...LOCAL_HOSTS, ...extra, ...linkLines(rooms, container), ...own].join('\n')}\n`;
}

/** `IP alias hostname name` for each `--link` on the default bridge. */
function linkLines(rooms: Rooms, container: Container): string[] {
  if (container.seats.get('bridge')?.endpoint === undefined) return [];
  return (container.hostConfig.Links ?? []).flatMap((link) => {
    const [target = '', alias = target] = link.split(':');
    if (alias === '') return [];
    const other = rooms.containers.get(target);
    const endpoint = other.seats.get('bridge')?.endpoint;
    if (endpoint === undefined)
      throw new DockerError('link-not-running', {
        target: `/${other.name}`,
        alias: `/${container.name}/${alias}`,
      });
    const names = [alias, other.hostname, other.name].filter((name, i, all) => all.indexOf(name) === i);
    return `${formatIp(endpoint.address)}\t${names.join(' ')}`;
  });
}

function hostsLines(container: Container, { address, address6, network }: Endpoint): string[] {
  const { Hostname, Domainname } = container.config;
  const names = Domainname === '' ? Hostname : `${Hostname}.${Domainname} ${Hostname}`;
  return [
    ...(network.settings.ipv4 ? [formatIp(address)] : []),
    ...(address6 === undefined ? [] : [formatIp6(address6)]),
  ].map((shown) => `${shown}\t${names}`);
}

function appendHosts(container: Container, lines: readonly string[]): void {
  const fs = container.running?.fs;
  if (fs?.exists('/etc/hosts') === true) fs.append('/etc/hosts', `${lines.join('\n')}\n`);
}

/** The content of /etc/resolv.conf: the embedded DNS on user networks, else the host's servers (libnetwork/internal/resolvconf). */
export function resolvFile(rooms: Rooms, container: Container): string {
  const { Dns, DnsSearch, DnsOptions } = container.hostConfig;
  const { fs } = rooms.daemon.host;
  const mode = container.hostConfig.NetworkMode;
  if (mode === 'host' && fs.exists('/etc/resolv.conf')) return text(fs.read('/etc/resolv.conf'));
  const servers = Dns === null || Dns.length === 0 ? [rooms.daemon.settings.nameServer] : Dns;
  const search = DnsSearch ?? [];
  const options = [...(DnsOptions ?? [])];
  const internal = [...container.seats.values()].some((seat) => seat.endpoint?.network.userDefined === true);
  const overrides = [
    ...((Dns ?? []).length > 0 ? ['nameservers'] : []),
    ...(search.length > 0 ? ['search'] : []),
    ...(options.length > 0 ? ['options'] : []),
  ];
  const ndots = internal && !options.some((option) => option.startsWith('ndots:'));
  if (ndots) options.push('ndots:0');
  const out = [
    '# Generated by Docker Engine.',
    '# This file can be edited; Docker Engine will not make further changes once it',
    '# has been modified.',
    '',
    ...(internal ? ['nameserver 127.0.0.11'] : servers.map((server) => `nameserver ${server}`)),
    ...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
    `# Based on host file: '/etc/resolv.conf' (${internal ? 'internal resolver' : 'legacy'})`,
  ];
  if (internal) {
    const external = servers.map((server) => ((Dns ?? []).length > 0 ? server : `host(${server})`));
    out.push(`# ExtServers: [${external.join(' ')}]`);
  }
  out.push(`# Overrides: [${overrides.join(' ')}]`);
  if (ndots) out.push('# Option ndots from: internal');
  return `${out.join('\n')}\n`;
}

/** Writes the files once the addresses are known. */
export function writeEtc(rooms: Rooms, container: Container, etc: Tree): void {
  const time = rooms.daemon.now;
  const meta = { kind: 'file' as const, mode: 0o644, uid: 0, gid: 0, mtime: time };
  etc.put(['hosts'], { ...meta, data: utf8(hostsFile(rooms, container)) }, time);
  etc.put(['resolv.conf'], { ...meta, data: utf8(resolvFile(rooms, container)) }, time);
}
