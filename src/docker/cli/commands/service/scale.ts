import type { ServiceSpec } from '../../../engine/api.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { descriptionsFor } from '../../descriptions.ts';
import { CliError, failureText } from '../../failure.ts';
import { parseInteger, ValueError } from '../../parse/numbers.ts';
import { swarmOf } from '../../swarm.ts';
import { watchService } from './progress.ts';

/** `docker service scale` */
export const scale: Command = {
  flags: { detach: 'full' },
  *run(call) {
    const { p, flags, args } = call;
    for (const arg of args) if (!arg.includes('=')) throw yield* usage(call, arg);
    const swarm = yield* swarmOf(call);
    const errors: string[] = [];
    const scaled: string[] = [];
    for (const arg of args) {
      const at = arg.indexOf('=');
      const name = arg.slice(0, at);
      try {
        yield* scaleOne(swarm, name, arg.slice(at + 1));
        yield* p.print(`${name} scaled to ${arg.slice(at + 1)}\n`);
        scaled.push(name);
      } catch (error) {
        errors.push(`${name}: ${failureText(error)}`);
      }
    }
    if (!flags.bool('detach'))
      for (const name of scaled) {
        try {
          yield* watchService(p, swarm, name, false);
        } catch (error) {
          errors.push(`${name}: ${failureText(error)}`);
        }
      }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};

function* usage({ p, command }: Call, written: string): Sys<CliError> {
  const about = (yield* descriptionsFor(p))(command.path);
  return new CliError(
    `invalid scale specifier '${written}'.\nSee 'docker service scale --help'.\n\nUsage:  ${command.usage}\n${about === undefined ? '' : `\n${about}`}`,
  );
}

function* scaleOne(swarm: Swarm, name: string, written: string): Sys<void> {
  let replicas = 0;
  try {
    replicas = parseInteger(written, 'ParseUint');
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new CliError(`invalid replicas value ${written}: ${error.message}`);
  }
  const { Spec } = swarm.service(name, { defaults: false });
  yield* swarm.updateService(name, { ...Spec, Mode: scaledMode(Spec, replicas) });
}

function scaledMode({ Mode }: ServiceSpec, replicas: number): ServiceSpec['Mode'] {
  if (Mode.Replicated !== undefined) return { Replicated: { Replicas: replicas } };
  if (Mode.ReplicatedJob !== undefined)
    return { ReplicatedJob: { ...Mode.ReplicatedJob, TotalCompletions: replicas } };
  throw new CliError('scale can only be used with replicated or replicated-job mode');
}
