import { text, utf8 } from '../../../kernel/bytes.ts';
import { Errno } from '../../../kernel/errno.ts';
import type { Process } from '../../../kernel/process.ts';
import type { OpenFile } from '../../../kernel/stream.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { kernelFacts } from '../../tool/machine.ts';
import { formatTime } from '../../tool/time.ts';
import { items } from './methods.ts';
import {
  asNumber,
  Builtin,
  exception,
  type Keywords,
  PyDict,
  PyFloat,
  PyList,
  PyModule,
  raise,
  repr,
  str,
  type Value,
} from './values.ts';

type Call = (args: readonly Value[], keywords: Keywords) => Value;

/** A built-in function that waits for nothing. */
export function fn(name: string, call: Call): [string, Builtin] {
  return [
    name,
    new Builtin(name, function* (args, keywords): Sys<Value> {
      return call(args, keywords);
    }),
  ];
}

/** A built-in function that may wait. */
export function slow(
  name: string,
  call: (args: readonly Value[], keywords: Keywords) => Sys<Value>,
): [string, Builtin] {
  return [name, new Builtin(name, call)];
}

/** What a module may do to the running program. */
export interface Host {
  readonly p: Process;
  readonly argv: readonly string[];
  out(text: string, flush: boolean): Sys<void>;
  err(text: string): Sys<void>;
  call(of: Value, args: readonly Value[]): Sys<Value>;
  /** Thrown to end the program with a code. */
  exit(code: number): never;
  readonly interrupted: () => boolean;
}

const num = (value: Value | undefined): number => asNumber(value ?? null) ?? 0;

function fromJson(value: unknown): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? value : new PyFloat(value);
  if (Array.isArray(value)) return new PyList(value.map(fromJson));
  const out = new PyDict();
  for (const [key, each] of Object.entries(value as Record<string, unknown>)) out.put(key, fromJson(each));
  return out;
}

