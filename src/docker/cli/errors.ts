import type { CommandSpec } from '../spec/spec.ts';
import { CliError } from './failure.ts';

/** Groups whose usage line in an error ends in COMMAND (the others show only their name). */
const SHOWS_COMMAND = new Set(['volume', 'manifest']);

/** `docker run` as messages call it; buildx speaks of itself. */
export function commandPath(command: CommandSpec): string {
  if (command.usage.startsWith('docker buildx')) return `docker ${command.id}`;
  return command.path === '' ? 'docker' : `docker ${command.path}`;
}

function usageInError(command: CommandSpec): string {
  if (command.path === '') return 'docker [OPTIONS] COMMAND [ARG...]';
  if (command.children.length > 0 && !SHOWS_COMMAND.has(command.path)) return commandPath(command);
  return command.usage;
}

/** A command line that pflag refuses: its words, the usage and a hint; exit 125 on every command. */
export function usageError(command: CommandSpec, message: string): CliError {
  return new CliError(
    `${message}\n\nUsage:  ${usageInError(command)}\n\nRun '${commandPath(command)} --help' for more information`,
    125,
  );
}

/** A word where a command should be. */
export function unknownCommand(parent: CommandSpec, word: string): CliError {
  const usage = parent.path === '' ? '' : `Usage:  ${usageInError(parent)}\n\n`;
  return new CliError(
    `docker: unknown command: ${commandPath(parent)} ${word}\n\n${usage}Run '${commandPath(parent)} --help' for more information`,
  );
}

/** Checks how many arguments were given; the error of the wrong number, or undefined. */
export function argumentError(command: CommandSpec, count: number): CliError | undefined {
  const { min, max } = command.args;
  if (count >= min && count <= max) return undefined;
  const plural = (n: number): string => `${n} argument${n === 1 ? '' : 's'}`;
  let wanted: string;
  if (max === 0) wanted = 'accepts no arguments';
  else if (max === Number.POSITIVE_INFINITY) wanted = `requires at least ${plural(min)}`;
  else if (min === max) wanted = `requires ${plural(min)}`;
  else if (min === 0) wanted = `requires at most ${plural(max)}`;
  else wanted = `requires at least ${min} and at most ${plural(max)}`;
  const verb = wanted.startsWith('requires at least') && !wanted.includes('at most') ? 'See' : 'Run';
  const path = commandPath(command);
  const prefix = path.startsWith('docker buildx') ? 'ERROR: docker' : 'docker';
  return new CliError(
    `${prefix}: '${path}' ${wanted}\n\nUsage:  ${command.usage}\n\n${verb} '${path} --help' for more information`,
  );
}
