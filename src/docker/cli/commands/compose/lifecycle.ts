import { startProject, waitForDependencies } from '../../../compose/engine/converge.ts';
import { runHooks } from '../../../compose/engine/hooks.ts';
import { type Progress, together } from '../../../compose/engine/progress.ts';
import { containersOf, nameOf, serviceOf } from '../../../compose/engine/state.ts';
import {
  down as downProject,
  inReverse,
  servicesFromLabels,
  stopContainer,
} from '../../../compose/engine/stop.ts';
import { ComposeError } from '../../../compose/error.ts';
import { dependentsOf, inOrder, select } from '../../../compose/project/graph.ts';
import type { Service } from '../../../compose/project/model.ts';
import type { ContainerSummary } from '../../../engine/api.ts';
import type { Sys } from '../../../kernel/wait.ts';
import {
  type ComposeCall,
  type ComposeCommand,
  progressOf,
  projectOrName,
  timeoutOf,
  warning,
} from './context.ts';

interface Target {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly containers: readonly ContainerSummary[];
}

/** The containers that a command is about, with what is known of their order. */
function* target(call: ComposeCall, running = false): Sys<Target> {
  const { name, project } = yield* projectOrName(call, call.args);
  const containers = containersOf(call.engine, name, { services: call.args, running });
  return {
    name,
    services:
      project === undefined ? servicesFromLabels(containers) : { ...project.services, ...project.disabled },
    containers,
  };
}

function* each(
  call: ComposeCall,
  progress: Progress,
  containers: readonly ContainerSummary[],
  before: string,
  after: string,
  action: (id: string) => Sys<void>,
): Sys<void> {
  yield* together(
    call.p,
    containers.map(
      (container) =>
        function* (): Sys<void> {
          const id = `Container ${nameOf(container)}`;
          if (before !== '') yield* progress.event(id, before, 'working');
          try {
            yield* action(container.Id);
          } catch (error) {
            if (before === 'Killing') yield* progress.event(id, 'Error while Killing', 'error');
            throw error;
          }
          yield* progress.event(id, after, 'done');
        },
    ),
  );
}

/** `docker compose down` */
export const down: ComposeCommand = {
  flags: { 'remove-orphans': 'full', rmi: 'full', timeout: 'full', volumes: 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const images = flags.string('rmi');
    if (!['', 'local', 'all'].includes(images))
      throw new ComposeError(`invalid value for --rmi: ${JSON.stringify(images)}`);
    const { name, project } = yield* projectOrName(call, args);
    const progress = progressOf(call);
    yield* progress.run(
      downProject(p, engine, name, project, progress, {
        volumes: flags.bool('volumes'),
        images,
        removeOrphans: flags.bool('remove-orphans'),
        timeout: timeoutOf(call),
        services: args,
        warn: (message) => warning(call, message),
      }),
    );
    return 0;
  },
};

/** `docker compose stop` */
export const stop: ComposeCommand = {
  flags: { timeout: 'full' },
  *run(call) {
    const { services, containers } = yield* target(call);
    const progress = progressOf(call, 'Stopping');
    yield* progress.run(
      inReverse(call.p, services, containers, (container) =>
        stopContainer(call.engine, progress, container, timeoutOf(call), services[serviceOf(container)]),
      ),
    );
    return 0;
  },
};

/** `docker compose start` */
export const start: ComposeCommand = {
  flags: { wait: 'parsed' },
  *run(call) {
    const { p, engine, args } = call;
    const { name, project } = yield* projectOrName(call, args);
    const there = containersOf(engine, name, { services: args });
    const known = project ?? {
      name,
      directory: '',
      files: [],
      services: servicesFromLabels(there),
      disabled: {},
      networks: {},
      volumes: {},
      secrets: {},
      configs: {},
      environment: p.env,
      profiles: [],
      extensions: {},
    };
    const chosen = select(known, args, true);
    for (const service of Object.keys(chosen.services))
      if (containersOf(engine, name, { services: [service] }).length === 0)
        throw new ComposeError(`service ${JSON.stringify(service)} has no container to start`);
    const progress = progressOf(call);
    yield* progress.run(startProject(p, engine, chosen, progress));
    return 0;
  },
};

