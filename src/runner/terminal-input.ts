import type { Locale } from './boot-texts.ts';
import type { History } from './history.ts';
import { applyCompletion, editLine, type Line } from './line-editing.ts';
import type { Completion } from './protocol.ts';
import type { TerminalParts } from './terminal-parts.ts';
import { fill, terminalTexts } from './texts.ts';

/** What the keyboard does to the terminal. */
export interface InputHost {
  readonly locale: Locale;
  readonly history: History;
  isRunning(): boolean;
  submit(line: string): void;
  paste(lines: readonly string[]): void;
  /** Bytes for the program that runs. */
  send(text: string): void;
  interrupt(): void;
  clear(): void;
  complete(line: string, cursor: number): Promise<Completion>;
  leave(): void;
}

/** Keys that go straight to a program that runs, and the bytes that a terminal sends for them. */
const CONTROL: Readonly<Record<string, string>> = {
  p: '\x10',
  q: '\x11',
  z: '\x1a',
  '\\': '\x1c',
  r: '\x12',
};

/** The field to type in: a real text field, with the keys of a shell added. */
export class TerminalInput {
  readonly #field: HTMLTextAreaElement;
  readonly #candidates: HTMLElement;
  readonly #host: InputHost;
  #killed = '';
  /** Searching the history: what was found, and where. */
  #search: { index: number | undefined; line: string; before: Line } | undefined;

  constructor({ input, candidates }: TerminalParts, host: InputHost) {
    this.#field = input;
    this.#candidates = candidates;
    this.#host = host;
    input.addEventListener('keydown', (event) => this.#key(event));
    input.addEventListener('input', () => this.#changed());
    input.addEventListener('paste', (event) => this.#pasted(event));
  }

  /** Empties the field; gives what stood there. */
  take(): string {
    const text = this.#field.value;
    this.put('');
    return text;
  }

  /** Puts a line into the field. */
  put(text: string, cursor = text.length): void {
    this.#field.value = text;
    this.#field.setSelectionRange(cursor, cursor);
    this.#grow();
    this.#show('');
  }

  remember(line: string): void {
    this.#host.history.add(line);
  }

  get #line(): Line {
    return { text: this.#field.value, cursor: this.#field.selectionEnd };
  }

  #grow(): void {
    this.#field.rows = this.#field.value.split('\n').length;
  }

  #show(text: string): void {
    if (this.#candidates.textContent !== text) this.#candidates.textContent = text;
  }

  #changed(): void {
    this.#grow();
    if (this.#search) this.#find(undefined);
    else this.#show('');
  }

  #pasted(event: ClipboardEvent): void {
    const text = (event.clipboardData?.getData('text/plain') ?? '').replace(/\r\n?/g, '\n');
    if (!text.includes('\n')) return;
    event.preventDefault();
    const { text: typed, cursor } = this.#line;
    const lines = (typed.slice(0, this.#field.selectionStart) + text + typed.slice(cursor)).split('\n');
    this.put('');
    this.#host.paste(lines);
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
    if (this.#search && this.#searchKey(event)) return;
    if (ctrlKey && !altKey && !metaKey && !shiftKey && this.#controlKey(key.toLowerCase())) {
      event.preventDefault();
      return;
    }
    if (ctrlKey || metaKey) return;
    const handled = altKey ? this.#altKey(key) : this.#plainKey(key, shiftKey);
    if (handled) event.preventDefault();
  }

  #plainKey(key: string, shift: boolean): boolean {
    switch (key) {
      case 'Enter':
        this.#host.submit(this.take());
        return true;
      case 'Escape':
        this.#host.leave();
        return true;
      case 'Tab':
        // On an empty line Tab goes on to the next control, as everywhere on the page.
        if (shift || this.#field.value === '' || this.#host.isRunning()) return false;
        void this.#complete();
        return true;
      case 'ArrowUp':
        return this.#field.value.lastIndexOf('\n', this.#field.selectionStart - 1) < 0 && this.#older();
      case 'ArrowDown':
        return this.#field.value.indexOf('\n', this.#field.selectionEnd) < 0 && this.#younger();
      default:
        return false;
    }
  }

  #altKey(key: string): boolean {
    // What Ctrl-W does where the browser keeps that for closing the tab.
    return key === 'Backspace' && this.#edit('w');
  }

  #controlKey(key: string): boolean {
    if (key === 'c') {
      const selects = this.#field.selectionStart !== this.#field.selectionEnd;
      // Selected text is copied by the browser.
      if (selects || getSelection()?.isCollapsed === false) return false;
      this.#host.interrupt();
      return true;
    }
    if (key === 'l') {
      this.#host.clear();
      return true;
    }
    if (this.#host.isRunning()) {
      if (key === 'd') this.#host.send(`${this.take()}\x04`);
      const bytes = CONTROL[key];
      if (bytes !== undefined) this.#host.send(bytes);
      if (key === 'd' || bytes !== undefined) return true;
    }
    if (key === 'd' && this.#field.value === '') {
      this.#host.leave();
      return true;
    }
    if (key === 'p') return this.#older();
    if (key === 'n') return this.#younger();
    if (key === 'r') {
      this.#search = { index: undefined, line: '', before: this.#line };
      this.put('');
      this.#find(undefined);
      return true;
    }
    return this.#edit(key);
  }

  #edit(key: string): boolean {
    const edited = editLine(this.#line, key, this.#killed);
    if (!edited) return false;
    if (edited.killed !== undefined && edited.killed !== '') this.#killed = edited.killed;
    this.put(edited.text, edited.cursor);
    return true;
  }

  #older(): true {
    const line = this.#host.history.previous(this.#field.value);
    if (line !== undefined) this.put(line);
    return true;
  }

  #younger(): true {
    const line = this.#host.history.next();
    if (line !== undefined) this.put(line);
    return true;
  }

