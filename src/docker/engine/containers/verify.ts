import { DockerError } from '../error.ts';
import type { Healthcheck, HostConfig, Resources, RestartPolicy } from '../types/container.ts';

/** All capabilities of Linux 6, without CAP_. */
const CAPABILITIES =
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'.split(
    ' ',
  );

/** What a container has by default. */
const DEFAULT_CAPABILITIES =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  );

/** The capabilities a container runs with: the default ones, plus and minus; all when privileged. */
export function capabilitiesOf(
  host: Pick<HostConfig, 'Privileged'> & Partial<Pick<HostConfig, 'CapAdd' | 'CapDrop'>>,
): ReadonlySet<string> {
  if (host.Privileged) return new Set(CAPABILITIES);
  const bare = (list: readonly string[] | null | undefined): string[] =>
    (list ?? []).map((cap) => cap.replace(/^CAP_/, ''));
  const add = bare(host.CapAdd);
  const drop = bare(host.CapDrop);
  const base = add.includes('ALL') ? CAPABILITIES : drop.includes('ALL') ? [] : DEFAULT_CAPABILITIES;
  return new Set(
    [...base, ...add].filter((cap) => cap !== 'ALL' && (drop.includes('ALL') || !drop.includes(cap))),
  );
}

/** With systemd as its driver, a cgroup can only be in a slice (daemon/daemon_unix.go). */
export function verifyCgroupParent(parent: string, systemd: boolean): void {
  if (parent !== '' && systemd && !/^.+\.slice$/s.test(parent))
    throw new DockerError('bad-parameter', {
      reason: 'cgroup-parent for systemd cgroup should be a valid slice named as "xxx.slice"',
    });
}

/** Refuses settings that cannot be, in the daemon's order (daemon/container.go verifyContainerSettings). */
export function verifyHostConfig(host: HostConfig, cpus: number): void {
  verifyRestart(host.RestartPolicy);
  if (host.AutoRemove && host.RestartPolicy.Name !== 'no') throw new DockerError('restart-auto-remove');
  verifyCapabilities('invalid-cap-add', host.CapAdd);
  verifyCapabilities('invalid-cap-drop', host.CapDrop);
  for (const option of host.SecurityOpt ?? [])
    if (
      !/^(?:no-new-privileges(?:[:=](?:true|false|1|0|t|f|T|F|TRUE|FALSE|True|False))?|label[:=].*|apparmor[:=].*|seccomp[:=].*|systempaths[:=].*|writable-cgroups[:=].*|disable)$/.test(
        option,
      )
    )
      throw new DockerError('invalid-security-opt', { option });
  verifyResources(host, cpus);
  if (!/^(?:private|host|shareable|none|container:.+)$/.test(host.IpcMode))
    throw new DockerError('invalid-ipc', { mode: host.IpcMode });
  if (!['', 'default'].includes(host.Isolation))
    throw new DockerError('invalid-isolation', { isolation: host.Isolation });
  if (host.OomScoreAdj < -1000 || host.OomScoreAdj > 1000)
    throw new DockerError('oom-score-range', { value: host.OomScoreAdj });
  if (host.Runtime !== 'runc' && host.Runtime !== 'io.containerd.runc.v2')
    throw new DockerError('unknown-runtime', { runtime: host.Runtime });
}

function verifyCapabilities(
  id: 'invalid-cap-add' | 'invalid-cap-drop',
  list: readonly string[] | null,
): void {
  for (const cap of list ?? [])
    if (cap !== 'ALL' && !CAPABILITIES.includes(cap.replace(/^CAP_/, ''))) throw new DockerError(id, { cap });
}

export function verifyRestart(policy: RestartPolicy): void {
  const { Name: name, MaximumRetryCount: count } = policy;
  if (!['', 'no', 'always', 'on-failure', 'unless-stopped'].includes(name))
    throw new DockerError('restart-unknown', { policy: name });
  if (name !== 'on-failure' && count > 0) throw new DockerError('restart-count-policy');
  if (count < 0) throw new DockerError('restart-count-negative');
}

/** What the machine's kernel cannot do is taken out of the settings; says so. */
export function dropUnsupported(r: Pick<Resources, 'BlkioWeight'>): string[] {
  if (r.BlkioWeight === 0) return [];
  // It schedules disks without BFQ.
  r.BlkioWeight = 0;
  return ['Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.'];
}

