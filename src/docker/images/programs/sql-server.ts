import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, until, WaitQueue } from '../../kernel/wait.ts';
import { ByteReader } from '../tool/http.ts';
import { formatTime } from '../tool/time.ts';
import { gidOf, uidOf } from '../tool/users.ts';
import { type SqlData, SqlEngine, type SqlResult, type SqlSession, statements } from './sql-engine.ts';

const MARIADB_VERSION = '10.11.14-MariaDB-0+deb12u2';

/** Where the data lie, and whether it is MySQL or MariaDB that speaks. */
interface Home {
  readonly directory: string;
  readonly file: string;
  readonly version: string;
  readonly mysql: boolean;
}

function home(p: Process, args: readonly string[]): Home {
  const directory =
    args.map((arg) => /^--datadir=(.*)/.exec(arg)?.[1]).find((found) => found !== undefined) ??
    '/var/lib/mysql';
  const mysqlVersion = p.env.get('MYSQL_VERSION');
  return {
    directory,
    file: `${directory}/ibdata1`,
    mysql: mysqlVersion !== undefined,
    version: mysqlVersion === undefined ? MARIADB_VERSION : mysqlVersion.replace(/-.*$/, ''),
  };
}

const EMPTY_DATA = (): SqlData => ({
  databases: { information_schema: {}, mysql: {}, performance_schema: {}, sys: {} },
  accounts: [{ name: 'root', host: 'localhost', password: '', grants: ['*'] }],
});

function engineOf(p: Process, place: Home): SqlEngine {
  const data = p.fs.exists(place.file) ? (JSON.parse(text(p.fs.read(place.file))) as SqlData) : EMPTY_DATA();
  return new SqlEngine(data, {
    version: place.version,
    hostname: p.uts.hostname,
    now: () => formatTime(p.kernel.clock.now, '%F %T'),
  });
}

function save(p: Process, place: Home, engine: SqlEngine): void {
  if (!engine.changed) return;
  engine.changed = false;
  const owner = { uid: uidOf(p, 'mysql') ?? 0, gid: gidOf(p, 'mysql') ?? 0, groups: [] };
  p.fs.write(place.file, JSON.stringify(engine.data));
  p.fs.change(place.file, { uid: owner.uid, gid: owner.gid });
  for (const name of Object.keys(engine.data.databases)) {
    if (name === 'information_schema') continue;
    const folder = `${place.directory}/${name}`;
    if (p.fs.exists(folder)) continue;
    p.fs.mkdir(folder, '/', { mode: 0o700 });
    p.fs.change(folder, { uid: owner.uid, gid: owner.gid });
  }
}

/** mariadb-install-db(1), mysql_install_db: makes an empty data directory. */
export function* installDb(p: Process): Sys<number> {
  const place = home(p, p.argv.slice(1));
  p.fs.mkdir(place.directory, '/', { parents: true });
  const engine = engineOf(p, place);
  engine.changed = true;
  save(p, place, engine);
  yield* p.sleep(600);
  return 0;
}

/** mariadbd(8), mysqld(8): serves until it is told to stop; --bootstrap runs the statements on its standard input. */
export function* sqlServer(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  const place = home(p, args);
  if (args.includes('--version') || args.includes('-V')) {
    yield* p.print(`${p.argv[0]}  Ver ${place.version} for debian-linux-gnu on x86_64\n`);
    return 0;
  }
  if (
    args.includes('--bootstrap') ||
    args.includes('--initialize-insecure') ||
    args.includes('--initialize')
  ) {
    const engine = engineOf(p, place);
    const session: SqlSession = { user: 'root', database: undefined };
    const script = args.includes('--bootstrap') ? text(yield* p.readAll(0)) : '';
    for (const statement of statements(script)) {
      const result = engine.run(statement, session);
      if (result.error === undefined) continue;
      yield* p.error(`ERROR: ${result.code?.split(' ')[0]}  ${result.error}\n`);
      save(p, place, engine);
      return 1;
    }
    engine.changed = true;
    save(p, place, engine);
    yield* p.sleep(300);
    return 0;
  }
  return yield* serve(p, place, args);
}

