import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { byBytes, readAllOf } from '../tool/files.ts';
import { splitLines } from '../tool/lines.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, Failure, type Flavour, reason } from '../tool/tool.ts';

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
