/** A value as it is kept and shown; everything that is not NULL is text. */
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

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly auto: boolean;
  /** Part of the primary key. */
  readonly key: boolean;
  readonly unique?: boolean;
  readonly required?: boolean;
  /** What a row gets that does not say. */
  readonly otherwise?: SqlValue;
}

export interface Table {
  columns: Column[];
  readonly rows: SqlValue[][];
  next: number;
  /** Made up when it is asked for: its columns are named as they are, not as they are asked for. */
  readonly view?: boolean;
}

export interface Account {
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
  /** Where the client is, as `user()` tells it. */
  host?: string;
  database: string | undefined;
}

/** A statement that fails, with the number and state of MySQL's error. */
export class SqlError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const unquote = (name: string): string =>
  name.replace(/^[`"'](.*)[`"']$/s, '$1').replaceAll("''", "'");

/** A column's type as the server describes it: `int` ⇒ `int(11)`. */
export function fullType(type: string): string {
  const widths: Readonly<Record<string, string>> = {
    int: 'int(11)',
    integer: 'int(11)',
    bigint: 'bigint(20)',
    smallint: 'smallint(6)',
    tinyint: 'tinyint(4)',
    boolean: 'tinyint(1)',
    bool: 'tinyint(1)',
    decimal: 'decimal(10,0)',
    numeric: 'decimal(10,0)',
    char: 'char(1)',
    serial: 'bigint(20) unsigned',
  };
  return widths[type] ?? type;
}

/** Digits behind the point of a column's numbers; `'float'`; undefined for text. */
export function scaleOf(type: string): number | 'float' | undefined {
  if (/^(?:tiny|small|medium|big)?int|^integer|^bool|^serial|^year/.test(type)) return 0;
  const decimal = /^(?:decimal|numeric)(?:\(\d+(?:,\s*(\d+))?\))?/.exec(type);
  if (decimal !== null) return Number(decimal[1] ?? 0);
  return /^(?:float|double|real)/.test(type) ? 'float' : undefined;
}