/** `docker compose restart` */
export const restart: ComposeCommand = {
  flags: { 'no-deps': 'full', timeout: 'full' },
  *run(call) {
    const { p, engine, flags, args } = call;
    const { name, project } = yield* projectOrName(call, args);
    const containers = containersOf(engine, name);
    const all = withRestarts(project?.services ?? servicesFromLabels(containers));
    const chosen =
      args.length === 0 ? Object.keys(all) : flags.bool('no-deps') ? args : withDependents(all, args);
    const services = Object.fromEntries(Object.entries(all).filter(([key]) => chosen.includes(key)));
    const progress = progressOf(call, 'Restarting');
    const timeout = timeoutOf(call);
    const one = (service: string) =>
      function* (): Sys<void> {
        yield* waitForDependencies(p, engine, { name, services }, service, progress);
        yield* each(
          call,
          progress,
          containers.filter((container) => serviceOf(container) === service),
          'Restarting',
          'Started',
          function* (id) {
            yield* runHooks(engine, id, service, services[service]?.pre_stop);
            yield* engine.containerRestart(id, timeout === undefined ? {} : { timeout });
          },
        );
      };
    yield* progress.run(
      (function* (): Sys<void> {
        for (const level of inOrder(services)) yield* together(p, level.map(one));
      })(),
    );
    return 0;
  },
};

/** The services with only those dependencies after which they are to restart too. */
const withRestarts = (services: Readonly<Record<string, Service>>): Record<string, Service> =>
  Object.fromEntries(
    Object.entries(services).map(([name, { depends_on, ...rest }]) => {
      const kept = Object.entries(depends_on ?? {}).filter(([, { restart: too }]) => too === true);
      return [name, { ...rest, depends_on: Object.fromEntries(kept) }];
    }),
  );

/** These services and all that depend on them, directly or not. */
function withDependents(services: Readonly<Record<string, Service>>, names: readonly string[]): string[] {
  const out = new Set(names);
  for (const name of out) for (const other of dependentsOf(services, name)) out.add(other);
  return [...out];
}

/** `docker compose kill` */
export const kill: ComposeCommand = {
  flags: { 'remove-orphans': 'parsed', signal: 'full' },
  *run(call) {
    const { containers } = yield* target(call, true);
    if (containers.length === 0) {
      yield* call.p.error('no container to kill');
      return 0;
    }
    const progress = progressOf(call, 'Killing');
    yield* progress.run(
      each(call, progress, containers, 'Killing', 'Killed', (id) =>
        call.engine.containerKill(id, call.flags.string('signal')),
      ),
    );
    return 0;
  },
};

/** `docker compose pause` */
export const pause: ComposeCommand = {
  flags: {},
  *run(call) {
    const { containers } = yield* target(call, true);
    const progress = progressOf(call, 'Pausing');
    yield* progress.run(
      each(call, progress, containers, '', 'Paused', (id) => call.engine.containerPause(id)),
    );
    return 0;
  },
};

/** `docker compose unpause` */
export const unpause: ComposeCommand = {
  flags: {},
  *run(call) {
    const { containers } = yield* target(call, true);
    const progress = progressOf(call, 'Unpausing');
    yield* progress.run(
      each(call, progress, containers, '', 'Unpaused', (id) => call.engine.containerUnpause(id)),
    );
    return 0;
  },
};

/** `docker compose rm` */
export const rm: ComposeCommand = {
  flags: { force: 'full', stop: 'full', volumes: 'full' },
  *run(call) {
    const { p, engine, flags } = call;
    const { name, services, containers } = yield* target(call);
    if (flags.bool('stop')) {
      const stopping = progressOf(call, 'Stopping');
      yield* stopping.run(
        inReverse(p, services, containers, (container) =>
          stopContainer(engine, stopping, container, undefined, services[serviceOf(container)]),
        ),
      );
    }
    const stopped = containersOf(engine, name, { services: call.args }).filter(
      ({ State }) => State !== 'running' && State !== 'paused',
    );
    if (stopped.length === 0) {
      yield* p.error('No stopped containers\n');
      return 0;
    }
    const newestFirst = [...stopped].sort((a, b) => b.Created - a.Created).map(nameOf);
    const message = `Going to remove ${newestFirst.join(', ')}`;
    if (flags.bool('force')) yield* p.print(`${message}\n`);
    else if (!(yield* confirmed(call, message))) return 0;
    const progress = progressOf(call, 'Removing');
    yield* progress.run(
      each(call, progress, stopped, 'Removing', 'Removed', (id) =>
        engine.containerRemove(id, { force: true, volumes: flags.bool('volumes') }),
      ),
    );
    return 0;
  },
};

function* confirmed({ p }: ComposeCall, message: string): Sys<boolean> {
  yield* p.print(p.isatty(0) ? `? ${message} (y/N) ` : message);
  const answer = yield* p.readLine(0);
  return answer !== undefined && /^(?:y|yes|true|1|t)$/i.test(answer.trim());
}
