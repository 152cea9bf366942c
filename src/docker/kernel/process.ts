import { concat, EMPTY, text, utf8 } from './bytes.ts';
import { Errno } from './errno.ts';
import type { Vfs } from './fs/vfs.ts';
import type { Kernel, PidNamespace, Thread } from './kernel.ts';
import type { NetNamespace } from './net.ts';
import { HARMLESS, SIGNALS, type Signal } from './signals.ts';
import type { OpenFile } from './stream.ts';
import type { Tty } from './tty.ts';
import { type Sys, WaitQueue } from './wait.ts';

/** A program: everything that can be executed, from `ls` to `nginx` to `sh` to `docker`. Returns its exit code (0–255). */
export type Program = (p: Process) => Sys<number>;

/** What a signal does: a handler of the program, or nothing. Without an entry the default action applies (signal(7)). */
export type SignalAction = 'ignore' | ((signal: Signal) => void);

/** Thrown by `p.exit` to leave a program from any depth; the scheduler turns it into the exit code. */
export class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** How a process ended: `code` as `$?` shows it (128 + number for a signal). */
export interface ExitStatus {
  readonly code: number;
  readonly signal?: Signal;
}

/** Names of a machine or container (uts_namespaces(7)). */
export interface Uts {
  hostname: string;
  domainname: string;
}

/** Resource accounting and limits shared by the processes of a container (cgroups(7)). */
export interface Cgroup {
  /** Bytes; 0 is no limit. Exceeding it kills the process with SIGKILL and calls `onOom`. */
  memoryLimit: number;
  pidsLimit: number;
  /** `--ulimit`, by the names of limits.conf(5): `nofile`, `nproc` … */
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>> | undefined;
  /** CPUs its processes may use (`nproc`); missing: all of the machine's. */
  cpus?: number;
  /** Capabilities without the CAP_ prefix (`NET_ADMIN`, `CHOWN`); missing: all, as on the reader's machine. */
  readonly capabilities?: ReadonlySet<string>;
  /** Its place below each controller: `/docker/<id>`. */
  readonly path?: string;
  readonly noNewPrivileges?: boolean;
  /** False: no filter of system calls. */
  readonly seccomp?: boolean;
  onOom(): void;
}

/**
 * Processes that a terminal signals together (setpgid(2)): a job of a shell. Children belong to their parent's group
 * unless they are started into one of their own.
 */
export class ProcessGroup {
  readonly members = new Set<Process>();

  /** The number in `kill -TERM -- -PGID`: that of the first process. */
  id = 0;

  signal(signal: Signal): void {
    for (const process of [...this.members]) process.signal(signal);
  }
}

/** Everything a process is born with. */
export interface ProcessInit {
  readonly argv: readonly string[];
  readonly program: Program;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
  /** Descriptors; each is retained for the process. */
  readonly files: ReadonlyMap<number, OpenFile>;
  readonly fs: Vfs;
  readonly net: NetNamespace;
  readonly uts: Uts;
  readonly pids: PidNamespace;
  readonly cgroup: Cgroup;
  readonly parent: Process | undefined;
  /** The controlling terminal. */
  readonly tty: Tty | undefined;
  /** The executable's path; by default the parent's. */
  readonly exe?: string;
  /** Others than the cgroup's, for itself and its children (`docker exec --privileged`). */
  readonly capabilities?: ReadonlySet<string> | undefined;
  /** A group of its own; by default the parent's. */
  readonly group?: ProcessGroup | undefined;
  /** Signals ignored from birth, as a child inherits them through exec (execve(2)). */
  readonly ignored?: Iterable<Signal> | undefined;
}

/** A running process: the only thing a program knows of the world. */
export class Process {
  readonly kernel: Kernel;
  readonly pid: number;
  argv: readonly string[];
  readonly env: Map<string, string>;
  cwd: string;
  umask = 0o022;
  uid: number;
  gid: number;
  groups: readonly number[];
  readonly files = new Map<number, OpenFile>();
  readonly fs: Vfs;
  readonly net: NetNamespace;
  readonly uts: Uts;
  readonly pids: PidNamespace;
  readonly cgroup: Cgroup;
  parent: Process | undefined;
  readonly children = new Set<Process>();
  readonly tty: Tty | undefined;
  readonly group: ProcessGroup;
  readonly startedAt: number;
  /** Milliseconds of computing so far, on the engine's clock. */
  cpuTime = 0;
  /** Resident memory in bytes, as `docker stats` and `ps` show it. Programs set it with `useMemory`. */
  memory = 2_000_000;
  /** Asks after children it did not start itself, as shells and servers do: what is left to it does not stay a zombie. */
  reaps = true;
  /** Its parent has ended before it. */
  orphaned = false;
  /** True while the container is paused. */
  frozen = false;
  status: ExitStatus | undefined;
  endedAt: number | undefined;
  readonly ended = new WaitQueue();
  /** Wakes whenever a signal with a handler arrives, so that a waiting program looks. */
  readonly signalled = new WaitQueue();
  readonly threads = new Set<Thread>();
  readonly #actions = new Map<Signal, SignalAction>();

