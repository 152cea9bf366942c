import type { LogEntry, SessionOptions } from '../shell/session.ts';
import type { Locale } from './boot-texts.ts';
import type { Answers, Completion, FromWorker, Request, RunRequest, Size, ToWorker } from './protocol.ts';
import { type Action, load, NOTHING_SAVED, type SavedPage, save } from './saved-page.ts';

/** Real milliseconds within which the worker must answer Ctrl-C before it is ended. */
const ANSWER_WITHIN = 1000;
const INTERRUPTED = 130;

/** How a command ended. */
export interface RunReply {
  readonly exit: number;
  readonly elapsed: number;
  readonly flooded: boolean;
  /** The worker did not answer; it was ended and the session rebuilt without the command. */
  readonly killed: boolean;
}

/** What happens while a command runs. */
export interface RunWatcher {
  /** Output. `drawn` must be called when it is on the screen: the worker waits for that. */
  onOutput(text: string, drawn: () => void): void;
  onPassing?(engineMs: number): void;
  /** A program begins or ceases to wait for the keyboard; `hidden`: what is typed must not be seen. */
  onWaiting?(waiting: boolean, hidden: boolean): void;
}

export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface ClientOptions {
  readonly session: SessionOptions;
  readonly store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  createWorker(): WorkerLike;
  /** The reader's language. */
  readonly locale?: Locale;
}

interface Pending {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** Who uses the session: it does one thing at a time. */
export type User = 'page' | 'terminal';

/**
 * The page's session: `{seed, log}`, the worker that plays it, what is saved of it. Events: `prompt` (a command ended or
 * the session was set back), `user` (somebody began or ceased to use it), `actions` (there is more or less to undo).
 */
export class SessionClient extends EventTarget {
  readonly #options: ClientOptions;
  #saved: SavedPage;
  #worker: WorkerLike | undefined;
  #open: Promise<void> | undefined;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #running: { watcher: RunWatcher; kill: () => void } | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #prompt = '';
  #user: User | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
    this.#saved = load(options.store, options.session.seed);
  }

  get prompt(): string {
    return this.#prompt;
  }

  /** Who uses the session now. */
  get user(): User | undefined {
    return this.#user;
  }

  get actions(): readonly Action[] {
    return this.#saved.actions;
  }

  get edits(): Readonly<Record<string, string>> {
    return this.#saved.edits;
  }

  /** Keeps or (with `undefined`) forgets the reader's text of a step. */
  setEdit(step: number, text: string | undefined): void {
    const { [step]: _, ...others } = this.#saved.edits;
    this.#save({ edits: text === undefined ? others : { ...others, [step]: text } });
  }

  /** Starts the worker and brings the session to where it was; called early, on intent. */
  async open(): Promise<void> {
    this.#open ??= this.#start();
    return this.#open;
  }

