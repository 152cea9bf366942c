import type { Process } from '../../kernel/process.ts';
import { kernelFacts } from '../tool/machine.ts';
import { formatTime } from '../tool/time.ts';

export const PHP_VERSION = '8.4.13';

/** A value of a PHP page. */
export type Value = string | number | boolean | null | Map<string, Value> | PhpObject;

/** An object: its class and its public properties. */
export class PhpObject {
  readonly type: string;
  readonly fields: Map<string, Value>;
  constructor(type: string, fields: readonly (readonly [string, Value])[] = []) {
    this.type = type;
    this.fields = new Map(fields);
  }
}

/** Are the keys 0, 1, 2 …? */
export function isList(array: ReadonlyMap<string, Value>): boolean {
  return [...array.keys()].every((key, i) => key === String(i));
}

/** An array of these values. */
export function list(values: Iterable<Value>): Map<string, Value> {
  return new Map([...values].map((value, i): [string, Value] => [String(i), value]));
}

/** As JSON has it. */
export function plain(value: Value): unknown {
  if (value instanceof PhpObject) return plain(value.fields);
  if (!(value instanceof Map)) return value;
  return isList(value)
    ? [...value.values()].map(plain)
    : Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]));
}

export function show(value: Value): string {
  if (value === null || value === false) return '';
  if (value === true) return '1';
  if (value instanceof PhpObject) return show(value.fields.get('message') ?? value.type);
  return typeof value === 'object' ? 'Array' : String(value);
}

export function number(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? Number.parseFloat(value) || 0 : 0;
}

export function truthy(value: Value): boolean {
  if (value instanceof Map) return value.size > 0;
  return value !== null && value !== false && value !== '' && value !== 0 && value !== '0';
}

export function combine(operator: string, a: Value, b: Value): Value {
  switch (operator.toLowerCase()) {
    case '.':
      return show(a) + show(b);
    case '+':
      return number(a) + number(b);
    case '-':
      return number(a) - number(b);
    case '*':
      return number(a) * number(b);
    case '/':
      return number(a) / number(b);
    case '%':
      return number(a) % number(b);
    case '<':
      return number(a) < number(b);
    case '>':
      return number(a) > number(b);
    case '<=':
      return number(a) <= number(b);
    case '>=':
      return number(a) >= number(b);
    case '===':
      return same(a, b);
    case '!==':
      return !same(a, b);
    case '==':
      return alike(a, b);
    case '!=':
    case '<>':
      return !alike(a, b);
    case '<=>':
      return Math.sign(number(a) - number(b));
    case 'xor':
      return truthy(a) !== truthy(b);
    case '&&':
    case 'and':
      return truthy(a) && truthy(b);
    default:
      return truthy(a) || truthy(b);
  }
}

const numeric = (value: Value): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\s*-?(\d+\.?\d*|\.\d+)\s*$/.test(value));

function same(a: Value, b: Value): boolean {
  return a instanceof Map && b instanceof Map
    ? JSON.stringify(plain(a)) === JSON.stringify(plain(b))
    : a === b;
}

/** `==` of PHP 8: numbers as numbers, null and booleans by their truth, all else as text. */
function alike(a: Value, b: Value): boolean {
  if (numeric(a) && numeric(b)) return number(a) === number(b);
  if (typeof a === 'boolean' || typeof b === 'boolean') return truthy(a) === truthy(b);
  if (a === null || b === null) return !truthy(a) && !truthy(b);
  return same(a, b) || (typeof a !== 'object' && typeof b !== 'object' && show(a) === show(b));
}

export function phpDate(format: string, now: number): string {
  const map: Readonly<Record<string, string>> = {
    d: '%d',
    j: '%-d',
    m: '%m',
    n: '%-m',
    Y: '%Y',
    y: '%y',
    H: '%H',
    G: '%-H',
    h: '%I',
    i: '%M',
    s: '%S',
    D: '%a',
    l: '%A',
    M: '%b',
    F: '%B',
    A: '%p',
    U: '%s',
    N: '%u',
  };
  return format.replace(
    /\\(.)|([A-Za-z])/g,
    (_whole, kept: string | undefined, letter: string) => kept ?? formatTime(now, map[letter] ?? letter),
  );
}

export function phpInfo(p: Process): string {
  const rows: readonly (readonly [string, string])[] = [
    ['System', `Linux ${p.uts.hostname} ${kernelFacts(p).release} x86_64`],
    ['Server API', p.name.startsWith('php') ? 'Command Line Interface' : 'Apache 2.0 Handler'],
    ['PHP API', '20240924'],
    ...[...p.env].map(([name, value]) => [`$_ENV['${name}']`, value] as const),
  ];
  return `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "DTD/xhtml1-transitional.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml"><head>\n<title>PHP ${PHP_VERSION} - phpinfo()</title></head>\n<body><div class="center">\n<table>\n<tr class="h"><td><h1 class="p">PHP Version ${PHP_VERSION}</h1></td></tr>\n</table>\n<table>\n${rows.map(([name, value]) => `<tr><td class="e">${name} </td><td class="v">${value} </td></tr>\n`).join('')}</table>\n</div></body></html>`;
}
