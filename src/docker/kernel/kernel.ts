import type { Clock } from './clock.ts';
import { Errno } from './errno.ts';
import { type Cgroup, Exit, Process, type ProcessInit, type Program } from './process.ts';
import type { Random } from './random.ts';
import { type Block, type Sleeper, type Sys, TURN } from './wait.ts';

/** Engine time, in milliseconds, that one step of a thread costs: what makes an endless loop use up a `timeout`. */
const STEP_COST = 0.02;

/** One line of execution of a process. */
export class Thread implements Sleeper {
  readonly process: Process;
  readonly #kernel: Kernel;
  readonly #body: Sys<void>;
  #block: Block | undefined;
  #scheduled = false;
  done = false;

  constructor(kernel: Kernel, process: Process, body: Sys<void>) {
    this.#kernel = kernel;
    this.process = process;
    this.#body = body;
  }

  /** Puts the thread among those that run next. */
  resume(): void {
    if (this.#scheduled || this.done) return;
    this.#scheduled = true;
    this.#kernel.enqueue(this);
  }

  /** Runs to the next wait. */
  step(): void {
    this.#scheduled = false;
    if (this.done) return;
    this.#leaveQueues();
    let result: IteratorResult<Block, void>;
    try {
      result = this.#body.next();
    } catch (error) {
      this.#finish();
      this.#kernel.threadFailed(this, error);
      return;
    }
    if (result.done === true) {
      this.#finish();
      return;
    }
    if (this.done) {
      // It ended its own process while it ran, so `drop` could not close it.
      this.#body.return();
      return;
    }
    const block = result.value;
    this.#block = block;
    for (const queue of block.queues) queue.add(this);
    if (block.until !== undefined) this.#kernel.wakeAt(block.until, this, block);
  }

  /** Is the thread still in the wait it was in when a timer was set? */
  waitsIn(block: Block): boolean {
    return !this.done && this.#block === block && !this.#scheduled;
  }

  /** Drops the thread; its `finally` clauses run, and must not wait. */
  drop(): void {
    if (this.done) return;
    this.#leaveQueues();
    this.#finish();
    try {
      this.#body.return();
    } catch (error) {
      // A thread that ends its own process is running: it stops at its next wait by `done`.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  #leaveQueues(): void {
    for (const queue of this.#block?.queues ?? []) queue.remove(this);
    this.#block = undefined;
  }

  #finish(): void {
    this.done = true;
    this.process.threads.delete(this);
  }
}

/** The processes that see each other (pid_namespaces(7)): the reader's machine is one, each container another. */
export class PidNamespace {
  /** Init of a container cannot be killed from inside; the reader's own machine has no such process. */
  readonly protected: boolean;
  init: Process | undefined;
  readonly processes = new Map<number, Process>();
  #last = 0;

  constructor(options: { protected: boolean; firstPid?: number }) {
    this.protected = options.protected;
    this.#last = (options.firstPid ?? 1) - 1;
  }

  nextPid(): number {
    return ++this.#last;
  }

  /** The threads of a program that was there before use numbers up: what runc starts leaves five of them unused. */
  passBy(count: number): void {
    this.#last += count;
  }

  /** Processes of other namespaces that this one sees, under its own numbers: the reader's machine, those of containers. */
  guests: () => readonly Process[] = () => [];

  /** Processes that have ended and that nobody has asked after. */
  readonly zombies = new Set<Process>();

  /** All that can be seen from here. */
  get seen(): Process[] {
    return [...this.processes.values(), ...this.zombies, ...this.guests()];
  }

  /** The process of this number, as it is seen from here. */
  find(pid: number): Process | undefined {
    return this.processes.get(pid) ?? [...this.zombies, ...this.guests()].find((guest) => guest.pid === pid);
  }

  /** Bytes held by the processes of a container. */
  memory(cgroup: Cgroup): number {
    let sum = 0;
    for (const process of this.processes.values()) if (process.cgroup === cgroup) sum += process.memory;
    return sum;
  }
}

/** Programs by id; a file of an image names the id, so a copied or renamed executable still works. */
export interface ProgramTable {
  /** The program, or a promise for one that is loaded when first needed; undefined if there is none. */
  get(id: string): Program | Promise<Program> | undefined;
}

interface Timer {
  readonly time: number;
  readonly order: number;
  readonly thread: Thread;
  readonly block: Block;
}

/** The scheduler: one CPU, cooperative threads, virtual time. */
export class Kernel {
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: ProgramTable;
  /** Called when a program fails with an exception that is no exit: always a bug of ours. */
  onBug: (error: unknown, process: Process) => void = () => {};
  /** The process whose thread is running just now: who reads `/proc/self`. */
  current: Process | undefined;
  #ready: Thread[] = [];
  #timers: Timer[] = [];
  #order = 0;
  #loading: Promise<void> | undefined;

  constructor(options: { clock: Clock; random: Random; programs: ProgramTable }) {
    this.clock = options.clock;
    this.random = options.random;
    this.programs = options.programs;
  }

  // ---- for the driver ------------------------------------------------------------------------------------------

  /** Runs threads until none can run without time passing, `stop()` holds, or `budget` steps are done. */
  run(budget: number, stop: () => boolean): 'idle' | 'stopped' | 'busy' | 'loading' {
    for (let steps = 0; steps < budget; steps++) {
      if (stop()) return 'stopped';
      if (this.#loading !== undefined) return 'loading';
      const loaded = this.#loaded;
      this.#loaded = undefined;
      if (loaded === undefined) this.#fireTimers();
      const thread = loaded ?? this.#ready.shift();
      if (thread === undefined) return 'idle';
      if (thread.process.frozen) {
        this.#frozen.add(thread);
        continue;
      }
      if (loaded === undefined) {
        this.clock.advanceTo(this.clock.now + STEP_COST);
        thread.process.cpuTime += STEP_COST;
      }
      this.current = thread.process;
      this.#stepping = thread;
      thread.step();
    }
    return stop() ? 'stopped' : 'busy';
  }

  /** The promise that must settle before anything else happens (a program being loaded). */
  get loading(): Promise<void> | undefined {
    return this.#loading;
  }

  /** When the next thread is due, if nothing else happens before. */
  get nextTimer(): number | undefined {
    this.#dropStaleTimers();
    return this.#timers[0]?.time;
  }

  // ---- for processes and the engine ----------------------------------------------------------------------------

  /** Starts a process. */
  spawn(init: ProcessInit): Process {
    const process = new Process(this, init.pids.nextPid(), init);
    init.pids.processes.set(process.pid, process);
    init.pids.init ??= process;
    init.parent?.children.add(process);
    const main = this.thread(
      process,
      (function* (): Sys<void> {
        const code = yield* init.program(process);
        process.end({ code: code & 255 });
      })(),
    );
    main.resume();
    return process;
  }

  /** Starts a further thread inside a process; it ends with the process. */
  thread(process: Process, body: Sys<void>): Thread {
    const thread = new Thread(this, process, body);
    process.threads.add(thread);
    thread.resume();
    return thread;
  }

  /**
   * Waits for something outside the simulation (loading a program). Everything stands still meanwhile, and the thread goes
   * on in the same step: whether a program was loaded before makes no difference to order or time.
   */
  *external<T>(promise: Promise<T>): Sys<T> {
    const thread = this.#stepping;
    let settled: { value: T } | { error: unknown } | undefined;
    const noted = promise.then(
      (value) => {
        settled = { value };
      },
      (error: unknown) => {
        settled = { error };
      },
    );
    this.#loading = noted.then(() => {
      this.#loading = undefined;
      this.#loaded = thread;
    });
    while (settled === undefined) yield { queues: [] };
    if ('error' in settled) throw settled.error;
    return settled.value;
  }
  #stepping: Thread | undefined;
  /** The thread that has got what it waited for outside. */
  #loaded: Thread | undefined;

  /** Stops or continues the processes of a container (the freezer of `docker pause`). */
  freeze(processes: Iterable<Process>, frozen: boolean): void {
    for (const process of processes) process.frozen = frozen;
    if (frozen) return;
    const waiting = [...this.#frozen];
    this.#frozen.clear();
    this.#ready.push(...waiting);
  }
  readonly #frozen = new Set<Thread>();

  // ---- for threads ---------------------------------------------------------------------------------------------

  enqueue(thread: Thread): void {
    this.#ready.push(thread);
  }

  wakeAt(time: number, thread: Thread, block: Block): void {
    if (block === TURN) {
      thread.resume();
      return;
    }
    const timer = { time, order: this.#order++, thread, block };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle];
      if (other !== undefined && (other.time < time || (other.time === time && other.order < timer.order)))
        low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }

  threadFailed(thread: Thread, error: unknown): void {
    const process = thread.process;
    if (error instanceof Exit) {
      process.end({ code: error.code });
      return;
    }
    if (error instanceof Errno && error.code === 'EPIPE') {
      process.end({ code: 141, signal: 'PIPE' });
      return;
    }
    // One that signalled itself goes on to its next wait, its files already closed.
    if (!process.running && error instanceof Errno) return;
    this.onBug(error, process);
    process.end({ code: 70 });
  }

  /** Cleans up after a process that has ended. */
  reap(process: Process): void {
    for (const thread of [...process.threads]) thread.drop();
    for (const [fd, file] of [...process.files]) {
      process.files.delete(fd);
      file.release();
    }
    process.pids.processes.delete(process.pid);
    process.group.members.delete(process);
    process.parent?.children.delete(process);
    const heir = process.pids.init;
    if (process.orphaned && heir?.running === true && !heir.reaps) process.pids.zombies.add(process);
    if (heir === process) process.pids.zombies.clear();
    for (const child of process.children) {
      child.parent = heir === process ? undefined : heir;
      child.orphaned = true;
      if (child.parent !== undefined) child.parent.children.add(child);
    }
    process.children.clear();
    if (heir === process && process.pids.protected) {
      for (const other of [...process.pids.processes.values()]) other.end({ code: 137, signal: 'KILL' });
    }
    process.ended.wake();
    process.parent?.signal('CHLD');
  }

  #fireTimers(): void {
    for (
      let timer = this.#timers[0];
      timer !== undefined && timer.time <= this.clock.now;
      timer = this.#timers[0]
    ) {
      this.#timers.shift();
      if (timer.thread.waitsIn(timer.block)) timer.thread.resume();
    }
  }

  #dropStaleTimers(): void {
    while (this.#timers[0] !== undefined && !this.#timers[0].thread.waitsIn(this.#timers[0].block))
      this.#timers.shift();
  }
}
