import { EMPTY } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { byBytes, eachInput } from '../tool/files.ts';
import { LineReader } from '../tool/lines.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour } from '../tool/tool.ts';

interface Key {
  readonly from: number;
  readonly fromChar: number;
  readonly to: number;
  readonly toChar: number;
  readonly how: string;
}

/** sort(1): -n -g -h -V -M -r -u -f -b -d -i -s -k -t -o -c -z -R(by name). Order of the C locale. */
export function* sort(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: flavour === 'gnu' ? 'nghVMRrufbdisk:t:o:cCmzT:S:' : 'ngMVrufbdisk:t:o:cmzT:',
    long: {
      'numeric-sort': 'n',
      'general-numeric-sort': 'g',
      'human-numeric-sort': 'h',
      'version-sort': 'V',
      'month-sort': 'M',
      'random-sort': 'R',
      reverse: 'r',
      unique: 'u',
      'ignore-case': 'f',
      'ignore-leading-blanks': 'b',
      'dictionary-order': 'd',
      stable: 's',
      key: 'k:',
      'field-separator': 't:',
      output: 'o:',
      check: 'c?',
      merge: 'm',
      'zero-terminated': 'z',
    },
    code: 2,
  });
  const globals = ['n', 'g', 'h', 'V', 'M', 'f', 'b', 'd', 'i'].filter((key) => o.has(key)).join('');
  const separator = o.get('t') === '\\0' ? '\0' : o.get('t');
  if (separator !== undefined && separator.length !== 1)
    throw new BadUsage(separator === '' ? 'empty tab' : `multi-character tab '${separator}'`, 2, true);
  const keys = o.all('k').map((written) => parseKey(written, globals));
  const reverse = o.has('r');
  const lines: string[] = [];
  const code = yield* eachInput(p, flavour, o.args, function* (file) {
    const reader = new LineReader(file, o.has('z') ? 0 : 0x0a);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) lines.push(line);
  });
  if (code !== 0) return 2;
  const compare = (a: string, b: string): number => {
    for (const key of keys) {
      const sign = (key.how.includes('r') ? -1 : 1) * (key.how === globals && reverse ? -1 : 1);
      const order = compareBy(key.how, extract(a, key, separator), extract(b, key, separator)) * sign;
      if (order !== 0) return order;
    }
    if (keys.length === 0) {
      const order = compareBy(globals, a, b);
      if (order !== 0) return reverse ? -order : order;
    }
    if (o.has('u', 's')) return 0;
    return reverse ? -byBytes(a, b) : byBytes(a, b);
  };
  if (o.has('c', 'C')) {
    for (let i = 1; i < lines.length; i++) {
      const order = compare(lines[i - 1] ?? '', lines[i] ?? '');
      if (order > 0 || (order === 0 && o.has('u'))) {
        if (!o.has('C')) yield* p.error(`sort: ${o.args[0] ?? '-'}:${i + 1}: disorder: ${lines[i]}\n`);
        return 1;
      }
    }
    return 0;
  }
  let sorted: string[];
  if (o.has('R')) {
    sorted = lines
      .map((line) => ({ line, at: p.kernel.random.uint32() }))
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line);
  } else sorted = [...lines].sort(compare);
  if (o.has('u')) sorted = sorted.filter((line, i) => i === 0 || compare(sorted[i - 1] ?? '', line) !== 0);
  yield TURN;
  const end = o.has('z') ? '\0' : '\n';
  const output = o.get('o');
  if (output !== undefined) {
    p.fs.write(output, EMPTY, p.cwd, credentials(p));
    p.fs.write(output, sorted.map((line) => line + end).join(''), p.cwd, credentials(p));
  } else yield* p.print(sorted.map((line) => line + end).join(''));
  return 0;
}

function parseKey(written: string, globals: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*))?$/.exec(written);
  if (match?.[1] === '0')
    throw new BadUsage(`field number is zero: invalid field specification '${written}'`, 2, true);
  if (match === null)
    throw new BadUsage(`invalid number at field start: invalid count at start of '${written}'`, 2, true);
  const how = (match[3] ?? '') + (match[6] ?? '');
  return {
    from: Number(match[1]),
    fromChar: Number(match[2] ?? 1),
    to: match[4] === undefined ? Number.POSITIVE_INFINITY : Number(match[4]),
    toChar: Number(match[5] ?? 0),
    how: how === '' ? globals : how,
  };
}

