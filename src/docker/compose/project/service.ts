import { absolutePath } from '../../kernel/fs/vfs.ts';
import { ComposeError } from '../error.ts';
import type { Lookup } from '../file/interpolate.ts';
import { isMap, listOf, mapOf, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import type { Build, Dependency, Service } from './model.ts';
import {
  type At,
  commandWords,
  count,
  extensionsOf,
  extraHosts,
  fileUses,
  filled,
  full,
  given,
  readDeploy,
  readDevices,
  readHealth,
  readHooks,
  readNetworks,
  readUlimits,
  readWatches,
  text,
  yes,
} from './parts.ts';
import {
  BadValue,
  bytes,
  dependencies,
  duration,
  environment,
  flag,
  labels,
  mount,
  number,
  pairs,
  ports,
  strings,
} from './short.ts';

/** Where a service's relative paths and bare variables lead. */
export interface Surroundings {
  readonly directory: string;
  readonly home: string;
  readonly lookup: Lookup;
  /** The variables of a service's `env_file`s. */
  readonly envFile: (tree: Tree) => Readonly<Record<string, string>>;
  /** The labels of its `label_file`s. */
  readonly labelFile?: (tree: Tree) => Readonly<Record<string, string>>;
  /** The service's name, for messages that say where a value stands. */
  readonly name?: string;
}

/** A service as written, with each value in its long form. Throws ComposeError. */
export function readService(tree: TreeMap, around: Surroundings): Service {
  const key = (name: string): Tree | undefined => tree[name];
  const at: At = (where, read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BadValue) || around.name === undefined) throw error;
      throw new ComposeError(
        `decoding failed due to the following error(s):\n\n'services[${around.name}].${where}' ${error.message}`,
      );
    }
  };
  const size = (name: string): string | undefined => at(name, () => bytes(key(name)));
  const mode = text(key('network_mode'));
  const links = strings(key('links'));
  const networks =
    mode === undefined || key('networks') !== undefined ? readNetworks(key('networks')) : undefined;
  return {
    ...given<Service>({
      profiles: filled(strings(key('profiles'))),
      annotations: full(labels(key('annotations'))),
      attach: key('attach') === undefined ? undefined : flag(key('attach')),
      build: readBuild(key('build'), around, at),
      develop: isMap(key('develop'))
        ? given({ watch: readWatches(mapOf(key('develop'))['watch']) })
        : undefined,
      blkio_config: mapping(key('blkio_config')),
      cap_add: filled(strings(key('cap_add'))),
      cap_drop: filled(strings(key('cap_drop'))),
      cgroup_parent: text(key('cgroup_parent')),
      cgroup: text(key('cgroup')),
      cpu_count: count(key('cpu_count')),
      cpu_percent: count(key('cpu_percent')),
      cpu_period: count(key('cpu_period')),
      cpu_quota: count(key('cpu_quota')),
      cpu_rt_period: count(key('cpu_rt_period')),
      cpu_rt_runtime: count(key('cpu_rt_runtime')),
      cpus: count(key('cpus')),
      cpuset: text(key('cpuset')),
      cpu_shares: count(key('cpu_shares')),
      command: at('command', () => commandWords(key('command'))),
      configs: at('configs', () => filled(fileUses(key('configs')))),
      container_name: text(key('container_name')),
      credential_spec: mapping(key('credential_spec')),
      depends_on: full(allDependencies(tree, links)),
      deploy: readDeploy(key('deploy'), at),
      device_cgroup_rules: filled(strings(key('device_cgroup_rules'))),
      devices: readDevices(key('devices')),
      dns: filled(strings(key('dns'))),
      dns_opt: filled(strings(key('dns_opt'))),
      dns_search: filled(strings(key('dns_search'))),
      domainname: text(key('domainname')),
      entrypoint: at('entrypoint', () => commandWords(key('entrypoint'))),
      provider: mapping(key('provider')),
      environment: full({
        ...(key('env_file') === undefined ? {} : around.envFile(key('env_file') ?? null)),
        ...environment(key('environment'), around.lookup),
      }),
      expose: filled(strings(key('expose'))),
      external_links: filled(strings(key('external_links'))),
      extra_hosts: at('extra_hosts', () => filled([...extraHosts(key('extra_hosts'))].sort())),
      group_add: filled(strings(key('group_add'))),
      gpus: key('gpus'),
      hostname: text(key('hostname')),
      healthcheck: readHealth(key('healthcheck'), at),
      image: text(key('image')),
      init: key('init') === undefined || key('init') === null ? undefined : flag(key('init')),
      ipc: text(key('ipc')),
      isolation: text(key('isolation')),
      labels: full({
        ...(key('label_file') === undefined ? {} : around.labelFile?.(key('label_file') ?? null)),
        ...labels(key('labels')),
      }),
      links: filled(links),
      logging: readLogging(key('logging')),
      mem_limit: size('mem_limit'),
      mem_reservation: size('mem_reservation'),
      memswap_limit: size('memswap_limit'),
      mem_swappiness: size('mem_swappiness'),
      mac_address: text(key('mac_address')),
      models: mapping(key('models')),
      network_mode: mode,
      networks,
      oom_kill_disable: yes(key('oom_kill_disable')),
      oom_score_adj: count(key('oom_score_adj')),
      pid: text(key('pid')),
      pids_limit: count(key('pids_limit')),
      platform: text(key('platform')),
      ports: filled(listOf(key('ports')).flatMap(ports)),
      privileged: yes(key('privileged')),
      pull_policy: text(key('pull_policy')) === 'if_not_present' ? 'missing' : text(key('pull_policy')),
      read_only: yes(key('read_only')),
      restart: text(key('restart')),
      runtime: text(key('runtime')),
      scale: number(key('scale')),
      secrets: at('secrets', () =>
        filled(
          fileUses(key('secrets')).map((use) => ({
            ...use,
            target: use.target ?? `/run/secrets/${use.source}`,
          })),
        ),
      ),
      security_opt: filled(strings(key('security_opt'))),
      shm_size: size('shm_size'),
      stdin_open: yes(key('stdin_open')),
      stop_grace_period: at('stop_grace_period', () => duration(key('stop_grace_period'))),
      stop_signal: text(key('stop_signal')),
      storage_opt: full(labels(key('storage_opt'))),
      sysctls: full(labels(key('sysctls'))),
      tmpfs: filled(strings(key('tmpfs'))),
      tty: yes(key('tty')),
      ulimits: readUlimits(key('ulimits')),
      use_api_socket: yes(key('use_api_socket')),
      user: text(key('user')),
      userns_mode: text(key('userns_mode')),
      uts: text(key('uts')),
      volumes: at('volumes', () =>
        filled(listOf(key('volumes')).map((item) => mount(item, around.directory, around.home))),
      ),
      volumes_from: filled(strings(key('volumes_from'))),
      working_dir: text(key('working_dir')),
      post_start: readHooks(key('post_start')),
      pre_stop: readHooks(key('pre_stop')),
    }),
    ...extensionsOf(tree),
  };
}

