import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import { CliError } from '../failure.ts';
import type { Flags } from '../parse/flags.ts';

/** strerror's words as Go writes them: lower case. */
export function goError(error: Errno): string {
  return error.message.charAt(0).toLowerCase() + error.message.slice(1);
}

/** Reads a file of the host; CliError `open NAME: no such file or directory`. */
export function readHostFile(p: Process, path: string): Uint8Array {
  try {
    return p.fs.read(path, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const call = error.code === 'EISDIR' ? 'read' : 'open';
    throw new CliError(`${call} ${path}: ${goError(error)}`);
  }
}

/**
 * `KEY=value` lines of a `--env-file` or `--label-file`: no quotes, no trailing comments; a bare KEY takes its value from
 * `lookup` or is left out. CliError with the words of docker's kvfile.
 */
export function readKeyValues(
  p: Process,
  path: string,
  lookup: ((key: string) => string | undefined) | undefined,
): string[] {
  const lines = text(readHostFile(p, path))
    .replace(/^\uFEFF/, '')
    .split('\n');
  const out: string[] = [];
  for (const line of lines) {
    const content = line.replace(/\r$/, '').replace(/^[ \t]+/, '');
    if (content === '' || content.startsWith('#')) continue;
    const at = content.indexOf('=');
    const key = at < 0 ? content : content.slice(0, at);
    if (key === '') throw new CliError(`no variable name on line '${content}'`);
    if (/[ \t]/.test(key)) throw new CliError(`variable '${key}' contains whitespaces`);
    if (at >= 0) out.push(content);
    else {
      const value = lookup?.(key);
      if (value !== undefined) out.push(`${key}=${value}`);
    }
  }
  return out;
}

/**
 * The variables of `--env-file` and `-e`, in that order; a bare `-e KEY` takes the value of the caller's environment.
 * `prefix` is what a failure to read the file begins with (`docker exec` names no flag).
 */
export function environment(p: Process, flags: Flags, prefix = '--env-file', inOrder = false): string[] {
  const out: string[] = [];
  for (const file of flags.list('env-file')) out.push(...fromFile(p, file, prefix, (key) => p.env.get(key)));
  // Several `-e` come in an order that changes from run to run (recording 02): they begin anywhere in the list.
  // One value a name, the last.
  const items = [...new Map(flags.list('env').map((item) => [item.replace(/=.*/s, ''), item])).values()];
  const first = items.length > 1 && !inOrder ? p.kernel.random.below(items.length) : 0;
  for (const item of [...items.slice(first), ...items.slice(0, first)]) {
    if (item.includes('=')) out.push(item);
    else {
      const value = p.env.get(item);
      out.push(value === undefined ? item : `${item}=${value}`);
    }
  }
  return out;
}

/** As `readKeyValues`, with the flag (if any) named in front of a failure. */
export function fromFile(
  p: Process,
  file: string,
  flag: string,
  lookup?: (key: string) => string | undefined,
): string[] {
  try {
    return readKeyValues(p, file, lookup);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (flag === '') throw error;
    throw new CliError(
      /^(open|read) /.test(error.message)
        ? `${flag}: ${error.message}`
        : `${flag}: invalid env file (${file}): ${error.message}`,
    );
  }
}
