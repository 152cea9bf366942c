import { bootTexts, localeOf } from './boot-texts.ts';
import { CommandView, TERMINAL } from './command-view.ts';
import { action, el } from './dom.ts';
import { FLOOD_MEGABYTES } from './limits.ts';
import type { RunRequest } from './protocol.ts';
import type { RunReply, RunWatcher, SessionClient } from './session-client.ts';
import { originalSource, sourceOf } from './source.ts';
import { fill, snippetTexts } from './texts.ts';

export type Status = 'idle' | 'running' | 'ok' | 'failed';

/** Real milliseconds that a command may wait for the keyboard before the snippet says so. */
const PATIENCE = 400;

/** How a run ended, for the page and in words. */
interface Verdict {
  readonly ok: boolean;
  readonly said: string;
}

/** Runs commands in another place than under the snippet. */
export type RunElsewhere = (
  commands: readonly string[],
  request: Pick<RunRequest, 'idle' | 'input' | 'stopAfter'>,
) => Promise<RunReply>;

/** What a snippet asks of the page it is on. */
export interface SnippetHost {
  run(snippet: RunSnippet): void;
  readonly client: SessionClient;
}

/**
 * `<run-snippet>`: commands (or a file) of a page. The HTML is complete before this class comes; see
 * `src/site/markdown/snippet-html.ts` for what it finds there.
 */
export class RunSnippet extends HTMLElement {
  readonly #locale = localeOf(document);
  #commands: CommandView[] = [];
  #original: HTMLElement | undefined;
  #changed: HTMLElement | undefined;
  #editor: HTMLTextAreaElement | undefined;
  #stopped = false;
  /** Set by the page: the attribute carries only what CSS and tests look at. */
  host: SnippetHost | undefined;

