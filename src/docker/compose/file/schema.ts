import { ComposeError } from '../error.ts';
import {
  any,
  anyMap,
  between,
  bool,
  type Check,
  either,
  type Fault,
  int,
  list,
  num,
  object,
  oneOf,
  orNull,
  pattern,
  str,
  strings,
  type,
  unique,
  uniqueStrings,
} from './rules.ts';
import { isMap, type Tree } from './tree.ts';

const scalars = unique(type('string', 'number'));
const listOrDict = either(anyMap(type('string', 'number', 'boolean', 'null')), uniqueStrings);
const extraHosts = either(anyMap(either(str, strings)), uniqueStrings);
const stringOrList = either(str, uniqueStrings);
const command = either(type('null'), str, strings);
const options = anyMap(type('string', 'number'));
const NAMES = /^[a-zA-Z0-9._-]+$/;

const fileReference = either(str, object({ source: str, target: str, uid: str, gid: str, mode: num }));

const ulimits = anyMap(either(int, object({ hard: int, soft: int }, ['soft', 'hard'])));

const healthcheck = object({
  disable: bool,
  interval: str,
  retries: num,
  test: either(str, strings),
  timeout: str,
  start_period: str,
  start_interval: str,
});

const hook = object({ command, user: str, privileged: bool, working_dir: str, environment: listOrDict }, [
  'command',
]);

