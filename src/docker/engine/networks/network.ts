import { rfc3339Nano } from '../../kernel/clock.ts';
import { sortedRecord } from '../filters.ts';
import type { Fixture, VirtualHosts } from '../swarm/hooks.ts';
import type { IpamPool, NetworkInspect, NetworkSummary } from '../types/network.ts';
import { mtuOf } from './bridge-options.ts';
import { formatIp, formatSubnet } from './ip.ts';
import { type AddressPool6, formatIp6, formatSubnet6 } from './ip6.ts';
import type { AddressPool } from './ipam.ts';
import type { Sandbox } from './sandbox.ts';

/** Who sits in a network: a container, with the names it goes by. */
export interface EndpointOwner {
  readonly id: string;
  /** Without the slash; changes by rename. */
  readonly name: string;
  readonly hostname: string;
}

/** A container's seat in a network while it runs. */
export interface Endpoint {
  readonly id: string;
  readonly network: Network;
  readonly owner: EndpointOwner;
  readonly sandbox: Sandbox;
  readonly address: number;
  readonly address6?: bigint;
  readonly mac: string;
  /** eth0, eth1 … */
  readonly device: string;
  readonly index: number;
  readonly aliases: readonly string[];
  /** Names of other containers that only this one may use (`--link` on a user network): alias → container name. */
  readonly links: ReadonlyMap<string, string>;
  readonly gatewayPriority: number;
}

export interface NetworkSettings {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly created: number;
  readonly internal: boolean;
  readonly attachable: boolean;
  /** Do containers get an IPv4 address? (If not, the one they have inside the simulation is not shown.) */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly pool6: AddressPool6 | undefined;
  readonly configured6: boolean;
  /** Only a set of settings for other networks (`--config-only`), and the name of such a one that was used. */
  readonly configOnly: boolean;
  readonly configFrom: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** As `network inspect` shows it. */
  readonly pools: readonly IpamPool[];
  /** Was a subnet asked for? Only then containers may choose their address. */
  readonly configured?: boolean;
  readonly ipamDriver: string;
  readonly ipamOptions: Readonly<Record<string, string>> | null;
  readonly pool: AddressPool | undefined;
  /** Set for a network of a swarm. */
  readonly swarm?: { readonly ingress: boolean; readonly peer: string; readonly address: string };
}

/** A network and who is in it. */
export class Network {
  readonly settings: NetworkSettings;
  /** By container ID, in order of arrival. */
  readonly endpoints = new Map<string, Endpoint>();
  readonly #byAddress = new Map<number, Endpoint>();
  /** Names and addresses of services in it. */
  virtual: VirtualHosts | undefined;
  /** Called when the last endpoint has left; a network that the swarm's manager has removed goes then. */
  onEmpty: (() => void) | undefined;
  /** Containers in a network without addresses: host and none. */
  readonly guests = new Set<Endpoint['owner']>();
  /** What a swarm keeps in it besides containers. */
  readonly fixtures: Fixture[] = [];

  constructor(settings: NetworkSettings) {
    this.settings = settings;
  }

  get id(): string {
    return this.settings.id;
  }

  get name(): string {
    return this.settings.name;
  }

  /** bridge, host and none are there from the start. */
  get predefined(): boolean {
    return isPredefined(this.name);
  }

  /** Has names (embedded DNS)? All but the default bridge. */
  get userDefined(): boolean {
    return !this.predefined;
  }

  /** May containers in it talk to each other (`com.docker.network.bridge.enable_icc`)? */
  get connected(): boolean {
    return this.settings.options['com.docker.network.bridge.enable_icc'] !== 'false';
  }

  /** The bridge's name on the host. */
  get device(): string {
    return this.settings.options['com.docker.network.bridge.name'] ?? `br-${this.id.slice(0, 12)}`;
  }

  get mtu(): number {
    return mtuOf(this.settings.options);
  }

  get gateway(): string {
    return this.settings.pool === undefined ? '' : formatIp(this.settings.pool.gateway);
  }

  add(endpoint: Endpoint): void {
    this.endpoints.set(endpoint.owner.id, endpoint);
    this.#byAddress.set(endpoint.address, endpoint);
  }

  remove(endpoint: Endpoint): void {
    this.endpoints.delete(endpoint.owner.id);
    this.#byAddress.delete(endpoint.address);
    this.settings.pool?.free(endpoint.address);
    if (endpoint.address6 !== undefined) this.settings.pool6?.free(endpoint.address6);
    if (this.endpoints.size === 0) this.onEmpty?.();
  }

