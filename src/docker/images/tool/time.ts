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

const two = (n: number): string => String(n).padStart(2, '0');
const blank = (n: number): string => String(n).padStart(2, ' ');

/** strftime(3) in UTC and the C locale: `formatTime(0, '%F %T')` ⇒ `1970-01-01 00:00:00`. `%N` is GNU date's. */
export function formatTime(time: number, format: string): string {
  const seconds = Math.floor(time / 1000);
  const d = new Date(seconds * 1000);
  const yearStart = Date.UTC(d.getUTCFullYear(), 0, 1);
  const yearDay = Math.floor((seconds * 1000 - yearStart) / 86_400_000);
  const weekday = d.getUTCDay();
  return format.replace(
    /%([-_0^#]?)(\d*)(:?)([a-zA-Z%+])/g,
    (whole, flag: string, width: string, colon: string, code: string) => {
      const field = (): string | undefined => {
        switch (code) {
          case '%':
            return '%';
          case 'a':
            return DAYS[weekday]?.slice(0, 3);
          case 'A':
            return DAYS[weekday];
          case 'b':
          case 'h':
            return MONTHS[d.getUTCMonth()]?.slice(0, 3);
          case 'B':
            return MONTHS[d.getUTCMonth()];
          case 'c':
            return formatTime(time, '%a %b %e %H:%M:%S %Y');
          case 'C':
            return two(Math.floor(d.getUTCFullYear() / 100));
          case 'd':
            return two(d.getUTCDate());
          case 'D':
          case 'x':
            return formatTime(time, '%m/%d/%y');
          case 'e':
            return blank(d.getUTCDate());
          case 'F':
            return formatTime(time, '%Y-%m-%d');
          case 'g':
            return two(isoWeek(d).year % 100);
          case 'G':
            return String(isoWeek(d).year);
          case 'H':
            return two(d.getUTCHours());
          case 'I':
            return two(d.getUTCHours() % 12 || 12);
          case 'j':
            return String(yearDay + 1).padStart(3, '0');
          case 'k':
            return blank(d.getUTCHours());
          case 'l':
            return blank(d.getUTCHours() % 12 || 12);
          case 'm':
            return two(d.getUTCMonth() + 1);
          case 'M':
            return two(d.getUTCMinutes());
          case 'n':
            return '\n';
          case 'N': {
            const nanos = Math.floor((time - seconds * 1000) * 1e6)
              .toString()
              .padStart(9, '0');
            return width === '' ? nanos : nanos.slice(0, Number(width));
          }
          case 'p':
            return d.getUTCHours() < 12 ? 'AM' : 'PM';
          case 'P':
            return d.getUTCHours() < 12 ? 'am' : 'pm';
          case 'q':
            return String(Math.floor(d.getUTCMonth() / 3) + 1);
          case 'r':
            return formatTime(time, '%I:%M:%S %p');
          case 'R':
            return formatTime(time, '%H:%M');
          case 's':
            return String(seconds);
          case 'S':
            return two(d.getUTCSeconds());
          case 't':
            return '\t';
          case 'T':
          case 'X':
            return formatTime(time, '%H:%M:%S');
          case 'u':
            return String(weekday || 7);
          case 'U':
            return two(Math.floor((yearDay + 7 - weekday) / 7));
          case 'V':
            return two(isoWeek(d).week);
          case 'w':
            return String(weekday);
          case 'W':
            return two(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7));
          case 'y':
            return two(d.getUTCFullYear() % 100);
          case 'Y':
            return String(d.getUTCFullYear());
          case 'z':
            return colon === ':' ? '+00:00' : '+0000';
          case 'Z':
            return 'UTC';
          case '+':
            return formatTime(time, '%a %b %e %H:%M:%S %Z %Y');
          default:
            return undefined;
        }
      };
      const value = field();
      if (value === undefined) return whole;
      if (flag === '-') return value.replace(/^[0 ]+(?=.)/, '');
      if (flag === '_') return value.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
      if (flag === '0') return value.replace(/^ +/, (spaces) => '0'.repeat(spaces.length));
      if (flag === '^') return value.toUpperCase();
      return value;
    },
  );
}

function isoWeek(d: Date): { year: number; week: number } {
  const day = d.getUTCDay() || 7;
  const thursday = new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate() + 4 - day));
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return {
    year: thursday.getUTCFullYear(),
    week: Math.floor((thursday.getTime() - start) / 86_400_000 / 7) + 1,
  };
}

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86400,
  week: 604800,
  fortnight: 1209600,
};

/**
 * A date as people write it, in milliseconds: `@86400`, `2026-01-02 03:04`, `yesterday`, `2 days ago`, `+1 hour`,
 * `Jan 2 2026`; undefined if it is none of these.
 */
