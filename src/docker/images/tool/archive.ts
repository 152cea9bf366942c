import type { Kernel } from '../../kernel/kernel.ts';
import type { Sys } from '../../kernel/wait.ts';

/** How an archive begins when it is compressed with a program that is not simulated. */
const OTHERS: readonly (readonly [string, readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** The name of a compression that is not simulated, or undefined. */
export function otherCompression(bytes: Uint8Array): string | undefined {
  return OTHERS.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
}

/**
 * An archive without its compression: what gzip made is inflated (the code for it is loaded when it is first needed),
 * everything else comes back as it is.
 */
export function* plainArchive(kernel: Kernel, bytes: Uint8Array): Sys<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const { gunzip, BadData } = yield* kernel.external(import('./deflate.ts'));
  try {
    return gunzip(bytes);
  } catch (error) {
    if (error instanceof BadData) return bytes;
    throw error;
  }
}
