import { concat, text, utf8 } from '../../kernel/bytes.ts';
import { openFile } from '../../kernel/fs/file.ts';
import { sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { eachInput, readAllOf } from '../tool/files.ts';
import { type HashName, hashHex } from '../tool/hash.ts';
import { splitLines } from '../tool/lines.ts';
import { parseOptions, sizeNumber } from '../tool/options.ts';
import { BadUsage, credentials, Failure, type Flavour, quoted, reason } from '../tool/tool.ts';
import { base64 } from './curl.ts';

/** od(1): -c, -x, -t x1|c|o2|d…, -A n|d|x|o, -N N. */
export function* od(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'cxbdoA:t:N:j:vw::',
    long: { 'address-radix': 'A:', format: 't:', 'read-bytes': 'N:' },
  });
  const parts: Uint8Array[] = [];
  for (const path of o.args.length === 0 ? ['-'] : o.args) parts.push(yield* readAllOf(p, path));
  let data = concat(parts);
  const limit = o.get('N');
  if (limit !== undefined) data = data.subarray(0, sizeNumber(limit) ?? data.length);
  const type =
    o.get('t') ?? (o.has('c') ? 'c' : o.has('x') ? 'x2' : o.has('b') ? 'o1' : o.has('d') ? 'u2' : 'o2');
  const radix = o.get('A') ?? 'o';
  const address = (n: number): string =>
    radix === 'n'
      ? ''
      : radix === 'd'
        ? String(n).padStart(7, '0')
        : radix === 'x'
          ? n.toString(16).padStart(6, '0')
          : n.toString(8).padStart(7, '0');
  let previous = '';
  let starred = false;
  for (let i = 0; i < data.length; i += 16) {
    const row = data.subarray(i, i + 16);
    const shown = odRow(row, type);
    if (shown === previous && row.length === 16 && !o.has('v')) {
      if (!starred) yield* p.print('*\n');
      starred = true;
      continue;
    }
    previous = shown;
    starred = false;
    yield* p.print(`${address(i)}${shown}\n`);
  }
  if (radix !== 'n') yield* p.print(`${address(data.length)}\n`);
  return 0;
}

const NAMED: Readonly<Record<number, string>> = {
  0: '\\0',
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

function odRow(row: Uint8Array, type: string): string {
  const kind = type[0] ?? 'o';
  const size = Number(type.slice(1).replace(/z$/, '') || (kind === 'c' || kind === 'a' ? 1 : 4));
  if (kind === 'c')
    return [...row]
      .map(
        (byte) =>
          ` ${(NAMED[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))).padStart(3)}`,
      )
      .join('');
  const out: string[] = [];
  for (let i = 0; i < row.length; i += size) {
    let value = 0;
    for (let j = size - 1; j >= 0; j--) value = value * 256 + (row[i + j] ?? 0);
    if (kind === 'x') out.push(value.toString(16).padStart(size * 2, '0'));
    else if (kind === 'o') out.push(value.toString(8).padStart(Math.ceil((size * 8) / 3), '0'));
    else
      out.push(
        String(kind === 'd' && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value).padStart(
          ({ 1: 4, 2: 6, 4: 11 }[size] ?? 20) + (kind === 'd' ? 1 : 0),
        ),
      );
  }
  return out.map((cell) => (kind === 'd' || kind === 'u' ? cell : ` ${cell}`)).join('');
}

/** hexdump(1): -C, -n N; xxd(1). */
export function* hexdump(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'Cn:s:vxcbpe:ul:r' });
  const parts: Uint8Array[] = [];
  for (const path of o.args.length === 0 ? ['-'] : o.args) parts.push(yield* readAllOf(p, path));
  const limit = o.get('n') ?? o.get('l');
  const all = concat(parts);
  const data = limit === undefined ? all : all.subarray(0, Number(limit));
  if (p.name === 'xxd') {
    if (o.has('p')) yield* p.print(`${[...data].map((b) => b.toString(16).padStart(2, '0')).join('')}\n`);
    else
      for (let i = 0; i < data.length; i += 16) {
        const row = [...data.subarray(i, i + 16)];
        const hex = row.map((b, at) => b.toString(16).padStart(2, '0') + (at % 2 === 1 ? ' ' : '')).join('');
        yield* p.print(`${i.toString(16).padStart(8, '0')}: ${hex.trimEnd().padEnd(40)} ${printable(row)}\n`);
      }
    return 0;
  }
  let previous = '';
  let starred = false;
  for (let i = 0; i < data.length; i += 16) {
    const row = [...data.subarray(i, i + 16)];
    let shown: string;
    if (o.has('C')) {
      const hex = (from: number): string =>
        row
          .slice(from, from + 8)
          .map((b) => b.toString(16).padStart(2, '0'))
          .join(' ');
      shown = `  ${hex(0).padEnd(23)}  ${hex(8).padEnd(23)}  |${printable(row)}|`;
    } else {
      const words: string[] = [];
      for (let j = 0; j < row.length; j += 2)
        words.push((((row[j + 1] ?? 0) << 8) | (row[j] ?? 0)).toString(16).padStart(4, '0'));
      shown = ` ${words.join(' ').padEnd(39)}`;
    }
    if (shown === previous && !o.has('v')) {
      if (!starred) yield* p.print('*\n');
      starred = true;
      continue;
    }
    previous = shown;
    starred = false;
    yield* p.print(`${i.toString(16).padStart(o.has('C') ? 8 : 7, '0')}${shown}\n`);
  }
  if (data.length > 0) yield* p.print(`${data.length.toString(16).padStart(o.has('C') ? 8 : 7, '0')}\n`);
  return 0;
}

