import { parseGoDuration, parseTime } from './human.ts';

/** The layout in which Docker's client reads a time that is no duration (client/timestamp.go), by its signs. */
function layoutOf(written: string): string {
  const local = !(/[zZ+]/.test(written) || written.split('-').length - 1 === 3);
  const zone = local ? '' : 'Z07:00';
  if (written.includes('.')) return `2006-01-02T15:04:05.999999999${zone}`;
  if (!written.includes('T')) return `2006-01-02${zone}`;
  const offset = !local && !/[zZ]/.test(written);
  const colons = Math.max(0, written.split(':').length - 1 - (offset ? 1 : 0));
  return `2006-01-02T15${[':', ':04', ':04:05'][Math.min(colons, 2)]?.replace(/^:$/, '') ?? ''}${zone}`;
}

/** Parts of a layout: what stands in them, how many digits, from which to which. */
const PARTS: readonly (readonly [string, RegExp, number, number, string])[] = [
  ['2006', /^\d{4}/, 0, 9999, 'year'],
  ['01', /^\d{2}/, 1, 12, 'month'],
  ['02', /^\d{2}/, 1, 31, 'day'],
  ['15', /^\d{2}/, 0, 23, 'hour'],
  ['04', /^\d{2}/, 0, 59, 'minute'],
  ['05', /^\d{2}/, 0, 59, 'second'],
];

/**
 * Why a text with a dash is no time, as Go's time.Parse says it: `2020-13-45` ⇒ `parsing time "2020-13-45": month out of
 * range`; undefined for one that is.
 */
function goParseProblem(written: string): string | undefined {
  const layout = layoutOf(written);
  const shown = JSON.stringify(written);
  let rest = written;
  let format = layout;
  const values: number[] = [];
  const mismatch = (part: string): string =>
    `parsing time ${shown} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`;
  while (format !== '') {
    const part = PARTS.find(([name]) => format.startsWith(name));
    if (part !== undefined) {
      const [name, digits, least, most, word] = part;
      const found = digits.exec(rest)?.[0];
      if (found === undefined) return mismatch(name);
      rest = rest.slice(found.length);
      format = format.slice(name.length);
      if (Number(found) < least || Number(found) > most) return `parsing time ${shown}: ${word} out of range`;
      values.push(Number(found));
      if (word === 'second') rest = rest.replace(/^[.,]\d+/, '');
    } else if (format.startsWith('.999999999')) format = format.slice(10);
    else if (format === 'Z07:00') {
      const zone = /^(?:Z|[-+]\d\d:\d\d)/.exec(rest)?.[0];
      if (zone === undefined) return mismatch('Z07:00');
      rest = rest.slice(zone.length);
      format = '';
    } else {
      const sign = format[0] ?? '';
      if (!rest.startsWith(sign)) return mismatch(sign);
      rest = rest.slice(1);
      format = format.slice(1);
    }
  }
  const [year = 0, month = 1, day = 1] = values;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return `parsing time ${shown}: day out of range`;
  return rest === '' ? undefined : `parsing time ${shown}: extra text: ${JSON.stringify(rest)}`;
}

/** A time as `--since` and `until` take it, in milliseconds since 1970, or why it is none. */
export function readTime(written: string, now: number): number | { readonly problem: string } {
  const time = parseTime(written, now);
  // A duration back from now is sent in whole seconds.
  if (time !== undefined && written !== '0' && parseGoDuration(written) !== undefined)
    return Math.floor(time / 1000) * 1000;
  if (time !== undefined && goTime(written)) return time;
  return {
    problem:
      (written.includes('-') ? goParseProblem(written) : undefined) ??
      `failed to parse value as time or duration: ${JSON.stringify(written)}`,
  };
}

/** What the client sends for a time: whole seconds for a duration or a number, with nine digits for a date. */
export function sentTime(written: string, time: number): string {
  if (/^\d+(?:\.\d+)?$/.test(written)) return written;
  const seconds = Math.floor(time / 1000);
  if (!written.includes('-') || parseGoDuration(written) !== undefined) return String(seconds);
  return `${seconds}.${String(Math.round((time - seconds * 1000) * 1e6)).padStart(9, '0')}`;
}

/** JavaScript takes a 30 February for a day in March. */
const goTime = (written: string): boolean =>
  !/^\d{4}-\d\d-/.test(written) || goParseProblem(written) === undefined;
