import { DockerError, type EngineApi } from '../engine/api.ts';
import { Errno } from '../kernel/errno.ts';
import type { Process, Program } from '../kernel/process.ts';
import { NullFile } from '../kernel/stream.ts';
import type { Sys } from '../kernel/wait.ts';
import { type CommandSpec, findCommand, root } from '../spec/spec.ts';
import { LEGACY_BUILD, LEGACY_ENTRY, legacyNotice } from './builder.ts';
import type { Call, Command } from './call.ts';
import { applyDefaults, connect, initialise, warnOfConfig } from './connection.ts';
import { argumentError, unknownCommand, usageError } from './errors.ts';
import { CliError, daemonText, notSimulated } from './failure.ts';
import { FormatError } from './format/error.ts';
import { FlagError, type Flags, type Parsed, parseFlags } from './parse/flags.ts';
import { hiddenFlags } from './parse/hidden.ts';
import { hasPlugin } from './plugins.ts';
import { COMMANDS, entryOf } from './registry.ts';
import { CLI_VERSION } from './version.ts';

/** The program behind `/usr/bin/docker`: reads its command line, asks the engine, prints. */
export function dockerProgram(engine: EngineApi): Program {
  return function* docker(p: Process): Sys<number> {
    // Go's runtime puts /dev/null where a standard descriptor is closed (runtime/fds_unix.go).
    for (const fd of [0, 1, 2]) if (!p.files.has(fd)) p.files.set(fd, new NullFile());
    // What starting the real CLI takes (recordings: 8 to 12 ms for a command that only asks something).
    yield* p.sleep(p.kernel.random.between(6, 9));
    try {
      return yield* main(p, engine);
    } catch (error) {
      if (error instanceof DockerError) {
        yield* p.error(`${daemonText(error)}\n`);
        return 1;
      }
      if (error instanceof FormatError) {
        yield* p.error(`${error.message}\n`);
        return 1;
      }
      if (error instanceof Errno && error.code !== 'EPIPE') {
        // All that the CLI does with files it words itself; what is left is its output.
        yield* p.error(`write /dev/stdout: ${error.message.toLowerCase()}\n`);
        return 1;
      }
      if (!(error instanceof CliError)) throw error;
      if (error.message !== '') yield* p.error(`${error.message}\n`);
      return error.code;
    }
  };
}

function* main(p: Process, engine: EngineApi): Sys<number> {
  const top = root();
  const globals = readGlobals(top, p.argv.slice(1));
  yield* notes(p, 2, globals);
  const { flags, args: words } = globals;
  checkLogLevel(flags.string('log-level'));
  yield* initialise(p, flags);
  if (flags.bool('version') || words[0] === '--version') {
    yield* p.print(`Docker version ${CLI_VERSION.Version}, build ${CLI_VERSION.GitCommit}\n`);
    return 0;
  }
  if (globals.help !== 'no' && words.length === 0) return yield* showHelp(p, engine, 1, top);
  if (words.length === 0) return yield* showHelp(p, engine, 2, top);
  if (words[0] === 'help') return yield* helpCommand(p, engine, words.slice(1));

  const { command: called, used } = findCommand(words);
  const rest = words.slice(used);
  if ((words[0] === 'buildx' || words[0] === 'compose') && !hasPlugin(p, words[0]))
    return yield* unknown(p, engine, top, words);
  if (words[0] === 'compose') return yield* runCompose(p, engine, flags, words.slice(1));
  const notice = called.id === 'buildx build' && words[0] !== 'buildx' ? legacyNotice(p) : undefined;
  if (notice !== undefined) yield* p.error(notice);
  const command = notice === undefined ? called : LEGACY_BUILD;
  if (command.path === '') return yield* unknown(p, engine, top, words);
  if (command.children.length > 0) return yield* group(p, engine, command, rest);
  const entry = notice !== undefined ? LEGACY_ENTRY : entryOf(command.id);
  const handler: Command | undefined =
    entry === undefined || 'run' in entry ? entry : yield* p.kernel.external(entry.load());
  const interspersed = handler?.interspersed ?? !STOPS_AT_ARGUMENT.has(command.id);
  const parsed = read(command, rest, interspersed);
  yield* notes(p, 1, parsed);
  if (parsed.help !== 'no') return yield* showHelp(p, engine, 1, command);
  const wrong = argumentError(command, parsed.args.length);
  if (wrong !== undefined) throw wrong;
  if (handler === undefined) throw notSimulated(command.path);
  const away = yield* connect(p, engine, flags, command);
  if (away !== undefined && handler.lonely === undefined)
    throw new CliError(command.usage.startsWith('docker buildx') ? `ERROR: ${away}` : away);
  yield* applyDefaults(p, command, parsed.flags);
  refuseUnsupported(command, handler, parsed);
  const debug = flags.bool('debug') || parsed.flags.changed('debug');
  const call: Call = { p, engine, command, globals: flags, flags: parsed.flags, args: parsed.args, debug };
  return yield* away !== undefined && handler.lonely !== undefined
    ? handler.lonely(call, away)
    : handler.run(call);
}

