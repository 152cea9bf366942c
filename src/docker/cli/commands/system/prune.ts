import { systemPruneCache } from '../../../build/prune.ts';
import type { Filters } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { humanSize } from '../../format/units.ts';
import { confirm } from '../../stream/prompt.ts';
import { deletedImages } from '../image/prune.ts';

function warning(all: boolean, volumes: boolean, filters: Filters): string {
  const lines = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'unused build cache',
  ];
  const items = Object.entries(filters).flatMap(([key, values]) => values.map((value) => `${key}=${value}`));
  const filtered =
    items.length === 0
      ? ''
      : `\n  Items to be pruned will be filtered with:\n${items
          .sort()
          .map((item) => `  - ${item}\n`)
          .join('')}`;
  return `WARNING! This will remove:\n${lines.map((line) => `  - ${line}\n`).join('')}${filtered}\nAre you sure you want to continue?`;
}

const section = (heading: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${heading}:\n${lines.map((line) => `${line}\n`).join('')}\n`;

/** `docker system prune`: containers, networks, volumes if asked for, images, in this order. */
export const prune: Command = {
  flags: { all: 'full', filter: 'full', force: 'full', volumes: 'full' },
  *run({ p, engine, flags }) {
    const all = flags.bool('all');
    const volumes = flags.bool('volumes');
    const filters = readFilters(flags);
    if (volumes && 'until' in filters)
      throw new CliError('ERROR: The "until" filter is not supported with "--volumes"');
    if (!flags.bool('force') && !(yield* confirm(p, warning(all, volumes, filters)))) return 0;
    const containers = yield* engine.containerPrune(filters);
    yield* p.print(section('Deleted Containers', containers.Deleted));
    const networks = yield* engine.networkPrune(filters);
    yield* p.print(section('Deleted Networks', networks.Deleted));
    let space = containers.SpaceReclaimed;
    if (volumes) {
      const report = yield* engine.volumePrune(filters);
      yield* p.print(section('Deleted Volumes', report.Deleted));
      space += report.SpaceReclaimed;
    }
    const images = yield* engine.imagePrune({
      ...filters,
      dangling: [...new Set([...(filters['dangling'] ?? []), String(!all)])],
    });
    const list = deletedImages(images.Deleted);
    yield* p.print(`${list}${list === '' ? '' : '\n'}`);
    space += images.SpaceReclaimed;
    const cache = systemPruneCache(p, engine, all);
    yield* p.print(
      section(
        'Deleted build cache objects',
        cache.map(({ id }) => id),
      ),
    );
    space += cache.reduce((sum, { size }) => sum + size, 0);
    yield* p.print(`Total reclaimed space: ${humanSize(space)}\n`);
    return 0;
  },
};
