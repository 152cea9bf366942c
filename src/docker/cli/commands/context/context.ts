import type { Process } from '../../../kernel/process.ts';
import type { Call, Command } from '../../call.ts';
import { configFolder, contextName } from '../../connection.ts';
import { contextFolder, metadataText, readContext, type StoredContext } from '../../contexts.ts';
import { readConfig, writeConfig } from '../../credentials.ts';
import { parseHost } from '../../endpoint.ts';
import { CliError } from '../../failure.ts';
import type { Flags } from '../../parse/flags.ts';
import { type EndpointConfig, readEndpoint, storeCertificates, storedCertificates } from './endpoint.ts';

const PATTERN = '^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$';
const OWN_DESCRIPTION = 'Current DOCKER_HOST based configuration';

/** Refuses what cannot be the name of a stored context. Throws CliError. */
export function checkName(name: string): void {
  if (name === '') throw new CliError('context name cannot be empty');
  if (name === 'default') throw new CliError('"default" is a reserved context name');
  if (!new RegExp(PATTERN).test(name))
    throw new CliError(
      `context name ${JSON.stringify(name)} is invalid, names are validated against regexp "${PATTERN}"`,
    );
}

/** Refuses a name that cannot be given to a new context. Throws CliError. */
export function checkFree(p: Process, name: string): void {
  checkName(name);
  if (typeof readContext(p, name) !== 'string')
    throw new CliError(`context ${JSON.stringify(name)} already exists`);
}

/** The context that is always there: the engine at its socket, or where the command line and DOCKER_HOST say. */
export function defaultContext(p: Process, globals: Flags): StoredContext {
  const written = globals.list('host').at(-1) ?? p.env.get('DOCKER_HOST') ?? '';
  return { host: parseHost(written, false), description: '', skipTlsVerify: false };
}

/** A context that must be there. CliError with the CLI's words. */
export function find(p: Process, globals: Flags, name: string): StoredContext {
  if (name === 'default') return defaultContext(p, globals);
  const found = readContext(p, name);
  if (typeof found === 'string') throw new CliError(found);
  return found;
}

/** Keeps a context and its certificates. */
export function store(
  p: Process,
  name: string,
  context: StoredContext,
  files: EndpointConfig['files'] | undefined,
): void {
  const folder = contextFolder(p, name);
  p.fs.mkdir(folder, p.cwd, { parents: true });
  p.fs.write(`${folder}/meta.json`, metadataText(name, context), p.cwd);
  if (files !== undefined) storeCertificates(p, name, files);
}

/** Makes a context the one that is used; `default` is what is used without. The file is left alone where nothing changes. */
function setCurrent(p: Process, name: string): void {
  const { currentContext, ...config } = readConfig(p);
  const wanted = name === 'default' ? undefined : name;
  if ((currentContext ?? '') === (wanted ?? '')) return;
  writeConfig(p, { auths: {}, ...config, ...(wanted === undefined ? {} : { currentContext: wanted }) });
}

/** `docker context show` */
export const show: Command = {
  flags: {},
  *run({ p, globals }) {
    yield* p.print(`${contextName(p, globals)}\n`);
    return 0;
  },
};

/** `docker context use` */
export const use: Command = {
  flags: {},
  *run({ p, globals, args: [name = ''] }) {
    if (name !== 'default') checkName(name);
    find(p, globals, name);
    setCurrent(p, name);
    yield* p.print(`${name}\n`);
    yield* p.error(`Current context is now ${JSON.stringify(name)}\n`);
    if (name !== 'default' && (p.env.get('DOCKER_HOST') ?? '') !== '')
      yield* p.error(
        `Warning: DOCKER_HOST environment variable overrides the active context. To use ${JSON.stringify(name)}, either set the global --context flag, or unset DOCKER_HOST environment variable.\n`,
      );
    return 0;
  },
};

/** What a new context is to be: copied, or as `--docker` says. */
function* described(
  call: Call,
): Generator<never, { context: StoredContext; files: EndpointConfig['files'] }> {
  const { p, flags, globals } = call;
  const endpoint = readEndpoint(call);
  const description = flags.string('description');
  const from = flags.string('from');
  if (endpoint !== undefined && from === '')
    return { context: { ...endpoint, description }, files: endpoint.files };
  if (endpoint !== undefined) throw new CliError('cannot use --docker flag when --from is set');
  const name = from || contextName(p, globals);
  const source = find(p, globals, name);
  const before = name === 'default' ? OWN_DESCRIPTION : source.description;
  return {
    context: { ...source, description: description || before },
    files: name === 'default' ? {} : storedCertificates(p, name),
  };
}

/** `docker context create` */
export const create: Command = {
  flags: { description: 'full', docker: 'full', from: 'full' },
  *run(call) {
    const {
      p,
      args: [name = ''],
    } = call;
    checkFree(p, name);
    const { context, files } = yield* described(call);
    store(p, name, context, files);
    yield* p.print(`${name}\n`);
    yield* p.error(`Successfully created context ${JSON.stringify(name)}\n`);
    return 0;
  },
};

/** `docker context update` */
export const update: Command = {
  flags: { description: 'full', docker: 'full' },
  *run(call) {
    const {
      p,
      globals,
      flags,
      args: [name = ''],
    } = call;
    checkName(name);
    const before = find(p, globals, name);
    const endpoint = readEndpoint(call);
    const description = flags.string('description') || before.description;
    store(p, name, { ...(endpoint ?? before), description }, endpoint?.files);
    yield* p.print(`${name}\n`);
    yield* p.error(`Successfully updated context ${JSON.stringify(name)}\n`);
    return 0;
  },
};

/** `docker context rm` */
export const remove: Command = {
  flags: { force: 'full' },
  *run({ p, globals, flags, args }) {
    const errors: string[] = [];
    for (const name of args) {
      const problem = refusal(p, globals, name, flags.bool('force'));
      if (problem !== undefined) {
        errors.push(problem);
        continue;
      }
      if (contextName(p, globals) === name) setCurrent(p, 'default');
      for (const kind of ['meta', 'tls']) {
        const folder = contextFolder(p, name).replace(
          `${configFolder(p)}/contexts/meta/`,
          `${configFolder(p)}/contexts/${kind}/`,
        );
        if (p.fs.exists(folder, p.cwd)) p.fs.removeAll(folder, p.cwd);
      }
      yield* p.print(`${name}\n`);
    }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};

function refusal(p: Process, globals: Flags, name: string, force: boolean): string | undefined {
  if (name === 'default') return 'context "default" cannot be removed';
  if (!force && typeof readContext(p, name) === 'string')
    return `context ${JSON.stringify(name)} does not exist`;
  return contextName(p, globals) === name && !force
    ? `context ${JSON.stringify(name)} is in use, set -f flag to force remove`
    : undefined;
}
