import { contains, overlaps, type Subnet, sizeOf } from './ip.ts';

/** Hands out the addresses of one network; a freed one is given out again at once, lowest first. */
export class AddressPool {
  readonly subnet: Subnet;
  readonly gateway: number;
  readonly #first: number;
  readonly #last: number;
  readonly #used = new Set<number>();
  #lowest: number;

  constructor(subnet: Subnet, gateway: number, range: Subnet | undefined, reserved: readonly number[]) {
    this.subnet = subnet;
    this.gateway = gateway;
    const all = range ?? subnet;
    this.#first = Math.max(all.base, subnet.base + 1);
    this.#last = Math.min(all.base + sizeOf(all.prefix) - 1, subnet.base + sizeOf(subnet.prefix) - 2);
    this.#lowest = this.#first;
    for (const address of [gateway, ...reserved]) this.#used.add(address);
  }

  /** Addresses taken, the network's own two and the gateway included. */
  get inUse(): number {
    return this.#used.size + 2;
  }

  get available(): number {
    return sizeOf(this.subnet.prefix) - this.inUse;
  }

  /** Takes this address; false if it is taken. */
  take(address: number): boolean {
    const { base, prefix } = this.subnet;
    // The network's own address and the one for all.
    if (address === base || address === base + sizeOf(prefix) - 1 || this.#used.has(address)) return false;
    this.#used.add(address);
    return true;
  }

  /** The lowest free address, or undefined when there is none left. */
  allocate(): number | undefined {
    for (let address = this.#lowest; address <= this.#last; address++) {
      if (this.#used.has(address)) continue;
      this.#used.add(address);
      this.#lowest = address + 1;
      return address;
    }
    this.#lowest = this.#last + 1;
    return undefined;
  }

  free(address: number): void {
    if (address === this.gateway) return;
    this.#used.delete(address);
    if (address >= this.#first && address < this.#lowest) this.#lowest = address;
  }

  has(address: number): boolean {
    return contains(this.subnet, address);
  }
}

/** The pools dockerd takes subnets from when none is given (libnetwork/ipamutils). */
function* defaultPools(): Generator<Subnet> {
  for (let second = 17; second <= 31; second++) yield { base: (172 * 256 + second) * 65536, prefix: 16 };
  for (let third = 0; third < 256; third += 16)
    yield { base: (192 * 256 + 168) * 65536 + third * 256, prefix: 20 };
}

/** The first default subnet that overlaps none of those in use. */
export function freeSubnet(used: readonly Subnet[]): Subnet | undefined {
  for (const pool of defaultPools()) if (!used.some((other) => overlaps(pool, other))) return pool;
  return undefined;
}
