import { concat } from '../../kernel/bytes.ts';
import { BadData } from './deflate.ts';

/** Bytes of a block before its run lengths are coded; blocks may be smaller than the level allows. */
const BLOCK = 100_000;
const RUN_A = 0;
const RUN_B = 1;
const GROUP = 50;
const MAX_LENGTH = 17;

const CRC = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

function blockCrc(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = ((crc << 8) ^ (CRC[((crc >>> 24) ^ byte) & 255] ?? 0)) >>> 0;
  return ~crc >>> 0;
}

class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;
  #count = 0;

  write(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      this.#bits = (this.#bits << 1) | ((value >>> i) & 1);
      if (++this.#count === 8) {
        this.#bytes.push(this.#bits);
        this.#bits = 0;
        this.#count = 0;
      }
    }
  }

  finish(): Uint8Array {
    while (this.#count !== 0) this.write(0, 1);
    return Uint8Array.from(this.#bytes);
  }
}

/** A bzip2 file. `level` is its first digit. */
export function bzip2(data: Uint8Array, level = 9): Uint8Array {
  const out = new BitWriter();
  for (const char of `BZh${level}`) out.write(char.charCodeAt(0), 8);
  let combined = 0;
  for (let at = 0; at < data.length; ) {
    const { coded, used } = runs(data, at);
    const crc = blockCrc(data.subarray(at, at + used));
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    writeBlock(out, coded, crc);
    at += used;
  }
  out.write(0x177245, 24);
  out.write(0x385090, 24);
  out.write(combined, 32);
  return out.finish();
}

/** Four equal bytes are followed by how many more there are. */
function runs(data: Uint8Array, from: number): { coded: Uint8Array; used: number } {
  const coded: number[] = [];
  let at = from;
  while (at < data.length && coded.length < BLOCK - 5) {
    const byte = data[at] ?? 0;
    let length = 1;
    while (length < 259 && data[at + length] === byte) length++;
    for (let i = 0; i < Math.min(length, 4); i++) coded.push(byte);
    if (length >= 4) coded.push(length - 4);
    at += length;
  }
  return { coded: Uint8Array.from(coded), used: at - from };
}

/** Burrows-Wheeler: the rotations in order, by doubling the length compared. */
function sortRotations(data: Uint8Array): Int32Array {
  const n = data.length;
  let order: Int32Array = new Int32Array(n);
  let rank: Int32Array = new Int32Array(n);
  const counts = new Int32Array(Math.max(256, n) + 1);
  const bySort = (source: Int32Array, key: (i: number) => number): Int32Array => {
    counts.fill(0);
    for (let i = 0; i < n; i++) counts[key(i) + 1] = (counts[key(i) + 1] ?? 0) + 1;
    for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
    const out = new Int32Array(n);
    for (const i of source) {
      const place = counts[key(i)] ?? 0;
      counts[key(i)] = place + 1;
      out[place] = i;
    }
    return out;
  };
  order = bySort(
    order.map((_, i) => i),
    (i) => data[i] ?? 0,
  );
  let classes = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0 && data[order[i] ?? 0] !== data[order[i - 1] ?? 0]) classes++;
    rank[order[i] ?? 0] = classes;
  }
  for (let length = 1; length < n && classes < n - 1; length *= 2) {
    const shifted = order.map((i) => (i - (length % n) + n) % n);
    const ranks = rank;
    order = bySort(shifted, (i) => ranks[i] ?? 0);
    const next = new Int32Array(n);
    classes = 0;
    for (let i = 1; i < n; i++) {
      const a = order[i] ?? 0;
      const b = order[i - 1] ?? 0;
      if (ranks[a] !== ranks[b] || ranks[(a + length) % n] !== ranks[(b + length) % n]) classes++;
      next[a] = classes;
    }
    rank = next;
  }
  return order;
}

