import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { byBytes, eachInput, readAllOf } from '../tool/files.ts';
import { LineReader, splitLines } from '../tool/lines.ts';
import { parseOptions, sizeNumber } from '../tool/options.ts';
import { BadUsage, credentials, Failure, type Flavour, reason } from '../tool/tool.ts';
import { backslashes } from './echo.ts';

/** nl(1): -b a|t, -w, -s, -v, -i. */
export function* nl(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'b:w:s:v:i:n:f:h:',
    long: { 'body-numbering': 'b:', 'number-width': 'w:', 'number-separator': 's:' },
  });
  const all = o.get('b') === 'a';
  const width = Number(o.get('w') ?? 6);
  const separator = o.get('s') ?? '\t';
  let number = Number(o.get('v') ?? 1);
  const step = Number(o.get('i') ?? 1);
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const reader = new LineReader(file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      if (line === '' && !all) yield* p.print(`${' '.repeat(width + separator.length)}\n`);
      else {
        yield* p.print(`${String(number).padStart(width)}${separator}${line}\n`);
        number += step;
      }
    }
  });
}

function* linesOf(p: Process, path: string): Sys<string[]> {
  return splitLines(text(yield* readAllOf(p, path)));
}

/** paste(1): -d DELIMITERS, -s. */
export function* paste(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'd:s', long: { delimiters: 'd:', serial: 's' } });
  const delimiters = [...backslashes(o.get('d') ?? '\t', 'printf').text];
  const readers: (() => Sys<string | undefined>)[] = [];
  const input = new LineReader(p.file(0));
  for (const path of o.args.length === 0 ? ['-'] : o.args) {
    if (path === '-') readers.push(() => input.next());
    else {
      const lines = yield* linesOf(p, path);
      readers.push(function* () {
        return lines.shift();
      });
    }
  }
  const glue = (parts: readonly string[]): string =>
    parts
      .map((part, i) => (i === 0 ? part : `${delimiters[(i - 1) % delimiters.length] ?? ''}${part}`))
      .join('');
  if (o.has('s')) {
    for (const next of readers) {
      const lines: string[] = [];
      for (let line = yield* next(); line !== undefined; line = yield* next()) lines.push(line);
      yield* p.print(`${glue(lines)}\n`);
    }
    return 0;
  }
  for (;;) {
    const row: (string | undefined)[] = [];
    for (const next of readers) row.push(yield* next());
    if (row.every((cell) => cell === undefined)) return 0;
    yield* p.print(`${glue(row.map((cell) => cell ?? ''))}\n`);
  }
}

/** comm(1): -1 -2 -3. */
export function* comm(p: Process): Sys<number> {
  const o = parseOptions(p, { short: '123' });
  const [first, second] = o.args;
  if (first === undefined || second === undefined)
    throw new BadUsage(first === undefined ? 'missing operand' : `missing operand after '${first}'`);
  const a = yield* linesOf(p, first);
  const b = yield* linesOf(p, second);
  let i = 0;
  let j = 0;
  const show = function* (column: 1 | 2 | 3, line: string): Sys<void> {
    if (o.has(String(column))) return;
    const tabs = [1, 2].filter((c) => c < column && !o.has(String(c))).length;
    yield* p.print(`${'\t'.repeat(tabs)}${line}\n`);
  };
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    const order = x === undefined ? 1 : y === undefined ? -1 : byBytes(x, y);
    if (order === 0) {
      yield* show(3, x ?? '');
      i++;
      j++;
    } else if (order < 0) {
      yield* show(1, x ?? '');
      i++;
    } else {
      yield* show(2, y ?? '');
      j++;
    }
  }
  return 0;
}

/** join(1): -t, -1, -2, on sorted files. */
export function* join(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 't:1:2:j:a:o:i' });
  const [first, second] = o.args;
  if (first === undefined || second === undefined)
    throw new BadUsage(first === undefined ? 'missing operand' : `missing operand after '${first}'`);
  const separator = o.get('t');
  const split = (line: string): string[] =>
    separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
  const glue = separator ?? ' ';
  const left = (yield* linesOf(p, first)).map(split);
  const right = (yield* linesOf(p, second)).map(split);
  const ka = Number(o.get('1') ?? o.get('j') ?? 1) - 1;
  const kb = Number(o.get('2') ?? o.get('j') ?? 1) - 1;
  for (const a of left) {
    const found = right.filter((b) => b[kb] === a[ka]);
    for (const b of found)
      yield* p.print(
        `${[a[ka] ?? '', ...a.filter((_, i) => i !== ka), ...b.filter((_, i) => i !== kb)].join(glue)}\n`,
      );
    if (found.length === 0 && o.all('a').includes('1'))
      yield* p.print(`${[a[ka] ?? '', ...a.filter((_, i) => i !== ka)].join(glue)}\n`);
  }
  return 0;
}

