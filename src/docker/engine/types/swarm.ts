/** Swarm objects as the Engine API v1.55 shows them; field order is the order `inspect` prints. */

import type { Healthcheck, MountSpec, StringMap, Ulimit } from './container.ts';

/** A task on its way, in the order it goes (api/types/swarm.TaskState). */
export type TaskState =
  | 'new'
  | 'allocated'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned';

interface Meta {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  UpdatedAt: string;
}

/** A secret or config as a service uses it. */
export interface FileTarget {
  Name: string;
  UID: string;
  GID: string;
  Mode: number;
}

export interface SecretReference {
  File: FileTarget;
  SecretID: string;
  SecretName: string;
}

export interface ConfigReference {
  File: FileTarget;
  ConfigID: string;
  ConfigName: string;
}

export interface ContainerSpec {
  Image: string;
  Labels?: StringMap;
  Command?: readonly string[];
  Args?: readonly string[];
  Hostname?: string;
  Env?: readonly string[];
  Dir?: string;
  User?: string;
  Groups?: readonly string[];
  Privileges?: object;
  Init?: boolean;
  StopSignal?: string;
  TTY?: boolean;
  ReadOnly?: boolean;
  Mounts?: readonly MountSpec[];
  StopGracePeriod?: number;
  Healthcheck?: Healthcheck;
  Hosts?: readonly string[];
  DNSConfig?: { Nameservers?: readonly string[]; Search?: readonly string[]; Options?: readonly string[] };
  Secrets?: readonly SecretReference[];
  Configs?: readonly ConfigReference[];
  Isolation?: string;
  Sysctls?: StringMap;
  CapabilityAdd?: readonly string[];
  CapabilityDrop?: readonly string[];
  Ulimits?: readonly Ulimit[];
  OomScoreAdj?: number;
}

export interface ResourceAmounts {
  NanoCPUs?: number;
  MemoryBytes?: number;
  Pids?: number;
}

export interface TaskRestartPolicy {
  Condition?: string;
  Delay?: number;
  MaxAttempts?: number;
  Window?: number;
}

export interface Placement {
  Constraints?: readonly string[];
  Preferences?: readonly { Spread: { SpreadDescriptor: string } }[];
  MaxReplicas?: number;
  Platforms?: readonly { Architecture: string; OS: string }[];
}

export interface NetworkAttachmentConfig {
  Target: string;
  Aliases?: readonly string[];
  DriverOpts?: StringMap;
}

export interface TaskSpec {
  ContainerSpec: ContainerSpec;
  Resources?: { Limits?: ResourceAmounts; Reservations?: ResourceAmounts };
  RestartPolicy?: TaskRestartPolicy;
  Placement?: Placement;
  Networks?: readonly NetworkAttachmentConfig[];
  LogDriver?: { Name?: string; Options?: StringMap };
  ForceUpdate: number;
  Runtime?: string;
}

export interface UpdateConfig {
  Parallelism: number;
  Delay?: number;
  FailureAction?: string;
  Monitor?: number;
  MaxFailureRatio: number;
  Order?: string;
}

export interface PortConfig {
  Name?: string;
  Protocol: string;
  TargetPort: number;
  PublishedPort?: number;
  PublishMode: string;
}

export interface EndpointSpec {
  Mode?: string;
  Ports?: readonly PortConfig[];
}

export interface ServiceMode {
  Replicated?: { Replicas: number };
  Global?: Record<string, never>;
  ReplicatedJob?: { MaxConcurrent: number; TotalCompletions: number };
  GlobalJob?: Record<string, never>;
}

export interface ServiceSpec {
  Name: string;
  Labels: StringMap;
  TaskTemplate: TaskSpec;
  Mode: ServiceMode;
  UpdateConfig?: UpdateConfig;
  RollbackConfig?: UpdateConfig;
  EndpointSpec?: EndpointSpec;
}

export interface UpdateStatus {
  State: string;
  StartedAt?: string;
  CompletedAt?: string;
  Message: string;
}