const develop = orNull(
  object({
    watch: list(
      object(
        {
          ignore: stringOrList,
          include: stringOrList,
          path: str,
          action: oneOf('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
          target: str,
          exec: hook,
          initial_sync: type('boolean'),
        },
        ['path', 'action'],
      ),
    ),
  }),
);

const build = either(
  str,
  object({
    context: str,
    dockerfile: str,
    dockerfile_inline: str,
    entitlements: strings,
    args: listOrDict,
    provenance: bool,
    sbom: bool,
    ssh: listOrDict,
    labels: listOrDict,
    cache_from: strings,
    cache_to: strings,
    no_cache: bool,
    no_cache_filter: stringOrList,
    additional_contexts: listOrDict,
    network: str,
    pull: bool,
    target: str,
    shm_size: int,
    extra_hosts: extraHosts,
    isolation: str,
    privileged: bool,
    secrets: list(fileReference),
    tags: strings,
    ulimits,
    platforms: strings,
  }),
);

const port = either(
  type('number'),
  str,
  object({
    name: str,
    mode: str,
    host_ip: str,
    target: int,
    published: type('string', 'integer'),
    protocol: str,
    app_protocol: str,
  }),
);

const volume = either(
  str,
  object(
    {
      type: oneOf('bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'),
      source: str,
      target: str,
      read_only: bool,
      consistency: str,
      bind: object({
        propagation: str,
        create_host_path: bool,
        recursive: oneOf('enabled', 'disabled', 'writable', 'readonly'),
        selinux: oneOf('z', 'Z'),
      }),
      volume: object({ labels: listOrDict, nocopy: bool, subpath: str }),
      tmpfs: object({ size: either(between(0, Number.MAX_SAFE_INTEGER), str), mode: num }),
      image: object({ subpath: str }),
    },
    ['type'],
  ),
);

const serviceNetwork = either(
  object({
    aliases: uniqueStrings,
    interface_name: str,
    ipv4_address: str,
    ipv6_address: str,
    link_local_ips: uniqueStrings,
    mac_address: str,
    driver_opts: options,
    priority: type('number'),
    gw_priority: type('number'),
  }),
  type('null'),
);

const dependency = object(
  {
    restart: bool,
    required: type('boolean'),
    condition: oneOf('service_started', 'service_healthy', 'service_completed_successfully'),
  },
  ['condition'],
);

const device = {
  capabilities: uniqueStrings,
  count: type('string', 'integer'),
  device_ids: uniqueStrings,
  driver: str,
  options: listOrDict,
};

const update = object({
  parallelism: int,
  delay: str,
  failure_action: str,
  monitor: str,
  max_failure_ratio: num,
  order: oneOf('start-first', 'stop-first'),
});

const deploy = orNull(
  object({
    mode: str,
    endpoint_mode: str,
    replicas: int,
    labels: listOrDict,
    rollback_config: update,
    update_config: update,
    resources: object({
      limits: object({ cpus: num, memory: str, pids: int }),
      reservations: object({
        cpus: num,
        memory: str,
        generic_resources: list(object({ discrete_resource_spec: object({ kind: str, value: num }) })),
        devices: list(object(device, ['capabilities'])),
      }),
    }),
    restart_policy: object({ condition: str, delay: str, max_attempts: int, window: str }),
    placement: object({
      constraints: strings,
      preferences: list(object({ spread: str })),
      max_replicas_per_node: int,
    }),
  }),
);

const envFile = either(str, list(either(str, object({ path: str, format: str, required: bool }, ['path']))));

const service = object({
  annotations: listOrDict,
  attach: bool,
  blkio_config: type('object'),
  build,
  cap_add: uniqueStrings,
  cap_drop: uniqueStrings,
  cgroup: oneOf('host', 'private'),
  cgroup_parent: str,
  command,
  configs: list(fileReference),
  container_name: pattern(/[a-zA-Z0-9][a-zA-Z0-9_.-]+/),
  cpu_count: either(str, between(0, Number.MAX_SAFE_INTEGER)),
  cpu_percent: either(str, between(0, 100)),
  cpu_period: num,
  cpu_quota: num,
  cpu_rt_period: num,
  cpu_rt_runtime: num,
  cpu_shares: num,
  cpus: num,
  cpuset: str,
  credential_spec: object({ config: str, file: str, registry: str }),
  depends_on: either(uniqueStrings, anyMap(dependency, NAMES)),
  deploy,
  develop,
  device_cgroup_rules: uniqueStrings,
  devices: list(either(str, object({ source: str, target: str, permissions: str }, ['source']))),
  dns: stringOrList,
  dns_opt: uniqueStrings,
  dns_search: stringOrList,
  domainname: str,
  entrypoint: command,
  env_file: envFile,
  environment: listOrDict,
  expose: scalars,
  extends: either(str, object({ service: str, file: str }, ['service'])),
  external_links: uniqueStrings,
  extra_hosts: extraHosts,
  gpus: either(oneOf('all'), list(object(device))),
  group_add: scalars,
  healthcheck,
  hostname: str,
  image: str,
  init: bool,
  ipc: str,
  isolation: str,
  label_file: either(str, strings),
  labels: listOrDict,
  links: uniqueStrings,
  logging: object({ driver: str, options: anyMap(type('string', 'number', 'null')) }),
  mac_address: str,
  mem_limit: num,
  mem_reservation: int,
  mem_swappiness: int,
  memswap_limit: num,
  models: any,
  network_mode: str,
  networks: either(uniqueStrings, anyMap(serviceNetwork, NAMES)),
  oom_kill_disable: bool,
  oom_score_adj: either(str, between(-1000, 1000)),
  pid: type('string', 'null'),
  pids_limit: num,
  platform: str,
  ports: unique(port),
  post_start: list(hook),
  pre_stop: list(hook),
  privileged: bool,
  profiles: uniqueStrings,
  provider: object({ type: str, options: any }, ['type']),
  pull_policy: pattern(
    /always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+/,
  ),
  pull_refresh_after: str,
  read_only: bool,
  restart: str,
  runtime: str,
  scale: int,
  secrets: list(fileReference),
  security_opt: uniqueStrings,
  shm_size: num,
  stdin_open: bool,
  stop_grace_period: str,
  stop_signal: str,
  storage_opt: type('object'),
  sysctls: listOrDict,
  tmpfs: stringOrList,
  tty: bool,
  ulimits,
  use_api_socket: type('boolean'),
  user: str,
  userns_mode: str,
  uts: str,
  volumes: unique(volume),
  volumes_from: uniqueStrings,
  working_dir: str,
});

const external: Check = (value, path) =>
  isMap(value) ? object({ name: str })(value, path) : type('boolean', 'string', 'object')(value, path);

const ipam = object({
  driver: str,
  config: list(object({ subnet: str, ip_range: str, gateway: str, aux_addresses: anyMap(str) })),
  options: anyMap(str),
});

const network = orNull(
  object({
    name: str,
    driver: str,
    driver_opts: options,
    ipam,
    external,
    internal: bool,
    enable_ipv4: bool,
    enable_ipv6: bool,
    attachable: bool,
    labels: listOrDict,
  }),
);

const named = orNull(object({ name: str, driver: str, driver_opts: options, external, labels: listOrDict }));

const secret = object({
  name: str,
  environment: str,
  file: str,
  external,
  labels: listOrDict,
  driver: str,
  driver_opts: options,
  template_driver: str,
});

const config = object({
  name: str,
  content: str,
  environment: str,
  file: str,
  external,
  labels: listOrDict,
  template_driver: str,
});

const include = either(str, object({ path: stringOrList, env_file: stringOrList, project_directory: str }));

const root = object({
  version: str,
  name: str,
  include: list(include),
  models: type('object'),
  services: anyMap(service, NAMES),
  networks: anyMap(network),
  volumes: anyMap(named, NAMES),
  secrets: anyMap(secret, NAMES),
  configs: anyMap(config, NAMES),
});

/** Checks a file against the Compose specification; ComposeError with the most specific fault, as Compose reports it. */
export function checkSchema(tree: Tree, path: string): void {
  let worst: Fault | undefined;
  for (const one of root(tree, [])) if (worst === undefined || one.depth > worst.depth) worst = one;
  if (worst !== undefined)
    throw new ComposeError(`validating ${path}: ${worst.path.join('.')} ${worst.message}`);
}
