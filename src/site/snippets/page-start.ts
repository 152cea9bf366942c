/**
 * Where every page's session starts, at build time and, through the data attributes of the page's first step, in the
 * browser: the same start and the same commands give the same ids, times and addresses.
 */
export const PAGE_START = {
  /** Engine time: 15 December 2026, 09:00 UTC; the images of the catalogue are then three weeks old and older. */
  clock: Date.UTC(2026, 11, 15, 9),
  /** Engine milliseconds at the prompt before each snippet, as a reader needs them; commands of one snippet follow at once. */
  idle: 2000,
} as const;

/** The terminal that outputs are made for. */
export const TERMINAL = { columns: 100, rows: 40 } as const;

/** Seed of a page's session: its language-neutral name, so that both languages show the same ids. */
export function seedOf(pageKey: string): string {
  return pageKey;
}
