import { DockerError, type EngineApi } from '../../engine/api.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Call, Command } from '../call.ts';
import { CliError, failureText } from '../failure.ts';
import { Inspector } from '../inspect/print.ts';
import { readPlatform } from '../platform.ts';

type Look = (name: string) => object;

/** Prints what was found, then what was not; exit 1 if anything failed. */
export function* inspectAll({ p, flags, args }: Call, look: Look): Sys<number> {
  const inspector = new Inspector(flags.string('format'));
  const errors: string[] = [];
  for (const name of args) {
    try {
      inspector.add(look(name));
    } catch (error) {
      errors.push(failureText(error));
    }
  }
  yield* p.print(inspector.output);
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

const TYPES = [
  'config',
  'container',
  'image',
  'network',
  'node',
  'plugin',
  'secret',
  'service',
  'task',
  'volume',
];
/** What needs a swarm, or plugins, of which there are none. */
const SWARM_TYPES = new Set(['config', 'node', 'secret', 'service', 'task']);

/** `docker inspect`: containers, images, networks, volumes, in this order, unless `--type` says which. */
export const inspect: Command = {
  flags: { format: 'full', size: 'full', type: 'full' },
  *run(call) {
    const { engine, flags } = call;
    const type = flags.string('type');
    if (type !== '' && !TYPES.includes(type))
      throw new CliError(
        `unknown type: "${type}": must be one of ${TYPES.map((known) => `"${known}"`).join(', ')}`,
      );
    if (flags.changed('type') && type === '')
      throw new CliError(
        'type is empty: must be one of "config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"',
      );
    const looks = lookups(engine, flags.bool('size'), yield* swarmLooks(engine, type));
    if (type !== '') {
      const look = looks[type];
      return yield* inspectAll(call, (name) => {
        if (SWARM_TYPES.has(type) && look === undefined) throw new DockerError('not-swarm-manager');
        if (look === undefined) throw new CliError(`Error response from daemon: plugin "${name}" not found`);
        return look(name);
      });
    }
    return yield* inspectAll(call, (name) => {
      for (const look of Object.values(looks)) {
        try {
          return look(name);
        } catch (error) {
          if (!(error instanceof DockerError) || !isSkippable(error)) throw error;
        }
      }
      throw new CliError(`error: no such object: ${name}`);
    });
  },
};

/** What is not found, or cannot be the name of an image, may still be another kind of object. */
const isSkippable = (error: DockerError): boolean =>
  error.status === 404 || error.message.includes('invalid reference format');

/** Objects of the swarm are looked for while there is one. */
function* swarmLooks(engine: EngineApi, type: string): Sys<Record<string, Look>> {
  if (engine.info().Swarm.LocalNodeState !== 'active') return {};
  const swarm = yield* engine.swarm();
  const looks: Record<string, Look> = {
    node: (name) => swarm.node(name),
    service: (name) => swarm.service(name),
    task: (name) => swarm.task(name),
    secret: (name) => swarm.file('secret', name),
    config: (name) => swarm.file('config', name),
  };
  const { node, service, task, secret } = looks;
  if (
    type !== '' ||
    node === undefined ||
    service === undefined ||
    task === undefined ||
    secret === undefined
  )
    return looks;
  return { service, task, node, secret };
}

function lookups(engine: EngineApi, size: boolean, swarm: Record<string, Look>): Record<string, Look> {
  return {
    container: (name) => engine.containerInspect(name, { size }),
    image: (name) => engine.imageInspect(name),
    network: (name) => engine.networkInspect(name),
    volume: (name) => engine.volumeInspect(name),
    ...swarm,
  };
}

const of = (flags: Command['flags'], look: (call: Call) => Look): Command => ({
  flags,
  run: (call) => inspectAll(call, look(call)),
});

/** `docker container inspect` */
export const inspectContainer = of(
  { format: 'full', size: 'full' },
  ({ engine, flags }) =>
    (name) =>
      engine.containerInspect(name, { size: flags.bool('size') }),
);
/** `docker image inspect` */
export const inspectImage: Command = {
  flags: { format: 'full', platform: 'full' },
  *run(call) {
    const platform = yield* readPlatform(call.p, call.flags);
    return yield* inspectAll(call, (name) => {
      // The client does not even ask for an empty name.
      if (name === '') throw new CliError('Error: No such image: ');
      return call.engine.imageInspect(name, platform);
    });
  },
};
/** `docker network inspect` */
export const inspectNetwork = of(
  { format: 'full', verbose: 'parsed' },
  ({ engine }) =>
    (name) =>
      engine.networkInspect(name),
);
/** `docker volume inspect` */
export const inspectVolume = of(
  { format: 'full' },
  ({ engine }) =>
    (name) =>
      engine.volumeInspect(name),
);
