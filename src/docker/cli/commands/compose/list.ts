import { containersOf, LABEL, nameOf, numberOf, serviceOf } from '../../../compose/engine/state.ts';
import { ComposeError } from '../../../compose/error.ts';
import type { ContainerSummary } from '../../../engine/api.ts';
import { humanDuration } from '../../../engine/human.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { align } from '../../format/tabwriter.ts';
import { humanSize, shortId } from '../../format/units.ts';
import { GoStruct, type Value } from '../../template/values.ts';
import { CONTAINER_ROWS } from '../container/ls.ts';
import { VOLUME_ROWS } from '../volume/volume.ts';
import { type ComposeCommand, projectName, projectOrName, runningContainer } from './context.ts';

interface Row {
  readonly c: ContainerSummary;
  readonly trunc: boolean;
  readonly now: number;
  readonly exitCode: number;
}

interface Publisher {
  readonly url: string;
  readonly target: number;
  readonly published: number;
  readonly protocol: string;
}

const publishers = ({ Ports }: ContainerSummary): Publisher[] =>
  [...Ports]
    .sort((a, b) => a.PrivatePort - b.PrivatePort || ((a.IP ?? '') < (b.IP ?? '') ? -1 : 1))
    .map(({ IP = '', PrivatePort, PublicPort = 0, Type }) => ({
      url: IP,
      target: PrivatePort,
      published: PublicPort,
      protocol: Type,
    }));

/** Go prints a slice of structs as `[{0.0.0.0 80 8080 tcp}]`; in JSON the fields have names. */
const publisherValue = (row: Row): Value =>
  publishers(row.c).map(
    ({ url, target, published, protocol }) =>
      new GoStruct(
        'api.PortPublisher',
        new Map<string, Value>([
          ['URL', url],
          ['TargetPort', target],
          ['PublishedPort', published],
          ['Protocol', protocol],
        ]),
      ),
  );

const {
  RunningFor,
  Ports,
  Command,
  Image,
  Status,
  Size,
  CreatedAt,
  LocalVolumes,
  Mounts,
  Networks,
  Labels,
  ID,
} = CONTAINER_ROWS.columns;

const PS_ROWS: RowKind<Row> = {
  goType: '*formatter.ContainerContext',
  plainErrors: true,
  headers: {
    ID: 'CONTAINER ID',
    Name: 'NAME',
    Names: 'NAMES',
    Service: 'SERVICE',
    Project: 'PROJECT',
    Image: 'IMAGE',
    Command: 'COMMAND',
    CreatedAt: 'CREATED AT',
    RunningFor: 'CREATED',
    Ports: 'PORTS',
    State: 'STATE',
    Status: 'STATUS',
    Size: 'SIZE',
    Labels: 'LABELS',
    Mounts: 'MOUNTS',
    LocalVolumes: 'LOCAL VOLUMES',
    Networks: 'NETWORKS',
    Health: 'HEALTH',
    ExitCode: 'EXIT CODE',
    Publishers: 'PUBLISHERS',
  },
  columns: {
    Command: (row) => Command?.(row) ?? '',
    CreatedAt: (row) => CreatedAt?.(row) ?? '',
    ExitCode: ({ exitCode }) => exitCode,
    Health: ({ c }) => (c.Health.Status === 'none' ? '' : c.Health.Status),
    ID: (row) => ID?.(row) ?? '',
    Image: (row) => Image?.(row) ?? '',
    Labels: (row) => Labels?.(row) ?? '',
    LocalVolumes: (row) => LocalVolumes?.(row) ?? '',
    Mounts: (row) => Mounts?.(row) ?? '',
    Name: ({ c }) => nameOf(c),
    Names: ({ c }) => nameOf(c),
    Networks: (row) => Networks?.(row) ?? '',
    Ports: (row) => Ports?.(row) ?? '',
    Project: ({ c }) => c.Labels[LABEL.project] ?? '',
    Publishers: publisherValue,
    RunningFor: (row) => RunningFor?.(row) ?? '',
    Service: ({ c }) => serviceOf(c),
    Size: (row) => Size?.(row) ?? '',
    State: ({ c }) => c.State,
    Status: (row) => Status?.(row) ?? '',
  },
};

const TABLE = '{{.Name}}\t{{.Image}}\t{{.Command}}\t{{.Service}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}';

