import type { Process } from '../../kernel/process.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { TopResponse } from '../types/container.ts';
import type { Container } from './container.ts';
import { hostPid, shimPid } from './host-pids.ts';
import { userName } from './users.ts';

type Column = (rooms: Rooms, container: Container, process: Process) => string;

const two = (n: number): string => String(n).padStart(2, '0');
const cpuClock = (process: Process): string => {
  const seconds = Math.floor(process.cpuTime / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};
const shortClock = (process: Process): string => {
  const seconds = Math.floor(process.cpuTime / 1000);
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
};
const clock = (time: number): string => new Date(time).toISOString().slice(11, 16);
const elapsed = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${two(hours)}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};
const parentPid = (container: Container, process: Process): number =>
  process.parent === undefined ? shimPid(container) : hostPid(container, process.parent);
const terminal = (process: Process): string => (process.tty === undefined ? '?' : 'pts/0');
const state = (process: Process): string => (process.running ? (process.frozen ? 'D' : 'S') : 'Z');
const command = (process: Process): string =>
  process.running ? process.argv.join(' ') : `[${process.comm}] <defunct>`;
/** What docker started is the first of its session, and on a terminal in the foreground. */
const states = (process: Process): string =>
  `${state(process)}${process.parent === undefined ? 's' : ''}${process.tty === undefined ? '' : '+'}`;

/** What `ps` on the host can show of a process, by the names of ps(1). */
const COLUMNS: Readonly<Record<string, { title: string; value: Column }>> = {
  user: { title: 'USER', value: (rooms, _, p) => userName(rooms.daemon.host.fs, p.uid) },
  uid: { title: 'UID', value: (_, __, p) => String(p.uid) },
  gid: { title: 'GID', value: (_, __, p) => String(p.gid) },
  pid: { title: 'PID', value: (_, c, p) => String(hostPid(c, p)) },
  ppid: { title: 'PPID', value: (_, c, p) => String(parentPid(c, p)) },
  pgid: { title: 'PGID', value: (_, c, p) => String(hostPid(c, p)) },
  sid: { title: 'SID', value: (_, c, p) => String(hostPid(c, p)) },
  c: { title: 'C', value: () => '0' },
  stime: { title: 'STIME', value: (_, __, p) => clock(p.startedAt) },
  start: { title: 'START', value: (_, __, p) => clock(p.startedAt) },
  etime: { title: 'ELAPSED', value: (rooms, _, p) => elapsed(rooms.daemon.now - p.startedAt) },
  etimes: {
    title: 'ELAPSED',
    value: (rooms, _, p) => String(Math.floor((rooms.daemon.now - p.startedAt) / 1000)),
  },
  tty: { title: 'TTY', value: (_, __, p) => terminal(p) },
  time: { title: 'TIME', value: (_, __, p) => cpuClock(p) },
  bsdtime: { title: 'TIME', value: (_, __, p) => shortClock(p) },
  cmd: { title: 'CMD', value: (_, __, p) => command(p) },
  args: { title: 'COMMAND', value: (_, __, p) => command(p) },
  comm: { title: 'COMMAND', value: (_, __, p) => p.comm },
  ucmd: { title: 'CMD', value: (_, __, p) => p.comm },
  '%cpu': { title: '%CPU', value: () => '0.0' },
  '%mem': {
    title: '%MEM',
    value: (rooms, _, p) => ((100 * p.memory) / rooms.daemon.settings.memory).toFixed(1),
  },
  vsz: { title: 'VSZ', value: (_, __, p) => String(Math.round((p.memory * 3) / 1024)) },
  rss: { title: 'RSS', value: (_, __, p) => String(Math.round(p.memory / 1024)) },
  sz: { title: 'SZ', value: (_, __, p) => String(Math.round((p.memory * 3) / 4096)) },
  stat: { title: 'STAT', value: (_, __, p) => states(p) },
  s: { title: 'S', value: (_, __, p) => state(p) },
  f: { title: 'F', value: () => '4' },
  pri: { title: 'PRI', value: () => '80' },
  ni: { title: 'NI', value: () => '0' },
  addr: { title: 'ADDR', value: () => '-' },
  wchan: { title: 'WCHAN', value: () => '-' },
  nlwp: { title: 'NLWP', value: () => '1' },
};

