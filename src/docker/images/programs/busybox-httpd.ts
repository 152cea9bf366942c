import { utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { forkChild } from '../../kernel/exec.ts';
import type { Listener } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import {
  type Handler,
  type HttpResponse,
  header,
  httpDate,
  mediaType,
  requestPath,
  serveHttp,
} from '../tool/http.ts';
import { parseOptions } from '../tool/options.ts';
import { Failure } from '../tool/tool.ts';
import { lookUp } from './static-site.ts';

/** busybox httpd: -f in the foreground, -p [IP:]PORT, -h HOME, -v. */
export function* busyboxHttpd(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'fivp:h:c:u:r:d:e:m:' });
  const decode = o.get('d');
  if (decode !== undefined) {
    yield* p.print(decodeURIComponent(decode.replaceAll('+', ' ')));
    return 0;
  }
  const [, address = '0.0.0.0', port = '80'] = /^(?:(.*):)?(\d+)$/.exec(o.get('p') ?? '80') ?? [];
  const home = o.get('h') ?? p.cwd;
  if (!p.fs.isDirectory(home, p.cwd))
    throw new Failure(`can't change directory to '${home}': No such file or directory`);
  const root = p.fs.resolve(home, p.cwd).absolute;
  if (o.has('f'))
    return yield* serveHttp(p, yield* open(p, address, Number(port)), handler(p, root, o.has('v')));
  const daemon = forkChild(p, function* (child) {
    return yield* serveHttp(child, yield* open(child, address, Number(port)), handler(child, root, false));
  });
  daemon.parent = p.pids.init;
  return 0;
}

function* open(p: Process, address: string, port: number): Sys<Listener> {
  try {
    return p.net.listen(p, address, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new Failure(`bind: ${error.message}`);
  }
}

function handler(p: Process, root: string, verbose: boolean): Handler {
  return function* (request, connection) {
    const answer = respond(p, root, request.method, request.target, header(request.headers, 'host') ?? '');
    if (verbose)
      yield* p.error(
        `[::ffff:${connection.remote.address}]:${connection.remote.port}: response:${answer.status}\n`,
      );
    return answer;
  };
}

function respond(p: Process, root: string, method: string, target: string, host: string): HttpResponse {
  const date: readonly [string, string] = ['Date', httpDate(p.kernel.clock.now)];
  const page = (
    status: number,
    title: string,
    note: string,
    extra: readonly (readonly [string, string])[] = [],
  ): HttpResponse => ({
    status,
    reason: title,
    version: 'HTTP/1.1',
    headers: [date, ['Connection', 'close'], ['Content-type', 'text/html'], ...extra],
    body: utf8(
      `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${note}\n</BODY></HTML>\n`,
    ),
  });
  if (method !== 'GET' && method !== 'HEAD')
    return page(501, 'Not Implemented', 'The requested method is not recognized');
  const path = requestPath(target);
  const found = lookUp(p, root, path, ['index.html'], p);
  if (found.kind === 'redirect') return page(302, 'Found', '', [['Location', `http://${host}${path}/`]]);
  if (found.kind === 'denied') return page(403, 'Forbidden', 'Permission denied');
  if (found.kind !== 'file') return page(404, 'Not Found', 'The requested URL was not found');
  return {
    status: 200,
    reason: 'OK',
    version: 'HTTP/1.1',
    headers: [
      date,
      ['Connection', 'close'],
      ['Content-type', mediaType(found.path)],
      ['Accept-Ranges', 'bytes'],
      ['Last-Modified', httpDate(found.mtime)],
      ['ETag', `"${Math.floor(found.mtime / 1000).toString(16)}-${found.body.length.toString(16)}"`],
      ['Content-Length', String(found.body.length)],
    ],
    body: found.body,
  };
}
