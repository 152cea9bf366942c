import { SqlError, type SqlResult, type SqlValue, scaleOf, type Table } from './data.ts';
import { evaluate, isAggregate, type Scope } from './evaluate.ts';
import {
  compare,
  type Expression,
  ExpressionReader,
  isTrue,
  number,
  type Val,
  written,
} from './expression.ts';

/** A table as a statement names it. */
interface Source {
  readonly name: string;
  readonly table: Table;
  readonly join: 'inner' | 'left' | 'right';
  readonly on: Expression | undefined;
  readonly using: readonly string[];
}

/** A row of every table that was joined; undefined where an outer join found none. */
type Joined = readonly (readonly SqlValue[] | undefined)[];

interface Field {
  readonly expression: Expression;
  readonly title: string;
  readonly alias: string | undefined;
}

/** What a query needs of its server. */
export interface World {
  /** Throws SqlError for a table that is not there. */
  table(name: string): Table;
  readonly facts: Scope['facts'];
}

/** A kept text as the value of its column. */
export function columnValue(kept: SqlValue, type: string): Val {
  if (kept === null) return null;
  const scale = scaleOf(type);
  if (scale === undefined) return kept;
  return number(Number(kept), scale === 'float' ? undefined : scale);
}

/** A value as a column keeps it: `1.5` in `decimal(8,2)` ⇒ `1.50`. */
export function keptAs(value: Val, type: string): SqlValue {
  const shown = written(value);
  const scale = scaleOf(type);
  if (shown === null || scale === undefined || shown === '' || Number.isNaN(Number(shown))) return shown;
  return scale === 'float' ? shown : (Math.sign(Number(shown)) * Math.abs(Number(shown))).toFixed(scale);
}

/** A scope of one table's row, for INSERT, UPDATE and DELETE. */
export function rowScope(
  name: string,
  table: Table,
  row: readonly SqlValue[] | undefined,
  facts: Scope['facts'],
): Scope {
  return scopeOf([{ name, table, join: 'inner', on: undefined, using: [] }], [row], facts);
}

function scopeOf(
  sources: readonly Source[],
  row: Joined,
  facts: Scope['facts'],
  more: Partial<Pick<Scope, 'group'>> & { aliases?: ReadonlyMap<string, () => Val>; place?: string } = {},
): Scope {
  return {
    facts,
    group: more.group,
    column(table, name) {
      const wanted = name.toLowerCase();
      if (table === undefined) {
        const alias = more.aliases?.get(wanted);
        if (alias !== undefined) return alias();
      }
      const found: Val[] = [];
      for (const [i, source] of sources.entries()) {
        if (table !== undefined && source.name.toLowerCase() !== table.toLowerCase()) continue;
        const at = source.table.columns.findIndex((column) => column.name.toLowerCase() === wanted);
        if (at >= 0) found.push(columnValue(row[i]?.[at] ?? null, source.table.columns[at]?.type ?? ''));
      }
      const [value] = found;
      const shown = table === undefined ? name : `${table}.${name}`;
      if (value === undefined)
        throw new SqlError('1054 (42S22)', `Unknown column '${shown}' in '${more.place ?? 'SELECT'}'`);
      if (found.length > 1 && !sources.some((source) => source.using.includes(wanted)))
        throw new SqlError('1052 (23000)', `Column '${name}' in ${more.place ?? 'SELECT'} is ambiguous`);
      return value;
    },
  };
}

/** A column of a view is shown by the name it has there. */
function viewTitled(field: Field, sources: readonly Source[]): Field {
  const { expression, alias } = field;
  if (alias !== undefined || expression.kind !== 'column') return field;
  const column = sources
    .filter((source) => source.table.view === true)
    .flatMap((source) => source.table.columns)
    .find((one) => one.name.toLowerCase() === expression.name.toLowerCase());
  return column === undefined ? field : { ...field, title: column.name };
}

/** Runs a SELECT. Throws SqlError; one of code 1064 holds the text it stumbles at. */
export function select(sql: string, world: World): SqlResult {
  const reader = new ExpressionReader(sql);
  const result = new Query(reader, world).run();
  if (!reader.ended) throw reader.fault();
  return result;
}

class Query {
  readonly #reader: ExpressionReader;
  readonly #world: World;

  constructor(reader: ExpressionReader, world: World) {
    this.#reader = reader;
    this.#world = world;
  }

