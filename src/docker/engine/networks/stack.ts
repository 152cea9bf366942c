import { text } from '../../kernel/bytes.ts';
import { Errno, type ErrnoCode } from '../../kernel/errno.ts';
import type { Connection, Echo, Listener, NetInterface, NetNamespace } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';
import { parseIp } from './ip.ts';
import { parseIp6 } from './ip6.ts';
import { connectionPair, type Traffic } from './socket.ts';

/** Where a packet to an address goes: the stack that has it, and the address it comes from. */
export interface Route {
  readonly target: NetStack;
  /** The address on the target. */
  readonly address: string;
  /** What the target sees as the source. */
  readonly source: string;
}

interface Socket {
  readonly address: string;
  readonly port: number;
  readonly process: Process;
  readonly pending: Connection[];
  readonly changed: WaitQueue;
  open: boolean;
}

/** Milliseconds that an echo takes, and the life it has left when it is back. */
export interface Distance {
  readonly from: number;
  readonly to: number;
  readonly ttl: number;
}

const WITHIN: Distance = { from: 0.03, to: 0.06, ttl: 64 };

/** First port of Linux's ephemeral range. */
const EPHEMERAL = 32768;

/** TCP/IP of one network namespace. The host and each container have one; subclasses know the way to others. */
export abstract class NetStack implements NetNamespace {
  readonly traffic: Traffic = { received: 0, sent: 0 };
  /** How far away others find it. */
  readonly distance: Distance = { from: 0.06, to: 0.16, ttl: 64 };
  readonly mtus = new Map<string, number>();
  /** Ports from here on are for everybody (net.ipv4.ip_unprivileged_port_start); Docker gives containers all. */
  unprivilegedStart = 0;
  readonly #sockets = new Map<number, Socket[]>();
  #nextPort = EPHEMERAL + 5000;

  abstract interfaces(): readonly NetInterface[];
  abstract routes(): ReturnType<NetNamespace['routes']>;
  abstract reverse(address: string): string | undefined;
  /** The way to an address, or why there is none. */
  protected abstract route(address: string): Route | ErrnoCode;
  /** DNS after /etc/hosts. */
  protected abstract lookup(name: string): string[];

  /** The same for IPv6; only networks of containers have it. */
  protected lookup6(_name: string): string[] {
    return [];
  }

  // ---- listening -----------------------------------------------------------------------------------------------

  listen(p: Process, address: string, port: number): Listener {
    const at = address === '::' || address === '' || address === '*' ? '0.0.0.0' : address;
    const number = port === 0 ? this.ephemeralPort() : port;
    if (number < this.unprivilegedStart && p.uid !== 0) throw new Errno('EACCES');
    if (at !== '0.0.0.0' && !this.hasAddress(at)) throw new Errno('EADDRNOTAVAIL');
    if (this.portTaken(at, number)) throw new Errno('EADDRINUSE');
    const socket: Socket = {
      address: at,
      port: number,
      process: p,
      pending: [],
      changed: new WaitQueue(),
      open: true,
    };
    this.#sockets.set(number, [...(this.#sockets.get(number) ?? []), socket]);
    const close = (): void => this.#close(socket);
    p.ended.add({ resume: close });
    return { address: at, port: number, accept: () => accept(socket), close };
  }

  #close(socket: Socket): void {
    if (!socket.open) return;
    socket.open = false;
    const rest = (this.#sockets.get(socket.port) ?? []).filter((other) => other !== socket);
    if (rest.length === 0) this.#sockets.delete(socket.port);
    else this.#sockets.set(socket.port, rest);
    for (const connection of socket.pending.splice(0)) connection.file.release();
    socket.changed.wake();
  }

  /** Is something bound to this port in a way that excludes `address`? */
  portTaken(address: string, port: number): boolean {
    return (this.#sockets.get(port) ?? []).some(
      (socket) => socket.address === '0.0.0.0' || address === '0.0.0.0' || socket.address === address,
    );
  }

