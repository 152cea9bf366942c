import type { ImageDeleteItem } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { failureText } from '../../failure.ts';
import { isReported } from '../../stream/each.ts';

/** `Untagged: …` and `Deleted: …` lines. */
export const deleteLine = (item: ImageDeleteItem): string =>
  'Untagged' in item ? `Untagged: ${item.Untagged}` : `Deleted: ${item.Deleted}`;

/** `docker rmi`; with `-f` an image that is not there is reported but is no failure. */
export const remove: Command = {
  flags: { force: 'full', 'no-prune': 'full' },
  *run({ p, engine, flags, args }) {
    const options = { force: flags.bool('force'), noPrune: flags.bool('no-prune') };
    const errors: string[] = [];
    let fatal = false;
    for (const name of args) {
      try {
        for (const item of yield* engine.imageRemove(name, options)) yield* p.print(`${deleteLine(item)}\n`);
      } catch (error) {
        if (!isReported(error)) throw error;
        const missing = error instanceof Error && 'status' in error && error.status === 404;
        fatal ||= !missing || !options.force;
        errors.push(failureText(error));
      }
    }
    if (errors.length > 0) yield* p.error(`${errors.join('\n')}\n`);
    return fatal ? 1 : 0;
  },
};
