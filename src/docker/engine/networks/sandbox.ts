import type { ErrnoCode } from '../../kernel/errno.ts';
import type { NetInterface } from '../../kernel/net.ts';
import type { HostStack } from './host.ts';
import { formatIp, formatSubnet, parseIp } from './ip.ts';
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

  /** The name for a next interface: the lowest free ethN. */
  freeDevice(): { device: string; index: number } {
    for (let n = 0; ; n++) {
      const device = `eth${n}`;
      if (!this.endpoints.some((endpoint) => endpoint.device === device)) return { device, index: n + 2 };
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
      LOOPBACK,
      ...this.endpoints.map((endpoint) => ({
        name: endpoint.device,
        index: endpoint.index,
        mac: endpoint.mac,
        ipv4: formatIp(endpoint.address),
        prefix: endpoint.network.settings.pool?.subnet.prefix ?? 16,
      })),
    ];
  }

  routes(): ReturnType<NetStack['routes']> {
    const gateway = this.gatewayEndpoint;
    const direct = this.endpoints.map((endpoint) => ({
      to: formatSubnet(endpoint.network.settings.pool?.subnet ?? { base: 0, prefix: 0 }),
      via: undefined,
      device: endpoint.device,
      source: formatIp(endpoint.address),
    }));
    if (gateway === undefined) return direct;
    return [
      { to: 'default', via: gateway.network.gateway, device: gateway.device, source: undefined },
      ...direct,
    ];
  }

  protected route(address: string): Route | ErrnoCode {
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
      if (found.length > 0) return found.map((other) => formatIp(other.address));
      const virtual = endpoint.network.virtual?.lookup(name) ?? [];
      if (virtual.length > 0) return virtual.map(formatIp);
    }
    return this.gatewayEndpoint === undefined ? [] : this.#around.host.names(name);
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
