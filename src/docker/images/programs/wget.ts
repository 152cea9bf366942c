import { concat, EMPTY, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { baseName, join } from '../tool/files.ts';
import { ByteReader, type HttpResponse, header, parseUrl, readResponse, writeRequest } from '../tool/http.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage, credentials, Failure, type Flavour } from '../tool/tool.ts';
import { within } from './curl.ts';

/** wget(1), GNU's and busybox's: -q -O -S -T -P --spider --header --post-data -U -c -t -nv. */
export function* wget(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(
    p,
    {
      short: 'qO:ST:P:U:ct:vdno:i:Y:e:rNkpl:46b',
      long: {
        quiet: 'q',
        'output-document': 'O:',
        'server-response': 'S',
        timeout: 'T:',
        'directory-prefix': 'P:',
        'user-agent': 'U:',
        continue: 'c',
        tries: 't:',
        spider: 'spider',
        header: 'header:',
        'post-data': 'post:',
        'post-file': 'postfile:',
        'no-verbose': 'nv',
        'no-check-certificate': 'insecure',
        'no-proxy': 'noproxy',
        'show-progress': 'progress',
        progress: 'progress:',
        method: 'method:',
        'body-data': 'post:',
      },
      code: flavour === 'gnu' ? 2 : 1,
    },
    p.argv.slice(1).map((arg) => (arg === '-nv' ? '--no-verbose' : arg === '-nc' ? '-c' : arg)),
  );
  if (o.args.length === 0) {
    if (flavour === 'busybox') throw new BadUsage('');
    yield* p.error(
      "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
    );
    return 1;
  }
  let code = 0;
  for (const url of o.args) {
    const got = flavour === 'gnu' ? yield* gnuGet(p, o, url) : yield* busyboxGet(p, o, url);
    code = code === 0 ? got : code;
  }
  return code;
}

function fileName(o: Options, url: string): string {
  const output = o.get('O');
  if (output !== undefined) return output;
  const path = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '');
  const name = path.endsWith('/') || path === '' ? 'index.html' : baseName(path);
  const prefix = o.get('P');
  return prefix === undefined ? name : join(prefix, name);
}

/** Where TLS is wanted and not simulated: only sites of the outside world speak it. */
class NoTls extends Error {}
/** No certificates of authorities are installed (Debian's package ca-certificates). */
class Untrusted extends Error {}
const NO_TLS = 'muelle: TLS is not simulated here; use http://';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

interface Parts {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly target: string;
}

/** Sends the request over a connection and reads the answer. */
function* exchange(
  p: Process,
  o: Options,
  parts: Parts,
  agent: string,
  opened: (address: string) => Sys<void>,
): Sys<HttpResponse | undefined | 'late'> {
  const limit = o.get('T');
  const deadline = limit === undefined ? Number.POSITIVE_INFINITY : p.kernel.clock.now + Number(limit) * 1000;
  const connection = yield* within(p, p.net.connect(p, parts.host, parts.port), deadline);
  if (connection === 'late') return 'late';
  try {
    if (parts.scheme === 'https' && connection.tls !== true) throw new NoTls();
    yield* opened(connection.remote.address);
    const post = o.get('post');
    const postFile = o.get('postfile');
    const body =
      post !== undefined
        ? utf8(post)
        : postFile !== undefined
          ? p.fs.read(postFile, p.cwd, credentials(p))
          : EMPTY;
    const method = o.get('method') ?? (body.length > 0 ? 'POST' : o.has('spider') ? 'HEAD' : 'GET');
    const headers: [string, string][] = [
      [
        'Host',
        parts.port === (parts.scheme === 'https' ? 443 : 80) ? parts.host : `${parts.host}:${parts.port}`,
      ],
      ['User-Agent', o.get('U') ?? agent],
      ['Accept', '*/*'],
      ['Connection', 'close'],
    ];
    if (body.length > 0)
      headers.push(
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Content-Length', String(body.length)],
      );
    for (const written of o.all('header')) {
      const at = written.indexOf(':');
      if (at > 0) headers.push([written.slice(0, at), written.slice(at + 1).trim()]);
    }
    const work = function* (): Sys<HttpResponse | undefined> {
      yield* writeRequest(connection.file, {
        method,
        target: parts.target,
        version: 'HTTP/1.1',
        headers,
        body,
      });
      return yield* readResponse(new ByteReader(connection.file), method);
    };
    return yield* within(p, work(), deadline);
  } finally {
    connection.file.release();
  }
}

function relocated(url: string, to: string): string {
  return /^[a-z]+:\/\//i.test(to)
    ? to
    : url.replace(/^((?:[a-z]+:\/\/)?[^/]+).*$/i, `$1${to.startsWith('/') ? to : `/${to}`}`);
}

