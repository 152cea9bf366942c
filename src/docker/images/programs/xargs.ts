import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { spawnChild } from '../../kernel/exec.ts';
import type { Process } from '../../kernel/process.ts';
import { parseSignal, SIGNALS, type Signal } from '../../kernel/signals.ts';
import { NullFile } from '../../kernel/stream.ts';
import type { Sys } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime, parseDuration } from '../tool/time.ts';
import { BadUsage, type Flavour, quoted, reason } from '../tool/tool.ts';
import { gidOf, uidOf } from '../tool/users.ts';
import { execute } from './env.ts';

/** xargs(1): -n, -I, -L, -r, -0, -d, -t, -P (in parallel), -a. */
export function* xargs(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'n:I:L:r0d:tP:a:xps:E:',
    long: {
      'max-args': 'n:',
      replace: 'I?',
      'max-lines': 'L:',
      'no-run-if-empty': 'r',
      null: '0',
      delimiter: 'd:',
      verbose: 't',
      'max-procs': 'P:',
      'arg-file': 'a:',
    },
    stop: true,
  });
  const source = o.get('a');
  const input = text(source === undefined ? yield* p.readAll(0) : p.fs.read(source, p.cwd));
  const command = o.args.length === 0 ? ['echo'] : o.args;
  const replace = o.get('I');
  const delimiter = o.has('0') ? '\0' : o.get('d')?.replaceAll('\\n', '\n').replaceAll('\\0', '\0');
  const items =
    delimiter !== undefined
      ? input
          .replace(
            new RegExp(`${delimiter === '\0' ? '\\0' : delimiter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
            '',
          )
          .split(delimiter)
          .filter((item, _i, all) => all.length > 1 || item !== '')
      : replace !== undefined || o.has('L')
        ? input
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== '')
        : words(input);
  const lines: string[][] = [];
  if (replace !== undefined) {
    for (const item of items)
      lines.push(command.map((part) => part.replaceAll(replace === '' ? '{}' : replace, item)));
  } else {
    const size = Number(o.get('n') ?? o.get('L') ?? Number.POSITIVE_INFINITY);
    if (items.length === 0 && !o.has('r')) lines.push([...command]);
    for (let i = 0; i < items.length; i += size === Number.POSITIVE_INFINITY ? items.length : size) {
      const part = items.slice(i, i + size);
      lines.push([...command, ...(o.has('L') ? part.flatMap((line) => words(line)) : part)]);
    }
  }
  let code = 0;
  const parallel = Math.max(1, Number(o.get('P') ?? 1) || lines.length);
  const running: Process[] = [];
  const settle = function* (child: Process): Sys<void> {
    const status = yield* child.wait();
    if (status.code !== 0) code = flavour === 'gnu' || status.code < 255 ? 123 : 124;
  };
  for (const argv of lines) {
    if (o.has('t')) yield* p.error(`${argv.join(' ')}\n`);
    while (running.length >= parallel) {
      const first = running.shift();
      if (first !== undefined) yield* settle(first);
    }
    try {
      const files = new Map(p.files);
      files.set(0, new NullFile());
      running.push(yield* spawnChild(p, argv, { files }));
    } catch (error) {
      yield* p.error(`xargs: ${argv[0]}: ${reason(error)}\n`);
      return error instanceof Errno && error.code === 'ENOENT' ? 127 : 126;
    }
  }
  for (const child of running) yield* settle(child);
  return code;
}

/** Splits as xargs does: blanks separate, quotes and backslash protect. */
function words(input: string): string[] {
  const out: string[] = [];
  for (const match of input.matchAll(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+/g))
    out.push(
      match[0].replace(
        /"([^"\n]*)"|'([^'\n]*)'|\\([\s\S])/g,
        (_w, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '',
      ),
    );
  return out;
}

/** timeout(1): -s SIGNAL, -k DURATION, --preserve-status, --foreground. */
export function* timeout(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 's:k:v',
    long: { signal: 's:', 'kill-after': 'k:', 'preserve-status': 'keep', foreground: 'fg', verbose: 'v' },
    stop: true,
    code: flavour === 'gnu' ? 125 : 1,
  });
  const [duration, ...command] = o.args;
  if (duration === undefined || command.length === 0) throw new BadUsage('', flavour === 'gnu' ? 125 : 1);
  const limit = parseDuration(duration);
  if (limit === undefined)
    throw flavour === 'gnu'
      ? new BadUsage(`invalid time interval '${duration}'`, 125)
      : new BadUsage(`invalid number '${duration}'`, 1, true);
  const written = o.get('s') ?? 'TERM';
  const signal = parseSignal(written);
  if (signal === undefined) throw new BadUsage(`'${written}': invalid signal`, 125);
  // busybox's timeout becomes the command itself; a process beside it sends the signal. So process 1 is immune.
  if (flavour === 'busybox') {
    if (limit > 0)
      p.kernel.thread(p, expire(p, p.kernel.clock.now + limit, signal, parseDuration(o.get('k') ?? '')));
    return yield* execute(p, command, {}, (name) => `can't execute '${name}'`);
  }
  let child: Process;
  try {
    child = yield* spawnChild(p, command);
  } catch (error) {
    yield* p.error(
      flavour === 'gnu'
        ? `timeout: failed to run command ${quoted(command[0] ?? '')}: ${reason(error)}\n`
        : `timeout: can't execute '${command[0]}': ${reason(error)}\n`,
    );
    return error instanceof Errno && error.code === 'ENOENT' ? 127 : 126;
  }
  for (const passed of ['TERM', 'INT', 'HUP', 'QUIT'] as const)
    p.onSignal(passed, () => child.signal(passed));
  const until = limit === 0 ? Number.POSITIVE_INFINITY : p.kernel.clock.now + limit;
  yield* waitUntil(child, until);
  if (!child.running) return child.status?.code ?? 0;
  child.signal(signal, p);
  const kill = o.get('k');
  if (kill !== undefined) {
    yield* waitUntil(child, p.kernel.clock.now + (parseDuration(kill) ?? 0));
    if (child.running) child.signal('KILL', p);
  }
  const status = yield* child.wait();
  if (o.has('keep')) return status.code;
  // GNU's dies of the KILL it sent, so that its shell says so.
  if (flavour === 'gnu' && signal === 'KILL') p.end({ code: 137, signal: 'KILL' });
  return signal === 'KILL' || status.signal === 'KILL' ? 137 : 124;
}

