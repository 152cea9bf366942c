import { forkChild } from '../../docker/kernel/exec.ts';
import type { ExitStatus, Process, ProcessGroup, Program } from '../../docker/kernel/process.ts';
import { SIGNALS, type Signal } from '../../docker/kernel/signals.ts';
import type { OpenFile } from '../../docker/kernel/stream.ts';
import { type Sys, TURN } from '../../docker/kernel/wait.ts';
import type { FunctionCommand } from '../syntax/ast.ts';
import type { Dialect } from '../syntax/dialect.ts';
import { BreakLoop, Complaint, ContinueLoop, DropLine, ExitShell, ReturnFrom } from './control.ts';
import { isDone, Jobs } from './jobs.ts';
import type { Parameters } from './parameters.ts';
import { trampoline } from './trampoline.ts';
import { Traps } from './traps.ts';
import type { Variables } from './variables.ts';

/** Options by the names of `set -o`; the letters are those of `set -e`. */
export const OPTION_LETTERS: Readonly<Record<string, string>> = {
  a: 'allexport',
  b: 'notify',
  C: 'noclobber',
  e: 'errexit',
  f: 'noglob',
  h: 'hashall',
  m: 'monitor',
  n: 'noexec',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
  B: 'braceexpand',
  E: 'errtrace',
  H: 'histexpand',
  P: 'physical',
  T: 'functrace',
};

/** What of a shell a subshell starts with; everything in it is the subshell's own copy. */
export interface ShellState {
  readonly dialect: Dialect;
  readonly parameters: Parameters;
  readonly functions: Map<string, FunctionCommand>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  readonly shopts: Set<string>;
  readonly directories: string[];
  /** `$0` */
  arg0: string;
}

/** A running shell: one process and the state of its language. */
export class Shell implements ShellState {
  readonly p: Process;
  readonly dialect: Dialect;
  readonly parameters: Parameters;
  readonly functions: Map<string, FunctionCommand>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  readonly shopts: Set<string>;
  readonly directories: string[];
  readonly jobs = new Jobs();
  readonly traps: Traps;
  readonly hashed = new Map<string, { path: string; hits: number }>();
  readonly history: string[] = [];
  arg0: string;
  /** `$?` */
  status = 0;
  /** Status of the last command substitution, which is that of a command without a name. */
  substitutionStatus = 0;
  lastBackground: number | undefined;
  pipeStatus: readonly number[] = [0];
  /** `$_` */
  lastArgument = '';
  line = 1;
  loops = 0;
  /** Where `getopts` stands: OPTIND as it left it, and the character in that word. */
  optionIndex = 1;
  optionAt = 1;
  functionNames: string[] = [];
  sourced = 0;
  /** Inside a test (`if`, `&&`, `!`) a failure does not end a shell under `set -e`. */
  tested = 0;
  interactive = false;
  /** Are messages those of an interactive shell: without line numbers, with job notices? */
  conversational = false;
  /** Forked from another shell: no prompt, no job control. */
  subshell = false;
  /** The script file, or undefined for `-c` and standard input. */
  script: string | undefined;
  /** Was the text given by `-c`? */
  command = false;
  /** The job in the foreground, which gets Ctrl-C; undefined while the shell itself computes. */
  foreground: ProcessGroup | undefined;
  /** Set by Ctrl-C while the shell itself was computing. */
  interrupted = false;
  /** How often `set -x` repeats the first character of PS4. */
  traceDepth = 0;
  /** Milliseconds of computing of the children that have ended. */
  childComputing = 0;
  #awaiting = 0;
  #sawInterrupt = false;
  /** Files of process substitutions, removed after the command. */
  readonly temporary: { path: string; fd: number; after?: (() => Sys<void>) | undefined }[] = [];

  constructor(p: Process, state: ShellState) {
    this.p = p;
    this.dialect = state.dialect;
    this.parameters = state.parameters;
    this.functions = state.functions;
    this.aliases = state.aliases;
    this.options = state.options;
    this.shopts = state.shopts;
    this.directories = state.directories;
    this.arg0 = state.arg0;
    this.traps = new Traps(this);
    this.parameters.attach(this);
  }

  get variables(): Variables {
    return this.parameters.variables;
  }

