import { concat } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { cannotOpen, eachInput, openRead } from '../tool/files.ts';
import { parseOptions, sizeNumber } from '../tool/options.ts';
import { BadUsage, type Flavour } from '../tool/tool.ts';

/** A count of head or tail: `5`, `-5` (all but), `+5` (from). */
function count(written: string, what: string, flavour: Flavour): { n: number; sign: string } {
  const sign = /^[-+]/.test(written) ? (written[0] ?? '') : '';
  const n = sizeNumber(written.slice(sign.length));
  if (n === undefined)
    throw new BadUsage(
      flavour === 'gnu' ? `invalid number of ${what}: '${written}'` : `invalid number '${written}'`,
      1,
      true,
    );
  return { n, sign };
}

/** head(1): -n N, -n -N, -c N, -q, -v, -N. Reads no more than it needs. */
export function* head(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'n:c:qvz',
    long: { lines: 'n:', bytes: 'c:', quiet: 'q', silent: 'q', verbose: 'v' },
    digits: 'n',
  });
  const bytes = o.last('n', 'c') === 'c';
  const { n, sign } = count(o.get(bytes ? 'c' : 'n') ?? '10', bytes ? 'bytes' : 'lines', flavour);
  const titled = o.has('v') || (o.args.length > 1 && !o.has('q'));
  let first = true;
  return yield* eachInput(p, flavour, o.args, function* (file, path) {
    // A file that cannot be read (a directory) is reported before its title is shown, except by GNU.
    if (titled) yield* p.print(`${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
    first = false;
    if (sign === '-') {
      const all = yield* readRest(file);
      const keep = bytes ? all.length - n : lineStart(all, -n);
      yield* p.print(all.subarray(0, Math.max(0, keep)));
      return;
    }
    let left = n;
    while (left > 0) {
      const chunk = yield* file.read();
      if (chunk.length === 0) return;
      if (bytes) {
        yield* p.print(chunk.subarray(0, left));
        if (chunk.length > left) file.unread(chunk.subarray(left));
        left -= chunk.length;
      } else {
        let at = 0;
        while (left > 0) {
          const end = chunk.indexOf(0x0a, at);
          if (end < 0) {
            at = chunk.length;
            break;
          }
          at = end + 1;
          left--;
        }
        yield* p.print(chunk.subarray(0, at));
        if (at < chunk.length) file.unread(chunk.subarray(at));
      }
      yield TURN;
    }
  });
}

function* readRest(file: OpenFile): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const chunk = yield* file.read();
    if (chunk.length === 0) return concat(parts);
    parts.push(chunk);
    yield TURN;
  }
}

/** Where the last `-n` lines begin (n negative), or the line numbered n from 1. */
function lineStart(data: Uint8Array, n: number): number {
  if (n >= 0) {
    let at = 0;
    for (let line = 1; line < n; line++) {
      const end = data.indexOf(0x0a, at);
      if (end < 0) return data.length;
      at = end + 1;
    }
    return at;
  }
  let at = data.length;
  if (data[at - 1] === 0x0a) at--;
  for (let left = -n; left > 0; left--) {
    if (at <= 0) return 0;
    at = data.lastIndexOf(0x0a, at - 1);
    if (at < 0) return 0;
  }
  return at + 1;
}

/** tail(1): -n N, -n +N, -c N, -f, -F, -q, -v, -s. `-f` shows what is appended until it is stopped. */
export function* tail(p: Process, flavour: Flavour): Sys<number> {
  p.reaps = false;
  const argv = p.argv.slice(1).map((arg, i) => (i === 0 && /^\+\d+$/.test(arg) ? `-n${arg}` : arg));
  const o = parseOptions(
    p,
    {
      short: 'n:c:fFqvs:z',
      long: {
        lines: 'n:',
        bytes: 'c:',
        follow: 'f?',
        retry: 'retry',
        quiet: 'q',
        silent: 'q',
        verbose: 'v',
        'sleep-interval': 's:',
        pid: 'pid:',
      },
      digits: 'n',
    },
    argv,
  );
  const bytes = o.last('n', 'c') === 'c';
  const { n, sign } = count(o.get(bytes ? 'c' : 'n') ?? '10', bytes ? 'bytes' : 'lines', flavour);
  const paths = o.args.length === 0 ? ['-'] : o.args;
  const titled = o.has('v') || (paths.length > 1 && !o.has('q'));
  const follow = o.has('f', 'F');
  const opened: { path: string; file: OpenFile }[] = [];
  let code = 0;
  let shown: string | undefined;
  const title = function* (path: string): Sys<void> {
    if (titled && shown !== path) {
      yield* p.print(`${shown === undefined ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`);
      shown = path;
    }
  };
  for (const path of paths) {
    let file: OpenFile;
    try {
      file = openRead(p, path);
    } catch (error) {
      code = 1;
      yield* p.error(cannotOpen('tail', flavour, path, error));
      continue;
    }
    yield* title(path);
    const rest = yield* lastPart(p, file, bytes, n, sign);
    yield* p.print(rest);
    opened.push({ path, file });
  }
  if (follow && opened.length > 0) {
    const interval = Number(o.get('s') ?? 1) * 1000;
    const pipes = opened.length === 1 && opened[0]?.path === '-';
    while (!pipes) {
      yield* p.sleep(Math.min(interval, 1000));
      for (const { path, file } of opened) {
        if (o.has('F') && !p.fs.exists(path, p.cwd)) continue;
        for (let chunk = yield* file.read(); chunk.length > 0; chunk = yield* file.read()) {
          yield* title(path);
          yield* p.print(chunk);
          yield TURN;
        }
      }
    }
  }
  if (opened.length === 0 && flavour === 'busybox') yield* p.error('tail: no files\n');
  else if (follow && opened.length === 0) yield* p.error('tail: no files remaining\n');
  for (const { file } of opened) file.release();
  return code;
}

/** The end of a file; memory grows with what has to be kept, as the real one's does. */
function* lastPart(p: Process, file: OpenFile, bytes: boolean, n: number, sign: string): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const base = p.memory;
  for (;;) {
    const chunk = yield* file.read();
    if (chunk.length === 0) break;
    parts.push(chunk);
    size += chunk.length;
    if (size > 1_000_000) {
      if (sign !== '+' && (bytes || chunk.includes(0x0a))) {
        const whole = concat(parts);
        const keep = bytes
          ? whole.subarray(Math.max(0, whole.length - n))
          : whole.subarray(lineStart(whole, -n));
        parts.splice(0, parts.length, keep);
        size = keep.length;
      }
      p.useMemory(base + size);
    }
    yield TURN;
  }
  const whole = concat(parts);
  if (bytes)
    return sign === '+'
      ? whole.subarray(Math.max(0, n - 1))
      : n === 0
        ? whole.subarray(whole.length)
        : whole.subarray(Math.max(0, whole.length - n));
  if (sign === '+') return whole.subarray(lineStart(whole, n));
  return n === 0 ? whole.subarray(whole.length) : whole.subarray(lineStart(whole, -n));
}
