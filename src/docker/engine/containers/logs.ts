import type { Sys } from '../../kernel/wait.ts';
import type { Emit, LogLine, LogOptions } from '../api.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { Container } from './container.ts';
import { logAttributes } from './log-options.ts';

/** `docker logs`: what is there, then with `follow` what comes until the container ends. */
export function* readLogs(rooms: Rooms, ref: string, options: LogOptions, emit: Emit<LogLine>): Sys<void> {
  const container = rooms.containers.get(ref);
  const { log } = container;
  if (container.hostConfig.LogConfig.Type === 'none') throw new DockerError('logs-unreadable');
  const { since = 0, until = Number.POSITIVE_INFINITY } = options;
  const passes = (line: LogLine): boolean => options[line.stream] && line.time >= since && line.time <= until;
  const details =
    options.details === true ? logAttributes(container.hostConfig, container.logInfo) : undefined;
  let next = firstLine(container, options, passes);
  for (;;) {
    for (; next < log.next; next++) {
      const line = log.line(next);
      if (line === undefined) continue;
      if (line.time > until) return;
      if (passes(line)) yield* emit(details === undefined ? line : { ...line, details });
    }
    if (options.follow !== true || (log.ended && !container.state.restarting && !container.state.running))
      return;
    if (rooms.containers.find(container.id) !== container || rooms.daemon.now >= until) return;
    const queues = [log.changed, container.state.changed];
    yield Number.isFinite(until) ? { queues, until } : { queues };
  }
}

/** Where `--tail` begins: it counts lines of both streams, before they are chosen from. */
function firstLine(container: Container, options: LogOptions, passes: (line: LogLine) => boolean): number {
  const { log } = container;
  if (options.tail === undefined || options.tail < 0) return log.first;
  let left = options.tail;
  let at = log.next;
  while (left > 0 && at > log.first) {
    at--;
    const line = log.line(at);
    if (line !== undefined && passes(line)) left--;
  }
  return at;
}