  connectedCallback(): void {
    if (this.#original) return;
    this.#original = this.querySelector<HTMLElement>('.snippet-body') ?? undefined;
    this.#commands = this.#viewsIn(this);
  }

  /** Number of the step, from 0; undefined for what is only shown. */
  get step(): number | undefined {
    const { step } = this.dataset;
    return step === undefined ? undefined : Number(step);
  }

  get file(): string | undefined {
    return this.dataset['file'];
  }

  /** What is typed on the terminal, when it runs there. */
  get input(): string | undefined {
    return this.dataset['input'];
  }

  /** The reader's text, or what the page shows. */
  get source(): string {
    return sourceOf(this);
  }

  get status(): Status {
    return (this.getAttribute('status') ?? 'idle') as Status;
  }

  set status(status: Status) {
    this.setAttribute('status', status);
    const button = this.querySelector<HTMLButtonElement>('[data-action="run"], [data-action="stop"]');
    if (!button) return;
    const running = status === 'running';
    button.dataset['action'] = running ? 'stop' : 'run';
    button.textContent = (running ? snippetTexts.stop : bootTexts.run)[this.#locale];
  }

  /** One line under the commands; announced. */
  say(text: string): void {
    const foot = this.querySelector('[data-status]');
    if (foot && foot.textContent !== text) foot.textContent = text;
  }

  /** Stops what runs here: Ctrl-C first, and if that does not end it, harder. */
  stop(): void {
    const client = this.host?.client;
    if (this.#stopped) client?.kill();
    else client?.interrupt();
    this.#stopped = true;
  }

  /** Ctrl-C came from the reader during the last run. */
  get wasStopped(): boolean {
    return this.#stopped;
  }

  /** Runs in the session, with output in place; `note` precedes the result. Gives whether it ended as the page expects. */
  play(client: SessionClient, note = ''): Promise<boolean> {
    return this.#perform(note, () =>
      this.file === undefined ? this.#playCommands(client) : this.#write(client),
    );
  }

  /** The same with the commands run elsewhere: in the terminal. */
  playElsewhere(client: SessionClient, note: string, run: RunElsewhere): Promise<boolean> {
    return this.#perform(note, async () => {
      if (this.dataset['edited'] !== undefined) await this.#showEdited(client);
      const commands = this.#commands.map(({ text }) => text);
      const { ok, said } = this.#verdict(
        await run(commands, { idle: idleOf(document), ...this.#lastRequest() }),
      );
      return { ok, said: ok ? snippetTexts.inTerminal[this.#locale] : said };
    });
  }

  async #perform(note: string, work: () => Promise<Verdict>): Promise<boolean> {
    this.#stopped = false;
    this.status = 'running';
    const join = (...parts: string[]) => parts.filter((part) => part !== '').join(' · ');
    this.say(join(note, snippetTexts.running[this.#locale]));
    try {
      const { ok, said } = await work();
      this.status = ok ? 'ok' : 'failed';
      this.say(join(note, said));
      return ok;
    } catch (error) {
      this.status = 'failed';
      const message = error instanceof Error ? error.message : String(error);
      this.say(fill(snippetTexts.failed[this.#locale], message));
      return false;
    }
  }

  /** As if never run. */
  setBack(): void {
    for (const command of this.#commands) command.clear();
    this.status = 'idle';
    this.say('');
  }

  /** The steps ended like this before the page was reloaded. */
  mark(ok: boolean): void {
    this.status = ok ? 'ok' : 'failed';
  }

  async #write(client: SessionClient): Promise<Verdict> {
    const path = this.file ?? '';
    await client.writeFile(path, this.source);
    return { ok: true, said: fill(snippetTexts.written[this.#locale], path) };
  }

  async #playCommands(client: SessionClient): Promise<Verdict> {
    if (this.dataset['edited'] !== undefined) await this.#showEdited(client);
    let reply: RunReply = { exit: 0, elapsed: 0, flooded: false, killed: false };
    for (const command of this.#commands) command.clear();
    for (const [index, command] of this.#commands.entries()) {
      reply = await this.#playCommand(client, command, index);
      if (reply.killed) this.#stopped = true;
      if (this.#stopped) break;
    }
    return this.#verdict(reply);
  }

  async #playCommand(client: SessionClient, command: CommandView, index: number): Promise<RunReply> {
    const isLast = index === this.#commands.length - 1;
    const watcher = command.start((engineMs) => {
      this.say(fill(snippetTexts.passing[this.#locale], duration(engineMs)));
    });
    const reply = await client.run(
      {
        command: command.text,
        terminal: TERMINAL,
        idle: index === 0 ? idleOf(document) : 0,
        ...(isLast && this.#lastRequest()),
      },
      this.#patient(watcher),
    );
    command.end(reply.exit);
    return reply;
  }

  /** What the page has arranged for the last command; not for the reader's own. */
  #lastRequest(): { input?: string; stopAfter?: number } {
    const { stop, input, edited } = this.dataset;
    if (edited !== undefined) return {};
    return {
      ...(input !== undefined && { input }),
      ...(stop !== undefined && { stopAfter: Number(stop) }),
    };
  }

  #verdict({ exit, flooded, killed }: RunReply): Verdict {
    const texts = snippetTexts;
    const { edited, expect = '0' } = this.dataset;
    const expected = edited === undefined ? Number(expect) : 0;
    const ok = exit === expected && !flooded && !killed;
    if (killed) return { ok, said: texts.killed[this.#locale] };
    if (flooded) return { ok, said: fill(texts.flood[this.#locale], FLOOD_MEGABYTES) };
    if (ok && exit === 0) return { ok, said: texts.done[this.#locale] };
    if (ok || edited !== undefined || this.#stopped)
      return { ok, said: fill(texts.exit[this.#locale], exit) };
    return { ok, said: fill(texts.unexpected[this.#locale], exit, expected) };
  }

  /** Tells the reader when a command waits for a keyboard that a snippet does not have. */
  #patient(watcher: RunWatcher): RunWatcher {
    let timer: ReturnType<typeof setTimeout> | undefined;
    return {
      ...watcher,
      onWaiting: (waiting) => {
        clearTimeout(timer);
        const typed = this.dataset['input'] !== undefined && this.dataset['edited'] === undefined;
        if (waiting && !typed) timer = setTimeout(() => this.say(snippetTexts.waits[this.#locale]), PATIENCE);
      },
    };
  }

  /** Puts the focus on Run (or Stop). */
  focusButton(): void {
    (this.#button('run') ?? this.#button('stop') ?? this.#button('edit'))?.focus();
  }

  // ---- editing ---------------------------------------------------------------------------------------------------

  /** Turns the commands into a text field. */
  edit(): void {
    if (this.#editor || this.status === 'running') return;
    const { file, step } = this;
    const texts = snippetTexts;
    const label =
      file === undefined
        ? fill(texts.editing[this.#locale], (step ?? 0) + 1)
        : fill(texts.editingFile[this.#locale], file);
    const text = this.source;
    const editor = el('textarea', {
      className: 'snippet-editor',
      value: text,
      rows: Math.max(2, text.split('\n').length),
      ariaLabel: label,
      spellcheck: false,
      autocapitalize: 'off',
    });
    editor.addEventListener('input', () => {
      editor.rows = Math.max(2, editor.value.split('\n').length);
    });
    editor.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.preventDefault();
        this.#closeEditor();
        this.#button('edit')?.focus();
      } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.host?.run(this);
        (this.#button('stop') ?? this.#button('edit'))?.focus();
      }
    });
    this.#editor = editor;
    this.#body.hidden = true;
    this.#body.after(editor);
    const edit = this.#button('edit');
    if (edit) edit.textContent = texts.cancel[this.#locale];
    if (file !== undefined)
      edit?.before(action('save', texts.save[this.#locale], () => this.host?.run(this)));
    this.say((file === undefined ? texts.editKeys : texts.editFileKeys)[this.#locale]);
    editor.focus();
  }

  /** Edit when reading, cancel when editing. */
  toggleEdit(): void {
    if (this.#editor) {
      this.#closeEditor();
      this.say('');
    } else this.edit();
  }

  /** Takes over what the reader has written, if he was writing. Called before a run. */
  takeEdit(): void {
    const editor = this.#editor;
    if (!editor) return;
    this.setEdit(editor.value);
    this.#closeEditor();
  }

  /** Shows a text in place of the page's own; the page's own text removes the mark. */
  setEdit(text: string | undefined): void {
    const original = text === undefined || text === originalSource(this);
    this.classList.toggle('is-edited', !original);
    this.querySelector('.snippet-edited')?.remove();
    this.#button('restore')?.remove();
    this.#changed?.remove();
    this.#changed = undefined;
    if (this.step !== undefined) this.host?.client.setEdit(this.step, original ? undefined : text);
    if (this.#original) this.#original.hidden = !original;
    if (original) {
      delete this.dataset['edited'];
      this.#commands = this.#viewsIn(this.#original);
      return;
    }
    this.dataset['edited'] = text;
    this.#showChanged([text]);
    const restore = action('restore', snippetTexts.restore[this.#locale], () => {
      this.setEdit(undefined);
      this.setBack();
      this.#button('edit')?.focus();
    });
    this.#button('edit')?.after(restore);
    this.querySelector('.snippet-title')?.after(
      el('span', { className: 'snippet-mark snippet-edited' }, snippetTexts.edited[this.#locale]),
    );
  }

  get #body(): HTMLElement {
    return this.#changed ?? this.#original ?? this;
  }

  #closeEditor(): void {
    this.#editor?.remove();
    this.#editor = undefined;
    this.#button('save')?.remove();
    this.#body.hidden = false;
    const edit = this.#button('edit');
    if (edit) edit.textContent = bootTexts.edit[this.#locale];
  }

  async #showEdited(client: SessionClient): Promise<void> {
    this.#showChanged(await client.split(this.source));
  }

  /** The body of an edited snippet: plain commands, or the file. */
  #showChanged(texts: readonly string[]): void {
    const nodes =
      this.file === undefined
        ? texts.map((text) =>
            el('pre', { className: 'snippet-command' }, el('code', {}, text.replace(/\n$/, ''))),
          )
        : texts.map((text) => el('pre', { className: 'snippet-content' }, el('code', {}, text)));
    const body = el('div', { className: 'snippet-body' }, ...nodes);
    if (this.#changed) this.#changed.replaceWith(body);
    else this.#original?.after(body);
    this.#changed = body;
    this.#commands = this.#viewsIn(body);
  }

  #viewsIn(place: HTMLElement | undefined): CommandView[] {
    const commands = place?.querySelectorAll<HTMLElement>('.snippet-command') ?? [];
    return Array.from(commands, (command) => new CommandView(command, this.#locale));
  }

  #button(name: string): HTMLButtonElement | null {
    return this.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);
  }
}

/** Engine milliseconds at the prompt before each step of the page. */
export function idleOf(document: Document): number {
  return Number(document.querySelector<HTMLElement>('[data-seed]')?.dataset['idle'] ?? 0);
}

/** Engine time in words short enough for a status line: `10_000 ⇒ '10 s'`, `90_000 ⇒ '1 min 30 s'`. */
export function duration(engineMs: number): string {
  const seconds = Math.round(engineMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}
