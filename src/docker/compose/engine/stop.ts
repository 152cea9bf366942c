import { type ContainerSummary, DockerError, type EngineApi } from '../../engine/api.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import { inOrder } from '../project/graph.ts';
import { imageOf, type Project, type Service } from '../project/model.ts';
import { cancellable } from './cancel.ts';
import { runHooks } from './hooks.ts';
import { type Progress, together } from './progress.ts';
import { imageId } from './request.ts';
import { containersOf, LABEL, nameOf, serviceOf } from './state.ts';

const options = (timeout: number | undefined): { timeout?: number } =>
  timeout === undefined ? {} : { timeout };

export function* stopContainer(
  engine: EngineApi,
  progress: Progress,
  container: ContainerSummary,
  timeout: number | undefined,
  service?: Service,
): Sys<void> {
  const id = `Container ${nameOf(container)}`;
  yield* progress.event(id, 'Stopping', 'working');
  try {
    yield* runHooks(engine, container.Id, serviceOf(container), service?.pre_stop);
  } catch (error) {
    // One that does not run any more has nothing to be told.
    if (error instanceof DockerError && (error.status === 404 || error.status === 409)) return;
    throw error;
  }
  try {
    yield* cancellable(progress.process, engine.containerStop(container.Id, options(timeout)), () =>
      progress.event(id, 'Error while Stopping', 'error'),
    );
  } catch (error) {
    yield* progress.event(id, 'Error while Stopping', 'error');
    throw error;
  }
  yield* progress.event(id, 'Stopped', 'done');
}

export function* stopAndRemove(
  engine: EngineApi,
  progress: Progress,
  container: ContainerSummary,
  timeout: number | undefined,
  volumes = false,
  service?: Service,
): Sys<void> {
  yield* stopContainer(engine, progress, container, timeout, service);
  const id = `Container ${nameOf(container)}`;
  yield* progress.event(id, 'Removing', 'working');
  try {
    yield* engine.containerRemove(container.Id, { force: true, volumes });
  } catch (error) {
    // One that removes itself (--rm) may be gone already.
    if (!(error instanceof DockerError && error.status === 404)) throw error;
  }
  yield* progress.event(id, 'Removed', 'done');
}

/** A service as its containers' labels tell it, for projects whose file is not there. */
export function servicesFromLabels(containers: readonly ContainerSummary[]): Record<string, Service> {
  return Object.fromEntries(
    containers.map((container) => {
      const depends = (container.Labels[LABEL.dependsOn] ?? '').split(',').filter((item) => item !== '');
      return [
        serviceOf(container),
        {
          depends_on: Object.fromEntries(
            depends.map((item) => [
              item.split(':')[0] ?? '',
              { condition: 'service_started', required: true } as const,
            ]),
          ),
        },
      ];
    }),
  );
}

/** Containers in the order in which they are stopped: a service after those that depend on it. */
export function* inReverse(
  p: Process,
  services: Readonly<Record<string, Service>>,
  containers: readonly ContainerSummary[],
  action: (container: ContainerSummary) => Sys<void>,
): Sys<void> {
  const known = new Set(Object.keys(services));
  yield* together(
    p,
    containers.filter((one) => !known.has(serviceOf(one))).map((one) => () => action(one)),
  );
  for (const level of inOrder(services).reverse())
    yield* together(
      p,
      containers.filter((one) => level.includes(serviceOf(one))).map((one) => () => action(one)),
    );
}

export interface DownOptions {
  readonly volumes: boolean;
  /** '', local or all. */
  readonly images: string;
  readonly removeOrphans: boolean;
  readonly timeout: number | undefined;
  readonly services: readonly string[];
  readonly warn: (message: string) => Sys<void>;
}