  option(name: string): boolean {
    return this.options.has(name);
  }

  /** Options as a new bash has them. */
  resetOptions(): void {
    this.options.clear();
    for (const option of ['braceexpand', 'hashall', 'monitor']) this.options.add(option);
  }

  // ---- messages --------------------------------------------------------------------------------------------------

  /** The words before a message: `bash: line 3: `, `sh: 3: `, `sh: cd: line 0: `. */
  prefix(builtin?: string): string {
    const name = this.dialect.name;
    const source = this.script ?? this.arg0;
    const of = builtin === undefined ? '' : `${builtin}: `;
    if (name === 'bash')
      return this.conversational
        ? `${this.arg0.replace(/^.*\//, '').replace(/^-/, '')}: ${of}`
        : `${source}: line ${this.line}: ${of}`;
    if (name === 'dash') return `${source}: ${this.line}: ${of}`;
    // busybox names lines only of builtins and of script files, counting those of `-c` from 0.
    const shown = this.command ? this.line - 1 : this.line;
    const line =
      (builtin !== undefined || this.script !== undefined) && !this.conversational ? `line ${shown}: ` : '';
    return `${source}: ${of}${line}`;
  }

  /** Prints an error message with the shell's prefix. */
  *complain(message: string, builtin?: string): Sys<void> {
    yield* this.p.error(`${this.prefix(builtin)}${message}\n`);
  }

  /**
   * An error of the shell's language: bash drops the line (or ends, if fatal and not interactive), the others end unless
   * they are interactive. Throws.
   */
  *fail(message: string, options: { status?: number; fatal?: boolean; builtin?: string } = {}): Sys<never> {
    yield* this.complain(message, options.builtin);
    const status = this.dialect.name === 'bash' ? (options.status ?? 1) : 2;
    if (this.conversational && !this.subshell) throw new DropLine(this.dialect.name === 'bash' ? 1 : 2);
    if (this.dialect.name !== 'bash' || options.fatal === true) throw new ExitShell(status);
    throw new DropLine(status);
  }

  /** Milliseconds of computing so far, ended children included. */
  computing(): number {
    return this.p.cpuTime + this.childComputing;
  }

  /** After an error in a special builtin the POSIX shells end, unless they are interactive. Throws. */
  *leaveSpecial(status: number): Sys<never> {
    if (this.conversational && !this.subshell) throw new DropLine(status);
    throw new ExitShell(status);
  }

  // ---- signals ---------------------------------------------------------------------------------------------------

  /** Does every pipeline become a group of its own, as in an interactive shell? */
  get jobControl(): boolean {
    return this.option('monitor') && !this.subshell;
  }