/** `docker compose ps` */
export const ps: ComposeCommand = {
  flags: {
    all: 'full',
    filter: 'full',
    format: 'full',
    'no-trunc': 'full',
    orphans: 'full',
    quiet: 'full',
    services: 'full',
    status: 'full',
  },
  *run(call) {
    const { p, engine, flags, args } = call;
    const { name, project } = yield* projectOrName(call, args);
    const filter = flags.string('filter');
    const [key, value = ''] = filter.split('=');
    if (filter !== '' && key !== 'status') throw new ComposeError(`unknown filter ${key}`);
    const statuses = [...flags.list('status'), ...(filter === '' ? [] : [value])];
    const isAll = flags.bool('all') || statuses.length > 0;
    const containers = containersOf(engine, name, { services: args, oneOff: isAll })
      .filter(({ State }) => isAll || State === 'running' || State === 'paused' || State === 'restarting')
      .filter(({ State }) => statuses.length === 0 || statuses.includes(State))
      .filter(
        (container) =>
          flags.bool('orphans') || project === undefined || serviceOf(container) in project.services,
      )
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    if (flags.bool('quiet')) {
      for (const { Id } of containers) yield* p.print(`${Id}\n`);
      return 0;
    }
    if (flags.bool('services')) {
      for (const service of new Set(containers.map(serviceOf))) yield* p.print(`${service}\n`);
      return 0;
    }
    const now = p.kernel.clock.now;
    const rows = containers.map((c) => ({
      c,
      trunc: !flags.bool('no-trunc'),
      now,
      exitCode: engine.containerInspect(c.Id).State.ExitCode,
    }));
    yield* p.print(formatRows(PS_ROWS, readFormat(flags.string('format'), TABLE), rows));
    return 0;
  },
};

const WIDE = { minWidth: 20, padding: 3 };

/** `docker compose ls` */
export const ls: ComposeCommand = {
  args: [0, 0],
  flags: { all: 'full', filter: 'full', format: 'full', quiet: 'full' },
  *run({ p, engine, flags }) {
    const filters = flags.list('filter').map((item) => item.split('='));
    for (const [key = ''] of filters) if (key !== 'name') throw new ComposeError(`invalid filter '${key}'`);
    const shown = flags.string('format');
    if (!flags.bool('quiet') && !['table', 'pretty', 'json', ''].includes(shown))
      throw new ComposeError(`format value ${JSON.stringify(shown)} could not be parsed: parsing failed`);
    const projects = new Map<string, ContainerSummary[]>();
    for (const container of engine.containerList({
      all: flags.bool('all'),
      filters: { label: [LABEL.project] },
    })) {
      if (container.Labels[LABEL.oneOff] === 'True') continue;
      const name = container.Labels[LABEL.project] ?? '';
      projects.set(name, [...(projects.get(name) ?? []), container]);
    }
    const rows = [...projects]
      .filter(([name]) => filters.every(([, pattern = '']) => name.includes(pattern)))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([Name, containers]) => {
        const counts = new Map<string, number>();
        for (const { State } of containers) counts.set(State, (counts.get(State) ?? 0) + 1);
        const files = new Set(containers.map((container) => container.Labels[LABEL.files] ?? 'N/A'));
        return {
          Name,
          Status: [...counts]
            .sort()
            .map(([state, count]) => `${state}(${count})`)
            .join(', '),
          ConfigFiles: [...files].join(','),
        };
      });
    if (flags.bool('quiet')) for (const { Name } of rows) yield* p.print(`${Name}\n`);
    else if (flags.string('format') === 'json') yield* p.print(`${JSON.stringify(rows)}\n`);
    else
      yield* p.print(
        align(
          [
            'NAME\tSTATUS\tCONFIG FILES',
            ...rows.map(({ Name, Status, ConfigFiles }) => `${Name}\t${Status}\t${ConfigFiles}`),
            '',
          ].join('\n'),
          WIDE,
        ),
      );
    return 0;
  },
};

