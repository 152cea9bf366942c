import type { ImageConfig } from '../../images/types.ts';
import { text, utf8 } from '../../kernel/bytes.ts';
import type { DirectoryNode, FileNode, FsNode } from '../../kernel/fs/node.ts';
import { readTar, type TarEntry, tarProblem, treeEntries, writeTar } from '../../kernel/fs/tar.ts';
import { compare, emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Sys } from '../../kernel/wait.ts';
import type { Emit } from '../api.ts';
import { DockerError } from '../error.ts';
import { parseRfc3339 } from '../human.ts';
import { isHere } from '../platform.ts';
import { canonical, familiar, parseReference } from '../reference.ts';
import type { ProgressMessage } from '../types/image.ts';
import { applyChanges } from './changes.ts';
import type { Images } from './images.ts';
import { makeLayer, SCRATCH } from './layer.ts';
import {
  configText,
  descriptorOf,
  type HistoryRow,
  type ImageRecord,
  makeImage,
  manifestText,
} from './record.ts';

/** What our archives say beyond the OCI layout, so that loading gives the same image again. */
interface Extra {
  readonly comment: string;
  readonly pulledFrom: readonly string[];
  readonly index: boolean;
  readonly buildRef: string | undefined;
}

const EXTRA = 'io.muelle.image';

/** `docker save`: an OCI layout with the images and their names. */
export function* saveImages(
  images: Images,
  refs: readonly string[],
  platform: string | undefined,
): Sys<Uint8Array> {
  const { store } = images;
  const wanted = refs.map((ref) => {
    const record = store.get(ref);
    const names = store.resolve(ref)?.byId === true ? [] : namesFor(images, ref, record);
    return { record, names };
  });
  if (!isHere(platform))
    throw new DockerError('bad-parameter', {
      reason: `no suitable export target found for platform ${platform ?? ''}`,
    });
  yield* images.daemon.work(5, 15);
  const blobs = new Map<string, Uint8Array>();
  const manifests: object[] = [];
  // What `docker load` of old reads: an entry an image, with all of its names.
  const docker = new Map<string, { Config: string; RepoTags: string[]; Layers: string[] }>();
  for (const { record, names } of wanted) {
    const config = configText(record, record.index !== undefined);
    blobs.set(record.configDigest, utf8(config));
    blobs.set(record.manifest.digest, utf8(manifestText(record.manifest.mediaType, config, record.layers)));
    let before = SCRATCH;
    for (const layer of record.layers) {
      if (!blobs.has(layer.blob)) blobs.set(layer.blob, writeTar(layerEntries(before, layer.root)));
      before = layer.root;
    }
    const extra: Extra = {
      comment: record.comment,
      pulledFrom: record.pulledFrom,
      index: record.index !== undefined,
      buildRef: record.buildRef,
    };
    for (const name of names.length === 0 ? [undefined] : names)
      manifests.push({
        ...descriptorOf(record),
        digest: record.manifest.digest,
        annotations: {
          ...(name === undefined ? {} : { 'io.containerd.image.name': name }),
          [EXTRA]: JSON.stringify(extra),
        },
      });
    const entry = docker.get(record.id) ?? {
      Config: blobPath(record.configDigest),
      RepoTags: [],
      Layers: record.layers.map((layer) => blobPath(layer.blob)),
    };
    entry.RepoTags.push(...names.map((name) => familiar(parseReference(name))));
    docker.set(record.id, entry);
    images.daemon.events.log('image', 'save', record.id, { name: record.id });
  }
  return writeTar([
    directory('blobs'),
    directory('blobs/sha256'),
    ...[...blobs]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([digest, bytes]) => file(blobPath(digest), bytes)),
    file(
      'index.json',
      utf8(
        JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests }),
      ),
    ),
    file('manifest.json', utf8(JSON.stringify([...docker.values()].map(withoutNames)))),
    file('oci-layout', utf8('{"imageLayoutVersion":"1.0.0"}')),
  ]);
}

