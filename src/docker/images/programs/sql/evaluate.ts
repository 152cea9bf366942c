import { SqlError } from './data.ts';
import {
  asNumber,
  compare,
  type Expression,
  isTrue,
  number,
  type SqlNumber,
  type Val,
  written,
} from './expression.ts';

/** What an expression may ask while it is worked out. */
export interface Scope {
  /** The value of a column; throws SqlError for one there is none of. */
  column(table: string | undefined, name: string): Val;
  /** The rows of the group, for `count` and its like; undefined outside of one. */
  readonly group: readonly Scope[] | undefined;
  readonly facts: {
    readonly version: string;
    readonly user: string;
    readonly database: string | undefined;
    readonly hostname: string;
    now(): string;
  };
}

const AGGREGATES = /^(?:count|sum|avg|min|max|group_concat|string_agg)$/;

/** Does an expression sum up rows? */
export function isAggregate(of: Expression): boolean {
  switch (of.kind) {
    case 'call':
      return AGGREGATES.test(of.name) || of.args.some(isAggregate);
    case 'unary':
      return isAggregate(of.of);
    case 'binary':
      return isAggregate(of.left) || isAggregate(of.right);
    case 'in':
      return isAggregate(of.of);
    case 'between':
      return isAggregate(of.of);
    case 'case':
      return of.when.some(([test, then]) => isAggregate(test) || isAggregate(then));
    default:
      return false;
  }
}

const truth = (is: boolean): SqlNumber => number(is ? 1 : 0);

