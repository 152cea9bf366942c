import type { Progress, Vertex } from './progress.ts';

const BLUE = '\x1b[34m';
const RED = '\x1b[31m';
const YELLOW = '\x1b[33m';
const FAINT = '\x1b[2m';
const RESET = '\x1b[0m';
/** Lines of output shown below a running step. */
const OUTPUT_LINES = 6;

interface Job {
  readonly name: string;
  readonly amount: string;
  readonly started: number;
  readonly completed: number | undefined;
  readonly outcome: Vertex['outcome'];
  readonly output: readonly string[];
}

/** The display on a terminal, which draws over itself (progressui/display.go). */
export class TtyDisplay {
  readonly #progress: Progress;
  readonly #size: { readonly columns: number; readonly rows: number };
  #lines = 0;
  #repeated = false;

  constructor(progress: Progress, size: { readonly columns: number; readonly rows: number }) {
    this.#progress = progress;
    this.#size = size;
  }

  /** The whole display anew; `last` shows all steps, the others as many as fit. */
  draw(last: boolean): string {
    const width = this.#size.columns;
    const { vertices, now, started } = this.#progress;
    let out = `${'\x1b[1A'.repeat(this.#lines + 1)}${this.#repeated ? '' : '\x1b[1B'}\x1b[0G\x1b[?25l`;
    this.#repeated = true;
    const done = vertices.filter((vertex) => vertex.completed !== undefined).length;
    const finished = last && done > 0 && done === vertices.length ? 'FINISHED' : '';
    const head = `[+] Building ${((now - started) / 1000).toFixed(1)}s (${done}/${vertices.length}) ${finished}`;
    out += `${align(head, 'docker:default', width - 1)}\n`;
    let lines = 0;
    for (const job of this.#jobs(last)) {
      const line = jobLine(job, now, width);
      if (line === undefined) continue;
      out += line;
      lines++;
      for (const text of job.output) {
        out += `${FAINT}${` => => # ${text.slice(0, width - 12)}`.padEnd(width - 1)}\n${RESET}`;
        lines++;
      }
    }
    const fewer = this.#lines - lines;
    if (fewer > 0) out += `${`${' '.repeat(width)}\n`.repeat(fewer)}\x1b[${fewer}A\x1b[0G`;
    this.#lines = lines;
    return `${out}\x1b[?25h`;
  }

  #jobs(all: boolean): Job[] {
    const jobs = this.#progress.vertices.flatMap((vertex) => [
      vertexJob(vertex),
      ...vertex.statuses.map(
        (status): Job => ({
          name: `=> ${status.name}`,
          amount: status.amount,
          started: status.started,
          completed: status.completed ?? vertex.completed,
          outcome: 'done',
          output: [],
        }),
      ),
    ]);
    if (all) return jobs;
    const hidden = jobs.reduce((sum, job) => sum + job.output.length, 0);
    return jobs.slice(Math.max(0, jobs.length - Math.max(1, this.#size.rows - 2 - hidden)));
  }
}

function vertexJob(vertex: Vertex): Job {
  const prefix = { cached: 'CACHED ', error: 'ERROR ', canceled: 'CANCELED ', done: '', running: '' }[
    vertex.outcome
  ];
  const running = vertex.completed === undefined;
  return {
    name: `${prefix}${vertex.name.replaceAll('\t', ' ')}`,
    amount: '',
    started: vertex.started,
    completed: vertex.completed,
    outcome: vertex.outcome,
    output: running ? vertex.logs.slice(-OUTPUT_LINES).map(({ line }) => line) : [],
  };
}

function jobLine(job: Job, now: number, width: number): string | undefined {
  const spent = ((job.completed ?? now) - job.started) / 1000;
  const timer = ` ${(spent < 0.05 ? 0 : spent).toFixed(1).padStart(3)}s\n`;
  let left = width - 4 - timer.length - 1;
  const amount = job.amount !== '' && left + job.amount.length > 20;
  if (amount) left -= job.amount.length + 1;
  if (left < 12) return undefined;
  const line = align(` => ${job.name.slice(0, left)}${amount ? ` ${job.amount}` : ''}`, timer, width);
  if (job.completed === undefined) return line;
  const colour = job.outcome === 'error' ? RED : job.outcome === 'canceled' ? YELLOW : BLUE;
  return `${colour}${line}${RESET}`;
}

/** Two texts, the second at the right end of `width` columns. */
const align = (left: string, right: string, width: number): string =>
  `${left.padEnd(width - right.length - 1)} ${right}`;
