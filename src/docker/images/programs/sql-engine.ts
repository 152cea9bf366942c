/** A value of a row; everything that is not NULL is kept as text, as the clients show it. */
export type SqlValue = string | null;

/** What a statement gives back: rows, or how many were changed, or an error with its number and state. */
export interface SqlResult {
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly SqlValue[])[];
  readonly affected?: number;
  readonly error?: string;
  /** The number and state of the error, as MySQL's client prints them: `1045 (28000)`. */
  readonly code?: string;
}

interface Table {
  readonly columns: { name: string; type: string; auto: boolean; key: boolean }[];
  readonly rows: SqlValue[][];
  next: number;
}

interface Account {
  readonly name: string;
  readonly host: string;
  password: string;
  /** Databases it may use; `*` is all. */
  readonly grants: string[];
}

/** Everything a server keeps; JSON in its data directory. */
export interface SqlData {
  databases: Record<string, Record<string, Table>>;
  accounts: Account[];
}

export interface SqlSession {
  user: string;
  database: string | undefined;
}

class SqlError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const unquote = (name: string): string => name.replace(/^[`"'](.*)[`"']$/s, '$1').replaceAll("''", "'");

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
      return { error: error.message, code: error.code };
    }
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
    const table = this.data.databases[database]?.[name];
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
    if (/^select\b/i.test(sql)) return this.#select(sql, session);
    m =
      /^show\s+(databases|schemas|tables|grants|variables|status|processlist|columns)(?:\s+(?:from|in)\s+(\S+))?/i.exec(
        sql,
      );
    if (m !== null) return this.#show((m[1] ?? '').toLowerCase(), m[2], session);
    m = /^(?:describe|desc)\s+(\S+)$/i.exec(sql);
    if (m !== null) return this.#show('columns', m[1], session);
    m = /^insert\s+(?:ignore\s+)?into\s+(\S+?)\s*(?:\(([^)]*)\))?\s*values\s*([\s\S]+)$/i.exec(sql);
    if (m !== null) return this.#insert(m[1] ?? '', m[2], m[3] ?? '', session);
    m = /^update\s+(\S+)\s+set\s+([\s\S]+?)(?:\s+where\s+([\s\S]+))?$/i.exec(sql);
    if (m !== null) return this.#update(m[1] ?? '', m[2] ?? '', m[3], session);
    m = /^delete\s+from\s+(\S+)(?:\s+where\s+([\s\S]+))?$/i.exec(sql);
    if (m !== null) {
      const table = this.#table(m[1] ?? '', session);
      const test = condition(m[2], table);
      const kept = table.rows.filter((row) => !test(row));
      const affected = table.rows.length - kept.length;
      table.rows.splice(0, table.rows.length, ...kept);
      this.changed = true;
      return { affected };
    }
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
      const columns = splitList(m[3] ?? '')
        .filter((line) => !/^(primary|unique|key|index|constraint|foreign)\b/i.test(line))
        .map((line) => {
          const [, column = '', type = 'text'] = /^(\S+)\s+(\S+(?:\([^)]*\))?)/.exec(line) ?? [];
          return {
            name: unquote(column),
            type: type.toLowerCase(),
            auto: /auto_increment|serial/i.test(line),
            key: /primary\s+key/i.test(line),
          };
        });
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
    throw new SqlError(
      '1064 (42000)',
      `You have an error in your SQL syntax; check the manual that corresponds to your ${this.#facts.version.includes('MariaDB') ? 'MariaDB' : 'MySQL'} server version for the right syntax to use near '${near}' at line 1`,
    );
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
          c.type,
          c.key ? 'NO' : 'YES',
          c.key ? 'PRI' : '',
          null,
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

  #insert(name: string, columns: string | undefined, tuples: string, session: SqlSession): SqlResult {
    const table = this.#table(name, session);
    const names =
      columns === undefined
        ? table.columns.map((c) => c.name)
        : columns.split(',').map((c) => unquote(c.trim()));
    const unknown = names.find((n) => !table.columns.some((c) => c.name === n));
    if (unknown !== undefined)
      throw new SqlError('1054 (42S22)', `Unknown column '${unknown}' in 'field list'`);
    let affected = 0;
    for (const [, inside = ''] of tuples.matchAll(
      /\(((?:'(?:[^'\\]|\\.|'')*'|"[^"]*"|\([^)]*\)|[^()'"])*)\)/g,
    )) {
      const values = splitList(inside).map((value) => this.#scalar(value, session));
      if (values.length !== names.length)
        throw new SqlError('1136 (21S01)', `Column count doesn't match value count at row ${affected + 1}`);
      table.rows.push(
        table.columns.map((column) => {
          const at = names.indexOf(column.name);
          const value = at < 0 ? null : (values[at] ?? null);
          return value === null && column.auto ? String(table.next++) : value;
        }),
      );
      affected++;
    }
    this.changed = true;
    return { affected };
  }

  #update(name: string, assignments: string, where: string | undefined, session: SqlSession): SqlResult {
    const table = this.#table(name, session);
    const test = condition(where, table);
    let affected = 0;
    for (const row of table.rows) {
      if (!test(row)) continue;
      affected++;
      for (const assignment of splitList(assignments)) {
        const [column = '', value = ''] = assignment.split(/\s*=\s*/);
        const at = table.columns.findIndex((c) => c.name === unquote(column.trim()));
        if (at < 0) throw new SqlError('1054 (42S22)', `Unknown column '${column}' in 'field list'`);
        row[at] = this.#scalar(value, session);
      }
    }
    this.changed = true;
    return { affected };
  }

  /** A value without columns: `1+1`, `'x'`, `now()`, `database()`. */
  #scalar(written: string, session: SqlSession): SqlValue {
    const value = written.trim();
    const lower = value.toLowerCase();
    if (lower === 'null') return null;
    if (/^'.*'$/s.test(value) || /^".*"$/s.test(value)) return unquote(value).replace(/\\(.)/g, '$1');
    if (/^-?\d+(\.\d+)?$/.test(value)) return value;
    if (/^(database|schema|current_database)\(\)$/.test(lower)) return session.database ?? null;
    if (/^(user|current_user|session_user)(\(\))?$/.test(lower)) return `${session.user}@%`;
    if (/^(version\(\)|@@version)$/.test(lower)) return this.#facts.version;
    if (/^(now\(\)|current_timestamp(\(\))?|sysdate\(\))$/.test(lower)) return this.#facts.now();
    if (lower === '@@hostname') return this.#facts.hostname;
    if (/^[-+*/().\d\s]+$/.test(value)) {
      const result = arithmetic(value);
      if (result !== undefined) return String(result);
    }
    throw new SqlError('1054 (42S22)', `Unknown column '${unquote(value)}' in 'field list'`);
  }

  #select(sql: string, session: SqlSession): SqlResult {
    const m =
      /^select\s+([\s\S]+?)(?:\s+from\s+([\w.`"]+))?(?:\s+where\s+([\s\S]+?))?(?:\s+order\s+by\s+(\S+)(?:\s+(asc|desc))?)?(?:\s+limit\s+(\d+))?$/i.exec(
        sql,
      );
    if (m === null)
      throw new SqlError('1235 (42000)', `muelle: this statement is not simulated here: ${sql.slice(0, 80)}`);
    const fields = splitList(m[1] ?? '').map((field) => {
      const alias = /^([\s\S]+?)\s+as\s+(\S+)$/i.exec(field);
      return { expression: alias?.[1] ?? field, title: unquote(alias?.[2] ?? field) };
    });
    if (m[2] === undefined)
      return {
        columns: fields.map((f) => f.title),
        rows: [fields.map((f) => this.#scalar(f.expression, session))],
      };
    if (/^(mysql\.)?user$/i.test(m[2]) && (session.database === 'mysql' || m[2].includes('.'))) {
      this.#may(session, 'mysql');
      const rows = this.data.accounts.map((a): Record<string, string> => ({ user: a.name, host: a.host }));
      return {
        columns: fields.map((f) => f.title),
        rows: rows.map((row) => fields.map((f) => row[f.expression.toLowerCase()] ?? null)),
      };
    }
    const table = this.#table(m[2], session);
    const test = condition(m[3], table);
    let rows = table.rows.filter(test);
    if (m[4] !== undefined) {
      const at = columnOf(table, m[4]);
      const sign = m[5]?.toLowerCase() === 'desc' ? -1 : 1;
      rows = [...rows].sort((a, b) => sign * compareValues(a[at] ?? null, b[at] ?? null));
    }
    if (m[6] !== undefined) rows = rows.slice(0, Number(m[6]));
    if (fields.length === 1 && /^count\(.*\)$/i.test(fields[0]?.expression ?? ''))
      return { columns: [fields[0]?.title ?? ''], rows: [[String(rows.length)]] };
    if (fields.length === 1 && fields[0]?.expression === '*')
      return { columns: table.columns.map((c) => c.name), rows };
    const pick = fields.map((f) => columnOf(table, f.expression));
    return {
      columns: fields.map((f) => f.title),
      rows: rows.map((row) => pick.map((at) => row[at] ?? null)),
    };
  }
}

function columnOf(table: Table, written: string): number {
  const name = unquote(written.trim().split('.').at(-1) ?? '');
  const at = table.columns.findIndex((c) => c.name.toLowerCase() === name.toLowerCase());
  if (at < 0) throw new SqlError('1054 (42S22)', `Unknown column '${name}' in 'field list'`);
  return at;
}

function compareValues(a: SqlValue, b: SqlValue): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  const numbers = !Number.isNaN(Number(a)) && !Number.isNaN(Number(b));
  return numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
}

function condition(where: string | undefined, table: Table): (row: readonly SqlValue[]) => boolean {
  if (where === undefined) return () => true;
  const tests = where.split(/\s+and\s+/i).map((part) => {
    const m = /^(\S+?)\s*(=|!=|<>|<=|>=|<|>|\blike\b|\bis\s+not\b|\bis\b)\s*([\s\S]+)$/i.exec(part.trim());
    if (m === null)
      throw new SqlError('1235 (42000)', `muelle: this condition is not simulated here: ${part}`);
    const at = columnOf(table, m[1] ?? '');
    const operator = (m[2] ?? '').toLowerCase();
    const wanted = /^null$/i.test(m[3] ?? '') ? null : unquote((m[3] ?? '').trim());
    const like =
      operator === 'like'
        ? new RegExp(
            `^${(wanted ?? '')
              .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
              .replaceAll('%', '.*')
              .replaceAll('_', '.')}$`,
            'i',
          )
        : undefined;
    return (row: readonly SqlValue[]): boolean => {
      const value = row[at] ?? null;
      if (operator === 'is') return value === wanted;
      if (operator.startsWith('is')) return value !== wanted;
      if (value === null) return false;
      if (like !== undefined) return like.test(value);
      const order = compareValues(value, wanted);
      return (
        {
          '=': order === 0,
          '!=': order !== 0,
          '<>': order !== 0,
          '<': order < 0,
          '>': order > 0,
          '<=': order <= 0,
          '>=': order >= 0,
        }[operator] ?? false
      );
    };
  });
  return (row) => tests.every((test) => test(row));
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

/** `2*(3+4)` ⇒ 14; undefined for what is no sum. */
function arithmetic(written: string): number | undefined {
  const tokens = written.match(/\d+(?:\.\d+)?|[-+*/()]/g) ?? [];
  let at = 0;
  const sum = (): number => {
    let left = product();
    while (tokens[at] === '+' || tokens[at] === '-')
      left = tokens[at++] === '+' ? left + product() : left - product();
    return left;
  };
  const product = (): number => {
    let left = unit();
    while (tokens[at] === '*' || tokens[at] === '/')
      left = tokens[at++] === '*' ? left * unit() : left / unit();
    return left;
  };
  const unit = (): number => {
    const token = tokens[at++];
    if (token === '-') return -unit();
    if (token !== '(') return Number(token);
    const inside = sum();
    at++;
    return inside;
  };
  const result = sum();
  return at === tokens.length && Number.isFinite(result) ? result : undefined;
}
