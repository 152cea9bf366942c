import { sortedRecord } from '../filters.ts';
import type { HostConfig, PortMap } from '../types/container.ts';

const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];

const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** The host configuration with the engine's defaults, fields in the order `docker inspect` prints. */
export function completeHostConfig(given: Partial<HostConfig>, cgroupVersion: 1 | 2 = 1): HostConfig {
  const memory = given.Memory ?? 0;
  const privileged = given.Privileged ?? false;
  const policy = given.RestartPolicy;
  return {
    Binds: given.Binds ?? null,
    ContainerIDFile: given.ContainerIDFile ?? '',
    LogConfig: {
      Type: given.LogConfig?.Type || 'json-file',
      Config: sortedRecord(given.LogConfig?.Config ?? {}),
    },
    NetworkMode: networkMode(given.NetworkMode),
    PortBindings: sortedRecord(given.PortBindings ?? {}) as PortMap,
    RestartPolicy: { Name: policy?.Name || 'no', MaximumRetryCount: policy?.MaximumRetryCount ?? 0 },
    AutoRemove: given.AutoRemove ?? false,
    VolumeDriver: given.VolumeDriver ?? '',
    VolumesFrom: given.VolumesFrom ?? null,
    ConsoleSize: given.ConsoleSize ?? [0, 0],
    ...(given.Annotations === undefined ? {} : { Annotations: given.Annotations }),
    CapAdd: given.CapAdd?.map(capability) ?? null,
    CapDrop: given.CapDrop?.map(capability) ?? null,
    CgroupnsMode: given.CgroupnsMode || (cgroupVersion === 2 ? 'private' : 'host'),
    Dns: given.Dns ?? null,
    DnsOptions: given.DnsOptions ?? [],
    DnsSearch: given.DnsSearch ?? [],
    ExtraHosts: given.ExtraHosts ?? null,
    GroupAdd: given.GroupAdd ?? null,
    IpcMode: given.IpcMode || 'private',
    Cgroup: given.Cgroup ?? '',
    Links: given.Links ?? null,
    OomScoreAdj: given.OomScoreAdj ?? 0,
    PidMode: given.PidMode ?? '',
    Privileged: privileged,
    PublishAllPorts: given.PublishAllPorts ?? false,
    ReadonlyRootfs: given.ReadonlyRootfs ?? false,
    SecurityOpt: given.SecurityOpt ?? (privileged ? ['label=disable'] : null),
    ...(given.StorageOpt === undefined ? {} : { StorageOpt: given.StorageOpt }),
    ...(given.Tmpfs === undefined || Object.keys(given.Tmpfs).length === 0
      ? {}
      : { Tmpfs: sortedRecord(given.Tmpfs) }),
    UTSMode: given.UTSMode ?? '',
    UsernsMode: given.UsernsMode ?? '',
    ShmSize: given.ShmSize || 67108864,
    ...(given.Sysctls === undefined || Object.keys(given.Sysctls).length === 0
      ? {}
      : { Sysctls: sortedRecord(given.Sysctls) }),
    Runtime: given.Runtime || 'runc',
    Isolation: given.Isolation ?? '',
    CpuShares: given.CpuShares ?? 0,
    Memory: memory,
    NanoCpus: given.NanoCpus ?? 0,
    CgroupParent: given.CgroupParent ?? '',
    BlkioWeight: given.BlkioWeight ?? 0,
    BlkioWeightDevice: given.BlkioWeightDevice ?? [],
    BlkioDeviceReadBps: given.BlkioDeviceReadBps ?? [],
    BlkioDeviceWriteBps: given.BlkioDeviceWriteBps ?? [],
    BlkioDeviceReadIOps: given.BlkioDeviceReadIOps ?? [],
    BlkioDeviceWriteIOps: given.BlkioDeviceWriteIOps ?? [],
    CpuPeriod: given.CpuPeriod ?? 0,
    CpuQuota: given.CpuQuota ?? 0,
    CpuRealtimePeriod: given.CpuRealtimePeriod ?? 0,
    CpuRealtimeRuntime: given.CpuRealtimeRuntime ?? 0,
    CpusetCpus: given.CpusetCpus ?? '',
    CpusetMems: given.CpusetMems ?? '',
    Devices: given.Devices ?? [],
    DeviceCgroupRules: given.DeviceCgroupRules ?? null,
    DeviceRequests: given.DeviceRequests ?? null,
    MemoryReservation: given.MemoryReservation ?? 0,
    // Without a limit of its own, swap is as much again as memory.
    MemorySwap: given.MemorySwap || (memory > 0 ? memory * 2 : 0),
    MemorySwappiness: given.MemorySwappiness ?? null,
    OomKillDisable: given.OomKillDisable ?? false,
    PidsLimit: given.PidsLimit === undefined || given.PidsLimit === 0 ? null : given.PidsLimit,
    Ulimits: given.Ulimits ?? [],
    CpuCount: given.CpuCount ?? 0,
    CpuPercent: given.CpuPercent ?? 0,
    IOMaximumIOps: given.IOMaximumIOps ?? 0,
    IOMaximumBandwidth: given.IOMaximumBandwidth ?? 0,
    ...(given.Mounts === undefined || given.Mounts.length === 0 ? {} : { Mounts: given.Mounts }),
    MaskedPaths: given.MaskedPaths ?? (privileged ? null : MASKED),
    ReadonlyPaths: given.ReadonlyPaths ?? (privileged ? null : READ_ONLY),
    ...(given.Init === undefined ? {} : { Init: given.Init }),
  };
}

function networkMode(mode: string | undefined): string {
  return mode === undefined || mode === '' || mode === 'default' ? 'bridge' : mode;
}

/** `net_admin`, `CAP_NET_ADMIN` ⇒ `CAP_NET_ADMIN`; `ALL` stays. */
export function capability(written: string): string {
  const name = written.toUpperCase();
  return name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`;
}
