import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, until } from '../../kernel/wait.ts';
import { ByteReader } from '../tool/http.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { gidOf, uidOf } from '../tool/users.ts';
import { type SqlConnection, sqlConnect } from './sql-client.ts';
import { type SqlData, SqlEngine, type SqlResult, type SqlSession, statements } from './sql-engine.ts';

const stamp = (p: Process): string =>
  `${formatTime(p.kernel.clock.now, '%F %T')}.${formatTime(p.kernel.clock.now, '%3N')} UTC`;

/** The entrypoint of the postgres image: checks the password, makes the cluster, becomes the server. */
export function* postgresEntrypoint(p: Process): Sys<number> {
  const argv = p.argv.slice(p.argv.findIndex((arg) => arg.endsWith('docker-entrypoint.sh')) + 1);
  const command = argv[0]?.startsWith('-') === true ? ['postgres', ...argv] : argv;
  if (command[0] !== 'postgres') {
    const { execute } = yield* p.kernel.external(import('./env.ts'));
    return yield* execute(p, command);
  }
  const data = p.env.get('PGDATA') ?? '/var/lib/postgresql/data';
  const user = p.env.get('POSTGRES_USER') ?? 'postgres';
  const password = p.env.get('POSTGRES_PASSWORD') ?? '';
  const database = p.env.get('POSTGRES_DB') ?? user;
  const version = p.env.get('PG_MAJOR') ?? '17';
  if (p.fs.exists(`${data}/PG_VERSION`))
    yield* p.print(
      '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n',
    );
  else {
    if (password === '' && p.env.get('POSTGRES_HOST_AUTH_METHOD') !== 'trust') {
      yield* p.error(
        'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about "trust":\n       https://www.postgresql.org/docs/current/auth-trust.html\n',
      );
      return 1;
    }
    yield* p.print(
      `The files belonging to this database system will be owned by user "postgres".\nThis user must also own the server process.\n\nThe database cluster will be initialized with locale "en_US.utf8".\nThe default database encoding has accordingly been set to "UTF8".\nThe default text search configuration will be set to "english".\n\nData page checksums are disabled.\n\nfixing permissions on existing directory ${data} ... ok\ncreating subdirectories ... ok\nselecting dynamic shared memory implementation ... posix\nselecting default "max_connections" ... 100\nselecting default "shared_buffers" ... 128MB\nselecting default time zone ... Etc/UTC\ncreating configuration files ... ok\n`,
    );
    yield* p.sleep(700);
    yield* p.print(
      'running bootstrap script ... ok\nperforming post-bootstrap initialization ... ok\nsyncing data to disk ... ok\n\n\n',
    );
    const cluster: SqlData = {
      databases: { postgres: {}, template1: {}, [database]: {} },
      accounts: [{ name: user, host: '%', password, grants: ['*'] }],
    };
    p.fs.mkdir(data, '/', { parents: true });
    p.fs.write(`${data}/PG_VERSION`, `${version}\n`);
    const engine = new SqlEngine(cluster, facts(p, version));
    if (p.fs.isDirectory('/docker-entrypoint-initdb.d')) {
      for (const name of p.fs.list('/docker-entrypoint-initdb.d').sort()) {
        if (!name.endsWith('.sql')) continue;
        yield* p.print(`/usr/local/bin/docker-entrypoint.sh: running /docker-entrypoint-initdb.d/${name}\n`);
        const session: SqlSession = { user, database };
        for (const statement of statements(text(p.fs.read(`/docker-entrypoint-initdb.d/${name}`))))
          engine.run(statement, session);
      }
    }
    p.fs.write(`${data}/base.json`, JSON.stringify(engine.data));
    yield* p.print('\nPostgreSQL init process complete; ready for start up.\n\n');
  }
  const uid = uidOf(p, 'postgres') ?? 999;
  for (const path of [data, `${data}/PG_VERSION`, `${data}/base.json`])
    if (p.fs.exists(path))
      p.fs.change(path, { uid, gid: gidOf(p, 'postgres') ?? 999, ...(path === data ? { mode: 0o700 } : {}) });
  p.uid = uid;
  p.gid = gidOf(p, 'postgres') ?? 999;
  p.argv = ['postgres', ...command.slice(1)];
  return yield* postgres(p);
}

