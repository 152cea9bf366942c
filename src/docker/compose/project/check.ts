import { ComposeError } from '../error.ts';
import { findCycle } from './graph.ts';
import type { Project, Service } from './model.ts';

/** Keys of a service that would change what happens, and that nothing here acts on. */
const NOT_SIMULATED = [
  'blkio_config',
  'gpus',
  'models',
  'provider',
  'storage_opt',
  'use_api_socket',
] as const;

/** Refuses to make what could only pretend to have one of these. */
export function refuseUnknown(name: string, service: Service): void {
  const key = NOT_SIMULATED.find((wanted) => service[wanted] !== undefined);
  if (key !== undefined)
    throw new ComposeError(`muelle: services.${name}.${key} in a compose file is not simulated here`);
}

const invalid = (message: string): ComposeError => new ComposeError(`${message}: invalid compose project`);

/** Does everything that is spoken of exist? Throws ComposeError with compose-go's words. */
export function checkConsistency(project: Project): void {
  for (const [name, service] of Object.entries(project.services)) {
    checkReferences(project, name, service);
    checkAmounts(name, service);
    checkTargets(name, service);
  }
  for (const [name, secret] of Object.entries(project.secrets))
    if (secret.external !== true && secret.file === undefined && secret.environment === undefined)
      throw invalid(`secret ${JSON.stringify(name)} must declare either \`file\` or \`environment\``);
  const cycle = findCycle(project.services);
  if (cycle !== undefined) throw new ComposeError(`dependency cycle detected: ${cycle.join(' -> ')}`);
}

function checkReferences(project: Project, name: string, service: Service): void {
  const { services, disabled } = project;
  const of = `service ${JSON.stringify(name)}`;
  if (service.build === undefined && (service.image ?? '') === '' && service.provider === undefined)
    throw invalid(`${of} has neither an image nor a build context specified`);
  if (service.build?.dockerfile_inline !== undefined && service.build.dockerfile !== undefined)
    throw invalid(`${of} declares mutualy exclusive dockerfile and dockerfile_inline`);
  for (const [add, context] of Object.entries(service.build?.additional_contexts ?? {})) {
    if (!context.startsWith('service:')) continue;
    const target = context.slice('service:'.length);
    const problem = services[target] === undefined ? 'unknown' : 'non-buildable';
    if (services[target]?.build === undefined)
      throw new ComposeError(
        `${of} declares ${problem} service ${JSON.stringify(target)} as additional contexts ${add}`,
      );
  }
  const platforms = service.build?.platforms ?? [];
  if (platforms.length > 0 && service.platform !== undefined && !platforms.includes(service.platform))
    throw invalid(
      `service.build.platforms MUST include service.platform ${JSON.stringify(service.platform)}`,
    );
  if (service.network_mode !== undefined && Object.keys(service.networks ?? {}).length > 0)
    throw invalid(`service ${name} declares mutually exclusive \`network_mode\` and \`networks\``);
  for (const network of Object.keys(service.networks ?? {}))
    if (project.networks[network] === undefined)
      throw invalid(`${of} refers to undefined network ${network}`);
  const [test] = service.healthcheck?.test ?? [];
  if (test !== undefined && !['NONE', 'CMD', 'CMD-SHELL'].includes(test))
    throw new ComposeError('healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"');
  for (const [other, { required }] of Object.entries(service.depends_on ?? {})) {
    if (services[other] !== undefined || (disabled[other] !== undefined && !required)) continue;
    throw invalid(`${of} depends on undefined service ${JSON.stringify(other)}`);
  }
  const mode = service.network_mode;
  const other = mode?.startsWith('service:') === true ? mode.slice('service:'.length) : undefined;
  if (other !== undefined && services[other] === undefined)
    throw new ComposeError(`service ${JSON.stringify(other)} not found for network_mode 'service:${other}'`);
  for (const { type, source } of service.volumes ?? [])
    if (type === 'volume' && source !== undefined && project.volumes[source] === undefined)
      throw invalid(`${of} refers to undefined volume ${source}`);
  for (const { source } of service.build?.secrets ?? [])
    if (project.secrets[source] === undefined)
      throw invalid(`${of} refers to undefined build secret ${source}`);
  for (const { source } of service.configs ?? [])
    if (project.configs[source] === undefined) throw invalid(`${of} refers to undefined config ${source}`);
  for (const { source } of service.secrets ?? [])
    if (project.secrets[source] === undefined) throw invalid(`${of} refers to undefined secret ${source}`);
}

function checkAmounts(name: string, service: Service): void {
  const { scale, deploy } = service;
  const distinct = (key: string, other: string): ComposeError =>
    invalid(`services.${name}: can't set distinct values on '${key}' and '${other}'`);
  if (scale !== undefined && deploy?.replicas !== undefined && scale !== deploy.replicas)
    throw distinct('scale', 'deploy.replicas');
  if ((scale ?? 0) < 0) throw new ComposeError(`services.${name}.scale: must be greater than or equal to 0`);
  if ((deploy?.replicas ?? 0) < 0)
    throw new ComposeError(`services.${name}.deploy.replicas: must be greater than or equal to 0`);
  const limits = deploy?.resources?.limits;
  const reservations = deploy?.resources?.reservations;
  if (service.cpus !== undefined && limits !== undefined && limits.cpus !== service.cpus)
    throw distinct('cpus', 'deploy.resources.limits.cpus');
  if (service.mem_limit !== undefined && limits !== undefined && limits.memory !== service.mem_limit)
    throw distinct('mem_limit', 'deploy.resources.limits.memory');
  if (
    service.mem_reservation !== undefined &&
    reservations !== undefined &&
    reservations.memory !== service.mem_reservation
  )
    throw distinct('mem_reservation', 'deploy.resources.reservations.memory');
  if (service.pids_limit !== undefined && limits !== undefined && limits.pids !== service.pids_limit)
    throw distinct('pids_limit', 'deploy.resources.limits.pids');
  if (service.container_name !== undefined && (scale ?? deploy?.replicas ?? 1) > 1)
    throw invalid(
      `services.${scale === undefined ? 'deploy.replicas' : 'scale'}: can't set container_name and ${name} as container name must be unique`,
    );
}

function checkTargets(name: string, service: Service): void {
  for (const { action, target } of service.develop?.watch ?? [])
    if (target === undefined && action !== 'rebuild' && action !== 'restart')
      throw invalid(`services.${name}.develop.watch: target is required for non-rebuild actions`);
  const mounted = new Map<string, string>();
  const mount = (target: string, where: string): void => {
    const other = mounted.get(target);
    if (other !== undefined) throw new ComposeError(`${where}: target ${target} already mounted as ${other}`);
    mounted.set(target, where);
  };
  for (const [at, tmpfs] of (service.tmpfs ?? []).entries())
    mount(tmpfs.split(':', 1)[0] ?? tmpfs, `services.${name}.tmpfs[${at}]`);
  for (const [at, { target }] of (service.volumes ?? []).entries())
    mount(target, `services.${name}.volumes[${at}]`);
}

/** Refuses two services that want the same name for their container. The real message shows an empty Go struct. */
export function checkContainerNames(project: Project): void {
  const taken = new Set<string>();
  for (const [name, { container_name }] of Object.entries(project.services)) {
    if (container_name === undefined) continue;
    if (taken.has(container_name))
      throw new ComposeError(
        `services.${name}: container name ${JSON.stringify(container_name)} is already in use by service {}"`,
      );
    taken.add(container_name);
  }
}
