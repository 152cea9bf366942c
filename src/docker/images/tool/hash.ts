export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha512';

/** The digest of bytes in lower-case hexadecimal (RFC 1321, FIPS 180-4). */
export function hashHex(name: HashName, data: Uint8Array): string {
  if (name === 'md5') return md5(data);
  if (name === 'sha1') return sha1(data);
  return name === 'sha256' ? sha256(data) : sha512(data);
}

/** The message with its 1 bit, zeros and length, in blocks. */
function padded(data: Uint8Array, block: 64 | 128, littleEndian: boolean): DataView {
  const lengthBytes = block / 8;
  const size = Math.ceil((data.length + 1 + lengthBytes) / block) * block;
  const out = new Uint8Array(size);
  out.set(data);
  out[data.length] = 0x80;
  const view = new DataView(out.buffer);
  view.setBigUint64(size - 8, BigInt(data.length) * 8n);
  if (littleEndian) view.setBigUint64(size - 8, BigInt(data.length) * 8n, true);
  return view;
}

const rotateLeft = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const rotateRight = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
const hex32 = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');

function md5(data: Uint8Array): string {
  const view = padded(data, 64, true);
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const constants = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f =
        round === 0
          ? (b & c) | (~b & d)
          : round === 1
            ? (d & b) | (~d & c)
            : round === 2
              ? b ^ c ^ d
              : c ^ (b | ~d);
      const g =
        round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + f + (constants[i] ?? 0) + view.getInt32(at + g * 4, true)) | 0;
      a = d;
      d = c;
      c = b;
      b = (b + rotateLeft(sum, shifts[round * 4 + (i % 4)] ?? 0)) | 0;
    }
    for (const [i, value] of [a, b, c, d].entries()) state[i] = ((state[i] ?? 0) + value) | 0;
  }
  return state.map((word) => hex32(word).match(/../g)?.reverse().join('') ?? '').join('');
}

function sha1(data: Uint8Array): string {
  const view = padded(data, 64, false);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0].map((n) => n | 0);
  const words = new Int32Array(80);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 80; i++)
      words[i] =
        i < 16
          ? view.getInt32(at + i * 4)
          : rotateLeft(
              (words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0),
              1,
            );
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const [f, k] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotateLeft(a, 5) + (f ?? 0) + e + (k ?? 0) + (words[i] ?? 0)) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
    }
    for (const [i, value] of [a, b, c, d, e].entries()) state[i] = ((state[i] ?? 0) + value) | 0;
  }
  return state.map(hex32).join('');
}

/** The first primes, whose roots are SHA-2's constants. */
const PRIMES: readonly number[] = Array.from({ length: 410 }, (_, n) => n).filter(
  (n) =>
    n > 1 &&
    !Array.from({ length: Math.floor(Math.sqrt(n)) + 1 }, (_, d) => d).some((d) => d > 1 && n % d === 0),
);

/** The first 64 bits of the fraction of the square or cube root of a prime, exactly. */
function rootFraction(prime: number, degree: 2 | 3): bigint {
  const n = BigInt(prime) << BigInt(64 * degree);
  let low = 0n;
  let high = 1n << 70n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** BigInt(degree) <= n) low = middle;
    else high = middle - 1n;
  }
  return low & 0xffffffffffffffffn;
}

let constants: { k: readonly bigint[]; h: readonly bigint[] } | undefined;

function sha2Constants(): { k: readonly bigint[]; h: readonly bigint[] } {
  constants ??= {
    k: PRIMES.slice(0, 80).map((prime) => rootFraction(prime, 3)),
    h: PRIMES.slice(0, 8).map((prime) => rootFraction(prime, 2)),
  };
  return constants;
}

function sha256(data: Uint8Array): string {
  const { k, h } = sha2Constants();
  const keys = k.slice(0, 64).map((value) => Number(value >> 32n) | 0);
  const state = h.map((value) => Number(value >> 32n) | 0);
  const view = padded(data, 64, false);
  const words = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        words[i] = view.getInt32(at + i * 4);
        continue;
      }
      const x = words[i - 15] ?? 0;
      const y = words[i - 2] ?? 0;
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      words[i] = ((words[i - 16] ?? 0) + s0 + (words[i - 7] ?? 0) + s1) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, last = 0] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const one = (last + s1 + ((e & f) ^ (~e & g)) + (keys[i] ?? 0) + (words[i] ?? 0)) | 0;
      const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      last = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    for (const [i, value] of [a, b, c, d, e, f, g, last].entries()) state[i] = ((state[i] ?? 0) + value) | 0;
  }
  return state.map(hex32).join('');
}

function sha512(data: Uint8Array): string {
  const { k, h } = sha2Constants();
  const mask = 0xffffffffffffffffn;
  const rotate = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & mask;
  const state = [...h];
  const view = padded(data, 128, false);
  const words: bigint[] = [];
  for (let at = 0; at < view.byteLength; at += 128) {
    for (let i = 0; i < 80; i++) {
      if (i < 16) {
        words[i] = view.getBigUint64(at + i * 8);
        continue;
      }
      const x = words[i - 15] ?? 0n;
      const y = words[i - 2] ?? 0n;
      const s0 = rotate(x, 1n) ^ rotate(x, 8n) ^ (x >> 7n);
      const s1 = rotate(y, 19n) ^ rotate(y, 61n) ^ (y >> 6n);
      words[i] = ((words[i - 16] ?? 0n) + s0 + (words[i - 7] ?? 0n) + s1) & mask;
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, last = 0n] = state;
    for (let i = 0; i < 80; i++) {
      const s1 = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
      const one = (last + s1 + ((e & f) ^ (~e & mask & g)) + (k[i] ?? 0n) + (words[i] ?? 0n)) & mask;
      const s0 = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & mask;
      last = g;
      g = f;
      f = e;
      e = (d + one) & mask;
      d = c;
      c = b;
      b = a;
      a = (one + two) & mask;
    }
    for (const [i, value] of [a, b, c, d, e, f, g, last].entries())
      state[i] = ((state[i] ?? 0n) + value) & mask;
  }
  return state.map((word) => word.toString(16).padStart(16, '0')).join('');
}