function facts(p: Process, version: string): { version: string; now(): string; hostname: string } {
  return {
    version: `PostgreSQL ${version}.6 on x86_64-pc-linux-gnu`,
    hostname: p.uts.hostname,
    now: () => formatTime(p.kernel.clock.now, '%F %T+00'),
  };
}

/** postgres(1): serves until TERM, INT or QUIT. */
export function* postgres(p: Process): Sys<number> {
  const data = p.env.get('PGDATA') ?? '/var/lib/postgresql/data';
  const version = p.env.get('PG_MAJOR') ?? '17';
  if (p.uid === 0) {
    yield* p.error(
      '"root" execution of the PostgreSQL server is not permitted.\nThe server must be started under an unprivileged user ID to prevent\npossible system security compromise.  See the documentation for\nmore information on how to properly start the server.\n',
    );
    return 1;
  }
  const log = (message: string): Sys<void> => p.error(`${stamp(p)} [${p.pid}] LOG:  ${message}\n`);
  if (!p.fs.exists(`${data}/base.json`)) {
    yield* p.error(
      `postgres: could not access the server configuration file "${data}/postgresql.conf": No such file or directory\n`,
    );
    return 2;
  }
  let stop: 'TERM' | 'INT' | 'QUIT' | undefined;
  for (const signal of ['TERM', 'INT', 'QUIT'] as const)
    p.onSignal(signal, () => {
      stop = signal;
    });
  p.onSignal('HUP', 'ignore');
  p.useMemory(28_000_000);
  const listener = p.net.listen(p, '0.0.0.0', 5432);
  yield* log(
    `starting PostgreSQL ${version}.6 (Debian ${version}.6-1.pgdg13+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0-19) 14.2.0, 64-bit`,
  );
  yield* log('listening on IPv4 address "0.0.0.0", port 5432');
  yield* log('listening on IPv6 address "::", port 5432');
  yield* log('listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"');
  yield* p.error(
    `${stamp(p)} [${p.pid + 28}] LOG:  database system was shut down at ${formatTime(p.kernel.clock.now, '%F %T')} UTC\n`,
  );
  yield* log('database system is ready to accept connections');
  const engine = new SqlEngine(
    JSON.parse(text(p.fs.read(`${data}/base.json`))) as SqlData,
    facts(p, version),
  );
  p.kernel.thread(
    p,
    (function* (): Sys<void> {
      for (;;) p.kernel.thread(p, talk(p, engine, data, yield* listener.accept()));
    })(),
  );
  yield* until(() => stop !== undefined, p.signalled);
  yield* log(`received ${stop === 'TERM' ? 'smart' : 'fast'} shutdown request`);
  if (stop !== 'TERM') yield* log('aborting any active transactions');
  yield* log(`background worker "logical replication launcher" (PID ${p.pid + 31}) exited with exit code 1`);
  yield* p.sleep(50);
  yield* log('database system is shut down');
  return 0;
}

interface Message {
  readonly login?: { readonly user: string; readonly password: string; readonly database?: string };
  readonly sql?: string;
}

