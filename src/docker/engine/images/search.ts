import type { Catalogue } from '../../images/types.ts';
import { DockerError } from '../error.ts';
import { checkFilters, flag, wanted } from '../filters.ts';
import type { SearchResult } from '../types/image.ts';
import type { Filters } from '../types/system.ts';

/** Docker Hub answers by relevance: what is asked for most comes first, the official ones before the others. */
const RELEVANCE =
  'nginx busybox alpine ubuntu debian redis httpd python mariadb mysql registry hello-world'.split(' ');

function rank({ name, is_official }: SearchResult): number {
  const at = RELEVANCE.indexOf(name);
  return at >= 0 ? at : RELEVANCE.length + Number(!is_official);
}

/** What `docker search` asks for; the filters are read in the daemon's order (daemon/pkg/registry/search.go). */
export interface Search {
  readonly term: string;
  readonly limit: number;
  readonly stars: number;
  readonly official: boolean | undefined;
  readonly automated: boolean;
}

/** Reads the filters and the limit. Throws invalid-filter, invalid-filter-value, bad-parameter. */
export function readSearch(term: string, options: { limit?: number; filters?: Filters }): Search {
  const filters = options.filters ?? {};
  checkFilters(filters, ['is-automated', 'is-official', 'stars']);
  const automated = flag(filters, 'is-automated') ?? false;
  const official = flag(filters, 'is-official');
  const stars = (wanted(filters, 'stars') ?? []).map((value) => {
    if (/^[+-]?\d+$/.test(value)) return Number(value);
    throw new DockerError('invalid-filter-value', {
      name: 'stars',
      value,
      reason: `strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`,
    });
  });
  // The client sends no limit below one.
  const limit = (options.limit ?? 0) > 0 ? (options.limit ?? 0) : 25;
  if (limit > 100)
    throw new DockerError('bad-parameter', { reason: `limit ${limit} is outside the range of [1, 100]` });
  return { term, limit, stars: Math.max(0, ...stars), official, automated };
}

/** Repositories whose name contains the term, in Docker Hub's order. */
export function searchHub(catalogue: Catalogue, search: Search): SearchResult[] {
  const term = search.term.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  const found = new Map<string, SearchResult>();
  for (const { repository: name, description, stars, official } of catalogue)
    if (name.includes(term.toLowerCase()) && !found.has(name))
      found.set(name, { name, description, star_count: stars, is_official: official, is_automated: false });
  return [...found.values()]
    .filter((r) => !search.automated && r.star_count >= search.stars)
    .filter((r) => search.official === undefined || r.is_official === search.official)
    .sort((a, b) => rank(a) - rank(b) || b.star_count - a.star_count)
    .slice(0, search.limit);
}
