import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { which as findPath } from '../../kernel/exec.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { kernelFacts } from '../tool/machine.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage, type Flavour } from '../tool/tool.ts';
import { totalMemory } from './ps.ts';

const read = (p: Process, path: string): string => (p.fs.exists(path) ? text(p.fs.read(path)) : '');

/** uname(1): -a -s -n -r -v -m -p -i -o. */
export function* uname(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'asnrvmpio',
    long: {
      all: 'a',
      'kernel-name': 's',
      nodename: 'n',
      'kernel-release': 'r',
      'kernel-version': 'v',
      machine: 'm',
      processor: 'p',
      'hardware-platform': 'i',
      'operating-system': 'o',
    },
  });
  if (o.args.length > 0) throw new BadUsage(`extra operand '${o.args[0]}'`);
  const { release, version } = kernelFacts(p);
  const fields: readonly [string, string][] = [
    ['s', 'Linux'],
    ['n', p.uts.hostname],
    ['r', release],
    ['v', version],
    ['m', 'x86_64'],
    ['p', 'unknown'],
    ['i', 'unknown'],
    ['o', 'GNU/Linux'],
  ];
  const all = o.has('a');
  const shown = fields.filter(([key]) =>
    all ? key !== 'p' && key !== 'i' : o.order.length === 0 ? key === 's' : o.has(key),
  );
  yield* p.print(`${shown.map(([, value]) => value).join(' ')}\n`);
  return 0;
}

/** Seconds since the machine started, from /proc/uptime. */
function uptimeSeconds(p: Process): number {
  return Number(read(p, '/proc/uptime').split(' ')[0] || 3600);
}

function loads(p: Process): string {
  const [one = '0.00', five = '0.00', fifteen = '0.00'] = read(p, '/proc/loadavg').split(' ');
  return `${one}, ${five}, ${fifteen}`;
}

/** How long the machine has been up, in the words of uptime(1). */
export function upWords(p: Process): string {
  const seconds = Math.floor(uptimeSeconds(p));
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const rest =
    hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`;
  return `${days > 0 ? `${days} day${days > 1 ? 's' : ''}, ` : ''}${rest}`;
}

/** uptime(1): -p, -s. */
export function* uptime(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'ps', long: { pretty: 'p', since: 's' } });
  const now = p.kernel.clock.now;
  if (o.has('s')) yield* p.print(`${formatTime(now - uptimeSeconds(p) * 1000, '%F %T')}\n`);
  else if (o.has('p')) yield* p.print(`up ${upWords(p).replace(' min', ' minutes')}\n`);
  else
    yield* p.print(
      ` ${formatTime(now, '%H:%M:%S')} up ${upWords(p)},  0 user${flavour === 'gnu' ? '' : 's'},  load average: ${loads(p)}\n`.replace(
        '0 user,',
        '0 users,',
      ),
    );
  return 0;
}

/** free(1): -h -m -k -g -b -t. */
export function* free(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'hmkgbtwls:c:',
    long: { human: 'h', mebi: 'm', kibi: 'k', gibi: 'g', bytes: 'b', total: 't' },
  });
  const info = read(p, '/proc/meminfo');
  const field = (name: string, otherwise: number): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(info)?.[1] ?? otherwise);
  const total = totalMemory(p);
  const idle = field('MemFree', Math.round(total * 0.6));
  const cache = field('Cached', Math.round(total * 0.2)) + field('Buffers', 0);
  const available = field('MemAvailable', Math.round(total * 0.8));
  const used = total - available;
  const swap = field('SwapTotal', 0);
  const swapFree = field('SwapFree', swap);
  const show = (kib: number): string => {
    if (o.has('b')) return String(kib * 1024);
    if (o.has('m')) return String(Math.floor(kib / 1024));
    if (o.has('g')) return String(Math.floor(kib / 1048576));
    if (!o.has('h')) return String(kib);
    if (kib < 1024) return flavour === 'gnu' ? `${kib === 0 ? '0B' : `${kib}Ki`}` : `${kib}K`;
    const [value, unit] = kib < 1048576 ? [kib / 1024, 'M'] : [kib / 1048576, 'G'];
    return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}${flavour === 'gnu' ? 'i' : ''}`;
  };
  const row = (label: string, ...cells: number[]): string =>
    flavour === 'gnu'
      ? `${label.padEnd(8)}${cells.map((cell) => show(cell).padStart(12)).join('')}\n`
      : `${label.padEnd(7)}${cells.map((cell) => show(cell).padStart(12)).join('')}\n`;
  yield* p.print(
    flavour === 'gnu'
      ? '               total        used        free      shared  buff/cache   available\n'
      : '              total        used        free      shared  buff/cache   available\n',
  );
  yield* p.print(row('Mem:', total, used, idle, field('Shmem', 0), cache, available));
  yield* p.print(row('Swap:', swap, swap - swapFree, swapFree));
  if (o.has('t')) yield* p.print(row('Total:', total + swap, used + swap - swapFree, idle + swapFree));
  return 0;
}