/** `json.dumps` with Python's blanks after `,` and `:`. */
export function toJson(value: Value, indent?: number, level = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return JSON.stringify(value).replace(
      /[\u0080-\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  if (value instanceof PyFloat) return repr(value);
  const pad = indent === undefined ? '' : `\n${' '.repeat(indent * (level + 1))}`;
  const end = indent === undefined ? '' : `\n${' '.repeat(indent * level)}`;
  const comma = indent === undefined ? ', ' : ',';
  const wrap = (parts: readonly string[], open: string, close: string): string =>
    parts.length === 0 ? open + close : `${open}${pad}${parts.join(`${comma}${pad}`)}${end}${close}`;
  if (value instanceof PyList)
    return wrap(
      value.items.map((item) => toJson(item, indent, level + 1)),
      '[',
      ']',
    );
  if (value instanceof PyDict)
    return wrap(
      [...value.entries.values()].map(([k, v]) => `${toJson(str(k))}: ${toJson(v, indent, level + 1)}`),
      '{',
      '}',
    );
  throw raise('TypeError', 'Object is not JSON serializable');
}

function osModule(host: Host): PyModule {
  const { p } = host;
  const environ = new PyDict();
  for (const [name, value] of p.env) environ.put(name, value);
  const path = new PyModule('posixpath', [
    fn('join', (args) =>
      args
        .map(str)
        .reduce((a, b) => (b.startsWith('/') ? b : a.endsWith('/') || a === '' ? a + b : `${a}/${b}`)),
    ),
    fn('exists', ([a]) => p.fs.exists(str(a ?? ''), p.cwd)),
    fn('isfile', ([a]) => p.fs.exists(str(a ?? ''), p.cwd) && !p.fs.isDirectory(str(a ?? ''), p.cwd)),
    fn('isdir', ([a]) => p.fs.isDirectory(str(a ?? ''), p.cwd)),
    fn('basename', ([a]) => str(a ?? '').replace(/^.*\//, '')),
    fn('dirname', ([a]) => str(a ?? '').replace(/\/?[^/]*$/, '')),
    fn('abspath', ([a]) => p.fs.resolve(str(a ?? '.'), p.cwd).absolute),
  ]);
  return new PyModule('os', [
    ['environ', environ],
    ['path', path],
    ['name', 'posix'],
    ['sep', '/'],
    fn('getenv', ([name, otherwise]) => p.env.get(str(name ?? '')) ?? otherwise ?? null),
    fn('getcwd', () => p.cwd),
    fn('getpid', () => p.pid),
    fn('getppid', () => p.parent?.pid ?? 0),
    fn('getuid', () => p.uid),
    fn('listdir', ([a]) => new PyList(p.fs.list(str(a ?? '.'), p.cwd))),
    fn('mkdir', ([a]) => {
      p.fs.mkdir(str(a ?? ''), p.cwd);
      return null;
    }),
    fn('makedirs', ([a]) => {
      p.fs.mkdir(str(a ?? ''), p.cwd, { parents: true });
      return null;
    }),
    fn('remove', ([a]) => {
      p.fs.unlink(str(a ?? ''), p.cwd);
      return null;
    }),
    fn('cpu_count', () => 2),
    fn(
      'uname',
      () =>
        new PyModule('uname', [
          ['sysname', 'Linux'],
          ['nodename', p.uts.hostname],
          ['release', kernelFacts(p).release],
          ['machine', 'x86_64'],
        ]),
    ),
    fn('urandom', ([n]) => p.kernel.random.hex(num(n))),
  ]);
}

function timeModules(host: Host): Record<string, PyModule> {
  const { p } = host;
  const stamp = (time: number): PyModule =>
    new PyModule('datetime.datetime', [
      fn('isoformat', () => formatTime(time, '%FT%T.%6N')),
      fn('strftime', ([spec]) => formatTime(time, str(spec ?? ''))),
      fn('timestamp', () => new PyFloat(time / 1000)),
      fn('date', () => formatTime(time, '%F')),
      fn('__str__', () => formatTime(time, '%F %T.%6N')),
      ['year', Number(formatTime(time, '%Y'))],
      ['month', Number(formatTime(time, '%m'))],
      ['day', Number(formatTime(time, '%d'))],
      ['hour', Number(formatTime(time, '%H'))],
      ['minute', Number(formatTime(time, '%M'))],
      ['second', Number(formatTime(time, '%S'))],
    ]);
  const now: [string, Builtin] = fn('now', () => stamp(p.kernel.clock.now));
  const time = new PyModule('time', [
    slow('sleep', function* ([n]) {
      let left = num(n) * 1000;
      while (left > 0) {
        left = yield* p.sleep(left);
        if (host.interrupted()) throw raise('KeyboardInterrupt', '');
      }
      return null;
    }),
    fn('time', () => new PyFloat(p.kernel.clock.now / 1000)),
    fn('monotonic', () => new PyFloat(p.kernel.clock.now / 1000)),
    fn('perf_counter', () => new PyFloat(p.kernel.clock.now / 1000)),
    fn('strftime', ([spec]) => formatTime(p.kernel.clock.now, str(spec ?? ''))),
    fn('ctime', () => formatTime(p.kernel.clock.now, '%a %b %e %T %Y')),
  ]);
  const datetime = new PyModule('datetime', [
    [
      'datetime',
      new PyModule('datetime.datetime', [
        now,
        fn('utcnow', () => stamp(p.kernel.clock.now)),
        fn('today', () => stamp(p.kernel.clock.now)),
      ]),
    ],
    ['date', new PyModule('datetime.date', [fn('today', () => formatTime(p.kernel.clock.now, '%F'))])],
  ]);
  return { time, datetime };
}

/** The modules of the standard library that are simulated; undefined for the others. */
export function standardModule(name: string, host: Host): PyModule | undefined {
  const { p } = host;
  switch (name) {
    case 'os':
      return osModule(host);
    case 'os.path': {
      const path = osModule(host).members.get('path');
      return path instanceof PyModule ? path : undefined;
    }
    case 'time':
    case 'datetime':
      return timeModules(host)[name];
    case 'sys': {
      const stream = (fd: 1 | 2): PyModule =>
        new PyModule('TextIOWrapper', [
          slow('write', function* ([a]) {
            if (fd === 1) yield* host.out(str(a ?? ''), false);
            else yield* host.err(str(a ?? ''));
            return str(a ?? '').length;
          }),
          slow('flush', function* () {
            if (fd === 1) yield* host.out('', true);
            return null;
          }),
        ]);
      const version = p.env.get('PYTHON_VERSION') ?? '3.11.2';
      return new PyModule('sys', [
        ['argv', new PyList([...host.argv])],
        ['version', `${version} (main, Apr 28 2025, 14:11:48) [GCC 12.2.0]`],
        [
          'version_info',
          new PyList([...version.split('.').map(Number), 'final', 0], true, [
            'major',
            'minor',
            'micro',
            'releaselevel',
            'serial',
          ]),
        ],
        ['platform', 'linux'],
        ['executable', '/usr/local/bin/python'],
        ['path', new PyList(['', '/usr/lib/python311.zip', '/usr/lib/python3.11'])],
        ['stdout', stream(1)],
        ['stderr', stream(2)],
        [
          'stdin',
          new PyModule('TextIOWrapper', [
            slow('read', function* () {
              return text(yield* p.readAll(0));
            }),
            slow('readline', function* () {
              return text(yield* p.readLineBytes(0));
            }),
          ]),
        ],
        slow('exit', function* ([code]): Sys<Value> {
          if (typeof code === 'string') yield* host.err(`${code}\n`);
          return host.exit(
            code === undefined || code === null ? 0 : typeof code === 'string' ? 1 : num(code),
          );
        }),
      ]);
    }
    case 'socket':
      return new PyModule('socket', [
        fn('gethostname', () => p.uts.hostname),
        slow('create_connection', function* ([to]) {
          const [host, port] = to instanceof PyList ? to.items : [];
          return yield* connected(p, str(host ?? ''), num(port ?? 0));
        }),
        slow('gethostbyname', function* ([a]) {
          try {
            return (yield* p.net.resolve(p, str(a ?? '')))[0] ?? '';
          } catch (error) {
            if (!(error instanceof Errno)) throw error;
            throw raise('socket.gaierror', '[Errno -2] Name or service not known');
          }
        }),
      ]);
    case 'platform':
      return new PyModule('platform', [
        fn('python_version', () => p.env.get('PYTHON_VERSION') ?? '3.11.2'),
        fn('node', () => p.uts.hostname),
        fn('system', () => 'Linux'),
        fn('machine', () => 'x86_64'),
        fn('release', () => kernelFacts(p).release),
        fn('platform', () => `Linux-${kernelFacts(p).release}-x86_64-with-glibc2.36`),
      ]);
    case 'json':
      return new PyModule('json', [
        fn('dumps', ([value], k) =>
          toJson(value ?? null, k.has('indent') ? num(k.get('indent')) : undefined),
        ),
        fn('loads', ([written]) => {
          try {
            return fromJson(JSON.parse(str(written ?? '')));
          } catch {
            throw raise('ValueError', 'Expecting value: line 1 column 1 (char 0)');
          }
        }),
      ]);
    case 'math':
      return new PyModule('math', [
        ['pi', new PyFloat(Math.PI)],
        ['e', new PyFloat(Math.E)],
        fn('sqrt', ([a]) => new PyFloat(Math.sqrt(num(a)))),
        fn('floor', ([a]) => Math.floor(num(a))),
        fn('ceil', ([a]) => Math.ceil(num(a))),
        fn('sin', ([a]) => new PyFloat(Math.sin(num(a)))),
        fn('cos', ([a]) => new PyFloat(Math.cos(num(a)))),
        fn('log', ([a]) => new PyFloat(Math.log(num(a)))),
        fn('pow', ([a, b]) => new PyFloat(num(a) ** num(b))),
        fn('factorial', ([a]) => Array.from({ length: num(a) }, (_, i) => i + 1).reduce((x, y) => x * y, 1)),
      ]);
    case 'random':
      return new PyModule('random', [
        fn('random', () => new PyFloat(p.kernel.random.between(0, 1))),
        fn('randint', ([a, b]) => num(a) + p.kernel.random.below(num(b) - num(a) + 1)),
        fn(
          'choice',
          ([a]) => items(a ?? null)[p.kernel.random.below(Math.max(1, items(a ?? null).length))] ?? null,
        ),
        fn('uniform', ([a, b]) => new PyFloat(p.kernel.random.between(num(a), num(b)))),
        fn('seed', () => null),
      ]);
    case 'logging': {
      const line = (level: string, shown: boolean): [string, Builtin] =>
        slow(level.toLowerCase(), function* ([message]) {
          if (shown) yield* host.err(`${level}:root:${str(message ?? '')}\n`);
          return null;
        });
      const members: [string, Value][] = [
        line('DEBUG', false),
        line('INFO', false),
        line('WARNING', true),
        line('ERROR', true),
        line('CRITICAL', true),
        fn('basicConfig', () => null),
        ['INFO', 20],
        ['DEBUG', 10],
        ['WARNING', 30],
      ];
      return new PyModule('logging', [...members, fn('getLogger', () => new PyModule('Logger', members))]);
    }
    case 'signal':
      return new PyModule('signal', [
        ['SIGTERM', 15],
        ['SIGINT', 2],
        fn('signal', ([number, handler]) => {
          const name = number === 2 ? 'INT' : 'TERM';
          p.onSignal(
            name,
            handler === null
              ? undefined
              : () => {
                  p.kernel.thread(
                    p,
                    (function* (): Sys<void> {
                      try {
                        yield* host.call(handler ?? null, [number ?? 15, null]);
                      } catch {
                        // A handler that raises SystemExit ends the program.
                        p.end({ code: 0 });
                      }
                    })(),
                  );
                },
          );
          return null;
        }),
      ]);
    default:
      return undefined;
  }
}

/** `redis` of PyPI: Redis(host, port, db) with the commands as methods. */
export function redisModule(
  ask: (address: string, port: number, words: readonly string[]) => Sys<Value>,
): PyModule {
  const failure = exception('RedisError');
  exception('ConnectionError', 'OSError');
  const client = new Builtin('Redis', function* (args, keywords): Sys<Value> {
    const address = str(keywords.get('host') ?? args[0] ?? 'localhost');
    const port = num(keywords.get('port') ?? args[1] ?? 6379) || 6379;
    const commands =
      'get set incr decr delete exists keys ping hget hset hgetall lpush rpush lrange expire ttl append mget flushall sadd smembers incrby dbsize'.split(
        ' ',
      );
    return new PyModule(
      'redis.Redis',
      commands.map((command) =>
        slow(command, function* (given) {
          return yield* ask(address, port, [command === 'delete' ? 'del' : command, ...given.map(str)]);
        }),
      ),
    );
  });
  const errors: [string, Value][] = [
    ['RedisError', failure],
    ['ConnectionError', exception('redis.exceptions.ConnectionError', 'RedisError')],
    ['TimeoutError', exception('redis.exceptions.TimeoutError', 'RedisError')],
  ];
  return new PyModule('redis', [
    ['Redis', client],
    ['StrictRedis', client],
    ...errors,
    ['exceptions', new PyModule('redis.exceptions', errors)],
    fn('from_url', () => null),
  ]);
}

/** Writes a file object's members: open(path, mode). */
export function openFileObject(p: Process, path: string, mode: string): PyModule {
  const credentials = { uid: p.uid, gid: p.gid, groups: p.groups };
  const failed = (error: unknown): never => {
    if (!(error instanceof Errno)) throw error;
    const number = { ENOENT: 2, EACCES: 13, EISDIR: 21, EROFS: 30 }[error.code as string] ?? 5;
    const made = raise(
      error.code === 'ENOENT' ? 'FileNotFoundError' : error.code === 'EACCES' ? 'PermissionError' : 'OSError',
      `[Errno ${number}] ${error.message}: '${path}'`,
    );
    throw made;
  };
  let content = '';
  try {
    if (mode.startsWith('r')) content = text(p.fs.read(path, p.cwd, credentials));
    else if (mode.startsWith('w')) p.fs.write(path, '', p.cwd, credentials);
    else p.fs.append(path, '', p.cwd, credentials);
  } catch (error) {
    failed(error);
  }
  let at = 0;
  const lines = (): string[] => content.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const file = new PyModule('TextIOWrapper', [
    fn('read', () => {
      const rest = content.slice(at);
      at = content.length;
      return rest;
    }),
    fn('readline', () => {
      const end = content.indexOf('\n', at);
      const line = content.slice(at, end < 0 ? undefined : end + 1);
      at += line.length;
      return line;
    }),
    fn('readlines', () => new PyList(lines())),
    fn('write', ([a]) => {
      p.fs.append(path, utf8(str(a ?? '')), p.cwd, credentials);
      return str(a ?? '').length;
    }),
    fn('close', () => null),
    fn('flush', () => null),
    fn('__exit__', () => null),
  ]);
  // `for line in open(path)`
  file.members.set('__items__', new PyList(mode.startsWith('r') ? lines() : []));
  file.members.set('__enter__', fn('__enter__', () => file)[1]);
  return file;
}

/** A connected socket of Python: send, sendall, recv, close. */
function* connected(p: Process, host: string, port: number): Sys<Value> {
  let file: OpenFile;
  try {
    ({ file } = yield* p.net.connect(p, host, port));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND') throw raise('socket.gaierror', '[Errno -2] Name or service not known');
    throw error.code === 'ECONNREFUSED'
      ? raise('ConnectionRefusedError', '[Errno 111] Connection refused')
      : raise('OSError', `[Errno 113] ${error.message}`);
  }
  const send = function* ([data]: readonly Value[]): Sys<Value> {
    const bytes = utf8(str(data ?? ''));
    yield* file.write(bytes);
    return bytes.length;
  };
  const socket = new PyModule('socket', [
    slow('send', send),
    slow('sendall', function* (args) {
      yield* send(args);
      return null;
    }),
    slow('recv', function* ([size]) {
      return text(yield* file.read(num(size ?? 65536)));
    }),
    fn('settimeout', () => null),
    fn('close', () => {
      file.release();
      return null;
    }),
    fn('__exit__', () => {
      file.release();
      return null;
    }),
  ]);
  socket.members.set('__enter__', fn('__enter__', () => socket)[1]);
  return socket;
}
