import type { Sys } from '../../../kernel/wait.ts';
import {
  asNumber,
  Builtin,
  equal,
  format,
  type Keywords,
  PyDict,
  PyList,
  PyModule,
  raise,
  repr,
  str,
  truthy,
  type Value,
} from './values.ts';

type Method<T> = (self: T, args: readonly Value[], keywords: Keywords) => Value;

const text = (args: readonly Value[], i = 0): string => str(args[i] ?? '');
const strings = (items: readonly string[]): PyList => new PyList([...items]);

const STRING: Readonly<Record<string, Method<string>>> = {
  upper: (s) => s.toUpperCase(),
  lower: (s) => s.toLowerCase(),
  title: (s) => s.toLowerCase().replace(/\b[a-z]/g, (c) => c.toUpperCase()),
  capitalize: (s) => s.slice(0, 1).toUpperCase() + s.slice(1).toLowerCase(),
  strip: (s, a) => trim(s, a[0], true, true),
  lstrip: (s, a) => trim(s, a[0], true, false),
  rstrip: (s, a) => trim(s, a[0], false, true),
  split: (s, a) =>
    strings(
      a[0] === undefined || a[0] === null
        ? s.split(/\s+/).filter((w) => w !== '')
        : limited(s, text(a), asNumber(a[1] ?? null)),
    ),
  splitlines: (s) => strings(s.replace(/\n$/, '').split('\n')),
  join: (s, a) =>
    items(a[0] ?? null)
      .map(str)
      .join(s),
  replace: (s, a) => s.replaceAll(text(a), text(a, 1)),
  startswith: (s, a) => s.startsWith(text(a)),
  endswith: (s, a) => s.endsWith(text(a)),
  find: (s, a) => s.indexOf(text(a)),
  index: (s, a) => {
    const at = s.indexOf(text(a));
    if (at < 0) throw raise('ValueError', 'substring not found');
    return at;
  },
  count: (s, a) => s.split(text(a)).length - 1,
  isdigit: (s) => /^\d+$/.test(s),
  isalpha: (s) => /^[A-Za-z]+$/.test(s),
  isupper: (s) => s === s.toUpperCase() && s !== s.toLowerCase(),
  zfill: (s, a) => s.padStart(asNumber(a[0] ?? null) ?? 0, '0'),
  ljust: (s, a) => s.padEnd(asNumber(a[0] ?? null) ?? 0, text(a, 1) || ' '),
  rjust: (s, a) => s.padStart(asNumber(a[0] ?? null) ?? 0, text(a, 1) || ' '),
  center: (s, a) => format(s, `${text(a, 1) || ' '}^${text(a)}`),
  encode: (s) => s,
  decode: (s) => s,
  format: (s, a, k) => formatted(s, a, k),
};

function trim(s: string, characters: Value | undefined, left: boolean, right: boolean): string {
  const set = characters === undefined || characters === null ? ' \t\n\r\f\v' : str(characters);
  let from = 0;
  let to = s.length;
  while (left && from < to && set.includes(s[from] ?? '')) from++;
  while (right && to > from && set.includes(s[to - 1] ?? '')) to--;
  return s.slice(from, to);
}

function limited(s: string, separator: string, most: number | undefined): string[] {
  const parts = s.split(separator);
  if (most === undefined || parts.length <= most + 1) return parts;
  return [...parts.slice(0, most), parts.slice(most).join(separator)];
}

/** `'{} {name:>4}'.format(…)` */
function formatted(template: string, args: readonly Value[], keywords: Keywords): string {
  let next = 0;
  return template.replace(
    /\{\{|\}\}|\{([^{}:!.[]*)((?:\.\w+|\[[^\]]*\])*)(?:!([rs]))?(?::([^{}]*))?\}/g,
    (whole, name: string | undefined, _path, how: string | undefined, spec: string | undefined) => {
      if (whole === '{{') return '{';
      if (whole === '}}') return '}';
      const key = name ?? '';
      const value = key === '' ? args[next++] : /^\d+$/.test(key) ? args[Number(key)] : keywords.get(key);
      if (value === undefined)
        throw /^\d*$/.test(key)
          ? raise(
              'IndexError',
              `Replacement index ${key === '' ? next - 1 : key} out of range for positional args tuple`,
            )
          : raise('KeyError', key);
      return format(how === 'r' ? repr(value) : value, spec ?? '');
    },
  );
}

