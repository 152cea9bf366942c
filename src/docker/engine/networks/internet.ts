import type { Connection, NetInterface } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import { NetStack, type Route } from './stack.ts';

/** The sites of the outside world that are simulated; what they serve is in `images/sites.ts`. */
const SITES: Readonly<Record<string, string>> = {
  'wordpress.org': '198.143.164.252',
  'towel.blinkenlights.nl': '213.136.8.188',
  'www.mongodb.org': '3.165.239.25',
  'repo.mongodb.org': '18.154.206.10',
};

/** Addresses that people try a network with. They answer a ping, and on port 80 and 443 a page that says what it stands for. */
const FAMOUS: Readonly<Record<string, string>> = {
  'example.com': '23.192.228.80',
  'www.example.com': '23.192.228.80',
  'example.org': '23.220.75.245',
  'google.com': '142.250.184.174',
  'www.google.com': '142.250.184.164',
  'docker.com': '23.185.0.4',
  'www.docker.com': '23.185.0.4',
  'hub.docker.com': '44.219.3.189',
  'docs.docker.com': '18.155.192.41',
  'registry-1.docker.io': '3.94.224.37',
  'github.com': '140.82.121.4',
  'www.wikipedia.org': '185.15.58.224',
  'deb.debian.org': '151.101.2.132',
  'archive.ubuntu.com': '91.189.91.82',
  'dl-cdn.alpinelinux.org': '151.101.66.132',
  'pypi.org': '151.101.0.223',
  'registry.npmjs.org': '104.16.0.35',
  'dns.google': '8.8.8.8',
  'one.one.one.one': '1.1.1.1',
};

/** The rest of the world: a handful of sites, served by code that is loaded when somebody first connects. */
export class Internet extends NetStack {
  readonly #process: () => Process | undefined;
  readonly #open = new Set<string>();
  override readonly distance = { from: 9, to: 24, ttl: 115 };
  /** Do the famous sites answer? */
  famous = false;

  constructor(process: () => Process | undefined) {
    super();
    this.#process = process;
  }

  get #sites(): Readonly<Record<string, string>> {
    return this.famous ? { ...SITES, ...FAMOUS } : SITES;
  }

  interfaces(): NetInterface[] {
    return [...new Set(Object.values(this.#sites))].map((ipv4, i) => ({
      name: 'wan',
      index: i + 1,
      mac: '',
      ipv4,
      prefix: 32,
    }));
  }

  routes(): [] {
    return [];
  }

  protected route(): 'ENETUNREACH' {
    return 'ENETUNREACH';
  }

  lookup(name: string): string[] {
    const address = this.#sites[name.toLowerCase()];
    return address === undefined ? [] : [address];
  }

  reverse(address: string): string | undefined {
    return Object.keys(this.#sites).find((name) => this.#sites[name] === address);
  }

  override answer(from: NetStack, route: Route, dialled: string, port: number): Connection {
    const name = this.reverse(route.address) ?? '';
    const process = this.#process();
    const served = name.startsWith('towel.') ? port === 23 : port === 80 || port === 443;
    if (served && process !== undefined && !this.#open.has(`${name}:${port}`)) {
      this.#open.add(`${name}:${port}`);
      const listener = this.listen(process, route.address, port);
      const { kernel } = process;
      kernel.thread(
        process,
        (function* () {
          const { serveSite } = yield* kernel.external(import('../../images/sites.ts'));
          yield* serveSite(process, listener, name);
        })(),
      );
    }
    const connection = super.answer(from, route, dialled, port);
    return port === 443 ? { ...connection, tls: true } : connection;
  }
}
