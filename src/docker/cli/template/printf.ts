import { utf8 } from '../../kernel/bytes.ts';
import { quote } from '../parse/numbers.ts';
import { GoFloat, GoMap, GoStruct, JsonNumber, print, toJson, typeName, type Value } from './values.ts';

/** Go's fmt.Sprintf for the verbs templates use: %v %s %q %d %x %X %t %f %e %g %c %T %%, with width, precision and flags. */
export function sprintf(format: string, args: readonly Value[]): string {
  let used = 0;
  const out = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%]|$)/g,
    (_, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '') return '%!(NOVERB)';
      if (verb === '%') return '%';
      const count = (written: string | undefined): number | undefined => {
        if (written !== '*') return written === undefined ? undefined : Number(written || 0);
        const arg = args[used++];
        return typeof arg === 'number' ? arg : 0;
      };
      const wide = count(width);
      const exact = count(precision);
      if (used >= args.length) return `%!${verb}(MISSING)`;
      const body = verbText(verb, flags, exact, args[used++]);
      return pad(body, wide ?? 0, flags);
    },
  );
  if (used >= args.length) return out;
  return `${out}%!(EXTRA ${args
    .slice(used)
    .map((arg) => `${typeName(arg)}=${print(arg, 1)}`)
    .join(', ')})`;
}

function pad(body: string, width: number, flags: string): string {
  const length = [...body].length;
  if (length >= width) return body;
  if (flags.includes('-')) return body + ' '.repeat(width - length);
  if (flags.includes('0') && /^[+-]?[\d.]+$/.test(body)) {
    const sign = /^[+-]/.exec(body)?.[0] ?? '';
    return sign + '0'.repeat(width - length) + body.slice(sign.length);
  }
  return ' '.repeat(width - length) + body;
}

function verbText(verb: string, flags: string, precision: number | undefined, value: Value): string {
  const bad = (): string =>
    value === undefined || value === null
      ? `%!${verb}(<nil>)`
      : `%!${verb}(${typeName(value)}=${print(value, 1)})`;
  if (verb === 'v') return flags.includes('#') ? toJson(value, false) : print(value, 1);
  if (verb === 'T') return typeName(value);
  if (verb === 't') return typeof value === 'boolean' ? String(value) : bad();
  const items = Array.isArray(value) ? value : undefined;
  if (items !== undefined)
    return `[${items.map((item) => verbText(verb, flags, precision, item)).join(' ')}]`;
  if (value instanceof GoMap || value instanceof GoStruct) return print(value, 1);
  const text = typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : undefined;
  switch (verb) {
    case 's':
      return text === undefined
        ? bad()
        : precision === undefined
          ? text
          : [...text].slice(0, precision).join('');
    case 'q':
      return text === undefined
        ? typeof value === 'number'
          ? `'${String.fromCodePoint(value)}'`
          : bad()
        : quote(text);
    case 'x':
    case 'X': {
      const hex =
        text === undefined
          ? typeof value === 'number'
            ? value.toString(16)
            : undefined
          : [...utf8(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      if (hex === undefined) return bad();
      return verb === 'X' ? hex.toUpperCase() : hex;
    }
    case 'd':
      return typeof value === 'number'
        ? flags.includes('+') && value >= 0
          ? `+${value}`
          : String(value)
        : bad();
    case 'c':
      return typeof value === 'number' ? String.fromCodePoint(value) : bad();
    case 'o':
    case 'b':
      return typeof value === 'number' ? value.toString(verb === 'o' ? 8 : 2) : bad();
    case 'f':
    case 'F':
      return value instanceof GoFloat ? value.value.toFixed(precision ?? 6) : bad();
    case 'e':
      return value instanceof GoFloat
        ? value.value.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2')
        : bad();
    case 'g':
      return value instanceof GoFloat
        ? String(precision === undefined ? value.value : Number(value.value.toPrecision(precision)))
        : bad();
    default:
      return bad();
  }
}
