import { isComplete, type LogEntry, Session, type SessionExtras, splitCommands } from '../shell/session.ts';
import type { Locale } from './boot-texts.ts';
import { FLOOD_MEGABYTES } from './limits.ts';
import { OutputBatch } from './output-batch.ts';
import { CompressedPace } from './pace.ts';
import type { Answers, FromWorker, Request, RunAnswer, RunRequest, ToWorker } from './protocol.ts';

/** Bytes of output after which the session stops a command. */
const FLOOD = FLOOD_MEGABYTES * 1024 * 1024;
/** Real milliseconds between two looks at whether a program waits for the keyboard. */
const LOOK = 40;

/** What the host needs of the worker it lives in; tests hand in a stand-in. */
export interface HostWorld {
  post(message: FromWorker): void;
  now(): number;
  turn(): Promise<void>;
  sleep(ms: number, wake: Promise<void>): Promise<void>;
  every(ms: number, call: () => void): () => void;
  /** Explanations in the reader's language. */
  extras?(locale: Locale): SessionExtras;
}

/** The worker's side: holds the session, runs commands at the reader's pace, reports what happens. */
export class SessionHost {
  readonly #world: HostWorld;
  readonly #output: OutputBatch;
  readonly #pace: CompressedPace;
  #session: Session | undefined;
  #running = false;
  #waiting = false;
  #hidden = false;
  /** Requests are done one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(world: HostWorld) {
    this.#world = world;
    this.#output = new OutputBatch((text) => world.post({ type: 'output', text }), world.now);
    this.#pace = new CompressedPace({
      now: world.now,
      turn: world.turn,
      sleep: world.sleep,
      waitingForInput: () => this.#session?.waitingForInput ?? false,
      flush: () => {
        this.#output.flushSoon();
        this.#look();
      },
      onLongWait: (engineMs) => {
        this.#output.flush();
        world.post({ type: 'passing', engineMs });
      },
      room: () => this.#output.room(),
    });
  }

  /** Takes a message of the page. */
  receive(message: ToWorker): void {
    switch (message.type) {
      case 'request': {
        const { id, request } = message;
        this.#last = this.#last.then(() => this.#answer(id, request));
        return;
      }
      case 'interrupt':
        this.#world.post({ type: 'pong' });
        if (this.#running) this.#interrupt();
        return;
      case 'type':
        if (this.#running) this.#session?.type(message.text);
        this.#pace.wake();
        return;
      case 'resize':
        this.#session?.resize(message.size.columns, message.size.rows);
        return;
      case 'ack':
        this.#output.acknowledge();
    }
  }

  #interrupt(): void {
    this.#session?.interrupt();
    this.#pace.wake();
    this.#output.release();
  }

  async #answer(id: number, request: Request): Promise<void> {
    try {
      this.#world.post({ type: 'answer', id, value: await this.#handle(request) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#world.post({ type: 'failure', id, message });
    }
  }

  async #handle(request: Request): Promise<Answers[keyof Answers]> {
    switch (request.type) {
      case 'open': {
        const { options, log, locale } = request;
        const extras = locale === undefined ? undefined : this.#world.extras?.(locale);
        this.#session =
          log.length > 0 ? await Session.replay(options, log, extras) : await Session.create(options, extras);
        return { prompt: this.#session.prompt };
      }
      case 'run':
        return this.#run(request);
      case 'split':
        return splitCommands(request.source).map(({ text }) => text);
      case 'isComplete':
        return isComplete(request.source);
      case 'complete':
        return this.#opened.complete(request.line, request.cursor);
      case 'writeFile': {
        const session = this.#opened;
        const known = session.log.length;
        session.writeFile(request.path, request.text);
        return { added: session.log.slice(known) };
      }
    }
  }

  get #opened(): Session {
    if (!this.#session) throw new Error('no session is open');
    return this.#session;
  }

  async #run(request: RunRequest): Promise<RunAnswer> {
    const session = this.#opened;
    const known = session.log.length;
    const { command, terminal, input, stopAfter, idle } = request;
    this.#output.restart();
    this.#pace.restart();
    this.#running = true;
    const stopLooking = this.#world.every(LOOK, () => {
      this.#output.flushSoon();
      this.#look();
    });
    try {
      const { exit, elapsed } = await session.run(command, {
        terminal,
        pace: this.#pace,
        onOutput: (stream, bytes) => this.#take(stream, bytes),
        ...(input !== undefined && { input }),
        ...(stopAfter !== undefined && { stopAfter }),
        ...(idle !== undefined && { idle }),
      });
      this.#output.flush();
      const added: readonly LogEntry[] = session.log.slice(known);
      return { exit, elapsed, prompt: session.prompt, added, flooded: this.#output.bytes > FLOOD };
    } finally {
      this.#running = false;
      stopLooking();
      this.#look();
    }
  }

  #take(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    // The session ends a command that goes beyond; what it says about that the page says in its own language.
    if (this.#output.bytes > FLOOD) return;
    this.#output.push(stream, bytes);
  }

  /** Tells the page when a program begins or ceases to wait for the keyboard. */
  #look(): void {
    const waiting = this.#running && (this.#session?.waitingForInput ?? false);
    const hidden = waiting && (this.#session?.hidesInput ?? false);
    if (waiting === this.#waiting && hidden === this.#hidden) return;
    this.#waiting = waiting;
    this.#hidden = hidden;
    this.#output.flush();
    this.#world.post({ type: 'waiting', waiting, hidden });
  }
}
