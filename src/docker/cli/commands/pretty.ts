import type { Sys } from '../../kernel/wait.ts';
import type { Call } from '../call.ts';
import { CliError, failureText } from '../failure.ts';

/** `inspect --pretty`: the text of each object that is found; then what was not. CliError together with `--format`. */
export function* prettyAll<T>(
  call: Call,
  look: (name: string) => T,
  text: (object: T) => string,
): Sys<number> {
  const { p, flags, args } = call;
  if (flags.string('format') !== '')
    throw new CliError('--format is incompatible with human friendly format');
  const errors: string[] = [];
  for (const name of args) {
    try {
      yield* p.print(text(look(name)));
    } catch (error) {
      errors.push(failureText(error));
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

/** Go's time as `--pretty` prints it: `2026-11-21 07:16:50.264125806 +0000 utc`. */
export function prettyTime(rfc3339: string): string {
  const [day = '', time = ''] = rfc3339.replace(/Z$/, '').split('T');
  return `${day} ${time} +0000 utc`;
}
