import type { ImageConfig } from '../../images/types.ts';
import { rfc3339Nano } from '../../kernel/clock.ts';
import type { DirectoryNode } from '../../kernel/fs/node.ts';
import type { NewImage, StoredImage } from '../api.ts';
import type { Daemon } from '../daemon.ts';
import { DockerError } from '../error.ts';
import { checkFilters, flag, labelsMatch, untilTime, wanted } from '../filters.ts';
import { glob } from '../glob.ts';
import { ZERO_TIME } from '../human.ts';
import { isHere } from '../platform.ts';
import {
  canonical,
  familiar,
  familiarName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../reference.ts';
import type { HistoryItem, ImageInspect, ImageSummary } from '../types/image.ts';
import type { Filters } from '../types/system.ts';
import { findInHub, type Hub } from './hub.ts';
import { makeLayer, SCRATCH } from './layer.ts';
import { descriptorOf, type HistoryRow, type ImageRecord, makeImage } from './record.ts';
import { ImageStore } from './store.ts';

/** What images need to know of containers. */
export interface ImageUser {
  readonly id: string;
  readonly imageId: string;
  readonly running: boolean;
}

/** Images as the API shows and changes them (pull, remove, archives have files of their own). */
export class Images {
  readonly daemon: Daemon;
  readonly hub: Hub;
  readonly store = new ImageStore();
  /** Images of the registry that builds are based on, whether or not they are in the store. */
  readonly bases = new Map<string, ImageRecord>();
  /** All containers, for `in use`; set by the engine. */
  users: () => Iterable<ImageUser> = () => [];

  constructor(daemon: Daemon, hub: Hub) {
    this.daemon = daemon;
    this.hub = hub;
  }

  /** IDs of images that containers use, with how many do. */
  usage(): Map<string, number> {
    const count = new Map<string, number>();
    for (const user of this.users()) count.set(user.imageId, (count.get(user.imageId) ?? 0) + 1);
    return count;
  }

  // ---- showing -------------------------------------------------------------------------------------------------

  list(options: { all?: boolean; filters?: Filters }): ImageSummary[] {
    const filters = options.filters ?? {};
    checkFilters(filters, ['dangling', 'label', 'label!', 'before', 'since', 'reference', 'until']);
    const keep = this.#filter(filters);
    const usage = this.usage();
    const shared = this.#sharedLayers();
    return this.store
      .all()
      .flatMap((image) => {
        const names = keep(image);
        return names === undefined ? [] : [this.#summary(image, names, usage.get(image.id) ?? 0, shared)];
      })
      .sort((a, b) => b.Created - a.Created);
  }

  /** A test that gives the names an image is listed under, or undefined if it is not listed. */
  #filter(filters: Filters): (image: ImageRecord) => Reference[] | undefined {
    const dangling = flag(filters, 'dangling');
    const patterns = wanted(filters, 'reference')?.map(referencePattern);
    const before = (wanted(filters, 'before') ?? []).map((ref) => this.store.get(ref).created ?? 0);
    const since = (wanted(filters, 'since') ?? []).map((ref) => this.store.get(ref).created ?? 0);
    const until = untilTime(filters, this.daemon.now);
    return (image) => {
      const created = image.created ?? 0;
      if (!before.every((time) => created < time) || !since.every((time) => created > time)) return undefined;
      if (until !== undefined && created >= until) return undefined;
      if (!labelsMatch(filters, image.config.Labels ?? {})) return undefined;
      const names = this.store.namesOf(image.id);
      if (dangling !== undefined && dangling !== (names.length === 0)) return undefined;
      if (patterns === undefined) return names;
      const matching = names.filter((name) => patterns.some((pattern) => pattern(name)));
      return matching.length === 0 ? undefined : matching;
    };
  }

  #sharedLayers(): Map<string, number> {
    const count = new Map<string, number>();
    for (const image of this.store.all())
      for (const layer of image.layers) count.set(layer.diffId, (count.get(layer.diffId) ?? 0) + 1);
    return count;
  }

  #summary(
    image: ImageRecord,
    names: readonly Reference[],
    containers: number,
    shared: ReadonlyMap<string, number>,
  ): ImageSummary {
    return {
      Containers: containers,
      Created: Math.floor((image.created ?? 0) / 1000),
      Id: image.id,
      Labels: image.config.Labels ?? null,
      ParentId: image.parent ?? '',
      RepoDigests: [...new Set(names.map(familiarName))].map((name) => `${name}@${image.id}`),
      RepoTags: names.map(familiar),
      SharedSize: image.layers
        .filter((layer) => (shared.get(layer.diffId) ?? 0) > 1)
        .reduce((sum, layer) => sum + layer.size + layer.blobSize, 0),
      Size: image.contentSize + image.unpackedSize,
      ContentSize: image.contentSize,
      InUse: containers > 0,
      Descriptor: descriptorOf(image),
    };
  }

  #forPlatform(ref: string, platform: string | undefined): ImageRecord {
    const image = this.store.get(ref);
    if (!isHere(platform))
      throw new DockerError('image-other-platform', { name: ref, platform: platform ?? '' });
    return image;
  }

  inspect(ref: string, platform?: string): ImageInspect {
    const image = this.#forPlatform(ref, platform);
    const tagged = this.store.lastTagged(image.id);
    return {
      Id: image.id,
      RepoTags: this.store.namesOf(image.id).map(familiar),
      RepoDigests: this.store.digestsOf(image.id),
      ...(image.comment === '' ? {} : { Comment: image.comment }),
      ...(image.created === undefined ? {} : { Created: rfc3339Nano(image.created) }),
      ...(image.author === '' ? {} : { Author: image.author }),
      Config: image.config,
      Architecture: image.architecture,
      Os: 'linux',
      Size: image.contentSize,
      RootFS: { Type: 'layers', Layers: image.layers.map((layer) => layer.diffId) },
      Metadata: { LastTagTime: tagged === undefined ? ZERO_TIME : rfc3339Nano(tagged) },
      Descriptor: descriptorOf(image),
      ...identity(image),
    };
  }

  history(ref: string, platform?: string): HistoryItem[] {
    const image = this.#forPlatform(ref, platform);
    const rows = image.history.map(
      (row): HistoryItem => ({
        Id: '<missing>',
        Created: Math.floor(row.created / 1000),
        CreatedBy: row.createdBy,
        Tags: null,
        Size: row.layer?.size ?? 0,
        Comment: row.comment,
      }),
    );
    // Images this one was made from here, and which are still there, show their ID in the row that completed them.
    let ancestor: ImageRecord | undefined = image;
    while (ancestor !== undefined) {
      const row = rows[ancestor.history.length - 1];
      if (row !== undefined && row.Id === '<missing>') {
        row.Id = ancestor.id;
        const tags = this.store.tagsOf(ancestor.id);
        row.Tags = tags.length === 0 ? null : tags;
      }
      ancestor = ancestor.parent === undefined ? undefined : this.store.byId(ancestor.parent);
    }
    return rows.reverse();
  }

  // ---- changing ------------------------------------------------------------------------------------------------

  /** Has an image of the Hub here from the start: `preload('nginx:alpine')`. Throws as pull does. */
  preload(written: string): void {
    const reference = withDefaultTag(parseReference(written));
    const record = findInHub(this.hub, reference, familiarName(reference));
    if (this.store.byId(record.id) === undefined) this.store.add(record);
    this.store.tag(record.id, reference, this.daemon.now);
  }

  /** `docker tag`. An image that loses its only name stays, dangling. */
  tag(source: string, target: string): void {
    const image = this.store.get(source);
    const reference = parseTagTarget(target);
    this.name(image.id, reference);
  }

  /** Names an image that was made here (commit, import, load, build); the one that had the name stays, dangling. */
  name(id: string, reference: Reference): void {
    this.store.tag(id, reference, this.daemon.now);
    this.logTag(id, reference);
  }

  logTag(id: string, reference: Reference): void {
    this.daemon.events.log('image', 'tag', id, {
      name: familiar({ ...reference, tag: reference.tag ?? 'latest' }),
    });
  }

  /** The image's root, configuration and ID, for containers and builds. */
  root(ref: string): { id: string; config: ImageConfig; root: DirectoryNode } {
    const { id, config, root } = this.store.get(ref);
    return { id, config, root };
  }

  /** Makes an image of what a build, commit or import hands over. It has no name yet. */
  create(image: NewImage): StoredImage {
    const record = this.store.add(makeImage(this.#parts(image)));
    return {
      id: record.id,
      manifest: record.manifest.digest,
      config: record.configDigest,
      attestation: record.index?.attestation,
    };
  }

  #parts(image: NewImage): Parameters<typeof makeImage>[0] {
    const parent =
      image.parent === undefined ? undefined : (this.bases.get(image.parent) ?? this.store.get(image.parent));
    let root = parent?.root ?? SCRATCH;
    const created = image.created ?? this.daemon.now;
    const added = image.history.map((row): HistoryRow => {
      const layer = row.tree === undefined ? undefined : makeLayer(root, row.tree);
      if (layer !== undefined) root = layer.root;
      return {
        created: row.created ?? created,
        createdBy: row.createdBy,
        comment: row.comment ?? '',
        ...(row.author === undefined ? {} : { author: row.author }),
        layer,
      };
    });
    return {
      config: image.config,
      history: [...(parent?.history ?? []), ...added],
      created,
      author: image.author ?? parent?.author ?? '',
      comment: image.comment ?? '',
      // BuildKit does not record what an image was built from (history shows <missing>); commit does.
      parent: image.index === true ? undefined : parent?.id,
      buildRef: image.buildRef,
      index: image.index ?? false,
      ...(image.architecture === undefined ? {} : { architecture: image.architecture }),
    };
  }
}

function identity(image: ImageRecord): Pick<ImageInspect, 'Identity'> {
  if (image.pulledFrom.length > 0)
    return { Identity: { Pull: image.pulledFrom.map((Repository) => ({ Repository })) } };
  if (image.buildRef !== undefined && image.created !== undefined)
    return { Identity: { Build: [{ Ref: image.buildRef, CreatedAt: rfc3339Nano(image.created) }] } };
  return {};
}

/** The new name of `docker tag`; the CLI words the refusal itself from the reason. */
function parseTagTarget(target: string): Reference {
  const reference = parseReference(target);
  if (reference.digest !== undefined)
    throw new DockerError('bad-parameter', { reason: 'refusing to create a tag with a digest reference' });
  if (familiarName(reference) === 'sha256')
    throw new DockerError('bad-parameter', {
      reason: 'refusing to create an ambiguous tag using digest algorithm as name',
    });
  return reference;
}

/** The `reference` filter: a pattern for `name`, `name:tag` or the canonical form (reference.FamiliarMatch). */
function referencePattern(pattern: string): (reference: Reference) => boolean {
  const test = glob(pattern);
  return (reference) =>
    test.test(familiar(reference)) || test.test(familiarName(reference)) || test.test(canonical(reference));
}
