import { EMPTY, text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { forkChild } from '../../kernel/exec.ts';
import { openFile } from '../../kernel/fs/file.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import {
  type Handler,
  type HttpRequest,
  type HttpResponse,
  header,
  httpDate,
  mediaType,
  requestPath,
  serveHttp,
} from '../tool/http.ts';
import { kernelFacts } from '../tool/machine.ts';
import { formatTime } from '../tool/time.ts';
import { gidOf, uidOf } from '../tool/users.ts';
import {
  type Block,
  type NginxConfig,
  NginxConfigError,
  readConfig,
  upstreamHosts,
  values,
} from './nginx-config.ts';
import { type Asked, absolute, errorPage, filled, hostOf, isAllowed, ranged } from './nginx-request.ts';
import { passOn, type Upstreams } from './proxy.ts';

const VERSION = 'nginx/1.22.1';

/** nginx(8): master and workers, static files, proxy_pass, return, try_files; -g, -c, -t, -T, -v, -V, -s. */
export function* nginx(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  let conf = '/etc/nginx/nginx.conf';
  let globals = '';
  let checking: 't' | 'T' | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '-c') conf = args[++i] ?? conf;
    else if (arg === '-g') globals = args[++i] ?? '';
    else if (arg === '-t' || arg === '-T') checking = arg === '-t' ? 't' : 'T';
    else if (arg === '-v' || arg === '-V') {
      yield* p.error(`nginx version: ${VERSION}\n`);
      return 0;
    } else if (arg === '-s') return yield* tellMaster(p, args[++i] ?? '');
    else if (arg === '-q' || arg === '-p' || arg === '-e') i += arg === '-q' ? 0 : 1;
    else if (arg === '-h' || arg === '-?') {
      yield* p.error(
        `nginx version: ${VERSION}\nUsage: nginx [-?hvVtTq] [-s signal] [-p prefix]\n             [-e filename] [-c filename] [-g directives]\n`,
      );
      return 0;
    } else {
      yield* p.error(`nginx: invalid option: "${arg?.replace(/^-/, '')[0] ?? ''}"\n`);
      return 1;
    }
  }
  let config: NginxConfig;
  try {
    config = readConfig(p, conf, globals);
  } catch (error) {
    if (!(error instanceof NginxConfigError)) throw error;
    yield* p.error(`${stamp(p)} [emerg] ${p.pid}#${p.pid}: ${error.message}\n`);
    if (checking !== undefined) yield* p.error(`nginx: configuration file ${conf} test failed\n`);
    return 1;
  }
  if (checking !== undefined) {
    yield* p.error(
      `nginx: the configuration file ${conf} syntax is ok\nnginx: configuration file ${conf} test is successful\n`,
    );
    if (checking === 'T')
      for (const [path, content] of config.files)
        yield* p.print(`# configuration file ${path}:\n${content}\n`);
    return 0;
  }
  return yield* new Server(p, config, conf, globals).run();
}

function stamp(p: Process): string {
  return formatTime(p.kernel.clock.now, '%Y/%m/%d %H:%M:%S');
}

function* tellMaster(p: Process, what: string): Sys<number> {
  const signal = { stop: 'TERM', quit: 'QUIT', reload: 'HUP', reopen: 'USR1' }[what] as
    | 'TERM'
    | 'QUIT'
    | 'HUP'
    | 'USR1'
    | undefined;
  if (signal === undefined) {
    yield* p.error(`nginx: invalid option: "-s ${what}"\n`);
    return 1;
  }
  const pid = p.fs.exists('/run/nginx.pid') ? Number(text(p.fs.read('/run/nginx.pid'))) : 0;
  const master = p.pids.processes.get(pid);
  if (master === undefined) {
    yield* p.error(`nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n`);
    return 1;
  }
  yield* p.error(`${stamp(p)} [notice] ${p.pid}#${p.pid}: signal process started\n`);
  master.signal(signal, p);
  return 0;
}

/** An answer, and whether it is a page that nginx makes itself. */
type Answer = HttpResponse & { readonly own?: boolean };

class Server {
  readonly p: Process;
  config: NginxConfig;
  readonly #conf: string;
  readonly #globals: string;
  #errorLog: OpenFile;
  #accessLog: OpenFile | undefined;
  #workers: Process[] = [];
  #connections = 0;
  readonly #upstreams: Upstreams = { turns: new Map(), addresses: new Map() };

