import type { AttachStream } from '../../engine/api.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import { SIGNALS, type Signal } from '../../kernel/signals.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';
import { CliError } from '../failure.ts';
import { DetachWatch } from './detach.ts';

export interface Wiring {
  readonly stream: AttachStream;
  /** The container has a terminal: the reader's is set raw while attached. */
  readonly tty: boolean;
  readonly interactive: boolean;
  readonly keys: readonly number[];
  /** Signals go to the container: SIGPIPE does not end the client then, the failed write does. */
  readonly proxied?: boolean;
}

/** A reader like `head` needs some milliseconds to end after its last line; until then the pipe takes what comes. */
const [SLOW_END, PIPE_SIZE] = [5, 65_536] as const;

/**
 * How an attachment ended: with the container's streams, by the detach keys, because nobody reads what it writes any more,
 * or by a signal that is not for the container.
 */
export type Ending = 'finished' | 'detached' | 'unread' | 'stopped';

/**
 * The two-way copy between this process and an attached container (the real CLI's hijackedIOStreamer). `start` begins it;
 * `done` waits for the container's streams to end or the detach keys. Call `close` in the end, whatever happened.
 */
export class Attachment {
  readonly #p: Process;
  readonly #wiring: Wiring;
  readonly #changed = new WaitQueue();
  #open = 0;
  #ending: Ending | undefined;
  #raw = false;
  #stdinOpen = false;

  constructor(p: Process, wiring: Wiring) {
    this.#p = p;
    this.#wiring = wiring;
  }

  start(): void {
    const { stream, tty, interactive } = this.#wiring;
    const terminal = this.#p.files.get(0)?.tty;
    if (tty && interactive && terminal !== undefined) {
      terminal.canonical = false;
      terminal.echo = false;
      this.#raw = true;
    }
    if (stream.stdout !== undefined) this.#copyOut(stream.stdout, 1);
    if (stream.stderr !== undefined) this.#copyOut(stream.stderr, 2);
    if (interactive && stream.stdin !== undefined) this.#copyIn(stream.stdin);
  }

  *done(): Sys<Ending> {
    while (this.#open > 0 && this.#ending === undefined) yield { queues: [this.#changed] };
    return this.#ending ?? 'finished';
  }

  /** Ends it before its time. */
  stop(ending: Ending): void {
    this.#ending ??= ending;
    this.#changed.wake();
  }

  close(): void {
    const terminal = this.#p.files.get(0)?.tty;
    if (this.#raw && terminal !== undefined) {
      terminal.canonical = true;
      terminal.echo = true;
      this.#raw = false;
    }
    this.#closeStdin();
    this.#wiring.stream.close();
  }

  #closeStdin(): void {
    if (!this.#stdinOpen) return;
    this.#stdinOpen = false;
    this.#wiring.stream.stdin?.release();
  }

  #copyOut(from: OpenFile, fd: 1 | 2): void {
    const p = this.#p;
    this.#open++;
    const finished = (): void => {
      this.#open--;
      this.#changed.wake();
    };
    const unread = (): void => this.stop('unread');
    const { proxied } = this.#wiring;
    let written = Number.NEGATIVE_INFINITY;
    let lost = 0;
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        for (;;) {
          const bytes = yield* from.read();
          if (bytes.length === 0) break;
          try {
            yield* p.write(fd, bytes);
            written = p.kernel.clock.now;
          } catch (error) {
            if (proxied !== true || !(error instanceof Errno) || error.code !== 'EPIPE') throw error;
            lost += bytes.length;
            if (lost <= PIPE_SIZE && p.kernel.clock.now - written < SLOW_END) continue;
            unread();
            return;
          }
        }
        finished();
      })(),
    );
  }

  #copyIn(to: OpenFile): void {
    const p = this.#p;
    const watch = this.#wiring.tty ? new DetachWatch(this.#wiring.keys) : undefined;
    this.#stdinOpen = true;
    const detach = (): void => this.stop('detached');
    const end = (): void => this.#closeStdin();
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        try {
          for (;;) {
            const bytes = yield* p.read(0);
            if (bytes.length === 0) break;
            const { pass, detached } = watch?.feed(bytes) ?? { pass: bytes, detached: false };
            if (pass.length > 0) yield* to.write(pass);
            if (detached) {
              detach();
              return;
            }
          }
        } catch (error) {
          // The container has closed its input: what is typed from now on goes nowhere.
          if (!(error instanceof Errno)) throw error;
        }
        end();
      })(),
    );
  }
}

/** Signals that are not passed on: those the kernel or the terminal needs itself. */
const KEPT = new Set<Signal>([
  'KILL',
  'STOP',
  'CHLD',
  'PIPE',
  'URG',
  'WINCH',
  'CONT',
  'TSTP',
  'TTIN',
  'TTOU',
]);

/**
 * Passes signals that this process gets on to the container (`--sig-proxy`). The third interrupt ends the CLI itself, as
 * the real one does. Returns how to stop.
 */
export function proxySignals(p: Process, kill: (signal: Signal) => Sys<void>): () => void {
  let terminations = 0;
  // Caught, but not passed on.
  p.onSignal('PIPE', () => {});
  for (const signal of Object.keys(SIGNALS) as Signal[]) {
    if (KEPT.has(signal)) continue;
    p.onSignal(signal, () => {
      if (signal === 'INT' || signal === 'TERM') terminations++;
      const third = terminations >= 3;
      p.kernel.thread(
        p,
        (function* (): Sys<void> {
          if (third) {
            yield* p.error('got 3 SIGTERM/SIGINTs, forcefully exiting\n');
            p.exit(1);
          }
          yield* kill(signal);
        })(),
      );
    });
  }
  return () => {
    p.onSignal('PIPE', undefined);
    for (const signal of Object.keys(SIGNALS) as Signal[])
      if (!KEPT.has(signal)) p.onSignal(signal, undefined);
  };
}

/**
 * Without `--sig-proxy` the client itself is meant: Ctrl-C ends the streams, but it goes on waiting for the container; the
 * third one ends it. Returns how to stop.
 */
export function ownSignals(p: Process, attachment: Attachment): () => void {
  let terminations = 0;
  const signals = ['INT', 'TERM'] as const;
  for (const signal of signals)
    p.onSignal(signal, () => {
      attachment.stop('stopped');
      if (++terminations < 3) return;
      p.kernel.thread(
        p,
        (function* (): Sys<void> {
          yield* p.error('got 3 SIGTERM/SIGINTs, forcefully exiting\n');
          p.exit(1);
        })(),
      );
    });
  return () => {
    for (const signal of signals) p.onSignal(signal, undefined);
  };
}

/** Refuses `-it` when standard input is no terminal. */
export function checkTerminal(p: Process, attachStdin: boolean, tty: boolean): void {
  if (attachStdin && tty && !p.isatty(0))
    throw new CliError('cannot attach stdin to a TTY-enabled container because stdin is not a terminal');
}

/** Keeps the container's terminal as big as the reader's while attached; returns how to stop. */
export function followSize(
  p: Process,
  resize: (size: { columns: number; rows: number }) => void,
): () => void {
  const send = (): void => {
    const tty = p.files.get(1)?.tty ?? p.files.get(0)?.tty;
    if (tty !== undefined) resize({ columns: tty.columns, rows: tty.rows });
  };
  send();
  p.onSignal('WINCH', send);
  return () => p.onSignal('WINCH', undefined);
}
