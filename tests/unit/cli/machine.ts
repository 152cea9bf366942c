import { type Describe, setDescriptions } from '../../../src/docker/cli/descriptions.ts';
import { dockerProgram } from '../../../src/docker/cli/docker.ts';
import type { EngineApi } from '../../../src/docker/engine/api.ts';
import { concat, text } from '../../../src/docker/kernel/bytes.ts';
import { Clock } from '../../../src/docker/kernel/clock.ts';
import { Errno } from '../../../src/docker/kernel/errno.ts';
import { Tree } from '../../../src/docker/kernel/fs/tree.ts';
import { Vfs } from '../../../src/docker/kernel/fs/vfs.ts';
import { Kernel, PidNamespace } from '../../../src/docker/kernel/kernel.ts';
import type { NetNamespace } from '../../../src/docker/kernel/net.ts';
import { Random } from '../../../src/docker/kernel/random.ts';
import { NullFile, type OpenFile, SinkFile } from '../../../src/docker/kernel/stream.ts';

/** Nobody listens anywhere. */
const NO_NETWORK = {
  *connect() {
    throw new Errno('ECONNREFUSED');
  },
} as Partial<NetNamespace> as NetNamespace;

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** An engine that answers only what a test gives it; any other call fails the test. */
export function engineOf(parts: Partial<EngineApi>): EngineApi {
  return new Proxy(parts as EngineApi, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name) as unknown;
      // `--help` asks whether the engine manages a swarm.
      if (name === 'info') return () => ({ Swarm: { ControlAvailable: false } });
      return () => {
        throw new Error(`the test's engine has no ${String(name)}`);
      };
    },
  });
}

/** Runs one docker command line on an otherwise empty machine. */
export async function docker(
  argv: readonly string[],
  engine: Partial<EngineApi> = {},
  env: Readonly<Record<string, string>> = {},
  describe?: Describe,
): Promise<Output> {
  const kernel = new Kernel({
    clock: new Clock(Date.UTC(2026, 10, 21, 3, 40)),
    random: new Random('test'),
    programs: { get: () => undefined },
  });
  if (describe !== undefined) setDescriptions(kernel, async () => describe);
  const bugs: unknown[] = [];
  kernel.onBug = (error) => bugs.push(error);
  const fs = new Vfs(
    [{ target: '', tree: new Tree(), at: [], readOnly: false, type: 'ext4' }],
    () => kernel.clock.now,
  );
  fs.mkdir('/home/student/lab', '/', { parents: true });
  fs.mkdir('/usr/libexec/docker/cli-plugins', '/', { parents: true });
  for (const plugin of ['buildx', 'compose'])
    fs.write(`/usr/libexec/docker/cli-plugins/docker-${plugin}`, '');
  const out: Uint8Array[] = [];
  const err: Uint8Array[] = [];
  const process = kernel.spawn({
    argv: ['docker', ...argv],
    program: dockerProgram(engineOf(engine)),
    env: new Map(Object.entries({ HOME: '/home/student', ...env })),
    cwd: '/home/student/lab',
    uid: 0,
    gid: 0,
    files: new Map<number, OpenFile>([
      [0, new NullFile()],
      [1, new SinkFile((bytes) => out.push(bytes.slice()))],
      [2, new SinkFile((bytes) => err.push(bytes.slice()))],
    ]),
    fs,
    net: NO_NETWORK,
    uts: { hostname: 'muelle', domainname: '' },
    pids: new PidNamespace({ protected: false }),
    cgroup: { memoryLimit: 0, pidsLimit: 0, onOom: () => {} },
    parent: undefined,
    tty: undefined,
  });
  while (process.running) {
    const state = kernel.run(10_000, () => !process.running);
    if (state === 'loading') await kernel.loading;
    else if (state === 'idle') {
      const next = kernel.nextTimer;
      if (next === undefined) break;
      kernel.clock.advanceTo(next);
    }
  }
  if (bugs.length > 0) throw bugs[0];
  return { stdout: text(concat(out)), stderr: text(concat(err)), exit: process.status?.code ?? -1 };
}