/** The value of `--name=…` among the arguments. */
function option(args: readonly string[], name: string): string | undefined {
  return args.findLast((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

const DEBIAN_CONFIG = '/etc/mysql/mariadb.conf.d/50-server.cnf';

/** Debian's configuration binds the server to its own machine; by itself it takes connections from everywhere. */
function boundTo(p: Process, args: readonly string[]): string {
  const given = option(args, 'bind-address');
  if (given !== undefined) return given === '*' ? '0.0.0.0' : given;
  if (!p.fs.exists(DEBIAN_CONFIG)) return '0.0.0.0';
  return /^bind-address\s*=\s*(\S+)/m.exec(text(p.fs.read(DEBIAN_CONFIG)))?.[1] ?? '0.0.0.0';
}

function* serve(p: Process, place: Home, args: readonly string[]): Sys<number> {
  const port = Number(
    args.map((arg) => /^--port=(\d+)/.exec(arg)?.[1]).find((found) => found !== undefined) ?? 3306,
  );
  const thread = '0';
  const log = function* (level: string, message: string): Sys<void> {
    const now = p.kernel.clock.now;
    yield* p.error(
      place.mysql
        ? `${formatTime(now, '%FT%T')}.${formatTime(now, '%6N')}Z ${thread} [${level === 'Note' ? 'System' : level}] [MY-010${message.includes('ready') ? '931' : message.includes('hutdown') ? '910' : '116'}] [Server] ${message}\n`
        : `${formatTime(now, '%F %k:%M:%S')} ${thread} [${level}] ${message}\n`,
    );
  };
  if (p.uid === 0 && option(args, 'user') === undefined) {
    yield* log('ERROR', 'Please consult the Knowledge Base to find out how to run mysqld as root!');
    yield* log('ERROR', 'Aborting');
    return 1;
  }
  if (!p.fs.isDirectory(place.directory) || !p.fs.exists(place.file)) {
    yield* log(
      'ERROR',
      "Could not open mysql.plugin table: \"Table 'mysql.plugin' doesn't exist\". Some plugins may be not loaded",
    );
    yield* log('ERROR', "Fatal error: Can't open and lock privilege tables: Table 'mysql.db' doesn't exist");
    return 1;
  }
  let stop: 'TERM' | 'QUIT' | undefined;
  const asked = new WaitQueue();
  for (const signal of ['TERM', 'QUIT'] as const)
    p.onSignal(signal, () => {
      stop = signal;
    });
  p.onSignal('INT', 'ignore');
  p.onSignal('HUP', 'ignore');
  const name = p.name;
  if (place.mysql)
    yield* log('Note', `/usr/sbin/mysqld (mysqld ${place.version}) starting as process ${p.pid}`);
  else {
    yield* log('Note', `Starting MariaDB ${place.version} source revision a1b2c3 as process ${p.pid}`);
    yield* log('Note', 'InnoDB: Compressed tables use zlib 1.2.13');
    yield* log('Note', 'InnoDB: Number of transaction pools: 1');
    yield* log('Note', 'InnoDB: Initializing buffer pool, total size = 128.000MiB, chunk size = 2.000MiB');
    yield* p.sleep(150);
    yield* log('Note', 'InnoDB: Completed initialization of buffer pool');
    yield* log('Note', 'InnoDB: 10.11.14 started; log sequence number 46590; transaction id 14');
    yield* log('Note', "Plugin 'FEEDBACK' is disabled.");
  }
  yield* p.sleep(place.mysql ? 900 : 150);
  p.useMemory(place.mysql ? 420_000_000 : 90_000_000);
  const engine = engineOf(p, place);
  const first = option(args, 'init-file');
  if (first !== undefined) {
    const session: SqlSession = { user: 'root', database: undefined };
    for (const statement of statements(text(p.fs.read(first, p.cwd)))) {
      const { error } = engine.run(statement, session);
      if (error !== undefined) yield* log('ERROR', `Init-file: ${error}`);
    }
    save(p, place, engine);
  }
  const bound = boundTo(p, args);
  let listener: ReturnType<typeof p.net.listen>;
  try {
    listener = p.net.listen(p, bound, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* log('ERROR', `Can't start server: Bind on TCP/IP port. Got error: 98: ${error.message}`);
    yield* log('ERROR', `Do you already have another server running on port: ${port} ?`);
    yield* log('ERROR', 'Aborting');
    return 1;
  }
  if (!place.mysql) yield* log('Note', `Server socket created on IP: '${bound}'.`);
  yield* log(
    'Note',
    place.mysql
      ? `/usr/sbin/mysqld: ready for connections. Version: '${place.version}'  socket: '/var/run/mysqld/mysqld.sock'  port: ${port}  MySQL Community Server - GPL.`
      : `${name}: ready for connections.`,
  );
  if (!place.mysql)
    yield* p.error(
      `Version: '${place.version}'  socket: '/run/mysqld/mysqld.sock'  port: ${port}  Debian 12\n`,
    );
  let shutdown = false;
  const end = (): void => {
    shutdown = true;
    asked.wake();
  };
  p.kernel.thread(
    p,
    (function* (): Sys<void> {
      for (;;) p.kernel.thread(p, talk(p, place, engine, yield* listener.accept(), end));
    })(),
  );
  yield* until(() => stop !== undefined || shutdown, p.signalled, asked);
  if (place.mysql)
    yield* log(
      'Note',
      `/usr/sbin/mysqld: Shutdown complete (mysqld ${place.version})  MySQL Community Server - GPL.`,
    );
  else {
    yield* log('Note', `${name} (initiated by: unknown): Normal shutdown`);
    yield* log('Note', 'InnoDB: FTS optimize thread exiting.');
    yield* log('Note', 'InnoDB: Starting shutdown...');
    yield* p.sleep(200);
    yield* log('Note', 'InnoDB: Shutdown completed; log sequence number 46600; transaction id 15');
    yield* log('Note', `${name}: Shutdown complete`);
  }
  return 0;
}

interface Message {
  readonly login?: { readonly user: string; readonly password: string; readonly database?: string };
  readonly sql?: string;
  readonly shutdown?: boolean;
}

function* talk(
  p: Process,
  place: Home,
  engine: SqlEngine,
  connection: Connection,
  end: () => void,
): Sys<void> {
  const { file, remote } = connection;
  const reader = new ByteReader(file);
  const session: SqlSession = { user: '', database: undefined };
  const local = remote.address === '127.0.0.1';
  const from = local ? 'localhost' : remote.address;
  const answer = (message: Message): SqlResult => {
    if (message.login !== undefined) {
      const { user, password, database } = message.login;
      const account = engine.login(user, password);
      if (account === undefined)
        return {
          error: `Access denied for user '${user}'@'${from}' (using password: ${password === '' ? 'NO' : 'YES'})`,
          code: '1045 (28000)',
        };
      session.user = user;
      session.host = from;
      return database === undefined ? { affected: 0 } : engine.run(`use ${database}`, session);
    }
    if (session.user === '') return { error: 'Access denied', code: '1045 (28000)' };
    if (message.shutdown === true) {
      end();
      return { affected: 0 };
    }
    const result = engine.run(message.sql ?? '', session);
    save(p, place, engine);
    return result;
  };
  try {
    for (let line = yield* reader.line(); line !== undefined; line = yield* reader.line()) {
      let message: Message = {};
      try {
        message = JSON.parse(line) as Message;
      } catch {
        // Whoever speaks something else (curl, nc) is shown out.
        return;
      }
      yield* file.write(utf8(`${JSON.stringify(answer(message))}\n`));
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  } finally {
    file.release();
  }
}
