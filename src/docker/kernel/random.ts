/** Seeded randomness (sfc32 seeded by xmur3): same seed, same sequence, on every platform. */
export class Random {
  #state: [number, number, number, number];

  constructor(seed: string) {
    let h = 1779033703 ^ seed.length;
    const next = (): number => {
      h = Math.imul(h ^ (h >>> 16), 2246822507);
      h = Math.imul(h ^ (h >>> 13), 3266489909);
      h ^= h >>> 16;
      return h >>> 0;
    };
    for (let i = 0; i < seed.length; i++) {
      h = Math.imul(h ^ seed.charCodeAt(i), 3432918353);
      h = (h << 13) | (h >>> 19);
    }
    this.#state = [next(), next(), next(), next()];
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A whole number in 0 … 2^32-1. */
  uint32(): number {
    let [a, b, c, d] = this.#state;
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    this.#state = [a, b, c | 0, d];
    return t >>> 0;
  }

  /** A whole number in 0 … n-1. */
  below(n: number): number {
    return Math.floor((this.uint32() / 4294967296) * n);
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (this.uint32() / 4294967296) * (high - low);
  }

  /** `bytes` random bytes as lower-case hexadecimal: `hex(32)` ⇒ a container ID. */
  hex(bytes: number): string {
    let out = '';
    for (let i = 0; i < bytes; i++) out += (this.uint32() >>> 24).toString(16).padStart(2, '0');
    return out;
  }

  /** One of the items. */
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('pick from an empty list');
    return item;
  }
}
