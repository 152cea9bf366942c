import type { CatalogueLayer, LayerEntry } from '../../images/types.ts';
import { utf8 } from '../../kernel/bytes.ts';
import type { DirectoryNode, FileNode, FsNode } from '../../kernel/fs/node.ts';
import { compare, emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import { digestOf, Sha256 } from '../sha256.ts';

/** One layer of an image: what it changes, and the whole root after it. */
export interface Layer {
  /** Digest of the uncompressed change, as `RootFS.Layers` lists it. */
  readonly diffId: string;
  /** Digest and size of the compressed blob, as the manifest lists it. */
  readonly blob: string;
  readonly blobSize: number;
  /** Disk blocks of the unpacked change, as `docker history` shows it. */
  readonly size: number;
  readonly root: DirectoryNode;
}

const BLOCK = 4096;

/** Disk blocks of a change as `du` counts them: directories and started blocks of files, the root included. */
export function usageOf(before: DirectoryNode, after: DirectoryNode): number {
  let size = BLOCK;
  for (const { kind, node } of compare(before, after))
    if (kind !== 'D' && node !== undefined) size += blocksOf(node);
  return size;
}

function blocksOf(node: FsNode): number {
  if (node.kind === 'directory') return BLOCK;
  if (node.kind !== 'file') return 0;
  const length = typeof node.data === 'number' ? node.data : node.data.length;
  return Math.ceil(length / BLOCK) * BLOCK;
}

/** The layer that leads from one root to another. The same change gives the same digests. */
export function makeLayer(before: DirectoryNode, after: DirectoryNode): Layer {
  const hash = new Sha256();
  let raw = 1024;
  let size = BLOCK;
  let packed = 160;
  for (const { kind, path, node } of compare(before, after)) {
    hash.update(`${kind}\0${path.join('/')}\0`);
    raw += 512;
    packed += 70;
    if (kind === 'D' || node === undefined) continue;
    hash.update(
      `${node.kind}\0${node.mode.toString(8)}\0${node.uid}:${node.gid}\0${Math.floor(node.mtime / 1000)}\0`,
    );
    size += blocksOf(node);
    if (node.kind === 'link') hash.update(node.target);
    if (node.kind !== 'file') continue;
    hash.update(`${node.program ?? ''}\0`);
    if (typeof node.data === 'number') hash.update(node.data === 0 ? '' : `${node.data}`);
    else hash.update(node.data);
    const length = typeof node.data === 'number' ? node.data : node.data.length;
    raw += length;
    packed += compressed(length);
  }
  const diffId = `sha256:${hash.update(`${raw}`).hex()}`;
  return { diffId, blob: digestOf(`gzip ${diffId}`), blobSize: Math.round(packed), size, root: after };
}

/** About what gzip makes of a file: smaller ones shrink to half, big binaries to a third (as measured on the stand-ins). */
function compressed(length: number): number {
  return length < 5_000_000 ? length * 0.5 : length * 0.31;
}

/** Files of catalogue images were made then: fixed, so that layers shared by images are the same layer. */
const CATALOGUE_TIME = Date.UTC(2026, 9, 20, 6, 25, 0);

const catalogueLayers = new WeakMap<CatalogueLayer, Map<DirectoryNode, Layer>>();

/** Unpacks a layer of the catalogue onto a root. Remembered: every session shares the result. */
export function catalogueLayer(before: DirectoryNode, layer: CatalogueLayer): Layer {
  let known = catalogueLayers.get(layer);
  if (known === undefined) {
    known = new Map();
    catalogueLayers.set(layer, known);
  }
  let made = known.get(before);
  if (made === undefined) {
    const tree = new Tree(before);
    for (const entry of layer.entries ?? []) putEntry(tree, entry);
    made = makeLayer(before, tree.snapshot());
    known.set(before, made);
  }
  return made;
}

/** The empty root every catalogue image begins with. */
export const SCRATCH: DirectoryNode = emptyDirectory(CATALOGUE_TIME);

function putEntry(tree: Tree, entry: LayerEntry): void {
  const path = entry.path.split('/').filter((name) => name !== '');
  for (let depth = 1; depth < path.length; depth++) {
    const parent = path.slice(0, depth);
    if (tree.get(parent) === undefined) tree.put(parent, emptyDirectory(CATALOGUE_TIME), CATALOGUE_TIME);
  }
  tree.put(path, nodeOf(entry, tree.get(path)), CATALOGUE_TIME);
}

function nodeOf(entry: LayerEntry, old: FsNode | undefined): FsNode | Omit<FileNode, 'owner'> {
  if (entry.kind === 'link')
    return { kind: 'link', target: entry.target, mode: 0o777, uid: 0, gid: 0, mtime: CATALOGUE_TIME };
  const meta = { uid: entry.uid ?? 0, gid: entry.gid ?? 0, mtime: CATALOGUE_TIME };
  if (entry.kind === 'directory') {
    const empty = emptyDirectory(CATALOGUE_TIME, entry.mode ?? 0o755);
    return { ...empty, ...meta, entries: old?.kind === 'directory' ? old.entries : empty.entries };
  }
  return {
    kind: 'file',
    data: entry.text === undefined ? (entry.size ?? 0) : utf8(entry.text),
    program: entry.program,
    mode: entry.mode ?? (entry.program === undefined ? 0o644 : 0o755),
    ...meta,
  };
}
