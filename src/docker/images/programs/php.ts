import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import {
  type Handler,
  type HttpResponse,
  httpDate,
  mediaType,
  requestPath,
  serveHttp,
} from '../tool/http.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { runPhp } from './php-page.ts';
import { PHP_VERSION } from './php-values.ts';
import { lookUp } from './static-site.ts';

/** php(1): a script, -r CODE, -S ADDRESS:PORT [-t ROOT], -v, -m, -i. */
export function* php(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'r:S:t:vmif:d:a', long: { version: 'v', run: 'r:' }, stop: true });
  if (o.has('v')) {
    yield* p.print(
      `PHP ${PHP_VERSION} (cli) (built: Sep 29 2025 18:44:21) (NTS)\nCopyright (c) The PHP Group\nZend Engine v4.4.13, Copyright (c) Zend Technologies\n`,
    );
    return 0;
  }
  if (o.has('m')) {
    yield* p.print('[PHP Modules]\nCore\ndate\njson\nstandard\n\n[Zend Modules]\n\n');
    return 0;
  }
  const address = o.get('S');
  if (address !== undefined) return yield* serve(p, address, p.fs.resolve(o.get('t') ?? '.', p.cwd).absolute);
  const code = o.get('r') ?? (o.has('i') ? 'phpinfo();' : undefined);
  const script = o.get('f') ?? o.args[0];
  let source: string;
  if (code !== undefined) source = `<?php ${code}`;
  else if (script !== undefined) {
    try {
      source = text(p.fs.read(script, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups }));
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* p.print(`Could not open input file: ${script}\n`);
      return 1;
    }
  } else if (p.isatty(0)) {
    yield* p.print('Interactive shell\n\n');
    for (;;) {
      yield* p.print('php > ');
      const line = yield* p.readLine(0);
      if (line === undefined || /^\s*(exit|quit)\b/.test(line)) return 0;
      yield* p.print((yield* runPhp(p, 'php shell code', `<?php ${line}`)).body);
    }
  } else source = text(yield* p.readAll(0));
  const page = yield* runPhp(
    p,
    script === undefined ? 'Command line code' : p.fs.resolve(script, p.cwd).absolute,
    source.replace(/^#![^\n]*\n/, ''),
  );
  yield* p.print(page.body);
  return page.status === 200 ? 0 : 255;
}

function* serve(p: Process, written: string, root: string): Sys<number> {
  const [host = 'localhost', port = '8000'] = written.split(':');
  let listener: ReturnType<typeof p.net.listen>;
  const stamp = (): string => formatTime(p.kernel.clock.now, '%a %b %e %H:%M:%S %Y');
  try {
    listener = p.net.listen(p, host === 'localhost' ? '127.0.0.1' : host, Number(port));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(`[${stamp()}] Failed to listen on ${written} (reason: ${error.message})\n`);
    return 1;
  }
  yield* p.error(`[${stamp()}] PHP ${PHP_VERSION} Development Server (http://${written}) started\n`);
  let stopped = false;
  for (const signal of ['INT', 'TERM'] as const)
    p.onSignal(signal, () => {
      stopped = true;
    });
  const handler: Handler = function* (request, connection) {
    const path = requestPath(request.target);
    const found = lookUp(p, root, path, ['index.php', 'index.html'], p);
    const make = (
      status: number,
      reason: string,
      type: string,
      body: Uint8Array,
      extra: readonly (readonly [string, string])[] = [],
    ): HttpResponse => ({
      status,
      reason,
      version: 'HTTP/1.1',
      headers: [
        ['Host', written],
        ['Date', httpDate(p.kernel.clock.now)],
        ['Connection', 'close'],
        ...extra,
        ['Content-Type', type],
        ['Content-Length', String(body.length)],
      ],
      body,
    });
    let answer: HttpResponse;
    if (found.kind !== 'file')
      answer = make(
        404,
        'Not Found',
        'text/html; charset=UTF-8',
        utf8(
          `<!doctype html><html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>The requested resource <code class="url">${path}</code> was not found on this server.</p></body></html>`,
        ),
      );
    else if (found.path.endsWith('.php')) {
      const page = yield* runPhp(p, found.path, text(found.body), request);
      answer = make(page.status, page.reason, 'text/html; charset=UTF-8', page.body, [
        ['X-Powered-By', `PHP/${PHP_VERSION}`],
        ...page.headers,
      ]);
    } else answer = make(200, 'OK', mediaType(found.path), found.body);
    const from = `${connection.remote.address}:${connection.remote.port}`;
    yield* p.error(
      `[${stamp()}] ${from} Accepted\n[${stamp()}] ${from} [${answer.status}]: ${request.method} ${request.target}${found.kind === 'file' ? '' : ' - No such file or directory'}\n[${stamp()}] ${from} Closing\n`,
    );
    return answer;
  };
  p.kernel.thread(p, serveHttp(p, listener, handler));
  yield* until(() => stopped, p.signalled);
  return 0;
}
