import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import type { Flavour } from '../tool/tool.ts';
import { userName } from '../tool/users.ts';
import { commandLine, processes, totalMemory } from './ps.ts';
import { upWords } from './system.ts';

/** top(1): -b, -n N, -d SECONDS; otherwise redraws until `q` or Ctrl-C. */
export function* top(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'bn:d:cHmp:u:o:w::i' });
  const terminal = p.files.get(1)?.tty;
  if (!o.has('b') && terminal === undefined) {
    yield* p.error(flavour === 'gnu' ? 'top: failed tty get\n' : '');
    if (flavour === 'gnu') return 1;
  }
  const rounds = Number(o.get('n') ?? Number.POSITIVE_INFINITY);
  const wait = Number(o.get('d') ?? (flavour === 'gnu' ? 3 : 5)) * 1000;
  const before = new Map<number, number>();
  let quit = false;
  if (!o.has('b') && terminal !== undefined && p.isatty(0)) {
    terminal.canonical = false;
    terminal.echo = false;
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        for (;;) {
          const keys = yield* p.read(0);
          if (keys.length === 0 || keys.includes(0x71) || keys.includes(0x03)) {
            quit = true;
            p.signalled.wake();
            return;
          }
        }
      })(),
    );
  }
  p.onSignal('INT', () => {
    quit = true;
  });
  try {
    for (let round = 0; round < rounds && !quit; round++) {
      const screen = flavour === 'gnu' ? procpsScreen(p, before, wait) : busyboxScreen(p, before, wait);
      if (o.has('b') || terminal === undefined) yield* p.print(`${round > 0 ? '\n' : ''}${screen}`);
      else
        yield* p.print(
          `\x1b[H\x1b[2J${screen
            .split('\n')
            .slice(0, terminal.rows - 1)
            .map((line) => line.slice(0, terminal.columns))
            .join('\r\n')}`,
        );
      if (round + 1 < rounds) yield* p.sleep(wait);
    }
  } finally {
    if (!o.has('b') && terminal !== undefined) {
      terminal.canonical = true;
      terminal.echo = true;
    }
  }
  if (!o.has('b')) yield* p.print('\n');
  return 0;
}

function share(
  p: Process,
  process: Process,
  before: Map<number, number>,
  wait: number,
  fresh = false,
): number {
  const last = before.get(process.pid);
  // The first look has nothing to compare with.
  if (last === undefined && fresh) {
    before.set(process.pid, process.cpuTime);
    return 0;
  }
  const age = last === undefined ? Math.max(1, p.kernel.clock.now - process.startedAt) : wait;
  const used = process.cpuTime - (last ?? 0);
  before.set(process.pid, process.cpuTime);
  return Math.min(100, (used * 100) / age);
}

function meminfo(p: Process): { total: number; free: number; cached: number } {
  const info = p.fs.exists('/proc/meminfo') ? text(p.fs.read('/proc/meminfo')) : '';
  const total = totalMemory(p);
  const field = (name: string, otherwise: number): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(info)?.[1] ?? otherwise);
  return {
    total,
    free: field('MemFree', Math.round(total * 0.6)),
    cached: field('Cached', Math.round(total * 0.2)),
  };
}

function loads(p: Process): string[] {
  const line = p.fs.exists('/proc/loadavg') ? text(p.fs.read('/proc/loadavg')) : '0.00 0.00 0.00';
  return line.trim().split(' ').slice(0, 3);
}

function procpsScreen(p: Process, before: Map<number, number>, wait: number): string {
  const list = processes(p).map((process) => ({ process, cpu: share(p, process, before, wait) }));
  list.sort((a, b) => b.cpu - a.cpu || a.process.pid - b.process.pid);
  const { total, free, cached } = meminfo(p);
  const mib = (kib: number): string => (kib / 1024).toFixed(1).padStart(8);
  const busy = Math.min(
    100,
    list.reduce((sum, { cpu }) => sum + cpu, 0),
  );
  const head = [
    `top - ${formatTime(p.kernel.clock.now, '%H:%M:%S')} up ${upWords(p)},  0 users,  load average: ${loads(p).join(', ')}`,
    `Tasks: ${String(list.length).padStart(3)} total,   1 running, ${String(list.length - 1).padStart(3)} sleeping,   0 stopped,   0 zombie`,
    `%Cpu(s): ${busy.toFixed(1).padStart(4)} us,  0.0 sy,  0.0 ni,${(100 - busy).toFixed(1).padStart(5)} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st `,
    `MiB Mem :${mib(total)} total,${mib(free)} free,${mib(total - free - cached)} used,${mib(cached)} buff/cache     `,
    `MiB Swap:${mib(0)} total,${mib(0)} free,${mib(0)} used.${mib(free + cached)} avail Mem `,
    '',
    '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND',
  ];
  const rows = list.map(({ process, cpu }) => {
    const kib = Math.round(process.memory / 1024);
    const seconds = process.cpuTime / 1000;
    const time = `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, '0')}`;
    return `${String(process.pid).padStart(7)} ${userName(p, process.uid).slice(0, 8).padEnd(8)}  20   0 ${String(kib + 2300).padStart(7)} ${String(kib).padStart(6)} ${String(Math.round(kib * 0.7)).padStart(6)} ${process === p ? 'R' : 'S'} ${cpu.toFixed(1).padStart(5)} ${((kib * 100) / total).toFixed(1).padStart(5)} ${time.padStart(9)} ${process.name}`;
  });
  return `${[...head, ...rows].join('\n')}\n`;
}

function busyboxScreen(p: Process, before: Map<number, number>, wait: number): string {
  const list = processes(p).map((process) => ({ process, cpu: share(p, process, before, wait, true) }));
  list.sort((a, b) => b.cpu - a.cpu || a.process.pid - b.process.pid);
  const { total, free, cached } = meminfo(p);
  const busy = Math.round(
    Math.min(
      100,
      list.reduce((sum, { cpu }) => sum + cpu, 0),
    ),
  );
  const head = [
    `Mem: ${total - free}K used, ${free}K free, 0K shrd, 0K buff, ${cached}K cached`,
    `CPU: ${String(busy).padStart(3)}% usr   0% sys   0% nic ${String(100 - busy).padStart(3)}% idle   0% io   0% irq   0% sirq`,
    `Load average: ${loads(p).join(' ')} 1/${list.length} ${p.pid}`,
    '  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND',
  ];
  const rows = list.map(({ process, cpu }) => {
    const kib = Math.round(process.memory / 1024) + 2300;
    const parent = process.parent?.pids === process.pids ? (process.parent?.pid ?? 0) : 0;
    return `${String(process.pid).padStart(5)} ${String(parent).padStart(5)} ${userName(p, process.uid).slice(0, 8).padEnd(8)} ${process === p ? 'R' : 'S'}    ${String(kib).padStart(5)} ${String(Math.round((kib * 100) / total)).padStart(3)}% ${String(Math.round(cpu)).padStart(3)}% ${commandLine(process)}`;
  });
  return `${[...head, ...rows].join('\n')}\n`;
}
