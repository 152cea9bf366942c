import type { Process } from '../../docker/kernel/process.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { isDone, type Job, stateOf } from '../run/jobs.ts';
import type { Shell } from '../run/shell.ts';

/** A job as `jobs` lists it: `[1]+  Done                    sleep 1`. */
export const jobLine = (shell: Shell, job: Job, long: boolean): string => {
  const state = stateOf(job);
  const pid = long ? `${job.processes[0]?.pid ?? 0} ` : '';
  if (shell.dialect.name === 'bash')
    return `[${job.id}]${shell.jobs.mark(job)}  ${pid}${state.padEnd(24)}${job.source}${isDone(job) ? '' : ' &'}\n`;
  const mark = shell.dialect.name === 'dash' ? ` ${shell.jobs.mark(job)} ` : `${shell.jobs.mark(job)}  `;
  return `[${job.id}]${mark}${pid}${state.padEnd(26)} ${job.source}\n`;
};

/** Before a prompt: tells of jobs that have ended, once. */
export function* announceJobs(shell: Shell): Sys<void> {
  for (const job of [...shell.jobs.all]) {
    if (!isDone(job)) continue;
    // The prompt after `kill %1` comes before the shell hears of the end.
    if (shell.conversational && job.processes.every((process) => justEnded(shell, process))) continue;
    if (shell.conversational) yield* shell.p.error(jobLine(shell, job, false));
    shell.jobs.remove(job);
  }
}

const justEnded = (shell: Shell, process: Process): boolean =>
  shell.p.kernel.clock.now - (process.endedAt ?? 0) < 1;