function writeBlock(out: BitWriter, data: Uint8Array, crc: number): void {
  const order = sortRotations(data);
  out.write(0x314159, 24);
  out.write(0x265359, 24);
  out.write(crc, 32);
  out.write(0, 1);
  out.write(order.indexOf(0), 24);
  const present = new Set(data);
  const used = Array.from({ length: 256 }, (_, byte) => present.has(byte));
  const rows = Array.from({ length: 16 }, (_, row) => used.slice(row * 16, row * 16 + 16));
  for (const row of rows) out.write(row.includes(true) ? 1 : 0, 1);
  for (const row of rows) if (row.includes(true)) for (const bit of row) out.write(bit ? 1 : 0, 1);
  const symbols = moveToFront(order, data, used);
  const size = present.size + 2;
  const lengths = codeLengths(symbols, size);
  const codes = canonicalCodes(lengths);
  const selectors = Math.ceil(symbols.length / GROUP);
  // There must be two tables at least; the first serves all.
  out.write(2, 3);
  out.write(selectors, 15);
  for (let i = 0; i < selectors; i++) out.write(0, 1);
  for (let table = 0; table < 2; table++) {
    let current = lengths[0] ?? 0;
    out.write(current, 5);
    for (const length of lengths) {
      for (; current < length; current++) out.write(2, 2);
      for (; current > length; current--) out.write(3, 2);
      out.write(0, 1);
    }
  }
  for (const symbol of symbols) out.write(codes[symbol] ?? 0, lengths[symbol] ?? 0);
}

/** The last column as places in a list of recent bytes; runs of the first place are numbers in base 2 of A and B. */
function moveToFront(order: Int32Array, data: Uint8Array, used: readonly boolean[]): number[] {
  const recent = used.flatMap((is, byte) => (is ? [byte] : []));
  const out: number[] = [];
  let zeros = 0;
  const flush = (): void => {
    for (; zeros > 0; zeros = (zeros - 1) >> 1) out.push(zeros & 1 ? RUN_A : RUN_B);
  };
  for (const i of order) {
    const byte = data[(i + data.length - 1) % data.length] ?? 0;
    const place = recent.indexOf(byte);
    if (place === 0) {
      zeros++;
      continue;
    }
    flush();
    recent.splice(place, 1);
    recent.unshift(byte);
    out.push(place + 1);
  }
  flush();
  out.push(recent.length + 1);
  return out;
}

function codeLengths(symbols: readonly number[], size: number): number[] {
  let weights = new Array<number>(size).fill(1);
  for (const symbol of symbols) weights[symbol] = (weights[symbol] ?? 0) + 1;
  for (;;) {
    const lengths = huffmanLengths(weights);
    if (Math.max(...lengths) <= MAX_LENGTH) return lengths;
    weights = weights.map((weight) => Math.ceil(weight / 2));
  }
}

function huffmanLengths(weights: readonly number[]): number[] {
  let trees = weights.map((weight, symbol) => ({ weight, symbols: [symbol] }));
  const lengths = new Array<number>(weights.length).fill(0);
  while (trees.length > 1) {
    trees = trees.sort((a, b) => b.weight - a.weight);
    const [a, b] = [trees.pop(), trees.pop()];
    const symbols = [...(a?.symbols ?? []), ...(b?.symbols ?? [])];
    for (const symbol of symbols) lengths[symbol] = (lengths[symbol] ?? 0) + 1;
    trees.push({ weight: (a?.weight ?? 0) + (b?.weight ?? 0), symbols });
  }
  return lengths;
}

function canonicalCodes(lengths: readonly number[]): number[] {
  const codes = new Array<number>(lengths.length).fill(0);
  let code = 0;
  for (let length = 1; length <= 20; length++) {
    for (const [symbol, own] of lengths.entries()) if (own === length) codes[symbol] = code++;
    code <<= 1;
  }
  return codes;
}

