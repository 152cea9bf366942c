/** What is wrong with compressed data. */
export class BadData extends Error {}

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];

/** A Huffman code: how many codes of each length, and the symbols in order. */
interface Code {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

function makeCode(lengths: readonly number[]): Code {
  const counts = new Array<number>(16).fill(0);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const symbols: number[] = [];
  for (let length = 1; length < 16; length++)
    for (const [symbol, own] of lengths.entries()) if (own === length) symbols.push(symbol);
  return { counts, symbols };
}

const FIXED_LENGTHS = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));

/** Bytes of a raw deflate stream (RFC 1951), and where it ended. Throws BadData. */
export function inflate(data: Uint8Array, start = 0): { bytes: Uint8Array; end: number } {
  let at = start;
  let bit = 0;
  let out = new Uint8Array(Math.max(1024, data.length * 4));
  let size = 0;
  const bits = (n: number): number => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      const byte = data[at];
      if (byte === undefined) throw new BadData('unexpected end of file');
      value |= ((byte >> bit) & 1) << i;
      if (++bit === 8) {
        bit = 0;
        at++;
      }
    }
    return value;
  };
  const symbol = ({ counts, symbols }: Code): number => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      code |= bits(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new BadData('invalid compressed data--format violated');
  };
  const put = (byte: number): void => {
    if (size === out.length) {
      const bigger = new Uint8Array(out.length * 2);
      bigger.set(out);
      out = bigger;
    }
    out[size++] = byte;
  };
  const codes = (): [Code, Code] => {
    const literals = bits(5) + 257;
    const distances = bits(5) + 1;
    const count = bits(4) + 4;
    const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    const lengths = new Array<number>(19).fill(0);
    for (const position of order.slice(0, count)) lengths[position] = bits(3);
    const code = makeCode(lengths);
    const all: number[] = [];
    while (all.length < literals + distances) {
      const value = symbol(code);
      if (value < 16) all.push(value);
      else {
        const previous = value === 16 ? (all.at(-1) ?? 0) : 0;
        const times = value === 16 ? 3 + bits(2) : value === 17 ? 3 + bits(3) : 11 + bits(7);
        for (let i = 0; i < times; i++) all.push(previous);
      }
    }
    return [makeCode(all.slice(0, literals)), makeCode(all.slice(literals))];
  };
  for (let last = false; !last; ) {
    last = bits(1) === 1;
    const kind = bits(2);
    if (kind === 0) {
      if (bit > 0) {
        bit = 0;
        at++;
      }
      const length = (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
      at += 4;
      for (let i = 0; i < length; i++) put(data[at++] ?? 0);
      continue;
    }
    if (kind === 3) throw new BadData('invalid compressed data--format violated');
    const [literals, distances] =
      kind === 1 ? [makeCode(FIXED_LENGTHS), makeCode(new Array<number>(30).fill(5))] : codes();
    for (;;) {
      const value = symbol(literals);
      if (value < 256) put(value);
      else if (value === 256) break;
      else {
        const length = (LENGTH_BASE[value - 257] ?? 0) + bits(LENGTH_EXTRA[value - 257] ?? 0);
        const far = symbol(distances);
        const distance = (DISTANCE_BASE[far] ?? 0) + bits(DISTANCE_EXTRA[far] ?? 0);
        if (distance > size) throw new BadData('invalid compressed data--format violated');
        for (let i = 0; i < length; i++) put(out[size - distance] ?? 0);
      }
    }
  }
  return { bytes: out.slice(0, size), end: bit > 0 ? at + 1 : at };
}

/** A raw deflate stream with the fixed code and matches found by their first three bytes. */
export function deflate(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  let buffer = 0;
  let filled = 0;
  const write = (value: number, count: number): void => {
    buffer |= value << filled;
    filled += count;
    while (filled >= 8) {
      out.push(buffer & 255);
      buffer >>>= 8;
      filled -= 8;
    }
  };
  const reversed = (value: number, count: number): number => {
    let r = 0;
    for (let i = 0; i < count; i++) r |= ((value >> i) & 1) << (count - 1 - i);
    return r;
  };
  const literal = (value: number): void => {
    if (value < 144) write(reversed(0x30 + value, 8), 8);
    else if (value < 256) write(reversed(0x190 + value - 144, 9), 9);
    else if (value < 280) write(reversed(value - 256, 7), 7);
    else write(reversed(0xc0 + value - 280, 8), 8);
  };
  write(1, 1);
  write(1, 2);
  const seen = new Map<number, number>();
  for (let i = 0; i < data.length; ) {
    const key = ((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
    const before = i + 2 < data.length ? seen.get(key) : undefined;
    seen.set(key, i);
    let length = 0;
    if (before !== undefined && i - before <= 32_768)
      while (length < 258 && i + length < data.length && data[before + length] === data[i + length]) length++;
    if (before === undefined || length < 3) {
      literal(data[i++] ?? 0);
      continue;
    }
    const code = LENGTH_BASE.findLastIndex((base) => base <= length);
    literal(257 + code);
    write(length - (LENGTH_BASE[code] ?? 0), LENGTH_EXTRA[code] ?? 0);
    const distance = i - before;
    const far = DISTANCE_BASE.findLastIndex((base) => base <= distance);
    write(reversed(far, 5), 5);
    write(distance - (DISTANCE_BASE[far] ?? 0), DISTANCE_EXTRA[far] ?? 0);
    i += length;
  }
  literal(256);
  if (filled > 0) write(0, 8 - filled);
  return Uint8Array.from(out);
}

const CRC = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

export function crc32(data: Uint8Array): number {
  let c = -1;
  for (const byte of data) c = (CRC[(c ^ byte) & 255] ?? 0) ^ (c >>> 8);
  return ~c >>> 0;
}

/** A gzip file (RFC 1952). */
export function gzip(data: Uint8Array, mtime: number): Uint8Array {
  const body = deflate(data);
  const out = new Uint8Array(18 + body.length);
  const view = new DataView(out.buffer);
  out.set([0x1f, 0x8b, 8, 0], 0);
  view.setUint32(4, Math.floor(mtime / 1000), true);
  out.set([0, 3], 8);
  out.set(body, 10);
  view.setUint32(10 + body.length, crc32(data), true);
  view.setUint32(14 + body.length, data.length, true);
  return out;
}

export function isGzip(data: Uint8Array): boolean {
  return data[0] === 0x1f && data[1] === 0x8b;
}

/** What a gzip file holds, all its members. Throws BadData. */
export function gunzip(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < data.length && data[at] === 0x1f && data[at + 1] === 0x8b) {
    const flags = data[at + 3] ?? 0;
    at += 10;
    if (flags & 4) at += 2 + ((data[at] ?? 0) | ((data[at + 1] ?? 0) << 8));
    for (const flag of [8, 16]) if (flags & flag) at = data.indexOf(0, at) + 1;
    if (flags & 2) at += 2;
    const { bytes, end } = inflate(data, at);
    parts.push(bytes);
    at = end + 8;
  }
  if (parts.length === 0) throw new BadData('not in gzip format');
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let to = 0;
  for (const part of parts) {
    out.set(part, to);
    to += part.length;
  }
  return out;
}
