import { text } from '../../kernel/bytes.ts';
import { spawnChild } from '../../kernel/exec.ts';
import { sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { join, sortedNames } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import { parseDuration } from '../tool/time.ts';
import { BadUsage, credentials, Failure, type Flavour, reason } from '../tool/tool.ts';
import { execute } from './env.ts';

/** cowsay(6), cowthink(6): a cow that says its arguments, or what it reads; -e EYES -T TONGUE -W N -n. */
export function* cowsay(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'e:T:W:nf:lbdgpstwy', stop: false });
  const message = o.args.length > 0 ? o.args.join(' ') : text(yield* p.readAll(0)).replace(/\n$/, '');
  const width = Number(o.get('W') ?? 40);
  const lines = o.has('n') ? message.split('\n') : wrap(message, width - 1);
  const wide = Math.max(0, ...lines.map((line) => line.length));
  const think = p.name === 'cowthink';
  const modes: Readonly<Record<string, string>> = {
    b: '==',
    d: 'xx',
    g: '$$',
    p: '@@',
    s: '**',
    t: '--',
    w: 'OO',
    y: '..',
  };
  const eyes = (o.get('e') ?? modes[o.last(...Object.keys(modes)) ?? ''] ?? 'oo').padEnd(2).slice(0, 2);
  const tongue = (o.get('T') ?? (o.has('d', 's') ? 'U ' : '  ')).padEnd(2).slice(0, 2);
  const side = (i: number): readonly [string, string] =>
    think
      ? ['(', ')']
      : lines.length === 1
        ? ['<', '>']
        : i === 0
          ? ['/', '\\']
          : i === lines.length - 1
            ? ['\\', '/']
            : ['|', '|'];
  const balloon = lines.map((line, i) => `${side(i)[0]} ${line.padEnd(wide)} ${side(i)[1]}\n`).join('');
  const t = think ? 'o' : '\\';
  yield* p.print(
    ` ${'_'.repeat(wide + 2)}\n${balloon} ${'-'.repeat(wide + 2)}\n        ${t}   ^__^\n         ${t}  (${eyes})\\_______\n            (__)\\       )\\/\\\n             ${tongue} ||----w |\n                ||     ||\n`,
  );
  return 0;
}

function wrap(message: string, width: number): string[] {
  const out: string[] = [];
  for (const paragraph of message.replaceAll('\t', '        ').split('\n')) {
    let line = '';
    for (const word of paragraph.split(/\s+/)) {
      if (line !== '' && line.length + 1 + word.length > width) {
        out.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    out.push(line);
  }
  return out;
}

const FORTUNES: readonly string[] = [
  'A ship in harbor is safe, but that is not what ships are built for.',
  'You will be awarded some great honor.',
  'The best prophet of the future is the past.',
  'Your lucky number has been disconnected.',
  'Q: How do you catch a whale?\nA: With a very big container.',
];

/** fortune(6). */
export function* fortune(p: Process): Sys<number> {
  yield* p.print(`${p.kernel.random.pick(FORTUNES)}\n`);
  return 0;
}

/** vi(1), vim, nano and the like: an editor needs a screen of its own, which is not simulated. */
export function* editor(p: Process, flavour: Flavour): Sys<number> {
  const wrong = p.argv.slice(1).find((arg) => arg.startsWith('--') && arg !== '--');
  if (flavour === 'busybox' && wrong !== undefined) throw new BadUsage(`unrecognized option '${wrong}'`);
  yield* p.error(
    `muelle: ${p.name} is not simulated here; write files with cat > FILE, echo or the page's editor\n`,
  );
  return 1;
}

/** file(1) for the kinds there are here. */
export function* file(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'biLhz', long: { brief: 'b', mime: 'i' } });
  for (const path of o.args) {
    let kind: string;
    try {
      const node = p.fs.lstat(path, p.cwd, credentials(p));
      if (node.kind === 'directory') kind = 'directory';
      else if (node.kind === 'link') kind = `symbolic link to ${node.target}`;
      else if (node.kind === 'device') kind = 'character special';
      else if (node.program !== undefined || typeof node.data === 'number')
        kind =
          'ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, interpreter /lib64/ld-linux-x86-64.so.2, for GNU/Linux 3.2.0, stripped';
      else if (sizeOf(node) === 0) kind = 'empty';
      else kind = contentKind(text(node.data.subarray(0, 512)), node.data);
    } catch (error) {
      kind = `cannot open \`${path}' (${reason(error)})`;
    }
    yield* p.print(o.has('b') ? `${kind}\n` : `${path}: ${kind}\n`);
  }
  return 0;
}

