import {
  GoDuration,
  GoMap,
  GoPointer,
  GoStruct,
  JsonNumber,
  NIL_MAP,
  NIL_SLICE,
  type Value,
} from '../template/values.ts';

/**
 * `docker inspect -f` first runs a template over the Go structs of the API and, if that fails, over the JSON as the
 * daemon sent it. Both views are made here from the same object; they differ in names (`.ID`, `.Id`), in what an unset
 * value is, in numbers and in how things print.
 */

/** Members that are maps; every other object is a struct. The value is what `index` gives for a missing key. */
const MAPS: Readonly<Record<string, Value>> = {
  Labels: '',
  ExposedPorts: undefined,
  /** Those of a container. */
  ContainerPorts: undefined,
  Volumes: undefined,
  PortBindings: null,
  Ports: null,
  Networks: null,
  Options: '',
  DriverOpts: '',
  Sysctls: '',
  Tmpfs: '',
  StorageOpt: '',
  Annotations: '',
  Containers: undefined,
  Subnets: undefined,
  AuxiliaryAddresses: '',
  Attributes: '',
  Runtimes: undefined,
  IndexConfigs: null,
  Details: '',
  EndpointsConfig: null,
};

/** Maps whose keys are no strings: `index` finds nothing in them, and the template goes on to the raw JSON. */
const PORT_MAPS = new Set(['ContainerPorts', 'PortBindings', 'Ports']);

/** Members that are netip.Addr and netip.Prefix: an unset one prints as `invalid IP`, and is still true. */
const ADDRESSES = new Set(['Gateway', 'IPAddress', 'IPv6Gateway', 'GlobalIPv6Address', 'HostIp']);
const PREFIXES = new Set(['Subnet', 'IPRange', 'IPv4Address', 'IPv6Address']);

function address(text: string, name: string): GoStruct {
  const prefix = !ADDRESSES.has(name) && (text === '' || text.includes('/'));
  return new GoStruct(prefix ? 'netip.Prefix' : 'netip.Addr', new Map(), {
    json: () => JSON.stringify(text),
    text: text === '' ? `invalid ${prefix ? 'Prefix' : 'IP'}` : text,
  });
}

/** Members that point to a struct: inside other values they print as an address. */
const POINTERS = new Set([
  'State',
  'Health',
  'HostConfig',
  'Config',
  'NetworkSettings',
  'Healthcheck',
  'ImageManifestDescriptor',
  'IPAMConfig',
  'Descriptor',
]);

/** Go's field names where they are not those of the JSON. */
const GO_NAMES: Readonly<Record<string, string>> = {
  Id: 'ID',
  ApiVersion: 'APIVersion',
  NanoCpus: 'NanoCPUs',
  CpuShares: 'CPUShares',
  CpuPeriod: 'CPUPeriod',
  CpuQuota: 'CPUQuota',
  CpuRealtimePeriod: 'CPURealtimePeriod',
  CpuRealtimeRuntime: 'CPURealtimeRuntime',
  CpuCount: 'CPUCount',
  CpuPercent: 'CPUPercent',
  Dns: 'DNS',
  DnsOptions: 'DNSOptions',
  DnsSearch: 'DNSSearch',
  HostIp: 'HostIP',
};

/** Fields that JSON leaves out when unset, with the value Go has then; by the members of the struct that tell it apart. */
const UNSET: readonly {
  readonly has: string;
  /** The name it must have as a member, too. */
  readonly name?: string;
  readonly fields: Readonly<Record<string, Value>>;
}[] = [
  { has: 'OOMKilled', fields: { Health: null } },
  {
    has: 'OpenStdin',
    fields: {
      Healthcheck: null,
      StopTimeout: null,
      OnBuild: NIL_SLICE,
      Shell: NIL_SLICE,
      StopSignal: '',
      NetworkDisabled: false,
      ExposedPorts: NIL_MAP,
    },
  },
  {
    has: 'RestartPolicy',
    fields: {
      Init: null,
      Tmpfs: NIL_MAP,
      Sysctls: NIL_MAP,
      StorageOpt: NIL_MAP,
      Annotations: NIL_MAP,
      Mounts: NIL_SLICE,
    },
  },
  { has: 'ResolvConfPath', fields: { SizeRw: null, SizeRootFs: null } },
  { has: 'LocalNodeState', fields: { Nodes: 0, Managers: 0, Cluster: null } },
  {
    has: 'RepoTags',
    fields: {
      Comment: '',
      Author: '',
      Created: '',
      Variant: '',
      OsVersion: '',
      GraphDriver: null,
      Manifests: NIL_SLICE,
      Identity: null,
    },
  },
  ...swarmUnset(),
  { has: 'Mountpoint', fields: { Status: NIL_MAP, UsageData: null, ClusterVolume: null } },
];

/** The same for the objects of a swarm. */
function swarmUnset(): { has: string; name?: string; fields: Readonly<Record<string, Value>> }[] {
  const lists = (text: string): Record<string, Value> =>
    Object.fromEntries(text.split(' ').map((name) => [name, NIL_SLICE]));
  return [
    {
      has: 'DNSConfig',
      fields: {
        ...lists('Command Args Env Groups Mounts Hosts Secrets Configs CapabilityAdd CapabilityDrop Ulimits'),
        Labels: NIL_MAP,
        Sysctls: NIL_MAP,
        Hostname: '',
        Dir: '',
        User: '',
        StopSignal: '',
        TTY: false,
        ReadOnly: false,
        Privileges: null,
        Init: null,
        StopGracePeriod: null,
        Healthcheck: null,
        OomScoreAdj: 0,
      },
    },
    { has: 'Endpoint', fields: { PreviousSpec: null, UpdateStatus: null, JobStatus: null } },
    { has: 'Spec', name: 'Endpoint', fields: lists('Ports VirtualIPs') },
    { has: 'Mode', name: 'EndpointSpec', fields: lists('Ports') },
    {
      has: 'ForceUpdate',
      fields: { ...lists('Networks'), RestartPolicy: null, Placement: null, LogDriver: null },
    },
    { has: 'Platforms', fields: { ...lists('Constraints Preferences'), MaxReplicas: 0 } },
    { has: 'DesiredState', fields: { ...lists('NetworksAttachments'), Slot: 0, NodeID: '' } },
    { has: 'Timestamp', fields: { Err: '', ContainerStatus: null } },
    { has: 'Availability', fields: { Name: '' } },
  ];
}

