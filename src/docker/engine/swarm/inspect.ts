import { rfc3339Nano } from '../../kernel/clock.ts';
import { formatIp } from '../networks/ip.ts';
import type { Network } from '../networks/network.ts';
import type {
  ClusterInfo,
  ContainerSpec,
  NodeInspect,
  ServiceInspect,
  ServiceSpec,
  SwarmFile,
  TaskInspect,
  TaskSpec,
  UpdateConfig,
} from '../types/swarm.ts';
import type { Cluster, FileRecord, Service, Task } from './state.ts';

/** Objects of the swarm as the API shows them. */

const PLUGINS: readonly (readonly [string, readonly string[]])[] = [
  ['Log', ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog']],
  ['Network', ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay']],
  ['Volume', ['local']],
];

const DEFAULT_UPDATE: UpdateConfig = {
  Parallelism: 1,
  FailureAction: 'pause',
  Monitor: 5e9,
  MaxFailureRatio: 0,
  Order: 'stop-first',
};

/** Puts fields in the order of Go's struct. */
function inOrder<T extends object>(value: T, keys: readonly (keyof T)[]): T {
  const out: Partial<T> = {};
  for (const key of keys) if (value[key] !== undefined) out[key] = value[key];
  return out as T;
}

const CONTAINER_FIELDS: readonly (keyof ContainerSpec)[] = [
  'Image',
  'Labels',
  'Command',
  'Args',
  'Hostname',
  'Env',
  'Dir',
  'User',
  'Groups',
  'Privileges',
  'Init',
  'StopSignal',
  'TTY',
  'ReadOnly',
  'Mounts',
  'StopGracePeriod',
  'Healthcheck',
  'Hosts',
  'DNSConfig',
  'Secrets',
  'Configs',
  'Isolation',
  'Sysctls',
  'CapabilityAdd',
  'CapabilityDrop',
  'Ulimits',
  'OomScoreAdj',
];

const TASK_FIELDS: readonly (keyof TaskSpec)[] = [
  'ContainerSpec',
  'Resources',
  'RestartPolicy',
  'Placement',
  'Networks',
  'LogDriver',
  'ForceUpdate',
  'Runtime',
];

function showTask(spec: TaskSpec): TaskSpec {
  const container = inOrder({ DNSConfig: {}, Isolation: 'default', ...spec.ContainerSpec }, CONTAINER_FIELDS);
  return inOrder({ ...spec, ContainerSpec: container }, TASK_FIELDS);
}

const PLATFORM = [{ Architecture: 'amd64', OS: 'linux' }];

/** A service's spec as it is kept. */
export function showSpec(spec: ServiceSpec): ServiceSpec {
  const { Name, Labels, TaskTemplate, Mode, UpdateConfig, RollbackConfig, EndpointSpec } = spec;
  return {
    Name,
    Labels,
    TaskTemplate: { ...showTask(TaskTemplate), Runtime: 'container' },
    Mode,
    ...(UpdateConfig === undefined ? {} : { UpdateConfig }),
    ...(RollbackConfig === undefined ? {} : { RollbackConfig }),
    EndpointSpec: EndpointSpec ?? { Mode: 'vip' },
  };
}

/** With what the manager adds where nothing is said (`insertDefaults`). */
function withDefaults(spec: ServiceSpec): ServiceSpec {
  const shown = showSpec(spec);
  const job = spec.Mode.ReplicatedJob !== undefined || spec.Mode.GlobalJob !== undefined;
  const { TaskTemplate: task } = shown;
  const TaskTemplate = showTask({
    ...task,
    ContainerSpec: { StopGracePeriod: 10e9, ...task.ContainerSpec },
    RestartPolicy: {
      Condition: task.RestartPolicy?.Condition ?? (job ? 'on-failure' : 'any'),
      Delay: task.RestartPolicy?.Delay ?? 5e9,
      MaxAttempts: task.RestartPolicy?.MaxAttempts ?? 0,
      ...(task.RestartPolicy?.Window === undefined ? {} : { Window: task.RestartPolicy.Window }),
    },
  });
  const { Name, Labels, Mode, EndpointSpec } = shown;
  return {
    Name,
    Labels,
    TaskTemplate: { ...TaskTemplate, Runtime: 'container' },
    Mode,
    ...(job
      ? {}
      : {
          UpdateConfig: spec.UpdateConfig ?? DEFAULT_UPDATE,
          RollbackConfig: spec.RollbackConfig ?? DEFAULT_UPDATE,
        }),
    EndpointSpec: EndpointSpec ?? { Mode: 'vip' },
  };
}

/** `docker service inspect`. */
export function inspectService(service: Service, defaults: boolean): ServiceInspect {
  const { spec, previous, updateStatus } = service;
  const Spec = spec.EndpointSpec ?? { Mode: 'vip' };
  return {
    ...service.meta(),
    Spec: defaults ? withDefaults(spec) : showSpec(spec),
    ...(previous === undefined ? {} : { PreviousSpec: showSpec(previous) }),
    Endpoint: {
      Spec,
      ...(service.ports.length > 0 ? { Ports: service.ports } : {}),
      ...(service.vips.length > 0
        ? {
            VirtualIPs: service.vips.map(({ network, address }) => ({
              NetworkID: network.id,
              Addr: `${formatIp(address)}/${network.settings.pool?.subnet.prefix ?? 24}`,
            })),
          }
        : {}),
    },
    ...(updateStatus === undefined ? {} : { UpdateStatus: updateStatus }),
    ...(service.isJob
      ? {
          JobStatus: {
            JobIteration: version(service.iteration),
            LastExecution: rfc3339Nano(service.lastExecution),
          },
        }
      : {}),
  };
}

/** A number of the manager's; Go leaves 0 out. */
const version = (index: number): { Index?: number } => (index === 0 ? {} : { Index: index });

/** `docker inspect` of a task. */
export function inspectTask(task: Task): TaskInspect {
  const { Runtime: _, ...spec } = showTask(task.spec);
  return {
    ...task.meta(),
    Labels: {},
    Spec: spec,
    ServiceID: task.service.id,
    ...(task.slot === 0 ? {} : { Slot: task.slot }),
    ...(task.nodeId === undefined ? {} : { NodeID: task.nodeId }),
    Status: {
      Timestamp: rfc3339Nano(task.timestamp),
      State: task.state,
      Message: task.message,
      ...(task.error === '' ? {} : { Err: task.error }),
      ...(task.containerId === ''
        ? {}
        : {
            ContainerStatus: { ContainerID: task.containerId, PID: task.pid, ExitCode: task.exitCode },
          }),
      PortStatus: task.hostPorts.length > 0 ? { Ports: task.hostPorts } : {},
    },
    DesiredState: task.desired,
    ...(task.service.isJob ? { JobIteration: version(task.iteration) } : {}),
    ...(task.held.length === 0
      ? {}
      : {
          NetworksAttachments: task.held.map(({ network, address }) => ({
            Network: attachedNetwork(network),
            Addresses: [`${formatIp(address)}/${network.settings.pool?.subnet.prefix ?? 24}`],
          })),
        }),
    Volumes: null,
  };
}

function attachedNetwork(network: Network): object {
  const { settings } = network;
  const ingress = settings.swarm?.ingress === true;
  const time = rfc3339Nano(settings.created);
  return {
    ID: settings.id,
    Version: { Index: 4 },
    CreatedAt: time,
    UpdatedAt: time,
    Spec: {
      Name: settings.name,
      Labels: settings.labels,
      DriverConfiguration: ingress ? {} : { Name: 'overlay' },
      ...(ingress ? { Ingress: true } : {}),
      ...(settings.attachable ? { Attachable: true } : {}),
      IPAMOptions: { Driver: ingress ? {} : { Name: 'default' } },
      Scope: 'swarm',
    },
    DriverState: { Name: 'overlay', Options: settings.options },
    IPAMOptions: { Driver: { Name: 'default' }, Configs: settings.pools },
  };
}

/** `docker node inspect`. */
export function inspectNode(cluster: Cluster, version: string): NodeInspect {
  const { node, daemon, tls } = cluster;
  const { settings, host } = daemon;
  return {
    ...node.meta(),
    Spec: {
      ...(node.spec.Name === undefined ? {} : { Name: node.spec.Name }),
      Labels: node.spec.Labels,
      Role: node.spec.Role,
      Availability: node.spec.Availability,
    },
    Description: {
      Hostname: host.uts.hostname,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: settings.cpus * 1e9, MemoryBytes: settings.memory },
      Engine: {
        EngineVersion: version,
        Plugins: PLUGINS.flatMap(([Type, names]) => names.map((Name) => ({ Type, Name }))),
      },
      TLSInfo: tls,
    },
    Status: { State: 'ready', Addr: cluster.address },
    ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: `${cluster.address}:${cluster.port}` },
  };
}

/** `docker secret inspect` (never its data) and `docker config inspect`. */
export function inspectFile(file: FileRecord, withData: boolean): SwarmFile {
  let bytes = '';
  for (const byte of file.data) bytes += String.fromCharCode(byte);
  return {
    ...file.meta(),
    Spec: { Name: file.name, Labels: file.labels, Data: withData ? btoa(bytes) : undefined },
  };
}

/** The cluster as `docker info` shows it. */
export function inspectCluster(cluster: Cluster): ClusterInfo {
  return {
    ID: cluster.id,
    Version: { Index: cluster.version },
    CreatedAt: rfc3339Nano(cluster.created),
    UpdatedAt: rfc3339Nano(cluster.updated),
    Spec: cluster.spec,
    TLSInfo: cluster.tls,
    RootRotationInProgress: false,
    DefaultAddrPool: cluster.pools.length > 0 ? cluster.pools : null,
    SubnetSize: cluster.maskLength,
    DataPathPort: cluster.dataPathPort,
  };
}

export { PLATFORM };
