import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { capable } from '../tool/capabilities.ts';
import { baseName, dirName } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, type Flavour } from '../tool/tool.ts';
import { userName } from '../tool/users.ts';

/** true(1), also `:`'s executable. */
export function* trueProgram(): Sys<number> {
  return 0;
}

/** false(1). */
export function* falseProgram(): Sys<number> {
  return 1;
}

/** pwd(1): the logical path if PWD is right. */
export function* pwd(p: Process): Sys<number> {
  yield* p.print(`${p.cwd}\n`);
  return 0;
}

/** basename(1). */
export function* basename(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'as:z', long: { multiple: 'a', suffix: 's:', zero: 'z' }, stop: true });
  const [first, second] = o.args;
  if (first === undefined) throw new BadUsage('missing operand');
  const many = o.has('a', 's');
  if (!many && o.args.length > 2) throw new BadUsage(`extra operand '${o.args[2]}'`);
  const suffix = o.get('s') ?? (many ? '' : (second ?? ''));
  for (const path of many ? o.args : [first]) {
    const name = baseName(path);
    const short =
      suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    yield* p.print(`${short}${o.has('z') ? '\0' : '\n'}`);
  }
  return 0;
}

/** dirname(1). */
export function* dirname(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'z', long: { zero: 'z' } });
  if (o.args.length === 0) throw new BadUsage('missing operand');
  for (const path of o.args) yield* p.print(`${dirName(path)}${o.has('z') ? '\0' : '\n'}`);
  return 0;
}

/** whoami(1). */
export function* whoami(p: Process, flavour: Flavour): Sys<number> {
  parseOptions(p, {});
  const name = userName(p, p.uid);
  if (/^\d+$/.test(name)) {
    yield* p.error(
      flavour === 'gnu'
        ? `whoami: cannot find name for user ID ${p.uid}\n`
        : `whoami: unknown uid ${p.uid}\n`,
    );
    return 1;
  }
  yield* p.print(`${name}\n`);
  return 0;
}

/** tty(1). */
export function* tty(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 's', long: { silent: 's', quiet: 's' } });
  const is = p.isatty(0);
  if (!o.has('s')) yield* p.print(is ? '/dev/pts/0\n' : 'not a tty\n');
  return is ? 0 : 1;
}

/** sync(1): nothing is ever behind here. */
export function* sync(): Sys<number> {
  return 0;
}

/** clear(1), reset(1). */
export function* clear(p: Process): Sys<number> {
  yield* p.print('\x1b[H\x1b[2J\x1b[3J');
  return 0;
}

/** yes(1). */
export function* yes(p: Process): Sys<number> {
  const line = `${p.argv.length > 1 ? p.argv.slice(1).join(' ') : 'y'}\n`;
  const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)));
  for (;;) {
    yield* p.print(block);
    yield TURN;
  }
}

/** nproc(1): the processors this process may use (`--cpuset-cpus`), with --all those there are. */
export function* nproc(p: Process): Sys<number> {
  const o = parseOptions(p, { long: { all: 'all', ignore: 'ignore:' } });
  const read = (path: string): string => (p.fs.exists(path) ? text(p.fs.read(path)) : '');
  const there = read('/proc/cpuinfo').match(/^processor/gm)?.length ?? 2;
  const group = '/sys/fs/cgroup';
  const allowed = (read(`${group}/cpuset.cpus.effective`) || read(`${group}/cpuset/cpuset.cpus`)).trim();
  const usable = allowed === '' || o.has('all') ? there : countCpus(allowed);
  yield* p.print(`${Math.max(1, usable - Number(o.get('ignore') ?? 0))}\n`);
  return 0;
}

/** `0-1,3` ⇒ 3 */
function countCpus(list: string): number {
  return list.split(',').reduce((sum, part) => {
    const [from, to] = part.split('-').map(Number);
    return sum + ((to ?? from ?? 0) - (from ?? 0)) + 1;
  }, 0);
}

/** hostname(1): -f the full name, -s the short one, -d the domain, -i and -I addresses. Setting it needs a privilege. */
export function* hostname(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'fsdiIy',
    long: { fqdn: 'f', long: 'f', short: 's', domain: 'd', 'ip-address': 'i', 'all-ip-addresses': 'I' },
  });
  const { hostname: name, domainname: domain } = p.uts;
  if (o.args.length > 0 && capable(p, 'SYS_ADMIN')) {
    p.uts.hostname = o.args[0] ?? '';
    return 0;
  }
  if (o.args.length > 0) {
    yield* p.error(
      flavour === 'gnu'
        ? 'hostname: you must be root to change the host name\n'
        : 'hostname: sethostname: Operation not permitted\n',
    );
    return 1;
  }
  if (o.has('f')) yield* p.print(`${domain === '' || name.includes('.') ? name : `${name}.${domain}`}\n`);
  else if (o.has('s')) yield* p.print(`${name.split('.')[0]}\n`);
  else if (o.has('d')) yield* p.print(`${domain === '' ? name.split('.').slice(1).join('.') : domain}\n`);
  else if (o.has('i', 'I')) {
    const addresses = p.net
      .interfaces()
      .filter((face) => face.name !== 'lo')
      .flatMap((face) => face.ipv4 ?? []);
    // Without a host.conf that says `multi on`, the resolver gives busybox the first one only.
    const shown = flavour === 'gnu' || o.has('I') ? addresses : addresses.slice(0, 1);
    yield* p.print(`${shown.join(' ')}${o.has('I') && flavour === 'gnu' ? ' ' : ''}\n`);
  } else yield* p.print(`${name}\n`);
  return 0;
}

/** logname(1), arch(1). */
export function* arch(p: Process): Sys<number> {
  yield* p.print('x86_64\n');
  return 0;
}

/** stty(1): what scripts ask of it. */
export function* stty(p: Process, flavour: Flavour): Sys<number> {
  const terminal = p.files.get(0)?.tty;
  if (terminal === undefined) {
    yield* p.error(
      flavour === 'gnu'
        ? "stty: 'standard input': Inappropriate ioctl for device\n"
        : 'stty: standard input: Inappropriate ioctl for device\n',
    );
    return 1;
  }
  const words = p.argv.slice(1);
  if (words.length === 0) {
    yield* p.print(`speed 38400 baud; line = 0;\n${terminal.echo ? '' : '-echo\n'}`);
  }
  for (const word of words) {
    if (word === 'size') yield* p.print(`${terminal.rows} ${terminal.columns}\n`);
    else if (word === 'echo' || word === '-echo') terminal.echo = word === 'echo';
    else if (word === 'raw' || word === 'cbreak') terminal.canonical = false;
    else if (word === 'sane' || word === '-raw' || word === 'cooked') {
      terminal.canonical = true;
      terminal.echo = true;
    } else throw new BadUsage(`invalid argument '${word}'`);
  }
  return 0;
}
