import { EMPTY } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ByteReader, header, parseUrl, readResponse, writeRequest } from './http.ts';

/** Gets a URL, redirects followed: its bytes, or why not in the words of Go's HTTP client (after `Get "URL": `). */
export function* download(p: Process, first: string): Sys<Uint8Array | string> {
  let url = first;
  for (let hops = 0; hops < 10; hops++) {
    const parts = parseUrl(url);
    if (parts === undefined) return 'unsupported protocol scheme';
    const { scheme, host, port, target } = parts;
    const named = /^(80|443)$/.test(String(port)) ? host : `${host}:${port}`;
    try {
      const connection = yield* p.net.connect(p, host, port);
      try {
        if (scheme === 'https' && connection.tls !== true)
          return 'http: server gave HTTP response to HTTPS client';
        yield* writeRequest(connection.file, {
          method: 'GET',
          target,
          version: 'HTTP/1.1',
          headers: [
            ['Host', named],
            ['User-Agent', 'buildkit/v0.29'],
            ['Connection', 'close'],
          ],
          body: EMPTY,
        });
        const answer = yield* readResponse(new ByteReader(connection.file), 'GET');
        if (answer === undefined) return 'EOF';
        const to = header(answer.headers, 'location');
        if (answer.status >= 300 && answer.status < 400 && to !== undefined) {
          url = /^https?:/.test(to) ? to : `${scheme}://${named}${to}`;
          continue;
        }
        return answer.status === 200 ? answer.body : `invalid response status ${answer.status}`;
      } finally {
        connection.file.release();
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      return error.code === 'ENOTFOUND'
        ? `dial tcp: lookup ${host} on 10.0.2.3:53: no such host`
        : `dial tcp: connect: ${error.message.toLowerCase()}`;
    }
  }
  return 'stopped after 10 redirects';
}
