import type { ErrnoCode } from '../../kernel/errno.ts';
import type { NetInterface } from '../../kernel/net.ts';
import type { HostStack } from './host.ts';
import { formatIp, formatSubnet, parseIp } from './ip.ts';
import { formatIp6, formatSubnet6, linkLocal, parseIp6 } from './ip6.ts';
import type { Endpoint } from './network.ts';
import { NetStack, type Route } from './stack.ts';

/** The rest of the network as a container meets it. */
export interface Surroundings {
  readonly host: HostStack;
  /** Is this an address inside some container network? */
  isContainerAddress(address: number): boolean;
}

const LOOPBACK: NetInterface = {
  name: 'lo',
  index: 1,
  mac: '00:00:00:00:00:00',
  ipv4: '127.0.0.1',
  prefix: 8,
  mtu: 65536,
  ipv6: [{ address: '::1', prefix: 128, scope: 'host' }],
};

/** A container's network namespace: loopback and one interface per network. */
export class Sandbox extends NetStack {
  readonly id: string;
  readonly endpoints: Endpoint[] = [];
  readonly #around: Surroundings;

  constructor(id: string, around: Surroundings) {
    super();
    this.id = id;
    this.#around = around;
  }

  /** The name for a next interface: the one asked for, or the lowest free ethN. */
  freeDevice(prefix = 'eth', name?: string): { device: string; index: number } {
    const index = Math.max(1, ...this.endpoints.map((endpoint) => endpoint.index)) + 1;
    if (name !== undefined) return { device: name, index };
    for (let n = 0; ; n++) {
      const device = `${prefix}${n}`;
      if (!this.endpoints.some((endpoint) => endpoint.device === device)) return { device, index };
    }
  }

  /** The endpoint the default route goes through. */
  get gatewayEndpoint(): Endpoint | undefined {
    return this.endpoints
      .filter(({ network }) => !network.settings.internal && network.settings.driver !== 'overlay')
      .sort((a, b) => b.gatewayPriority - a.gatewayPriority || (a.network.name < b.network.name ? -1 : 1))[0];
  }

  interfaces(): NetInterface[] {
    return [
      { ...LOOPBACK, mtu: this.mtus.get('lo') ?? 65536 },
      ...this.endpoints.map((endpoint) => ({
        name: endpoint.device,
        index: endpoint.index,
        mac: endpoint.mac,
        ipv4: endpoint.network.settings.ipv4 ? formatIp(endpoint.address) : undefined,
        prefix: endpoint.network.settings.pool?.subnet.prefix ?? 16,
        mtu: this.mtus.get(endpoint.device) ?? endpoint.network.mtu,
        ...ipv6Of(endpoint),
      })),
    ];
  }

  routes(): ReturnType<NetStack['routes']> {
    const gateway = this.gatewayEndpoint;
    const direct = this.endpoints
      .filter(({ network }) => network.settings.ipv4)
      .map((endpoint) => ({
        to: formatSubnet(endpoint.network.settings.pool?.subnet ?? { base: 0, prefix: 0 }),
        via: undefined,
        device: endpoint.device,
        source: formatIp(endpoint.address),
      }));
    if (gateway?.network.settings.ipv4 !== true) return direct;
    return [
      { to: 'default', via: gateway.network.gateway, device: gateway.device, source: undefined },
      ...direct,
    ];
  }

  /** IPv6 routes as `ip -6 route` shows them. */
  routes6(): readonly { to: string; via?: string; device: string }[] {
    const withIt = this.endpoints.filter(({ address6 }) => address6 !== undefined);
    const gateway = withIt.find(({ network }) => !network.settings.internal);
    const pool = gateway?.network.settings.pool6;
    return [
      ...withIt.flatMap(({ device, network: { settings } }) =>
        settings.pool6 === undefined ? [] : [{ to: formatSubnet6(settings.pool6.subnet), device }],
      ),
      ...withIt.map(({ device }) => ({ to: 'fe80::/64', device })),
      ...(gateway === undefined || pool === undefined
        ? []
        : [{ to: 'default', via: formatIp6(pool.gateway), device: gateway.device }]),
    ];
  }

