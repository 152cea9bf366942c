import type { EngineApi } from '../engine/api.ts';
import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';
import type { CommandSpec } from '../spec/spec.ts';
import type { Flags } from './parse/flags.ts';

/** A docker command line that has been read and checked, with all that its handler needs. */
export interface Call {
  readonly p: Process;
  readonly engine: EngineApi;
  /** As it was called: `ps`, not `container ls`. */
  readonly command: CommandSpec;
  /** Those of `docker` itself: `--context`, `--host`. */
  readonly globals: Flags;
  readonly flags: Flags;
  readonly args: readonly string[];
  /** `docker --debug …` */
  readonly debug?: boolean;
}

/** Does what a command does; returns its exit code. Failures are thrown (`DockerError`, `CliError`). */
export type Handler = (call: Call) => Sys<number>;

/**
 * What a flag is worth here: `full` does all it does in the real CLI; `partial` its main part; `parsed` is checked and
 * recorded (`docker inspect` shows it), but has no further effect, and none that would matter in a simulation. A flag that
 * is not listed is refused by name when it is used.
 */
export type Support = 'full' | 'partial' | 'parsed';

/** A command and what of it is simulated. */
export interface Command {
  readonly run: Handler;
  /** Support of each flag, or one for all of them. */
  readonly flags: Readonly<Record<string, Support>> | Support;
  /** False: the first argument ends the flags, as in `docker run`. */
  readonly interspersed?: boolean;
  /** What it still does when the engine cannot be reached, and why it cannot; the others only say why. */
  readonly lonely?: (call: Call, reason: string) => Sys<number>;
}

/** A command, or how to load one that is seldom used. */
export type Entry = Command | { readonly load: () => Promise<Command> };
