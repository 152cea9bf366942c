import { DockerError, type SwarmFile } from '../../../engine/api.ts';
import { humanDuration, parseRfc3339 } from '../../../engine/human.ts';
import type { FileKind } from '../../../engine/swarm/swarm.ts';
import type { Call, Command } from '../../call.ts';
import { CliError, failureText, notSimulated } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { labelText, naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { readHostFile } from '../../run/files.ts';
import { swarmOf } from '../../swarm.ts';
import { inspectAll } from '../inspect.ts';
import { prettyAll, prettyTime } from '../pretty.ts';

/** `docker secret` and `docker config`, which differ in little more than the name. */

interface Row {
  readonly file: SwarmFile & { driver: string };
  readonly now: number;
}

/** docker/cli's secret.secretContext and config.configContext. */
function rowsOf(kind: FileKind): RowKind<Row> {
  const ago = (row: Row, time: string): string => `${humanDuration(row.now - parseRfc3339(time))} ago`;
  return {
    goType: `*${kind}.${kind}Context`,
    headers: {
      ID: 'ID',
      Name: 'NAME',
      ...(kind === 'secret' ? { Driver: 'DRIVER' } : {}),
      CreatedAt: 'CREATED',
      UpdatedAt: 'UPDATED',
      Labels: 'LABELS',
    },
    columns: {
      CreatedAt: (row) => ago(row, row.file.CreatedAt),
      ...(kind === 'secret' ? { Driver: ({ file }: Row) => file.driver } : {}),
      ID: ({ file }) => file.ID,
      Labels: ({ file }) => labelText(file.Spec.Labels),
      Name: ({ file }) => file.Spec.Name,
      UpdatedAt: (row) => ago(row, row.file.UpdatedAt),
    },
    methods: {
      Label:
        ({ file }) =>
        (label) =>
          file.Spec.Labels[String(label)] ?? '',
    },
  };
}

function pretty(kind: FileKind, file: SwarmFile): string {
  const labels = Object.entries(file.Spec.Labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    ...(labels.length > 0 ? ['Labels:'] : []),
    ...labels.map(([key, value]) => ` - ${key}${value === '' ? '' : `=${value}`}`),
  ];
  if (kind === 'secret')
    return `${[
      `ID:              ${file.ID}`,
      `Name:              ${file.Spec.Name}`,
      ...lines,
      'Driver:            ',
      `Created at:        ${prettyTime(file.CreatedAt)}`,
      `Updated at:        ${prettyTime(file.UpdatedAt)}`,
    ].join('\n')}\n`;
  return `${[
    `ID:\t\t\t${file.ID}`,
    `Name:\t\t\t${file.Spec.Name}`,
    ...lines,
    `Created at:            \t${prettyTime(file.CreatedAt)}`,
    `Updated at:            \t${prettyTime(file.UpdatedAt)}`,
    'Data:',
    decode(file.Spec.Data ?? ''),
  ].join('\n')}\n`;
}

function decode(data: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
}

/** The commands of one kind of file. */
export function fileCommands(
  kind: FileKind,
): Readonly<{ [name in 'create' | 'inspect' | 'ls' | 'remove']: Command }> {
  const ROWS = rowsOf(kind);
  const table = `{{.ID}}\t{{.Name}}\t${kind === 'secret' ? '{{.Driver}}\t' : ''}{{.CreatedAt}}\t{{.UpdatedAt}}`;
  return {
    create: {
      flags: { label: 'full', ...(kind === 'secret' ? { driver: 'parsed' } : {}) },
      *run(call) {
        const { p, flags, args } = call;
        const [name = '', path] = args;
        if (kind === 'secret' && flags.changed('driver')) {
          if (path !== undefined) throw new CliError('when using secret driver secret data must be empty');
          throw notSimulated('secret create --driver');
        }
        if (path === undefined) throw new CliError(`either provide a file name or "-"`);
        const data = path === '-' ? yield* p.readAll(0) : readData(call, path);
        const swarm = yield* swarmOf(call);
        const id = swarm.createFile(kind, { name, labels: flags.map('label'), data, driver: '' });
        yield* p.print(`${id}\n`);
        return 0;
      },
    },
    inspect: {
      flags: { format: 'full', pretty: 'full' },
      *run(call) {
        const swarm = yield* swarmOf(call);
        const look = (name: string): SwarmFile => swarm.file(kind, name);
        return yield* call.flags.bool('pretty')
          ? prettyAll(call, look, (file) => pretty(kind, file))
          : inspectAll(call, look);
      },
    },
    ls: {
      flags: { filter: 'full', format: 'full', quiet: 'full' },
      *run(call) {
        const { p, flags } = call;
        const swarm = yield* swarmOf(call);
        const files = swarm
          .files(kind, readFilters(flags))
          .sort((a, b) => naturally(a.Spec.Name, b.Spec.Name));
        const format = flags.bool('quiet')
          ? { table: false, template: '{{.ID}}' }
          : readFormat(flags.string('format'), table);
        const { now } = p.kernel.clock;
        yield* p.print(
          formatRows(
            ROWS,
            format,
            files.map((file) => ({ file, now })),
          ),
        );
        return 0;
      },
    },
    remove: {
      flags: {},
      *run(call) {
        const { p, args } = call;
        const swarm = yield* swarmOf(call);
        const errors: string[] = [];
        for (const name of args) {
          try {
            swarm.removeFile(kind, name);
            yield* p.print(`${name}\n`);
          } catch (error) {
            if (!(error instanceof DockerError)) throw error;
            errors.push(failureText(error));
          }
        }
        if (errors.length > 0) throw new CliError(errors.join('\n'));
        return 0;
      },
    },
  };
}

function readData({ p }: Call, path: string): Uint8Array {
  try {
    return readHostFile(p, path);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`error reading from ${path}: ${error.message}`);
    throw error;
  }
}

export const secret = fileCommands('secret');
export const config = fileCommands('config');
