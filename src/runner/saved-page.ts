import type { LogEntry } from '../shell/session.ts';
import { storageKey } from './storage-key.ts';

/** Something the reader did that can be undone: a step of the page, or a line in the terminal. */
export interface Action {
  /** Number of the page's step; undefined for the terminal. */
  readonly step?: number;
  /** What it is called when it is undone. */
  readonly label: string;
  /** Length of the log before it. */
  readonly from: number;
  /** It ended as expected. */
  readonly ok: boolean;
}

/** All that is left of a page's session when the page is gone. */
export interface SavedPage {
  readonly log: readonly LogEntry[];
  readonly actions: readonly Action[];
  /** Steps that the reader has changed: number ⇒ text. */
  readonly edits: Readonly<Record<string, string>>;
}

export const NOTHING_SAVED: SavedPage = { log: [], actions: [], edits: {} };

/** Version of what is stored: another one is not read. */
const VERSION = 1;
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Reads what was saved; nothing when there is nothing, or nothing of use. */
export function load(store: Store, seed: string): SavedPage {
  try {
    const saved = JSON.parse(store.getItem(storageKey(seed)) ?? 'null') as
      | (SavedPage & { version?: number })
      | null;
    if (saved?.version !== VERSION) return NOTHING_SAVED;
    const { log, actions, edits } = saved;
    return { log, actions, edits };
  } catch {
    return NOTHING_SAVED;
  }
}

/** Saves; a full or forbidden storage only means that a reload starts afresh. */
export function save(store: Store, seed: string, page: SavedPage): void {
  try {
    if (page.log.length === 0 && page.actions.length === 0 && Object.keys(page.edits).length === 0)
      store.removeItem(storageKey(seed));
    else store.setItem(storageKey(seed), JSON.stringify({ version: VERSION, ...page }));
  } catch {
    // Nothing to do: the session goes on without.
  }
}
