import { canonical, type Reference } from '../../../engine/reference.ts';
import { text } from '../../../kernel/bytes.ts';
import type { Process } from '../../../kernel/process.ts';
import { configFolder } from '../../connection.ts';

/** A platform as a manifest list names it. */
export interface Platform {
  architecture: string;
  os: string;
  'os.version'?: string;
  'os.features'?: string[];
  variant?: string;
}

/** A manifest as `docker manifest` keeps it: one file for each image of a list (docker/cli, manifest/types). */
export interface StoredManifest {
  Ref: string;
  Descriptor: { mediaType: string; digest: string; size: number; platform?: Platform };
  /** The manifest itself in base64. */
  Raw: string;
  SchemaV2Manifest?: object;
  OCIManifest?: object;
}

/** `localhost:5000/list:1` ⇒ `localhost-5000_list-1` */
const fileName = (reference: Reference): string =>
  canonical(reference).replaceAll(':', '-').replaceAll('/', '_');

const folder = (p: Process, list: Reference): string => `${configFolder(p)}/manifests/${fileName(list)}`;

/** The manifests of a local list in the order of their files; undefined if there is no such list. */
export function readList(p: Process, list: Reference): StoredManifest[] | undefined {
  const path = folder(p, list);
  if (!p.fs.isDirectory(path)) return undefined;
  return p.fs
    .list(path)
    .sort()
    .map((name) => JSON.parse(text(p.fs.read(`${path}/${name}`))) as StoredManifest);
}

/** One manifest of a local list. */
export function readStored(p: Process, list: Reference, image: Reference): StoredManifest | undefined {
  const path = `${folder(p, list)}/${fileName(image)}`;
  return p.fs.exists(path) ? (JSON.parse(text(p.fs.read(path))) as StoredManifest) : undefined;
}

/** Keeps a manifest in a local list. */
export function writeStored(p: Process, list: Reference, image: Reference, manifest: StoredManifest): void {
  const path = folder(p, list);
  p.fs.mkdir(path, '/', { parents: true });
  p.fs.write(`${path}/${fileName(image)}`, JSON.stringify(manifest), '/', undefined, 0o644);
}

/** Forgets a local list. */
export function removeList(p: Process, list: Reference): void {
  p.fs.removeAll(folder(p, list));
}
