import { SIGNALS } from '../../kernel/signals.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import { isValidName } from '../names.ts';
import type { Rooms } from '../rooms.ts';
import type { Container } from './container.ts';
import { endHealth } from './health.ts';
import { type AskedSignal, isKnown, readSignal } from './signal.ts';
import { startContainer } from './start.ts';

/** Seconds `docker stop` waits before it kills. */
const GRACE = 10;

const KILL: AskedSignal = { number: SIGNALS.KILL, name: 'KILL' };

function logKill(rooms: Rooms, container: Container, signal: AskedSignal): void {
  rooms.daemon.events.log('container', 'kill', container.id, {
    ...container.attributes(),
    signal: String(signal.number),
  });
}

/** What fails is told with what was to be done, e.g. `cannot stop container: web: invalid signal: NOPE`. */
export function* named(id: 'cannot-stop' | 'cannot-restart', name: string, body: Sys<void>): Sys<void> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof DockerError ? new DockerError(id, { name, reason: error.message }) : error;
  }
}

/** `docker stop`: the stop signal, then after the time of grace SIGKILL. Nothing if it does not run. */
export function* stopContainer(
  rooms: Rooms,
  container: Container,
  options: { signal?: string; timeout?: number },
): Sys<void> {
  const { state } = container;
  const { daemon } = rooms;
  if (!state.running) return;
  const signal = readSignal(options.signal || container.config.StopSignal || 'TERM');
  container.manuallyStopped = true;
  if (cancelRestart(rooms, container)) return;
  container.stopping = true;
  const exits = container.exits;
  const seconds = options.timeout ?? container.config.StopTimeout ?? GRACE;
  logKill(rooms, container, signal);
  if (signal.name !== undefined) state.process?.signal(signal.name);
  const until = seconds < 0 ? Number.POSITIVE_INFINITY : daemon.now + seconds * 1000;
  const process = state.process;
  while (process?.running === true && daemon.now < until)
    yield Number.isFinite(until) ? { queues: [process.ended], until } : { queues: [process.ended] };
  if (process?.running === true) {
    yield* daemon.work(5, 8);
    if (process.running) {
      logKill(rooms, container, KILL);
      process.end({ code: 137, signal: 'KILL' });
    }
  }
  yield* waitForExit(container, exits);
  container.stopping = false;
}

/** A container that waits for its next restart has no process: it just stops. */
function cancelRestart(rooms: Rooms, container: Container): boolean {
  const { state } = container;
  if (!state.restarting) return false;
  state.restarting = false;
  state.running = false;
  container.exits++;
  rooms.daemon.events.log('container', 'stop', container.id, container.attributes());
  state.changed.wake();
  return true;
}

function* waitForExit(container: Container, exits: number): Sys<void> {
  while (container.exits === exits) yield { queues: [container.state.changed] };
}

/** `docker restart`. */
export function* restartContainer(
  rooms: Rooms,
  container: Container,
  options: { signal?: string; timeout?: number },
): Sys<void> {
  // A container with --rm survives its restart, as daemon/restart.go has it.
  const { AutoRemove } = container.hostConfig;
  container.hostConfig.AutoRemove = false;
  try {
    yield* stopContainer(rooms, container, options);
  } finally {
    container.hostConfig.AutoRemove = AutoRemove;
  }
  yield* startContainer(rooms, container.id);
  rooms.daemon.events.log('container', 'restart', container.id, container.attributes());
}

/** `docker kill`: SIGKILL ends it and is waited for; other signals are only sent. */
export function* killContainer(rooms: Rooms, ref: string, written: string): Sys<void> {
  const refuse = (error: DockerError): DockerError =>
    new DockerError('cannot-kill', { name: ref, reason: error.message });
  let container: Container;
  let signal: AskedSignal;
  try {
    signal = written === '' ? KILL : readSignal(written);
    if (!isKnown(signal)) throw new DockerError('unsupported-signal', { signal: signal.number });
    container = rooms.containers.get(ref);
    const { state } = container;
    if (!state.running || (state.process === undefined && !state.restarting))
      throw new DockerError('not-running', { id: container.id });
  } catch (error) {
    throw error instanceof DockerError ? refuse(error) : error;
  }
  const stop = readSignal(container.config.StopSignal ?? 'TERM').number;
  if (signal.name === 'KILL' || signal.number === stop) container.manuallyStopped = true;
  if (signal.name === 'KILL' && cancelRestart(rooms, container)) return;
  yield* rooms.daemon.work(1, 3);
  if (signal.name !== 'KILL') {
    if (signal.name !== undefined) container.state.process?.signal(signal.name);
    logKill(rooms, container, signal);
    return;
  }
  yield* killNow(rooms, container);
}

/** SIGKILL, and waits until it is over. */
export function* killNow(rooms: Rooms, container: Container): Sys<void> {
  const { state } = container;
  if (cancelRestart(rooms, container) || !state.running) return;
  const exits = container.exits;
  container.manuallyStopped = true;
  logKill(rooms, container, KILL);
  state.process?.end({ code: 137, signal: 'KILL' });
  yield* waitForExit(container, exits);
}

/** `docker pause`. */
export function* pauseContainer(rooms: Rooms, container: Container): Sys<void> {
  const { state, id } = container;
  if (!state.running) throw new DockerError('not-running', { id });
  if (state.paused) throw new DockerError('already-paused', { id });
  if (state.restarting) throw new DockerError('restarting-exec', { id });
  yield* rooms.daemon.work(2, 5);
  // It may have ended, or somebody else may have paused it meanwhile.
  if (state.paused) throw new DockerError('already-paused', { id });
  if (state.process?.running !== true) throw new DockerError('not-running', { id });
  rooms.daemon.kernel.freeze(container.processes(), true);
  state.paused = true;
  endHealth(container);
  state.changed.wake();
  rooms.daemon.events.log('container', 'pause', id, container.attributes());
}

/** `docker unpause`. */
export function* unpauseContainer(rooms: Rooms, container: Container): Sys<void> {
  const { state, id } = container;
  if (!state.paused) throw new DockerError('not-paused', { id });
  yield* rooms.daemon.work(2, 5);
  if (!state.paused) throw new DockerError('not-paused', { id });
  rooms.daemon.kernel.freeze(container.processes(), false);
  state.paused = false;
  state.changed.wake();
  rooms.daemon.events.log('container', 'unpause', id, container.attributes());
}

/** `docker rename`. */
export function* renameContainer(rooms: Rooms, container: Container, written: string): Sys<void> {
  const name = written.replace(/^\//, '');
  const old = container.name;
  if (name === old) throw new DockerError('rename-same');
  const refuse = (error: DockerError): DockerError =>
    new DockerError('rename-failed', { reason: error.message });
  if (!isValidName(name)) throw refuse(new DockerError('invalid-container-name', { name: `/${name}` }));
  const other = rooms.containers.named(name);
  if (other !== undefined) throw refuse(new DockerError('name-conflict', { name, id: other.id }));
  yield* rooms.daemon.work(1, 3);
  rooms.containers.rename(container, name);
  rooms.daemon.events.log('container', 'rename', container.id, {
    ...container.attributes(),
    oldName: `/${old}`,
  });
}
