import { cutShort } from '../../../compose/engine/cancel.ts';
import { dryEngine } from '../../../compose/engine/dry-run.ts';
import { ComposeError } from '../../../compose/error.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { type CommandSpec, findCommand } from '../../../spec/spec.ts';
import type { Call, Command } from '../../call.ts';
import { argumentError, commandPath } from '../../errors.ts';
import { CliError, notSimulated } from '../../failure.ts';
import { showHelp } from '../../help.ts';
import { FlagError, type Parsed, parseFlags } from '../../parse/flags.ts';
import { type ComposeCall, type ComposeCommand, checkProgress, projectOrName } from './context.ts';
import { TABLE } from './table.ts';

/** `docker compose …`: a plugin with a command line of its own; `args` is all that follows the word. */
export const compose: Command = {
  flags: 'full',
  run: (call) => main(call),
  lonely: main,
};

/** What works without the engine. */
const OFFLINE = new Set(['config', 'version']);

/** What can be done without doing it: the rest would have to make up what a container answers. */
const DRY = new Set(
  'config create down images kill ls pause port ps restart rm scale start stop top unpause up version volumes'.split(
    ' ',
  ),
);

function* main({ p, engine, command, globals, args: words }: Call, away?: string): Sys<number> {
  try {
    // The client takes the plugin's flag of its version away, so that nothing is left.
    const rest = /^(?:--version|-v)$/.test(words[0] ?? '') ? words.slice(1) : words;
    const { flags: group, args, help } = read(command, rest, false);
    if (help !== 'no') return yield* showHelp(p, engine, 1, command);
    const [word] = args;
    if (word === undefined) return yield* showHelp(p, engine, 1, command);
    const { command: called, used } = findCommand(['compose', ...args]);
    if (used < 2) {
      yield* showHelp(p, engine, 1, command);
      throw new CliError(`unknown docker command: "compose ${word}"`);
    }
    const entry = TABLE[called.path.replace(/^compose /, '')];
    const parsed = read(called, args.slice(used - 1), entry?.interspersed ?? true);
    if (parsed.help !== 'no') return yield* showHelp(p, engine, 1, called);
    if (entry === undefined) throw notSimulated(called.path);
    checkProgress(group.string('progress'));
    checkCount(called, parsed.args, entry);
    for (const name of parsed.flags.names)
      if (!(name in entry.flags) && name !== 'dry-run') throw notSimulated(`${called.path} --${name}`);
    const { flags } = parsed;
    const dry = group.bool('dry-run') || flags.bool('dry-run');
    if (dry && !DRY.has(word)) throw notSimulated(`compose --dry-run ${word}`);
    const call: ComposeCall = {
      p,
      engine: dry ? dryEngine(p, engine) : engine,
      command: called,
      flags,
      args: parsed.args,
      group,
      dry,
      globals,
    };
    if (away !== undefined && !OFFLINE.has(word)) {
      if (word !== 'ls') yield* projectOrName(call);
      throw new CliError(away);
    }
    endOnSignals(p);
    return yield* entry.run(call);
  } catch (error) {
    if (error instanceof ComposeError) throw new CliError(error.message, error.code);
    throw error;
  }
}

/** The first Ctrl-C (or TERM) ends the command, with an empty line for a message; `up` in the foreground has a way of its own. */
function endOnSignals(p: Process): void {
  const end = (): void => {
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        yield* cutShort(p);
        yield* p.error('\n');
        p.exit(130);
      })(),
    );
  };
  p.onSignal('INT', end);
  p.onSignal('TERM', end);
}

function read(command: CommandSpec, words: readonly string[], interspersed: boolean): Parsed {
  try {
    return parseFlags(command, words, interspersed);
  } catch (error) {
    if (error instanceof FlagError) throw new CliError(error.message);
    throw error;
  }
}

/** Refuses a wrong number of arguments, in cobra's words or in those of the docker CLI. */
function checkCount(command: CommandSpec, args: readonly string[], entry: ComposeCommand): void {
  const [min, max] = entry.args ?? [0, Number.POSITIVE_INFINITY];
  const count = args.length;
  if (count >= min && count <= max) return;
  const docker = entry.docker ? argumentError({ ...command, args: { min, max } }, count) : undefined;
  if (docker !== undefined) throw docker;
  if (max === 0)
    throw new CliError(
      `unknown command ${JSON.stringify(args[0])} for ${JSON.stringify(commandPath(command))}`,
    );
  if (min === max) throw new CliError(`accepts ${min} arg(s), received ${count}`);
  if (max === Number.POSITIVE_INFINITY)
    throw new CliError(`requires at least ${min} arg(s), only received ${count}`);
  if (min === 0) throw new CliError(`accepts at most ${max} arg(s), received ${count}`);
  throw new CliError(`accepts between ${min} and ${max} arg(s), received ${count}`);
}
