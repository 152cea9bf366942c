import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { parseSignal, type Signal } from '../../kernel/signals.ts';
import type { Sys } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage, Failure, type Flavour } from '../tool/tool.ts';
import { uidOf, userName } from '../tool/users.ts';

/** The processes this one can see, by number. */
export function processes(p: Process): Process[] {
  return p.pids.seen.sort((a, b) => a.pid - b.pid);
}

/** The command line as ps shows it. */
export function commandLine(process: Process): string {
  if (!process.running) return `[${process.comm}]`;
  return process.argv.join(' ');
}

/**
 * A command started by busybox's shell is the shell itself running an applet: it keeps the shell's command line, and ps
 * puts the applet's name before it (`{ps} sh`).
 */
function busyboxCommand(process: Process): string {
  const parent = process.parent;
  const shell = parent !== undefined && /^-?(sh|ash)$/.test(parent.name) && parent.pids === process.pids;
  const bare = !(process.argv[0] ?? '').includes('/') && process.name !== parent?.name;
  if (shell && bare && process.pid !== 1) return `{${process.name.slice(0, 15)}} ${commandLine(parent)}`;
  return commandLine(process);
}

/** ps(1): busybox's own table, or procps' `-e -f -A -x a u x -o -p -C --sort --no-headers`. */
export function* ps(p: Process, flavour: Flavour): Sys<number> {
  return flavour === 'busybox' ? yield* busyboxPs(p) : yield* procps(p);
}

function* busyboxPs(p: Process): Sys<number> {
  const o = parseOptions(
    p,
    { short: 'o:Taefluwx' },
    p.argv.slice(1).filter((arg) => arg.startsWith('-') || p.argv.includes('-o')),
  );
  const columns = o.get('o');
  if (columns !== undefined) {
    // Its STAT has no marks of sessions and foreground.
    const names = columns.split(',').map((name) => (name === 'stat' ? 's=STAT' : name));
    yield* p.print(table(p, names, processes(p), true, 'busybox'));
    return 0;
  }
  yield* p.print('PID   USER     COMMAND\n');
  const width = p.files.get(1)?.tty?.columns ?? 132;
  for (const process of processes(p)) {
    const line = `${String(process.pid).padStart(5)} ${userName(p, process.uid).slice(0, 8).padEnd(8)} ${busyboxCommand(process)}`;
    yield* p.print(`${p.isatty(1) ? line.slice(0, width - 1) : line}\n`);
  }
  return 0;
}

