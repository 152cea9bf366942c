import { DockerError, type EngineApi } from '../../../engine/api.ts';
import { plainArchive } from '../../../images/tool/archive.ts';
import { EMPTY } from '../../../kernel/bytes.ts';
import { Errno } from '../../../kernel/errno.ts';
import { readTar, type TarEntry, treeEntries, writeTar } from '../../../kernel/fs/tar.ts';
import { absolutePath } from '../../../kernel/fs/vfs.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { humanSize } from '../../format/units.ts';
import { goError } from '../../run/files.ts';

/** One side of a copy: a path in a container, or on the host. */
interface Side {
  readonly container: string | undefined;
  readonly path: string;
}

/** `web:/etc` ⇒ container web; absolute paths and those that begin with a dot are the host's. */
function readSide(written: string): Side {
  const at = written.indexOf(':');
  if (written.startsWith('/') || at < 0 || written.slice(0, at).startsWith('.') || at === 0)
    return { container: undefined, path: written };
  return { container: written.slice(0, at), path: written.slice(at + 1) };
}

/** `docker cp` */
export const cp: Command = {
  flags: { archive: 'partial', 'follow-link': 'full', quiet: 'full' },
  *run(call) {
    const [from = '', to = ''] = call.args;
    if (from === '') throw new CliError('source can not be empty');
    if (to === '') throw new CliError('destination can not be empty');
    return yield* copy(call, readSide(from), readSide(to), call.flags.bool('quiet'));
  },
};

/** Copies from one side to the other; `quiet` does not tell how much that was. */
export function* copy(call: Call, source: Side, target: Side, quiet: boolean): Sys<number> {
  if (source.container !== undefined && target.container !== undefined)
    throw new CliError('copying between containers is not supported');
  if (source.container !== undefined)
    return yield* fromContainer(call, source.container, source.path, target.path, quiet);
  if (target.container !== undefined)
    return yield* toContainer(call, source.path, target.container, target.path, quiet);
  throw new CliError('must specify at least one container source');
}

const endsInDot = (path: string): boolean => path === '.' || path.endsWith('/.');
const assertsDirectory = (path: string): boolean => path.endsWith('/') || endsInDot(path);
const base = (path: string): string =>
  path
    .replace(/\/+\.?$/, '')
    .split('/')
    .at(-1) ?? '';

/** The host's path in full; a `/` or `/.` at its end stays, for it says that a directory is meant. */
function resolveLocal(path: string, cwd: string): string {
  const full = absolutePath(path, cwd);
  const bare = full === '/' ? '' : full;
  return endsInDot(path) ? `${bare}/.` : path.endsWith('/') ? `${bare}/` : full;
}

