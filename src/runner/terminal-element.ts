import { Screen } from '../terminal/screen.ts';
import { localeOf } from './boot-texts.ts';
import { oncePerFrame } from './frames.ts';
import { History } from './history.ts';
import { FLOOD_MEGABYTES } from './limits.ts';
import type { RunRequest, Size } from './protocol.ts';
import { nodeOf, ScreenView } from './screen-view.ts';
import type { RunReply, RunWatcher, SessionClient } from './session-client.ts';
import { duration } from './snippet-element.ts';
import { TerminalInput } from './terminal-input.ts';
import { buildTerminal, PROBE, type TerminalParts } from './terminal-parts.ts';
import { fill, snippetTexts, terminalTexts } from './texts.ts';

/** Lines that are kept above the window. */
const SCROLLBACK = 2000;
/** Longest engine time that passes at the prompt while the reader thinks: it has to be computed before the next command. */
const LONGEST_IDLE = 30_000;
/** Characters of output that are looked through for a usual error. */
const LAST_SAID = 8000;
/** Size until it has been measured. */
const FIRST_SIZE: Size = { columns: 80, rows: 20 };
const SMALLEST: Size = { columns: 20, rows: 5 };

/** What a terminal asks of the page it is on. */
export interface TerminalHost {
  readonly client: SessionClient;
  undo(): Promise<void>;
  reset(): Promise<void>;
  /** The reader leaves the terminal. */
  leaveTerminal(): void;
}

/**
 * `<muelle-terminal>`: a terminal on the session of the page. `status`: `idle` when the shell waits for a line, else
 * `running`.
 */
export class MuelleTerminal extends HTMLElement {
  readonly #locale = localeOf(document);
  #host: TerminalHost | undefined;
  #parts: TerminalParts | undefined;
  #typing: TerminalInput | undefined;
  #size = FIRST_SIZE;
  #screen = new Screen({ ...FIRST_SIZE, scrollback: SCROLLBACK });
  #view: ScreenView | undefined;
  #drawn: (() => void)[] = [];
  readonly #draw = oncePerFrame(() => this.#drawNow());
  #running = false;
  /** The shell does not wait for a line. */
  #busy = false;
  /** The beginning of a command of several lines. */
  #pending = '';
  /** Lines that were entered before the shell was ready for them. */
  #ahead: string[] = [];
  #endedAt = performance.now();
  #why: HTMLElement | undefined;

