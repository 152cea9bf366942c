import { DockerError } from '../../../engine/api.ts';
import type { Call, Command, Support } from '../../call.ts';
import { CliError, failureText } from '../../failure.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';

const PLUGIN_ROWS: RowKind<never> = {
  goType: '*plugin.pluginContext',
  headers: {
    ID: 'ID',
    Name: 'NAME',
    Description: 'DESCRIPTION',
    PluginReference: 'PLUGIN REFERENCE',
    Enabled: 'ENABLED',
  },
  columns: {},
};

/** `docker plugin ls`: the engine has no managed plugins. */
export const ls: Command = {
  flags: { filter: 'parsed', format: 'full', 'no-trunc': 'parsed', quiet: 'full' },
  *run({ p, flags }) {
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.ID}}' }
      : readFormat(flags.string('format'), '{{.ID}}\t{{.Name}}\t{{.Description}}\t{{.Enabled}}');
    yield* p.print(formatRows(PLUGIN_ROWS, format, []));
    return 0;
  },
};

const missing = (name: string): string =>
  failureText(new DockerError('bad-parameter', { reason: `plugin ${JSON.stringify(name)} not found` }));

/** A command about one plugin, or about each of its arguments: none is there. */
const refused = (flags: Readonly<Record<string, Support>>, all: boolean): Command => ({
  flags,
  *run({ args }: Call) {
    throw new CliError((all ? args : args.slice(0, 1)).map(missing).join('\n'));
  },
});

/** `docker plugin disable` */
export const disable = refused({ force: 'full' }, false);
/** `docker plugin enable` */
export const enable = refused({ timeout: 'parsed' }, false);
/** `docker plugin rm` */
export const remove = refused({ force: 'full' }, true);
/** `docker plugin set` */
export const set = refused({}, false);

/** `docker plugin inspect` */
export const inspect: Command = {
  flags: { format: 'full' },
  *run({ p, flags, args }) {
    yield* p.print(flags.string('format') === '' || flags.string('format') === 'json' ? '[]\n' : '\n');
    throw new CliError(args.map(missing).join('\n'));
  },
};
