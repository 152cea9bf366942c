import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { spawnChild } from '../../kernel/exec.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { eachInput, readAllOf } from '../tool/files.ts';
import { splitLines } from '../tool/lines.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { appletUsage, BadUsage, credentials, Failure, type Flavour, quoted, reason } from '../tool/tool.ts';
import { execute } from './env.ts';
import { upWords } from './system.ts';

const UNITS = 'KMGTPEZY';

/** numfmt(1): --to and --from (iec, iec-i, si), --suffix, --field is not; `--to=iec 2048` ⇒ `2.0K`. */
export function* numfmt(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'zd:',
    long: {
      to: 'to:',
      from: 'from:',
      suffix: 'suffix:',
      padding: 'padding:',
      grouping: 'grouping',
      round: 'round:',
      format: 'format:',
      header: 'header?',
      field: 'field:',
      invalid: 'invalid:',
      delimiter: 'd:',
    },
  });
  const numbers = o.args.length > 0 ? o.args : splitLines(text(yield* readAllOf(p, '-')));
  const suffix = o.get('suffix') ?? '';
  for (const written of numbers) {
    const value = readScaled(written.trim().replace(new RegExp(`${suffix}$`), ''), o.get('from') ?? 'none');
    if (value === undefined) {
      yield* p.error(
        /^[\d.]+[A-Za-z]+$/.test(written)
          ? `numfmt: rejecting suffix in input: '${written}' (consider using --from)\n`
          : `numfmt: invalid number: '${written}'\n`,
      );
      return 2;
    }
    const shown = `${writeScaled(value, o.get('to') ?? 'none')}${suffix}`;
    yield* p.print(`${shown.padStart(Number(o.get('padding') ?? 0))}\n`);
  }
  return 0;
}

function readScaled(written: string, from: string): number | undefined {
  const match = /^(-?\d+(?:\.\d+)?)([KMGTPEZY])?(i)?$/.exec(written);
  if (match === null) return undefined;
  const [, digits = '0', unit, binary] = match;
  if (unit === undefined) return Number(digits);
  if (from === 'none') return undefined;
  const base = from === 'si' || (from === 'auto' && binary === undefined) ? 1000 : 1024;
  return Math.ceil(Number(digits) * base ** (UNITS.indexOf(unit) + 1));
}

function writeScaled(value: number, to: string): string {
  if (to === 'none') return String(value);
  const base = to === 'si' ? 1000 : 1024;
  let scaled = Math.abs(value);
  let unit = 0;
  while (scaled >= base && unit < UNITS.length) {
    scaled /= base;
    unit++;
  }
  // It rounds away from zero, and may so reach the next unit.
  let rounded = scaled < 10 && unit > 0 ? Math.ceil(scaled * 10 - 1e-9) / 10 : Math.ceil(scaled - 1e-9);
  if (rounded >= base && unit < UNITS.length) {
    rounded /= base;
    unit++;
  }
  const shown = unit > 0 && rounded < 10 ? rounded.toFixed(1) : String(rounded);
  const sign = value < 0 ? '-' : '';
  return `${sign}${shown}${unit === 0 ? '' : `${UNITS[unit - 1]}${to === 'iec-i' ? 'i' : ''}`}`;
}

/** factor(1): `12` ⇒ `12: 2 2 3`. */
export function* factor(p: Process, flavour: Flavour): Sys<number> {
  const words = p.argv.slice(1);
  const numbers =
    words.length > 0
      ? words
      : text(yield* readAllOf(p, '-'))
          .split(/\s+/)
          .filter(Boolean);
  let code = 0;
  for (const word of numbers) {
    if (!/^\d+$/.test(word) || Number(word) > Number.MAX_SAFE_INTEGER) {
      code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `factor: ${quoted(word)} is not a valid positive integer\n`
          : `factor: invalid number '${word}'\n`,
      );
      if (flavour === 'busybox') return 1;
      continue;
    }
    let left = Number(word);
    const found: number[] = [];
    for (let by = 2; by * by <= left; by += by === 2 ? 1 : 2) {
      while (left % by === 0) {
        found.push(by);
        left /= by;
      }
      if (by % 10_001 === 0) yield TURN;
    }
    if (left > 1) found.push(left);
    yield* p.print(`${Number(word)}:${found.map((n) => ` ${n}`).join('')}\n`);
  }
  return code;
}

