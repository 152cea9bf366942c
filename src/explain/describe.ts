import { commandAt } from '../docker/spec/spec.ts';
import type { ExplainData } from './data.ts';

/** The descriptions that `--help` shows: of a command by its path (`ps`), or of one of its flags. */
export function describeFrom({ commands }: ExplainData): (path: string, flag?: string) => string | undefined {
  return (path, flag) => {
    const id = commandAt(path)?.id ?? path;
    const command = Object.hasOwn(commands, id) ? commands[id] : undefined;
    if (flag === undefined) return command?.summary;
    const text =
      command !== undefined && Object.hasOwn(command.flags, flag) ? command.flags[flag] : undefined;
    return typeof text === 'string' ? text : text?.text;
  };
}
