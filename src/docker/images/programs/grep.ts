import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import type { Sys } from '../../kernel/wait.ts';
import { join, openRead, sortedNames } from '../tool/files.ts';
import { escapeLiteral, globPattern } from '../tool/glob.ts';
import { LineReader, splitLines } from '../tool/lines.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { posixPattern } from '../tool/regex.ts';
import { BadUsage, type Flavour, reason } from '../tool/tool.ts';

interface State {
  readonly p: Process;
  readonly o: Options;
  readonly pattern: RegExp;
  readonly after: number;
  readonly before: number;
  readonly limit: number;
  readonly named: boolean;
  readonly separated: boolean;
  found: boolean;
  printedBefore: boolean;
}

/** grep(1), egrep, fgrep: a line is shown as soon as it has come. */
export function* grep(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'EFGPivncoqrRlLwxshHe:f:m:A:B:C:aIzUb',
    long: {
      'extended-regexp': 'E',
      'fixed-strings': 'F',
      'basic-regexp': 'G',
      'perl-regexp': 'P',
      'ignore-case': 'i',
      'invert-match': 'v',
      'line-number': 'n',
      count: 'c',
      'only-matching': 'o',
      quiet: 'q',
      silent: 'q',
      recursive: 'r',
      'dereference-recursive': 'R',
      'files-with-matches': 'l',
      'files-without-match': 'L',
      'word-regexp': 'w',
      'line-regexp': 'x',
      'no-messages': 's',
      'no-filename': 'h',
      'with-filename': 'H',
      regexp: 'e:',
      file: 'f:',
      'max-count': 'm:',
      'after-context': 'A:',
      'before-context': 'B:',
      context: 'C:',
      color: 'color?',
      colour: 'color?',
      text: 'a',
      include: 'include:',
      exclude: 'exclude:',
      'exclude-dir': 'exdir:',
      'line-buffered': 'lb',
    },
    digits: 'C',
    code: 2,
  });
  const args = [...o.args];
  const patterns = o.all('e').flatMap((e) => e.split('\n'));
  for (const file of o.all('f')) patterns.push(...splitLines(text(p.fs.read(file, p.cwd))));
  if (!o.has('e', 'f')) {
    const first = args.shift();
    if (first === undefined) {
      if (flavour === 'busybox') throw new BadUsage('', 2);
      yield* p.error("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n");
      return 2;
    }
    patterns.push(...first.split('\n'));
  }
  const recursive = o.has('r', 'R');
  const state: State = {
    p,
    o,
    pattern: compile(p, flavour, o, patterns),
    after: context(o, 'A'),
    before: context(o, 'B'),
    limit: Number(o.get('m') ?? Number.POSITIVE_INFINITY),
    named: o.has('H') || (!o.has('h') && (args.length > 1 || recursive)),
    separated: o.has('A', 'B', 'C') && context(o, 'A') + context(o, 'B') > 0,
    found: false,
    printedBefore: false,
  };
  const paths = args.length === 0 ? [recursive ? '.' : '-'] : args;
  let failed = false;
  for (const path of paths)
    if (!(yield* search(state, flavour, path, recursive, args.length === 0))) failed = true;
  if (failed && !(o.has('q') && state.found)) return 2;
  return state.found ? 0 : 1;
}

function context(o: Options, side: string): number {
  return Number(o.get(side) ?? o.get('C') ?? 0);
}