  /**
   * Sets what Ctrl-C does to this process. A shell that runs a script dies of it, but only after its child has: the child
   * may handle it and go on. Process 1 of a container stays immune.
   */
  watchInterrupt(): void {
    const { p } = this;
    if (this.interactive) {
      this.#default('INT', () => {
        this.interrupted = true;
      });
      // Handlers that do nothing: what is ignored would be ignored by the children too.
      this.#default('TERM', () => {});
      this.#default('QUIT', () => {});
      return;
    }
    if (p.pids.protected && (p.pids.init === p || p.pids.init === undefined)) return;
    if (p.actionOf('INT') === 'ignore') return;
    this.#default('INT', () => {
      if (this.#awaiting > 0) this.#sawInterrupt = true;
      else this.dieOf('INT');
    });
  }

  #default(signal: Signal, action: (signal: Signal) => void): void {
    this.traps.defaults.set(signal, action);
    this.p.onSignal(signal, action);
  }

  /** Waits for processes in the foreground. If Ctrl-C ended them, the line (or this shell) ends too. */
  *awaitForeground(processes: readonly Process[], group: ProcessGroup | undefined): Sys<ExitStatus[]> {
    const before = this.foreground;
    if (group !== undefined) this.foreground = group;
    this.#awaiting++;
    const statuses: ExitStatus[] = [];
    try {
      for (const process of processes) {
        statuses.push(yield* process.wait());
        this.childComputing += process.cpuTime;
      }
    } finally {
      this.#awaiting--;
      this.foreground = before;
    }
    if (statuses.some((status) => status.signal === 'INT')) this.childInterrupted();
    this.#sawInterrupt = false;
    for (const job of this.jobs.all) if (isDone(job)) job.noticed = true;
    return statuses;
  }

  /** A child died of Ctrl-C. */
  childInterrupted(): void {
    if (this.traps.get('INT') !== undefined) return;
    if (this.interactive) this.interrupted = true;
    else if (this.#sawInterrupt) this.dieOf('INT');
  }

  /** Runs something that waits so that a signal with a trap, or Ctrl-C, ends the waiting: then undefined. */
  *interruptible<T>(body: Sys<T>): Sys<T | undefined> {
    for (;;) {
      const result = body.next();
      if (result.done === true) return result.value;
      const block = result.value;
      if (block === TURN) yield TURN;
      else yield { ...block, queues: [...block.queues, this.p.signalled] };
      if (this.interrupted || this.traps.waiting) {
        body.return(undefined as T);
        return undefined;
      }
    }
  }

  // ---- other processes -------------------------------------------------------------------------------------------

  /** Starts a subshell: a process with a copy of this shell's state that runs `body`; its result is the exit code. */
  fork(
    body: (shell: Shell) => Sys<number>,
    change: { files?: ReadonlyMap<number, OpenFile>; group?: ProcessGroup; ignored?: readonly Signal[] } = {},
  ): Process {
    const state: ShellState = {
      dialect: this.dialect,
      parameters: this.parameters.copy(),
      functions: new Map(this.functions),
      aliases: new Map(this.aliases),
      options: new Set(this.options),
      shopts: new Set(this.shopts),
      directories: [...this.directories],
      arg0: this.arg0,
    };
    // Taken now, not when the child first runs: the parent may have gone on by then.
    const inherited = {
      status: this.status,
      lastBackground: this.lastBackground,
      lastArgument: this.lastArgument,
      line: this.line,
      functionNames: [...this.functionNames],
      sourced: this.sourced,
      tested: this.tested,
      script: this.script,
      command: this.command,
      conversational: this.conversational,
      traceDepth: this.traceDepth,
      subshell: true,
    };
    const history = this.conversational ? [...this.history] : [];
    const program: Program = function* (p) {
      const shell = Object.assign(new Shell(p, state), inherited);
      shell.history.push(...history);
      shell.watchInterrupt();
      return yield* shell.toTheEnd(body(shell));
    };
    const child = forkChild(this.p, program, {
      env: this.variables.environment(),
      ...(change.files === undefined ? {} : { files: change.files }),
      ...(change.group === undefined ? {} : { group: change.group }),
      ...(change.ignored === undefined ? {} : { ignored: [...this.p.ignored, ...change.ignored] }),
    });
    child.umask = this.p.umask;
    return child;
  }

  /** Runs a body as the whole life of this shell: `exit`, errors and the EXIT trap included. Returns the exit code. */
  toTheEnd(body: Sys<number>): Sys<number> {
    return trampoline(this.#life(body));
  }

  *#life(body: Sys<number>): Sys<number> {
    let code: number;
    try {
      code = yield* body;
    } catch (error) {
      code = yield* this.statusOfThrown(error);
    }
    return yield* this.leave(code);
  }

  /** The EXIT trap; returns the exit code. */
  *leave(code: number): Sys<number> {
    this.status = code;
    try {
      yield* this.traps.runExit();
    } catch (error) {
      return (yield* this.statusOfThrown(error)) & 255;
    }
    return code & 255;
  }

  /** The status that something thrown out of commands stands for; anything unknown is thrown on. */
  *statusOfThrown(error: unknown): Sys<number> {
    if (error instanceof ExitShell || error instanceof DropLine || error instanceof ReturnFrom)
      return error.status;
    if (error instanceof BreakLoop || error instanceof ContinueLoop) return 0;
    if (error instanceof Complaint) {
      yield* this.complain(error.message);
      return error.status;
    }
    throw error;
  }

  /** Dies of a signal as if the kernel had killed it, so that the parent sees that. */
  dieOf(signal: Signal): void {
    this.p.end({ code: 128 + SIGNALS[signal], signal });
  }
}