function contentKind(head: string, data: Uint8Array): string {
  if (data[0] === 0x1f && data[1] === 0x8b) return 'gzip compressed data';
  if (text(data.subarray(257, 262)) === 'ustar') return 'POSIX tar archive (GNU)';
  const shebang = /^#!\s*(\S+)/.exec(head);
  if (shebang !== null)
    return /python/.test(shebang[1] ?? '')
      ? 'Python script, ASCII text executable'
      : `${/bash/.test(shebang[1] ?? '') ? 'Bourne-Again' : 'POSIX'} shell script, ASCII text executable`;
  if (/^\s*<(!doctype html|html)/i.test(head)) return 'HTML document, ASCII text';
  if (/^\s*[{[]/.test(head)) return 'JSON text data';
  return data.some((byte) => byte === 0)
    ? 'data'
    : data.some((byte) => byte > 127)
      ? 'Unicode text, UTF-8 text'
      : 'ASCII text';
}

/** tree(1): -L N, -a, -d. */
export function* tree(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'L:adfhI:C' });
  const deepest = Number(o.get('L') ?? Number.POSITIVE_INFINITY);
  const counts = { directories: 0, files: 0 };
  const walk = function* (path: string, prefix: string, depth: number): Sys<void> {
    const names = sortedNames(p, path)
      .filter((name) => o.has('a') || !name.startsWith('.'))
      .filter((name) => !o.has('d') || p.fs.isDirectory(join(path, name), p.cwd));
    for (const [i, name] of names.entries()) {
      const full = join(path, name);
      const last = i === names.length - 1;
      const node = p.fs.lstat(full, p.cwd);
      yield* p.print(
        `${prefix}${last ? '└── ' : '├── '}${name}${node.kind === 'link' ? ` -> ${node.target}` : ''}\n`,
      );
      if (node.kind === 'directory') {
        counts.directories++;
        if (depth < deepest) yield* walk(full, `${prefix}${last ? '    ' : '│   '}`, depth + 1);
      } else counts.files++;
    }
    yield TURN;
  };
  for (const path of o.args.length === 0 ? ['.'] : o.args) {
    if (!p.fs.isDirectory(path, p.cwd)) {
      yield* p.print(`${path}  [error opening dir]\n`);
      continue;
    }
    yield* p.print(`${path}\n`);
    yield* walk(path, '', 1);
  }
  yield* p.print(
    `\n${counts.directories + 1} director${counts.directories === 0 ? 'y' : 'ies'}${o.has('d') ? '' : `, ${counts.files} file${counts.files === 1 ? '' : 's'}`}\n`,
  );
  return 0;
}

/** lsb_release(1): -a, -d, -c, -r, -i, -s. */
export function* lsbRelease(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'adcrivs',
    long: { all: 'a', description: 'd', codename: 'c', release: 'r', id: 'i', short: 's' },
  });
  const release = p.fs.exists('/etc/os-release') ? text(p.fs.read('/etc/os-release')) : '';
  const field = (name: string): string => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '';
  const id = field('ID');
  const rows: readonly [string, string, string][] = [
    ['i', 'Distributor ID', id.slice(0, 1).toUpperCase() + id.slice(1)],
    ['d', 'Description', field('PRETTY_NAME')],
    ['r', 'Release', field('VERSION_ID')],
    ['c', 'Codename', field('VERSION_CODENAME')],
  ];
  if (o.has('a') || o.order.length === 0) yield* p.error('No LSB modules are available.\n');
  for (const [key, title, value] of rows)
    if (o.has('a', key)) yield* p.print(o.has('s') ? `${value}\n` : `${title}:\t${value}\n`);
  return 0;
}

/** stress(1): -c N, -m N --vm-bytes B, -t SECONDS: uses the engine's processor time and memory. */
export function* stress(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'c:i:m:d:t:v',
    long: {
      cpu: 'c:',
      io: 'i:',
      vm: 'm:',
      hdd: 'd:',
      timeout: 't:',
      'vm-bytes': 'bytes:',
      'vm-keep': 'keep',
    },
  });
  const workers = ['c', 'i', 'm', 'd'].map((key) => Number(o.get(key) ?? 0));
  const [cpu = 0, io = 0, vm = 0, hdd = 0] = workers;
  yield* p.print(`stress: info: [${p.pid}] dispatching hogs: ${cpu} cpu, ${io} io, ${vm} vm, ${hdd} hdd\n`);
  const written = /^(\d+)([KMG]?)/i.exec(o.get('bytes') ?? '256M');
  const bytes =
    Number(written?.[1] ?? 256) *
    ({ K: 1024, M: 1048576, G: 1073741824 }[(written?.[2] ?? '').toUpperCase()] ?? 1);
  const end =
    p.kernel.clock.now + (o.has('t') ? (parseDuration(o.get('t') ?? '') ?? 0) : Number.POSITIVE_INFINITY);
  if (vm > 0) p.useMemory(2_000_000 + bytes * vm);
  while (p.kernel.clock.now < end) {
    p.cpuTime += 100 * Math.max(1, cpu);
    yield* p.sleep(Math.min(100, end - p.kernel.clock.now));
  }
  yield* p.print(`stress: info: [${p.pid}] successful run completed in ${o.get('t')}s\n`);
  return 0;
}

