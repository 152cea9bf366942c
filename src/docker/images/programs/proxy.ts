import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import {
  ByteReader,
  type HttpRequest,
  type HttpResponse,
  parseUrl,
  readResponse,
  writeRequest,
} from '../tool/http.ts';

const HOP = /^(connection|keep-alive|transfer-encoding|content-length|server|date)$/i;

/** Passes a request to `proxy_pass`: the upstream's answer, or an Error with nginx's words for what went wrong. */
export function* passOn(
  p: Process,
  request: HttpRequest,
  pass: string,
  prefix: string,
  client: string,
  upstreams: ReadonlyMap<string, readonly string[]>,
): Sys<HttpResponse | Error> {
  const filled = pass.replace(/\$\w+/g, '');
  const parts = parseUrl(filled);
  if (parts === undefined) return new Error(`invalid URL prefix in "${pass}"`);
  const servers = upstreams.get(parts.host);
  const chosen =
    servers === undefined ? undefined : parseUrl(servers[p.kernel.random.below(servers.length)] ?? '');
  const { host, port } = chosen ?? parts;
  const hasPath = /^[a-z]+:\/\/[^/]+\//i.test(filled);
  const target = hasPath
    ? parts.target.replace(/\/$/, '') + request.target.slice(prefix.replace(/\/$/, '').length)
    : request.target;
  try {
    const connection = yield* p.net.connect(p, host, port);
    try {
      const headers: [string, string][] = [
        ['Host', port === 80 ? host : `${host}:${port}`],
        ['X-Real-IP', client],
        ['X-Forwarded-For', client],
        ['Connection', 'close'],
        ...request.headers
          .filter(([name]) => !/^(host|connection|x-forwarded-for|x-real-ip)$/i.test(name))
          .map(([n, v]): [string, string] => [n, v]),
      ];
      yield* writeRequest(connection.file, { ...request, target, version: 'HTTP/1.0', headers });
      const response = yield* readResponse(new ByteReader(connection.file), request.method);
      if (response === undefined)
        return new Error(
          'upstream prematurely closed connection while reading response header from upstream',
        );
      const kept = response.headers.filter(([name]) => !HOP.test(name));
      return {
        ...response,
        headers: [...kept, ['Content-Length', String(response.body.length)], ['Connection', 'keep-alive']],
      };
    } finally {
      connection.file.release();
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND') return new Error(`${host} could not be resolved (3: Host not found)`);
    const number =
      { ECONNREFUSED: 111, ETIMEDOUT: 110, EHOSTUNREACH: 113, ECONNRESET: 104 }[error.code as string] ?? 5;
    return new Error(`connect() failed (${number}: ${error.message}) while connecting to upstream`);
  }
}
