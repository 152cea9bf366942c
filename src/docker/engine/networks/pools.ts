import { DockerError } from '../error.ts';
import type { IpamPool } from '../types/network.ts';
import { contains, formatIp, formatSubnet, overlaps, parseIp, parseSubnet, type Subnet } from './ip.ts';
import { AddressPool, freeSubnet } from './ipam.ts';

/**
 * The addresses of a new network: the subnet asked for (or the next free default one), its gateway (or the first address),
 * a range, reserved addresses. Returns the pool and what inspect shows. Throws network-overlap and the like.
 */
export function planPools(
  asked: readonly IpamPool[],
  used: readonly Subnet[],
): { pool: AddressPool; pools: readonly IpamPool[] } {
  const ipv4 = asked.find((config) => config.Subnet === undefined || !config.Subnet.includes(':')) ?? {};
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
  return {
    pool: new AddressPool(subnet, gateway, range, reserved),
    pools: [
      {
        Subnet: formatSubnet(subnet),
        ...(ipv4.IPRange === undefined ? {} : { IPRange: ipv4.IPRange }),
        Gateway: formatIp(gateway),
        ...(ipv4.AuxiliaryAddresses === undefined ? {} : { AuxiliaryAddresses: ipv4.AuxiliaryAddresses }),
      },
      ...asked.filter((config) => config.Subnet?.includes(':') === true),
    ],
  };
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
