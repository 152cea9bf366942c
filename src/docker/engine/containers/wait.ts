import type { Sys } from '../../kernel/wait.ts';
import type { WaitCondition, WaitResponse } from '../api.ts';
import type { Rooms } from '../rooms.ts';

/** `docker wait` and what `docker run` waits for. The condition is looked at now; the generator only waits. */
export function waitContainer(rooms: Rooms, ref: string, condition: WaitCondition): Sys<WaitResponse> {
  const container = rooms.containers.get(ref);
  const { state } = container;
  const exits = container.exits;
  const now = condition === 'not-running' && !state.running;
  const over = (): boolean => {
    if (now) return true;
    if (condition === 'removed') return rooms.containers.find(container.id) !== container;
    return container.exits !== exits || rooms.containers.find(container.id) !== container;
  };
  return (function* (): Sys<WaitResponse> {
    while (!over()) yield { queues: [state.changed] };
    return { StatusCode: state.exitCode, ...(state.error === '' ? {} : { Error: { Message: state.error } }) };
  })();
}
