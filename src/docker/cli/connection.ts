import { Sha256 } from '../engine/sha256.ts';
import { text } from '../kernel/bytes.ts';
import type { Process } from '../kernel/process.ts';
import { type CommandSpec, root } from '../spec/spec.ts';
import { usageError } from './errors.ts';
import { CliError } from './failure.ts';
import type { Flags } from './parse/flags.ts';

/** Where the engine listens. */
export const SOCKET = 'unix:///var/run/docker.sock';

/** Commands that work without the engine. */
const OFFLINE = /^(?:context |logout$)/;

/** The context that commands use without being told: that of the environment, of the configuration, or `default`. */
export function currentContext(p: Process): string {
  return p.env.get('DOCKER_CONTEXT') || configText(p, 'currentContext') || 'default';
}

/** A text of `config.json`, or undefined. */
export function configText(p: Process, key: string): string | undefined {
  const file = `${configFolder(p)}/config.json`;
  if (!p.fs.exists(file)) return undefined;
  try {
    const value: unknown = (JSON.parse(text(p.fs.read(file))) as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Where the metadata of a context is kept. */
export const contextFolder = (p: Process, name: string): string =>
  `${configFolder(p)}/contexts/meta/${new Sha256().update(name).hex()}`;

/** A stored context, or the reason why there is none. */
export function readContext(p: Process, name: string): { host: string; description: string } | string {
  const file = `${contextFolder(p, name)}/meta.json`;
  if (!p.fs.exists(file))
    return `context "${name}": context not found: open ${file}: no such file or directory`;
  const { Metadata, Endpoints } = JSON.parse(text(p.fs.read(file))) as {
    Metadata: { Description?: string };
    Endpoints: { docker?: { Host?: string } };
  };
  return { host: Endpoints.docker?.Host || SOCKET, description: Metadata.Description ?? '' };
}

/** Where the CLI keeps its files: `$DOCKER_CONFIG`, else `~/.docker`. */
export function configFolder(p: Process): string {
  return p.env.get('DOCKER_CONFIG') ?? `${p.env.get('HOME') ?? '/root'}/.docker`;
}

/**
 * Finds the engine as the real CLI does: `-H`, `--context`, `DOCKER_HOST`, `DOCKER_CONTEXT`. There is one engine, at its
 * socket; anything else fails with the CLI's words. Throws CliError.
 */
export function connect(p: Process, globals: Flags, command: CommandSpec): void {
  const context = globals.string('context');
  const host = globals.string('host');
  if (globals.list('host').length > 1)
    throw usageError(
      root(),
      `invalid argument ${JSON.stringify(globals.list('host').at(-1))} for "-H, --host" flag: specify only one -H`,
    );
  if (context !== '' && host !== '')
    throw new CliError('conflicting options: cannot specify both --host and --context');
  const chosen =
    context !== '' ? context : host !== '' || p.env.has('DOCKER_HOST') ? 'default' : currentContext(p);
  if (OFFLINE.test(command.id)) return;
  const named = chosen === 'default' || chosen === '' ? undefined : readContext(p, chosen);
  if (typeof named === 'string')
    throw new CliError(`Failed to initialize: unable to resolve docker endpoint: ${named}`);
  const address = named?.host ?? (host !== '' ? host : (p.env.get('DOCKER_HOST') ?? ''));
  if (
    address === '' ||
    address === SOCKET ||
    address === 'unix:///run/docker.sock' ||
    (named === undefined && context === 'default')
  )
    return;
  throw new CliError(refusal(address));
}

function refusal(address: string): string {
  const [, scheme, rest] = /^(?:([a-z]+):\/\/)?(.*)$/.exec(address) ?? [];
  if (scheme === 'unix')
    return `failed to connect to the docker API at ${address}; check if the path is correct and if the daemon is running: dial unix ${rest}: connect: no such file or directory`;
  const target =
    scheme === undefined ? `tcp://${rest}${rest?.includes(':') === true ? '' : ':2375'}` : address;
  return `Cannot connect to the Docker daemon at ${target}. Is the docker daemon running?`;
}
