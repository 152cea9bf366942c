const SYSTEMS = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const ARCHITECTURES = new Set(
  '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);
const OTHER_NAMES: Readonly<Record<string, string>> = {
  macos: 'darwin',
  i386: '386',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm/v7',
  armel: 'arm/v6',
};
/** Variants that go without saying. */
const PLAIN = new Set(['amd64/v1', 'arm64/v8', 'arm64/8']);

/** A platform that cannot be read; `message` is that of containerd's platforms package. */
export class PlatformError extends Error {}

/**
 * Reads a platform in any of its spellings: `amd64` ⇒ `linux/amd64`, `linux/aarch64` ⇒ `linux/arm64`. Throws
 * PlatformError.
 */
export function parsePlatform(written: string): string {
  const parts = written.split('/');
  const quoted = JSON.stringify(written);
  for (const part of parts)
    if (!/^[A-Za-z0-9_.-]+$/.test(part))
      throw new PlatformError(
        `${JSON.stringify(part)} is an invalid component of ${quoted}: platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`,
      );
  const [first = '', second, third] = parts.map(
    (part) => OTHER_NAMES[part.toLowerCase()] ?? part.toLowerCase(),
  );
  if (parts.length > 3)
    throw new PlatformError(`${quoted}: cannot parse platform specifier: invalid argument`);
  if (second === undefined) {
    if (SYSTEMS.has(first)) return `${first}/amd64`;
    if (ARCHITECTURES.has(first.split('/')[0] ?? '')) return `linux/${first}`;
    throw new PlatformError(`${quoted}: unknown operating system or architecture: invalid argument`);
  }
  const machine = third === undefined ? second : `${second}/${third}`;
  return `${first}/${PLAIN.has(machine) ? second : machine}`;
}
