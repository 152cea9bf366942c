import type { RegistryAuth } from '../engine/api.ts';
import { parseReference } from '../engine/reference.ts';
import { text } from '../kernel/bytes.ts';
import { Errno } from '../kernel/errno.ts';
import type { Process } from '../kernel/process.ts';
import { configFolder } from './connection.ts';

/** Docker Hub's name in `config.json`. */
export const HUB = 'https://index.docker.io/v1/';

interface ConfigFile {
  auths?: Record<string, { auth?: string }>;
  currentContext?: string;
  aliases?: Record<string, unknown>;
}

/** `~/.docker/config.json` as it is; an empty one if there is none or it is not JSON. */
export function readConfig(p: Process): ConfigFile {
  const path = `${configFolder(p)}/config.json`;
  if (!p.fs.exists(path, p.cwd)) return {};
  try {
    const parsed: unknown = JSON.parse(text(p.fs.read(path, p.cwd)));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Errno) return {};
    throw error;
  }
}

/** Writes `~/.docker/config.json` with tabs, readable by its owner only, as the real CLI does. */
export function writeConfig(p: Process, config: ConfigFile): void {
  const folder = configFolder(p);
  p.fs.mkdir(folder, p.cwd, { parents: true, mode: 0o700 });
  p.fs.write(`${folder}/config.json`, JSON.stringify(config, null, '\t'), p.cwd, undefined, 0o600);
}

/** Under which name a registry's login is kept: `docker.io` ⇒ the address of Docker Hub's index. */
export const serverKey = (domain: string): string =>
  domain === 'docker.io' || domain === 'registry-1.docker.io' ? HUB : domain;

/** The saved login of a registry. */
export function savedLogin(p: Process, server: string): RegistryAuth | undefined {
  const saved = readConfig(p).auths?.[server]?.auth;
  if (saved === undefined) return undefined;
  const decoded = atob(saved);
  const at = decoded.indexOf(':');
  return at < 0
    ? undefined
    : { username: decoded.slice(0, at), password: decoded.slice(at + 1), serveraddress: server };
}

/** The saved login for the registry of an image. */
export const credentials = (p: Process, reference: string): RegistryAuth | undefined =>
  savedLogin(p, serverKey(parseReference(reference).domain));