/** Sends a process the signal at a moment, and KILL some time after it. */
function* expire(p: Process, at: number, signal: Signal, kill: number | undefined): Sys<void> {
  while (p.kernel.clock.now < at) yield { queues: [], until: at };
  p.signal(signal, p);
  if (kill === undefined) return;
  const last = at + kill;
  while (p.kernel.clock.now < last) yield { queues: [], until: last };
  p.signal('KILL', p);
}

function* waitUntil(child: Process, until: number): Sys<void> {
  while (child.running && child.kernel.clock.now < until)
    yield until === Number.POSITIVE_INFINITY ? { queues: [child.ended] } : { queues: [child.ended], until };
}

/** nohup(1): output to nohup.out if it is a terminal. */
export function* nohup(p: Process): Sys<number> {
  const command = p.argv.slice(1);
  if (command.length === 0) throw new BadUsage('missing operand', 125);
  p.onSignal('HUP', 'ignore');
  if (p.isatty(1)) yield* p.error("nohup: ignoring input and appending output to 'nohup.out'\n");
  return yield* execute(p, command, {}, (name) => `failed to run command ${quoted(name)}`);
}

/** What nice(1) was told of a process. Nothing is scheduled here; only who asks for it sees it again. */
const NICENESS = new WeakMap<Process, number>();

function niceness(p: Process | undefined): number {
  return p === undefined ? 0 : (NICENESS.get(p) ?? niceness(p.parent));
}

/** nice, setsid, stdbuf, chrt, unbuffer: run the command. */
export function* nice(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'n:c:p:i:o:e:fw',
    long: { adjustment: 'n:', fork: 'f', wait: 'w' },
    stop: true,
  });
  const adjustment = Number(o.get('n') ?? (p.name === 'nice' && o.args.length > 0 ? 10 : 0));
  if (o.args.length === 0) {
    yield* p.print(p.name === 'nice' ? `${niceness(p)}\n` : '');
    return 0;
  }
  if (p.name === 'nice') NICENESS.set(p, Math.max(-20, Math.min(19, niceness(p) + adjustment)));
  return yield* execute(p, o.args);
}

/** The first line of watch: what it runs at the left, the time (and procps' host name) at the right. */
function heading(p: Process, flavour: Flavour, seconds: number, command: string): string {
  const columns = p.files.get(1)?.tty?.columns ?? 80;
  const time = formatTime(p.kernel.clock.now, flavour === 'gnu' ? '%a %b %e %H:%M:%S %Y' : '%F %T');
  const right = flavour === 'gnu' ? `${p.uts.hostname}: ${time}` : time;
  const left = `Every ${seconds.toFixed(1)}s: ${command}`;
  const room = Math.max(0, columns - right.length - 1);
  return `${left.slice(0, room).padEnd(columns - right.length)}${right}\n\n`;
}

