import { utf8 } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { type HttpRequest, type HttpResponse, header, requestPath } from '../tool/http.ts';
import type { Block, NginxServer } from './nginx-config.ts';

/** What is known of a request while it is answered. */
export interface Asked {
  readonly p: Process;
  readonly request: HttpRequest;
  readonly server: NginxServer;
  readonly port: number;
  readonly client: string;
}

/** The host a request is for, without its port. */
export const hostOf = (request: HttpRequest): string =>
  (header(request.headers, 'host') ?? '').replace(/:\d+$/, '');

/** Fills nginx's variables in a word: `$host$request_uri` ⇒ `localhost/a?b`. An unknown one becomes nothing. */
export function filled(word: string, { p, request, server, port, client }: Asked): string {
  const [, query = ''] = /\?(.*)$/s.exec(request.target) ?? [];
  const forwarded = header(request.headers, 'x-forwarded-for');
  const known: Readonly<Record<string, string>> = {
    args: query,
    host: hostOf(request) || (server.names[0] ?? ''),
    hostname: p.uts.hostname,
    http_host: header(request.headers, 'host') ?? '',
    is_args: query === '' ? '' : '?',
    proxy_add_x_forwarded_for: forwarded === undefined ? client : `${forwarded}, ${client}`,
    query_string: query,
    remote_addr: client,
    request: `${request.method} ${request.target} ${request.version}`,
    request_method: request.method,
    request_uri: request.target,
    scheme: 'http',
    server_name: server.names[0] ?? '',
    server_port: String(port),
    server_protocol: request.version,
    uri: requestPath(request.target),
  };
  return word.replace(/\$\{?(\w+)\}?/g, (_w, name: string) => {
    if (name.startsWith('http_') && known[name] === undefined)
      return header(request.headers, name.slice(5).replaceAll('_', '-')) ?? '';
    return known[name] ?? '';
  });
}

/** A `Location` as nginx writes it: with scheme, host and its own port. `/new` ⇒ `http://localhost:81/new`. */
export function absolute(location: string, { request, server, port }: Asked): string {
  if (!location.startsWith('/')) return location;
  const host = hostOf(request) || (server.names[0] ?? 'localhost');
  return `http://${host}${port === 80 ? '' : `:${port}`}${location}`;
}

function inNetwork(address: string, network: string): boolean {
  const number = (written: string): number =>
    written.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const [base = '', bits = '32'] = network.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}

/** Do the first blocks that have `allow` and `deny` let a client in? */
export function isAllowed(scope: readonly Block[], client: string): boolean {
  const rules = scope
    .map((block) => (block.inside ?? []).filter(({ name }) => name === 'allow' || name === 'deny'))
    .find((found) => found.length > 0);
  const rule = rules?.find(({ words: [who = ''] }) => who === 'all' || inNetwork(client, who));
  return rule?.name !== 'deny';
}

/** The part of a file that a request asks for (`Range: bytes=0-2`), or the answer as it is. */
export function ranged(answer: HttpResponse, request: HttpRequest): HttpResponse {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(header(request.headers, 'range') ?? '');
  if (asked === null || answer.status !== 200) return answer;
  const size = answer.body.length;
  const [, first = '', last = ''] = asked;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  const others = answer.headers.filter(([name]) => name !== 'Content-Length' && name !== 'Accept-Ranges');
  if (from > to)
    return {
      ...answer,
      status: 416,
      reason: 'Requested Range Not Satisfiable',
      headers: [...others, ['Content-Range', `bytes */${size}`], ['Content-Length', '0']],
      body: utf8(''),
    };
  const body = answer.body.slice(from, to + 1);
  return {
    ...answer,
    status: 206,
    reason: 'Partial Content',
    headers: [
      ...others,
      ['Content-Length', String(body.length)],
      ['Content-Range', `bytes ${from}-${to}/${size}`],
    ],
    body,
  };
}

/** Where `error_page` sends a status: the page's address, and the status it then has. */
export function errorPage(
  scope: readonly Block[],
  status: number,
): { readonly target: string; readonly status: number | undefined } | undefined {
  for (const block of scope) {
    const lines = (block.inside ?? []).filter(({ name }) => name === 'error_page');
    for (const { words } of lines) {
      const target = words.at(-1);
      if (target === undefined || !words.slice(0, -1).includes(String(status))) continue;
      const given = words.slice(0, -1).find((word) => /^=\d*$/.test(word));
      return { target, status: given === undefined || given === '=' ? status : Number(given.slice(1)) };
    }
    if (lines.length > 0) return undefined;
  }
  return undefined;
}