function printable(row: readonly number[]): string {
  return row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
}

/** md5sum(1), sha1sum, sha256sum, sha512sum: -c, --quiet, --status. */
export function* checksum(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'cbtsw',
    long: { check: 'c', binary: 'b', text: 't', quiet: 'quiet', status: 's', tag: 'tag' },
  });
  const name = p.name.replace(/sum$/, '') as HashName;
  if (!o.has('c')) {
    return yield* eachInput(p, flavour, o.args, function* (file, path) {
      yield* p.print(`${hashHex(name, yield* rest(file))}  ${path}\n`);
    });
  }
  let failed = 0;
  for (const list of o.args.length === 0 ? ['-'] : o.args) {
    for (const line of splitLines(text(yield* readAllOf(p, list)))) {
      const [, wanted, path = ''] = /^([0-9a-f]+) [ *](.*)$/.exec(line) ?? [];
      if (wanted === undefined) continue;
      let ok = false;
      try {
        ok = hashHex(name, yield* readAllOf(p, path)) === wanted;
      } catch (error) {
        yield* p.error(`${p.name}: ${path}: ${reason(error)}\n`);
      }
      if (!ok) failed++;
      if (!o.has('s') && !(ok && o.has('quiet'))) yield* p.print(`${path}: ${ok ? 'OK' : 'FAILED'}\n`);
    }
  }
  if (failed > 0 && !o.has('s'))
    yield* p.error(
      `${p.name}: WARNING: ${failed} ${flavour === 'gnu' ? `computed checksum${failed > 1 ? 's' : ''} did NOT match` : 'of 1 computed checksums did NOT match'}\n`,
    );
  return failed > 0 ? 1 : 0;
}

function* rest(file: OpenFile): Sys<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const chunk = yield* file.read();
    if (chunk.length === 0) return concat(parts);
    parts.push(chunk);
    yield TURN;
  }
}

