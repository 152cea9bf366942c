import type { Kernel } from '../../kernel/kernel.ts';
import type { Sys } from '../../kernel/wait.ts';

/** How a compressed archive begins. */
const BEGINNINGS: readonly (readonly [string, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** What an archive is compressed with, or undefined. */
export function packedWith(bytes: Uint8Array): string | undefined {
  return BEGINNINGS.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
}

/** The name of a compression that is not simulated, or undefined. */
export const otherCompression = (bytes: Uint8Array): string | undefined =>
  packedWith(bytes) === 'zstd' ? 'zstd' : undefined;

/**
 * An archive without its compression: what gzip, bzip2 and xz made is unpacked (the code for it is loaded when it is first
 * needed), everything else comes back as it is.
 */
export function* plainArchive(kernel: Kernel, bytes: Uint8Array): Sys<Uint8Array> {
  const packed = packedWith(bytes);
  if (packed === undefined || packed === 'zstd') return bytes;
  const { gunzip, BadData } = yield* kernel.external(import('./deflate.ts'));
  try {
    if (packed === 'gzip') return gunzip(bytes);
    if (packed === 'bzip2') return (yield* kernel.external(import('./bzip2.ts'))).bunzip2(bytes);
    return (yield* kernel.external(import('./xz.ts'))).unxz(bytes);
  } catch (error) {
    if (error instanceof BadData) return bytes;
    throw error;
  }
}