interface Destination {
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

/**
 * Where an archive goes and what its root is called there (containerd's PrepareArchiveCopy): into an existing directory,
 * or as the last name of the path.
 */
function prepare(
  sourceIsDirectory: boolean,
  destination: Destination,
): { folder: string; rename: string | undefined } {
  const { path, exists, isDirectory } = destination;
  if (exists && isDirectory) return { folder: path, rename: undefined };
  if (exists && sourceIsDirectory) throw new CliError('cannot copy directory');
  if (!exists && !sourceIsDirectory && assertsDirectory(path)) throw new CliError('no such directory');
  const bare = path.replace(/\/+\.?$/, '');
  return { folder: bare.slice(0, Math.max(0, bare.lastIndexOf('/'))) || '/', rename: base(path) };
}

/** The members with another first name: '' puts what is in the root directly. */
function rebase(entries: readonly TarEntry[], name: string): TarEntry[] {
  return entries.flatMap((entry) => {
    const rest = entry.path.split('/').slice(1);
    const path = [name, ...rest].filter((part) => part !== '').join('/');
    return path === '' ? [] : [{ ...entry, path }];
  });
}

function* toContainer(
  { p, engine, flags }: Call,
  from: string,
  container: string,
  to: string,
  quiet: boolean,
): Sys<number> {
  engine.containerInspect(container);
  const destination = statInside(engine, container, to);
  if (to === '') throw new CliError('no such directory');
  const options = { noOverwriteDirNonDir: true, copyUidGid: flags.bool('archive') };
  if (from === '-') {
    if (!destination.isDirectory) throw new CliError(`destination "${container}:${to}" must be a directory`);
    const sent = yield* plainArchive(p.kernel, yield* p.readAll(0));
    yield* engine.containerArchivePut(container, destination.path, sent, options);
    return 0;
  }
  const local = resolveLocal(from, p.cwd);
  const node = localNode(p, local, flags.bool('follow-link'));
  const { folder, rename } = prepare(node.kind === 'directory', destination);
  const entries = [...treeEntries(node, 'root')];
  const archive = writeTar(rebase(entries, rename ?? (endsInDot(from) ? '' : base(local))));
  yield* engine.containerArchivePut(container, folder, archive, options);
  yield* report(p, quiet, entries, archive.length, `${container}:${to}`);
  return 0;
}

function* fromContainer(
  { p, engine, flags }: Call,
  container: string,
  from: string,
  to: string,
  quiet: boolean,
): Sys<number> {
  engine.containerInspect(container);
  let path = from.replace(/\/\.$/, '') || '/';
  if (flags.bool('follow-link')) {
    const stat = engine.containerStatPath(container, path);
    if (stat.kind === 'link' && stat.linkTarget !== '')
      path = absolutePath(stat.linkTarget, path.slice(0, path.lastIndexOf('/')) || '/');
  }
  const { tar, stat } = engine.containerArchiveGet(container, path);
  if (to === '-') {
    yield* p.print(tar);
    return 0;
  }
  const local = resolveLocal(to, p.cwd);
  const found = p.fs.exists(local) ? p.fs.stat(local) : undefined;
  const { folder, rename } = prepare(stat.kind === 'directory', {
    path: local,
    exists: found !== undefined,
    isDirectory: found?.kind === 'directory',
  });
  if (!p.fs.exists(folder)) throw new CliError(`invalid output path: directory "${folder}" does not exist`);
  const entries = readTar(tar) ?? [];
  unpack(p, folder, rebase(entries, rename ?? (from.endsWith('/.') ? '' : base(path))));
  yield* report(p, quiet, entries, tar.length, local);
  return 0;
}

/** On a terminal the CLI says what it copied. */
function* report(
  p: Process,
  quiet: boolean,
  entries: readonly TarEntry[],
  transferred: number,
  to: string,
): Sys<void> {
  if (quiet || !p.isatty(2)) return;
  const size = entries.reduce(
    (sum, { kind, data }) => sum + (kind === 'file' ? (typeof data === 'number' ? data : data.length) : 0),
    0,
  );
  yield* p.error(
    `Successfully copied ${humanSize(size, 3)} (transferred ${humanSize(transferred, 3)}) to ${to}\n`,
  );
}

function statInside(engine: EngineApi, container: string, path: string): Destination {
  try {
    const stat = engine.containerStatPath(container, path);
    if (stat.kind !== 'link') return { path, exists: true, isDirectory: stat.kind === 'directory' };
    const target = absolutePath(stat.linkTarget, path.slice(0, path.lastIndexOf('/')) || '/');
    return statInside(engine, container, target);
  } catch (error) {
    // Whatever is wrong there, the copy itself will tell.
    if (error instanceof DockerError) return { path, exists: false, isDirectory: false };
    throw error;
  }
}

function localNode(p: Process, path: string, follow: boolean): ReturnType<Process['fs']['stat']> {
  // A link is followed first, and then it is not the link that is missing.
  if (follow && p.fs.exists(path.replace(/[^/]*$/, '') || '/')) {
    const place = p.fs.resolve(path);
    if (place.node === undefined) throw new CliError(`lstat ${place.absolute}: no such file or directory`);
  }
  try {
    const as = { uid: p.uid, gid: p.gid, groups: p.groups };
    return follow || assertsDirectory(path) ? p.fs.stat(path, '/', as) : p.fs.lstat(path, '/', as);
  } catch (error) {
    if (error instanceof Errno) throw new CliError(`lstat ${path}: ${goError(error)}`);
    throw error;
  }
}

/** Puts the members of an archive below a folder of the host, owned by the caller. */
function unpack(p: Process, folder: string, entries: readonly TarEntry[]): void {
  const as = { uid: p.uid, gid: p.gid, groups: p.groups };
  for (const entry of entries) {
    const path = `${folder}/${entry.path}`;
    const meta = { mode: entry.mode, mtime: entry.mtime, uid: p.uid, gid: p.gid };
    const there = p.fs.exists(path) ? p.fs.lstat(path) : undefined;
    if (entry.kind === 'directory') {
      if (there !== undefined && there.kind !== 'directory')
        throw new CliError(`cannot overwrite non-directory "${path}" with directory "${folder}"`);
      if (there === undefined) p.fs.mkdir(path, '/', { parents: true, mode: entry.mode, as });
      continue;
    }
    if (there?.kind === 'directory')
      throw new CliError(`cannot overwrite directory "${path}" with non-directory "${folder}"`);
    if (entry.kind === 'file')
      p.fs.place(path, { ...meta, kind: 'file', data: entry.data, program: entry.program }, '/', as);
    else if (entry.kind === 'link')
      p.fs.place(path, { ...meta, kind: 'link', target: entry.target }, '/', as);
    else
      p.fs.write(
        path,
        p.fs.exists(`${folder}/${entry.target}`) ? p.fs.read(`${folder}/${entry.target}`) : EMPTY,
        '/',
        as,
      );
  }
}
