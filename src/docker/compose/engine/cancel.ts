import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';

/** What is under way in a command and has something to say when a signal cuts it short. */
const underWay = new WeakMap<Process, Set<() => Sys<void>>>();

/** Does some work; `cut` is said if the command ends meanwhile. */
export function* cancellable<T>(p: Process, work: Sys<T>, cut: () => Sys<void>): Sys<T> {
  const all = underWay.get(p) ?? new Set();
  underWay.set(p, all);
  all.add(cut);
  try {
    return yield* work;
  } finally {
    all.delete(cut);
  }
}

/** Lets all that is under way say that it was cut short. */
export function* cutShort(p: Process): Sys<void> {
  for (const cut of [...(underWay.get(p) ?? [])]) yield* cut();
}
