import { BadData } from './deflate.ts';

/** LZMA as LZMA2 chunks use it: lc=3, lp=0, pb=2 when written; any when read. */
const BIT_ONE = 1 << 11;
const HALF = BIT_ONE >> 1;
const MOVE = 5;
const TOP = 2 ** 24;
const STATES = 12;
const MIN_MATCH = 2;
const MAX_MATCH = 273;

const corrupt = (): BadData => new BadData('Compressed data is corrupt');

/** How a bit is coded: a reader gives it, a writer is given it. */
interface Coder {
  bit(models: Uint16Array, at: number, bit: number): number;
  direct(count: number, value: number): number;
}

/** Models of one length coder: short, middle and long lengths. */
class LengthModels {
  readonly choice = models(2);
  readonly low = models(16 << 3);
  readonly middle = models(16 << 3);
  readonly high = models(256);
}

const models = (count: number): Uint16Array => new Uint16Array(count).fill(HALF);

/** What is learnt while coding; begun anew with every chunk that is written. */
export class LzmaState {
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
  readonly match = models(STATES << 4);
  readonly rep = models(STATES);
  readonly rep0 = models(STATES);
  readonly rep1 = models(STATES);
  readonly rep2 = models(STATES);
  readonly rep0Long = models(STATES << 4);
  readonly slots = models(4 << 6);
  readonly special = models(128);
  readonly alignment = models(16);
  readonly lengths = new LengthModels();
  readonly repLengths = new LengthModels();
  readonly literals: Uint16Array;
  readonly reps = [0, 0, 0, 0];
  state = 0;

  constructor(lc = 3, lp = 0, pb = 2) {
    this.lc = lc;
    this.lp = lp;
    this.pb = pb;
    this.literals = models(0x300 << (lc + lp));
  }
}

class Reader implements Coder {
  readonly #data: Uint8Array;
  #at: number;
  #range = 0xffffffff;
  #code = 0;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at + 1;
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  #next(): number {
    const byte = this.#data[this.#at++];
    if (byte === undefined) throw new BadData('Unexpected end of input');
    return byte;
  }

  #normalise(): void {
    if (this.#range >= TOP) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  bit(table: Uint16Array, at: number): number {
    this.#normalise();
    const model = table[at] ?? HALF;
    const bound = (this.#range >>> 11) * model;
    if (this.#code < bound) {
      this.#range = bound;
      table[at] = model + ((BIT_ONE - model) >> MOVE);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    table[at] = model - (model >> MOVE);
    return 1;
  }

  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#normalise();
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
    }
    return value;
  }
}

class Writer implements Coder {
  readonly bytes: number[] = [];
  #low = 0;
  #range = 0xffffffff;
  #cache = 0;
  #pending = 1;

  #shift(): void {
    if (this.#low < 0xff000000 || this.#low >= 2 ** 32) {
      const carry = this.#low >= 2 ** 32 ? 1 : 0;
      for (let byte = this.#cache; this.#pending > 0; this.#pending--, byte = 0xff)
        this.bytes.push((byte + carry) & 255);
      this.#cache = Math.floor(this.#low / TOP) & 255;
    }
    this.#pending++;
    this.#low = (this.#low % TOP) * 256;
  }

  #normalise(): void {
    while (this.#range < TOP) {
      this.#range = (this.#range << 8) >>> 0;
      this.#shift();
    }
  }

  bit(table: Uint16Array, at: number, bit: number): number {
    const model = table[at] ?? HALF;
    const bound = (this.#range >>> 11) * model;
    if (bit === 0) {
      this.#range = bound;
      table[at] = model + ((BIT_ONE - model) >> MOVE);
    } else {
      this.#low += bound;
      this.#range -= bound;
      table[at] = model - (model >> MOVE);
    }
    this.#normalise();
    return bit;
  }

  direct(count: number, value: number): number {
    for (let i = count - 1; i >= 0; i--) {
      this.#range >>>= 1;
      if ((value >>> i) & 1) this.#low += this.#range;
      this.#normalise();
    }
    return value;
  }

  finish(): Uint8Array {
    for (let i = 0; i < 5; i++) this.#shift();
    return Uint8Array.from(this.bytes);
  }
}

