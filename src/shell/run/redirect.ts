import { utf8 } from '../../docker/kernel/bytes.ts';
import { Errno } from '../../docker/kernel/errno.ts';
import { type OpenMode, openFile } from '../../docker/kernel/fs/file.ts';
import { BytesFile, type OpenFile } from '../../docker/kernel/stream.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { expandFields, expandQuoted, expandText } from '../expand/words.ts';
import type { Redirect } from '../syntax/ast.ts';
import type { Shell } from './shell.ts';

/** Descriptors as a command will see them, and what was opened for it. */
export interface Files {
  readonly map: Map<number, OpenFile>;
  readonly opened: OpenFile[];
}

/** A redirection that cannot be done: the message without prefix. */
export class RedirectFault extends Error {}

/** Performs redirections on a copy of the shell's descriptors. Throws RedirectFault; then nothing stays open. */
export function* openRedirects(shell: Shell, redirects: readonly Redirect[]): Sys<Files> {
  const files: Files = { map: new Map(shell.p.files), opened: [] };
  try {
    for (const redirect of redirects) yield* perform(shell, redirect, files);
  } catch (error) {
    for (const file of files.opened) file.release();
    throw error;
  }
  return files;
}

export const redirectStatus = (shell: Shell): number => (shell.dialect.name === 'dash' ? 2 : 1);

/** Runs a body with redirections in this process; a redirection that fails is the result. */
export function* withRedirects(shell: Shell, redirects: readonly Redirect[], body: Sys<number>): Sys<number> {
  let files: Files;
  try {
    files = yield* openRedirects(shell, redirects);
  } catch (error) {
    if (!(error instanceof RedirectFault)) throw error;
    yield* shell.complain(error.message);
    return redirectStatus(shell);
  }
  return yield* withFiles(shell, files, body);
}

/** Runs a body with these descriptors and puts the shell's own back. */
export function* withFiles(shell: Shell, files: Files, body: Sys<number>): Sys<number> {
  const { p } = shell;
  const own = new Map(p.files);
  p.files.clear();
  for (const [fd, file] of files.map) p.files.set(fd, file);
  try {
    return yield* body;
  } finally {
    if (p.running) {
      p.files.clear();
      for (const [fd, file] of own) p.files.set(fd, file);
      for (const file of files.opened) file.release();
    } else {
      // The process ended inside and its present files were closed: what it had put aside closes now.
      const closed = new Set(files.map.values());
      for (const file of own.values()) if (!closed.has(file)) file.release();
    }
  }
}

/** Makes descriptors the shell's own for good: `exec >log`. */
export function keepFiles(shell: Shell, files: Files): void {
  const { p } = shell;
  const before = [...p.files.values()];
  for (const file of files.map.values()) file.retain();
  p.files.clear();
  for (const [fd, file] of files.map) p.files.set(fd, file);
  for (const file of before) file.release();
  for (const file of files.opened) file.release();
}

