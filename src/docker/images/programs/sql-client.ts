import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Connection } from '../../kernel/net.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ByteReader } from '../tool/http.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { type SqlResult, statements } from './sql-engine.ts';

/** Whom to talk to. */
export interface SqlLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string | undefined;
}

/**
 * One session with a simulated server. Both ends are ours, so the protocol is a line of JSON each way after the login;
 * `ask` sends a statement.
 */
export class SqlConnection {
  readonly #connection: Connection;
  readonly #reader: ByteReader;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#reader = new ByteReader(connection.file);
  }

  *ask(message: object): Sys<SqlResult> {
    yield* this.#connection.file.write(utf8(`${JSON.stringify(message)}\n`));
    const line = yield* this.#reader.line();
    if (line === undefined) throw new Errno('ECONNRESET');
    return JSON.parse(line) as SqlResult;
  }

  close(): void {
    this.#connection.file.release();
  }
}

/** Connects and logs in; the result has an error if the server refuses. Errno if there is no server. */
export function* sqlConnect(p: Process, login: SqlLogin): Sys<{ session: SqlConnection; answer: SqlResult }> {
  const session = new SqlConnection(yield* p.net.connect(p, login.host, login.port));
  const { user, password, database } = login;
  const answer = yield* session.ask({
    login: { user, password, ...(database === undefined ? {} : { database }) },
  });
  return { session, answer };
}

/** Connects, runs one statement, closes. Errno if there is no server. */
export function* sqlQuery(p: Process, login: SqlLogin, sql: string): Sys<SqlResult> {
  const { session, answer } = yield* sqlConnect(p, login);
  try {
    return answer.error === undefined ? yield* session.ask({ sql }) : answer;
  } finally {
    session.close();
  }
}

interface Told {
  readonly login: SqlLogin;
  readonly local: boolean;
}

/** -h -P -u -p[PASSWORD] -e … of mysql, mysqladmin and mysqldump. */
function options(p: Process): { o: ReturnType<typeof parseOptions>; told: Told } {
  const o = parseOptions(p, {
    short: 'h:P:u:p::e:D:NBstvAS:EVfrqw',
    long: {
      host: 'h:',
      port: 'P:',
      user: 'u:',
      password: 'p?',
      execute: 'e:',
      database: 'D:',
      'skip-column-names': 'N',
      batch: 'B',
      silent: 's',
      table: 't',
      protocol: 'protocol:',
      socket: 'S:',
      'all-databases': 'all',
      databases: 'databases',
      'no-data': 'nodata',
      'skip-ssl': 'skipssl',
      ssl: 'ssl?',
      version: 'V',
      'default-character-set': 'charset:',
      'single-transaction': 'single',
      vertical: 'E',
      force: 'f',
      'skip-comments': 'nocomments',
      compact: 'compact',
      'no-create-info': 'nocreate',
      routines: 'routines',
      triggers: 'triggers',
      'skip-lock-tables': 'nolock',
      'lock-tables': 'lock',
      quick: 'q',
      'add-drop-table': 'adddrop',
    },
  });
  const host = o.get('h');
  return {
    o,
    told: {
      local: host === undefined || host === 'localhost',
      login: {
        host: host === undefined || host === 'localhost' ? '127.0.0.1' : host,
        port: Number(o.get('P') ?? 3306),
        user: o.get('u') ?? (p.env.get('USER') || 'root'),
        password: o.get('p') ?? p.env.get('MYSQL_PWD') ?? '',
        database: o.get('D') ?? (/dump$/.test(p.name) ? undefined : o.args[0]),
      },
    },
  };
}

