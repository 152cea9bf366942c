/** What a parsed stream does to a screen. */
export interface Actions {
  /** Prints plain characters from a position on; gives where it stopped, which is at least one character further. */
  print(input: string, at: number): number;
  /** A control character: line feed, tab … */
  control(code: number): void;
  /** `ESC kind`. */
  escape(kind: string): void;
  /** `CSI values final`; a value that was left out is 0. */
  csi(values: readonly number[], final: string): void;
  /** `CSI ? mode h` (on) or `l` (off). */
  mode(mode: string, on: boolean): void;
}

/** Parameters are cut here, so that a hostile sequence cannot make a cursor move expensive. */
const LARGEST = 9999;
/** No sequence is longer; one that is longer is broken. */
const LONGEST = 256;

/** `ESC [ parameters intermediates final`, complete or cut off at the end of what has arrived. */
const CSI = /^\x1b\[([0-?]*)([ -/]*)([@-~])?/;
/** Sequences of a character more: character sets, `ESC # 8` and the like. */
const ESCAPE_INTERMEDIATE = /^\x1b[ -/]+([0-~])?/;
/** `38:2::1:2:3` is a spelling of `38;2;1;2;3`: the empty part names a colour space. */
const COLOUR_SPACE = /(2):(?::|\d+:)(?=\d+:\d+:\d+)/g;

/** Takes a stream apart into characters, control characters and sequences (ECMA-48). Strings (OSC, DCS …) are swallowed. */
export class Parser {
  readonly #actions: Actions;
  /** An escape sequence whose end has not arrived. */
  #pending = '';
  /** Inside a string that is swallowed up to its terminator. */
  #inString = false;

  constructor(actions: Actions) {
    this.#actions = actions;
  }

  /** Handles the next piece; a sequence may be spread over several pieces. */
  write(text: string): void {
    const input = this.#pending + text;
    this.#pending = '';
    let at = 0;
    while (at < input.length) {
      if (this.#inString) {
        at = this.#skipString(input, at);
        continue;
      }
      const code = input.charCodeAt(at);
      if (code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code < 0xa0))
        at = this.#actions.print(input, at);
      else if (code === 0x1b) {
        const next = this.#sequence(input, at);
        if (next === undefined) break;
        at = next;
      } else {
        this.#actions.control(code);
        at++;
      }
    }
  }

  /** Handles the sequence at `at`; gives where it ends, or keeps it until the rest arrives. */
  #sequence(input: string, at: number): number | undefined {
    const kind = input[at + 1];
    if (kind === undefined) return this.#wait(input, at);
    if (kind === '[') return this.#controlSequence(input, at);
    if (kind === ']' || kind === 'P' || kind === '_' || kind === '^' || kind === 'X') {
      this.#inString = true;
      return at + 2;
    }
    if (kind >= ' ' && kind <= '/') {
      const [whole = '\x1b', final] = ESCAPE_INTERMEDIATE.exec(input.slice(at, at + LONGEST)) ?? [];
      if (final === undefined && at + whole.length >= input.length) return this.#wait(input, at);
      return at + whole.length;
    }
    this.#actions.escape(kind);
    return at + 2;
  }

  #controlSequence(input: string, at: number): number | undefined {
    const sequence = CSI.exec(input.slice(at, at + LONGEST));
    const [whole = '\x1b[', parameters = '', , final] = sequence ?? [];
    const end = at + whole.length;
    if (final === undefined) {
      // Either it goes on later, or it is broken: then what it has is dropped.
      return end < input.length || whole.length >= LONGEST ? end : this.#wait(input, at);
    }
    if (parameters.startsWith('?') && (final === 'h' || final === 'l')) {
      for (const mode of parameters.slice(1).split(';')) this.#actions.mode(mode, final === 'h');
    } else if (!/^[<=>?]/.test(parameters)) {
      const values = parameters.replace(COLOUR_SPACE, '$1:').split(/[;:]/);
      this.#actions.csi(
        values.map((value) => Math.min(LARGEST, Number(value))),
        final,
      );
    }
    return end;
  }

  #wait(input: string, at: number): undefined {
    this.#pending = input.slice(at);
    return undefined;
  }

  /** A string ends with BEL or `ESC \`. */
  #skipString(input: string, at: number): number {
    for (let i = at; i < input.length; i++) {
      const code = input.charCodeAt(i);
      if (code === 0x07) {
        this.#inString = false;
        return i + 1;
      }
      if (code === 0x1b) {
        if (i + 1 >= input.length) {
          this.#pending = '\x1b';
          return input.length;
        }
        this.#inString = false;
        return input[i + 1] === '\\' ? i + 2 : i;
      }
    }
    return input.length;
  }
}
