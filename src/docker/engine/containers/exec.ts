import { utf8 } from '../../kernel/bytes.ts';
import type { ExecContext } from '../../kernel/exec.ts';
import type { Process } from '../../kernel/process.ts';
import { NullFile, type OpenFile } from '../../kernel/stream.ts';
import { TtyFile } from '../../kernel/tty.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';
import type { AttachStream } from '../api.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { ExecConfig, ExecInspect } from '../types/container.ts';
import { Console } from './console.ts';
import type { Container, Running } from './container.ts';
import { extend } from './environment.ts';
import { hostPid } from './host-pids.ts';
import { Broadcast, OutputFile } from './output.ts';
import { findProgram, THREADS_OF_RUNC } from './program.ts';
import { resolveUser } from './users.ts';
import { capabilitiesOf } from './verify.ts';

/** A further process in a running container (`docker exec`, a health probe). */
export class Exec {
  readonly id: string;
  readonly container: Container;
  readonly config: ExecConfig;
  readonly output = new Broadcast();
  readonly console: Console;
  readonly ended = new WaitQueue();
  process: Process | undefined;
  exitCode: number | undefined;

  constructor(id: string, container: Container, config: ExecConfig) {
    this.id = id;
    this.container = container;
    this.config = config;
    this.console = new Console(
      {
        tty: config.Tty ?? false,
        stdin: config.AttachStdin ?? false,
        once: true,
        size: config.ConsoleSize ?? [0, 0],
      },
      this.output,
    );
  }

  get running(): boolean {
    return this.process?.running === true;
  }

  inspect(): ExecInspect {
    const [entrypoint = '', ...rest] = this.config.Cmd;
    return {
      ID: this.id,
      Running: this.running,
      ExitCode: this.exitCode ?? null,
      ProcessConfig: {
        tty: this.config.Tty ?? false,
        entrypoint,
        arguments: rest,
        privileged: this.config.Privileged ?? false,
      },
      OpenStdin: this.config.AttachStdin ?? false,
      OpenStderr: this.config.AttachStderr ?? false,
      OpenStdout: this.config.AttachStdout ?? false,
      CanRemove: false,
      ContainerID: this.container.id,
      DetachKeys: this.config.DetachKeys ?? '',
      Pid: this.process === undefined ? 0 : hostPid(this.container, this.process),
    };
  }
}

/** Prepares an exec. Throws for a container that does not run, or is paused. */
export function createExec(rooms: Rooms, ref: string, config: ExecConfig): Exec {
  const container = rooms.containers.get(ref);
  const { state } = container;
  if (!state.running || container.running?.process === undefined)
    throw state.restarting
      ? new DockerError('restarting-exec', { id: container.id })
      : new DockerError('not-running', { id: container.id });
  // The user is looked up before the stream is opened.
  if (config.User) resolveUser(container.running.fs, config.User, container.hostConfig.GroupAdd ?? []);
  if (state.paused) throw new DockerError('paused-exec', { name: ref });
  const exec = new Exec(rooms.daemon.newId(), container, config);
  container.execs.set(exec.id, exec);
  const [command = '', ...args] = config.Cmd;
  log(rooms, exec, `exec_create: ${command} ${args.join(' ')}`);
  return exec;
}

function log(rooms: Rooms, exec: Exec, action: string, more: Record<string, string> = {}): void {
  const { container } = exec;
  rooms.daemon.events.log('container', action, container.id, {
    ...container.attributes(),
    execID: exec.id,
    ...more,
  });
}

/**
 * Starts an exec. Attached, a command that cannot be started says so on standard output (as the real API does, after the
 * connection has been taken over); detached it throws.
 */
