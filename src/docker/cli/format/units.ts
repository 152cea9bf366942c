/** go-units: how docker writes sizes and ages. */

/** C's %.Ng: N significant digits, trailing zeros dropped: significant(3.138, 3) ⇒ `3.14`. */
export function significant(value: number, digits: number): string {
  const text = value.toPrecision(digits);
  const [mantissa = '', exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  if (exponent === undefined) return short;
  return `${short}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function scaled(size: number, base: number, units: readonly string[], digits: number): string {
  let rest = size;
  let unit = 0;
  while (rest >= base && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  return `${significant(rest, digits)}${units[unit]}`;
}

/** Decimal size: 3138000 ⇒ `3.138MB`; three digits in lists: `3.14MB`. */
export const humanSize = (size: number, digits = 4): string => scaled(size, 1000, DECIMAL, digits);

/** Binary size: 67108864 ⇒ `64MiB`. */
export const bytesSize = (size: number): string => scaled(size, 1024, BINARY, 4);

/** Age in words: 61000 ms ⇒ `About a minute`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(milliseconds / 3_600_000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(milliseconds / 3_600_000 / 24 / 365)} years`;
}

/** Cut to so many characters, the last one `…`: ellipsis('abcdef', 4) ⇒ `abc…`. */
export function ellipsis(text: string, max: number): string {
  const chars = [...text];
  if (max <= 0) return '';
  return chars.length <= max ? text : `${chars.slice(0, max - 1).join('')}…`;
}

/** The 12 characters by which IDs are shown: `sha256:cebe05b7b890c676…` ⇒ `cebe05b7b890`. */
export const shortId = (id: string): string => id.replace(/^[a-z0-9]+:/, '').slice(0, 12);

/** Go's time.String in UTC for whole seconds: ⇒ `2026-11-21 03:39:38 +0000 UTC`. */
export function goTime(milliseconds: number): string {
  return `${new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`;
}
