import { logTime, type Progress, type Vertex } from './progress.ts';

/** `--progress plain`, and what is shown without a terminal: one step after the other, numbered as they are shown. */
export class PlainDisplay {
  readonly #progress: Progress;
  readonly #shown = new Set<Vertex>();
  #current: Vertex | undefined;
  #number = 0;
  #statuses = 0;
  #logs = 0;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** What has come since the last call. */
  take(): string {
    let out = '';
    for (;;) {
      const vertex = this.#current ?? this.#next();
      if (vertex === undefined) return out;
      if (this.#current === undefined) {
        this.#current = vertex;
        this.#shown.add(vertex);
        this.#statuses = 0;
        this.#logs = 0;
        out += `\n#${++this.#number} ${vertex.name}\n`;
      }
      out += this.#more(vertex);
      if (vertex.completed === undefined) return out;
      out += this.#end(vertex);
      this.#current = undefined;
    }
  }

  #next(): Vertex | undefined {
    return this.#progress.vertices.find((vertex) => !this.#shown.has(vertex));
  }

  #more(vertex: Vertex): string {
    let out = '';
    for (
      let status = vertex.statuses[this.#statuses];
      status !== undefined;
      status = vertex.statuses[this.#statuses]
    ) {
      if (status.completed === undefined) break;
      const seconds = (status.completed - status.started) / 1000;
      const time = seconds < 0.005 ? '' : ` ${seconds.toFixed(1)}s`;
      out += `#${this.#number} ${status.name}${status.amount === '' ? '' : ` ${status.amount}`}${time} done\n`;
      this.#statuses++;
    }
    for (let log = vertex.logs[this.#logs]; log !== undefined; log = vertex.logs[this.#logs]) {
      out += `#${this.#number} ${logTime(vertex, log.time)} ${log.line}\n`;
      this.#logs++;
    }
    return out;
  }

  #end(vertex: Vertex): string {
    const head = `#${this.#number}`;
    const warnings = vertex.warnings.map((warning) => `${head} WARN: ${warning}\n`).join('');
    const seconds = ((vertex.completed ?? vertex.started) - vertex.started) / 1000;
    switch (vertex.outcome) {
      case 'cached':
        return `${warnings}${head} CACHED\n`;
      case 'error':
        return `${warnings}${head} ERROR: ${vertex.error}\n`;
      case 'canceled':
        return `${warnings}${head} CANCELED\n`;
      default:
        return `${warnings}${head} DONE ${seconds.toFixed(1)}s\n`;
    }
  }
}
