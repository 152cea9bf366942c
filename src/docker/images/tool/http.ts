import { concat, EMPTY, text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Connection, Listener } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { formatTime } from './time.ts';

/** Header lines in order; names as they were written. */
export type Headers = readonly (readonly [name: string, value: string])[];

export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly reason: string;
  readonly version: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** The first value of a header, whatever its case. */
export function header(headers: Headers, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** Reads lines and counted bytes from a connection. */
export class ByteReader {
  readonly #file: OpenFile;
  #buffer: Uint8Array = EMPTY;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  *#fill(): Sys<boolean> {
    const chunk = yield* this.#file.read();
    if (chunk.length === 0) return false;
    this.#buffer = concat([this.#buffer, chunk]);
    return true;
  }

  /** A line without its end, or undefined at the end. */
  *line(): Sys<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf(0x0a);
      if (end >= 0) {
        const line = text(this.#buffer.subarray(0, end)).replace(/\r$/, '');
        this.#buffer = this.#buffer.subarray(end + 1);
        return line;
      }
      if (!(yield* this.#fill())) {
        if (this.#buffer.length === 0) return undefined;
        const rest = text(this.#buffer);
        this.#buffer = EMPTY;
        return rest;
      }
    }
  }

  /** Up to `n` bytes; fewer only at the end. */
  *take(n: number): Sys<Uint8Array> {
    while (this.#buffer.length < n && (yield* this.#fill())) yield TURN;
    const out = this.#buffer.subarray(0, n);
    this.#buffer = this.#buffer.subarray(out.length);
    return out;
  }

  *rest(): Sys<Uint8Array> {
    while (yield* this.#fill()) yield TURN;
    const out = this.#buffer;
    this.#buffer = EMPTY;
    return out;
  }
}

function* readHeaders(reader: ByteReader): Sys<[string, string][]> {
  const headers: [string, string][] = [];
  for (let line = yield* reader.line(); line !== undefined && line !== ''; line = yield* reader.line()) {
    const at = line.indexOf(':');
    if (at > 0) headers.push([line.slice(0, at), line.slice(at + 1).trim()]);
  }
  return headers;
}

function* readBody(reader: ByteReader, headers: Headers, toEnd: boolean): Sys<Uint8Array> {
  if (header(headers, 'transfer-encoding')?.toLowerCase() === 'chunked') {
    const parts: Uint8Array[] = [];
    for (;;) {
      const size = Number.parseInt((yield* reader.line()) ?? '0', 16);
      if (!(size > 0)) break;
      parts.push((yield* reader.take(size)).slice());
      yield* reader.line();
    }
    yield* reader.line();
    return concat(parts);
  }
  const length = header(headers, 'content-length');
  if (length !== undefined) return (yield* reader.take(Number(length))).slice();
  return toEnd ? yield* reader.rest() : EMPTY;
}

/** One request from a connection; undefined when it was closed. */
export function* readRequest(reader: ByteReader): Sys<HttpRequest | undefined> {
  const first = yield* reader.line();
  if (first === undefined) return undefined;
  const [method = '', target = '', version = ''] = first.split(' ');
  const headers = version === '' ? [] : yield* readHeaders(reader);
  const body = yield* readBody(reader, headers, false);
  return { method, target, version: version === '' ? 'HTTP/0.9' : version, headers, body };
}

/** The answer to a request; undefined if the server closed without one. */
export function* readResponse(reader: ByteReader, method: string): Sys<HttpResponse | undefined> {
  const first = yield* reader.line();
  if (first === undefined) return undefined;
  const match = /^(HTTP\/[\d.]+) (\d{3}) ?(.*)$/.exec(first);
  if (match === null)
    return { status: 0, reason: first, version: '', headers: [], body: yield* reader.rest() };
  const headers = yield* readHeaders(reader);
  const status = Number(match[2]);
  const none = method === 'HEAD' || status === 204 || status === 304;
  const body = none ? EMPTY : yield* readBody(reader, headers, true);
  return { status, reason: match[3] ?? '', version: match[1] ?? '', headers, body };
}

/** Writes a request. */
export function* writeRequest(file: OpenFile, request: HttpRequest): Sys<void> {
  const head = `${request.method} ${request.target} ${request.version}\r\n${headerLines(request.headers)}\r\n`;
  yield* file.write(concat([utf8(head), request.body]));
}

export function headerLines(headers: Headers): string {
  return headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

/** `Sat, 21 Nov 2026 03:40:00 GMT` */
export function httpDate(time: number): string {
  return formatTime(time, '%a, %d %b %Y %H:%M:%S GMT');
}

/** What a server answers a request with. `undefined` closes the connection without an answer. */
export type Handler = (request: HttpRequest, connection: Connection) => Sys<HttpResponse | undefined>;

/** Accepts connections for ever, each in a thread of the process. */
export function* serveHttp(p: Process, listener: Listener, handle: Handler): Sys<never> {
  for (;;) {
    const connection = yield* listener.accept();
    p.kernel.thread(p, talk(connection, handle));
  }
}

function* talk(connection: Connection, handle: Handler): Sys<void> {
  const { file } = connection;
  const reader = new ByteReader(file);
  try {
    for (;;) {
      const request = yield* readRequest(reader);
      if (request === undefined) return;
      const answer = yield* handle(request, connection);
      if (answer === undefined) return;
      const keep =
        request.version === 'HTTP/1.1' &&
        answer.version === 'HTTP/1.1' &&
        header(request.headers, 'connection')?.toLowerCase() !== 'close' &&
        header(answer.headers, 'connection')?.toLowerCase() !== 'close';
      const head = `${answer.version} ${answer.status} ${answer.reason}\r\n${headerLines(answer.headers)}\r\n`;
      yield* file.write(concat([utf8(head), request.method === 'HEAD' ? EMPTY : answer.body]));
      if (!keep) return;
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  } finally {
    file.release();
  }
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  ico: 'image/x-icon',
  pdf: 'application/pdf',
  md: 'text/markdown',
  py: 'text/x-python',
  c: 'text/x-csrc',
  sh: 'text/x-sh',
  gz: 'application/gzip',
  tar: 'application/x-tar',
  zip: 'application/zip',
};

/** The media type a server gives a file by its name. */
export function mediaType(path: string, otherwise = 'application/octet-stream'): string {
  return TYPES[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? otherwise;
}

/** The path of a request decoded and tidied, never above the root: `/a/../%62?x` ⇒ `/b`. */
export function requestPath(target: string): string {
  const raw = target.replace(/^https?:\/\/[^/]*/, '').replace(/[?#].*$/, '');
  let decoded = raw;
  try {
    decoded = decodeURIComponent(raw);
  } catch {
    // A stray % is taken as it is, as servers do.
  }
  const out: string[] = [];
  for (const name of decoded.split('/')) {
    if (name === '..') out.pop();
    else if (name !== '' && name !== '.') out.push(name);
  }
  return `/${out.join('/')}${decoded.endsWith('/') && out.length > 0 ? '/' : ''}`;
}

/** A URL's parts; undefined if it is none that is spoken here. */
export function parseUrl(
  written: string,
): { scheme: string; host: string; port: number; target: string; user: string | undefined } | undefined {
  const match =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([^@/]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?([/?#].*)?$/i.exec(written);
  if (match === null) return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const host = match[3] ?? '';
  if (host === '' || /\s/.test(host)) return undefined;
  const port = match[4] === undefined || match[4] === '' ? (scheme === 'https' ? 443 : 80) : Number(match[4]);
  if (port > 65535) return undefined;
  const rest = (match[5] ?? '/').replace(/#.*$/, '');
  return { scheme, host, port, target: rest.startsWith('/') ? rest : `/${rest}`, user: match[2] };
}
