import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { forkChild } from '../../kernel/exec.ts';
import { openFile } from '../../kernel/fs/file.ts';
import type { Listener } from '../../kernel/net.ts';
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
import { formatTime } from '../tool/time.ts';
import { gidOf, uidOf } from '../tool/users.ts';
import { runPhp } from './php-page.ts';
import { escapeHtml, lookUp } from './static-site.ts';

interface ApacheConfig {
  readonly ports: readonly number[];
  readonly root: string;
  readonly user: string;
  readonly group: string;
  readonly indexes: readonly string[];
  readonly listing: boolean;
  readonly name: string | undefined;
  readonly access: string | undefined;
  readonly errors: string | undefined;
  readonly combined: boolean;
  readonly pidFile: string;
  readonly php: boolean;
  readonly version: string;
}

/** Apache's httpd: -DFOREGROUND, -f CONF, -t, -v, -k start|stop|graceful, -D FOREGROUND; static files, PHP where the image has it. */
export function* apache(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  const debian = p.fs.exists('/etc/apache2/apache2.conf');
  let conf = debian ? '/etc/apache2/apache2.conf' : '/usr/local/apache2/conf/httpd.conf';
  let foreground = false;
  let action = 'start';
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-f') conf = args[++i] ?? conf;
    else if (arg === '-k') action = args[++i] ?? action;
    else if (arg === '-D') foreground ||= args[++i] === 'FOREGROUND';
    else if (arg === '-DFOREGROUND') foreground = true;
    else if (arg === '-X') foreground = true;
    else if (arg === '-v' || arg === '-V') {
      yield* p.print(`Server version: ${versionOf(debian)}\nServer built:   2025-01-24T00:00:00\n`);
      return 0;
    } else if (arg === '-t' || arg === 'configtest') action = 'configtest';
    else if (/^(start|stop|restart|graceful|graceful-stop|status)$/.test(arg)) action = arg;
  }
  if (!p.fs.exists(conf)) {
    yield* p.error(`${p.name}: Could not open configuration file ${conf}: No such file or directory\n`);
    return 1;
  }
  if (debian && p.env.get('APACHE_RUN_DIR') === undefined) {
    yield* p.error(
      `[${formatTime(p.kernel.clock.now, '%a %b %d %H:%M:%S')}.${formatTime(p.kernel.clock.now, '%6N %Y')}] [core:warn] [pid ${p.pid}:tid ${p.pid}] AH00111: Config variable \${APACHE_RUN_DIR} is not defined\napache2: Syntax error on line 80 of /etc/apache2/apache2.conf: DefaultRuntimeDir must be a valid directory, absolute or relative to ServerRoot\n`,
    );
    return 1;
  }
  const variables = p.env;
  const config = readApache(p, conf, debian, variables);
  if (typeof config === 'string') {
    yield* p.error(`${config}\n`);
    return 1;
  }
  if (config.name === undefined) {
    const own = p.net.interfaces().find((face) => face.name !== 'lo')?.ipv4 ?? '127.0.0.1';
    yield* p.error(
      `AH00558: ${debian ? 'apache2' : 'httpd'}: Could not reliably determine the server's fully qualified domain name, using ${own}. Set the 'ServerName' directive globally to suppress this message\n`,
    );
  }
  if (action === 'configtest') {
    yield* p.error('Syntax OK\n');
    return 0;
  }
  if (action !== 'start') return yield* control(p, config, action);
  if (!foreground) {
    const daemon = forkChild(p, (child) => serve(child, config), {
      argv: [`${debian ? '/usr/sbin/apache2' : 'httpd'}`, '-k', 'start'],
    });
    daemon.parent = p.pids.init;
    yield* p.sleep(50);
    return daemon.running ? 0 : 1;
  }
  return yield* serve(p, config);
}

function versionOf(debian: boolean): string {
  return debian ? 'Apache/2.4.65 (Debian)' : 'Apache/2.4.65 (Unix)';
}

