import { utf8 } from '../../kernel/bytes.ts';
import { hashHex } from '../tool/hash.ts';
import {
  type Account,
  type Column,
  fullType,
  type SqlData,
  SqlError,
  type SqlResult,
  type SqlSession,
  type SqlValue,
  type Table,
  unquote,
} from './sql/data.ts';
import { evaluate, type Scope } from './sql/evaluate.ts';
import { ExpressionReader, isTrue } from './sql/expression.ts';
import { keptAs, rowScope, select, type World } from './sql/query.ts';

export type { SqlData, SqlResult, SqlSession, SqlValue } from './sql/data.ts';

/** The statements of a text, split at semicolons outside quotes, comments dropped. */
export function statements(sql: string): string[] {
  // What stands in /*!50000 … */ is meant to run.
  const bare = sql.replace(
    /('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]*`)|--(?=\s|$)[^\n]*|#[^\n]*|\/\*(?:!\d*([\s\S]*?)|[\s\S]*?)\*\//g,
    (_w, quoted?: string, meant?: string) => quoted ?? meant ?? ' ',
  );
  return [...bare.matchAll(/(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]*`|[^;'"`])+/g)]
    .map((match) => match[0].trim())
    .filter((statement) => statement !== '');
}

/** The little SQL that tutorials use, on data in memory. */
export class SqlEngine {
  readonly data: SqlData;
  readonly #facts: { version: string; now(): string; hostname: string };
  changed = false;

  constructor(data: SqlData, facts: { version: string; now(): string; hostname: string }) {
    this.data = data;
    this.#facts = facts;
  }

  /** The account a login may use, or undefined. */
  login(user: string, password: string): Account | undefined {
    return this.data.accounts.find((account) => account.name === user && account.password === password);
  }

  run(sql: string, session: SqlSession): SqlResult {
    try {
      return this.#run(sql.trim(), session);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      return error.code.startsWith('1064')
        ? this.#syntax(error.message)
        : { error: error.message, code: error.code };
    }
  }

