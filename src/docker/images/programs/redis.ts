import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import { ByteReader } from '../tool/http.ts';
import { formatTime } from '../tool/time.ts';
import { credentials } from '../tool/tool.ts';
import { REDIS_VERSION, RedisStore, type Reply } from './redis-store.ts';

const OVERCOMMIT =
  "WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. Being disabled, it can can also cause failures without low memory condition, see https://github.com/jemalloc/jemalloc/issues/1328. To fix this issue add 'vm.overcommit_memory = 1' to /etc/sysctl.conf and then reboot or run the command 'sysctl vm.overcommit_memory=1' for this to take effect.";

/** redis-server(1): --port, --requirepass, --bind, --appendonly …; keeps what it holds in dump.rdb when it ends gently. */
export function* redisServer(p: Process): Sys<number> {
  const settings = new Map<string, string>([
    ['port', '6379'],
    ['dir', p.cwd],
    ['dbfilename', 'dump.rdb'],
  ]);
  const args = p.argv.slice(1);
  if (args.includes('--version') || args.includes('-v')) {
    yield* p.print(
      `Redis server v=${REDIS_VERSION} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=d81b8ff71cfb150e\n`,
    );
    return 0;
  }
  let configured = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg.startsWith('--')) {
      settings.set(arg.slice(2), args[i + 1]?.startsWith('--') === false ? (args[++i] ?? '') : 'yes');
      configured = true;
    } else if (i === 0 && arg !== '-') {
      configured = true;
      if (!p.fs.exists(arg, p.cwd)) {
        yield* p.print(
          `${p.pid}:C ${stamp(p)} # Fatal error, can't open config file '${p.fs.resolve(arg, p.cwd).absolute}': No such file or directory\n`,
        );
        return 1;
      }
      for (const line of text(p.fs.read(arg, p.cwd)).split('\n')) {
        const match = /^\s*([a-z][\w-]*)\s+(.*?)\s*$/.exec(line);
        if (match !== null) settings.set(match[1] ?? '', (match[2] ?? '').replace(/^"(.*)"$/, '$1'));
      }
    }
  }
  const port = Number(settings.get('port'));
  const fault = faultOf(settings);
  if (fault !== undefined) {
    yield* p.error(`\n*** FATAL CONFIG FILE ERROR (Redis ${REDIS_VERSION}) ***\n${fault}\n`);
    return 1;
  }
  const log = (mark: string, role: string, message: string): Sys<void> =>
    p.print(`${p.pid}:${role} ${stamp(p)} ${mark} ${message}\n`);
  yield* log('#', 'C', 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
  yield* log(
    '#',
    'C',
    `Redis version=${REDIS_VERSION}, bits=64, commit=00000000, modified=0, pid=${p.pid}, just started`,
  );
  yield* log(
    '#',
    'C',
    configured
      ? 'Configuration loaded'
      : `Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf`,
  );
  yield* log('*', 'M', 'monotonic clock: POSIX clock_gettime');
  let stop: 'TERM' | 'INT' | undefined;
  for (const signal of ['TERM', 'INT'] as const)
    p.onSignal(signal, () => {
      stop = signal;
    });
  p.onSignal('HUP', 'ignore');
  let listener: ReturnType<typeof p.net.listen>;
  try {
    listener = p.net.listen(p, '0.0.0.0', port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* log(
      '#',
      'M',
      `Warning: Could not create server TCP listening socket *:${port}: bind: ${error.message}`,
    );
    yield* log('#', 'M', `Failed listening on port ${port} (tcp), aborting.`);
    return 1;
  }
  if (settings.get('appendonly') === 'yes') {
    const folder = `${settings.get('dir')}/${settings.get('appenddirname') ?? 'appendonlydir'}`;
    if (!p.fs.exists(folder, p.cwd)) p.fs.mkdir(folder, p.cwd, { as: credentials(p) });
  }
  p.argv = [`redis-server *:${port}`];
  p.useMemory(10_500_000);
  yield* log('*', 'M', `Running mode=standalone, port=${port}.`);
  yield* log('#', 'M', 'Server initialized');
  yield* log('#', 'M', OVERCOMMIT);
  const store = new RedisStore(p, settings);
  const dump = `${settings.get('dir')}/${settings.get('dbfilename')}`;
  if (p.fs.exists(dump, p.cwd)) {
    const keys = store.load(text(p.fs.read(dump, p.cwd)));
    yield* log('*', 'M', `Loading RDB produced by version ${REDIS_VERSION}`);
    yield* log('*', 'M', `Done loading RDB, keys loaded: ${keys}, keys expired: 0.`);
    yield* log('*', 'M', 'DB loaded from disk: 0.000 seconds');
  }
  yield* log('*', 'M', 'Ready to accept connections');
  p.kernel.thread(
    p,
    (function* (): Sys<void> {
      for (;;) p.kernel.thread(p, converse(store, yield* listener.accept()));
    })(),
  );
  yield* until(() => stop !== undefined || store.shutdown, p.signalled, store.changed);
  if (stop !== undefined) {
    yield* p.print(
      `${p.pid}:signal-handler (${Math.floor(p.kernel.clock.now / 1000)}) Received ${stop === 'TERM' ? 'SIGTERM' : 'SIGINT'} scheduling shutdown...\n`,
    );
    yield* log('#', 'M', 'User requested shutdown...');
  }
  if (settings.get('save') !== '' && store.dirty) {
    yield* log('*', 'M', 'Saving the final RDB snapshot before exiting.');
    try {
      p.fs.write(dump, store.dump(), p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups });
      yield* log('*', 'M', 'DB saved on disk');
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* log(
        '#',
        'M',
        `Failed opening the temp RDB file temp-${p.pid}.rdb (in server root dir ${settings.get('dir')}) for saving: ${error.message}`,
      );
      yield* log('#', 'M', "Error trying to save the DB, can't exit.");
    }
  }
  yield* log('#', 'M', 'Redis is now ready to exit, bye bye...');
  return 0;
}

