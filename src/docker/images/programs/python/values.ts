import type { Sys } from '../../../kernel/wait.ts';
import type { Expr, Parameter, Stmt } from './ast.ts';

/** A float: whole numbers are `number`, so that 6*7 shows as 42 and 84/2 as 42.0. */
export class PyFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class PyList {
  readonly items: Value[];
  readonly tuple: boolean;
  /** Names of the items of a named tuple. */
  readonly names: readonly string[];
  constructor(items: Value[], tuple = false, names: readonly string[] = []) {
    this.items = items;
    this.tuple = tuple;
    this.names = names;
  }
}

/** Dictionaries and sets: keys by their representation. */
export class PyDict {
  readonly entries = new Map<string, [key: Value, value: Value]>();
  readonly set: boolean;
  constructor(set = false) {
    this.set = set;
  }
  get(key: Value): Value | undefined {
    return this.entries.get(repr(key))?.[1];
  }
  put(key: Value, value: Value): void {
    this.entries.set(repr(key), [key, value]);
  }
}

/** A function written in the program. */
export class PyFunction {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Stmt[] | Expr;
  readonly scope: Scope;
  readonly defaults: ReadonlyMap<string, Value>;
  constructor(
    name: string,
    parameters: readonly Parameter[],
    body: readonly Stmt[] | Expr,
    scope: Scope,
    defaults: ReadonlyMap<string, Value>,
  ) {
    this.name = name;
    this.parameters = parameters;
    this.body = body;
    this.scope = scope;
    this.defaults = defaults;
  }
}

export type Keywords = ReadonlyMap<string, Value>;

/** A function of the interpreter. */
export class Builtin {
  readonly name: string;
  readonly call: (args: readonly Value[], keywords: Keywords) => Sys<Value>;
  constructor(name: string, call: (args: readonly Value[], keywords: Keywords) => Sys<Value>) {
    this.name = name;
    this.call = call;
  }
}

export class PyClass {
  readonly name: string;
  readonly base: PyClass | undefined;
  readonly members = new Map<string, Value>();
  constructor(name: string, base?: PyClass) {
    this.name = name;
    this.base = base;
  }
  find(name: string): Value | undefined {
    return this.members.get(name) ?? this.base?.find(name);
  }
  isA(other: PyClass): boolean {
    return this === other || (this.base?.isA(other) ?? false);
  }
}

export class PyInstance {
  readonly of: PyClass;
  readonly fields = new Map<string, Value>();
  constructor(of: PyClass) {
    this.of = of;
  }
}

/** A module, or any object of the interpreter with named members. */
export class PyModule {
  readonly name: string;
  readonly members: Map<string, Value>;
  constructor(name: string, members: Iterable<readonly [string, Value]> = []) {
    this.name = name;
    this.members = new Map(members);
  }
}

export type Value =
  | null
  | boolean
  | number
  | string
  | PyFloat
  | PyList
  | PyDict
  | PyFunction
  | Builtin
  | PyClass
  | PyInstance
  | PyModule;

export interface Scope {
  readonly names: Map<string, Value>;
  readonly globals: Map<string, Value>;
  readonly declared: Set<string>;
  readonly outer: Scope | undefined;
}

/** An exception on its way up. */
export class PyRaise extends Error {
  readonly value: PyInstance;
  line: number;
  constructor(value: PyInstance, line: number) {
    super('');
    this.value = value;
    this.line = line;
  }
}

const EXCEPTIONS = new Map<string, PyClass>();

/** The class of a built-in exception: `exception('OSError')`. */
export function exception(name: string, base = 'Exception'): PyClass {
  let known = EXCEPTIONS.get(name);
  if (known === undefined) {
    known = new PyClass(
      name,
      name === 'BaseException'
        ? undefined
        : exception(
            name === 'Exception' ? 'BaseException' : base,
            name === 'Exception' ? 'BaseException' : 'Exception',
          ),
    );
    EXCEPTIONS.set(name, known);
  }
  return known;
}

for (const [name, base] of [
  ['BaseException', ''],
  ['Exception', 'BaseException'],
  ['KeyboardInterrupt', 'BaseException'],
  ['SystemExit', 'BaseException'],
  ['ArithmeticError', 'Exception'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['LookupError', 'Exception'],
  ['KeyError', 'LookupError'],
  ['IndexError', 'LookupError'],
  ['OSError', 'Exception'],
  ['FileNotFoundError', 'OSError'],
  ['PermissionError', 'OSError'],
  ['ConnectionError', 'OSError'],
  ['ConnectionRefusedError', 'ConnectionError'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['NameError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['AssertionError', 'Exception'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
] as const)
  exception(name, base);

/** Makes an exception to throw. */
export function raise(name: string, message: string, line = 0): PyRaise {
  const value = new PyInstance(exception(name));
  value.fields.set('args', new PyList([message], true));
  return new PyRaise(value, line);
}

export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'string') return 'str';
  if (value instanceof PyFloat) return 'float';
  if (value instanceof PyList) return value.tuple ? 'tuple' : 'list';
  if (value instanceof PyDict) return value.set ? 'set' : 'dict';
  if (value instanceof PyClass) return 'type';
  if (value instanceof PyInstance) return value.of.name;
  if (value instanceof PyModule) return 'module';
  return value instanceof Builtin ? 'builtin_function_or_method' : 'function';
}

export function truthy(value: Value): boolean {
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof PyList) return value.items.length > 0;
  if (value instanceof PyDict) return value.entries.size > 0;
  return value !== null && value !== false && value !== 0 && value !== '';
}