  #route6(number: bigint, address: string): Route | ErrnoCode {
    if (number === 1n) return { target: this, address: '127.0.0.1', source: '127.0.0.1' };
    for (const { network, address: own } of this.endpoints) {
      const pool = network.settings.pool6;
      if (pool?.has(number) !== true) continue;
      const source = formatIp(own);
      if (number === pool.gateway) return { target: this.#around.host, address: network.gateway, source };
      const other = network.at6(number);
      if (other === undefined) return 'EHOSTUNREACH';
      return network.connected || other.sandbox === this
        ? { target: other.sandbox, address: formatIp(other.address), source }
        : 'ETIMEDOUT';
    }
    return this.routes6().some(({ to }) => to === 'default')
      ? this.#around.host.outside(address)
      : 'ENETUNREACH';
  }

  protected route(address: string): Route | ErrnoCode {
    const number6 = parseIp6(address);
    if (number6 !== undefined) return this.#route6(number6, address);
    const number = parseIp(address) ?? 0;
    if (address === '0.0.0.0' || this.hasAddress(address)) {
      const own = address === '0.0.0.0' ? '127.0.0.1' : address;
      return { target: this, address: own, source: own };
    }
    for (const endpoint of this.endpoints) {
      const { network } = endpoint;
      if (network.settings.pool?.has(number) !== true) continue;
      const source = formatIp(endpoint.address);
      if (address === network.gateway) return { target: this.#around.host, address, source };
      const other = network.at(number);
      if (other === undefined) {
        // The address of a service is answered by one of its tasks.
        const task = network.virtual?.backend(number);
        if (task !== undefined) return { target: task.sandbox, address: formatIp(task.address), source };
        return network.virtual?.isVirtual(number) === true ? 'ETIMEDOUT' : 'EHOSTUNREACH';
      }
      return network.connected ? { target: other.sandbox, address, source } : 'ETIMEDOUT';
    }
    const gateway = this.gatewayEndpoint;
    if (gateway === undefined) return 'ENETUNREACH';
    if (this.#around.host.hasAddress(address) && !address.startsWith('127.'))
      return { target: this.#around.host, address, source: formatIp(gateway.address) };
    // Another network of containers (isolated), or the outside world.
    return this.#around.isContainerAddress(number) ? 'ETIMEDOUT' : this.#around.host.outside(address);
  }

  /** Without asking the way: the tasks of a service take turns, one for each connection. */
  override sourceFor(address: string): string | undefined {
    const number = parseIp(address) ?? 0;
    const endpoint = this.endpoints.find(({ network }) => network.settings.pool?.has(number) === true);
    return endpoint === undefined ? super.sourceFor(address) : formatIp(endpoint.address);
  }

  protected lookup(name: string): string[] {
    for (const endpoint of this.endpoints) {
      if (!endpoint.network.userDefined) continue;
      const linked = endpoint.links.get(name);
      const found = endpoint.network.named(linked ?? name);
      if (found.length > 0)
        return found.flatMap((other) => (other.network.settings.ipv4 ? [formatIp(other.address)] : []));
      const virtual = endpoint.network.virtual?.lookup(name) ?? [];
      if (virtual.length > 0) return virtual.map(formatIp);
    }
    return this.gatewayEndpoint === undefined ? [] : this.#around.host.names(name);
  }

  protected override lookup6(name: string): string[] {
    return this.endpoints.flatMap((endpoint) =>
      endpoint.network.userDefined
        ? endpoint.network
            .named(endpoint.links.get(name) ?? name)
            .flatMap(({ address6 }) => (address6 === undefined ? [] : [formatIp6(address6)]))
        : [],
    );
  }

  reverse(address: string): string | undefined {
    const number = parseIp(address) ?? 0;
    for (const { network } of this.endpoints) {
      const endpoint = network.userDefined ? network.at(number) : undefined;
      if (endpoint !== undefined) return `${endpoint.owner.name}.${network.name}`;
    }
    return address.startsWith('127.') ? 'localhost' : undefined;
  }
}

/** The IPv6 addresses of an interface: the network's, and the one that is made of the MAC address. */
function ipv6Of({ address6, mac, network }: Endpoint): Pick<NetInterface, 'ipv6'> {
  const prefix = network.settings.pool6?.subnet.prefix ?? 64;
  if (address6 === undefined) return {};
  return {
    ipv6: [
      { address: formatIp6(address6), prefix, scope: 'global' },
      { address: linkLocal(mac), prefix: 64, scope: 'link' },
    ],
  };
}