/** base64(1): -d, -w N. */
export function* base64Program(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'dDw:i', long: { decode: 'd', wrap: 'w:', 'ignore-garbage': 'i' } });
  const width = Number(o.get('w') ?? 76);
  return yield* eachInput(p, flavour, o.args, function* (file) {
    const data = yield* rest(file);
    if (!o.has('d', 'D')) {
      const encoded = base64(data);
      yield* p.print(
        width === 0
          ? encoded
          : (encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map((line) => `${line}\n`).join(''),
      );
      return;
    }
    const source = text(data).replace(/\s+/g, '');
    const bad = source.search(/[^A-Za-z0-9+/=]/);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const out: number[] = [];
    let bits = 0;
    let count = 0;
    for (const c of (bad < 0 ? source : source.slice(0, bad)).replace(/=+$/, '')) {
      bits = (bits << 6) | letters.indexOf(c);
      count += 6;
      if (count >= 8) {
        count -= 8;
        out.push((bits >> count) & 255);
        bits &= (1 << count) - 1;
      }
    }
    yield* p.print(Uint8Array.from(out));
    if (bad >= 0) throw new Failure('invalid input');
  });
}

/** dd(1): if=, of=, bs=, count=, skip=, seek=, status=none, conv=. */
export function* dd(p: Process, flavour: Flavour): Sys<number> {
  const words = new Map<string, string>();
  for (const arg of p.argv.slice(1)) {
    const at = arg.indexOf('=');
    const name = at < 0 ? arg : arg.slice(0, at);
    if (!/^(if|of|bs|ibs|obs|count|skip|seek|status|conv|iflag|oflag)$/.test(name)) {
      if (flavour === 'busybox') throw new BadUsage('');
      throw new BadUsage(`unrecognized operand '${arg}'`);
    }
    words.set(name, arg.slice(at + 1));
  }
  const size = (name: string, otherwise: number): number => {
    const written = words.get(name);
    const value = written === undefined ? otherwise : sizeNumber(written);
    if (value === undefined)
      throw new BadUsage(
        flavour === 'gnu' ? `invalid number: '${written}'` : `invalid number '${written}'`,
        1,
        true,
      );
    return value;
  };
  const block = size('bs', size('ibs', 512));
  const count = size('count', Number.POSITIVE_INFINITY);
  const started = p.kernel.clock.now;
  const open = function* (path: string, mode: 'read' | 'write'): Sys<OpenFile | undefined> {
    try {
      return openFile(p, path, mode);
    } catch (error) {
      yield* p.error(
        flavour === 'gnu'
          ? `dd: failed to open ${quoted(path)}: ${reason(error)}\n`
          : `dd: can't open '${path}': ${reason(error)}\n`,
      );
      return undefined;
    }
  };
  const from = words.get('if');
  const to = words.get('of');
  const input = from === undefined ? p.file(0).retain() : yield* open(from, 'read');
  if (input === undefined) return 1;
  const output = to === undefined ? p.file(1).retain() : yield* open(to, 'write');
  if (output === undefined) return 1;
  let whole = 0;
  let partial = 0;
  let bytes = 0;
  const kept: Uint8Array[] = [];
  let failed = false;
  // What did not fit any more is counted as read, but not as written.
  let unwritten = 0;
  const readBlock = function* (): Sys<Uint8Array> {
    const parts: Uint8Array[] = [];
    let got = 0;
    while (got < block) {
      const chunk = yield* input.read(block - got);
      if (chunk.length === 0) break;
      parts.push(chunk);
      got += chunk.length;
      yield TURN;
    }
    return concat(parts);
  };
  try {
    for (let n = size('skip', 0); n > 0; n--) yield* readBlock();
    while (whole + partial < count) {
      const data = yield* readBlock();
      if (data.length === 0) break;
      if (data.length === block) whole++;
      else partial++;
      bytes += data.length;
      kept.push(data);
      // A file is written in larger pieces, so that many small blocks cost no more than a few large ones.
      if (to === undefined || kept.length >= 256) {
        yield* output.write(concat(kept));
        kept.splice(0);
      }
    }
    yield* output.write(concat(kept));
  } catch (error) {
    failed = true;
    if (to !== undefined && p.fs.exists(to, p.cwd)) {
      const fitted = Math.floor(sizeOf(p.fs.stat(to, p.cwd)) / block);
      unwritten = Math.max(0, whole - fitted);
      bytes = fitted * block;
    }
    yield* p.error(
      flavour === 'gnu'
        ? `dd: error writing ${quoted(to ?? 'standard output')}: ${reason(error)}\n`
        : `dd: error writing '${to ?? 'standard output'}': ${reason(error)}\n`,
    );
  } finally {
    input.release();
    output.release();
  }
  const status = words.get('status');
  if (status !== 'none') {
    const read = unwritten > 0 ? whole - unwritten + 1 : whole;
    yield* p.error(`${read}+${partial} records in\n${whole - unwritten}+${partial} records out\n`);
    if (flavour === 'gnu' && status !== 'noxfer') {
      const seconds = Math.max(1e-6, (p.kernel.clock.now - started) / 1000);
      yield* p.error(
        `${bytes} byte${bytes === 1 ? '' : 's'}${human(bytes)} copied, ${seconds.toPrecision(6).replace(/\.?0+$/, '')} s, ${rate(bytes / seconds)}\n`,
      );
    }
  }
  return failed ? 1 : 0;
}

