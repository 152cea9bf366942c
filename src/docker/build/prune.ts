import type { EngineApi } from '../engine/api.ts';
import type { Process } from '../kernel/process.ts';
import { type CacheEntry, cacheOf, inImages } from './solve/cache.ts';

/** A row of `docker buildx du` and `docker builder prune`. */
export interface CacheRow {
  readonly id: string;
  /** Files received from a client may be changed by the next one. */
  readonly mutable: boolean;
  readonly type: string;
  readonly description: string;
  readonly size: number;
  readonly shared: boolean;
  readonly created: number;
  readonly lastUsed: number;
  readonly uses: number;
  /** ID of the row it was made on. */
  readonly parent: string | undefined;
}

const rowOf = (entry: CacheEntry, shared: boolean): CacheRow => ({
  id: entry.id,
  mutable: entry.type !== 'regular',
  type: entry.type,
  description: entry.description,
  size: entry.size,
  shared,
  created: entry.created,
  lastUsed: entry.lastUsed,
  uses: entry.uses,
  parent: entry.parent,
});

/** What the builder keeps. */
export function cacheRows(p: Process, engine: EngineApi): CacheRow[] {
  const cache = cacheOf(engine, p.kernel.random, () => p.kernel.clock.now);
  const used = inImages(engine);
  return cache.all().map((entry) => rowOf(entry, used(entry.root)));
}

/** When the builder last built something. */
export const lastActivity = (p: Process, engine: EngineApi): number | undefined =>
  cacheOf(engine, p.kernel.random, () => p.kernel.clock.now).lastActivity;

/** What `docker system prune` throws away of it; unlike buildx it asks the daemon, which tells of it in an event. */
export function systemPruneCache(p: Process, engine: EngineApi, all: boolean): CacheRow[] {
  const gone = pruneCache(p, engine, all);
  engine.logCachePrune(gone.reduce((sum, { size }) => sum + size, 0));
  return gone;
}

/** Throws away what no image needs, or everything; `keep` spares entries. Returns what is gone. */
export function pruneCache(
  p: Process,
  engine: EngineApi,
  all: boolean,
  keep: (row: CacheRow) => boolean = () => false,
): CacheRow[] {
  const cache = cacheOf(engine, p.kernel.random, () => p.kernel.clock.now);
  const used = inImages(engine);
  return cache
    .prune((entry) => (all || !used(entry.root)) && !keep(rowOf(entry, used(entry.root))))
    .map((entry) => rowOf(entry, false));
}
