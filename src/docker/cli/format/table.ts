import { compile, execute, TemplateError } from '../template/execute.ts';
import { HEADER_FUNCTIONS } from '../template/functions.ts';
import { TemplateSyntaxError } from '../template/parse.ts';
import { GoMap, GoStruct, type Method, toJson, type Value } from '../template/values.ts';
import { FormatError } from './error.ts';
import { align, TABLE } from './tabwriter.ts';

/**
 * A kind of row, as docker's formatter has them: what `{{.X}}` gives for a row, what the heading of X is, and the
 * templates that `table` and `-q` stand for.
 */
export interface RowKind<Row> {
  /** Go's type, for messages: `*formatter.ContainerContext`. */
  readonly goType: string;
  readonly columns: Readonly<Record<string, (row: Row) => Value>>;
  /** Columns that take arguments; not part of the JSON. */
  readonly methods?: Readonly<Record<string, (row: Row) => Method>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Compose words the failures of its `ps` as all other tables do. */
  readonly plainErrors?: true;
  /** Columns that JSON leaves out. */
  readonly notInJson?: readonly string[];
}

/** `table` with its standard columns, `json`, or what the user wrote. */
export interface Format {
  readonly table: boolean;
  readonly template: string;
}

/** Resolves `--format`: '' or `table` ⇒ the standard table, `table …` ⇒ a table of that, `json` ⇒ JSON per row. */
export function readFormat(written: string, standardTable: string, raw?: string): Format {
  if (written === '' || written === 'table') return { table: true, template: standardTable };
  if (written.startsWith('table')) return { table: true, template: written.slice(5).trim() };
  if (written === 'json') return { table: false, template: '{{json .}}' };
  if (written === 'raw' && raw !== undefined) return { table: false, template: raw };
  return { table: false, template: written };
}

/** The rows as text. `docker ps` looks into its template beforehand and words failures of its own. */
export function formatRows<Row>(kind: RowKind<Row>, format: Format, rows: readonly Row[]): string {
  const ps = kind.goType === '*formatter.ContainerContext' && kind.plainErrors !== true;
  const template = compileFormat(format.template.replaceAll('\\t', '\t').replaceAll('\\n', '\n'), ps);
  const run = (value: GoStruct, failure = PARSING): string => {
    try {
      return `${execute(template, value)}\n`;
    } catch (error) {
      if (error instanceof TemplateError) throw new FormatError(`${failure}: ${error.message}`);
      throw error;
    }
  };
  if (ps) run(blankRow(kind), 'failed to execute template');
  const out = rows.map((row) => run(rowValue(kind, row))).join('');
  if (!format.table) return out;
  return align(`${heading(kind, template)}\n${out}`, TABLE);
}

/** What `docker ps` tries its template on first: a container of which nothing is known. */
function blankRow<Row>({ goType, columns }: RowKind<Row>): GoStruct {
  const blank = (): string => '';
  const names = Object.keys(columns).map((name) => [name, blank] as const);
  const methods = { Label: () => (_name: Value) => '' };
  return rowValue({ goType, headers: {}, columns: Object.fromEntries(names), methods }, undefined);
}

/** The heading line of a table. */
function heading<Row>(kind: RowKind<Row>, template: ReturnType<typeof compile>): string {
  const entries = new Map<string, Value>(Object.entries(kind.headers));
  const header = new GoStruct(
    'formatter.SubHeaderContext',
    new Map<string, Value | Method>([...entries, ['Label', (name) => labelHeading(String(name))]]),
    {},
  );
  const data = new GoMap(entries);
  try {
    return execute(template, kind.methods === undefined ? data : header, { functions: HEADER_FUNCTIONS });
  } catch (error) {
    if (error instanceof TemplateError) {
      // A wrong column is reported by the first row; the heading shows what it can.
      return execute(template, data, { functions: HEADER_FUNCTIONS });
    }
    throw error;
  }
}

/** `{{.Label "com.example.tier"}}` ⇒ `tier`, as the formatter heads label columns. */
function labelHeading(name: string): string {
  return name.split('.').at(-1)?.replaceAll('-', ' ').replaceAll('_', ' ') ?? name;
}

const PARSING = 'template parsing error';

/** Parses a `--format`; FormatError with docker's words. */
export function compileFormat(text: string, ps = false): ReturnType<typeof compile> {
  try {
    return compile(text);
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new FormatError(`${ps ? 'failed to parse template' : PARSING}: ${error.message}`);
    throw error;
  }
}

/** One row as a template sees it: `{{.Names}}` calls the column, `{{json .}}` shows all, sorted by name. */
export function rowValue<Row>(kind: RowKind<Row>, row: Row): GoStruct {
  const json = (): string => {
    const shown = Object.entries(kind.columns).filter(([name]) => kind.notInJson?.includes(name) !== true);
    // Go's MarshalJSON escapes HTML, whatever the encoder around it does.
    return toJson(new GoMap(new Map(shown.map(([name, column]) => [name, column(row)]))), true);
  };
  return new GoStruct(kind.goType, new LazyFields(kind, row), { json });
}

class LazyFields<Row> extends Map<string, Value | Method> {
  readonly #kind: RowKind<Row>;
  readonly #row: Row;
  constructor(kind: RowKind<Row>, row: Row) {
    super();
    this.#kind = kind;
    this.#row = row;
  }
  override has(name: string): boolean {
    return Object.hasOwn(this.#kind.columns, name) || Object.hasOwn(this.#kind.methods ?? {}, name);
  }
  override get(name: string): Value | Method {
    if (Object.hasOwn(this.#kind.columns, name)) return this.#kind.columns[name]?.(this.#row);
    return Object.hasOwn(this.#kind.methods ?? {}, name)
      ? this.#kind.methods?.[name]?.(this.#row)
      : undefined;
  }
}
