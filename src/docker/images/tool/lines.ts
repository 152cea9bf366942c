import { concat, text } from '../../kernel/bytes.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';

/** Reads a file line by line without asking for more than has come: a line is there as soon as its newline is. */
export class LineReader {
  readonly #file: OpenFile;
  readonly #separator: number;
  #buffer: Uint8Array = new Uint8Array(0);
  #ended = false;
  /** True if the last line given had no newline. */
  unterminated = false;

  constructor(file: OpenFile, separator = 0x0a) {
    this.#file = file;
    this.#separator = separator;
  }

  /** The next line without its newline as bytes, or undefined at the end. */
  *bytes(): Sys<Uint8Array | undefined> {
    let searched = 0;
    const pieces: Uint8Array[] = [];
    for (;;) {
      const end = this.#buffer.indexOf(this.#separator, searched);
      if (end >= 0) {
        pieces.push(this.#buffer.subarray(0, end));
        this.#buffer = this.#buffer.subarray(end + 1);
        return concat(pieces);
      }
      if (this.#buffer.length > 0) pieces.push(this.#buffer);
      this.#buffer = new Uint8Array(0);
      searched = 0;
      if (!this.#ended) {
        this.#buffer = yield* this.#file.read();
        yield TURN;
        if (this.#buffer.length > 0) continue;
        this.#ended = true;
      }
      if (pieces.length === 0) return undefined;
      this.unterminated = true;
      return concat(pieces);
    }
  }

  /** The next line as text. */
  *next(): Sys<string | undefined> {
    const bytes = yield* this.bytes();
    return bytes === undefined ? undefined : text(bytes);
  }
}

/** All lines of a text; a newline at the end makes no empty last line. */
export function splitLines(whole: string): string[] {
  if (whole === '') return [];
  const lines = whole.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
