import { concat, text } from '../../docker/kernel/bytes.ts';
import { Errno } from '../../docker/kernel/errno.ts';
import { NullFile, type OpenFile } from '../../docker/kernel/stream.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { ReadonlyFault, store } from '../run/assign.ts';
import { Complaint } from '../run/control.ts';
import type { Shell } from '../run/shell.ts';

interface ReadOptions {
  raw: boolean;
  silent: boolean;
  prompt: string;
  /** Milliseconds. */
  timeout: number | undefined;
  count: number | undefined;
  exactly: boolean;
  delimiter: string;
  array: string | undefined;
  fd: number;
  names: string[];
}

const USAGE =
  'read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]';

function parse(shell: Shell, args: readonly string[]): ReadOptions {
  const options: ReadOptions = {
    raw: false,
    silent: false,
    prompt: '',
    timeout: undefined,
    count: undefined,
    exactly: false,
    delimiter: '\n',
    array: undefined,
    fd: 0,
    names: [],
  };
  let i = 1;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^-./.test(arg)) break;
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] ?? '';
      if (letter === 'r') options.raw = true;
      else if (letter === 's') options.silent = true;
      else if (letter === 'e') continue;
      else if ('pntadNui'.includes(letter)) {
        const value = arg.slice(at + 1) || (args[++i] ?? '');
        if (letter === 'p') options.prompt = value;
        else if (letter === 't') options.timeout = Number(value) * 1000;
        else if (letter === 'n' || letter === 'N') {
          options.count = Number(value);
          options.exactly = letter === 'N';
        } else if (letter === 'a') options.array = value;
        else if (letter === 'd') options.delimiter = value === '' ? '\0' : value.slice(0, 1);
        else if (letter === 'u') options.fd = Number(value);
        break;
      } else {
        const bash = shell.dialect.name === 'bash';
        throw new Complaint(
          bash
            ? `-${letter}: invalid option\n${USAGE}`
            : `${shell.dialect.name === 'dash' ? 'Illegal' : 'illegal'} option -${letter}`,
          2,
        );
      }
    }
  }
  options.names = args.slice(i);
  return options;
}

/** `read [-rs] [-p prompt] [-t seconds] [-n chars] [-d char] [-a array] names`: one line into variables. */
export function* read(shell: Shell, args: readonly string[]): Sys<number> {
  const options = parse(shell, args);
  const bad = options.names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*(?:\[.*\])?$/.test(name));
  if (bad !== undefined)
    throw new Complaint(
      shell.dialect.name === 'bash' ? `\`${bad}': not a valid identifier` : `${bad}: bad variable name`,
      shell.dialect.name === 'bash' ? 1 : 2,
    );
  if (options.names.length === 0 && options.array === undefined && shell.dialect.name === 'dash')
    throw new Complaint('arg count', 2);
  const file = shell.p.files.get(options.fd);
  if (file === undefined)
    throw new Complaint(`${options.fd}: invalid file descriptor: Bad file descriptor`, 1);
  const { tty } = file;
  if (options.prompt !== '' && tty !== undefined) yield* shell.p.error(options.prompt);
  const echo = tty?.echo;
  if (options.silent && tty !== undefined) tty.echo = false;
  const line = new Line();
  let ended: 'line' | 'end' | 'timeout' | undefined;
  try {
    ended = yield* shell.interruptible(readInto(shell, file, options, line));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new Complaint(`read error: ${options.fd}: ${error.message}`, 1);
  } finally {
    if (tty !== undefined && echo !== undefined) tty.echo = echo;
  }
  if (ended === undefined) return 130;
  assignWords(shell, options, line);
  return ended === 'line' ? 0 : ended === 'end' ? 1 : 142;
}

/** What has been read; characters after a backslash are marked, so that they do not separate words. */
class Line {
  readonly chars: { readonly c: string; readonly literal: boolean }[] = [];
}

function* readInto(
  shell: Shell,
  file: OpenFile,
  options: ReadOptions,
  line: Line,
): Sys<'line' | 'end' | 'timeout'> {
  const until = options.timeout === undefined ? undefined : shell.p.kernel.clock.now + options.timeout;
  const delimiter = options.delimiter.charCodeAt(0);
  let bytes: number[] = [];
  let literal = false;
  const flush = (): void => {
    for (const c of text(Uint8Array.from(bytes))) line.chars.push({ c, literal: false });
    bytes = [];
  };
  for (;;) {
    const chunk = yield* readUntil(shell, file, until);
    if (chunk === 'timeout') {
      flush();
      return 'timeout';
    }
    if (chunk.length === 0) {
      flush();
      return 'end';
    }
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (literal) {
        literal = false;
        if (byte !== 0x0a) {
          // The whole character after the backslash: its further bytes are continuation bytes.
          let end = i + 1;
          while (end < chunk.length && ((chunk[end] ?? 0) & 0xc0) === 0x80) end++;
          line.chars.push({ c: text(chunk.subarray(i, end)), literal: true });
          i = end - 1;
        }
        continue;
      }
      if (byte === 0x5c && !options.raw) {
        flush();
        literal = true;
        continue;
      }
      if (byte === delimiter && !options.exactly) {
        file.unread(chunk.subarray(i + 1));
        flush();
        return 'line';
      }
      bytes.push(byte);
      if (
        options.count !== undefined &&
        line.chars.length + text(Uint8Array.from(bytes)).length >= options.count
      ) {
        file.unread(chunk.subarray(i + 1));
        flush();
        return 'line';
      }
    }
  }
}

