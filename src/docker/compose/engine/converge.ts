import { type ContainerSummary, DockerError, type EngineApi } from '../../engine/api.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import { dependentsOf, inOrder } from '../project/graph.ts';
import { imageOf, type Project, type Service, scaleOf } from '../project/model.ts';
import { runHooks } from './hooks.ts';
import { injectFiles } from './inject.ts';
import { type Progress, together } from './progress.ts';
import { containerRequest, fileMounts, hashOf, imageId, type RequestOptions } from './request.ts';
import { containersOf, LABEL, nameOf, numberOf, orphansOf } from './state.ts';
import { stopAndRemove } from './stop.ts';

export interface ConvergeOptions {
  /** Which containers are made anew: those whose configuration differs, all, or none. */
  readonly recreate: 'diverged' | 'force' | 'never';
  /** Services that were asked for by name; what they depend on is only made anew if it differs. Empty for all. */
  readonly named: readonly string[];
  readonly removeOrphans: boolean;
  readonly renewVolumes: boolean;
  readonly timeout: number | undefined;
  readonly warn: (message: string) => Sys<void>;
}

const SLEEP = 500;

/** Creates, replaces and removes containers until the project has those it should have. Nothing is started. */
export function* converge(
  p: Process,
  engine: EngineApi,
  project: Project,
  progress: Progress,
  options: ConvergeOptions,
): Sys<void> {
  const orphans = orphansOf(engine, project);
  if (orphans.length > 0) {
    if (options.removeOrphans)
      yield* together(
        p,
        orphans.map((container) => () => stopAndRemove(engine, progress, container, options.timeout)),
      );
    else if (p.env.get('COMPOSE_IGNORE_ORPHANS') !== 'true' && p.env.get('COMPOSE_IGNORE_ORPHANS') !== '1')
      yield* options.warn(
        `Found orphan containers ([${orphans.map(nameOf).join(' ')}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.`,
      );
  }
  for (const level of inOrder(project.services))
    yield* together(
      p,
      level.map((name) => () => convergeService(p, engine, project, name, progress, options)),
    );
}

function* convergeService(
  p: Process,
  engine: EngineApi,
  project: Project,
  name: string,
  progress: Progress,
  options: ConvergeOptions,
): Sys<void> {
  const service = project.services[name];
  if (service === undefined) return;
  const policy = options.named.length === 0 || options.named.includes(name) ? options.recreate : 'diverged';
  const wanted = scaleOf(service);
  if (service.container_name !== undefined && wanted > 1)
    throw new ComposeError(
      `WARNING: The ${JSON.stringify(name)} service is using the custom container name ${JSON.stringify(service.container_name)}. Docker requires each container to have a unique name. Remove the custom name to scale the service`,
    );
  const there = containersOf(engine, project.name, { services: [name] });
  const stale = (container: ContainerSummary): boolean =>
    mustRecreate(engine, project, name, service, container, policy);
  const ordered = [...there].sort((a, b) => Number(stale(a)) - Number(stale(b)) || numberOf(a) - numberOf(b));
  const tasks: (() => Sys<void>)[] = [];
  for (const [at, container] of ordered.entries()) {
    if (at >= wanted)
      tasks.push(() => stopAndRemove(engine, progress, container, options.timeout, false, service));
    else if (stale(container)) {
      yield* stopDependents(p, engine, project, name, progress);
      tasks.push(() => recreate(p, engine, project, name, service, container, progress, options));
    } else if (container.State === 'running')
      yield* progress.event(`Container ${nameOf(container)}`, 'Running', 'done');
    else if (!['created', 'restarting', 'exited'].includes(container.State))
      tasks.push(function* () {
        const id = `Container ${nameOf(container)}`;
        yield* progress.event(id, 'Restart', 'working');
        yield* engine.containerStart(container.Id);
        yield* progress.event(id, 'Restarted', 'done');
      });
  }
  const next = Math.max(0, ...there.map(numberOf)) + 1;
  for (let i = 0; i < wanted - there.length; i++) {
    const number = next + i;
    const full = service.container_name ?? `${project.name}-${name}-${number}`;
    tasks.push(function* () {
      const id = `Container ${full}`;
      yield* progress.event(id, 'Creating', 'working');
      yield* create(p, engine, project, name, service, progress, id, options, { name: full, number });
      yield* progress.event(id, 'Created', 'done');
    });
  }
  yield* together(p, tasks);
}

