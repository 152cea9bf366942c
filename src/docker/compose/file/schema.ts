import { ComposeError } from '../error.ts';
import { isList, isMap, type Tree } from './tree.ts';

/** What is wrong at a place of the file. */
interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  /** A wrong type wins over other faults of the same depth. */
  readonly type: boolean;
}

type Check = (value: Tree, path: readonly string[]) => Fault[];

type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'null';

const isType = (value: Tree, type: TypeName): boolean => {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return isList(value);
    case 'object':
      return isMap(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    default:
      return typeof value === type;
  }
};

const readable = (type: TypeName): string => (type === 'object' ? 'mapping' : type);

/** One of these types. */
const type =
  (...types: TypeName[]): Check =>
  (value, path) => {
    if (types.some((name) => isType(value, name))) return [];
    const names = types.map(readable).sort();
    const wanted =
      names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
    return [{ path, message: `must be a ${wanted}`, type: true }];
  };

const list =
  (item: Check): Check =>
  (value, path) =>
    isList(value) ? value.flatMap((one, at) => item(one, [...path, String(at)])) : type('array')(value, path);

const anyMap =
  (item: Check, names?: RegExp): Check =>
  (value, path) => {
    if (!isMap(value)) return type('object')(value, path);
    const wrong = Object.keys(value).filter((key) => names !== undefined && !names.test(key));
    return [
      ...additional(wrong, path),
      ...Object.keys(value).flatMap((key) => item(value[key] ?? null, [...path, key])),
    ];
  };

const additional = (keys: readonly string[], path: readonly string[]): Fault[] =>
  keys.length === 0
    ? []
    : [
        {
          path,
          message: `additional properties ${[...keys]
            .sort()
            .map((key) => `'${key}'`)
            .join(', ')} not allowed`,
          type: false,
        },
      ];

/** A mapping with these keys and no others but `x-…`. */
const object =
  (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    if (!isMap(value)) return type('object')(value, path);
    const keys = Object.keys(value);
    const missing = required.filter((key) => !keys.includes(key));
    return [
      ...additional(
        keys.filter((key) => !Object.hasOwn(fields, key) && !key.startsWith('x-')),
        path,
      ),
      ...(missing.length > 0
        ? [
            {
              path,
              message: `missing properties ${missing.map((key) => `'${key}'`).join(', ')}`,
              type: false,
            },
          ]
        : []),
      ...keys.flatMap((key) => fields[key]?.(value[key] ?? null, [...path, key]) ?? []),
    ];
  };

/** Any of these; if none fits, what is wrong with each. */
const either =
  (...checks: Check[]): Check =>
  (value, path) => {
    const all = checks.map((check) => check(value, path));
    return all.some((faults) => faults.length === 0) ? [] : all.flat();
  };

const nullable = (check: Check): Check => either(check, type('null'));
const any: Check = () => [];
const str = type('string');
const bool = type('boolean', 'string');
const num = type('number', 'string');
const int = type('integer', 'string');
const scalar = type('string', 'number', 'boolean', 'null');
const strings = list(str);
const scalars = list(type('string', 'number'));
const listOrDict = either(anyMap(scalar), strings);
const stringOrList = either(str, strings);
const command = either(type('null'), str, strings);

const fileReference = either(str, object({ source: str, target: str, uid: str, gid: str, mode: num }));

const healthcheck = object({
  disable: bool,
  interval: str,
  retries: num,
  test: stringOrList,
  timeout: str,
  start_period: str,
  start_interval: str,
});

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
    shm_size: num,
    extra_hosts: listOrDict,
    isolation: str,
    privileged: bool,
    secrets: list(fileReference),
    tags: strings,
    ulimits: any,
    platforms: strings,
  }),
);

const port = either(
  num,
  object({
    name: str,
    mode: str,
    host_ip: str,
    target: int,
    published: int,
    protocol: str,
    app_protocol: str,
  }),
);

const volume = either(
  str,
  object(
    {
      type: str,
      source: str,
      target: str,
      read_only: bool,
      consistency: str,
      bind: object({ propagation: str, create_host_path: bool, recursive: str, selinux: str }),
      volume: object({ labels: listOrDict, nocopy: bool, subpath: str }),
      tmpfs: object({ size: num, mode: num }),
      image: object({ subpath: str }),
    },
    ['type'],
  ),
);

const serviceNetwork = nullable(
  object({
    aliases: strings,
    interface_name: str,
    ipv4_address: str,
    ipv6_address: str,
    link_local_ips: strings,
    mac_address: str,
    driver_opts: any,
    priority: num,
    gw_priority: num,
  }),
);

const dependency = object({ restart: bool, required: type('boolean'), condition: str }, ['condition']);

const resource = object({
  cpus: num,
  memory: str,
  pids: int,
  devices: any,
  generic_resources: any,
});

