import type { Call, Command } from '../../call.ts';
import { SOCKET } from '../../connection.ts';
import { CliError } from '../../failure.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { Inspector } from '../../inspect/print.ts';

interface Row {
  readonly name: string;
  readonly host: string;
}

/** docker/cli's formatter.clientContextContext; the name of the one in use carries a star in tables. */
const CONTEXT_ROWS: RowKind<Row> = {
  goType: '*formatter.clientContextContext',
  headers: { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' },
  columns: {
    Current: () => true,
    Description: () => 'Current DOCKER_HOST based configuration',
    DockerEndpoint: ({ host }) => host,
    Error: () => '',
    Name: ({ name }) => name,
  },
};

/** There is one context: the engine at its socket, or at DOCKER_HOST. */
const endpoint = ({ p }: Call): string => p.env.get('DOCKER_HOST') ?? SOCKET;

/** `docker context ls` */
export const ls: Command = {
  flags: { format: 'full', quiet: 'full' },
  *run(call) {
    const { p, flags } = call;
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.Name}}' }
      : readFormat(
          flags.string('format'),
          '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}',
        );
    yield* p.print(formatRows(CONTEXT_ROWS, format, [{ name: 'default', host: endpoint(call) }]));
    return 0;
  },
};

/** `docker context show` */
export const show: Command = {
  flags: {},
  *run({ p }) {
    yield* p.print('default\n');
    return 0;
  },
};

/** `docker context use` */
export const use: Command = {
  flags: {},
  *run({ p, args: [name = ''] }) {
    if (name !== 'default') throw new CliError(`context "${name}": context not found`);
    yield* p.print('default\n');
    yield* p.error('Current context is now "default"\n');
    return 0;
  },
};

/** `docker context inspect` */
export const inspect: Command = {
  flags: { format: 'full' },
  *run(call) {
    const { p, flags, args } = call;
    const inspector = new Inspector(flags.string('format'));
    const errors: string[] = [];
    for (const name of args.length === 0 ? ['default'] : args) {
      if (name !== 'default') {
        errors.push(`context "${name}": context not found`);
        continue;
      }
      inspector.add({
        Name: name,
        Metadata: {},
        Endpoints: { docker: { Host: endpoint(call), SkipTLSVerify: false } },
        TLSMaterial: {},
        Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
      });
    }
    yield* p.print(inspector.output);
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};