/** sudo(8) inside a container: runs the command as root; tini, dumb-init: run it and pass signals on. */
export function* sudo(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'u:EHnigsv', long: { user: 'u:', preserve: 'E' }, stop: true });
  const command = p.name === 'sudo' ? o.args : o.args.filter((arg, i) => !(i === 0 && arg === '--'));
  if (command.length === 0)
    throw new Failure(p.name === 'sudo' ? 'usage: sudo command' : 'usage: tini [OPTIONS] PROGRAM -- [ARGS]');
  if (p.name === 'sudo') return yield* execute(p, command, { uid: 0, gid: 0 });
  const child = yield* spawnChild(p, command);
  for (const signal of ['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'WINCH'] as const)
    p.onSignal(signal, () => child.signal(signal));
  return (yield* child.wait()).code;
}

/** service(8): `service NAME start|stop|restart|status` for the servers there are. */
export function* service(p: Process): Sys<number> {
  const [name = '', action = ''] = p.argv.slice(1);
  const known: Readonly<Record<string, readonly [process: string, ...command: string[]]>> = {
    apache2: ['apache2', 'apache2ctl', 'start'],
    nginx: ['nginx', 'nginx', '-g', 'daemon off;'],
    mariadb: ['mariadbd', 'mariadbd', '--user=mysql'],
    mysql: ['mariadbd', 'mariadbd', '--user=mysql'],
    'redis-server': ['redis-server', 'redis-server', '/etc/redis/redis.conf'],
  };
  const found = known[name];
  const context = { kernel: p.kernel, fs: p.fs, uid: p.uid, gid: p.gid, groups: p.groups, cwd: p.cwd };
  const there =
    found !== undefined &&
    ['/usr/sbin', '/usr/bin'].some((folder) => context.fs.exists(`${folder}/${found[1]}`));
  if (found === undefined || !there) {
    yield* p.error(`${name}: unrecognized service\n`);
    return 1;
  }
  const [title, ...command] = found;
  const running = [...p.pids.processes.values()].filter(
    (process) =>
      process.name === title ||
      process.argv[0]?.startsWith(`${title}:`) === true ||
      process.argv[0]?.includes(`/${title}`) === true,
  );
  if (action === 'status') {
    yield* p.print(running.length > 0 ? `${name} is running.\n` : `${name} is not running ... failed!\n`);
    return running.length > 0 ? 0 : 3;
  }
  if (action === 'stop' || action === 'restart') {
    for (const process of running) process.signal('TERM', p);
    yield* p.sleep(500);
    yield* p.print(`Stopping ${name}: ${name}.\n`);
  }
  if (action === 'start' || action === 'restart') {
    const daemon = yield* spawnChild(p, command);
    daemon.parent?.children.delete(daemon);
    daemon.parent = p.pids.init;
    daemon.parent?.children.add(daemon);
    yield* p.sleep(600);
    yield* p.print(`Starting ${name}: ${name}.\n`);
    return 0;
  }
  if (action === 'stop') return 0;
  yield* p.error(`Usage: /etc/init.d/${name} {start|stop|restart|status}\n`);
  return 1;
}

/** mariadbd-safe(1): starts the server and starts it again if it dies. */
export function* mariadbdSafe(p: Process): Sys<number> {
  yield* p.print(`${p.pid} mysqld_safe Logging to syslog.\n`);
  let stopped = false;
  for (;;) {
    const child = yield* spawnChild(p, ['mariadbd', '--user=mysql', ...p.argv.slice(1)]);
    for (const signal of ['TERM', 'QUIT'] as const)
      p.onSignal(signal, () => {
        stopped = true;
        child.signal('TERM');
      });
    const { code } = yield* child.wait();
    if (stopped || code === 0) return code;
    yield* p.sleep(1000);
  }
}
