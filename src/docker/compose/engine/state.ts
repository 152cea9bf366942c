import type { ContainerSummary, EngineApi } from '../../engine/api.ts';
import type { Project } from '../project/model.ts';

/** Compose marks what is its own with labels. */
export const LABEL = {
  configHash: 'com.docker.compose.config-hash',
  number: 'com.docker.compose.container-number',
  dependsOn: 'com.docker.compose.depends_on',
  image: 'com.docker.compose.image',
  network: 'com.docker.compose.network',
  oneOff: 'com.docker.compose.oneoff',
  project: 'com.docker.compose.project',
  files: 'com.docker.compose.project.config_files',
  directory: 'com.docker.compose.project.working_dir',
  replace: 'com.docker.compose.replace',
  service: 'com.docker.compose.service',
  slug: 'com.docker.compose.slug',
  version: 'com.docker.compose.version',
  volume: 'com.docker.compose.volume',
} as const;

export const VERSION = '2.40.3';

export const nameOf = (container: ContainerSummary): string => (container.Names[0] ?? '').replace(/^\//, '');

export const serviceOf = (container: ContainerSummary): string => container.Labels[LABEL.service] ?? '';

export const numberOf = (container: ContainerSummary): number => Number(container.Labels[LABEL.number] ?? 0);

/** Containers of a project in the order of their names; without those of `run` unless asked for. */
export function containersOf(
  engine: EngineApi,
  project: string,
  options: { oneOff?: boolean; services?: readonly string[]; running?: boolean } = {},
): ContainerSummary[] {
  return engine
    .containerList({ all: options.running !== true, filters: { label: [`${LABEL.project}=${project}`] } })
    .filter((container) => options.oneOff === true || container.Labels[LABEL.oneOff] !== 'True')
    .filter(
      (container) =>
        options.services === undefined ||
        options.services.length === 0 ||
        options.services.includes(serviceOf(container)),
    )
    .sort((a, b) =>
      serviceOf(a) === serviceOf(b) ? numberOf(a) - numberOf(b) : nameOf(a) < nameOf(b) ? -1 : 1,
    );
}

/** Containers of services that the file no longer has, and those of `run` that have ended; the newest first. */
export const orphansOf = (engine: EngineApi, project: Project, oneOff = false): ContainerSummary[] =>
  containersOf(engine, project.name, { oneOff })
    .filter((container) => {
      const service = serviceOf(container);
      if (container.Labels[LABEL.oneOff] === 'True')
        return container.State === 'exited' || container.State === 'dead';
      return project.services[service] === undefined && project.disabled[service] === undefined;
    })
    .sort((a, b) => b.Created - a.Created);
