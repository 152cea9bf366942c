import type { Sys } from '../../kernel/wait.ts';
import type { Emit, RegistryAuth } from '../api.ts';
import { DockerError } from '../error.ts';
import { shortId } from '../names.ts';
import { isHere } from '../platform.ts';
import {
  canonical,
  familiar,
  familiarName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../reference.ts';
import type { ProgressMessage } from '../types/image.ts';
import { findInHub } from './hub.ts';
import type { Images } from './images.ts';
import type { Layer } from './layer.ts';
import type { ImageRecord } from './record.ts';
import type { RegistryClient } from './registry-client.ts';
import { RegistryProblem } from './registry-problem.ts';

/** `docker pull`: finds the image, downloads layers that are not here, gives it its name. */
export function* pull(
  images: Images,
  written: string,
  options: { all?: boolean; platform?: string; auth?: RegistryAuth },
  emit: Emit<ProgressMessage>,
): Sys<void> {
  const { daemon } = images;
  const parsed = parseReference(written);
  yield* daemon.work(6, 10);
  const refused = daemon.settings.standInHub === true && options.auth !== undefined;
  if (refused && daemon.online && parsed.domain === 'docker.io')
    throw new DockerError('pull-denied', { name: familiarName(parsed) });
  if (options.all !== true) {
    const reference = withDefaultTag(parsed);
    yield* pullOne(images, reference, yield* find(images, reference, options.platform), emit);
    return;
  }
  for (const tag of yield* tagsOf(images, parsed)) {
    const reference = { ...parsed, tag };
    yield* pullOne(images, reference, yield* find(images, reference, options.platform), emit);
  }
}

function* tagsOf(images: Images, parsed: Reference): Sys<string[]> {
  if (parsed.domain !== 'docker.io') {
    const tags = yield* ask(images, withDefaultTag(parsed), (client) => client.tags(parsed.path));
    if (tags === undefined) throw new DockerError('pull-not-found', { name: canonical(parsed) });
    return tags;
  }
  yield* images.hub.load(images.daemon.kernel, parsed.path);
  const tags = images.daemon.online ? images.hub.tags(parsed.path) : undefined;
  if (tags === undefined) throw missing(images, withDefaultTag(parsed));
  return [...tags.keys()].sort();
}

/** What the registry has under a reference. Throws with the registry's refusal. */
export function* find(images: Images, reference: Reference, platform: string | undefined): Sys<ImageRecord> {
  if (reference.domain !== 'docker.io') {
    const record = yield* ask(images, reference, (client) => client.download(reference));
    if (record === undefined) throw new DockerError('pull-not-found', { name: canonical(reference) });
    return record;
  }
  if (!images.daemon.online) throw missing(images, reference);
  yield* images.hub.load(images.daemon.kernel, reference.path);
  const record = findInHub(images.hub, reference, familiarName(reference));
  if (platform !== undefined && !isHere(platform)) throw new DockerError('pull-no-platform', { platform });
  return record;
}

/** Asks a registry on the simulated network; its client is loaded when first needed. Throws what `docker pull` says. */
function* ask<T>(images: Images, reference: Reference, what: (client: RegistryClient) => Sys<T>): Sys<T> {
  const { RegistryClient } = yield* images.daemon.kernel.external(import('./registry-client.ts'));
  try {
    return yield* what(new RegistryClient(images, reference.domain));
  } catch (error) {
    if (!(error instanceof RegistryProblem)) throw error;
    throw unreachable(images, reference, error);
  }
}

/** The refusal when a registry cannot be reached. */
function unreachable(images: Images, reference: Reference, problem: RegistryProblem): DockerError {
  const params = {
    name: canonical(reference),
    host: reference.domain,
    path: reference.path,
    tag: reference.digest ?? reference.tag ?? 'latest',
    dns: images.daemon.settings.nameServer,
    lookup: reference.domain.replace(/:\d+$/, ''),
    reason: problem.message,
  };
  if (problem.code === 'ENOTFOUND') return new DockerError('pull-no-such-host', params);
  return new DockerError(problem.code === 'ECONNREFUSED' ? 'pull-refused' : 'pull-failed', params);
}

/** Docker Hub without the repository, or without a network on the way to it. */
export function missing(images: Images, reference: Reference): DockerError {
  if (images.daemon.online) return new DockerError('pull-denied', { name: familiarName(reference) });
  return new DockerError('pull-no-such-host', {
    name: canonical(reference),
    host: 'registry-1.docker.io',
    path: reference.path,
    tag: reference.digest ?? reference.tag ?? 'latest',
    dns: images.daemon.settings.nameServer,
    lookup: 'registry-1.docker.io',
  });
}

function* pullOne(
  images: Images,
  reference: Reference,
  record: ImageRecord,
  emit: Emit<ProgressMessage>,
): Sys<void> {
  const { daemon, store } = images;
  const name = reference.path;
  const id = reference.digest === undefined ? (reference.tag ?? 'latest') : canonical(reference);
  yield* emit({ status: `Pulling from ${name}`, id });
  yield* daemon.work(8, 15);
  const current =
    reference.digest === undefined
      ? store.named(reference)
      : store.namesOf(record.id).some((other) => familiarName(other) === familiarName(reference))
        ? store.byId(record.id)
        : undefined;
  if (current?.id !== record.id) {
    if (store.byId(record.id) === undefined) yield* download(images, record, emit);
    store.add(record);
    store.tag(record.id, reference, daemon.now);
  } else if (reference.digest !== undefined) store.tag(record.id, reference, daemon.now);
  yield* emit({ status: `Digest: ${record.id}` });
  const what = current?.id === record.id ? 'Image is up to date for' : 'Downloaded newer image for';
  daemon.events.log('image', 'pull', familiar(reference), { name: familiarName(reference) });
  yield* emit({ status: `Status: ${what} ${familiar(reference)}` });
}

/** Bytes a millisecond: 12 MB/s from the registry, 90 MB/s unpacking. */
const DOWNLOAD = 12_000;
const UNPACK = 90_000;

/** Downloads the layers the store does not have, three at a time in turns, then unpacks them in order. */
function* download(images: Images, record: ImageRecord, emit: Emit<ProgressMessage>): Sys<void> {
  const { daemon } = images;
  const present = new Set(images.store.all().flatMap((image) => image.layers.map((layer) => layer.diffId)));
  const wanted = record.layers.filter((layer) => !present.has(layer.diffId));
  for (const layer of wanted)
    yield* emit({ status: 'Pulling fs layer', progressDetail: none(), id: shortId(layer.blob) });
  for (const layer of wanted) {
    yield* steps(images, layer, layer.blobSize, layer.blobSize / DOWNLOAD, 'Downloading', emit);
    yield* emit({ status: 'Download complete', progressDetail: none(), id: shortId(layer.blob) });
  }
  for (const layer of wanted) {
    yield* steps(images, layer, layer.blobSize, layer.size / UNPACK, 'Extracting', emit);
    yield* emit({ status: 'Pull complete', progressDetail: none(), id: shortId(layer.blob) });
  }
  yield* daemon.work(2, 5);
}

const none = (): { current: number; total: number } => ({ current: 0, total: 0 });

/** Progress ten times a second. */
function* steps(
  images: Images,
  layer: Layer,
  total: number,
  milliseconds: number,
  status: string,
  emit: Emit<ProgressMessage>,
): Sys<void> {
  const id = shortId(layer.blob);
  const count = Math.max(1, Math.floor(milliseconds / 100));
  for (let i = 1; i <= count; i++) {
    yield* images.daemon.work(milliseconds / count, (milliseconds / count) * 1.1);
    yield* emit({ status, progressDetail: { current: Math.round((total * i) / count), total }, id });
  }
}
