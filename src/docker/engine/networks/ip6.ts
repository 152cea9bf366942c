/** IPv6 arithmetic: addresses as numbers of 128 bits. */

/** A block of addresses: `fd00:7::/64`. */
export interface Subnet6 {
  readonly base: bigint;
  readonly prefix: number;
}

/** `fd00::1` ⇒ 0xfd00…1n; undefined if it is no IPv6 address. */
export function parseIp6(text: string): bigint | undefined {
  if (!/^[0-9a-fA-F:]*$/.test(text) || !text.includes(':')) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined): string[] =>
    half === undefined || half === '' ? [] : half.split(':');
  const left = groups(halves[0]);
  const right = groups(halves[1]);
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (all.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** 0xfd00…1n ⇒ `fd00::1`: the longest run of zeros is left out (RFC 5952). */
export function formatIp6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === '0') length++;
    if (length > best.length) best = { at, length };
  }
  if (best.at < 0) return groups.join(':');
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`;
}

/** `fd00:7::/64`; bits behind the prefix are dropped. */
export function parseSubnet6(text: string): Subnet6 | undefined {
  const [written = '', bits = ''] = text.split('/');
  const address = parseIp6(written);
  const prefix = Number(bits);
  if (address === undefined || !/^\d{1,3}$/.test(bits) || prefix > 128) return undefined;
  const host = BigInt(128 - prefix);
  return { base: (address >> host) << host, prefix };
}

export function formatSubnet6(subnet: Subnet6): string {
  return `${formatIp6(subnet.base)}/${subnet.prefix}`;
}

export function contains6(subnet: Subnet6, address: bigint): boolean {
  const host = BigInt(128 - subnet.prefix);
  return address >> host === subnet.base >> host;
}

/** The address that an interface makes of its MAC: `02:42:ac:11:00:02` ⇒ `fe80::42:acff:fe11:2` (EUI-64). */
export function linkLocal(mac: string): string {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  const tail = [a ^ 2, b, c, 0xff, 0xfe, d, e, f].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return formatIp6((0xfe80n << 112n) | tail);
}

/** Hands out the IPv6 addresses of one network. */
export class AddressPool6 {
  readonly subnet: Subnet6;
  readonly gateway: bigint;
  readonly #used = new Set<bigint>();

  constructor(subnet: Subnet6, gateway: bigint) {
    this.subnet = subnet;
    this.gateway = gateway;
    this.#used.add(gateway);
  }

  /** Addresses taken, the gateway and the network's own included. */
  get inUse(): number {
    return this.#used.size + 1;
  }

  /** Takes this address; false if it is taken. */
  take(address: bigint): boolean {
    if (this.#used.has(address)) return false;
    this.#used.add(address);
    return true;
  }

  /** The lowest free address. */
  allocate(): bigint {
    let address = this.subnet.base + 1n;
    while (this.#used.has(address)) address++;
    this.#used.add(address);
    return address;
  }

  free(address: bigint): void {
    if (address !== this.gateway) this.#used.delete(address);
  }

  has(address: bigint): boolean {
    return contains6(this.subnet, address);
  }
}
