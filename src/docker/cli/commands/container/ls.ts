import type { ContainerSummary } from '../../../engine/api.ts';
import { humanDuration } from '../../../engine/human.ts';
import type { Command } from '../../call.ts';
import { readFilters } from '../../filters.ts';
import { labelText } from '../../format/labels.ts';
import { portsText } from '../../format/ports.ts';
import { type Format, formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { ellipsis, goTime, humanSize, shortId } from '../../format/units.ts';
import { quote } from '../../parse/numbers.ts';
import { GoMap } from '../../template/values.ts';

interface Row {
  readonly c: ContainerSummary;
  readonly trunc: boolean;
  /** Engine time in milliseconds. */
  readonly now: number;
}

const name = ({ Type, Name = '', Source }: ContainerSummary['Mounts'][number]): string =>
  Type === 'volume' || Name !== '' ? Name : Source;

/** docker/cli's formatter.ContainerContext. */
export const CONTAINER_ROWS: RowKind<Row> = {
  goType: '*formatter.ContainerContext',
  headers: {
    ID: 'CONTAINER ID',
    Names: 'NAMES',
    Image: 'IMAGE',
    Command: 'COMMAND',
    CreatedAt: 'CREATED AT',
    RunningFor: 'CREATED',
    Ports: 'PORTS',
    State: 'STATE',
    Status: 'STATUS',
    HealthStatus: 'HEALTH STATUS',
    Size: 'SIZE',
    Labels: 'LABELS',
    Mounts: 'MOUNTS',
    LocalVolumes: 'LOCAL VOLUMES',
    Networks: 'NETWORKS',
    Platform: 'PLATFORM',
  },
  columns: {
    Command: ({ c, trunc }) => quote(trunc ? ellipsis(c.Command, 20) : c.Command),
    CreatedAt: ({ c }) => goTime(c.Created * 1000),
    HealthStatus: ({ c }) => c.Health.Status,
    ID: ({ c, trunc }) => (trunc ? shortId(c.Id) : c.Id),
    Image: ({ c, trunc }) =>
      c.Image === ''
        ? '<no image>'
        : trunc && /^sha256:/.test(c.Image)
          ? shortId(c.Image)
          : trunc
            ? c.Image.replace(/@sha256:[0-9a-f]{64}$/, '')
            : c.Image,
    Labels: ({ c }) => labelText(c.Labels),
    LocalVolumes: ({ c }) => String(c.Mounts.filter((mount) => mount.Driver === 'local').length),
    Mounts: ({ c, trunc }) =>
      c.Mounts.map(name)
        .map((mount) => (trunc ? ellipsis(mount, 15) : mount))
        .join(','),
    Names: ({ c, trunc }) =>
      c.Names.map((full) => full.replace(/^\//, ''))
        .filter((bare) => !trunc || !bare.includes('/'))
        .join(','),
    Networks: ({ c }) => Object.keys(c.NetworkSettings.Networks).join(','),
    Platform: ({ c }) => {
      const { architecture = 'amd64', os = 'linux' } = c.ImageManifestDescriptor.platform ?? {};
      return new GoMap(
        new Map([
          ['architecture', architecture],
          ['os', os],
        ]),
      );
    },
    Ports: ({ c }) => portsText(c.Ports),
    RunningFor: ({ c, now }) => `${humanDuration(now - c.Created * 1000)} ago`,
    Size: ({ c }) => {
      const own = humanSize(c.SizeRw ?? 0, 3);
      return (c.SizeRootFs ?? 0) > 0 ? `${own} (virtual ${humanSize(c.SizeRootFs ?? 0, 3)})` : own;
    },
    State: ({ c }) => c.State,
    Status: ({ c }) => c.Status,
  },
  methods: {
    Label:
      ({ c }) =>
      (label) =>
        c.Labels[String(label)] ?? '',
  },
};

const TABLE = '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';

const RAW = `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state: {{- pad .State 1 0}}
status: {{- pad .Status 1 0}}
names: {{.Names}}
labels: {{- pad .Labels 1 0}}
ports: {{- pad .Ports 1 0}}
`;

/** The format that `--format`, `-q` and `-s` ask for. */
export function containerFormat(written: string, quiet: boolean, size: boolean): Format {
  if (quiet) return { table: false, template: written === 'raw' ? 'container_id: {{.ID}}' : '{{.ID}}' };
  return readFormat(written, size ? `${TABLE}\t{{.Size}}` : TABLE, size ? `${RAW}size: {{.Size}}\n` : RAW);
}

/** `docker ps` */
export const ls: Command = {
  flags: {
    all: 'full',
    filter: 'full',
    format: 'full',
    last: 'full',
    latest: 'full',
    'no-trunc': 'full',
    quiet: 'full',
    size: 'full',
  },
  *run({ p, engine, flags }) {
    const last = flags.bool('latest') && !flags.changed('last') ? 1 : flags.int('last');
    const written = flags.string('format');
    const format = containerFormat(written, flags.bool('quiet'), flags.bool('size'));
    if (flags.bool('quiet') && flags.string('format') !== '')
      yield* p.error('WARNING: Ignoring custom format, because both --format and --quiet are set.\n');
    const containers = engine.containerList({
      all: flags.bool('all'),
      limit: last,
      size: flags.bool('size') || /\.Size\b/.test(format.template),
      filters: readFilters(flags),
    });
    const now = p.kernel.clock.now;
    yield* p.print(
      formatRows(
        CONTAINER_ROWS,
        format,
        containers.map((c) => ({ c, trunc: !flags.bool('no-trunc'), now })),
      ),
    );
    return 0;
  },
};
