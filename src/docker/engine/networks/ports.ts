import type { PortBinding, PortMap } from '../types/container.ts';
import type { Sandbox } from './sandbox.ts';

/** A published port of a running container. */
export interface Published {
  readonly protocol: string;
  /** 0.0.0.0, ::, or one address. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly sandbox: Sandbox;
}

/** Why a port cannot be published, in the daemon's words. */
export class PortProblem extends Error {}

/** Ports the engine picks itself come from here. */
const FIRST = 32768;
const LAST = 60999;

/** Published ports of the machine: who has which, and what is free. */
export class PortTable {
  readonly #byPort = new Map<string, Published[]>();
  readonly #bySandbox = new Map<Sandbox, Published[]>();
  readonly #takenByHost: (address: string, port: number) => boolean;
  #next = FIRST;

  constructor(takenByHost: (address: string, port: number) => boolean) {
    this.#takenByHost = takenByHost;
  }

  all(): Published[] {
    return [...this.#byPort.values()].flat();
  }

  /** Who answers on an address of the host. */
  find(protocol: string, address: string, port: number): Published | undefined {
    const entries = this.#byPort.get(`${protocol}/${port}`) ?? [];
    return entries.find(
      (entry) =>
        entry.hostIp === address ||
        entry.hostIp === '0.0.0.0' ||
        (address === '0.0.0.0' && !isV6(entry.hostIp)),
    );
  }

  /**
   * Publishes all bindings of a container, or none. Returns the map `NetworkSettings.Ports` shows. Throws PortProblem.
   * `isLocal` tells whether the host has an address.
   */
  publish(
    sandbox: Sandbox,
    bindings: PortMap,
    isLocal: (address: string) => boolean,
  ): Record<string, PortBinding[]> {
    const done: Published[] = [];
    const out: Record<string, PortBinding[]> = {};
    try {
      for (const key of Object.keys(bindings).sort(byPort)) {
        const [port = '', protocol = 'tcp'] = key.split('/');
        const list: PortBinding[] = [];
        for (const binding of bindings[key] ?? []) {
          const made = this.#one(sandbox, protocol, Number(port), binding, isLocal);
          done.push(...made);
          list.push(...made.map((entry) => ({ HostIp: entry.hostIp, HostPort: String(entry.hostPort) })));
        }
        if (list.length > 0) out[key] = list;
      }
    } catch (error) {
      for (const entry of done) this.#remove(entry);
      throw error;
    }
    if (done.length > 0) this.#bySandbox.set(sandbox, done);
    return out;
  }

  /** Gives back everything a container published. */
  release(sandbox: Sandbox): void {
    for (const entry of this.#bySandbox.get(sandbox) ?? []) this.#remove(entry);
    this.#bySandbox.delete(sandbox);
  }

  #one(
    sandbox: Sandbox,
    protocol: string,
    containerPort: number,
    binding: PortBinding,
    isLocal: (address: string) => boolean,
  ): Published[] {
    const addresses = binding.HostIp === '' ? ['0.0.0.0', '::'] : [binding.HostIp];
    for (const address of addresses)
      if (address !== '0.0.0.0' && !isV6(address) && !isLocal(address))
        throw new PortProblem(
          `failed to bind host port ${address}:${binding.HostPort || '0'}/${protocol}: cannot assign requested address`,
        );
    const [low, high] = portRange(binding.HostPort);
    const hostPort =
      low === 0 ? this.#free(protocol, addresses) : this.#choose(protocol, addresses, low, high);
    const entries = addresses.map((hostIp) => ({ protocol, hostIp, hostPort, containerPort, sandbox }));
    for (const entry of entries) this.#add(entry);
    return entries;
  }

  #choose(protocol: string, addresses: readonly string[], low: number, high: number): number {
    for (let port = low; port <= high; port++)
      if (this.#conflict(protocol, addresses, port) === undefined) return port;
    const clash = this.#conflict(protocol, addresses, low);
    throw new PortProblem(
      clash?.byHost === true
        ? `failed to bind host port ${hostPort(clash.address, low)}/${protocol}: address already in use`
        : low === high
          ? `Bind for ${clash?.address ?? '0.0.0.0'}:${low} failed: port is already allocated`
          : 'all ports are allocated',
    );
  }

  #free(protocol: string, addresses: readonly string[]): number {
    for (let tries = 0; tries <= LAST - FIRST; tries++) {
      const port = this.#next;
      this.#next = port >= LAST ? FIRST : port + 1;
      if (this.#conflict(protocol, addresses, port) === undefined) return port;
    }
    throw new PortProblem('all ports are allocated');
  }

  /** What stands in the way; the IPv6 address is the one Engine 29 names when both families clash. */
  #conflict(
    protocol: string,
    addresses: readonly string[],
    port: number,
  ): { address: string; byHost: boolean } | undefined {
    const entries = this.#byPort.get(`${protocol}/${port}`) ?? [];
    for (const address of [...addresses].reverse())
      if (entries.some((entry) => clash(entry.hostIp, address))) return { address, byHost: false };
    const v4 = addresses.find((address) => !isV6(address));
    if (v4 !== undefined && protocol === 'tcp' && this.#takenByHost(v4, port))
      return { address: v4, byHost: true };
    return undefined;
  }

  #add(entry: Published): void {
    const key = `${entry.protocol}/${entry.hostPort}`;
    this.#byPort.set(key, [...(this.#byPort.get(key) ?? []), entry]);
  }

  #remove(entry: Published): void {
    const key = `${entry.protocol}/${entry.hostPort}`;
    const rest = (this.#byPort.get(key) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.#byPort.delete(key);
    else this.#byPort.set(key, rest);
  }
}

function isV6(address: string): boolean {
  return address.includes(':');
}

function hostPort(address: string, port: number): string {
  return isV6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Two addresses of one family clash when they are the same or one of them is the wildcard. */
function clash(a: string, b: string): boolean {
  if (isV6(a) !== isV6(b)) return false;
  const wildcard = isV6(a) ? '::' : '0.0.0.0';
  return a === b || a === wildcard || b === wildcard;
}

/** `8080` ⇒ [8080, 8080]; `8000-8001` ⇒ [8000, 8001]; '' ⇒ [0, 0] (the engine picks). */
function portRange(written: string): [number, number] {
  if (written === '') return [0, 0];
  const [low = '0', high = low] = written.split('-');
  return [Number(low), Number(high)];
}

/** Orders `80/tcp` keys as the engine does: by number, then protocol. */
export function byPort(a: string, b: string): number {
  const [portA = '', protocolA = ''] = a.split('/');
  const [portB = '', protocolB = ''] = b.split('/');
  return Number(portA) - Number(portB) || (protocolA < protocolB ? -1 : 1);
}
