const PREFIX = 'muelle:session:';

/** Where a page keeps its session: in the tab, so that two tabs with one page do not disturb each other. */
export function storageKey(seed: string): string {
  return PREFIX + seed;
}
