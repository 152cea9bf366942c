import { base, ENTRY_TAG } from './search-parts.ts';

/** A part of a page that matches: its heading, its address and the matching words in their context. */
export interface SearchHit {
  readonly title: string;
  readonly url: string;
  /** HTML with the matching words in `<mark>`; everything else is escaped by Pagefind. */
  readonly excerpt: string;
}

/** A page that matches, with its best parts. */
export interface SearchResult extends SearchHit {
  readonly parts: readonly SearchHit[];
}

interface PagefindData {
  url: string;
  excerpt: string;
  meta: Record<string, string>;
  sub_results: { title: string; url: string; excerpt: string }[];
}

interface Pagefind {
  options(options: Record<string, unknown>): Promise<void>;
  init(): Promise<void>;
  debouncedSearch(
    query: string,
    options: object,
    wait: number,
  ): Promise<{ results: { data(): Promise<PagefindData> }[] } | null>;
}

let engine: Promise<Pagefind> | undefined;

/** Loads Pagefind once; a failed load may be tried again. */
export function loadEngine(): Promise<Pagefind> {
  engine ??= import(/* @vite-ignore */ `${base}pagefind/pagefind.js`).then(async (pagefind: Pagefind) => {
    // A worker would be one more file to wait for; a search takes a few milliseconds.
    await pagefind.options({ baseUrl: base, noWorker: true, metaCacheTag: ENTRY_TAG });
    await pagefind.init();
    return pagefind;
  });
  engine.catch(() => {
    engine = undefined;
  });
  return engine;
}

function toResult(data: PagefindData): SearchResult {
  const parts = data.sub_results.filter((part) => part.url !== data.url).slice(0, 3);
  return { title: data.meta['title'] ?? data.url, url: data.url, excerpt: data.excerpt, parts };
}

/**
 * Searches the pages of this page's language. Gives how many match and the first ones with their parts; undefined when
 * a newer query has overtaken this one.
 */
export async function searchPages(
  query: string,
  limit = 8,
): Promise<{ total: number; results: SearchResult[] } | undefined> {
  const pagefind = await loadEngine();
  const found = await pagefind.debouncedSearch(query, {}, 120);
  if (!found) return undefined;
  const data = await Promise.all(found.results.slice(0, limit).map((result) => result.data()));
  return { total: found.results.length, results: data.map(toResult) };
}
