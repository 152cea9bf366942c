import type { Engine } from '../docker/engine/engine.ts';
import { utf8 } from '../docker/kernel/bytes.ts';
import { Errno } from '../docker/kernel/errno.ts';
import { NullFile, type OpenFile, SinkFile } from '../docker/kernel/stream.ts';
import { Tty, TtyFile } from '../docker/kernel/tty.ts';
import type { Completion } from './complete.ts';
import { Driver, type Pace } from './driver.ts';
import type { SessionExtras } from './extras.ts';
import { createHost, DEFAULT_START, type Host, LAB, loadStart } from './host.ts';
import { HostShell, type Manner, type Task } from './host-shell.ts';

export type { Completion } from './complete.ts';
export type { Pace } from './driver.ts';
export type { SessionExtras } from './extras.ts';
export { type CommandText, isComplete, splitCommands } from './split.ts';

export interface SessionOptions {
  readonly seed: string;
  /** When the session begins, in milliseconds since 1970. */
  readonly start?: number;
  /** Images that are there from the beginning; `lab`: all of the catalogue, as in the recordings. */
  readonly images?: readonly string[] | 'lab';
  /** Files of the working folder, or anywhere by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** `script`: every line is run as `bash -c` would, as the recordings were made. Default `prompt`. */
  readonly manner?: Manner;
}

export interface RunOptions {
  /** Input and output are a terminal; else the input is empty and output goes into pipes. */
  readonly terminal?: { columns: number; rows: number } | undefined;
  /** Typed on the terminal, a line every 500 ms. */
  readonly input?: string | undefined;
  /** Ctrl-C after so many milliseconds of engine time. */
  readonly stopAfter?: number | undefined;
  /** Milliseconds of engine time after which the line is killed; exit 124. */
  readonly timeout?: number | undefined;
  /** Milliseconds of engine time that passed at the prompt before. */
  readonly idle?: number | undefined;
  readonly onOutput?: ((stream: 'stdout' | 'stderr', bytes: Uint8Array) => void) | undefined;
  readonly pace?: Pace | undefined;
}

export interface RunResult {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds of engine time. */
  readonly elapsed: number;
}

/** Something that came from outside while a line ran, and the engine time of it. */
export type OutsideEvent =
  | { readonly time: number; readonly kind: 'type'; readonly text: string }
  | { readonly time: number; readonly kind: 'interrupt' }
  | { readonly time: number; readonly kind: 'resize'; readonly columns: number; readonly rows: number };

/** What a session was told to do; together with its options all that is needed to have it again. */
export type LogEntry =
  | {
      readonly kind: 'run';
      readonly command: string;
      readonly terminal?: { columns: number; rows: number };
      readonly input?: string;
      readonly stopAfter?: number;
      readonly timeout?: number;
      readonly idle?: number;
      readonly events: readonly OutsideEvent[];
    }
  | { readonly kind: 'write'; readonly path: string; readonly text: string };

/** Bytes of output after which a line is stopped. */
const FLOOD = 10 * 1024 * 1024;
const TYPING = 500;
/** Engine time after which a line is typed though nobody reads. */
const PATIENCE = 60_000;
/** Milliseconds of engine time between two recorded lines; more when one leaves something in the background. */
const BETWEEN_LINES = 2;
const WITH_JOBS = 50;

interface Running {
  readonly task: Task;
  readonly tty: Tty | undefined;
  readonly events: OutsideEvent[];
  readonly onOutput: RunOptions['onOutput'];
  readonly chunks: { readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }[];
  size: number;
}

/**
 * A reader's machine with its shell and its Docker Engine. Same options and same log, same bytes.
 *
 * `const session = await Session.create({ seed: 'x' }); (await session.run('echo hi')).stdout ⇒ 'hi\n'`
 */
export class Session {
  readonly #host: Host;
  readonly #shell: HostShell;
  readonly #driver: Driver;
  readonly #manner: Manner;
  readonly #log: LogEntry[] = [];
  #running: Running | undefined;
  /** What background jobs printed between two lines. */
  #late: { stream: 'stdout' | 'stderr'; bytes: Uint8Array }[] = [];
  /** Bugs of programs, for whoever wants to know; a reader sees exit 70. */
  onBug: (error: unknown) => void = () => {};

