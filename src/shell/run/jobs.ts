import type { Process, ProcessGroup } from '../../docker/kernel/process.ts';

/** A pipeline that runs, or ran, in the background. */
export interface Job {
  readonly id: number;
  readonly processes: readonly Process[];
  readonly group: ProcessGroup;
  /** As written. */
  readonly source: string;
  /** Its end came to the shell's notice while it waited for something else. */
  noticed: boolean;
}

/** So many jobs are remembered; of more, those that are done are forgotten but for their status. */
const MOST_JOBS = 100;
/** Of so many jobs that are over a shell still knows the status (bash: as many as a user may have processes). */
const MOST_STATUSES = 4096;

/** The background jobs of a shell. */
export class Jobs {
  #jobs: Job[] = [];
  /** Exit statuses that `wait PID` may still ask for. */
  readonly #finished = new Map<number, number>();

  add(processes: readonly Process[], group: ProcessGroup, source: string): Job {
    if (this.#jobs.length >= MOST_JOBS) for (const job of this.#jobs.filter(isDone)) this.remove(job);
    const id = Math.max(0, ...this.#jobs.map((job) => job.id)) + 1;
    const job = { id, processes, group, source, noticed: false };
    this.#jobs.push(job);
    return job;
  }

  get all(): readonly Job[] {
    return this.#jobs;
  }

  remove(job: Job): void {
    this.#jobs = this.#jobs.filter((other) => other !== job);
    for (const process of job.processes)
      if (process.status !== undefined) this.#finished.set(process.pid, process.status.code);
    for (const pid of this.#finished.keys()) {
      if (this.#finished.size <= MOST_STATUSES) break;
      this.#finished.delete(pid);
    }
  }

  /** Exit status of a job that was taken off the list. */
  finished(pid: number): number | undefined {
    const status = this.#finished.get(pid);
    this.#finished.delete(pid);
    return status;
  }

  /** The job that `%1`, `%%`, `%-`, `%name` or a process number means. */
  find(spec: string): Job | undefined {
    if (!spec.startsWith('%'))
      return this.#jobs.find((job) => job.processes.some((p) => String(p.pid) === spec));
    const what = spec.slice(1);
    if (what === '' || what === '%' || what === '+') return this.#jobs.at(-1);
    if (what === '-') return this.#jobs.at(-2) ?? this.#jobs.at(-1);
    if (/^\d+$/.test(what)) return this.#jobs.find((job) => job.id === Number(what));
    if (what.startsWith('?')) return this.#jobs.find((job) => job.source.includes(what.slice(1)));
    return this.#jobs.find((job) => job.source.startsWith(what));
  }

  /** `+` for the current job, `-` for the one before. */
  mark(job: Job): string {
    const at = this.#jobs.indexOf(job);
    return at === this.#jobs.length - 1 ? '+' : at === this.#jobs.length - 2 ? '-' : ' ';
  }
}

export const isDone = (job: Job): boolean => job.processes.every((process) => process.status !== undefined);

/** Exit status of a job that is done: its last process's. */
export const statusOf = (job: Job): number => job.processes.at(-1)?.status?.code ?? 0;

/** How a job ended, in the words of `jobs`: `Done`, `Exit 3`, `Terminated`. */
export function stateOf(job: Job): string {
  if (!isDone(job)) return 'Running';
  const status = job.processes.at(-1)?.status;
  if (status?.signal !== undefined) return SIGNAL_WORDS[status.signal] ?? `Signal ${status.code - 128}`;
  return status === undefined || status.code === 0 ? 'Done' : `Exit ${status.code}`;
}

/** strsignal(3). */
export const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  PIPE: 'Broken pipe',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
};
