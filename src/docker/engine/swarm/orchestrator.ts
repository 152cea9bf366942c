import type { Sys } from '../../kernel/wait.ts';
import type { Rooms } from '../rooms.ts';
import { releaseAddresses, removeTaskContainer, runTask } from './agent.ts';
import { poolOf } from './networks.ts';
import { eligible } from './scheduler.ts';
import { type Cluster, isTerminal, rank, type Service, Task } from './state.ts';

/** Nanoseconds a restart waits unless its policy says otherwise. */
const RESTART_DELAY = 5e9;

/** Keeps as many tasks of each service as are wanted: makes new ones, ends those too many, replaces what has failed. */
export class Orchestrator {
  readonly #rooms: Rooms;
  readonly #cluster: Cluster;
  /** Restarts of a slot, by service and slot: when they were. */
  readonly #restarts = new Map<string, number[]>();

  constructor(rooms: Rooms, cluster: Cluster) {
    this.#rooms = rooms;
    this.#cluster = cluster;
  }

  /** Brings the number of tasks to what the service asks for. */
  reconcile(service: Service): void {
    if (service.removed || this.#cluster.left) return;
    if (service.isGlobal) this.#reconcileGlobal(service);
    else if (service.isJob) this.#reconcileJob(service);
    else this.#reconcileReplicated(service);
    this.#cluster.changed.wake();
  }

  /** The task of each slot that is to run. */
  slots(service: Service): Map<number, Task> {
    const out = new Map<number, Task>();
    for (const task of this.#cluster.tasksOf(service))
      if (task.wanted && !task.restarting) out.set(task.slot, task);
    return out;
  }

  #reconcileReplicated(service: Service): void {
    const slots = this.slots(service);
    const wanted = service.replicas;
    const taken = [...slots.keys()].sort((a, b) => a - b);
    for (const slot of taken.slice(wanted)) this.discard(slots.get(slot));
    for (let slot = 1, count = taken.length; count < wanted; slot++) {
      if (slots.has(slot)) continue;
      this.start(service, slot, 'running');
      count++;
    }
  }

  #reconcileGlobal(service: Service): void {
    const slots = this.slots(service);
    const current = slots.get(0);
    if (eligible(this.#cluster, service)) {
      const done = service.isJob && this.#jobTasks(service).some((task) => task.state === 'complete');
      if (current === undefined && !done) this.start(service, 0, service.isJob ? 'complete' : 'running');
    } else current?.want('shutdown');
  }

  #jobTasks(service: Service): Task[] {
    return this.#cluster.tasksOf(service).filter((task) => task.iteration === service.iteration);
  }