function* talk(p: Process, engine: SqlEngine, data: string, connection: Connection): Sys<void> {
  const reader = new ByteReader(connection.file);
  const session: SqlSession = { user: '', database: undefined };
  const local = connection.remote.address === '127.0.0.1';
  const answer = (message: Message): SqlResult => {
    if (message.login !== undefined) {
      const { user, password, database } = message.login;
      const account = engine.data.accounts.find((candidate) => candidate.name === user);
      if (account === undefined && local) return { error: `role "${user}" does not exist`, code: 'FATAL' };
      if (account === undefined || (!local && account.password !== password))
        return {
          error:
            password === '' && !local
              ? 'fe_sendauth: no password supplied'
              : `password authentication failed for user "${user}"`,
          code: 'FATAL',
        };
      session.user = user;
      const name = database ?? user;
      if (!(name in engine.data.databases))
        return { error: `database "${name}" does not exist`, code: 'FATAL' };
      session.database = name;
      return { affected: 0 };
    }
    const sql = message.sql ?? '';
    const role = /^create\s+(?:role|user)\s+(\S+)(?:\s+with)?(?:.*password\s+'([^']*)')?/i.exec(sql);
    if (role !== null) {
      engine.data.accounts.push({ name: role[1] ?? '', host: '%', password: role[2] ?? '', grants: ['*'] });
      engine.changed = true;
    }
    const result = role === null ? engine.run(sql, session) : { affected: 0 };
    if (engine.changed) {
      engine.changed = false;
      p.fs.write(`${data}/base.json`, JSON.stringify(engine.data));
    }
    return result;
  };
  try {
    for (let line = yield* reader.line(); line !== undefined; line = yield* reader.line()) {
      let message: Message;
      try {
        message = JSON.parse(line) as Message;
      } catch {
        yield* p.error(`${stamp(p)} [${p.pid + 40}] LOG:  invalid length of startup packet\n`);
        return;
      }
      yield* connection.file.write(utf8(`${JSON.stringify(answer(message))}\n`));
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  } finally {
    connection.file.release();
  }
}

/** psql(1): -h -p -U -d -c -t -A -l; pg_isready(1). */
export function* psql(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'h:p:U:d:c:tAlwWqf:Vx',
    long: {
      host: 'h:',
      port: 'p:',
      username: 'U:',
      dbname: 'd:',
      command: 'c:',
      'tuples-only': 't',
      'no-align': 'A',
      list: 'l',
      version: 'V',
    },
  });
  const version = p.env.get('PG_MAJOR') ?? '17';
  if (o.has('V')) {
    yield* p.print(`psql (PostgreSQL) ${version}.6 (Debian ${version}.6-1.pgdg13+1)\n`);
    return 0;
  }
  const host = o.get('h') ?? p.env.get('PGHOST');
  const port = Number(o.get('p') ?? 5432);
  const user = o.get('U') ?? p.env.get('PGUSER') ?? (p.uid === 0 ? 'root' : 'postgres');
  const database = o.get('d') ?? o.args[0] ?? p.env.get('PGDATABASE') ?? user;
  const where =
    host === undefined ? 'on socket "/var/run/postgresql/.s.PGSQL.5432"' : `at "${host}", port ${port}`;
  let session: SqlConnection;
  try {
    const opened = yield* sqlConnect(p, {
      host: host ?? '127.0.0.1',
      port,
      user,
      password: p.env.get('PGPASSWORD') ?? '',
      database,
    });
    if (p.name === 'pg_isready') {
      opened.session.close();
      yield* p.print(`${host ?? '/var/run/postgresql'}:${port} - accepting connections\n`);
      return 0;
    }
    if (opened.answer.error !== undefined) {
      opened.session.close();
      yield* p.error(`psql: error: connection to server ${where} failed: FATAL:  ${opened.answer.error}\n`);
      return 2;
    }
    session = opened.session;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (p.name === 'pg_isready') {
      yield* p.print(`${host ?? '/var/run/postgresql'}:${port} - no response\n`);
      return 2;
    }
    yield* p.error(
      error.code === 'ENOTFOUND'
        ? `psql: error: could not translate host name "${host}" to address: Name or service not known\n`
        : `psql: error: connection to server ${where} failed: ${host === undefined ? 'No such file or directory' : error.message}\n\tIs the server running ${host === undefined ? 'locally and accepting connections on that socket' : 'on that host and accepting TCP/IP connections'}?\n`,
    );
    return 2;
  }
  const plain = o.has('t');
  const show = function* (sql: string): Sys<boolean> {
    const list = sql.trim() === '\\l' || sql.trim() === '\\list';
    const tables = sql.trim() === '\\dt' || sql.trim() === '\\d';
    for (const statement of list ? ['show databases'] : tables ? ['show tables'] : statements(sql)) {
      const answer = yield* session.ask({ sql: statement });
      if (answer.error !== undefined) {
        yield* p.error(
          `ERROR:  ${answer.error.replace(/^Table '\w+\.(\w+)' doesn't exist$/, 'relation "$1" does not exist')}\n`,
        );
        return false;
      }
      yield* p.print(
        answer.columns === undefined
          ? `${tag(statement, answer.affected ?? 0)}\n`
          : aligned(answer, plain, o.has('A'), tables),
      );
    }
    return true;
  };
  try {
    if (o.has('l')) return (yield* show('\\l')) ? 0 : 1;
    const command = o.get('c');
    if (command !== undefined) return (yield* show(command)) ? 0 : 1;
    const file = o.get('f');
    if (file !== undefined || !p.isatty(0))
      return (yield* show(text(file === undefined ? yield* p.readAll(0) : p.fs.read(file, p.cwd)))) ? 0 : 3;
    yield* p.print(`psql (${version}.6 (Debian ${version}.6-1.pgdg13+1))\nType "help" for help.\n\n`);
    for (let pending = ''; ; ) {
      yield* p.print(pending === '' ? `${database}=# ` : `${database}-# `);
      const line = yield* p.readLine(0);
      if (line === undefined || /^\s*(\\q|exit|quit)\s*;?$/.test(line)) {
        if (line === undefined) yield* p.print('\\q\n');
        return 0;
      }
      pending += `${pending === '' ? '' : '\n'}${line}`;
      if (pending.trim() === '') pending = '';
      else if (pending.trimEnd().endsWith(';') || pending.startsWith('\\')) {
        yield* show(pending);
        pending = '';
      }
    }
  } finally {
    session.close();
  }
}

