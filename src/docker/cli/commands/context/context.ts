import { text } from '../../../kernel/bytes.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Call, Command } from '../../call.ts';
import { configFolder, contextFolder, currentContext, readContext, SOCKET } from '../../connection.ts';
import { CliError } from '../../failure.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { Inspector } from '../../inspect/print.ts';

interface Row {
  readonly name: string;
  readonly host: string;
  readonly description: string;
  readonly current: boolean;
}

/** docker/cli's formatter.clientContextContext; the name of the one in use carries a star in tables. */
const CONTEXT_ROWS: RowKind<Row> = {
  goType: '*formatter.clientContextContext',
  headers: { Name: 'NAME', Description: 'DESCRIPTION', DockerEndpoint: 'DOCKER ENDPOINT', Error: 'ERROR' },
  columns: {
    Current: ({ current }) => current,
    Description: ({ description }) => description,
    DockerEndpoint: ({ host }) => host,
    Error: () => '',
    Name: ({ name }) => name,
  },
};

/** The context that is always there: the engine at its socket, or at DOCKER_HOST. */
const endpoint = (p: Process): string => p.env.get('DOCKER_HOST') ?? SOCKET;

const isNamed = (name: string): boolean => /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name);

/** Names of the contexts that were made, sorted. */
function made(p: Process): string[] {
  const folder = `${configFolder(p)}/contexts/meta`;
  if (!p.fs.exists(folder)) return [];
  return p.fs
    .list(folder)
    .filter((id) => p.fs.exists(`${folder}/${id}/meta.json`))
    .map((id) => (JSON.parse(text(p.fs.read(`${folder}/${id}/meta.json`))) as { Name: string }).Name)
    .sort();
}

/** A context that must be there. CliError with the CLI's words. */
function stored(p: Process, name: string): { host: string; description: string } {
  const found = readContext(p, name);
  if (typeof found === 'string') throw new CliError(found);
  return found;
}

function write(p: Process, name: string, context: { host: string; description: string }): void {
  const folder = contextFolder(p, name);
  p.fs.mkdir(folder, '/', { parents: true });
  const { host, description } = context;
  const meta = {
    Name: name,
    Metadata: description === '' ? {} : { Description: description },
    Endpoints: { docker: { ...(host === '' ? {} : { Host: host }), SkipTLSVerify: false } },
  };
  p.fs.write(`${folder}/meta.json`, JSON.stringify(meta));
}

/** Makes a context the one that is used; `default` is what is used without. */
function setCurrent(p: Process, name: string): void {
  const file = `${configFolder(p)}/config.json`;
  const config = p.fs.exists(file) ? (JSON.parse(text(p.fs.read(file))) as Record<string, unknown>) : {};
  const { currentContext: _, ...rest } = config;
  p.fs.mkdir(configFolder(p), '/', { parents: true });
  const next = name === 'default' ? rest : { ...rest, currentContext: name };
  p.fs.write(file, JSON.stringify(next, undefined, '\t'));
}

/** `--docker host=…`: the endpoint; other keys (TLS) are not simulated. */
function readEndpoint(p: Process, call: Call, before: string): string {
  const { flags } = call;
  const from = flags.string('from');
  if (from !== '') return from === 'default' ? endpoint(p) : stored(p, from).host;
  if (!flags.changed('docker')) return before;
  let host = '';
  for (const field of flags.list('docker').flatMap((item) => item.split(','))) {
    const at = field.indexOf('=');
    const key = at < 0 ? field : field.slice(0, at);
    if (key === 'host') host = field.slice(at + 1);
    else if (['ca', 'cert', 'key', 'skip-tls-verify'].includes(key))
      throw new CliError(`muelle: docker context --docker ${key} is not simulated here`);
    else throw new CliError(`unrecognized config key: ${key}`);
  }
  return host;
}