  constructor(p: Process, config: NginxConfig, conf: string, globals: string) {
    this.p = p;
    this.config = config;
    this.#conf = conf;
    this.#globals = globals;
    this.#errorLog = p.file(2).retain();
  }

  *log(level: string, message: string, pid = this.p.pid): Sys<void> {
    yield* this.#errorLog.write(utf8(`${stamp(this.p)} [${level}] ${pid}#${pid}: ${message}\n`));
  }

  *run(): Sys<number> {
    const { p, config } = this;
    p.argv = [`nginx: master process ${p.argv.join(' ')}`];
    p.useMemory(9_000_000);
    const asked: { what: 'QUIT' | 'TERM' | 'INT' | 'HUP' | undefined } = { what: undefined };
    for (const signal of ['QUIT', 'TERM', 'INT', 'HUP'] as const)
      p.onSignal(signal, () => {
        asked.what = signal;
      });
    p.onSignal('WINCH', 'ignore');
    p.onSignal('USR1', () => {});
    try {
      this.#openLogs();
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* p.error(
        `nginx: [alert] could not open error log file: open() "/var/log/nginx/error.log" failed (13: ${error.message})\n`,
      );
    }
    if (!(yield* this.#resolveUpstreams())) return 1;
    for (const port of config.ports) {
      try {
        const listener = p.net.listen(p, '0.0.0.0', port);
        p.kernel.thread(p, serveHttp(p, listener, this.#handler(port)));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        const number = error.code === 'EADDRINUSE' ? 98 : 13;
        yield* this.log('emerg', `bind() to 0.0.0.0:${port} failed (${number}: ${error.message})`);
        return 1;
      }
    }
    try {
      p.fs.write('/run/nginx.pid', `${p.pid}\n`);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* this.log('emerg', `open() "/run/nginx.pid" failed (30: ${error.message})`);
      return 1;
    }
    yield* this.log('notice', 'using the "epoll" event method');
    yield* this.log('notice', VERSION);
    yield* this.log('notice', `OS: Linux ${kernelFacts(p).release}`);
    yield* this.log('notice', 'getrlimit(RLIMIT_NOFILE): 1048576:1048576');
    if (!config.daemon) return yield* this.#foreground(asked);
    return 0;
  }

  /** Looks up the hosts that requests are passed to; false, and a line in the log, if one has no address. */
  *#resolveUpstreams(): Sys<boolean> {
    this.#upstreams.addresses.clear();
    for (const { host, at } of upstreamHosts(this.config)) {
      try {
        const [address] = yield* this.p.net.resolve(this.p, host);
        if (address !== undefined) this.#upstreams.addresses.set(host, address);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        yield* this.log('emerg', `host not found in upstream "${host}" in ${at}`);
        return false;
      }
    }
    return true;
  }

  *#foreground(asked: { what: 'QUIT' | 'TERM' | 'INT' | 'HUP' | undefined }): Sys<number> {
    yield* this.#startWorkers();
    for (;;) {
      yield* until(() => asked.what !== undefined, this.p.signalled);
      const what = asked.what;
      asked.what = undefined;
      if (what !== 'HUP') return yield* this.#stop(what ?? 'TERM');
      yield* this.log('notice', 'signal 1 (SIGHUP) received, reconfiguring');
      yield* this.log('notice', 'reconfiguring');
      try {
        this.config = readConfig(this.p, this.#conf, this.#globals);
        yield* this.#resolveUpstreams();
      } catch (error) {
        if (!(error instanceof NginxConfigError)) throw error;
        yield* this.log('emerg', error.message);
        continue;
      }
      const old = this.#workers;
      this.#workers = [];
      yield* this.log('notice', 'using the "epoll" event method');
      yield* this.#startWorkers();
      for (const worker of old) {
        yield* this.log('notice', 'gracefully shutting down', worker.pid);
        yield* this.log('notice', 'exiting', worker.pid);
        yield* this.log('notice', 'exit', worker.pid);
        worker.end({ code: 0 });
      }
    }
  }

  *#startWorkers(): Sys<void> {
    const { p } = this;
    yield* this.log('notice', 'start worker processes');
    for (let i = 0; i < this.config.workers; i++) {
      const worker = forkChild(
        p,
        function* (w) {
          for (const signal of ['QUIT', 'TERM', 'INT', 'HUP'] as const) w.onSignal(signal, 'ignore');
          yield* until(() => false, w.signalled);
          return 0;
        },
        {
          argv: ['nginx: worker process'],
          uid: p.uid === 0 ? (uidOf(p, this.config.user) ?? 0) : p.uid,
          gid: p.uid === 0 ? (gidOf(p, this.config.user) ?? 0) : p.gid,
        },
      );
      worker.useMemory(4_500_000);
      this.#workers.push(worker);
      yield* this.log('notice', `start worker process ${worker.pid}`);
    }
  }

  *#stop(signal: 'QUIT' | 'TERM' | 'INT' | 'HUP'): Sys<number> {
    const gentle = signal === 'QUIT';
    const number = { QUIT: 3, TERM: 15, INT: 2, HUP: 1 }[signal];
    yield* this.log(
      'notice',
      `signal ${number} (SIG${signal}) received, ${gentle ? 'shutting down' : 'exiting'}`,
    );
    for (const worker of this.#workers) {
      yield* this.log('notice', gentle ? 'gracefully shutting down' : 'exiting', worker.pid);
      if (gentle) yield* this.log('notice', 'exiting', worker.pid);
      yield* this.log('notice', 'exit', worker.pid);
    }
    for (const worker of this.#workers) {
      yield* this.log('notice', `signal 17 (SIGCHLD) received from ${worker.pid}`);
      yield* this.log('notice', `worker process ${worker.pid} exited with code 0`);
      worker.end({ code: 0 });
    }
    yield* this.log('notice', 'exit');
    return 0;
  }

  #openLogs(): void {
    const { p, config } = this;
    const open = (path: string): OpenFile | undefined => {
      if (path === 'off') return undefined;
      if (path === 'stderr' || path === '/dev/stderr') return p.file(2).retain();
      if (path === '/dev/stdout') return p.file(1).retain();
      return openFile(p, path, 'append');
    };
    const errors = open(config.errorLog);
    if (errors !== undefined) {
      this.#errorLog.release();
      this.#errorLog = errors;
    }
    this.#accessLog = open(config.accessLog);
  }

