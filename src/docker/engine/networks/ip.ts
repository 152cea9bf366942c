/** IPv4 arithmetic: addresses as numbers, subnets as base and prefix length. */

/** A block of addresses: `10.0.0.0/8`. */
export interface Subnet {
  readonly base: number;
  readonly prefix: number;
}

/** `172.17.0.2` ⇒ 2886795266; undefined if it is no IPv4 address. */
export function parseIp(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatIp(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** `172.17.0.0/16`; bits behind the prefix are dropped. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text);
  const address = parseIp(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  if (address === undefined || prefix > 32) return undefined;
  return { base: address - (address % sizeOf(prefix)), prefix };
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatIp(subnet.base)}/${subnet.prefix}`;
}

/** Addresses in a block: 2^(32-prefix). */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

export function contains(subnet: Subnet, address: number): boolean {
  return address >= subnet.base && address < subnet.base + sizeOf(subnet.prefix);
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  return contains(a, b.base) || contains(b, a.base);
}
