import { concat, EMPTY, text, utf8 } from '../../kernel/bytes.ts';
import { rfc3339Nano } from '../../kernel/clock.ts';
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

/** What takes note of all output, at its own speed. */
interface Recorder {
  write(stream: StreamName, bytes: Uint8Array): void;
  /** When it has done with what it was given; undefined: it keeps up. */
  busyUntil(): number | undefined;
}

/** Where a process' output goes: to every attached client, and to `also` (the log). */
export class Broadcast {
  readonly #channels: Record<StreamName, Set<Channel>> = { stdout: new Set(), stderr: new Set() };
  readonly #also: Recorder | undefined;

  constructor(also?: Recorder) {
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
    this.#also?.write(stream, bytes);
    for (const channel of this.#channels[stream]) {
      if (channel.abandoned) this.#channels[stream].delete(channel);
      else channel.push(bytes);
    }
  }

  /** Passes bytes on; waits for clients that are far behind. */
  *send(stream: StreamName, bytes: Uint8Array): Sys<void> {
    this.push(stream, bytes);
    const until = this.#also?.busyUntil();
    if (until !== undefined) yield { queues: [], until };
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

/**
 * Lines and bytes of a log that are kept at most: a container that writes without end would fill the disk of a real machine,
 * here the reader's memory. The oldest quarter goes then.
 */
const [MOST_LINES, MOST_BYTES] = [300_000, 64_000_000] as const;

/** Longest line the json-file driver keeps in one piece. */
const PIECE = 16384;

/** How a log is kept: files of `size` bytes (0: one without end), at most `files` of them. */
export interface Rotation {
  readonly size: number;
  readonly files: number;
  /** The driver writes JSON. */
  readonly json: boolean;
}

/** A container's log: lines of both streams with their times. */
export class ContainerLog {
  readonly #kernel: Kernel;
  readonly #partial: Record<StreamName, Uint8Array[]> = { stdout: [], stderr: [] };
  #lines: LogLine[] = [];
  /** Lines dropped by rotation. */
  #dropped = 0;
  /** The files they are in: the number of the first line of each, and its bytes. */
  #files: { readonly first: number; bytes: number }[] = [{ first: 0, bytes: 0 }];
  readonly #rotation: Rotation;
  readonly changed = new WaitQueue();
  /** No more will come until the next start. */
  ended = true;

  constructor(kernel: Kernel, rotation: Rotation) {
    this.#kernel = kernel;
    this.#rotation = rotation;
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
    const { json, size, files } = this.#rotation;
    const whole = concat([...this.#partial[stream], tail]);
    // JSON has no other bytes than characters.
    const bytes = json ? valid(whole) : whole;
    this.#partial[stream] = [];
    // A file that is full is followed by the next when something is to be written (loggerutils/logfile.go).
    if (size > 0 && (this.#files.at(-1)?.bytes ?? 0) >= size) {
      this.#files.push({ first: this.next, bytes: 0 });
      this.#files = this.#files.slice(-files);
      this.#drop((this.#files[0]?.first ?? 0) - this.#dropped);
    }
    const line = { stream, time: this.#kernel.clock.now, bytes };
    this.#lines.push(line);
    this.#bytes += bytes.length;
    this.#fresh.lines++;
    this.#fresh.bytes += bytes.length;
    if (this.#lines.length > MOST_LINES || this.#bytes > MOST_BYTES) this.#drop(this.#lines.length >> 2);
    const file = this.#files.at(-1);
    if (file !== undefined) file.bytes += json ? jsonLine(line).length : bytes.length + 32;
    this.changed.wake();
  }

  /** Half a million lines or 32 MB in a second: a flood has to wait for its log. */
  busyUntil(): number | undefined {
    if (this.#fresh.lines < 1000 && this.#fresh.bytes < 64_000) return undefined;
    const wait = Math.max(this.#fresh.lines / 500, this.#fresh.bytes / 32_000);
    this.#fresh = { lines: 0, bytes: 0 };
    return this.#kernel.clock.now + wait;
  }
  #fresh = { lines: 0, bytes: 0 };

  #drop(lines: number): void {
    for (const { bytes } of this.#lines.splice(0, lines)) this.#bytes -= bytes.length;
    this.#dropped += lines;
  }
  #bytes = 0;

  /** The files as the json-file driver writes them, the newest first. */
  get jsonFiles(): Uint8Array[] {
    return this.#files
      .map(({ first: begun }, i) => {
        const first = Math.max(begun, this.#dropped);
        const end = this.#files[i + 1]?.first ?? this.next;
        return concat(this.#lines.slice(first - this.#dropped, end - this.#dropped).map(jsonLine));
      })
      .reverse();
  }
}

/** Bytes that are no UTF-8 become U+FFFD, as in Go's JSON. */
function valid(bytes: Uint8Array): Uint8Array {
  return bytes.some((byte) => byte > 0x7f) ? utf8(text(bytes)) : bytes;
}

/** `{"log":"hello\\n","stream":"stdout","time":"…"}` */
function jsonLine({ bytes, stream, time }: LogLine): Uint8Array {
  return utf8(`${JSON.stringify({ log: text(bytes), stream, time: rfc3339Nano(time) })}\n`);
}
