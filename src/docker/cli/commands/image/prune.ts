import type { ImageDeleteItem } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { readFilters } from '../../filters.ts';
import { humanSize } from '../../format/units.ts';
import { confirm } from '../../stream/prompt.ts';

/** The heading and the lines of removed images, as the prune commands write them: in lower case. */
export function deletedImages(items: readonly ImageDeleteItem[]): string {
  if (items.length === 0) return '';
  const line = (item: ImageDeleteItem): string =>
    'Untagged' in item ? `untagged: ${item.Untagged}` : `deleted: ${item.Deleted}`;
  return `Deleted Images:\n${items.map((item) => `${line(item)}\n`).join('')}`;
}

/** `docker image prune` */
export const prune: Command = {
  flags: { all: 'full', filter: 'full', force: 'full' },
  *run({ p, engine, flags }) {
    const all = flags.bool('all');
    const warning = all
      ? 'WARNING! This will remove all images without at least one container associated to them.'
      : 'WARNING! This will remove all dangling images.';
    if (!flags.bool('force') && !(yield* confirm(p, `${warning}\nAre you sure you want to continue?`)))
      return 0;
    const filters = readFilters(flags);
    const { Deleted, SpaceReclaimed } = yield* engine.imagePrune({
      ...filters,
      // The CLI adds its own value to the given ones; the daemon refuses two.
      dangling: [...new Set([...(filters['dangling'] ?? []), String(!all)])],
    });
    const list = deletedImages(Deleted);
    yield* p.print(`${list}${list === '' ? '' : '\n'}Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
    return 0;
  },
};