/** Makes a container, saying on its line what is wrong if it cannot, and puts secrets and configs without a file in. */
function* create(
  p: Process,
  engine: EngineApi,
  project: Project,
  name: string,
  service: Service,
  progress: Progress,
  id: string,
  { warn }: Pick<ConvergeOptions, 'warn'>,
  wanted: RequestOptions,
): Sys<string> {
  for (const { source, file } of fileMounts(project, service))
    if (file.file !== undefined && !p.fs.exists(file.file))
      yield* warn(`${source} file ${file.name} does not exist`);
  const request = containerRequest(p, engine, project, name, service, wanted);
  const { Id } = yield* failing(progress, id, engine.containerCreate(request));
  yield* injectFiles(engine, project, name, service, Id);
  return Id;
}

/** Shows an error on its line, then throws it on. */
export function* failing<T>(progress: Progress, id: string, work: Sys<T>): Sys<T> {
  try {
    return yield* work;
  } catch (error) {
    const daemon = error instanceof DockerError ? 'Error response from daemon: ' : '';
    yield* progress.event(id, `${daemon}${error instanceof Error ? error.message : ''}`, 'error');
    throw error;
  }
}

function mustRecreate(
  engine: EngineApi,
  project: Project,
  name: string,
  service: Service,
  container: ContainerSummary,
  policy: ConvergeOptions['recreate'],
): boolean {
  if (policy !== 'diverged') return policy === 'force';
  const image = imageOf(project, name, service);
  if (
    container.Labels[LABEL.configHash] !== hashOf(service) ||
    container.Labels[LABEL.image] !== imageId(engine, image)
  )
    return true;
  if (container.State !== 'running') return false;
  const joined = new Set(Object.values(container.NetworkSettings.Networks).map(({ NetworkID }) => NetworkID));
  return Object.keys(service.networks ?? {}).some((key) => {
    const full = project.networks[key]?.name;
    const id = engine.networkList({ name: [full ?? ''] }).find(({ Name }) => Name === full)?.Id;
    return id !== undefined && !joined.has(id);
  });
}

/** Services that are to restart with one (`depends_on … restart: true`) are stopped before it is made anew. */
function* stopDependents(
  p: Process,
  engine: EngineApi,
  project: Project,
  name: string,
  progress: Progress,
): Sys<void> {
  const names = dependentsOf(project.services, name).filter(
    (other) => project.services[other]?.depends_on?.[name]?.restart === true,
  );
  if (names.length === 0) return;
  yield* together(
    p,
    containersOf(engine, project.name, { services: names, running: true }).map(
      (container) =>
        function* () {
          const id = `Container ${nameOf(container)}`;
          yield* progress.event(id, 'Stopping', 'working');
          yield* engine.containerStop(container.Id);
          yield* progress.event(id, 'Stopped', 'done');
        },
    ),
  );
}

function* recreate(
  p: Process,
  engine: EngineApi,
  project: Project,
  name: string,
  service: Service,
  old: ContainerSummary,
  progress: Progress,
  options: ConvergeOptions,
): Sys<void> {
  const full = service.container_name ?? nameOf(old);
  const id = `Container ${nameOf(old)}`;
  yield* progress.event(id, 'Recreate', 'working');
  const Id = yield* create(p, engine, project, name, service, progress, id, options, {
    name: `${old.Id.slice(0, 12)}_${full}`,
    number: numberOf(old),
    inherited: options.renewVolumes ? [] : anonymousVolumes(engine, service, old),
    replaces: { name: nameOf(old), alias: full },
  });
  yield* engine.containerStop(old.Id, options.timeout === undefined ? {} : { timeout: options.timeout });
  yield* engine.containerRemove(old.Id, { force: true });
  yield* engine.containerRename(Id, full);
  yield* progress.event(id, 'Recreated', 'done');
}

/** Volumes without a name go on to the container that takes the place of the old one. */
function anonymousVolumes(engine: EngineApi, service: Service, old: ContainerSummary): string[] {
  const named = new Set(
    (service.volumes ?? []).filter(({ source }) => source !== undefined).map(({ target }) => target),
  );
  return engine
    .containerInspect(old.Id)
    .Mounts.filter(
      ({ Type, Name = '', Destination }) =>
        Type === 'volume' && /^[0-9a-f]{64}$/.test(Name) && !named.has(Destination),
    )
    .map(({ Name = '', Destination }) => `${Name}:${Destination}:rw`);
}

/**
 * Starts what is not running, in the order of the dependencies, waiting for those that are to be healthy or done first.
 * `quietly` shows no `Starting` (in the foreground, logs follow instead).
 */
