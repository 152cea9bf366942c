import type { Process } from '../../docker/kernel/process.ts';
import { parseSignal, SIGNALS, type Signal } from '../../docker/kernel/signals.ts';
import type { Sys, WaitQueue } from '../../docker/kernel/wait.ts';
import { Complaint } from '../run/control.ts';
import { isDone, type Job, SIGNAL_WORDS, statusOf } from '../run/jobs.ts';
import { reportSignal } from '../run/pipeline.ts';
import type { Shell } from '../run/shell.ts';
import { jobLine } from './job-news.ts';
import { readOptions } from './types.ts';

/** `jobs [-lpr]` */
export function* jobs(shell: Shell, args: readonly string[]): Sys<number> {
  const { options } = readOptions(args, 'lprsn');
  for (const job of [...shell.jobs.all]) {
    if (options.has('r') && isDone(job)) continue;
    if (options.has('p')) yield* shell.p.print(`${job.processes[0]?.pid ?? ''}\n`);
    else yield* shell.p.print(jobLine(shell, job, options.has('l')));
    if (isDone(job)) shell.jobs.remove(job);
  }
  return 0;
}

function jobFor(shell: Shell, args: readonly string[]): Job {
  const [name = '', spec = '%%'] = args;
  if (!shell.option('monitor') && shell.dialect.name === 'bash') throw new Complaint('no job control', 1);
  const job = shell.jobs.find(spec.startsWith('%') ? spec : `%${spec}`);
  if (job !== undefined) return job;
  const bash = shell.dialect.name === 'bash';
  if (spec === '%%') throw new Complaint(bash ? 'current: no such job' : 'No current job', bash ? 1 : 2);
  throw new Complaint(bash ? `${spec}: no such job` : `No such job: ${spec}`, name === 'fg' && bash ? 1 : 2);
}

/** `fg [job]`: waits for a job as if it had been started in the foreground. */
export function* fg(shell: Shell, args: readonly string[]): Sys<number> {
  const job = jobFor(shell, args);
  yield* shell.p.print(`${job.source}\n`);
  const statuses = yield* shell.awaitForeground(job.processes, job.group);
  shell.jobs.remove(job);
  yield* reportSignal(shell, job.processes.at(-1), statuses.at(-1), job.source);
  return statuses.at(-1)?.code ?? 0;
}

/** `bg [job]`: nothing is ever stopped here, so a job is in the background already. */
export function* bg(shell: Shell, args: readonly string[]): Sys<number> {
  const job = jobFor(shell, args);
  throw new Complaint(`job ${job.id} already in background`, 0);
}

/** `disown [job]` */
export function* disown(shell: Shell, args: readonly string[]): Sys<number> {
  for (const spec of args.length > 1 ? args.slice(1) : ['%%']) {
    const job = shell.jobs.find(spec);
    if (job === undefined) throw new Complaint(`${spec === '%%' ? 'current' : spec}: no such job`, 1);
    shell.jobs.remove(job);
  }
  return 0;
}

/** `wait [-n] [job or process]`: a signal with a trap ends it with 128 + its number. */
export function* wait(shell: Shell, args: readonly string[]): Sys<number> {
  const any = args[1] === '-n';
  const specs = args.slice(any ? 2 : 1).filter((arg) => arg !== '-f');
  if (any) return yield* waitAny(shell);
  if (specs.length === 0) {
    for (const job of [...shell.jobs.all]) {
      // What had ended before is taken note of without a word.
      if (isDone(job) && shell.conversational && shell.dialect.name === 'bash') {
        shell.jobs.remove(job);
        continue;
      }
      const status = yield* waitJob(shell, job);
      if (status === undefined) return interruptedStatus(shell);
    }
    return 0;
  }
  let result = 0;
  for (const spec of specs) {
    const job = shell.jobs.find(spec);
    if (job !== undefined) {
      const status = yield* waitJob(shell, job, shell.dialect.name !== 'bash' && !job.noticed);
      if (status === undefined) return interruptedStatus(shell);
      result = status;
      continue;
    }
    if (spec.startsWith('%')) throw new Complaint(`${spec}: no such job`, 127);
    if (!/^\d+$/.test(spec))
      throw new Complaint(
        shell.dialect.name === 'bash' ? `\`${spec}': not a pid or valid job spec` : `Illegal number: ${spec}`,
        shell.dialect.name === 'bash' ? 1 : 2,
      );
    const known = shell.jobs.finished(Number(spec));
    if (known === undefined && shell.dialect.name === 'bash')
      yield* shell.complain(`wait: pid ${spec} is not a child of this shell`);
    result = known ?? 127;
  }
  return result;
}

function interruptedStatus(shell: Shell): number {
  if (shell.interrupted) return 130;
  const signal = shell.traps.lastSignal;
  return signal === undefined ? 130 : 128 + SIGNALS[signal];
}

/** `told`: the shell tells how the job ended if it learns it only now (dash and BusyBox, of a job waited for by name). */
function* waitJob(shell: Shell, job: Job, told = false): Sys<number | undefined> {
  for (const process of job.processes) {
    const status = yield* shell.interruptible(process.wait());
    if (status === undefined) return undefined;
  }
  const listed = shell.jobs.all.includes(job);
  const status = job.processes.at(-1)?.status;
  if (listed && shell.conversational && shell.jobControl) yield* shell.p.error(jobLine(shell, job, false));
  else if (
    listed &&
    status?.signal !== undefined &&
    (shell.dialect.name === 'bash' ? status.signal !== 'TERM' : told)
  ) {
    yield* reportSignal(shell, job.processes.at(-1), status, job.source);
  }
  shell.jobs.remove(job);
  return statusOf(job);
}

