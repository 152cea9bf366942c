import type { ServiceInspect, TaskInspect, TaskState } from '../../../engine/api.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { CliError } from '../../failure.ts';
import { TaskLines } from './task-lines.ts';

/** Milliseconds between two looks, and how long tasks must hold out. */
const INTERVAL = 200;
const MONITOR = 5000;
/** More bars than this are not drawn. */
const MOST_BARS = 20;

const STATES: readonly TaskState[] = [
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
];
const number = (state: TaskState): number => STATES.indexOf(state) + 1;
const terminal = (state: TaskState): boolean => number(state) > number('running');
const RUNNING = number('running');
const LONGEST = 9;

/**
 * Watches a service until its tasks are as wanted and have held out (cli/command/service/progress). `name` is how the
 * service was called. Throws when an update pauses.
 */
export function* watchService(p: Process, swarm: Swarm, name: string, quiet: boolean): Sys<void> {
  const lines = new TaskLines(p, quiet);
  let convergedAt: number | undefined;
  let converged = false;
  let rollback = false;
  let last: { id: string; text: string } | undefined;
  let updater:
    | ((service: ServiceInspect, tasks: readonly TaskInspect[], rollback: boolean) => Sys<boolean>)
    | undefined;
  for (;;) {
    const service = swarm.service(name, { defaults: false });
    const monitor = (service.Spec.UpdateConfig?.Monitor ?? MONITOR * 1e6) / 1e6;
    updater ??= makeUpdater(service, lines);
    const status = service.UpdateStatus;
    if (status?.State === 'updating') rollback = false;
    else if (status?.State === 'completed' && !converged) return;
    else if (status?.State === 'paused') throw new CliError(`service update paused: ${status.Message}`);
    else if (status?.State === 'rollback_started') {
      if (!rollback && status.Message !== '') yield* lines.text('rollback', status.Message);
      rollback = true;
    } else if (status?.State === 'rollback_paused')
      throw new CliError(`service rollback paused: ${status.Message}`);
    else if (status?.State === 'rollback_completed') {
      if (!converged) last = { id: 'rollback', text: status.Message };
      rollback = true;
    }
    const { now } = p.kernel.clock;
    if (converged && convergedAt !== undefined && now - convergedAt >= monitor) {
      yield* lines.text('verify', `Service ${name} converged`);
      if (last !== undefined) yield* lines.text(last.id, last.text);
      return;
    }
    converged = yield* updater(
      service,
      swarm.tasks({ service: [service.ID], '_up-to-date': ['true'] }),
      rollback,
    );
    if (converged) {
      if (service.Spec.Mode.ReplicatedJob !== undefined || service.Spec.Mode.GlobalJob !== undefined) {
        yield* lines.text('', 'job complete');
        return;
      }
      convergedAt ??= now;
      const wait = monitor - (now - convergedAt);
      if (wait >= 0)
        yield* lines.text(
          'verify',
          `Waiting ${Math.floor(wait / 1000) + 1 - (wait % 1000 === 0 && wait > 0 ? 1 : 0)} seconds to verify that tasks are stable...`,
        );
    } else {
      if (convergedAt !== undefined) yield* lines.text('verify', 'Detected task failure');
      convergedAt = undefined;
    }
    yield* p.sleep(INTERVAL);
  }
}

type Update = (service: ServiceInspect, tasks: readonly TaskInspect[], rollback: boolean) => Sys<boolean>;

function makeUpdater(service: ServiceInspect, lines: TaskLines): Update {
  const { Replicated, Global, ReplicatedJob } = service.Spec.Mode;
  if (Replicated !== undefined) return replicated(lines);
  if (Global !== undefined) return global(lines);
  return job(lines, ReplicatedJob ?? { MaxConcurrent: 1, TotalCompletions: 1 });
}

/** One task a slot: the one that is wanted least dead. */
function bySlot(tasks: readonly TaskInspect[]): Map<number, TaskInspect> {
  const out = new Map<number, TaskInspect>();
  for (const task of tasks) {
    if (number(task.DesiredState) === 0 || number(task.Status.State) === 0) continue;
    const slot = task.Slot ?? 0;
    const other = out.get(slot);
    if (other !== undefined) {
      const [a, b] = [number(other.DesiredState), number(task.DesiredState)];
      if (a < b || (a === b && number(other.Status.State) <= number(task.Status.State))) continue;
    }
    out.set(slot, task);
  }
  return out;
}

