import type {
  ContainerConfig,
  CreateRequest,
  DeviceMapping,
  DeviceRequest,
  Healthcheck,
  HostConfig,
  RestartPolicy,
} from '../../engine/api.ts';
import type { Process } from '../../kernel/process.ts';
import { CliError } from '../failure.ts';
import { type Flags, toRecord } from '../parse/flags.ts';
import { cutHost, parseUlimit } from '../parse/validators.ts';
import { environment, fromFile, readHostFile } from './files.ts';
import { readMount, readTmpfs, readVolumes } from './mounts.ts';
import { readNetworks } from './networks.ts';
import { readPorts } from './ports.ts';

const API_SOCKET = '/var/run/docker.sock';

/** Operating systems and architectures that containerd knows by one word. */
const PLATFORM =
  /^(?:linux|windows|darwin|freebsd|netbsd|openbsd|solaris|plan9|android|aix|illumos|js|amd64|x86_64|x86-64|arm64|aarch64|arm|armhf|armel|386|i386|ppc64|ppc64le|s390x|riscv64|mips|mipsle|mips64|mips64le|loong64|wasm)$/;

/** Refuses a `--platform` of one word that is none (containerd's platforms.Parse). */
function checkPlatform(platform: string): void {
  if (platform === '' || platform.includes('/') || PLATFORM.test(platform)) return;
  throw new CliError(
    `error parsing specified platform: "${platform}": unknown operating system or architecture: invalid argument`,
  );
}

/**
 * The options of `docker run` and `create` as the request the engine takes, checked in the order and with the words of
 * the real CLI (container/opts.go). Throws CliError.
 */