/** The table of a CRC, whose lowest or highest bit comes first. */
function crcTable(reflected: boolean): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_none, n) => {
    let c = reflected ? n : n << 24;
    for (let k = 0; k < 8; k++)
      c = reflected
        ? c & 1
          ? (c >>> 1) ^ 0xedb88320
          : c >>> 1
        : c & 0x80000000
          ? (c << 1) ^ 0x04c11db7
          : c << 1;
    return c >>> 0;
  });
}

/** cksum(1) and crc32(1): POSIX's sum with the length behind, zip's in hexadecimal. */
export function* cksum(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {});
  const zip = p.name === 'crc32';
  const table = crcTable(zip);
  return yield* eachInput(p, flavour, o.args, function* (file, path) {
    let crc = zip ? 0xffffffff : 0;
    let size = 0;
    const feed = (byte: number): void => {
      crc = zip
        ? (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0)
        : ((crc << 8) ^ (table[((crc >>> 24) ^ byte) & 255] ?? 0)) >>> 0;
    };
    for (let chunk = yield* file.read(); chunk.length > 0; chunk = yield* file.read()) {
      size += chunk.length;
      for (const byte of chunk) feed(byte);
      yield TURN;
    }
    if (!zip) for (let left = size; left > 0; left = Math.floor(left / 256)) feed(left & 255);
    const sum = (crc ^ 0xffffffff) >>> 0;
    const name = path === '-' && o.args.length === 0 ? '' : ` ${path}`;
    yield* p.print(zip ? `${sum.toString(16).padStart(8, '0')}${name}\n` : `${sum} ${size}${name}\n`);
  });
}

/** who(1), users(1), last(1): nobody logs in to a container; w(1) shows its two lines of headings. */
export function* who(p: Process, flavour: Flavour): Sys<number> {
  const operands = p.argv.slice(1).filter((arg) => !arg.startsWith('-'));
  if (flavour === 'busybox' && operands.length > 0) throw new BadUsage('');
  if (p.name === 'w')
    yield* p.print(
      ` ${formatTime(p.kernel.clock.now, '%H:%M:%S')} up ${upWords(p)},  0 user,  load average: 0.08, 0.03, 0.01\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n`,
    );
  return 0;
}

/** logname(1): there is no login. */
export function* logname(p: Process, flavour: Flavour): Sys<number> {
  yield* p.error(
    flavour === 'gnu' ? 'logname: no login name\n' : 'logname: getlogin: No such device or address\n',
  );
  return 1;
}

/** hostid(1): a machine that nobody gave one. */
export function* hostid(p: Process): Sys<number> {
  yield* p.print('00000000\n');
  return 0;
}

/** time(1) of BusyBox: runs a command and says how long it took. */
export function* time(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'pvo:af:', stop: true });
  if (o.args.length === 0) throw new BadUsage('');
  const began = p.kernel.clock.now;
  let code: number;
  try {
    const child = yield* spawnChild(p, o.args);
    code = (yield* child.wait()).code;
  } catch (error) {
    yield* p.error(`time: can't execute '${o.args[0]}': ${reason(error)}\n`);
    code = error instanceof Errno && error.code === 'ENOENT' ? 127 : 126;
  }
  const seconds = (p.kernel.clock.now - began) / 1000;
  if (code !== 0) yield* p.error(`Command exited with non-zero status ${code}\n`);
  const shown = (n: number): string =>
    o.has('p') ? n.toFixed(2) : `${Math.floor(n / 60)}m ${(n % 60).toFixed(2)}s`;
  const mark = o.has('p') ? ' ' : '\t';
  yield* p.error(`real${mark}${shown(seconds)}\nuser${mark}${shown(0)}\nsys${mark}${shown(0)}\n`);
  return code;
}

