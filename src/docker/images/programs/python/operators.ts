import { items, order } from './methods.ts';
import {
  asNumber,
  equal,
  format,
  PyDict,
  PyFloat,
  PyList,
  PyRaise,
  raise,
  repr,
  str,
  typeName,
  type Value,
} from './values.ts';

/** `a < b`, `a in b`, `a is b` … */
export function compareValues(operator: string, a: Value, b: Value, line: number): boolean {
  switch (operator) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case 'is':
      return a === b;
    case 'is not':
      return a !== b;
    case 'in':
    case 'not in': {
      const found =
        typeof b === 'string'
          ? b.includes(str(a))
          : b instanceof PyDict
            ? b.entries.has(repr(a))
            : items(b).some((item) => equal(item, a));
      return found === (operator === 'in');
    }
  }
  let relation: number;
  try {
    relation = order(a, b);
  } catch (error) {
    if (!(error instanceof PyRaise)) throw error;
    throw raise(
      'TypeError',
      `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
      line,
    );
  }
  return (
    { '<': relation < 0, '>': relation > 0, '<=': relation <= 0, '>=': relation >= 0 }[operator] ?? false
  );
}

/** `a + b` and the other operators. */
export function binaryValues(operator: string, a: Value, b: Value, line: number): Value {
  const x = asNumber(a);
  const y = asNumber(b);
  if (x !== undefined && y !== undefined) {
    const float = a instanceof PyFloat || b instanceof PyFloat;
    const made = (n: number): Value => (float ? new PyFloat(n) : n);
    if ((operator === '/' || operator === '//' || operator === '%') && y === 0)
      throw raise(
        'ZeroDivisionError',
        operator === '/'
          ? float
            ? 'float division by zero'
            : 'division by zero'
          : 'integer division or modulo by zero',
        line,
      );
    switch (operator) {
      case '+':
        return made(x + y);
      case '-':
        return made(x - y);
      case '*':
        return made(x * y);
      case '/':
        return new PyFloat(x / y);
      case '//':
        return made(Math.floor(x / y));
      case '%':
        return made(((x % y) + y) % y);
      case '**':
        return y < 0 ? new PyFloat(x ** y) : made(x ** y);
      case '<<':
        return x * 2 ** y;
      case '>>':
        return Math.floor(x / 2 ** y);
      case '&':
        return x & y;
      case '|':
        return x | y;
      case '^':
        return x ^ y;
    }
  }
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (operator === '+' && a instanceof PyList && b instanceof PyList)
    return new PyList([...a.items, ...b.items], a.tuple);
  if (operator === '*' && typeof a === 'string' && y !== undefined) return a.repeat(Math.max(0, y));
  if (operator === '*' && a instanceof PyList && y !== undefined)
    return new PyList(Array.from({ length: Math.max(0, y) }, () => a.items).flat(), a.tuple);
  if (operator === '%' && typeof a === 'string') return percent(a, b);
  if (operator === '|' && a instanceof PyDict && b instanceof PyDict) {
    const out = new PyDict(a.set);
    for (const [key, value] of [...a.entries.values(), ...b.entries.values()]) out.put(key, value);
    return out;
  }
  if (operator === '+' && typeof a === 'string')
    throw raise('TypeError', `can only concatenate str (not "${typeName(b)}") to str`, line);
  throw raise(
    'TypeError',
    `unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`,
    line,
  );
}

export function wrapped(at: number, length: number): number {
  return at < 0 ? length + at : at;
}

export function sliced<T>(
  list: readonly T[],
  from: number | undefined,
  to: number | undefined,
  step = 1,
): T[] {
  const out: T[] = [];
  if (step > 0) {
    const end = Math.min(list.length, wrapped(to ?? list.length, list.length));
    for (let i = Math.max(0, wrapped(from ?? 0, list.length)); i < end; i += step) out.push(list[i] as T);
  } else {
    const end = to === undefined ? -1 : wrapped(to, list.length);
    for (let i = Math.min(list.length - 1, wrapped(from ?? list.length - 1, list.length)); i > end; i += step)
      out.push(list[i] as T);
  }
  return out;
}

/** `'%s: %05.1f' % (a, b)` */
function percent(template: string, value: Value): string {
  const values = value instanceof PyList && value.tuple ? [...value.items] : [value];
  return template.replace(
    /%(?:\((\w+)\))?([-+0 ]*)(\d*)(?:\.(\d+))?([sdrfxig%])/g,
    (
      _w,
      key: string | undefined,
      flags: string,
      width: string,
      precision: string | undefined,
      kind: string,
    ) => {
      if (kind === '%') return '%';
      const each =
        key === undefined
          ? (values.shift() ?? null)
          : value instanceof PyDict
            ? (value.get(key) ?? null)
            : null;
      const spec = `${flags.includes('-') ? '<' : width === '' ? '' : '>'}${width}${precision === undefined ? '' : `.${precision}`}${kind === 'f' ? 'f' : kind === 'x' ? 'x' : ''}`;
      const shown =
        kind === 'r' ? repr(each) : kind === 'd' || kind === 'i' ? Math.trunc(asNumber(each) ?? 0) : each;
      const out = format(shown, spec);
      return flags.includes('0') ? out.replace(/^ +/, (blanks) => '0'.repeat(blanks.length)) : out;
    },
  );
}