function* procps(p: Process): Sys<number> {
  let everyone = false;
  let withoutTerminal = false;
  let layout: 'plain' | 'full' | 'user' | 'long' | 'jobs' | 'bsd' = 'plain';
  let columns: string[] | undefined;
  let header = true;
  let sort: string | undefined;
  let forest = false;
  const chosen: ((process: Process) => boolean)[] = [];
  const args = p.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const value = (attached: string): string => (attached !== '' ? attached : (args[++i] ?? ''));
    if (arg.startsWith('--')) {
      const [name, given] = arg.slice(2).split('=');
      if (name === 'sort') sort = given;
      else if (name === 'no-headers' || name === 'no-heading') header = false;
      else if (name === 'forest') forest = true;
      else if (name === 'ppid') {
        const parent = Number(given ?? args[++i]);
        chosen.push((process) => process.parent?.pid === parent);
      } else if (name === 'pid') {
        const list = (given ?? args[++i] ?? '').split(',').map(Number);
        chosen.push((process) => list.includes(process.pid));
      } else throw new BadUsage('unknown gnu long option', 1);
      continue;
    }
    const bsd = !arg.startsWith('-');
    const letters = bsd ? arg : arg.slice(1);
    if (bsd && /^\d+$/.test(letters)) {
      chosen.push((process) => process.pid === Number(letters));
      continue;
    }
    for (let j = 0; j < letters.length; j++) {
      const letter = letters[j] ?? '';
      const rest = letters.slice(j + 1);
      if (!bsd && 'eA'.includes(letter)) everyone = true;
      else if (letter === 'a' && bsd) everyone ||= withoutTerminal;
      else if (letter === 'a') withoutTerminal = false;
      else if (letter === 'x') {
        everyone = true;
        withoutTerminal = true;
      } else if (letter === 'e' && bsd) continue;
      else if (letter === 'f' && !bsd) layout = 'full';
      else if (letter === 'F') layout = 'full';
      else if (letter === 'f') forest = true;
      else if (letter === 'u' && bsd) layout = 'user';
      else if (letter === 'l') layout = 'long';
      else if (letter === 'j') layout = 'jobs';
      else if (letter === 'H') forest = true;
      else if ('wdTLM'.includes(letter)) everyone ||= letter === 'd';
      else if (letter === 'h' && bsd) header = false;
      else if (letter === 'o' || letter === 'O') {
        columns = [...(columns ?? []), ...value(rest).split(/[,\s]+/)];
        break;
      } else if (letter === 'p') {
        const list = value(rest)
          .split(/[,\s]+/)
          .map(Number);
        chosen.push((process) => list.includes(process.pid));
        break;
      } else if (letter === 'C') {
        const names = value(rest).split(',');
        chosen.push((process) => names.includes(process.comm));
        break;
      } else if (letter === 'u' || letter === 'U') {
        const uids = value(rest)
          .split(',')
          .map((name) => uidOf(p, name));
        chosen.push((process) => uids.includes(process.uid));
        break;
      } else {
        yield* p.error(
          `error: ${bsd ? 'unsupported option (BSD syntax)' : 'unsupported SysV option'}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`,
        );
        return 1;
      }
    }
  }
  let shown = processes(p).filter((process) =>
    chosen.length > 0
      ? chosen.some((test) => test(process))
      : everyone ||
        (process.tty !== undefined && process.tty === p.tty && process.uid === p.uid) ||
        (p.tty === undefined && process === p),
  );
  if (chosen.length === 0 && !everyone && p.tty === undefined)
    shown = processes(p).filter((process) => process.tty === undefined && process.uid === p.uid);
  if (sort !== undefined) shown = sorted(p, shown, sort);
  else if (forest) shown = byTree(shown);
  const list =
    columns ??
    {
      plain: ['pid', 'tty', 'time', 'ucmd'],
      full: ['user', 'pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'],
      user: ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tty', 'stat', 'start', 'bsdtime', 'command'],
      long: ['f', 's', 'uid', 'pid', 'ppid', 'c', 'pri', 'ni', 'sz', 'wchan', 'tty', 'time', 'ucmd'],
      jobs: ['pid', 'pgid', 'sid', 'tty', 'time', 'ucmd'],
      bsd: ['pid', 'tty', 'stat', 'bsdtime', 'command'],
    }[layout === 'plain' && withoutTerminal ? 'bsd' : layout];
  const out = table(
    p,
    layout === 'full' && columns === undefined ? list.map((c) => (c === 'user' ? 'uid_name' : c)) : list,
    shown,
    header,
  );
  yield* p.print(out);
  return shown.length > 0 ? 0 : 1;
}

function sorted(p: Process, list: readonly Process[], keys: string): Process[] {
  const value = (process: Process, key: string): number | string =>
    ({
      pid: process.pid,
      ppid: process.parent?.pid ?? 0,
      rss: process.memory,
      pmem: process.memory,
      '%mem': process.memory,
      '%cpu': cpuShare(p, process),
      pcpu: cpuShare(p, process),
      time: process.cpuTime,
      start_time: process.startedAt,
      user: userName(p, process.uid),
      cmd: commandLine(process),
      comm: process.comm,
    })[key] ?? process.pid;
  return [...list].sort((a, b) => {
    for (const written of keys.split(',')) {
      const down = written.startsWith('-');
      const key = written.replace(/^[-+]/, '');
      const x = value(a, key);
      const y = value(b, key);
      if (x !== y) return (x < y ? -1 : 1) * (down ? -1 : 1);
    }
    return 0;
  });
}

function byTree(list: readonly Process[]): Process[] {
  const out: Process[] = [];
  const add = (process: Process): void => {
    out.push(process);
    for (const child of list) if (child.parent === process) add(child);
  };
  for (const process of list)
    if (process.parent === undefined || !list.includes(process.parent)) add(process);
  return out;
}

function cpuShare(p: Process, process: Process): number {
  const age = Math.max(1, p.kernel.clock.now - process.startedAt);
  return (process.cpuTime * 100) / age;
}

/** Total memory of the machine in KiB, from /proc/meminfo if it is there. */
export function totalMemory(p: Process): number {
  const info = p.fs.exists('/proc/meminfo') ? text(p.fs.read('/proc/meminfo')) : '';
  return Number(/^MemTotal:\s+(\d+)/m.exec(info)?.[1] ?? 8_000_000);
}

function clock(ms: number, days: boolean): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (!days) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