function* busyboxGet(p: Process, o: Options, first: string): Sys<number> {
  let url = first;
  const say = function* (line: string): Sys<void> {
    if (!o.has('q')) yield* p.error(line);
  };
  for (let hops = 0; hops < 5; hops++) {
    const parts = parseUrl(url);
    if (parts === undefined || !/^https?$/.test(parts.scheme))
      throw new Failure(`not an http or ftp url: ${url}`);
    let address = '';
    let response: HttpResponse | undefined | 'late';
    try {
      address = (yield* p.net.resolve(p, parts.host))[0] ?? '';
      yield* say(
        `Connecting to ${parts.host}${/^[\d.]+$/.test(parts.host) ? `:${parts.port}` : parts.port === 80 ? '' : `:${parts.port}`} (${address}:${parts.port})\n`,
      );
      // biome-ignore lint/correctness/useYield: nothing to say when the connection is there
      response = yield* exchange(p, o, parts, 'Wget', function* () {});
    } catch (error) {
      if (error instanceof NoTls) throw new Failure(NO_TLS);
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ENOTFOUND') throw new Failure(`bad address '${parts.host}'`);
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        throw new Failure('error getting response: Connection reset by peer');
      throw new Failure(`can't connect to remote host (${address}): ${error.message}`);
    }
    if (response === 'late') throw new Failure('download timed out');
    if (response === undefined) throw new Failure('error getting response');
    const { status, headers, body } = response;
    if (o.has('S'))
      yield* p.error(
        `  ${response.version} ${status} ${response.reason}\n${headers.map(([n, v]) => `  ${n}: ${v}\n`).join('')}`,
      );
    const to = header(headers, 'location');
    if (status >= 300 && status < 400 && to !== undefined) {
      url = relocated(url, to);
      continue;
    }
    if (status >= 400 || status < 200)
      throw new Failure(`server returned error: ${response.version} ${status} ${response.reason}`);
    if (o.has('spider')) {
      yield* say('remote file exists\n');
      return 0;
    }
    const name = fileName(o, url);
    const bar = `${(name === '-' ? '-' : baseName(name)).slice(0, 20).padEnd(20)} 100% |********************************| ${String(body.length).padStart(5)}  0:00:00 ETA\n`;
    if (name === '-') {
      yield* say('writing to stdout\n');
      if (body.length > 0) yield* p.print(body);
      if (body.length > 0) yield* say(bar);
      yield* say('written to stdout\n');
      return 0;
    }
    if (o.get('O') === undefined && p.fs.exists(name, p.cwd))
      throw new Failure(`can't open '${name}': File exists`);
    try {
      p.fs.write(name, body, p.cwd, credentials(p), 0o666 & ~p.umask);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw new Failure(`can't open '${name}': ${error.message}`);
    }
    yield* say(`saving to '${name}'\n`);
    if (body.length > 0) yield* say(bar);
    yield* say(`'${name}' saved\n`);
    return 0;
  }
  throw new Failure('too many redirections');
}

