import type { ExitStatus, Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { Container } from './container.ts';
import { endHealth } from './health.ts';
import { removeContainer } from './remove.ts';
import { closeConsole, launch, releaseRun } from './start.ts';

/** Restarts wait 100 ms, twice as long each time, a minute at most (restartmanager). */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 60_000;
/** A run of ten seconds counts as a success: the next wait is short again. */
const LONG_RUN = 10_000;

/** Waits for process 1 to end, and does what follows. */
export function* watchExit(rooms: Rooms, container: Container, process: Process): Sys<void> {
  const status = yield* process.wait();
  container.ending = true;
  for (const other of container.processes()) other.end({ code: 137, signal: 'KILL' });
  container.cpuBefore = 0;
  container.log.end();
  closeConsole(container);
  yield* rooms.daemon.work(18, 26);
  yield* handleExit(rooms, container, status);
}

function* handleExit(rooms: Rooms, container: Container, status: ExitStatus): Sys<void> {
  const { daemon } = rooms;
  const { state } = container;
  releaseRun(rooms, container);
  yield* daemon.work(1, 4);
  if (container.stopping) daemon.events.log('container', 'stop', container.id, container.attributes());
  yield* daemon.work(1, 3);
  const duration = daemon.now - (state.startedAt ?? daemon.now);
  const wait = restartWait(container, status.code, duration);
  state.finishedAt = daemon.now;
  state.exitCode = status.code;
  state.paused = false;
  state.pid = 0;
  state.process = undefined;
  endHealth(container);
  state.running = wait !== undefined;
  state.restarting = wait !== undefined;
  container.exits++;
  container.ending = false;
  daemon.events.log('container', 'die', container.id, {
    ...container.attributes(),
    execDuration: String(Math.floor(duration / 1000)),
    exitCode: String(status.code),
  });
  state.changed.wake();
  if (wait !== undefined) yield* restartLater(rooms, container, wait);
  else if (container.hostConfig.AutoRemove) {
    yield* daemon.work(4, 10);
    yield* removeContainer(rooms, container, { volumes: true });
  }
}

/** Milliseconds until the restart its policy wants; undefined for none. */
function restartWait(container: Container, exitCode: number, duration: number): number | undefined {
  const { Name: policy, MaximumRetryCount: most } = container.hostConfig.RestartPolicy;
  if (container.manuallyStopped || policy === 'no' || policy === '') return undefined;
  if (policy === 'on-failure' && (exitCode === 0 || (most > 0 && container.restartCount >= most)))
    return undefined;
  if (duration >= LONG_RUN) container.backoff = 0;
  container.backoff = container.backoff === 0 ? FIRST_WAIT : Math.min(container.backoff * 2, LONGEST_WAIT);
  container.restartCount++;
  return container.backoff;
}

function* restartLater(rooms: Rooms, container: Container, wait: number): Sys<void> {
  const { state } = container;
  const { daemon } = rooms;
  const until = daemon.now + wait;
  const exits = container.exits;
  while (daemon.now < until) {
    if (!state.restarting || container.exits !== exits) return;
    yield { queues: [state.changed], until };
  }
  if (!state.restarting || container.exits !== exits) return;
  try {
    yield* launch(rooms, container);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    // It stays stopped, with the reason in its state, as after a failed `docker start`.
    state.finishedAt = daemon.now;
  }
}