  /** Who has an IPv6 address. */
  at6(address: bigint): Endpoint | undefined {
    return [...this.endpoints.values()].find((endpoint) => endpoint.address6 === address);
  }

  at(address: number): Endpoint | undefined {
    return this.#byAddress.get(address);
  }

  /** Endpoints that answer to a name: container name, short ID, host name, alias. */
  named(name: string): Endpoint[] {
    const bare = name.endsWith(`.${this.name}`) ? name.slice(0, -this.name.length - 1) : name;
    return [...this.endpoints.values()].filter((endpoint) => dnsNames(endpoint).includes(bare));
  }

  summary(): NetworkSummary {
    const { settings } = this;
    return {
      Name: settings.name,
      Id: settings.id,
      Created: rfc3339Nano(settings.created),
      Scope: settings.swarm === undefined ? 'local' : 'swarm',
      Driver: settings.driver,
      EnableIPv4: settings.ipv4,
      EnableIPv6: settings.ipv6,
      IPAM: {
        Driver: settings.ipamDriver,
        Options: settings.ipamOptions,
        Config: settings.pools.length === 0 && this.predefined ? null : settings.pools,
      },
      Internal: settings.internal,
      Attachable: settings.attachable,
      Ingress: settings.swarm?.ingress ?? false,
      ConfigFrom: { Network: settings.configFrom },
      ConfigOnly: settings.configOnly,
      Options: sortedRecord(settings.options),
      Labels: sortedRecord(settings.labels),
    };
  }

  inspect(): NetworkInspect {
    const { pool, pool6, ipv4 } = this.settings;
    const seat = (name: string, id: string, mac: string, address: number, address6?: bigint) => ({
      Name: name,
      EndpointID: id,
      MacAddress: mac,
      IPv4Address: pool === undefined || !ipv4 ? '' : `${formatIp(address)}/${pool.subnet.prefix}`,
      IPv6Address:
        address6 === undefined || pool6 === undefined ? '' : `${formatIp6(address6)}/${pool6.subnet.prefix}`,
    });
    const containers = Object.fromEntries([
      ...[...this.endpoints.values()].map(
        ({ owner, id, mac, address, address6 }) =>
          [owner.id, seat(owner.name, id, mac, address, address6)] as const,
      ),
      ...[...this.guests].map(
        (owner) => [owner.id, seat(owner.name, bareEndpointId(owner.id), '', 0)] as const,
      ),
      ...this.fixtures.map(
        ({ key, name, endpointId, mac, address }) => [key, seat(name, endpointId, mac, address)] as const,
      ),
    ]);
    const subnets: Record<string, { IPsInUse: number; DynamicIPsAvailable: number }> = {};
    if (pool !== undefined && ipv4 && !this.settings.configOnly)
      subnets[formatSubnet(pool.subnet)] = { IPsInUse: pool.inUse, DynamicIPsAvailable: pool.available };
    if (pool6 !== undefined)
      subnets[formatSubnet6(pool6.subnet)] = {
        IPsInUse: pool6.inUse,
        // The engine counts in 64 bits, and has no more than it can count.
        DynamicIPsAvailable: Number(2n ** BigInt(Math.min(64, 128 - pool6.subnet.prefix))) - pool6.inUse,
      };
    const { swarm } = this.settings;
    // A network of the swarm that no container of this node is in is known only by what the manager says.
    const here = swarm === undefined || Object.keys(containers).length > 0;
    const { Options, Labels, ...summary } = this.summary();
    return {
      ...summary,
      Options,
      Labels: here ? Labels : null,
      ...(swarm !== undefined && here ? { Peers: [{ Name: swarm.peer, IP: swarm.address }] } : {}),
      Containers: here ? sortedRecord(containers) : null,
      Status: { IPAM: { Subnets: subnets } },
    };
  }
}

/** host and none give an endpoint without address: its ID is derived from the container's. */
export function bareEndpointId(container: string): string {
  return [...container].reverse().join('');
}

export function isPredefined(name: string): boolean {
  return name === 'bridge' || name === 'host' || name === 'none';
}

/** What the embedded DNS answers to for an endpoint, as `DNSNames` lists it. */
export function dnsNames(endpoint: Endpoint): string[] {
  const { owner, aliases } = endpoint;
  return [...new Set([owner.name, ...aliases, owner.id.slice(0, 12), owner.hostname])];
}
