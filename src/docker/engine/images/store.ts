import { DockerError } from '../error.ts';
import {
  canonical,
  familiar,
  familiarName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../reference.ts';
import type { ImageRecord } from './record.ts';

interface Name {
  readonly reference: Reference;
  readonly id: string;
}

/**
 * The image store: records by ID and the names that point at them. A record without a name is dangling; it stays until it
 * is removed or pruned.
 */
export class ImageStore {
  readonly #records = new Map<string, ImageRecord>();
  /** By canonical name. */
  readonly #names = new Map<string, Name>();
  readonly #namesOf = new Map<string, Set<string>>();
  readonly #tagged = new Map<string, number>();

  /** In the order of arrival. */
  all(): readonly ImageRecord[] {
    return [...this.#records.values()];
  }

  byId(id: string): ImageRecord | undefined {
    return this.#records.get(id);
  }

  /** Puts a record into the store; an equal one keeps its place. */
  add(record: ImageRecord): ImageRecord {
    const known = this.#records.get(record.id);
    if (known !== undefined) return known;
    this.#records.set(record.id, record);
    return record;
  }

  /** Forgets a record and its names. */
  delete(id: string): void {
    for (const name of this.namesOf(id)) this.untag(name);
    this.#records.delete(id);
    this.#namesOf.delete(id);
    this.#tagged.delete(id);
  }

  /** Gives an image a name; returns the ID that had it before, if another. */
  tag(id: string, reference: Reference, now: number): string | undefined {
    const name = canonical(withDefaultTag(reference));
    const before = this.#names.get(name)?.id;
    if (before !== undefined) this.#namesOf.get(before)?.delete(name);
    this.#names.set(name, { reference: withDefaultTag(reference), id });
    const names = this.#namesOf.get(id) ?? new Set();
    names.add(name);
    this.#namesOf.set(id, names);
    this.#tagged.set(id, now);
    return before === id ? undefined : before;
  }

  untag(reference: Reference): void {
    const name = canonical(reference);
    const id = this.#names.get(name)?.id;
    if (id === undefined) return;
    this.#names.delete(name);
    this.#namesOf.get(id)?.delete(name);
  }

  /** When an image was last given a name. */
  lastTagged(id: string): number | undefined {
    return this.#tagged.get(id);
  }

  /** The names of an image, in the order of their canonical form. */
  namesOf(id: string): Reference[] {
    return [...(this.#namesOf.get(id) ?? [])]
      .sort()
      .flatMap((name) => this.#names.get(name)?.reference ?? []);
  }

  /** `RepoTags`. */
  tagsOf(id: string): string[] {
    return this.namesOf(id)
      .filter((reference) => reference.digest === undefined)
      .map(familiar);
  }

  /** `RepoDigests`: one a repository. */
  digestsOf(id: string): string[] {
    return [...new Set(this.namesOf(id).map(familiarName))].map((name) => `${name}@${id}`);
  }

  /** The image with exactly this name. */
  named(reference: Reference): ImageRecord | undefined {
    const name = this.#names.get(canonical(withDefaultTag(reference)));
    return name === undefined ? undefined : this.#records.get(name.id);
  }

  /** Finds by name or ID prefix; undefined if there is none. */
  find(ref: string): ImageRecord | undefined {
    return this.resolve(ref)?.record;
  }

  /** Finds an image, telling whether it was called by ID. Throws ambiguous-id. */
  resolve(ref: string): { record: ImageRecord; byId: boolean } | undefined {
    const hex = ref.replace(/^sha256:/, '');
    if (/^[0-9a-f]{64}$/.test(hex)) {
      const record = this.#records.get(`sha256:${hex}`) ?? this.#byConfig(`sha256:${hex}`);
      return record === undefined ? undefined : { record, byId: true };
    }
    const reference = parse(ref);
    if (reference !== undefined) {
      const record = this.#byReference(reference);
      if (record !== undefined) return { record, byId: false };
    }
    if (!/^[0-9a-f]{1,63}$/.test(hex)) return undefined;
    const found = [...this.#records.values()].filter((record) => record.id.startsWith(`sha256:${hex}`));
    if (found.length > 1) throw new DockerError('ambiguous-id', { name: ref });
    const record = found[0];
    return record === undefined ? undefined : { record, byId: true };
  }

  /** As `find`, but throws no-such-image with the normalised name, as the daemon words it. */
  get(ref: string): ImageRecord {
    if (ref === '') throw new DockerError('page-not-found');
    const found = this.find(ref);
    if (found === undefined) throw noSuchImage(ref);
    return found;
  }

  #byReference(reference: Reference): ImageRecord | undefined {
    if (reference.digest === undefined) return this.named(reference);
    const record = this.#records.get(reference.digest);
    const same =
      record !== undefined &&
      this.namesOf(record.id).some((n) => familiarName(n) === familiarName(reference));
    return same ? record : undefined;
  }

  #byConfig(digest: string): ImageRecord | undefined {
    for (const record of this.#records.values())
      if (record.manifest.digest === digest || record.configDigest === digest) return record;
    return undefined;
  }
}

function parse(ref: string): Reference | undefined {
  try {
    return parseReference(ref);
  } catch (error) {
    if (error instanceof DockerError) return undefined;
    throw error;
  }
}

/** `No such image: nosuch:latest`; what is no reference at all is refused as such (reference.ParseAnyReference). */
export function noSuchImage(ref: string): DockerError {
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(ref)) return new DockerError('no-such-image', { name: ref });
  try {
    return new DockerError('no-such-image', { name: familiar(withDefaultTag(parseReference(ref))) });
  } catch (error) {
    if (error instanceof DockerError) return error;
    throw error;
  }
}
