import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import type { Tty } from '../../kernel/tty.ts';
import type { Sys } from '../../kernel/wait.ts';
import { eachInput } from '../tool/files.ts';
import { LineReader } from '../tool/lines.ts';
import type { Flavour } from '../tool/tool.ts';
import { copy } from './cat.ts';

/** Keys of a terminal one by one, unechoed between `open` and `close`. */
class Keys {
  readonly #file: OpenFile;
  readonly #tty: Tty;
  #left = '';

  constructor(file: OpenFile, tty: Tty) {
    this.#file = file;
    this.#tty = tty;
  }

  open(): void {
    this.#tty.canonical = false;
    this.#tty.echo = false;
  }

  /** The next key; arrows and their like as one text, `q` when the terminal has gone. */
  *next(): Sys<string> {
    if (this.#left === '') this.#left = text(yield* this.#file.read());
    if (this.#left === '') return 'q';
    const key = /^\x1b\[\d*[A-Za-z~]|^[\s\S]/.exec(this.#left)?.[0] ?? '';
    this.#left = this.#left.slice(key.length);
    return key;
  }

  close(): void {
    this.#tty.canonical = true;
    this.#tty.echo = true;
  }
}

/** The terminal to show on and to ask: keys come from it even where standard input is a pipe. */
function terminalOf(p: Process): { file: OpenFile; tty: Tty } | undefined {
  if (!p.isatty(1)) return undefined;
  const file = [0, 2, 1].map((fd) => p.files.get(fd)).find((one) => one?.tty !== undefined);
  return file?.tty === undefined ? undefined : { file, tty: file.tty };
}

const operands = (p: Process): string[] => p.argv.slice(1).filter((arg) => !/^[-+]./.test(arg));

/** more(1): a screen at a time; space goes on by a screen, Enter by a line, q ends. */
export function* more(p: Process, flavour: Flavour): Sys<number> {
  const terminal = terminalOf(p);
  if (terminal === undefined)
    return yield* eachInput(p, flavour, operands(p), function* (file, path) {
      // util-linux's titles each file where there is no terminal.
      if (flavour === 'gnu' && path !== '-') yield* p.print(`::::::::::::::\n${path}\n::::::::::::::\n`);
      yield* copy(p, file);
    });
  const { file: keyboard, tty } = terminal;
  const keys = new Keys(keyboard, tty);
  let quit = false;
  return yield* eachInput(p, flavour, operands(p), function* (file, path) {
    if (quit) return;
    const size = path === '-' || !p.fs.exists(path, p.cwd) ? 0 : p.fs.read(path, p.cwd).length;
    const lines = new LineReader(file);
    let shown = 0;
    let left = tty.rows - 1;
    for (let line = yield* lines.next(); line !== undefined; line = yield* lines.next()) {
      if (left === 0) {
        const share = size === 0 ? '' : `(${Math.floor((100 * shown) / size)}% of ${size} bytes)`;
        const prompt = `--More-- ${share}`;
        yield* p.print(prompt);
        keys.open();
        const key = yield* keys.next();
        keys.close();
        yield* p.print(`\r${' '.repeat(prompt.length)}\r`);
        if (/^[qQ\x03]/.test(key)) {
          quit = true;
          return;
        }
        left = key === '\n' || key === '\r' ? 1 : tty.rows - 1;
      }
      yield* p.print(`${line}${lines.unterminated ? '' : '\n'}`);
      shown += new TextEncoder().encode(line).length + 1;
      left -= Math.min(left, Math.max(1, Math.ceil(line.length / tty.columns)));
    }
  });
}

/** What keys do in less: how far the first line moves, by the height of the page. */
const MOVES: Readonly<Record<string, (page: number) => number>> = {
  ' ': (page) => page,
  f: (page) => page,
  '\x06': (page) => page,
  '\x1b[6~': (page) => page,
  b: (page) => -page,
  '\x02': (page) => -page,
  '\x1b[5~': (page) => -page,
  d: (page) => Math.floor(page / 2),
  u: (page) => -Math.floor(page / 2),
  j: () => 1,
  '\n': () => 1,
  '\r': () => 1,
  e: () => 1,
  '\x1b[B': () => 1,
  k: () => -1,
  y: () => -1,
  '\x1b[A': () => -1,
  g: () => Number.NEGATIVE_INFINITY,
  '<': () => Number.NEGATIVE_INFINITY,
  G: () => Number.POSITIVE_INFINITY,
  '>': () => Number.POSITIVE_INFINITY,
};

/** less(1): forward and back by lines and screens, `/` searches, q ends. */
export function* less(p: Process, flavour: Flavour): Sys<number> {
  const terminal = terminalOf(p);
  if (terminal === undefined) return yield* eachInput(p, flavour, operands(p), (file) => copy(p, file));
  return yield* eachInput(p, flavour, operands(p), function* (file, path) {
    const reader = new LineReader(file);
    const lines: string[] = [];
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next())
      lines.push(line.replaceAll('\t', '        '));
    yield* browse(p, terminal, lines, path === '-' ? '' : path);
  });
}

function* browse(
  p: Process,
  { file, tty }: { file: OpenFile; tty: Tty },
  lines: readonly string[],
  title: string,
): Sys<void> {
  const keys = new Keys(file, tty);
  keys.open();
  let top = 0;
  let pattern = '';
  const search = (from: number, step: number): void => {
    for (let i = from; i >= 0 && i < lines.length; i += step)
      if (lines[i]?.includes(pattern) === true) {
        top = i;
        return;
      }
  };
  try {
    for (;;) {
      const page = tty.rows - 1;
      const last = Math.max(0, lines.length - page);
      yield* p.print(screen(lines, top, tty, status(title, top, last)));
      const key = yield* keys.next();
      if (/^[qQ\x03]/.test(key)) break;
      const move = MOVES[key];
      if (move !== undefined) top = Math.min(last, Math.max(0, top + move(page)));
      else if (key === '/') {
        pattern = '';
        yield* p.print(`\x1b[${tty.rows};0H\x1b[K/`);
        for (let one = yield* keys.next(); one !== '\n' && one !== '\r'; one = yield* keys.next()) {
          pattern += one;
          yield* p.print(one);
        }
        search(top, 1);
      } else if (key === 'n') search(top + 1, 1);
      else if (key === 'N') search(top - 1, -1);
    }
    yield* p.print(`\x1b[${tty.rows};0H\x1b[K`);
  } finally {
    keys.close();
  }
}

/** The file's name at first, `(END)` at the end, else a colon. */
function status(title: string, top: number, last: number): string {
  if (top === 0 && title !== '') return `\x1b[7m${title}\x1b[m`;
  return top >= last ? '\x1b[7m(END)\x1b[m' : ':';
}

/** The whole screen: lines from `top` on, tildes below the end, and what stands in the last line. */
function screen(lines: readonly string[], top: number, tty: Tty, below: string): string {
  let out = '\x1b[0;0H';
  for (let row = 0; row < tty.rows - 1; row++) {
    const line = lines[top + row] ?? (top + row === lines.length ? '' : '~');
    out += `\x1b[K${line.slice(0, tty.columns)}\r\n`;
  }
  return `${out}\x1b[${tty.rows};0H\x1b[K${below}`;
}
