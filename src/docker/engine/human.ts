/** Go's `units.HumanDuration` (docker/go-units): `humanDuration(65000)` ⇒ `About a minute`. */
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
  if (hours < 24 * 14) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 60) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(milliseconds / 3_600_000 / 24 / 365)} years`;
}

/** Reads a Go duration: `1h30m` ⇒ 5400000 ms; undefined if it is none. */
export function parseGoDuration(written: string): number | undefined {
  const units: Readonly<Record<string, number>> = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
  };
  if (!/^[-+]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(written)) return written === '0' ? 0 : undefined;
  let sum = 0;
  for (const [, number, unit] of written.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(number) * (units[unit ?? ''] ?? 0);
  return written.startsWith('-') ? -sum : sum;
}

/** Why Go's ParseDuration refuses a text: `time: unknown unit "x" in duration "5x"`. */
export function durationError(written: string): string {
  const shown = JSON.stringify(written);
  const [, body = ''] = /^[-+]?(.*)$/s.exec(written) ?? [];
  let rest = body;
  for (;;) {
    const [all, unit] = /^(?:\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? [];
    if (all === undefined) return `time: invalid duration ${shown}`;
    if (unit === '') return `time: missing unit in duration ${shown}`;
    if (!/^(?:ns|us|µs|μs|ms|s|m|h)$/.test(unit ?? ''))
      return `time: unknown unit ${JSON.stringify(unit)} in duration ${shown}`;
    rest = rest.slice(all.length);
  }
}

/**
 * A point in time as `--since` and the `until` filter take it: a Go duration back from now, a Unix time with fraction, or
 * RFC 3339 in its shorter forms (read as UTC). Milliseconds since 1970, or undefined.
 */
export function parseTime(written: string, now: number): number | undefined {
  const duration = parseGoDuration(written);
  if (duration !== undefined && written !== '0') return now - duration;
  if (/^\d+(?:\.\d+)?$/.test(written)) return Number(written) * 1000;
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(\.\d+)?)?)?)?(Z|[-+]\d\d:\d\d)?$/.exec(
    written,
  );
  if (match === null) return undefined;
  const [, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const time = Date.parse(`${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(time) ? undefined : time + Number(fraction === '' ? 0 : fraction) * 1000;
}

/** Reads what `rfc3339Nano` writes, fraction and all: the same number of milliseconds comes back. */
export function parseRfc3339(written: string): number {
  const [whole = '', fraction = ''] = written.replace(/Z$/, '').split('.');
  return Date.parse(`${whole}Z`) + Number(`0.${fraction || '0'}`) * 1000;
}

/** The time Go's zero `time.Time` prints as. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/** Go's strconv.ParseBool: `1`, `t`, `TRUE` ⇒ true; undefined for what is neither. */
export function parseBool(written: string): boolean | undefined {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(written)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(written) ? false : undefined;
}

/** `64m` ⇒ 67108864. */
export function parseSize(written: string): number {
  const match = /^(\d+)([kmg]?)b?$/i.exec(written);
  const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
  return match === null ? 0 : Number(match[1]) * (units[(match[2] ?? '').toLowerCase()] ?? 1);
}
