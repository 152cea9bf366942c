import { utf8 } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { HttpRequest } from '../tool/http.ts';
import { formatTime } from '../tool/time.ts';
import { LoadsWordPress, PageExit, PhpRun } from './php/interpreter.ts';
import { PhpThrown } from './php/objects.ts';
import { NotSimulated, PhpSyntaxError } from './php/tokens.ts';
import { show, type Value } from './php-values.ts';
import { wordpressPage } from './wordpress.ts';

export interface PhpPage {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** What goes to the server's error log. */
  readonly log?: string;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/**
 * Runs a PHP page: statements, functions, arrays, exceptions, includes, the common functions, and mysqli and PDO where they
 * are installed. What it does not know (classes, closures, heredocs …) ends the page with a sentence that says so.
 */
export function* runPhp(p: Process, path: string, source: string, request?: HttpRequest): Sys<PhpPage> {
  const run = new PhpRun(p, path, superglobals(p, request));
  const page = (status: number, tail = '', log?: string): PhpPage => ({
    status,
    reason: REASONS[status] ?? '',
    headers: run.headers,
    body: utf8(run.output + tail),
    ...(log === undefined ? {} : { log }),
  });
  try {
    yield* run.file(source);
  } catch (error) {
    if (error instanceof LoadsWordPress) return yield* wordpressPage(p, request, error.settings);
    if (error instanceof PageExit) return page(run.status);
    if (error instanceof NotSimulated)
      return page(500, `\nmuelle: ${error.message} is not simulated here (PHP, ${path})\n`);
    if (error instanceof PhpSyntaxError)
      return failed(p, page, `PHP Parse error:  ${error.message} in ${path} on line ${error.line}`);
    if (!(error instanceof PhpThrown)) throw error;
    const { type, fields } = error.object;
    const file = show(fields.get('file') ?? path);
    const line = show(fields.get('line') ?? 1);
    return failed(
      p,
      page,
      `PHP Fatal error:  Uncaught ${type}: ${error.message} in ${file}:${line}\nStack trace:\n#0 {main}\n  thrown in ${file} on line ${line}`,
    );
  }
  return page(run.status);
}

/** Debian's php.ini hides errors from visitors (status 500, the log has them); without a php.ini they are shown. */
function failed(
  p: Process,
  page: (status: number, tail?: string, log?: string) => PhpPage,
  message: string,
): PhpPage {
  const hidden = p.fs.exists('/etc/php');
  const cli = p.name.startsWith('php');
  const shown = message.replace(/^PHP ([\w ]+):/, cli ? 'PHP $1:' : '<b>$1</b>:');
  const tail = hidden && !cli ? '' : cli ? `${shown}\n` : `<br />\n${shown}<br />\n`;
  return page(hidden || cli ? 500 : 200, tail, message);
}

function superglobals(p: Process, request: HttpRequest | undefined): Map<string, Value> {
  const target = request?.target ?? '/';
  const named = (name: string): string =>
    request?.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const post = named('content-type').startsWith('application/x-www-form-urlencoded')
    ? new TextDecoder().decode(request?.body)
    : '';
  const get = pairs(target.split('?')[1] ?? '');
  const sent = pairs(post);
  const server = new Map<string, Value>([
    ['REQUEST_METHOD', request?.method ?? 'GET'],
    ['REQUEST_URI', target],
    ['QUERY_STRING', target.split('?')[1] ?? ''],
    ['HTTP_HOST', named('host')],
    ['HTTP_USER_AGENT', named('user-agent')],
    ['SERVER_NAME', named('host').replace(/:\d+$/, '') || p.uts.hostname],
    ['SERVER_SOFTWARE', 'Apache'],
    ['REQUEST_TIME', Number(formatTime(p.kernel.clock.now, '%s'))],
  ]);
  return new Map<string, Value>([
    ['$_SERVER', server],
    ['$_GET', get],
    ['$_POST', sent],
    ['$_REQUEST', new Map([...get, ...sent])],
    ['$_ENV', new Map<string, Value>([...p.env])],
  ]);
}

function pairs(query: string): Map<string, Value> {
  const out = new Map<string, Value>();
  for (const pair of query.split('&')) {
    const [name = '', value = ''] = pair.split('=');
    if (name !== '') out.set(decode(name), decode(value));
  }
  return out;
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written.replaceAll('+', ' '));
  } catch {
    return written;
  }
}
