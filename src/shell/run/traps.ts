import type { Signal } from '../../docker/kernel/signals.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { runText } from './execute.ts';
import type { Shell } from './shell.ts';

/** Conditions that are no signals. */
export type Condition = Signal | 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN';

/** The traps of a shell, and the signals that wait for the end of the running command. */
export class Traps {
  readonly #shell: Shell;
  readonly #actions = new Map<Condition, string>();
  #pending: Signal[] = [];
  #running = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  get(condition: Condition): string | undefined {
    return this.#actions.get(condition);
  }

  get all(): ReadonlyMap<Condition, string> {
    return this.#actions;
  }

  /** Sets an action; undefined restores the default, an empty text ignores the signal. */
  set(condition: Condition, action: string | undefined): void {
    if (action === undefined) this.#actions.delete(condition);
    else this.#actions.set(condition, action);
    if (condition === 'EXIT' || condition === 'ERR' || condition === 'DEBUG' || condition === 'RETURN')
      return;
    if (action === '') this.#shell.p.onSignal(condition, 'ignore');
    else if (action !== undefined) this.#shell.p.onSignal(condition, (signal) => this.#pending.push(signal));
    else this.#shell.p.onSignal(condition, this.defaults.get(condition));
  }

  /** Takes all traps back. */
  clear(): void {
    for (const condition of [...this.#actions.keys()]) this.set(condition, undefined);
    this.#pending = [];
  }

  /** What signals do in this shell without a trap (an interactive one ignores TERM). */
  readonly defaults = new Map<Signal, (signal: Signal) => void>();

  get waiting(): boolean {
    return this.#pending.length > 0;
  }

  /** The signal that came last, for the status of an interrupted `wait`. */
  get lastSignal(): Signal | undefined {
    return this.#pending.at(-1);
  }

  /** Runs what has come in; between two commands. */
  *runPending(): Sys<void> {
    while (this.#pending.length > 0) {
      const signal = this.#pending.shift();
      if (signal === undefined) return;
      const action = this.#actions.get(signal);
      if (action !== undefined && action !== '') yield* this.#run(action);
    }
  }

  *runExit(): Sys<void> {
    const action = this.#actions.get('EXIT');
    this.#actions.delete('EXIT');
    if (action !== undefined && action !== '') yield* this.#run(action);
  }

  /** The ERR trap, after a command that failed. */
  *runError(): Sys<void> {
    const action = this.#actions.get('ERR');
    if (action !== undefined && action !== '' && this.#running === 0) yield* this.#run(action);
  }

  *#run(action: string): Sys<void> {
    const shell = this.#shell;
    const { status, pipeStatus, line } = shell;
    this.#running++;
    try {
      yield* runText(shell, action, { line });
    } finally {
      this.#running--;
    }
    shell.status = status;
    shell.pipeStatus = pipeStatus;
    shell.line = line;
  }
}