/** `docker compose down`. Without a file, labels tell what belongs to the project. */
export function* down(
  p: Process,
  engine: EngineApi,
  name: string,
  project: Project | undefined,
  progress: Progress,
  choice: DownOptions,
): Sys<void> {
  const all = containersOf(engine, name, { oneOff: choice.removeOrphans });
  const services = project?.services ?? servicesFromLabels(all);
  if (choice.services.length > 0 && !choice.services.some((one) => services[one] !== undefined)) return;
  const wanted = (container: ContainerSummary): boolean =>
    serviceOf(container) in services &&
    (choice.services.length === 0 || choice.services.includes(serviceOf(container)));
  const ended = (container: ContainerSummary): boolean =>
    container.Labels[LABEL.oneOff] !== 'True' || container.State === 'exited';
  yield* inReverse(p, services, all.filter(wanted), (container) =>
    stopAndRemove(
      engine,
      progress,
      container,
      choice.timeout,
      choice.volumes,
      services[serviceOf(container)],
    ),
  );
  const known = (container: ContainerSummary): boolean =>
    project === undefined
      ? serviceOf(container) in services
      : serviceOf(container) in project.services || serviceOf(container) in project.disabled;
  if (choice.removeOrphans)
    yield* together(
      p,
      all
        .filter((container) => !wanted(container) && !known(container) && ended(container))
        .map((container) => () => stopAndRemove(engine, progress, container, choice.timeout)),
    );
  const label = [`${LABEL.project}=${name}`];
  const tasks: (() => Sys<void>)[] = [];
  const networks = engine.networkList({ label }).map(({ Name }) => Name);
  for (const network of project === undefined
    ? networks
    : ownNames(project.networks).filter((full) => networks.includes(full)))
    tasks.push(() => removeNetwork(engine, progress, network));
  for (const image of imagesToRemove(engine, name, project, services, choice))
    tasks.push(() => removeImage(engine, progress, image));
  if (choice.volumes)
    for (const volume of project === undefined
      ? engine.volumeList({ label }).map(({ Name }) => Name)
      : ownNames(project.volumes).filter((full) => engine.volumeList().some(({ Name }) => Name === full)))
      tasks.push(() => removeVolume(engine, progress, volume));
  const idle = project === undefined || Object.keys(project.networks).length === 0;
  if (all.length === 0 && tasks.length === 0 && idle)
    yield* choice.warn(`Warning: No resource found to remove for project ${JSON.stringify(name)}.`);
  yield* together(p, tasks);
}

/** Names of what the project made itself. */
const ownNames = (items: Readonly<Record<string, { name: string; external?: boolean }>>): string[] =>
  Object.values(items)
    .filter(({ external }) => external !== true)
    .map(({ name }) => name);

/** `--rmi`: what Compose built for these services, and with `all` what they name, as far as it is there. */
function imagesToRemove(
  engine: EngineApi,
  name: string,
  project: Project | undefined,
  services: Readonly<Record<string, Service>>,
  { images, removeOrphans }: DownOptions,
): string[] {
  if (images === '') return [];
  const built = engine
    .imageList({ filters: { label: [`${LABEL.project}=${name}`] } })
    .filter(({ Labels }) => removeOrphans || (Labels?.[LABEL.service] ?? '') in services)
    .flatMap(({ RepoTags }) => (RepoTags ?? []).slice(0, 1));
  const named = Object.entries(project?.services ?? {}).flatMap(([key, service]) =>
    project !== undefined && (images === 'all' || service.image === undefined)
      ? [imageOf(project, key, service)]
      : [],
  );
  const there = named.filter((image) => imageId(engine, image) !== '');
  const full = [...built, ...there].map((image) => (/:[^/]*$/.test(image) ? image : `${image}:latest`));
  return [...new Set(full)].sort();
}

function* removeImage(engine: EngineApi, progress: Progress, image: string): Sys<void> {
  const id = `Image ${image}`;
  yield* progress.event(id, 'Removing', 'working');
  try {
    yield* engine.imageRemove(image);
    yield* progress.event(id, 'Removed', 'done');
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    if (error.status === 404) yield* progress.event(id, 'Warning: No resource found to remove', 'warning');
    else if (error.status === 409) yield* progress.event(id, 'Resource is still in use', 'warning');
    else throw error;
  }
}

function* removeNetwork(engine: EngineApi, progress: Progress, name: string): Sys<void> {
  const id = `Network ${name}`;
  yield* progress.event(id, 'Removing', 'working');
  if (Object.keys(engine.networkInspect(name).Containers ?? {}).length > 0) {
    yield* progress.event(id, 'Resource is still in use', 'warning');
    return;
  }
  try {
    yield* engine.networkRemove(name);
    yield* progress.event(id, 'Removed', 'done');
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    yield* progress.event(id, 'Error', 'error');
    throw new ComposeError(`failed to remove network ${name}: Error response from daemon: ${error.message}`);
  }
}

function* removeVolume(engine: EngineApi, progress: Progress, name: string): Sys<void> {
  const id = `Volume ${name}`;
  yield* progress.event(id, 'Removing', 'working');
  try {
    yield* engine.volumeRemove(name);
    yield* progress.event(id, 'Removed', 'done');
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    yield* progress.event(id, 'Resource is still in use', 'warning');
  }
}
