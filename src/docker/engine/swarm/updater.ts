import { rfc3339Nano } from '../../kernel/clock.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Rooms } from '../rooms.ts';
import type { ServiceSpec, UpdateConfig } from '../types/swarm.ts';
import type { Orchestrator } from './orchestrator.ts';
import { type Cluster, isTerminal, rank, type Service, type Task } from './state.ts';

/** Milliseconds a new task must hold out. */
const MONITOR = 5000;

/** Replaces tasks that were made from an older spec, so many at a time, and watches whether the new ones hold. */
export class Updater {
  readonly #rooms: Rooms;
  readonly #cluster: Cluster;
  readonly #orchestrator: Orchestrator;

  constructor(rooms: Rooms, cluster: Cluster, orchestrator: Orchestrator) {
    this.#rooms = rooms;
    this.#cluster = cluster;
    this.#orchestrator = orchestrator;
  }

  /** Starts the update that the service's present spec asks for; an earlier one gives way. */
  begin(service: Service): void {
    service.updates++;
    this.#rooms.daemon.background(this.#run(service, service.updates));
  }

  *#run(service: Service, turn: number): Sys<void> {
    const { daemon } = this.#rooms;
    const rollback = service.updateStatus?.State === 'rollback_started';
    const dirty = [...this.#orchestrator.slots(service).values()].filter((task) =>
      isDirty(task, service.spec),
    );
    if (dirty.length === 0) {
      if (rollback) this.#complete(service, rollback);
      return;
    }
    yield* daemon.work(2, 5);
    if (service.updates !== turn) return;
    if (!rollback)
      this.#status(service, 'updating', 'update in progress', { StartedAt: rfc3339Nano(daemon.now) });
    const config = (rollback ? service.spec.RollbackConfig : service.spec.UpdateConfig) ?? {
      Parallelism: 1,
      MaxFailureRatio: 0,
    };
    const monitor = config.Monitor === undefined ? MONITOR : config.Monitor / 1e6;
    const updated: { task: Task; time: number }[] = [];
    const queue = [...dirty];
    const state = { failed: false, busy: 0 };
    const workers = config.Parallelism === 0 ? queue.length : Math.min(config.Parallelism, queue.length);
    const check = (): boolean =>
      this.#failed(service, turn, config, updated, monitor, dirty.length, rollback);
    for (let i = 0; i < workers; i++) {
      state.busy++;
      daemon.background(this.#work(service, turn, config, queue, updated, state, check));
    }
    while (state.busy > 0) yield { queues: [this.#cluster.changed] };
    const last = Math.max(0, ...updated.map(({ time }) => time));
    for (;;) {
      if (service.updates !== turn || service.removed || this.#cluster.left) return;
      if (state.failed || check()) return;
      if (daemon.now >= last + monitor) break;
      yield { queues: [this.#cluster.changed], until: last + monitor };
    }
    this.#complete(service, rollback);
  }

  /** One worker: takes slots from the queue until it is empty or the update has failed. */
  *#work(
    service: Service,
    turn: number,
    config: UpdateConfig,
    queue: Task[],
    updated: { task: Task; time: number }[],
    state: { failed: boolean; busy: number },
    check: () => boolean,
  ): Sys<void> {
    const { daemon } = this.#rooms;
    for (let old = queue.shift(); old !== undefined; old = queue.shift()) {
      if (service.updates !== turn || service.removed || this.#cluster.left || state.failed) break;
      const task = yield* this.#replace(service, old, config.Order === 'start-first');
      updated.push({ task, time: daemon.now });
      if (check()) state.failed = true;
      const until = daemon.now + (config.Delay ?? 0) / 1e6;
      while (daemon.now < until && !state.failed && service.updates === turn) {
        yield { queues: [this.#cluster.changed], until };
        if (check()) state.failed = true;
      }
    }
    state.busy--;
    this.#cluster.changed.wake();
  }

  /** One slot: the new task is prepared while the old one stops, or first of all started. */
  *#replace(service: Service, old: Task, startFirst: boolean): Sys<Task> {
    const task = this.#orchestrator.start(service, old.slot, startFirst ? 'running' : 'ready');
    if (!startFirst) {
      old.want('shutdown');
      while (!isTerminal(old.state)) yield { queues: [old.changed] };
      // The service may be gone by now, or the whole swarm.
      if (task.wanted) task.want('running');
    }
    while (rank(task.state) < rank('running') && task.wanted && task.error === '')
      yield { queues: [task.changed] };
    if (startFirst) old.want('shutdown');
    return task;
  }

  /** Have too many of the new tasks failed? Then the update pauses, goes on or is rolled back. */
  #failed(
    service: Service,
    turn: number,
    config: UpdateConfig,
    updated: readonly { task: Task; time: number }[],
    monitor: number,
    total: number,
    rollback: boolean,
  ): boolean {
    if (service.updates !== turn) return true;
    const { now } = this.#rooms.daemon;
    const bad = updated.filter(
      ({ task, time }) =>
        (task.state === 'failed' || task.state === 'rejected' || task.state === 'complete') &&
        (task.timestamp <= time + monitor || now <= time + monitor),
    );
    const action = config.FailureAction ?? 'pause';
    const [first] = bad;
    if (first === undefined || action === 'continue' || bad.length / total <= config.MaxFailureRatio)
      return false;
    const because = `due to failure or early termination of task ${first.task.id}`;
    if (action === 'rollback' && !rollback && service.previous !== undefined) {
      const current = service.spec;
      service.spec = service.previous;
      service.previous = current;
      this.#status(service, 'rollback_started', `update rolled back ${because}`, {
        StartedAt: rfc3339Nano(now),
      });
      this.#orchestrator.reconcile(service);
      this.begin(service);
      return true;
    }
    if (rollback) this.#status(service, 'rollback_paused', `update paused ${because}`);
    else this.#status(service, 'paused', `update paused ${because}`);
    // Whoever works on this update stops.
    service.updates++;
    return true;
  }

  #complete(service: Service, rollback: boolean): void {
    const CompletedAt = rfc3339Nano(this.#rooms.daemon.now);
    if (rollback) this.#status(service, 'rollback_completed', 'rollback completed', { CompletedAt });
    else this.#status(service, 'completed', 'update completed', { CompletedAt });
  }

  #status(
    service: Service,
    State: string,
    Message: string,
    times: { StartedAt?: string; CompletedAt?: string } = {},
  ): void {
    const { StartedAt, CompletedAt, State: old } = service.updateStatus ?? {};
    service.updateStatus = {
      State,
      ...(StartedAt === undefined ? {} : { StartedAt }),
      ...(CompletedAt === undefined ? {} : { CompletedAt }),
      ...times,
      Message,
    };
    service.touch();
    const attributes = { 'updatestate.new': State, ...(old === undefined ? {} : { 'updatestate.old': old }) };
    this.#rooms.daemon.events.log(
      'service',
      'update',
      service.id,
      { name: service.name, ...attributes },
      'swarm',
    );
    this.#cluster.changed.wake();
  }
}

/** JSON with sorted keys, so that equal things are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Was a task made from another spec than this? */
export function isDirty(task: Task, spec: ServiceSpec): boolean {
  const hostPorts = (one: ServiceSpec): string =>
    JSON.stringify((one.EndpointSpec?.Ports ?? []).filter((port) => port.PublishMode === 'host'));
  const ingress = (one: ServiceSpec): boolean =>
    (one.EndpointSpec?.Ports ?? []).some((port) => port.PublishMode !== 'host');
  return (
    canonical(task.from.TaskTemplate) !== canonical(spec.TaskTemplate) ||
    hostPorts(task.from) !== hostPorts(spec) ||
    ingress(task.from) !== ingress(spec)
  );
}