const mapping = (tree: Tree | undefined): TreeMap | undefined => (isMap(tree) ? tree : undefined);

function readBuild(tree: Tree | undefined, around: Surroundings, at: At): Build | undefined {
  if (tree === undefined || tree === null) return undefined;
  const map = isMap(tree) ? tree : { context: tree };
  const args = Object.fromEntries(
    Object.entries(pairs(map['args']))
      .map(([key, value]) => [key, value ?? around.lookup(key) ?? null] as const)
      .filter(([, value]) => value !== null),
  );
  const inline = text(map['dockerfile_inline']);
  const context = textOf(map['context']) || '.';
  return given<Build>({
    context: /:\/\/|^(?:git@|github\.com\/|service:)/.test(context)
      ? context
      : absolutePath(context, around.directory),
    dockerfile: text(map['dockerfile']) ?? (inline === undefined ? 'Dockerfile' : undefined),
    dockerfile_inline: inline,
    entitlements: filled(strings(map['entitlements'])),
    args: full(args),
    provenance: text(map['provenance']),
    sbom: text(map['sbom']),
    ssh: filled(strings(map['ssh'])),
    labels: full(labels(map['labels'])),
    cache_from: filled(strings(map['cache_from'])),
    cache_to: filled(strings(map['cache_to'])),
    no_cache: yes(map['no_cache']),
    additional_contexts: full(labels(map['additional_contexts'])),
    pull: yes(map['pull']),
    extra_hosts: filled([...extraHosts(map['extra_hosts'])].sort()),
    isolation: text(map['isolation']),
    network: text(map['network']),
    target: text(map['target']),
    secrets: filled(fileUses(map['secrets'])),
    shm_size: at('build.shm_size', () => bytes(map['shm_size'])),
    tags: filled(strings(map['tags'])),
    ulimits: readUlimits(map['ulimits']),
    platforms: filled(strings(map['platforms'])),
    privileged: yes(map['privileged']),
  });
}

/** Links, shared namespaces (`network_mode: service:x`) and `volumes_from` make a service depend on others too. */
function allDependencies(tree: TreeMap, links: readonly string[]): Record<string, Dependency> {
  const out = dependencies(tree['depends_on']);
  const imply = (name: string, restart: boolean): void => {
    out[name] ??= { condition: 'service_started', ...(restart ? { restart } : {}), required: true };
  };
  for (const link of links) imply(link.split(':')[0] ?? link, true);
  for (const key of ['network_mode', 'ipc', 'pid', 'uts', 'cgroup']) {
    const shared = text(tree[key]);
    if (shared?.startsWith('service:') === true) imply(shared.slice('service:'.length), true);
  }
  for (const from of strings(tree['volumes_from']))
    if (!from.startsWith('container:')) imply(from.split(':')[0] ?? from, false);
  return out;
}

function readLogging(tree: Tree | undefined): Service['logging'] | undefined {
  if (!isMap(tree)) return undefined;
  return given<NonNullable<Service['logging']>>({
    driver: text(tree['driver']),
    options: full(labels(tree['options'])),
  });
}