/** No names are null, as Go writes a list that was never made. */
const withoutNames = <T extends { RepoTags: readonly string[] }>(entry: T): object =>
  entry.RepoTags.length === 0 ? { ...entry, RepoTags: null } : entry;

/** The names to save: the one asked for, or all tags of a repository named without a tag. */
function namesFor(images: Images, ref: string, record: ImageRecord): string[] {
  const asked = parseReference(ref);
  return images.store
    .namesOf(record.id)
    .filter(
      (name) =>
        name.path === asked.path && name.domain === asked.domain && name.tag === (asked.tag ?? 'latest'),
    )
    .map(canonical);
}

const meta = { uid: 0, gid: 0, mtime: 0, target: '', program: undefined };

function file(path: string, data: Uint8Array): TarEntry {
  return { ...meta, path, kind: 'file', data, mode: 0o644 };
}

function directory(path: string): TarEntry {
  return { ...meta, path, kind: 'directory', data: 0, mode: 0o755 };
}

function blobPath(digest: string): string {
  return `blobs/sha256/${digest.replace('sha256:', '')}`;
}

/** A layer as a tar: what is new or changed; what is gone as an empty `.wh.` file. */
export function* layerEntries(before: DirectoryNode, after: DirectoryNode): Generator<TarEntry> {
  for (const { kind, path, node } of compare(before, after)) {
    if (kind === 'D') {
      const name = path.at(-1) ?? '';
      yield file([...path.slice(0, -1), `.wh.${name}`].join('/'), new Uint8Array(0));
    } else if (node !== undefined) {
      const single = node.kind === 'directory' ? { ...node, entries: new Map() } : node;
      yield* treeEntries(single, path.join('/'));
    }
  }
}

/** Puts the members of a layer, or of any file system archive, onto a root. */
export function applyEntries(before: DirectoryNode, entries: readonly TarEntry[]): DirectoryNode {
  const tree = new Tree(before);
  for (const entry of entries) {
    const path = entry.path.split('/').filter((name) => name !== '' && name !== '.');
    const name = path.at(-1);
    if (name === undefined) continue;
    if (name.startsWith('.wh.')) {
      const gone = [...path.slice(0, -1), name.slice('.wh.'.length)];
      if (tree.get(gone) !== undefined) tree.remove(gone, entry.mtime);
      continue;
    }
    for (let depth = 1; depth < path.length; depth++) {
      const parent = path.slice(0, depth);
      if (tree.get(parent)?.kind !== 'directory') tree.put(parent, emptyDirectory(entry.mtime), entry.mtime);
    }
    const old = tree.get(path);
    const node = nodeOf(entry, old, tree);
    if (node !== undefined) tree.put(path, node, parentTime(tree, path));
  }
  return tree.snapshot();
}

function parentTime(tree: Tree, path: readonly string[]): number {
  return tree.get(path.slice(0, -1))?.mtime ?? 0;
}