function stamp(p: Process): string {
  const now = p.kernel.clock.now;
  return `${formatTime(now, '%d %b %Y %H:%M:%S')}.${String(Math.floor(now % 1000)).padStart(3, '0')}`;
}

/** Reads commands of a connection (RESP arrays, or inline) and answers them. */
function* converse(store: RedisStore, connection: Connection): Sys<void> {
  const { file } = connection;
  const reader = new ByteReader(file);
  const session = { authenticated: !store.needsPassword, db: 0, closing: false };
  try {
    while (!session.closing) {
      const line = yield* reader.line();
      if (line === undefined) return;
      let words: string[];
      if (line.startsWith('*')) {
        words = [];
        for (let n = Number(line.slice(1)); n > 0; n--) {
          const size = Number(((yield* reader.line()) ?? '$0').slice(1));
          words.push(text(yield* reader.take(size)));
          yield* reader.line();
        }
      } else words = line.split(/\s+/).filter((word) => word !== '');
      if (words.length === 0) continue;
      yield* file.write(utf8(encode(yield* store.run(words, session))));
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  } finally {
    file.release();
  }
}

function encode(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${utf8(reply).length}\r\n${reply}\r\n`;
  if (Array.isArray(reply)) return `*${reply.length}\r\n${reply.map(encode).join('')}`;
  return 'error' in reply ? `-${reply.error}\r\n` : `+${reply.status}\r\n`;
}

/** Settings that redis.conf may have, as far as somebody would set them. */
const SETTINGS =
  /^(port|bind|dir|dbfilename|requirepass|masterauth|appendonly|appendfsync|appenddirname|appendfilename|save|maxmemory|maxmemory-policy|maxclients|protected-mode|daemonize|loglevel|logfile|timeout|tcp-keepalive|databases|replicaof|slaveof|rename-command|user|include|pidfile|io-threads|notify-keyspace-events|hz|activedefrag|lazyfree-lazy-eviction|rdbcompression|stop-writes-on-bgsave-error|replica-read-only|cluster-[a-z-]+|repl-[a-z-]+|min-replicas-[a-z-]+|client-[a-z-]+|slowlog-[a-z-]+|latency-[a-z-]+|tls-[a-z-]+|unixsocket|unixsocketperm|always-show-logo|aclfile|auto-aof-[a-z-]+)$/;

/** What is wrong with the settings, in the server's words. */
function faultOf(settings: ReadonlyMap<string, string>): string | undefined {
  // It counts the lines of the file it makes of its arguments; the first three are its own.
  const given = [...settings].slice(3);
  for (const [name, value] of settings) {
    const at =
      Math.max(
        0,
        given.findIndex(([other]) => other === name),
      ) + 2;
    const shown = `Reading the configuration file, at line ${at}\n>>> '${name} "${value}"'\n`;
    if (!SETTINGS.test(name)) return `${shown}Bad directive or wrong number of arguments`;
    if (/^(port|timeout|databases|maxclients|hz)$/.test(name) && !/^-?\d+$/.test(value))
      return `${shown}argument couldn't be parsed into an integer`;
    if (/^(appendonly|daemonize|protected-mode)$/.test(name) && !/^(yes|no)$/.test(value))
      return `${shown}argument must be 'yes' or 'no'`;
  }
  return undefined;
}
