import { Errno } from '../../../kernel/errno.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { number, PhpObject, show, type Value } from '../php-values.ts';
import { type SqlConnection, sqlConnect } from '../sql-client.ts';
import type { SqlResult } from '../sql-engine.ts';
import { NotSimulated } from './tokens.ts';

/** A PHP exception on its way. */
export class PhpThrown extends Error {
  readonly object: PhpObject;
  constructor(object: PhpObject) {
    super(show(object.fields.get('message') ?? ''));
    this.object = object;
  }
}

/** `throw new Type(message, code)`. */
export function thrown(type: string, message: string, code: number | string = 0): PhpThrown {
  return new PhpThrown(
    new PhpObject(type, [
      ['message', message],
      ['code', code],
    ]),
  );
}

/** A connection of mysqli or PDO. */
class Database extends PhpObject {
  readonly session: SqlConnection;
  constructor(type: string, session: SqlConnection) {
    super(type);
    this.session = session;
  }
}

/** A result, or a statement and its result. */
export class Rows extends PhpObject {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  at = 0;
  /** What `prepare` was given, until it is executed. */
  readonly prepared: { readonly on: Database; readonly sql: string } | undefined;
  #executed: Rows | undefined;

  constructor(type: string, result: SqlResult, prepared?: { on: Database; sql: string }) {
    super(type, [['num_rows', result.rows?.length ?? 0]]);
    this.columns = result.columns ?? [];
    this.rows = (result.rows ?? []).map((row) => row.map((value) => value as Value));
    this.prepared = prepared;
  }

  /** The rows to fetch from: of a prepared statement those of its last execution. */
  get current(): Rows {
    return this.#executed ?? this;
  }

  set executed(rows: Rows) {
    this.#executed = rows;
  }

  next(): readonly Value[] | undefined {
    return this.rows[this.at++];
  }

  named(row: readonly Value[]): Map<string, Value> {
    return new Map(this.columns.map((name, i) => [name, row[i] ?? null]));
  }
}

const MYSQLI = [
  '/usr/lib/php/20240924/mysqli.so',
  '/usr/local/lib/php/extensions/no-debug-non-zts-20240924/mysqli.so',
];
const PDO = [
  '/usr/lib/php/20240924/pdo_mysql.so',
  '/usr/local/lib/php/extensions/no-debug-non-zts-20240924/pdo_mysql.so',
];

/** Is the extension that has mysqli (or PDO's driver) installed? */
export function hasExtension(p: Process, name: 'mysqli' | 'pdo_mysql'): boolean {
  return (name === 'mysqli' ? MYSQLI : PDO).some((path) => p.fs.exists(path));
}

/** `new name(…)` for the classes there are. */
export function* construct(p: Process, name: string, args: readonly Value[]): Sys<PhpObject> {
  const lower = name.toLowerCase();
  if (lower === 'mysqli' && hasExtension(p, 'mysqli')) {
    const [host = null, user = null, password = null, database = null, port = null] = args;
    return yield* connect(p, 'mysqli', {
      host: show(host) === '' ? 'localhost' : show(host),
      port: port === null ? 3306 : number(port),
      user: show(user),
      password: show(password),
      database: show(database) === '' ? undefined : show(database),
    });
  }
  if (lower === 'pdo') {
    const dsn = show(args[0] ?? null);
    if (!dsn.startsWith('mysql:') || !hasExtension(p, 'pdo_mysql'))
      throw thrown('PDOException', 'could not find driver');
    const part = (key: string): string | undefined => new RegExp(`[:;]${key}=([^;]*)`).exec(dsn)?.[1];
    return yield* connect(p, 'PDO', {
      host: part('host') ?? 'localhost',
      port: Number(part('port') ?? 3306),
      user: show(args[1] ?? null),
      password: show(args[2] ?? null),
      database: part('dbname'),
    });
  }
  if (/^(\w*exception|error|\w+error)$/.test(lower))
    return new PhpObject(name, [
      ['message', args[0] ?? ''],
      ['code', args[1] ?? 0],
    ]);
  if (lower === 'stdclass') return new PhpObject('stdClass');
  throw thrown('Error', `Class "${name}" not found`);
}

interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string | undefined;
}

function* connect(p: Process, type: string, login: Login): Sys<Database> {
  const problem = (message: string, code: number): PhpThrown =>
    type === 'PDO'
      ? thrown('PDOException', `SQLSTATE[HY000] [${code}] ${message}`, code)
      : thrown('mysqli_sql_exception', message, code);
  try {
    // For MySQL's clients localhost means the socket, which is on the same machine.
    const host = login.host === 'localhost' ? '127.0.0.1' : login.host;
    const { session, answer } = yield* sqlConnect(p, { ...login, host });
    if (answer.error !== undefined) throw problem(answer.error, Number.parseInt(answer.code ?? '0', 10));
    const made = new Database(type, session);
    for (const name of ['connect_error', 'insert_id', 'affected_rows']) made.fields.set(name, null);
    made.fields.set('host_info', `${login.host} via TCP/IP`);
    const version = yield* session.ask({ sql: 'select version()' });
    made.fields.set('server_info', String(version.rows?.[0]?.[0] ?? ''));
    return made;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (login.host === 'localhost') throw problem('No such file or directory', 2002);
    throw error.code === 'ENOTFOUND'
      ? problem(
          `php_network_getaddresses: getaddrinfo for ${login.host} failed: Name or service not known`,
          2002,
        )
      : problem(error.message, 2002);
  }
}