/** Codes a number bit by bit, the highest first. */
function tree(coder: Coder, table: Uint16Array, from: number, bits: number, value: number): number {
  let node = 1;
  for (let i = bits - 1; i >= 0; i--) node = node * 2 + coder.bit(table, from + node, (value >>> i) & 1);
  return node - (1 << bits);
}

/** The same, the lowest bit first. */
function reverse(coder: Coder, table: Uint16Array, from: number, bits: number, value: number): number {
  let node = 1;
  let out = 0;
  for (let i = 0; i < bits; i++) {
    const bit = coder.bit(table, from + node, (value >>> i) & 1);
    node = node * 2 + bit;
    out |= bit << i;
  }
  return out;
}

function codeLength(coder: Coder, table: LengthModels, place: number, length: number): number {
  const value = length - MIN_MATCH;
  if (coder.bit(table.choice, 0, value < 8 ? 0 : 1) === 0)
    return MIN_MATCH + tree(coder, table.low, place << 3, 3, value);
  if (coder.bit(table.choice, 1, value < 16 ? 0 : 1) === 0)
    return MIN_MATCH + 8 + tree(coder, table.middle, place << 3, 3, value - 8);
  return MIN_MATCH + 16 + tree(coder, table.high, 0, 8, value - 16);
}

function codeDistance(coder: Coder, s: LzmaState, length: number, distance: number): number {
  const slot = tree(coder, s.slots, Math.min(length - MIN_MATCH, 3) << 6, 6, slotOf(distance));
  if (slot < 4) return slot;
  const bits = (slot >> 1) - 1;
  const base = (2 | (slot & 1)) * 2 ** bits;
  const rest = distance - base;
  if (slot < 14) return base + reverse(coder, s.special, base - slot, bits, rest);
  const high = coder.direct(bits - 4, Math.floor(rest / 16));
  return base + high * 16 + reverse(coder, s.alignment, 0, 4, rest & 15);
}

function slotOf(distance: number): number {
  if (distance < 4) return distance;
  const high = 31 - Math.clz32(distance);
  return high * 2 + ((distance >>> (high - 1)) & 1);
}

function codeLiteral(coder: Coder, s: LzmaState, window: Uint8Array, at: number, byte: number): number {
  const before = at > 0 ? (window[at - 1] ?? 0) : 0;
  const place = ((at & ((1 << s.lp) - 1)) << s.lc) + (before >> (8 - s.lc));
  const from = 0x300 * place;
  let node = 1;
  let matched = s.state >= 7 ? (window[at - (s.reps[0] ?? 0) - 1] ?? 0) : 0;
  let follows = s.state >= 7;
  while (node < 256) {
    const wanted = (byte >> 7) & 1;
    let offset = 0;
    const guess = (matched >> 7) & 1;
    if (follows) offset = (1 + guess) << 8;
    const bit = coder.bit(s.literals, from + offset + node, wanted);
    if (follows && bit !== guess) follows = false;
    node = node * 2 + bit;
    matched = (matched << 1) & 255;
    byte <<= 1;
  }
  s.state = s.state < 4 ? 0 : s.state < 10 ? s.state - 3 : s.state - 6;
  return node & 255;
}

/** After a match, a repeated one, or a single repeated byte. */
const afterMatch = (s: LzmaState): number => (s.state < 7 ? 7 : 10);
const afterRep = (s: LzmaState): number => (s.state < 7 ? 8 : 11);
const afterShort = (s: LzmaState): number => (s.state < 7 ? 9 : 11);

/** Unpacks one chunk into a window, from one place to another. Throws BadData. */
export function unpackChunk(
  data: Uint8Array,
  s: LzmaState,
  window: Uint8Array,
  from: number,
  end: number,
): void {
  const coder = new Reader(data, 0);
  const mask = (1 << s.pb) - 1;
  for (let out = from; out < end; ) {
    const place = out & mask;
    if (coder.bit(s.match, (s.state << 4) + place) === 0) {
      window[out] = codeLiteral(coder, s, window, out, 0);
      out++;
      continue;
    }
    const length = readMatch(coder, s, place);
    const distance = s.reps[0] ?? 0;
    if (distance >= out) throw corrupt();
    for (let i = 0; i < length && out < end; i++, out++) window[out] = window[out - distance - 1] ?? 0;
  }
}

