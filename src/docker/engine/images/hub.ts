import { isLoaded, loadImages, wholeImage } from '../../images/lazy-images.ts';
import type { Catalogue } from '../../images/types.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import type { Reference } from '../reference.ts';
import { catalogueRecord, type ImageRecord } from './record.ts';

/** The simulated Docker Hub: what the catalogue offers, and what was pushed to the reader's account. */
export class Hub {
  readonly catalogue: Catalogue;
  /** Pushed images by `user/name` and tag. */
  readonly #pushed = new Map<string, Map<string, ImageRecord>>();

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
  }

  /** Has the images of a repository here; to be done before they are asked for. */
  *load(kernel: Kernel, path: string): Sys<void> {
    const name = path.replace(/^library\//, '');
    if (isLoaded(this.catalogue, name)) return;
    yield* kernel.external(loadImages(this.catalogue, (repository) => repository === name));
  }

  /** Tags of a repository (`library/nginx`); undefined if there is no such repository. */
  tags(path: string): ReadonlyMap<string, ImageRecord> | undefined {
    const tags = new Map<string, ImageRecord>();
    const name = path.replace(/^library\//, '');
    for (const image of this.catalogue)
      if (image.repository === name)
        for (const tag of image.tags) tags.set(tag, catalogueRecord(wholeImage(image)));
    for (const [tag, record] of this.#pushed.get(path) ?? []) tags.set(tag, record);
    return tags.size === 0 ? undefined : tags;
  }

  push(path: string, tag: string, record: ImageRecord): void {
    const tags = this.#pushed.get(path) ?? new Map<string, ImageRecord>();
    tags.set(tag, record);
    this.#pushed.set(path, tags);
  }
}

/** The image a Docker Hub reference means. Throws pull-denied, pull-not-found. */
export function findInHub(hub: Hub, reference: Reference, familiarRepository: string): ImageRecord {
  const tags = hub.tags(reference.path);
  if (tags === undefined) throw new DockerError('pull-denied', { name: familiarRepository });
  const full = `${reference.domain}/${reference.path}${reference.tag === undefined ? '' : `:${reference.tag}`}`;
  if (reference.digest !== undefined) {
    const record = [...tags.values()].find((image) => image.id === reference.digest);
    if (record === undefined)
      throw new DockerError('pull-not-found', { name: `${full}@${reference.digest}` });
    return record;
  }
  const record = tags.get(reference.tag ?? 'latest');
  if (record === undefined) throw new DockerError('pull-not-found', { name: full });
  return record;
}
