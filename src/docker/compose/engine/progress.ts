import type { Process } from '../../kernel/process.ts';
import { type Sys, WaitQueue } from '../../kernel/wait.ts';

export type State = 'working' | 'done' | 'warning' | 'error';

interface Line {
  readonly id: string;
  text: string;
  status: string;
  state: State;
  readonly parent: string;
  readonly started: number;
  ended: number | undefined;
}

/** Milliseconds between two drawings on a terminal. */
const TICK = 100;
const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const COLOURS: Readonly<Record<State, string>> = { working: '', done: '32', warning: '33', error: '31' };
const MARKS: Readonly<Record<State, string>> = { working: '', done: '✔', warning: '!', error: '✘' };

const paint = (code: string, text: string): string => (code === '' ? text : `\x1b[${code}m${text}\x1b[0m`);

/**
 * What Compose is doing, on standard error: a line per change, or on a terminal a list that is drawn anew (compose's
 * pkg/progress). Wrap the work in `run`.
 */
export class Progress {
  readonly #p: Process;
  readonly #title: string;
  readonly #terminal: { readonly columns: number } | undefined;
  readonly #quiet: boolean;
  /** Stands before every line of a dry run. */
  readonly #prefix: string;
  readonly #lines = new Map<string, Line>();
  #drawn = 0;
  #repeated = false;
  #over = false;
  #drawing = false;

  constructor(p: Process, title = 'Running', mode: 'auto' | 'plain' | 'tty' | 'quiet' = 'auto', dry = false) {
    this.#prefix = dry ? ' DRY-RUN MODE - ' : '';
    this.#p = p;
    this.#title = title;
    this.#quiet = mode === 'quiet';
    this.#terminal = mode === 'plain' || mode === 'quiet' ? undefined : p.files.get(2)?.tty;
  }

  /** The command that this is about. */
  get process(): Process {
    return this.#p;
  }

  /** Does the work and shows the end of the list, also if it fails. */
  *run<T>(work: Sys<T>): Sys<T> {
    let result: T;
    try {
      result = yield* work;
    } catch (error) {
      yield* this.#end();
      throw error;
    }
    yield* this.#end();
    return result;
  }

  /** ` Network shop_default  Created`: what it is about, how it stands; `text` is between the two (pulls). */
  *event(id: string, status: string, state: State, text = '', parent = ''): Sys<void> {
    if (this.#quiet) return;
    if (this.#terminal === undefined) {
      yield* this.#p.error(`${this.#prefix} ${id} ${text} ${status}\n`);
      return;
    }
    const now = this.#p.kernel.clock.now;
    const line = this.#lines.get(id) ?? { id, text, status, state, parent, started: now, ended: undefined };
    line.text = text;
    line.status = status;
    line.state = state;
    line.ended = state === 'working' ? undefined : (line.ended ?? now);
    this.#lines.set(id, line);
    this.#draw();
  }

  /** Draws every tenth of a second until the work is over. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    const { kernel } = this.#p;
    kernel.thread(
      this.#p,
      function* (this: Progress): Sys<void> {
        for (;;) {
          const until = kernel.clock.now + TICK;
          while (!this.#over && kernel.clock.now < until) yield { queues: [], until };
          if (this.#over) return;
          yield* this.#p.error(this.#text());
        }
      }.call(this),
    );
  }

  *#end(): Sys<void> {
    if (this.#over) return;
    this.#over = true;
    if (this.#terminal !== undefined && this.#lines.size > 0) yield* this.#p.error(this.#text());
  }

  #text(): string {
    const lines = [...this.#lines.values()];
    // The first time the real one goes a line up and down again, which is nothing.
    const up = this.#repeated ? '\x1b[1A'.repeat(this.#drawn + 1) : '';
    this.#repeated = true;
    const done = lines.filter(({ state }) => state === 'done').length;
    const head = `${this.#prefix}[+] ${this.#title} ${done}/${lines.length}`;
    const width = Math.max(...lines.map((line) => headOf(line).length));
    const rows = lines
      .filter(({ parent }) => parent === '')
      .flatMap((line) => [line, ...lines.filter(({ parent }) => parent === line.id)]);
    this.#drawn = rows.length;
    const body = rows.map((line) => this.#row(line, width)).join('');
    return `${up}\x1b[0G\x1b[?25l${done === lines.length ? paint('34', head) : head}\n${body}\x1b[?25h`;
  }

  #row(line: Line, width: number): string {
    const columns = this.#terminal?.columns ?? 80;
    const now = this.#p.kernel.clock.now;
    const seconds = ((line.ended ?? now) - line.started) / 1000;
    const timer = `${seconds.toFixed(1)}s `;
    const tick = Math.floor((now - line.started) / TICK) % SPINNER.length;
    const mark =
      line.state === 'working'
        ? paint('33', SPINNER[tick] ?? '')
        : paint(COLOURS[line.state], MARKS[line.state]);
    const indent = line.parent === '' ? '' : '  ';
    const left = `${indent} * ${headOf(line).padEnd(width)} ${line.status}`;
    const gap = ' '.repeat(Math.max(1, columns - left.length - timer.length));
    return `${indent} ${mark} ${headOf(line).padEnd(width)} ${paint(COLOURS[line.state], line.status)}${gap}${paint('34', timer)}\n`;
  }
}

const headOf = ({ id, text }: Line): string => `${id} ${text}`;

/** Does several things at the same time; the first failure is thrown once all are over. */
export function* together(p: Process, tasks: readonly (() => Sys<void>)[]): Sys<void> {
  let left = tasks.length;
  const failures: unknown[] = [];
  const done = new WaitQueue();
  for (const task of tasks)
    p.kernel.thread(
      p,
      (function* (): Sys<void> {
        try {
          yield* task();
        } catch (error) {
          failures.push(error);
        }
        left--;
        done.wake();
      })(),
    );
  while (left > 0) yield { queues: [done] };
  if (failures.length > 0) throw failures[0];
}
