import { PlatformError, parsePlatform } from '../engine/platform.ts';
import { CliError } from './failure.ts';
import type { Flags } from './parse/flags.ts';

/** `--platform` in its one spelling, or undefined; CliError, after `before`, for what is none. */
export function readPlatform(flags: Flags, before = ''): string | undefined {
  if (flags.string('platform') === '') return undefined;
  try {
    return parsePlatform(flags.string('platform'));
  } catch (error) {
    if (error instanceof PlatformError) throw new CliError(`${before}${error.message}`);
    throw error;
  }
}
