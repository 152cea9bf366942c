/** Containers as the Engine API v1.55 shows them; field order is the order `docker inspect` prints. */

import type { EndpointSettings, Platform } from './network.ts';

/** Null where Go has a nil map or slice, so that JSON prints `null`. */
export type Nullable<T> = T | null;

/** A Go `map[string]string`. */
export type StringMap = Readonly<Record<string, string>>;

/** A Go `map[string]struct{}`. */
export type StringSet = Readonly<Record<string, Record<string, never>>>;

export type ContainerStatus =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead';

/** `Config.Healthcheck`; durations in nanoseconds, left out where not given. */
export interface Healthcheck {
  Test?: readonly string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

/** One probe in `State.Health.Log`. */
export interface HealthcheckResult {
  Start: string;
  End: string;
  ExitCode: number;
  Output: string;
}

export interface Health {
  Status: 'none' | 'starting' | 'healthy' | 'unhealthy';
  FailingStreak: number;
  Log: HealthcheckResult[];
}

export interface ContainerState {
  Status: ContainerStatus;
  Running: boolean;
  Paused: boolean;
  Restarting: boolean;
  OOMKilled: boolean;
  Dead: boolean;
  Pid: number;
  ExitCode: number;
  Error: string;
  StartedAt: string;
  FinishedAt: string;
  Health?: Health;
}

/** What runs: the part of a container that an image can also hold. */
export interface ContainerConfig {
  Hostname: string;
  Domainname: string;
  User: string;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  ExposedPorts?: StringSet;
  Tty: boolean;
  OpenStdin: boolean;
  StdinOnce: boolean;
  Env: Nullable<readonly string[]>;
  Cmd: Nullable<readonly string[]>;
  Healthcheck?: Healthcheck;
  Image: string;
  Volumes: Nullable<StringSet>;
  WorkingDir: string;
  Entrypoint: Nullable<readonly string[]>;
  NetworkDisabled?: boolean;
  OnBuild?: readonly string[];
  Labels: StringMap;
  StopSignal?: string;
  /** Seconds. */
  StopTimeout?: number;
  Shell?: readonly string[];
}

export interface PortBinding {
  HostIp: string;
  HostPort: string;
}

/** `"80/tcp": [{HostIp, HostPort}]`; null where a port is exposed but not published. */
export type PortMap = Readonly<Record<string, Nullable<readonly PortBinding[]>>>;

export interface RestartPolicy {
  /** no, always, on-failure, unless-stopped; '' is as no. */
  Name: string;
  MaximumRetryCount: number;
}

export interface LogConfig {
  Type: string;
  Config: StringMap;
}

export interface Ulimit {
  Name: string;
  Hard: number;
  Soft: number;
}

export interface DeviceMapping {
  PathOnHost: string;
  PathInContainer: string;
  CgroupPermissions: string;
}

export interface DeviceRequest {
  Driver: string;
  Count: number;
  DeviceIDs: Nullable<readonly string[]>;
  Capabilities: Nullable<readonly (readonly string[])[]>;
  Options: StringMap;
}

/** A `--mount`. */
export interface MountSpec {
  /** bind, volume, tmpfs; anything else is refused by the engine. */
  Type: string;
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: {
    Propagation?: string;
    NonRecursive?: boolean;
    ReadOnlyNonRecursive?: boolean;
    ReadOnlyForceRecursive?: boolean;
    CreateMountpoint?: boolean;
  };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: StringMap;
    DriverConfig?: { Name?: string; Options?: StringMap };
    Subpath?: string;
  };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
  ImageOptions?: { Subpath?: string };
}

/** Limits; `docker update` changes these. */
export interface Resources {
  CpuShares: number;
  Memory: number;
  NanoCpus: number;
  CgroupParent: string;
  BlkioWeight: number;
  BlkioWeightDevice: readonly object[];
  BlkioDeviceReadBps: readonly object[];
  BlkioDeviceWriteBps: readonly object[];
  BlkioDeviceReadIOps: readonly object[];
  BlkioDeviceWriteIOps: readonly object[];
  CpuPeriod: number;
  CpuQuota: number;
  CpuRealtimePeriod: number;
  CpuRealtimeRuntime: number;
  CpusetCpus: string;
  CpusetMems: string;
  Devices: readonly DeviceMapping[];
  DeviceCgroupRules: Nullable<readonly string[]>;
  DeviceRequests: Nullable<readonly DeviceRequest[]>;
  MemoryReservation: number;
  MemorySwap: number;
  MemorySwappiness: Nullable<number>;
  OomKillDisable: boolean;
  PidsLimit: Nullable<number>;
  Ulimits: Nullable<readonly Ulimit[]>;
  CpuCount: number;
  CpuPercent: number;
  IOMaximumIOps: number;
  IOMaximumBandwidth: number;
}