/** The length of a match; its distance becomes the first of the recent ones. */
function readMatch(coder: Reader, s: LzmaState, place: number): number {
  if (coder.bit(s.rep, s.state) === 0) {
    const length = codeLength(coder, s.lengths, place, 0);
    s.reps.pop();
    s.reps.unshift(codeDistance(coder, s, length, 0));
    s.state = afterMatch(s);
    return length;
  }
  if (coder.bit(s.rep0, s.state) === 0) {
    if (coder.bit(s.rep0Long, (s.state << 4) + place) === 0) {
      s.state = afterShort(s);
      return 1;
    }
  } else {
    const which = coder.bit(s.rep1, s.state) === 0 ? 1 : 2 + coder.bit(s.rep2, s.state);
    const [distance = 0] = s.reps.splice(which, 1);
    s.reps.unshift(distance);
  }
  const length = codeLength(coder, s.repLengths, place, 0);
  s.state = afterRep(s);
  return length;
}

/** How many places with the same three bytes are tried. */
const TRIES = 24;

/** Finds earlier text. */
export class Matcher {
  readonly #window: Uint8Array;
  readonly #heads = new Int32Array(1 << 16).fill(-1);
  readonly #before: Int32Array;
  #known = 0;

  constructor(window: Uint8Array) {
    this.#window = window;
    this.#before = new Int32Array(window.length);
  }

  #hash(at: number): number {
    const w = this.#window;
    const three = ((w[at] ?? 0) << 16) | ((w[at + 1] ?? 0) << 8) | (w[at + 2] ?? 0);
    return (Math.imul(three, 0x9e3779b1) >>> 16) & 0xffff;
  }

  /** How many bytes from `at` are those from `earlier`. */
  length(at: number, earlier: number, end: number): number {
    const most = Math.min(MAX_MATCH, end - at);
    let length = 0;
    while (length < most && this.#window[at + length] === this.#window[earlier + length]) length++;
    return length;
  }

  /** The longest match of at least three bytes, or length 0. */
  find(at: number, end: number): { length: number; distance: number } {
    for (; this.#known < at; this.#known++) {
      const hash = this.#hash(this.#known);
      this.#before[this.#known] = this.#heads[hash] ?? -1;
      this.#heads[hash] = this.#known;
    }
    const best = { length: 0, distance: 0 };
    let earlier = this.#heads[this.#hash(at)] ?? -1;
    for (let tries = 0; earlier >= 0 && tries < TRIES; tries++, earlier = this.#before[earlier] ?? -1) {
      const length = this.length(at, earlier, end);
      if (length > best.length && length > 2) {
        best.length = length;
        best.distance = at - earlier - 1;
      }
    }
    return best;
  }
}

/** Packs part of a window; nothing learnt before is used but the text itself. */
export function packChunk(matcher: Matcher, window: Uint8Array, from: number, end: number): Uint8Array {
  const s = new LzmaState();
  const coder = new Writer();
  const mask = (1 << s.pb) - 1;
  for (let at = from; at < end; ) {
    const place = at & mask;
    const [recent = 0] = s.reps;
    const repeated = recent < at ? matcher.length(at, at - recent - 1, end) : 0;
    const found = matcher.find(at, end);
    if (repeated < MIN_MATCH && found.length < 3) {
      coder.bit(s.match, (s.state << 4) + place, 0);
      codeLiteral(coder, s, window, at, window[at] ?? 0);
      at++;
      continue;
    }
    coder.bit(s.match, (s.state << 4) + place, 1);
    if (repeated >= MIN_MATCH && repeated + 1 >= found.length) {
      coder.bit(s.rep, s.state, 1);
      coder.bit(s.rep0, s.state, 0);
      coder.bit(s.rep0Long, (s.state << 4) + place, 1);
      codeLength(coder, s.repLengths, place, repeated);
      s.state = afterRep(s);
      at += repeated;
    } else {
      coder.bit(s.rep, s.state, 0);
      codeLength(coder, s.lengths, place, found.length);
      s.reps.pop();
      s.reps.unshift(found.distance);
      codeDistance(coder, s, found.length, found.distance);
      s.state = afterMatch(s);
      at += found.length;
    }
  }
  return coder.finish();
}
