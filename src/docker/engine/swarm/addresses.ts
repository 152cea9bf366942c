import { type Subnet, sizeOf } from '../networks/ip.ts';
import { AddressPool } from '../networks/ipam.ts';

/**
 * Addresses of a network of the swarm. The manager hands them out one after the other, so that a freed one is not given
 * again at once, and keeps those of services and tasks until these are gone, whether or not a container has them now.
 */
export class SwarmPool extends AddressPool {
  readonly #held = new Set<number>();
  #next: number;

  constructor(subnet: Subnet, gateway: number) {
    super(subnet, gateway, undefined, []);
    this.#next = subnet.base + 1;
  }

  override allocate(): number | undefined {
    const { base, prefix } = this.subnet;
    const last = base + sizeOf(prefix) - 2;
    for (let tries = base + 1; tries <= last; tries++) {
      const address = this.#next;
      this.#next = address >= last ? base + 1 : address + 1;
      if (super.take(address)) return address;
    }
    return undefined;
  }

  /** An address that stays taken until it is given back with `release`. */
  hold(): number | undefined {
    const address = this.allocate();
    if (address !== undefined) this.#held.add(address);
    return address;
  }

  release(address: number): void {
    this.#held.delete(address);
    super.free(address);
  }

  /** A container takes the address its task holds. */
  override take(address: number): boolean {
    return this.#held.has(address) || super.take(address);
  }

  override free(address: number): void {
    if (!this.#held.has(address)) super.free(address);
  }
}
