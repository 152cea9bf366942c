import type { Process } from '../kernel/process.ts';
import { configFolder } from './connection.ts';

/** Where the CLI looks for its plugins, beside the user's own folder. */
const FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** Is there a plugin (`buildx`, `compose`) on the caller's machine? */
export function hasPlugin(p: Process, name: string): boolean {
  return [`${configFolder(p)}/cli-plugins`, ...FOLDERS].some((folder) =>
    p.fs.exists(`${folder}/docker-${name}`, p.cwd),
  );
}
