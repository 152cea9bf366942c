import { text, utf8 } from '../../../kernel/bytes.ts';
import type { Process } from '../../../kernel/process.ts';
import { dirName } from '../../tool/files.ts';
import { kernelFacts } from '../../tool/machine.ts';
import {
  list,
  number,
  PHP_VERSION,
  PhpObject,
  phpDate,
  plain,
  show,
  truthy,
  type Value,
} from '../php-values.ts';
import { hasExtension } from './objects.ts';
import { NotSimulated } from './tokens.ts';

const values = (value: Value): Value[] => (value instanceof Map ? [...value.values()] : []);
const strings = (value: Value): string[] => values(value).map(show);

const escapeHtml = (s: string): string =>
  s
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#039;');

type Pure = (...args: Value[]) => Value;

/** Functions whose answer depends on nothing but their arguments. */
const PURE: Readonly<Record<string, Pure>> = {
  phpversion: () => PHP_VERSION,
  strtoupper: (s = null) => show(s).toUpperCase(),
  strtolower: (s = null) => show(s).toLowerCase(),
  ucfirst: (s = null) => show(s).slice(0, 1).toUpperCase() + show(s).slice(1),
  ucwords: (s = null) => show(s).replace(/(^|\s)\S/g, (found) => found.toUpperCase()),
  strlen: (s = null) => utf8(show(s)).length,
  mb_strlen: (s = null) => [...show(s)].length,
  strrev: (s = null) => [...show(s)].reverse().join(''),
  trim: (s = null) => show(s).trim(),
  ltrim: (s = null) => show(s).trimStart(),
  rtrim: (s = null) => show(s).trimEnd(),
  substr: (s = null, from = 0, length = null) => {
    const chars = show(s);
    const start = number(from) < 0 ? Math.max(0, chars.length + number(from)) : number(from);
    const end =
      length === null
        ? chars.length
        : number(length) < 0
          ? chars.length + number(length)
          : start + number(length);
    return chars.slice(start, end);
  },
  strpos: (s = null, find = null) => (show(s).includes(show(find)) ? show(s).indexOf(show(find)) : false),
  str_contains: (s = null, find = null) => show(s).includes(show(find)),
  str_starts_with: (s = null, find = null) => show(s).startsWith(show(find)),
  str_ends_with: (s = null, find = null) => show(s).endsWith(show(find)),
  str_repeat: (s = null, n = 0) => show(s).repeat(Math.max(0, number(n))),
  str_replace: (from = null, to = null, s = null) => show(s).replaceAll(show(from), show(to)),
  str_pad: (s = null, n = 0, fill = ' ') => show(s).padEnd(number(n), show(fill)),
  htmlspecialchars: (s = null) => escapeHtml(show(s)),
  htmlentities: (s = null) => escapeHtml(show(s)),
  nl2br: (s = null) => show(s).replaceAll('\n', '<br />\n'),
  implode: (glue = null, parts = null) =>
    glue instanceof Map ? strings(glue).join(show(parts)) : strings(parts).join(show(glue)),
  explode: (by = null, s = null) => list(show(s).split(show(by))),
  count: (a = null) =>
    a instanceof Map ? a.size : a instanceof PhpObject ? number(a.fields.get('num_rows') ?? 1) : 0,
  in_array: (find = null, a = null) => strings(a).includes(show(find)),
  array_keys: (a = null) =>
    a instanceof Map ? list([...a.keys()].map((key) => (/^\d+$/.test(key) ? Number(key) : key))) : null,
  array_values: (a = null) => list(values(a)),
  array_merge: (...all) => list(all.flatMap(values)),
  array_sum: (a = null) => values(a).reduce<number>((sum, one) => sum + number(one), 0),
  array_reverse: (a = null) => list(values(a).reverse()),
  array_key_exists: (key = null, a = null) => a instanceof Map && a.has(show(key)),
  range: (from = 0, to = 0) =>
    list(
      Array.from(
        { length: Math.abs(number(to) - number(from)) + 1 },
        (_, i) => number(from) + i * Math.sign(number(to) - number(from)),
      ),
    ),
  is_array: (a = null) => a instanceof Map,
  is_string: (a = null) => typeof a === 'string',
  is_int: (a = null) => typeof a === 'number' && Number.isInteger(a),
  is_null: (a = null) => a === null,
  is_numeric: (a = null) =>
    typeof a === 'number' || (typeof a === 'string' && a.trim() !== '' && !Number.isNaN(Number(a))),
  round: (a = 0, digits = 0) => Number(number(a).toFixed(number(digits))),
  floor: (a = 0) => Math.floor(number(a)),
  ceil: (a = 0) => Math.ceil(number(a)),
  abs: (a = 0) => Math.abs(number(a)),
  sqrt: (a = 0) => Math.sqrt(number(a)),
  pow: (a = 0, b = 0) => number(a) ** number(b),
  max: (...all) => Math.max(...(all[0] instanceof Map ? values(all[0]) : all).map(number)),
  min: (...all) => Math.min(...(all[0] instanceof Map ? values(all[0]) : all).map(number)),
  intval: (a = null) => Math.trunc(number(a)),
  floatval: (a = null) => number(a),
  strval: (a = null) => show(a),
  boolval: (a = null) => truthy(a),
  number_format: (a = 0, digits = 0) =>
    number(a)
      .toFixed(number(digits))
      .replace(/\B(?=(\d{3})+(?!\d))/g, ','),
  json_encode: (a = null) => JSON.stringify(plain(a)).replaceAll('/', '\\/'),
  dirname: (s = null) => dirName(show(s)),
  basename: (s = null) => show(s).replace(/\/+$/, '').replace(/^.*\//, ''),
  error_reporting: () => true,
  ini_set: () => true,
  date_default_timezone_set: () => true,
  mysqli_report: () => true,
};

/** Calls one of PHP's functions that need no page: pure ones, and those that look at the machine. */
export function builtin(p: Process, name: string, args: readonly Value[], folder: string): Value {
  const pure = Object.hasOwn(PURE, name) ? PURE[name] : undefined;
  if (pure !== undefined) return pure(...args);
  const [a = null, b = null] = args;
  const s = show(a);
  const who = { uid: p.uid, gid: p.gid, groups: p.groups };
  switch (name) {
    case 'gethostname':
      return p.uts.hostname;
    case 'php_uname':
      return s === 'n'
        ? p.uts.hostname
        : s === 's'
          ? 'Linux'
          : `Linux ${p.uts.hostname} ${kernelFacts(p).release} x86_64`;
    case 'php_sapi_name':
      return p.name.startsWith('php') ? 'cli' : 'apache2handler';
    case 'getenv':
      return p.env.get(s) ?? false;
    case 'getmypid':
      return p.pid;
    case 'date':
      return phpDate(s, p.kernel.clock.now);
    case 'time':
      return Math.floor(p.kernel.clock.now / 1000);
    case 'microtime':
      return p.kernel.clock.now / 1000;
    case 'rand':
    case 'mt_rand':
    case 'random_int':
      return number(a) + p.kernel.random.below(number(b) - number(a) + 1);
    case 'extension_loaded':
      return s === 'mysqli' || s === 'pdo_mysql'
        ? hasExtension(p, s)
        : /^(core|date|json|standard)$/i.test(s);
    case 'file_exists':
      return p.fs.exists(s, folder);
    case 'is_dir':
      return p.fs.isDirectory(s, folder);
    case 'file_get_contents':
      return p.fs.exists(s, folder) ? text(p.fs.read(s, folder, who)) : false;
    case 'file_put_contents': {
      const bytes = utf8(show(b));
      if (number(args[2] ?? 0) === 8 && p.fs.exists(s, folder)) p.fs.append(s, show(b), folder, who);
      else p.fs.write(s, bytes, folder, who);
      return bytes.length;
    }
    case 'unlink':
      p.fs.unlink(s, folder, who);
      return true;
    case 'scandir':
      return p.fs.isDirectory(s, folder) ? list(['.', '..', ...p.fs.list(s, folder)].sort()) : false;
    default:
      throw new NotSimulated(`${name}()`);
  }
}

/** What `var_dump` prints of a value. */
export function dumped(value: Value, indent = ''): string {
  if (value === null) return `${indent}NULL\n`;
  if (typeof value === 'boolean') return `${indent}bool(${value})\n`;
  if (typeof value === 'number') return `${indent}${Number.isInteger(value) ? 'int' : 'float'}(${value})\n`;
  if (typeof value === 'string') return `${indent}string(${utf8(value).length}) "${value}"\n`;
  const map = value instanceof Map ? value : value.fields;
  const head = value instanceof Map ? `array(${map.size})` : `object(${value.type})#1 (${map.size})`;
  const rows = [...map].map(
    ([key, inner]) =>
      `${indent}  [${/^\d+$/.test(key) ? key : `"${key}"`}]=>\n${dumped(inner, `${indent}  `)}`,
  );
  return `${indent}${head} {\n${rows.join('')}${indent}}\n`;
}

/** What `print_r` prints of a value. */
export function printed(value: Value, indent = ''): string {
  if (!(value instanceof Map) && !(value instanceof PhpObject)) return show(value);
  const map = value instanceof Map ? value : value.fields;
  const head = value instanceof Map ? 'Array' : `${value.type} Object`;
  const rows = [...map].map(
    ([key, inner]) => `${indent}    [${key}] => ${printed(inner, `${indent}        `)}\n`,
  );
  return `${head}\n${indent}(\n${rows.join('')}${indent})\n`;
}
