import { lastActivity } from '../../build/prune.ts';
import type { Process } from '../../kernel/process.ts';
import type { Command } from '../call.ts';
import { configFolder } from '../connection.ts';
import { CliError, notSimulated } from '../failure.ts';
import { formatRows, type RowKind, readFormat } from '../format/table.ts';
import { align } from '../format/tabwriter.ts';

/** The builder inside the engine, the only one here. */
export const BUILDKIT = 'v0.26.2';

/** Drivers that the real buildx knows. */
const DRIVERS = new Set(['docker', 'docker-container', 'kubernetes', 'remote']);

interface Row {
  readonly Name: string;
  readonly DriverEndpoint: string;
  readonly Status: string;
  readonly Buildkit: string;
  readonly Platforms: string;
}

const column = (name: keyof Row) => (row: Row) => row[name];

/** buildx' lsContext: a builder, then its nodes. */
const BUILDER_ROWS: RowKind<Row> = {
  goType: '*commands.lsContext',
  headers: {
    Name: 'NAME/NODE',
    DriverEndpoint: 'DRIVER/ENDPOINT',
    LastActivity: 'LAST ACTIVITY',
    Status: 'STATUS',
    Buildkit: 'BUILDKIT',
    Platforms: 'PLATFORMS',
    Error: 'ERROR',
  },
  columns: {
    Buildkit: column('Buildkit'),
    DriverEndpoint: column('DriverEndpoint'),
    Error: () => '',
    LastActivity: () => '',
    Name: column('Name'),
    Platforms: column('Platforms'),
    Status: column('Status'),
  },
};

const TABLE = '{{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}';

/** `docker buildx ls` */
export const ls: Command = {
  flags: { debug: 'parsed', format: 'partial', 'no-trunc': 'full' },
  *run({ p, flags }) {
    const written = flags.string('format');
    if (written === 'json') throw notSimulated('buildx ls --format json');
    const format = readFormat(written === 'table' ? '' : written, TABLE);
    const platforms = flags.bool('no-trunc')
      ? 'linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/386'
      : 'linux/amd64 (+2), linux/386';
    const tree = format.table;
    const rows: Row[] = [
      {
        Name: tree ? 'default*' : 'default',
        DriverEndpoint: 'docker',
        Status: '',
        Buildkit: '',
        Platforms: '',
      },
      {
        Name: tree ? ' \\_ default' : 'default',
        DriverEndpoint: tree ? ' \\_ default' : 'default',
        Status: 'running',
        Buildkit: BUILDKIT,
        Platforms: platforms,
      },
    ];
    yield* p.print(formatRows(BUILDER_ROWS, format, rows));
    return 0;
  },
};

const isMissing = (name: string | undefined): name is string => name !== undefined && name !== 'default';

const noBuilder = (name: string): string => `no builder ${JSON.stringify(name)} found`;

/** `docker buildx inspect` */
export const inspect: Command = {
  flags: { bootstrap: 'parsed', debug: 'parsed' },
  *run({ p, engine, args: [name] }) {
    if (isMissing(name)) throw new CliError(`ERROR: ${noBuilder(name)}`);
    const active = lastActivity(p, engine);
    const time =
      active === undefined ? undefined : new Date(active).toISOString().slice(0, 19).replace('T', ' ');
    const head = [
      ['Name:', 'default'],
      ['Driver:', 'docker'],
      ...(time === undefined ? [] : [['Last Activity:', `${time} +0000 UTC`]]),
    ];
    const lines = head.map((cells) => `${cells.join('\t')}\n`).join('');
    yield* p.print(
      `${align(lines, { minWidth: 0, padding: 1 })}\nNodes:\nName:             default\nEndpoint:         default\nStatus:           running\nBuildKit version: ${BUILDKIT}\nPlatforms:        linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/386\n`,
    );
    return 0;
  },
};

const instanceFile = (p: Process, name: string): string => `${configFolder(p)}/buildx/instances/${name}`;

/** `docker buildx use` */
export const use: Command = {
  flags: { debug: 'parsed', default: 'parsed', global: 'parsed' },
  *run({ p, args: [name] }) {
    if (isMissing(name))
      throw new CliError(
        `ERROR: failed to find instance ${JSON.stringify(name)}: open ${instanceFile(p, name)}: no such file or directory`,
      );
    return 0;
  },
};

/** `docker buildx rm`: the engine's own builder belongs to its context. */
export const remove: Command = {
  flags: { debug: 'parsed', force: 'full', 'keep-daemon': 'parsed', 'keep-state': 'parsed' },
  *run({ p, args }) {
    for (const name of args.length === 0 ? ['default'] : args)
      yield* p.error(
        `failed to remove ${name}: ${isMissing(name) ? noBuilder(name) : 'context builder cannot be removed, run `docker context rm default` to remove this context'}\n`,
      );
    throw new CliError('ERROR: failed to remove one or more builders');
  },
};

/** `docker buildx stop`: there is nothing to stop in the engine's own builder. */
export const stop: Command = {
  flags: { debug: 'parsed' },
  *run({ args: [name] }) {
    if (isMissing(name)) throw new CliError(`ERROR: ${noBuilder(name)}`);
    throw notSimulated('buildx stop of the builder in the engine');
  },
};

/** `docker buildx create`: refused, whatever the driver. */
export const create: Command = {
  flags: { debug: 'parsed', driver: 'partial' },
  *run({ flags }) {
    const driver = flags.string('driver');
    if (driver !== '' && !DRIVERS.has(driver))
      throw new CliError(`ERROR: failed to find driver ${JSON.stringify(driver)}`);
    throw notSimulated('buildx create');
  },
};
