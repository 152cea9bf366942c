import { Exit, type Process, ProcessGroup } from '../docker/kernel/process.ts';
import type { Signal } from '../docker/kernel/signals.ts';
import type { OpenFile } from '../docker/kernel/stream.ts';
import type { Tty } from '../docker/kernel/tty.ts';
import { type Sys, TURN, WaitQueue } from '../docker/kernel/wait.ts';
import { announceJobs } from './builtins/job-news.ts';
import { keepExplained } from './extras.ts';
import { HOST_ENV, type Host, LAB } from './host.ts';
import { toForeground } from './interactive.ts';
import { createShell } from './program.ts';
import { expandPrompt } from './prompt.ts';
import type { Shell } from './run/shell.ts';
import { Shell as ShellClass } from './run/shell.ts';
import { runLines } from './run/source-file.ts';
import { trampoline } from './run/trampoline.ts';
import { BASH } from './syntax/dialect.ts';

/** A line the session's shell is to run, and what became of it. */
export interface Task {
  readonly source: string;
  readonly files: ReadonlyMap<number, OpenFile>;
  readonly tty: Tty | undefined;
  /** Set from outside to stop the line at once with this exit code. */
  aborted: number | undefined;
  exit: number | undefined;
}

/** How lines are run: as a person's at a prompt, or each as `bash -c` would (the recordings). */
export type Manner = 'prompt' | 'script';

/**
 * The reader's shell: one process of the simulated machine that lives as long as the session, so that variables, functions,
 * options, traps and background jobs last from line to line.
 */
export class HostShell {
  readonly #host: Host;
  readonly #manner: Manner;
  readonly #queue = new WaitQueue();
  readonly #abort = new WaitQueue();
  #process: Process | undefined;
  #shell: Shell | undefined;
  #task: Task | undefined;
  #lines = 1;

  constructor(host: Host, manner: Manner) {
    this.#host = host;
    this.#manner = manner;
    this.#start();
  }

  get shell(): Shell {
    if (this.#shell === undefined) throw new Error('the shell has not started');
    return this.#shell;
  }

  /** Has the shell begun, so that there is a prompt? */
  get started(): boolean {
    return this.#shell !== undefined;
  }

  get prompt(): string {
    const shell = this.#shell;
    return shell === undefined ? '' : expandPrompt(shell, shell.variables.text('PS1') ?? '\\u@\\h:\\w\\$ ');
  }

  /** Gives the shell a line; `task.exit` is set when it is done. */
  run(task: Task): void {
    if (this.#process?.running !== true) this.#start();
    this.#task = task;
    this.#queue.wake();
  }

  /** Ctrl-C without a terminal. */
  interrupt(): void {
    this.#signal('INT');
  }

  /** The terminal has a new size. */
  resized(): void {
    this.#signal('WINCH');
  }

  #signal(signal: Signal): void {
    if (this.#shell !== undefined && this.#task !== undefined) toForeground(this.#shell, signal);
  }

  /** Stops the running line and all that it started, but not older background jobs. */
  abort(exit: number): void {
    const task = this.#task;
    const process = this.#process;
    if (task === undefined || process === undefined) return;
    task.aborted = exit;
    killBelow(
      process,
      new Set(this.shell.jobs.all.filter((job) => this.#older.has(job.id)).flatMap((job) => job.processes)),
    );
    this.#abort.wake();
  }
  #older: ReadonlySet<number> = new Set();

  /** Is anything in the background? */
  get hasJobs(): boolean {
    return [...this.shell.jobs.all].length > 0;
  }

  /** Kills background jobs; the recordings run each line in a shell of its own. */
  endJobs(): void {
    for (const job of [...this.shell.jobs.all]) {
      for (const process of job.processes) killTree(process);
      this.shell.jobs.remove(job);
    }
  }

  #start(): void {
    const { kernel, fs, engine, uts, pids } = this.#host;
    const serve = (p: Process): Sys<number> => this.#serve(p);
    this.#process = kernel.spawn({
      argv: ['bash'],
      program: serve,
      env: HOST_ENV,
      cwd: this.#shell?.p.cwd ?? LAB,
      uid: 0,
      gid: 0,
      files: new Map(),
      fs,
      net: engine.hostNet,
      uts,
      pids,
      cgroup: { memoryLimit: 0, pidsLimit: 0, onOom: () => {} },
      parent: undefined,
      tty: undefined,
      group: new ProcessGroup(),
    });
  }

  *#serve(p: Process): Sys<number> {
    const before = this.#shell;
    // A shell that was killed or replaced leaves its variables to the next one.
    const shell = before === undefined ? createShell(p, BASH, 'bash') : new ShellClass(p, before);
    this.#shell = shell;
    shell.parameters.pid = p.pid;
    shell.options.add('monitor');
    const prompt = this.#manner === 'prompt';
    shell.interactive = true;
    shell.conversational = prompt;
    shell.command = !prompt;
    if (prompt) {
      shell.shopts.add('expand_aliases');
      shell.variables.make('PS1').value ??= '\\u@\\h:\\w\\$ ';
      shell.variables.make('PS2').value ??= '> ';
    }
    shell.watchInterrupt();
    for (;;) {
      while (this.#task === undefined) yield { queues: [this.#queue] };
      const task = this.#task;
      this.#older = new Set(shell.jobs.all.map((job) => job.id));
      yield* this.#runTask(shell, task);
    }
  }

  *#runTask(shell: Shell, task: Task): Sys<void> {
    const { p } = shell;
    for (const [fd, file] of task.files) p.files.set(fd, file.retain());
    const { tty } = task;
    if (tty !== undefined) tty.foreground = (signal) => this.#signal(signal);
    const prompt = this.#manner === 'prompt';
    shell.interrupted = false;
    if (!prompt) {
      shell.status = 0;
      shell.arg0 = tty === undefined ? 'bash' : '/bin/bash';
    }
    let exit = 0;
    try {
      exit = yield* this.#watch(task, trampoline(this.#line(shell, task)));
    } catch (error) {
      // `exec`: the process became a program, and that has ended.
      if (error instanceof Exit) exit = error.code;
      throw error;
    } finally {
      if (p.running) {
        for (const file of p.files.values()) file.release();
        p.files.clear();
      }
      if (tty !== undefined) tty.foreground = undefined;
      this.#task = undefined;
      task.exit = p.status?.code ?? exit;
    }
    shell.status = task.exit;
    shell.interrupted = false;
    shell.foreground = undefined;
    shell.tested = 0;
    shell.loops = 0;
  }