/** `a%_` as a regular expression. */
function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\?[\s\S]/g, (c) =>
    c === '%'
      ? '[\\s\\S]*'
      : c === '_'
        ? '[\\s\\S]'
        : c.replace(/^\\(?=.)/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`, 'i');
}

/** The value of an expression for a row. */
export function evaluate(of: Expression, scope: Scope): Val {
  switch (of.kind) {
    case 'value':
      return of.value;
    case 'column':
      return scope.column(of.table, of.name);
    case 'all':
      throw new SqlError('1064 (42000)', '*');
    case 'call':
      return AGGREGATES.test(of.name) ? aggregate(of, scope) : call(of.name, of.args, scope);
    case 'unary': {
      const value = evaluate(of.of, scope);
      if (of.operator === 'is null') return truth(value === null);
      if (of.operator === 'is true') return truth(isTrue(value));
      if (of.operator === 'is false') return truth(value !== null && !isTrue(value));
      if (value === null) return null;
      return of.operator === 'not' ? truth(!isTrue(value)) : negative(value);
    }
    case 'binary':
      return binary(of.operator, of.left, of.right, scope);
    case 'in': {
      const value = evaluate(of.of, scope);
      if (value === null) return null;
      return truth(of.list.some((item) => compare(evaluate(item, scope), value) === 0) !== of.not);
    }
    case 'between': {
      const value = evaluate(of.of, scope);
      if (value === null) return null;
      const inside =
        compare(value, evaluate(of.from, scope)) >= 0 && compare(value, evaluate(of.to, scope)) <= 0;
      return truth(inside !== of.not);
    }
    case 'case': {
      const subject = of.of === undefined ? undefined : evaluate(of.of, scope);
      for (const [test, then] of of.when) {
        const value = evaluate(test, scope);
        if (subject === undefined ? isTrue(value) : value !== null && compare(value, subject) === 0)
          return evaluate(then, scope);
      }
      return of.otherwise === undefined ? null : evaluate(of.otherwise, scope);
    }
  }
}

const scaleOf = (value: Val): number | undefined =>
  typeof value === 'object' && value !== null ? value.scale : undefined;

function negative(value: Val): SqlNumber {
  return { value: -asNumber(value), scale: scaleOf(value) };
}

function binary(operator: string, left: Expression, right: Expression, scope: Scope): Val {
  const a = evaluate(left, scope);
  if (operator === 'and' && a !== null && !isTrue(a)) return truth(false);
  if (operator === 'or' && isTrue(a)) return truth(true);
  const b = evaluate(right, scope);
  if (operator === 'and')
    return b !== null && !isTrue(b) ? truth(false) : a === null || b === null ? null : truth(true);
  if (operator === 'or') return isTrue(b) ? truth(true) : a === null || b === null ? null : truth(false);
  if (operator === '<=>') return truth(a === null || b === null ? a === b : compare(a, b) === 0);
  if (a === null || b === null) return null;
  const order = compare(a, b);
  switch (operator) {
    case 'xor':
      return truth(isTrue(a) !== isTrue(b));
    case '=':
      return truth(order === 0);
    case '!=':
    case '<>':
      return truth(order !== 0);
    case '<':
      return truth(order < 0);
    case '>':
      return truth(order > 0);
    case '<=':
      return truth(order <= 0);
    case '>=':
      return truth(order >= 0);
    case 'like':
      return truth(likePattern(written(b) ?? '').test(written(a) ?? ''));
    case 'regexp':
      return truth(new RegExp(written(b) ?? '', 'i').test(written(a) ?? ''));
    default:
      return arithmetic(operator, a, b);
  }
}

function arithmetic(operator: string, a: Val, b: Val): Val {
  const [x, y] = [asNumber(a), asNumber(b)];
  const [m, n] = [scaleOf(a), scaleOf(b)];
  const wider = m === undefined || n === undefined ? undefined : Math.max(m, n);
  switch (operator) {
    case '+':
      return { value: x + y, scale: wider };
    case '-':
      return { value: x - y, scale: wider };
    case '*':
      return { value: x * y, scale: m === undefined || n === undefined ? undefined : m + n };
    case '/':
      return y === 0 ? null : { value: x / y, scale: m === undefined || n === undefined ? undefined : m + 4 };
    case 'div':
      return y === 0 ? null : number(Math.trunc(x / y));
    default:
      return y === 0 ? null : { value: x % y, scale: wider };
  }
}

function aggregate(of: Expression & { kind: 'call' }, scope: Scope): Val {
  if (scope.group === undefined) throw new SqlError('1111 (HY000)', 'Invalid use of group function');
  const [what] = of.args;
  if (of.name === 'count' && (what === undefined || what.kind === 'all')) return number(scope.group.length);
  if (what === undefined) throw new SqlError('1064 (42000)', ')');
  let values = scope.group.map((row) => evaluate(what, row)).filter((value) => value !== null);
  if (of.distinct)
    values = values.filter((value, i) => values.findIndex((other) => compare(other, value) === 0) === i);
  if (of.name === 'count') return number(values.length);
  if (values.length === 0) return null;
  if (of.name === 'min' || of.name === 'max') {
    const sign = of.name === 'min' ? 1 : -1;
    return values.reduce((best, value) => (sign * compare(value, best) < 0 ? value : best));
  }
  if (of.name === 'group_concat' || of.name === 'string_agg') {
    const [, mark] = of.args;
    return values.map(written).join(mark === undefined ? ',' : (written(evaluate(mark, scope)) ?? ''));
  }
  const scales = values.map(scaleOf);
  const scale = scales.some((one) => one === undefined)
    ? undefined
    : Math.max(...scales.map((one) => one ?? 0));
  const sum = values.reduce((total: number, value) => total + asNumber(value), 0);
  if (of.name === 'sum') return { value: sum, scale };
  return { value: sum / values.length, scale: scale === undefined ? undefined : scale + 4 };
}

function call(name: string, args: readonly Expression[], scope: Scope): Val {
  const { facts } = scope;
  const values = args.map((arg) => evaluate(arg, scope));
  const [a = null, b = null, c = null] = values;
  const text = (value: Val): string => written(value) ?? '';
  const known: Readonly<Record<string, () => Val>> = {
    upper: () => text(a).toUpperCase(),
    ucase: () => text(a).toUpperCase(),
    lower: () => text(a).toLowerCase(),
    lcase: () => text(a).toLowerCase(),
    length: () => number(new TextEncoder().encode(text(a)).length),
    char_length: () => number([...text(a)].length),
    trim: () => text(a).trim(),
    ltrim: () => text(a).trimStart(),
    rtrim: () => text(a).trimEnd(),
    reverse: () => [...text(a)].reverse().join(''),
    replace: () => text(a).replaceAll(text(b), text(c)),
    repeat: () => text(a).repeat(Math.max(0, Math.min(10_000, asNumber(b)))),
    concat: () => values.map(text).join(''),
    left: () => text(a).slice(0, asNumber(b)),
    right: () => (asNumber(b) === 0 ? '' : text(a).slice(-asNumber(b))),
    substring: () => part(text(a), asNumber(b), values.length > 2 ? asNumber(c) : undefined),
    substr: () => part(text(a), asNumber(b), values.length > 2 ? asNumber(c) : undefined),
    lpad: () => text(a).padStart(asNumber(b), text(c)).slice(0, asNumber(b)),
    rpad: () => text(a).padEnd(asNumber(b), text(c)).slice(0, asNumber(b)),
    instr: () => number(text(a).toLowerCase().indexOf(text(b).toLowerCase()) + 1),
    abs: () => ({ value: Math.abs(asNumber(a)), scale: scaleOf(a) }),
    ceil: () => number(Math.ceil(asNumber(a))),
    ceiling: () => number(Math.ceil(asNumber(a))),
    floor: () => number(Math.floor(asNumber(a))),
    sqrt: () => number(Math.sqrt(asNumber(a)), undefined),
    pow: () => number(asNumber(a) ** asNumber(b), undefined),
    power: () => number(asNumber(a) ** asNumber(b), undefined),
    mod: () => arithmetic('%', a, b),
    round: () =>
      number(
        Math.sign(asNumber(a)) *
          (Math.round(Math.abs(asNumber(a)) * 10 ** asNumber(b) + 1e-9) / 10 ** asNumber(b)),
        asNumber(b),
      ),
    truncate: () => number(Math.trunc(asNumber(a) * 10 ** asNumber(b)) / 10 ** asNumber(b), asNumber(b)),
    date: () => text(a).slice(0, 10),
    year: () => number(Number(text(a).slice(0, 4))),
    month: () => number(Number(text(a).slice(5, 7))),
    day: () => number(Number(text(a).slice(8, 10))),
    datediff: () =>
      number(Math.round((Date.parse(text(a).slice(0, 10)) - Date.parse(text(b).slice(0, 10))) / 86_400_000)),
  };
  const made = Object.hasOwn(known, name) ? known[name] : undefined;
  if (made !== undefined) return values.some((value) => value === null) ? null : made();
  switch (name) {
    case 'now':
    case 'current_timestamp':
    case 'sysdate':
    case 'localtime':
      return facts.now();
    case 'curdate':
    case 'current_date':
      return facts.now().slice(0, 10);
    case 'curtime':
      return facts.now().slice(11);
    case 'version':
    case '@@version':
      return facts.version;
    case '@@hostname':
      return facts.hostname;
    case 'database':
    case 'schema':
    case 'current_database':
      return facts.database ?? null;
    case 'user':
    case 'session_user':
    case 'current_user':
    case 'system_user':
      return facts.user;
    case 'coalesce':
      return values.find((value) => value !== null) ?? null;
    case 'ifnull':
      return a ?? b;
    case 'nullif':
      return a !== null && b !== null && compare(a, b) === 0 ? null : a;
    case 'if':
      return isTrue(a) ? b : c;
    case 'greatest':
    case 'least':
      return values.reduce(
        (best, value) => (compare(value, best) * (name === 'least' ? 1 : -1) < 0 ? value : best),
        a,
      );
    case 'concat_ws':
      return values
        .slice(1)
        .filter((value) => value !== null)
        .map(text)
        .join(text(a));
    case 'cast':
    case 'convert':
      return a;
    case 'connection_id':
      return number(3);
    case 'sleep':
      return number(0);
    default:
      if (name.startsWith('@@'))
        throw new SqlError('1193 (HY000)', `Unknown system variable '${name.slice(2)}'`);
      throw new SqlError(
        '1305 (42000)',
        `FUNCTION ${facts.database === undefined ? '' : `${facts.database}.`}${name} does not exist`,
      );
  }
}

function part(of: string, from: number, length: number | undefined): string {
  const start = from > 0 ? from - 1 : Math.max(0, of.length + from);
  return of.slice(start, length === undefined ? undefined : start + length);
}
