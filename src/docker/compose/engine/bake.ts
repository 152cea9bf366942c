import { type Build, imageOf, type Project } from '../project/model.ts';
import { VERSION } from './state.ts';

/** What Compose writes on bake's standard input: every service that is built, and which of them now. */
export function bakeDefinition(
  project: Project,
  names: readonly string[],
  options: { readonly args: ReadonlyMap<string, string>; readonly pull: boolean; readonly noCache: boolean },
): string {
  const target: Record<string, object> = {};
  for (const [name, service] of Object.entries(project.services)) {
    const { build } = service;
    if (build === undefined) continue;
    target[targetName(name)] = compact({
      context: build.context,
      contexts: build.additional_contexts,
      dockerfile: dockerfilePath(build),
      'dockerfile-inline': build.dockerfile_inline?.replaceAll('${', '$${'),
      args: { ...build.args, ...Object.fromEntries(options.args) },
      labels: buildLabels(project, name, build),
      tags: [...(build.tags ?? []), imageOf(project, name, service)],
      'cache-from': build.cache_from,
      'cache-to': build.cache_to,
      target: build.target,
      secret: build.secrets?.map(({ source, target: as }) => secretOf(project, source, as ?? source)),
      ssh: build.ssh?.map((key) => (key.includes('=') ? key : `${key}=`)),
      platforms: build.platforms,
      pull: options.pull || build.pull === true,
      'no-cache': options.noCache || build.no_cache === true,
      network: build.network,
      'shm-size': build.shm_size,
      ulimits: Object.entries(build.ulimits ?? {}).map(
        ([key, limit]) => `${key}=${typeof limit === 'number' ? limit : `${limit.soft}:${limit.hard}`}`,
      ),
      entitlements: build.entitlements,
      'extra-hosts': Object.fromEntries(
        (build.extra_hosts ?? []).map((host) => host.split('=', 2) as [string, string]),
      ),
      output: ['type=docker'],
    });
  }
  const group = { default: { targets: names.map(targetName) } };
  return JSON.stringify({ group, target }, undefined, 2);
}

/** A dot may not stand in the name of a target. */
export const targetName = (service: string): string => service.replaceAll('.', '_');

export const buildLabels = (project: Project, name: string, build: Build): Record<string, string> => ({
  ...build.labels,
  'com.docker.compose.project': project.name,
  'com.docker.compose.service': name,
  'com.docker.compose.version': VERSION,
});

function dockerfilePath({ context, dockerfile }: Build): string | undefined {
  if (dockerfile === undefined || dockerfile.startsWith('/') || context.includes('://')) return dockerfile;
  return `${context}/${dockerfile.replace(/^\.\//, '')}`;
}

function secretOf(project: Project, source: string, id: string): string {
  const { environment, file } = project.secrets[source] ?? {};
  return environment === undefined
    ? `id=${id},type=file,src=${file ?? ''}`
    : `id=${id},type=env,env=${environment}`;
}

/** Leaves out what Go's omitempty does. */
const compact = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined &&
        value !== false &&
        !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
    ),
  );