/** `docker compose images` */
export const images: ComposeCommand = {
  flags: { format: 'full', quiet: 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const { name } = yield* projectOrName(call, args);
    const rows = containersOf(engine, name, { services: args }).map((container) => {
      const image = engine.imageInspect(container.ImageID);
      const summary = engine.imageList().find(({ Id }) => Id === image.Id);
      const reference =
        image.RepoTags.find((tag) => tag === container.Image || tag === `${container.Image}:latest`) ??
        image.RepoTags[0] ??
        '<none>:<none>';
      const at = reference.lastIndexOf(':');
      const last = Date.parse(image.Metadata.LastTagTime);
      return {
        container: nameOf(container),
        repository: reference.slice(0, at),
        tag: reference.slice(at + 1),
        platform: `${image.Os}/${image.Architecture}`,
        id: image.Id,
        size: summary?.ContentSize ?? image.Size,
        created: Number.isNaN(last) ? (image.Created ?? '') : image.Metadata.LastTagTime,
      };
    });
    if (flags.bool('quiet')) {
      for (const id of new Set(rows.map(({ id: full }) => full.replace('sha256:', ''))))
        yield* p.print(`${id}\n`);
      return 0;
    }
    if (flags.string('format') === 'json') {
      yield* p.print(
        `${JSON.stringify(rows.map((row) => ({ ID: row.id, ContainerName: row.container, Repository: row.repository, Tag: row.tag, Platform: row.platform, Size: row.size, LastTagTime: row.created })))}\n`,
      );
      return 0;
    }
    const now = p.kernel.clock.now;
    const lines = rows.map((row) =>
      [
        row.container,
        row.repository,
        row.tag,
        row.platform,
        shortId(row.id),
        humanSize(row.size, 3),
        `${humanDuration(now - Date.parse(row.created))} ago`,
      ].join('\t'),
    );
    yield* p.print(
      align(['CONTAINER\tREPOSITORY\tTAG\tPLATFORM\tIMAGE ID\tSIZE\tCREATED', ...lines, ''].join('\n'), WIDE),
    );
    return 0;
  },
};

/** `docker compose top` */
export const top: ComposeCommand = {
  flags: {},
  *run(call) {
    const { p, engine, args } = call;
    const name = yield* projectName(call);
    const containers = containersOf(engine, name, { services: args, running: true });
    let head = '';
    const lines: string[] = [];
    for (const container of containers) {
      const { Titles, Processes } = yield* engine.containerTop(container.Id);
      head = ['SERVICE', '#', ...Titles].join('\t');
      for (const row of Processes) lines.push([serviceOf(container), numberOf(container), ...row].join('\t'));
    }
    if (lines.length > 0)
      yield* p.print(align(`${[head, ...lines].join('\n')}\n`, { minWidth: 4, padding: 2 }));
    return 0;
  },
};

/** `docker compose port` */
export const port: ComposeCommand = {
  args: [2, Number.POSITIVE_INFINITY],
  flags: { index: 'full', protocol: 'full' },
  *run(call) {
    const { p, flags, args } = call;
    const [service = '', wanted = ''] = args;
    if (!/^\d+$/.test(wanted))
      throw new ComposeError(`strconv.ParseUint: parsing ${JSON.stringify(wanted)}: invalid syntax`);
    const name = yield* projectName(call);
    const container = runningContainer(call, name, service);
    const protocol = flags.string('protocol').toLowerCase();
    const found = publishers(container).find(
      (one) => one.target === Number(wanted) && one.protocol === protocol,
    );
    if (found === undefined) {
      const there = container.Ports.map(({ PublicPort = 0, Type }) => `${PublicPort}/${Type}`).join(', ');
      throw new ComposeError(`no port ${wanted}/${protocol} for container ${nameOf(container)}: ${there}`);
    }
    yield* p.print(`${found.url.includes(':') ? `[${found.url}]` : found.url}:${found.published}\n`);
    return 0;
  },
};

/** `docker compose volumes` */
export const volumes: ComposeCommand = {
  flags: { format: 'full', quiet: 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const { name } = yield* projectOrName(call, args);
    const used = args.flatMap((service) =>
      containersOf(engine, name, { services: [service] }).flatMap(({ Mounts }) =>
        Mounts.map(({ Name }) => Name),
      ),
    );
    const rows = engine
      .volumeList({ label: [`${LABEL.project}=${name}`] })
      .filter(({ Name }) => args.length === 0 || used.includes(Name));
    const format = flags.string('format');
    if (flags.bool('quiet')) for (const { Name } of rows) yield* p.print(`${Name}\n`);
    else yield* p.print(formatRows(VOLUME_ROWS, readFormat(format, '{{.Driver}}\t{{.Name}}'), rows));
    return 0;
  },
};
