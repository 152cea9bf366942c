import { rfc3339Nano } from '../../kernel/clock.ts';
import type { Process } from '../../kernel/process.ts';
import { WaitQueue } from '../../kernel/wait.ts';
import { humanDuration, ZERO_TIME } from '../human.ts';
import type { ContainerState, ContainerStatus, Health } from '../types/container.ts';

/** The states of a container and what they show as (container/state.go). */
export class State {
  running = false;
  paused = false;
  restarting = false;
  removing = false;
  dead = false;
  oomKilled = false;
  /** PID of process 1 as the host numbers it. */
  pid = 0;
  exitCode = 0;
  error = '';
  startedAt: number | undefined;
  finishedAt: number | undefined;
  health: Health | undefined;
  /** Process 1, while it runs. */
  process: Process | undefined;
  /** Wakes when any of this changes. */
  readonly changed = new WaitQueue();

  get status(): ContainerStatus {
    if (this.running) return this.paused ? 'paused' : this.restarting ? 'restarting' : 'running';
    if (this.removing) return 'removing';
    if (this.dead) return 'dead';
    return this.startedAt === undefined ? 'created' : 'exited';
  }

  /** The STATUS column of `docker ps`. */
  describe(now: number): string {
    const ago = (time: number | undefined): string => humanDuration(now - (time ?? now));
    if (this.running) {
      if (this.paused) return `Up ${ago(this.startedAt)} (Paused)`;
      if (this.restarting) return `Restarting (${this.exitCode}) ${ago(this.finishedAt)} ago`;
      const up = `Up ${ago(this.startedAt)}`;
      if (this.health === undefined || this.health.Status === 'none') return up;
      return `${up} (${this.health.Status === 'starting' ? 'health: starting' : this.health.Status})`;
    }
    if (this.removing) return 'Removal In Progress';
    if (this.dead) return 'Dead';
    if (this.startedAt === undefined) return 'Created';
    return `Exited (${this.exitCode}) ${ago(this.finishedAt)} ago`;
  }

  inspect(): ContainerState {
    const time = (at: number | undefined): string => (at === undefined ? ZERO_TIME : rfc3339Nano(at));
    return {
      Status: this.status,
      Running: this.running,
      Paused: this.paused,
      Restarting: this.restarting,
      OOMKilled: this.oomKilled,
      Dead: this.dead,
      Pid: this.pid,
      ExitCode: this.exitCode,
      Error: this.error,
      StartedAt: time(this.startedAt),
      FinishedAt: time(this.finishedAt),
      ...(this.health === undefined ? {} : { Health: { ...this.health, Log: [...this.health.Log] } }),
    };
  }
}
