import { utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { type HttpRequest, header, requestPath } from '../tool/http.ts';
import type { PhpPage } from './php-page.ts';
import { show, type Value } from './php-values.ts';
import { sqlQuery } from './sql-client.ts';

/** What WordPress answers before it is installed: it needs its database, then sends the reader to the installer. */
export function* wordpressPage(
  p: Process,
  request: HttpRequest | undefined,
  settings: ReadonlyMap<string, Value>,
): Sys<PhpPage> {
  const setting = (name: string): string => show(settings.get(`DB_${name}`) ?? '');
  // Without a host, or with localhost, the database is on the same machine.
  const [host = '', port = '3306'] = setting('HOST')
    .replace(/^(localhost)?(?=:|$)/, '127.0.0.1')
    .split(':');
  const problem = yield* connectionProblem(
    p,
    host,
    Number(port),
    setting('USER'),
    setting('PASSWORD'),
    setting('NAME'),
  );
  if (problem !== undefined)
    return page(
      500,
      'Internal Server Error',
      'Database Error',
      '<h1>Error establishing a database connection</h1>',
    );
  const path = requestPath(request?.target ?? '/');
  if (!path.startsWith('/wp-admin/install.php')) {
    const base = `http://${header(request?.headers ?? [], 'host') ?? 'localhost'}`;
    return {
      status: 302,
      reason: 'Found',
      headers: [
        ['Location', `${base}/wp-admin/install.php`],
        ['X-Redirect-By', 'WordPress'],
      ],
      body: utf8(''),
    };
  }
  return page(
    200,
    'OK',
    'WordPress &rsaquo; Installation',
    '<p id="logo">WordPress</p>\n<h1>Welcome</h1>\n<p>Welcome to the famous five-minute WordPress installation process! Just fill in the information below and you&#8217;ll be on your way to using the most extendable and powerful personal publishing platform in the world.</p>\n<h2>Information needed</h2>\n<p>Please provide the following information. Do not worry, you can always change these settings later.</p>\n<form id="setup" method="post" action="install.php?step=2">\n<label for="weblog_title">Site Title</label> <input name="weblog_title" type="text" id="weblog_title">\n<input type="submit" name="Submit" value="Install WordPress">\n</form>',
  );
}

function* connectionProblem(
  p: Process,
  host: string,
  port: number,
  user: string,
  password: string,
  database: string,
): Sys<string | undefined> {
  try {
    const answer = yield* sqlQuery(p, { host, port, user, password, database }, 'select 1');
    return answer.error;
  } catch (error) {
    if (error instanceof Errno) return error.message;
    throw error;
  }
}

function page(status: number, reason: string, title: string, inside: string): PhpPage {
  return {
    status,
    reason,
    headers: [],
    body: utf8(
      `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n<meta name="viewport" content="width=device-width">\n<meta charset="UTF-8">\n<title>${title}</title>\n</head>\n<body id="${status === 500 ? 'error-page' : 'installer'}">\n${inside}\n</body>\n</html>\n`,
    ),
  };
}
