import type { Call } from '../call.ts';
import { usageError } from '../errors.ts';
import { ValueError } from './numbers.ts';
import { splitCsv } from './validators.ts';

/** The values of a flag that takes several in one, as pflag's StringSlice reads them: `a,b` ⇒ two, the empty text none. */
export function sliceValues({ command, flags }: Pick<Call, 'command' | 'flags'>, name: string): string[] {
  return flags.list(name).flatMap((item) => {
    if (item === '') return [];
    try {
      return splitCsv(item);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      throw usageError(
        command,
        `invalid argument ${JSON.stringify(item)} for "--${name}" flag: ${error.message}`,
      );
    }
  });
}
