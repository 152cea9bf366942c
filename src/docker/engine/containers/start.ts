import type { ExecContext, Executable } from '../../kernel/exec.ts';
import { PidNamespace } from '../../kernel/kernel.ts';
import type { Cgroup, Uts } from '../../kernel/process.ts';
import { TtyFile } from '../../kernel/tty.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { HostConfig, Ulimit } from '../types/container.ts';
import { Console } from './console.ts';
import type { Container, Running } from './container.ts';
import { environment } from './environment.ts';
import { standardFiles } from './exec.ts';
import { watchExit } from './exit.ts';
import { startHealth } from './health.ts';
import { initProgram } from './init.ts';
import { openLog } from './log-options.ts';
import { connectAll, disconnectAll, networkNamespace, otherContainer, writeEtc } from './networking.ts';
import { findProgram, THREADS_OF_RUNC } from './program.ts';
import { removeContainer } from './remove.ts';
import { buildFileSystem, etcTree } from './rootfs.ts';
import { type Account, resolveUser } from './users.ts';
import { capabilitiesOf, cpuset } from './verify.ts';

const consoles = new WeakMap<Container, Console>();

/** The console of the present run, or of the next one. */
export function consoleOf(container: Container): Console {
  const known = consoles.get(container);
  if (known !== undefined) return known;
  const { config, hostConfig } = container;
  const made = new Console(
    { tty: config.Tty, stdin: config.OpenStdin, once: config.StdinOnce, size: hostConfig.ConsoleSize },
    container.output,
  );
  consoles.set(container, made);
  return made;
}

/** Forgets the console of a run that is over. */
export function closeConsole(container: Container): void {
  consoles.get(container)?.close();
  consoles.delete(container);
}

/** `docker start`: nothing if it runs; a manual start forgets restarts so far. */
export function* startContainer(rooms: Rooms, ref: string): Sys<void> {
  const container = rooms.containers.get(ref);
  const { state } = container;
  if (state.paused) throw new DockerError('paused-start');
  // While an exit is dealt with the daemon holds the container: a start waits, and then starts it anew.
  const { exits } = container;
  while (state.process?.running === false && container.exits === exits) yield { queues: [state.changed] };
  // Somebody else is starting it: the second one finds it running.
  while (container.launching) yield { queues: [state.changed] };
  if (state.running && !state.restarting) return;
  if (state.removing || state.dead)
    throw new DockerError('bad-parameter', {
      reason: 'container is marked for removal and cannot be started',
    });
  container.restartCount = 0;
  container.backoff = 0;
  container.manuallyStopped = false;
  state.restarting = false;
  yield* launch(rooms, container);
}

/** Starts a container's process. On failure the container stays as it was, with the error in its state. */
export function* launch(rooms: Rooms, container: Container): Sys<void> {
  const { daemon } = rooms;
  const { state } = container;
  state.error = '';
  state.oomKilled = false;
  container.launching = true;
  try {
    yield* run(rooms, container);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    state.running = false;
    state.restarting = false;
    state.error = error.message;
    state.exitCode = exitCodeOf(error);
    container.running = undefined;
    closeConsole(container);
    container.launching = false;
    state.changed.wake();
    if (container.hostConfig.AutoRemove)
      yield* removeContainer(rooms, container, { force: true, volumes: true });
    throw error;
  } finally {
    container.launching = false;
    state.changed.wake();
  }
  daemon.events.log('container', 'start', container.id, container.attributes());
  startHealth(rooms, container);
}

/** Another container's shared memory can be had only where that one gives it. */
function checkIpc(rooms: Rooms, mode: string): void {
  if (!mode.startsWith('container:')) return;
  const other = rooms.containers.get(mode.slice('container:'.length));
  const { IpcMode } = other.hostConfig;
  if (IpcMode === 'private' || IpcMode === 'none')
    throw new DockerError('ipc-not-shareable', { id: other.id });
}

function exitCodeOf(error: DockerError): number {
  if (error.id === 'ipc-not-shareable') return 0;
  if (error.id === 'runtime-create') return Number(error.params['exitCode'] ?? 128);
  return error.id === 'mount-not-a-directory' ? 127 : 128;
}

/** sethostname(2) takes no longer names. */
const HOST_NAME_MAX = 64;

function* run(rooms: Rooms, container: Container): Sys<void> {
  const { daemon } = rooms;
  const { config, hostConfig, state } = container;
  if ((hostConfig.DeviceRequests ?? []).length > 0) throw new DockerError('no-device-driver');
  checkIpc(rooms, hostConfig.IpcMode);
  const pids = pidNamespace(rooms, container);
  const cgroup = makeCgroup(rooms, container);
  const { net, sandbox } = networkNamespace(rooms, container);
  const uts = names(rooms, container);
  if (uts.hostname.length > HOST_NAME_MAX)
    throw new DockerError('runtime-create', { reason: 'sethostname: invalid argument', exitCode: 128 });
  const etc = etcTree({ hostname: `${uts.hostname}\n`, hosts: '', resolv: '' }, daemon.now);
  const fs = buildFileSystem(rooms, container, etc, pids, cgroup);
  const account = resolveUser(fs, config.User, hostConfig.GroupAdd ?? []);
  const env = environment(config.Env ?? [], { hostname: uts.hostname, tty: config.Tty, home: account.home });
  const running: Running = {
    fs,
    net,
    sandbox,
    uts,
    pids,
    cgroup,
    env,
    tty: consoleOf(container).tty,
    stdin: consoleOf(container).input,
    process: undefined,
  };
  yield* daemon.work(62, 82);
  for (const mount of container.mounts)
    if (mount.type === 'volume')
      rooms.volumes.log('mount', mount.source, {
        container: container.id,
        destination: mount.target,
        propagation: '',
        'read/write': String(!mount.readOnly),
      });
  openLog(hostConfig);
  const command = yield* findCommand(rooms, container, running, account);
  container.running = running;
  yield* connectAll(rooms, container, sandbox);
  try {
    writeEtc(rooms, container, etc);
  } catch (error) {
    // Another one to be linked with does not run.
    disconnectAll(rooms, container);
    throw error;
  }
  yield* daemon.work(8, 12);
  if (container.running !== running) return;
  spawn(rooms, container, running, account, command);
  state.running = true;
  state.restarting = false;
  state.startedAt = daemon.now;
  state.exitCode = 0;
  state.pid = nextPid(rooms);
  container.log.ended = false;
  state.changed.wake();
}

