import { absolutePath } from '../../kernel/fs/vfs.ts';
import type { Lookup } from '../file/interpolate.ts';
import { isMap, listOf, mapOf, sortKeys, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import type {
  Build,
  Dependency,
  Deploy,
  FileUse,
  HealthTest,
  Limits,
  Service,
  ServiceNetwork,
} from './model.ts';
import {
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
  words,
} from './short.ts';

/** Where a service's relative paths and bare variables lead. */
export interface Surroundings {
  readonly directory: string;
  readonly home: string;
  readonly lookup: Lookup;
  /** The variables of a service's `env_file`s. */
  readonly envFile: (tree: Tree) => Readonly<Record<string, string>>;
}

/** Leaves out what is undefined, as `omitempty` does. */
function given<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

const filled = <T>(items: readonly T[]): readonly T[] | undefined => (items.length === 0 ? undefined : items);

const full = <T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> | undefined =>
  Object.keys(map).length === 0 ? undefined : sortKeys(map);

const text = (tree: Tree | undefined): string | undefined =>
  tree === undefined || tree === null ? undefined : textOf(tree);

const yes = (tree: Tree | undefined): true | undefined => (flag(tree) ? true : undefined);

/** A service as written, with each value in its long form. */
export function readService(tree: TreeMap, around: Surroundings): Service {
  const at = (key: string): Tree | undefined => tree[key];
  const mode = text(at('network_mode'));
  const links = strings(at('links'));
  return given<Service>({
    profiles: filled(strings(at('profiles'))),
    build: readBuild(at('build'), around),
    cap_add: filled(strings(at('cap_add'))),
    cap_drop: filled(strings(at('cap_drop'))),
    cpus: number(at('cpus')),
    command: words(at('command')),
    configs: filled(fileUses(at('configs'))),
    container_name: text(at('container_name')),
    depends_on: full(allDependencies(tree, links, mode)),
    deploy: readDeploy(at('deploy')),
    dns: filled(strings(at('dns'))),
    dns_search: filled(strings(at('dns_search'))),
    domainname: text(at('domainname')),
    entrypoint: words(at('entrypoint')),
    environment: full({
      ...(at('env_file') === undefined ? {} : around.envFile(at('env_file') ?? null)),
      ...environment(at('environment'), around.lookup),
    }),
    expose: filled(strings(at('expose'))),
    extra_hosts: filled(extraHosts(at('extra_hosts'))),
    group_add: filled(strings(at('group_add'))),
    hostname: text(at('hostname')),
    healthcheck: readHealth(at('healthcheck')),
    image: text(at('image')),
    init: yes(at('init')),
    ipc: text(at('ipc')),
    labels: full(labels(at('labels'))),
    links: filled(links),
    logging: readLogging(at('logging')),
    mem_limit: bytes(at('mem_limit')),
    mem_reservation: bytes(at('mem_reservation')),
    network_mode: mode,
    networks: mode === undefined ? readNetworks(at('networks')) : undefined,
    pid: text(at('pid')),
    pids_limit: number(at('pids_limit')),
    platform: text(at('platform')),
    ports: filled(listOf(at('ports')).flatMap(ports)),
    privileged: yes(at('privileged')),
    pull_policy: text(at('pull_policy')),
    read_only: yes(at('read_only')),
    restart: text(at('restart')),
    scale: number(at('scale')),
    secrets: filled(
      fileUses(at('secrets')).map((use) => ({ ...use, target: use.target ?? `/run/secrets/${use.source}` })),
    ),
    security_opt: filled(strings(at('security_opt'))),
    shm_size: bytes(at('shm_size')),
    stdin_open: yes(at('stdin_open')),
    stop_grace_period: duration(at('stop_grace_period')),
    stop_signal: text(at('stop_signal')),
    sysctls: full(labels(at('sysctls'))),
    tmpfs: filled(strings(at('tmpfs'))),
    tty: yes(at('tty')),
    user: text(at('user')),
    volumes: filled(listOf(at('volumes')).map((item) => mount(item, around.directory, around.home))),
    volumes_from: filled(strings(at('volumes_from'))),
    working_dir: text(at('working_dir')),
  });
}

function readBuild(tree: Tree | undefined, around: Surroundings): Build | undefined {
  if (tree === undefined || tree === null) return undefined;
  const map = isMap(tree) ? tree : { context: tree };
  const args = Object.fromEntries(
    Object.entries(pairs(map['args'])).map(([key, value]) => [key, value ?? around.lookup(key) ?? null]),
  );
  const inline = text(map['dockerfile_inline']);
  const context = textOf(map['context']) || '.';
  return given<Build>({
    context: /^(?:https?:|git:|git@|github\.com\/)/.test(context)
      ? context
      : absolutePath(context, around.directory),
    dockerfile: text(map['dockerfile']) ?? (inline === undefined ? 'Dockerfile' : undefined),
    dockerfile_inline: inline,
    args: full(args),
    labels: full(labels(map['labels'])),
    no_cache: yes(map['no_cache']),
    pull: yes(map['pull']),
    extra_hosts: filled(extraHosts(map['extra_hosts'])),
    network: text(map['network']),
    target: text(map['target']),
    shm_size: bytes(map['shm_size']),
    tags: filled(strings(map['tags'])),
  });
}

/** Links, `network_mode: service:x` and `volumes_from` make a service depend on others too. */
function allDependencies(
  tree: TreeMap,
  links: readonly string[],
  mode: string | undefined,
): Record<string, Dependency> {
  const out = dependencies(tree['depends_on']);
  const imply = (name: string, restart: boolean): void => {
    out[name] ??= { condition: 'service_started', ...(restart ? { restart } : {}), required: true };
  };
  for (const link of links) imply(link.split(':')[0] ?? link, true);
  for (const shared of [mode, text(tree['ipc']), text(tree['pid'])])
    if (shared?.startsWith('service:') === true) imply(shared.slice('service:'.length), true);
  for (const from of strings(tree['volumes_from']))
    if (!from.startsWith('container:')) imply(from.split(':')[0] ?? from, false);
  return out;
}

const extraHosts = (tree: Tree | undefined): string[] =>
  isMap(tree)
    ? Object.entries(tree).map(([host, ip]) => `${host}=${textOf(ip)}`)
    : strings(tree).map((item) => item.replace(/^([^=:]+):/, '$1='));

const fileUses = (tree: Tree | undefined): FileUse[] =>
  listOf(tree).map((item) =>
    isMap(item)
      ? given<FileUse>({ source: textOf(item['source']), target: text(item['target']) })
      : { source: textOf(item) },
  );

function readHealth(tree: Tree | undefined): HealthTest | undefined {
  if (!isMap(tree)) return undefined;
  const test = tree['test'];
  return given<HealthTest>({
    test:
      test === undefined || test === null
        ? undefined
        : typeof test === 'string'
          ? ['CMD-SHELL', test]
          : strings(test),
    timeout: duration(tree['timeout']),
    interval: duration(tree['interval']),
    retries: number(tree['retries']),
    start_period: duration(tree['start_period']),
    start_interval: duration(tree['start_interval']),
    disable: yes(tree['disable']),
  });
}

function readLogging(tree: Tree | undefined): Service['logging'] | undefined {
  if (!isMap(tree)) return undefined;
  return given<NonNullable<Service['logging']>>({
    driver: text(tree['driver']),
    options: full(labels(tree['options'])),
  });
}

function readNetworks(tree: Tree | undefined): Record<string, ServiceNetwork | null> {
  if (tree === undefined || tree === null) return { default: null };
  if (!isMap(tree)) {
    const names = strings(tree);
    return names.length === 0
      ? { default: null }
      : Object.fromEntries(names.sort().map((name) => [name, null]));
  }
  return sortKeys(
    Object.fromEntries(
      Object.entries(tree).map(([name, item]) => [
        name,
        isMap(item)
          ? given<ServiceNetwork>({
              aliases: filled(strings(item['aliases'])),
              ipv4_address: text(item['ipv4_address']),
              mac_address: text(item['mac_address']),
              priority: number(item['priority']),
            })
          : null,
      ]),
    ),
  );
}

function readLimits(tree: Tree | undefined): Limits | undefined {
  if (!isMap(tree)) return undefined;
  return given<Limits>({
    cpus: number(tree['cpus']),
    memory: bytes(tree['memory']),
    pids: number(tree['pids']),
  });
}

function readDeploy(tree: Tree | undefined): Deploy | undefined {
  if (!isMap(tree)) return undefined;
  const resources = mapOf(tree['resources']);
  const policy = tree['restart_policy'];
  return given<Deploy>({
    mode: text(tree['mode']),
    replicas: number(tree['replicas']),
    labels: full(labels(tree['labels'])),
    resources:
      tree['resources'] === undefined
        ? undefined
        : given<NonNullable<Deploy['resources']>>({
            limits: readLimits(resources['limits']),
            reservations: readLimits(resources['reservations']),
          }),
    restart_policy: isMap(policy)
      ? given<NonNullable<Deploy['restart_policy']>>({
          condition: text(policy['condition']),
          max_attempts: number(policy['max_attempts']),
        })
      : undefined,
  });
}