/** What can be iterated, as a list of values. */
export function items(value: Value): Value[] {
  if (value instanceof PyList) return value.items;
  if (typeof value === 'string') return [...value];
  if (value instanceof PyModule) {
    const lines = value.members.get('__items__');
    if (lines instanceof PyList) return lines.items;
  }
  if (value instanceof PyDict) return [...value.entries.values()].map(([key]) => key);
  throw raise(
    'TypeError',
    `'${value === null ? 'NoneType' : typeof value === 'number' ? 'int' : 'object'}' object is not iterable`,
  );
}

/** Orders values as `sorted` does. */
export function order(a: Value, b: Value): number {
  const x = asNumber(a);
  const y = asNumber(b);
  if (x !== undefined && y !== undefined) return x - y;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (a instanceof PyList && b instanceof PyList) {
    for (let i = 0; i < Math.min(a.items.length, b.items.length); i++) {
      const first = order(a.items[i] ?? null, b.items[i] ?? null);
      if (first !== 0) return first;
    }
    return a.items.length - b.items.length;
  }
  throw raise('TypeError', "'<' not supported between instances");
}

const LIST: Readonly<Record<string, Method<PyList>>> = {
  append: (l, a) => {
    l.items.push(a[0] ?? null);
    return null;
  },
  extend: (l, a) => {
    l.items.push(...items(a[0] ?? null));
    return null;
  },
  insert: (l, a) => {
    l.items.splice(asNumber(a[0] ?? null) ?? 0, 0, a[1] ?? null);
    return null;
  },
  pop: (l, a) => {
    const at = asNumber(a[0] ?? null) ?? -1;
    const found = l.items.splice(at < 0 ? l.items.length + at : at, 1)[0];
    if (found === undefined) throw raise('IndexError', 'pop from empty list');
    return found;
  },
  remove: (l, a) => {
    const at = l.items.findIndex((item) => equal(item, a[0] ?? null));
    if (at < 0) throw raise('ValueError', 'list.remove(x): x not in list');
    l.items.splice(at, 1);
    return null;
  },
  index: (l, a) => l.items.findIndex((item) => equal(item, a[0] ?? null)),
  count: (l, a) => l.items.filter((item) => equal(item, a[0] ?? null)).length,
  reverse: (l) => {
    l.items.reverse();
    return null;
  },
  sort: (l, _a, k) => {
    l.items.sort(order);
    if (truthy(k.get('reverse') ?? null)) l.items.reverse();
    return null;
  },
  clear: (l) => {
    l.items.splice(0);
    return null;
  },
  copy: (l) => new PyList([...l.items]),
};

const DICT: Readonly<Record<string, Method<PyDict>>> = {
  get: (d, a) => d.get(a[0] ?? null) ?? a[1] ?? null,
  keys: (d) => new PyList([...d.entries.values()].map(([k]) => k)),
  values: (d) => new PyList([...d.entries.values()].map(([, v]) => v)),
  items: (d) => new PyList([...d.entries.values()].map(([k, v]) => new PyList([k, v], true))),
  pop: (d, a) => {
    const found = d.get(a[0] ?? null);
    d.entries.delete(repr(a[0] ?? null));
    if (found === undefined && a[1] === undefined) throw raise('KeyError', repr(a[0] ?? null));
    return found ?? a[1] ?? null;
  },
  setdefault: (d, a) => {
    const found = d.get(a[0] ?? null);
    if (found !== undefined) return found;
    d.put(a[0] ?? null, a[1] ?? null);
    return a[1] ?? null;
  },
  update: (d, a, k) => {
    const other = a[0];
    if (other instanceof PyDict) for (const [key, value] of other.entries.values()) d.put(key, value);
    for (const [key, value] of k) d.put(key, value);
    return null;
  },
  add: (d, a) => {
    d.put(a[0] ?? null, true);
    return null;
  },
  discard: (d, a) => {
    d.entries.delete(repr(a[0] ?? null));
    return null;
  },
  clear: (d) => {
    d.entries.clear();
    return null;
  },
};

/** A method of a built-in type bound to its object, or undefined. */
export function method(self: Value, name: string): Builtin | undefined {
  const bind = <T extends Value>(table: Readonly<Record<string, Method<T>>>, of: T): Builtin | undefined => {
    const found = Object.hasOwn(table, name) ? table[name] : undefined;
    if (found === undefined) return undefined;
    return new Builtin(name, function* (args, keywords): Sys<Value> {
      return found(of, args, keywords);
    });
  };
  if (typeof self === 'string') return bind(STRING, self);
  if (self instanceof PyList) return bind(LIST, self);
  return self instanceof PyDict ? bind(DICT, self) : undefined;
}