function* findCommand(
  rooms: Rooms,
  container: Container,
  running: Running,
  account: Account,
): Sys<Executable> {
  const cwd = container.config.WorkingDir || '/';
  const context: ExecContext = { kernel: rooms.daemon.kernel, fs: running.fs, cwd, ...account };
  const found = yield* findProgram(context, container.argv, running.env.get('PATH'));
  if ('reason' in found)
    throw new DockerError('runtime-create', {
      reason: `error during container init: ${found.reason}`,
      exitCode: found.exitCode,
    });
  return found;
}

function spawn(
  rooms: Rooms,
  container: Container,
  running: Running,
  account: Account,
  found: Executable,
): void {
  const console = consoleOf(container);
  const { tty } = console;
  const files = standardFiles(
    console.input,
    tty === undefined ? undefined : new TtyFile(tty),
    container.output,
  );
  const withInit = container.hostConfig.Init === true;
  const process = rooms.daemon.kernel.spawn({
    argv: withInit ? ['/sbin/docker-init', '--', ...found.argv] : found.argv,
    exe: withInit ? '/sbin/docker-init' : found.path,
    program: withInit ? initProgram(found) : found.program,
    env: running.env,
    cwd: container.config.WorkingDir || '/',
    uid: account.uid,
    gid: account.gid,
    groups: account.groups,
    files,
    fs: running.fs,
    net: running.net,
    uts: running.uts,
    pids: running.pids,
    cgroup: running.cgroup,
    parent: undefined,
    tty,
  });
  running.pids.passBy(THREADS_OF_RUNC);
  for (const file of new Set(files.values())) if (file !== console.input) file.release();
  if (tty !== undefined) tty.foreground = (signal) => process.group.signal(signal);
  running.process = process;
  container.state.process = process;
  rooms.daemon.background(watchExit(rooms, container, process));
}

/** PIDs of the host go up with every process that is started. */
function nextPid(rooms: Rooms): number {
  const { daemon } = rooms;
  daemon.lastPid += 60 + daemon.kernel.random.below(90);
  return daemon.lastPid;
}

function pidNamespace(rooms: Rooms, container: Container): PidNamespace {
  const mode = container.hostConfig.PidMode;
  if (mode === 'host') return rooms.daemon.host.pids;
  if (mode.startsWith('container:')) {
    const other = otherContainer(rooms, mode.slice('container:'.length));
    if (other.running === undefined)
      throw new DockerError('join-pid-container', {
        reason: `cannot join PID namespace of a non running container: ${other.id}`,
      });
    return other.running.pids;
  }
  return new PidNamespace({ protected: true });
}

function makeCgroup(rooms: Rooms, container: Container): Cgroup {
  const { hostConfig } = container;
  return {
    ...limitsOf(hostConfig, rooms.daemon.settings.cpus),
    capabilities: capabilitiesOf(hostConfig),
    // With cgroup v2 a container has a namespace of its own, in which it stands at the root.
    ...(rooms.daemon.settings.cgroupVersion === 1 ? { path: `/docker/${container.id}` } : {}),
    ulimits: ulimitsOf(hostConfig.Ulimits ?? []),
    seccomp:
      !hostConfig.Privileged &&
      !(hostConfig.SecurityOpt ?? []).some((option) => /^seccomp[:=]unconfined$/.test(option)),
    noNewPrivileges: (hostConfig.SecurityOpt ?? []).some((option) =>
      /^no-new-privileges(?:[:=]true)?$/.test(option),
    ),
    onOom: () => {
      container.state.oomKilled = true;
      rooms.daemon.events.log('container', 'oom', container.id, container.attributes());
    },
  };
}

/** The limits that `docker update` can change while it runs. */
export function limitsOf(host: HostConfig, cpus: number): Pick<Cgroup, 'memoryLimit' | 'pidsLimit' | 'cpus'> {
  return {
    memoryLimit: host.Memory,
    pidsLimit: Math.max(0, host.PidsLimit ?? 0),
    cpus: host.CpusetCpus === '' ? cpus : (cpuset(host.CpusetCpus)?.size ?? cpus),
  };
}

/** Limits of processes by name, as the kernel keeps them. */
export const ulimitsOf = (list: readonly Ulimit[]): Record<string, { soft: number; hard: number }> =>
  Object.fromEntries(list.map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }]));

function names(rooms: Rooms, container: Container): Uts {
  const { NetworkMode: network, UTSMode: uts } = container.hostConfig;
  if (uts === 'host') return rooms.daemon.host.uts;
  if (network.startsWith('container:')) {
    const other = otherContainer(rooms, network.slice('container:'.length)).running;
    if (other !== undefined) return { ...other.uts };
  }
  return { hostname: container.hostname, domainname: container.config.Domainname };
}

/** What a failed or ended run leaves to give back. */
export function releaseRun(rooms: Rooms, container: Container): void {
  disconnectAll(rooms, container);
  for (const mount of container.mounts)
    if (mount.type === 'volume') rooms.volumes.log('unmount', mount.source, { container: container.id });
  container.running = undefined;
}