const ALIASES: Readonly<Record<string, string>> = {
  command: 'args',
  tname: 'tty',
  tt: 'tty',
  pcpu: '%cpu',
  pmem: '%mem',
  euser: 'user',
  ruser: 'user',
  euid: 'uid',
  start_time: 'stime',
  cputime: 'time',
  rssize: 'rss',
  vsize: 'vsz',
  state: 's',
  nice: 'ni',
  thcount: 'nlwp',
};

/** The layouts of ps(1), by the option that asks for them. */
const LAYOUTS: Readonly<Record<string, readonly string[]>> = {
  simple: ['pid', 'tty', 'time', 'ucmd'],
  full: ['user=UID', 'pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'],
  long: ['f', 's', 'uid', 'pid', 'ppid', 'c', 'pri', 'ni', 'addr', 'sz', 'wchan', 'tty', 'time', 'ucmd'],
  jobs: ['pid', 'pgid', 'sid', 'tty', 'time', 'ucmd'],
  bsd: ['pid', 'tty', 'stat', 'bsdtime', 'args'],
  user: ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tty', 'stat', 'start', 'bsdtime', 'args'],
};

const problem = (words: string): DockerError =>
  new DockerError('bad-parameter', { reason: `ps: error: ${words}` });

/** `docker top`: the container's processes as `ps` on the host shows them; `-ef` without arguments. */
export function top(rooms: Rooms, container: Container, psArgs: readonly string[]): TopResponse {
  if (!container.state.running || container.running === undefined)
    throw new DockerError('not-running', { id: container.id });
  const columns = columnsOf(psArgs).map((written) => {
    const [name = '', title] = written.split('=');
    const column = COLUMNS[ALIASES[name] ?? name];
    if (column === undefined) throw problem(`unknown user-defined format specifier "${name}"`);
    return { ...column, title: title ?? column.title };
  });
  // The daemon chooses the container's processes by their numbers.
  if (!columns.some(({ title }) => title === 'PID'))
    throw new DockerError('bad-parameter', { reason: "Couldn't find PID field in ps output" });
  return {
    Titles: columns.map(({ title }) => title),
    Processes: [...container.processes(), ...container.running.pids.zombies].map((process) =>
      columns.map(({ value }) => value(rooms, container, process)),
    ),
  };
}

/** The columns that options of ps(1) ask for; those that only choose processes change nothing here. */
function columnsOf(psArgs: readonly string[]): readonly string[] {
  const args = psArgs.flatMap((arg) => arg.split(/\s+/)).filter((arg) => arg !== '');
  if (args.length === 0) return LAYOUTS['full'] ?? [];
  const columns: string[] = [];
  let layout = 'simple';
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg.startsWith('--')) {
      if (!/^--(?:forest|headers?|no-headers?|cols|columns|width|sort|lines|rows)\b/.test(arg))
        throw problem('unknown gnu long option');
      continue;
    }
    const bsd = !arg.startsWith('-');
    const letters = bsd ? arg : arg.slice(1);
    for (let j = 0; j < letters.length; j++) {
      const letter = letters[j] ?? '';
      const takes = bsd ? 'okpqtU' : 'oOpqtuUgGsC';
      if (takes.includes(letter)) {
        const value = letters.slice(j + 1) || (args[++i] ?? '');
        if ((bsd ? 'o' : 'oO').includes(letter))
          columns.push(...value.split(',').filter((name) => name !== ''));
        else if (letter === 't') throw problem('TTY could not be found');
        break;
      }
      layout = nextLayout(layout, letter, bsd);
    }
  }
  return columns.length > 0 ? columns : (LAYOUTS[layout] ?? []);
}

function nextLayout(layout: string, letter: string, bsd: boolean): string {
  if (bsd ? letter === 'u' : false) return 'user';
  if (!bsd && 'fF'.includes(letter)) return 'full';
  if (letter === 'l') return 'long';
  if (letter === 'j') return 'jobs';
  // These are of BSD's ps, with or without the dash; `-x` is taken for `x`.
  if (letter === 'x' || (bsd && 'afe'.includes(letter))) return layout === 'simple' ? 'bsd' : layout;
  if (bsd ? 'gwrTnSHLmch'.includes(letter) : 'eAadNHLTwcMy'.includes(letter)) return layout;
  throw problem(bsd ? 'unsupported option (BSD syntax)' : 'unsupported SysV option');
}