  /** Runs the body, but gives up at once when the task is aborted. */
  *#watch(task: Task, body: Sys<number>): Sys<number> {
    for (;;) {
      const result = body.next();
      if (result.done === true) return result.value;
      const block = result.value;
      if (block === TURN) yield TURN;
      else yield { ...block, queues: [...block.queues, this.#abort] };
      if (task.aborted !== undefined) {
        body.return(task.aborted);
        return task.aborted;
      }
    }
  }

  *#line(shell: Shell, task: Task): Sys<number> {
    const prompt = this.#manner === 'prompt';
    const first = prompt ? this.#lines : task.tty === undefined ? RECORDED_LINE : 1;
    this.#lines += task.source.split('\n').length;
    if (prompt && task.source.trim() !== '') shell.history.push(task.source);
    let status: number;
    try {
      status = yield* runLines(shell, prompt ? keepExplained(task.source) : task.source, {
        ...(prompt ? {} : { context: 'eval' }),
        line: first,
        drops: prompt,
      });
    } catch (error) {
      status = yield* shell.statusOfThrown(error);
    }
    if (shell.interrupted) status = 130;
    // The terminal has echoed ^C; what follows begins on a new line.
    if (status === 130 && task.tty !== undefined && task.tty.column > 0) yield* shell.p.error('\n');
    if (!prompt) {
      status = yield* shell.leave(status);
      shell.traps.clear();
      shell.resetOptions();
    } else {
      if (shell.traps.waiting) yield* shell.traps.runPending();
      yield* announceJobs(shell);
    }
    return status;
  }
}

/** The line of `record`'s own script that the recorded lines were evaluated in: bash names it in its messages. */
const RECORDED_LINE = 9;

function killTree(process: Process): void {
  for (const child of [...process.children]) killTree(child);
  process.signal('KILL');
}

function killBelow(process: Process, spared: ReadonlySet<Process>): void {
  for (const child of [...process.children]) if (!spared.has(child)) killTree(child);
}
