import { Errno, type ErrnoCode } from '../../kernel/errno.ts';
import type { Connection, NetInterface } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import { Internet } from './internet.ts';
import { formatIp, formatSubnet, parseIp } from './ip.ts';
import type { Endpoint, Network } from './network.ts';
import { PortTable, type Published } from './ports.ts';
import { NetStack, type Route } from './stack.ts';

/** The host's own addresses besides its bridges. */
const ETHERNET = { name: 'eth0', index: 2, mac: '52:54:00:12:34:56', ipv4: '10.0.2.15', prefix: 24 };
const LOOPBACK = {
  name: 'lo',
  index: 1,
  mac: '00:00:00:00:00:00',
  ipv4: '127.0.0.1',
  prefix: 8,
  mtu: 65536,
  ipv6: [{ address: '::1', prefix: 128, scope: 'host' }],
};

/** The routing mesh of a swarm: ports that lead to any task of a service. */
export interface Mesh {
  ports(): readonly number[];
  /** A task that answers on a published port, and the port inside. */
  pick(port: number): { endpoint: Endpoint; port: number; source: string } | undefined;
}

/** The reader's machine on the network: its own sockets, a bridge per network, and the published ports of containers. */
export class HostStack extends NetStack {
  readonly published = new PortTable(
    (address, port) => super.portTaken(address, port) || this.mesh?.ports().includes(port) === true,
  );
  /** Networks with a bridge; set by the network room. */
  networks: () => Iterable<Network> = () => [];
  /** dockerd, which stands for docker-proxy. */
  daemon: Process | undefined;
  hostname = 'docker';
  readonly #internet = new Internet(() => this.daemon);
  /** Lets `ping google.com` and the like answer. */
  reachFamousSites(): void {
    this.#internet.famous = true;
  }

  /** Is the way out open? Set by the engine. */
  online: () => boolean = () => true;
  /** Set while this node is in a swarm. */
  mesh: Mesh | undefined;

  interfaces(): NetInterface[] {
    const bridges = [...this.networks()]
      .filter(
        ({ settings }) =>
          settings.pool !== undefined &&
          settings.ipv4 &&
          !settings.configOnly &&
          settings.driver !== 'overlay',
      )
      .map((network, i) => ({
        name: network.device,
        index: i + 3,
        mac: bridgeMac(network.id),
        ipv4: network.gateway,
        prefix: network.settings.pool?.subnet.prefix ?? 16,
        mtu: network.mtu,
      }));
    return [LOOPBACK, ETHERNET, ...bridges];
  }

  routes(): ReturnType<NetStack['routes']> {
    const bridges = [...this.networks()].flatMap((network) =>
      network.settings.pool === undefined ||
      !network.settings.ipv4 ||
      network.settings.configOnly ||
      network.settings.driver === 'overlay'
        ? []
        : [
            {
              to: formatSubnet(network.settings.pool.subnet),
              via: undefined,
              device: network.device,
              source: network.gateway,
            },
          ],
    );
    return [
      { to: 'default', via: '10.0.2.2', device: 'eth0', source: undefined },
      { to: '10.0.2.0/24', via: undefined, device: 'eth0', source: ETHERNET.ipv4 },
      ...bridges,
    ];
  }

  override portTaken(address: string, port: number): boolean {
    return (
      super.portTaken(address, port) ||
      this.published.find('tcp', address, port) !== undefined ||
      this.mesh?.ports().includes(port) === true
    );
  }

  override listeners(): ReturnType<NetStack['listeners']> {
    const proxy = this.daemon;
    if (proxy === undefined) return super.listeners();
    const ports = this.published.all().filter((entry) => entry.protocol === 'tcp');
    return [
      ...super.listeners(),
      ...(this.mesh?.ports() ?? []).map((port) => ({ address: '::', port, process: proxy })),
      ...ports.map((entry) => ({ address: entry.hostIp, port: entry.hostPort, process: proxy })),
    ];
  }

  protected route(address: string): Route | ErrnoCode {
    if (address === '0.0.0.0' || this.hasAddress(address)) {
      const own = address === '0.0.0.0' ? '127.0.0.1' : address;
      return { target: this, address: own, source: own };
    }
    const number = parseIp(address) ?? 0;
    for (const network of this.networks()) {
      // Overlays are reached from inside only.
      if (network.settings.pool?.has(number) !== true || network.settings.driver === 'overlay') continue;
      const endpoint = network.at(number);
      return endpoint === undefined
        ? 'EHOSTUNREACH'
        : { target: endpoint.sandbox, address, source: network.gateway };
    }
    return this.outside(address);
  }

  /** The way to an address outside, as the host goes and as it goes for its containers (NAT). */
  outside(address: string): Route | ErrnoCode {
    return this.online() && this.#internet.hasAddress(address)
      ? { target: this.#internet, address, source: ETHERNET.ipv4 }
      : 'ETIMEDOUT';
  }

  /** DNS of the outside world. */
  names(name: string): string[] {
    return this.online() ? this.#internet.lookup(name) : [];
  }

  override answer(from: NetStack, route: Route, dialled: string, port: number): Connection {
    if (super.isOpen(route.address, port)) return super.answer(from, route, dialled, port);
    const entry = this.published.find('tcp', route.address, port);
    if (entry === undefined) {
      const task = this.mesh?.pick(port);
      if (task === undefined) throw new Errno('ECONNREFUSED');
      const { sandbox, address } = task.endpoint;
      const inside = { target: sandbox, address: formatIp(address), source: task.source };
      const connection = sandbox.answer(from, inside, inside.address, task.port);
      return { ...connection, remote: { address: dialled, port } };
    }
    return this.#forward(from, entry, dialled, port);
  }

  /** Through docker-proxy: it accepts first, so nobody behind it means a reset, not a refusal. */
  #forward(from: NetStack, entry: Published, dialled: string, port: number): Connection {
    const endpoint = entry.sandbox.gatewayEndpoint ?? entry.sandbox.endpoints[0];
    const address = endpoint === undefined ? '127.0.0.1' : formatIp(endpoint.address);
    if (!entry.sandbox.isOpen(address, entry.containerPort))
      throw new Errno(from === this ? 'ECONNRESET' : 'ECONNREFUSED');
    const route = { target: entry.sandbox, address, source: endpoint?.network.gateway ?? '127.0.0.1' };
    const connection = entry.sandbox.answer(from, route, address, entry.containerPort);
    return { ...connection, remote: { address: dialled, port } };
  }

  protected lookup(name: string): string[] {
    return name === this.hostname ? ['127.0.1.1'] : this.names(name);
  }

  reverse(address: string): string | undefined {
    return address.startsWith('127.') ? 'localhost' : undefined;
  }
}

function bridgeMac(id: string): string {
  return `02:42:${id.slice(0, 2)}:${id.slice(2, 4)}:${id.slice(4, 6)}:${id.slice(6, 8)}`;
}
