import { programs } from '../../../src/docker/images/programs.ts';
import type { CatalogueImage, LayerEntry } from '../../../src/docker/images/types.ts';
import { text, utf8 } from '../../../src/docker/kernel/bytes.ts';
import { Clock } from '../../../src/docker/kernel/clock.ts';
import { findExecutable } from '../../../src/docker/kernel/exec.ts';
import { emptyDirectory, Tree } from '../../../src/docker/kernel/fs/tree.ts';
import { Vfs } from '../../../src/docker/kernel/fs/vfs.ts';
import { Kernel, PidNamespace } from '../../../src/docker/kernel/kernel.ts';
import type { NetNamespace } from '../../../src/docker/kernel/net.ts';
import type { Process, Program } from '../../../src/docker/kernel/process.ts';
import { Random } from '../../../src/docker/kernel/random.ts';
import type { Signal } from '../../../src/docker/kernel/signals.ts';
import { BytesFile, type OpenFile, SinkFile } from '../../../src/docker/kernel/stream.ts';
import { Tty, TtyFile } from '../../../src/docker/kernel/tty.ts';
import { LoopbackNet } from './loopback.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly uid?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: { columns: number; rows: number };
  /** Signals sent after so many engine milliseconds. */
  readonly signals?: readonly (readonly [number, Signal])[];
  /** Engine milliseconds after which the run is given up. */
  readonly limit?: number;
}

/** One image's file system with a kernel, to run its programs in. */
export class Box {
  readonly kernel: Kernel;
  readonly fs: Vfs;
  readonly net: NetNamespace;
  readonly bugs: unknown[] = [];
  readonly pids = new PidNamespace({ protected: false });
  readonly extra = new Map<string, Program>();
  readonly path: string;

  constructor(image: CatalogueImage, net?: (box: Box) => NetNamespace, kernel?: Kernel) {
    this.kernel =
      kernel ??
      new Kernel({
        clock: new Clock(Date.UTC(2026, 10, 21, 3, 40, 0)),
        random: new Random('images'),
        programs: { get: (id) => this.extra.get(id) ?? programs.get(id) },
      });
    this.kernel.onBug = (error) => this.bugs.push(error);
    const tree = new Tree(emptyDirectory(0));
    this.fs = new Vfs(
      [{ target: '', tree, at: [], readOnly: false, type: 'overlay' }],
      () => this.kernel.clock.now,
    );
    for (const layer of image.layers) for (const entry of layer.entries ?? []) this.#put(entry);
    this.fs.mkdir('/dev', '/', { parents: true });
    this.fs.place('/dev/null', { kind: 'device', device: 'null', mode: 0o666, uid: 0, gid: 0, mtime: 0 });
    this.fs.place('/dev/zero', { kind: 'device', device: 'zero', mode: 0o666, uid: 0, gid: 0, mtime: 0 });
    this.fs.place('/dev/stdout', { kind: 'device', device: 'stdout', mode: 0o666, uid: 0, gid: 0, mtime: 0 });
    this.fs.place('/dev/stderr', { kind: 'device', device: 'stderr', mode: 0o666, uid: 0, gid: 0, mtime: 0 });
    this.net = net?.(this) ?? new LoopbackNet();
    this.path = image.config.Env?.find((e) => e.startsWith('PATH='))?.slice(5) ?? '/bin:/usr/bin';
  }

  #put(entry: LayerEntry): void {
    const path = `/${entry.path}`;
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    this.fs.mkdir(parent, '/', { parents: true });
    const meta = { uid: 0, gid: 0, mtime: 0 };
    if (entry.kind === 'link')
      this.fs.place(path, { kind: 'link', target: entry.target, mode: 0o777, ...meta });
    else if (entry.kind === 'directory') {
      this.fs.mkdir(path, '/', { parents: true });
      this.fs.change(path, { mode: entry.mode ?? 0o755, uid: entry.uid ?? 0, gid: entry.gid ?? 0 });
    } else
      this.fs.place(path, {
        kind: 'file',
        data: entry.text === undefined ? (entry.size ?? 0) : utf8(entry.text),
        program: entry.program,
        mode: entry.mode ?? (entry.program === undefined ? 0o644 : 0o755),
        uid: entry.uid ?? 0,
        gid: entry.gid ?? 0,
        mtime: 0,
      });
  }

  /** Starts a command; what it prints goes to the sinks. */
  start(
    argv: readonly string[],
    out: (s: Uint8Array) => void,
    err: (s: Uint8Array) => void,
    o: RunOptions = {},
  ): Process {
    const env = new Map(Object.entries({ PATH: this.path, HOME: '/root', ...o.env }));
    const uid = o.uid ?? 0;
    const tty = o.tty === undefined ? undefined : new Tty(out, o.tty);
    const stdin = new BytesFile(utf8(o.stdin ?? ''));
    const files = new Map<number, OpenFile>();
    if (tty === undefined) files.set(0, stdin).set(1, new SinkFile(out)).set(2, new SinkFile(err));
    else for (const fd of [0, 1, 2]) files.set(fd, new TtyFile(tty));
    const context = { fs: this.fs, uid, gid: uid, groups: [uid], cwd: o.cwd ?? '/', kernel: this.kernel };
    const launcher: Program = function* (p) {
      const found = yield* findExecutable(context, argv, env.get('PATH'));
      p.argv = found.argv;
      return yield* found.program(p);
    };
    const process = this.kernel.spawn({
      argv,
      program: launcher,
      env,
      cwd: o.cwd ?? '/',
      uid,
      gid: uid,
      files,
      fs: this.fs,
      net: this.net,
      uts: { hostname: 'box', domainname: '' },
      pids: this.pids,
      cgroup: { memoryLimit: 0, pidsLimit: 0, onOom() {} },
      parent: undefined,
      tty,
    });
    return process;
  }

  /** Runs a command to its end. */
  async run(argv: readonly string[] | string, o: RunOptions = {}): Promise<Ran> {
    const words = typeof argv === 'string' ? argv.split(' ') : argv;
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    const process = this.start(
      words,
      (b) => out.push(b.slice()),
      (b) => err.push(b.slice()),
      o,
    );
    const begun = this.kernel.clock.now;
    const signals = [...(o.signals ?? [])];
    const limit = o.limit ?? 600_000;
    await this.until(
      () => !process.running,
      begun + limit,
      () => {
        const [next] = signals;
        if (next === undefined) return undefined;
        if (this.kernel.clock.now >= begun + next[0]) {
          signals.shift();
          process.signal(next[1]);
        }
        return signals[0] === undefined ? undefined : begun + signals[0][0];
      },
    );
    if (this.bugs.length > 0) throw this.bugs[0];
    const join = (parts: Uint8Array[]): string => parts.map((b) => text(b)).join('');
    return { code: process.status?.code ?? -1, out: join(out), err: join(err) };
  }

  /** Lets time pass until a condition holds. */
  async until(
    done: () => boolean,
    limit: number,
    due: () => number | undefined = () => undefined,
  ): Promise<void> {
    while (!done() && this.kernel.clock.now < limit) {
      const wake = due();
      const state = this.kernel.run(10_000, done);
      if (state === 'stopped') return;
      if (state === 'loading') {
        await this.kernel.loading;
        continue;
      }
      if (state === 'busy') continue;
      const next = Math.min(
        this.kernel.nextTimer ?? Number.POSITIVE_INFINITY,
        wake ?? Number.POSITIVE_INFINITY,
      );
      if (next === Number.POSITIVE_INFINITY) return;
      this.kernel.clock.advanceTo(Math.min(next, limit));
    }
  }
}
