import type { BuildCacheRecord, EngineApi } from '../../engine/api.ts';
import { rfc3339Nano } from '../../kernel/clock.ts';
import type { DirectoryNode } from '../../kernel/fs/node.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Random } from '../../kernel/random.ts';

/** Something the builder keeps: the result of a step, an image, or files of the client. */
export interface CacheEntry {
  readonly id: string;
  readonly type: 'regular' | 'source.local' | 'exec.cachemount';
  readonly description: string;
  /** ID of the entry it was made on. */
  readonly parent: string | undefined;
  root: DirectoryNode;
  readonly created: number;
  size: number;
  lastUsed: number;
  uses: number;
}

/** BuildKit's cache: results by the key of the step, and which roots are unpacked. One an engine. */
export class BuildCache {
  readonly steps = new Map<string, CacheEntry>();
  /** Files of clients by what they are, and cache mounts by their ID. */
  readonly others = new Map<string, CacheEntry>();
  readonly mounts = new Map<string, Tree>();
  /** Archives that were unpacked as contexts. */
  readonly uploads = new Set<string>();
  /** Roots that need no unpacking any more. */
  loaded = new WeakSet<DirectoryNode>();
  /** When a build last began. */
  lastActivity: number | undefined;
  /** Names this builder in messages. */
  readonly instance: string;
  readonly #random: Random;
  readonly #now: () => number;

  constructor(random: Random, now: () => number) {
    this.#random = random;
    this.#now = now;
    this.instance = this.newId();
  }

  /** An identity of BuildKit: 25 letters and digits. */
  newId(): string {
    const digits = '0123456789abcdefghijklmnopqrstuvwxyz';
    return Array.from({ length: 25 }, (_, i) => digits[this.#random.below(i === 0 ? 10 : 36)]).join('');
  }

  find(key: string): CacheEntry | undefined {
    const entry = this.steps.get(key);
    if (entry === undefined) return undefined;
    entry.lastUsed = this.#now();
    entry.uses++;
    return entry;
  }

  /** Keeps the result of a step, made on the files of `before`. */
  put(
    key: string,
    description: string,
    root: DirectoryNode,
    size: number,
    before?: DirectoryNode,
  ): CacheEntry {
    const parent = before === undefined ? undefined : [...this.steps.values()].find((e) => e.root === before);
    const entry = this.#entry('regular', description, root, size, parent?.id);
    this.steps.set(key, entry);
    this.loaded.add(root);
    return entry;
  }

  /** Notes that files of the client were received, or a cache mount used. */
  note(
    type: 'source.local' | 'exec.cachemount',
    key: string,
    description: string,
    size: number,
    root: DirectoryNode = emptyDirectory(0),
  ): void {
    const known = this.others.get(key);
    if (known === undefined) {
      this.others.set(key, this.#entry(type, description, root, size));
      return;
    }
    known.lastUsed = this.#now();
    known.uses++;
    known.size = size;
    known.root = root;
  }

  /** The files of a cache mount; a new one begins with `first`. */
  mount(id: string, description: string, first: DirectoryNode): Tree {
    const tree = this.mounts.get(id) ?? new Tree(first);
    this.mounts.set(id, tree);
    this.note('exec.cachemount', id, description, 4096);
    return tree;
  }

  /** Empties a cache mount. */
  dropMount(id: string): void {
    this.mounts.delete(id);
    this.others.delete(id);
  }

  #entry(
    type: CacheEntry['type'],
    description: string,
    root: DirectoryNode,
    size: number,
    parent?: string,
  ): CacheEntry {
    const now = this.#now();
    return { id: this.newId(), type, description, parent, root, created: now, size, lastUsed: now, uses: 1 };
  }

  /** The Dockerfile's copy comes last. */
  #rows(): { readonly table: Map<string, CacheEntry>; readonly key: string; readonly entry: CacheEntry }[] {
    const rows = [this.others, this.steps].flatMap((table) =>
      [...table].map(([key, entry]) => ({ table, key, entry })),
    );
    return [
      ...rows.filter(({ key }) => key !== 'dockerfile'),
      ...rows.filter(({ key }) => key === 'dockerfile'),
    ];
  }

  all(): CacheEntry[] {
    return this.#rows().map(({ entry }) => entry);
  }

  /** Removes the entries that are chosen. Returns them. */
  prune(chosen: (entry: CacheEntry) => boolean): CacheEntry[] {
    const gone = this.#rows().filter(({ entry }) => chosen(entry));
    for (const { table, key, entry } of gone) {
      table.delete(key);
      if (entry.type === 'exec.cachemount') this.mounts.delete(key);
    }
    if (this.steps.size === 0) this.loaded = new WeakSet();
    return gone.map(({ entry }) => entry);
  }
}

const caches = new WeakMap<EngineApi, BuildCache>();

/** The builder's cache of an engine; makes it known to `system df`. */
export function cacheOf(engine: EngineApi, random: Random, now: () => number): BuildCache {
  const known = caches.get(engine);
  if (known !== undefined) return known;
  const cache = new BuildCache(random, now);
  caches.set(engine, cache);
  engine.buildCache = () => {
    const used = inImages(engine);
    return cache.all().map((entry) => recordOf(entry, used(entry.root)));
  };
  return cache;
}

/** Is a root, or one built on it, part of an image in the store? */
export function inImages(engine: EngineApi): (root: DirectoryNode) => boolean {
  const roots = engine.imageRoots();
  return (root) => roots.has(root);
}

function recordOf(entry: CacheEntry, shared: boolean): BuildCacheRecord {
  return {
    ID: entry.id,
    Parents: entry.parent === undefined ? [] : [entry.parent],
    Type: entry.type,
    Description: entry.description,
    InUse: false,
    Shared: shared,
    Size: entry.size,
    CreatedAt: rfc3339Nano(entry.created),
    LastUsedAt: rfc3339Nano(entry.lastUsed),
    UsageCount: entry.uses,
  };
}
