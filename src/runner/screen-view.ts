import type { Screen } from '../terminal/screen.ts';
import { type Span, toSpans } from '../terminal/spans.ts';

/**
 * Draws a Screen into an element, one child a row; only rows that changed are touched. Text goes into text nodes and
 * nothing else: what programs print is never markup.
 */
export class ScreenView {
  readonly #host: HTMLElement;
  readonly #screen: Screen;
  readonly #notice: (dropped: number) => string;
  #noticeElement: HTMLElement | undefined;
  #drawn: { key: string; element: HTMLElement }[] = [];
  #dropped = 0;

  constructor(host: HTMLElement, screen: Screen, notice: (dropped: number) => string) {
    this.#host = host;
    this.#screen = screen;
    this.#notice = notice;
  }

  /**
   * Brings the element up to date. With `until`, lines from there on are left out and given back (the line with the
   * cursor, when it is drawn elsewhere).
   */
  draw(until = Number.POSITIVE_INFINITY): readonly Span[][] {
    this.#removeDropped();
    const from = Math.min(this.#screen.takeChanged(), this.#drawn.length);
    const rest: Span[][] = [];
    let index = from;
    for (const line of this.#screen.linesFrom(from)) {
      const spans = toSpans(line);
      if (index >= until) rest.push(spans);
      else this.#drawLine(index, spans, line.wrapped);
      index++;
    }
    this.#truncate(Math.min(index, until));
    return rest;
  }

  /** Takes everything off. */
  clear(): void {
    this.#truncate(0);
    this.#noticeElement?.remove();
    this.#noticeElement = undefined;
  }

  #drawLine(index: number, spans: readonly Span[], wrapped: boolean): void {
    const end = wrapped ? '' : '\n';
    const key = JSON.stringify([spans, end]);
    const drawn = this.#drawn[index];
    if (drawn?.key === key) return;
    const element = drawn?.element ?? document.createElement('span');
    element.className = 'terminal-line';
    element.replaceChildren(...spans.map(nodeOf), end);
    if (drawn) drawn.key = key;
    else {
      this.#drawn.push({ key, element });
      this.#host.append(element);
    }
  }

  #removeDropped(): void {
    const gone = this.#screen.dropped - this.#dropped;
    if (gone <= 0) return;
    this.#dropped = this.#screen.dropped;
    for (const { element } of this.#drawn.splice(0, gone)) element.remove();
    if (!this.#noticeElement) {
      this.#noticeElement = document.createElement('span');
      this.#noticeElement.className = 'terminal-notice';
      this.#host.prepend(this.#noticeElement);
    }
    this.#noticeElement.textContent = `${this.#notice(this.#dropped)}\n`;
  }

  #truncate(length: number): void {
    for (const { element } of this.#drawn.splice(length)) element.remove();
  }
}

/** A piece of a line as a node: `{ text: 'a', classes: 'ansi-bold' }` ⇒ `<span class="ansi-bold">a</span>`. */
export function nodeOf({ text, classes }: Span): Node {
  if (classes === '') return document.createTextNode(text);
  const span = document.createElement('span');
  span.className = classes;
  span.textContent = text;
  return span;
}
