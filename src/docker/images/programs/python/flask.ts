import { utf8 } from '../../../kernel/bytes.ts';
import { Errno } from '../../../kernel/errno.ts';
import { type Sys, until } from '../../../kernel/wait.ts';
import {
  type Handler,
  type HttpRequest,
  type HttpResponse,
  httpDate,
  requestPath,
  serveHttp,
} from '../../tool/http.ts';
import { formatTime } from '../../tool/time.ts';
import { fn, type Host, slow, toJson } from './modules.ts';
import {
  asNumber,
  Builtin,
  PyDict,
  PyList,
  PyModule,
  PyRaise,
  raise,
  str,
  truthy,
  type Value,
} from './values.ts';

interface Route {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly methods: readonly string[];
  readonly handler: Value;
}

/** `flask` of PyPI: Flask(name).route(…), run(host, port), request, jsonify. */
export function flaskModule(host: Host, traceback: (error: PyRaise) => string): PyModule {
  const request = new PyModule('request', []);
  const flask = slow('Flask', function* ([name]) {
    const routes: Route[] = [];
    const app = new PyModule('Flask', []);
    const route = (path: string, methods: readonly string[]): Builtin =>
      new Builtin('route', function* ([handler]): Sys<Value> {
        const names: string[] = [];
        const source = path
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replace(/<(?:(\w+):)?(\w+)>/g, (_w, kind: string | undefined, variable: string) => {
            names.push(variable);
            return kind === 'int' ? '(\\d+)' : kind === 'path' ? '(.+)' : '([^/]+)';
          });
        routes.push({ pattern: new RegExp(`^${source}$`), names, methods, handler: handler ?? null });
        return handler ?? null;
      });
    app.members.set(
      ...fn('route', ([path], k) => {
        const methods = k.get('methods');
        return route(str(path ?? '/'), methods instanceof PyList ? methods.items.map(str) : ['GET']);
      }),
    );
    for (const method of ['get', 'post', 'put', 'delete'])
      app.members.set(...fn(method, ([path]) => route(str(path ?? '/'), [method.toUpperCase()])));
    app.members.set('config', new PyDict());
    app.members.set('debug', false);
    app.members.set('name', name ?? '__main__');
    app.members.set(
      ...slow('run', function* (args, keywords) {
        const address = str(keywords.get('host') ?? args[0] ?? '127.0.0.1');
        const port = asNumber(keywords.get('port') ?? args[1] ?? null) ?? 5000;
        return yield* serve(
          host,
          routes,
          request,
          address,
          port,
          truthy(keywords.get('debug') ?? args[2] ?? null),
          traceback,
        );
      }),
    );
    return app;
  });
  return new PyModule('flask', [
    flask,
    ['request', request],
    fn('jsonify', ([value], keywords) => {
      const body =
        value ??
        [...keywords].reduce((dict, [key, each]) => {
          dict.put(key, each);
          return dict;
        }, new PyDict());
      return new PyModule('Response', [
        ['json', `${toJson(body).replaceAll(', ', ',').replaceAll(': ', ':')}\n`],
      ]);
    }),
    fn('redirect', ([to]) => new PyList(['', 302, to ?? '/'], true)),
    fn('escape', ([value]) => str(value ?? '').replaceAll('<', '&lt;')),
  ]);
}