/** `docker context ls` */
export const ls: Command = {
  flags: { format: 'full', quiet: 'full' },
  *run({ p, flags }) {
    const current = currentContext(p);
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.Name}}' }
      : readFormat(
          flags.string('format'),
          '{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}',
        );
    const rows: Row[] = [
      {
        name: 'default',
        host: endpoint(p),
        description: 'Current DOCKER_HOST based configuration',
        current: current === 'default',
      },
      ...made(p).map((name) => ({ name, ...stored(p, name), current: current === name })),
    ];
    yield* p.print(formatRows(CONTEXT_ROWS, format, rows));
    return 0;
  },
};

/** `docker context show` */
export const show: Command = {
  flags: {},
  *run({ p }) {
    yield* p.print(`${currentContext(p)}\n`);
    return 0;
  },
};

/** `docker context use` */
export const use: Command = {
  flags: {},
  *run({ p, args: [name = ''] }) {
    if (name !== 'default') stored(p, name);
    setCurrent(p, name);
    yield* p.print(`${name}\n`);
    yield* p.error(`Current context is now "${name}"\n`);
    return 0;
  },
};

/** `docker context create` */
export const create: Command = {
  flags: { description: 'full', docker: 'partial', from: 'full' },
  *run(call) {
    const {
      p,
      flags,
      args: [name = ''],
    } = call;
    if (name === 'default') throw new CliError('"default" is a reserved context name');
    if (!isNamed(name))
      throw new CliError(
        `context name "${name}" is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"`,
      );
    if (typeof readContext(p, name) !== 'string') throw new CliError(`context "${name}" already exists`);
    write(p, name, { host: readEndpoint(p, call, endpoint(p)), description: flags.string('description') });
    yield* p.print(`${name}\n`);
    yield* p.error(`Successfully created context "${name}"\n`);
    return 0;
  },
};

/** `docker context update` */
export const update: Command = {
  flags: { description: 'full', docker: 'partial' },
  *run(call) {
    const {
      p,
      flags,
      args: [name = ''],
    } = call;
    const { host, description } = stored(p, name);
    write(p, name, {
      host: readEndpoint(p, call, host),
      description: flags.changed('description') ? flags.string('description') : description,
    });
    yield* p.print(`${name}\n`);
    yield* p.error(`Successfully updated context "${name}"\n`);
    return 0;
  },
};

/** `docker context rm` */
export const remove: Command = {
  flags: { force: 'full' },
  *run({ p, flags, args }) {
    const errors: string[] = [];
    for (const name of args) {
      const problem = refusal(p, name, flags.bool('force'));
      if (problem !== undefined) {
        errors.push(problem);
        continue;
      }
      if (currentContext(p) === name) setCurrent(p, 'default');
      const folder = contextFolder(p, name);
      if (p.fs.exists(folder)) p.fs.removeAll(folder);
      yield* p.print(`${name}\n`);
    }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};

function refusal(p: Process, name: string, force: boolean): string | undefined {
  if (name === 'default') return 'context "default" cannot be removed';
  const found = readContext(p, name);
  if (typeof found === 'string') return force ? undefined : found;
  return currentContext(p) === name && !force
    ? `context "${name}" is in use, set -f flag to force remove`
    : undefined;
}

/** `docker context inspect` */
export const inspect: Command = {
  flags: { format: 'full' },
  *run({ p, flags, args }) {
    const inspector = new Inspector(flags.string('format'));
    const errors: string[] = [];
    for (const name of args.length === 0 ? [currentContext(p)] : args) {
      const found = name === 'default' ? { host: endpoint(p), description: '' } : readContext(p, name);
      if (typeof found === 'string') {
        errors.push(found);
        continue;
      }
      const folder = contextFolder(p, name);
      const memory = name === 'default';
      inspector.add({
        Name: name,
        Metadata: found.description === '' ? {} : { Description: found.description },
        Endpoints: { docker: { Host: found.host, SkipTLSVerify: false } },
        TLSMaterial: {},
        Storage: {
          MetadataPath: memory ? '<IN MEMORY>' : folder,
          TLSPath: memory ? '<IN MEMORY>' : folder.replace('/meta/', '/tls/'),
        },
      });
    }
    yield* p.print(inspector.output);
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};