function showFloat(n: number): string {
  if (Number.isInteger(n) && Math.abs(n) < 1e16) return `${n}.0`;
  if (n === Number.POSITIVE_INFINITY) return 'inf';
  if (n === Number.NEGATIVE_INFINITY) return '-inf';
  if (Number.isNaN(n)) return 'nan';
  return String(n).replace(/e([-+])(\d)$/, 'e$10$2');
}

/** `str(value)` */
export function str(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof PyInstance && value.of.isA(exception('BaseException'))) {
    const args = value.fields.get('args');
    const items = args instanceof PyList ? args.items : [];
    return items.length === 0
      ? ''
      : items.length === 1
        ? str(items[0] ?? null)
        : repr(new PyList(items, true));
  }
  return repr(value);
}

/** `repr(value)` */
export function repr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? String(value) : BigInt(Math.round(value)).toString();
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const inside = value
      .replaceAll('\\', '\\\\')
      .replaceAll('\n', '\\n')
      .replaceAll('\t', '\\t')
      .replaceAll('\r', '\\r');
    return quote + (quote === "'" ? inside.replaceAll("'", "\\'") : inside) + quote;
  }
  if (value instanceof PyFloat) return showFloat(value.value);
  if (value instanceof PyList) {
    const inside = value.items.map(repr).join(', ');
    return value.tuple ? `(${inside}${value.items.length === 1 ? ',' : ''})` : `[${inside}]`;
  }
  if (value instanceof PyDict) {
    if (value.set) return value.entries.size === 0 ? 'set()' : `{${[...value.entries.keys()].join(', ')}}`;
    return `{${[...value.entries.values()].map(([k, v]) => `${repr(k)}: ${repr(v)}`).join(', ')}}`;
  }
  if (value instanceof PyClass) return `<class '${value.name}'>`;
  if (value instanceof PyModule) return `<module '${value.name}'>`;
  if (value instanceof PyInstance) {
    if (value.of.isA(exception('BaseException'))) {
      const args = value.fields.get('args');
      return `${value.of.name}(${args instanceof PyList ? args.items.map(repr).join(', ') : ''})`;
    }
    return `<__main__.${value.of.name} object at 0x7f3b2c1d5e10>`;
  }
  return value instanceof Builtin
    ? `<built-in function ${value.name}>`
    : `<function ${value.name} at 0x7f3b2c1d4f40>`;
}

export function equal(a: Value, b: Value): boolean {
  const x = asNumber(a);
  const y = asNumber(b);
  if (x !== undefined && y !== undefined) return x === y;
  if (typeof a === 'object' && a !== null && (a instanceof PyList || a instanceof PyDict))
    return repr(a) === repr(b);
  return a === b;
}

/** The number a value is, or undefined. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof PyFloat ? value.value : undefined;
}

/** `format(value, spec)`: `>8`, `.2f`, `05d`, `,`, `x`, `%`. */
export function format(value: Value, spec: string): string {
  if (spec === '') return str(value);
  const match = /^(?:(.)?([<>^=]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/.exec(spec);
  if (match === null) throw raise('ValueError', 'Invalid format specifier');
  const [, fill, align, sign, , zero, width, comma, precision, type] = match;
  const n = asNumber(value);
  let out: string;
  if (n !== undefined && type !== 's') {
    const places = Number(precision ?? 6);
    const size = Math.abs(n);
    if (type === 'f' || type === 'F') out = size.toFixed(places);
    else if (type === 'e') out = size.toExponential(places).replace(/e([-+])(\d)$/, 'e$10$2');
    else if (type === '%') out = `${(size * 100).toFixed(places)}%`;
    else if (type === 'x' || type === 'X')
      out = type === 'x' ? size.toString(16) : size.toString(16).toUpperCase();
    else if (type === 'b') out = size.toString(2);
    else if (type === 'o') out = size.toString(8);
    else if (value instanceof PyFloat)
      out = precision === undefined ? showFloat(size) : String(Number(size.toPrecision(Number(precision))));
    else out = String(size);
    if (comma !== undefined)
      out = out.replace(/\B(?=(\d{3})+(?!\d))/, comma).replace(/(\d)(?=(\d{3})+(?:\D|$))/g, `$1${comma}`);
    out = (n < 0 ? '-' : sign === '+' ? '+' : sign === ' ' ? ' ' : '') + out;
  } else out = precision === undefined ? str(value) : str(value).slice(0, Number(precision));
  const wide = Number(width ?? 0);
  const filler = fill ?? (zero === undefined ? ' ' : '0');
  const how = align ?? (n === undefined ? '<' : '>');
  if (out.length >= wide) return out;
  if (how === '<') return out.padEnd(wide, filler);
  if (how === '^') return out.padStart(Math.floor((wide + out.length) / 2), filler).padEnd(wide, filler);
  if (filler === '0' && /^[-+]/.test(out)) return (out[0] ?? '') + out.slice(1).padStart(wide - 1, '0');
  return out.padStart(wide, filler);
}