  /** Waits until nobody uses the session, then uses it. */
  use<T>(user: User, work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      this.#setUser(user);
      try {
        return await work();
      } finally {
        this.#setUser(undefined);
      }
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Hands the session over to somebody else while it is used. */
  become(user: User): void {
    this.#setUser(user);
  }

  /** Does something that can be undone as a whole. `work` tells whether it ended as expected. */
  async act(action: { step?: number; label: string }, work: () => Promise<boolean>): Promise<boolean> {
    const from = this.#saved.log.length;
    let ok = false;
    try {
      ok = await work();
    } finally {
      // A line of the terminal that left nothing in the log (its worker was ended) is nothing to undo.
      if (action.step !== undefined || this.#saved.log.length > from)
        this.#save({ actions: [...this.#saved.actions, { ...action, from, ok }] });
      this.dispatchEvent(new Event('actions'));
    }
    return ok;
  }

  /** Runs one command. */
  async run(request: RunRequest, watcher: RunWatcher): Promise<RunReply> {
    await this.open();
    try {
      return await new Promise<RunReply>((resolve, reject) => {
        const kill = () => {
          this.#stopWorker();
          resolve({ exit: INTERRUPTED, elapsed: 0, flooded: false, killed: true });
        };
        this.#running = { watcher, kill };
        this.#ask('run', { type: 'run', ...request }).then(({ exit, elapsed, flooded, prompt, added }) => {
          this.#grow(added, prompt);
          resolve({ exit, elapsed, flooded, killed: false });
        }, reject);
      });
    } catch (error) {
      // The state after a failure is not known: the next command starts from the log.
      this.#stopWorker();
      throw error;
    } finally {
      this.#running = undefined;
      clearTimeout(this.#watchdog);
    }
  }

  /** Ctrl-C. A worker that does not even answer is ended. */
  interrupt(): void {
    if (!this.#running) return;
    this.#post({ type: 'interrupt' });
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.kill(), ANSWER_WITHIN);
  }

  /** Ends the running command without asking it, and the worker with it. */
  kill(): void {
    clearTimeout(this.#watchdog);
    this.#running?.kill();
  }

  /** Keys typed while a command runs. */
  type(text: string): void {
    this.#post({ type: 'type', text });
  }

  resize(size: Size): void {
    if (this.#worker) this.#post({ type: 'resize', size });
  }

  async complete(line: string, cursor: number): Promise<Completion> {
    await this.open();
    return this.#ask('complete', { type: 'complete', line, cursor });
  }

  async isComplete(source: string): Promise<boolean> {
    await this.open();
    return this.#ask('isComplete', { type: 'isComplete', source });
  }

  /** The commands of a snippet. */
  async split(source: string): Promise<readonly string[]> {
    await this.open();
    return this.#ask('split', { type: 'split', source });
  }

  async writeFile(path: string, text: string): Promise<void> {
    await this.open();
    const { added } = await this.#ask('writeFile', { type: 'writeFile', path, text });
    this.#grow(added, this.#prompt);
  }

  /** Takes the last action back: the session is replayed without it. Gives what it was. */
  async undo(): Promise<Action | undefined> {
    await this.#idle();
    const last = this.#saved.actions.at(-1);
    if (!last) return undefined;
    this.#save({ log: this.#saved.log.slice(0, last.from), actions: this.#saved.actions.slice(0, -1) });
    await this.#replay();
    return last;
  }

  /** Back to the start of the page. What the reader has written into snippets stays. */
  async reset(): Promise<void> {
    await this.#idle();
    this.#save({ log: [], actions: [] });
    await this.#replay();
  }

  /** Ends what is going on and waits until nobody uses the session. */
  async #idle(): Promise<void> {
    this.kill();
    await this.#queue;
  }

  async #replay(): Promise<void> {
    this.#open = this.#start();
    await this.#open;
    this.dispatchEvent(new Event('actions'));
  }

  async #start(): Promise<void> {
    this.#worker ??= this.#createWorker();
    const { prompt } = await this.#ask('open', {
      type: 'open',
      options: this.#options.session,
      log: this.#saved.log,
      ...(this.#options.locale !== undefined && { locale: this.#options.locale }),
    });
    this.#setPrompt(prompt);
  }

  #createWorker(): WorkerLike {
    const worker = this.#options.createWorker();
    worker.onmessage = ({ data }) => {
      if (worker === this.#worker) this.#receive(data);
    };
    worker.onerror = (event) => {
      if (worker !== this.#worker) return;
      const error = new Error(event.message || 'the simulator could not be loaded');
      for (const { reject } of this.#pending.values()) reject(error);
      this.#stopWorker();
    };
    return worker;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'answer':
        this.#pending.get(message.id)?.resolve(message.value as never);
        this.#pending.delete(message.id);
        return;
      case 'failure':
        this.#pending.get(message.id)?.reject(new Error(message.message));
        this.#pending.delete(message.id);
        return;
      case 'output': {
        const drawn = () => this.#post({ type: 'ack' });
        if (this.#running) this.#running.watcher.onOutput(message.text, drawn);
        else drawn();
        return;
      }
      case 'passing':
        this.#running?.watcher.onPassing?.(message.engineMs);
        return;
      case 'waiting':
        this.#running?.watcher.onWaiting?.(message.waiting, message.hidden);
        return;
      case 'pong':
        clearTimeout(this.#watchdog);
    }
  }

  #ask<K extends Request['type']>(
    _kind: K,
    request: Extract<Request, { type: K }>,
  ): Promise<Answers[K & keyof Answers]> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#post({ type: 'request', id, request });
    });
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #stopWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#open = undefined;
    this.#pending.clear();
  }

  #grow(added: readonly LogEntry[], prompt: string): void {
    if (added.length > 0) this.#save({ log: [...this.#saved.log, ...added] });
    this.#setPrompt(prompt);
  }

  #setPrompt(prompt: string): void {
    this.#prompt = prompt;
    this.dispatchEvent(new Event('prompt'));
  }

  #setUser(user: User | undefined): void {
    this.#user = user;
    this.dispatchEvent(new Event('user'));
  }

  #save(change: Partial<SavedPage>): void {
    this.#saved = { ...NOTHING_SAVED, ...this.#saved, ...change };
    save(this.#options.store, this.#options.session.seed, this.#saved);
  }
}
