/**
 * The engine's clock. Time passes only when the scheduler lets it: by what programs compute, and by jumping to the next
 * moment at which something is due. `now` is milliseconds since 1970 with a fraction (so nanoseconds can be shown).
 */
export class Clock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  /** Moves forward to `time`; never back. */
  advanceTo(time: number): void {
    if (time > this.#now) this.#now = time;
  }
}

/** RFC 3339 with nanoseconds in UTC, trailing zeros dropped as Go does: ⇒ `2026-11-21T03:39:38.1234Z`. */
export function rfc3339Nano(time: number): string {
  const seconds = new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, 19);
  const nanos = Math.floor((time - Math.floor(time / 1000) * 1000) * 1e6)
    .toString()
    .padStart(9, '0');
  const fraction = nanos.replace(/0+$/, '');
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}