  #handler(port: number): Handler {
    const server = this;
    return function* (request, connection) {
      const number = ++server.#connections;
      const client = connection.remote.address;
      const { answer, logged } = yield* server.#answered(request, port, client, number);
      if (logged && answer !== undefined && server.#accessLog !== undefined) {
        const when = formatTime(server.p.kernel.clock.now, '%d/%b/%Y:%H:%M:%S +0000');
        const size = request.method === 'HEAD' ? 0 : answer.body.length;
        const field = (name: string): string => header(request.headers, name) ?? '-';
        yield* server.#accessLog.write(
          utf8(
            `${connection.remote.address} - - [${when}] "${request.method} ${request.target} ${request.version}" ${answer.status} ${size} "${field('referer')}" "${field('user-agent')}" "${field('x-forwarded-for')}"\n`,
          ),
        );
      }
      return answer;
    };
  }

  /** The answer to a request, an error's own page if there is one, and whether it is logged. */
  *#answered(
    request: HttpRequest,
    port: number,
    client: string,
    connection: number,
  ): Sys<{ answer: HttpResponse | undefined; logged: boolean }> {
    const host = hostOf(request);
    const servers = this.config.servers.filter((candidate) => candidate.ports.includes(port));
    const server = servers.find((candidate) => candidate.names.includes(host)) ?? servers[0];
    if (server === undefined) return { answer: this.#page(404, 'Not Found'), logged: true };
    const asked: Asked = { p: this.p, request, server, port, client };
    const location = server.location(requestPath(request.target));
    const scope = [...(location === undefined ? [] : [location.block]), server.block];
    const log = scope.map((block) => values(block, 'access_log')?.[0]).find((word) => word !== undefined);
    let answer = yield* this.#answer(asked, connection);
    const own = answer.own === true && answer.status >= 300 ? errorPage(scope, answer.status) : undefined;
    if (own !== undefined) {
      const status = own.status ?? answer.status;
      if (own.target.startsWith('/')) {
        const page = yield* this.#answer(
          { ...asked, request: { ...request, method: 'GET', target: own.target } },
          connection,
        );
        if (page.status < 300 || page.own !== true)
          answer = { ...page, status, reason: REASONS[status] ?? '' };
      } else answer = this.#page(302, REASONS[302] ?? '', [['Location', own.target]]);
    }
    return { answer: ranged(answer, request), logged: log !== 'off' };
  }

  *#answer(asked: Asked, connection: number): Sys<Answer> {
    const { request, server, client } = asked;
    const path = requestPath(request.target);
    const location = server.location(path);
    const scope: Block[] = [...(location === undefined ? [] : [location.block]), server.block];
    const find = (name: string): string[] | undefined => {
      for (const block of scope) {
        const found = values(block, name);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const back = location === undefined ? undefined : values(location.block, 'return');
    if (back !== undefined) return this.#returned(back, asked);
    const wide = values(server.block, 'return');
    if (wide !== undefined) return this.#returned(wide, asked);
    const detail = (message: string): Sys<void> =>
      this.log(
        'error',
        `*${connection} ${message}, client: ${client}, server: ${server.names[0] ?? ''}, request: "${request.method} ${request.target} ${request.version}", host: "${header(request.headers, 'host') ?? ''}"`,
      );
    if (!isAllowed(scope, client)) {
      yield* detail('access forbidden by rule');
      return this.#page(403, 'Forbidden');
    }
    if (
      (find('auth_basic')?.[0] ?? 'off') !== 'off' &&
      header(request.headers, 'authorization') === undefined
    )
      return this.#page(401, 'Unauthorized', [
        ['WWW-Authenticate', `Basic realm="${find('auth_basic')?.[0]}"`],
      ]);
    const pass = location === undefined ? undefined : values(location.block, 'proxy_pass')?.[0];
    if (pass !== undefined && location !== undefined) {
      const result = yield* passOn(asked, pass, location, this.config, this.#upstreams, (message, upstream) =>
        this.log(
          'error',
          `*${connection} ${message}, client: ${client}, server: ${server.names[0] ?? ''}, request: "${request.method} ${request.target} ${request.version}", upstream: "${upstream}", host: "${header(request.headers, 'host') ?? ''}"`,
        ),
      );
      if (result === undefined) return this.#page(502, 'Bad Gateway');
      return { ...result, version: 'HTTP/1.1', headers: [...this.#common(), ...result.headers] };
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return this.#page(405, 'Not Allowed');
    const root = find('root')?.[0] ?? '/usr/share/nginx/html';
    const alias = location === undefined ? undefined : values(location.block, 'alias')?.[0];
    const base =
      alias === undefined ? `${root}${path}` : `${alias}${path.slice(location?.prefix.length ?? 0)}`;
    const tries = find('try_files');
    if (tries !== undefined) {
      for (const [i, word] of tries.entries()) {
        if (word.startsWith('=')) return this.#page(Number(word.slice(1)), REASONS[word.slice(1)] ?? '');
        const candidate = word.replaceAll('$uri', path);
        const full = `${root}${candidate}`;
        const last = i === tries.length - 1;
        const wantsDirectory = candidate.endsWith('/');
        if (!this.p.fs.exists(full.replace(/\/+$/, ''))) {
          if (!last) continue;
          return yield* this.#file(full, path, asked, find, detail);
        }
        if (this.p.fs.isDirectory(full) !== wantsDirectory && !last) continue;
        return yield* this.#file(
          full,
          wantsDirectory ? `${path.replace(/\/?$/, '/')}` : path,
          asked,
          find,
          detail,
        );
      }
    }
    return yield* this.#file(base, path, asked, find, detail);
  }

  *#file(
    base: string,
    path: string,
    asked: Asked,
    find: (name: string) => string[] | undefined,
    detail: (message: string) => Sys<void>,
  ): Sys<Answer> {
    const { fs } = this.p;
    const { request } = asked;
    const as = {
      uid: this.#workers[0]?.uid ?? this.p.uid,
      gid: this.#workers[0]?.gid ?? this.p.gid,
      groups: [this.#workers[0]?.gid ?? 0],
    };
    let full = base;
    if (fs.isDirectory(full)) {
      if (!path.endsWith('/')) {
        return this.#page(301, 'Moved Permanently', [['Location', absolute(`${path}/`, asked)]]);
      }
      const names = find('index') ?? ['index.html'];
      const index = names
        .map((name) => `${full.replace(/\/$/, '')}/${name}`)
        .find((candidate) => fs.exists(candidate));
      if (index === undefined) {
        if (find('autoindex')?.[0] === 'on') return this.#listing(full, path);
        yield* detail(`directory index of "${full}" is forbidden`);
        return this.#page(403, 'Forbidden');
      }
      full = index;
    }
    try {
      const node = fs.stat(full);
      const body = fs.read(full, '/', as);
      const tag = `"${Math.floor(node.mtime / 1000).toString(16)}-${body.length.toString(16)}"`;
      const conditional = header(request.headers, 'if-none-match') === tag;
      const headers: [string, string][] = [
        ...this.#common(),
        ['Content-Type', mediaType(full)],
        ['Content-Length', String(body.length)],
        ['Last-Modified', httpDate(node.mtime)],
        [
          'Connection',
          header(request.headers, 'connection')?.toLowerCase() === 'close' ? 'close' : 'keep-alive',
        ],
        ['ETag', tag],
        ['Accept-Ranges', 'bytes'],
      ];
      for (const extra of extraHeaders(find)) headers.push(extra);
      if (conditional)
        return {
          status: 304,
          reason: 'Not Modified',
          version: 'HTTP/1.1',
          headers: headers.filter(([n]) => !/^Content-(Type|Length)$/.test(n)),
          body: EMPTY,
        };
      return { status: 200, reason: 'OK', version: 'HTTP/1.1', headers, body };
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const denied = error.code === 'EACCES';
      yield* detail(
        `open() "${full}" failed (${denied ? 13 : error.code === 'ENOTDIR' ? 20 : 2}: ${error.message})`,
      );
      return denied ? this.#page(403, 'Forbidden') : this.#page(404, 'Not Found');
    }
  }

  #listing(full: string, path: string): HttpResponse {
    const { fs } = this.p;
    const rows = fs
      .list(full)
      .sort()
      .map((name) => {
        const node = fs.stat(`${full}/${name}`);
        const shown = node.kind === 'directory' ? `${name}/` : name;
        const size =
          node.kind === 'file' ? String(typeof node.data === 'number' ? node.data : node.data.length) : '-';
        return `<a href="${shown}">${shown}</a>${' '.repeat(Math.max(1, 51 - shown.length))}${formatTime(node.mtime, '%d-%b-%Y %H:%M')}${size.padStart(20)}\r\n`;
      });
    const body = utf8(
      `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`,
    );
    return {
      status: 200,
      reason: 'OK',
      version: 'HTTP/1.1',
      headers: [
        ...this.#common(),
        ['Content-Type', 'text/html'],
        ['Content-Length', String(body.length)],
        ['Connection', 'keep-alive'],
      ],
      body,
    };
  }

  #returned(words: readonly string[], asked: Asked): Answer {
    const [first = '', second] = words;
    const status = /^\d+$/.test(first) ? Number(first) : 302;
    const value = /^\d+$/.test(first) ? second : first;
    const said = value === undefined ? undefined : filled(value, asked);
    if (status >= 300 && status < 400 && said !== undefined)
      return this.#page(status, REASONS[status] ?? '', [['Location', absolute(said, asked)]]);
    if (said === undefined) return this.#page(status, REASONS[status] ?? '');
    const body = utf8(said.replaceAll('\\n', '\n'));
    return {
      status,
      reason: REASONS[status] ?? '',
      version: 'HTTP/1.1',
      headers: [
        ...this.#common(),
        ['Content-Type', 'application/octet-stream'],
        ['Content-Length', String(body.length)],
        ['Connection', 'keep-alive'],
      ],
      body,
    };
  }

  #common(): [string, string][] {
    return [
      ['Server', VERSION],
      ['Date', httpDate(this.p.kernel.clock.now)],
    ];
  }

  /** nginx's own page for a status. */
  #page(status: number, reason: string, extra: readonly (readonly [string, string])[] = []): Answer {
    const body = utf8(
      `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>${VERSION}</center>\r\n</body>\r\n</html>\r\n`,
    );
    return {
      status,
      reason,
      version: 'HTTP/1.1',
      headers: [
        ...this.#common(),
        ['Content-Type', 'text/html'],
        ['Content-Length', String(body.length)],
        ['Connection', 'keep-alive'],
        ...extra,
      ],
      body,
      own: true,
    };
  }
}

function extraHeaders(find: (name: string) => string[] | undefined): [string, string][] {
  const [name, value] = find('add_header') ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
}

const REASONS: Readonly<Record<string, string>> = {
  200: 'OK',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  405: 'Not Allowed',
  403: 'Forbidden',
  404: 'Not Found',
  418: "I'm a teapot",
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
};