/** watch(1): -n SECONDS, -t; shows the command's output again and again. */
export function* watch(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'n:tdge',
    long: { interval: 'n:', 'no-title': 't', differences: 'd' },
    stop: true,
  });
  if (o.args.length === 0) throw new BadUsage('');
  const seconds = Number(o.get('n') ?? 2);
  for (;;) {
    yield* p.print(flavour === 'gnu' ? '\x1b[H\x1b[2J' : '\x1b[H\x1b[J');
    if (!o.has('t')) yield* p.print(heading(p, flavour, seconds, o.args.join(' ')));
    const child = yield* spawnChild(p, ['sh', '-c', o.args.join(' ')]);
    yield* child.wait();
    yield* p.sleep(seconds * 1000);
  }
}

/** setpriv(1), su-exec, gosu: run a command as somebody else. */
export function* setpriv(p: Process): Sys<number> {
  const o = parseOptions(p, {
    long: {
      reuid: 'reuid:',
      regid: 'regid:',
      'clear-groups': 'clear',
      'init-groups': 'init',
      'no-new-privs': 'nnp',
      groups: 'groups:',
      'inh-caps': 'caps:',
    },
    stop: true,
  });
  const uid = o.get('reuid');
  const gid = o.get('regid');
  const asUid = uid === undefined ? p.uid : uidOf(p, uid);
  const asGid = gid === undefined ? p.gid : gidOf(p, gid);
  if (asUid === undefined) throw new BadUsage(`failed to parse reuid: ${quoted(uid ?? '')}`, 1, true);
  if (asGid === undefined) throw new BadUsage(`failed to parse regid: ${quoted(gid ?? '')}`, 1, true);
  return yield* execute(p, o.args, { uid: asUid, gid: asGid });
}

/** kill(1): -SIGNAL, -s, -l, -0, pids and %jobs of the shell are the shell's. */
export function* kill(p: Process, flavour: Flavour): Sys<number> {
  const args = p.argv.slice(1);
  let signal: Signal | undefined = 'TERM';
  let probe = false;
  const [first] = args;
  if (first === '-l' || first === '-L') {
    const which = args[1];
    if (which !== undefined) {
      const n = Number(which) > 128 ? String(Number(which) - 128) : which;
      const found = parseSignal(n);
      yield* p.print(found === undefined ? '' : `${/^\d+$/.test(which) ? found : SIGNALS[found]}\n`);
      return found === undefined ? 1 : 0;
    }
    const names = Object.entries(SIGNALS);
    yield* p.print(
      flavour === 'gnu'
        ? `${names.map(([name, n]) => `${String(n).padStart(2)} ${name}`).join('\n')}\n`
        : `${names.map(([name, n]) => `${String(n).padStart(2)}) ${name}`).join('\n')}\n`,
    );
    return 0;
  }
  let written: string | undefined;
  if (first === '-s' || first === '-n' || first === '--signal') {
    written = args[1] ?? '';
    args.splice(0, 2);
  } else if (first !== undefined && /^-[A-Za-z0-9]+$/.test(first)) {
    written = first.slice(1);
    args.shift();
  }
  if (written !== undefined) {
    probe = written === '0';
    signal = probe ? undefined : parseSignal(written);
    if (signal === undefined && !probe) {
      yield* p.error(
        flavour === 'gnu' ? `kill: invalid signal: '${written}'\n` : `kill: bad signal name '${written}'\n`,
      );
      return 1;
    }
  }
  if (args[0] === '--') args.shift();
  if (args.length === 0)
    throw new BadUsage(
      flavour === 'gnu' ? 'not enough arguments' : 'you need to specify whom to kill',
      1,
      flavour === 'busybox',
    );
  let code = 0;
  for (const arg of args) {
    if (!/^-?\d+$/.test(arg)) {
      code = 1;
      yield* p.error(
        flavour === 'gnu' ? `kill: failed to parse argument: '${arg}'\n` : `kill: invalid number '${arg}'\n`,
      );
      continue;
    }
    const pid = Number(arg);
    const targets =
      pid === -1
        ? p.pids.seen.filter((other) => other !== p && other.pid !== 1)
        : [p.pids.find(Math.abs(pid))];
    for (const target of targets) {
      const why =
        target === undefined
          ? 'No such process'
          : p.uid !== 0 && target.uid !== p.uid
            ? 'Operation not permitted'
            : undefined;
      if (why !== undefined) {
        code = 1;
        yield* p.error(
          flavour === 'gnu' ? `kill: (${pid}): ${why}\n` : `kill: can't kill pid ${pid}: ${why}\n`,
        );
      } else if (signal !== undefined) target?.signal(signal, p);
    }
  }
  return code;
}