  #reconcileJob(service: Service): void {
    const { MaxConcurrent = 1, TotalCompletions = 1 } = service.spec.Mode.ReplicatedJob ?? {};
    const tasks = this.#jobTasks(service);
    const done = tasks.filter((task) => task.state === 'complete');
    const active = tasks.filter((task) => task.wanted && !isTerminal(task.state));
    const taken = new Set([...done, ...active].map((task) => task.slot));
    for (let slot = 0, count = active.length; slot < TotalCompletions && count < MaxConcurrent; slot++) {
      if (taken.has(slot)) continue;
      this.start(service, slot, 'complete');
      count++;
    }
  }

  /** Makes a task and sends it on its way. */
  start(service: Service, slot: number, desired: 'ready' | 'running' | 'complete'): Task {
    const { daemon } = this.#rooms;
    const cluster = this.#cluster;
    const task = new Task(cluster, service, slot, desired);
    for (const network of taskNetworks(cluster, service)) {
      const address = poolOf(network)?.hold();
      if (address !== undefined) task.held.push({ network, address });
    }
    if (service.isGlobal) task.nodeId = cluster.node.id;
    cluster.tasks.set(task.id, task);
    this.#reap(service, slot);
    daemon.background(this.#live(task));
    return task;
  }

  *#live(task: Task): Sys<void> {
    const cluster = this.#cluster;
    yield* runTask(this.#rooms, cluster, task);
    releaseAddresses(task);
    cluster.changed.wake();
    if (!cluster.left) this.#ended(task);
    // What is to be removed goes with its container; what is kept as history waits until it is too old.
    while (task.desired !== 'remove' && cluster.tasks.has(task.id)) yield { queues: [task.changed] };
    yield* removeTaskContainer(this.#rooms, task);
    cluster.tasks.delete(task.id);
    cluster.changed.wake();
  }

  #ended(task: Task): void {
    const { service } = task;
    if (!task.wanted || service.removed) return;
    // A replacement that fails while it waits for its turn is replaced when the turn has come.
    if (task.desired === 'ready') return;
    if (service.isJob && task.state === 'complete') {
      this.reconcile(service);
      return;
    }
    if (service.isGlobal && !eligible(this.#cluster, service)) {
      task.want('shutdown');
      return;
    }
    const again = this.#mayRestart(task);
    task.want('shutdown');
    if (!again) return;
    const policy = task.spec.RestartPolicy ?? {};
    const next = this.start(service, task.slot, 'ready');
    this.#rooms.daemon.background(this.#release(next, (policy.Delay ?? RESTART_DELAY) / 1e6));
  }

  /** Lets a replacement run after the delay of its policy. */
  *#release(task: Task, delay: number): Sys<void> {
    const { daemon } = this.#rooms;
    const until = daemon.now + delay;
    while (daemon.now < until && rank(task.desired) < rank('running'))
      yield { queues: [task.changed], until };
    if (this.#cluster.left || task.desired !== 'ready') return;
    task.want(task.service.isJob ? 'complete' : 'running');
    if (isTerminal(task.state)) this.#ended(task);
  }

  #mayRestart(task: Task): boolean {
    const { Condition = 'any', MaxAttempts = 0, Window = 0 } = task.spec.RestartPolicy ?? {};
    if (Condition === 'none' || (Condition === 'on-failure' && task.state === 'complete')) return false;
    const { now } = this.#rooms.daemon;
    const key = `${task.service.id}/${task.slot}/${task.service.updates}`;
    const times = (this.#restarts.get(key) ?? []).filter((time) => Window === 0 || time > now - Window / 1e6);
    if (MaxAttempts > 0 && times.length >= MaxAttempts) return false;
    this.#restarts.set(key, [...times, now]);
    return true;
  }

  /** A drained node gives a task up; one of a replicated service is replaced as soon as it has stopped. */
  move(task: Task): void {
    const { service, slot } = task;
    task.want('shutdown');
    if (service.isGlobal || service.isJob) return;
    const next = this.start(service, slot, 'ready');
    this.#rooms.daemon.background(
      (function* (): Sys<void> {
        while (!isTerminal(task.state)) yield { queues: [task.changed] };
        next.want('running');
      })(),
    );
  }

  /** Ends a task and forgets it. */
  discard(task: Task | undefined): void {
    task?.want('remove');
  }

  /** Ends every task of a service. */
  discardAll(service: Service): void {
    for (const task of this.#cluster.tasksOf(service)) task.want('remove');
  }

  /** Forgets the oldest dead tasks of a slot beyond the history that is kept. */
  #reap(service: Service, slot: number): void {
    const limit = this.#cluster.spec.Orchestration.TaskHistoryRetentionLimit;
    if (limit < 0) return;
    const tasks = this.#cluster.tasksOf(service).filter((task) => task.slot === slot);
    let excess = tasks.length - Math.max(1, limit);
    for (const task of tasks) {
      if (excess <= 0) return;
      if (task.wanted || !isTerminal(task.state)) continue;
      task.want('remove');
      this.#cluster.tasks.delete(task.id);
      excess--;
    }
  }
}

/** The networks of the swarm a task of a service takes part in. */
export function taskNetworks(cluster: Cluster, service: Service): Cluster['networks'] {
  const { spec } = service;
  const ingress = (spec.EndpointSpec?.Ports ?? []).some((port) => port.PublishMode !== 'host');
  return cluster.networks.filter(
    (network) =>
      (ingress && network.settings.swarm?.ingress === true) ||
      (spec.TaskTemplate.Networks ?? []).some(({ Target }) => Target === network.id),
  );
}