function* serve(
  host: Host,
  routes: readonly Route[],
  request: PyModule,
  address: string,
  port: number,
  debug: boolean,
  traceback: (error: PyRaise) => string,
): Sys<Value> {
  const { p } = host;
  yield* host.out(` * Serving Flask app 'app'\n * Debug mode: ${debug ? 'on' : 'off'}\n`, true);
  let listener: ReturnType<typeof p.net.listen>;
  try {
    listener = p.net.listen(p, address, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* host.err(
      `Address already in use\nPort ${port} is in use by another program. Either identify and stop that program, or start the server with a different port.\n`,
    );
    return host.exit(1);
  }
  const own = p.net.interfaces().find((face) => face.name !== 'lo')?.ipv4;
  const everywhere = address === '0.0.0.0';
  yield* host.err(
    `\x1b[31m\x1b[1mWARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.\x1b[0m\n${
      everywhere
        ? ` * Running on all addresses (0.0.0.0)\n * Running on http://127.0.0.1:${port}\n${own === undefined ? '' : ` * Running on http://${own}:${port}\n`}`
        : ` * Running on http://${address}:${port}\n`
    }\x1b[33mPress CTRL+C to quit\x1b[0m\n`,
  );
  const handler: Handler = function* (incoming, connection) {
    const answer = yield* respond(host, routes, request, incoming, traceback);
    const when = formatTime(p.kernel.clock.now, '%d/%b/%Y %H:%M:%S');
    const line = `"${incoming.method} ${incoming.target} ${incoming.version}"`;
    const shown =
      answer.status >= 500
        ? `\x1b[35m\x1b[1m${line}\x1b[0m`
        : answer.status === 404
          ? `\x1b[33m${line}\x1b[0m`
          : line;
    yield* host.err(`${connection.remote.address} - - [${when}] ${shown} ${answer.status} -\n`);
    return answer;
  };
  p.kernel.thread(p, serveHttp(p, listener, handler));
  yield* until(host.interrupted, p.signalled);
  return host.exit(0);
}

function* respond(
  host: Host,
  routes: readonly Route[],
  request: PyModule,
  incoming: HttpRequest,
  traceback: (error: PyRaise) => string,
): Sys<HttpResponse> {
  const { p } = host;
  const make = (
    status: number,
    reason: string,
    body: string,
    type = 'text/html; charset=utf-8',
    extra: readonly (readonly [string, string])[] = [],
  ): HttpResponse => {
    const bytes = utf8(body);
    return {
      status,
      reason,
      version: 'HTTP/1.1',
      headers: [
        ['Server', 'Werkzeug/3.1.3 Python/3.11.2'],
        ['Date', httpDate(p.kernel.clock.now)],
        ['Content-Type', type],
        ['Content-Length', String(bytes.length)],
        ...extra,
        ['Connection', 'close'],
      ],
      body: bytes,
    };
  };
  const error = (status: number, reason: string, note: string): HttpResponse =>
    make(
      status,
      reason,
      `<!doctype html>\n<html lang=en>\n<title>${status} ${reason}</title>\n<h1>${reason}</h1>\n<p>${note}</p>\n`,
    );
  const path = requestPath(incoming.target);
  const found = routes.filter((route) => route.pattern.test(path));
  const method = incoming.method === 'HEAD' ? 'GET' : incoming.method;
  const route = found.find((candidate) => candidate.methods.includes(method));
  if (route === undefined)
    return found.length > 0
      ? error(405, 'Method Not Allowed', 'The method is not allowed for the requested URL.')
      : error(
          404,
          'Not Found',
          'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
        );
  const query = new PyDict();
  for (const pair of (incoming.target.split('?')[1] ?? '').split('&')) {
    const [key = '', value = ''] = pair.split('=');
    if (key !== '') query.put(decodeURIComponent(key), decodeURIComponent(value));
  }
  request.members.set('args', query);
  request.members.set('method', incoming.method);
  request.members.set('path', path);
  const values = (route.pattern.exec(path) ?? [])
    .slice(1)
    .map((value): Value => (/^\d+$/.test(value) ? Number(value) : value));
  let result: Value;
  try {
    result = yield* host.call(route.handler, values);
  } catch (thrown) {
    if (!(thrown instanceof PyRaise)) throw thrown;
    yield* host.err(
      `[${formatTime(p.kernel.clock.now, '%F %T')},000] ERROR in app: Exception on ${path} [${incoming.method}]\n${traceback(thrown)}`,
    );
    return error(
      500,
      'Internal Server Error',
      'The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.',
    );
  }
  let status = 200;
  let extra: [string, string][] = [];
  if (result instanceof PyList && result.tuple) {
    const [body = null, code = null, to] = result.items;
    status = asNumber(code) ?? 200;
    if (typeof to === 'string') extra = [['Location', to]];
    result = body;
  }
  const reason =
    {
      200: 'OK',
      201: 'CREATED',
      204: 'NO CONTENT',
      302: 'FOUND',
      400: 'BAD REQUEST',
      404: 'NOT FOUND',
      500: 'INTERNAL SERVER ERROR',
    }[status] ?? 'OK';
  if (result instanceof PyModule)
    return make(status, reason, str(result.members.get('json') ?? ''), 'application/json', extra);
  if (result instanceof PyDict || result instanceof PyList)
    return make(
      status,
      reason,
      `${toJson(result).replaceAll(', ', ',').replaceAll(': ', ':')}\n`,
      'application/json',
      extra,
    );
  if (result === null) throw raise('TypeError', 'The view function did not return a valid response.');
  return make(status, reason, str(result), undefined, extra);
}
