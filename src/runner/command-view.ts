import { Screen } from '../terminal/screen.ts';
import type { Locale } from './boot-texts.ts';
import { el } from './dom.ts';
import { oncePerFrame } from './frames.ts';
import type { Size } from './protocol.ts';
import { ScreenView } from './screen-view.ts';
import type { RunWatcher } from './session-client.ts';
import { fill, snippetTexts } from './texts.ts';

/** The terminal that pages are made for; as in `src/site/snippets/page-start.ts`. */
export const TERMINAL: Size = { columns: 100, rows: 40 };
/** Lines of output that a snippet keeps for one command. */
const SCROLLBACK = 1000;

/** Characters of output that are looked through for a usual error. */
const LAST_SAID = 8000;

/** One command of a snippet on the page, with the place of its output. */
export class CommandView {
  readonly text: string;
  readonly #locale: Locale;
  /** What stood there at build time. */
  readonly #expected: readonly HTMLElement[];
  /** The element that output follows. */
  readonly #command: HTMLElement;
  #output: HTMLElement | undefined;
  #exit: HTMLElement | undefined;
  #why: HTMLElement | undefined;
  /** The end of what was printed, by which a usual error is known. */
  #said = '';
  #drawNow: () => void = () => {};

  constructor(command: HTMLElement, locale: Locale) {
    this.#command = command;
    this.#locale = locale;
    this.text = command.querySelector('code')?.textContent ?? '';
    const expected: HTMLElement[] = [];
    for (
      let next = command.nextElementSibling;
      next instanceof HTMLElement && next.matches('[data-expected], .snippet-exit');
      next = next.nextElementSibling
    )
      expected.push(next);
    this.#expected = expected;
  }

  /** Makes room for live output; gives what draws it. */
  start(onPassing: (engineMs: number) => void): RunWatcher {
    const height = this.#expected.reduce((sum, element) => sum + element.offsetHeight, 0);
    this.clear();
    const pre = el('pre');
    const output = el('div', { className: 'snippet-output', data: { output: '' } }, pre);
    // The page below does not move while less has come than was expected.
    output.style.setProperty('min-block-size', `${height}px`);
    for (const element of this.#expected) element.hidden = true;
    this.#command.after(output);
    this.#output = output;
    const screen = new Screen({ ...TERMINAL, scrollback: SCROLLBACK });
    const view = new ScreenView(pre, screen, (lines) => fill(snippetTexts.dropped[this.#locale], lines));
    const waiting: (() => void)[] = [];
    const drawNow = () => {
      const atEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 40;
      view.draw(lastLineIfEmpty(screen));
      if (pre.scrollHeight > pre.clientHeight || pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
      if (atEnd) pre.scrollTop = pre.scrollHeight;
      for (const done of waiting.splice(0)) done();
    };
    const draw = oncePerFrame(drawNow);
    this.#drawNow = drawNow;
    return {
      onOutput: (text, drawn) => {
        screen.write(text);
        this.#said = (this.#said + text).slice(-LAST_SAID);
        waiting.push(drawn);
        draw();
      },
      onPassing,
    };
  }

  /** The command has ended. */
  end(exit: number): void {
    const output = this.#output;
    if (!output) return;
    this.#drawNow();
    output.style.removeProperty('min-block-size');
    if (exit === 0) return;
    this.#exit = el('p', { className: 'snippet-exit' }, fill(snippetTexts.exit[this.#locale], exit));
    output.after(this.#exit);
    void this.#offerWhy(this.#exit, exit);
  }

  /** What the error means, if it is a usual one; without the texts, the exit code stands alone. */
  async #offerWhy(after: HTMLElement, exit: number): Promise<void> {
    const why = await import('./why.ts').then(({ whyOf }) => whyOf(this.#said, exit)).catch(() => undefined);
    if (!why || after !== this.#exit) return;
    this.#why = why;
    after.after(why);
  }

  /** Back to what the page shows. */
  clear(): void {
    this.#output?.remove();
    this.#exit?.remove();
    this.#why?.remove();
    this.#said = '';
    this.#output = undefined;
    this.#exit = undefined;
    this.#why = undefined;
    for (const element of this.#expected) element.hidden = false;
  }
}

/** The line after the last line end is not shown as long as nothing stands there. */
function lastLineIfEmpty(screen: Screen): number {
  const { line } = screen.cursor;
  const [last, ...below] = screen.linesFrom(line);
  return below.length === 0 && last?.runs.length === 0 ? line : Number.POSITIVE_INFINITY;
}