function human(bytes: number): string {
  if (bytes < 1000) return '';
  const scaled = (base: number, units: string): string => {
    let value = bytes;
    let unit = -1;
    while (value >= base && unit < 4) {
      value /= base;
      unit++;
    }
    const digits = value < 10 ? value.toFixed(1) : String(Math.round(value));
    return unit < 0 ? '' : `${digits} ${units[unit]}${base === 1000 ? 'B' : 'iB'}`;
  };
  const binary = scaled(1024, 'KMGTP');
  return ` (${scaled(1000, 'kMGTP')}${binary === '' ? '' : `, ${binary}`})`;
}

function rate(perSecond: number): string {
  let value = perSecond;
  let unit = 0;
  while (value >= 1000 && unit < 3) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${['B', 'kB', 'MB', 'GB'][unit]}/s`;
}

/** mktemp(1): -d, -p DIR, -t, a template. */
export function* mktemp(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'dp:tuq', long: { directory: 'd', tmpdir: 'p?', 'dry-run': 'u' } });
  const template = o.args[0] ?? 'tmp.XXXXXXXXXX';
  if (!/X{3,}/.test(template))
    throw new Failure(
      flavour === 'gnu' ? `too few X's in template ${quoted(template)}` : '(null): Invalid argument',
    );
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const name = template.replace(/X{3,}(?=[^X]*$)/, (xs) =>
    Array.from(xs, () => letters[p.kernel.random.below(letters.length)]).join(''),
  );
  const folder = o.get('p') || p.env.get('TMPDIR') || '/tmp';
  const path = (o.args.length === 0 || o.has('p', 't')) && !name.startsWith('/') ? `${folder}/${name}` : name;
  try {
    if (!o.has('u')) {
      if (o.has('d')) p.fs.mkdir(path, p.cwd, { mode: 0o700, as: credentials(p) });
      else p.fs.write(path, utf8(''), p.cwd, credentials(p), 0o600);
    }
  } catch (error) {
    throw new Failure(
      `failed to create ${o.has('d') ? 'directory' : 'file'} via template ${quoted(path)}: ${reason(error)}`,
    );
  }
  yield* p.print(`${path}\n`);
  return 0;
}

/** truncate(1), fallocate(1): -s SIZE, -l SIZE. */
export function* truncate(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 's:cl:r:', long: { size: 's:', 'no-create': 'c', length: 'l:' } });
  const written = o.get('s') ?? o.get('l');
  if (written === undefined) throw new BadUsage("you must specify either '--size' or '--reference'");
  if (o.args.length === 0) throw new BadUsage('missing file operand');
  for (const path of o.args) {
    const old = p.fs.exists(path, p.cwd) ? p.fs.read(path, p.cwd) : new Uint8Array(0);
    const amount = sizeNumber(written.replace(/^[-+]/, ''));
    if (amount === undefined) throw new Failure(`Invalid number: ${quoted(written)}`);
    const size = written.startsWith('+')
      ? old.length + amount
      : written.startsWith('-')
        ? Math.max(0, old.length - amount)
        : amount;
    const data = new Uint8Array(size);
    data.set(old.subarray(0, size));
    p.fs.write(path, data, p.cwd, credentials(p));
  }
  return 0;
}
