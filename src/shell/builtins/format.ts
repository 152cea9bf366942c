import { quoteBackslash } from '../expand/quote.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/**
 * Replaces backslash escapes as `echo -e` (octal needs `\0`), `printf`'s format and `%b` do; `\c` stops the output.
 * `formatEscapes('a\\tb', 'echo')` ⇒ `a⇥b`.
 */
export function formatEscapes(
  text: string,
  style: 'echo' | 'posix-echo' | 'format' | 'argument',
): { out: string; stopped: boolean } {
  const octal =
    style === 'echo' || style === 'posix-echo'
      ? '0[0-7]{0,3}'
      : style === 'argument'
        ? '0?[0-7]{1,3}'
        : '[0-7]{1,3}';
  // dash's echo knows octal numbers only.
  const hex = style === 'posix-echo' ? '(?!)' : '';
  const expression = new RegExp(
    `\\\\(?:(${octal})|${hex}x([0-9a-fA-F]{1,2})|${hex}u([0-9a-fA-F]{1,4})|${hex}U([0-9a-fA-F]{1,8})|([\\s\\S]))`,
    'g',
  );
  let stopped = false;
  let out = '';
  let from = 0;
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) out += new TextDecoder().decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (const match of text.matchAll(expression)) {
    const [whole, oct, hex, short, long, simple] = match;
    if (match.index > from) {
      flush();
      out += text.slice(from, match.index);
    }
    from = match.index + whole.length;
    if (oct !== undefined) bytes.push(Number.parseInt(oct, 8) & 255);
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else {
      flush();
      const code = short ?? long;
      if (code !== undefined) out += String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
      else if (simple === 'c' && style !== 'format') {
        stopped = true;
        break;
      } else if (
        style !== 'echo' &&
        style !== 'posix-echo' &&
        (simple === '"' || simple === "'" || simple === '?')
      )
        out += simple;
      else out += SIMPLE[simple ?? ''] ?? whole;
    }
  }
  flush();
  if (!stopped) out += text.slice(from);
  return { out, stopped };
}

const DIRECTIVE =
  /%(?:%|([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|L|q|j|z|t)?([diouxXcsbqeEfFgGaA])|\(([^)]*)\)T|([\s\S]?))/g;

/** `printf`: applies the format to the values, again and again until they are used up. */
export function format(
  template: string,
  values: readonly string[],
  dialect: 'bash' | 'dash' | 'ash',
  now: number,
): { out: string; errors: string[] } {
  const errors: string[] = [];
  let out = '';
  let next = 0;
  let stopped = false;
  do {
    const before = next;
    let from = 0;
    for (const match of template.matchAll(DIRECTIVE)) {
      const [whole, flags = '', width, precision, kind, time, bad] = match;
      out += formatEscapes(template.slice(from, match.index), 'format').out;
      from = match.index + whole.length;
      if (whole === '%%') {
        out += '%';
        continue;
      }
      if (
        (bad !== undefined && kind === undefined && time === undefined) ||
        (kind === 'q' && dialect !== 'bash')
      ) {
        errors.push(
          dialect === 'ash'
            ? `${whole}: invalid format`
            : bad === ''
              ? "`%': missing format character"
              : dialect === 'dash'
                ? `${whole}: invalid directive`
                : `\`${bad}': invalid format character`,
        );
        return { out, errors };
      }
      const take = (): string | undefined => values[next++];
      const wide = width === '*' ? Number(take() ?? 0) : width === undefined ? undefined : Number(width);
      const hasPrecision = whole.includes('.');
      const exact =
        precision === '*' ? Number(take() ?? 0) : hasPrecision ? Number(precision ?? 0) : undefined;
      if (time !== undefined) {
        const value = take();
        out += strftime(
          time === '' ? '%X' : time,
          value === undefined || value === '-1' ? now : value === '-2' ? now : Number(value) * 1000,
        );
        continue;
      }
      const value = take();
      const piece = convert(kind ?? 's', flags, exact, value, (message) => errors.push(message), dialect);
      out += pad(piece.text, flags, wide, kind ?? 's', exact);
      if (piece.stopped) {
        stopped = true;
        break;
      }
    }
    if (stopped) break;
    out += formatEscapes(template.slice(from), 'format').out;
    if (next === before) break;
  } while (next < values.length);
  return { out, errors };
}

function pad(
  text: string,
  flags: string,
  width: number | undefined,
  kind: string,
  precision: number | undefined,
): string {
  if (width === undefined) return text;
  const length = Array.from(text).length;
  const wanted = Math.abs(width);
  if (length >= wanted) return text;
  if (flags.includes('-') || width < 0) return text + ' '.repeat(wanted - length);
  const numeric = 'diouxXeEfFgGaA'.includes(kind);
  if (flags.includes('0') && numeric && !('diouxX'.includes(kind) && precision !== undefined)) {
    const sign = /^(?:[-+ ]|0[xX])?/.exec(text)?.[0] ?? '';
    return sign + '0'.repeat(wanted - length) + text.slice(sign.length);
  }
  return ' '.repeat(wanted - length) + text;
}

