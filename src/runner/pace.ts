import type { Pace } from '../shell/session.ts';

/** Part of the engine's waiting that the reader waits too, and the longest time for one wait. */
const SPEED = { fraction: 0.05, longest: 80 };
/** The same once a command has gone on for a while: an endless stream should be readable. */
const STEADY = { fraction: 0.25, longest: 250 };
/** Real milliseconds after which a command counts as going on for a while. */
const STEADY_AFTER = 2000;
/** Real milliseconds of sleep that are saved up before the worker sleeps: timers are not finer than this. */
const SMALLEST = 8;
/** Engine milliseconds from which the reader is told that time is being skipped. */
export const LONG_WAIT = 2000;

export interface PaceHooks {
  now(): number;
  /** Lets messages in. */
  turn(): Promise<void>;
  /** Waits for so many real milliseconds. */
  sleep(ms: number, wake: Promise<void>): Promise<void>;
  /** A program waits for what the reader types: then time is as long as outside. */
  waitingForInput(): boolean;
  /** Output that has gathered should go out now. */
  flush(): void;
  /** A wait that the reader is told about. */
  onLongWait(engineMs: number): void;
  /** The page is behind with drawing; resolves when it has caught up. */
  room(): Promise<void> | undefined;
}

/**
 * Waits of the engine, compressed: `sleep 60` takes 80 ms, a ticking log flows. While a program waits for the keyboard
 * nothing is compressed, or the containers would live through minutes while the reader thinks.
 */
export class CompressedPace implements Pace {
  readonly #hooks: PaceHooks;
  #started: number;
  #debt = 0;
  #wake: (() => void) | undefined;

  constructor(hooks: PaceHooks) {
    this.#hooks = hooks;
    this.#started = hooks.now();
  }

  /** A new command begins. */
  restart(): void {
    this.#started = this.#hooks.now();
    this.#debt = 0;
  }

  /** Ends the present wait: a key was pressed. */
  wake(): void {
    this.#wake?.();
  }

  async breathe(): Promise<void> {
    this.#hooks.flush();
    await this.#hooks.turn();
    const room = this.#hooks.room();
    if (room) await room;
  }

  async wait(engineMs: number): Promise<void> {
    this.#hooks.flush();
    const waiting = this.#hooks.waitingForInput();
    const { fraction, longest } = this.#hooks.now() - this.#started > STEADY_AFTER ? STEADY : SPEED;
    const real = waiting ? engineMs : Math.min(engineMs * fraction, longest);
    if (!waiting && engineMs >= LONG_WAIT) this.#hooks.onLongWait(engineMs);
    this.#debt += real;
    if (this.#debt < SMALLEST) return this.#hooks.turn();
    const sleep = this.#debt;
    this.#debt = 0;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await this.#hooks.sleep(sleep, woken);
    this.#wake = undefined;
  }
}
