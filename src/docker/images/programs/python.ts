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
import { formatTime } from '../tool/time.ts';
import { runPython } from './python-run.ts';
import { escapeHtml, lookUp } from './static-site.ts';

/** python3(1): `-m http.server`, `-c`, a script, standard input, a prompt; `-V`. */
export function* python(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  const version = p.env.get('PYTHON_VERSION') ?? '3.11.2';
  p.useMemory(9_500_000);
  p.reaps = false;
  let unbuffered = (p.env.get('PYTHONUNBUFFERED') ?? '') !== '';
  while (args[0]?.startsWith('-') === true && args[0] !== '-') {
    const flag = args.shift() ?? '';
    if (flag === '-V' || flag === '--version') {
      yield* p.print(`Python ${version}\n`);
      return 0;
    }
    if (flag === '-h' || flag === '--help') {
      yield* p.print(`usage: ${p.argv[0]} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n`);
      return 0;
    }
    if (flag === '-c') return yield* runPython(p, args.shift() ?? '', '<string>', ['-c', ...args]);
    if (flag === '-m') return yield* module(p, args, version, unbuffered);
    if (flag === '-u') unbuffered = true;
    else if (!/^-[bBdEiIOqsSvWx]+$/.test(flag)) {
      yield* p.error(
        `${flag.startsWith('--') ? 'unknown option ' : 'Unknown option: '}${flag}\nusage: ${p.argv[0]} [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry \`python -h' for more information.\n`,
      );
      return 2;
    }
  }
  const [script] = args;
  if (script !== undefined && script !== '-') {
    try {
      return yield* runPython(p, text(p.fs.read(script, p.cwd)), script, args);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const full = `${p.fs.resolve('.', p.cwd).absolute}/`;
      yield* p.error(
        `${p.argv[0]}: can't open file '${script.startsWith('/') ? script : full + script}': [Errno ${error.code === 'ENOENT' ? 2 : error.code === 'EISDIR' ? 21 : 13}] ${error.message}\n`,
      );
      return 2;
    }
  }
  if (!p.isatty(0)) return yield* runPython(p, text(yield* p.readAll(0)), '<stdin>', ['']);
  return yield* prompt(p, version);
}

function* prompt(p: Process, version: string): Sys<number> {
  yield* p.print(
    `Python ${version} (main, Apr 28 2025, 14:11:48) [GCC 12.2.0] on linux\nType "help", "copyright", "credits" or "license" for more information.\n`,
  );
  const { Interpreter } = yield* p.kernel.external(import('./python-run.ts'));
  const interpreter = new Interpreter(p, '<stdin>', ['']);
  for (;;) {
    yield* p.print('>>> ');
    let line = yield* p.readLine(0);
    if (line === undefined) {
      yield* p.print('\n');
      return 0;
    }
    if (/^\s*(exit|quit)\(\d*\)\s*$/.test(line)) return Number(/\d+/.exec(line)?.[0] ?? 0);
    if (/:\s*$/.test(line)) {
      for (;;) {
        yield* p.print('... ');
        const more = yield* p.readLine(0);
        if (more === undefined || more.trim() === '') break;
        line += `\n${more}`;
      }
    }
    const code = yield* interpreter.interactive(line);
    if (code !== undefined) return code;
  }
}

function* module(p: Process, args: string[], version: string, unbuffered: boolean): Sys<number> {
  const name = args.shift();
  if (name === 'http.server') return yield* httpServer(p, args, version, unbuffered);
  if (name === 'json.tool') return yield* jsonTool(p, args);
  if (name === 'pip') {
    const { pip } = yield* p.kernel.external(import('./pip.ts'));
    p.argv = ['pip', ...args];
    return yield* pip(p);
  }
  if (name === 'flask') {
    const app = p.env.get('FLASK_APP') ?? 'app.py';
    const file = app.endsWith('.py') ? app : `${app}.py`;
    const host =
      args[args.indexOf('--host') + 1] ??
      args.map((arg) => /^--host=(.*)/.exec(arg)?.[1]).find((h) => h !== undefined);
    const port = args.map((arg) => /^--port=(.*)/.exec(arg)?.[1]).find((h) => h !== undefined);
    const source = p.fs.exists(file, p.cwd) ? text(p.fs.read(file, p.cwd)) : '';
    const run = `\napp.run(host=${JSON.stringify(args.includes('--host') || host !== undefined ? host : '127.0.0.1')}, port=${port ?? '5000'})\n`;
    return yield* runPython(p, source + run, file, [file]);
  }
  const shown = p.argv[0]?.includes('/') === true ? p.argv[0] : (pathOf(p, p.argv[0] ?? '') ?? p.argv[0]);
  yield* p.error(`${shown}: No module named ${name}\n`);
  return 1;
}

