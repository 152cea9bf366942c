import { EMPTY, utf8 } from './bytes.ts';
import type { Signal } from './signals.ts';
import { OpenFile } from './stream.ts';
import { type Sys, WaitQueue } from './wait.ts';

/**
 * A pseudo terminal with Linux's line discipline (termios(3)): echo, canonical lines, Ctrl-C and Ctrl-\ as signals to the
 * foreground job, Ctrl-D as end of input, `\n` written as `\r\n`. The outside (the reader's terminal, or `docker run -t`,
 * which forwards raw bytes) calls `input` and receives what `onOutput` is given.
 */
export class Tty {
  columns: number;
  rows: number;
  /** Off in raw mode, as `docker run -it` sets the reader's terminal: bytes go through untouched, no signals, no echo. */
  canonical = true;
  echo = true;
  /** Receives the signals of Ctrl-C and Ctrl-\; the shell points it at its foreground job. */
  foreground: ((signal: Signal) => void) | undefined;
  readonly #onOutput: (bytes: Uint8Array) => void;
  readonly #changed = new WaitQueue();
  #line: number[] = [];
  #ready: Uint8Array[] = [];
  #hungUp = false;
  #column = 0;

  constructor(onOutput: (bytes: Uint8Array) => void, size: { columns: number; rows: number }) {
    this.#onOutput = onOutput;
    this.columns = size.columns;
    this.rows = size.rows;
  }

  /** The cursor's column, so that a shell can tell whether the last output ended its line. */
  get column(): number {
    return this.#column;
  }

  /** True while a program waits for a line here; terminals use it to know when to show what is typed. */
  get waiting(): boolean {
    return this.#readers > 0;
  }
  #readers = 0;

  /** Something was typed before anyone asked for it. */
  get typedAhead(): boolean {
    return this.#ready.some((piece) => piece.length > 0);
  }

  /** Bytes typed by the user. */
  input(bytes: Uint8Array): void {
    if (!this.canonical) {
      this.#ready.push(bytes);
      this.#changed.wake();
      return;
    }
    for (const byte of bytes) this.#type(byte);
    this.#changed.wake();
  }

  /** The other side has gone: readers see the end, the foreground job gets SIGHUP. */
  hangUp(): void {
    this.#hungUp = true;
    this.foreground?.('HUP');
    this.#changed.wake();
  }

  #type(byte: number): void {
    switch (byte) {
      case 0x03:
        this.#interrupt('INT', '^C');
        return;
      case 0x1c:
        this.#interrupt('QUIT', '^\\');
        return;
      case 0x04:
        // An end of input stands in its place between the lines: an empty piece.
        this.#flush();
        return;
      case 0x7f:
      case 0x08:
        if (this.#line.length > 0) {
          while (this.#line.length > 0 && ((this.#line.pop() ?? 0) & 0xc0) === 0x80);
          if (this.echo) this.#emit(utf8('\b \b'));
        }
        return;
      case 0x15:
        if (this.echo) this.#emit(utf8('\b \b'.repeat(this.#line.length)));
        this.#line = [];
        return;
      case 0x0d:
      case 0x0a:
        this.#line.push(0x0a);
        if (this.echo) this.#emit(utf8('\r\n'));
        this.#flush();
        return;
      default:
        this.#line.push(byte);
        if (this.echo)
          this.#emit(
            byte < 0x20 && byte !== 0x09 ? utf8(`^${String.fromCharCode(byte + 64)}`) : Uint8Array.of(byte),
          );
    }
  }

  #interrupt(signal: Signal, shown: string): void {
    this.#line = [];
    this.#ready = [];
    if (this.echo) this.#emit(utf8(shown));
    this.foreground?.(signal);
  }

  #flush(): void {
    this.#ready.push(Uint8Array.from(this.#line));
    this.#line = [];
  }

  #emit(bytes: Uint8Array): void {
    // Only what follows the last line end counts.
    const end = bytes.lastIndexOf(0x0a);
    if (end >= 0) this.#column = 0;
    for (const byte of bytes.subarray(end + 1)) {
      if (byte === 0x0d) this.#column = 0;
      else if (byte === 0x08) this.#column = Math.max(0, this.#column - 1);
      else if (byte >= 0x20 && (byte & 0xc0) !== 0x80) this.#column++;
    }
    this.#onOutput(bytes);
  }

  /** Output of a program: `\n` becomes `\r\n` unless the terminal is raw. */
  print(bytes: Uint8Array): void {
    if (!this.canonical) {
      this.#emit(bytes);
      return;
    }
    this.#emit(withReturns(bytes));
  }

  *read(max: number): Sys<Uint8Array> {
    this.#readers++;
    try {
      while (this.#ready.length === 0 && !this.#hungUp) yield { queues: [this.#changed] };
    } finally {
      this.#readers--;
    }
    const first = this.#ready[0];
    if (first === undefined) return EMPTY;
    const out = first.subarray(0, max);
    if (out.length === first.length) this.#ready.shift();
    else this.#ready[0] = first.subarray(max);
    return out;
  }
}

/** Every `\n` as `\r\n`; in one pass, because floods of output come through here. */
function withReturns(bytes: Uint8Array): Uint8Array {
  let lines = 0;
  for (const byte of bytes) if (byte === 0x0a) lines++;
  if (lines === 0) return bytes;
  const out = new Uint8Array(bytes.length + lines);
  let at = 0;
  for (const byte of bytes) {
    if (byte === 0x0a) out[at++] = 0x0d;
    out[at++] = byte;
  }
  return out;
}

/** A file descriptor on a terminal. */
export class TtyFile extends OpenFile {
  readonly #tty: Tty;

  constructor(tty: Tty) {
    super();
    this.#tty = tty;
  }

  override get tty(): Tty {
    return this.#tty;
  }

  protected override *pull(max: number): Sys<Uint8Array> {
    return yield* this.#tty.read(max);
  }

  override *write(bytes: Uint8Array): Sys<void> {
    this.#tty.print(bytes);
  }

  protected override close(): void {}
}