export function* startExec(rooms: Rooms, exec: Exec, detach: boolean): Sys<AttachStream | undefined> {
  const { container, config } = exec;
  const { daemon } = rooms;
  const stream = detach
    ? undefined
    : exec.console.attach({
        stdin: config.AttachStdin ?? false,
        stdout: config.AttachStdout ?? true,
        stderr: config.AttachStderr ?? true,
      });
  const [command = '', ...args] = config.Cmd;
  log(rooms, exec, `exec_start: ${command} ${args.join(' ')}`);
  yield* daemon.work(22, 30);
  const { running } = container;
  if (running?.process === undefined) throw new DockerError('not-running', { id: container.id });
  try {
    yield* launch(rooms, exec, running);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    if (detach) throw error;
    exec.output.push('stdout', utf8(`${error.message}\r\n`));
    exec.console.close();
    exec.ended.wake();
  }
  return stream;
}

function* launch(rooms: Rooms, exec: Exec, running: Running): Sys<void> {
  const { container, config } = exec;
  const user = config.User || container.config.User;
  let account: ReturnType<typeof resolveUser>;
  try {
    account = resolveUser(running.fs, user, container.hostConfig.GroupAdd ?? []);
  } catch (error) {
    exec.exitCode = 126;
    throw error;
  }
  const env = new Map(running.env);
  // Each exec has a TERM of its own, not the one that the container's terminal gave its first process.
  if (config.Tty === true) env.set('TERM', 'xterm');
  else if (!(container.config.Env ?? []).some((entry) => entry.startsWith('TERM='))) env.delete('TERM');
  if (config.User) env.set('HOME', account.home);
  extend(env, config.Env ?? []);
  const cwd = config.WorkingDir || container.config.WorkingDir || '/';
  const context: ExecContext = { kernel: rooms.daemon.kernel, fs: running.fs, cwd, ...account };
  if (!cwd.startsWith('/')) {
    exec.exitCode = 128;
    throw new DockerError('exec-relative');
  }
  if (!running.fs.isDirectory(cwd)) {
    exec.exitCode = 127;
    throw new DockerError('exec-failed', {
      reason: `chdir to cwd ("${cwd}") set in config.json failed: no such file or directory`,
    });
  }
  const found = yield* findProgram(context, config.Cmd, env.get('PATH'));
  if ('reason' in found) {
    exec.exitCode = found.exitCode;
    throw new DockerError('exec-failed', { reason: found.reason });
  }
  const { tty } = exec.console;
  const files = standardFiles(
    exec.console.input,
    tty === undefined ? undefined : new TtyFile(tty),
    exec.output,
  );
  const process = rooms.daemon.kernel.spawn({
    argv: found.argv,
    exe: found.path,
    capabilities: config.Privileged === true ? capabilitiesOf({ Privileged: true }) : undefined,
    program: found.program,
    env,
    cwd,
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
  for (const file of new Set(files.values())) if (file !== exec.console.input) file.release();
  if (tty !== undefined) tty.foreground = (signal) => process.group.signal(signal);
  exec.process = process;
  rooms.daemon.background(watch(rooms, exec, process));
}

/** Descriptors 0, 1 and 2. */
export function standardFiles(
  input: OpenFile | undefined,
  terminal: OpenFile | undefined,
  output: Broadcast,
): Map<number, OpenFile> {
  if (terminal !== undefined)
    return new Map([
      [0, terminal],
      [1, terminal],
      [2, terminal],
    ]);
  return new Map([
    [0, input ?? new NullFile()],
    [1, new OutputFile(output, 'stdout')],
    [2, new OutputFile(output, 'stderr')],
  ]);
}

function* watch(rooms: Rooms, exec: Exec, process: Process): Sys<void> {
  const status = yield* process.wait();
  exec.container.cpuBefore += process.cpuTime;
  yield* rooms.daemon.work(9, 14);
  exec.exitCode = status.code;
  log(rooms, exec, 'exec_die', { exitCode: String(status.code) });
  exec.console.close();
  exec.ended.wake();
}

/** Waits for an exec to end. */
export function* waitExec(exec: Exec): Sys<number> {
  while (exec.exitCode === undefined) yield { queues: [exec.ended] };
  return exec.exitCode;
}