/** mountpoint(1): -q; is a file system mounted there? */
export function* mountpoint(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'qdx', long: { quiet: 'q' } });
  const [path] = o.args;
  if (path === undefined) throw new BadUsage('bad usage');
  let is: boolean;
  try {
    const place = p.fs.resolve(path, p.cwd, { as: credentials(p) });
    if (place.node === undefined) throw new Errno('ENOENT');
    is = place.absolute === (place.mount.target || '/');
  } catch (error) {
    if (!o.has('q')) yield* p.error(`mountpoint: ${path}: ${reason(error)}\n`);
    return 1;
  }
  if (!o.has('q')) yield* p.print(`${path} is ${is ? '' : 'not '}a mountpoint\n`);
  return is ? 0 : 32;
}

/** flock(1): nothing else locks here, so the command just runs. */
export function* flock(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'sxenuw:oE:Fc:', stop: true, code: 64 });
  const [, ...command] = o.args;
  if (o.args.length === 0) throw new BadUsage('requires file descriptor, file or directory', 64);
  const given = command[0] === '-c' ? ['sh', '-c', command[1] ?? ''] : command;
  return given.length === 0 ? 0 : yield* execute(p, given);
}

/** ionice(1), chrt(1), taskset(1), renice(1): every process has the same; a command just runs. */
export function* scheduling(p: Process, flavour: Flavour): Sys<number> {
  const args = p.argv.slice(1);
  const pid = args.includes('-p') ? Number(args.at(-1)) : undefined;
  const gone = pid !== undefined && !p.pids.processes.has(pid);
  if (p.name === 'renice') {
    const ids = args.filter((arg, i) => /^\d+$/.test(arg) && i > 0).slice(args[0] === '-n' ? 1 : 0);
    if (ids.length === 0) {
      if (flavour === 'busybox') throw new BadUsage('');
      throw new BadUsage('not enough arguments');
    }
    let code = 0;
    for (const id of ids)
      if (!p.pids.processes.has(Number(id))) {
        code = 1;
        yield* p.error(
          flavour === 'gnu'
            ? `renice: failed to get priority for ${id} (process ID): No such process\n`
            : 'renice: setpriority: No such process\n',
        );
      } else if (flavour === 'gnu') {
        const to = args[args.indexOf('-n') + 1] ?? args[0];
        yield* p.print(`${id} (process ID) old priority 0, new priority ${to}\n`);
      }
    return code;
  }
  if (gone)
    throw new Failure(
      `failed to get pid ${pid}'s ${p.name === 'taskset' ? 'affinity' : 'policy'}: No such process`,
    );
  if (p.name === 'ionice' && (args.length === 0 || pid !== undefined)) {
    yield* p.print('none: prio 0\n');
    return 0;
  }
  if (pid !== undefined) {
    yield* p.print(
      p.name === 'taskset'
        ? `pid ${pid}'s current affinity mask: 3\n`
        : `pid ${pid}'s current scheduling policy: SCHED_OTHER\npid ${pid}'s current scheduling priority: 0\n`,
    );
    return 0;
  }
  const o = parseOptions(p, { short: 'c:n:tuapfobriR:', stop: true });
  const command = p.name === 'ionice' || o.has('c') ? o.args : o.args.slice(1);
  if (command.length === 0) throw new BadUsage(flavour === 'gnu' ? 'bad usage' : '');
  return yield* execute(p, command);
}

/** dos2unix(1), unix2dos(1): in place, or from standard input to standard output. */
export function* dos2unix(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'du' });
  const toUnix = o.has('u') || (p.name === 'dos2unix' && !o.has('d'));
  const change = (source: string): string =>
    toUnix ? source.replaceAll('\r\n', '\n') : source.replace(/\r?\n/g, '\r\n');
  for (const path of o.args.length === 0 ? ['-'] : o.args) {
    let source: string;
    try {
      source = text(yield* readAllOf(p, path));
    } catch (error) {
      yield* p.error(`${p.name}: can't open '${path}': ${reason(error)}\n`);
      return 1;
    }
    if (path === '-') yield* p.print(change(source));
    else p.fs.write(path, change(source), p.cwd, credentials(p));
  }
  return 0;
}