export function parseTime(written: string, now: number): number | undefined {
  let rest = written.trim().toLowerCase();
  if (/^@-?\d+(\.\d+)?$/.test(rest)) return Number(rest.slice(1)) * 1000;
  let time = now;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match !== null)
      rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`.trim();
    return match;
  };
  const midnight = (t: number): number => Math.floor(t / 86_400_000) * 86_400_000;
  const iso = take(/(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d))?/);
  if (iso !== null) {
    const month = Number(iso[2]);
    const day = Number(iso[3]);
    if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
    time = Date.UTC(Number(iso[1]), month - 1, day);
  }
  const month = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
  const dated = (year: string | undefined, word: string, day: string): void => {
    const at = MONTHS.findIndex((name) => name.toLowerCase().startsWith(word));
    time = Date.UTC(Number(year ?? new Date(now).getUTCFullYear()), at, Number(day));
  };
  const dayFirst = iso === null ? take(new RegExp(`\\b(\\d{1,2})[ -]${month}(?:[ -](\\d{4}))?\\b`)) : null;
  if (dayFirst !== null) dated(dayFirst[3], dayFirst[2] ?? '-', dayFirst[1] ?? '');
  const slashes = iso === null && dayFirst === null ? take(/\b(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?\b/) : null;
  if (slashes !== null)
    dated(slashes[3], MONTHS[Number(slashes[1]) - 1]?.toLowerCase() ?? '-', slashes[2] ?? '');
  const named =
    iso === null && dayFirst === null && slashes === null
      ? take(/\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* +(\d{1,2})(?:,? +(\d{4}))?\b/)
      : null;
  if (named !== null) {
    dated(named[3], named[1] ?? '-', named[2] ?? '');
  }
  const hasDate = iso !== null || dayFirst !== null || slashes !== null || named !== null;
  const weekday = take(/\b(?:(next|last) +)?(sun|mon|tue|wed|thu|fri|sat)(?:[a-z]*day)?\b,?/);
  if (weekday !== null && !hasDate) {
    const wanted = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].indexOf(weekday[2] ?? '');
    const ahead = (wanted - new Date(Math.floor(now)).getUTCDay() + 7) % 7;
    time =
      midnight(now) +
      (weekday[1] === 'last' ? ahead - 7 : weekday[1] === 'next' && ahead === 0 ? 7 : ahead) * 86_400_000;
  }
  const clock = take(/\b(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?:z| *utc| *gmt| *\+00:?00)?/);
  if (clock !== null) {
    if (Number(clock[1]) > 23 || Number(clock[2]) > 59) return undefined;
    time =
      midnight(time) + (Number(clock[1]) * 60 + Number(clock[2])) * 60_000 + Number(clock[3] ?? 0) * 1000;
  }
  for (
    let match = take(/\b(now|today|yesterday|tomorrow|midnight|utc)\b/);
    match !== null;
    match = take(/\b(now|today|yesterday|tomorrow|midnight|utc)\b/)
  ) {
    if (match[1] === 'yesterday') time -= 86_400_000;
    else if (match[1] === 'tomorrow') time += 86_400_000;
    else if (match[1] === 'midnight') time = midnight(time);
  }
  for (;;) {
    const step = take(
      /(?:([+-]?\s*\d+)|\b(next|last|a|an)) *(sec|second|min|minute|hour|day|week|fortnight|month|year)s?( ago)?\b/,
    );
    if (step === null) break;
    const count =
      (step[1] === undefined ? (step[2] === 'last' ? -1 : 1) : Number(step[1].replace(/\s+/g, ''))) *
      (step[4] === undefined ? 1 : -1);
    const unit = step[3] ?? '';
    if (unit === 'month' || unit === 'year') {
      const d = new Date(Math.floor(time));
      if (unit === 'month') d.setUTCMonth(d.getUTCMonth() + count);
      else d.setUTCFullYear(d.getUTCFullYear() + count);
      time = d.getTime();
    } else {
      time += count * (UNITS[unit] ?? 0) * 1000;
    }
  }
  return rest === '' ? time : undefined;
}

/** A length of time as sleep and timeout take it, in milliseconds: `1.5` ⇒ 1500, `2m` ⇒ 120000; undefined if it is none. */
export function parseDuration(written: string): number | undefined {
  if (/^(inf|infinity)$/i.test(written)) return Number.POSITIVE_INFINITY;
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(written);
  if (match === null) return undefined;
  const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86400 }[match[2] ?? ''] ?? 1;
  return Number(match[1]) * unit * 1000;
}