function* perform(shell: Shell, redirect: Redirect, files: Files): Sys<void> {
  const { operator } = redirect;
  const { map } = files;
  const put = (fd: number, file: OpenFile): void => {
    files.opened.push(file);
    map.set(fd, file);
  };
  if (operator === '<<' || operator === '<<-') {
    const body =
      redirect.heredoc === undefined ? '' : yield* expandQuoted(shell, redirect.heredoc.body.parts);
    return put(redirect.fd ?? 0, new BytesFile(utf8(body)));
  }
  if (operator === '<<<')
    return put(redirect.fd ?? 0, new BytesFile(utf8(`${yield* expandText(shell, redirect.target)}\n`)));
  const target = yield* targetOf(shell, redirect);
  if (operator === '<&' || operator === '>&') {
    const fd = redirect.fd ?? (operator === '<&' ? 0 : 1);
    if (target === '-') {
      map.delete(fd);
      return;
    }
    const move = /^(\d+)(-?)$/.exec(target);
    if (move !== null) {
      const source = map.get(Number(move[1]));
      if (source === undefined) throw new RedirectFault(`${move[1]}: Bad file descriptor`);
      map.set(fd, source);
      if (move[2] === '-') map.delete(Number(move[1]));
      return;
    }
    if (operator === '<&' || redirect.fd !== undefined || !shell.dialect.bothRedirect) {
      throw new RedirectFault(
        shell.dialect.name === 'bash'
          ? `${target}: ambiguous redirect`
          : shell.dialect.name === 'dash'
            ? 'Syntax error: Bad fd number'
            : 'syntax error: bad fd number',
      );
    }
    const file = open(shell, target, 'write');
    put(1, file);
    map.set(2, file);
    return;
  }
  if (operator === '&>' || operator === '&>>') {
    const file = open(shell, target, operator === '&>' ? 'write' : 'append');
    put(1, file);
    map.set(2, file);
    return;
  }
  const mode: OpenMode =
    operator === '<' ? 'read' : operator === '<>' ? 'readwrite' : operator === '>>' ? 'append' : 'write';
  if (operator === '>' && shell.option('noclobber') && isRegular(shell, target)) {
    throw new RedirectFault(
      shell.dialect.name === 'bash'
        ? `${target}: cannot overwrite existing file`
        : `${shell.dialect.name === 'dash' ? 'cannot' : "can't"} create ${target}: File exists`,
    );
  }
  const network =
    shell.dialect.name === 'bash' ? /^\/dev\/(?:tcp|udp)\/([^/]+)\/([^/]+)$/.exec(target) : null;
  put(
    redirect.fd ?? (operator === '<' || operator === '<>' ? 0 : 1),
    network === null
      ? open(shell, target, mode)
      : yield* dial(shell, target, network[1] ?? '', network[2] ?? ''),
  );
}

/** bash's own `/dev/tcp/HOST/PORT`: a connection as a file. */
function* dial(shell: Shell, target: string, host: string, port: string): Sys<OpenFile> {
  try {
    const connection = yield* shell.p.net.connect(shell.p, host, Number(port));
    return connection.file;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND') {
      yield* shell.complain(`${host}: Name or service not known`);
      throw new RedirectFault(`${target}: Invalid argument`);
    }
    yield* shell.p.error(`${shell.arg0}: connect: ${error.message}\n`);
    throw new RedirectFault(`${target}: ${error.message}`);
  }
}

function* targetOf(shell: Shell, redirect: Redirect): Sys<string> {
  if (shell.dialect.name !== 'bash') return yield* expandText(shell, redirect.target);
  const fields = yield* expandFields(shell, redirect.target);
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) return only;
  throw new RedirectFault(`${sourceOf(redirect)}: ambiguous redirect`);
}

/** The word as written, as far as bash shows it. */
function sourceOf(redirect: Redirect): string {
  return redirect.target.parts
    .map((part) =>
      part.kind === 'text' || part.kind === 'quoted'
        ? part.text
        : part.kind === 'param'
          ? `$${part.name}`
          : '',
    )
    .join('');
}

function isRegular(shell: Shell, path: string): boolean {
  return shell.p.fs.exists(path, shell.p.cwd) && shell.p.fs.stat(path, shell.p.cwd).kind === 'file';
}

function open(shell: Shell, path: string, mode: OpenMode): OpenFile {
  try {
    const fd = /^\/dev\/fd\/(\d+)$/.exec(path)?.[1];
    const file = fd === undefined ? undefined : shell.p.files.get(Number(fd));
    return file?.retain() ?? openFile(shell.p, path, mode);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    throw new RedirectFault(openError(shell, path, error, mode));
  }
}

/** Why a file cannot be opened, in the words of this shell. */
export function openError(shell: Shell, path: string, error: Errno, mode: OpenMode): string {
  const { name } = shell.dialect;
  if (name === 'bash') return `${path}: ${error.message}`;
  const cannot = name === 'dash' ? 'cannot' : "can't";
  const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
  const creating = mode !== 'read';
  const reason = !missing
    ? error.message
    : name === 'dash'
      ? creating
        ? 'Directory nonexistent'
        : 'No such file'
      : creating
        ? 'nonexistent directory'
        : 'no such file';
  return `${cannot} ${creating ? 'create' : 'open'} ${path}: ${reason}`;
}
