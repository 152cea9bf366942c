import type { Kernel } from '../kernel/kernel.ts';
import { type Sys, WaitQueue } from '../kernel/wait.ts';
import type { Emit } from './api.ts';
import { labelsMatch, sortedRecord, wanted } from './filters.ts';
import type { EngineEvent, EventType, Filters } from './types/system.ts';

/** Past events the daemon keeps (daemon/events.eventsLimit). */
const KEPT = 256;

/** What has happened, for `docker events`, the state picture and whoever subscribes. */
export class EventLog {
  readonly #kernel: Kernel;
  #past: EngineEvent[] = [];
  readonly #listeners = new Set<(event: EngineEvent) => void>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Records an event at the present moment. */
  log(
    type: EventType,
    action: string,
    id: string,
    attributes: Readonly<Record<string, string>>,
    scope: 'local' | 'swarm' = 'local',
  ): void {
    const now = this.#kernel.clock.now;
    const seconds = Math.floor(now / 1000);
    const event: EngineEvent = {
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: sortedRecord(attributes) },
      scope,
      time: seconds,
      timeNano: BigInt(seconds) * 1_000_000_000n + BigInt(Math.floor((now - seconds * 1000) * 1e6)),
    };
    this.#past.push(event);
    if (this.#past.length > KEPT) this.#past = this.#past.slice(-KEPT);
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Streams events: those since a time, then what comes, until a time or for ever. */
  *stream(
    options: { since?: number; until?: number; filters?: Filters },
    emit: Emit<EngineEvent>,
  ): Sys<void> {
    const { since, until } = options;
    const filters = options.filters ?? {};
    const queue: EngineEvent[] = [];
    const arrived = new WaitQueue();
    if (since !== undefined) {
      for (const event of this.#past) {
        const time = Number(event.timeNano / 1000n) / 1000;
        if (time >= since && (until === undefined || time <= until)) queue.push(event);
      }
    }
    const stop = this.subscribe((event) => {
      queue.push(event);
      arrived.wake();
    });
    try {
      for (;;) {
        for (let event = queue.shift(); event !== undefined; event = queue.shift())
          if (eventMatches(event, filters)) yield* emit(event);
        if (until !== undefined && this.#kernel.clock.now >= until) return;
        yield until === undefined ? { queues: [arrived] } : { queues: [arrived], until };
      }
    } finally {
      stop();
    }
  }
}

/** Does an event pass the filters? Unknown keys are ignored, as the daemon does (daemon/events/filter.go). */
export function eventMatches(event: EngineEvent, filters: Filters): boolean {
  const attributes = event.Actor.Attributes;
  const any = (key: string, ...texts: (string | undefined)[]): boolean => {
    const values = wanted(filters, key);
    return values === undefined || values.some((value) => texts.includes(value));
  };
  const object = (type: EventType): boolean => {
    const values = wanted(filters, type);
    if (values === undefined) return true;
    // The daemon matches by prefix of name or ID whatever the type of the event (see transcript 11).
    return values.some((value) => {
      const texts = [event.Actor.ID, attributes['name'] ?? ''];
      return (
        texts.some((text) => text === value || text.startsWith(value)) && matchesType(event, type, value)
      );
    });
  };
  const action = wanted(filters, 'event');
  if (
    action !== undefined &&
    !action.some((value) => event.Action === value || event.Action.startsWith(`${value}:`))
  )
    return false;
  // The other kinds of objects are not matched more widely than their events.
  for (const type of ['daemon', 'plugin', 'service', 'node', 'secret', 'config'] as const) {
    const values = wanted(filters, type);
    const texts = [event.Actor.ID, attributes['name'] ?? ''];
    if (values !== undefined && (event.Type !== type || !values.some((value) => texts.includes(value))))
      return false;
  }
  return (
    any('type', event.Type) &&
    any('scope', event.scope) &&
    object('container') &&
    object('volume') &&
    object('network') &&
    image(event, filters) &&
    labelsMatch(filters, attributes)
  );
}

/**
 * Transcript 11 shows `--filter container=ev` letting pass image, volume and network events whose name or ID begins with
 * the value (fuzzy matching on the actor, not on the type); a bridge connect does not begin with it.
 */
function matchesType(event: EngineEvent, type: EventType, value: string): boolean {
  if (event.Type === type) return true;
  return (
    type === 'container' &&
    (event.Actor.ID.startsWith(value) || (event.Actor.Attributes['name'] ?? '').startsWith(value))
  );
}

function image(event: EngineEvent, filters: Filters): boolean {
  const values = wanted(filters, 'image');
  if (values === undefined) return true;
  const { name = '', image: of = '' } = event.Actor.Attributes;
  const id = event.Actor.ID;
  const bare = (text: string): string => text.replace(/:[^:/]*$/, '');
  const texts = event.Type === 'image' ? [id, name, bare(id), bare(name)] : [of, bare(of)];
  return values.some((value) => texts.includes(value));
}
