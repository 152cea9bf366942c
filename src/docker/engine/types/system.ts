/** Events, info, version and disk usage as the Engine API shows them. */

import type { ContainerSummary, StringMap } from './container.ts';
import type { ImageSummary } from './image.ts';
import type { SwarmState } from './swarm.ts';
import type { VolumeUsage } from './volume.ts';

export type EventType =
  | 'container'
  | 'image'
  | 'network'
  | 'volume'
  | 'builder'
  | 'daemon'
  | 'plugin'
  | 'service'
  | 'node'
  | 'secret'
  | 'config';

/** A line of `docker events`. Attributes are in the order of their keys. */
export interface EngineEvent {
  Type: EventType;
  Action: string;
  Actor: { ID: string; Attributes: StringMap };
  scope: 'local' | 'swarm';
  /** Seconds since 1970. */
  time: number;
  /** Nanoseconds since 1970; JSON writes its digits. */
  timeNano: bigint;
}

/** Filters as the API takes them: key → values. */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface SystemInfo {
  ID: string;
  Containers: number;
  ContainersRunning: number;
  ContainersPaused: number;
  ContainersStopped: number;
  Images: number;
  Driver: string;
  DriverStatus: readonly (readonly [string, string])[];
  Plugins: {
    Volume: readonly string[];
    Network: readonly string[];
    Authorization: null;
    Log: readonly string[];
  };
  MemoryLimit: boolean;
  SwapLimit: boolean;
  CpuCfsPeriod: boolean;
  CpuCfsQuota: boolean;
  CPUShares: boolean;
  CPUSet: boolean;
  PidsLimit: boolean;
  IPv4Forwarding: boolean;
  Debug: boolean;
  NFd: number;
  OomKillDisable: boolean;
  NGoroutines: number;
  SystemTime: string;
  LoggingDriver: string;
  CgroupDriver: string;
  CgroupVersion: string;
  NEventsListener: number;
  KernelVersion: string;
  OperatingSystem: string;
  OSVersion: string;
  OSType: string;
  Architecture: string;
  IndexServerAddress: string;
  RegistryConfig: { IndexConfigs: object; InsecureRegistryCIDRs: readonly string[]; Mirrors: null };
  NCPU: number;
  MemTotal: number;
  GenericResources: null;
  DockerRootDir: string;
  HttpProxy: string;
  HttpsProxy: string;
  NoProxy: string;
  Name: string;
  Labels: readonly string[];
  ExperimentalBuild: boolean;
  ServerVersion: string;
  Runtimes: Readonly<Record<string, { path: string }>>;
  DefaultRuntime: string;
  Swarm: SwarmState;
  LiveRestoreEnabled: boolean;
  Isolation: string;
  InitBinary: string;
  ContainerdCommit: { ID: string };
  RuncCommit: { ID: string };
  InitCommit: { ID: string };
  SecurityOptions: readonly string[];
  FirewallBackend: { Driver: string; Info: readonly (readonly [string, string])[] };
  CDISpecDirs: readonly string[];
  Warnings: readonly string[] | null;
}

export interface VersionInfo {
  Version: string;
  ApiVersion: string;
  MinAPIVersion: string;
  GitCommit: string;
  GoVersion: string;
  Os: string;
  Arch: string;
  KernelVersion: string;
  BuildTime: string;
  Experimental: boolean;
  Components: readonly { Name: string; Version: string; Details: StringMap }[];
}

/** A row of the build cache. */
export interface BuildCacheRecord {
  ID: string;
  Parents: readonly string[];
  Type: string;
  Description: string;
  InUse: boolean;
  Shared: boolean;
  Size: number;
  CreatedAt: string;
  LastUsedAt: string;
  UsageCount: number;
}

export interface DiskUsage {
  Images: {
    Items: readonly ImageSummary[];
    ActiveCount: number;
    TotalCount: number;
    TotalSize: number;
    Reclaimable: number;
  };
  Containers: {
    Items: readonly ContainerSummary[];
    ActiveCount: number;
    TotalCount: number;
    TotalSize: number;
    Reclaimable: number;
  };
  Volumes: {
    Items: readonly VolumeUsage[];
    ActiveCount: number;
    TotalCount: number;
    TotalSize: number;
    Reclaimable: number;
  };
  BuildCache: {
    Items: readonly BuildCacheRecord[];
    ActiveCount: number;
    TotalCount: number;
    TotalSize: number;
    Reclaimable: number;
  };
}