/** fold(1): -w N, -s. */
export function* fold(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'w:sb', long: { width: 'w:', spaces: 's' }, digits: 'w' });
  const width = Number(o.get('w') ?? 80);
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const reader = new LineReader(file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      let rest = line;
      while (rest.length > width) {
        const blank = o.has('s') ? rest.lastIndexOf(' ', width - 1) : -1;
        const at = blank > 0 ? blank + 1 : width;
        yield* p.print(`${rest.slice(0, at)}\n`);
        rest = rest.slice(at);
      }
      yield* p.print(`${rest}${reader.unterminated ? '' : '\n'}`);
    }
  });
}

/** expand(1), unexpand(1): tabs and blanks; -t N. */
export function* expand(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 't:ia', long: { tabs: 't:', initial: 'i', all: 'a' } });
  const size = Number(o.get('t') ?? 8);
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const reader = new LineReader(file);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      let out = '';
      if (p.name === 'unexpand')
        out = line.replace(
          /^ +/,
          (blanks) => '\t'.repeat(Math.floor(blanks.length / size)) + ' '.repeat(blanks.length % size),
        );
      else for (const c of line) out += c === '\t' ? ' '.repeat(size - (out.length % size)) : c;
      yield* p.print(`${out}\n`);
    }
  });
}

/** column(1): -t, -s SEPARATOR. */
export function* column(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'ts:c:o:', long: { table: 't', separator: 's:' } });
  const lines: string[] = [];
  for (const path of o.args.length === 0 ? ['-'] : o.args) lines.push(...(yield* linesOf(p, path)));
  const separator = o.get('s');
  const rows = lines
    .filter((line) => line.trim() !== '')
    .map((line) => (separator === undefined ? line.trim().split(/\s+/) : line.split(separator)));
  if (!o.has('t')) {
    const width = Math.ceil((Math.max(0, ...lines.map((line) => line.length)) + 1) / 8) * 8;
    const columns = Math.max(1, Math.floor(Number(o.get('c') ?? 80) / width));
    const height = Math.ceil(lines.length / columns);
    for (let i = 0; i < height; i++)
      yield* p.print(
        `${lines
          .filter((_, at) => at % height === i)
          .map((line, at, all) => (at === all.length - 1 ? line : line.padEnd(width)))
          .join('')}\n`,
      );
    return 0;
  }
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  for (const row of rows)
    yield* p.print(
      `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')}\n`,
    );
  return 0;
}

/** split(1): -l N, -b N, PREFIX. */
export function* split(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'l:b:a:d',
    long: { lines: 'l:', bytes: 'b:', 'suffix-length': 'a:', 'numeric-suffixes': 'd' },
  });
  const [input = '-', prefix = 'x'] = o.args;
  const data = yield* readAllOf(p, input);
  const pieces: Uint8Array[] = [];
  const size = o.get('b');
  if (size !== undefined) {
    const n = sizeNumber(size);
    if (n === undefined) throw new BadUsage(`invalid number of bytes: '${size}'`, 1, true);
    for (let i = 0; i < data.length; i += n) pieces.push(data.subarray(i, i + n));
  } else {
    const n = Number(o.get('l') ?? 1000);
    if (!Number.isInteger(n) || n < 1)
      throw new BadUsage(`invalid number of lines: '${o.get('l')}'`, 1, true);
    let from = 0;
    let lines = 0;
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 0x0a && ++lines % n === 0) {
        pieces.push(data.subarray(from, i + 1));
        from = i + 1;
      }
    }
    if (from < data.length) pieces.push(data.subarray(from));
  }
  const length = Number(o.get('a') ?? 2);
  for (const [i, piece] of pieces.entries()) {
    const suffix = o.has('d')
      ? String(i).padStart(length, '0')
      : Array.from({ length }, (_, at) =>
          String.fromCharCode(97 + (Math.floor(i / 26 ** (length - 1 - at)) % 26)),
        ).join('');
    p.fs.write(prefix + suffix, piece.slice(), p.cwd, credentials(p));
  }
  return 0;
}

