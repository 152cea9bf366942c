import type { Sys } from '../../../kernel/wait.ts';
import { items, order } from './methods.ts';
import { fn, type Host, openFileObject, slow } from './modules.ts';
import {
  asNumber,
  exception,
  format,
  PyClass,
  PyDict,
  PyFloat,
  PyInstance,
  PyList,
  PyModule,
  raise,
  repr,
  str,
  truthy,
  typeName,
  type Value,
} from './values.ts';

/** Limits what `range` makes at once. */
const MOST = 1_000_000;

/** print, len, range, input, open and the other functions that are always there. */
export function builtins(host: Host & { text(value: Value): Sys<string> }): [string, Value][] {
  const { p } = host;
  const num = (value: Value | undefined): number => asNumber(value ?? null) ?? 0;
  return [
    slow('print', function* (args, keywords) {
      const words: string[] = [];
      for (const arg of args) words.push(yield* host.text(arg));
      const end = keywords.get('end');
      const separator = keywords.get('sep');
      const line =
        words.join(separator === undefined || separator === null ? ' ' : str(separator)) +
        (end === undefined || end === null ? '\n' : str(end));
      const file = keywords.get('file');
      const write = file instanceof PyModule ? file.members.get('write') : undefined;
      if (write !== undefined) yield* host.call(write, [line]);
      else yield* host.out(line, truthy(keywords.get('flush') ?? null));
      return null;
    }),
    slow('input', function* ([question]) {
      if (question !== undefined) yield* host.out(str(question), true);
      const line = yield* p.readLine(0);
      if (line === undefined) throw raise('EOFError', 'EOF when reading a line');
      return line;
    }),
    fn('len', ([a]) => {
      if (typeof a === 'string') return [...a].length;
      if (a instanceof PyList) return a.items.length;
      if (a instanceof PyDict) return a.entries.size;
      throw raise('TypeError', `object of type '${typeName(a ?? null)}' has no len()`);
    }),
    fn('range', (args) => {
      const [first, second, third] = args;
      const from = second === undefined ? 0 : num(first);
      const to = second === undefined ? num(first) : num(second);
      const step = third === undefined ? 1 : num(third);
      if (step === 0) throw raise('ValueError', 'range() arg 3 must not be zero');
      const length = Math.max(0, Math.ceil((to - from) / step));
      if (length > MOST)
        throw raise('RuntimeError', `muelle: ranges of more than ${MOST} are not simulated here`);
      return new PyList(Array.from({ length }, (_, i) => from + i * step));
    }),
    fn('str', ([a]) => (a === undefined ? '' : str(a))),
    fn('repr', ([a]) => repr(a ?? null)),
    fn('int', ([a, base]) => {
      if (typeof a === 'string') {
        const value =
          base === undefined
            ? /^\s*[-+]?\d+\s*$/.test(a)
              ? Number(a)
              : Number.NaN
            : Number.parseInt(a, num(base));
        if (Number.isNaN(value))
          throw raise('ValueError', `invalid literal for int() with base 10: ${repr(a)}`);
        return value;
      }
      return Math.trunc(num(a));
    }),
    fn('float', ([a]) => {
      const value = typeof a === 'string' ? Number(a) : num(a);
      if (Number.isNaN(value))
        throw raise('ValueError', `could not convert string to float: ${repr(a ?? null)}`);
      return new PyFloat(value);
    }),
    fn('bool', ([a]) => truthy(a ?? null)),
    fn('list', ([a]) => new PyList(a === undefined ? [] : [...items(a)])),
    fn('tuple', ([a]) => new PyList(a === undefined ? [] : [...items(a)], true)),
    fn('set', ([a]) => {
      const out = new PyDict(true);
      for (const item of a === undefined ? [] : items(a)) out.put(item, true);
      return out;
    }),
    fn('dict', ([a], keywords) => {
      const out = new PyDict();
      if (a instanceof PyDict) for (const [key, value] of a.entries.values()) out.put(key, value);
      else
        for (const pair of a === undefined ? [] : items(a)) {
          const [key = null, value = null] = items(pair);
          out.put(key, value);
        }
      for (const [key, value] of keywords) out.put(key, value);
      return out;
    }),
    fn('abs', ([a]) => (a instanceof PyFloat ? new PyFloat(Math.abs(a.value)) : Math.abs(num(a)))),
    fn('round', ([a, places]) => {
      const n = num(a);
      if (places !== undefined) return new PyFloat(Number(n.toFixed(num(places))));
      // To the even neighbour, as Python rounds halves.
      const floor = Math.floor(n);
      return n - floor === 0.5 ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(n);
    }),
    fn('sum', ([a, start]) => {
      const list = items(a ?? null);
      const total = list.reduce((n: number, item) => n + num(item), num(start));
      return list.some((item) => item instanceof PyFloat) ? new PyFloat(total) : total;
    }),
    fn('min', (args) => [...(args.length === 1 ? items(args[0] ?? null) : args)].sort(order)[0] ?? null),
    fn('max', (args) => [...(args.length === 1 ? items(args[0] ?? null) : args)].sort(order).at(-1) ?? null),
    slow('sorted', function* ([a], keywords) {
      const key = keywords.get('key');
      const keyed: { item: Value; by: Value }[] = [];
      for (const item of items(a ?? null))
        keyed.push({ item, by: key === undefined || key === null ? item : yield* host.call(key, [item]) });
      keyed.sort((x, y) => order(x.by, y.by));
      if (truthy(keywords.get('reverse') ?? null)) keyed.reverse();
      return new PyList(keyed.map(({ item }) => item));
    }),
    fn('reversed', ([a]) => new PyList([...items(a ?? null)].reverse())),
    fn(
      'enumerate',
      ([a, start]) => new PyList(items(a ?? null).map((item, i) => new PyList([i + num(start), item], true))),
    ),
    fn('zip', (args) => {
      const lists = args.map(items);
      const length = Math.min(...lists.map((list) => list.length));
      return new PyList(
        Array.from(
          { length },
          (_, i) =>
            new PyList(
              lists.map((list) => list[i] ?? null),
              true,
            ),
        ),
      );
    }),
    slow('map', function* ([of, a]) {
      const out: Value[] = [];
      for (const item of items(a ?? null)) out.push(yield* host.call(of ?? null, [item]));
      return new PyList(out);
    }),
    slow('filter', function* ([of, a]) {
      const out: Value[] = [];
      for (const item of items(a ?? null))
        if (truthy(of === null || of === undefined ? item : yield* host.call(of, [item]))) out.push(item);
      return new PyList(out);
    }),
    fn('any', ([a]) => items(a ?? null).some(truthy)),
    fn('all', ([a]) => items(a ?? null).every(truthy)),
    fn('chr', ([a]) => String.fromCodePoint(num(a))),
    fn('ord', ([a]) => str(a ?? '').codePointAt(0) ?? 0),
    fn('hex', ([a]) => `0x${num(a).toString(16)}`),
    fn('bin', ([a]) => `0b${num(a).toString(2)}`),
    fn('format', ([a, spec]) => format(a ?? null, str(spec ?? ''))),
    fn('type', ([a]) => (a instanceof PyInstance ? a.of : new PyClass(typeName(a ?? null)))),
    fn('isinstance', ([a, of]) => {
      const classes = of instanceof PyList ? of.items : [of ?? null];
      return classes.some((c) =>
        c instanceof PyClass && a instanceof PyInstance
          ? a.of.isA(c)
          : c !== null && typeof c === 'object' && 'name' in c && c.name === typeName(a ?? null),
      );
    }),
    fn(
      'hasattr',
      ([a, name]) =>
        a instanceof PyInstance &&
        (a.fields.has(str(name ?? '')) || a.of.find(str(name ?? '')) !== undefined),
    ),
    fn('getattr', ([a, name, otherwise]) =>
      a instanceof PyInstance
        ? (a.fields.get(str(name ?? '')) ?? a.of.find(str(name ?? '')) ?? otherwise ?? null)
        : (otherwise ?? null),
    ),
    fn('id', () => 139_854_112_534_224),
    fn('open', ([path, mode]) => openFileObject(p, str(path ?? ''), str(mode ?? 'r'))),
    fn('exit', ([code]) => host.exit(num(code))),
    fn('quit', ([code]) => host.exit(num(code))),
    ['Exception', exception('Exception')],
    ['BaseException', exception('BaseException')],
    ['object', new PyClass('object')],
    ['Ellipsis', null],
  ];
}
