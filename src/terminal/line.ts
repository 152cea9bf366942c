import { PLAIN, type Style } from './style.ts';

/** A cell that nothing was written to; shown as a space, dropped at the end of a line. */
const BLANK = '\0';
/** The second column of a wide character. */
const CONTINUED = '';

/** A run of characters with one look. */
export interface StyledRun {
  readonly text: string;
  readonly style: Style;
}

/** One line of a terminal, ready to be drawn. */
export interface StyledLine {
  readonly runs: readonly StyledRun[];
  /** The text went on in the next line only because the terminal is not wider. */
  readonly wrapped: boolean;
}

/** One row of cells. A cell holds a character (with its combining marks) and a style. */
export class Row {
  readonly #cells: string[] = [];
  readonly #styles: Style[] = [];
  wrapped = false;

  /** Puts a character that takes `width` columns at a column; overwrites what was there. */
  put(column: number, character: string, width: 1 | 2, style: Style): void {
    this.#reach(column);
    this.#split(column);
    this.#split(column + width);
    this.#cells[column] = character;
    this.#styles[column] = style;
    if (width === 2) {
      this.#cells[column + 1] = CONTINUED;
      this.#styles[column + 1] = style;
    }
  }

  /** Fast way for what is nearly always written: one-column characters, from the end of the row on. */
  append(text: string, from: number, to: number, style: Style): void {
    for (let at = from; at < to; at++) {
      this.#cells.push(text.charAt(at));
      this.#styles.push(style);
    }
  }

  get length(): number {
    return this.#cells.length;
  }

  /** Adds a combining mark to the character before a column. */
  combine(column: number, mark: string): void {
    const at = this.#cells[column - 1] === CONTINUED ? column - 2 : column - 1;
    const cell = this.#cells[at];
    if (cell !== undefined && cell !== BLANK) this.#cells[at] = cell + mark;
  }

  /** Empties the cells of `[from, to)`. */
  erase(from: number, to: number): void {
    this.#split(from);
    this.#split(to);
    if (to >= this.#cells.length) {
      this.#cells.length = Math.min(this.#cells.length, from);
      this.#styles.length = this.#cells.length;
      return;
    }
    this.#cells.fill(BLANK, from, to);
    this.#styles.fill(PLAIN, from, to);
  }

  /** Shifts the rest of the row right by `count` blank cells; what leaves the screen is lost. */
  insert(column: number, count: number, columns: number): void {
    this.#reach(column);
    const blanks = Math.min(count, columns - column);
    this.#cells.splice(column, 0, ...Array<string>(blanks).fill(BLANK));
    this.#styles.splice(column, 0, ...Array<Style>(blanks).fill(PLAIN));
    this.erase(columns, this.#cells.length);
  }

  /** Takes `count` cells out; the rest of the row moves left. */
  remove(column: number, count: number): void {
    this.#cells.splice(column, count);
    this.#styles.splice(column, count);
  }

  /** The row as runs of one look. */
  runs(): StyledRun[] {
    const runs: StyledRun[] = [];
    let end = this.#cells.length;
    while (end > 0 && this.#cells[end - 1] === BLANK) end--;
    let from = 0;
    for (let at = 1; at <= end; at++) {
      const style = this.#styles[from] ?? PLAIN;
      if (at < end && this.#styles[at] === style) continue;
      runs.push({ text: this.#cells.slice(from, at).join('').replaceAll(BLANK, ' '), style });
      from = at;
    }
    return runs;
  }

  /** The row without its looks. */
  text(): string {
    return this.#cells.join('').replace(/\0+$/, '').replaceAll(BLANK, ' ');
  }

  #reach(column: number): void {
    while (this.#cells.length < column) {
      this.#cells.push(BLANK);
      this.#styles.push(PLAIN);
    }
  }

  /** A wide character that is cut in two at this column becomes blank. */
  #split(column: number): void {
    if (this.#cells[column] !== CONTINUED) return;
    this.#cells[column - 1] = BLANK;
    this.#cells[column] = BLANK;
  }
}

/** Joins neighbouring runs of one look. */
export function mergeRuns(runs: readonly StyledRun[]): StyledRun[] {
  const merged: StyledRun[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    if (last && last.style === run.style)
      merged[merged.length - 1] = { text: last.text + run.text, style: run.style };
    else merged.push(run);
  }
  return merged;
}