/** cmp(1): the first difference; -s. */
export function* cmp(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'slbn:', long: { quiet: 's', silent: 's' }, code: 2 });
  const [first, second = '-'] = o.args;
  if (first === undefined) throw new BadUsage("missing operand after 'cmp'", 2);
  let a: Uint8Array;
  let b: Uint8Array;
  try {
    a = yield* readAllOf(p, first);
    b = yield* readAllOf(p, second);
  } catch (error) {
    const path = error instanceof Errno ? (error.path ?? '') : '';
    throw new Failure(`${path}: ${reason(error)}`, 2);
  }
  let line = 1;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (i >= a.length || i >= b.length) {
      const short = i >= a.length ? first : second;
      if (!o.has('s'))
        yield* p.error(
          flavour === 'gnu'
            ? `cmp: EOF on ${short} after byte ${i}, line ${line}\n`
            : `cmp: EOF on ${short}\n`,
        );
      return 1;
    }
    if (a[i] !== b[i]) {
      if (!o.has('s')) yield* p.print(`${first} ${second} differ: char ${i + 1}, line ${line}\n`);
      return 1;
    }
    if (a[i] === 0x0a) line++;
  }
  return 0;
}

/** diff(1): normal and unified (-u, busybox's only form), -q, -r is not followed, -s, -i, -w. */
export function* diff(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'uqrsiwbBU:NaTtd',
    long: {
      unified: 'u',
      brief: 'q',
      recursive: 'r',
      'report-identical-files': 's',
      'ignore-case': 'i',
      'ignore-all-space': 'w',
      color: 'color?',
      'new-file': 'N',
      'side-by-side': 'y',
    },
    code: 2,
  });
  const [first, second] = o.args;
  if (first === undefined || second === undefined)
    throw new BadUsage(
      `missing operand after '${first ?? 'diff'}'${flavour === 'gnu' ? "\ndiff: Try 'diff --help' for more information." : ''}`,
      2,
      flavour === 'gnu',
    );
  const place = (path: string, other: string): string =>
    path !== '-' && p.fs.isDirectory(path, p.cwd)
      ? `${path.replace(/\/$/, '')}/${other.replace(/^.*\//, '')}`
      : path;
  if (p.fs.isDirectory(first, p.cwd) && p.fs.isDirectory(second, p.cwd))
    return yield* diffFolders(p, flavour, o, first, second);
  return yield* diffFiles(p, flavour, o, place(first, second), place(second, first));
}

type Parsed = ReturnType<typeof parseOptions>;

function* diffFolders(p: Process, flavour: Flavour, o: Parsed, first: string, second: string): Sys<number> {
  const names = [...new Set([...p.fs.list(first, p.cwd), ...p.fs.list(second, p.cwd)])].sort(byBytes);
  let code = 0;
  for (const name of names) {
    const a = `${first}/${name}`;
    const b = `${second}/${name}`;
    const here = p.fs.exists(a, p.cwd);
    if (!here || !p.fs.exists(b, p.cwd)) {
      yield* p.print(`Only in ${here ? first : second}: ${name}\n`);
      code = 1;
    } else if (p.fs.isDirectory(a, p.cwd)) {
      if (o.has('r')) code = Math.max(code, yield* diffFolders(p, flavour, o, a, b));
      else yield* p.print(`Common subdirectories: ${a} and ${b}\n`);
    } else code = Math.max(code, yield* diffFiles(p, flavour, o, a, b));
  }
  return code;
}

function* diffFiles(p: Process, flavour: Flavour, o: Parsed, first: string, second: string): Sys<number> {
  let texts: [string, string];
  try {
    texts = [text(yield* readAllOf(p, first)), text(yield* readAllOf(p, second))];
  } catch (error) {
    const missing = first !== '-' && !p.fs.exists(first, p.cwd) ? first : second;
    throw new Failure(
      flavour === 'gnu'
        ? `${missing}: ${error instanceof Error ? error.message : ''}`
        : `can't stat '${missing}': ${error instanceof Error ? error.message : ''}`,
      2,
    );
  }
  if (texts[0] === texts[1]) {
    if (o.has('s')) yield* p.print(`Files ${first} and ${second} are identical\n`);
    return 0;
  }
  if (o.has('q')) {
    yield* p.print(`Files ${first} and ${second} differ\n`);
    return 1;
  }
  const a = splitLines(texts[0]);
  const b = splitLines(texts[1]);
  const same = (x: string, y: string): boolean => {
    const fold = (line: string): string => {
      const bare = o.has('w') ? line.replace(/\s+/g, '') : line;
      return o.has('i') ? bare.toLowerCase() : bare;
    };
    return fold(x) === fold(y);
  };
  const changes = compareLines(a, b, same);
  if (changes.length === 0) return 0;
  const unified = o.has('u', 'U') || flavour === 'busybox';
  if (unified) yield* p.print(unifiedDiff(first, second, a, b, changes, Number(o.get('U') ?? 3)));
  else yield* p.print(normalDiff(a, b, changes));
  return 1;
}

