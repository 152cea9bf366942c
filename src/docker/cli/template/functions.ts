import { sprintf } from './printf.ts';
import {
  byBytes,
  GoFloat,
  GoMap,
  JsonNumber,
  lengthOf,
  print,
  toJson,
  truth,
  typeName,
  type Value,
} from './values.ts';

/** A call that fails; the text follows `error calling NAME: `. */
export class CallError extends Error {}

/** An argument of a kind the function cannot take; the text stands alone in the message. */
export class ArgumentError extends Error {
  readonly index: number;
  constructor(index: number, message: string) {
    super(message);
    this.index = index;
  }
}

export interface TemplateFunction {
  readonly min: number;
  readonly max: number;
  call(args: readonly Value[]): Value;
}

const any = (min: number, max: number, call: (args: readonly Value[]) => Value): TemplateFunction => ({
  min,
  max,
  call,
});

/** A function of strings (and integers after them), as the `strings` package has them. */
function typed(types: string, call: (args: readonly Value[]) => Value): TemplateFunction {
  return {
    min: types.length,
    max: types.length,
    call(args) {
      for (const [index, arg] of args.entries()) {
        const wanted = types[index] === 's' ? 'string' : types[index] === 'i' ? 'int' : '[]string';
        const fits =
          wanted === 'string'
            ? typeof arg === 'string'
            : wanted === 'int'
              ? typeof arg === 'number'
              : arg === null || typeName(arg) === '[]string';
        if (!fits) {
          const got = arg instanceof JsonNumber ? 'json.Number' : typeName(arg);
          throw new ArgumentError(
            index,
            arg === undefined
              ? `invalid value; expected ${wanted}`
              : `wrong type for value; expected ${wanted}; got ${got}`,
          );
        }
      }
      return call(args);
    },
  };
}

const text = (value: Value): string => (typeof value === 'string' ? value : '');
const whole = (value: Value): number => (typeof value === 'number' ? value : 0);
const list = (value: Value): readonly string[] =>
  Array.isArray(value) ? value.map((item) => String(item)) : [];

function indexInto(item: Value, key: Value): Value {
  if (item === undefined || item === null) throw new CallError('index of untyped nil');
  if (item instanceof GoMap && item.goType.startsWith('map[network.Port]'))
    throw new CallError(`value has type ${typeName(key)}; should be network.Port`);
  if (item instanceof GoMap) {
    if (typeof key !== 'string')
      throw new CallError(
        key === undefined || key === null
          ? 'value is nil; should be of type string'
          : `value has type ${typeName(key)}; should be string`,
      );
    return item.entries.has(key) ? item.entries.get(key) : item.zero;
  }
  if (typeof item === 'string' || Array.isArray(item)) {
    const length = lengthOf(item) ?? 0;
    const at = indexOf(key, length);
    if (at === length)
      throw new CallError(`reflect: ${typeof item === 'string' ? 'string' : 'slice'} index out of range`);
    return typeof item === 'string' ? item.charCodeAt(at) : item[at];
  }
  throw new CallError(`can't index item of type ${typeName(item)}`);
}

function indexOf(key: Value, limit: number): number {
  if (key === undefined || key === null) throw new CallError('cannot index slice/array with nil');
  if (typeof key !== 'number') throw new CallError(`cannot index slice/array with type ${typeName(key)}`);
  if (key < 0 || key > limit) throw new CallError(`index out of range: ${key}`);
  return key;
}

function slice(args: readonly Value[]): Value {
  const [item, from, to, max] = args;
  if (item === undefined || item === null) throw new CallError('slice of untyped nil');
  if (typeof item !== 'string' && !Array.isArray(item))
    throw new CallError(`can't slice item of type ${typeName(item)}`);
  if (max !== undefined && typeof item === 'string') throw new CallError('cannot 3-index slice a string');
  const length = lengthOf(item) ?? 0;
  const start = from === undefined ? 0 : indexOf(from, length);
  const end = to === undefined ? length : indexOf(to, length);
  if (start > end) throw new CallError(`invalid slice index: ${start} > ${end}`);
  return item.slice(start, end);
}

type Kind = 'bool' | 'int' | 'float' | 'string' | 'nil' | 'other';

function kindOf(value: Value): Kind {
  if (value === undefined || value === null) return 'nil';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (value instanceof GoFloat) return 'float';
  return typeof value === 'string' || value instanceof JsonNumber ? 'string' : 'other';
}

const plain = (value: Value): string | number | boolean => {
  if (value instanceof GoFloat) return value.value;
  if (value instanceof JsonNumber) return value.text;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : '';
};

function same(a: Value, b: Value): boolean {
  const [left, right] = [kindOf(a), kindOf(b)];
  if (left === 'other' || right === 'other') {
    if (left === 'nil' || right === 'nil') return false;
    throw new CallError(
      left === 'other'
        ? `non-comparable type ${typeName(a)}: ${print(a)}`
        : `non-comparable type ${typeName(b)}: ${print(b)}`,
    );
  }
  if (left === 'nil' || right === 'nil') return left === right;
  if (left !== right)
    throw new CallError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  return plain(a) === plain(b);
}

