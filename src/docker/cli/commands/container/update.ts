import type { Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { readRestart, resources } from '../../run/options.ts';
import { eachInTurn } from '../../stream/each.ts';

/** `docker update` */
export const update: Command = {
  flags: {
    'blkio-weight': 'parsed',
    'cpu-period': 'parsed',
    'cpu-quota': 'parsed',
    'cpu-rt-period': 'parsed',
    'cpu-rt-runtime': 'parsed',
    'cpu-shares': 'parsed',
    cpus: 'partial',
    'cpuset-cpus': 'partial',
    'cpuset-mems': 'parsed',
    memory: 'full',
    'memory-reservation': 'parsed',
    'memory-swap': 'parsed',
    'pids-limit': 'full',
    restart: 'full',
  },
  *run({ p, engine, flags, args }) {
    if (flags.names.length === 0)
      throw new CliError('you must provide one or more flags when using this command');
    const change = {
      ...resources(flags),
      ...(flags.changed('restart') ? { RestartPolicy: readRestart(flags.string('restart')) } : {}),
    };
    const warnings: string[] = [];
    const code = yield* eachInTurn(p, args, function* (name) {
      const { Warnings } = yield* engine.containerUpdate(name, change);
      warnings.push(...Warnings);
      return name;
    });
    if (warnings.length > 0) yield* p.print(`${warnings.join('\n')}\n`);
    return code;
  },
};