function* readUntil(shell: Shell, file: OpenFile, until: number | undefined): Sys<Uint8Array | 'timeout'> {
  const body = file.read();
  for (;;) {
    const result = body.next();
    if (result.done === true) return result.value;
    if (until !== undefined && shell.p.kernel.clock.now >= until) {
      body.return(new Uint8Array(0));
      return 'timeout';
    }
    yield until === undefined
      ? result.value
      : { queues: result.value.queues, until: Math.min(until, result.value.until ?? until) };
  }
}

function assignWords(shell: Shell, options: ReadOptions, line: Line): void {
  const ifs = shell.variables.text('IFS') ?? ' \t\n';
  const put = (name: string, value: string): void => {
    const match = /^([^[]+)\[(.*)\]$/.exec(name);
    try {
      store(shell, {
        name: match?.[1] ?? name,
        index: match?.[2],
        append: false,
        value,
        elements: undefined,
      });
    } catch (error) {
      if (error instanceof ReadonlyFault) throw new Complaint(error.describe(shell.dialect), 1);
      throw error;
    }
  };
  const { chars } = line;
  if (options.array !== undefined) {
    const words = splitLine(chars, ifs, Number.POSITIVE_INFINITY);
    const elements = words.map((value) => ({ index: undefined, append: false, value }));
    store(shell, { name: options.array, index: undefined, append: false, value: '', elements });
    return;
  }
  if (options.names.length === 0 || options.exactly) {
    put(options.names[0] ?? 'REPLY', chars.map(({ c }) => c).join(''));
    for (const name of options.names.slice(1)) put(name, '');
    return;
  }
  const words = splitLine(chars, ifs, options.names.length);
  options.names.forEach((name, i) => {
    put(name, words[i] ?? '');
  });
}

/** Splits at IFS into at most `most` words; the last takes the rest, without blanks at its ends. */
function splitLine(chars: Line['chars'], ifs: string, most: number): string[] {
  const separates = (i: number): boolean => {
    const at = chars[i];
    return at !== undefined && !at.literal && ifs.includes(at.c);
  };
  const blank = (i: number): boolean => separates(i) && /[ \t\n]/.test(chars[i]?.c ?? '');
  const words: string[] = [];
  let i = 0;
  while (blank(i)) i++;
  while (i < chars.length) {
    if (words.length === most - 1) {
      let end = chars.length;
      while (end > i && blank(end - 1)) end--;
      // One separator at the very end belongs to the last word's field, not to its text.
      if (end > i && separates(end - 1) && !chars.slice(i, end - 1).some((_, k) => separates(i + k))) end--;
      words.push(
        chars
          .slice(i, end)
          .map(({ c }) => c)
          .join(''),
      );
      return words;
    }
    let word = '';
    while (i < chars.length && !separates(i)) {
      word += chars[i]?.c ?? '';
      i++;
    }
    words.push(word);
    while (blank(i)) i++;
    if (separates(i) && !blank(i)) {
      i++;
      while (blank(i)) i++;
    }
  }
  return words;
}

/** `mapfile [-t] [-n count] [array]`: the lines of the input. */
export function* mapfile(shell: Shell, args: readonly string[]): Sys<number> {
  let trim = false;
  let count = 0;
  let skip = 0;
  let delimiter = '\n';
  let name = 'MAPFILE';
  for (let i = 1; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-t') trim = true;
    else if (arg === '-n') count = Number(args[++i] ?? 0);
    else if (arg === '-s') skip = Number(args[++i] ?? 0);
    else if (arg === '-d') delimiter = (args[++i] ?? '') || '\0';
    else if (!arg.startsWith('-')) name = arg;
  }
  const parts: Uint8Array[] = [];
  const file = shell.p.files.get(0) ?? new NullFile();
  for (let chunk = yield* file.read(); chunk.length > 0; chunk = yield* file.read()) parts.push(chunk);
  const all = text(concat(parts));
  const lines = all === '' ? [] : all.split(delimiter);
  const open = lines.at(-1) !== '';
  if (!open) lines.pop();
  let values = lines
    .map((line, i) => (trim || (open && i === lines.length - 1) ? line : line + delimiter))
    .slice(skip);
  if (count > 0) values = values.slice(0, count);
  store(shell, {
    name,
    index: undefined,
    append: false,
    value: '',
    elements: values.map((value) => ({ index: undefined, append: false, value })),
  });
  return 0;
}
