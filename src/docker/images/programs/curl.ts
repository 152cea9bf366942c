import { concat, EMPTY, text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { baseName, readAllOf } from '../tool/files.ts';
import {
  ByteReader,
  type HttpResponse,
  header,
  headerLines,
  parseUrl,
  readResponse,
  writeRequest,
} from '../tool/http.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { BadUsage, credentials } from '../tool/tool.ts';

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n";
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
export const CURL_VERSION = '7.88.1';

/** A transfer that failed: curl's exit code and words. */
class CurlError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Transfer {
  readonly response: HttpResponse;
  readonly url: string;
  readonly remote: string;
  readonly started: number;
  readonly sent: number;
}

/** curl(1) for http: -s -S -f -i -I -L -o -O -w -X -d -H -A -u -v -k -m --connect-timeout --retry -T -G -b -e -x(no). */
export function* curl(p: Process): Sys<number> {
  let o: Options;
  try {
    o = parseOptions(p, {
      short: 'sSfiILo:Ow:X:d:H:A:u:vkm:T:Gb:c:e:VhNx:46#gjJRF:r:ZqaC:D:',
      long: {
        silent: 's',
        'show-error': 'S',
        fail: 'f',
        include: 'i',
        head: 'I',
        location: 'L',
        output: 'o:',
        'remote-name': 'O',
        'write-out': 'w:',
        request: 'X:',
        data: 'd:',
        'data-raw': 'd:',
        'data-binary': 'd:',
        'data-urlencode': 'urlencode:',
        json: 'json:',
        header: 'H:',
        'user-agent': 'A:',
        user: 'u:',
        verbose: 'v',
        insecure: 'k',
        'max-time': 'm:',
        'connect-timeout': 'connect:',
        retry: 'retry:',
        'retry-delay': 'delay:',
        'retry-connrefused': 'connrefused',
        'retry-all-errors': 'connrefused',
        'upload-file': 'T:',
        get: 'G',
        cookie: 'b:',
        'cookie-jar': 'c:',
        referer: 'e:',
        version: 'V',
        help: 'h',
        'no-buffer': 'N',
        url: 'url:',
        'fail-with-body': 'failbody',
        'progress-bar': '#',
        compressed: 'compressed',
        'max-redirs': 'redirs:',
        range: 'r:',
        'no-progress-meter': 'nometer',
        resolve: 'resolve:',
        'create-dirs': 'dirs',
        ipv4: '4',
        ipv6: '6',
        'http1.1': 'http',
        'http1.0': 'http',
      },
      code: 2,
    });
  } catch (error) {
    if (!(error instanceof BadUsage)) throw error;
    const unknown = /option (?:-- )?'(.*)'$|option '(.*)'$/.exec(error.message);
    const name = unknown?.[1] ?? unknown?.[2] ?? '';
    const shown = name.startsWith('--') ? name : `-${name}`;
    yield* p.error(
      error.message.includes('requires an argument')
        ? `curl: option ${/'(.*)'/.exec(error.message)?.[1]?.replace(/^(?=\w$)/, '-') ?? ''}: requires parameter\n${HINT}`
        : `curl: option ${shown}: is unknown\n${HINT}`,
    );
    return 2;
  }
  if (o.has('V')) {
    yield* p.print(
      `curl ${CURL_VERSION} (x86_64-pc-linux-gnu) libcurl/${CURL_VERSION} OpenSSL/3.0.17 zlib/1.2.13\nRelease-Date: 2023-02-20, security patched: ${CURL_VERSION}-10+deb12u14\nProtocols: http\nFeatures: AsynchDNS IPv6 Largefile libz\n`,
    );
    return 0;
  }
  if (o.has('h')) {
    yield* p.print('Usage: curl [options...] <url>\n');
    return 0;
  }
  const urls = [...o.all('url'), ...o.args];
  if (urls.length === 0) {
    yield* p.error(HINT);
    return 2;
  }
  let code = 0;
  for (const [i, url] of urls.entries()) code = yield* fetchOne(p, o, url, i);
  return code;
}

function* fetchOne(p: Process, o: Options, url: string, index: number): Sys<number> {
  const output =
    o.all('o')[index] ?? o.all('o')[0] ?? (o.has('O') ? baseName(url.replace(/[?#].*$/, '')) : undefined);
  const meter = !o.has('s', 'nometer', '#') && (output !== undefined && output !== '-' ? true : !p.isatty(1));
  const tries = Number(o.get('retry') ?? 0) + 1;
  const started = p.kernel.clock.now;
  const told: Told = { hops: 0, last: undefined, url };
  let transfer: Transfer | undefined;
  let failure: CurlError | undefined;
  let metered = false;
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      transfer = yield* follow(p, o, url, told);
      failure = undefined;
      const status = transfer.response.status;
      if (![408, 429, 500, 502, 503, 504].includes(status) || attempt === tries) break;
    } catch (error) {
      if (!(error instanceof CurlError)) throw error;
      failure = error;
      if (meter && error.code !== 3 && error.code !== 1 && !metered) {
        metered = true;
        yield* p.error(`${METER}\r${EMPTY_ROW}`);
        if (error.code === 7 || error.code === 28) yield* p.error(`\r${EMPTY_ROW}`);
        yield* p.error('\n');
      }
      const again = error.code === 28 || error.code === 6 || (o.has('connrefused') && error.code !== 3);
      if (!again || attempt === tries) break;
    }
    const wait = Number(o.get('delay') ?? 2 ** (attempt - 1));
    if (!o.has('s'))
      yield* p.error(
        `Warning: Problem : ${failure === undefined ? 'HTTP error' : 'connection refused'}. Will retry in ${wait} seconds. ${tries - attempt} retries left.\n`,
      );
    yield* p.sleep(wait * 1000);
  }
  if (transfer === undefined || failure !== undefined) {
    if (failure !== undefined && (!o.has('s') || o.has('S')))
      yield* p.error(`curl: (${failure.code}) ${failure.message}\n`);
    yield* writeOut(p, o, told, started, failure);
    return failure?.code ?? 7;
  }
  const { response } = transfer;
  const failed = o.has('f', 'failbody') && response.status >= 400;
  if (meter) yield* p.error(progress(response.body.length, p.kernel.clock.now - started));
  const shown: Uint8Array[] = [];
  if (o.has('i', 'I'))
    shown.push(
      utf8(
        `${response.version} ${response.status} ${response.reason}\r\n${headerLines(response.headers)}\r\n`,
      ),
    );
  if (!o.has('I') && !(failed && !o.has('failbody'))) shown.push(response.body);
  const bytes = concat(shown);
  if (output === undefined || output === '-') {
    if (bytes.length > 0) yield* p.print(bytes);
  } else {
    try {
      if (bytes.length > 0 || !failed) p.fs.write(output, bytes, p.cwd, credentials(p));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      if (!o.has('s') || o.has('S'))
        yield* p.error(
          `Warning: Failed to open the file ${output}: ${error.message}\ncurl: (23) Failure writing output to destination\n`,
        );
      return 23;
    }
  }
  const http = new CurlError(22, `The requested URL returned error: ${response.status}`);
  yield* writeOut(p, o, told, started, failed ? http : undefined);
  if (!failed) return 0;
  if (!o.has('s') || o.has('S')) yield* p.error(`curl: (22) ${http.message}\n`);
  return 22;
}

const METER = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;
const EMPTY_ROW = '  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0';

function progress(size: number, ms: number): string {
  const speed = size === 0 ? 0 : Math.round((size * 1000) / Math.max(1, ms));
  const rate = speed >= 100_000 ? `${Math.round(speed / 1024)}k` : String(speed);
  const total = String(size).padStart(5);
  const row = `${size === 0 ? '  0' : '100'} ${total}  ${size === 0 ? '  0' : '100'} ${total}    0     0  ${rate.padStart(5)}      0 --:--:-- --:--:-- --:--:-- ${rate.padStart(5)}`;
  return `${METER}\r${EMPTY_ROW}\r${row}\n`;
}

function* follow(p: Process, o: Options, first: string, told: Told): Sys<Transfer> {
  let url = first;
  told.hops = 0;
  let method: string | undefined;
  const most = Number(o.get('redirs') ?? 50);
  const seen: Uint8Array[] = [];
  for (let hops = 0; ; hops++) {
    told.url = url;
    const transfer = yield* request(p, o, url, method);
    told.last = transfer;
    const to = header(transfer.response.headers, 'location');
    const { status, version, reason, headers } = transfer.response;
    if (!o.has('L') || to === undefined || status < 300 || status >= 400) {
      if (seen.length === 0 || !o.has('i', 'I')) return transfer;
      yield* p.print(concat(seen));
      return transfer;
    }
    told.hops++;
    if (hops >= most) throw new CurlError(47, `Maximum (${most}) redirects followed`);
    seen.push(utf8(`${version} ${status} ${reason}\r\n${headerLines(headers)}\r\n`));
    if (status === 303 || ((status === 301 || status === 302) && !o.has('X')))
      method = o.has('I') ? 'HEAD' : 'GET';
    url = joined(url, to);
  }
}

function* request(p: Process, o: Options, url: string, forced: string | undefined): Sys<Transfer> {
  const parts = parseUrl(url);
  if (parts === undefined) throw new CurlError(3, 'URL using bad/illegal format or missing URL');
  const { scheme, host, port } = parts;
  if (scheme !== 'http' && scheme !== 'https')
    throw new CurlError(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  let target = parts.target;
  const started = p.kernel.clock.now;
  const data = yield* requestData(p, o);
  let body = data?.body ?? EMPTY;
  if (o.has('G') && data !== undefined) {
    target += `${target.includes('?') ? '&' : '?'}${text(data.body)}`;
    body = EMPTY;
  }
  const upload = o.get('T');
  if (upload !== undefined) body = yield* readAllOf(p, upload);
  const method =
    o.get('X') ??
    forced ??
    (o.has('I') ? 'HEAD' : upload !== undefined ? 'PUT' : data !== undefined && !o.has('G') ? 'POST' : 'GET');
  const hostHeader = port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`;
  const headers: [string, string][] = [['Host', hostHeader]];
  const user = o.get('u') ?? parts.user;
  if (user !== undefined) headers.push(['Authorization', `Basic ${base64(utf8(user))}`]);
  headers.push(['User-Agent', o.get('A') ?? `curl/${CURL_VERSION}`], ['Accept', data?.accept ?? '*/*']);
  const range = o.get('r');
  if (range !== undefined) headers.splice(1, 0, ['Range', `bytes=${range}`]);
  const cookie = o.get('b');
  if (cookie !== undefined) headers.push(['Cookie', cookie]);
  const referer = o.get('e');
  if (referer !== undefined) headers.push(['Referer', referer]);
  if (body.length > 0 || data !== undefined) {
    if (!o.has('G')) headers.push(['Content-Length', String(body.length)]);
    if (data !== undefined && !o.has('G')) headers.push(['Content-Type', data.type]);
  }
  for (const written of o.all('H')) {
    const at = written.indexOf(':');
    const name = at < 0 ? written : written.slice(0, at);
    const value = at < 0 ? '' : written.slice(at + 1).trim();
    const old = headers.findIndex(([key]) => key.toLowerCase() === name.toLowerCase());
    if (old >= 0) headers.splice(old, 1);
    if (value !== '') headers.push([name, value]);
  }
  const limit = seconds(o.get('m'));
  const connectLimit = Math.min(seconds(o.get('connect')), limit);
  const connection = yield* connect(p, host, port, connectLimit, started);
  try {
    if (scheme === 'https' && connection.tls !== true)
      throw new CurlError(35, 'muelle: TLS is not simulated here; use http://');
    if (scheme === 'https' && !o.has('k') && !p.fs.exists(CERTIFICATES))
      throw new CurlError(77, `error setting certificate file: ${CERTIFICATES}`);
    if (o.has('v'))
      yield* p.error(
        `*   Trying ${connection.remote.address}:${port}...\n* Connected to ${host} (${connection.remote.address}) port ${port} (#0)\n> ${method} ${target} HTTP/1.1\n${headers.map(([n, v]) => `> ${n}: ${v}\n`).join('')}> \n`,
      );
    const work = function* (): Sys<HttpResponse | undefined> {
      yield* writeRequest(connection.file, { method, target, version: 'HTTP/1.1', headers, body });
      return yield* readResponse(new ByteReader(connection.file), method);
    };
    const response = yield* within(p, work(), started + limit);
    if (response === 'late')
      throw new CurlError(
        28,
        `Operation timed out after ${Math.round(p.kernel.clock.now - started)} milliseconds with 0 bytes received`,
      );
    if (response === undefined) throw new CurlError(52, 'Empty reply from server');
    if (response.version === '') throw new CurlError(1, 'Received HTTP/0.9 when not allowed');
    if (o.has('v'))
      yield* p.error(
        `< ${response.version} ${response.status} ${response.reason}\n${response.headers.map(([n, v]) => `< ${n}: ${v}\n`).join('')}< \n* Connection #0 to host ${host} left intact\n`,
      );
    return { response, url, remote: connection.remote.address, started, sent: body.length };
  } catch (error) {
    if (error instanceof Errno)
      throw error.code === 'EPIPE' || error.code === 'ECONNRESET'
        ? new CurlError(56, 'Recv failure: Connection reset by peer')
        : new CurlError(56, `Recv failure: ${error.message}`);
    throw error;
  } finally {
    connection.file.release();
  }
}

function seconds(written: string | undefined): number {
  return written === undefined ? Number.POSITIVE_INFINITY : Number(written) * 1000;
}

function* connect(p: Process, host: string, port: number, limit: number, started: number): Sys<Connection> {
  const failed = (why: string): CurlError =>
    new CurlError(
      7,
      `Failed to connect to ${host} port ${port} after ${Math.round(p.kernel.clock.now - started)} ms: ${why}`,
    );
  try {
    const connection = yield* within(
      p,
      p.net.connect(p, host.replace(/^\[|\]$/g, ''), port),
      started + limit,
    );
    if (connection === 'late')
      throw new CurlError(
        28,
        `Connection timed out after ${Math.round(p.kernel.clock.now - started)} milliseconds`,
      );
    return connection;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND') throw new CurlError(6, `Could not resolve host: ${host}`);
    if (error.code === 'ECONNRESET') throw new CurlError(56, 'Recv failure: Connection reset by peer');
    if (error.code === 'ETIMEDOUT')
      throw new CurlError(
        28,
        `Failed to connect to ${host} port ${port} after ${Math.round(p.kernel.clock.now - started)} ms: Couldn't connect to server`,
      );
    throw failed("Couldn't connect to server");
  }
}

/** Drives a computation step by step until a deadline: its value, or `late`. */
export function* within<T>(p: Process, work: Sys<T>, deadline: number): Sys<T | 'late'> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (deadline === Number.POSITIVE_INFINITY) {
      yield step.value;
      continue;
    }
    if (p.kernel.clock.now >= deadline) {
      work.return(undefined as T);
      return 'late';
    }
    const until = step.value.until;
    yield { queues: step.value.queues, until: until === undefined ? deadline : Math.min(until, deadline) };
  }
}

function* requestData(
  p: Process,
  o: Options,
): Sys<{ body: Uint8Array; type: string; accept?: string } | undefined> {
  const json = o.get('json');
  if (json !== undefined) return { body: utf8(json), type: 'application/json', accept: 'application/json' };
  const parts: Uint8Array[] = [];
  for (const [name, value] of o.order) {
    if (name !== 'd' && name !== 'urlencode' && name !== 'F') continue;
    if (parts.length > 0) parts.push(utf8('&'));
    if (value.startsWith('@')) parts.push(yield* readAllOf(p, value.slice(1)));
    else if (name === 'urlencode') {
      const at = value.indexOf('=');
      parts.push(
        utf8(
          at < 0
            ? encodeURIComponent(value)
            : `${value.slice(0, at + 1)}${encodeURIComponent(value.slice(at + 1))}`,
        ),
      );
    } else parts.push(utf8(value));
  }
  return parts.length === 0 ? undefined : { body: concat(parts), type: 'application/x-www-form-urlencoded' };
}

/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.subarray(i, i + 3);
    const n = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += letters[n >> 18];
    out += letters[(n >> 12) & 63];
    out += b === undefined ? '=' : letters[(n >> 6) & 63];
    out += c === undefined ? '=' : letters[n & 63];
  }
  return out;
}

