import { DockerError } from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { CliError, failureText } from '../../failure.ts';
import { naturally } from '../../format/labels.ts';
import { eachAtOnce, eachInTurn } from '../../stream/each.ts';

const stopOptions = (flags: {
  changed(name: string): boolean;
  int(name: string): number;
  string(name: string): string;
}): { signal?: string; timeout?: number } => ({
  ...(flags.changed('signal') ? { signal: flags.string('signal') } : {}),
  ...(flags.changed('timeout') ? { timeout: flags.int('timeout') } : {}),
});

/** `docker stop` */
export const stop: Command = {
  flags: { signal: 'full', timeout: 'full' },
  run({ p, engine, args, flags }) {
    return eachAtOnce(p, args, function* (name) {
      yield* engine.containerStop(name, stopOptions(flags));
      return name;
    });
  },
};

/** `docker restart` */
export const restart: Command = {
  flags: { signal: 'full', timeout: 'full' },
  run({ p, engine, args, flags }) {
    return eachInTurn(p, args, function* (name) {
      yield* engine.containerRestart(name, stopOptions(flags));
      return name;
    });
  },
};

/** `docker kill` */
export const kill: Command = {
  flags: { signal: 'full' },
  run({ p, engine, args, flags }) {
    return eachAtOnce(p, args, function* (name) {
      yield* engine.containerKill(name, flags.changed('signal') ? flags.string('signal') : undefined);
      return name;
    });
  },
};

/** `docker pause` */
export const pause: Command = {
  flags: {},
  run({ p, engine, args }) {
    return eachAtOnce(p, args, function* (name) {
      yield* engine.containerPause(name);
      return name;
    });
  },
};

/** `docker unpause` */
export const unpause: Command = {
  flags: {},
  run({ p, engine, args }) {
    return eachAtOnce(p, args, function* (name) {
      yield* engine.containerUnpause(name);
      return name;
    });
  },
};

/** `docker rm`; with `-f` a container that is not there is no failure. */
export const remove: Command = {
  flags: { force: 'full', volumes: 'full', link: 'full' },
  run({ p, engine, args, flags }) {
    const options = { force: flags.bool('force'), volumes: flags.bool('volumes'), link: flags.bool('link') };
    return eachAtOnce(p, args, function* (name) {
      const bare = name.replace(/^\/+|\/+$/g, '');
      if (bare === '') throw new CliError('container name cannot be empty');
      try {
        yield* engine.containerRemove(bare, options);
      } catch (error) {
        if (options.force && error instanceof DockerError && error.status === 404) return undefined;
        throw error;
      }
      return name;
    });
  },
};

/** `docker rename` */
export const rename: Command = {
  flags: {},
  *run({ engine, args: [from = '', to = ''] }) {
    if (to === '') throw new CliError('failed to rename container: new name cannot be blank');
    try {
      yield* engine.containerRename(from, to);
    } catch (error) {
      throw new CliError(`failed to rename container: ${failureText(error)}`);
    }
    return 0;
  },
};

/** `docker wait` */
export const wait: Command = {
  flags: {},
  run({ p, engine, args }) {
    return eachInTurn(p, args, function* (name) {
      const { StatusCode } = yield* engine.containerWait(name, 'not-running');
      return String(StatusCode);
    });
  },
};

/** `docker diff` */
export const diff: Command = {
  flags: {},
  *run({ p, engine, args: [name = ''] }) {
    const letters = ['C', 'A', 'D'] as const;
    yield* p.print(
      engine
        .containerDiff(name)
        .map(({ Kind, Path }) => `${letters[Kind]} ${Path}\n`)
        .join(''),
    );
    return 0;
  },
};

/** `docker container prune` is with the other prunes; `docker port` here. */
export const port: Command = {
  flags: {},
  *run({ p, engine, args: [name = '', wanted] }) {
    const ports = engine.containerInspect(name).NetworkSettings.Ports;
    const show = (host: string, number: string): string =>
      `${host.includes(':') ? `[${host}]` : host}:${number}`;
    if (wanted !== undefined) {
      const [number = '', proto = 'tcp'] = wanted.split('/');
      if (!/^\d+$/.test(number)) throw new CliError(`invalid port '${number}': invalid syntax`);
      if (Number(number) > 65535) throw new CliError(`invalid port '${number}': value out of range`);
      const bindings = ports[`${number}/${proto}`];
      if (bindings === undefined || bindings === null || bindings.length === 0)
        throw new CliError(`no public port '${wanted}' published for ${name}`);
      yield* p.print(bindings.map((binding) => `${show(binding.HostIp, binding.HostPort)}\n`).join(''));
      return 0;
    }
    const lines = Object.entries(ports).flatMap(([key, bindings]) =>
      (bindings ?? []).map((binding) => `${key} -> ${show(binding.HostIp, binding.HostPort)}`),
    );
    lines.sort(naturally);
    yield* p.print(lines.map((line) => `${line}\n`).join(''));
    return 0;
  },
};
