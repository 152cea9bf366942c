import { mergeRuns, Row, type StyledLine, type StyledRun } from './line.ts';
import { Parser } from './parser.ts';
import { PLAIN, type Style, sgr } from './style.ts';
import { widthOf } from './width.ts';

export type { StyledLine, StyledRun } from './line.ts';

export interface ScreenOptions {
  readonly columns: number;
  readonly rows: number;
  /** Most lines that are kept above the visible rows; the oldest go first. Without it everything is kept. */
  readonly scrollback?: number;
  /** Text of the first line once lines have been dropped: `(n) => `… ${n} earlier lines …``. */
  readonly notice?: (dropped: number) => string;
  /**
   * The output of one command, which on a real terminal starts below the line of its prompt. Progress displays go up and
   * down again before they draw, so there must be a line above; it is not among `lines()`.
   */
  readonly prompted?: boolean;
}

const TAB = 8;
/**
 * The picture that a terminal would show for a stream of text: characters, line ends, cursor moves, erasing and colours
 * (ECMA-48 as xterm understands it). Titles, links and other strings (OSC, DCS, APC) are swallowed, switching to the
 * alternate screen is ignored, and lines that leave the top are kept. Decoding UTF-8 is the caller's business.
 *
 * `new Screen({ columns: 80, rows: 24 })`, `.write('50 %\r100 %\n')`, `.text() ⇒ '100 %\n'`.
 */