  /** Builds the terminal on the session; the second time does nothing. */
  attach(host: TerminalHost): void {
    if (this.#host) return;
    this.#host = host;
    const parts = buildTerminal(this.#locale, {
      undo: () => void host.undo(),
      reset: () => void host.reset(),
      interrupt: () => this.interrupt(),
      detach: () => this.send('\x10\x11'),
      close: () => host.leaveTerminal(),
    });
    parts.close.hidden = this.dataset['page'] !== undefined;
    this.#parts = parts;
    this.#view = this.#newView(parts);
    this.#typing = new TerminalInput(parts, {
      locale: this.#locale,
      history: new History(storage()),
      isRunning: () => this.#running,
      submit: (line) => this.#submit(line),
      paste: (lines) => this.#paste(lines),
      send: (text) => this.send(text),
      interrupt: () => this.interrupt(),
      clear: () => this.clear(),
      complete: (line, cursor) => host.client.complete(line, cursor),
      leave: () => this.#leave(),
    });
    const start = this.querySelector<HTMLElement>('.terminal-start');
    const wasFocused = start !== null && start === document.activeElement;
    start?.remove();
    this.append(parts.frame);
    this.#setBusy(false);
    if (wasFocused) parts.input.focus();
    parts.scroller.addEventListener('click', () => {
      if (getSelection()?.isCollapsed !== false) parts.input.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#measure()).observe(parts.scroller);
    host.client.addEventListener('prompt', () => this.#freshPrompt());
    host.client.addEventListener('actions', () => this.#showUndo());
    this.#showUndo();
    this.say(terminalTexts.loading[this.#locale]);
    host.client.open().then(
      () => this.say(''),
      (error: unknown) => this.say(fill(snippetTexts.failed[this.#locale], String(error))),
    );
    if (host.client.prompt !== '') this.#freshPrompt();
  }

  get isOpen(): boolean {
    return this.#parts !== undefined && !this.#parts.frame.hidden;
  }

  /** Shows or hides the panel. */
  show(visible: boolean): void {
    if (!this.#parts) return;
    this.#parts.frame.hidden = !visible;
    if (visible) {
      this.#measure();
      this.#drawNow();
    }
  }

  focusInput(): void {
    this.#parts?.input.focus();
  }

  /** One line in the bar; announced. */
  say(text: string): void {
    if (this.#parts && this.#parts.state.textContent !== text) this.#parts.state.textContent = text;
  }

  /** Empties the window. */
  clear(): void {
    this.#screen = new Screen({ ...this.#size, scrollback: SCROLLBACK });
    this.#view?.clear();
    if (this.#parts) this.#view = this.#newView(this.#parts);
    if (!this.#running) this.#screen.write(this.#host?.client.prompt ?? '');
    this.#draw();
  }

  /** Ctrl-C: ends what runs, or drops the line. */
  interrupt(): void {
    this.#ahead = [];
    if (this.#running) {
      this.#host?.client.interrupt();
      return;
    }
    this.#pending = '';
    this.#write(`${this.#typing?.take() ?? ''}^C\n${this.#host?.client.prompt ?? ''}`);
  }

  /** Keys for the program that runs. */
  send(text: string): void {
    if (this.#running) this.#host?.client.type(text);
  }

  /**
   * Types commands of the page and runs them, one after the other; `request` holds what belongs to the last one. Gives
   * how that ended.
   */
  async runCommands(
    commands: readonly string[],
    request: Pick<RunRequest, 'input' | 'stopAfter' | 'idle'>,
  ): Promise<RunReply> {
    await this.#host?.client.open();
    this.#setBusy(true);
    let reply: RunReply = { exit: 0, elapsed: 0, flooded: false, killed: false };
    try {
      for (const [index, command] of commands.entries()) {
        const isLast = index === commands.length - 1;
        this.#write(`${command.replaceAll('\n', '\n> ')}\n`);
        const { idle = 0, ...others } = request;
        reply = await this.#run({ command, idle: index === 0 ? idle : 0, ...(isLast ? others : {}) });
        if (reply.killed) break;
      }
    } finally {
      this.#setBusy(false);
    }
    return reply;
  }

  /** Runs commands that a row needs. Their output would only distract: one line tells what was done. */
  async prepare(commands: string): Promise<void> {
    await this.#host?.client.open();
    this.#setBusy(true);
    const told = fill(terminalTexts.prepared[this.#locale], commands.replaceAll('\n', '; '));
    this.#write(`\x1b[2m# ${told}\x1b[0m\n`);
    await this.#run({ command: commands }, { ...this.#watcher(), onOutput: (_, drawn) => drawn() });
  }

  // ---- lines typed -----------------------------------------------------------------------------------------------

  /** A line was entered: for the program that runs, for the shell, or to wait until the shell is ready. */
  #submit(line: string): void {
    if (this.#running) this.send(`${line}\r`);
    else if (this.#busy) this.#ahead.push(line);
    else void this.#work(line);
  }

  /** Pasted lines are entered one after the other, as a terminal does; what follows the last line end can be edited. */
  #paste(lines: readonly string[]): void {
    this.#typing?.put(lines.at(-1) ?? '');
    for (const line of lines.slice(0, -1)) this.#submit(line);
  }

  async #work(first: string): Promise<void> {
    this.#setBusy(true);
    for (let line: string | undefined = first; line !== undefined; line = this.#ahead.shift()) {
      try {
        await this.#execute(line);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.say(fill(snippetTexts.failed[this.#locale], message));
      }
    }
    this.#setBusy(false);
  }

  async #execute(line: string): Promise<void> {
    const client = this.#host?.client;
    if (!client) return;
    const source = this.#pending + line;
    this.#write(`${line}\n`);
    if (!(await client.isComplete(source))) {
      this.#pending = `${source}\n`;
      this.#write('> ');
      return;
    }
    this.#pending = '';
    if (source.trim() === '') {
      this.#write(client.prompt);
      return;
    }
    this.#typing?.remember(source);
    if (client.user === 'page') this.say(terminalTexts.busy[this.#locale]);
    const idle = Math.min(performance.now() - this.#endedAt, LONGEST_IDLE);
    await client.use('terminal', () =>
      client.act({ label: source }, async () => {
        this.say('');
        this.#why?.remove();
        const watcher = this.#watcher();
        let said = '';
        const { exit } = await this.#run(
          { command: source, idle },
          {
            ...watcher,
            onOutput: (text, drawn) => {
              said = (said + text).slice(-LAST_SAID);
              watcher.onOutput(text, drawn);
            },
          },
        );
        if (exit !== 0) void this.#offerWhy(said, exit);
        return exit === 0;
      }),
    );
  }

  /** A line under the prompt that tells, when it is opened, what a usual error means. */
  async #offerWhy(said: string, exit: number): Promise<void> {
    const why = await import('./why.ts').then(({ whyOf }) => whyOf(said, exit)).catch(() => undefined);
    if (!why || this.#busy) return;
    this.#why?.remove();
    this.#why = why;
    this.#parts?.candidates.after(why);
  }

  async #run(request: Omit<RunRequest, 'terminal'>, watcher = this.#watcher()): Promise<RunReply> {
    const client = this.#host?.client;
    if (!client) throw new Error('the terminal is not attached');
    this.#setRunning(true);
    try {
      const reply = await client.run({ ...request, terminal: this.#size }, watcher);
      const note = this.#noteOf(reply);
      if (note !== '') this.#write(`${this.#screen.cursor.column > 0 ? '\n' : ''}\x1b[2m${note}\x1b[0m\n`);
      return reply;
    } finally {
      this.#setRunning(false);
      this.#endedAt = performance.now();
      this.#write(client.prompt);
      this.#drawNow();
    }
  }

  #watcher(): RunWatcher {
    return {
      onOutput: (text, drawn) => {
        this.say('');
        this.#screen.write(text);
        this.#drawn.push(drawn);
        this.#draw();
      },
      onPassing: (engineMs) => this.say(fill(snippetTexts.passing[this.#locale], duration(engineMs))),
      onWaiting: (waiting, hidden) => {
        if (this.#parts) this.#parts.detach.hidden = !waiting;
        this.#parts?.input.classList.toggle('is-secret', hidden);
        if (waiting) this.say('');
        if (waiting) for (const line of this.#ahead.splice(0)) this.send(`${line}\r`);
      },
    };
  }

  #noteOf(reply: RunReply): string {
    if (reply.killed) return snippetTexts.killed[this.#locale];
    return reply.flooded ? fill(snippetTexts.flood[this.#locale], FLOOD_MEGABYTES) : '';
  }

  #setBusy(busy: boolean): void {
    this.#busy = busy;
    this.setAttribute('status', busy ? 'running' : 'idle');
  }

  #setRunning(running: boolean): void {
    this.#running = running;
    if (!this.#parts) return;
    this.#parts.interrupt.hidden = !running;
    if (!running) this.#parts.detach.hidden = true;
    if (!running) this.say('');
  }

  /** The session has changed under an idle prompt: another folder, another start. */
  #freshPrompt(): void {
    if (this.#busy || this.#pending !== '') return;
    this.#write(`\r\x1b[J${this.#host?.client.prompt ?? ''}`);
  }

  #showUndo(): void {
    if (this.#parts) this.#parts.undo.disabled = (this.#host?.client.actions.length ?? 0) === 0;
  }

  #leave(): void {
    if (this.dataset['page'] === undefined) this.#host?.leaveTerminal();
    else this.#parts?.reset.focus();
  }

  // ---- drawing ---------------------------------------------------------------------------------------------------

  #newView(parts: TerminalParts): ScreenView {
    return new ScreenView(parts.rows, this.#screen, (lines) =>
      fill(snippetTexts.dropped[this.#locale], lines),
    );
  }

  #write(text: string): void {
    this.#screen.write(text);
    this.#draw();
  }

  #drawNow(): void {
    const parts = this.#parts;
    if (parts && !parts.frame.hidden) {
      const { scroller } = parts;
      const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
      const { line } = this.#screen.cursor;
      // The line with the cursor stands before the field to type in, unless a program draws below its cursor.
      const isLast = this.#screen.linesFrom(line + 1).length === 0;
      const [last = []] = this.#view?.draw(isLast ? line : Number.POSITIVE_INFINITY) ?? [];
      parts.prompt.replaceChildren(...(isLast ? last.map(nodeOf) : []));
      if (atEnd) scroller.scrollTop = scroller.scrollHeight;
    }
    for (const drawn of this.#drawn.splice(0)) drawn();
  }

  /** How many characters fit. */
  #measure(): void {
    const parts = this.#parts;
    if (!parts || parts.frame.hidden) return;
    const style = getComputedStyle(parts.scroller);
    const width = parts.scroller.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const box = parts.probe.getBoundingClientRect();
    if (box.width === 0) return;
    const size: Size = {
      columns: Math.max(SMALLEST.columns, Math.floor((width * PROBE) / box.width)),
      rows: Math.max(SMALLEST.rows, Math.floor(parts.scroller.clientHeight / box.height)),
    };
    if (size.columns === this.#size.columns && size.rows === this.#size.rows) return;
    this.#size = size;
    this.#screen.resize(size.columns, size.rows);
    this.#host?.client.resize(size);
  }
}

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
