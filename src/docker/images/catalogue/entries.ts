import type { CatalogueLayer, LayerEntry } from '../types.ts';

/** A text file. */
export function file(
  path: string,
  text: string,
  mode?: number,
  owner: { uid?: number; gid?: number } = {},
): LayerEntry {
  return { path, kind: 'file', text, ...(mode === undefined ? {} : { mode }), ...owner };
}

/** An executable script. */
export function script(path: string, text: string): LayerEntry {
  return { path, kind: 'file', text, mode: 0o755 };
}

/** A binary: which program runs it, and how big it looks. */
export function binary(path: string, program: string, size: number): LayerEntry {
  return { path, kind: 'file', program, size, mode: 0o755 };
}

/** A library or data file of which only the size matters. */
export function padding(path: string, size: number, mode = 0o644): LayerEntry {
  return { path, kind: 'file', size, mode };
}

export function directory(
  path: string,
  mode?: number,
  owner: { uid?: number; gid?: number } = {},
): LayerEntry {
  return { path, kind: 'directory', ...(mode === undefined ? {} : { mode }), ...owner };
}

export function link(path: string, target: string): LayerEntry {
  return { path, kind: 'link', target };
}

/** Directories named in one string, separated by blanks. */
export function directories(paths: string): LayerEntry[] {
  return paths
    .trim()
    .split(/\s+/)
    .map((path) => directory(path));
}

/** A history row that changed only the configuration, as the classic builder words it. */
export function nop(instruction: string): CatalogueLayer {
  return { createdBy: `/bin/sh -c #(nop)  ${instruction}` };
}

/** A row of BuildKit. */
export function kit(instruction: string, entries?: readonly LayerEntry[]): CatalogueLayer {
  return entries === undefined ? { createdBy: instruction } : { createdBy: instruction, entries };
}

/** `ADD rootfs.tar /` of the stand-ins; `hash` stands for the archive's checksum. */
export function add(hash: string, entries: readonly LayerEntry[]): CatalogueLayer {
  const digest = hash.padEnd(64, 'a3f1c9e2');
  return { createdBy: `/bin/sh -c #(nop) ADD file:${digest} in / `, entries };
}

export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** When the stand-ins were made; each a second after the one before, as `docker images` sorts by it. */
export function created(order: number): number {
  return Date.UTC(2026, 10, 21, 2, 29, 30) + order * 1_000 + 93.832;
}
