import { text } from '../../kernel/bytes.ts';
import { WaitQueue } from '../../kernel/wait.ts';

/** A line below a step: `transferring context: 42B`, `exporting layers`. */
export interface Status {
  readonly name: string;
  /** Shown after the name: bytes. */
  amount: string;
  readonly started: number;
  completed: number | undefined;
}

/** A step of a build as it is shown. Times are milliseconds of engine time. */
export interface Vertex {
  readonly name: string;
  readonly started: number;
  completed: number | undefined;
  outcome: 'running' | 'done' | 'cached' | 'error' | 'canceled';
  error: string;
  readonly statuses: Status[];
  /** Complete lines of output with their time. */
  readonly logs: { readonly time: number; readonly line: string }[];
  /** Output after the last line end. */
  partial: string;
  readonly warnings: string[];
}

/** What a build is doing: written by the solver, read by the displays. */
export class Progress {
  readonly vertices: Vertex[] = [];
  readonly changed = new WaitQueue();
  readonly started: number;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.started = now();
  }

  get now(): number {
    return this.#now();
  }

  start(name: string): Vertex {
    const vertex: Vertex = {
      name,
      started: this.now,
      completed: undefined,
      outcome: 'running',
      error: '',
      statuses: [],
      logs: [],
      partial: '',
      warnings: [],
    };
    this.vertices.push(vertex);
    this.changed.wake();
    return vertex;
  }

  /** A status that is over at once, or is ended by the returned function. */
  status(vertex: Vertex, name: string, amount = ''): () => void {
    const status: Status = { name, amount, started: this.now, completed: undefined };
    vertex.statuses.push(status);
    this.changed.wake();
    return () => {
      status.completed = this.now;
      this.changed.wake();
    };
  }

  log(vertex: Vertex, bytes: Uint8Array): void {
    const lines = (vertex.partial + text(bytes)).split('\n');
    vertex.partial = lines.pop() ?? '';
    for (const line of lines) vertex.logs.push({ time: this.now, line: line.replace(/\r$/, '') });
    this.changed.wake();
  }

  complete(vertex: Vertex, outcome: 'done' | 'cached' | 'canceled' = 'done', at = this.now): void {
    if (vertex.completed !== undefined) return;
    this.#endOutput(vertex);
    vertex.completed = at;
    vertex.outcome = outcome;
    this.changed.wake();
  }

  fail(vertex: Vertex, error: string): void {
    this.#endOutput(vertex);
    vertex.completed = this.now;
    vertex.outcome = 'error';
    vertex.error = error;
    this.changed.wake();
  }

  /** The build was interrupted: what runs is canceled. */
  cancel(): void {
    for (const vertex of this.vertices) this.complete(vertex, 'canceled');
  }

  #endOutput(vertex: Vertex): void {
    if (vertex.partial !== '') vertex.logs.push({ time: this.now, line: vertex.partial });
    vertex.partial = '';
  }
}

/** The progress of several builds at once: steps carry the name of what is built. */
export class NamedProgress extends Progress {
  prefix = '';

  override start(name: string): Vertex {
    if (this.prefix === '') return super.start(name);
    return super.start(
      name.startsWith('[') ? `[${this.prefix} ${name.slice(1)}` : `[${this.prefix}] ${name}`,
    );
  }
}

/** Seconds since the start of a step, as a log line shows them: `0.103`, `12.34`, `123.4`. */
export function logTime(vertex: Vertex, time: number): string {
  const seconds = Math.max(0, time - vertex.started) / 1000;
  return seconds.toFixed(seconds < 10 ? 3 : seconds < 100 ? 2 : 1);
}

/** The output of steps that failed, in boxes (progressui printErrorLogs). */
export function errorBoxes(progress: Progress): string {
  return progress.vertices
    .filter((vertex) => vertex.outcome === 'error')
    .map((vertex) => {
      const lines = vertex.logs.slice(-20).map(({ time, line }) => `${logTime(vertex, time)} ${line}\n`);
      return `------\n > ${vertex.name}:\n${lines.join('')}------\n`;
    })
    .join('');
}