export class Screen {
  #columns: number;
  #rows: number;
  readonly #limit: number;
  readonly #notice: ((dropped: number) => string) | undefined;
  #lines: Row[] = [new Row()];
  #dropped = 0;
  /** The line of the prompt, see `prompted`; always the first one as long as it is there. */
  #prompt: Row | undefined;
  /** Index in `#lines` of the first visible row. */
  #top = 0;
  #row = 0;
  #column = 0;
  #style: Style = PLAIN;
  /** The last column was written; the next character goes to the next line. */
  #wrapNext = false;
  #autowrap = true;
  #cursorVisible = true;
  #saved = { row: 0, column: 0, style: PLAIN };
  #changedFrom = 0;
  readonly #parser = new Parser({
    print: (input, at) => this.#print(input, at),
    control: (code) => this.#control(code),
    escape: (kind) => this.#simpleEscape(kind),
    csi: (values, final) => this.#csi(values, final),
    mode: (mode, on) => this.#mode(mode, on),
  });

  constructor(options: ScreenOptions) {
    this.#columns = Math.max(2, options.columns);
    this.#rows = Math.max(1, options.rows);
    this.#limit = options.scrollback ?? Number.POSITIVE_INFINITY;
    this.#notice = options.notice;
    if (options.prompted) {
      this.#prompt = this.#lines[0];
      this.#lines.push(new Row());
      this.#row = Math.min(1, this.#rows - 1);
      this.#top = 1 - this.#row;
    }
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Where the next character goes; `line` counts all lines that are kept, `row` those visible. Both from 0. */
  get cursor(): { line: number; row: number; column: number; visible: boolean } {
    const line = Math.max(0, this.#top + this.#row - this.#hidden);
    return { line, row: this.#row, column: this.#column, visible: this.#cursorVisible };
  }

  /** How many lines were dropped because of `scrollback`. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * The first line (index in `lines()`, not counting the notice) that may have changed since the last call. Who draws
   * incrementally first removes as many lines from the top as `dropped` has grown by.
   */
  takeChanged(): number {
    const from = Math.max(0, this.#changedFrom - this.#hidden);
    this.#changedFrom = this.#lines.length;
    return from;
  }

  /** Another window size. What is written stays as it is; new text wraps at the new width. */
  resize(columns: number, rows: number): void {
    const cursorLine = this.#top + this.#row;
    this.#columns = Math.max(2, columns);
    this.#rows = Math.max(1, rows);
    this.#top = Math.max(0, this.#lines.length - this.#rows);
    this.#row = Math.max(0, cursorLine - this.#top);
    this.#column = Math.min(this.#column, this.#columns - 1);
    this.#wrapNext = false;
  }

  /** Applies the next piece of the stream; a sequence may be spread over several pieces. */
  write(text: string): void {
    this.#parser.write(text);
    this.#dropOldest();
  }

  /** The lines from the oldest kept to the last one written, as on the screen. */
  lines(): StyledLine[] {
    return [...this.#noticeLine(), ...this.linesFrom(0)];
  }

  /** The lines from an index on (counted as in `takeChanged`), for who draws only what has changed. */
  linesFrom(index: number): StyledLine[] {
    return this.#lines.slice(index + this.#hidden).map((row) => ({ runs: row.runs(), wrapped: row.wrapped }));
  }

  /** The lines as they were printed: rows that only the width of the terminal has cut are joined again. */
  joinedLines(): StyledLine[] {
    const joined: StyledLine[] = [...this.#noticeLine()];
    let runs: StyledRun[] = [];
    for (const row of this.#shown) {
      runs.push(...row.runs());
      if (row.wrapped) continue;
      joined.push({ runs: mergeRuns(runs), wrapped: false });
      runs = [];
    }
    if (runs.length > 0) joined.push({ runs: mergeRuns(runs), wrapped: false });
    return joined;
  }

  /** All text that is kept, one `\n` between lines; lines cut by the width are joined. */
  text(): string {
    const notice = this.#noticeLine().map((line) => `${line.runs.map((run) => run.text).join('')}\n`);
    const shown = this.#shown;
    const rows = shown.map((row, index) =>
      index === shown.length - 1 || row.wrapped ? row.text() : `${row.text()}\n`,
    );
    return notice.join('') + rows.join('');
  }

  /** How many lines at the top are not shown: 1 while the line of the prompt is there and nothing was drawn over it. */
  get #hidden(): number {
    return this.#prompt?.length === 0 && this.#lines[0] === this.#prompt ? 1 : 0;
  }

  get #shown(): readonly Row[] {
    return this.#hidden > 0 ? this.#lines.slice(1) : this.#lines;
  }

  #noticeLine(): StyledLine[] {
    if (this.#dropped === 0 || !this.#notice) return [];
    return [{ runs: [{ text: this.#notice(this.#dropped), style: PLAIN }], wrapped: false }];
  }

  #dropOldest(): void {
    const excess = this.#top - this.#limit;
    if (excess <= 0) return;
    const hidden = this.#hidden;
    this.#lines.splice(0, excess);
    this.#top -= excess;
    this.#dropped += excess - hidden;
    this.#changedFrom = Math.max(0, this.#changedFrom - excess);
  }

  #current(): Row {
    return this.#rowAt(this.#top + this.#row);
  }

  #rowAt(index: number): Row {
    while (this.#lines.length <= index) this.#lines.push(new Row());
    const row = this.#lines[index];
    if (!row) throw new Error(`the screen has no line ${index}`);
    if (index < this.#changedFrom) this.#changedFrom = index;
    return row;
  }

  /** Prints from `at` on as far as there are plain characters; gives where it stopped. */
  #print(input: string, at: number): number {
    let end = at;
    while (end < input.length) {
      const code = input.charCodeAt(end);
      if (code < 0x20 || code > 0x7e) break;
      end++;
    }
    if (end === at) return this.#printOne(input, at);
    let from = at;
    while (from < end) {
      if (this.#wrapNext) this.#wrap();
      const row = this.#current();
      const to = Math.min(end, from + this.#columns - this.#column);
      if (row.length === this.#column) row.append(input, from, to, this.#style);
      else {
        for (let i = from; i < to; i++) row.put(this.#column + i - from, input.charAt(i), 1, this.#style);
      }
      this.#advance(to - from);
      from = to;
    }
    return end;
  }

  #printOne(input: string, at: number): number {
    const character = String.fromCodePoint(input.codePointAt(at) ?? 0xfffd);
    const next = at + character.length;
    const width = widthOf(character);
    if (width === 0) {
      this.#current().combine(this.#wrapNext ? this.#columns : this.#column, character);
      return next;
    }
    if (this.#wrapNext || this.#column + width > this.#columns) this.#wrap();
    this.#current().put(this.#column, character, width, this.#style);
    this.#advance(width);
    return next;
  }

  #advance(columns: number): void {
    this.#column += columns;
    if (this.#column < this.#columns) return;
    this.#column = this.#columns - 1;
    this.#wrapNext = this.#autowrap;
  }

  #wrap(): void {
    if (this.#autowrap) {
      this.#current().wrapped = true;
      this.#lineFeed();
      this.#column = 0;
    }
    this.#wrapNext = false;
  }

  #lineFeed(): void {
    if (this.#row < this.#rows - 1) this.#row++;
    else this.#top++;
    this.#current();
    // A flood without line ends between two calls of write must not pile up either.
    if (this.#top - this.#limit > 4096) this.#dropOldest();
  }

  #control(code: number): void {
    switch (code) {
      case 0x08:
        this.#column = Math.max(0, this.#column - 1);
        this.#wrapNext = false;
        return;
      case 0x09:
        this.#column = Math.min(this.#columns - 1, (Math.floor(this.#column / TAB) + 1) * TAB);
        this.#wrapNext = false;
        return;
      case 0x0a:
      case 0x0b:
      case 0x0c:
        // Output that did not pass through a terminal has no `\r`: a line feed always starts a line here.
        this.#current().wrapped = false;
        this.#lineFeed();
        this.#column = 0;
        this.#wrapNext = false;
        return;
      case 0x0d:
        this.#column = 0;
        this.#wrapNext = false;
    }
  }

  #simpleEscape(kind: string): void {
    switch (kind) {
      case '7':
        this.#save();
        return;
      case '8':
        this.#restore();
        return;
      case 'D':
        this.#lineFeed();
        return;
      case 'E':
        this.#lineFeed();
        this.#column = 0;
        return;
      case 'M':
        if (this.#row > 0) this.#row--;
        else this.#insertLines(1);
        return;
      case 'c':
        this.#reset();
    }
  }

  #save(): void {
    this.#saved = { row: this.#row, column: this.#column, style: this.#style };
  }

  #restore(): void {
    this.#moveTo(this.#saved.row, this.#saved.column);
    this.#style = this.#saved.style;
  }

  #reset(): void {
    this.#eraseDisplay(2);
    this.#eraseDisplay(3);
    this.#moveTo(0, 0);
    this.#style = PLAIN;
    this.#autowrap = true;
    this.#cursorVisible = true;
  }

  #csi(values: readonly number[], final: string): void {
    const count = Math.max(1, values[0] ?? 1);
    switch (final) {
      case 'A':
        this.#moveTo(this.#row - count, this.#column);
        break;
      case 'B':
      case 'e':
        this.#moveTo(this.#row + count, this.#column);
        break;
      case 'C':
      case 'a':
        this.#moveTo(this.#row, this.#column + count);
        break;
      case 'D':
        this.#moveTo(this.#row, this.#column - count);
        break;
      case 'E':
        this.#moveTo(this.#row + count, 0);
        break;
      case 'F':
        this.#moveTo(this.#row - count, 0);
        break;
      case 'G':
      case '`':
        this.#moveTo(this.#row, count - 1);
        break;
      case 'd':
        this.#moveTo(count - 1, this.#column);
        break;
      case 'H':
      case 'f':
        this.#moveTo(count - 1, Math.max(1, values[1] ?? 1) - 1);
        break;
      case 'J':
        this.#eraseDisplay(values[0] ?? 0);
        break;
      case 'K':
        this.#eraseLine(values[0] ?? 0);
        break;
      case 'X':
        this.#current().erase(this.#column, this.#column + count);
        break;
      case 'P':
        this.#current().remove(this.#column, count);
        break;
      case '@':
        this.#current().insert(this.#column, count, this.#columns);
        break;
      case 'L':
        this.#insertLines(count);
        break;
      case 'M':
        this.#deleteLines(count);
        break;
      case 's':
        this.#save();
        break;
      case 'u':
        this.#restore();
        break;
      case 'm':
        this.#style = sgr(this.#style, values);
    }
  }

  #mode(mode: string, on: boolean): void {
    if (mode === '7') this.#autowrap = on;
    if (mode === '25') this.#cursorVisible = on;
  }

  #moveTo(row: number, column: number): void {
    this.#row = Math.max(0, Math.min(this.#rows - 1, row));
    this.#column = Math.max(0, Math.min(this.#columns - 1, column));
    this.#wrapNext = false;
  }

  #eraseLine(what: number): void {
    const row = this.#current();
    if (what === 0) row.erase(this.#column, Math.max(row.length, this.#column));
    else if (what === 1) row.erase(0, this.#column + 1);
    else if (what === 2) row.erase(0, row.length);
    if (what !== 1) row.wrapped = false;
  }

  #eraseDisplay(what: number): void {
    const at = this.#top + this.#row;
    if (what === 0 || what === 2) {
      const first = what === 0 ? at + 1 : this.#top;
      this.#rowAt(at);
      this.#lines.length = Math.min(this.#lines.length, first);
      if (what === 0) this.#eraseLine(0);
      this.#changedFrom = Math.min(this.#changedFrom, first);
      if (this.#lines.length === 0) this.#lines.push(new Row());
    } else if (what === 1) {
      for (let index = this.#top; index < at; index++) this.#lines[index] = new Row();
      this.#changedFrom = Math.min(this.#changedFrom, this.#top);
      this.#eraseLine(1);
    } else if (what === 3) {
      this.#lines.splice(0, this.#top);
      this.#top = 0;
      this.#changedFrom = 0;
    }
  }

  #insertLines(count: number): void {
    const at = this.#top + this.#row;
    this.#rowAt(at);
    const room = this.#rows - this.#row;
    this.#lines.splice(at, 0, ...Array.from({ length: Math.min(count, room) }, () => new Row()));
    this.#lines.length = Math.min(this.#lines.length, this.#top + this.#rows);
    this.#column = 0;
  }

  #deleteLines(count: number): void {
    const at = this.#top + this.#row;
    this.#rowAt(at);
    this.#lines.splice(at, count);
    this.#column = 0;
  }
}
