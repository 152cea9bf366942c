import { rfc3339Nano } from '../kernel/clock.ts';
import { KERNEL_RELEASE } from '../kernel/fs/proc.ts';
import { listContainers } from './containers/list.ts';
import { storeSize } from './images/remove.ts';
import type { Rooms } from './rooms.ts';
import type { BuildCacheRecord, DiskUsage, SystemInfo, VersionInfo } from './types/system.ts';

const VERSION = '29.7.2';

/** `docker version`, the server's half. */
export function version(): VersionInfo {
  return {
    Version: VERSION,
    ApiVersion: '1.55',
    MinAPIVersion: '1.40',
    GitCommit: '26d1ce1',
    GoVersion: 'go1.26.10',
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: KERNEL_RELEASE,
    BuildTime: 'library-import',
    Experimental: false,
    Components: [
      {
        Name: 'Engine',
        Version: VERSION,
        Details: {
          ApiVersion: '1.55',
          Arch: 'amd64',
          BuildTime: 'library-import',
          Experimental: 'false',
          GitCommit: '26d1ce1',
          GoVersion: 'go1.26.10',
          KernelVersion: KERNEL_RELEASE,
          MinAPIVersion: '1.40',
          Os: 'linux',
        },
      },
      { Name: 'containerd', Version: '2.1.9+unknown', Details: { GitCommit: '' } },
      { Name: 'runc', Version: '1.4.3', Details: { GitCommit: '' } },
      { Name: 'docker-init', Version: '0.19.0', Details: { GitCommit: '' } },
    ],
  };
}

/** `docker info`, the server's half. */
export function info(rooms: Rooms, id: string): SystemInfo {
  const unified = rooms.daemon.settings.cgroupVersion === 2;
  const { daemon, containers, images } = rooms;
  const states = { running: 0, paused: 0, stopped: 0 };
  for (const { state } of containers.all())
    if (state.paused) states.paused++;
    else if (state.running) states.running++;
    else states.stopped++;
  return {
    ID: id,
    Containers: containers.size,
    ContainersRunning: states.running,
    ContainersPaused: states.paused,
    ContainersStopped: states.stopped,
    Images: images.store.all().length,
    Driver: 'overlayfs',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
      Authorization: null,
      Log: ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'],
    },
    MemoryLimit: true,
    SwapLimit: true,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: true,
    PidsLimit: true,
    IPv4Forwarding: true,
    Debug: false,
    NFd: 27,
    OomKillDisable: !unified,
    NGoroutines: 48,
    SystemTime: rfc3339Nano(daemon.now),
    LoggingDriver: 'json-file',
    CgroupDriver: unified ? 'systemd' : 'cgroupfs',
    CgroupVersion: unified ? '2' : '1',
    NEventsListener: daemon.events.listeners,
    KernelVersion: KERNEL_RELEASE,
    OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    OSVersion: '12',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: {
      IndexConfigs: { 'docker.io': { Name: 'docker.io', Mirrors: [], Secure: true, Official: true } },
      InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'],
      Mirrors: null,
    },
    NCPU: daemon.settings.cpus,
    MemTotal: daemon.settings.memory,
    GenericResources: null,
    DockerRootDir: daemon.settings.dataRoot,
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: daemon.host.uts.hostname,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: VERSION,
    Runtimes: { 'io.containerd.runc.v2': { path: 'runc' }, runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: daemon.swarm?.state() ?? {
      NodeID: '',
      NodeAddr: '',
      LocalNodeState: 'inactive',
      ControlAvailable: false,
      Error: '',
      RemoteManagers: null,
    },
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: '' },
    RuncCommit: { ID: '' },
    InitCommit: { ID: '' },
    SecurityOptions: ['name=seccomp,profile=builtin', ...(unified ? ['name=cgroupns'] : [])],
    FirewallBackend: {
      Driver: 'iptables',
      Info: [
        ['EnableUserlandProxy', 'true'],
        ['UserlandProxyPath', '/usr/bin/docker-proxy'],
      ],
    },
    CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
    Warnings: null,
  };
}

/** `docker system df`. */
export function diskUsage(rooms: Rooms, cache: readonly BuildCacheRecord[]): DiskUsage {
  const images = rooms.images.list({ all: true });
  const containers = listContainers(rooms, { all: true, size: true });
  const volumes = rooms.volumes.usage();
  const sum = <T>(items: readonly T[], size: (item: T) => number): number =>
    items.reduce((total, item) => total + size(item), 0);
  const live = (state: string): boolean => ['running', 'paused', 'restarting'].includes(state);
  return {
    Images: {
      Items: images,
      ActiveCount: images.filter((image) => image.Containers > 0).length,
      TotalCount: images.length,
      TotalSize: storeSize(rooms.images),
      Reclaimable: sum(
        images.filter((image) => image.Containers === 0),
        (image) => image.Size - image.SharedSize,
      ),
    },
    Containers: {
      Items: containers,
      ActiveCount: containers.filter((container) => live(container.State)).length,
      TotalCount: containers.length,
      TotalSize: sum(containers, (container) => container.SizeRw ?? 0),
      Reclaimable: sum(
        containers.filter((container) => !live(container.State)),
        (container) => container.SizeRw ?? 0,
      ),
    },
    Volumes: {
      Items: volumes,
      ActiveCount: volumes.filter((volume) => volume.UsageData.RefCount > 0).length,
      TotalCount: volumes.length,
      TotalSize: sum(volumes, (volume) => volume.UsageData.Size),
      Reclaimable: sum(
        volumes.filter((volume) => volume.UsageData.RefCount === 0),
        (volume) => volume.UsageData.Size,
      ),
    },
    BuildCache: {
      Items: cache,
      ActiveCount: cache.filter((record) => record.InUse).length,
      TotalCount: cache.length,
      TotalSize: sum(cache, (record) => record.Size),
      Reclaimable: sum(
        cache.filter((record) => !record.InUse && !record.Shared),
        (record) => record.Size,
      ),
    },
  };
}
