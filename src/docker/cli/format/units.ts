/** go-units: how docker writes sizes. Ages are the engine's `humanDuration`. */

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

/** RFC 3339 with all nine digits: ⇒ `2026-11-21T03:40:37.216971640Z`. */
export function nanoTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const nanos = Math.floor((milliseconds - seconds * 1000) * 1e6);
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
}
