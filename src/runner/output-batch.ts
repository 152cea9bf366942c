/** Real milliseconds between two messages with output: a frame of the screen. */
const INTERVAL = 16;
/** Characters after which a message goes out whatever the time. */
const LARGEST = 256 * 1024;
/** Messages that the page may be behind with. */
const AHEAD = 4;

/**
 * Gathers a command's output into few messages, and counts it. What programs write in small pieces reaches the page once
 * a frame; a page that is slow to draw holds the simulator back instead of drowning.
 */
export class OutputBatch {
  readonly #post: (text: string) => void;
  readonly #now: () => number;
  #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  #text = '';
  #bytes = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #unacknowledged = 0;
  #room: (() => void) | undefined;

  constructor(post: (text: string) => void, now: () => number) {
    this.#post = post;
    this.#now = now;
  }

  /** Bytes since `restart`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** A new command begins. */
  restart(): void {
    this.#decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    this.#text = '';
    this.#bytes = 0;
    this.#sentAt = Number.NEGATIVE_INFINITY;
  }

  /** Takes output of a program. */
  push(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#text += this.#decoders[stream].decode(bytes, { stream: true });
    if (this.#text.length >= LARGEST) this.flush();
  }

  /** Sends what there is, unless the last message is too recent. */
  flushSoon(): void {
    if (this.#now() - this.#sentAt >= INTERVAL) this.flush();
  }

  /** Sends what there is. */
  flush(): void {
    if (this.#text === '') return;
    this.#sentAt = this.#now();
    this.#unacknowledged++;
    this.#post(this.#text);
    this.#text = '';
  }

  /** The page has drawn a message. */
  acknowledge(): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - 1);
    if (this.#unacknowledged < AHEAD) this.release();
  }

  /** Nobody waits any longer for the page to catch up: it wants the command to end. */
  release(): void {
    this.#room?.();
    this.#room = undefined;
  }

  /** A promise to wait for when the page is behind. */
  room(): Promise<void> | undefined {
    if (this.#unacknowledged < AHEAD) return undefined;
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }
}