function tag(statement: string, affected: number): string {
  const words = statement.toUpperCase().split(/\s+/);
  if (words[0] === 'INSERT') return `INSERT 0 ${affected}`;
  if (words[0] === 'UPDATE' || words[0] === 'DELETE') return `${words[0]} ${affected}`;
  return words[0] === 'CREATE' || words[0] === 'DROP' || words[0] === 'ALTER'
    ? `${words[0]} ${words[1] === 'USER' ? 'ROLE' : (words[1] ?? '')}`
    : (words[0] ?? '');
}

function aligned(
  { columns = [], rows = [] }: SqlResult,
  plain: boolean,
  bare: boolean,
  tables: boolean,
): string {
  const shown = rows.map((row) => row.map((value) => value ?? ''));
  if (bare)
    return [
      ...(plain ? [] : [columns.join('|')]),
      ...shown.map((row) => row.join('|')),
      ...(plain ? [] : [`(${rows.length} row${rows.length === 1 ? '' : 's'})`]),
    ]
      .map((line) => `${line}\n`)
      .join('');
  const titles = tables
    ? ['Name']
    : columns.map((column) =>
        /^\w+(\(.*\))?$/.test(column)
          ? /^\d+$/.test(column)
            ? '?column?'
            : column.replace(/\(.*\)$/, '').toLowerCase()
          : '?column?',
      );
  const widths = titles.map((title, i) => Math.max(title.length, ...shown.map((row) => row[i]?.length ?? 0)));
  const head = titles
    .map(
      (title, i) =>
        ` ${title.padStart(Math.floor(((widths[i] ?? 0) + title.length) / 2)).padEnd(widths[i] ?? 0)} `,
    )
    .join('|');
  const rule = widths.map((width) => '-'.repeat(width + 2)).join('+');
  const body = shown.map((row) =>
    row
      .map((cell, i) =>
        /^-?\d+(\.\d+)?$/.test(cell)
          ? ` ${cell.padStart(widths[i] ?? 0)} `
          : ` ${i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)} `,
      )
      .join('|')
      .trimEnd(),
  );
  if (plain) return `${body.map((line) => `${line}\n`).join('')}\n`;
  return `${head}\n${rule}\n${body.map((line) => `${line}\n`).join('')}(${rows.length} row${rows.length === 1 ? '' : 's'})\n\n`;
}