/** which(1): -a. Debian's says nothing when it finds nothing; exit 1. */
export function* which(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'as' });
  let code = o.args.length === 0 ? 1 : 0;
  const context = { kernel: p.kernel, fs: p.fs, uid: p.uid, gid: p.gid, groups: p.groups, cwd: p.cwd };
  for (const name of o.args) {
    const places =
      name.includes('/') || !o.has('a') ? [p.env.get('PATH')] : (p.env.get('PATH') ?? '').split(':');
    let found = false;
    for (const place of places) {
      try {
        yield* p.print(`${findPath(context, name, place)}\n`);
        found = true;
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
      }
    }
    if (!found) code = 1;
  }
  return code;
}

/** getent(1): passwd, group, hosts, ahosts, services. */
export function* getent(p: Process): Sys<number> {
  const [, database, ...keys] = p.argv;
  if (database === undefined) {
    yield* p.error(
      "getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n",
    );
    return 1;
  }
  if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4') {
    if (keys.length === 0) {
      for (const line of read(p, '/etc/hosts').split('\n')) {
        const [address, ...names] = line.trim().split(/\s+/);
        if (address !== undefined && address !== '' && !address.startsWith('#') && !address.includes(':'))
          yield* p.print(`${address.padEnd(15)} ${names.join(' ')}\n`);
      }
      return 0;
    }
    let code = 0;
    for (const key of keys) {
      try {
        const addresses = yield* p.net.resolve(p, key);
        const address = addresses[0] ?? '';
        const numeric = /^[\d.]+$/.test(key);
        const name = numeric ? (p.net.reverse(key) ?? key) : key;
        if (database === 'hosts') yield* p.print(`${address.padEnd(15)} ${name}\n`);
        else
          for (const kind of ['STREAM', 'DGRAM', 'RAW'])
            yield* p.print(`${address.padEnd(15)} ${kind.padEnd(6)} ${kind === 'STREAM' ? key : ''}\n`);
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        code = 2;
      }
    }
    return code;
  }
  if (database !== 'passwd' && database !== 'group' && database !== 'shadow') {
    yield* p.error(
      `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
    );
    return 1;
  }
  const lines = read(p, `/etc/${database}`)
    .split('\n')
    .filter((line) => line !== '');
  if (keys.length === 0) {
    yield* p.print(`${lines.join('\n')}\n`);
    return 0;
  }
  let code = 0;
  for (const key of keys) {
    const line = lines.find((l) => l.split(':')[0] === key || l.split(':')[2] === key);
    if (line === undefined) code = 2;
    else yield* p.print(`${line}\n`);
  }
  return code;
}

/** Programs that exist in images but have nothing to do here say so. */
export function* notSimulated(p: Process): Sys<number> {
  yield* p.error(`muelle: ${p.name} is not simulated here\n`);
  return 1;
}