  #syntax(near: string): SqlResult {
    const { version } = this.#facts;
    const server = version.includes('MariaDB')
      ? 'MariaDB'
      : version.includes('PostgreSQL')
        ? 'PostgreSQL'
        : 'MySQL';
    if (server === 'PostgreSQL')
      return {
        error: `syntax error at ${near === '' ? 'end of input' : `or near "${/^\w+|^\S/.exec(near)?.[0]}"`}`,
        code: '1064 (42000)',
      };
    return {
      error: `You have an error in your SQL syntax; check the manual that corresponds to your ${server} server version for the right syntax to use near '${near.slice(0, 80)}' at line 1`,
      code: '1064 (42000)',
    };
  }

  #world(session: SqlSession): World {
    return { table: (name) => this.#table(name, session), facts: this.#scopeFacts(session) };
  }

  #scopeFacts(session: SqlSession): Scope['facts'] {
    const { version, hostname, now } = this.#facts;
    return {
      version,
      hostname,
      now,
      database: session.database,
      user: `${session.user}@${session.host ?? '%'}`,
    };
  }

  #may(session: SqlSession, database: string): void {
    const account = this.data.accounts.find((candidate) => candidate.name === session.user);
    const grants = account?.grants ?? [];
    if (grants.includes('*') || grants.includes(database) || database === 'information_schema') return;
    throw new SqlError(
      '1044 (42000)',
      `Access denied for user '${session.user}'@'%' to database '${database}'`,
    );
  }

  use(name: string, session: SqlSession): void {
    if (!(name in this.data.databases)) throw new SqlError('1049 (42000)', `Unknown database '${name}'`);
    this.#may(session, name);
    session.database = name;
  }

  #table(written: string, session: SqlSession): Table {
    const [first = '', second] = written.split('.').map(unquote);
    const database = second === undefined ? session.database : first;
    const name = second ?? first;
    if (database === undefined) throw new SqlError('1046 (3D000)', 'No database selected');
    this.#may(session, database);
    const table =
      database === 'mysql' && name.toLowerCase() === 'user'
        ? this.#accounts()
        : this.data.databases[database]?.[name];
    if (table === undefined) throw new SqlError('1146 (42S02)', `Table '${database}.${name}' doesn't exist`);
    return table;
  }

  #run(sql: string, session: SqlSession): SqlResult {
    let m: RegExpExecArray | null;
    m = /^use\s+(\S+)$/i.exec(sql);
    if (m !== null) {
      this.use(unquote(m[1] ?? ''), session);
      return { affected: 0 };
    }
    if (/^select\b/i.test(sql)) return select(sql, this.#world(session));
    m =
      /^show\s+(databases|schemas|tables|variables|status|processlist|columns)(?:\s+(?:from|in)\s+(\S+))?/i.exec(
        sql,
      );
    if (m !== null) return like(sql, this.#show((m[1] ?? '').toLowerCase(), m[2], session));
    m = /^show\s+create\s+table\s+(\S+)$/i.exec(sql);
    if (m !== null) {
      const name = unquote((m[1] ?? '').split('.').at(-1) ?? '');
      return {
        columns: ['Table', 'Create Table'],
        rows: [[name, createStatement(name, this.#table(m[1] ?? '', session))]],
      };
    }
    m = /^show\s+grants(?:\s+for\s+(\S+))?$/i.exec(sql);
    if (m !== null) return this.#grants(m[1], session);
    m = /^(?:describe|desc)\s+(\S+)$/i.exec(sql);
    if (m !== null) return this.#show('columns', m[1], session);
    m = /^insert\s+(?:ignore\s+)?into\s+(\S+?)\s*(?:\(([^)]*)\))?\s*values\s*([\s\S]+)$/i.exec(sql);
    if (m !== null) return this.#insert(m[1] ?? '', m[2], m[3] ?? '', session);
    m = /^update\s+(\S+)\s+set\s+([\s\S]+?)(?:\s+where\s+([\s\S]+))?$/i.exec(sql);
    if (m !== null) return this.#update(m[1] ?? '', m[2] ?? '', m[3], session);
    m = /^delete\s+from\s+(\S+)(?:\s+where\s+([\s\S]+))?$/i.exec(sql);
    if (m !== null) return this.#delete(m[1] ?? '', m[2], session);
    m = /^alter\s+table\s+(\S+)\s+([\s\S]+)$/i.exec(sql);
    if (m !== null) return this.#alter(m[1] ?? '', m[2] ?? '', session);
    this.changed = true;
    return this.#define(sql, session);
  }

  #define(sql: string, session: SqlSession): SqlResult {
    let m: RegExpExecArray | null;
    m = /^create\s+(?:database|schema)\s+(if\s+not\s+exists\s+)?([^\s;]+)/i.exec(sql);
    if (m !== null) {
      const name = unquote(m[2] ?? '');
      if (name in this.data.databases) {
        if (m[1] !== undefined) return { affected: 1 };
        throw new SqlError('1007 (HY000)', `Can't create database '${name}'; database exists`);
      }
      this.#may(session, name);
      this.data.databases[name] = {};
      return { affected: 1 };
    }
    m = /^drop\s+(?:database|schema)\s+(if\s+exists\s+)?(\S+)/i.exec(sql);
    if (m !== null) {
      const name = unquote(m[2] ?? '');
      if (!(name in this.data.databases)) {
        if (m[1] !== undefined) return { affected: 0 };
        throw new SqlError('1008 (HY000)', `Can't drop database '${name}'; database doesn't exist`);
      }
      this.#may(session, name);
      delete this.data.databases[name];
      if (session.database === name) session.database = undefined;
      return { affected: 0 };
    }
    m =
      /^(create|alter)\s+user\s+(if\s+not\s+exists\s+)?('[^']*'|"[^"]*"|[^\s@]+)(?:@('[^']*'|"[^"]*"|\S+))?(?:\s+identified\s+(?:with\s+\S+\s+)?by\s+('(?:[^'\\]|\\.|'')*'|"[^"]*"))?/i.exec(
        sql,
      );
    if (m !== null) {
      const name = unquote(m[3] ?? '');
      const host = unquote(m[4] ?? '%');
      const known = this.data.accounts.find((account) => account.name === name && account.host === host);
      const password = m[5] === undefined ? undefined : unquote(m[5]);
      if (/^alter/i.test(m[1] ?? '')) {
        if (known === undefined)
          throw new SqlError('1396 (HY000)', `Operation ALTER USER failed for '${name}'@'${host}'`);
        if (password !== undefined) known.password = password;
      } else if (known !== undefined) {
        if (m[2] === undefined)
          throw new SqlError('1396 (HY000)', `Operation CREATE USER failed for '${name}'@'${host}'`);
      } else this.data.accounts.push({ name, host, password: password ?? '', grants: [] });
      return { affected: 0 };
    }
    m = /^drop\s+user\s+(?:if\s+exists\s+)?('[^']*'|\S+?)(?:@(\S+))?$/i.exec(sql);
    if (m !== null) {
      const name = unquote(m[1] ?? '');
      this.data.accounts = this.data.accounts.filter((account) => account.name !== name);
      return { affected: 0 };
    }
    m = /^grant\s+[\s\S]+?\s+on\s+(\S+)\s+to\s+('[^']*'|"[^"]*"|[^\s@]+)(?:@('[^']*'|\S+))?/i.exec(sql);
    if (m !== null) {
      const name = unquote(m[2] ?? '');
      const accounts = this.data.accounts.filter((account) => account.name === name);
      if (accounts.length === 0)
        throw new SqlError('1410 (42000)', 'You are not allowed to create a user with GRANT');
      const database = unquote((m[1] ?? '').split('.')[0] ?? '*');
      for (const account of accounts) if (!account.grants.includes(database)) account.grants.push(database);
      return { affected: 0 };
    }
    if (
      /^(flush|set|start\s+transaction|begin|commit|rollback|revoke|lock|unlock|alter\s+database|create\s+(?:unique\s+)?index)\b/i.test(
        sql,
      )
    )
      return { affected: 0 };
    m = /^create\s+table\s+(if\s+not\s+exists\s+)?([^\s(]+)\s*\(([\s\S]*)\)[^)]*$/i.exec(sql);
    if (m !== null) {
      const [first = '', second] = (m[2] ?? '').split('.').map(unquote);
      const database = second === undefined ? session.database : first;
      const name = second ?? first;
      if (database === undefined) throw new SqlError('1046 (3D000)', 'No database selected');
      this.#may(session, database);
      const tables = this.data.databases[database];
      if (tables === undefined) throw new SqlError('1049 (42000)', `Unknown database '${database}'`);
      if (name in tables) {
        if (m[1] !== undefined) return { affected: 0 };
        throw new SqlError('1050 (42S01)', `Table '${name}' already exists`);
      }
      const columns = columnsOf(m[3] ?? '', this.#world(session));
      tables[name] = { columns, rows: [], next: 1 };
      return { affected: 0 };
    }
    m = /^(drop|truncate)\s+table\s+(if\s+exists\s+)?(\S+)$/i.exec(sql);
    if (m !== null) {
      const name = unquote((m[3] ?? '').split('.').at(-1) ?? '');
      const tables = this.data.databases[session.database ?? ''] ?? {};
      if (!(name in tables)) {
        if (m[2] !== undefined) return { affected: 0 };
        throw new SqlError('1051 (42S02)', `Unknown table '${session.database ?? ''}.${name}'`);
      }
      if (/^drop/i.test(m[1] ?? '')) delete tables[name];
      else tables[name]?.rows.splice(0);
      return { affected: 0 };
    }
    const near = sql.slice(0, 80);
    if (/^(create|alter|insert|update|delete|with|explain|call|load|replace)\b/i.test(sql))
      throw new SqlError('1235 (42000)', `muelle: this statement is not simulated here: ${near}`);
    throw new SqlError('1064 (42000)', near);
  }

  #show(what: string, of: string | undefined, session: SqlSession): SqlResult {
    if (what === 'databases' || what === 'schemas') {
      const grants = this.data.accounts.find((account) => account.name === session.user)?.grants ?? [];
      const names = Object.keys(this.data.databases)
        .filter((name) => grants.includes('*') || grants.includes(name) || name === 'information_schema')
        .sort();
      return { columns: ['Database'], rows: names.map((name) => [name]) };
    }
    if (what === 'tables') {
      const database = of === undefined ? session.database : unquote(of);
      if (database === undefined) throw new SqlError('1046 (3D000)', 'No database selected');
      const names = Object.keys(this.data.databases[database] ?? {}).sort();
      return { columns: [`Tables_in_${database}`], rows: names.map((name) => [name]) };
    }
    if (what === 'columns') {
      const table = this.#table(of ?? '', session);
      return {
        columns: ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'],
        rows: table.columns.map((c) => [
          c.name,
          this.#facts.version.includes('PostgreSQL') ? c.type : fullType(c.type),
          c.key || c.required === true ? 'NO' : 'YES',
          c.key ? 'PRI' : c.unique === true ? 'UNI' : '',
          c.otherwise ?? null,
          c.auto ? 'auto_increment' : '',
        ]),
      };
    }
    if (what === 'processlist')
      return {
        columns: ['Id', 'User', 'db', 'Command'],
        rows: [['3', session.user, session.database ?? null, 'Query']],
      };
    return { columns: ['Variable_name', 'Value'], rows: [['version', this.#facts.version]] };
  }

  #grants(of: string | undefined, session: SqlSession): SqlResult {
    const [name = '', host] = (of ?? session.user).split('@').map(unquote);
    const account = this.data.accounts.find(
      (one) => one.name === name && (host === undefined || one.host === host),
    );
    if (account === undefined)
      throw new SqlError(
        '1141 (42000)',
        `There is no such grant defined for user '${name}' on host '${host ?? '%'}'`,
      );
    const who = `\`${account.name}\`@\`${account.host}\``;
    const by = account.password === '' ? '' : ` IDENTIFIED BY PASSWORD '*${passwordHash(account.password)}'`;
    const everything = account.grants.includes('*');
    return {
      columns: [`Grants for ${account.name}@${account.host}`],
      rows: [
        [
          everything
            ? `GRANT ALL PRIVILEGES ON *.* TO ${who}${by} WITH GRANT OPTION`
            : `GRANT USAGE ON *.* TO ${who}${by}`,
        ],
        ...account.grants
          .filter((database) => database !== '*')
          .map((database) => [`GRANT ALL PRIVILEGES ON \`${database}\`.* TO ${who}`]),
      ],
    };
  }

  #accounts(): Table {
    const text = (name: string): Column => ({ name, type: 'char(128)', auto: false, key: false });
    return {
      columns: [text('Host'), text('User'), text('plugin')],
      rows: this.data.accounts.map(({ host, name }) => [host, name, 'mysql_native_password']),
      next: 1,
      view: true,
    };
  }

  #insert(name: string, columns: string | undefined, tuples: string, session: SqlSession): SqlResult {
    const table = this.#table(name, session);
    const names =
      columns === undefined
        ? table.columns.map((c) => c.name)
        : columns.split(',').map((c) => unquote(c.trim()));
    const unknown = names.find((n) => !table.columns.some((c) => c.name.toLowerCase() === n.toLowerCase()));
    if (unknown !== undefined)
      throw new SqlError('1054 (42S22)', `Unknown column '${unknown}' in 'INSERT INTO'`);
    const reader = new ExpressionReader(tuples);
    const scope = rowScope(name, { columns: [], rows: [], next: 1 }, undefined, this.#scopeFacts(session));
    const rows: SqlValue[][] = [];
    do {
      reader.expect('(');
      const given = reader.is(')') ? [] : reader.list();
      reader.expect(')');
      if (given.length !== names.length)
        throw new SqlError(
          '1136 (21S01)',
          `Column count doesn't match value count at row ${rows.length + 1}`,
        );
      rows.push(
        table.columns.map((column) => {
          const at = names.findIndex((n) => n.toLowerCase() === column.name.toLowerCase());
          const expression = given[at];
          const defaulted = expression?.kind === 'column' && expression.name.toLowerCase() === 'default';
          if (expression === undefined || defaulted) return this.#fallback(column, table);
          const value = keptAs(evaluate(expression, scope), column.type);
          if (value === null && column.auto) return String(table.next++);
          if (value === null && (column.required === true || column.key))
            throw new SqlError('1048 (23000)', `Column '${column.name}' cannot be null`);
          if (column.auto) table.next = Math.max(table.next, Number(value) + 1);
          return value;
        }),
      );
    } while (reader.take(','));
    const update = reader.take('on');
    if (!update && !reader.ended) throw reader.fault();
    for (const row of rows) {
      this.#checkUnique(table, row);
      table.rows.push(row);
    }
    this.changed = true;
    return { affected: rows.length };
  }

  #fallback(column: Column, table: Table): SqlValue {
    if (column.auto) return String(table.next++);
    const { otherwise } = column;
    if (otherwise !== undefined && otherwise !== null)
      return /^current_timestamp/i.test(otherwise) ? this.#facts.now() : otherwise;
    if (column.required === true || column.key)
      throw new SqlError('1364 (HY000)', `Field '${column.name}' doesn't have a default value`);
    return null;
  }

  #checkUnique(table: Table, row: readonly SqlValue[], but?: readonly SqlValue[]): void {
    const others = table.rows.filter((other) => other !== but);
    const keys = table.columns.flatMap((column, at) => (column.key ? [at] : []));
    const same = (ats: readonly number[]): boolean =>
      others.some((other) => ats.every((at) => row[at] !== null && other[at] === row[at]));
    if (keys.length > 0 && same(keys))
      throw new SqlError(
        '1062 (23000)',
        `Duplicate entry '${keys.map((at) => row[at]).join('-')}' for key 'PRIMARY'`,
      );
    for (const [at, column] of table.columns.entries())
      if (column.unique === true && same([at]))
        throw new SqlError('1062 (23000)', `Duplicate entry '${row[at]}' for key '${column.name}'`);
  }

  /** Which rows a WHERE means. */
  #rowsWhere(name: string, table: Table, where: string | undefined, session: SqlSession): SqlValue[][] {
    if (where === undefined) return [...table.rows];
    const reader = new ExpressionReader(where);
    const test = reader.expression();
    if (!reader.ended) throw reader.fault();
    const facts = this.#scopeFacts(session);
    // A wrong name is found even if there is no row.
    evaluate(test, rowScope(name, table, undefined, facts));
    return table.rows.filter((row) => isTrue(evaluate(test, rowScope(name, table, row, facts))));
  }

  #delete(name: string, where: string | undefined, session: SqlSession): SqlResult {
    const table = this.#table(name, session);
    const gone = new Set<readonly SqlValue[]>(this.#rowsWhere(name, table, where, session));
    const kept = table.rows.filter((row) => !gone.has(row));
    table.rows.splice(0, table.rows.length, ...kept);
    this.changed = true;
    return { affected: gone.size };
  }

  #update(name: string, assignments: string, where: string | undefined, session: SqlSession): SqlResult {
    const table = this.#table(name, session);
    const facts = this.#scopeFacts(session);
    const changes = splitList(assignments).map((assignment) => {
      const [, column = '', value = ''] = /^([^=]+?)\s*=\s*([\s\S]+)$/.exec(assignment) ?? [];
      const wanted = unquote(column.trim().split('.').at(-1) ?? '').toLowerCase();
      const at = table.columns.findIndex((c) => c.name.toLowerCase() === wanted);
      if (at < 0) throw new SqlError('1054 (42S22)', `Unknown column '${column.trim()}' in 'SET'`);
      const reader = new ExpressionReader(value);
      const expression = reader.expression();
      if (!reader.ended) throw reader.fault();
      return { at, expression };
    });
    let affected = 0;
    for (const row of this.#rowsWhere(name, table, where, session)) {
      const next = [...row];
      for (const { at, expression } of changes) {
        const column = table.columns[at];
        const value = keptAs(evaluate(expression, rowScope(name, table, next, facts)), column?.type ?? '');
        if (value === null && (column?.required === true || column?.key === true))
          throw new SqlError('1048 (23000)', `Column '${column.name}' cannot be null`);
        next[at] = value;
      }
      if (next.every((value, i) => value === row[i])) continue;
      this.#checkUnique(table, next, row);
      row.splice(0, row.length, ...next);
      affected++;
    }
    this.changed = true;
    return { affected };
  }

  #alter(name: string, change: string, session: SqlSession): SqlResult {
    const table = this.#table(name, session);
    this.changed = true;
    for (const part of splitList(change)) {
      const added = /^add\s+(?:column\s+)?(?!primary|unique|key|index|constraint|foreign)([\s\S]+)$/i.exec(
        part,
      );
      const dropped = /^drop\s+(?:column\s+)?(?!primary|key|index|constraint|foreign)(\S+)$/i.exec(part);
      if (added !== null) {
        for (const column of columnsOf(added[1] ?? '', this.#world(session))) {
          if (table.columns.some((old) => old.name === column.name))
            throw new SqlError('1060 (42S21)', `Duplicate column name '${column.name}'`);
          table.columns.push(column);
          for (const row of table.rows) row.push(column.otherwise ?? null);
        }
      } else if (dropped !== null) {
        const column = unquote(dropped[1] ?? '');
        const at = table.columns.findIndex((old) => old.name === column);
        if (at < 0)
          throw new SqlError('1091 (42000)', `Can't DROP COLUMN \`${column}\`; check that it exists`);
        table.columns.splice(at, 1);
        for (const row of table.rows) row.splice(at, 1);
      } else if (!/^(?:add|engine|auto_increment|default|convert|comment|disable|enable)/i.test(part))
        throw new SqlError('1235 (42000)', `muelle: this change of a table is not simulated here: ${part}`);
    }
    return { affected: 0 };
  }
}