  run(): SqlResult {
    const reader = this.#reader;
    reader.expect('select');
    const distinct = reader.take('distinct');
    reader.take('all');
    const fields = this.#fields();
    const sources = reader.take('from') ? this.#sources() : [];
    const where = reader.take('where') ? reader.expression() : undefined;
    const groups = reader.take('group', 'by') ? reader.list() : undefined;
    const having = reader.take('having') ? reader.expression() : undefined;
    const order = this.#order();
    const [skip, most] = this.#limit();
    const all = this.#expand(fields, sources).map((field) => viewTitled(field, sources));
    const rows = this.#joined(sources).filter(
      (row) => where === undefined || isTrue(evaluate(where, this.#scope(sources, row, 'WHERE'))),
    );
    const summed =
      groups !== undefined ||
      all.some((field) => isAggregate(field.expression)) ||
      (having !== undefined && isAggregate(having));
    const units = summed
      ? this.#grouped(rows, groups ?? [], sources, all)
      : rows.map((row) => ({ row, group: undefined }));
    const found = units.map(({ row, group }) => {
      const scopes = group?.map((each) => this.#scope(sources, each, 'SELECT'));
      const scope = scopeOf(sources, row, this.#world.facts, { group: scopes });
      const values = all.map((field) => evaluate(field.expression, scope));
      const aliases = new Map(
        all.flatMap((field, i) =>
          field.alias === undefined ? [] : [[field.alias.toLowerCase(), () => values[i] ?? null] as const],
        ),
      );
      return {
        values,
        scope: scopeOf(sources, row, this.#world.facts, { group: scopes, aliases, place: 'ORDER BY' }),
      };
    });
    // With no row there is still one to look its columns up in, so that a wrong name is found.
    if (units.length === 0) for (const field of all) this.#check(field.expression, sources);
    let kept = found.filter(({ scope }) => having === undefined || isTrue(evaluate(having, scope)));
    if (order.length > 0) kept = this.#sorted(kept, order);
    let shown = kept.map(({ values }) => values.map(written));
    if (distinct) {
      const seen = new Set<string>();
      shown = shown.filter((row) => !seen.has(JSON.stringify(row)) && seen.add(JSON.stringify(row)));
    }
    return { columns: all.map((field) => field.title), rows: shown.slice(skip, skip + most) };
  }

  #scope(sources: readonly Source[], row: Joined, place: string): Scope {
    return scopeOf(sources, row, this.#world.facts, { place });
  }

  #check(of: Expression, sources: readonly Source[]): void {
    const nothing = sources.map(() => undefined);
    evaluate(of, scopeOf(sources, nothing, this.#world.facts, { group: [] }));
  }

  #fields(): Field[] {
    const reader = this.#reader;
    const out: Field[] = [];
    do {
      const from = reader.place;
      const expression = reader.expression();
      const text = reader.textFrom(from);
      const alias = reader.alias();
      const title =
        alias ??
        (expression.kind === 'column'
          ? expression.name
          : expression.kind === 'value' && typeof expression.value === 'string'
            ? expression.value
            : text);
      out.push({ expression, title, alias });
    } while (reader.take(','));
    return out;
  }

  #sources(): Source[] {
    const out: Source[] = [this.#source('inner')];
    const reader = this.#reader;
    for (;;) {
      if (reader.take(',') || reader.take('cross', 'join')) {
        out.push(this.#source('inner'));
        continue;
      }
      const join = reader.take('left') ? 'left' : reader.take('right') ? 'right' : 'inner';
      if (join !== 'inner') reader.take('outer');
      const inner = reader.take('inner');
      if (!reader.take('join')) {
        if (inner || join !== 'inner') throw reader.fault();
        return out;
      }
      out.push(this.#source(join));
    }
  }

  #source(join: Source['join']): Source {
    const reader = this.#reader;
    if (reader.is('(')) throw new SqlError('1235 (42000)', 'muelle: subqueries are not simulated here');
    let name = reader.name();
    if (reader.take('.')) name = `${name}.${reader.name()}`;
    const table = this.#world.table(name);
    const alias = reader.alias() ?? name.split('.').at(-1) ?? name;
    const on = reader.take('on') ? reader.expression() : undefined;
    const using: string[] = [];
    if (reader.take('using')) {
      reader.expect('(');
      do using.push(reader.name().toLowerCase());
      while (reader.take(','));
      reader.expect(')');
    }
    return { name: alias, table, join, on, using };
  }

  #order(): { of: Expression; sign: number }[] {
    const reader = this.#reader;
    if (!reader.take('order', 'by')) return [];
    const out: { of: Expression; sign: number }[] = [];
    do {
      const of = reader.expression();
      out.push({ of, sign: reader.take('desc') ? -1 : 1 });
      reader.take('asc');
    } while (reader.take(','));
    return out;
  }

  #limit(): [skip: number, most: number] {
    const reader = this.#reader;
    let skip = 0;
    let most = Number.POSITIVE_INFINITY;
    if (reader.take('limit')) {
      most = Number(reader.next());
      if (reader.take(',')) {
        skip = most;
        most = Number(reader.next());
      }
    }
    if (reader.take('offset')) skip = Number(reader.next());
    reader.take('for', 'update');
    return [skip, most];
  }

  /** `*` and `t.*` as the columns they stand for. */
  #expand(fields: readonly Field[], sources: readonly Source[]): Field[] {
    return fields.flatMap((field): Field[] => {
      const { expression } = field;
      if (expression.kind !== 'all') return [field];
      const chosen = sources.filter(
        (source) => expression.table === undefined || source.name === expression.table,
      );
      if (chosen.length === 0)
        throw expression.table === undefined
          ? new SqlError('1096 (HY000)', 'No tables used')
          : new SqlError('1051 (42S02)', `Unknown table '${expression.table}'`);
      return chosen.flatMap((source) =>
        source.table.columns.map((column) => ({
          expression: { kind: 'column' as const, table: source.name, name: column.name },
          title: column.name,
          alias: undefined,
        })),
      );
    });
  }

  #joined(sources: readonly Source[]): Joined[] {
    let rows: Joined[] = [[]];
    for (const [i, source] of sources.entries()) {
      const sofar = sources.slice(0, i + 1);
      const fits = (row: Joined): boolean => {
        const same = source.using.every((name) => {
          const values = sofar.map((one, at) => {
            const column = one.table.columns.findIndex((each) => each.name.toLowerCase() === name);
            return column < 0 ? undefined : (row[at]?.[column] ?? null);
          });
          const known = values.filter((value) => value !== undefined);
          return known.every((value) => value !== null && value === known[0]);
        });
        return (
          same && (source.on === undefined || isTrue(evaluate(source.on, this.#scope(sofar, row, 'ON'))))
        );
      };
      const used = new Set<readonly SqlValue[]>();
      const next: Joined[] = [];
      for (const row of rows) {
        const matches = source.table.rows.filter((candidate) => fits([...row, candidate]));
        for (const match of matches) {
          used.add(match);
          next.push([...row, match]);
        }
        if (matches.length === 0 && source.join === 'left') next.push([...row, undefined]);
      }
      if (source.join === 'right')
        for (const row of source.table.rows)
          if (!used.has(row)) next.push([...sources.slice(0, i).map(() => undefined), row]);
      rows = next;
    }
    return rows;
  }

  #grouped(
    rows: readonly Joined[],
    groups: readonly Expression[],
    sources: readonly Source[],
    fields: readonly Field[],
  ): { row: Joined; group: readonly Joined[] }[] {
    if (groups.length === 0) return [{ row: rows[0] ?? sources.map(() => undefined), group: rows }];
    const made = new Map<string, Joined[]>();
    for (const row of rows) {
      const aliases = new Map(
        fields.flatMap((field) =>
          field.alias === undefined
            ? []
            : [
                [
                  field.alias.toLowerCase(),
                  () => evaluate(field.expression, this.#scope(sources, row, 'GROUP BY')),
                ] as const,
              ],
        ),
      );
      const scope = scopeOf(sources, row, this.#world.facts, { aliases, place: 'GROUP BY' });
      const key = JSON.stringify(
        groups.map((group) => written(evaluate(this.#position(group, fields), scope))),
      );
      const into = made.get(key);
      if (into === undefined) made.set(key, [row]);
      else into.push(row);
    }
    // A grouping sorts.
    const keyOf = ([first = []]: readonly Joined[]): Val[] =>
      groups.map((group) => evaluate(this.#position(group, fields), this.#scope(sources, first, 'GROUP BY')));
    return [...made.values()]
      .map((group) => ({ row: group[0] ?? [], group }))
      .sort((a, b) => {
        const [x, y] = groups.some((one) => one.kind === 'column' && fields.some((f) => f.alias === one.name))
          ? [[], []]
          : [keyOf(a.group), keyOf(b.group)];
        return x.map((value, i) => compare(value, y[i] ?? null)).find((order) => order !== 0) ?? 0;
      });
  }

  /** `ORDER BY 2` means the second field. */
  #position(of: Expression, fields: readonly Field[]): Expression {
    if (of.kind !== 'value' || typeof of.value !== 'object' || of.value === null) return of;
    return fields[of.value.value - 1]?.expression ?? of;
  }

  #sorted<T extends { values: readonly Val[]; scope: Scope }>(
    rows: readonly T[],
    order: readonly { of: Expression; sign: number }[],
  ): T[] {
    const keys = new Map(
      rows.map((row) => [
        row,
        order.map(({ of }) =>
          of.kind === 'value' && typeof of.value === 'object' && of.value !== null
            ? (row.values[of.value.value - 1] ?? null)
            : evaluate(of, row.scope),
        ),
      ]),
    );
    return [...rows].sort((a, b) => {
      const [x = [], y = []] = [keys.get(a), keys.get(b)];
      for (const [i, { sign }] of order.entries()) {
        const by = sign * compare(x[i] ?? null, y[i] ?? null);
        if (by !== 0) return by;
      }
      return 0;
    });
  }
}
