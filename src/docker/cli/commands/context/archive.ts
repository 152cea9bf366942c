import { text, utf8 } from '../../../kernel/bytes.ts';
import { Errno } from '../../../kernel/errno.ts';
import { readTar, type TarEntry, writeTar } from '../../../kernel/fs/tar.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Command } from '../../call.ts';
import { metadataText, readMetadata } from '../../contexts.ts';
import { CliError } from '../../failure.ts';
import { goError, readHostFile } from '../../run/files.ts';
import { checkFree, checkName, find, store } from './context.ts';
import { storedCertificates } from './endpoint.ts';

const entry = (p: Process, path: string, data: Uint8Array | undefined, mode: number): TarEntry => ({
  path,
  kind: data === undefined ? 'directory' : 'file',
  bare: true,
  data: data ?? 0,
  target: '',
  program: undefined,
  mode,
  uid: 0,
  gid: 0,
  mtime: p.kernel.clock.now,
});

/** `docker context export`: a tar of `meta.json` and the certificates. */
export const exportContext: Command = {
  flags: {},
  *run({ p, globals, args: [name = '', file = `${name}.dockercontext`] }) {
    if (name !== 'default') checkName(name);
    if (file === '-' && p.isatty(1))
      throw new CliError('cowardly refusing to export to a terminal, specify a file path');
    if (file !== '-' && p.fs.exists(file, p.cwd)) throw new CliError(`open ${file}: file exists`);
    const context = find(p, globals, name);
    const certificates = Object.entries(storedCertificates(p, name));
    const tar = writeTar([
      entry(p, 'meta.json', utf8(metadataText(name, context)), 0o644),
      entry(p, 'tls', undefined, 0o700),
      ...(certificates.length === 0 ? [] : [entry(p, 'tls/docker', undefined, 0o700)]),
      ...certificates.map(([path, bytes]) => entry(p, `tls/docker/${path}`, bytes, 0o600)),
    ]);
    if (file === '-') {
      yield* p.write(1, tar);
      return 0;
    }
    try {
      p.fs.write(file, tar, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups }, 0o600);
    } catch (error) {
      if (error instanceof Errno) throw new CliError(`open ${file}: ${goError(error)}`);
      throw error;
    }
    yield* p.error(`Written file ${JSON.stringify(file)}\n`);
    return 0;
  },
};

/** `docker context import` */
export const importContext: Command = {
  flags: {},
  *run({ p, args: [name = '', file = ''] }) {
    checkFree(p, name);
    const bytes = file === '-' ? yield* p.readAll(0) : readHostFile(p, file);
    const entries = bytes.length === 0 ? [] : readTar(bytes);
    if (entries === undefined)
      throw new CliError(bytes.length < 512 ? 'unexpected EOF' : 'archive/tar: invalid tar header');
    const files: Record<string, Uint8Array> = {};
    let meta: string | undefined;
    for (const { path, kind, data } of entries) {
      if (kind !== 'file' || typeof data === 'number') continue;
      if (path === 'meta.json') meta = text(data);
      else if (!path.startsWith('tls/')) throw new CliError(`${path}: unexpected context file`);
      else if (path.split('/').length < 3) throw new CliError('archive format is invalid');
      else if (path.startsWith('tls/docker/')) files[path.slice('tls/docker/'.length)] = data;
    }
    if (meta === undefined) throw new CliError('invalid context: no metadata found');
    store(p, name, readMetadata(meta), files);
    yield* p.print(`${name}\n`);
    yield* p.error(`Successfully imported context ${JSON.stringify(name)}\n`);
    return 0;
  },
};
