import type { Container } from '../containers/container.ts';
import { DockerError } from '../error.ts';
import { contains, formatIp, overlaps, parseIp, parseSubnet, type Subnet } from '../networks/ip.ts';
import { type Endpoint, Network } from '../networks/network.ts';
import type { Networks } from '../networks/networks.ts';
import type { Sandbox } from '../networks/sandbox.ts';
import type { NetworkCreateRequest } from '../types/network.ts';
import { SwarmPool } from './addresses.ts';
import type { Fixture, VirtualHosts } from './hooks.ts';
import { newSwarmId } from './ids.ts';
import { rpc } from './refusals.ts';
import type { Cluster, Service, Task } from './state.ts';

export const GATEWAY_BRIDGE = 'docker_gwbridge';

/** The pool of a network of the swarm, for reserving addresses. */
export function poolOf(network: Network): SwarmPool | undefined {
  const { pool } = network.settings;
  return pool instanceof SwarmPool ? pool : undefined;
}

/** Addresses of overlays become their MAC addresses: 10.0.1.2 ⇒ `02:42:0a:00:01:02`. */
export function macOf(address: number): string {
  const parts = [24, 16, 8, 0].map((shift) => ((address >>> shift) & 255).toString(16).padStart(2, '0'));
  return `02:42:${parts.join(':')}`;
}

function chooseSubnet(cluster: Cluster, networks: Networks): Subnet {
  const used = networks.all().flatMap((network) => network.settings.pool?.subnet ?? []);
  const pools = cluster.pools.length > 0 ? cluster.pools : ['10.0.0.0/8'];
  const size = 2 ** (32 - cluster.maskLength);
  for (const written of pools) {
    const pool = parseSubnet(written);
    if (pool === undefined) continue;
    for (let base = pool.base; contains(pool, base); base += size) {
      const subnet = { base, prefix: cluster.maskLength };
      if (!used.some((other) => overlaps(other, subnet))) return subnet;
    }
  }
  throw rpc('InvalidArgument', 'no available subnet in the address pools');
}

/** Makes a network of the swarm, and tells the engine's networks of it. */
export function addOverlay(cluster: Cluster, networks: Networks, request: NetworkCreateRequest): Network {
  const asked = request.IPAM?.Config?.[0];
  const subnet = asked?.Subnet === undefined ? chooseSubnet(cluster, networks) : parseSubnet(asked.Subnet);
  if (subnet === undefined)
    throw new DockerError('network-invalid-subnet', {
      subnet: asked?.Subnet ?? '',
      reason: 'invalid CIDR block notation',
    });
  if (asked?.Subnet !== undefined)
    for (const other of cluster.networks)
      if (other.settings.pool !== undefined && overlaps(other.settings.pool.subnet, subnet))
        throw rpc(
          'InvalidArgument',
          'invalid pool request: Pool overlaps with other one on this address space',
        );
  const gateway = (asked?.Gateway === undefined ? undefined : parseIp(asked.Gateway)) ?? subnet.base + 1;
  const network = new Network({
    id: newSwarmId(cluster.daemon.kernel.random),
    name: request.Name,
    driver: 'overlay',
    created: cluster.daemon.now,
    internal: request.Internal ?? false,
    attachable: request.Attachable ?? false,
    ipv4: true,
    ipv6: request.EnableIPv6 ?? false,
    pool6: undefined,
    configured6: false,
    configOnly: false,
    configFrom: '',
    options: {
      ...request.Options,
      'com.docker.network.driver.overlay.vxlanid_list': String(4096 + cluster.networks.length),
    },
    labels: request.Labels ?? {},
    pools: [{ Subnet: `${formatIp(subnet.base)}/${subnet.prefix}`, Gateway: formatIp(gateway) }],
    ipamDriver: request.IPAM?.Driver || 'default',
    ipamOptions: null,
    pool: new SwarmPool(subnet, gateway),
    swarm: {
      ingress: request.Ingress ?? false,
      peer: cluster.daemon.kernel.random.hex(6),
      address: cluster.address,
    },
  });
  network.virtual = virtualHosts(cluster, network);
  if (request.Ingress === true) {
    const own = poolOf(network)?.hold();
    if (own !== undefined)
      network.fixtures.push(fixture(cluster, `${request.Name}-sbox`, `${request.Name}-endpoint`, own));
  }
  cluster.networks.push(network);
  networks.install(network);
  return network;
}