/** A password as MySQL keeps it: SHA-1 of its SHA-1, in capitals. */
function passwordHash(password: string): string {
  const bytes = hashHex('sha1', utf8(password)).match(/../g) ?? [];
  return hashHex(
    'sha1',
    Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)),
  ).toUpperCase();
}

/** The statement that makes a table again. */
function createStatement(name: string, { columns, rows, next }: Table): string {
  const lines = columns.map((column) => {
    const needed = column.key || column.required === true;
    const value = column.otherwise;
    const otherwise =
      value === undefined || value === null
        ? needed || column.auto || /text|blob/.test(column.type)
          ? ''
          : ' DEFAULT NULL'
        : /^current_timestamp/.test(value) || /^-?[\d.]+$/.test(value)
          ? ` DEFAULT ${value}`
          : ` DEFAULT '${value}'`;
    return `  \`${column.name}\` ${fullType(column.type)}${needed ? ' NOT NULL' : ''}${otherwise}${column.auto ? ' AUTO_INCREMENT' : ''}`;
  });
  const keys = columns.filter((column) => column.key).map((column) => `\`${column.name}\``);
  if (keys.length > 0) lines.push(`  PRIMARY KEY (${keys.join(',')})`);
  for (const column of columns)
    if (column.unique === true) lines.push(`  UNIQUE KEY \`${column.name}\` (\`${column.name}\`)`);
  const counter = columns.some((column) => column.auto) && rows.length > 0 ? ` AUTO_INCREMENT=${next}` : '';
  return `CREATE TABLE \`${name}\` (\n${lines.join(',\n')}\n) ENGINE=InnoDB${counter} DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci`;
}

