import type { Locale } from './boot-texts.ts';
import { action, el } from './dom.ts';
import type { Action } from './saved-page.ts';
import type { SessionClient } from './session-client.ts';
import { idleOf, type RunSnippet, type SnippetHost } from './snippet-element.ts';
import type { MuelleTerminal, TerminalHost } from './terminal-element.ts';
import { fill, snippetTexts } from './texts.ts';

/** The page: its steps in order, its terminal, its one session. */
export class PageController implements SnippetHost, TerminalHost {
  readonly client: SessionClient;
  readonly #locale: Locale;
  readonly #snippets: readonly RunSnippet[];
  /** Where the terminal is, or will be. */
  readonly #place: HTMLElement | undefined;
  #terminal: MuelleTerminal | undefined;
  readonly #bar: HTMLElement;
  readonly #undo: HTMLButtonElement;

  constructor(
    client: SessionClient,
    snippets: readonly RunSnippet[],
    place: HTMLElement | undefined,
    locale: Locale,
  ) {
    this.client = client;
    this.#locale = locale;
    this.#snippets = snippets.filter(({ step }) => step !== undefined);
    this.#place = place;
    this.#undo = action('undo', snippetTexts.undo[locale], () => void this.undo());
    const reset = action('reset', snippetTexts.reset[locale], () => void this.reset());
    const group = { className: 'snippet-session', role: 'group', ariaLabel: snippetTexts.session[locale] };
    this.#bar = el('div', group, this.#undo, reset);
    for (const snippet of snippets) snippet.host = this;
    client.addEventListener('actions', () => this.#placeBar());
  }

  /** Shows what was done before the page was reloaded. */
  restore(): void {
    for (const snippet of this.#snippets) {
      const edit = this.client.edits[String(snippet.step)];
      if (edit !== undefined) snippet.setEdit(edit);
    }
    for (const { step, ok } of this.client.actions) this.#snippetOf(step)?.mark(ok);
    this.#placeBar();
  }

  /** Runs a snippet, and before it those above it that have not been run; or stops it when it runs. */
  run(snippet: RunSnippet): void {
    if (snippet.status === 'running') {
      snippet.stop();
      return;
    }
    snippet.takeEdit();
    if (this.client.user === 'terminal') {
      snippet.say(snippetTexts.terminalBusy[this.#locale]);
      return;
    }
    if (this.client.user === 'page') snippet.say(snippetTexts.queued[this.#locale]);
    void this.client.use('page', () => this.#runWithEarlier(snippet));
  }

  async #runWithEarlier(snippet: RunSnippet): Promise<void> {
    const done = new Set(this.client.actions.map(({ step }) => step));
    const earlier = this.#snippets.filter(({ step = 0 }) => step < (snippet.step ?? 0) && !done.has(step));
    for (const other of earlier) {
      if (!(await this.#step(other, () => other.play(this.client)))) {
        // Ctrl-C on an earlier step ends the whole.
        if (other.wasStopped) return;
      }
    }
    const { earlierOne, earlierMany } = snippetTexts;
    const count = earlier.length;
    const note = count === 0 ? '' : fill((count === 1 ? earlierOne : earlierMany)[this.#locale], count);
    if (snippet.input !== undefined && this.#place) await this.#runInTerminal(snippet, note);
    else await this.#step(snippet, () => snippet.play(this.client, note));
  }

  /** Runs a row of a cheat sheet in the terminal; `setup` runs before it, so that it finds what it names. */
  async runRow(source: string, setup: string): Promise<void> {
    await this.startTerminal();
    const terminal = this.#terminal;
    if (!terminal) return;
    if (this.client.user !== undefined) {
      terminal.say(snippetTexts.terminalBusy[this.#locale]);
      return;
    }
    const commands = await this.client.split(source);
    await this.client.use('terminal', () =>
      this.client.act({ label: source }, async () => {
        if (setup !== '') await terminal.prepare(setup);
        const { exit } = await terminal.runCommands(commands, { idle: idleOf(document) });
        return exit === 0;
      }),
    );
  }

  #step(snippet: RunSnippet, work: () => Promise<boolean>): Promise<boolean> {
    const step = snippet.step ?? 0;
    return this.client.act({ step, label: fill(snippetTexts.undoneStep[this.#locale], step + 1) }, work);
  }

  /** An interactive step: the terminal opens and the page types. */
  async #runInTerminal(snippet: RunSnippet, note: string): Promise<void> {
    await this.startTerminal();
    const terminal = this.#terminal;
    if (!terminal) return;
    this.client.become('terminal');
    await this.#step(snippet, () =>
      snippet.playElsewhere(this.client, note, (commands, request) =>
        terminal.runCommands(commands, request),
      ),
    );
  }

  // ---- the session as a whole --------------------------------------------------------------------------------------

  /** Takes the last action back. */
  async undo(): Promise<void> {
    const undone = await this.client.undo();
    if (!undone) return;
    const said = fill(snippetTexts.undone[this.#locale], undone.label);
    const snippet = this.#snippetOf(undone.step);
    this.#setBackUndone(undone);
    snippet?.say(said);
    if (this.#terminal?.isOpen) this.#terminal.say(said);
    // The button that was pressed may be gone.
    if (document.activeElement === document.body) (snippet ?? this.#snippets.at(-1))?.focusButton();
  }

  #setBackUndone(undone: Action): void {
    // The step may have been run before, and that is still in the log.
    const before = this.client.actions.find(({ step }) => step !== undefined && step === undone.step);
    const snippet = this.#snippetOf(undone.step);
    snippet?.setBack();
    if (before) snippet?.mark(before.ok);
  }

  /** Back to the start of the page. */
  async reset(): Promise<void> {
    const last = this.#snippetOf(this.client.actions.findLast(({ step }) => step !== undefined)?.step);
    await this.client.reset();
    for (const snippet of this.#snippets) snippet.setBack();
    const said = snippetTexts.resetDone[this.#locale];
    last?.say(said);
    this.#terminal?.clear();
    if (this.#terminal?.isOpen) this.#terminal.say(said);
    if (document.activeElement === document.body) last?.focusButton();
  }

  /** Undo and reset stand at the step that was run last. */
  #placeBar(): void {
    const last = this.client.actions.findLast(({ step }) => step !== undefined);
    const snippet = this.#snippetOf(last?.step);
    if (!snippet) this.#bar.remove();
    else if (this.#bar.parentElement !== snippet) snippet.append(this.#bar);
    // Undo takes back the very last action, which may be one of the terminal.
    this.#undo.hidden = this.client.actions.at(-1)?.step === undefined;
  }

  #snippetOf(step: number | undefined): RunSnippet | undefined {
    return step === undefined ? undefined : this.#snippets.find((snippet) => snippet.step === step);
  }

  // ---- the terminal ------------------------------------------------------------------------------------------------

  /** Brings the terminal's code; it is not needed to run snippets. */
  async loadTerminal(): Promise<MuelleTerminal | undefined> {
    const { MuelleTerminal } = await import('./terminal.ts');
    if (this.#place instanceof MuelleTerminal) this.#terminal = this.#place;
    return this.#terminal;
  }

  async openTerminal(): Promise<void> {
    const terminal = await this.loadTerminal();
    terminal?.attach(this);
    terminal?.show(true);
    this.#expanded(true);
  }

  async startTerminal(): Promise<void> {
    await this.openTerminal();
    this.#terminal?.focusInput();
  }

  async toggleTerminal(): Promise<void> {
    if (this.#terminal?.isOpen === true && !this.#isOwnPage) this.leaveTerminal();
    else await this.startTerminal();
  }

  leaveTerminal(): void {
    this.#terminal?.show(false);
    this.#expanded(false);
    this.#toggle?.focus();
  }

  get #toggle(): HTMLButtonElement | null | undefined {
    return this.#place?.querySelector<HTMLButtonElement>('.terminal-toggle');
  }

  get #isOwnPage(): boolean {
    return this.#place?.dataset['page'] !== undefined;
  }

  #expanded(expanded: boolean): void {
    const toggle = this.#toggle;
    if (toggle) {
      toggle.ariaExpanded = String(expanded);
      // The drawer lies over its handle and has a button to close it.
      toggle.hidden = expanded;
    }
    document.documentElement.classList.toggle('has-terminal', expanded && !this.#isOwnPage);
  }
}
