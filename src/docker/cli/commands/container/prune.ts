import type { Command } from '../../call.ts';
import { readFilters } from '../../filters.ts';
import { humanSize } from '../../format/units.ts';
import { confirm } from '../../stream/prompt.ts';

/** `docker container prune` */
export const prune: Command = {
  flags: { filter: 'full', force: 'full' },
  *run({ p, engine, flags }) {
    if (
      !flags.bool('force') &&
      !(yield* confirm(
        p,
        'WARNING! This will remove all stopped containers.\nAre you sure you want to continue?',
      ))
    )
      return 0;
    const { Deleted, SpaceReclaimed } = yield* engine.containerPrune(readFilters(flags));
    const list =
      Deleted.length === 0 ? '' : `Deleted Containers:\n${Deleted.map((id) => `${id}\n`).join('')}\n`;
    yield* p.print(`${list}Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
    return 0;
  },
};