/** Directives of the modules that the images load. */
const KNOWN: ReadonlySet<string> = new Set(
  `acceptpathinfo accessfilename addcharset adddefaultcharset adddescription addencoding addhandler addicon addiconbyencoding
  addiconbytype addinputfilter addlanguage addoutputfilter addoutputfilterbytype addtype alias aliasmatch allow
  allowencodedslashes allowoverride allowoverridelist asyncrequestworkerfactor authbasicprovider authname authtype authuserfile
  authgroupfile browsermatch customlog defaulticon defaultruntimedir defaulttype define deny directory directorymatch
  directoryindex directoryslash documentroot else elseif enablemmap enablesendfile error errordocument errorlog errorlogformat
  expiresactive expiresbytype expiresdefault extendedstatus fallbackresource fileetag files filesmatch forcetype group header
  headername hostnamelookups if ifdefine ifmodule ifversion include includeoptional indexignore indexoptions
  indexorderdefault indexstylesheet keepalive keepalivetimeout languagepriority forcelanguagepriority limit limitexcept
  limitrequestbody limitrequestfields limitrequestline listen loadfile loadmodule location locationmatch logformat loglevel
  maxconnectionsperchild maxkeepaliverequests maxrequestworkers maxspareservers maxsparethreads mimemagicfile minspareservers
  minsparethreads mutex options order passenv php_admin_flag php_admin_value php_flag php_value pidfile protocols proxy
  proxypass proxypassmatch proxypassreverse proxypreservehost proxyrequests proxytimeout readmename redirect redirectmatch
  redirectpermanent redirecttemp removehandler removetype requestheader require requireall requireany requirenone rewritebase
  rewritecond rewriteengine rewriterule satisfy scriptalias scriptaliasmatch serveradmin serveralias serverlimit servername
  serverpath serverroot serversignature servertokens setenv setenvif setenvifnocase sethandler setinputfilter setoutputfilter
  startservers sslengine sslcertificatefile sslcertificatekeyfile sslciphersuite sslprotocol sslsessioncache threadlimit
  threadsperchild timeout traceenable transferlog typesconfig undefine unsetenv usecanonicalname user userdir virtualhost
  wsgiscriptalias wsgidaemonprocess wsgiprocessgroup`
    .trim()
    .split(/\s+/),
);

function readApache(
  p: Process,
  path: string,
  debian: boolean,
  variables: ReadonlyMap<string, string>,
): ApacheConfig | string {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const lines = directives(p, path, folder);
  const fill = (value: string): string =>
    value
      .replace(/\$\{(\w+)\}/g, (whole, name: string) => variables.get(name) ?? whole)
      .replace(/^"(.*)"$/, '$1');
  const one = (name: string): string | undefined => {
    const line = lines.findLast(([word]) => word.toLowerCase() === name.toLowerCase());
    return line === undefined ? undefined : fill(line[1]);
  };
  for (const [word, , at] of lines)
    if (!KNOWN.has(word.replace(/^<\/?|>$/g, '').toLowerCase()))
      return `AH00526: Syntax error on line ${at} of ${path}:\nInvalid command '${word}', perhaps misspelled or defined by a module not included in the server configuration`;
  const ports = lines
    .filter(([word]) => word === 'Listen')
    .map(([, rest]) => Number(/(\d+)\s*$/.exec(rest.split(/\s+/)[0] ?? '')?.[1] ?? 80));
  const options = lines.some(([word, rest]) => word === 'Options' && /(^|\s)\+?Indexes/.test(rest));
  const log = (name: string): string | undefined => {
    const line = lines.find(([word]) => word === name);
    return line === undefined ? undefined : fill(/^("[^"]*"|\S+)/.exec(line[1])?.[1] ?? '');
  };
  return {
    ports: ports.length === 0 ? [80] : [...new Set(ports)],
    root: one('DocumentRoot') ?? (debian ? '/var/www/html' : '/usr/local/apache2/htdocs'),
    user: one('User') ?? 'www-data',
    group: one('Group') ?? 'www-data',
    indexes: (one('DirectoryIndex') ?? (debian ? 'index.html index.php' : 'index.html')).split(/\s+/),
    listing: options,
    name: one('ServerName'),
    access: log('CustomLog'),
    errors: log('ErrorLog'),
    combined: lines.some(([word, rest]) => word === 'CustomLog' && /combined/.test(rest)),
    pidFile: one('PidFile') ?? '/var/run/apache2/apache2.pid',
    php: p.fs.exists('/usr/lib/apache2/modules/libphp.so') || p.fs.exists('/usr/local/lib/php/libphp.so'),
    version: versionOf(debian),
  };
}

/** Directives with their line numbers, `Include` and `IncludeOptional` followed one folder deep. */
function directives(p: Process, path: string, folder: string): [word: string, rest: string, line: number][] {
  if (!p.fs.exists(path)) return [];
  return text(p.fs.read(path))
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((raw, i): [string, string, number][] => {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) return [];
      const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      if (!/^Include(Optional)?$/.test(word)) return [[word, rest, i + 1]];
      const wanted = rest.startsWith('/') ? rest : `${folder}/${rest}`;
      const at = wanted.lastIndexOf('/');
      const directory = wanted.slice(0, at);
      if (!p.fs.isDirectory(directory)) return [];
      const pattern = new RegExp(
        `^${wanted
          .slice(at + 1)
          .replaceAll('.', '\\.')
          .replaceAll('*', '.*')}$`,
      );
      return p.fs
        .list(directory)
        .filter((name) => pattern.test(name))
        .sort()
        .flatMap((name) => directives(p, `${directory}/${name}`, folder));
    });
}

