import type { Volume } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { labelText, naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { humanSize } from '../../format/units.ts';
import { eachInTurn } from '../../stream/each.ts';
import { confirm } from '../../stream/prompt.ts';

/** docker/cli's formatter.volumeContext. */
export const VOLUME_ROWS: RowKind<
  Volume & { readonly UsageData?: { readonly RefCount: number; readonly Size: number } }
> = {
  goType: '*formatter.volumeContext',
  headers: {
    ID: 'VOLUME ID',
    Name: 'VOLUME NAME',
    Driver: 'DRIVER',
    Scope: 'SCOPE',
    Availability: 'AVAILABILITY',
    Mountpoint: 'MOUNTPOINT',
    Labels: 'LABELS',
    Links: 'LINKS',
    Size: 'SIZE',
    Group: 'GROUP',
    Status: 'STATUS',
  },
  columns: {
    Availability: () => 'N/A',
    Driver: (v) => v.Driver,
    Group: () => 'N/A',
    Labels: (v) => labelText(v.Labels),
    Links: (v) => (v.UsageData === undefined ? 'N/A' : String(v.UsageData.RefCount)),
    Mountpoint: (v) => v.Mountpoint,
    Name: (v) => v.Name,
    Scope: (v) => v.Scope,
    Size: (v) => (v.UsageData === undefined ? 'N/A' : humanSize(v.UsageData.Size)),
    Status: () => 'N/A',
  },
  methods: {
    Label: (v) => (label) => v.Labels?.[String(label)] ?? '',
  },
};

/** `docker volume ls` */
export const ls: Command = {
  flags: { filter: 'full', format: 'full', quiet: 'full' },
  *run({ p, engine, flags }) {
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.Name}}' }
      : readFormat(
          flags.string('format'),
          '{{.Driver}}\t{{.Name}}',
          'name: {{.Name}}\ndriver: {{.Driver}}\n',
        );
    const volumes = [...engine.volumeList(readFilters(flags))].sort((a, b) => naturally(a.Name, b.Name));
    yield* p.print(formatRows(VOLUME_ROWS, format, volumes));
    return 0;
  },
};

/** `docker volume create` */
export const create: Command = {
  flags: { driver: 'full', label: 'full', opt: 'partial' },
  *run({ p, engine, flags, args: [word] }) {
    if (word !== undefined && flags.changed('name'))
      throw new CliError(
        'conflicting options: cannot specify a volume name through both --name and as a positional arg',
      );
    const name = flags.changed('name') ? flags.string('name') : word;
    const volume = yield* engine.volumeCreate({
      ...(name === undefined ? {} : { Name: name }),
      Driver: flags.string('driver'),
      ...(flags.changed('opt') ? { DriverOpts: flags.map('opt') } : {}),
      ...(flags.changed('label') ? { Labels: flags.map('label') } : {}),
    });
    yield* p.print(`${volume.Name}\n`);
    return 0;
  },
};

/** `docker volume rm` */
export const remove: Command = {
  flags: { force: 'full' },
  run({ p, engine, flags, args }) {
    return eachInTurn(p, args, function* (name) {
      yield* engine.volumeRemove(name, { force: flags.bool('force') });
      return name;
    });
  },
};

/** `docker volume prune`: anonymous ones, with `-a` named ones too. */
export const prune: Command = {
  flags: { all: 'full', filter: 'full', force: 'full' },
  *run({ p, engine, flags }) {
    const all = flags.bool('all');
    const filters = readFilters(flags);
    if (all && 'all' in filters)
      throw new CliError('conflicting options: cannot specify both --all and --filter all=1');
    const warning = `WARNING! This will remove ${all ? 'all' : 'anonymous'} local volumes not used by at least one container.`;
    if (!flags.bool('force') && !(yield* confirm(p, `${warning}\nAre you sure you want to continue?`)))
      return 0;
    const { Deleted, SpaceReclaimed } = yield* engine.volumePrune(
      all ? { ...filters, all: ['true'] } : filters,
    );
    const list =
      Deleted.length === 0 ? '' : `Deleted Volumes:\n${Deleted.map((name) => `${name}\n`).join('')}\n`;
    yield* p.print(`${list}Total reclaimed space: ${humanSize(SpaceReclaimed)}\n`);
    return 0;
  },
};

/** `docker volume update`: only volumes of a cluster can be updated, and the `local` driver makes none. */
export const update: Command = {
  flags: { availability: 'parsed' },
  *run({ engine, args: [name = ''] }) {
    engine.volumeInspect(name);
    throw new CliError('can only update cluster volumes');
  },
};
