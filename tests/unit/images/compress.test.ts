import { describe, expect, it } from 'vitest';
import { bunzip2, bzip2 } from '../../../src/docker/images/tool/bzip2.ts';
import { unxz, xz } from '../../../src/docker/images/tool/xz.ts';
import { text, utf8 } from '../../../src/docker/kernel/bytes.ts';

const hex = (written: string): Uint8Array =>
  Uint8Array.from(written.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** Numbers without an order, the same each time. */
const noise = Uint8Array.from({ length: 120_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255);

const SAMPLES: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array()],
  ['one byte', utf8('x')],
  ['a long run', new Uint8Array(300_000)],
  ['text', utf8('to be or not to be, that is the question. '.repeat(500))],
  ['noise', noise],
];

describe.each([
  ['bzip2', bzip2, bunzip2],
  ['xz', xz, unxz],
] as const)('%s', (_, pack, unpack) => {
  it.each(SAMPLES)('gives %s back', (_name, data) => {
    expect(unpack(pack(data))).toEqual(data);
  });
  it('makes text smaller, and refuses what it did not make', () => {
    expect(pack(SAMPLES[3]?.[1] ?? noise).length).toBeLessThan(600);
    expect(() => unpack(utf8('nothing of the kind'))).toThrow();
  });
});

it('reads what the real programs wrote', () => {
  // printf 'hello hello hello\n' | bzip2 | xxd -p; … | xz | xxd -p
  expect(
    text(
      bunzip2(
        hex('425a6839314159265359e5b5f3090000045100001040000244a00021b5180c029069c2a30bb9229c284872daf98480'),
      ),
    ),
  ).toBe('hello hello hello\n');
  expect(
    text(
      unxz(
        hex(
          'fd377a585a000004e6d6b4460200210116000000742fe5a3e00011000c5d00341949ee8de94f7e2121b000001f01d9c887c143c800012812c96a628e1fb6f37d010000000004595a',
        ),
      ),
    ),
  ).toBe('hello hello hello\n');
});
