import { attempt } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { CliError } from '../failure.ts';
import { goError } from '../run/files.ts';

/** Writes a tar to `-o FILE` or to standard output, which must not be a terminal then. */
export function* writeOutput(
  p: Process,
  file: string,
  what: 'save' | 'export',
  make: () => Sys<Uint8Array>,
): Sys<void> {
  if (file === '') {
    if (p.isatty(1))
      throw new CliError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
    yield* p.print(yield* make());
    return;
  }
  const failed = (reason: string): CliError =>
    new CliError(`failed to ${what} ${what === 'save' ? 'image' : 'container'}: ${reason}`);
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) || '/' : '.';
  if (!p.fs.exists(folder, p.cwd))
    throw failed(`invalid output path: stat ${folder}: no such file or directory`);
  if (p.fs.isDirectory(file, p.cwd)) throw failed('cannot write to a directory');
  const tar = yield* make();
  const written = attempt(() =>
    p.fs.write(file, tar, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups }, 0o600),
  );
  if (written instanceof Error) throw failed(`open ${file}: ${goError(written)}`);
}
