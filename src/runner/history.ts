const KEY = 'muelle:history';
const LONGEST = 500;

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** What was typed in terminals, oldest first; kept between visits. */
export class History {
  readonly #store: Store | undefined;
  #lines: string[];
  /** Where the reader is while he goes back; the length when at the line being typed. */
  #at: number;
  #draft = '';

  constructor(store: Store | undefined) {
    this.#store = store;
    this.#lines = this.#read();
    this.#at = this.#lines.length;
  }

  /** Remembers a line; not a blank one, not the last one again. */
  add(line: string): void {
    if (line.trim() !== '' && line !== this.#lines.at(-1)) {
      this.#lines = [...this.#lines, line].slice(-LONGEST);
      try {
        this.#store?.setItem(KEY, JSON.stringify(this.#lines));
      } catch {
        // Without storage the history lasts as long as the page.
      }
    }
    this.#at = this.#lines.length;
    this.#draft = '';
  }

  /** The line before the present one; undefined at the oldest. `current` is kept for the way back. */
  previous(current: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#lines.length) this.#draft = current;
    this.#at--;
    return this.#lines[this.#at];
  }

  /** The line after the present one, at last the one that was being typed. */
  next(): string | undefined {
    if (this.#at >= this.#lines.length) return undefined;
    this.#at++;
    return this.#lines[this.#at] ?? this.#draft;
  }

  /** The youngest line with this text, older than line number `before`. */
  search(text: string, before = this.#lines.length): { line: string; index: number } | undefined {
    if (text === '') return undefined;
    const index = this.#lines.slice(0, before).findLastIndex((line) => line.includes(text));
    const line = this.#lines[index];
    return line === undefined ? undefined : { line, index };
  }

  #read(): string[] {
    try {
      const lines: unknown = JSON.parse(this.#store?.getItem(KEY) ?? '[]');
      return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
    } catch {
      return [];
    }
  }
}
