import { isMap, type Tree, type TreeMap } from '../../../compose/file/tree.ts';
import { CliError } from '../../failure.ts';

/** What a stack file may say: version 3 of the Compose file format (cli/compose/schema/data). */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const ROOT = words('version name services networks volumes secrets configs');
const SERVICE = words(
  'annotations build cap_add cap_drop cgroup_parent cgroupns_mode command configs container_name credential_spec depends_on deploy devices dns dns_search domainname entrypoint env_file environment expose external_links extra_hosts healthcheck hostname image init ipc isolation labels links logging mac_address network_mode networks oom_score_adj pid ports privileged read_only restart secrets security_opt shm_size stdin_open stop_grace_period stop_signal sysctls tmpfs tty ulimits user userns_mode volumes working_dir extends volume_driver volumes_from cpu_quota cpu_shares cpuset mem_limit memswap_limit',
);
const DEPLOY = words(
  'mode endpoint_mode replicas labels update_config rollback_config resources restart_policy placement',
);
const NETWORK = words('name driver driver_opts ipam external internal attachable labels');
const VOLUME = words('name driver driver_opts external labels cluster_spec');
const FILE = words('name file external labels driver driver_opts template_driver');

const VERSIONS = words('3 3.0 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13');

const UNSUPPORTED = words(
  'build cgroupns_mode cgroup_parent devices domainname external_links ipc links mac_address network_mode pid privileged restart security_opt shm_size userns_mode',
);
const DEPRECATED: Readonly<Record<string, string>> = {
  container_name: 'Setting the container name is not supported.',
  expose:
    "Exposing ports is unnecessary - services on the same network can access each other's containers on any port.",
};
const LIMITS = 'Set resource limits using deploy.resources';
const FORBIDDEN: Readonly<Record<string, string>> = {
  cpu_quota: LIMITS,
  cpu_shares: LIMITS,
  cpuset: LIMITS,
  extends: 'Support for `extends` is not implemented yet.',
  mem_limit: LIMITS,
  memswap_limit: LIMITS,
  volume_driver:
    'Instead of setting the volume driver on the service, define a volume using the top-level `volumes` option and specify the driver there.',
  volumes_from:
    'To share a volume between services, define it using the top-level `volumes` option and reference it from each service that shares it using the service-level `volumes` option.',
};

function checkKeys(tree: Tree | undefined, allowed: ReadonlySet<string>, path: string): void {
  if (!isMap(tree)) return;
  for (const key of Object.keys(tree))
    if (!allowed.has(key) && !key.startsWith('x-'))
      throw new CliError(`${path} Additional property ${key} is not allowed`);
}

function mapping(tree: Tree | undefined, path: string): TreeMap {
  if (tree === undefined || tree === null) return {};
  if (!isMap(tree)) throw new CliError(`${path} must be a mapping`);
  return tree;
}

/** Checks one stack file as `docker stack` does. Throws CliError. */
export function checkStackFile(tree: TreeMap): void {
  const { version } = tree;
  if (version !== undefined) {
    if (typeof version === 'number') throw new CliError('version must be a string');
    if (!VERSIONS.has(String(version)))
      throw new CliError(`unsupported Compose file version: ${String(version)}`);
  }
  checkKeys(tree, ROOT, '(root)');
  for (const [name, service] of Object.entries(mapping(tree['services'], 'services'))) {
    const path = `services.${name}`;
    const fields = mapping(service, path);
    checkKeys(fields, SERVICE, path);
    for (const key of ['image', 'hostname', 'user', 'working_dir'])
      if (fields[key] !== undefined && typeof fields[key] !== 'string')
        throw new CliError(`${path}.${key} must be a string`);
    for (const key of ['ports', 'volumes', 'secrets', 'configs'])
      if (fields[key] !== undefined && fields[key] !== null && !Array.isArray(fields[key]))
        throw new CliError(`${path}.${key} must be a list`);
    checkKeys(fields['deploy'], DEPLOY, `${path}.deploy`);
    const { replicas } = mapping(fields['deploy'], `${path}.deploy`);
    if (replicas !== undefined && typeof replicas !== 'number')
      throw new CliError(`${path}.deploy.replicas must be a integer`);
  }
  for (const [section, keys] of [
    ['networks', NETWORK],
    ['volumes', VOLUME],
    ['secrets', FILE],
    ['configs', FILE],
  ] as const)
    for (const [name, item] of Object.entries(mapping(tree[section], section)))
      checkKeys(item, keys, `${section}.${name}`);
}

/** The lines about what is ignored; throws for what is not taken at all. */
export function ignored(files: readonly TreeMap[]): string {
  const unsupported = new Set<string>();
  const deprecated = new Set<string>();
  const forbidden = new Set<string>();
  for (const file of files)
    for (const service of Object.values(mapping(file['services'], 'services')))
      for (const key of Object.keys(isMap(service) ? service : {})) {
        if (UNSUPPORTED.has(key)) unsupported.add(key);
        if (key in DEPRECATED) deprecated.add(key);
        if (key in FORBIDDEN) forbidden.add(key);
      }
  const told = (keys: ReadonlySet<string>, texts: Readonly<Record<string, string>>): string =>
    [...keys]
      .sort()
      .map((key) => `${key}: ${texts[key] ?? ''}`)
      .join('\n\n');
  if (forbidden.size > 0)
    throw new CliError(`Compose file contains unsupported options:\n\n${told(forbidden, FORBIDDEN)}\n`);
  const lines =
    unsupported.size > 0 ? `Ignoring unsupported options: ${[...unsupported].sort().join(', ')}\n\n` : '';
  return deprecated.size > 0
    ? `${lines}Ignoring deprecated options:\n\n${told(deprecated, DEPRECATED)}\n\n`
    : lines;
}