/** Compose is a plugin that reads its own command line. */
function* runCompose(p: Process, engine: EngineApi, globals: Flags, args: readonly string[]): Sys<number> {
  const { command } = findCommand(['compose']);
  yield* warnOfConfig(p);
  const away = yield* connect(p, engine, globals, command);
  const entry = COMMANDS['compose'];
  if (entry === undefined) throw notSimulated('compose');
  const handler = 'run' in entry ? entry : yield* p.kernel.external(entry.load());
  const call: Call = { p, engine, command, globals, flags: globals, args };
  return yield* away !== undefined && handler.lonely !== undefined
    ? handler.lonely(call, away)
    : handler.run(call);
}

/** Commands whose first argument ends their flags, also where they are not simulated. */
const STOPS_AT_ARGUMENT = new Set([
  'container run',
  'container create',
  'container exec',
  'container top',
  'container commit',
  'image tag',
  'service create',
  'plugin set',
  'compose run',
  'compose exec',
]);

function read(command: CommandSpec, words: readonly string[], interspersed: boolean): Parsed {
  try {
    return parseFlags(command, words, interspersed);
  } catch (error) {
    if (error instanceof FlagError) throw usageError(command, error.message);
    throw error;
  }
}

/** The flags before a command; one that asks for help does not keep the command from being run. */
function readGlobals(top: CommandSpec, words: readonly string[]): Parsed {
  const parsed = read(top, words, false);
  if (parsed.help === 'no') return parsed;
  const at = words.findIndex((word) => word === '--help' || word === '-h');
  return at < 0 ? parsed : { ...read(top, words.toSpliced(at, 1), false), help: parsed.help };
}

/** What cobra says of older spellings: on standard output, but for those of `docker` itself. */
function* notes(p: Process, fd: 1 | 2, parsed: Parsed): Sys<void> {
  for (const note of parsed.notes) yield* p.write(fd, `${note}\n`);
  if (parsed.help === 'shorthand') yield* p.write(fd, 'Flag shorthand -h has been deprecated, use --help\n');
}

function* showHelp(p: Process, engine: EngineApi, fd: 1 | 2, command: CommandSpec): Sys<number> {
  const help = yield* p.kernel.external(import('./help.ts'));
  return yield* help.showHelp(p, engine, fd, command);
}

function* helpCommand(p: Process, engine: EngineApi, words: readonly string[]): Sys<number> {
  const { command, used } = findCommand(words);
  if (used < words.length) throw new CliError(`unknown help topic: ${words.join(' ')}`);
  return yield* showHelp(p, engine, 1, command);
}

function* unknown(p: Process, engine: EngineApi, top: CommandSpec, words: readonly string[]): Sys<number> {
  const [name = ''] = words;
  if (name === 'checkpoint' && words.includes('--help')) {
    yield* p.print(
      'docker checkpoint is only supported on a Docker daemon with experimental features enabled\n',
    );
    return 0;
  }
  if (words.includes('--help') || words.includes('-h')) return yield* showHelp(p, engine, 1, top);
  if (name === 'checkpoint' && words.length > 1)
    throw new CliError(
      `docker ${words.slice(0, 2).join(' ')} is only supported on a Docker daemon with experimental features enabled`,
    );
  throw unknownCommand(top, name);
}

/** A group such as `docker volume`: without a sub-command it shows its help on standard error. */
function* group(p: Process, engine: EngineApi, command: CommandSpec, rest: readonly string[]): Sys<number> {
  const parsed = read(command, rest, true);
  yield* notes(p, 1, parsed);
  if (parsed.help !== 'no') return yield* showHelp(p, engine, 1, command);
  const [word] = parsed.args;
  if (word === undefined) return yield* showHelp(p, engine, 2, command);
  if (command.usage.startsWith('docker buildx')) {
    yield* showHelp(p, engine, 1, command);
    throw new CliError(`ERROR: unknown command: ${JSON.stringify(word)}`);
  }
  throw unknownCommand(command, word);
}

const LEVELS = new Set(['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace']);

function checkLogLevel(level: string): void {
  if (!LEVELS.has(level.toLowerCase())) throw new CliError(`Unable to parse logging level: ${level}`);
}

function refuseUnsupported(command: CommandSpec, handler: Command, parsed: Parsed): void {
  const { flags } = handler;
  if (typeof flags === 'string') return;
  const hidden = new Set(hiddenFlags(command.id).map(({ name }) => name));
  for (const name of parsed.flags.names)
    if (!(name in flags || hidden.has(name))) throw notSimulated(`${command.path} --${name}`);
}