/** The first task on a node brings the network there, with a load balancer at its own address. */
export function instantiate(cluster: Cluster, network: Network): void {
  if (network.fixtures.length > 0) return;
  const address = poolOf(network)?.hold();
  if (address === undefined) return;
  network.fixtures.push(fixture(cluster, `lb-${network.name}`, `${network.name}-endpoint`, address));
}

export function fixture(cluster: Cluster, key: string, name: string, address: number): Fixture {
  return { key, name, endpointId: cluster.daemon.kernel.random.hex(32), mac: macOf(address), address };
}

/** `docker_gwbridge`, by which containers of overlays reach the world; it stays when the swarm is left. */
export function ensureGatewayBridge(cluster: Cluster, networks: Networks): void {
  if (networks.find(GATEWAY_BRIDGE) === undefined)
    networks.install(
      networks.make({
        Name: GATEWAY_BRIDGE,
        Driver: 'bridge',
        Options: {
          'com.docker.network.bridge.enable_icc': 'false',
          'com.docker.network.bridge.enable_ip_masquerade': 'true',
          'com.docker.network.bridge.name': GATEWAY_BRIDGE,
        },
      }),
    );
  const bridge = networks.get(GATEWAY_BRIDGE);
  const address = bridge.settings.pool?.allocate();
  if (address !== undefined)
    bridge.fixtures.push(fixture(cluster, 'ingress-sbox', 'gateway_ingress-sbox', address));
}

/** A container's seat in `docker_gwbridge`. */
export function gatewaySeat(
  cluster: Cluster,
  networks: Networks,
  container: Container,
  sandbox: Sandbox,
): Endpoint | undefined {
  const network = networks.find(GATEWAY_BRIDGE);
  const address = network?.settings.pool?.allocate();
  if (network === undefined || address === undefined) return undefined;
  const { random } = cluster.daemon.kernel;
  const endpoint: Endpoint = {
    id: random.hex(32),
    network,
    owner: {
      id: container.id,
      name: `gateway_${sandbox.id.slice(0, 12)}`,
      hostname: container.hostname,
    },
    sandbox,
    address,
    mac: [0x02 | (random.below(64) << 2), ...Array.from({ length: 5 }, () => random.below(256))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(':'),
    ...sandbox.freeDevice(),
    aliases: [],
    links: new Map(),
    gatewayPriority: 0,
  };
  sandbox.endpoints.push(endpoint);
  network.add(endpoint);
  return endpoint;
}

/** Names a service has in a network: its own, and its aliases there. */
function answersTo(service: Service, network: Network, name: string): boolean {
  if (service.name === name) return true;
  return (service.spec.TaskTemplate.Networks ?? []).some(
    (one) => one.Target === network.id && one.Aliases?.includes(name) === true,
  );
}

/** The seat of a running task in a network. */
function seatOf(task: Task, network: Network): Endpoint | undefined {
  if (task.state !== 'running' || task.container === undefined) return undefined;
  return task.container.seats.get(network.name)?.endpoint;
}

/** The running tasks of a service as seats in a network, in the order of their slots. */
export function backends(cluster: Cluster, service: Service, network: Network): Endpoint[] {
  return cluster
    .tasksOf(service)
    .sort((a, b) => a.slot - b.slot)
    .flatMap((task) => seatOf(task, network) ?? []);
}

/** Takes one after the other. */
export class Rotation {
  readonly #turns = new Map<string, number>();

  next<T>(key: string, items: readonly T[]): T | undefined {
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    return items[turn % Math.max(1, items.length)];
  }
}

function virtualHosts(cluster: Cluster, network: Network): VirtualHosts {
  const rotation = new Rotation();
  const vipOf = (service: Service): number | undefined =>
    service.vips.find((vip) => vip.network === network)?.address;
  const owner = (address: number): Service | undefined =>
    [...cluster.services.values()].find((service) => vipOf(service) === address);
  return {
    lookup(written) {
      const suffix = `.${network.name}`;
      const name = written.endsWith(suffix) ? written.slice(0, -suffix.length) : written;
      const tasks = name.startsWith('tasks.');
      const wanted = tasks ? name.slice('tasks.'.length) : name;
      return [...cluster.services.values()]
        .filter((service) => answersTo(service, network, wanted))
        .flatMap((service) => {
          const vip = vipOf(service);
          if (!tasks && vip !== undefined) return [vip];
          return backends(cluster, service, network).map((endpoint) => endpoint.address);
        });
    },
    isVirtual: (address) => owner(address) !== undefined,
    backend(address) {
      const service = owner(address);
      if (service === undefined || cluster.daemon.settings.withoutIpvs === true) return undefined;
      return rotation.next(service.id, backends(cluster, service, network));
    },
  };
}