class BitReader {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array, from: number) {
    this.#data = data;
    this.#at = from * 8;
  }

  bit(): number {
    const byte = this.#data[this.#at >> 3];
    if (byte === undefined) throw new BadData('Compressed file ends unexpectedly');
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  /** The next whole byte. */
  get byte(): number {
    return (this.#at + 7) >> 3;
  }
}

/** What a bzip2 file holds, all its streams. Throws BadData. */
export function bunzip2(data: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < data.length; ) {
    if (data[at] !== 0x42 || data[at + 1] !== 0x5a || data[at + 2] !== 0x68) {
      if (at > 0) break;
      throw new BadData('bad magic number (file not created by bzip2)');
    }
    const bits = new BitReader(data, at + 4);
    for (;;) {
      const magic = bits.read(48);
      const crc = bits.read(32);
      if (magic === 0x177245385090) break;
      if (magic !== 0x314159265359) throw new BadData('data integrity (CRC) error in data');
      const block = readBlock(bits);
      if (blockCrc(block) !== crc) throw new BadData('data integrity (CRC) error in data');
      parts.push(block);
    }
    at = bits.byte;
  }
  return concat(parts);
}

function readBlock(bits: BitReader): Uint8Array {
  bits.bit();
  const origin = bits.read(24);
  const rows = bits.read(16);
  const recent: number[] = [];
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue;
    const map = bits.read(16);
    for (let i = 0; i < 16; i++) if ((map >> (15 - i)) & 1) recent.push(row * 16 + i);
  }
  const size = recent.length + 2;
  const tables = bits.read(3);
  const count = bits.read(15);
  const order = Array.from({ length: tables }, (_, i) => i);
  const selectors = Array.from({ length: count }, () => {
    let place = 0;
    while (bits.bit() === 1) place++;
    const [table = 0] = order.splice(place, 1);
    order.unshift(table);
    return table;
  });
  const codes = Array.from({ length: tables }, () => readTable(bits, size));
  const last: number[] = [];
  const end = size - 1;
  for (let i = 0, zeros = 0, weight = 1; ; i++) {
    const symbol = readSymbol(bits, codes[selectors[Math.floor(i / GROUP)] ?? 0] ?? new Map());
    if (symbol <= RUN_B) {
      zeros += weight << symbol;
      weight <<= 1;
      continue;
    }
    for (; zeros > 0; zeros--) last.push(recent[0] ?? 0);
    weight = 1;
    if (symbol === end) break;
    const [byte = 0] = recent.splice(symbol - 1, 1);
    recent.unshift(byte);
    last.push(byte);
  }
  return withoutRuns(unsorted(last, origin));
}

function readTable(bits: BitReader, size: number): Map<number, number> {
  let length = bits.read(5);
  const lengths = Array.from({ length: size }, () => {
    while (bits.bit() === 1) length += bits.bit() === 0 ? 1 : -1;
    return length;
  });
  const codes = canonicalCodes(lengths);
  return new Map(lengths.map((own, symbol) => [(own << 20) | (codes[symbol] ?? 0), symbol]));
}

function readSymbol(bits: BitReader, codes: ReadonlyMap<number, number>): number {
  let code = 0;
  for (let length = 1; length <= 20; length++) {
    code = (code << 1) | bits.bit();
    const symbol = codes.get((length << 20) | code);
    if (symbol !== undefined) return symbol;
  }
  throw new BadData('data integrity (CRC) error in data');
}

function unsorted(last: readonly number[], origin: number): Uint8Array {
  const starts = new Int32Array(257);
  for (const byte of last) starts[byte + 1] = (starts[byte + 1] ?? 0) + 1;
  for (let i = 1; i < 257; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  const next = new Int32Array(last.length);
  for (const [i, byte] of last.entries()) {
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    next[place] = i;
  }
  const out = new Uint8Array(last.length);
  for (let i = 0, at = next[origin] ?? 0; i < out.length; i++, at = next[at] ?? 0) out[i] = last[at] ?? 0;
  return out;
}

function withoutRuns(coded: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let i = 0, same = 0; i < coded.length; i++) {
    const byte = coded[i] ?? 0;
    if (same === 4) {
      for (let n = 0; n < byte; n++) out.push(coded[i - 1] ?? 0);
      same = 0;
      continue;
    }
    same = i > 0 && same > 0 && byte === coded[i - 1] ? same + 1 : 1;
    out.push(byte);
  }
  return Uint8Array.from(out);
}