/** `python -m http.server [PORT] [--bind A] [--directory D]`: its log goes to standard error. */
function* httpServer(p: Process, args: readonly string[], version: string, unbuffered: boolean): Sys<number> {
  let port = 8000;
  let bind = '0.0.0.0';
  let directory = p.cwd;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-b' || arg === '--bind') bind = args[++i] ?? bind;
    else if (arg === '-d' || arg === '--directory')
      directory = p.fs.resolve(args[++i] ?? '.', p.cwd).absolute;
    else if (/^\d+$/.test(arg)) port = Number(arg);
    else {
      yield* p.error(
        `usage: server.py [-h] [--cgi] [-b ADDRESS] [-d DIRECTORY] [-p VERSION] [port]\nserver.py: error: argument port: invalid int value: '${arg}'\n`,
      );
      return 2;
    }
  }
  // Without a terminal Python keeps its standard output to itself until it ends.
  let kept = '';
  const say = function* (line: string): Sys<void> {
    if (p.isatty(1) || unbuffered) yield* p.print(line);
    else kept += line;
  };
  let interrupted = false;
  p.onSignal('INT', () => {
    interrupted = true;
  });
  let listener: ReturnType<typeof p.net.listen>;
  try {
    listener = p.net.listen(p, bind, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(
      `Traceback (most recent call last):\n  File "<frozen runpy>", line 198, in _run_module_as_main\n  File "<frozen runpy>", line 88, in _run_code\n  File "/usr/lib/python3.11/http/server.py", line 1309, in <module>\n    test(\nOSError: [Errno 98] ${error.message}\n`,
    );
    return 1;
  }
  yield* say(`Serving HTTP on ${bind} port ${port} (http://${bind}:${port}/) ...\n`);
  const handler: Handler = function* (request, connection) {
    const answer = respond(p, directory, request.method, request.target, version);
    const when = formatTime(p.kernel.clock.now, '%d/%b/%Y %H:%M:%S');
    if (answer.status === 404)
      yield* p.error(`${connection.remote.address} - - [${when}] code 404, message File not found\n`);
    if (answer.status === 501)
      yield* p.error(
        `${connection.remote.address} - - [${when}] code 501, message Unsupported method ('${request.method}')\n`,
      );
    yield* p.error(
      `${connection.remote.address} - - [${when}] "${request.method} ${request.target} ${request.version}" ${answer.status} -\n`,
    );
    return answer;
  };
  p.kernel.thread(p, serveHttp(p, listener, handler));
  yield* until(() => interrupted, p.signalled);
  yield* p.print(`${kept}\nKeyboard interrupt received, exiting.\n`);
  return 0;
}

function respond(
  p: Process,
  directory: string,
  method: string,
  target: string,
  version: string,
): HttpResponse {
  const common: [string, string][] = [
    ['Server', `SimpleHTTP/0.6 Python/${version}`],
    ['Date', httpDate(p.kernel.clock.now)],
  ];
  const answer = (
    status: number,
    reason: string,
    headers: readonly (readonly [string, string])[],
    body: Uint8Array,
  ): HttpResponse => ({
    status,
    reason,
    version: 'HTTP/1.0',
    headers: [...common, ...headers],
    body,
  });
  const problem = (status: number, message: string, explanation: string): HttpResponse => {
    const body = utf8(
      `<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: ${status}</p>\n        <p>Message: ${message}.</p>\n        <p>Error code explanation: ${status} - ${explanation}.</p>\n    </body>\n</html>\n`,
    );
    return answer(
      status,
      message,
      [
        ['Connection', 'close'],
        ['Content-Type', 'text/html;charset=utf-8'],
        ['Content-Length', String(body.length)],
      ],
      body,
    );
  };
  if (method !== 'GET' && method !== 'HEAD')
    return problem(501, `Unsupported method ('${method}')`, 'Server does not support this operation');
  const path = requestPath(target);
  const found = lookUp(p, directory, path, ['index.html', 'index.htm'], p);
  switch (found.kind) {
    case 'redirect':
      return answer(
        301,
        'Moved Permanently',
        [
          ['Location', `${path}/`],
          ['Content-Length', '0'],
        ],
        utf8(''),
      );
    case 'file': {
      const type = mediaType(found.path);
      return answer(
        200,
        'OK',
        [
          ['Content-type', type === 'application/javascript' ? 'text/javascript' : type],
          ['Content-Length', String(found.body.length)],
          ['Last-Modified', httpDate(found.mtime)],
        ],
        found.body,
      );
    }
    case 'directory': {
      const items = [...found.entries]
        .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
        .map(
          ({ name, directory: inside }) =>
            `<li><a href="${encodeURIComponent(name)}${inside ? '/' : ''}">${escapeHtml(name)}${inside ? '/' : ''}</a></li>\n`,
        );
      const title = `Directory listing for ${escapeHtml(path)}`;
      const body = utf8(
        `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${items.join('')}</ul>\n<hr>\n</body>\n</html>\n`,
      );
      return answer(
        200,
        'OK',
        [
          ['Content-type', 'text/html; charset=utf-8'],
          ['Content-Length', String(body.length)],
        ],
        body,
      );
    }
    default:
      return problem(404, 'File not found', 'Nothing matches the given URI');
  }
}

function pathOf(p: Process, name: string): string | undefined {
  const folders = (p.env.get('PATH') ?? '').split(':');
  return folders.map((folder) => `${folder}/${name}`).find((path) => p.fs.exists(path));
}

/** `python -m json.tool [FILE]`: the same, indented. */
function* jsonTool(p: Process, args: readonly string[]): Sys<number> {
  const [file] = args.filter((arg) => !arg.startsWith('-'));
  const source = text(file === undefined ? yield* p.readAll(0) : p.fs.read(file, p.cwd));
  try {
    yield* p.print(`${JSON.stringify(JSON.parse(source), undefined, 4)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = source.trim() === '' ? 0 : Number(/position (\d+)/.exec(error.message)?.[1] ?? 0);
    const before = source.slice(0, at).split('\n');
    yield* p.error(
      `Expecting value: line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1} (char ${at})\n`,
    );
    return 1;
  }
}