function extract(line: string, key: Key, separator: string | undefined): string {
  // Without -t a field begins with the blanks before it.
  const fields =
    separator === undefined ? (line.match(/[ \t]*[^ \t]+|[ \t]+$/g) ?? []) : line.split(separator);
  const glue = separator ?? '';
  const picked = fields.slice(key.from - 1, key.to === Number.POSITIVE_INFINITY ? undefined : key.to);
  if (picked.length === 0) return '';
  const last = picked.length - 1;
  if (key.toChar > 0 && key.to <= fields.length) picked[last] = (picked[last] ?? '').slice(0, key.toChar);
  if (key.how.includes('b')) picked[0] = (picked[0] ?? '').trimStart();
  picked[0] = (picked[0] ?? '').slice(key.fromChar - 1);
  return picked.join(glue);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

function compareBy(how: string, a: string, b: string): number {
  if (/[ngh]/.test(how)) return numeric(a, how) - numeric(b, how);
  if (how.includes('V')) return compareVersions(a, b);
  if (how.includes('M'))
    return (
      MONTHS.indexOf(a.trim().slice(0, 3).toUpperCase()) - MONTHS.indexOf(b.trim().slice(0, 3).toUpperCase())
    );
  const prepare = (value: string): string => {
    let out = how.includes('b') ? value.trimStart() : value;
    if (how.includes('d')) out = out.replace(/[^a-zA-Z0-9 \t]/g, '');
    return how.includes('f') ? out.toUpperCase() : out;
  };
  return byBytes(prepare(a), prepare(b));
}

function numeric(value: string, how: string): number {
  const match = (
    how.includes('g') ? /^\s*([-+]?\d*\.?\d*(?:[eE][-+]?\d+)?)/ : /^\s*(-?\d*\.?\d*)([KkMGTPE]?)/
  ).exec(value);
  const n = Number(match?.[1] || 0);
  const unit = how.includes('h') ? ' KMGTPE'.indexOf((match?.[2] ?? '').toUpperCase() || ' ') : 0;
  return (Number.isNaN(n) ? 0 : n) * 1024 ** Math.max(0, unit);
}

/** `1.10` after `1.9`: digits by value, the rest by bytes. */
export function compareVersions(a: string, b: string): number {
  const parts = (value: string): string[] => value.match(/\d+|\D+/g) ?? [];
  const left = parts(a);
  const right = parts(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const x = left[i] ?? '';
    const y = right[i] ?? '';
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : byBytes(x, y);
    if (order !== 0) return order;
  }
  return byBytes(a, b);
}

/** uniq(1): -c -d -u -i -f N -s N -w N. */
export function* uniq(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'cduif:s:w:z',
    long: {
      count: 'c',
      repeated: 'd',
      unique: 'u',
      'ignore-case': 'i',
      'skip-fields': 'f:',
      'skip-chars': 's:',
      'check-chars': 'w:',
    },
  });
  const [input = '-', output] = o.args;
  const identity = (line: string): string => {
    let out = line;
    for (let n = Number(o.get('f') ?? 0); n > 0; n--) out = out.replace(/^\s*\S+/, '');
    out = out.slice(Number(o.get('s') ?? 0));
    const width = o.get('w');
    if (width !== undefined) out = out.slice(0, Number(width));
    return o.has('i') ? out.toLowerCase() : out;
  };
  let collected = '';
  const put = function* (line: string, times: number): Sys<void> {
    if (o.has('d') && times < 2) return;
    if (o.has('u') && times > 1) return;
    const shown = `${o.has('c') ? `${String(times).padStart(7)} ` : ''}${line}\n`;
    if (output === undefined) yield* p.print(shown);
    else collected += shown;
  };
  const code = yield* eachInput(p, flavour, [input], function* (file) {
    const reader = new LineReader(file);
    let held: string | undefined;
    let times = 0;
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      if (held !== undefined && identity(held) === identity(line)) times++;
      else {
        if (held !== undefined) yield* put(held, times);
        held = line;
        times = 1;
      }
    }
    if (held !== undefined) yield* put(held, times);
  });
  if (output !== undefined) p.fs.write(output, collected, p.cwd, credentials(p));
  return code;
}

/** shuf(1): -n N, -e, -i A-B. */
export function* shuf(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'n:ei:', long: { 'head-count': 'n:', echo: 'e', 'input-range': 'i:' } });
  let lines: string[] = [];
  const range = /^(\d+)-(\d+)$/.exec(o.get('i') ?? '');
  if (range !== null) {
    for (let n = Number(range[1]); n <= Number(range[2]); n++) lines.push(String(n));
  } else if (o.has('e')) lines = [...o.args];
  else {
    const code = yield* eachInput(p, flavour, o.args, function* (file) {
      const reader = new LineReader(file);
      for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) lines.push(line);
    });
    if (code !== 0) return code;
  }
  const shuffled = lines.map((line) => ({ line, at: p.kernel.random.uint32() })).sort((a, b) => a.at - b.at);
  const n = Number(o.get('n') ?? shuffled.length);
  yield* p.print(
    shuffled
      .slice(0, n)
      .map(({ line }) => `${line}\n`)
      .join(''),
  );
  return 0;
}
