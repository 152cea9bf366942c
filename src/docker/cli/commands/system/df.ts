import type { BuildCacheRecord, DiskUsage } from '../../../engine/api.ts';
import { humanDuration } from '../../../engine/human.ts';
import type { Command } from '../../call.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { align } from '../../format/tabwriter.ts';
import { ellipsis, humanSize, shortId } from '../../format/units.ts';

interface Row {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
}

/** docker/cli's formatter.diskUsage…Context. */
const USAGE_ROWS: RowKind<Row> = {
  goType: '*formatter.diskUsageImagesContext',
  headers: { Type: 'TYPE', TotalCount: 'TOTAL', Active: 'ACTIVE', Size: 'SIZE', Reclaimable: 'RECLAIMABLE' },
  columns: {
    Active: ({ active }) => String(active),
    Reclaimable: ({ type, size, reclaimable }) => {
      const share = type !== 'Build Cache' && size > 0 ? ` (${Math.trunc((reclaimable * 100) / size)}%)` : '';
      return `${humanSize(reclaimable)}${share}`;
    },
    Size: ({ size }) => humanSize(size),
    TotalCount: ({ total }) => String(total),
    Type: ({ type }) => type,
  },
};

/** `docker system df` */
export const df: Command = {
  flags: { format: 'full', verbose: 'full' },
  *run({ p, engine, flags }) {
    const usage = engine.diskUsage();
    if (flags.bool('verbose') && flags.string('format') === '') {
      yield* p.print(verbose(usage, p.kernel.clock.now));
      return 0;
    }
    const part = (
      type: string,
      of: Pick<DiskUsage['Images'], 'TotalCount' | 'ActiveCount' | 'TotalSize' | 'Reclaimable'>,
    ): Row => ({
      type,
      total: of.TotalCount,
      active: of.ActiveCount,
      size: of.TotalSize,
      reclaimable: of.Reclaimable,
    });
    const rows = [
      part('Images', usage.Images),
      part('Containers', usage.Containers),
      part('Local Volumes', usage.Volumes),
      part('Build Cache', usage.BuildCache),
    ];
    const format = readFormat(
      flags.string('format'),
      '{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}',
    );
    yield* p.print(formatRows(USAGE_ROWS, format, rows));
    return 0;
  },
};

const table = (lines: readonly (readonly string[])[]): string =>
  align(lines.map((cells) => `${cells.join('\t')}\n`).join(''));

/** The four lists of `-v`. */
function verbose(usage: DiskUsage, now: number): string {
  const ago = (seconds: number): string => `${humanDuration(now - seconds * 1000)} ago`;
  const images = usage.Images.Items.flatMap((image) => {
    const tags = image.RepoTags.length === 0 ? ['<none>:<none>'] : image.RepoTags;
    return tags.map((tag) => {
      const colon = tag.lastIndexOf(':');
      const shared = Math.max(0, image.SharedSize);
      return [
        tag.slice(0, colon),
        tag.slice(colon + 1),
        shortId(image.Id),
        ago(image.Created),
        humanSize(image.Size, 3),
        humanSize(shared),
        humanSize(image.Size - shared),
        String(Math.max(0, image.Containers)),
      ];
    });
  });
  const containers = usage.Containers.Items.map((c) => [
    shortId(c.Id),
    c.Image,
    JSON.stringify(ellipsis(c.Command, 20)),
    String(c.Mounts.filter((mount) => mount.Driver === 'local').length),
    humanSize(c.SizeRw ?? 0, 3),
    ago(c.Created),
    c.Status,
    c.Names.map((name) => name.replace(/^\//, '')).join(','),
  ]);
  const volumes = usage.Volumes.Items.map((v) => [
    v.Name,
    String(v.UsageData.RefCount),
    humanSize(v.UsageData.Size),
  ]);
  const cache = usage.BuildCache.Items.map((record) => cacheRow(record, now));
  return [
    `Images space usage:\n\n${table([['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE', 'SHARED SIZE', 'UNIQUE SIZE', 'CONTAINERS'], ...images])}`,
    `Containers space usage:\n\n${table([['CONTAINER ID', 'IMAGE', 'COMMAND', 'LOCAL VOLUMES', 'SIZE', 'CREATED', 'STATUS', 'NAMES'], ...containers])}`,
    `Local Volumes space usage:\n\n${table([['VOLUME NAME', 'LINKS', 'SIZE'], ...volumes])}`,
    `Build cache usage: ${humanSize(usage.BuildCache.TotalSize)}\n\n${table([['CACHE ID', 'CACHE TYPE', 'SIZE', 'CREATED', 'LAST USED', 'USAGE', 'SHARED'], ...cache])}`,
  ].join('\n');
}

function cacheRow(record: BuildCacheRecord, now: number): string[] {
  const ago = (time: string): string => (time === '' ? '' : `${humanDuration(now - Date.parse(time))} ago`);
  const id = `${record.ID.slice(0, 12)}${record.InUse ? '*' : ''}`;
  return [
    id,
    record.Type,
    humanSize(record.Size, 3),
    ago(record.CreatedAt),
    ago(record.LastUsedAt),
    String(record.UsageCount),
    String(record.Shared),
  ];
}
