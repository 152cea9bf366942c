import type { BuildRequest } from '../../../build/build.ts';
import { directoryOf } from '../../../build/context/client.ts';
import { directoryContext, type NamedContext } from '../../../build/context/context.ts';
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
  readonly kind: 'local' | 'tar' | 'none';
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
  const type = fields.get('type') ?? 'local';
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
    case 'cacheonly':
      return { kind: 'none', to: '' };
    case 'oci':
    case 'registry':
      throw notSimulated(`build --output ${written}`);
    default:
      throw failed(`failed to solve: exporter ${JSON.stringify(type)} could not be found`);
  }
}

/** The names of `type=image,name=a,b`. */
export function outputNames(written: string | undefined): string[] {
  const name = fieldsOf(written ?? '').get('name') ?? '';
  return name === '' ? [] : [name];
}

/** Writes the files of a result where `--output` says; an archive for the standard output is given to `later`. */
export function exporter(
  p: Process,
  { kind, to }: Output,
  later: (bytes: Uint8Array) => void,
): NonNullable<BuildRequest['output']> {
  if (kind === 'none') return { kind };
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

/** What a `--secret` says. */
interface SecretOption {
  readonly id: string;
  readonly path: string;
  readonly env: string;
}

/** `id=token,src=file`, `id=token,env=NAME`, `type=env,id=token,src=NAME` (buildx util/buildflags/secrets.go). */
function readSecret(written: string): SecretOption {
  let [id, path, env, type] = ['', '', '', ''];
  for (const field of written.split(',')) {
    const at = field.indexOf('=');
    if (at < 0) throw new CliError(`ERROR: invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, at).toLowerCase();
    const value = field.slice(at + 1);
    if (key === 'type') {
      if (value !== 'file' && value !== 'env')
        throw new CliError(`ERROR: unsupported secret type ${JSON.stringify(value)}`);
      type = value;
    } else if (key === 'id') id = value;
    else if (key === 'src' || key === 'source') path = value;
    else if (key === 'env') env = value;
    else throw new CliError(`ERROR: unexpected key '${key}' in '${field}'`);
  }
  return type === 'env' && env === '' ? { id, path: '', env: path } : { id, path, env };
}

/** The secrets of `--secret`, by id. Throws CliError with buildx's words. */
export function readSecrets(p: Process, items: readonly string[]): Map<string, Uint8Array> {
  const out = new Map<string, Uint8Array>();
  for (const { id, path, env } of items.map(readSecret)) {
    if (id === '') throw failed('secret missing ID');
    const value = p.env.get(env === '' ? id : env);
    if (path === '' && (env !== '' || value !== undefined)) {
      if (value !== undefined) out.set(id, utf8(value));
      continue;
    }
    const file = path === '' ? id : path;
    if (!p.fs.exists(file, p.cwd))
      throw failed(`failed to stat ${file}: stat ${file}: no such file or directory`);
    out.set(id, readHostFile(p, file));
  }
  return out;
}

/** `--build-context NAME=DIRECTORY` or `NAME=docker-image://REFERENCE`. Throws CliError. */
export function readContexts(p: Process, items: readonly string[]): Map<string, NamedContext> {
  const out = new Map<string, NamedContext>();
  for (const item of items) {
    const at = item.indexOf('=');
    if (at < 0) throw new CliError(`ERROR: invalid context value: ${item}, expected key=value`);
    const name = item
      .slice(0, at)
      .toLowerCase()
      .replace(/:latest$/, '');
    const value = item.slice(at + 1);
    const image = /^docker-image:\/\/(.*)$/.exec(value)?.[1];
    if (image !== undefined) {
      out.set(name, { kind: 'image', written: image });
      continue;
    }
    if (/^[a-z-]+:|^git@/.test(value)) throw notSimulated(`build --build-context ${item}`);
    const directory = directoryOf(p, value);
    if (directory === undefined || directory === 'not a directory')
      throw failed(
        `failed to get build context ${name}: stat ${value}: ${directory ?? 'no such file or directory'}`,
      );
    out.set(name, { kind: 'local', context: directoryContext(directory, 'Dockerfile') });
  }
  return out;
}

/** `name:address` or `name=address`. Throws CliError. */
export function readHosts(items: readonly string[]): string[] {
  const hosts = items.flatMap((item) => item.split(','));
  for (const host of hosts) if (!/^[^:=]+[:=]./.test(host)) throw failed(`invalid host ${host}`);
  return hosts;
}

/** Refuses `=value` and the like. */
export function checkPairs(items: readonly string[]): void {
  for (const item of items)
    if (/^(?:=|$)/.test(item))
      throw new CliError(`ERROR: invalid key-value pair ${JSON.stringify(item)}: empty key`);
}

const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd'];
const MACHINES = [
  'amd64',
  'x86_64',
  'arm64',
  'aarch64',
  'arm',
  '386',
  'ppc64le',
  's390x',
  'riscv64',
  'mips64le',
];

/** Only this machine's platform is built for. Throws CliError. */
export function checkPlatforms(items: readonly string[]): void {
  for (const platform of items.flatMap((list) => list.split(','))) {
    const [system = '', machine] = platform.split('/');
    if (!SYSTEMS.includes(system) && (machine !== undefined || !MACHINES.includes(system)))
      throw failed(`${JSON.stringify(platform)}: unknown operating system or architecture: invalid argument`);
    if (!/^(?:linux|amd64|x86_64|linux\/(?:amd64|x86_64)(?:\/.*)?)$/.test(platform))
      throw notSimulated(`build --platform ${platform}`);
  }
}
