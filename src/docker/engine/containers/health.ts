import { concat, text } from '../../kernel/bytes.ts';
import { rfc3339Nano } from '../../kernel/clock.ts';
import { SinkFile } from '../../kernel/stream.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { Healthcheck, HealthcheckResult } from '../types/container.ts';
import type { Container } from './container.ts';
import { createExec, startExec, waitExec } from './exec.ts';

/** Milliseconds, where the configuration leaves them out (daemon/health.go). */
const DEFAULTS = { Interval: 30_000, Timeout: 30_000, StartPeriod: 0, StartInterval: 5000 } as const;
const RETRIES = 3;
const KEPT = 5;
const LONGEST_OUTPUT = 4096;

function milliseconds(health: Healthcheck, field: keyof typeof DEFAULTS): number {
  const value = health[field] ?? 0;
  return value === 0 ? DEFAULTS[field] : value / 1e6;
}

/** Begins to probe a container that has just been started, if it has a health check. */
export function startHealth(rooms: Rooms, container: Container): void {
  const health = container.config.Healthcheck;
  const [kind] = health?.Test ?? [];
  if (health === undefined || kind === undefined || kind === 'NONE') {
    container.state.health = undefined;
    return;
  }
  container.state.health = { Status: 'starting', FailingStreak: 0, Log: [] };
  rooms.daemon.background(monitor(rooms, container, health));
}

/** Nobody probes a container that is paused or has ended: it counts as unhealthy (container/health.go CloseMonitorChannel). */
export function endHealth(container: Container): void {
  if (container.state.health !== undefined) container.state.health.Status = 'unhealthy';
}

/** As Go writes a duration: `300ms`, `1.5s`, `2m0s`. */
function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes > 0 ? `${minutes}m` : ''}${(ms % 60_000) / 1000}s`;
}

function* monitor(rooms: Rooms, container: Container, health: Healthcheck): Sys<void> {
  const { daemon } = rooms;
  const { state } = container;
  const process = state.process;
  const alive = (): boolean => state.process === process && process?.running === true;
  const pause = (): number => {
    const young = daemon.now - (state.startedAt ?? 0) < milliseconds(health, 'StartPeriod');
    return young && state.health?.Status === 'starting'
      ? milliseconds(health, 'StartInterval')
      : milliseconds(health, 'Interval');
  };
  for (;;) {
    const until = daemon.now + pause();
    while (alive() && daemon.now < until)
      yield { queues: process === undefined ? [] : [process.ended], until };
    if (!alive()) return;
    if (state.paused) continue;
    const result = yield* probe(rooms, container, health);
    if (!alive() || result === undefined) return;
    judge(rooms, container, health, result);
  }
}

/** Runs the test once; undefined when the container has gone. */
function* probe(rooms: Rooms, container: Container, health: Healthcheck): Sys<HealthcheckResult | undefined> {
  const { daemon } = rooms;
  const [kind, ...rest] = health.Test ?? [];
  const shell = container.config.Shell ?? ['/bin/sh', '-c'];
  const Cmd = kind === 'CMD-SHELL' ? [...shell, ...rest] : rest;
  const start = daemon.now;
  const chunks: Uint8Array[] = [];
  try {
    const exec = createExec(rooms, container.id, { Cmd, User: container.config.User });
    const stream = yield* startExec(rooms, exec, false);
    const collector = new SinkFile((bytes) => chunks.push(bytes));
    for (const file of [stream?.stdout, stream?.stderr])
      if (file !== undefined)
        daemon.background(
          (function* () {
            for (;;) {
              const bytes = yield* file.read();
              if (bytes.length === 0) return;
              yield* collector.write(bytes);
            }
          })(),
        );
    const timeout = milliseconds(health, 'Timeout');
    while (exec.exitCode === undefined && daemon.now < start + timeout)
      yield { queues: [exec.ended], until: start + timeout };
    const late = exec.exitCode === undefined;
    if (late) {
      exec.process?.end({ code: 137, signal: 'KILL' });
      yield* waitExec(exec);
    }
    stream?.close();
    container.execs.delete(exec.id);
    const output = text(concat(chunks)).slice(-LONGEST_OUTPUT);
    return {
      Start: rfc3339Nano(start),
      End: rfc3339Nano(daemon.now),
      ExitCode: late ? -1 : (exec.exitCode ?? -1),
      Output: late
        ? `Health check exceeded timeout (${goDuration(timeout)})${output === '' ? '' : `: ${output}`}`
        : output,
    };
  } catch (error) {
    if (error instanceof DockerError) return undefined;
    throw error;
  }
}

function judge(rooms: Rooms, container: Container, health: Healthcheck, result: HealthcheckResult): void {
  const state = container.state.health;
  if (state === undefined) return;
  const before = state.Status;
  state.Log.push(result);
  if (state.Log.length > KEPT) state.Log.splice(0, state.Log.length - KEPT);
  if (result.ExitCode === 0) {
    state.FailingStreak = 0;
    state.Status = 'healthy';
  } else {
    const started = container.state.startedAt ?? 0;
    const young = Date.parse(result.Start) - started < milliseconds(health, 'StartPeriod');
    if (before !== 'starting' || !young) {
      state.FailingStreak++;
      if (state.FailingStreak >= (health.Retries || RETRIES)) state.Status = 'unhealthy';
    }
  }
  if (state.Status === before) return;
  rooms.daemon.events.log(
    'container',
    `health_status: ${state.Status}`,
    container.id,
    container.attributes(),
  );
  container.state.changed.wake();
}
