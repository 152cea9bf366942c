import { DockerError } from '../error.ts';
import type { IpamPool } from '../types/network.ts';
import { contains, formatIp, formatSubnet, overlaps, parseIp, parseSubnet, type Subnet } from './ip.ts';
import {
  AddressPool6,
  contains6,
  formatIp6,
  formatSubnet6,
  parseIp6,
  parseSubnet6,
  type Subnet6,
} from './ip6.ts';
import { AddressPool, freeSubnet } from './ipam.ts';

/** What a new network wants of addresses. */
export interface PoolRequest {
  readonly asked: readonly IpamPool[];
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** Subnets of the other networks. */
  readonly used: readonly Subnet[];
  readonly used6: readonly Subnet6[];
  /** The block of 48 bits that the engine takes subnets from when none is given (RFC 4193). */
  readonly local: bigint;
}

/** Addresses for containers that get no IPv4 address: nobody sees them. */
const HIDDEN: Subnet = { base: 0xf0000000, prefix: 16 };

/**
 * The addresses of a new network: the subnets asked for (or the next free default ones), their gateways (or the first
 * addresses), a range, reserved addresses. Returns the pools and what inspect shows: what was asked for, or else what was
 * chosen. Throws network-overlap and the like.
 */
export function planPools(request: PoolRequest): {
  pool: AddressPool;
  pool6: AddressPool6 | undefined;
  pools: readonly IpamPool[];
} {
  const { asked, ipv4, ipv6, used } = request;
  const isV6 = ({ Subnet: subnet }: IpamPool): boolean => subnet?.includes(':') === true;
  const asked4 = asked.filter((config) => !isV6(config) && (config.Subnet ?? '') !== '');
  const asked6 = asked.filter(isV6);
  if (asked4.length > 1 || asked6.length > 1) throw new DockerError('bridge-subnets');
  const pool = ipv4 ? plan4(asked4[0] ?? {}, used) : new AddressPool(HIDDEN, HIDDEN.base + 1, undefined, []);
  const pool6 = ipv6 ? plan6(asked6[0] ?? {}, request) : undefined;
  return {
    pool,
    pool6,
    pools: [
      ...(ipv4 ? asked4.map(({ Subnet: subnet = '', ...rest }) => ({ Subnet: shown(subnet), ...rest })) : []),
      ...(ipv6 ? asked6 : []),
      ...(ipv4 && asked4.length === 0
        ? [{ Subnet: formatSubnet(pool.subnet), Gateway: formatIp(pool.gateway) }]
        : []),
      ...(pool6 !== undefined && asked6.length === 0
        ? [{ Subnet: formatSubnet6(pool6.subnet), Gateway: formatIp6(pool6.gateway) }]
        : []),
    ],
  };
}

function shown(subnet: string): string {
  const parsed = parseSubnet(subnet);
  return parsed === undefined ? subnet : formatSubnet(parsed);
}

function plan4(ipv4: IpamPool, used: readonly Subnet[]): AddressPool {
  const subnet = ipv4.Subnet === undefined ? freeSubnet(used) : readSubnet(ipv4.Subnet, used);
  if (subnet === undefined) throw new DockerError('network-pools-exhausted');
  const gateway = ipv4.Gateway === undefined ? subnet.base + 1 : parseIp(ipv4.Gateway);
  if (gateway === undefined || !contains(subnet, gateway))
    throw new DockerError('bad-parameter', {
      reason: `invalid network config:\ninvalid gateway ${ipv4.Gateway ?? ''}: not in the subnet ${formatSubnet(subnet)}`,
    });
  const range = ipv4.IPRange === undefined ? undefined : parseSubnet(ipv4.IPRange);
  if (range !== undefined && (range.prefix < subnet.prefix || !contains(subnet, range.base)))
    throw new DockerError('network-invalid-range', {
      range: ipv4.IPRange ?? '',
      subnet: formatSubnet(subnet),
    });
  const reserved = Object.values(ipv4.AuxiliaryAddresses ?? {}).flatMap((address) => parseIp(address) ?? []);
  return new AddressPool(subnet, gateway, range, reserved);
}

function plan6(asked: IpamPool, { used6, local }: PoolRequest): AddressPool6 {
  const clash = (subnet: Subnet6): boolean =>
    used6.some((other) => contains6(other, subnet.base) || contains6(subnet, other.base));
  let subnet = asked.Subnet === undefined ? { base: local, prefix: 64 } : parseSubnet6(asked.Subnet);
  if (subnet === undefined)
    throw new DockerError('network-invalid-subnet', {
      subnet: asked.Subnet ?? '',
      reason: 'invalid CIDR block notation',
    });
  if (asked.Subnet !== undefined && clash(subnet)) throw new DockerError('network-overlap');
  while (clash(subnet)) subnet = { base: subnet.base + (1n << 64n), prefix: 64 };
  const gateway = asked.Gateway === undefined ? subnet.base + 1n : parseIp6(asked.Gateway);
  if (gateway === undefined || !contains6(subnet, gateway))
    throw new DockerError('bad-parameter', {
      reason: `invalid network config:\ninvalid gateway ${asked.Gateway ?? ''}: not in the subnet ${formatSubnet6(subnet)}`,
    });
  return new AddressPool6(subnet, gateway);
}

function readSubnet(written: string, used: readonly Subnet[]): Subnet {
  const subnet = parseSubnet(written);
  if (subnet === undefined)
    throw new DockerError('network-invalid-subnet', {
      subnet: written,
      reason: 'invalid CIDR block notation',
    });
  const address = parseIp(written.replace(/\/.*/, ''));
  if (address !== subnet.base)
    throw new DockerError('network-invalid-subnet', {
      subnet: written,
      reason: `it should be ${formatSubnet(subnet)}`,
    });
  if (used.some((other) => overlaps(other, subnet))) throw new DockerError('network-overlap');
  return subnet;
}
