/** Go's number, duration and size syntax, with Go's words for what is wrong. Failures are thrown as `ValueError`. */
export class ValueError extends Error {}

/** Go's `%q`: double quotes with escapes. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, (_, hex: string) =>
    hex === '07' ? '\\a' : hex === '0b' ? '\\v' : `\\x${hex}`,
  );
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** strconv.ParseBool */
export function parseBool(text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new ValueError(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

/** strconv.ParseInt with base 0 (so `0x10` is 16), or ParseUint; `bits` limits the range. */
export function parseInteger(text: string, call = 'ParseInt', bits = 64): number {
  const signed = call !== 'ParseUint';
  const match = /^([+-]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9][0-9_]*)$/.exec(text);
  if (match === null || (!signed && match[1] !== ''))
    throw new ValueError(`strconv.${call}: parsing ${quote(text)}: invalid syntax`);
  const digits = (match[2] ?? '').replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(digits);
  const value = Number(octal ? `0o${digits.slice(1)}` : digits) * (match[1] === '-' ? -1 : 1);
  const limit = 2 ** (signed ? bits - 1 : bits);
  if (value >= limit || value < (signed ? -limit : 0))
    throw new ValueError(`strconv.${call}: parsing ${quote(text)}: value out of range`);
  return value;
}

const UNITS: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** time.ParseDuration in nanoseconds: `1m30s` ⇒ 90000000000. */
export function parseDuration(text: string): number {
  const invalid = new ValueError(`time: invalid duration ${quote(text)}`);
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  if (rest === '') throw invalid;
  let total = 0;
  while (rest !== '') {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) throw invalid;
    rest = rest.slice(number.length);
    const unit = /^[^.\d]+/.exec(rest)?.[0];
    if (unit === undefined) throw new ValueError(`time: missing unit in duration ${quote(text)}`);
    const factor = UNITS[unit];
    if (factor === undefined)
      throw new ValueError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    rest = rest.slice(unit.length);
    total += Number(number) * factor;
  }
  return Math.round(total) * sign;
}

const BINARY: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };

/** go-units' RAMInBytes: `64m` ⇒ 67108864. */
export function parseBytes(text: string): number {
  const match = /^(.*[\d. ])(.*)$/s.exec(text);
  if (match === null) throw new ValueError(`invalid size: '${text}'`);
  const number = (match[1] ?? '').replace(/ $/, '');
  const suffix = (match[2] ?? '').toLowerCase();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number))
    throw new ValueError(`strconv.ParseFloat: parsing ${quote(number)}: invalid syntax`);
  const size = Number(number);
  if (size < 0) throw new ValueError(`invalid size: '${text}'`);
  if (suffix === '' || suffix === 'b') return Math.trunc(size);
  const factor = BINARY[suffix[0] ?? ''];
  if (factor === undefined || !/^.(b|ib)?$/.test(suffix))
    throw new ValueError(`invalid suffix: '${suffix.length > 3 ? match[2] : suffix}'`);
  return Math.trunc(size * factor);
}

/** `--cpus` in billionths: `0.5` ⇒ 500000000; fractions such as `1/2` too. */
export function parseCpus(text: string): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/(\d+))?$/i.exec(text);
  if (match === null || match[2] === '0')
    throw new ValueError(`failed to parse ${text} as a rational number`);
  const nano = (Number(match[1]) * 1e9) / Number(match[2] ?? 1);
  if (Math.abs(nano - Math.round(nano)) > 1e-4) throw new ValueError('value is too precise');
  return Math.round(nano);
}