function equal(args: readonly Value[]): Value {
  const [first, ...others] = args;
  if (others.length === 0) throw new CallError('missing argument for comparison');
  return others.some((other) => same(first, other));
}

function less(a: Value, b: Value): boolean {
  const [left, right] = [kindOf(a), kindOf(b)];
  if (left !== right)
    throw new CallError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  if (left === 'bool' || left === 'other' || left === 'nil')
    throw new CallError('invalid type for comparison');
  const [x, y] = [plain(a), plain(b)];
  return typeof x === 'string' && typeof y === 'string' ? byBytes(x, y) < 0 : x < y;
}

const escapeHtml = (value: string): string =>
  value.replace(
    /[\0"'&<>]/g,
    (char) =>
      ({ '\0': '\uFFFD', '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char,
  );

const escapeJs = (value: string): string => {
  const special: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    "'": "\\'",
    '"': '\\"',
    '<': '\\u003C',
    '>': '\\u003E',
    '&': '\\u0026',
    '=': '\\u003D',
  };
  return value.replace(
    /[\\'"<>&=]|[\x00-\x1f]/g,
    (char) => special[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
};

const joined = (args: readonly Value[]): string => {
  // fmt.Sprint puts a blank between operands when neither is a string.
  let out = '';
  for (const [i, arg] of args.entries())
    out += (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + print(arg, 1);
  return out;
};

const MANY = Number.POSITIVE_INFINITY;

/** text/template's own functions and the ones the docker CLI adds. `and` and `or` are evaluated lazily elsewhere. */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: any(1, MANY, (args) => args.find((arg) => !truth(arg)) ?? args.at(-1)),
  or: any(1, MANY, (args) => args.find((arg) => truth(arg)) ?? args.at(-1)),
  not: any(1, 1, ([arg]) => !truth(arg)),
  len: any(1, 1, ([arg]) => {
    if (arg === undefined || arg === null) throw new CallError('len of nil pointer');
    const length = lengthOf(arg);
    if (length === undefined) throw new CallError(`len of type ${typeName(arg)}`);
    return length;
  }),
  index: any(1, MANY, ([item, ...keys]) => keys.reduce<Value>(indexInto, item)),
  slice: any(1, 4, slice),
  eq: any(1, MANY, equal),
  ne: any(2, 2, ([a, b]) => !same(a, b)),
  lt: any(2, 2, ([a, b]) => less(a, b)),
  le: any(2, 2, ([a, b]) => less(a, b) || same(a, b)),
  gt: any(2, 2, ([a, b]) => !less(a, b) && !same(a, b)),
  ge: any(2, 2, ([a, b]) => !less(a, b)),
  print: any(0, MANY, joined),
  println: any(0, MANY, (args) => `${args.map((arg) => print(arg, 1)).join(' ')}\n`),
  printf: any(1, MANY, ([format, ...rest]) => {
    if (typeof format !== 'string')
      throw new ArgumentError(0, `wrong type for value; expected string; got ${typeName(format)}`);
    return sprintf(format, rest);
  }),
  html: any(0, MANY, (args) => escapeHtml(joined(args))),
  js: any(0, MANY, (args) => escapeJs(joined(args))),
  urlquery: any(0, MANY, (args) => encodeURIComponent(joined(args)).replaceAll('%20', '+')),
  json: any(1, 1, ([arg]) => toJson(arg, false)),
  split: typed('ss', ([value, separator]) =>
    text(separator) === '' ? [...text(value)] : text(value).split(text(separator)),
  ),
  join: typed('ls', ([items, separator]) => list(items).join(text(separator))),
  title: typed('s', ([value]) =>
    text(value).replace(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  ),
  lower: typed('s', ([value]) => text(value).toLowerCase()),
  upper: typed('s', ([value]) => text(value).toUpperCase()),
  pad: typed('sii', ([value, before, after]) =>
    value === '' ? '' : ' '.repeat(whole(before)) + text(value) + ' '.repeat(whole(after)),
  ),
  truncate: typed('si', ([value, length]) =>
    text(value).length < whole(length) ? text(value) : text(value).slice(0, whole(length)),
  ),
};

/** The functions as `table` formats use them for the heading line: they leave the heading as it is. */
export const HEADER_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  ...FUNCTIONS,
  json: any(1, 1, ([arg]) => arg),
  title: any(1, 1, ([arg]) => arg),
  lower: any(1, 1, ([arg]) => arg),
  upper: any(1, 1, ([arg]) => arg),
  truncate: any(2, 2, ([arg]) => arg),
  split: any(2, 2, ([arg]) => [text(arg)]),
  join: any(2, 2, ([arg]) => print(arg).replace(/^\[(.*)\]$/, '$1')),
};
