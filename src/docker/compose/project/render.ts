import { isList, isMap, sortKeys, type Tree, type TreeMap } from '../file/tree.ts';
import { writeYaml } from '../file/write.ts';
import { type Project, type Service, scaleOf } from './model.ts';

type Plain = Record<string, unknown>;

/** The order of a service's fields in compose-go, where that is not the alphabet's. */
const ORDER = [
  ...['profiles', 'annotations', 'attach', 'build', 'develop', 'blkio_config', 'cap_add', 'cap_drop'],
  ...['cgroup_parent', 'cgroup', 'cpu_count', 'cpu_percent', 'cpu_period', 'cpu_quota', 'cpu_rt_period'],
  ...['cpu_rt_runtime', 'cpus', 'cpuset', 'cpu_shares', 'command', 'configs', 'container_name'],
  ...['credential_spec', 'depends_on', 'deploy', 'device_cgroup_rules', 'devices', 'dns', 'dns_opt'],
  ...['dns_search', 'domainname', 'entrypoint', 'provider', 'environment', 'expose', 'external_links'],
  ...['extra_hosts', 'group_add', 'gpus', 'hostname', 'healthcheck', 'image', 'init', 'ipc', 'isolation'],
  ...['labels', 'links', 'logging', 'mem_limit', 'mem_reservation', 'memswap_limit', 'mem_swappiness'],
  ...['mac_address', 'models', 'network_mode', 'networks', 'oom_kill_disable', 'oom_score_adj', 'pid'],
  ...['pids_limit', 'platform', 'ports', 'privileged', 'pull_policy', 'read_only', 'restart', 'runtime'],
  ...['scale', 'secrets', 'security_opt', 'shm_size', 'stdin_open', 'stop_grace_period', 'stop_signal'],
  ...['storage_opt', 'sysctls', 'tmpfs', 'tty', 'ulimits', 'use_api_socket', 'user', 'userns_mode', 'uts'],
  ...['volumes', 'volumes_from', 'working_dir', 'post_start', 'pre_stop'],
];

const place = (key: string): number => {
  const at = ORDER.indexOf(key);
  return at < 0 ? ORDER.length : at;
};

const plainService = (service: object): Plain =>
  Object.fromEntries(
    Object.entries(service).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0)),
  );

/** `$` is written twice, so that what is printed can be read again. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [escaped(key) as string, escaped(item)]),
    );
  return value;
}

const some = (map: object): boolean => Object.keys(map).length > 0;

/** A mapping, read back as YAML in the order of its keys, for what has no type of its own. */
const each = (map: Readonly<Record<string, object>>, write: (item: Plain) => Plain): Plain =>
  Object.fromEntries(Object.entries(map).map(([name, item]) => [name, write(item as Plain)]));

/** What a variable holds is not shown. */
const withoutContent = ({ content, ...rest }: Plain): Plain =>
  rest['environment'] === undefined && content !== undefined ? { ...rest, content } : rest;

/** The fields of JSON that are always there, if only as an empty object. */
function jsonService(service: Service): Plain {
  const deploy =
    service.deploy === undefined
      ? {}
      : {
          deploy: {
            ...service.deploy,
            resources: service.deploy.resources ?? {},
            placement: service.deploy.placement ?? {},
          },
        };
  const { ...rest } = service as unknown as Plain;
  for (const key of Object.keys(rest)) if (key.startsWith('x-')) delete rest[key];
  return plainService({
    ...rest,
    ...deploy,
    command: service.command ?? null,
    entrypoint: service.entrypoint ?? null,
  });
}

const withoutEmpty = (service: Service): Plain => {
  const { deploy, ...rest } = service;
  if (deploy === undefined) return plainService(rest);
  const { resources, ...own } = deploy;
  return plainService({
    ...rest,
    deploy: { ...own, ...(resources === undefined || !some(resources) ? {} : { resources }) },
  });
};

/** The whole project as `config` shows it. */
export function projectTree(project: Project, forJson = false): Plain {
  const { networks, volumes, secrets, configs } = project;
  return escaped({
    name: project.name,
    services: Object.fromEntries(
      Object.entries(project.services).map(([name, service]) => [
        name,
        forJson ? jsonService(service) : withoutEmpty(service),
      ]),
    ),
    ...(some(networks)
      ? { networks: each(networks, (item) => (forJson ? jsonNetwork(item) : plainNetwork(item))) }
      : {}),
    ...(some(volumes) ? { volumes } : {}),
    ...(some(secrets) ? { secrets: each(secrets, ({ content: _, ...rest }) => rest) } : {}),
    ...(some(configs) ? { configs: each(configs, withoutContent) } : {}),
    ...project.extensions,
  }) as Plain;
}

const NETWORK = [
  ...['name', 'driver', 'driver_opts', 'ipam', 'external', 'internal', 'attachable', 'labels', 'enable_ipv4'],
  'enable_ipv6',
];

const plainNetwork = ({ ipam, ...rest }: Plain): Plain => ({
  ...Object.fromEntries(
    NETWORK.map((key) => [key, key === 'ipam' ? ipam : rest[key]] as const).filter(
      ([, value]) => value !== undefined && !(isMap(value as Tree) && !some(value as TreeMap)),
    ),
  ),
  ...Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith('x-'))),
});

const jsonNetwork = (item: Plain): Plain =>
  Object.fromEntries(
    NETWORK.map((key) => [key, key === 'ipam' ? (item['ipam'] ?? {}) : item[key]] as const).filter(
      ([, value]) => value !== undefined,
    ),
  );

/** `docker compose config`. */
export function renderYaml(project: Project): string {
  return writeYaml(projectTree(project));
}

/** `docker compose config --format json`. */
export function renderJson(project: Project): string {
  return `${JSON.stringify(sortKeys(projectTree(project, true)), undefined, 2)}\n`;
}

/** `docker compose config --no-interpolate`: the files' own tree, every mapping in the order of its keys. */
export function renderModel(tree: TreeMap, format: string): string {
  const ordered = (value: Tree): Tree =>
    isMap(value)
      ? Object.fromEntries(Object.entries(sortKeys(value)).map(([key, item]) => [key, ordered(item)]))
      : isList(value)
        ? value.map(ordered)
        : value;
  const all = ordered(tree) as TreeMap;
  return format === 'json' ? JSON.stringify(all, undefined, 2) : writeYaml(all);
}

/** What the hash of a service's configuration is taken over: all but what may change without a new container. */
export function hashText(service: Service): string {
  const {
    build: _build,
    pull_policy: _pull,
    scale: _scale,
    depends_on: _depends,
    profiles: _profiles,
    ...rest
  } = service;
  const { replicas: _replicas, ...deploy } = rest.deploy ?? {};
  return JSON.stringify(plainService({ ...rest, ...(rest.deploy === undefined ? {} : { deploy }) }));
}

/** How many containers each service is to have: for messages and tests. */
export const scales = (project: Project): Record<string, number> =>
  Object.fromEntries(Object.entries(project.services).map(([name, service]) => [name, scaleOf(service)]));
