import type { BuildCacheRecord, DiskUsage } from '../../../engine/api.ts';
import { humanDuration } from '../../../engine/human.ts';
import type { Command } from '../../call.ts';
import { FormatError } from '../../format/error.ts';
import { compileFormat, formatRows, type RowKind, readFormat, rowValue } from '../../format/table.ts';
import { align } from '../../format/tabwriter.ts';
import { ellipsis, humanSize, shortId } from '../../format/units.ts';
import { execute, TemplateError } from '../../template/execute.ts';
import { GoStruct, type Value } from '../../template/values.ts';
import { CONTAINER_ROWS } from '../container/ls.ts';
import { IMAGE_ROWS, type Row as ImageRow } from '../image/ls.ts';
import { VOLUME_ROWS } from '../volume/volume.ts';

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
    if (flags.bool('verbose')) {
      const { now } = p.kernel.clock;
      const written = flags.string('format');
      const standard = written === '' || written === 'table';
      yield* p.print(standard ? verbose(usage, now) : formatted(usage, written, now));
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
      'type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n',
    );
    yield* p.print(formatRows(USAGE_ROWS, format, rows));
    return 0;
  },
};

const table = (lines: readonly (readonly string[])[]): string =>
  align(lines.map((cells) => `${cells.join('\t')}\n`).join(''));

/** `-v` with a template: it works on the four lists, and nothing is added at its end. */
function formatted(usage: DiskUsage, written: string, now: number): string {
  const trunc = written.startsWith('table');
  const text = written === 'json' ? '{{json .}}' : written.replace(/^table/, '');
  const images = usage.Images.Items.flatMap((image) =>
    (image.RepoTags.length === 0 ? ['<none>:<none>'] : image.RepoTags).map((name) => {
      const colon = name.lastIndexOf(':');
      return { image, repository: name.slice(0, colon), tag: name.slice(colon + 1), digest: '', trunc, now };
    }),
  );
  const lists = new Map<string, Value>([
    ['Images', images.map((row) => rowValue(DF_IMAGE_ROWS, row))],
    ['Containers', usage.Containers.Items.map((c) => rowValue(CONTAINER_ROWS, { c, trunc, now }))],
    ['Volumes', usage.Volumes.Items.map((volume) => rowValue(VOLUME_ROWS, volume))],
    ['BuildCache', usage.BuildCache.Items.map((record) => rowValue(CACHE_ROWS, { record, now }))],
  ]);
  const template = compileFormat(text.replaceAll('\\t', '\t').replaceAll('\\n', '\n'));
  try {
    return execute(template, new GoStruct('*formatter.diskUsageContext', lists));
  } catch (error) {
    if (error instanceof TemplateError) throw new FormatError(`template parsing error: ${error.message}`);
    throw error;
  }
}

/** The images of `df` know what they share, and how many containers they have. */
const DF_IMAGE_ROWS: RowKind<ImageRow> = {
  ...IMAGE_ROWS,
  columns: {
    ...IMAGE_ROWS.columns,
    SharedSize: ({ image }) => humanSize(Math.max(0, image.SharedSize)),
    UniqueSize: ({ image }) => humanSize(image.Size - Math.max(0, image.SharedSize)),
  },
};

/** docker/cli's formatter.buildCacheContext. */
const CACHE_ROWS: RowKind<{ readonly record: BuildCacheRecord; readonly now: number }> = {
  goType: '*formatter.buildCacheContext',
  headers: {},
  columns: {
    CacheType: ({ record }) => record.Type,
    CreatedAt: ({ record }) => record.CreatedAt,
    CreatedSince: ({ record, now }) => since(record.CreatedAt, now),
    Description: ({ record }) => record.Description,
    ID: ({ record }) => `${record.ID}${record.InUse ? '*' : ''}`,
    InUse: ({ record }) => String(record.InUse),
    LastUsedAt: ({ record }) => record.LastUsedAt,
    LastUsedSince: ({ record, now }) => since(record.LastUsedAt, now),
    Parent: ({ record }) => record.Parents.join(', '),
    Shared: ({ record }) => String(record.Shared),
    Size: ({ record }) => humanSize(record.Size, 3),
    UsageCount: ({ record }) => String(record.UsageCount),
  },
};

const since = (time: string, now: number): string =>
  time === '' ? '' : `${humanDuration(now - Date.parse(time))} ago`;

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
  const id = `${record.ID.slice(0, 12)}${record.InUse ? '*' : ''}`;
  return [
    id,
    record.Type,
    humanSize(record.Size, 3),
    since(record.CreatedAt, now),
    since(record.LastUsedAt, now),
    String(record.UsageCount),
    String(record.Shared),
  ];
}