  async #complete(): Promise<void> {
    const line = this.#line;
    const candidates = await this.#host.complete(line.text, line.cursor);
    if (this.#line.text !== line.text || this.#line.cursor !== line.cursor) return;
    const { text, cursor, list } = applyCompletion(line, candidates);
    const { locale } = this.#host;
    this.put(text, cursor);
    if (list.length > 0)
      this.#show(`${fill(terminalTexts.candidates[locale], list.length)}\n${list.join('  ')}`);
    else if (candidates.items.length === 0) this.#show(terminalTexts.noCandidates[locale]);
    this.#candidates.scrollIntoView({ block: 'nearest' });
  }

  // ---- searching the history: the field holds what is searched -----------------------------------------------------

  #find(before: number | undefined): void {
    if (!this.#search) return;
    const query = this.#field.value;
    const found = this.#host.history.search(query, before);
    const { locale } = this.#host;
    if (found) this.#search = { ...this.#search, ...found };
    else if (before === undefined) this.#search = { ...this.#search, index: undefined, line: '' };
    const text = found || query === '' ? terminalTexts.search : terminalTexts.searchNone;
    this.#show(`${fill(text[locale], query)}: ${this.#search.line}`);
  }

  /** Gives whether the key has been dealt with. */
  #searchKey(event: KeyboardEvent): boolean {
    const search = this.#search;
    if (!search) return false;
    const { key, ctrlKey } = event;
    if (ctrlKey && key.toLowerCase() === 'r') this.#find(search.index);
    else if (key === 'Escape' || (ctrlKey && /^[gc]$/i.test(key))) this.#endSearch(search.before);
    else if (key === 'Enter') {
      this.#endSearch({ text: search.line, cursor: search.line.length });
      if (search.line !== '') this.#host.submit(this.take());
    } else if (/^(Tab|ArrowRight|ArrowLeft|Home|End)$/.test(key))
      this.#endSearch({ text: search.line, cursor: search.line.length });
    else return false;
    event.preventDefault();
    return true;
  }

  #endSearch({ text, cursor }: Line): void {
    this.#search = undefined;
    this.put(text, cursor);
  }
}