function nodeOf(
  entry: TarEntry,
  old: FsNode | undefined,
  tree: Tree,
): FsNode | Omit<FileNode, 'owner'> | undefined {
  const { mode, uid, gid, mtime } = entry;
  const common = { mode, uid, gid, mtime };
  if (entry.kind === 'directory')
    return {
      ...emptyDirectory(mtime),
      ...common,
      entries: old?.kind === 'directory' ? old.entries : new Map(),
    };
  if (entry.kind === 'link') return { kind: 'link', target: entry.target, ...common };
  if (entry.kind === 'hardlink') return tree.get(entry.target.split('/').filter((name) => name !== ''));
  return { kind: 'file', data: entry.data, program: entry.program, ...common };
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

interface OciConfig {
  readonly author?: string;
  readonly created?: string;
  readonly config?: ImageConfig;
  readonly history?: readonly {
    created?: string;
    created_by?: string;
    comment?: string;
    empty_layer?: boolean;
  }[];
}

/** `docker load`: says what it loaded, names first to last. Throws unrecognized-archive. */
export function* loadImages(images: Images, tar: Uint8Array, emit: Emit<ProgressMessage>): Sys<void> {
  const entries = readTar(tar);
  if (entries === undefined && tar.length > 0)
    throw new DockerError('bad-archive', { reason: tarProblem(tar) });
  const files = new Map((entries ?? []).map((entry) => [entry.path.replace(/^\.\//, ''), entry]));
  const bytes = (path: string): Uint8Array => {
    const data = files.get(path)?.data;
    if (!(data instanceof Uint8Array)) throw new DockerError('unrecognized-archive');
    return data;
  };
  const json = <T>(path: string): T => JSON.parse(text(bytes(path))) as T;
  const index = json<{ manifests: { digest: string; annotations?: Record<string, string> }[] }>('index.json');
  for (const entry of index.manifests) {
    const manifest = json<Manifest>(blobPath(entry.digest));
    const record = rebuild(
      json<OciConfig>(blobPath(manifest.config.digest)),
      manifest.layers.map((layer) => readTar(bytes(blobPath(layer.digest))) ?? []),
      JSON.parse(entry.annotations?.[EXTRA] ?? '{}') as Partial<Extra>,
    );
    yield* images.daemon.work(25, 40);
    images.store.add(record);
    const name = entry.annotations?.['io.containerd.image.name'];
    images.daemon.events.log('image', 'load', record.id, {
      name: name === undefined ? record.id : familiar(parseReference(name)),
    });
    if (name !== undefined) images.store.tag(record.id, parseReference(name), images.daemon.now);
    yield* emit({
      stream:
        name === undefined
          ? `Loaded image ID: ${record.id}\n`
          : `Loaded image: ${familiar(parseReference(name))}\n`,
    });
  }
}

/** An image from its blobs; used by load and by pulls from a registry of the reader's own. */
export function rebuild(
  config: OciConfig,
  layers: readonly (readonly TarEntry[])[],
  extra: Partial<Extra>,
): ImageRecord {
  let root = SCRATCH;
  let next = 0;
  const history = (config.history ?? []).map((row): HistoryRow => {
    const base = {
      created: parseRfc3339(row.created ?? ''),
      createdBy: row.created_by ?? '',
      comment: row.comment ?? '',
    };
    if (row.empty_layer === true) return { ...base, layer: undefined };
    const layer = makeLayer(root, applyEntries(root, layers[next++] ?? []));
    root = layer.root;
    return { ...base, layer };
  });
  return makeImage({
    config: config.config ?? {},
    history,
    created: config.created === undefined ? undefined : parseRfc3339(config.created),
    author: config.author ?? '',
    comment: extra.comment ?? '',
    pulledFrom: extra.pulledFrom ?? [],
    buildRef: extra.buildRef,
    index: extra.index ?? false,
  });
}

/** `docker import`: a file system archive as an image of one layer. Returns its ID. */
export function* importImage(
  images: Images,
  tar: Uint8Array,
  options: {
    reference?: string;
    message?: string;
    source?: string;
    changes?: readonly string[];
    architecture?: string;
  },
): Sys<string> {
  const reference =
    options.reference === undefined || options.reference === ''
      ? undefined
      : parseReference(options.reference);
  const config = applyChanges({}, options.changes ?? []);
  const entries = readTar(tar);
  if (entries === undefined && tar.length > 0)
    throw new DockerError('bad-parameter', { reason: tarProblem(tar) });
  yield* images.daemon.work(50, 80);
  const now = images.daemon.now;
  const message = options.message || `Imported from ${options.source ?? '-'}`;
  const tree = applyEntries(SCRATCH, entries ?? []);
  const { id } = images.create({
    config,
    history: [{ createdBy: '', comment: message, tree, created: now }],
    comment: message,
    created: now,
    ...(options.architecture === undefined ? {} : { architecture: options.architecture }),
  });
  if (reference !== undefined) images.name(id, reference);
  images.daemon.events.log('image', 'import', id, { name: id });
  return id;
}