export function* startProject(
  p: Process,
  engine: EngineApi,
  project: Project,
  progress: Progress,
  quietly = false,
): Sys<void> {
  for (const level of inOrder(project.services))
    yield* together(
      p,
      level.map(
        (name) =>
          function* (): Sys<void> {
            yield* waitForDependencies(p, engine, project, name, progress);
            // One after the other, the newest first.
            const idle = containersOf(engine, project.name, { services: [name] })
              .filter(({ State }) => State !== 'running' && State !== 'paused')
              .sort((a, b) => b.Created - a.Created);
            for (const container of idle) {
              const id = `Container ${nameOf(container)}`;
              if (!quietly) yield* progress.event(id, 'Starting', 'working');
              yield* engine.containerStart(container.Id);
              yield* runHooks(engine, container.Id, name, project.services[name]?.post_start);
              if (!quietly) yield* progress.event(id, 'Started', 'done');
            }
          },
      ),
    );
}

/** Waits until what a service depends on is healthy or done, where it asks for that. Throws ComposeError. */
export function* waitForDependencies(
  p: Process,
  engine: EngineApi,
  project: Pick<Project, 'name' | 'services'>,
  name: string,
  progress: Progress,
): Sys<void> {
  const tasks: (() => Sys<void>)[] = [];
  for (const [other, { condition, required }] of Object.entries(project.services[name]?.depends_on ?? {})) {
    if (condition === 'service_started' || project.services[other] === undefined) continue;
    if (scaleOf(project.services[other] ?? {}) === 0) continue;
    const containers = containersOf(engine, project.name, { services: [other] });
    for (const container of containers)
      yield* progress.event(`Container ${nameOf(container)}`, 'Waiting', 'working');
    if (containers.length === 0 && required) throw new ComposeError(`${name} is missing dependency ${other}`);
    tasks.push(() =>
      condition === 'service_healthy'
        ? waitHealthy(p, engine, containers, progress, false)
        : waitCompleted(p, engine, other, containers, progress),
    );
  }
  yield* together(p, tasks);
}

/** Waits until containers are healthy (or, `runningIsEnough`, run without a health check). Throws ComposeError if they are not going to be. */
export function* waitHealthy(
  p: Process,
  engine: EngineApi,
  containers: readonly ContainerSummary[],
  progress: Progress,
  runningIsEnough: boolean,
): Sys<void> {
  const waiting = new Set(containers);
  while (waiting.size > 0) {
    yield* p.sleep(SLEEP);
    for (const container of [...waiting]) {
      const id = `Container ${nameOf(container)}`;
      const name = nameOf(container);
      const { State, Config } = engine.containerInspect(container.Id);
      const fail = function* (message: string): Sys<never> {
        yield* progress.event(id, 'Error', 'error');
        throw new ComposeError(message);
      };
      if (State.Status === 'exited' || State.Status === 'dead') {
        if (runningIsEnough) yield* fail(`container ${name} exited (${State.ExitCode})`);
        yield* fail(`dependency failed to start: container ${name} exited (${State.ExitCode})`);
      }
      const test = Config.Healthcheck?.Test?.[0];
      if (State.Health === undefined || test === 'NONE') {
        if (!runningIsEnough)
          yield* fail(`dependency failed to start: container ${name} has no healthcheck configured`);
        if (State.Status !== 'running') continue;
      } else if (State.Health.Status === 'unhealthy')
        yield* fail(
          runningIsEnough
            ? `container ${name} is unhealthy`
            : `dependency failed to start: container ${name} is unhealthy`,
        );
      else if (State.Health.Status !== 'healthy') continue;
      waiting.delete(container);
      yield* progress.event(id, 'Healthy', 'done');
    }
  }
}

function* waitCompleted(
  p: Process,
  engine: EngineApi,
  service: string,
  containers: readonly ContainerSummary[],
  progress: Progress,
): Sys<void> {
  const waiting = new Set(containers);
  while (waiting.size > 0) {
    yield* p.sleep(SLEEP);
    for (const container of [...waiting]) {
      const { State } = engine.containerInspect(container.Id);
      if (State.Status !== 'exited') continue;
      waiting.delete(container);
      const id = `Container ${nameOf(container)}`;
      if (State.ExitCode === 0) yield* progress.event(id, 'Exited', 'done');
      else {
        const message = `service ${JSON.stringify(service)} didn't complete successfully: exit ${State.ExitCode}`;
        yield* progress.event(id, message, 'error');
        throw new ComposeError(message);
      }
    }
  }
}
