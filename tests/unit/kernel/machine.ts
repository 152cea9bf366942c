import { text } from '../../../src/docker/kernel/bytes.ts';
import { Clock } from '../../../src/docker/kernel/clock.ts';
import { emptyDirectory, Tree } from '../../../src/docker/kernel/fs/tree.ts';
import { Vfs } from '../../../src/docker/kernel/fs/vfs.ts';
import { Kernel, PidNamespace } from '../../../src/docker/kernel/kernel.ts';
import type { NetNamespace } from '../../../src/docker/kernel/net.ts';
import type { Process, ProcessInit, Program } from '../../../src/docker/kernel/process.ts';
import { Random } from '../../../src/docker/kernel/random.ts';
import { NullFile, type OpenFile, SinkFile } from '../../../src/docker/kernel/stream.ts';

const noNetwork = {} as NetNamespace;

/** A bare machine for tests: one kernel, one file system, programs given by the test. */
export class Machine {
  readonly kernel: Kernel;
  readonly tree = new Tree(emptyDirectory(0));
  readonly fs: Vfs;
  readonly pids = new PidNamespace({ protected: false, firstPid: 100 });
  readonly bugs: unknown[] = [];
  output = '';

  constructor(programs: Record<string, Program> = {}) {
    this.kernel = new Kernel({
      clock: new Clock(1_000_000),
      random: new Random('test'),
      programs: { get: (id) => programs[id] },
    });
    this.kernel.onBug = (error) => this.bugs.push(error);
    this.fs = new Vfs(
      [{ target: '', tree: this.tree, at: [], readOnly: false, type: 'ext4' }],
      () => this.kernel.clock.now,
    );
  }

  /** Starts a program with its output collected. */
  start(program: Program, change: Partial<ProcessInit> = {}): Process {
    const sink = new SinkFile((bytes) => {
      this.output += text(bytes);
    });
    return this.kernel.spawn({
      argv: ['test'],
      env: new Map(),
      cwd: '/',
      uid: 0,
      gid: 0,
      files: new Map<number, OpenFile>([
        [0, new NullFile()],
        [1, sink],
        [2, sink],
      ]),
      fs: this.fs,
      net: noNetwork,
      uts: { hostname: 'test', domainname: '' },
      pids: this.pids,
      cgroup: { memoryLimit: 0, pidsLimit: 0, onOom() {} },
      parent: undefined,
      tty: undefined,
      program,
      ...change,
    });
  }

  /** Lets time pass until nothing is left to do or `limit` engine milliseconds have passed. */
  settle(limit = 1e9): void {
    const end = this.kernel.clock.now + limit;
    for (;;) {
      if (this.kernel.run(1e6, () => this.kernel.clock.now >= end) !== 'idle') return;
      const next = this.kernel.nextTimer;
      if (next === undefined) return;
      if (next > end) {
        this.kernel.clock.advanceTo(end);
        return;
      }
      this.kernel.clock.advanceTo(next);
    }
  }
}
