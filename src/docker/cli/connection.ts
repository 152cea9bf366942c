import type { EngineApi } from '../engine/api.ts';
import { text } from '../kernel/bytes.ts';
import { Errno } from '../kernel/errno.ts';
import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';
import type { CommandSpec } from '../spec/spec.ts';
import type { Flags } from './parse/flags.ts';

/** Where the engine listens. */
export const SOCKET = 'unix:///var/run/docker.sock';

/** Commands that work without the engine. */
const OFFLINE = /^(?:context |logout$)/;

/** Commands that mean the platform of `DOCKER_DEFAULT_PLATFORM`. */
const PLATFORM = /^(?:container (?:run|create)|image pull|buildx build|build)$/;

/** The context that commands use without being told: that of the environment, of the configuration, or `default`. */
export function currentContext(p: Process): string {
  if (p.env.get('DOCKER_HOST')) return 'default';
  return p.env.get('DOCKER_CONTEXT') || configText(p, 'currentContext') || 'default';
}

/** A text of `config.json`, or undefined. */
export function configText(p: Process, key: string): string | undefined {
  const file = `${configFolder(p)}/config.json`;
  if (!p.fs.exists(file, p.cwd)) return undefined;
  try {
    const value: unknown = (JSON.parse(text(p.fs.read(file, p.cwd))) as Record<string, unknown> | null)?.[
      key
    ];
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Errno) return undefined;
    throw error;
  }
}

/** Where the CLI keeps its files: `$DOCKER_CONFIG`, else `~/.docker`. */
export function configFolder(p: Process): string {
  return p.env.get('DOCKER_CONFIG') || `${p.env.get('HOME') ?? '/root'}/.docker`;
}

/** The context that a command line means: `--context`, else that of the environment or the configuration, unless a host is named. */
export function contextName(p: Process, globals: Flags): string {
  if (globals.string('context') !== '') return globals.string('context');
  return globals.list('host').length > 0 ? 'default' : currentContext(p);
}

/** Flags and variables that say where the engine is, or how to talk to it. */
const FLAGS = ['context', 'host', 'tls', 'tlsverify', 'tlscacert', 'tlscert', 'tlskey'];
const VARIABLES = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_TLS',
  'DOCKER_TLS_VERIFY',
  'DOCKER_API_VERSION',
  'DOCKER_CUSTOM_HEADERS',
];

const isUsual = (p: Process, globals: Flags): boolean =>
  !FLAGS.some((name) => globals.changed(name)) &&
  !VARIABLES.some((name) => p.env.has(name)) &&
  !p.fs.exists(`${configFolder(p)}/config.json`, p.cwd);

/** What the real CLI does before any command: reads its configuration and checks its global flags. Throws CliError. */
export function* initialise(p: Process, globals: Flags): Sys<void> {
  if (globals.changed('config')) p.env.set('DOCKER_CONFIG', globals.string('config'));
  if (isUsual(p, globals)) return;
  const { checkGlobals } = yield* p.kernel.external(import('./endpoint.ts'));
  checkGlobals(globals);
  yield* warnOfConfig(p);
}

/** Gives a command what the environment and the configuration say and its line does not. */
export function* applyDefaults(p: Process, command: CommandSpec, flags: Flags): Sys<void> {
  const platform = p.env.get('DOCKER_DEFAULT_PLATFORM') ?? '';
  if (platform !== '' && PLATFORM.test(command.id) && !flags.changed('platform'))
    flags.set('platform', platform);
  if (!p.fs.exists(`${configFolder(p)}/config.json`, p.cwd)) return;
  const { applyConfig } = yield* p.kernel.external(import('./config-file.ts'));
  applyConfig(p, command, flags);
}

/** Tells of a `config.json` that cannot be read; each program that reads it does. */
export function* warnOfConfig(p: Process): Sys<void> {
  if (!p.fs.exists(`${configFolder(p)}/config.json`, p.cwd)) return;
  const { configWarning } = yield* p.kernel.external(import('./config-file.ts'));
  const warning = configWarning(p);
  if (warning !== undefined) yield* p.error(`${warning}\n`);
}

/**
 * Finds the engine as the real CLI does: `-H`, `--context`, `DOCKER_HOST`, `DOCKER_CONTEXT`. There is one engine, at its
 * socket; why anything else does not answer is returned. Throws CliError where the client gives up before it tries.
 */
export function* connect(
  p: Process,
  engine: EngineApi,
  globals: Flags,
  command: CommandSpec,
): Sys<string | undefined> {
  if (OFFLINE.test(command.id) || isUsual(p, globals)) return undefined;
  const { unreachable } = yield* p.kernel.external(import('./endpoint.ts'));
  return yield* unreachable(p, engine, globals, command);
}
