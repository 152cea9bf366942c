import type { Sys } from '../../kernel/wait.ts';
import type { Container } from '../containers/container.ts';
import { createContainer } from '../containers/create.ts';
import { stopContainer } from '../containers/lifecycle.ts';
import { removeContainer } from '../containers/remove.ts';
import { startContainer } from '../containers/start.ts';
import { DockerError } from '../error.ts';
import { pull } from '../images/pull.ts';
import { noSuchImage } from '../images/store.ts';
import type { Rooms } from '../rooms.ts';
import { containerRequest, givenFiles } from './container-request.ts';
import { instantiate, poolOf } from './networks.ts';
import { obstacle } from './scheduler.ts';
import { type Cluster, isTerminal, rank, type Task } from './state.ts';

/** A task on its way: it waits for a node, prepares and starts its container, and ends with it. */
export function* runTask(rooms: Rooms, cluster: Cluster, task: Task): Sys<void> {
  const { daemon } = rooms;
  task.go('pending', 'pending task scheduling', daemon.now);
  if (!(yield* placed(rooms, cluster, task))) return;
  for (const { network } of task.held)
    if (network.settings.swarm?.ingress !== true) instantiate(cluster, network);
  task.nodeId = cluster.node.id;
  task.go('preparing', 'preparing', daemon.now);
  yield* daemon.work(110, 140);
  try {
    if (isWanted(task)) yield* prepare(rooms, cluster, task);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    task.go('rejected', 'preparing', daemon.now, error.message);
    return;
  }
  if (!isWanted(task)) return stopped(rooms, task);
  task.go('ready', 'prepared', daemon.now);
  while (task.desired === 'ready') yield { queues: [task.changed] };
  if (!isWanted(task)) return stopped(rooms, task);
  task.go('starting', 'starting', daemon.now);
  const { container } = task;
  if (container === undefined) return;
  try {
    yield* startContainer(rooms, container.id);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    task.exitCode = container.state.exitCode;
    task.go('failed', 'starting', daemon.now, `starting container failed: ${error.message}`);
    return;
  }
  yield* watch(rooms, task, container);
}

/** Milliseconds. */
const GOSSIP = 2000;
/** Milliseconds between two reports of a node. */
const REPORT = 200;

const isWanted = (task: Task): boolean => task.wanted && !isTerminal(task.state);

function stopped(rooms: Rooms, task: Task): void {
  task.go('shutdown', 'shutdown', rooms.daemon.now);
}

/** Waits until a node takes it; false if it is no longer wanted. */
function* placed(rooms: Rooms, cluster: Cluster, task: Task): Sys<boolean> {
  const { daemon } = rooms;
  yield* daemon.work(2, 4);
  for (;;) {
    if (!isWanted(task)) {
      stopped(rooms, task);
      return false;
    }
    const reason = obstacle(cluster, task);
    if (reason === undefined) return true;
    if (task.error !== reason) task.go('pending', 'pending task scheduling', daemon.now, reason);
    yield { queues: [task.changed, cluster.changed] };
  }
}

function* prepare(rooms: Rooms, cluster: Cluster, task: Task): Sys<void> {
  const { Image } = task.spec.ContainerSpec;
  if (rooms.images.store.find(Image) === undefined) {
    try {
      yield* pull(rooms.images, Image, {}, function* () {});
    } catch (error) {
      // The node tries what it has; what it then misses is what is told.
      if (error instanceof DockerError) throw noSuchImage(Image);
      throw error;
    }
  }
  const { Id } = yield* createContainer(rooms, containerRequest(cluster, task));
  const container = rooms.containers.get(Id);
  container.given = givenFiles(cluster, task);
  if (task.held.length > 0) container.hostConfig = { ...container.hostConfig, NetworkMode: 'bridge' };
  task.container = container;
  task.containerId = Id;
}

/** Until the container ends, or is to end. */
function* watch(rooms: Rooms, task: Task, container: Container): Sys<void> {
  const { daemon } = rooms;
  const { state } = container;
  const exits = container.exits;
  let unhealthy = false;
  // A node reports from time to time, so that tasks that were made together are seen to run together.
  const report = task.created + Math.ceil((daemon.now - task.created) / REPORT) * REPORT;
  for (;;) {
    if (container.exits !== exits || !state.running) break;
    if (!task.wanted) break;
    const health = state.health?.Status;
    if (health === 'unhealthy') {
      unhealthy = true;
      break;
    }
    if (task.state === 'starting' && (health === undefined || health === 'none' || health === 'healthy')) {
      if (daemon.now < report) {
        yield { queues: [task.changed, state.changed], until: report };
        continue;
      }
      task.pid = state.pid;
      task.hostPorts = hostPorts(task, container);
      task.go('running', 'started', daemon.now);
    }
    yield state.health === undefined
      ? { queues: [task.changed, state.changed] }
      : { queues: [task.changed, state.changed], until: daemon.now + 100 };
  }
  const asked = !task.wanted;
  if (asked && container.exits === exits && state.running) yield* takeOutOfService(rooms, task, container);
  const grace = task.spec.ContainerSpec.StopGracePeriod;
  if (container.exits === exits && state.running)
    yield* stopContainer(rooms, container, grace === undefined ? {} : { timeout: grace / 1e9 });
  task.exitCode = state.exitCode;
  if (asked) task.go('shutdown', 'shutdown', daemon.now);
  else if (state.exitCode === 0 && !unhealthy) task.go('complete', 'finished', daemon.now);
  else
    task.go(
      'failed',
      'started',
      daemon.now,
      `task: non-zero exit (${state.exitCode})${unhealthy ? ': dockerexec: unhealthy container' : ''}`,
    );
}

/** Two seconds in which the others learn that nothing more is to be sent to this task; it still runs. */
function* takeOutOfService(rooms: Rooms, task: Task, container: Container): Sys<void> {
  const { daemon } = rooms;
  task.timestamp = daemon.now;
  const until = daemon.now + GOSSIP;
  const exits = container.exits;
  while (daemon.now < until && container.exits === exits) yield { queues: [container.state.changed], until };
}

/** The ports of the node that lead to this container alone; both families are told. */
function hostPorts(task: Task, container: Container): Task['hostPorts'] {
  const asked = task.service.spec.EndpointSpec?.Ports ?? [];
  return asked
    .filter((port) => port.PublishMode === 'host')
    .flatMap((port) =>
      (container.ports[`${port.TargetPort}/${port.Protocol}`] ?? []).map((binding) => ({
        Protocol: port.Protocol,
        TargetPort: port.TargetPort,
        PublishedPort: Number(binding.HostPort),
        PublishMode: 'host',
      })),
    );
}

/** Takes away what a task had: addresses at its end, its container when it is forgotten. */
export function releaseAddresses(task: Task): void {
  for (const { network, address } of task.held) poolOf(network)?.release(address);
  task.held = [];
}

/** Removes the container of a task that is forgotten. */
export function* removeTaskContainer(rooms: Rooms, task: Task): Sys<void> {
  const container = rooms.containers.find(task.containerId);
  if (container !== undefined && rank(task.state) > rank('running'))
    yield* removeContainer(rooms, container, { force: true, volumes: true });
}
