import { Sha256 } from '../engine/sha256.ts';
import { text } from '../kernel/bytes.ts';
import { Errno } from '../kernel/errno.ts';
import type { Process } from '../kernel/process.ts';
import { configFolder, SOCKET } from './connection.ts';

/** A stored context: where its engine is, and what its maker says of it. */
export interface StoredContext {
  /** As it was written; empty for the usual socket. */
  readonly host: string;
  readonly description: string;
  readonly skipTlsVerify: boolean;
}

/** Where the metadata of a context is kept. */
export const contextFolder = (p: Process, name: string): string =>
  `${configFolder(p)}/contexts/meta/${new Sha256().update(name).hex()}`;

/** Where its certificates are: `ca.pem`, `cert.pem`, `key.pem` in a folder `docker`. */
export const tlsFolder = (p: Process, name: string): string =>
  contextFolder(p, name).replace(/\/meta\/([0-9a-f]+)$/, '/tls/$1');

interface Metadata {
  readonly Name: string;
  readonly Metadata?: { readonly Description?: string };
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** What `meta.json` of a context says. */
export function readMetadata(source: string): StoredContext & { readonly name: string } {
  const { Name, Metadata, Endpoints } = JSON.parse(source) as Metadata;
  return {
    name: Name,
    host: Endpoints?.docker?.Host ?? '',
    description: Metadata?.Description ?? '',
    skipTlsVerify: Endpoints?.docker?.SkipTLSVerify === true,
  };
}

/** `meta.json` of a context, as it is stored and exported. */
export function metadataText(name: string, { host, description, skipTlsVerify }: StoredContext): string {
  return JSON.stringify({
    Name: name,
    Metadata: description === '' ? {} : { Description: description },
    Endpoints: { docker: { ...(host === '' ? {} : { Host: host }), SkipTLSVerify: skipTlsVerify } },
  });
}

/** A stored context, or the reason why there is none. */
export function readContext(p: Process, name: string): StoredContext | string {
  const file = `${contextFolder(p, name)}/meta.json`;
  try {
    return readMetadata(text(p.fs.read(file, p.cwd)));
  } catch (error) {
    if (error instanceof Errno)
      return `context "${name}": context not found: open ${file}: ${error.message.toLowerCase()}`;
    if (error instanceof SyntaxError) return `context "${name}": parsing ${file}: ${error.message}`;
    throw error;
  }
}

/** Names of the contexts that were made. */
export function madeContexts(p: Process): string[] {
  const folder = `${configFolder(p)}/contexts/meta`;
  if (!p.fs.exists(folder, p.cwd)) return [];
  return p.fs
    .list(folder, p.cwd)
    .map((id) => `${folder}/${id}/meta.json`)
    .filter((file) => p.fs.exists(file, p.cwd))
    .map((file) => readMetadata(text(p.fs.read(file, p.cwd))).name);
}

/** The address of a context's engine. */
export const hostOf = ({ host }: StoredContext): string => host || SOCKET;