function convert(
  kind: string,
  flags: string,
  precision: number | undefined,
  value: string | undefined,
  complain: (message: string) => void,
  dialect: 'bash' | 'dash' | 'ash',
): { text: string; stopped: boolean } {
  const cut = (text: string): string =>
    precision === undefined ? text : Array.from(text).slice(0, precision).join('');
  if (kind === 's') return { text: cut(value ?? ''), stopped: false };
  if (kind === 'c') return { text: Array.from(value ?? '')[0] ?? '', stopped: false };
  if (kind === 'b') {
    const { out, stopped } = formatEscapes(value ?? '', 'argument');
    return { text: cut(out), stopped };
  }
  if (kind === 'q') return { text: quoteBackslash(value ?? ''), stopped: false };
  if ('diouxX'.includes(kind))
    return { text: integer(kind, flags, precision, value, complain, dialect), stopped: false };
  return { text: float(kind, flags, precision ?? 6, value, complain, dialect), stopped: false };
}

function invalid(value: string, dialect: 'bash' | 'dash' | 'ash'): string {
  if (dialect === 'bash') return `${value}: invalid number`;
  return dialect === 'dash' ? `${value}: expected numeric value` : `invalid number '${value}'`;
}

function integer(
  kind: string,
  flags: string,
  precision: number | undefined,
  value: string | undefined,
  complain: (message: string) => void,
  dialect: 'bash' | 'dash' | 'ash',
): string {
  let n = 0n;
  const text = (value ?? '').trimStart();
  if (/^['"]/.test(text)) n = BigInt(text.codePointAt(1) ?? 0);
  else if (text !== '') {
    const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    if (match === null || match[0].length < text.length) complain(invalid(value ?? '', dialect));
    if (match !== null) {
      const digits = match[2] ?? '0';
      n = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
      if (match[1] === '-') n = -n;
    }
  } else if (value === '' && dialect === 'dash') complain(invalid('', dialect));
  const negative = n < 0n && (kind === 'd' || kind === 'i');
  if (n < 0n && !negative) n = BigInt.asUintN(64, n);
  const absolute = negative ? -n : n;
  const base = kind === 'o' ? 8 : kind === 'x' || kind === 'X' ? 16 : 10;
  let digits = absolute.toString(base).padStart(precision ?? 1, '0');
  if (kind === 'X') digits = digits.toUpperCase();
  if (flags.includes('#') && absolute !== 0n)
    digits = (kind === 'o' ? '0' : base === 16 ? `0${kind}` : '') + digits;
  const sign = negative
    ? '-'
    : flags.includes('+') && base === 10 && kind !== 'u'
      ? '+'
      : flags.includes(' ') && base === 10
        ? ' '
        : '';
  return sign + digits;
}

function float(
  kind: string,
  flags: string,
  precision: number,
  value: string | undefined,
  complain: (message: string) => void,
  dialect: 'bash' | 'dash' | 'ash',
): string {
  const text = (value ?? '').trim();
  const n = text === '' ? 0 : Number(text);
  if (Number.isNaN(n)) complain(invalid(value ?? '', dialect));
  const number = Number.isNaN(n) ? Number.parseFloat(text) || 0 : n;
  const lower = kind.toLowerCase();
  let out: string;
  if (!Number.isFinite(number)) out = String(number).replace('Infinity', 'inf');
  else if (lower === 'f') out = number.toFixed(Math.min(100, precision));
  else if (lower === 'e') out = exponent(number.toExponential(Math.min(100, precision)));
  else {
    const digits = Math.max(1, precision);
    const power = number === 0 ? 0 : Number(number.toExponential(digits - 1).split('e')[1]);
    out =
      power < -4 || power >= digits
        ? exponent(number.toExponential(digits - 1))
        : number.toFixed(Math.max(0, digits - 1 - power));
    if (!flags.includes('#')) out = out.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
  }
  if (kind !== lower) out = out.toUpperCase();
  return !out.startsWith('-') && flags.includes('+')
    ? `+${out}`
    : !out.startsWith('-') && flags.includes(' ')
      ? ` ${out}`
      : out;
}

const exponent = (text: string): string => text.replace(/e([-+])(\d)$/, 'e$10$2');

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** strftime(3) in UTC, the directives people use. */
function strftime(pattern: string, ms: number): string {
  const at = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const replace: Readonly<Record<string, () => string>> = {
    Y: () => String(at.getUTCFullYear()),
    m: () => two(at.getUTCMonth() + 1),
    d: () => two(at.getUTCDate()),
    e: () => String(at.getUTCDate()).padStart(2),
    H: () => two(at.getUTCHours()),
    M: () => two(at.getUTCMinutes()),
    S: () => two(at.getUTCSeconds()),
    y: () => two(at.getUTCFullYear() % 100),
    F: () => at.toISOString().slice(0, 10),
    T: () => time,
    X: () => time,
    R: () => time.slice(0, 5),
    s: () => String(Math.floor(ms / 1000)),
    a: () => (DAYS[at.getUTCDay()] ?? '').slice(0, 3),
    A: () => DAYS[at.getUTCDay()] ?? '',
    b: () => (MONTHS[at.getUTCMonth()] ?? '').slice(0, 3),
    B: () => MONTHS[at.getUTCMonth()] ?? '',
    Z: () => 'UTC',
    z: () => '+0000',
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
  };
  return pattern.replace(/%(.)/g, (whole, c: string) => replace[c]?.() ?? whole);
}
