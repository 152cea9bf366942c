import type { CatalogueImage, ImageConfig } from '../../images/types.ts';
import { rfc3339Nano } from '../../kernel/clock.ts';
import type { DirectoryNode } from '../../kernel/fs/node.ts';
import { sortedRecord } from '../filters.ts';
import { digestOf } from '../sha256.ts';
import type { Descriptor } from '../types/container.ts';
import { catalogueLayer, type Layer, SCRATCH } from './layer.ts';

/** A row of an image's history; rows without a layer changed only the configuration. */
export interface HistoryRow {
  readonly created: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly author?: string;
  readonly layer: Layer | undefined;
}

/** An image in the content store. Names are kept apart, in `ImageStore`. */
export interface ImageRecord {
  /** What `docker images` shows: the digest of the manifest, or of the index around it. */
  readonly id: string;
  readonly manifest: Descriptor;
  /** The index BuildKit makes around an image and its attestation. */
  readonly index:
    | { readonly digest: string; readonly size: number; readonly attestation: string }
    | undefined;
  readonly configDigest: string;
  readonly config: ImageConfig;
  /** `amd64`, or what an import was told. */
  readonly architecture: string;
  readonly history: readonly HistoryRow[];
  readonly layers: readonly Layer[];
  readonly root: DirectoryNode;
  readonly created: number | undefined;
  readonly author: string;
  readonly comment: string;
  /** ID of the image it was made from here (commit, build). */
  readonly parent: string | undefined;
  /** Blobs: layers, configuration, manifest. */
  readonly contentSize: number;
  /** Unpacked layers. */
  readonly unpackedSize: number;
  readonly pulledFrom: readonly string[];
  readonly buildRef: string | undefined;
}

/** What an image is made of. */
export interface ImageParts {
  readonly config: ImageConfig;
  readonly history: readonly HistoryRow[];
  readonly created: number | undefined;
  readonly author?: string;
  readonly comment?: string;
  readonly parent?: string | undefined;
  readonly pulledFrom?: readonly string[];
  readonly buildRef?: string | undefined;
  readonly index?: boolean;
  readonly architecture?: string;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/**
 * The configuration blob of an image (OCI image configuration). Without BuildKit it also names a container and its
 * configuration, as the images of Docker Hub that were made so do.
 */
export function configText(
  image: Pick<ImageRecord, 'architecture' | 'config' | 'history' | 'created' | 'author' | 'layers'>,
  buildKit: boolean,
): string {
  const created = image.created === undefined ? undefined : rfc3339Nano(image.created);
  const container = buildKit
    ? {}
    : { container: digestOf(`${created}`).slice('sha256:'.length), container_config: image.config };
  return JSON.stringify({
    architecture: image.architecture,
    author: image.author,
    config: image.config,
    ...container,
    created,
    ...(buildKit ? {} : { docker_version: '29.7.2' }),
    history: image.history.map((row) => ({
      created: rfc3339Nano(row.created),
      created_by: row.createdBy,
      comment: row.comment,
      empty_layer: row.layer === undefined,
    })),
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.diffId) },
  });
}

/** The manifest blob: which configuration and layers make the image. */
export function manifestText(mediaType: string, config: string, layers: readonly Layer[]): string {
  return JSON.stringify(
    {
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: digestOf(config),
      },
      layers: layers.map((layer) => ({
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: layer.blobSize,
        digest: layer.blob,
      })),
    },
    undefined,
    3,
  );
}

