import { concat, EMPTY } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { OpenFile } from '../../kernel/stream.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';
import type { LogLine } from '../api.ts';

/** Bytes a slow client may be behind before the container has to wait. */
const CAPACITY = 1_000_000;

/** A stream of bytes from the engine to a client: pushed without waiting, read as a file. */
export class Channel extends OpenFile {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #abandoned = false;
  readonly changed = new WaitQueue();

  /** Has the client gone? */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  get full(): boolean {
    return this.#size >= CAPACITY && !this.#abandoned && !this.#ended;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#abandoned || this.#ended) return;
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    this.changed.wake();
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    this.changed.wake();
  }

  protected override *pull(max: number): Sys<Uint8Array> {
    while (this.#size === 0 && !this.#ended) yield { queues: [this.changed] };
    const first = this.#chunks[0];
    if (first === undefined) return EMPTY;
    const out = first.subarray(0, max);
    if (out.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(max);
    this.#size -= out.length;
    this.changed.wake();
    return out;
  }

  override *write(): Sys<void> {
    throw new Errno('EBADF');
  }

  protected override close(): void {
    this.#abandoned = true;
    this.#chunks = [];
    this.#size = 0;
    this.changed.wake();
  }
}

export type StreamName = 'stdout' | 'stderr';

/** Where a process' output goes: to every attached client, and to `also` (the log). */
export class Broadcast {
  readonly #channels: Record<StreamName, Set<Channel>> = { stdout: new Set(), stderr: new Set() };
  readonly #also: ((stream: StreamName, bytes: Uint8Array) => void) | undefined;

  constructor(also?: (stream: StreamName, bytes: Uint8Array) => void) {
    this.#also = also;
  }

  /** A new client of a stream. */
  join(stream: StreamName): Channel {
    const channel = new Channel();
    this.#channels[stream].add(channel);
    return channel;
  }

  /** Passes bytes on without waiting (a terminal's output). */
  push(stream: StreamName, bytes: Uint8Array): void {
    this.#also?.(stream, bytes);
    for (const channel of this.#channels[stream]) {
      if (channel.abandoned) this.#channels[stream].delete(channel);
      else channel.push(bytes);
    }
  }

  /** Passes bytes on; waits for clients that are far behind. */
  *send(stream: StreamName, bytes: Uint8Array): Sys<void> {
    this.push(stream, bytes);
    for (const channel of this.#channels[stream]) while (channel.full) yield { queues: [channel.changed] };
  }

  /** The process has ended. */
  end(): void {
    for (const channels of Object.values(this.#channels)) {
      for (const channel of channels) channel.end();
      channels.clear();
    }
  }
}

/** Standard output or error of a container's or exec's process. */
export class OutputFile extends OpenFile {
  readonly #broadcast: Broadcast;
  readonly #stream: StreamName;

  constructor(broadcast: Broadcast, stream: StreamName) {
    super();
    this.#broadcast = broadcast;
    this.#stream = stream;
  }

  protected override *pull(): Sys<Uint8Array> {
    throw new Errno('EBADF');
  }

  override *write(bytes: Uint8Array): Sys<void> {
    yield* this.#broadcast.send(this.#stream, bytes.slice());
  }

  protected override close(): void {}
}

/** Longest line the json-file driver keeps in one piece. */
const PIECE = 16384;

/** A container's log: lines of both streams with their times. */
export class ContainerLog {
  readonly #kernel: Kernel;
  readonly #partial: Record<StreamName, Uint8Array[]> = { stdout: [], stderr: [] };
  #lines: LogLine[] = [];
  #bytes = 0;
  /** Lines dropped by rotation. */
  #dropped = 0;
  readonly #limit: number;
  readonly changed = new WaitQueue();
  /** No more will come until the next start. */
  ended = true;

  /** `limit`: bytes kept (max-size × max-file); 0 is all. */
  constructor(kernel: Kernel, limit: number) {
    this.#kernel = kernel;
    this.#limit = limit;
  }

  /** Bytes of what is logged. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of the first line that is still there, and of the next to come. */
  get first(): number {
    return this.#dropped;
  }
  get next(): number {
    return this.#dropped + this.#lines.length;
  }

  line(number: number): LogLine | undefined {
    return this.#lines[number - this.#dropped];
  }

  write(stream: StreamName, bytes: Uint8Array): void {
    let rest = bytes;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      this.#keep(stream, rest.subarray(0, end + 1));
      rest = rest.subarray(end + 1);
    }
    if (rest.length === 0) return;
    this.#partial[stream].push(rest);
    if (this.#partial[stream].reduce((sum, part) => sum + part.length, 0) >= PIECE) this.#keep(stream, EMPTY);
  }

  /** The process has ended: what it wrote without a newline is a line too. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const)
      if (this.#partial[stream].length > 0) this.#keep(stream, EMPTY);
    this.ended = true;
    this.changed.wake();
  }

  #keep(stream: StreamName, tail: Uint8Array): void {
    const bytes = concat([...this.#partial[stream], tail]);
    this.#partial[stream] = [];
    this.#lines.push({ stream, time: this.#kernel.clock.now, bytes });
    this.#bytes += bytes.length;
    while (this.#limit > 0 && this.#bytes > this.#limit && this.#lines.length > 1) {
      this.#bytes -= this.#lines.shift()?.bytes.length ?? 0;
      this.#dropped++;
    }
    this.changed.wake();
  }
}
