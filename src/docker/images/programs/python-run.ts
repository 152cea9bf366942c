import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { Exit, type Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ByteReader } from '../tool/http.ts';
import type { Stmt } from './python/ast.ts';
import { builtins } from './python/builtins.ts';
import { flaskModule } from './python/flask.ts';
import { Evaluator } from './python/interpreter.ts';
import { type Host, redisModule, standardModule } from './python/modules.ts';
import { parsePython } from './python/parser.ts';
import { PySyntaxError } from './python/tokens.ts';
import { exception, PyList, PyModule, PyRaise, raise, repr, str, type Value } from './python/values.ts';
import { decode } from './redis-cli.ts';
import type { Reply } from './redis-store.ts';

const LIBRARY = ['/usr/local/lib/python3.11/dist-packages', '/usr/lib/python3/dist-packages'];

/** Modules of the standard library that exist but are not simulated. */
const KNOWN = new Set(
  'abc argparse array ast asyncio base64 bisect calendar collections concurrent configparser contextlib copy csv ctypes dataclasses decimal enum fractions functools getpass glob gzip hashlib heapq hmac html http imaplib inspect io ipaddress itertools locale multiprocessing operator pathlib pickle pprint queue re sched secrets select shlex shutil smtplib socketserver sqlite3 ssl stat statistics string struct subprocess tempfile textwrap threading timeit tkinter traceback types typing unittest urllib uuid warnings weakref xml zipfile zlib'.split(
    ' ',
  ),
);

/** Runs a Python program to its end; the exit code. */
export function* runPython(p: Process, source: string, file: string, argv: readonly string[]): Sys<number> {
  const interpreter = new Interpreter(p, file, argv);
  return yield* interpreter.program(source);
}

/** One Python interpreter inside a process. */
export class Interpreter implements Host {
  readonly p: Process;
  readonly argv: readonly string[];
  readonly #file: string;
  readonly #evaluator: Evaluator;
  readonly #modules = new Map<string, PyModule>();
  #source: readonly string[] = [];
  #kept = '';
  #interrupted = false;

  constructor(p: Process, file: string, argv: readonly string[]) {
    this.p = p;
    this.argv = argv;
    this.#file = file;
    const globals = new Map<string, Value>([['__name__', '__main__'], ['__file__', file], ...builtins(this)]);
    this.#evaluator = new Evaluator(
      globals,
      (name) => this.#load(name),
      () => {
        if (this.#interrupted) {
          this.#interrupted = false;
          throw raise('KeyboardInterrupt', '', this.#evaluator.line);
        }
      },
    );
    p.onSignal('INT', () => {
      this.#interrupted = true;
    });
  }

  readonly interrupted = (): boolean => this.#interrupted;

  *program(source: string): Sys<number> {
    this.#source = source.split('\n');
    let body: Stmt[];
    try {
      body = parsePython(source);
    } catch (error) {
      if (!(error instanceof PySyntaxError)) throw error;
      yield* this.#syntaxError(error);
      return 1;
    }
    const code = yield* this.#run(body);
    yield* this.out('', true);
    return code;
  }

  /** A line typed at the prompt; the exit code if it ended the interpreter. */
  *interactive(source: string): Sys<number | undefined> {
    this.#source = source.split('\n');
    try {
      const body = parsePython(source);
      const [only] = body;
      if (body.length === 1 && only?.kind === 'expression') {
        const value = yield* this.#evaluator.value(only.value, this.#evaluator.top);
        if (value !== null) yield* this.out(`${repr(value)}\n`, true);
      } else yield* this.#evaluator.run(body, this.#evaluator.top);
    } catch (error) {
      if (error instanceof PySyntaxError) yield* this.#syntaxError(error);
      else if (error instanceof PyRaise) yield* this.err(this.traceback(error));
      else if (error instanceof Exit) return error.code;
      else throw error;
    }
    yield* this.out('', true);
    return undefined;
  }