interface Column {
  readonly title: string;
  readonly right?: boolean;
  readonly width: number;
  readonly value: (p: Process, process: Process) => string;
}

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: { title: 'PID', right: true, width: 7, value: (_p, x) => String(x.pid) },
  ppid: {
    title: 'PPID',
    right: true,
    width: 7,
    value: (_p, x) => String(x.parent?.pids === x.pids ? (x.parent?.pid ?? 0) : 0),
  },
  pgid: { title: 'PGID', right: true, width: 7, value: (_p, x) => String(x.pid) },
  sid: { title: 'SID', right: true, width: 7, value: (_p, x) => String(x.pid) },
  user: { title: 'USER', width: 8, value: (p, x) => short(userName(p, x.uid)) },
  uid_name: { title: 'UID', width: 8, value: (p, x) => short(userName(p, x.uid)) },
  uid: { title: 'UID', right: true, width: 5, value: (_p, x) => String(x.uid) },
  c: { title: 'C', right: true, width: 2, value: (p, x) => String(Math.min(99, Math.floor(cpuShare(p, x)))) },
  stime: {
    title: 'STIME',
    width: 5,
    value: (p, x) =>
      formatTime(x.startedAt, p.kernel.clock.now - x.startedAt < 86_400_000 ? '%H:%M' : '%b%d'),
  },
  start: {
    title: 'START',
    width: 5,
    value: (p, x) =>
      formatTime(x.startedAt, p.kernel.clock.now - x.startedAt < 86_400_000 ? '%H:%M' : '%b%d'),
  },
  lstart: {
    title: 'STARTED',
    right: true,
    width: 24,
    value: (_p, x) => formatTime(x.startedAt, '%a %b %e %H:%M:%S %Y'),
  },
  etime: {
    title: 'ELAPSED',
    right: true,
    width: 11,
    value: (p, x) => clock(p.kernel.clock.now - x.startedAt, true).replace(/^00:/, ''),
  },
  etimes: {
    title: 'ELAPSED',
    right: true,
    width: 7,
    value: (p, x) => String(Math.floor((p.kernel.clock.now - x.startedAt) / 1000)),
  },
  tty: { title: 'TTY', width: 8, value: (_p, x) => (x.tty === undefined ? '?' : 'pts/0') },
  time: { title: 'TIME', right: true, width: 8, value: (_p, x) => clock(x.cpuTime, true) },
  bsdtime: { title: 'TIME', right: true, width: 6, value: (_p, x) => clock(x.cpuTime, false) },
  '%cpu': { title: '%CPU', right: true, width: 4, value: (p, x) => cpuShare(p, x).toFixed(1) },
  '%mem': {
    title: '%MEM',
    right: true,
    width: 4,
    value: (p, x) => ((x.memory / 1024 / totalMemory(p)) * 100).toFixed(1),
  },
  vsz: { title: 'VSZ', right: true, width: 6, value: (_p, x) => String(Math.round(x.memory / 1024) + 2300) },
  rss: { title: 'RSS', right: true, width: 5, value: (_p, x) => String(Math.round(x.memory / 1024)) },
  sz: { title: 'SZ', right: true, width: 5, value: (_p, x) => String(Math.round(x.memory / 4096) + 575) },
  stat: {
    title: 'STAT',
    width: 4,
    value: (p, x) => state(p, x) + (x.pid === 1 ? 's' : '') + (x.tty === undefined ? '' : '+'),
  },
  s: { title: 'S', width: 1, value: (p, x) => state(p, x) },
  f: { title: 'F', width: 1, value: () => '4' },
  pri: { title: 'PRI', right: true, width: 3, value: () => '80' },
  ni: { title: 'NI', right: true, width: 3, value: () => '0' },
  wchan: { title: 'WCHAN', width: 6, value: () => '-' },
  comm: { title: 'COMMAND', width: 15, value: (_p, x) => x.comm },
  ucmd: { title: 'CMD', width: 15, value: (_p, x) => x.comm },
  args: { title: 'COMMAND', width: 27, value: (_p, x) => commandLine(x) },
  command: { title: 'COMMAND', width: 27, value: (_p, x) => commandLine(x) },
  cmd: { title: 'CMD', width: 27, value: (_p, x) => commandLine(x) },
};
const ALIASES: Readonly<Record<string, string>> = {
  pcpu: '%cpu',
  pmem: '%mem',
  tname: 'tty',
  tt: 'tty',
  euser: 'user',
  ruser: 'user',
  euid: 'uid',
  state: 's',
  cputime: 'time',
  rssize: 'rss',
  vsize: 'vsz',
  start_time: 'stime',
};

function short(name: string): string {
  return name.length > 8 ? `${name.slice(0, 7)}+` : name;
}

function state(p: Process, process: Process): string {
  if (!process.running) return 'Z';
  return process === p ? 'R' : process.frozen ? 'D' : 'S';
}

