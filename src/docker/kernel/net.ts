import type { Process } from './process.ts';
import type { OpenFile } from './stream.ts';
import type { Sys } from './wait.ts';

/** A network interface as `ip addr` shows it. */
export interface NetInterface {
  readonly name: string;
  readonly index: number;
  readonly mac: string;
  readonly ipv4: string | undefined;
  readonly prefix: number;
  /** The largest packet; 1500 if missing. */
  readonly mtu?: number;
  readonly ipv6?: readonly { readonly address: string; readonly prefix: number; readonly scope: string }[];
}

/** One end of an established TCP connection. `file` reads what the peer writes and writes what the peer reads. */
export interface Connection {
  readonly file: OpenFile;
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
  /** The peer speaks TLS (a site of the outside world); the bytes here are those inside. */
  readonly tls?: boolean;
}

/** A listening TCP socket. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Waits for the next connection. */
  accept(): Sys<Connection>;
  close(): void;
}

/** The answer to a ping. */
export interface Echo {
  readonly milliseconds: number;
  /** Hops that the answer could still have made: 64 within the machine. */
  readonly ttl: number;
}

/**
 * The network as a process sees it (network_namespaces(7)). The engine builds these and decides who reaches whom: same
 * bridge, published ports, isolation, embedded DNS. Failures are Errno: ECONNREFUSED, ECONNRESET (a published port with
 * nobody behind it), ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENOTFOUND for names.
 */
export interface NetNamespace {
  interfaces(): readonly NetInterface[];
  /** Routes as `ip route` shows them. */
  routes(): readonly {
    readonly to: string;
    readonly via: string | undefined;
    readonly device: string;
    readonly source: string | undefined;
  }[];
  /** IPv6 routes, where there are any. */
  routes6?(): readonly { readonly to: string; readonly via?: string; readonly device: string }[];
  /** Largest packets that `ip link set mtu` gave to interfaces, by name. */
  readonly mtus: Map<string, number>;
  /** Opens a listening socket on `0.0.0.0` or one address; port 0 picks a free one. Closed when the process ends. Errno EADDRINUSE. */
  listen(p: Process, address: string, port: number): Listener;
  /** Connects to a name or address. */
  connect(p: Process, host: string, port: number): Sys<Connection>;
  /** Addresses of a name by /etc/hosts and DNS. Errno ENOTFOUND. */
  resolve(p: Process, host: string): Sys<string[]>;
  /** The IPv6 addresses of a name, none if it has none. */
  resolve6(p: Process, host: string): Sys<string[]>;
  /** The host name of an address (`ping` and `getent` show it), if any. */
  reverse(address: string): string | undefined;
  /** One echo request: how long it took and what is left of its life, or an Errno. */
  ping(p: Process, address: string): Sys<Echo>;
  /** Listening sockets, for `ss`, `netstat`. */
  listeners(): readonly { readonly address: string; readonly port: number; readonly process: Process }[];
  /** Bytes through the interfaces, for `docker stats`. */
  readonly traffic: { received: number; sent: number };
}