function* control(p: Process, config: ApacheConfig, action: string): Sys<number> {
  const pid = p.fs.exists(config.pidFile) ? Number(text(p.fs.read(config.pidFile))) : 0;
  const running = p.pids.processes.get(pid);
  if (action.startsWith('stop') || action === 'graceful-stop') {
    if (running === undefined) yield* p.print('httpd (no pid file) not running\n');
    running?.signal(action === 'stop' ? 'TERM' : 'WINCH', p);
    return 0;
  }
  running?.signal(action === 'restart' ? 'HUP' : 'USR1', p);
  return 0;
}

function* serve(p: Process, config: ApacheConfig): Sys<number> {
  let stopped: string | undefined;
  let restarted = false;
  for (const signal of ['TERM', 'WINCH', 'INT'] as const)
    p.onSignal(signal, () => {
      stopped = signal;
    });
  for (const signal of ['HUP', 'USR1'] as const)
    p.onSignal(signal, () => {
      restarted = true;
    });
  const listeners: Listener[] = [];
  for (const port of config.ports) {
    try {
      listeners.push(p.net.listen(p, '0.0.0.0', port));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* p.error(
        `(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
      );
      return 1;
    }
  }
  const open = (path: string | undefined): OpenFile | undefined => {
    if (path === undefined) return undefined;
    if (/^\/(proc\/self\/fd\/1|dev\/stdout)$/.test(path)) return p.file(1).retain();
    if (/^\/(proc\/self\/fd\/2|dev\/stderr)$/.test(path)) return p.file(2).retain();
    return openFile(p, path, 'append');
  };
  const errors = open(config.errors) ?? p.file(2).retain();
  const access = open(config.access);
  try {
    p.fs.mkdir(config.pidFile.replace(/\/[^/]*$/, ''), '/', { parents: true });
    p.fs.write(config.pidFile, `${p.pid}\n`);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(
      `AH00099: could not create ${config.pidFile}\nAH00100: ${p.name}: could not log pid to file ${config.pidFile}\n`,
    );
    return 1;
  }
  const log = function* (module: string, level: string, code: string, message: string): Sys<void> {
    const now = p.kernel.clock.now;
    const micro = formatTime(now, '%6N');
    yield* errors.write(
      utf8(
        `[${formatTime(now, '%a %b %d %H:%M:%S')}.${micro} ${formatTime(now, '%Y')}] [${module}:${level}] [pid ${p.pid}:tid ${p.pid}] ${code === '' ? '' : `${code}: `}${message}\n`,
      ),
    );
  };
  const uid = uidOf(p, config.user) ?? p.uid;
  const gid = gidOf(p, config.group) ?? p.gid;
  const mpm = config.php ? 'mpm_prefork' : 'mpm_event';
  const workers = config.php ? 5 : 3;
  for (let i = 0; i < workers; i++) {
    const worker = forkChild(
      p,
      function* (w) {
        for (const signal of ['TERM', 'WINCH', 'INT', 'HUP', 'USR1'] as const) w.onSignal(signal, 'ignore');
        yield* until(() => false, w.signalled);
        return 0;
      },
      p.uid === 0 ? { uid, gid } : {},
    );
    worker.useMemory(5_000_000);
  }
  p.useMemory(11_000_000);
  const generation = config.php ? `${config.version} PHP/8.4.13` : config.version;
  // At LogLevel warn, as the stand-in's configuration says, these two are not shown.
  const chatty = !logLevelWarn(p);
  if (chatty) {
    yield* log(
      mpm,
      'notice',
      config.php ? 'AH00163' : 'AH00489',
      `${generation} configured -- resuming normal operations`,
    );
    yield* log('core', 'notice', 'AH00094', `Command line: '${p.argv.join(' ')}'`);
  }
  const server: Handler = function* (request, connection) {
    const answer = yield* respond(p, config, request, { uid, gid }, (line) => log('php', 'error', '', line));
    if (access !== undefined) {
      const when = formatTime(p.kernel.clock.now, '%d/%b/%Y:%H:%M:%S +0000');
      const size = request.method === 'HEAD' || answer.body.length === 0 ? '-' : String(answer.body.length);
      const more = config.combined
        ? ` "${header(request.headers, 'referer') ?? '-'}" "${header(request.headers, 'user-agent') ?? '-'}"`
        : '';
      yield* access.write(
        utf8(
          `${connection.remote.address} - - [${when}] "${request.method} ${request.target} ${request.version}" ${answer.status} ${size}${more}\n`,
        ),
      );
    }
    return answer;
  };
  for (const listener of listeners) p.kernel.thread(p, serveHttp(p, listener, server));
  for (;;) {
    yield* until(() => stopped !== undefined || restarted, p.signalled);
    if (stopped === undefined) {
      restarted = false;
      continue;
    }
    // What is said at the end is said at any LogLevel.
    if (stopped === 'WINCH')
      yield* log(
        mpm,
        'notice',
        config.php ? 'AH00170' : 'AH00492',
        'caught SIGWINCH, shutting down gracefully',
      );
    else yield* log(mpm, 'notice', config.php ? 'AH00169' : 'AH00491', 'caught SIGTERM, shutting down');
    return 0;
  }
}

function logLevelWarn(p: Process): boolean {
  const path = '/usr/local/apache2/conf/httpd.conf';
  return p.fs.exists(path) && /^LogLevel warn$/m.test(text(p.fs.read(path)));
}

function* respond(
  p: Process,
  config: ApacheConfig,
  request: HttpRequest,
  as: { uid: number; gid: number },
  logError: (message: string) => Sys<void>,
): Sys<HttpResponse> {
  const path = requestPath(request.target);
  const own = config.version;
  const common: [string, string][] = [
    ['Date', httpDate(p.kernel.clock.now)],
    ['Server', own],
  ];
  const page = (
    status: number,
    reason: string,
    note: string,
    extra: readonly (readonly [string, string])[] = [],
  ): HttpResponse => {
    const address = config.version.includes('Debian')
      ? `<hr>\n<address>${own} Server at ${(header(request.headers, 'host') ?? 'localhost').replace(/:\d+$/, '')} Port ${config.ports[0]}</address>\n`
      : '';
    const body = utf8(
      `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n<p>${note}</p>\n${address}</body></html>\n`,
    );
    return {
      status,
      reason,
      version: 'HTTP/1.1',
      headers: [
        ...common,
        ...extra,
        ['Content-Length', String(body.length)],
        ['Content-Type', 'text/html; charset=iso-8859-1'],
      ],
      body,
    };
  };
  const ok = (
    body: Uint8Array,
    type: string,
    extra: readonly (readonly [string, string])[] = [],
  ): HttpResponse => ({
    status: 200,
    reason: 'OK',
    version: 'HTTP/1.1',
    headers: [...common, ...extra, ['Content-Length', String(body.length)], ['Content-Type', type]],
    body,
  });
  const found = lookUp(p, config.root, path, config.indexes, p.uid === 0 ? as : p);
  switch (found.kind) {
    case 'missing':
      return page(404, 'Not Found', 'The requested URL was not found on this server.');
    case 'denied':
      return page(403, 'Forbidden', "You don't have permission to access this resource.");
    case 'redirect': {
      const to = `http://${header(request.headers, 'host') ?? 'localhost'}${path}/`;
      return page(301, 'Moved Permanently', `The document has moved <a href="${to}">here</a>.`, [
        ['Location', to],
      ]);
    }
    case 'directory': {
      if (!config.listing)
        return page(403, 'Forbidden', "You don't have permission to access this resource.");
      const items = found.entries.map(({ name, directory }) => {
        const shown = escapeHtml(directory ? `${name}/` : name);
        return `<li><a href="${shown}"> ${shown}</a></li>\n`;
      });
      const parent = path === '/' ? '' : '<li><a href="../"> Parent Directory</a></li>\n';
      return ok(
        utf8(
          `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>Index of ${escapeHtml(path)}</title>\n </head>\n <body>\n<h1>Index of ${escapeHtml(path)}</h1>\n<ul>${parent}${items.join('')}</ul>\n</body></html>\n`,
        ),
        'text/html;charset=UTF-8',
      );
    }
    case 'file': {
      if (config.php && found.path.endsWith('.php')) {
        const result = yield* runPhp(p, found.path, text(found.body), request);
        if (result.log !== undefined) yield* logError(result.log);
        return {
          status: result.status,
          reason: result.reason,
          version: 'HTTP/1.1',
          headers: [
            ...common,
            ['X-Powered-By', 'PHP/8.4.13'],
            ...result.headers,
            ['Content-Length', String(result.body.length)],
            ['Content-Type', 'text/html; charset=UTF-8'],
          ],
          body: result.body,
        };
      }
      if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST')
        return page(
          405,
          'Method Not Allowed',
          `The requested method ${request.method} is not allowed for this URL.`,
        );
      return ok(found.body, mediaType(found.path, 'application/octet-stream'), [
        ['Last-Modified', httpDate(found.mtime)],
        ['ETag', `"${found.body.length.toString(16)}-${Math.floor(found.mtime / 1000).toString(16)}"`],
        ['Accept-Ranges', 'bytes'],
      ]);
    }
  }
}