/** The columns of `CREATE TABLE t (…)`, with their keys and defaults. */
function columnsOf(list: string, world: World): Column[] {
  const lines = splitList(list);
  const named = (pattern: RegExp): string[] =>
    lines.flatMap((line) =>
      (pattern.exec(line)?.[1] ?? '').split(',').map((name) => unquote(name.trim().replace(/\(\d+\)$/, ''))),
    );
  const keys = named(/^(?:constraint\s+\S+\s+)?primary\s+key[^(]*\(([^)]*)\)/i);
  const unique = named(/^(?:constraint\s+\S+\s+)?unique(?:\s+(?:key|index))?[^(]*\(([^,)]*)\)/i);
  return lines
    .filter((line) => !/^(?:primary|unique|key|index|constraint|foreign|fulltext|check)\b/i.test(line))
    .map((line) => {
      const [, column = '', type = 'text', rest = ''] =
        /^(\S+)\s+([A-Za-z]+(?:\s+(?:precision|varying))?(?:\s*\([^)]*\))?(?:\s+unsigned)?)([\s\S]*)$/i.exec(
          line,
        ) ?? [];
      const name = unquote(column);
      const lower = type
        .toLowerCase()
        .replace(/\s*\(\s*/, '(')
        .replace(/,\s+/, ',');
      const [, written] = /\bdefault\s+('(?:[^'\\]|\\.|'')*'|"[^"]*"|[\w.+-]+(?:\(\))?)/i.exec(rest) ?? [];
      const key = /primary\s+key/i.test(rest) || keys.includes(name);
      const value =
        written === undefined || /^null$/i.test(written)
          ? undefined
          : /^(?:current_timestamp|now)/i.test(written)
            ? 'current_timestamp()'
            : keptAs(
                evaluate(
                  new ExpressionReader(written).expression(),
                  rowScope('', { columns: [], rows: [], next: 1 }, undefined, world.facts),
                ),
                lower,
              );
      return {
        name,
        type: lower,
        auto: /auto_increment|identity/i.test(rest) || /serial/.test(lower),
        key,
        ...(/\bunique\b/i.test(rest) || unique.includes(name) ? { unique: true } : {}),
        ...(/not\s+null/i.test(rest) ? { required: true } : {}),
        ...(value === undefined ? {} : { otherwise: value }),
      };
    });
}

/** Splits at commas outside quotes and brackets. */
function splitList(list: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let quote = '';
  let item = '';
  for (const c of list) {
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === "'" || c === '"' || c === '`') quote = c;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) {
      out.push(item.trim());
      item = '';
      continue;
    }
    item += c;
  }
  if (item.trim() !== '') out.push(item.trim());
  return out;
}

/** `show … like 'b%'`: only rows whose first value fits; the pattern joins the heading of what lists one column. */
function like(sql: string, result: SqlResult): SqlResult {
  const pattern = /\blike\s+(['"])(.*?)\1\s*$/i.exec(sql)?.[2];
  if (pattern === undefined || !('rows' in result) || result.rows === undefined) return result;
  const form = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  const fits = new RegExp(`^${form}$`, 'i');
  const [first = '', ...others] = result.columns ?? [];
  return {
    ...result,
    columns: others.length === 0 ? [`${first} (${pattern})`] : [first, ...others],
    rows: result.rows.filter(([value]) => fits.test(String(value))),
  };
}
