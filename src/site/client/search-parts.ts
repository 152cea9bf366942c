import { localeOf } from '../locales.ts';
import { listAddress, wordsAddress } from '../search/addresses.ts';

/** Root of the site, `/` or `/muelle/`. */
export const base = import.meta.env.BASE_URL.replace(/\/?$/, '/');

/** Names the index in the address of its entry, so that the entry can be asked for before Pagefind itself has come. */
export const ENTRY_TAG = 'muelle';

let asked = false;

/**
 * Asks for all that a first search needs, at the same time and once. By themselves the parts would be asked for each when
 * the one before has come, and a phone waits for each round trip.
 */
export function preloadSearch(): void {
  if (asked) return;
  asked = true;
  const locale = localeOf(document.documentElement.lang);
  const preload = (rel: string, address: string) => {
    const link = document.createElement('link');
    link.rel = rel;
    if (rel === 'preload') link.as = 'fetch';
    link.crossOrigin = 'anonymous';
    link.href = base + address;
    document.head.append(link);
  };
  preload('preload', listAddress(locale));
  preload('preload', wordsAddress(locale));
  preload('modulepreload', 'pagefind/pagefind.js');
  preload('preload', `pagefind/pagefind-entry.json?ts=${ENTRY_TAG}`);
  preload('preload', `pagefind/wasm.${locale}.pagefind`);
}
