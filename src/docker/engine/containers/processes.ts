import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Emit } from '../api.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { StatsSample, TopResponse } from '../types/container.ts';
import type { Container } from './container.ts';
import { hostPid, shimPid } from './host-pids.ts';
import { userName } from './users.ts';

type Column = (rooms: Rooms, container: Container, process: Process) => string;

const cpuClock = (process: Process): string => {
  const seconds = Math.floor(process.cpuTime / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};
const clock = (time: number): string => new Date(time).toISOString().slice(11, 16);
const parentPid = (container: Container, process: Process): number =>
  process.parent === undefined ? shimPid(container) : hostPid(container, process.parent);
const terminal = (process: Process): string => (process.tty === undefined ? '?' : 'pts/0');

/** What `ps` on the host can show of a process, by the names of ps(1). */
const COLUMNS: Readonly<Record<string, { title: string; value: Column }>> = {
  user: { title: 'USER', value: (rooms, _, p) => userName(rooms.daemon.host.fs, p.uid) },
  uid: { title: 'UID', value: (_, __, p) => String(p.uid) },
  pid: { title: 'PID', value: (_, c, p) => String(hostPid(c, p)) },
  ppid: { title: 'PPID', value: (_, c, p) => String(parentPid(c, p)) },
  c: { title: 'C', value: () => '0' },
  stime: { title: 'STIME', value: (_, __, p) => clock(p.startedAt) },
  start: { title: 'START', value: (_, __, p) => clock(p.startedAt) },
  tty: { title: 'TTY', value: (_, __, p) => terminal(p) },
  time: { title: 'TIME', value: (_, __, p) => cpuClock(p) },
  cmd: { title: 'CMD', value: (_, __, p) => p.argv.join(' ') },
  args: { title: 'COMMAND', value: (_, __, p) => p.argv.join(' ') },
  comm: { title: 'COMMAND', value: (_, __, p) => p.comm },
  '%cpu': { title: '%CPU', value: () => '0.0' },
  '%mem': {
    title: '%MEM',
    value: (rooms, _, p) => ((100 * p.memory) / rooms.daemon.settings.memory).toFixed(1),
  },
  vsz: { title: 'VSZ', value: (_, __, p) => String(Math.round((p.memory * 3) / 1024)) },
  rss: { title: 'RSS', value: (_, __, p) => String(Math.round(p.memory / 1024)) },
  stat: { title: 'STAT', value: (_, __, p) => (p.frozen ? 'D' : 'Ss') },
};

const FULL = ['user', 'pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'];
const AUX = ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tty', 'stat', 'start', 'time', 'args'];

/** `docker top`: the container's processes as `ps` on the host shows them; `-ef` without arguments. */
export function top(rooms: Rooms, container: Container, psArgs: readonly string[]): TopResponse {
  if (!container.state.running || container.running === undefined)
    throw new DockerError('not-running', { id: container.id });
  const names = columnsOf(psArgs);
  const columns = names.map((name) => {
    const column = COLUMNS[name];
    if (column === undefined)
      throw new DockerError('bad-parameter', {
        reason: `ps: error: unknown user-defined format specifier "${name}"`,
      });
    return column;
  });
  const full = names === FULL;
  return {
    Titles: columns.map(({ title }) => (full && title === 'USER' ? 'UID' : title)),
    Processes: container
      .processes()
      .map((process) => columns.map(({ value }) => value(rooms, container, process))),
  };
}

function columnsOf(psArgs: readonly string[]): readonly string[] {
  const args = psArgs.flatMap((arg) => arg.split(/\s+/)).filter((arg) => arg !== '');
  const at = args.findIndex((arg) => /^-e?o/.test(arg) || arg === 'o');
  if (at >= 0) {
    const attached = (args[at] ?? '').replace(/^-?e?o/, '');
    const list = attached === '' ? (args[at + 1] ?? '') : attached;
    return list.split(',').map((name) => ALIASES[name] ?? name);
  }
  return args.some((arg) => /^-?[axu]*u[axu]*$/.test(arg)) ? AUX : FULL;
}

const ALIASES: Readonly<Record<string, string>> = {
  command: 'args',
  tname: 'tty',
  pcpu: '%cpu',
  pmem: '%mem',
  euser: 'user',
  euid: 'uid',
  start_time: 'stime',
  rssize: 'rss',
  state: 'stat',
  s: 'stat',
};

// ---- stats -------------------------------------------------------------------------------------------------------

function sample(rooms: Rooms, container: Container, before: StatsSample | undefined): StatsSample {
  const { daemon } = rooms;
  const processes = container.state.running ? container.processes() : [];
  const running = processes.length > 0;
  const cpuTime = processes.reduce((sum, process) => sum + process.cpuTime, container.cpuBefore);
  const passed = before === undefined ? 0 : daemon.now - before.Read;
  const traffic = container.running?.net.traffic;
  const own = container.running?.sandbox !== undefined;
  return {
    ID: container.id,
    Name: container.name,
    Running: running,
    CpuTime: cpuTime,
    Read: daemon.now,
    CpuPercent: passed > 0 ? (100 * Math.max(0, cpuTime - (before?.CpuTime ?? 0))) / passed : 0,
    OnlineCpus: daemon.settings.cpus,
    MemoryUsage: processes.reduce((sum, process) => sum + process.memory, 0),
    MemoryLimit: running ? container.hostConfig.Memory || daemon.settings.memory : 0,
    NetworkRx: running && own ? (traffic?.received ?? 0) : 0,
    NetworkTx: running && own ? (traffic?.sent ?? 0) : 0,
    BlockRead: 0,
    BlockWrite: 0,
    Pids: processes.length,
  };
}

/** `docker stats` of one container: one sample after a second, or one every second. A stopped one gives zeros at once. */
export function* stats(rooms: Rooms, ref: string, stream: boolean, emit: Emit<StatsSample>): Sys<void> {
  const container = rooms.containers.get(ref);
  let before = sample(rooms, container, undefined);
  if (!before.Running && !stream) return yield* emit(before);
  for (;;) {
    yield* rooms.daemon.work(995, 1005);
    if (rooms.containers.find(container.id) !== container) return;
    before = sample(rooms, container, before);
    yield* emit(before);
    if (!stream) return;
  }
}
