import { programs } from '../../../src/docker/images/programs.ts';
import { text, utf8 } from '../../../src/docker/kernel/bytes.ts';
import { Clock } from '../../../src/docker/kernel/clock.ts';
import { Tree } from '../../../src/docker/kernel/fs/tree.ts';
import { Vfs } from '../../../src/docker/kernel/fs/vfs.ts';
import { Kernel, PidNamespace } from '../../../src/docker/kernel/kernel.ts';
import type { NetNamespace } from '../../../src/docker/kernel/net.ts';
import type { Process, Program } from '../../../src/docker/kernel/process.ts';
import { Random } from '../../../src/docker/kernel/random.ts';
import { BytesFile, type OpenFile, SinkFile } from '../../../src/docker/kernel/stream.ts';
import { Tty, TtyFile } from '../../../src/docker/kernel/tty.ts';
import { shellPrograms } from '../../../src/shell/program.ts';
import { sed } from '../../../src/shell/sed/sed.ts';

const noNet: NetNamespace = {
  interfaces: () => [],
  routes: () => [],
  listen: () => {
    throw new Error('no network');
  },
  *connect() {
    throw new Error('no network');
  },
  *resolve() {
    return [];
  },
  *resolve6() {
    return [];
  },
  mtus: new Map(),
  reverse: () => undefined,
  *ping() {
    return { milliseconds: 0, ttl: 64 };
  },
  listeners: () => [],
  traffic: { received: 0, sent: 0 },
};

const NAMES = [
  'echo',
  'sed',
  'cat',
  'ls',
  'head',
  'tail',
  'wc',
  'sort',
  'uniq',
  'grep',
  'tr',
  'cut',
  'seq',
  'sleep',
  'env',
  'yes',
  'tee',
  'mkdir',
  'rm',
  'touch',
  'chmod',
  'basename',
  'dirname',
  'xargs',
  'timeout',
  'true',
  'false',
  'ps',
  'rev',
  'expr',
  'mv',
  'cp',
  'ln',
];

export interface Outcome {
  stdout: string;
  stderr: string;
  exit: number;
  elapsed: number;
  /** What a terminal received. */
  screen: string;
}

export interface TestOptions {
  argv0?: string;
  program?: string;
  input?: string;
  /** Runs on a terminal; keys by milliseconds. */
  keys?: readonly (readonly [number, string])[];
  files?: Readonly<Record<string, string>>;
  /** Sends these signals to the shell. */
  signals?: readonly (readonly [number, 'INT' | 'TERM' | 'USR1' | 'KILL'])[];
  limit?: number;
  env?: Readonly<Record<string, string>>;
}

/** Runs a program on a bare simulated machine: a kernel, a small file system, the shells and the images' tools. */
export async function run(argv: readonly string[], options: TestOptions = {}): Promise<Outcome> {
  const start = Date.UTC(2026, 10, 21, 3, 38, 0);
  const clock = new Clock(start);
  const own: Record<string, Program> = { ...shellPrograms, sed };
  const kernel = new Kernel({
    clock,
    random: new Random('test'),
    programs: { get: (id) => own[id] ?? programs.get(id) },
  });
  kernel.onBug = (error) => {
    throw error;
  };
  const tree = new Tree();
  const fs = new Vfs([{ target: '', tree, at: [], readOnly: false, type: 'ext4' }], () => clock.now);
  for (const folder of ['/bin', '/usr/bin', '/tmp', '/etc', '/dev', '/root', '/work'])
    fs.mkdir(folder, '/', { parents: true });
  fs.write('/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n');
  const exe = (path: string, program: string): void =>
    fs.place(path, { kind: 'file', data: 1000, mode: 0o755, uid: 0, gid: 0, mtime: start, program });
  for (const name of NAMES) exe(`/usr/bin/${name}`, name);
  for (const name of ['bash', 'sh', 'dash', 'ash']) exe(`/bin/${name}`, name);
  for (const device of ['null', 'zero', 'tty', 'stdin', 'stdout', 'stderr'] as const) {
    fs.place(`/dev/${device}`, { kind: 'device', device, mode: 0o666, uid: 0, gid: 0, mtime: start });
  }
  for (const [path, content] of Object.entries(options.files ?? {})) {
    fs.write(path, content, '/', undefined, content.startsWith('#!') ? 0o755 : 0o644);
  }
  let stdout = '';
  let stderr = '';
  let screen = '';
  const files = new Map<number, OpenFile>();
  let tty: Tty | undefined;
  if (options.keys !== undefined) {
    tty = new Tty((bytes) => (screen += text(bytes)), { columns: 80, rows: 24 });
    const file = new TtyFile(tty);
    for (const fd of [0, 1, 2]) files.set(fd, file);
  } else {
    files.set(0, new BytesFile(utf8(options.input ?? '')));
    const out: Uint8Array[] = [];
    files.set(
      1,
      new SinkFile((bytes) => {
        out.push(bytes.slice());
        stdout = text(Uint8Array.from(out.flatMap((b) => [...b])));
      }),
    );
    files.set(2, new SinkFile((bytes) => (stderr += text(bytes))));
  }
  const program = own[options.program ?? 'bash'];
  if (program === undefined) throw new Error('no such shell');
  const process: Process = kernel.spawn({
    argv,
    program,
    env: new Map(
      Object.entries({
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        HOME: '/root',
        ...options.env,
      }),
    ),
    cwd: '/work',
    uid: 0,
    gid: 0,
    files,
    fs,
    net: noNet,
    uts: { hostname: 'box', domainname: '' },
    pids: new PidNamespace({ protected: false, firstPid: 100 }),
    cgroup: { memoryLimit: 0, pidsLimit: 0, onOom: () => {} },
    parent: undefined,
    tty,
  });
  for (const file of files.values()) file.release();
  const events: { time: number; act: () => void }[] = [
    ...(options.keys ?? []).map(([ms, keys]) => ({ time: start + ms, act: () => tty?.input(utf8(keys)) })),
    ...(options.signals ?? []).map(([ms, signal]) => ({
      time: start + ms,
      act: () => process.signal(signal),
    })),
  ].sort((a, b) => a.time - b.time);
  const limit = start + (options.limit ?? 60_000);
  for (let rounds = 0; rounds < 5000 && process.running; rounds++) {
    const state = kernel.run(2000, () => !process.running || (events[0]?.time ?? Infinity) <= clock.now);
    if (state === 'loading') await kernel.loading;
    else if (state !== 'busy' || clock.now > limit) {
      const next = Math.min(kernel.nextTimer ?? Infinity, events[0]?.time ?? Infinity);
      if (process.running && (next === Infinity || next > limit || clock.now > limit)) break;
      if (state === 'idle') clock.advanceTo(next);
      while (events[0] !== undefined && events[0].time <= clock.now) events.shift()?.act();
    }
  }
  return { stdout, stderr, exit: process.status?.code ?? -1, elapsed: clock.now - start, screen };
}

/** Runs a line as `bash -c`, `dash -c` or `busybox sh -c` would. */
export const line = (
  source: string,
  options: TestOptions & { shell?: 'bash' | 'dash' | 'ash' } = {},
): Promise<Outcome> => {
  const shell = options.shell ?? 'bash';
  return run([shell === 'ash' ? 'sh' : shell, '-c', source], { ...options, program: shell });
};
