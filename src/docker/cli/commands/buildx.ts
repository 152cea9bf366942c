import { type CacheRow, cacheRows, pruneCache } from '../../build/prune.ts';
import { humanDuration, parseGoDuration } from '../../engine/human.ts';
import type { Command } from '../call.ts';
import { CliError, notSimulated } from '../failure.ts';
import { readFilters } from '../filters.ts';
import { humanSize } from '../format/units.ts';
import { confirm } from '../stream/prompt.ts';
import { PLUGINS } from '../version.ts';

/** Go's text/tabwriter with tabs for padding, as buildx sets it up: columns end at multiples of eight. */
function tabbed(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const cells of lines)
    cells.slice(0, -1).forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, Math.ceil((cell.length + 1) / 8) * 8);
    });
  return lines
    .map((cells) =>
      cells
        .map((cell, i) =>
          i === cells.length - 1 ? cell : cell + '\t'.repeat(Math.ceil(((widths[i] ?? 0) - cell.length) / 8)),
        )
        .join(''),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const HEADING = ['ID', 'RECLAIMABLE', 'SIZE', 'LAST ACCESSED'];

function cells(row: CacheRow, now: number): string[] {
  return [
    `${row.id}${row.mutable ? '*' : ''}`.padEnd(40),
    'true '.padEnd(5),
    humanSize(row.size).padEnd(10),
    `${humanDuration(now - row.lastUsed)} ago`,
  ];
}

const sum = (rows: readonly CacheRow[]): number => rows.reduce((total, { size }) => total + size, 0);

/** `docker builder prune`, `docker buildx prune` */
export const prune: Command = {
  flags: {
    all: 'full',
    builder: 'parsed',
    debug: 'parsed',
    filter: 'partial',
    force: 'full',
    verbose: 'parsed',
  },
  *run({ p, engine, flags }) {
    const all = flags.bool('all');
    const filters = readFilters(flags);
    for (const key of Object.keys(filters))
      if (key !== 'until' && key !== 'type') throw notSimulated(`builder prune --filter ${key}`);
    const warning = `WARNING! This will remove ${all ? 'all build cache' : 'all dangling build cache'}. Are you sure you want to continue?`;
    if (!flags.bool('force') && !(yield* confirm(p, warning))) return 0;
    const { now } = p.kernel.clock;
    const until = filters['until']?.[0];
    const age = until === undefined ? 0 : parseGoDuration(until);
    if (age === undefined) throw new CliError(`ERROR: time: invalid duration ${JSON.stringify(until)}`);
    const gone = pruneCache(
      p,
      engine,
      all,
      (row) => now - row.lastUsed < age || (filters['type']?.includes(row.type) ?? true) === false,
    );
    // Each row is written as it comes, so only the first is aligned with the heading.
    for (const [i, row] of gone.entries())
      yield* p.print(tabbed(i === 0 ? [HEADING, cells(row, now)] : [cells(row, now)]));
    yield* p.print(`Total:\t${humanSize(sum(gone))}\n`);
    return 0;
  },
};

/** `docker buildx du` */
export const du: Command = {
  flags: { builder: 'parsed', debug: 'parsed', verbose: 'full' },
  *run({ p, engine, flags }) {
    const rows = cacheRows(p, engine);
    const { now } = p.kernel.clock;
    if (flags.bool('verbose')) yield* p.print(rows.map((row) => details(row, now)).join('\n'));
    else yield* p.print(tabbed([HEADING, ...rows.map((row) => cells(row, now))]));
    const shared = sum(rows.filter((row) => row.shared));
    const total = sum(rows);
    yield* p.print(
      tabbed([
        ...(shared > 0
          ? [
              ['Shared:', humanSize(shared)],
              ['Private:', humanSize(total - shared)],
            ]
          : []),
        ['Reclaimable:', humanSize(total)],
        ['Total:', humanSize(total)],
      ]),
    );
    return 0;
  },
};

function details(row: CacheRow, now: number): string {
  const fields: readonly (readonly [string, string])[] = [
    ['ID', row.id],
    ['Created at', new Date(row.created).toISOString()],
    ['Mutable', String(row.mutable)],
    ['Reclaimable', 'true'],
    ['Shared', String(row.shared)],
    ['Size', humanSize(row.size)],
    ['Description', row.description],
    ['Usage count', String(row.uses)],
    ['Last used', `${humanDuration(now - row.lastUsed)} ago`],
    ['Type', row.type],
  ];
  return tabbed(fields.map(([key, value]) => [`${key}:`, value]));
}

/** `docker buildx version` */
export const version: Command = {
  flags: {},
  *run({ p }) {
    const plugin = PLUGINS.find(({ Name }) => Name === 'buildx');
    yield* p.print(`github.com/docker/buildx ${plugin?.Version ?? ''}\n`);
    return 0;
  },
};
