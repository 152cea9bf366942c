import type { Kernel } from '../docker/kernel/kernel.ts';

/** What lets the outside take part while the simulation runs. */
export interface Pace {
  /** Lets the outside run: messages come in, output is drawn. */
  breathe(): Promise<void>;
  /** Engine time is about to jump by so much. */
  wait(engineMs: number): Promise<void>;
}

/** Something that happens at an engine time: typed text, Ctrl-C, the end of a timeout. */
export interface DriverEvent {
  readonly time: number;
  act(): void;
}

/** Kernel steps between two breaths; some milliseconds of work. */
const BREATH = 400;
/** Kernel steps without a Pace after which nobody would wait any longer. */
const BUDGET = 4_000_000;

/** Why the driver came back. */
export type DriveEnd = 'done' | 'stuck' | 'budget';

/** Runs the kernel, lets time jump to when something is due, and delivers what comes from outside. */
export class Driver {
  readonly #kernel: Kernel;
  #events: DriverEvent[] = [];
  #outside: (() => void)[] = [];
  #wake: (() => void) | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Something that happens at an engine time. */
  schedule(event: DriverEvent): void {
    this.#events.push(event);
    this.#events.sort((a, b) => a.time - b.time);
  }

  /** Forgets what is scheduled. */
  clear(): void {
    this.#events = [];
    this.#outside = [];
  }

  /** Something that happens now, from outside (between two steps of the kernel). */
  post(act: () => void): void {
    this.#outside.push(act);
    this.#wake?.();
  }

  /** Runs until `done()`, until nothing can ever happen (`stuck`), or until too much work was done without a Pace. */
  async drive(done: () => boolean, pace: Pace | undefined): Promise<DriveEnd> {
    const kernel = this.#kernel;
    let steps = 0;
    for (;;) {
      this.#deliver();
      if (done()) return 'done';
      const due = this.#events[0]?.time ?? Number.POSITIVE_INFINITY;
      const state = kernel.run(BREATH, () => done() || kernel.clock.now >= due);
      if (state === 'loading') {
        await kernel.loading;
        continue;
      }
      if (state === 'stopped') continue;
      if (state === 'busy') {
        steps += BREATH;
        if (pace !== undefined) await pace.breathe();
        else if (steps > BUDGET) return 'budget';
        continue;
      }
      const next = Math.min(kernel.nextTimer ?? Number.POSITIVE_INFINITY, due);
      if (next === Number.POSITIVE_INFINITY) {
        if (pace === undefined) return 'stuck';
        await this.#sleep();
        continue;
      }
      if (pace !== undefined && next > kernel.clock.now) {
        await pace.wait(next - kernel.clock.now);
        if (this.#outside.length > 0) continue;
      }
      kernel.clock.advanceTo(next);
    }
  }

  /** Lets so much engine time pass, for what runs in the background. */
  async pass(engineMs: number): Promise<void> {
    const until = this.#kernel.clock.now + engineMs;
    let reached = false;
    this.schedule({ time: until, act: () => (reached = true) });
    await this.drive(() => reached, undefined);
  }

  #deliver(): void {
    for (const act of this.#outside.splice(0)) act();
    while (this.#events[0] !== undefined && this.#events[0].time <= this.#kernel.clock.now)
      this.#events.shift()?.act();
  }

  /** Waits for something from outside: everything in here waits for the keyboard. */
  #sleep(): Promise<void> {
    if (this.#outside.length > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
