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

/** The rest of the world: a handful of sites, served by code that is loaded when somebody first connects. */
export class Internet extends NetStack {
  readonly #process: () => Process | undefined;
  readonly #open = new Set<string>();

  constructor(process: () => Process | undefined) {
    super();
    this.#process = process;
  }

  interfaces(): NetInterface[] {
    return Object.values(SITES).map((ipv4, i) => ({ name: 'wan', index: i + 1, mac: '', ipv4, prefix: 32 }));
  }

  routes(): [] {
    return [];
  }

  protected route(): 'ENETUNREACH' {
    return 'ENETUNREACH';
  }

  lookup(name: string): string[] {
    const address = SITES[name];
    return address === undefined ? [] : [address];
  }

  reverse(address: string): string | undefined {
    return Object.keys(SITES).find((name) => SITES[name] === address);
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