function* gnuGet(p: Process, o: Options, first: string): Sys<number> {
  let url = /^[a-z]+:\/\//i.test(first) ? first : `http://${first}`;
  const quiet = o.has('q');
  const verbose = !quiet && !o.has('nv');
  const stamp = (): string => formatTime(p.kernel.clock.now, '%F %T');
  for (let hops = 0; hops <= 20; hops++) {
    const parts = parseUrl(url);
    if (parts === undefined) {
      yield* p.error(`${url}: Invalid URL.\n`);
      return 1;
    }
    const full = url.replace(/^([a-z]+:\/\/[^/]+)$/i, '$1/');
    if (verbose)
      yield* p.error(
        `${o.has('spider') ? 'Spider mode enabled. Check if remote file exists.\n' : ''}--${stamp()}--  ${full}\n`,
      );
    let response: HttpResponse | undefined | 'late';
    const started = p.kernel.clock.now;
    try {
      const numeric = /^[\d.]+$/.test(parts.host);
      if (verbose && !numeric) yield* p.error(`Resolving ${parts.host} (${parts.host})... `);
      const addresses = yield* p.net.resolve(p, parts.host);
      if (verbose) {
        if (!numeric) yield* p.error(`${addresses.join(', ')}\n`);
        yield* p.error(
          `Connecting to ${parts.host}${numeric ? '' : ` (${parts.host})`}${numeric ? '' : `|${addresses[0]}|`}:${parts.port}... `,
        );
      }
      response = yield* exchange(p, o, parts, 'Wget/1.21.3', function* () {
        if (verbose) yield* p.error('connected.\n');
        if (parts.scheme === 'https' && !o.has('insecure') && !p.fs.exists(CERTIFICATES))
          throw new Untrusted();
        if (verbose) yield* p.error('HTTP request sent, awaiting response... ');
      });
    } catch (error) {
      if (error instanceof NoTls) {
        yield* p.error(`\n${NO_TLS}\n`);
        return 5;
      }
      if (error instanceof Untrusted) {
        if (!quiet)
          yield* p.error(
            `ERROR: The certificate of '${parts.host}' is not trusted.\nERROR: The certificate of '${parts.host}' doesn't have a known issuer.\n`,
          );
        return 5;
      }
      if (!(error instanceof Errno)) throw error;
      if (error.code === 'ENOTFOUND') {
        if (verbose) yield* p.error('failed: Name or service not known.\n');
        if (!quiet) yield* p.error(`wget: unable to resolve host address '${parts.host}'\n`);
        return 4;
      }
      if (!quiet)
        yield* p.error(
          error.code === 'ECONNRESET'
            ? `Read error (Connection reset by peer) in headers.\n`
            : `failed: ${error.message}.\n`,
        );
      return 4;
    }
    if (response === 'late' || response === undefined) {
      if (!quiet)
        yield* p.error(
          response === 'late'
            ? 'Read error (Connection timed out) in headers.\nGiving up.\n\n'
            : 'No data received.\nGiving up.\n\n',
        );
      return 4;
    }
    const { status, headers, body } = response;
    if (verbose) {
      yield* p.error(
        o.has('S')
          ? `\n  ${response.version} ${status} ${response.reason}\n${headers.map(([n, v]) => `  ${n}: ${v}\n`).join('')}`
          : `${status} ${response.reason}\n`,
      );
    }
    const to = header(headers, 'location');
    if (status >= 300 && status < 400 && to !== undefined) {
      if (verbose) yield* p.error(`Location: ${to} [following]\n`);
      url = relocated(url, to);
      continue;
    }
    if (status >= 400) {
      if (!quiet) {
        if (o.has('spider')) yield* p.error('Remote file does not exist -- broken link!!!\n\n');
        else
          yield* p.error(
            `${o.has('nv') ? `${url}:\n` : ''}${stamp()} ERROR ${status}: ${response.reason}.\n\n`.replace(
              /\n\n$/,
              verbose ? '\n\n' : '\n',
            ),
          );
      }
      return 8;
    }
    const type = header(headers, 'content-type')?.replace(/;.*$/, '');
    const length = header(headers, 'content-length') ?? String(body.length);
    if (verbose)
      yield* p.error(
        `Length: ${length}${Number(length) >= 1024 ? ` (${(Number(length) / 1024).toFixed(1)}K)` : ''}${type === undefined ? '' : ` [${type}]`}\n`,
      );
    if (o.has('spider')) {
      if (verbose)
        yield* p.error(
          'Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n',
        );
      return 0;
    }
    const name = unusedName(p, o, url);
    if (verbose) yield* p.error(`Saving to: '${name === '-' ? 'STDOUT' : name}'\n`);
    if (name === '-') yield* p.print(body);
    else {
      try {
        p.fs.write(name, concat([body]), p.cwd, credentials(p), 0o666 & ~p.umask);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        yield* p.error(`${name}: ${error.message}\n\nCannot write to '${name}' (${error.message}).\n`);
        return 3;
      }
    }
    const rate = `${((body.length || 1) / 1048576 / (Math.max(0.02, p.kernel.clock.now - started) / 1000)).toFixed(1)} MB/s`;
    if (verbose)
      yield* p.error(
        `\n${`     0K ${'.'.repeat(Math.min(50, Math.ceil(body.length / 1024)))}`.padEnd(65)} 100% ${rate.replace(' MB/s', 'M')}=0s\n\n${stamp()} (${rate}) - ${name === '-' ? 'written to stdout' : `'${name}' saved`} [${body.length}/${length}]\n\n`,
      );
    else if (!quiet) yield* p.error(`${stamp()} URL:${full} [${body.length}/${length}] -> "${name}" [1]\n`);
    return 0;
  }
  yield* p.error('20 redirections exceeded.\n');
  return 8;
}

/** GNU wget never overwrites: `index.html.1`. */
function unusedName(p: Process, o: Options, url: string): string {
  const name = fileName(o, url);
  if (o.get('O') !== undefined || o.has('c')) return name;
  let free = name;
  for (let n = 1; p.fs.exists(free, p.cwd); n++) free = `${name}.${n}`;
  return free;
}
