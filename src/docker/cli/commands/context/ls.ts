import type { Command } from '../../call.ts';
import { contextName } from '../../connection.ts';
import { madeContexts, readContext } from '../../contexts.ts';
import { naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { ellipsis } from '../../format/units.ts';
import { defaultContext } from './context.ts';

interface Row {
  readonly name: string;
  readonly host: string;
  readonly description: string;
  readonly current: boolean;
  readonly error: string;
}

/** docker/cli's formatter.clientContextContext; the name of the one in use carries a star in tables. */
const CONTEXT_ROWS: RowKind<Row> = {
  goType: '*formatter.clientContextContext',
  headers: { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' },
  columns: {
    Current: ({ current }) => current,
    Description: ({ description }) => description,
    DockerEndpoint: ({ host }) => host,
    Error: ({ error }) => ellipsis(error, 45),
    Name: ({ name }) => name,
  },
};

/** `docker context ls` */
export const ls: Command = {
  flags: { format: 'full', quiet: 'full' },
  *run({ p, globals, flags }) {
    const current = contextName(p, globals);
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.Name}}' }
      : readFormat(
          flags.string('format'),
          '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}',
        );
    const names = new Set([...madeContexts(p), ...(current === 'default' ? [] : [current])]);
    const rows: Row[] = [...names].map((name) => {
      const found = readContext(p, name);
      const shown =
        typeof found === 'string'
          ? { host: '', description: '', error: found }
          : { host: found.host, description: found.description, error: '' };
      return { name, current: name === current, ...shown };
    });
    rows.push({
      name: 'default',
      host: defaultContext(p, globals).host,
      description: 'Current DOCKER_HOST based configuration',
      current: current === 'default',
      error: '',
    });
    rows.sort((a, b) => naturally(a.name, b.name));
    yield* p.print(formatRows(CONTEXT_ROWS, format, rows));
    if ((p.env.get('DOCKER_HOST') ?? '') !== '')
      yield* p.error(
        'Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.\n',
      );
    return 0;
  },
};
