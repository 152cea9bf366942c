import { concat, text } from '../../docker/kernel/bytes.ts';
import { Errno } from '../../docker/kernel/errno.ts';
import { openFile } from '../../docker/kernel/fs/file.ts';
import { ProcessGroup } from '../../docker/kernel/process.ts';
import { BytesFile, type OpenFile, pipe } from '../../docker/kernel/stream.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { runScript } from '../run/execute.ts';
import { start } from '../run/pipeline.ts';
import { openError } from '../run/redirect.ts';
import type { Shell } from '../run/shell.ts';
import type { ProcessPart, Script } from '../syntax/ast.ts';
import { expandText } from './words.ts';

/** Most bytes that a command substitution collects. */
const LIMIT = 32_000_000;

/** Runs commands in a subshell and returns what they print, without newlines at the end. */
export function* substituteCommand(shell: Shell, script: Script): Sys<string> {
  const file = onlyFile(script);
  if (file !== undefined && shell.dialect.extended) return yield* readWhole(shell, file);
  const bytes = yield* capture(shell, script);
  return text(bytes).replaceAll('\0', '').replace(/\n+$/, '');
}

/** `$(<file)` */
function onlyFile(
  script: Script,
): Script['items'][number]['first']['commands'][number]['redirects'][number] | undefined {
  const [item] = script.items;
  if (script.items.length !== 1 || item === undefined || item.rest.length > 0 || item.background)
    return undefined;
  const [command] = item.first.commands;
  if (item.first.commands.length !== 1 || command?.kind !== 'simple') return undefined;
  if (command.words.length > 0 || command.assignments.length > 0 || command.redirects.length !== 1)
    return undefined;
  const [redirect] = command.redirects;
  return redirect?.operator === '<' ? redirect : undefined;
}

function* readWhole(
  shell: Shell,
  redirect: { readonly target: Parameters<typeof expandText>[1] },
): Sys<string> {
  const path = yield* expandText(shell, redirect.target);
  try {
    const file = openFile(shell.p, path, 'read');
    const parts: Uint8Array[] = [];
    for (let chunk = yield* file.read(); chunk.length > 0; chunk = yield* file.read()) parts.push(chunk);
    file.release();
    shell.substitutionStatus = 0;
    return text(concat(parts)).replaceAll('\0', '').replace(/\n+$/, '');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* shell.complain(openError(shell, path, error, 'read'));
    shell.substitutionStatus = 1;
    return '';
  }
}

function* capture(shell: Shell, script: Script): Sys<Uint8Array> {
  const { reader, writer } = pipe();
  const files = new Map<number, OpenFile>(shell.p.files);
  files.set(1, writer);
  const group = shell.jobControl ? new ProcessGroup() : undefined;
  // `set -e` does not reach into command substitutions unless in POSIX mode.
  const child = yield* start(shell, () =>
    shell.fork(
      (inner) => {
        if (inner.dialect.name === 'bash') inner.options.delete('errexit');
        inner.traceDepth++;
        return runScript(inner, script, { last: true });
      },
      { files, ...(group === undefined ? {} : { group }) },
    ),
  );
  writer.release();
  const before = shell.foreground;
  shell.foreground = group ?? before;
  const parts: Uint8Array[] = [];
  let size = 0;
  const { memory } = shell.p;
  for (let chunk = yield* reader.read(); chunk.length > 0; chunk = yield* reader.read()) {
    size += chunk.length;
    shell.p.useMemory(memory + size);
    if (size > LIMIT) break;
    parts.push(chunk);
  }
  reader.release();
  shell.p.useMemory(memory);
  shell.foreground = before;
  const [status] = yield* shell.awaitForeground([child], group);
  shell.substitutionStatus = status?.code ?? 0;
  shell.status = status?.code ?? 0;
  return concat(parts);
}

/**
 * `<(…)` and `>(…)`. There is no /dev/fd here: the commands' output is put into a file under that name before the command
 * runs (or given to the commands after it), so an endless producer cannot be read this way. In a container /dev/fd leads
 * into /proc, where nothing can be written; there the file lies in /dev/shm.
 */
export function* substituteProcess(shell: Shell, part: ProcessPart): Sys<string> {
  const fd = 63 - shell.temporary.length;
  const path = isLink(shell, '/dev/fd') ? `/dev/shm/.fd-${shell.p.pid}-${fd}` : `/dev/fd/${fd}`;
  let content: Uint8Array = new Uint8Array();
  if (part.direction === '<') {
    const status = shell.substitutionStatus;
    content = yield* capture(shell, part.script);
    shell.substitutionStatus = status;
  }
  try {
    shell.p.fs.mkdir(path.replace(/\/[^/]*$/, ''), '/', { parents: true });
    shell.p.fs.write(path, content);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return yield* shell.fail(`${path}: ${error.message}`);
  }
  if (part.direction === '<') {
    shell.temporary.push({ path, fd });
  } else {
    shell.temporary.push({
      path,
      fd,
      after: function* () {
        const files = new Map<number, OpenFile>(shell.p.files);
        // The command may have removed it.
        const input = new BytesFile(shell.p.fs.exists(path) ? shell.p.fs.read(path) : new Uint8Array());
        files.set(0, input);
        const child = yield* start(shell, () =>
          shell.fork((inner) => runScript(inner, part.script, { last: true }), { files }),
        );
        input.release();
        yield* child.wait();
      },
    });
  }
  return path;
}

function isLink(shell: Shell, path: string): boolean {
  return shell.p.fs.exists(path) && shell.p.fs.lstat(path).kind === 'link';
}

/** Gives the commands of `>(…)` what was written for them, except the first `keep`. */
export function* feedSubstitutions(shell: Shell, keep: number): Sys<void> {
  for (const file of shell.temporary.slice(keep)) if (file.after !== undefined) yield* file.after();
}

/** Takes the files of process substitutions away again, down to the first `keep`. */
export function removeSubstitutions(shell: Shell, keep: number): void {
  for (const file of shell.temporary.splice(keep))
    if (shell.p.fs.exists(file.path)) shell.p.fs.unlink(file.path);
}
