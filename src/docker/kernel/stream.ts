import { EMPTY } from './bytes.ts';
import { Errno } from './errno.ts';
import type { Tty } from './tty.ts';
import { type Sys, WaitQueue } from './wait.ts';

/**
 * An open file description: what a file descriptor points at. Shared by `dup` and by child processes, so it counts its
 * references; the last `release` closes it (for a pipe that is what lets the other end see the end).
 */
export abstract class OpenFile {
  #references = 1;
  #pushedBack: Uint8Array = EMPTY;

  /** The terminal behind this file, if it is one: `isatty`. */
  get tty(): Tty | undefined {
    return undefined;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) this.close();
  }

  /** Up to `max` bytes; an empty array is the end. Waits while there is nothing yet. */
  *read(max = 65536): Sys<Uint8Array> {
    if (this.#pushedBack.length > 0) {
      const out = this.#pushedBack.subarray(0, max);
      this.#pushedBack = this.#pushedBack.subarray(out.length);
      return out;
    }
    return yield* this.pull(max);
  }

  /** Puts bytes back that were read too far, so that `read` in one process leaves the rest to the next. */
  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const joined = new Uint8Array(bytes.length + this.#pushedBack.length);
    joined.set(bytes);
    joined.set(this.#pushedBack, bytes.length);
    this.#pushedBack = joined;
  }

  /** Writes all bytes, waiting for room. Errno EPIPE when nobody will read them. */
  abstract write(bytes: Uint8Array): Sys<void>;

  protected abstract pull(max: number): Sys<Uint8Array>;
  protected abstract close(): void;
}

/** Bytes a pipe holds before its writer has to wait; Linux's default. */
const PIPE_CAPACITY = 65536;

/** The shared middle of a pipe. */
class PipeBuffer {
  chunks: Uint8Array[] = [];
  size = 0;
  readerOpen = true;
  writerOpen = true;
  readonly changed = new WaitQueue();
}

class PipeReader extends OpenFile {
  readonly #pipe: PipeBuffer;

  constructor(pipe: PipeBuffer) {
    super();
    this.#pipe = pipe;
  }

  protected override *pull(max: number): Sys<Uint8Array> {
    const pipe = this.#pipe;
    while (pipe.size === 0 && pipe.writerOpen) yield { queues: [pipe.changed] };
    const first = pipe.chunks[0];
    if (first === undefined) return EMPTY;
    const out = first.subarray(0, max);
    if (out.length === first.length) pipe.chunks.shift();
    else pipe.chunks[0] = first.subarray(max);
    pipe.size -= out.length;
    pipe.changed.wake();
    return out;
  }

  override *write(): Sys<void> {
    throw new Errno('EBADF');
  }

  protected override close(): void {
    this.#pipe.readerOpen = false;
    this.#pipe.changed.wake();
  }
}

class PipeWriter extends OpenFile {
  readonly #pipe: PipeBuffer;

  constructor(pipe: PipeBuffer) {
    super();
    this.#pipe = pipe;
  }

  protected override *pull(): Sys<Uint8Array> {
    throw new Errno('EBADF');
  }

  override *write(bytes: Uint8Array): Sys<void> {
    const pipe = this.#pipe;
    let rest = bytes;
    while (rest.length > 0) {
      if (!pipe.readerOpen) throw new Errno('EPIPE');
      const room = PIPE_CAPACITY - pipe.size;
      if (room <= 0) {
        yield { queues: [pipe.changed] };
        continue;
      }
      const part = rest.slice(0, room);
      pipe.chunks.push(part);
      pipe.size += part.length;
      rest = rest.subarray(part.length);
      pipe.changed.wake();
    }
    if (!pipe.readerOpen) throw new Errno('EPIPE');
  }

  protected override close(): void {
    this.#pipe.writerOpen = false;
    this.#pipe.changed.wake();
  }
}

/** A new pipe: what is written to `writer` is read from `reader`. */
export function pipe(): { reader: OpenFile; writer: OpenFile } {
  const buffer = new PipeBuffer();
  return { reader: new PipeReader(buffer), writer: new PipeWriter(buffer) };
}

/** /dev/null: always at its end, swallows everything. */
export class NullFile extends OpenFile {
  protected override *pull(): Sys<Uint8Array> {
    return EMPTY;
  }
  override *write(): Sys<void> {}
  protected override close(): void {}
}

/** Calls `take` with what is written to it; the way out of the simulated machine. */
export class SinkFile extends OpenFile {
  readonly #take: (bytes: Uint8Array) => void;

  constructor(take: (bytes: Uint8Array) => void) {
    super();
    this.#take = take;
  }

  protected override *pull(): Sys<Uint8Array> {
    throw new Errno('EBADF');
  }
  override *write(bytes: Uint8Array): Sys<void> {
    this.#take(bytes);
  }
  protected override close(): void {}
}

/** A file that gives these bytes once; here-documents and fixed standard input. */
export class BytesFile extends OpenFile {
  #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.#rest = bytes;
  }

  protected override *pull(max: number): Sys<Uint8Array> {
    const out = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(out.length);
    return out;
  }
  override *write(): Sys<void> {
    throw new Errno('EBADF');
  }
  protected override close(): void {}
}
