import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import { checkFilters, flag, labelsAllowed, labelsMatch, untilTime } from '../filters.ts';
import { shortId } from '../names.ts';
import { familiar, familiarName, parseReference, type Reference, withDefaultTag } from '../reference.ts';
import type { ImageDeleteItem, PruneReport } from '../types/image.ts';
import type { Filters } from '../types/system.ts';
import type { Images, ImageUser } from './images.ts';
import type { ImageRecord } from './record.ts';
import { noSuchImage } from './store.ts';

/**
 * `docker rmi` as daemon/containerd/image_delete.go does it: by name it takes the name away, and the image with its last
 * name; by ID it takes the image with all its names. Containers that use it, and several repositories, need `force`.
 */
export function* removeImage(
  images: Images,
  ref: string,
  options: { force?: boolean },
): Sys<ImageDeleteItem[]> {
  yield* images.daemon.work(1, 3);
  const { store } = images;
  const force = options.force === true;
  if (ref === '') throw new DockerError('page-not-found');
  const found = store.resolve(ref);
  if (found === undefined) throw noSuchImage(ref);
  const { record, byId } = found;
  if (byId) return yield* removeAll(images, record, force, true);
  const reference = withDefaultTag(parseReference(ref));
  const names = store.namesOf(record.id);
  const named = sameNames(names, reference);
  if (named.length < names.length) {
    for (const name of named) untag(images, record, name);
    return named.map((name) => ({ Untagged: familiar(name) }));
  }
  const user = users(images, record)[0];
  if (user !== undefined) {
    if (!force)
      throw new DockerError('image-used-by-reference', {
        name: familiar(reference),
        container: shortId(user.id),
        id: shortId(record.id),
      });
    for (const name of named) untag(images, record, name);
    return named.map((name) => ({ Untagged: familiar(name) }));
  }
  return yield* removeAll(images, record, force, false);
}

/**
 * The names of an image that go with one of them: the tag itself and, if the repository has no other, the digests; by a
 * digest, all of the repository (getSameReferences).
 */
function sameNames(names: readonly Reference[], wanted: Reference): Reference[] {
  const own = names.filter((name) => familiarName(name) === familiarName(wanted));
  if (wanted.digest !== undefined) return own;
  const tagged = own.filter((name) => name.digest === undefined);
  return tagged.length === 1 ? own : tagged.filter((name) => name.tag === wanted.tag);
}

function users(images: Images, record: ImageRecord): ImageUser[] {
  return [...images.users()].filter((user) => user.imageId === record.id);
}

function untag(images: Images, record: ImageRecord, name: Reference): void {
  images.store.untag(name);
  images.daemon.events.log('image', 'untag', record.id, { name: familiar(name) });
}

function* removeAll(
  images: Images,
  record: ImageRecord,
  force: boolean,
  byId: boolean,
): Sys<ImageDeleteItem[]> {
  const id = shortId(record.id);
  const using = users(images, record);
  const running = using.find((user) => user.running);
  if (running !== undefined)
    throw new DockerError('image-used-running', { id, container: shortId(running.id) });
  const names = images.store.namesOf(record.id);
  if (!force) {
    const [stopped] = using;
    if (stopped !== undefined)
      throw new DockerError('image-used-stopped', { id, container: shortId(stopped.id) });
    const [first] = names;
    if (byId && first !== undefined && sameNames(names, first).length < names.length)
      throw new DockerError('image-referenced', { id });
  }
  const items: ImageDeleteItem[] = [];
  for (const name of names) {
    untag(images, record, name);
    items.push({ Untagged: familiar(name) });
  }
  yield* images.daemon.work(3, 12);
  images.store.delete(record.id);
  images.daemon.events.log('image', 'delete', record.id, { name: record.id });
  items.push({ Deleted: record.id });
  return items;
}

/** `docker image prune`: dangling images, or with `dangling=false` all that no container uses. */
export function* pruneImages(images: Images, filters: Filters): Sys<PruneReport<ImageDeleteItem>> {
  checkFilters(filters, ['dangling', 'label', 'label!', 'until']);
  const { store, daemon } = images;
  const danglingOnly = flag(filters, 'dangling') ?? true;
  const until = untilTime(filters, daemon.now);
  const usage = images.usage();
  const before = storeSize(images);
  const items: ImageDeleteItem[] = [];
  yield* daemon.work(1, 4);
  for (const record of [...store.all()].sort((a, b) => (a.created ?? 0) - (b.created ?? 0))) {
    const names = store.namesOf(record.id);
    const labels = record.config.Labels ?? {};
    if (danglingOnly ? names.length > 0 : usage.has(record.id)) continue;
    // The containerd store goes by when an image came here, not by when it was made.
    const arrived = images.store.lastTagged(record.id) ?? record.created ?? 0;
    if (usage.has(record.id) || (until !== undefined && arrived >= until)) continue;
    if (!labelsMatch(filters, labels) || !labelsAllowed(filters, labels)) continue;
    if (names.length === 0) items.push({ Untagged: record.id });
    items.push(...(yield* removeAll(images, record, true, true)));
  }
  const report = { Deleted: items, SpaceReclaimed: before - storeSize(images) };
  daemon.events.log('image', 'prune', '', { reclaimed: String(report.SpaceReclaimed) });
  return report;
}

/** Bytes of everything in the store; what images share counts once. */
export function storeSize(images: Images): number {
  const seen = new Set<string>();
  let size = 0;
  for (const image of images.store.all()) {
    let layers = 0;
    for (const layer of image.layers) {
      layers += layer.blobSize;
      if (seen.has(layer.diffId)) continue;
      seen.add(layer.diffId);
      size += layer.size + layer.blobSize;
    }
    size += image.contentSize - layers;
  }
  return size;
}