/** Members that are integers behind a pointer: nil prints `<nil>`. Everything null that is no list or map. */
const NIL_POINTERS = new Set([
  'MemorySwappiness',
  'PidsLimit',
  'OomKillDisable',
  'Init',
  'IPAMConfig',
  'Health',
  'Healthcheck',
]);

/** Members that point to a number or a truth value. */
const SCALAR_POINTERS = new Set([
  'MemorySwappiness',
  'PidsLimit',
  'OomKillDisable',
  'Init',
  'StopTimeout',
  'SizeRw',
  'SizeRootFs',
]);

/** Members that Go keeps as time.Duration. */
const DURATIONS = new Set([
  'Interval',
  'Timeout',
  'StartPeriod',
  'StartInterval',
  'Delay',
  'Monitor',
  'Window',
  'StopGracePeriod',
  'NodeCertExpiry',
  'HeartbeatPeriod',
]);

/** What an image's configuration leaves out when unset. */
const IMAGE_CONFIG: Readonly<Record<string, Value>> = {
  User: '',
  ExposedPorts: NIL_MAP,
  Env: NIL_SLICE,
  Entrypoint: NIL_SLICE,
  Cmd: NIL_SLICE,
  Volumes: NIL_MAP,
  WorkingDir: '',
  Labels: NIL_MAP,
  StopSignal: '',
  ArgsEscaped: false,
  Healthcheck: null,
  OnBuild: NIL_SLICE,
  Shell: NIL_SLICE,
};

/** The object as Go's structs. */
export function typedView(value: unknown, name = ''): Value {
  if (value === null) return name in MAPS ? NIL_MAP : NIL_POINTERS.has(name) ? null : NIL_SLICE;
  if ((typeof value === 'number' || typeof value === 'boolean') && SCALAR_POINTERS.has(name))
    return new GoPointer(value);
  if (typeof value === 'number' && DURATIONS.has(name)) return new GoDuration(value);
  if (typeof value === 'string' && (ADDRESSES.has(name) || PREFIXES.has(name))) return address(value, name);
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map((item) => typedView(item, ''));
  if (typeof value !== 'object') return undefined;
  const entries = Object.entries(value);
  if (name in MAPS) {
    const zero = MAPS[name];
    const type = PORT_MAPS.has(name)
      ? `map[network.Port]${name}`
      : zero === ''
        ? 'map[string]string'
        : `map[string]${name}`;
    return new GoMap(
      new Map(entries.map(([key, item]) => [key, typedView(item, name === 'Networks' ? '*' : '')])),
      type,
      zero,
    );
  }
  const known = new Set(entries.map(([key]) => key));
  const fields = new Map<string, Value>();
  const logConfig = known.has('Type') && known.size === 2 && known.has('Config');
  for (const [key, item] of entries)
    fields.set(goName(key), typedView(item, memberName(key, known, logConfig)));
  if (name === 'Config' && !known.has('OpenStdin'))
    for (const [key, zero] of Object.entries(IMAGE_CONFIG)) if (!fields.has(key)) fields.set(key, zero);
  for (const { has, name: member, fields: unset } of UNSET) {
    if (!known.has(has) || (member !== undefined && member !== name)) continue;
    for (const [key, zero] of Object.entries(unset)) if (!fields.has(key)) fields.set(key, zero);
  }
  // The fields of a volume stand in the order of their names (api/types/volume).
  const sorted = known.has('Mountpoint') ? new Map([...fields].sort(([a], [b]) => (a < b ? -1 : 1))) : fields;
  return new GoStruct(name === '' ? 'struct' : name, sorted, {
    json: () => jsonText(value),
    pointer: POINTERS.has(name) || name === '*',
  });
}

/** Under which name a member's kind is known. */
function memberName(key: string, beside: ReadonlySet<string>, logConfig: boolean): string {
  if (logConfig && key === 'Config') return 'Labels';
  return key === 'ExposedPorts' && beside.has('OpenStdin') ? 'ContainerPorts' : key;
}

const goName = (key: string): string => GO_NAMES[key] ?? key.charAt(0).toUpperCase() + key.slice(1);

/** The object as decoded JSON: maps all the way, numbers as text. */
export function rawView(value: unknown): Value {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' || typeof value === 'bigint') return new JsonNumber(String(value));
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(rawView);
  return new GoMap(
    new Map(
      Object.entries(value as object)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, rawView(item)]),
    ),
  );
}

/** JSON of an API object: structs in their order, maps sorted by key, as the daemon sends it. */
export function jsonText(value: unknown, indent = 0): string {
  // Nanoseconds do not fit a number: their digits go through as marked text.
  const text = JSON.stringify(
    ordered(value, ''),
    (_, item: unknown) => (typeof item === 'bigint' ? `\u0000${item}` : item),
    indent,
  );
  return text.replace(/"\\u0000(\d+)"/g, '$1');
}

function ordered(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, ''));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, ordered(item, key)] as const);
  const isMap = name in MAPS || (name === 'Config' && entries.every(([, item]) => typeof item === 'string'));
  if (isMap) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries);
}
