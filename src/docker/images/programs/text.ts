import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { byBytes, eachInput, readAllOf } from '../tool/files.ts';
import { LineReader, splitLines } from '../tool/lines.ts';
import { parseOptions, sizeNumber } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour } from '../tool/tool.ts';
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