function compile(p: Process, flavour: Flavour, o: Options, patterns: readonly string[]): RegExp {
  const kind = p.name === 'fgrep' ? 'F' : (o.last('E', 'F', 'G', 'P') ?? (p.name === 'egrep' ? 'E' : 'G'));
  const flags = `g${o.has('i') ? 'i' : ''}`;
  try {
    const sources = patterns.map((pattern) => {
      if (kind === 'F') return escapeLiteral(pattern);
      if (kind === 'P') return pattern;
      return posixPattern(pattern, kind === 'E', flags).source;
    });
    const any = sources.length === 0 ? '(?!)' : sources.map((source) => `(?:${source})`).join('|');
    if (o.has('x')) return new RegExp(`^(?:${any})$`, flags);
    if (o.has('w')) return new RegExp(`(?<!\\w)(?:${any})(?!\\w)`, flags);
    return new RegExp(any, flags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (flavour === 'busybox') throw new BadUsage(`bad regex '${patterns[0]}'`, 2, true);
    throw new BadUsage(error.message.replace(/^Invalid regular expression: (?=.)/, ''), 2, true);
  }
}

function* search(
  state: State,
  flavour: Flavour,
  path: string,
  recursive: boolean,
  bare: boolean,
): Sys<boolean> {
  const { p, o } = state;
  if (path !== '-' && p.fs.isDirectory(path, p.cwd)) {
    if (!recursive) {
      if (!o.has('s'))
        yield* flavour === 'gnu' ? p.error(`${p.name}: ${path}: Is a directory\n`) : p.error('');
      return flavour === 'busybox';
    }
    let ok = true;
    for (const name of sortedNames(p, path)) {
      const below = bare && path === '.' ? name : join(path, name);
      const directory = p.fs.isDirectory(below, p.cwd);
      if (p.fs.exists(below, p.cwd) && p.fs.lstat(below, p.cwd).kind === 'link' && o.has('r')) continue;
      if (directory && o.all('exdir').some((glob) => globPattern(glob).test(name))) continue;
      if (!directory) {
        const include = o.all('include');
        if (include.length > 0 && !include.some((glob) => globPattern(glob).test(name))) continue;
        if (o.all('exclude').some((glob) => globPattern(glob).test(name))) continue;
      }
      if (!(yield* search(state, flavour, below, true, bare))) ok = false;
    }
    return ok;
  }
  let file: OpenFile | undefined;
  try {
    file = openRead(p, path);
    yield* searchFile(state, file, path === '-' ? '(standard input)' : path);
    return true;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (!o.has('s')) yield* p.error(`${p.name}: ${path}: ${reason(error)}\n`);
    return false;
  } finally {
    file?.release();
  }
}

function* searchFile(state: State, file: OpenFile, name: string): Sys<void> {
  const { p, o, pattern, after, before, limit } = state;
  const quiet = o.has('q', 'l', 'L', 'c');
  const reader = new LineReader(file, o.has('z') ? 0 : 0x0a);
  let number = 0;
  let count = 0;
  let last = 0;
  let trailing = 0;
  const held: { line: string; number: number }[] = [];
  const put = function* (line: string, at: number, mark: string): Sys<void> {
    const prefix = `${state.named ? `${name}${mark}` : ''}${o.has('n') ? `${at}${mark}` : ''}`;
    yield* p.print(`${prefix}${line}\n`);
  };
  for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
    number++;
    pattern.lastIndex = 0;
    const hit = pattern.test(line) !== o.has('v');
    if (hit) {
      count++;
      state.found = true;
      if (o.has('q')) return;
      if (!quiet) {
        if (state.separated && (state.printedBefore || last > 0) && number - held.length > last + 1)
          yield* p.print('--\n');
        for (const earlier of held.splice(0)) yield* put(earlier.line, earlier.number, '-');
        if (o.has('o')) {
          pattern.lastIndex = 0;
          if (!o.has('v')) {
            for (const match of line.matchAll(pattern))
              if (match[0] !== '') yield* put(match[0], number, ':');
          }
        } else yield* put(line, number, ':');
        last = number;
        trailing = after;
      }
      if (count >= limit || o.has('l')) break;
    } else if (!quiet && trailing > 0) {
      trailing--;
      yield* put(line, number, '-');
      last = number;
    } else if (before > 0) {
      held.push({ line, number });
      if (held.length > before) held.shift();
    }
  }
  if (last > 0) state.printedBefore = true;
  if (o.has('l') && count > 0) yield* p.print(`${name}\n`);
  else if (o.has('L') && count === 0) yield* p.print(`${name}\n`);
  else if (o.has('c') && !o.has('l', 'L')) yield* p.print(`${state.named ? `${name}:` : ''}${count}\n`);
}
