import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';

const WIDTH = 50;

/**
 * Lines of progress by name (pkg/jsonmessage): on a terminal each is drawn over, else a line is printed each time, and
 * bars are left out.
 */
export class TaskLines {
  readonly #p: Process;
  readonly #quiet: boolean;
  readonly #places = new Map<string, number>();

  constructor(p: Process, quiet: boolean) {
    this.#p = p;
    this.#quiet = quiet;
  }

  text(id: string, text: string): Sys<void> {
    return this.#show(id, text, false);
  }

  bar(id: string, text: string, current: number, total: number): Sys<void> {
    const percent = Math.trunc((current / total) * 100);
    const done = Math.trunc(Math.min(100, percent) / 2);
    const bar = current <= 0 ? '' : `[${'='.repeat(done)}>${' '.repeat(Math.max(0, WIDTH - done))}]`;
    return this.#show(id, `${text} ${bar}`, true);
  }

  *#show(id: string, text: string, bar: boolean): Sys<void> {
    if (this.#quiet) return;
    const p = this.#p;
    if (!p.isatty(1)) {
      if (!bar) yield* p.print(`${id === '' ? '' : `${id}: `}${text}\n`);
      return;
    }
    if (id === '') {
      yield* p.print(`${text}\n`);
      return;
    }
    if (!this.#places.has(id)) {
      this.#places.set(id, this.#places.size);
      yield* p.print('\n');
    }
    const up = this.#places.size - (this.#places.get(id) ?? 0);
    yield* p.print(`\x1b[${up}A\x1b[2K\r${id}: ${text} \r\x1b[${up}B`);
  }
}