/** A run of lines that differs: a[from…to) became b[newFrom…newTo). */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** The longest common subsequence decides what stayed. */
function compareLines(
  a: readonly string[],
  b: readonly string[],
  same: (x: string, y: string) => boolean,
): Change[] {
  const rows = a.length + 1;
  const columns = b.length + 1;
  const table = new Uint32Array(rows * columns);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * columns + j] = same(a[i] ?? '', b[j] ?? '')
        ? (table[(i + 1) * columns + j + 1] ?? 0) + 1
        : Math.max(table[(i + 1) * columns + j] ?? 0, table[i * columns + j + 1] ?? 0);
  const out: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(a[i] ?? '', b[j] ?? '')) {
      i++;
      j++;
      continue;
    }
    const from = i;
    const newFrom = j;
    while (
      (i < a.length || j < b.length) &&
      !(i < a.length && j < b.length && same(a[i] ?? '', b[j] ?? ''))
    ) {
      if (
        j >= b.length ||
        (i < a.length && (table[(i + 1) * columns + j] ?? 0) >= (table[i * columns + j + 1] ?? 0))
      )
        i++;
      else j++;
    }
    out.push({ from, to: i, newFrom, newTo: j });
  }
  return out;
}

function normalDiff(a: readonly string[], b: readonly string[], changes: readonly Change[]): string {
  const range = (from: number, to: number): string =>
    to - from <= 1 ? String(Math.max(from + (to > from ? 1 : 0), 0)) : `${from + 1},${to}`;
  let out = '';
  for (const { from, to, newFrom, newTo } of changes) {
    const kind = from === to ? 'a' : newFrom === newTo ? 'd' : 'c';
    out += `${range(from, to)}${kind}${range(newFrom, newTo)}\n`;
    out += a
      .slice(from, to)
      .map((line) => `< ${line}\n`)
      .join('');
    if (kind === 'c') out += '---\n';
    out += b
      .slice(newFrom, newTo)
      .map((line) => `> ${line}\n`)
      .join('');
  }
  return out;
}

function unifiedDiff(
  first: string,
  second: string,
  a: readonly string[],
  b: readonly string[],
  changes: readonly Change[],
  around: number,
): string {
  let out = `--- ${first}\n+++ ${second}\n`;
  for (let i = 0; i < changes.length; ) {
    let j = i;
    while (j + 1 < changes.length && (changes[j + 1]?.from ?? 0) - (changes[j]?.to ?? 0) <= 2 * around) j++;
    const head = changes[i];
    const tail = changes[j];
    if (head === undefined || tail === undefined) break;
    const from = Math.max(0, head.from - around);
    const to = Math.min(a.length, tail.to + around);
    const newFrom = Math.max(0, head.newFrom - around);
    const newTo = Math.min(b.length, tail.newTo + around);
    const span = (start: number, end: number): string =>
      end - start === 1 ? String(start + 1) : `${end === start ? start : start + 1},${end - start}`;
    out += `@@ -${span(from, to)} +${span(newFrom, newTo)} @@\n`;
    let at = from;
    for (const change of changes.slice(i, j + 1)) {
      out += a
        .slice(at, change.from)
        .map((line) => ` ${line}\n`)
        .join('');
      out += a
        .slice(change.from, change.to)
        .map((line) => `-${line}\n`)
        .join('');
      out += b
        .slice(change.newFrom, change.newTo)
        .map((line) => `+${line}\n`)
        .join('');
      at = change.to;
    }
    out += a
      .slice(at, to)
      .map((line) => ` ${line}\n`)
      .join('');
    i = j + 1;
  }
  return out;
}
