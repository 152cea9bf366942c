import { DockerError } from '../../engine/api.ts';
import type { Call, Command } from '../call.ts';
import { CliError, daemonText, notSimulated } from '../failure.ts';
import { descriptionOf } from '../help.ts';
import { parseInteger, ValueError } from '../parse/numbers.ts';
import { readHostFile } from '../run/files.ts';

/**
 * Swarm mode: this engine is no manager, and no swarm can be made or joined here. So these commands answer what a real
 * engine outside a swarm answers; only what would change that (`swarm init`, `swarm join`) is not simulated.
 */
export const swarm: Command = {
  flags: 'parsed',
  *run(call) {
    const { p, engine, command, flags, args } = call;
    switch (command.id) {
      case 'swarm init':
        throw notSimulated(command.id);
      case 'swarm join':
        if (!TOKEN.test(flags.string('token')))
          throw new CliError('Error response from daemon: invalid join token');
        throw notSimulated(command.id);
      case 'swarm leave':
        throw new CliError('Error response from daemon: This node is not part of a swarm');
      case 'service scale':
        throw new CliError(args.map((arg) => scale(call, arg)).join('\n'));
      case 'service create':
        for (const network of flags.list('network'))
          engine.networkInspect(/(?:^|,)name=([^,]*)/.exec(network)?.[1] ?? network);
        throw new CliError(refusal());
      case 'stack deploy':
        if (!flags.changed('compose-file'))
          throw new CliError('specify a Compose file (with --compose-file)');
        for (const file of flags.list('compose-file')) if (file !== '-') readHostFile(p, file);
        yield* p.error(
          'Since --detach=false was not specified, tasks will be created in the background.\nIn a future release, --detach=false will become the default.\n',
        );
        throw new CliError(refusal().replace(/^Error response from daemon: T(.*)\.$/, 't$1'));
      default:
    }
    const [, verb] = command.id.split(' ');
    if (verb === 'inspect' && !flags.bool('pretty'))
      yield* p.print(flags.string('format') === '' ? '[]\n' : '\n');
    const each =
      verb === 'rm' && args.length > 0 && !command.id.startsWith('stack') ? args.map(refusal) : [refusal()];
    throw new CliError(each.join('\n'));
  },
};

const TOKEN = /^SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}$/;

const refusal = (): string => daemonText(new DockerError('not-swarm-manager'));

function scale({ command }: Call, written: string): string {
  const at = written.indexOf('=');
  const about = descriptionOf(command.path);
  if (at < 0)
    throw new CliError(
      `invalid scale specifier '${written}'.\nSee 'docker service scale --help'.\n\nUsage:  ${command.usage}\n${about === undefined ? '' : `\n${about}`}`,
    );
  const name = written.slice(0, at);
  try {
    parseInteger(written.slice(at + 1), 'ParseUint');
  } catch (error) {
    if (error instanceof ValueError)
      return `${name}: invalid replicas value ${written.slice(at + 1)}: ${error.message}`;
    throw error;
  }
  return `${name}: ${refusal()}`;
}