const MINIMUM_MEMORY = 6 * 1024 * 1024;

/** Refuses limits that cannot be, in the order of daemon_unix.go; an `update` gives only what changes. */
export function verifyResources(r: Resources, cpus: number, update = false): void {
  if (r.Memory !== 0 && r.Memory < MINIMUM_MEMORY) throw new DockerError('minimum-memory');
  if (r.Memory > 0 && r.MemorySwap > 0 && r.MemorySwap < r.Memory) throw new DockerError('minimum-swap');
  if (r.Memory === 0 && r.MemorySwap > 0 && !update) throw new DockerError('swap-without-memory');
  if (r.MemoryReservation > 0 && r.MemoryReservation < MINIMUM_MEMORY)
    throw new DockerError('minimum-reservation');
  if (r.Memory > 0 && r.MemoryReservation > 0 && r.Memory < r.MemoryReservation)
    throw new DockerError('reservation-above-memory');
  for (const [field, words] of [
    ['CpuPeriod', 'CPU Period'],
    ['CpuQuota', 'CPU Quota'],
  ] as const)
    if (r.NanoCpus > 0 && r[field] > 0) throw new DockerError('nano-cpus-conflict', { other: words });
  if (r.NanoCpus < 0 || r.NanoCpus > cpus * 1e9 || (r.NanoCpus > 0 && r.NanoCpus < 1e7))
    throw new DockerError('cpu-range', { max: cpus.toFixed(2), count: cpus });
  if (r.CpuPeriod !== 0 && (r.CpuPeriod < 1000 || r.CpuPeriod > 1_000_000))
    throw new DockerError('cpu-period-range');
  if (r.CpuQuota > 0 && r.CpuQuota < 1000) throw new DockerError('cpu-quota-range');
  if (r.CpuShares < 0) throw new DockerError('cpu-shares-negative', { value: r.CpuShares });
  if (r.CpusetCpus !== '') verifyCpuset(r.CpusetCpus, cpus);
}

function verifyCpuset(asked: string, cpus: number): void {
  const set = cpuset(asked);
  if (set === undefined) throw new DockerError('cpuset-invalid', { asked });
  if ([...set].some((cpu) => cpu >= cpus))
    throw new DockerError('cpuset-unavailable', { asked, available: cpus === 1 ? '0' : `0-${cpus - 1}` });
}

/** The highest number that dockerd takes in a set of processors (`ParseUintListMaximum`). */
const HIGHEST_CPU = 8192;

/** `0-2,4` ⇒ 0, 1, 2, 4; undefined if it is no list, or one with absurd numbers. */
export function cpuset(written: string): ReadonlySet<number> | undefined {
  const out = new Set<number>();
  for (const part of written.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    if (last < first || last > HIGHEST_CPU) return undefined;
    for (let cpu = first; cpu <= last; cpu++) out.add(cpu);
  }
  return out;
}

/** Durations of health checks are at least a millisecond, where given. */
export function verifyHealth(health: Healthcheck | undefined): void {
  if (health === undefined) return;
  for (const field of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
    const value = health[field] ?? 0;
    if (value !== 0 && value < 1e6) throw new DockerError('health-below-minimum', { field });
  }
  if ((health.Retries ?? 0) < 0) throw new DockerError('health-retries-negative');
}

/** A host name for a container whose network is another's, links without a network of one's own … */
export function verifyNetworkMode(host: HostConfig, hostnameGiven: boolean, exposes = false): void {
  const mode = host.NetworkMode;
  if (hostnameGiven && host.UTSMode === 'host') throw new DockerError('hostname-uts');
  if (mode.startsWith('container:')) {
    const clash = (what: string): never => {
      throw new DockerError('container-network-conflict', { what });
    };
    if (mode === 'container:') throw new DockerError('network-mode-format');
    if (hostnameGiven) clash('hostname and the');
    if ((host.Links ?? []).length > 0) throw new DockerError('container-network-links');
    if ((host.Dns ?? []).length > 0) clash('dns and the');
    if ((host.ExtraHosts ?? []).length > 0) clash('custom host-to-IP mapping and the');
    if (Object.keys(host.PortBindings).length > 0 || host.PublishAllPorts)
      clash('port publishing and the container type');
    if (exposes) clash('port exposing and the container type');
  }
  if (mode === 'host' && (host.Links ?? []).length > 0) throw new DockerError('links-custom-only');
}
