import { ComposeError } from '../error.ts';
import type { TreeMap } from '../file/tree.ts';
import { findCycle } from './graph.ts';
import type { Project } from './model.ts';

/** Keys of a service that would change what happens, and that nothing here acts on. */
const NOT_SIMULATED = [
  'blkio_config',
  'credential_spec',
  'gpus',
  'models',
  'provider',
  'storage_opt',
  'use_api_socket',
];

/** Refuses what a simulated service could only pretend to have. */
export function refuseUnknown(name: string, service: TreeMap): void {
  const key = NOT_SIMULATED.find((wanted) => service[wanted] !== undefined);
  if (key !== undefined)
    throw new ComposeError(`muelle: services.${name}.${key} in a compose file is not simulated here`);
}

const invalid = (message: string): ComposeError => new ComposeError(`${message}: invalid compose project`);

/** Does everything that is spoken of exist? Throws ComposeError with compose-go's words. */
export function checkConsistency(project: Project): void {
  const { services, disabled } = project;
  for (const [name, service] of Object.entries(services)) {
    const of = `service ${JSON.stringify(name)}`;
    if (service.build === undefined && (service.image ?? '') === '')
      throw invalid(`${of} has neither an image nor a build context specified`);
    if (service.build?.dockerfile_inline !== undefined && service.build.dockerfile !== undefined)
      throw invalid(
        `service ${JSON.stringify(name)} declares mutualy exclusive dockerfile and dockerfile_inline`,
      );
    for (const network of Object.keys(service.networks ?? {}))
      if (project.networks[network] === undefined)
        throw invalid(`${of} refers to undefined network ${network}`);
    if (service.healthcheck?.disable !== true)
      for (const test of service.healthcheck?.test?.slice(0, 1) ?? [])
        if (!['NONE', 'CMD', 'CMD-SHELL'].includes(test))
          throw invalid('healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"');
    for (const [other, { required }] of Object.entries(service.depends_on ?? {})) {
      if (services[other] !== undefined || disabled[other] !== undefined) continue;
      if (required) throw invalid(`${of} depends on undefined service ${JSON.stringify(other)}`);
    }
    for (const shared of [service.network_mode]) {
      const other = shared?.startsWith('service:') === true ? shared.slice('service:'.length) : undefined;
      if (other !== undefined && services[other] === undefined)
        throw new ComposeError(
          `service ${JSON.stringify(other)} not found for network_mode 'service:${other}'`,
        );
    }
    for (const volume of service.volumes ?? [])
      if (
        volume.type === 'volume' &&
        volume.source !== undefined &&
        project.volumes[volume.source] === undefined
      )
        throw invalid(`${of} refers to undefined volume ${volume.source}`);
    for (const secret of service.secrets ?? [])
      if (project.secrets[secret.source] === undefined)
        throw invalid(`${of} refers to undefined secret ${secret.source}`);
    for (const config of service.configs ?? [])
      if (project.configs[config.source] === undefined)
        throw invalid(`${of} refers to undefined config ${config.source}`);
    if (
      service.scale !== undefined &&
      service.deploy?.replicas !== undefined &&
      service.scale !== service.deploy.replicas
    )
      throw invalid(`services.${name}: can't set distinct values on 'scale' and 'deploy.replicas'`);
    if (service.container_name !== undefined && (service.scale ?? service.deploy?.replicas ?? 1) > 1)
      throw new ComposeError(
        `services.deploy.replicas: can't set container_name and ${name} as container name must be unique: invalid compose project`,
      );
  }
  const cycle = findCycle(services);
  if (cycle !== undefined) throw new ComposeError(`dependency cycle detected: ${cycle.join(' -> ')}`);
  const owner = new Map<string, string>();
  for (const [name, { container_name }] of Object.entries(services)) {
    if (container_name === undefined) continue;
    const other = owner.get(container_name);
    if (other !== undefined)
      throw invalid(
        `services.${name}: container name ${JSON.stringify(container_name)} is already in use by service ${other}`,
      );
    owner.set(container_name, name);
  }
}