/** How far a transfer has come: for what `-w` tells, also when it then fails. */
interface Told {
  hops: number;
  last: Transfer | undefined;
  url: string;
}

/** `localhost:8080` ⇒ `http://localhost:8080/` */
function whole(url: string): string {
  const full = /^[a-z]+:\/\//i.test(url) ? url : `http://${url}`;
  return /^[a-z]+:\/\/[^/?#]+$/i.test(full) ? `${full}/` : full;
}

/** Where a `Location` leads from a page. */
function joined(url: string, to: string): string {
  if (/^[a-z]+:\/\//i.test(to)) return to;
  const base = whole(url);
  const root = base.replace(/^([a-z]+:\/\/[^/]+).*$/i, '$1');
  return to.startsWith('/') ? `${root}${to}` : `${base.replace(/[?#].*$/, '').replace(/[^/]*$/, '')}${to}`;
}

function* writeOut(
  p: Process,
  o: Options,
  { last: transfer, hops, url }: Told,
  started: number,
  failure: CurlError | undefined,
): Sys<void> {
  const format = o.get('w');
  if (format === undefined) return;
  const elapsed = ((p.kernel.clock.now - started) / 1000).toFixed(6);
  const status = String(transfer?.response.status ?? 0).padStart(3, '0');
  const headersSize = transfer === undefined ? 0 : headerLines(transfer.response.headers).length + 19;
  const to = transfer === undefined ? undefined : header(transfer.response.headers, 'location');
  const values: Readonly<Record<string, string>> = {
    http_code: status,
    response_code: status,
    size_download: String(transfer?.response.body.length ?? 0),
    size_header: String(headersSize),
    size_upload: String(transfer?.sent ?? 0),
    content_type:
      (transfer === undefined ? undefined : header(transfer.response.headers, 'content-type')) ?? '',
    url_effective: whole(url),
    url,
    num_redirects: String(hops),
    num_connects: transfer === undefined ? '0' : String(hops + 1),
    scheme: 'HTTP',
    remote_port: String(parseUrl(url)?.port ?? ''),
    speed_download: '0',
    remote_ip: transfer?.remote ?? '',
    time_total: elapsed,
    time_connect: elapsed,
    time_starttransfer: elapsed,
    time_namelookup: '0.000010',
    http_version: transfer?.response.version.slice(5) ?? '0',
    redirect_url: to === undefined || hops > 0 ? '' : joined(url, to),
    exitcode: String(failure?.code ?? 0),
    errormsg: failure?.message ?? '',
    method: o.get('X') ?? 'GET',
  };
  const filled = format.replace(
    /%\{(\w+)\}|\\([nrt])|%%/g,
    (whole, name: string | undefined, escaped: string | undefined) => {
      if (name !== undefined) return values[name] ?? '';
      if (escaped !== undefined) return { n: '\n', r: '\r', t: '\t' }[escaped] ?? whole;
      return '%';
    },
  );
  yield* p.print(filled);
}