function* open(p: Process, told: Told): Sys<SqlConnection | undefined> {
  // MySQL's clients warn, MariaDB's do not.
  if (p.env.has('MYSQL_VERSION') && p.argv.some((arg) => /^(-p.|--password=.)/.test(arg)))
    yield* p.error(`${p.name}: [Warning] Using a password on the command line interface can be insecure.\n`);
  try {
    const { session, answer } = yield* sqlConnect(p, told.login);
    if (answer.error === undefined) return session;
    session.close();
    const admin = /admin$/.test(p.name);
    yield* p.error(
      admin
        ? `${p.name}: connect to server at '${told.login.host}' failed\nerror: '${answer.error}'\n`
        : /dump$/.test(p.name)
          ? `${p.name}: Got error: ${answer.code?.split(' ')[0]}: "${answer.error}" when trying to connect\n`
          : `ERROR ${answer.code}: ${answer.error}\n`,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const { host } = told.login;
    const message = told.local
      ? `2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)`
      : error.code === 'ENOTFOUND'
        ? `2005 (HY000): Unknown server host '${host}' (-2)`
        : `2002 (HY000): Can't connect to server on '${host}' (${error.code === 'ECONNREFUSED' ? 115 : 110})`;
    yield* p.error(
      /admin$/.test(p.name)
        ? `\x07${p.name}: connect to server at '${told.local ? 'localhost' : host}' failed\nerror: '${message.replace(/^\d+ \(\w+\): /, '')}'\n`
        : `ERROR ${message}\n`,
    );
    return undefined;
  }
}

/** mysql(1), mariadb(1): -e, a script on standard input, or a prompt. */
export function* mysqlClient(p: Process): Sys<number> {
  const { o, told } = options(p);
  if (o.has('V')) {
    yield* p.print(
      `${p.name}  Ver 15.1 Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64) using  EditLine wrapper\n`,
    );
    return 0;
  }
  let login = told.login;
  if (o.has('p') && o.get('p') === '') {
    const tty = p.files.get(0)?.tty;
    yield* p.error('Enter password: ');
    if (tty !== undefined) tty.echo = false;
    const typed = (yield* p.readLine(0)) ?? '';
    if (tty !== undefined) {
      tty.echo = true;
      yield* p.error('\n');
    }
    login = { ...login, password: typed };
  }
  const session = yield* open(p, { ...told, login });
  if (session === undefined) return 1;
  try {
    const script = o.get('e');
    const boxed = o.has('t') || (script === undefined ? p.isatty(0) : p.isatty(1));
    if (script !== undefined || !p.isatty(0)) {
      const sql = script ?? text(yield* p.readAll(0));
      const look = o.has('E') ? 'upright' : boxed && !o.has('B', 's') ? 'boxed' : 'tabbed';
      return yield* runScript(p, session, sql, look, !o.has('N'));
    }
    return yield* prompt(p, session, login.database);
  } finally {
    session.close();
  }
}

function* runScript(
  p: Process,
  session: SqlConnection,
  sql: string,
  look: 'boxed' | 'tabbed' | 'upright',
  titled: boolean,
): Sys<number> {
  for (const statement of statements(sql)) {
    const answer = yield* session.ask({ sql: statement });
    if (answer.error !== undefined) {
      // MariaDB's client shows the statement that failed when it is not talked to.
      const shown = p.env.has('MYSQL_VERSION') ? '' : `--------------\n${statement}\n--------------\n\n`;
      yield* p.error(`${shown}ERROR ${answer.code} at line 1: ${answer.error}\n`);
      return 1;
    }
    if (answer.columns !== undefined && (answer.rows?.length ?? 0) > 0)
      yield* p.print(
        look === 'boxed'
          ? box(answer, titled)
          : look === 'upright'
            ? upright(answer)
            : tabbed(answer, titled),
      );
  }
  return 0;
}

function* prompt(p: Process, session: SqlConnection, database: string | undefined): Sys<number> {
  let current = database ?? '(none)';
  yield* p.print(
    `Welcome to the MariaDB monitor.  Commands end with ; or \\g.\nYour MariaDB connection id is 3\nServer version: 10.11.14-MariaDB-0+deb12u2 Debian 12\n\nCopyright (c) 2000, 2018, Oracle, MariaDB Corporation Ab and others.\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`,
  );
  let pending = '';
  for (;;) {
    yield* p.print(pending === '' ? `MariaDB [${current}]> ` : '    -> ');
    const line = yield* p.readLine(0);
    if (line === undefined || /^\s*(exit|quit|\\q)\s*;?\s*$/i.test(line)) {
      yield* p.print('Bye\n');
      return 0;
    }
    pending += `${pending === '' ? '' : '\n'}${line}`;
    const use = /^\s*use\s+(\S+?)\s*;?\s*$/i.exec(pending);
    if (!pending.trimEnd().endsWith(';') && !pending.trimEnd().endsWith('\\g') && use === null) {
      if (pending.trim() === '') pending = '';
      continue;
    }
    const started = p.kernel.clock.now;
    for (const statement of statements(pending.replace(/\\g\s*$/, ';'))) {
      const answer = yield* session.ask({ sql: statement });
      const seconds = ((p.kernel.clock.now - started) / 1000).toFixed(3);
      if (answer.error !== undefined) yield* p.print(`ERROR ${answer.code}: ${answer.error}\n`);
      else if (use !== null) {
        current = (use[1] ?? '').replaceAll('`', '');
        yield* p.print('Database changed\n');
      } else if (answer.columns === undefined)
        yield* p.print(
          `Query OK, ${answer.affected ?? 0} row${answer.affected === 1 ? '' : 's'} affected (${seconds} sec)\n\n`,
        );
      else if ((answer.rows?.length ?? 0) === 0) yield* p.print(`Empty set (${seconds} sec)\n\n`);
      else
        yield* p.print(
          `${box(answer, true)}${answer.rows?.length} row${answer.rows?.length === 1 ? '' : 's'} in set (${seconds} sec)\n\n`,
        );
    }
    pending = '';
  }
}

function tabbed({ columns = [], rows = [] }: SqlResult, titled: boolean): string {
  const lines = rows.map((row) => row.map((value) => value ?? 'NULL').join('\t'));
  return [...(titled ? [columns.join('\t')] : []), ...lines].map((line) => `${line}\n`).join('');
}

/** `\G` and -E: a line for each column. */
function upright({ columns = [], rows = [] }: SqlResult): string {
  const width = Math.max(...columns.map((column) => column.length));
  return rows
    .map((row, i) => {
      const lines = columns.map((column, at) => `${column.padStart(width)}: ${row[at] ?? 'NULL'}\n`);
      return `*************************** ${i + 1}. row ***************************\n${lines.join('')}`;
    })
    .join('');
}

function box({ columns = [], rows = [] }: SqlResult, titled: boolean): string {
  const shown = rows.map((row) => row.map((value) => value ?? 'NULL'));
  const widths = columns.map((column, i) =>
    Math.max(titled ? column.length : 0, ...shown.map((row) => row[i]?.length ?? 0)),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const line = (cells: readonly string[], right: boolean): string =>
    `|${cells.map((cell, i) => ` ${right && /^-?\d+(\.\d+)?$/.test(cell) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)} `).join('|')}|\n`;
  return `${rule}${titled ? line(columns, false) + rule : ''}${shown.map((row) => line(row, true)).join('')}${rule}`;
}

/** mysqladmin(1): ping, status, version, shutdown. */
export function* mysqlAdmin(p: Process): Sys<number> {
  const { o, told } = options(p);
  const [command] = o.args;
  const login = { ...told.login, database: undefined };
  if (command === 'ping') {
    try {
      const { session, answer } = yield* sqlConnect(p, login);
      session.close();
      if (answer.error !== undefined)
        yield* p.error(
          `\x07${p.name}: connect to server at '${told.local ? 'localhost' : login.host}' failed\nerror: '${answer.error}'\n`,
        );
      // Alive even if it refuses the login.
      else yield* p.print('mysqld is alive\n');
      return 0;
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }
  const session = yield* open(p, { ...told, login });
  if (session === undefined) return 1;
  try {
    if (command === 'shutdown') yield* session.ask({ shutdown: true });
    else
      yield* p.print(
        'Uptime: 1  Threads: 1  Questions: 1  Slow queries: 0  Opens: 17  Open tables: 10  Queries per second avg: 1.000\n',
      );
    return 0;
  } finally {
    session.close();
  }
}

/** Settings a dump is read with, kept and given back. */
const SETTINGS: readonly (readonly [version: string, name: string, value: string])[] = [
  ['40101', 'CHARACTER_SET_CLIENT', ''],
  ['40101', 'CHARACTER_SET_RESULTS', ''],
  ['40101', 'COLLATION_CONNECTION', ''],
];
const keep = ([version, name, value]: (typeof SETTINGS)[number]): string =>
  `/*!${version} SET @OLD_${name}=@@${name}${value === '' ? '' : `, ${name}=${value}`} */;`;
const BEFORE: readonly string[] = [
  ...SETTINGS.map(keep),
  '/*!40101 SET NAMES utf8mb4 */;',
  '/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;',
  "/*!40103 SET TIME_ZONE='+00:00' */;",
  keep(['40014', 'UNIQUE_CHECKS', '0']),
  keep(['40014', 'FOREIGN_KEY_CHECKS', '0']),
  keep(['40101', 'SQL_MODE', "'NO_AUTO_VALUE_ON_ZERO'"]),
  keep(['40111', 'SQL_NOTES', '0']),
];
const back = (version: string, name: string): string => `/*!${version} SET ${name}=@OLD_${name} */;`;
const AFTER: readonly string[] = [
  '/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;',
  '',
  back('40101', 'SQL_MODE'),
  back('40014', 'FOREIGN_KEY_CHECKS'),
  back('40014', 'UNIQUE_CHECKS'),
  ...SETTINGS.map(([version, name]) => back(version, name)),
  back('40111', 'SQL_NOTES'),
];

/** mysqldump(1): the databases as statements that make them again. */
export function* mysqlDump(p: Process): Sys<number> {
  const { o, told } = options(p);
  const session = yield* open(p, told);
  if (session === undefined) return 2;
  try {
    const mysql = p.env.get('MYSQL_VERSION')?.replace(/-.*$/, '');
    const banner =
      mysql === undefined
        ? [
            'MariaDB dump 10.19  Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64)',
            '10.11.14-MariaDB-0+deb12u2',
          ]
        : [`MySQL dump 10.13  Distrib ${mysql}, for Linux (x86_64)`, mysql];
    const everything = o.has('all');
    let names = o.args.slice(0, o.has('databases') ? undefined : 1);
    const only = o.has('databases') || everything ? [] : o.args.slice(1);
    if (everything) {
      const list = yield* session.ask({ sql: 'show databases' });
      names = (list.rows ?? [])
        .map(([name]) => name ?? '')
        .filter((name) => !/^(information_schema|performance_schema|sys)$/.test(name));
    }
    const [shownName = ''] = names;
    const remarks = !o.has('nocomments', 'compact');
    const remark = (line: string): string => (remarks ? `--\n-- ${line}\n--\n\n` : '');
    const around = !o.has('compact');
    yield* p.print(mysql === undefined ? '/*M!999999\\- enable the sandbox mode */ \n' : '');
    if (remarks)
      yield* p.print(
        `-- ${banner[0]}\n--\n-- Host: ${told.local ? 'localhost' : told.login.host}    Database: ${everything ? '' : shownName}\n-- ------------------------------------------------------\n-- Server version\t${banner[1]}\n\n`,
      );
    if (around) yield* p.print(`${BEFORE.join('\n')}\n\n`);
    for (const name of names) {
      if (everything || o.has('databases'))
        yield* p.print(
          `${remark(`Current Database: \`${name}\``)}CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`${name}\` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;\n\nUSE \`${name}\`;\n\n`,
        );
      const used = yield* session.ask({ sql: `use ${name}` });
      if (used.error !== undefined) {
        yield* p.error(
          `${p.name}: Got error: ${used.code?.split(' ')[0]}: "${used.error}" when selecting the database\n`,
        );
        return 2;
      }
      const tables = yield* session.ask({ sql: 'show tables' });
      const missing = only.find((table) => !(tables.rows ?? []).some(([one]) => one === table));
      if (missing !== undefined) {
        yield* p.error(`${p.name}: Couldn't find table: "${missing}"\n`);
        return 6;
      }
      for (const [table] of tables.rows ?? []) {
        if (table === null || table === undefined || (only.length > 0 && !only.includes(table))) continue;
        const made = yield* session.ask({ sql: `show create table ${table}` });
        if (!o.has('nocreate'))
          yield* p.print(
            `${remark(`Table structure for table \`${table}\``)}${around ? `DROP TABLE IF EXISTS \`${table}\`;\n` : ''}/*!40101 SET @saved_cs_client     = @@character_set_client */;\n/*!40101 SET character_set_client = utf8mb4 */;\n${made.rows?.[0]?.[1] ?? ''};\n/*!40101 SET character_set_client = @saved_cs_client */;\n${around ? '\n' : ''}`,
          );
        if (o.has('nodata')) continue;
        const all = yield* session.ask({ sql: `select * from ${table}` });
        const rows = (all.rows ?? []).map(
          (row) =>
            `(${row.map((value) => (value === null ? 'NULL' : /^-?\d+(\.\d+)?$/.test(value) ? value : `'${value.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`)).join(',')})`,
        );
        const inserted = rows.length > 0 ? `INSERT INTO \`${table}\` VALUES\n${rows.join(',\n')};\n` : '';
        yield* p.print(
          around
            ? `${remark(`Dumping data for table \`${table}\``)}LOCK TABLES \`${table}\` WRITE;\n/*!40000 ALTER TABLE \`${table}\` DISABLE KEYS */;\n${inserted}/*!40000 ALTER TABLE \`${table}\` ENABLE KEYS */;\nUNLOCK TABLES;\n\n`
            : inserted,
        );
      }
    }
    if (around) yield* p.print(`${AFTER.join('\n')}\n\n`);
    if (remarks) yield* p.print(`-- Dump completed on ${formatTime(p.kernel.clock.now, '%F %k:%M:%S')}\n`);
    return 0;
  } finally {
    session.close();
  }
}
