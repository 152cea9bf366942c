import { plainArchive } from '../../images/tool/archive.ts';
import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { contentOf, type DirectoryNode } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { type BuildContext, directoryContext, loneDockerfile, tarContext } from './context.ts';

/** A context that cannot be had; the message is the client's. */
export class ContextError extends Error {}

/** A directory of the caller's machine as it is now. Undefined if there is none. */
export function directoryOf(p: Process, path: string): DirectoryNode | undefined | 'not a directory' {
  try {
    const place = p.fs.resolve(path, p.cwd);
    if (place.node === undefined) return undefined;
    if (place.node.kind !== 'directory') return 'not a directory';
    place.mount.tree.snapshot();
    return place.node;
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

/**
 * The context of `docker build ARGUMENT`: a directory, or `-` for a Dockerfile or archive on standard input. `file` is `-f`.
 * Throws ContextError.
 */
export function* readContext(p: Process, argument: string, file: string): Sys<BuildContext> {
  if (argument === '')
    throw new ContextError('please specify build context (e.g. "." for the current directory)');
  if (argument === '-') return yield* standardInput(p, file);
  if (/^(?:https?:\/\/|git:\/\/|git@|github\.com\/)/.test(argument))
    throw new ContextError('muelle: docker build URL is not simulated here');
  const directory = directoryOf(p, argument);
  if (directory === undefined || directory === 'not a directory')
    throw new ContextError(`unable to prepare context: path ${JSON.stringify(argument)} not found`);
  if (file === '-') return directoryContext(directory, 'Dockerfile', text(yield* p.readAll(0)));
  if (file === '') {
    const name =
      directory.entries.has('Dockerfile') || !directory.entries.has('dockerfile')
        ? 'Dockerfile'
        : 'dockerfile';
    return directoryContext(directory, name);
  }
  return fileContext(p, directory, file);
}

/** `-f` is a path of the caller's, inside the context or not. */
function fileContext(p: Process, directory: DirectoryNode, file: string): BuildContext {
  const name = file.split('/').at(-1) ?? file;
  try {
    const node = p.fs.stat(file, p.cwd);
    const own = p.fs.exists(`${file}.dockerignore`, p.cwd)
      ? text(p.fs.read(`${file}.dockerignore`, p.cwd))
      : undefined;
    const dockerfile = node.kind === 'file' ? text(contentOf(node)) : ({ none: 'not a file' } as const);
    return directoryContext(directory, name, dockerfile, own);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return directoryContext(directory, name, { none: 'missing' });
  }
}

function* standardInput(p: Process, file: string): Sys<BuildContext> {
  if (file === '-')
    throw new ContextError("invalid argument: can't use stdin for both build context and dockerfile");
  const bytes = yield* plainArchive(p.kernel, yield* p.readAll(0));
  const now = p.kernel.clock.now;
  const archive = tarContext(bytes, file === '' ? 'Dockerfile' : file, now);
  if (archive !== undefined) return archive;
  return loneDockerfile(text(bytes), now);
}
