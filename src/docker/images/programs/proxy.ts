import { Errno } from '../../kernel/errno.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ByteReader, type HttpResponse, parseUrl, readResponse, writeRequest } from '../tool/http.ts';
import type { Block, NginxConfig, NginxLocation } from './nginx-config.ts';
import { type Asked, filled } from './nginx-request.ts';

const HOP = /^(connection|keep-alive|transfer-encoding|content-length|server|date)$/i;

/** What a server keeps of its upstreams: whose turn it is in each, and the addresses their names had when it started. */
export interface Upstreams {
  readonly turns: Map<string, number>;
  readonly addresses: Map<string, string>;
}

/** Passes a request to `proxy_pass`, to the upstream's servers in turn; `complain` hears of those that do not answer. */
export function* passOn(
  asked: Asked,
  pass: string,
  { prefix, block }: NginxLocation,
  config: NginxConfig,
  { turns, addresses }: Upstreams,
  complain: (message: string, upstream: string) => Sys<void>,
): Sys<HttpResponse | undefined> {
  const { p, request } = asked;
  const written = filled(pass, asked);
  const parts = parseUrl(written);
  if (parts === undefined) {
    yield* complain(`invalid URL prefix in "${written}"`, pass);
    return undefined;
  }
  const hasPath = /^[a-z]+:\/\/[^/]+\//i.test(written);
  const target = hasPath
    ? parts.target.replace(/\/$/, '') + request.target.slice(prefix.replace(/\/$/, '').length)
    : request.target;
  const servers = config.upstreams.get(parts.host) ?? [`${parts.host}:${parts.port}`];
  const turn = turns.get(parts.host) ?? 0;
  turns.set(parts.host, turn + 1);
  const inTurn = [...new Set(servers.map((_s, i) => servers[(turn + i) % servers.length] ?? ''))];
  const named = parts.port === 80 ? parts.host : `${parts.host}:${parts.port}`;
  for (const server of inTurn) {
    const { host, port } = parseUrl(server) ?? parts;
    try {
      const address = addresses.get(host) ?? (yield* p.net.resolve(p, host))[0] ?? host;
      const upstream = `http://${address}:${port}${target}`;
      try {
        const connection = yield* p.net.connect(p, address, port);
        try {
          const headers = headersFor(asked, named, [block, asked.server.block]);
          yield* writeRequest(connection.file, { ...request, target, version: 'HTTP/1.0', headers });
          const response = yield* readResponse(new ByteReader(connection.file), request.method);
          if (response !== undefined) return answered(response);
          yield* complain(
            'upstream prematurely closed connection while reading response header from upstream',
            upstream,
          );
        } finally {
          connection.file.release();
        }
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        const number =
          { ECONNREFUSED: 111, ETIMEDOUT: 110, EHOSTUNREACH: 113, ECONNRESET: 104 }[error.code as string] ??
          5;
        yield* complain(
          `connect() failed (${number}: ${error.message}) while connecting to upstream`,
          upstream,
        );
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* complain(`${host} could not be resolved (3: Host not found)`, pass);
    }
  }
  return undefined;
}

function answered(response: HttpResponse): HttpResponse {
  const kept = response.headers.filter(([name]) => !HOP.test(name));
  return {
    ...response,
    headers: [...kept, ['Content-Length', String(response.body.length)], ['Connection', 'keep-alive']],
  };
}

/** The request's own headers, with what `proxy_set_header` of the innermost block changes. */
function headersFor(asked: Asked, host: string, scope: readonly Block[]): [string, string][] {
  const set = scope
    .map((block) => (block.inside ?? []).filter(({ name }) => name === 'proxy_set_header'))
    .find((found) => found.length > 0);
  const changes = new Map<string, [string, string]>([
    ['host', ['Host', host]],
    ['connection', ['Connection', 'close']],
  ]);
  for (const { words } of set ?? []) {
    const [name = '', value = ''] = words;
    changes.set(name.toLowerCase(), [name, filled(value, asked)]);
  }
  return [
    ...[...changes.values()].filter(([, value]) => value !== ''),
    ...asked.request.headers
      .filter(([name]) => !changes.has(name.toLowerCase()))
      .map(([name, value]): [string, string] => [name, value]),
  ];
}
