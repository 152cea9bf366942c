import { Errno } from '../../kernel/errno.ts';
import type { FsNode } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { baseName, join } from '../tool/files.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour, quoted, reason } from '../tool/tool.ts';

/** rm(1): -r, -f, -i, -v, -d. */
export function* rm(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'rRfivdI',
    long: {
      recursive: 'r',
      force: 'f',
      interactive: 'i',
      verbose: 'v',
      dir: 'd',
      'preserve-root': 'keep?',
      'no-preserve-root': 'all',
    },
  });
  if (o.args.length === 0) {
    if (o.has('f')) return 0;
    throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  }
  let code = 0;
  for (const path of o.args) {
    const name = baseName(path);
    if (name === '.' || name === '..') {
      yield* p.error(
        flavour === 'gnu'
          ? `rm: refusing to remove '.' or '..' directory: skipping ${quoted(path)}\n`
          : `rm: can't remove '.' or '..'\n`,
      );
      code = 1;
      continue;
    }
    if (name === '/' && o.has('r', 'R') && !o.has('all') && flavour === 'gnu') {
      yield* p.error(
        "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n",
      );
      code = 1;
      continue;
    }
    if (!(yield* remove(p, flavour, o, path))) code = 1;
  }
  return code;
}

function* remove(p: Process, flavour: Flavour, o: Options, path: string): Sys<boolean> {
  const as = credentials(p);
  const fail = function* (error: unknown): Sys<boolean> {
    yield* p.error(
      flavour === 'gnu'
        ? `rm: cannot remove ${quoted(path)}: ${reason(error)}\n`
        : `rm: can't remove '${path}': ${reason(error)}\n`,
    );
    return false;
  };
  let node: FsNode;
  try {
    node = p.fs.lstat(path, p.cwd, as);
  } catch (error) {
    if (o.has('f') && error instanceof Errno && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return true;
    return yield* fail(error);
  }
  if (node.kind === 'directory') {
    if (!o.has('r', 'R')) {
      if (o.has('d')) return yield* attempt(p, o, path, () => p.fs.rmdir(path, p.cwd, as), fail);
      yield* p.error(
        flavour === 'gnu'
          ? `rm: cannot remove ${quoted(path)}: Is a directory\n`
          : `rm: '${path}' is a directory\n`,
      );
      return false;
    }
    if (o.has('i') && !(yield* ask(p, `rm: descend into directory '${path}'? `))) return true;
    let ok = true;
    let names: string[];
    try {
      names = p.fs.list(path, p.cwd, as);
    } catch (error) {
      return yield* fail(error);
    }
    for (const name of names) if (!(yield* remove(p, flavour, o, join(path, name)))) ok = false;
    yield TURN;
    if (!ok) return false;
    if (o.has('i') && !(yield* ask(p, `rm: remove directory '${path}'? `))) return true;
    return yield* attempt(
      p,
      o,
      path,
      () => p.fs.rmdir(path, p.cwd, as),
      fail,
      flavour === 'gnu' ? 'directory ' : 'directory: ',
    );
  }
  const what =
    node.kind === 'link' ? 'symbolic link' : node.kind === 'file' ? 'regular file' : 'character special file';
  if (
    o.has('i') &&
    !(yield* ask(p, flavour === 'gnu' ? `rm: remove ${what} '${path}'? ` : `rm: remove '${path}'? `))
  )
    return true;
  return yield* attempt(p, o, path, () => p.fs.unlink(path, p.cwd, as), fail);
}

function* attempt(
  p: Process,
  o: Options,
  path: string,
  call: () => void,
  fail: (error: unknown) => Sys<boolean>,
  what = '',
): Sys<boolean> {
  try {
    call();
  } catch (error) {
    return yield* fail(error);
  }
  if (o.has('v')) yield* p.print(`removed ${what}'${path}'\n`);
  return true;
}

/** Asks on standard error; true for an answer that begins with y. */
export function* ask(p: Process, question: string): Sys<boolean> {
  yield* p.error(question);
  const answer = yield* p.readLine(0);
  return /^[yY]/.test(answer ?? '');
}

/** unlink(1): exactly one file. */
export function* unlink(p: Process): Sys<number> {
  const path = p.argv[1];
  if (path === undefined || p.argv.length > 2) throw new BadUsage('missing operand');
  try {
    p.fs.unlink(path, p.cwd, credentials(p));
    return 0;
  } catch (error) {
    yield* p.error(`unlink: cannot unlink ${quoted(path)}: ${reason(error)}\n`);
    return 1;
  }
}