export interface ServiceInspect extends Meta {
  Spec: ServiceSpec;
  PreviousSpec?: ServiceSpec;
  Endpoint: {
    Spec: EndpointSpec;
    Ports?: readonly PortConfig[];
    VirtualIPs?: readonly { NetworkID: string; Addr: string }[];
  };
  UpdateStatus?: UpdateStatus;
  JobStatus?: { JobIteration: { Index?: number }; LastExecution: string };
}

/** How many tasks run, are wanted, and (of a job) are done. */
export interface ServiceStatus {
  RunningTasks: number;
  DesiredTasks: number;
  CompletedTasks: number;
}

export interface TaskInspect extends Meta {
  /** Of a job: which of its runs the task belongs to. */
  JobIteration?: { Index?: number };
  Labels: StringMap;
  Spec: TaskSpec;
  ServiceID: string;
  Slot?: number;
  NodeID?: string;
  Status: {
    Timestamp: string;
    State: TaskState;
    Message: string;
    Err?: string;
    ContainerStatus?: { ContainerID: string; PID: number; ExitCode: number };
    PortStatus: { Ports?: readonly PortConfig[] };
  };
  DesiredState: TaskState;
  NetworksAttachments?: readonly object[];
  Volumes: null;
}

export interface NodeSpec {
  Name?: string;
  Labels: StringMap;
  Role: string;
  Availability: string;
}

export interface TlsInfo {
  TrustRoot: string;
  CertIssuerSubject: string;
  CertIssuerPublicKey: string;
}

export interface NodeInspect extends Meta {
  Spec: NodeSpec;
  Description: {
    Hostname: string;
    Platform: { Architecture: string; OS: string };
    Resources: { NanoCPUs: number; MemoryBytes: number };
    Engine: {
      EngineVersion: string;
      Labels?: StringMap;
      Plugins: readonly { Type: string; Name: string }[];
    };
    TLSInfo: TlsInfo;
  };
  Status: { State: string; Addr: string };
  ManagerStatus: { Leader: boolean; Reachability: string; Addr: string };
}

/** A secret or a config; the data of a secret is never shown. */
export interface SwarmFile extends Meta {
  Spec: { Name: string; Labels: StringMap; Data: string | undefined; Driver?: undefined };
}

export interface SwarmSpec {
  Name: string;
  Labels: StringMap;
  Orchestration: { TaskHistoryRetentionLimit: number };
  Raft: {
    SnapshotInterval: number;
    KeepOldSnapshots: number;
    LogEntriesForSlowFollowers: number;
    ElectionTick: number;
    HeartbeatTick: number;
  };
  Dispatcher: { HeartbeatPeriod: number };
  CAConfig: { NodeCertExpiry: number };
  TaskDefaults: object;
  EncryptionConfig: { AutoLockManagers: boolean };
}

export interface ClusterInfo extends Meta {
  Spec: SwarmSpec;
  TLSInfo: TlsInfo;
  RootRotationInProgress: boolean;
  DefaultAddrPool: null | readonly string[];
  SubnetSize: number;
  DataPathPort: number;
}

export interface SwarmInspect extends ClusterInfo {
  JoinTokens: { Worker: string; Manager: string };
}

/** The swarm part of `docker info`. */
export interface SwarmState {
  NodeID: string;
  NodeAddr: string;
  LocalNodeState: string;
  ControlAvailable: boolean;
  Error: string;
  RemoteManagers: null | readonly { NodeID: string; Addr: string }[];
  Nodes?: number;
  Managers?: number;
  Cluster?: ClusterInfo;
}

export interface SwarmInit {
  advertiseAddr: string;
  listenAddr: string;
  autolock: boolean;
  availability: string;
  certExpiry: number | undefined;
  heartbeat: number | undefined;
  snapshotInterval: number | undefined;
  maxSnapshots: number | undefined;
  taskHistory: number | undefined;
  addressPools: readonly string[];
  maskLength: number;
  dataPathPort: number;
}