export function readOptions(
  p: Process,
  flags: Flags,
  image: string,
  command: readonly string[],
): CreateRequest {
  const mac = flags.string('mac-address').trim();
  if (mac !== '' && !/^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$/.test(mac))
    throw new CliError(`${flags.string('mac-address')} is not a valid mac address`);
  checkPlatform(flags.string('platform'));
  const swappiness = flags.int('memory-swappiness');
  if (swappiness < -1 || swappiness > 100)
    throw new CliError(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  const volumes = readVolumes(flags.list('volume'), p.cwd);
  const ports = readPorts(flags.list('publish'), flags.list('expose'));
  const Devices = flags.list('device').map(readDevice);
  const Env = environment(p, flags);
  const labels = [
    ...flags.list('label-file').flatMap((file) => fromFile(p, file, '--label-file')),
    ...flags.list('label'),
  ];
  checkModes(flags);
  const RestartPolicy = readRestart(flags.string('restart'));
  const LogConfig = readLogging(flags);
  const SecurityOpt = readSecurity(p, flags);
  const health = readHealth(flags);
  const interactive = flags.bool('interactive');
  const attach = flags.list('attach').map((stream) => stream.toLowerCase());
  const AttachStdin = interactive || attach.includes('stdin');
  const networks = readNetworks(flags);

  const Config: Partial<ContainerConfig> & { readonly Image: string } = {
    Image: image,
    Hostname: flags.string('hostname'),
    Domainname: flags.string('domainname'),
    User: flags.string('user'),
    Tty: flags.bool('tty'),
    OpenStdin: interactive,
    StdinOnce: interactive && AttachStdin,
    AttachStdin,
    AttachStdout: attach.length === 0 || attach.includes('stdout'),
    AttachStderr: attach.length === 0 || attach.includes('stderr'),
    Env,
    WorkingDir: flags.string('workdir'),
    Labels: toRecord(labels),
    ...(Object.keys(ports.exposed).length > 0 ? { ExposedPorts: ports.exposed } : {}),
    ...(command.length > 0 ? { Cmd: command } : {}),
    ...(flags.changed('entrypoint') ? { Entrypoint: [flags.string('entrypoint')] } : {}),
    ...(Object.keys(volumes.anonymous).length > 0 ? { Volumes: volumes.anonymous } : {}),
    ...(health === undefined ? {} : { Healthcheck: health }),
    ...(flags.changed('stop-signal') ? { StopSignal: flags.string('stop-signal') } : {}),
    ...(flags.changed('stop-timeout') ? { StopTimeout: flags.int('stop-timeout') } : {}),
  };
  const list = (name: string): readonly string[] | null => (flags.changed(name) ? flags.list(name) : null);
  const mounts = flags.list('mount').map((written) => readMount(written, p.cwd));
  if (flags.bool('use-api-socket')) mounts.push({ Type: 'bind', Source: API_SOCKET, Target: API_SOCKET });
  const tmpfs = readTmpfs(flags.list('tmpfs'));
  const HostConfig: Partial<HostConfig> = {
    ...resources(flags),
    Binds: volumes.binds.length > 0 ? volumes.binds : null,
    ContainerIDFile: flags.string('cidfile'),
    AutoRemove: flags.bool('rm'),
    Privileged: flags.bool('privileged'),
    PortBindings: ports.bindings,
    PublishAllPorts: flags.bool('publish-all'),
    Links: list('link'),
    Dns: list('dns'),
    DnsOptions: flags.list('dns-option'),
    DnsSearch: flags.list('dns-search'),
    ExtraHosts: flags.changed('add-host')
      ? flags.list('add-host').map((host) => cutHost(host).join(':'))
      : null,
    VolumesFrom: list('volumes-from'),
    IpcMode: flags.string('ipc'),
    PidMode: flags.string('pid'),
    UTSMode: flags.string('uts'),
    UsernsMode: flags.string('userns'),
    CapAdd: list('cap-add'),
    CapDrop: list('cap-drop'),
    GroupAdd: list('group-add'),
    RestartPolicy,
    SecurityOpt,
    ReadonlyRootfs: flags.bool('read-only'),
    LogConfig,
    VolumeDriver: flags.string('volume-driver'),
    Isolation: flags.string('isolation'),
    OomScoreAdj: flags.int('oom-score-adj'),
    ConsoleSize: consoleSize(p, flags),
    Devices,
    ...(networks.mode === undefined ? {} : { NetworkMode: networks.mode }),
    ...(flags.changed('cgroupns') ? { CgroupnsMode: flags.string('cgroupns') } : {}),
    ...(flags.changed('shm-size') ? { ShmSize: flags.bytes('shm-size') } : {}),
    ...(Object.keys(tmpfs).length > 0 ? { Tmpfs: tmpfs } : {}),
    ...(flags.changed('sysctl') ? { Sysctls: flags.map('sysctl') } : {}),
    ...(flags.changed('annotation') ? { Annotations: flags.map('annotation') } : {}),
    ...(flags.changed('runtime') ? { Runtime: flags.string('runtime') } : {}),
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    ...(flags.changed('gpus') ? { DeviceRequests: [gpuRequest(flags.string('gpus'))] } : {}),
    ...(flags.changed('init') ? { Init: flags.bool('init') } : {}),
  };
  if (flags.bool('rm') && !['', 'no'].includes(RestartPolicy.Name))
    throw new CliError('conflicting options: cannot specify both --restart and --rm');
  return {
    ...(flags.changed('name') ? { name: flags.string('name') } : {}),
    Config,
    HostConfig,
    NetworkingConfig: { EndpointsConfig: networks.endpoints },
  };
}

/** Limits that were asked for, as update takes them too. */
export function resources(flags: Flags): Partial<HostConfig> {
  return {
    ...(flags.changed('memory') ? { Memory: flags.bytes('memory') } : {}),
    ...(flags.changed('memory-reservation') ? { MemoryReservation: flags.bytes('memory-reservation') } : {}),
    ...(flags.changed('memory-swap') ? { MemorySwap: flags.bytes('memory-swap') } : {}),
    ...(flags.int('memory-swappiness') >= 0 && flags.changed('memory-swappiness')
      ? { MemorySwappiness: flags.int('memory-swappiness') }
      : {}),
    ...(flags.changed('cpus') ? { NanoCpus: flags.cpus('cpus') } : {}),
    ...(flags.changed('cpu-shares') ? { CpuShares: flags.int('cpu-shares') } : {}),
    ...(flags.changed('cpu-period') ? { CpuPeriod: flags.int('cpu-period') } : {}),
    ...(flags.changed('cpu-quota') ? { CpuQuota: flags.int('cpu-quota') } : {}),
    ...(flags.changed('cpu-rt-period') ? { CpuRealtimePeriod: flags.int('cpu-rt-period') } : {}),
    ...(flags.changed('cpu-rt-runtime') ? { CpuRealtimeRuntime: flags.int('cpu-rt-runtime') } : {}),
    ...(flags.changed('cpuset-cpus') ? { CpusetCpus: flags.string('cpuset-cpus') } : {}),
    ...(flags.changed('cpuset-mems') ? { CpusetMems: flags.string('cpuset-mems') } : {}),
    ...(flags.changed('pids-limit') && flags.int('pids-limit') !== 0
      ? { PidsLimit: flags.int('pids-limit') }
      : {}),
    ...(flags.changed('blkio-weight') ? { BlkioWeight: flags.int('blkio-weight') } : {}),
    ...(flags.changed('cgroup-parent') ? { CgroupParent: flags.string('cgroup-parent') } : {}),
    ...(flags.changed('oom-kill-disable') ? { OomKillDisable: flags.bool('oom-kill-disable') } : {}),
    ...(flags.changed('ulimit') ? { Ulimits: flags.list('ulimit').map(parseUlimit) } : {}),
    ...(flags.changed('device-cgroup-rule') ? { DeviceCgroupRules: flags.list('device-cgroup-rule') } : {}),
  };
}

/** `on-failure:3`; wrong names are refused by the engine. */
export function readRestart(written: string): RestartPolicy {
  const at = written.indexOf(':');
  const name = at < 0 ? written : written.slice(0, at);
  const count = at < 0 ? '' : written.slice(at + 1);
  if (at >= 0 && name === '')
    throw new CliError('invalid restart policy format: no policy provided before colon');
  if (count !== '' && !/^[+-]?\d+$/.test(count))
    throw new CliError('invalid restart policy format: maximum retry count must be an integer');
  return { Name: name, MaximumRetryCount: count === '' ? 0 : Number(count) };
}

/** `--gpus all`, `2`, `device=0`: a request that only a machine with such a driver can grant. */
function gpuRequest(written: string): DeviceRequest {
  const count = written === 'all' ? -1 : Number(written);
  return {
    Driver: '',
    Count: Number.isNaN(count) ? 0 : count,
    DeviceIDs: /^device=/.test(written) ? written.slice('device='.length).split(',') : null,
    Capabilities: [['gpu']],
    Options: {},
  };
}

function consoleSize(p: Process, flags: Flags): readonly [number, number] {
  const tty = p.files.get(1)?.tty;
  return flags.bool('tty') && tty !== undefined ? [tty.rows, tty.columns] : [0, 0];
}

function checkModes(flags: Flags): void {
  const pid = flags.string('pid');
  if (!(pid === '' || pid === 'host' || /^container:.+/.test(pid)))
    throw new CliError('--pid: invalid PID mode');
  if (!['', 'host'].includes(flags.string('uts'))) throw new CliError('--uts: invalid UTS mode');
  if (!['', 'host'].includes(flags.string('userns'))) throw new CliError('--userns: invalid USER mode');
  if (!['', 'host', 'private'].includes(flags.string('cgroupns')))
    throw new CliError('--cgroupns: invalid CGROUP mode');
}

function readLogging(flags: Flags): { Type: string; Config: Record<string, string> } {
  const driver = flags.string('log-driver');
  if (driver === 'none' && flags.changed('log-opt'))
    throw new CliError('invalid logging opts for driver none');
  return { Type: driver, Config: flags.map('log-opt') };
}

function readSecurity(p: Process, flags: Flags): string[] | null {
  if (!flags.changed('security-opt')) return null;
  return flags.list('security-opt').map((option) => {
    const separator = option.includes('=') ? '=' : ':';
    const at = option.indexOf(separator);
    if (at < 0 && option !== 'no-new-privileges') throw new CliError(`invalid --security-opt: "${option}"`);
    const [key, value] = [option.slice(0, at), option.slice(at + 1)];
    if (key !== 'seccomp' || value === 'unconfined' || value === 'builtin') return option;
    try {
      readHostFile(p, value);
    } catch (error) {
      if (error instanceof CliError)
        throw new CliError(`opening seccomp profile (${value}) failed: ${error.message}`);
      throw error;
    }
    return option;
  });
}

/** The health check of `--health-*`, if any is given. */
export function readHealth(flags: Flags): Healthcheck | undefined {
  const times = {
    Interval: 'health-interval',
    Timeout: 'health-timeout',
    StartPeriod: 'health-start-period',
    StartInterval: 'health-start-interval',
  } as const;
  const given =
    flags.string('health-cmd') !== '' ||
    flags.int('health-retries') !== 0 ||
    Object.values(times).some((name) => flags.duration(name) !== 0);
  if (flags.bool('no-healthcheck')) {
    if (given) throw new CliError('--no-healthcheck conflicts with --health-* options');
    return { Test: ['NONE'] };
  }
  if (!given) return undefined;
  for (const name of [
    'health-interval',
    'health-timeout',
    'health-retries',
    'health-start-period',
    'health-start-interval',
  ] as const) {
    const value = name === 'health-retries' ? flags.int(name) : flags.duration(name);
    if (value < 0) throw new CliError(`--${name} cannot be negative`);
  }
  return {
    ...(flags.string('health-cmd') === '' ? {} : { Test: ['CMD-SHELL', flags.string('health-cmd')] }),
    ...Object.fromEntries(
      Object.entries(times).flatMap(([field, name]) =>
        flags.duration(name) === 0 ? [] : [[field, flags.duration(name)]],
      ),
    ),
    ...(flags.int('health-retries') === 0 ? {} : { Retries: flags.int('health-retries') }),
  };
}

const MODES = /^(?!.*(.).*\1)[rwm]+$/;

/** `/dev/a:/dev/b:rwm` */
function readDevice(written: string): DeviceMapping {
  const parts = written.split(':');
  const [host = '', second, third] = parts;
  if (parts.length > 3 || host === '') throw new CliError(`bad format for path: ${written}`);
  if (third !== undefined && !MODES.test(third)) throw new CliError(`bad mode specified: ${third}`);
  const isMode = third === undefined && second !== undefined && MODES.test(second);
  const inside = second === undefined || isMode ? host : second;
  if (!inside.startsWith('/')) throw new CliError(`${inside} is not an absolute path`);
  return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: third ?? (isMode ? second : 'rwm') };
}
