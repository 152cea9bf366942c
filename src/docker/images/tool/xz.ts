import { concat } from '../../kernel/bytes.ts';
import { BadData, crc32 } from './deflate.ts';
import { LzmaState, Matcher, packChunk, unpackChunk } from './lzma.ts';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const END = [0x59, 0x5a];
/** The check behind a block is a CRC32. */
const CHECK = 1;
/** Sizes of the checks by their number. */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
/** So much goes into a chunk that its packed size always fits 16 bits. */
const CHUNK = 48 * 1024;
/** 8 MiB, as `xz -6` says. */
const DICTIONARY = 22;
const LZMA2 = 0x21;

const little = (value: number): number[] => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  value >>> 24,
];

const withCrc = (bytes: readonly number[]): number[] => [...bytes, ...little(crc32(Uint8Array.from(bytes)))];

/** A number in groups of seven bits, the lowest first. */
function multibyte(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return [...out, rest];
}

const padding = (size: number): number[] => new Array<number>((4 - (size % 4)) % 4).fill(0);

/** An xz file (tukaani.org/xz/xz-file-format.txt). */
export function xz(data: Uint8Array): Uint8Array {
  const header = withCrc([2, 0, LZMA2, 1, DICTIONARY, 0, 0, 0]);
  const parts: Uint8Array[] = [];
  const matcher = new Matcher(data);
  for (let at = 0; at < data.length; at += CHUNK) {
    const end = Math.min(at + CHUNK, data.length);
    const size = end - at - 1;
    const packed = packChunk(matcher, data, at, end);
    const first = at === 0;
    if (packed.length < end - at)
      parts.push(
        Uint8Array.of(
          ...[(first ? 0xe0 : 0xc0) | (size >>> 16), (size >>> 8) & 255, size & 255],
          ...[((packed.length - 1) >>> 8) & 255, (packed.length - 1) & 255, 0x5d],
        ),
        packed,
      );
    else parts.push(Uint8Array.of(first ? 1 : 2, size >>> 8, size & 255), data.subarray(at, end));
  }
  parts.push(Uint8Array.of(0));
  const block = concat(parts);
  const unpadded = header.length + block.length + 4;
  const records = data.length === 0 ? [] : [...multibyte(unpadded), ...multibyte(data.length)];
  const listed = [0, ...multibyte(data.length === 0 ? 0 : 1), ...records];
  const index = withCrc([...listed, ...padding(listed.length)]);
  const size = little(index.length / 4 - 1);
  const tail = [...size, 0, CHECK];
  return concat([
    Uint8Array.from([...MAGIC, ...withCrc([0, CHECK])]),
    ...(data.length === 0
      ? []
      : [
          Uint8Array.from(header),
          block,
          Uint8Array.from([...padding(block.length), ...little(crc32(data))]),
        ]),
    Uint8Array.from([...index, ...little(crc32(Uint8Array.from(tail))), ...tail, ...END]),
  ]);
}

/** What an xz file holds. Throws BadData. */
export function unxz(data: Uint8Array): Uint8Array {
  if (MAGIC.some((byte, i) => data[i] !== byte)) throw new BadData('File format not recognized');
  const check = CHECK_SIZES[(data[7] ?? 0) & 15] ?? 0;
  const parts: Uint8Array[] = [];
  for (let at = 12; (data[at] ?? 0) !== 0; ) {
    const headerSize = ((data[at] ?? 0) + 1) * 4;
    const { bytes, end } = unpackBlock(data, at + headerSize);
    const size = end - at;
    const sum = end + padding(size).length;
    if (((data[7] ?? 0) & 15) === CHECK && !same(data, sum, little(crc32(bytes))))
      throw new BadData('Compressed data is corrupt');
    parts.push(bytes);
    at = sum + check;
  }
  return concat(parts);
}

const same = (data: Uint8Array, at: number, bytes: readonly number[]): boolean =>
  bytes.every((byte, i) => data[at + i] === byte);

/** The chunks of LZMA2. */
function unpackBlock(data: Uint8Array, from: number): { bytes: Uint8Array; end: number } {
  let window = new Uint8Array(1 << 16);
  let out = 0;
  let state = new LzmaState();
  const room = (size: number): void => {
    if (out + size <= window.length) return;
    const larger = new Uint8Array(Math.max(window.length * 2, out + size));
    larger.set(window);
    window = larger;
  };
  for (let at = from; ; ) {
    const control = data[at];
    if (control === undefined) throw new BadData('Unexpected end of input');
    if (control === 0) return { bytes: window.slice(0, out), end: at + 1 };
    const word = (place: number): number => ((data[at + place] ?? 0) << 8) | (data[at + place + 1] ?? 0);
    if (control < 0x80) {
      const size = word(1) + 1;
      room(size);
      window.set(data.subarray(at + 3, at + 3 + size), out);
      out += size;
      at += 3 + size;
      continue;
    }
    const size = (((control & 31) << 16) | word(1)) + 1;
    const packed = word(3) + 1;
    let body = at + 5;
    if (control >= 0xc0) {
      const props = data[body++] ?? 0;
      state = new LzmaState(props % 9, Math.floor(props / 9) % 5, Math.floor(props / 45));
    } else if (control >= 0xa0) state = new LzmaState(state.lc, state.lp, state.pb);
    room(size);
    unpackChunk(data.subarray(body, body + packed), state, window, out, out + size);
    out += size;
    at = body + packed;
  }
}
