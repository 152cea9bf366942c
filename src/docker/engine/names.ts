import type { Random } from '../kernel/random.ts';
import { ADJECTIVES, SURNAMES } from './name-words.ts';

/** A random container name as Docker makes them: ⇒ `clever_hopper`. Never `boring_wozniak`. `retry` adds a digit. */
export function randomName(random: Random, retry: number): string {
  for (;;) {
    const name = `${random.pick(ADJECTIVES)}_${random.pick(SURNAMES)}`;
    if (name !== 'boring_wozniak') return retry > 0 ? `${name}${random.below(10)}` : name;
  }
}

/** May a container, or volume, be called so? Two characters at least. */
export function isValidName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name);
}

/** The first twelve digits of an ID, without `sha256:`. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
