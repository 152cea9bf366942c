import type { Sys } from '../../kernel/wait.ts';
import type { Emit } from '../api.ts';
import { DockerError } from '../error.ts';
import { shortId } from '../names.ts';
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

/** `docker pull`: finds the image, downloads layers that are not here, gives it its name. */
export function* pull(
  images: Images,
  written: string,
  options: { all?: boolean; platform?: string },
  emit: Emit<ProgressMessage>,
): Sys<void> {
  const { daemon } = images;
  const parsed = parseReference(written);
  yield* daemon.work(6, 10);
  if (options.all !== true) {
    const reference = withDefaultTag(parsed);
    yield* pullOne(images, reference, find(images, reference, options.platform), emit);
    return;
  }
  const tags = parsed.domain === 'docker.io' ? images.hub.tags(parsed.path) : undefined;
  if (tags === undefined) throw missing(images, withDefaultTag(parsed));
  for (const tag of [...tags.keys()].sort()) {
    const reference = { ...parsed, tag };
    yield* pullOne(images, reference, find(images, reference, options.platform), emit);
  }
}

/** What the registry has under a reference. Throws with the registry's refusal. */
export function find(images: Images, reference: Reference, platform: string | undefined): ImageRecord {
  if (reference.domain !== 'docker.io' || !images.daemon.online) throw missing(images, reference);
  const record = findInHub(images.hub, reference, familiarName(reference));
  if (platform !== undefined && !/^(?:linux\/)?(?:amd64|x86_64)(?:\/.*)?$|^linux$/.test(platform))
    throw new DockerError('pull-no-platform', { platform });
  return record;
}

/** Why a registry cannot be asked: no such host, nobody listening, or no network. */
export function missing(images: Images, reference: Reference): DockerError {
  if (reference.domain === 'docker.io' && images.daemon.online)
    return new DockerError('pull-denied', { name: familiarName(reference) });
  const host = reference.domain === 'docker.io' ? 'registry-1.docker.io' : reference.domain;
  const params = {
    name: canonical(reference),
    host,
    path: reference.path,
    tag: reference.digest ?? reference.tag ?? 'latest',
    dns: images.daemon.settings.nameServer,
  };
  const [name = '', port = '443'] = host.split(':');
  if (name === 'localhost' || /^[\d.]+$/.test(name))
    return new DockerError('pull-refused', {
      ...params,
      address: `${name === 'localhost' ? '127.0.0.1' : name}:${port}`,
    });
  return new DockerError('pull-no-such-host', { ...params, lookup: name });
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
  }
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
