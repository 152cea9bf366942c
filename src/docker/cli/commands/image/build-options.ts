import type { BuildRequest } from '../../../build/build.ts';
import { utf8 } from '../../../kernel/bytes.ts';
import { type DirectoryNode, sizeOf } from '../../../kernel/fs/node.ts';
import { treeEntries, writeTar } from '../../../kernel/fs/tar.ts';
import { absolutePath } from '../../../kernel/fs/vfs.ts';
import type { Process } from '../../../kernel/process.ts';
import { CliError, notSimulated } from '../../failure.ts';
import { readHostFile } from '../../run/files.ts';

const failed = (message: string): CliError => new CliError(`ERROR: failed to build: ${message}`);

/** Where the files of a build go: a directory, an archive, or (`-`) the standard output. */
export interface Output {
  readonly kind: 'local' | 'tar';
  readonly to: string;
}

/** `csv` fields: `type=tar,dest=a.tar` ⇒ type, dest. */
const fieldsOf = (written: string): Map<string, string> =>
  new Map(
    written.split(',').map((field): [string, string] => {
      const at = field.indexOf('=');
      return at < 0 ? [field, ''] : [field.slice(0, at), field.slice(at + 1)];
    }),
  );

/** `-o out`, `-o -`, `type=local,dest=out`, `type=tar,dest=a.tar`; undefined for what ends in the engine (buildx util/buildflags). */
export function readOutput(written: string | undefined, cwd: string): Output | undefined {
  if (written === undefined || written === '') return undefined;
  if (!written.includes('='))
    return written === '-' ? { kind: 'tar', to: '-' } : { kind: 'local', to: absolutePath(written, cwd) };
  const fields = fieldsOf(written);
  const type = fields.get('type') ?? '';
  const to = fields.get('dest') ?? fields.get('destination') ?? '';
  switch (type) {
    case 'image':
    case 'docker':
      if (to !== '') throw notSimulated(`build --output ${written}`);
      return undefined;
    case 'local':
      if (to === '') throw failed('dest is required for local exporter');
      return { kind: 'local', to: absolutePath(to, cwd) };
    case 'tar':
      return { kind: 'tar', to: to === '' || to === '-' ? '-' : absolutePath(to, cwd) };
    case '':
      throw failed(`type is required for output`);
    case 'oci':
    case 'registry':
    case 'cacheonly':
      throw notSimulated(`build --output ${written}`);
    default:
      throw failed(`failed to solve: exporter ${JSON.stringify(type)} could not be found`);
  }
}

/** Writes the files of a result where `--output` says; an archive for the standard output is given to `later`. */
export function exporter(
  p: Process,
  { kind, to }: Output,
  later: (bytes: Uint8Array) => void,
): NonNullable<BuildRequest['output']> {
  return {
    kind,
    write(root) {
      if (kind === 'tar') {
        const bytes = writeTar(treeEntries(root, ''));
        if (to === '-') later(bytes);
        else p.fs.write(to, bytes);
        return bytes.length;
      }
      return writeBelow(p, root, to);
    },
  };
}

function writeBelow(p: Process, directory: DirectoryNode, path: string): number {
  p.fs.mkdir(path, '/', { parents: true });
  let size = 0;
  for (const [name, node] of directory.entries) {
    const place = `${path}/${name}`;
    if (node.kind === 'directory') {
      size += writeBelow(p, node, place);
      p.fs.change(place, { mode: node.mode, mtime: node.mtime });
      continue;
    }
    size += sizeOf(node);
    if (p.fs.exists(place) && !p.fs.isDirectory(place)) p.fs.unlink(place);
    p.fs.place(place, node);
  }
  return size;
}

/** `--secret id=token,src=file` and `id=token,env=NAME`, by id. CliError with buildx's words. */
export function readSecrets(p: Process, items: readonly string[]): Map<string, Uint8Array> {
  const out = new Map<string, Uint8Array>();
  for (const item of items) {
    const fields = fieldsOf(item);
    for (const key of fields.keys())
      if (!['type', 'id', 'src', 'source', 'env'].includes(key))
        throw failed(`unexpected key '${key}' in '${key}=${fields.get(key)}'`);
    const id = fields.get('id') ?? '';
    const name = fields.get('env');
    const path = fields.get('src') ?? fields.get('source');
    const value = p.env.get(name ?? id);
    if (path === undefined && (name !== undefined || value !== undefined)) {
      if (value !== undefined) out.set(id, utf8(value));
      continue;
    }
    const file = path ?? id;
    if (!p.fs.exists(file, p.cwd))
      throw failed(`failed to stat ${file}: stat ${file}: no such file or directory`);
    out.set(id, readHostFile(p, file));
  }
  return out;
}