function* ask(database: Database, sql: string): Sys<Rows> {
  const answer = yield* database.session.ask({ sql });
  const pdo = database.type === 'PDO';
  if (answer.error !== undefined) {
    const [number_ = '0', state = ''] = (answer.code ?? '').split(/[ ()]+/);
    throw pdo
      ? thrown('PDOException', `SQLSTATE[${state}]: ${number_} ${answer.error}`, state)
      : thrown('mysqli_sql_exception', answer.error, Number(number_));
  }
  database.fields.set('affected_rows', answer.affected ?? answer.rows?.length ?? 0);
  return new Rows(pdo ? 'PDOStatement' : 'mysqli_result', answer);
}

const quoted = (value: Value): string =>
  value === null
    ? 'NULL'
    : typeof value === 'number'
      ? String(value)
      : `'${show(value).replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

/** `object->name(…)`. */
export function* callMethod(object: PhpObject, name: string, args: readonly Value[]): Sys<Value> {
  const lower = name.toLowerCase();
  if (object instanceof Database) return yield* databaseMethod(object, lower, args);
  if (object instanceof Rows) return yield* rowsMethod(object, lower, args);
  if (lower === 'getmessage') return object.fields.get('message') ?? '';
  if (lower === 'getcode') return object.fields.get('code') ?? 0;
  throw thrown('Error', `Call to undefined method ${object.type}::${name}()`);
}

function* databaseMethod(on: Database, name: string, args: readonly Value[]): Sys<Value> {
  const sql = show(args[0] ?? null);
  switch (name) {
    case 'query': {
      const rows = yield* ask(on, sql);
      return rows.columns.length === 0 && on.type === 'mysqli' ? true : rows;
    }
    case 'exec':
      yield* ask(on, sql);
      return on.fields.get('affected_rows') ?? 0;
    case 'prepare':
      return new Rows(on.type === 'PDO' ? 'PDOStatement' : 'mysqli_stmt', {}, { on, sql });
    case 'real_escape_string':
    case 'escape_string':
      return quoted(sql).slice(1, -1);
    case 'quote':
      return quoted(sql);
    case 'set_charset':
    case 'select_db':
    case 'setattribute':
      return true;
    case 'close':
      on.session.close();
      return true;
    default:
      throw new NotSimulated(`${on.type}->${name}()`);
  }
}

function* rowsMethod(rows: Rows, name: string, args: readonly Value[]): Sys<Value> {
  const { current } = rows;
  const one = (row: readonly Value[] | undefined, how: 'both' | 'names' | 'list'): Value => {
    if (row === undefined) return rows.type === 'PDOStatement' ? false : null;
    if (how === 'names') return current.named(row);
    const list = new Map(row.map((value, i): [string, Value] => [String(i), value]));
    return how === 'list' ? list : new Map([...current.named(row), ...list]);
  };
  const wanted = (otherwise: 'both' | 'names' | 'list'): 'both' | 'names' | 'list' => {
    const mode = args[0];
    return mode === 1 || mode === 'names' ? 'names' : mode === 2 || mode === 'list' ? 'list' : otherwise;
  };
  switch (name) {
    case 'fetch_assoc':
      return one(current.next(), 'names');
    case 'fetch_row':
      return one(current.next(), 'list');
    case 'fetch_array':
    case 'fetch':
      return one(current.next(), wanted('both'));
    case 'fetchcolumn':
    case 'fetch_column':
      return current.next()?.[number(args[0] ?? 0)] ?? false;
    case 'fetchall':
    case 'fetch_all': {
      const how = wanted(name === 'fetchall' ? 'both' : 'list');
      return new Map(
        current.rows.slice(current.at).map((row, i): [string, Value] => [String(i), one(row, how)]),
      );
    }
    case 'rowcount':
      return current.rows.length;
    case 'execute':
    case 'bind_param':
    case 'get_result':
      return yield* statementMethod(rows, name, args);
    case 'free':
    case 'close':
    case 'closecursor':
      return true;
    default:
      throw new NotSimulated(`${rows.type}->${name}()`);
  }
}

function* statementMethod(rows: Rows, name: string, args: readonly Value[]): Sys<Value> {
  const { prepared } = rows;
  if (prepared === undefined) throw new NotSimulated(`${rows.type}->${name}()`);
  if (name === 'get_result') return rows.current;
  if (name === 'bind_param') {
    rows.fields.set('bound', new Map(args.slice(1).map((value, i): [string, Value] => [String(i), value])));
    return true;
  }
  const given = args[0] instanceof Map ? args[0] : rows.fields.get('bound');
  const values = given instanceof Map ? given : new Map<string, Value>();
  let place = 0;
  const sql = prepared.sql.replace(/\?|:(\w+)/g, (_whole, key: string | undefined) =>
    quoted(values.get(key ?? String(place++)) ?? values.get(`:${key}`) ?? null),
  );
  rows.executed = yield* ask(prepared.on, sql);
  return true;
}