  constructor(kernel: Kernel, pid: number, init: ProcessInit) {
    this.kernel = kernel;
    this.pid = pid;
    this.argv = init.argv;
    this.env = new Map(init.env);
    this.cwd = init.cwd;
    this.uid = init.uid;
    this.gid = init.gid;
    this.groups = init.groups ?? [init.gid];
    for (const [fd, file] of init.files) this.files.set(fd, file.retain());
    this.fs = init.fs;
    this.net = init.net;
    this.uts = init.uts;
    this.pids = init.pids;
    this.cgroup = init.cgroup;
    this.parent = init.parent;
    this.tty = init.tty;
    this.group = init.group ?? init.parent?.group ?? new ProcessGroup();
    if (this.group.id === 0) this.group.id = pid;
    this.group.members.add(this);
    for (const signal of init.ignored ?? []) this.#actions.set(signal, 'ignore');
    this.startedAt = kernel.clock.now;
    this.exe = init.exe ?? init.parent?.exe ?? init.argv[0] ?? '';
    this.#capabilities =
      init.capabilities ?? (init.parent === undefined ? undefined : init.parent.#capabilities);
  }

  /** The path of the program that runs (/proc/PID/exe). */
  exe: string;
  readonly #capabilities: ReadonlySet<string> | undefined;

  /** What it may do; undefined is everything. */
  get capabilities(): ReadonlySet<string> | undefined {
    return this.#capabilities ?? this.cgroup.capabilities;
  }

  /** The name a program was called by, without its folder: `/bin/ls` ⇒ `ls`. */
  get name(): string {
    return (this.argv[0] ?? '').replace(/^.*\//, '');
  }

  /**
   * The name the kernel keeps of it, fifteen characters at most. A server that writes a title over its command line
   * (`nginx: master process nginx`, one argument with blanks) keeps its name.
   */
  get comm(): string {
    const [first = ''] = this.argv;
    const titled = this.argv.length === 1 && first.includes(' ');
    return (titled ? first.replace(/:? .*$/s, '') : first).replace(/^.*\//, '').slice(0, 15);
  }

  get running(): boolean {
    return this.status === undefined;
  }

  // ---- streams -------------------------------------------------------------------------------------------------

  /** The open file behind a descriptor. Errno EBADF. */
  file(fd: number): OpenFile {
    const file = this.files.get(fd);
    if (file === undefined) throw new Errno('EBADF');
    return file;
  }

  isatty(fd: number): boolean {
    return this.files.get(fd)?.tty !== undefined;
  }

  /** Writes text or bytes. Nobody reading ends the process like SIGPIPE does. */
  *write(fd: number, data: string | Uint8Array): Sys<void> {
    if (data.length === 0) return;
    try {
      yield* this.file(fd).write(typeof data === 'string' ? utf8(data) : data);
    } catch (error) {
      if (error instanceof Errno && error.code === 'EPIPE') {
        this.signal('PIPE');
        if (this.#actions.has('PIPE')) throw error;
        throw new Exit(141);
      }
      throw error;
    }
  }

  /** Standard output. */
  *print(data: string | Uint8Array): Sys<void> {
    yield* this.write(1, data);
  }

  /** Standard error; what cannot be said there is lost, as with perror(3). */
  *error(data: string): Sys<void> {
    try {
      yield* this.write(2, data);
    } catch (error) {
      if (!(error instanceof Errno) || error.code === 'EPIPE') throw error;
    }
  }

  /** Up to `max` bytes from a descriptor; empty at the end. */
  *read(fd: number, max?: number): Sys<Uint8Array> {
    return yield* this.file(fd).read(max);
  }

  /** One line with its newline as bytes, or the rest at the end of input; empty at the end. Reads no byte too many. */
  *readLineBytes(fd: number): Sys<Uint8Array> {
    const file = this.file(fd);
    const parts: Uint8Array[] = [];
    for (;;) {
      const chunk = yield* file.read();
      if (chunk.length === 0) return concat(parts);
      const end = chunk.indexOf(0x0a);
      if (end >= 0) {
        file.unread(chunk.subarray(end + 1));
        parts.push(chunk.subarray(0, end + 1));
        return concat(parts);
      }
      parts.push(chunk);
    }
  }

  /** One line without its newline, or undefined at the end of input. */
  *readLine(fd: number): Sys<string | undefined> {
    const bytes = yield* this.readLineBytes(fd);
    return bytes.length === 0 ? undefined : text(bytes).replace(/\n$/, '');
  }

  /** All that is left to read. */
  *readAll(fd: number): Sys<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const chunk = yield* this.file(fd).read();
      if (chunk.length === 0) return parts.length === 0 ? EMPTY : concat(parts);
      parts.push(chunk);
    }
  }

  // ---- time and memory -----------------------------------------------------------------------------------------

  /** Waits `ms` of engine time. A signal with a handler ends it early: returns the milliseconds that were left. */
  *sleep(ms: number): Sys<number> {
    const until = this.kernel.clock.now + ms;
    let woken = false;
    const watch = { resume: () => (woken = true) };
    this.signalled.add(watch);
    try {
      while (!woken && this.kernel.clock.now < until) yield { queues: [this.signalled], until };
    } finally {
      this.signalled.remove(watch);
    }
    return Math.max(0, until - this.kernel.clock.now);
  }

  /** Declares the memory this process holds; above its container's limit it is killed, as by the kernel. */
  useMemory(bytes: number): void {
    this.memory = bytes;
    const limit = this.cgroup.memoryLimit;
    if (limit > 0 && this.pids.memory(this.cgroup) > limit) {
      this.cgroup.onOom();
      this.end({ code: 137, signal: 'KILL' });
    }
  }

  // ---- signals and the end -------------------------------------------------------------------------------------

  /** Sets what a signal does here; undefined restores the default. KILL and STOP cannot be caught. */
  onSignal(signal: Signal, action: SignalAction | undefined): void {
    if (signal === 'KILL' || signal === 'STOP') return;
    if (action === undefined) this.#actions.delete(signal);
    else this.#actions.set(signal, action);
  }

  actionOf(signal: Signal): SignalAction | undefined {
    return this.#actions.get(signal);
  }

  /** Handlers go when another program takes the process over; ignored signals stay ignored (execve(2)). */
  resetHandlers(): void {
    for (const [signal, action] of [...this.#actions]) if (action !== 'ignore') this.#actions.delete(signal);
  }

  /** Signals that are ignored here; children inherit this. */
  get ignored(): Signal[] {
    return [...this.#actions].filter(([, action]) => action === 'ignore').map(([signal]) => signal);
  }

  /**
   * Delivers a signal. Process 1 of a namespace is immune to signals from inside it that it has no handler for, and from
   * outside to all but KILL and STOP (pid_namespaces(7)).
   */
  signal(signal: Signal, sender?: Process): void {
    if (!this.running) return;
    const action = this.#actions.get(signal);
    if (action === 'ignore') return;
    if (action !== undefined) {
      action(signal);
      this.signalled.wake();
      return;
    }
    if (HARMLESS.has(signal) || signal === 'STOP') return;
    if (this.pids.init === this && this.pids.protected) {
      const fromInside = sender !== undefined && sender.pids === this.pids;
      if (fromInside || signal !== 'KILL') return;
    }
    this.end({ code: 128 + SIGNALS[signal], signal });
  }

  /** Leaves the program with this exit code. */
  exit(code: number): never {
    throw new Exit(code & 255);
  }

  /** Ends the process at once: threads are dropped, files closed, the parent told. */
  end(status: ExitStatus): void {
    if (!this.running) return;
    this.status = status;
    this.endedAt = this.kernel.clock.now;
    this.kernel.reap(this);
  }

  /** Waits for this process to end. Called by its parent (or whoever holds it). */
  *wait(): Sys<ExitStatus> {
    while (this.status === undefined) yield { queues: [this.ended] };
    return this.status;
  }
}
