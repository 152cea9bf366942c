import type { Command } from '../../call.ts';
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