/** crond and crontab of BusyBox, in an image without /var/spool/cron. */
export function* cron(p: Process): Sys<number> {
  const folder = '/var/spool/cron/crontabs';
  if (!p.fs.isDirectory(folder)) {
    if (p.name === 'crontab') {
      yield* p.error(`crontab: can't change directory to '${folder}': No such file or directory\n`);
      return 1;
    }
    // The daemon finds this out after it has gone into the background.
    if (!p.argv.slice(1).some((arg) => /^-\w*f/.test(arg))) return 0;
    yield* p.error(`crond: can't change directory to '${folder}': No such file or directory\n`);
    return 1;
  }
  throw new Failure('muelle: jobs of cron are not simulated here');
}

/** getopt(1): -o SHORT -l LONG -n NAME -- ARGUMENTS, the words quoted for `eval set --`. */
export function* getopt(p: Process, flavour: Flavour): Sys<number> {
  const end = p.argv.indexOf('--');
  const head = parseOptions(
    p,
    {
      short: 'o:l:n:aqQuT',
      long: { options: 'o:', longoptions: 'l:', name: 'n:', quiet: 'q', unquoted: 'u' },
      stop: true,
    },
    p.argv.slice(1, end < 0 ? undefined : end),
  );
  const short = head.get('o');
  if (short === undefined) {
    if (flavour === 'busybox') throw new BadUsage('');
    throw new BadUsage('missing optstring argument', 2);
  }
  const long: Record<string, string> = {};
  for (const name of (head.get('l') ?? '').split(',').filter(Boolean))
    long[name.replace(/:+$/, '')] = name.endsWith('::') ? `${name.slice(0, -2)}?` : name;
  const shown = head.get('n') ?? p.name;
  const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
  try {
    const found = parseOptions(p, { short, long }, p.argv.slice(end < 0 ? p.argv.length : end + 1));
    const words = found.order.map(([name, value]) => {
      const flag = name.length === 1 ? `-${name}` : `--${name}`;
      const takes = name.length === 1 ? short.includes(`${name}:`) : /[:?]$/.test(long[name] ?? '');
      return ` ${flag}${takes ? ` ${quote(value)}` : ''}`;
    });
    yield* p.print(`${words.join('')} --${found.args.map((arg) => ` ${quote(arg)}`).join('')}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof BadUsage)) throw error;
    if (!head.has('q')) yield* p.error(`${shown}: ${error.message}\n`);
    yield* p.print(' --\n');
    return 1;
  }
}

/** Programs that are there and say nothing: logger(1), mesg(1). */
export function* silent(): Sys<number> {
  return 0;
}

/** An applet whose work is not simulated: a wrong call is answered as it would be, all else is said to be missing. */
export function* usageOnly(p: Process): Sys<number> {
  const wrong = p.argv.slice(1).find((arg) => /^--./.test(arg));
  if (wrong !== undefined) yield* p.error(`${p.name}: unrecognized option '${wrong}'\n`);
  yield* p.error(yield* appletUsage(p));
  return 1;
}

/** locale(1): the settings of the language; -a what there is. */
export function* locale(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'am', long: { 'all-locales': 'a', charmaps: 'm' } });
  if (o.has('a')) {
    yield* p.print('C\nC.utf8\nPOSIX\n');
    return 0;
  }
  const lang = p.env.get('LANG') ?? '';
  const all = p.env.get('LC_ALL') ?? '';
  yield* p.print(`LANG=${lang}\nLANGUAGE=${p.env.get('LANGUAGE') ?? ''}\n`);
  const parts =
    'CTYPE NUMERIC TIME COLLATE MONETARY MESSAGES PAPER NAME ADDRESS TELEPHONE MEASUREMENT IDENTIFICATION';
  for (const part of parts.split(' ')) {
    const own = p.env.get(`LC_${part}`);
    const shown = all || own || lang || 'POSIX';
    yield* p.print(`LC_${part}=${all === '' && own !== undefined ? own : `"${shown}"`}\n`);
  }
  yield* p.print(`LC_ALL=${all}\n`);
  return 0;
}

/** last(1), lastb(1): a container keeps no list of logins. */
export function* last(p: Process): Sys<number> {
  yield* p.error(
    `${p.name}: cannot open /var/log/${p.name === 'last' ? 'wtmp' : 'btmp'}: No such file or directory\n`,
  );
  return 1;
}