const overall = (lines: TaskLines, running: number, wanted: number, rollback: boolean): Sys<void> =>
  lines.text(
    'overall progress',
    `${rollback ? 'rolling back update: ' : ''}${running} out of ${wanted} tasks`,
  );

function* showTask(lines: TaskLines, id: string, task: TaskInspect): Sys<void> {
  const { Err = '', State } = task.Status;
  if (Err !== '') yield* lines.text(id, shorten(Err));
  else if (!terminal(task.DesiredState) && !terminal(State))
    yield* lines.bar(id, State.padEnd(LONGEST), number(State), RUNNING);
}

function shorten(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return line.length > 62 ? `${line.slice(0, 61)}…` : line;
}

function replicated(lines: TaskLines): Update {
  const slots = new Map<number, number>();
  let begun = false;
  let done = false;
  return function* (service, tasks, rollback) {
    const replicas = service.Spec.Mode.Replicated?.Replicas ?? 0;
    if (!begun) {
      begun = true;
      yield* overall(lines, 0, replicas, rollback);
      if (replicas <= MOST_BARS)
        for (let i = 1; i <= replicas; i++) yield* lines.text(`${i}/${replicas}`, ' ');
    }
    const found = bySlot(tasks);
    if (done) done = [...found.values()].every((task) => task.Status.State === 'running');
    let running = 0;
    for (const [slot, task] of found) {
      const place = slots.get(slot) ?? slots.size + 1;
      slots.set(slot, place);
      if (!terminal(task.DesiredState) && task.Status.State === 'running') running++;
      if (!done && replicas <= MOST_BARS && place <= replicas)
        yield* showTask(lines, `${place}/${replicas}`, task);
    }
    if (!done) {
      yield* overall(lines, running, replicas, rollback);
      if (running === replicas) done = true;
    }
    return running === replicas;
  };
}

function global(lines: TaskLines): Update {
  let begun = false;
  let done = false;
  return function* (_service, tasks, rollback) {
    const nodes = new Map<string, TaskInspect>();
    for (const task of tasks) {
      if (task.NodeID === undefined) continue;
      const other = nodes.get(task.NodeID);
      if (other === undefined || number(task.DesiredState) <= number(other.DesiredState))
        nodes.set(task.NodeID, task);
    }
    if (!begun) {
      if (tasks.length === 0) return false;
      begun = true;
      yield* overall(lines, 0, nodes.size, rollback);
    }
    if (done) done = [...nodes.values()].every((task) => task.Status.State === 'running');
    let running = 0;
    for (const [node, task] of nodes) {
      if (!terminal(task.DesiredState) && task.Status.State === 'running') running++;
      if (!done && nodes.size <= MOST_BARS) yield* showTask(lines, node.slice(0, 12), task);
    }
    if (!done) {
      yield* overall(lines, running, nodes.size, rollback);
      if (running === nodes.size) done = true;
    }
    return running === nodes.size;
  };
}

function job(lines: TaskLines, mode: { MaxConcurrent: number; TotalCompletions: number }): Update {
  let begun = false;
  const { MaxConcurrent: concurrent, TotalCompletions: total } = mode;
  const digits = String(total).length;
  const progress = function* (active: number, completed: number): Sys<void> {
    yield* lines.bar(
      'job progress',
      `${String(completed).padStart(digits)} out of ${total} complete`,
      completed,
      total,
    );
    yield* lines.text('active tasks', `${active} out of ${Math.min(total - completed, concurrent)} tasks`);
  };
  return function* (service, all) {
    const iteration = service.JobStatus?.JobIteration.Index;
    const tasks = all.filter((task) => task.JobIteration?.Index === iteration);
    if (!begun) {
      begun = true;
      yield* progress(0, 0);
      if (total <= MOST_BARS) for (let i = 1; i <= total; i++) yield* lines.text(`${i}/${total}`, ' ');
    }
    const completed = tasks.filter((task) => task.Status.State === 'complete').length;
    const active = tasks.filter((task) => !terminal(task.Status.State));
    if (total <= MOST_BARS)
      for (const task of tasks) {
        const id = `${(task.Slot ?? 0) + 1}/${total}`;
        if (task.Status.State === 'complete')
          yield* lines.bar(id, 'complete '.padEnd(LONGEST), RUNNING + 1, RUNNING + 1);
        else yield* showTask(lines, id, task);
      }
    yield* progress(active.length, completed);
    return completed === total;
  };
}
