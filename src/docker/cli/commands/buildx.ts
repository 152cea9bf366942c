import { type CacheRow, cacheRows, pruneCache } from '../../build/prune.ts';
import type { Filters } from '../../engine/api.ts';
import { humanDuration, parseGoDuration } from '../../engine/human.ts';
import type { Command } from '../call.ts';
import { CliError, notSimulated } from '../failure.ts';
import { readFilters } from '../filters.ts';
import { formatRows, type RowKind, readFormat } from '../format/table.ts';
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

/** BuildKit compares a row's fields as text; one it does not know, or that is yes or no, equals nothing. */
function isWanted(row: CacheRow, filters: Filters): boolean {
  const fields: Readonly<Record<string, string>> = {
    id: row.id,
    type: row.type,
    description: row.description,
  };
  return Object.entries(filters).every(([key, [value]]) => key === 'until' || fields[key] === value);
}

/** `docker builder prune`, `docker buildx prune` */
export const prune: Command = {
  flags: {
    all: 'full',
    builder: 'parsed',
    debug: 'parsed',
    filter: 'full',
    force: 'full',
    verbose: 'parsed',
  },
  *run({ p, engine, flags }) {
    const all = flags.bool('all');
    const filters = readFilters(flags);
    if (Object.values(filters).some((values) => values.length > 1))
      throw new CliError('ERROR: filters expect only one value');
    const warning = `WARNING! This will remove ${all ? 'all build cache' : 'all dangling build cache'}. Are you sure you want to continue?`;
    if (!flags.bool('force') && !(yield* confirm(p, warning))) return 0;
    const { now } = p.kernel.clock;
    const until = filters['until']?.[0];
    const age = until === undefined ? 0 : parseGoDuration(until);
    if (age === undefined) throw new CliError(`ERROR: time: invalid duration ${JSON.stringify(until)}`);
    const gone = pruneCache(p, engine, all, (row) => now - row.lastUsed < age || !isWanted(row, filters));
    // Each row is written as it comes, so only the first is aligned with the heading.
    for (const [i, row] of gone.entries())
      yield* p.print(tabbed(i === 0 ? [HEADING, cells(row, now)] : [cells(row, now)]));
    yield* p.print(`Total:\t${humanSize(sum(gone))}\n`);
    return 0;
  },
};

/** buildx' diskusageContext. */
const DU_ROWS: RowKind<CacheRow & { readonly now: number }> = {
  goType: '*commands.diskusageContext',
  headers: {
    ID: 'ID',
    Reclaimable: 'RECLAIMABLE',
    Size: 'SIZE',
    LastUsedAt: 'LAST ACCESSED',
  },
  columns: {
    CreatedAt: (row) => new Date(row.created).toISOString(),
    Description: (row) => row.description,
    ID: (row) => `${row.id}${row.mutable ? '*' : ''}`,
    InUse: () => 'false',
    LastUsedAt: (row) => `${humanDuration(row.now - row.lastUsed)} ago`,
    Mutable: (row) => String(row.mutable),
    Parents: (row) => row.parent ?? '',
    Reclaimable: () => 'true',
    Shared: (row) => String(row.shared),
    Size: (row) => `${humanSize(row.size)}${row.shared ? '*' : ''}`,
    Type: (row) => row.type,
    UsageCount: (row) => String(row.uses),
  },
};

const DU_TABLE = '{{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedAt}}';

/** `docker buildx du` */
export const du: Command = {
  flags: { builder: 'parsed', debug: 'parsed', filter: 'partial', format: 'partial', verbose: 'full' },
  *run({ p, engine, flags }) {
    const filters = readFilters(flags);
    for (const key of Object.keys(filters))
      if (!['type', 'id', 'description', 'shared', 'mutable'].includes(key))
        throw notSimulated(`buildx du --filter ${key}`);
    const fits = (key: string, value: string): boolean => filters[key]?.includes(value) ?? true;
    const { now } = p.kernel.clock;
    const rows = cacheRows(p, engine)
      .filter(
        (row) =>
          fits('type', row.type) &&
          fits('id', row.id) &&
          fits('description', row.description) &&
          fits('shared', String(row.shared)) &&
          fits('mutable', String(row.mutable)),
      )
      .sort((a, b) => a.size - b.size || (a.id < b.id ? -1 : 1));
    if (flags.bool('verbose') && flags.changed('format'))
      throw new CliError('ERROR: --format and --verbose cannot be used together');
    if (flags.string('format') === 'json') throw notSimulated('buildx du --format json');
    const format = readFormat(flags.string('format'), DU_TABLE);
    if (flags.bool('verbose')) yield* p.print(rows.map((row) => `${details(row, now)}\n`).join(''));
    else
      yield* p.print(
        formatRows(
          DU_ROWS,
          format,
          rows.map((row) => ({ ...row, now })),
        ),
      );
    if (!format.table || 'type' in filters || 'id' in filters) return 0;
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
    ['Created at', `${new Date(row.created).toISOString().replace('T', ' ').replace('Z', '')} +0000 UTC`],
    ['Mutable', String(row.mutable)],
    ['Reclaimable', 'true'],
    ['Shared', String(row.shared)],
    ['Size', humanSize(row.size)],
    ['Description', row.description],
    ['Usage count', String(row.uses)],
    ['Last used', `${humanDuration(now - row.lastUsed)} ago`],
    ['Type', row.type],
  ];
  const line = (key: string, value: string): string => `${`${key}:`.padEnd(14)}${value}\n`;
  const parents = row.parent === undefined ? '' : `Parents:\n - ${row.parent}\n`;
  return line('ID', row.id) + parents + fields.map(([key, value]) => line(key, value)).join('');
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
