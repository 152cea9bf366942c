import { Sha256 } from '../engine/sha256.ts';
import type { Process } from '../kernel/process.ts';
import type { CommandSpec } from '../spec/spec.ts';
import { CliError } from './failure.ts';
import type { Flags } from './parse/flags.ts';

/** Where the engine listens. */
export const SOCKET = 'unix:///var/run/docker.sock';

/** Commands that work without the engine. */
const OFFLINE = new Set(['context ls', 'context show', 'context inspect', 'logout']);

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
  if (context !== '' && host !== '')
    throw new CliError('conflicting options: cannot specify both --host and --context');
  const chosen =
    context !== ''
      ? context
      : host !== '' || p.env.has('DOCKER_HOST')
        ? 'default'
        : (p.env.get('DOCKER_CONTEXT') ?? 'default');
  if (chosen !== 'default' && chosen !== '') {
    const file = `${configFolder(p)}/contexts/meta/${new Sha256().update(chosen).hex()}/meta.json`;
    throw new CliError(
      `Failed to initialize: unable to resolve docker endpoint: context "${chosen}": context not found: open ${file}: no such file or directory`,
    );
  }
  if (OFFLINE.has(command.id)) return;
  const address = host !== '' ? host : (p.env.get('DOCKER_HOST') ?? '');
  if (address === '' || address === SOCKET || address === 'unix:///run/docker.sock' || context === 'default')
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