  ephemeralPort(): number {
    do this.#nextPort = this.#nextPort >= 60999 ? EPHEMERAL : this.#nextPort + 1;
    while (this.portTaken('0.0.0.0', this.#nextPort));
    return this.#nextPort;
  }

  listeners(): { readonly address: string; readonly port: number; readonly process: Process }[] {
    return [...this.#sockets.values()]
      .flat()
      .map(({ address, port, process }) => ({ address, port, process }));
  }

  /** Does one of the interfaces have this address? */
  hasAddress(address: string): boolean {
    return address.startsWith('127.') || this.interfaces().some((device) => device.ipv4 === address);
  }

  // ---- connecting ----------------------------------------------------------------------------------------------

  *connect(p: Process, host: string, port: number): Sys<Connection> {
    const addresses = yield* this.resolve(p, host);
    let failure: Errno = new Errno('ENOTFOUND');
    for (const address of addresses) {
      const route = this.route(address);
      if (typeof route === 'string') {
        yield* this.#give(p, route);
        failure = new Errno(route);
        continue;
      }
      yield* this.#wait(p, p.kernel.random.between(0.05, 0.2));
      try {
        return route.target.answer(this, route, address, port);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  /** A connection to a port of this stack. Errno ECONNREFUSED. */
  answer(from: NetStack, route: Route, dialled: string, port: number): Connection {
    const socket = this.#socket(route.address, port);
    if (socket === undefined) throw new Errno('ECONNREFUSED');
    return this.#establish(from, route, socket, { address: dialled, port });
  }

  /** Is anybody listening there? */
  isOpen(address: string, port: number): boolean {
    return this.#socket(address, port) !== undefined;
  }

  #socket(address: string, port: number): Socket | undefined {
    const sockets = this.#sockets.get(port) ?? [];
    return (
      sockets.find((socket) => socket.address === address) ??
      sockets.find((socket) => socket.address === '0.0.0.0')
    );
  }

  #establish(
    from: NetStack,
    route: Route,
    socket: Socket,
    dialled: { address: string; port: number },
  ): Connection {
    const port = from.ephemeralPort();
    const pair = connectionPair(
      { end: { address: from.sourceFor(dialled.address) ?? route.source, port }, traffic: from.traffic },
      { address: route.source, port },
      { end: dialled, local: { address: route.address, port: socket.port }, traffic: this.traffic },
    );
    socket.pending.push(pair.server);
    socket.changed.wake();
    return pair.client;
  }

  /** The own address that faces a peer. */
  sourceFor(address: string): string | undefined {
    const route = this.route(address);
    return typeof route === 'string' ? undefined : route.source;
  }

  // ---- names ---------------------------------------------------------------------------------------------------

  *resolve(p: Process, host: string): Sys<string[]> {
    const literal = host.replace(/^\[|\]$/g, '');
    if (parseIp(literal) !== undefined) return [literal];
    if (literal === '::1') return ['127.0.0.1'];
    if (parseIp6(literal) !== undefined) return [literal];
    yield* this.#wait(p, 0.1);
    const name = literal.replace(/\.$/, '').toLowerCase();
    const known = hostsFile(p).filter(
      (entry) => entry.names.includes(name) && parseIp(entry.address) !== undefined,
    );
    if (known.length > 0) return known.map((entry) => entry.address);
    if (name === 'localhost') return ['127.0.0.1'];
    const found = this.lookup(name);
    if (found.length > 0) return found;
    const found6 = this.lookup6(name);
    if (found6.length === 0) throw new Errno('ENOTFOUND', host);
    return found6;
  }

  *resolve6(p: Process, host: string): Sys<string[]> {
    const literal = host.replace(/^\[|\]$/g, '');
    if (parseIp6(literal) !== undefined) return [literal];
    yield* this.#wait(p, 0.1);
    const name = literal.replace(/\.$/, '').toLowerCase();
    const known = hostsFile(p).filter(
      (entry) => entry.names.includes(name) && parseIp6(entry.address) !== undefined,
    );
    return known.length > 0 ? known.map((entry) => entry.address) : this.lookup6(name);
  }

  // ---- ping ----------------------------------------------------------------------------------------------------

  /** Errno ETIMEDOUT at once for an address that never answers: the program waits as long as it was told to. */
  *ping(p: Process, address: string): Sys<Echo> {
    const route = this.route(address);
    if (typeof route === 'string') throw new Errno(route);
    const { from, to, ttl } = route.target === this ? WITHIN : route.target.distance;
    const milliseconds = p.kernel.random.between(from, to);
    yield* this.#wait(p, milliseconds);
    for (const traffic of [this.traffic, route.target.traffic]) {
      traffic.sent += 98;
      traffic.received += 98;
    }
    return { milliseconds, ttl };
  }

  /** How long TCP takes to give up: three seconds for an address nobody has, about two minutes for silence. */
  *#give(p: Process, code: ErrnoCode): Sys<void> {
    if (code === 'EHOSTUNREACH') yield* this.#wait(p, 3060);
    if (code === 'ETIMEDOUT') yield* this.#wait(p, 130_000);
  }

  *#wait(p: Process, milliseconds: number): Sys<void> {
    const until = p.kernel.clock.now + milliseconds;
    while (p.kernel.clock.now < until) yield { queues: [], until };
  }
}

function* accept(socket: Socket): Sys<Connection> {
  for (;;) {
    const connection = socket.pending.shift();
    if (connection !== undefined) return connection;
    if (!socket.open) throw new Errno('EBADF');
    yield { queues: [socket.changed] };
  }
}

/** The lines of /etc/hosts as a process sees it. */
export function hostsFile(p: Process): { address: string; names: string[] }[] {
  if (!p.fs.exists('/etc/hosts')) return [];
  return text(p.fs.read('/etc/hosts'))
    .split('\n')
    .flatMap((line) => {
      const [address, ...names] = line
        .replace(/#.*/, '')
        .split(/\s+/)
        .filter((word) => word !== '');
      return address === undefined ? [] : [{ address, names: names.map((name) => name.toLowerCase()) }];
    });
}
