import type { CreateRequest, ProgressMessage } from '../../../src/docker/engine/api.ts';
import { Engine } from '../../../src/docker/engine/engine.ts';
import { registry } from '../../../src/docker/images/programs/registry.ts';
import type { Catalogue, CatalogueImage } from '../../../src/docker/images/types.ts';
import { text } from '../../../src/docker/kernel/bytes.ts';
import { Clock } from '../../../src/docker/kernel/clock.ts';
import { emptyDirectory, Tree } from '../../../src/docker/kernel/fs/tree.ts';
import { Vfs } from '../../../src/docker/kernel/fs/vfs.ts';
import { Kernel, PidNamespace } from '../../../src/docker/kernel/kernel.ts';
import type { Process, Program } from '../../../src/docker/kernel/process.ts';
import { Random } from '../../../src/docker/kernel/random.ts';
import type { Sys } from '../../../src/docker/kernel/wait.ts';

/** Programs that containers of these tests run; arguments say what they do. */
const programs: Record<string, Program> = {
  registry,
  *echo(p) {
    yield* p.print(`${p.argv.slice(1).join(' ')}\n`);
    return 0;
  },
  *both(p) {
    yield* p.print('one\n');
    yield* p.error('two\n');
    yield* p.print('three');
    return 3;
  },
  *sleep(p) {
    yield* p.sleep(Number(p.argv[1] ?? '1') * 1000);
    return 0;
  },
  *exit(p) {
    yield* p.sleep(1);
    return Number(p.argv[1]);
  },
  *polite(p) {
    let over = false;
    p.onSignal('TERM', () => {
      over = true;
    });
    while (!over) yield* p.sleep(1000);
    return 0;
  },
  *cat(p) {
    for (;;) {
      const bytes = yield* p.read(0);
      if (bytes.length === 0) return 0;
      yield* p.print(bytes);
    }
  },
  *env(p) {
    for (const [name, value] of p.env) yield* p.print(`${name}=${value}\n`);
    return 0;
  },
  *show(p) {
    yield* p.print(p.fs.read(p.argv[1] ?? '', p.cwd));
    return 0;
  },
  *put(p) {
    try {
      p.fs.write(p.argv[1] ?? '', `${p.argv[2]}\n`, p.cwd, p);
      return 0;
    } catch (error) {
      yield* p.error(`${String(error)}\n`);
      return 1;
    }
  },
  *test(p) {
    return p.fs.exists(p.argv[1] ?? '') ? 0 : 1;
  },
  *gone(p) {
    p.fs.unlink(p.argv[1] ?? '');
    return 0;
  },
  *memory(p) {
    p.useMemory(Number(p.argv[1]));
    yield* p.sleep(1000);
    return 0;
  },
  *suicide(p) {
    p.signal('KILL', p);
    return 0;
  },
  *serve(p) {
    const listener = p.net.listen(p, p.argv[2] ?? '0.0.0.0', Number(p.argv[1]));
    for (;;) {
      const connection = yield* listener.accept();
      yield* connection.file.write(
        new TextEncoder().encode(`hello ${connection.remote.address} from ${p.uts.hostname}`),
      );
      connection.file.release();
    }
  },
  *fetch(p) {
    yield* p.print(yield* get(p, p.argv[1] ?? '', Number(p.argv[2])));
    return 0;
  },
};

/** What a connection answers, or the error's code. */
export function* get(p: Process, host: string, port: number): Sys<string> {
  try {
    const connection = yield* p.net.connect(p, host, port);
    const bytes = yield* connection.file.read();
    connection.file.release();
    return text(bytes);
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  }
}

const base = {
  created: Date.UTC(2026, 10, 21, 2, 29, 35),
  description: '',
  stars: 1,
  official: true,
};

const root = {
  createdBy: 'ADD file',
  entries: [
    ...Object.keys(programs).map((name) => ({
      path: `/bin/${name}`,
      kind: 'file' as const,
      program: name,
      size: 10_000,
    })),
    {
      path: '/etc/passwd',
      kind: 'file' as const,
      text: 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n',
    },
    { path: '/etc/group', kind: 'file' as const, text: 'root:x:0:\nwheel:x:10:root\n' },
    { path: '/tmp', kind: 'directory' as const, mode: 0o1777 },
  ],
};

export const catalogue: CatalogueImage[] = [
  {
    ...base,
    repository: 'busybox',
    tags: ['latest', '1'],
    config: { Cmd: ['sleep', '1000'], Env: ['PATH=/bin'] },
    layers: [root, { createdBy: 'CMD' }],
  },
  {
    ...base,
    repository: 'web',
    tags: ['latest'],
    config: {
      Cmd: ['80'],
      Entrypoint: ['serve'],
      Env: ['PATH=/bin', 'A=1'],
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/data': {} },
    },
    layers: [root, { createdBy: 'RUN', entries: [{ path: '/data/seed', kind: 'file', text: 'seed\n' }] }],
  },
];

/** An engine on a small machine, and ways to drive it. */
export class Lab {
  readonly kernel: Kernel;
  readonly engine: Engine;
  readonly fs: Vfs;
  readonly bugs: unknown[] = [];
  readonly #pids = new PidNamespace({ protected: false });