const deploy = nullable(
  object({
    mode: str,
    endpoint_mode: str,
    replicas: int,
    labels: listOrDict,
    rollback_config: any,
    update_config: any,
    resources: object({ limits: resource, reservations: resource }),
    restart_policy: object({ condition: str, delay: str, max_attempts: int, window: str }),
    placement: any,
  }),
);

const envFile = either(str, list(either(str, object({ path: str, format: str, required: bool }, ['path']))));

const service = object({
  annotations: listOrDict,
  attach: bool,
  blkio_config: any,
  build,
  cap_add: strings,
  cap_drop: strings,
  cgroup: str,
  cgroup_parent: str,
  command,
  configs: list(fileReference),
  container_name: str,
  cpu_count: num,
  cpu_percent: num,
  cpu_period: num,
  cpu_quota: num,
  cpu_rt_period: num,
  cpu_rt_runtime: num,
  cpu_shares: num,
  cpus: num,
  cpuset: str,
  credential_spec: any,
  depends_on: either(strings, anyMap(dependency, /^[a-zA-Z0-9._-]+$/)),
  deploy,
  develop: any,
  device_cgroup_rules: strings,
  devices: list(type('string', 'object')),
  dns: stringOrList,
  dns_opt: strings,
  dns_search: stringOrList,
  domainname: str,
  entrypoint: command,
  env_file: envFile,
  environment: listOrDict,
  expose: scalars,
  extends: either(str, object({ service: str, file: str }, ['service'])),
  external_links: strings,
  extra_hosts: listOrDict,
  gpus: any,
  group_add: scalars,
  healthcheck,
  hostname: str,
  image: str,
  init: bool,
  ipc: str,
  isolation: str,
  label_file: stringOrList,
  labels: listOrDict,
  links: strings,
  logging: object({ driver: str, options: any }),
  mac_address: str,
  mem_limit: num,
  mem_reservation: num,
  mem_swappiness: num,
  memswap_limit: num,
  models: any,
  network_mode: str,
  networks: either(strings, anyMap(serviceNetwork, /^[a-zA-Z0-9._-]+$/)),
  oom_kill_disable: bool,
  oom_score_adj: num,
  pid: type('string', 'null'),
  pids_limit: num,
  platform: str,
  ports: list(port),
  post_start: any,
  pre_stop: any,
  privileged: bool,
  profiles: strings,
  provider: any,
  pull_policy: str,
  pull_refresh_after: str,
  read_only: bool,
  restart: str,
  runtime: str,
  scale: int,
  secrets: list(fileReference),
  security_opt: strings,
  shm_size: num,
  stdin_open: bool,
  stop_grace_period: str,
  stop_signal: str,
  storage_opt: any,
  sysctls: listOrDict,
  tmpfs: stringOrList,
  tty: bool,
  ulimits: any,
  use_api_socket: bool,
  user: str,
  userns_mode: str,
  uts: str,
  volumes: list(volume),
  volumes_from: strings,
  working_dir: str,
});

const external = either(type('boolean', 'string'), object({ name: str }));
const ipam = object({
  driver: str,
  config: list(object({ subnet: str, ip_range: str, gateway: str, aux_addresses: any })),
  options: any,
});

const NAMES = /^[a-zA-Z0-9._-]+$/;
const file = nullable(
  object({
    name: str,
    content: str,
    environment: str,
    file: str,
    external,
    labels: listOrDict,
    driver: str,
    driver_opts: any,
    template_driver: str,
  }),
);

const root = object({
  version: any,
  name: str,
  include: any,
  models: any,
  services: anyMap(service, NAMES),
  networks: anyMap(
    nullable(
      object({
        name: str,
        driver: str,
        driver_opts: any,
        ipam,
        external,
        internal: bool,
        enable_ipv4: bool,
        enable_ipv6: bool,
        attachable: bool,
        labels: listOrDict,
      }),
    ),
    NAMES,
  ),
  volumes: anyMap(
    nullable(object({ name: str, driver: str, driver_opts: any, external, labels: listOrDict })),
    NAMES,
  ),
  secrets: anyMap(file, NAMES),
  configs: anyMap(file, NAMES),
});

/** Checks a file against the Compose specification; ComposeError with the most specific fault, as Compose reports it. */
export function checkSchema(tree: Tree, path: string): void {
  const faults = root(dropNullSections(tree), []);
  let worst: Fault | undefined;
  for (const fault of faults)
    if (
      worst === undefined ||
      fault.path.length > worst.path.length ||
      (fault.path.length === worst.path.length && fault.type && !worst.type)
    )
      worst = fault;
  if (worst !== undefined)
    throw new ComposeError(`validating ${path}: ${worst.path.join('.')} ${worst.message}`);
}

/** `volumes:` with nothing below is as good as none. */
function dropNullSections(tree: Tree): Tree {
  if (!isMap(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree).filter(([key, value]) => value !== null || key === 'services'),
  );
}