  private constructor(options: SessionOptions, extras: SessionExtras | undefined) {
    const { seed, start = DEFAULT_START, images = [], files = {}, manner = 'prompt' } = options;
    this.#manner = manner;
    const machine = manner === 'script' ? 'recorder' : 'reader';
    this.#host = createHost({ seed, start, images, machine, extras });
    this.#driver = new Driver(this.#host.kernel);
    this.#host.kernel.onBug = (error, process) => {
      this.onBug(error);
      const message = error instanceof Error ? error.message : String(error);
      const file = process.files.get(2);
      if (file !== undefined)
        this.#take('stderr', utf8(`muelle: ${process.name} failed inside the simulator: ${message}\n`));
    };
    this.#shell = new HostShell(this.#host, manner);
    for (const [path, text] of Object.entries(files)) this.#write(path, text);
  }

  static async create(options: SessionOptions, extras?: SessionExtras): Promise<Session> {
    await loadStart(options.images ?? []);
    const session = new Session(options, extras);
    await session.#driver.drive(() => session.#shell.started, undefined);
    return session;
  }

  /** A session in which all of a log has happened. */
  static async replay(
    options: SessionOptions,
    log: readonly LogEntry[],
    extras?: SessionExtras,
  ): Promise<Session> {
    const session = await Session.create(options, extras);
    for (const entry of log) {
      if (entry.kind === 'write') session.writeFile(entry.path, entry.text);
      else {
        const { kind: _kind, command, events, ...rest } = entry;
        await session.#run(command, rest, events);
      }
    }
    return session;
  }

  get engine(): Engine {
    return this.#host.engine;
  }

  get log(): readonly LogEntry[] {
    return this.#log;
  }

  get prompt(): string {
    return this.#shell.prompt;
  }

  /** Engine time in milliseconds since 1970. */
  get now(): number {
    return this.#host.kernel.clock.now;
  }

  /** Does a program of the running line wait for what is typed? */
  get waitingForInput(): boolean {
    return this.#running?.tty?.waiting ?? false;
  }

  /** Must what is typed stay hidden, as with `read -s`? (A terminal that is raw echoes elsewhere.) */
  get hidesInput(): boolean {
    const tty = this.#running?.tty;
    return tty?.canonical === true && !tty.echo;
  }

  /** Runs a line (or several) in the session's shell. */
  run(command: string, options: RunOptions = {}): Promise<RunResult> {
    return this.#run(command, options, undefined);
  }

  async #run(
    command: string,
    options: RunOptions,
    replayed: readonly OutsideEvent[] | undefined,
  ): Promise<RunResult> {
    if (this.#running !== undefined) throw new Error('the session runs another command');
    const { clock } = this.#host.kernel;
    if (options.idle !== undefined && options.idle > 0) await this.#driver.pass(options.idle);
    const start = clock.now;
    const { task, tty } = this.#task(command, options);
    const running: Running = { task, tty, events: [], onOutput: options.onOutput, chunks: [], size: 0 };
    this.#running = running;
    for (const { stream, bytes } of this.#late.splice(0)) this.#take(stream, bytes);
    this.#logRun(command, options, running.events);
    this.#schedule(running, options, start);
    for (const event of replayed ?? [])
      this.#driver.schedule({ time: event.time, act: () => this.#apply(running, event) });
    this.#shell.run(task);
    await this.#finish(running, replayed === undefined ? options.pace : undefined, replayed !== undefined);
    for (const file of task.files.values()) file.release();
    if (this.#manner === 'script') await this.#leaveLine();
    this.#driver.clear();
    this.#running = undefined;
    return {
      exit: task.exit ?? 124,
      stdout: join(running, 'stdout'),
      stderr: join(running, 'stderr'),
      elapsed: clock.now - start,
    };
  }

  /** Runs to the end of the line; one that can never end, or computes for ever with nobody to stop it, is ended with 124. */
  async #finish(running: Running, pace: Pace | undefined, replaying: boolean): Promise<void> {
    const { task } = running;
    const done = (): boolean => task.exit !== undefined;
    const end = await this.#driver.drive(done, pace);
    if (end === 'done') return;
    const why =
      end === 'budget'
        ? 'the command computed too long and was stopped'
        : 'the command waits for input that never comes';
    if (!replaying || end === 'stuck') this.#take('stderr', utf8(`muelle: ${why}\n`));
    this.#shell.abort(124);
    await this.#driver.drive(done, undefined);
  }

  /** The recorder starts a shell for every line and gives what a line leaves in the background 50 ms, then kills it. */
  async #leaveLine(): Promise<void> {
    await this.#driver.pass(this.#shell.hasJobs ? WITH_JOBS : BETWEEN_LINES);
    this.#shell.endJobs();
  }

  #task(source: string, options: RunOptions): { task: Task; tty: Tty | undefined } {
    const files = new Map<number, OpenFile>();
    let tty: Tty | undefined;
    const terminal =
      options.terminal ?? (options.input === undefined ? undefined : { columns: 80, rows: 24 });
    if (terminal !== undefined) {
      tty = new Tty((bytes) => this.#take('stdout', bytes), terminal);
      const file = new TtyFile(tty);
      files.set(0, file).set(1, file.retain()).set(2, file.retain());
    } else {
      files.set(0, new NullFile());
      files.set(1, new SinkFile((bytes) => this.#take('stdout', bytes)));
      files.set(2, new SinkFile((bytes) => this.#take('stderr', bytes)));
    }
    return { task: { source, files, tty, aborted: undefined, exit: undefined }, tty };
  }

  #schedule(running: Running, options: RunOptions, start: number): void {
    this.#typeLines(running, options.input?.match(/[^\n]*\n|[^\n]+$/g) ?? [], start + TYPING);
    if (options.stopAfter !== undefined)
      this.#driver.schedule({ time: start + options.stopAfter, act: () => this.#interrupt(running) });
    if (options.timeout !== undefined)
      this.#driver.schedule({ time: start + options.timeout, act: () => this.#shell.abort(124) });
  }

  /**
   * Types lines, one every 500 ms. A person waits with the next until somebody reads (an image may have to be pulled
   * first); keys such as Ctrl-C are pressed at any time.
   */
  #typeLines(running: Running, lines: readonly string[], time: number, patience = PATIENCE): void {
    const [line, ...rest] = lines;
    if (line === undefined) return;
    const act = (): void => {
      const early = running.tty?.waiting !== true && /[^\x00-\x1f]/.test(line) && patience > 0;
      if (early) this.#typeLines(running, lines, time + TYPING, patience - TYPING);
      else {
        running.tty?.input(utf8(line));
        this.#typeLines(running, rest, time + TYPING);
      }
    };
    this.#driver.schedule({ time, act });
  }

  #logRun(command: string, options: RunOptions, events: readonly OutsideEvent[]): void {
    const { terminal, input, stopAfter, timeout, idle } = options;
    this.#log.push({
      kind: 'run',
      command,
      ...(terminal === undefined ? {} : { terminal }),
      ...(input === undefined ? {} : { input }),
      ...(stopAfter === undefined ? {} : { stopAfter }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(idle === undefined ? {} : { idle }),
      events,
    });
  }

  // ---- what comes from outside -----------------------------------------------------------------------------------

  /** Ctrl-C. */
  interrupt(): void {
    this.#post((time) => ({ time, kind: 'interrupt' }));
  }

  /** Keys for the running line; needs a terminal. */
  type(text: string): void {
    this.#post((time) => ({ time, kind: 'type', text }));
  }

  /** The terminal of the running line has a new size. */
  resize(columns: number, rows: number): void {
    this.#post((time) => ({ time, kind: 'resize', columns, rows }));
  }

  #post(make: (time: number) => OutsideEvent): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#driver.post(() => this.#apply(running, make(this.#host.kernel.clock.now)));
  }

  #apply(running: Running, event: OutsideEvent): void {
    running.events.push(event);
    if (event.kind === 'interrupt') this.#interrupt(running);
    else if (event.kind === 'type') running.tty?.input(utf8(event.text));
    else if (running.tty !== undefined) {
      running.tty.columns = event.columns;
      running.tty.rows = event.rows;
      this.#shell.resized();
    }
  }

  #interrupt(running: Running): void {
    if (running.tty !== undefined) running.tty.input(Uint8Array.of(0x03));
    else this.#shell.interrupt();
  }

  #take(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const running = this.#running;
    if (running === undefined) {
      if (this.#late.length < 10_000) this.#late.push({ stream, bytes: bytes.slice() });
      return;
    }
    if (running.size > FLOOD) return;
    running.size += bytes.length;
    const kept = bytes.slice();
    running.chunks.push({ stream, bytes: kept });
    running.onOutput?.(stream, kept);
    if (running.size <= FLOOD) return;
    const notice = utf8('\nmuelle: more than 10 MB of output: the command was stopped\n');
    running.chunks.push({ stream: 'stderr', bytes: notice });
    running.onOutput?.('stderr', notice);
    // Not in the middle of the step that printed.
    this.#driver.schedule({ time: this.#host.kernel.clock.now, act: () => this.#shell.abort(137) });
  }

  // ---- files and completion --------------------------------------------------------------------------------------

  /** Writes a file of the working folder, as an editor would; part of the log. */
  writeFile(path: string, text: string): void {
    this.#log.push({ kind: 'write', path, text });
    this.#write(path, text);
  }

  #write(path: string, text: string): void {
    const { fs } = this.#host;
    const folder = path.replace(/\/?[^/]*$/, '');
    if (folder !== '') fs.mkdir(folder, LAB, { parents: true });
    fs.write(path, text, LAB);
  }

  /** Text of a file (relative to the working folder the session began in), or undefined. */
  readFile(path: string): string | undefined {
    try {
      return new TextDecoder().decode(this.#host.fs.read(path, LAB));
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  }

  /** What Tab offers at the cursor. */
  async complete(line: string, cursor: number): Promise<Completion> {
    const { completeLine } = await import('./complete.ts');
    return completeLine(line, cursor, { shell: this.#shell.shell, engine: this.#host.engine });
  }
}

function join(running: Running, stream: 'stdout' | 'stderr'): string {
  const decoder = new TextDecoder();
  return (
    running.chunks
      .map((chunk) => (chunk.stream === stream ? decoder.decode(chunk.bytes, { stream: true }) : ''))
      .join('') + decoder.decode()
  );
}
