import { Errno } from '../../kernel/errno.ts';
import { OpenFile, pipe } from '../../kernel/stream.ts';
import { Tty } from '../../kernel/tty.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { AttachOptions, AttachStream } from '../api.ts';
import type { Broadcast } from './output.ts';

/** Writes into a container's input; the last client's release may end the input. */
class InputFile extends OpenFile {
  readonly #put: (bytes: Uint8Array) => Sys<void>;
  readonly #onClose: () => void;

  constructor(put: (bytes: Uint8Array) => Sys<void>, onClose: () => void) {
    super();
    this.#put = put;
    this.#onClose = onClose;
  }

  protected override *pull(): Sys<Uint8Array> {
    throw new Errno('EBADF');
  }

  override *write(bytes: Uint8Array): Sys<void> {
    yield* this.#put(bytes);
  }

  protected override close(): void {
    this.#onClose();
  }
}

/**
 * The input side, and with a tty the terminal, of one run of a container or exec. Made when first needed, so that a client
 * can attach before the start.
 */
export class Console {
  readonly tty: Tty | undefined;
  readonly #pipe: { reader: OpenFile; writer: OpenFile } | undefined;
  readonly #broadcast: Broadcast;
  readonly #once: boolean;
  #open = true;

  constructor(
    options: { tty: boolean; stdin: boolean; once: boolean; size: readonly [number, number] },
    broadcast: Broadcast,
  ) {
    this.#broadcast = broadcast;
    this.#once = options.once;
    const [rows, columns] = options.size;
    this.tty = options.tty
      ? new Tty((bytes) => broadcast.push('stdout', bytes.slice()), {
          columns: columns || 80,
          rows: rows || 24,
        })
      : undefined;
    this.#pipe = options.stdin && !options.tty ? pipe() : undefined;
    this.#typed = options.stdin;
  }
  readonly #typed: boolean;

  /** What the process reads as descriptor 0; undefined is /dev/null. */
  get input(): OpenFile | undefined {
    return this.#pipe?.reader;
  }

  /** A client's streams. */
  attach(options: AttachOptions): AttachStream {
    const stdout = options.stdout === true ? this.#broadcast.join('stdout') : undefined;
    const stderr =
      options.stderr === true && this.tty === undefined ? this.#broadcast.join('stderr') : undefined;
    const stdin = options.stdin === true && this.#typed ? this.#inputFile() : undefined;
    return {
      stdin,
      stdout,
      stderr,
      close: () => {
        for (const file of [stdin, stdout, stderr]) file?.release();
      },
    };
  }

  #inputFile(): OpenFile {
    const { tty } = this;
    const writer = this.#pipe?.writer;
    return new InputFile(
      function* (bytes) {
        if (tty !== undefined) tty.input(bytes);
        else if (writer !== undefined) yield* writer.write(bytes);
      },
      () => {
        if (this.#once) this.endInput();
      },
    );
  }

  /** End of input for the process. */
  endInput(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#pipe?.writer.release();
  }

  /** The process has ended. */
  close(): void {
    this.endInput();
    this.#pipe?.reader.release();
    this.#broadcast.end();
  }
}
