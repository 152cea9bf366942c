import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';
import { CliError } from './failure.ts';
import type { Flags } from './parse/flags.ts';

/** `--platform` in its one spelling, or undefined; CliError, after `before`, for what is none. */
export function* readPlatform(p: Process, flags: Flags, before = ''): Sys<string | undefined> {
  const written = flags.string('platform');
  if (written === '') return undefined;
  const { PlatformError, parsePlatform } = yield* p.kernel.external(import('../engine/platform-names.ts'));
  try {
    return parsePlatform(written);
  } catch (error) {
    if (error instanceof PlatformError) throw new CliError(`${before}${error.message}`);
    throw error;
  }
}
