/**
 * How a simulated process waits. A process is a generator ("thread"): it runs until it has to wait, then yields a
 * `Block` that says what may wake it. So a process can be stopped between any two steps (Ctrl-C, `docker kill`), the
 * order of events is the same on every run, and no promise or timer is involved.
 */
export interface Block {
  /** Any of these waking resumes the thread; it must then look again whether what it waited for is there. */
  readonly queues: readonly WaitQueue[];
  /** Engine time in milliseconds at which the thread is resumed anyway. */
  readonly until?: number;
}

/** A computation inside a process: `const line = yield* p.readLine(0)`. */
export type Sys<T> = Generator<Block, T, void>;

/** Something that can be resumed; implemented by the scheduler. */
export interface Sleeper {
  resume(): void;
}

/** Threads waiting for one condition. Wake-ups may be spurious, so callers loop until their condition holds. */
export class WaitQueue {
  readonly #sleepers = new Set<Sleeper>();

  add(sleeper: Sleeper): void {
    this.#sleepers.add(sleeper);
  }

  remove(sleeper: Sleeper): void {
    this.#sleepers.delete(sleeper);
  }

  /** Resumes everyone who waits here, in the order of arrival. */
  wake(): void {
    for (const sleeper of [...this.#sleepers]) sleeper.resume();
  }
}

/** Gives the others a turn. */
export const TURN: Block = { queues: [], until: 0 };

/** Waits until `ready()` holds; the queues are those whose waking may change it. */
export function* until(ready: () => boolean, ...queues: WaitQueue[]): Sys<void> {
  while (!ready()) yield { queues };
}