/** Computes digests and sizes: the same parts give the same ID. */
export function makeImage(parts: ImageParts): ImageRecord {
  const { history, created, author = '', comment = '' } = parts;
  const config = tidyConfig(parts.config);
  const layers = history.flatMap((row) => (row.layer === undefined ? [] : [row.layer]));
  const { architecture = 'amd64' } = parts;
  const text = configText({ architecture, config, history, created, author, layers }, parts.index === true);
  const mediaType = parts.index === true ? OCI_MANIFEST : MANIFEST;
  const written = manifestText(mediaType, text, layers);
  const manifest = { mediaType, digest: digestOf(written), size: written.length };
  const index = parts.index === true ? indexOf(manifest.digest, parts.buildRef ?? '') : undefined;
  return {
    id: index?.digest ?? manifest.digest,
    manifest,
    index,
    configDigest: digestOf(text),
    config,
    architecture,
    history,
    layers,
    root: layers.at(-1)?.root ?? SCRATCH,
    created,
    author,
    comment,
    parent: parts.parent,
    contentSize:
      layers.reduce((sum, layer) => sum + layer.blobSize, 0) +
      text.length +
      manifest.size +
      (index?.size ?? 0),
    unpackedSize: layers.reduce((sum, layer) => sum + layer.size, 0),
    pulledFrom: parts.pulledFrom ?? [],
    buildRef: parts.buildRef,
  };
}

function indexOf(manifest: string, buildRef: string): { digest: string; size: number; attestation: string } {
  const attestation = digestOf(`attestation ${buildRef} ${manifest}`);
  return { digest: digestOf(`index ${manifest} ${attestation}`), size: 855, attestation };
}

/** The descriptor `image inspect` shows: the index if there is one. */
export function descriptorOf(image: ImageRecord): Descriptor {
  return image.index === undefined
    ? image.manifest
    : { mediaType: OCI_INDEX, digest: image.index.digest, size: image.index.size };
}

/** Makes a catalogue image; layers already made are shared. */
export function catalogueRecord(image: CatalogueImage): ImageRecord {
  const known = catalogueRecords.get(image);
  if (known !== undefined) return known;
  let root = SCRATCH;
  const history = image.layers.map((row): HistoryRow => {
    const layer = row.entries === undefined ? undefined : catalogueLayer(root, row);
    if (layer !== undefined) root = layer.root;
    return { created: image.created, createdBy: row.createdBy, comment: '', layer };
  });
  const repository = image.repository.includes('/') ? image.repository : `library/${image.repository}`;
  const record = makeImage({
    config: image.config,
    history,
    created: image.created,
    pulledFrom: [`docker.io/${repository}`],
  });
  catalogueRecords.set(image, record);
  return record;
}
const catalogueRecords = new WeakMap<CatalogueImage, ImageRecord>();

/**
 * The configuration as Go writes it: known fields in its order, empty ones left out, maps sorted
 * (dockerspec.DockerOCIImageConfig).
 */
export function tidyConfig(config: ImageConfig): ImageConfig {
  const some = <T extends object>(map: Readonly<Record<string, T | string>> | undefined): boolean =>
    map !== undefined && Object.keys(map).length > 0;
  const list = (items: readonly string[] | null | undefined): items is readonly string[] =>
    items !== undefined && items !== null && items.length > 0;
  return {
    ...(config.User ? { User: config.User } : {}),
    ...(some(config.ExposedPorts) ? { ExposedPorts: sortedRecord(config.ExposedPorts ?? {}) } : {}),
    ...(list(config.Env) ? { Env: config.Env } : {}),
    ...(list(config.Entrypoint) ? { Entrypoint: config.Entrypoint } : {}),
    ...(list(config.Cmd) ? { Cmd: config.Cmd } : {}),
    ...(some(config.Volumes) ? { Volumes: sortedRecord(config.Volumes ?? {}) } : {}),
    ...(config.WorkingDir ? { WorkingDir: config.WorkingDir } : {}),
    ...(some(config.Labels) ? { Labels: sortedRecord(config.Labels ?? {}) } : {}),
    ...(config.StopSignal ? { StopSignal: config.StopSignal } : {}),
    ...(config.Healthcheck === undefined ? {} : { Healthcheck: config.Healthcheck }),
    ...(list(config.OnBuild) ? { OnBuild: config.OnBuild } : {}),
    ...(list(config.Shell) ? { Shell: config.Shell } : {}),
  };
}
