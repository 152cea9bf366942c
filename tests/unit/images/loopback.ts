import { Errno } from '../../../src/docker/kernel/errno.ts';
import type {
  Connection,
  Echo,
  Listener,
  NetInterface,
  NetNamespace,
} from '../../../src/docker/kernel/net.ts';
import type { Process } from '../../../src/docker/kernel/process.ts';
import { OpenFile, pipe } from '../../../src/docker/kernel/stream.ts';
import { type Sys, WaitQueue } from '../../../src/docker/kernel/wait.ts';

/** Both directions of a connection as one file. */
class Socket extends OpenFile {
  readonly #reader: OpenFile;
  readonly #writer: OpenFile;
  constructor(reader: OpenFile, writer: OpenFile) {
    super();
    this.#reader = reader;
    this.#writer = writer;
  }
  protected override *pull(max: number): Sys<Uint8Array> {
    return yield* this.#reader.read(max);
  }
  override *write(bytes: Uint8Array): Sys<void> {
    yield* this.#writer.write(bytes);
  }
  protected override close(): void {
    this.#reader.release();
    this.#writer.release();
  }
}

/** A network of one machine, for tests: what listens is reached under any name of `hosts`. */
export class LoopbackNet implements NetNamespace {
  readonly #open = new Map<
    number,
    { queue: Connection[]; changed: WaitQueue; process: Process; address: string }
  >();
  readonly hosts: Record<string, string>;
  readonly traffic = { received: 0, sent: 0 };
  readonly mtus = new Map<string, number>();

  *resolve6(): Sys<string[]> {
    return [];
  }

  constructor(hosts: Record<string, string> = {}) {
    this.hosts = { localhost: '127.0.0.1', box: '172.17.0.2', ...hosts };
  }

  interfaces(): readonly NetInterface[] {
    return [
      { name: 'lo', index: 1, mac: '00:00:00:00:00:00', ipv4: '127.0.0.1', prefix: 8 },
      { name: 'eth0', index: 2, mac: '02:42:ac:11:00:02', ipv4: '172.17.0.2', prefix: 16 },
    ];
  }

  routes(): ReturnType<NetNamespace['routes']> {
    return [
      { to: 'default', via: '172.17.0.1', device: 'eth0', source: undefined },
      { to: '172.17.0.0/16', via: undefined, device: 'eth0', source: '172.17.0.2' },
    ];
  }

  listen(p: Process, address: string, port: number): Listener {
    if (this.#open.has(port)) throw new Errno('EADDRINUSE');
    const socket = { queue: [] as Connection[], changed: new WaitQueue(), process: p, address };
    this.#open.set(port, socket);
    return {
      address,
      port,
      *accept(): Sys<Connection> {
        for (;;) {
          const next = socket.queue.shift();
          if (next !== undefined) return next;
          yield { queues: [socket.changed] };
        }
      },
      close: () => this.#open.delete(port),
    };
  }

  *connect(p: Process, host: string, port: number): Sys<Connection> {
    const [address = ''] = yield* this.resolve(p, host);
    const socket = this.#open.get(port);
    if (socket === undefined || !socket.process.running) throw new Errno('ECONNREFUSED');
    const up = pipe();
    const down = pipe();
    const local = { address: '172.17.0.2', port: 40000 };
    const remote = { address, port };
    socket.queue.push({ file: new Socket(up.reader, down.writer), local: remote, remote: local });
    socket.changed.wake();
    return { file: new Socket(down.reader, up.writer), local, remote };
  }

  *resolve(_p: Process, host: string): Sys<string[]> {
    if (/^[\d.]+$/.test(host)) return [host];
    const address = this.hosts[host];
    if (address === undefined) throw new Errno('ENOTFOUND');
    return [address];
  }

  reverse(address: string): string | undefined {
    return Object.entries(this.hosts).find(([, a]) => a === address)?.[0];
  }

  *ping(p: Process, address: string): Sys<Echo> {
    if (address.startsWith('10.')) throw new Errno('ENETUNREACH');
    yield* p.sleep(0.1);
    return { milliseconds: 0.113, ttl: 64 };
  }

  listeners(): ReturnType<NetNamespace['listeners']> {
    return [...this.#open].map(([port, { address, process }]) => ({ address, port, process }));
  }
}