function* waitAny(shell: Shell): Sys<number> {
  const jobs = [...shell.jobs.all];
  if (jobs.length === 0) return 127;
  const queues = jobs.flatMap((job) => job.processes.map((process) => process.ended));
  const done = yield* shell.interruptible(firstDone(jobs, queues));
  if (done === undefined) return interruptedStatus(shell);
  shell.jobs.remove(done);
  return statusOf(done);
}

function* firstDone(jobs: readonly Job[], queues: readonly WaitQueue[]): Sys<Job> {
  for (;;) {
    const done = jobs.find(isDone);
    if (done !== undefined) return done;
    yield { queues };
  }
}

const NAMES = Object.entries(SIGNALS);

/** `kill [-s signal | -signal] process…`, `kill -l` */
export function* kill(shell: Shell, args: readonly string[]): Sys<number> {
  const { name } = shell.dialect;
  let rest = args.slice(1);
  let signal: Signal | 0 = 'TERM';
  const [first] = rest;
  if (first === '-l' || first === '-L') return yield* listSignals(shell, rest[1]);
  if (first === '-s' || first === '-n') {
    signal = signalFor(shell, rest[1] ?? '');
    rest = rest.slice(2);
  } else if (first !== undefined && /^-./.test(first) && first !== '--') {
    signal = signalFor(shell, first.slice(1));
    rest = rest.slice(1);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest.length === 0) {
    if (name === 'ash') throw new Complaint('you need to specify whom to kill', 1);
    if (name === 'dash')
      throw new Complaint(
        'Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]',
        2,
      );
    yield* shell.p.error(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n',
    );
    return 2;
  }
  let status = 0;
  for (const spec of rest) if (!(yield* send(shell, spec, signal))) status = 1;
  return status;
}

function signalFor(shell: Shell, written: string): Signal | 0 {
  if (written === '0' || written === 'EXIT') return 0;
  const signal = parseSignal(written);
  if (signal !== undefined) return signal;
  const { name } = shell.dialect;
  if (name === 'ash') throw new Complaint(`bad signal name '${written}'`, 1);
  if (name === 'dash')
    throw new Complaint(
      /^\d/.test(written)
        ? `invalid signal number or name: ${written}`
        : `Illegal option -${written.slice(0, 1)}`,
      2,
    );
  throw new Complaint(`${written}: invalid signal specification`, 1);
}

/** Signals one process, group or job; false after a message if it cannot. */
function* send(shell: Shell, spec: string, signal: Signal | 0): Sys<boolean> {
  const { name } = shell.dialect;
  if (spec.startsWith('%')) {
    const job = shell.jobs.find(spec);
    if (job === undefined) {
      yield* shell.complain(`kill: ${spec}: no such job`);
      return false;
    }
    for (const process of job.processes) if (signal !== 0) process.signal(signal, shell.p);
    return true;
  }
  if (!/^-?\d+$/.test(spec)) {
    if (name === 'bash') yield* shell.complain(`kill: ${spec}: arguments must be process or job IDs`);
    else if (name === 'dash') throw new Complaint(`Illegal number: ${spec}`, 2);
    else yield* shell.complain(`invalid number '${spec}'`);
    return false;
  }
  const targets = targetsOf(shell, Number(spec));
  if (targets.length === 0) {
    const reason = 'No such process';
    if (name === 'bash') yield* shell.complain(`kill: (${spec}) - ${reason}`);
    else yield* shell.complain(name === 'dash' ? `kill: ${reason}\n` : `can't kill pid ${spec}: ${reason}`);
    return false;
  }
  for (const target of targets) {
    if (shell.p.uid !== 0 && shell.p.uid !== target.uid) {
      const reason = 'Operation not permitted';
      yield* shell.complain(
        name === 'bash'
          ? `kill: (${spec}) - ${reason}`
          : name === 'dash'
            ? `kill: ${reason}\n`
            : `can't kill pid ${spec}: ${reason}`,
      );
      return false;
    }
    if (signal !== 0) target.signal(signal, shell.p);
  }
  return true;
}

function targetsOf(shell: Shell, pid: number): Process[] {
  const { processes } = shell.p.pids;
  if (pid > 0) {
    const process = shell.p.pids.find(pid);
    return process === undefined ? [] : [process];
  }
  if (pid === 0) return [...shell.p.group.members];
  if (pid === -1)
    return [...processes.values()].filter((process) => process !== shell.p && process !== shell.p.pids.init);
  return [...processes.values()].filter((process) => process.group.id === -pid);
}

function* listSignals(shell: Shell, one: string | undefined): Sys<number> {
  if (one !== undefined) {
    const number = Number(one) > 128 ? Number(one) - 128 : Number(one);
    const signal = parseSignal(Number.isNaN(number) ? one : String(number));
    if (signal === undefined) throw new Complaint(`${one}: invalid signal specification`, 1);
    yield* shell.p.print(`${Number.isNaN(number) ? SIGNALS[signal] : signal}\n`);
    return 0;
  }
  if (shell.dialect.name === 'bash') {
    const cells = NAMES.map(([name, number]) => `${String(number).padStart(2)}) SIG${name}`);
    const rows: string[] = [];
    for (let i = 0; i < cells.length; i += 5) rows.push(`${cells.slice(i, i + 5).join('\t')}\n`);
    yield* shell.p.print(rows.join(''));
  } else
    yield* shell.p.print(
      NAMES.map(([name, number]) =>
        shell.dialect.name === 'ash' ? `${String(number).padStart(2)}) ${name}\n` : `${name}\n`,
      ).join(''),
    );
  return 0;
}

export { SIGNAL_WORDS };