  *#run(body: readonly Stmt[]): Sys<number> {
    try {
      yield* this.#evaluator.run(body, this.#evaluator.top);
      return 0;
    } catch (error) {
      if (error instanceof Exit) {
        yield* this.out('', true);
        return error.code;
      }
      if (!(error instanceof PyRaise)) throw error;
      yield* this.out('', true);
      if (error.value.of === exception('SystemExit')) return Number(str(error.value)) || 0;
      yield* this.err(this.traceback(error));
      return error.value.of === exception('KeyboardInterrupt') ? 130 : 1;
    }
  }

  *#syntaxError(error: PySyntaxError): Sys<void> {
    const line = this.#source[error.line - 1] ?? '';
    const caret = ' '.repeat(Math.max(0, (error.column ?? 0) - (line.length - line.trimStart().length)));
    const kind = /indent/.test(error.message) ? 'IndentationError' : 'SyntaxError';
    yield* this.err(
      `  File "${this.#file}", line ${error.line}\n    ${line.trim()}\n    ${caret}^\n${kind}: ${error.message}\n`,
    );
  }

  /** The words Python ends with for an exception nobody caught. */
  traceback(error: PyRaise): string {
    const line = error.line || this.#evaluator.line;
    const source = this.#file.startsWith('<') ? '' : `    ${(this.#source[line - 1] ?? '').trim()}\n`;
    const message = error.value.of.isA(exception('KeyError'))
      ? repr((error.value.fields.get('args') as PyList).items[0] ?? null)
      : str(error.value);
    const shown = error.value.of.isA(exception('KeyError')) ? message.replace(/^"(.*)"$/, '$1') : message;
    return `Traceback (most recent call last):\n  File "${this.#file}", line ${line}, in <module>\n${source}${error.value.of.name}${shown === '' ? '' : `: ${shown}`}\n`;
  }

  /** Standard output is kept back until there is a block of it, unless it is a terminal. */
  *out(written: string, flush: boolean): Sys<void> {
    this.#kept += written;
    const now =
      flush ||
      this.p.isatty(1) ||
      (this.p.env.get('PYTHONUNBUFFERED') ?? '') !== '' ||
      this.p.argv.includes('-u');
    if (!now && this.#kept.length < 8192) return;
    const kept = this.#kept;
    this.#kept = '';
    if (kept !== '') yield* this.p.print(kept);
  }

  *err(written: string): Sys<void> {
    yield* this.p.error(written);
  }

  *call(of: Value, args: readonly Value[]): Sys<Value> {
    return yield* this.#evaluator.call(of, args);
  }

  text(value: Value): Sys<string> {
    return this.#evaluator.text(value);
  }

  exit(code: number): never {
    throw new Exit(code);
  }

  *#load(name: string): Sys<PyModule> {
    const [top = ''] = name.split('.');
    const ready = this.#modules.get(name);
    if (ready !== undefined) return ready;
    const standard = standardModule(name, this);
    const module = standard ?? this.#installed(top) ?? (yield* this.#own(name));
    if (module === undefined) {
      if (KNOWN.has(top))
        throw raise('ImportError', `muelle: the module ${top} is not simulated here`, this.#evaluator.line);
      throw raise('ModuleNotFoundError', `No module named '${name}'`, this.#evaluator.line);
    }
    this.#modules.set(name, module);
    return module;
  }

  #installed(top: string): PyModule | undefined {
    if (!LIBRARY.some((folder) => this.p.fs.isDirectory(`${folder}/${top}`))) return undefined;
    if (top === 'flask') return flaskModule(this, (error) => this.traceback(error));
    if (top === 'redis') return redisModule((address, port, words) => this.#redis(address, port, words));
    throw raise('ImportError', `muelle: the package ${top} is not simulated here`, this.#evaluator.line);
  }

  /** A module beside the program. */
  *#own(name: string): Sys<PyModule | undefined> {
    const folder = this.#file.includes('/') ? this.#file.replace(/\/[^/]*$/, '') : '.';
    const path = `${folder}/${name.replaceAll('.', '/')}.py`;
    if (!this.p.fs.exists(path, this.p.cwd)) return undefined;
    const names = new Map<string, Value>([['__name__', name], ...builtins(this)]);
    const source = text(this.p.fs.read(path, this.p.cwd));
    yield* this.#evaluator.run(parsePython(source), {
      names,
      globals: names,
      declared: new Set(),
      outer: undefined,
    });
    return new PyModule(name, names);
  }

  *#redis(address: string, port: number, words: readonly string[]): Sys<Value> {
    const failed = (why: string): PyRaise => {
      exception('RedisError');
      exception('redis.exceptions.ConnectionError', 'RedisError');
      return raise('redis.exceptions.ConnectionError', why, this.#evaluator.line);
    };
    try {
      const connection = yield* this.p.net.connect(this.p, address, port);
      try {
        yield* connection.file.write(
          utf8(`*${words.length}\r\n${words.map((word) => `$${utf8(word).length}\r\n${word}\r\n`).join('')}`),
        );
        const reply = yield* decode(new ByteReader(connection.file));
        if (reply === undefined) throw failed('Connection closed by server.');
        return fromReply(reply);
      } finally {
        connection.file.release();
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      throw failed(
        error.code === 'ENOTFOUND'
          ? `Error -2 connecting to ${address}:${port}. Name or service not known.`
          : `Error 111 connecting to ${address}:${port}. ${error.message}.`,
      );
    }
  }
}

function fromReply(reply: Reply): Value {
  if (reply === null || typeof reply === 'number' || typeof reply === 'string') return reply;
  if (Array.isArray(reply)) return new PyList(reply.map(fromReply));
  if ('error' in reply) throw raise('RuntimeError', reply.error);
  return reply.status === 'OK' || reply.status === 'PONG' ? true : reply.status;
}