  constructor(seed = 'lab', images: Catalogue = catalogue) {
    this.kernel = new Kernel({
      clock: new Clock(Date.UTC(2026, 10, 21, 3, 40)),
      random: new Random(seed),
      programs: { get: (id) => programs[id] },
    });
    this.kernel.onBug = (error) => this.bugs.push(error);
    this.fs = new Vfs(
      [{ target: '', tree: new Tree(emptyDirectory(0)), at: [], readOnly: false, type: 'ext4' }],
      () => this.kernel.clock.now,
    );
    const uts = { hostname: 'docker', domainname: '' };
    this.engine = new Engine({
      kernel: this.kernel,
      catalogue: images,
      host: { fs: this.fs, uts, pids: this.#pids },
    });
  }

  /** Runs a client to its end and returns what it returned. */
  run<T>(body: (p: Process) => Sys<T>): T {
    const client = this.#client(body);
    for (let state = this.#drive(client.done); state !== 'stopped'; state = this.#drive(client.done))
      if (state === 'loading') throw new Error('code is being loaded: use later()');
    return client.result();
  }

  /** As `run`, for operations that load code when they are first used. */
  async later<T>(body: (p: Process) => Sys<T>): Promise<T> {
    const client = this.#client(body);
    while (this.#drive(client.done) === 'loading') await this.kernel.loading;
    return client.result();
  }

  #client<T>(body: (p: Process) => Sys<T>): { done: () => boolean; result: () => T } {
    let outcome: { value: T } | { error: unknown } | undefined;
    this.kernel.spawn({
      argv: ['client'],
      program: function* (p) {
        try {
          outcome = { value: yield* body(p) };
        } catch (error) {
          outcome = { error };
        }
        return 0;
      },
      env: new Map(),
      cwd: '/',
      uid: 0,
      gid: 0,
      files: new Map(),
      fs: this.fs,
      net: this.engine.hostNet,
      uts: { hostname: 'docker', domainname: '' },
      pids: this.#pids,
      cgroup: { memoryLimit: 0, pidsLimit: 0, onOom: () => {} },
      parent: undefined,
      tty: undefined,
    });
    return {
      done: () => outcome !== undefined,
      result: () => {
        if (this.bugs.length > 0) throw this.bugs[0];
        if (outcome === undefined) throw new Error('deadlock');
        if ('error' in outcome) throw outcome.error;
        return outcome.value;
      },
    };
  }

  /** Lets engine time pass. */
  pass(milliseconds: number): void {
    this.run((p) => p.sleep(milliseconds));
  }

  /** Runs until it is done, nothing can happen any more, or code has to be loaded. */
  #drive(done: () => boolean): 'stopped' | 'loading' {
    for (;;) {
      const state = this.kernel.run(100_000, done);
      if (state === 'stopped' || state === 'loading') return state;
      if (state !== 'idle') continue;
      const next = this.kernel.nextTimer;
      if (next === undefined) return 'stopped';
      this.kernel.clock.advanceTo(next);
    }
  }

  pull(reference: string): ProgressMessage[] {
    const messages: ProgressMessage[] = [];
    this.run(() =>
      this.engine.imagePull(reference, {}, function* (message) {
        messages.push(message);
      }),
    );
    return messages;
  }

  create(image: string, cmd: string[], more: Partial<CreateRequest> = {}): string {
    const { Config, ...rest } = more;
    return this.run(() =>
      this.engine.containerCreate({ ...rest, Config: { ...Config, Image: image, Cmd: cmd } }),
    ).Id;
  }

  /** `docker run -d`. */
  start(image: string, cmd: string[], more: Partial<CreateRequest> = {}): string {
    const id = this.create(image, cmd, more);
    this.run(() => this.engine.containerStart(id));
    return id;
  }

  /** `docker run`: exit code and output. */
  foreground(image: string, cmd: string[], more: Partial<CreateRequest> = {}): { code: number; out: string } {
    const id = this.create(image, cmd, more);
    return this.run((p) => this.#follow(p, id));
  }

  *#follow(p: Process, id: string): Sys<{ code: number; out: string }> {
    const stream = this.engine.containerAttach(id, { stdout: true, stderr: true });
    const wait = this.engine.containerWait(id, 'next-exit');
    let out = '';
    const readers = [stream.stdout, stream.stderr].map((file) =>
      this.kernel.thread(
        p,
        (function* (): Sys<void> {
          for (;;) {
            const bytes = (yield* file?.read() ?? end()) as Uint8Array;
            if (bytes.length === 0) return;
            out += text(bytes);
          }
        })(),
      ),
    );
    yield* this.engine.containerStart(id);
    const { StatusCode } = yield* wait;
    while (readers.some((thread) => !thread.done)) yield { queues: [], until: 0 };
    return { code: StatusCode, out };
  }

  logs(ref: string, options: { tail?: number; since?: number; until?: number } = {}): string {
    let out = '';
    this.run(() =>
      this.engine.containerLogs(ref, { stdout: true, stderr: true, ...options }, function* (line) {
        out += text(line.bytes);
      }),
    );
    return out;
  }

  exec(ref: string, cmd: string[]): { code: number | null; out: string } {
    return this.run(() => this.#exec(ref, cmd));
  }

  *#exec(ref: string, Cmd: string[]): Sys<{ code: number | null; out: string }> {
    const id = this.engine.execCreate(ref, { Cmd, AttachStdout: true, AttachStderr: true });
    const stream = yield* this.engine.execStart(id);
    let out = '';
    for (const file of [stream?.stdout, stream?.stderr]) {
      for (;;) {
        const bytes = (yield* file?.read() ?? end()) as Uint8Array;
        if (bytes.length === 0) break;
        out += text(bytes);
      }
    }
    return { code: this.engine.execInspect(id).ExitCode, out };
  }

  /** The actions of container events so far, as they come. */
  events(): string[] {
    const out: string[] = [];
    this.engine.subscribe((event) => out.push(`${event.Type} ${event.Action}`));
    return out;
  }
}

function* end(): Sys<Uint8Array> {
  return new Uint8Array(0);
}

/** The message of what is thrown. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no refusal';
}