/** How a container is tied to its host. */
export interface HostConfig extends Resources {
  Binds: Nullable<readonly string[]>;
  ContainerIDFile: string;
  LogConfig: LogConfig;
  NetworkMode: string;
  PortBindings: PortMap;
  RestartPolicy: RestartPolicy;
  AutoRemove: boolean;
  VolumeDriver: string;
  VolumesFrom: Nullable<readonly string[]>;
  /** Rows, columns. */
  ConsoleSize: readonly [number, number];
  Annotations?: StringMap;
  CapAdd: Nullable<readonly string[]>;
  CapDrop: Nullable<readonly string[]>;
  CgroupnsMode: string;
  Dns: Nullable<readonly string[]>;
  DnsOptions: Nullable<readonly string[]>;
  DnsSearch: Nullable<readonly string[]>;
  ExtraHosts: Nullable<readonly string[]>;
  GroupAdd: Nullable<readonly string[]>;
  IpcMode: string;
  Cgroup: string;
  Links: Nullable<readonly string[]>;
  OomScoreAdj: number;
  PidMode: string;
  Privileged: boolean;
  PublishAllPorts: boolean;
  ReadonlyRootfs: boolean;
  SecurityOpt: Nullable<readonly string[]>;
  StorageOpt?: StringMap;
  Tmpfs?: StringMap;
  UTSMode: string;
  UsernsMode: string;
  ShmSize: number;
  Sysctls?: StringMap;
  Runtime: string;
  Isolation: string;
  Mounts?: readonly MountSpec[];
  MaskedPaths: Nullable<readonly string[]>;
  ReadonlyPaths: Nullable<readonly string[]>;
  Init?: boolean;
}

/** A mounted place as `.Mounts` lists it. */
export interface MountPoint {
  Type: 'bind' | 'volume' | 'tmpfs' | 'image';
  Name?: string;
  Source: string;
  Destination: string;
  Driver?: string;
  Mode: string;
  RW: boolean;
  Propagation: string;
}

export interface ContainerNetworkSettings {
  SandboxID: string;
  SandboxKey: string;
  Ports: PortMap;
  Networks: Readonly<Record<string, EndpointSettings>>;
}

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: Platform;
}

export interface ContainerInspect {
  Id: string;
  Created: string;
  Path: string;
  Args: readonly string[];
  State: ContainerState;
  Image: string;
  ResolvConfPath: string;
  HostnamePath: string;
  HostsPath: string;
  LogPath: string;
  Name: string;
  RestartCount: number;
  Driver: string;
  Platform: string;
  MountLabel: string;
  ProcessLabel: string;
  AppArmorProfile: string;
  ExecIDs: Nullable<readonly string[]>;
  HostConfig: HostConfig;
  Storage: { RootFS: { Snapshot: { Name: string } } };
  /** With `size` only. */
  SizeRw?: number;
  SizeRootFs?: number;
  Mounts: readonly MountPoint[];
  Config: ContainerConfig;
  NetworkSettings: ContainerNetworkSettings;
  ImageManifestDescriptor: Descriptor;
}

/** A port in `docker ps`. */
export interface PortSummary {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: string;
}

/** A row of `docker ps`. `Status` is the daemon's text (`Up 2 seconds (Paused)`). */
export interface ContainerSummary {
  Id: string;
  /** With the leading slash. */
  Names: readonly string[];
  Image: string;
  ImageID: string;
  ImageManifestDescriptor: Descriptor;
  Command: string;
  /** Seconds since 1970. */
  Created: number;
  Ports: readonly PortSummary[];
  SizeRw?: number;
  SizeRootFs?: number;
  Labels: StringMap;
  State: ContainerStatus;
  Status: string;
  HostConfig: { NetworkMode: string };
  Health: { Status: Health['Status']; FailingStreak: number };
  NetworkSettings: { Networks: Readonly<Record<string, EndpointSettings>> };
  Mounts: readonly MountPoint[];
}

/** What `POST /containers/create` takes. What is left out gets the engine's default. */
export interface CreateRequest {
  name?: string;
  Config: Partial<ContainerConfig> & { readonly Image: string };
  HostConfig?: Partial<HostConfig>;
  NetworkingConfig?: { EndpointsConfig: Readonly<Record<string, Partial<EndpointSettings>>> };
  /** `linux/amd64`; anything else finds no image. */
  platform?: string;
}

export interface CreateResponse {
  Id: string;
  Warnings: readonly string[];
}

export interface ExecConfig {
  Cmd: readonly string[];
  Env?: readonly string[];
  User?: string;
  WorkingDir?: string;
  Privileged?: boolean;
  Tty?: boolean;
  AttachStdin?: boolean;
  AttachStdout?: boolean;
  AttachStderr?: boolean;
  DetachKeys?: string;
  ConsoleSize?: readonly [number, number];
}

export interface ExecInspect {
  ID: string;
  Running: boolean;
  ExitCode: Nullable<number>;
  ProcessConfig: { tty: boolean; entrypoint: string; arguments: readonly string[]; privileged: boolean };
  OpenStdin: boolean;
  OpenStderr: boolean;
  OpenStdout: boolean;
  CanRemove: boolean;
  ContainerID: string;
  DetachKeys: string;
  Pid: number;
}

export interface TopResponse {
  Titles: readonly string[];
  Processes: readonly (readonly string[])[];
}

/** What `docker stats` computes its columns from, already added up. */
export interface StatsSample {
  ID: string;
  Name: string;
  /** False for a stopped container: a row of zeros. */
  Running: boolean;
  /** Milliseconds of computing since start, and the time of the sample. */
  CpuTime: number;
  Read: number;
  /** Percent of one CPU since the sample before. */
  CpuPercent: number;
  OnlineCpus: number;
  MemoryUsage: number;
  MemoryLimit: number;
  NetworkRx: number;
  NetworkTx: number;
  BlockRead: number;
  BlockWrite: number;
  Pids: number;
}

/** A change of `docker diff`: 0 modified, 1 added, 2 deleted. */
export interface FilesystemChange {
  Path: string;
  Kind: 0 | 1 | 2;
}

/** What `HEAD /containers/x/archive` tells. `mode` has Go's os.FileMode bits only for directories and links. */
export interface PathStat {
  name: string;
  size: number;
  mode: number;
  kind: 'file' | 'directory' | 'link' | 'device';
  mtime: number;
  linkTarget: string;
}
