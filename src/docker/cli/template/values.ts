import { goDuration } from '../../engine/duration.ts';
import { utf8 } from '../../kernel/bytes.ts';

/**
 * What a template works on. Go tells structs, maps, pointers and kinds of numbers apart, and so do its messages and its
 * printing; these classes keep the difference. `undefined` is Go's invalid value (prints `<no value>`), `null` a nil
 * pointer or nil interface inside data (prints `<nil>`).
 */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | GoFloat
  | JsonNumber
  | readonly Value[]
  | GoMap
  | GoStruct
  | GoPointer;

/** A floating point number; plain numbers are integers. */
export class GoFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A number of a decoded JSON text, whose type in Go is a string. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A time.Duration: it prints as `1m30s` and is nanoseconds in JSON. */
export class GoDuration extends JsonNumber {
  readonly nanoseconds: number;
  constructor(nanoseconds: number) {
    super(goDuration(nanoseconds));
    this.nanoseconds = nanoseconds;
  }
}

/** A Go map with string keys. `zero` is what `index` gives for a missing key. */
export class GoMap {
  readonly entries: ReadonlyMap<string, Value>;
  readonly goType: string;
  readonly zero: Value;
  constructor(entries: ReadonlyMap<string, Value>, goType = 'map[string]interface {}', zero?: Value) {
    this.entries = entries;
    this.goType = goType;
    this.zero = zero;
  }

  /** Keys as Go prints and ranges over them: sorted. */
  get keys(): string[] {
    return [...this.entries.keys()].sort(byBytes);
  }
}

/** What a method of a struct is given and gives. */
export type Method = (...args: readonly Value[]) => Value;

/** A Go struct or a pointer to one: fields and methods by name. */
export class GoStruct {
  readonly goType: string;
  readonly fields: ReadonlyMap<string, Value | Method>;
  /** Its JSON text, if that is not simply its fields. */
  readonly json: (() => string) | undefined;
  /** Prints as an address when it is inside something else. */
  readonly pointer: boolean;
  /** What its `String` method gives, if it has one. */
  readonly text: string | undefined;
  constructor(
    goType: string,
    fields: ReadonlyMap<string, Value | Method>,
    options: { json?: () => string; pointer?: boolean; text?: string } = {},
  ) {
    this.goType = goType;
    this.fields = fields;
    this.json = options.json;
    this.pointer = options.pointer ?? false;
    this.text = options.text;
  }
}

/** A pointer to a number or a truth value: it prints as what it points to, but compares with nothing and is always true. */
export class GoPointer {
  readonly to: number | boolean;
  constructor(to: number | boolean) {
    this.to = to;
  }
}

/** A nil slice and a nil map: they print as empty ones, and as `null` in JSON. */
export const NIL_SLICE: readonly Value[] = [];
export const NIL_MAP = new GoMap(new Map(), 'map[string]string', '');

/** Order of UTF-8 bytes, as Go sorts strings. */
export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Go's name of the value's type, for messages. */
export function typeName(value: Value): string {
  if (value === undefined || value === null) return '<nil>';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'string') return 'string';
  if (value instanceof GoFloat) return 'float64';
  if (value instanceof GoDuration) return 'time.Duration';
  if (value instanceof JsonNumber) return 'json.Number';
  if (value instanceof GoPointer) return `*${typeof value.to === 'boolean' ? 'bool' : 'int64'}`;
  if (value instanceof GoMap || value instanceof GoStruct) return value.goType;
  return value.every((item) => typeof item === 'string') ? '[]string' : '[]interface {}';
}

/** Is it true in `if`: not zero, not empty, not nil? */
export function truth(value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (value instanceof GoFloat) return value.value !== 0;
  if (value instanceof GoDuration) return value.nanoseconds !== 0;
  if (value instanceof JsonNumber) return value.text !== '';
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoStruct || value instanceof GoPointer) return true;
  if (typeof value === 'object') return value.length > 0;
  return value !== false && value !== 0 && value !== '';
}

/** Go's `%v`: `map[a:b]`, `[a b]`, `{x y}`; a pointer to a struct inside something prints as an address. */
export function print(value: Value, depth = 0): string {
  if (value === undefined) return depth === 0 ? '<no value>' : '<nil>';
  if (value === null) return '<nil>';
  if (value instanceof GoPointer) return depth === 0 ? String(value.to) : '0xc0004a6000';
  if (value instanceof GoFloat) return floatText(value.value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof GoMap)
    return `map[${value.keys.map((key) => `${key}:${print(value.entries.get(key), depth + 1)}`).join(' ')}]`;
  if (value instanceof GoStruct) {
    if (value.text !== undefined) return value.text;
    if (value.pointer && depth > 0) return '0xc0004a6000';
    const fields = [...value.fields.values()].filter((field): field is Value => typeof field !== 'function');
    return `{${fields.map((field) => print(field, depth + 1)).join(' ')}}`;
  }
  if (typeof value === 'object') return `[${value.map((item) => print(item, depth + 1)).join(' ')}]`;
  return String(value);
}

/** Go's shortest `%v` of a float64: 0.5 ⇒ `0.5`, 1e21 ⇒ `1e+21`. */
export function floatText(value: number): string {
  return Math.abs(value) >= 1e21 ? value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2') : String(value);
}

/** How many: bytes of a string, items of a list or map. */
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return utf8(value).length;
  if (value instanceof JsonNumber) return value.text.length;
  if (value instanceof GoMap) return value.entries.size;
  return Array.isArray(value) ? value.length : undefined;
}

/** JSON as Go's encoder writes it, on one line; keys of maps sorted. `escapeHtml` writes `<` as `\u003c`. */
export function toJson(value: Value, escapeHtml: boolean): string {
  const text = encode(value);
  return escapeHtml ? text.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`) : text;
}

function encode(value: Value): string {
  if (value === undefined || value === null || value === NIL_SLICE || value === NIL_MAP) return 'null';
  if (value instanceof GoPointer) return String(value.to);
  if (value instanceof GoFloat) return floatText(value.value);
  if (value instanceof GoDuration) return String(value.nanoseconds);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof GoMap)
    return `{${value.keys.map((key) => `${JSON.stringify(key)}:${encode(value.entries.get(key))}`).join(',')}}`;
  if (value instanceof GoStruct) {
    if (value.json !== undefined) return value.json();
    const fields = [...value.fields].filter(
      (entry): entry is [string, Value] => typeof entry[1] !== 'function',
    );
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${encode(field)}`).join(',')}}`;
  }
  if (typeof value === 'object') return `[${value.map(encode).join(',')}]`;
  return JSON.stringify(value);
}
