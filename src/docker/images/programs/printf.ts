import { concat, utf8 } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { BadUsage } from '../tool/tool.ts';
import { backslashes } from './echo.ts';

/** printf(1): the format is used again while arguments are left. */
export function* printf(p: Process): Sys<number> {
  const [, format, ...args] = p.argv;
  if (format === undefined) throw new BadUsage('missing operand');
  let code = 0;
  const left = [...args];
  do {
    const before = left.length;
    const { text: out, problems, stop } = formatOnce(format, left);
    yield* p.print(bytesOf(out));
    for (const problem of problems) {
      yield* p.error(`printf: ${problem}\n`);
      code = 1;
    }
    if (stop || left.length === before) break;
  } while (left.length > 0);
  return code;
}

/** Where the bytes 128 to 255 that were written by number stand in a text until it is printed. */
const BYTES = 0xf700;

/** `\\xff` is a byte, `ÿ` a character. */
function raw(written: string, text: string): string {
  const code = text.charCodeAt(0);
  return /^\\[0-7x]/.test(written) && text.length === 1 && code > 0x7f && code < 0x100
    ? String.fromCharCode(BYTES + code)
    : text;
}

function bytesOf(out: string): Uint8Array {
  return concat(
    out
      .split(/([\uf780-\uf7ff])/)
      .map((part, i) => (i % 2 === 1 ? Uint8Array.of(part.charCodeAt(0) - BYTES) : utf8(part))),
  );
}

/** One pass of a format over arguments, which it takes from the front of `args`. */
export function formatOnce(
  format: string,
  args: string[],
): { text: string; problems: string[]; stop: boolean } {
  const problems: string[] = [];
  let out = '';
  const token =
    /%%|%([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?([bcdeEfFgGiosuxXq])|\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|[\s\S])|[^%\\]+|%/g;
  for (const match of format.matchAll(token)) {
    const [whole, flags = '', width, precision, kind] = match;
    if (whole.startsWith('\\')) {
      const { text, stop } = backslashes(whole, 'printf');
      out += raw(whole, text);
      if (stop) return { text: out, problems, stop: true };
      continue;
    }
    if (whole === '%%') out += '%';
    else if (kind === undefined) out += whole;
    else {
      const number = (written: string | undefined): number | undefined =>
        written === '*'
          ? Number(args.shift() ?? 0)
          : written === undefined || written === ''
            ? undefined
            : Number(written);
      const wide = number(width);
      const precise = precision === '' ? 0 : number(precision);
      const value = args.shift();
      const { text, stop } = convert(kind, value, flags, precise, problems);
      out += pad(text, flags, wide, /[diouxXeEfFgG]/.test(kind));
      if (stop) return { text: out, problems, stop: true };
    }
  }
  return { text: out, problems, stop: false };
}

function pad(text: string, flags: string, width: number | undefined, numeric: boolean): string {
  if (width === undefined) return text;
  if (flags.includes('-') || width < 0) return text.padEnd(Math.abs(width));
  if (flags.includes('0') && numeric) {
    const sign = /^[-+ ]/.test(text) ? (text[0] ?? '') : '';
    return sign + text.slice(sign.length).padStart(width - sign.length, '0');
  }
  return text.padStart(width);
}

function convert(
  kind: string,
  value: string | undefined,
  flags: string,
  precision: number | undefined,
  problems: string[],
): { text: string; stop: boolean } {
  const given = value ?? '';
  if (kind === 's') return { text: precision === undefined ? given : given.slice(0, precision), stop: false };
  if (kind === 'c') return { text: given.slice(0, 1), stop: false };
  if (kind === 'q')
    return { text: /^[\w./-]+$/.test(given) ? given : `'${given.replaceAll("'", "'\\''")}'`, stop: false };
  if (kind === 'b') {
    const { text, stop } = backslashes(given);
    return { text: precision === undefined ? text : text.slice(0, precision), stop };
  }
  let n = 0;
  if (/^['"]/.test(given)) n = given.codePointAt(1) ?? 0;
  else if (given !== '') {
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)/.exec(given);
    if (match === null) problems.push(`'${given}': expected a numeric value`);
    else {
      const digits = match[2] ?? '';
      n = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
      if (match[1] === '-') n = -n;
      if (match[0].length !== given.length) problems.push(`'${given}': value not completely converted`);
    }
  }
  const sign = n < 0 || Object.is(n, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const size = Math.abs(n);
  const zeros = (digits: string): string => digits.padStart(precision ?? 0, '0');
  const whole = Math.trunc(n);
  switch (kind) {
    case 'd':
    case 'i':
      return {
        text: (whole < 0 ? '-' : sign === '-' ? '' : sign) + zeros(String(Math.trunc(size))),
        stop: false,
      };
    case 'u':
      return { text: zeros(BigInt.asUintN(64, BigInt(whole)).toString()), stop: false };
    case 'o':
      return {
        text: (flags.includes('#') ? '0' : '') + zeros(BigInt.asUintN(64, BigInt(whole)).toString(8)),
        stop: false,
      };
    case 'x':
      return {
        text: (flags.includes('#') ? '0x' : '') + zeros(BigInt.asUintN(64, BigInt(whole)).toString(16)),
        stop: false,
      };
    case 'X':
      return {
        text:
          (flags.includes('#') ? '0X' : '') +
          zeros(BigInt.asUintN(64, BigInt(whole)).toString(16).toUpperCase()),
        stop: false,
      };
    case 'e':
    case 'E': {
      const text = sign + size.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2');
      return { text: kind === 'E' ? text.toUpperCase() : text, stop: false };
    }
    case 'g':
    case 'G':
      return { text: sign + String(Number(size.toPrecision(Math.max(1, precision ?? 6)))), stop: false };
    default:
      return { text: sign + size.toFixed(precision ?? 6), stop: false };
  }
}