/** Lays out ps' columns; `name=TITLE` renames one. Failure for an unknown name. */
function table(
  p: Process,
  names: readonly string[],
  list: readonly Process[],
  header: boolean,
  flavour: Flavour = 'gnu',
): string {
  const columns = names.map((written): Column => {
    const at = written.indexOf('=');
    const name = (at < 0 ? written : written.slice(0, at)).toLowerCase();
    const column = COLUMNS[ALIASES[name] ?? name];
    if (column === undefined) throw new Failure(`error: unknown user-defined format specifier "${name}"`);
    return at < 0 ? column : { ...column, title: written.slice(at + 1) };
  });
  const rows = list.map((process) => columns.map((column) => column.value(p, process)));
  const titled = header && columns.some((column) => column.title !== '');
  const all = titled ? [columns.map((column) => column.title), ...rows] : rows;
  return all
    .map((row, at) => {
      const cells = row.map((cell, i) => {
        const { width, right, title } = columns[i] ?? { width: 0, right: false, title: '' };
        const wide = Math.max(width, title.length);
        // BusyBox writes every title from the left.
        if (flavour === 'busybox' && titled && at === 0)
          return i === row.length - 1 ? cell : cell.padEnd(wide);
        if (i === row.length - 1 && right !== true) return cell;
        return right === true ? cell.padStart(wide) : cell.padEnd(wide);
      });
      return `${cells.join(' ')}\n`;
    })
    .join('');
}

/** pgrep(1), pkill(1), pidof(1), killall(1): processes by name. */
export function* pgrep(p: Process, flavour: Flavour): Sys<number> {
  const args = p.argv.slice(1);
  let signal: Signal = 'TERM';
  const [first] = args;
  if (/^(pkill|killall)$/.test(p.name) && first !== undefined && /^-([A-Z]+|\d+)$/.test(first)) {
    signal = parseSignal(first.slice(1)) ?? 'TERM';
    args.shift();
  }
  const o = parseOptions(
    p,
    {
      short: 'flaxvnocu:P:s:qwe',
      long: {
        full: 'f',
        'list-name': 'l',
        'list-full': 'a',
        exact: 'x',
        inverse: 'v',
        newest: 'n',
        oldest: 'o',
        count: 'c',
        euid: 'u:',
        parent: 'P:',
        signal: 'signal:',
      },
      code: 2,
    },
    args,
  );
  const exact = o.has('x') || p.name === 'pidof' || p.name === 'killall';
  const patterns = o.args;
  if (patterns.length === 0 && !o.has('u', 'P')) {
    if (p.name === 'killall' || p.name === 'pidof') throw new BadUsage('', 1, p.name === 'pidof');
    throw new BadUsage(flavour === 'gnu' ? 'no matching criteria specified' : '', 2);
  }
  const uid = o.get('u') === undefined ? undefined : uidOf(p, o.get('u') ?? '');
  let found = processes(p).filter((process) => {
    if (process === p) return false;
    if (uid !== undefined && process.uid !== uid) return false;
    if (o.has('P') && String(process.parent?.pid ?? 0) !== o.get('P')) return false;
    if (patterns.length === 0) return true;
    const subject = o.has('f') ? commandLine(process) : process.comm;
    const hit = patterns.some((pattern) => (exact ? subject === pattern : new RegExp(pattern).test(subject)));
    return hit !== o.has('v');
  });
  if (o.has('n')) found = found.slice(-1);
  if (o.has('o')) found = found.slice(0, 1);
  if (p.name === 'pkill' || p.name === 'killall') {
    const wanted = o.get('signal') ?? o.get('s');
    if (wanted !== undefined) signal = parseSignal(wanted) ?? signal;
    for (const process of found) process.signal(signal, p);
    if (found.length === 0 && p.name === 'killall' && !o.has('q'))
      yield* p.error(
        flavour === 'gnu'
          ? `${patterns[0]}: no process found\n`
          : `killall: ${patterns[0]}: no process killed\n`,
      );
  } else if (p.name === 'pidof') {
    if (found.length > 0)
      yield* p.print(
        `${found
          .map((process) => process.pid)
          .reverse()
          .join(' ')}\n`,
      );
  } else if (o.has('c')) yield* p.print(`${found.length}\n`);
  else {
    for (const process of found) {
      const label = o.has('a') ? ` ${commandLine(process)}` : o.has('l') ? ` ${process.name}` : '';
      yield* p.print(`${process.pid}${label}\n`);
    }
  }
  return found.length > 0 ? 0 : 1;
}
