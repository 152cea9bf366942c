import { Errno } from '../../kernel/errno.ts';
import { openFile } from '../../kernel/fs/file.ts';
import { contentOf, type FsNode } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { baseName, join } from '../tool/files.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour, quoted, reason } from '../tool/tool.ts';
import { ask } from './rm.ts';

/** The operands of cp, mv and ln: sources and where each goes. */
export function destinations(p: Process, flavour: Flavour, o: Options): { from: string; to: string }[] {
  const args = [...o.args];
  const into = o.get('t');
  const target = into ?? args.pop();
  if (target === undefined || args.length === 0) {
    if (flavour === 'busybox') throw new BadUsage('');
    throw new BadUsage(
      target === undefined
        ? 'missing file operand'
        : `missing destination file operand after ${quoted(target)}`,
    );
  }
  const directory = !o.has('T') && p.fs.isDirectory(target, p.cwd);
  if (!directory && (args.length > 1 || into !== undefined)) {
    const why = p.fs.exists(target, p.cwd) ? 'Not a directory' : 'No such file or directory';
    throw new BadUsage(
      flavour === 'gnu' ? `target ${quoted(target)}: ${why}` : `can't stat '${target}': ${why}`,
      1,
      true,
    );
  }
  return args.map((from) => ({ from, to: directory ? join(target, baseName(from)) : target }));
}

/** cp(1): -r -R -a -d -p -P -L -f -i -n -v -u -t -T. */
export function* cp(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'rRadpPLHfinvut:Tlsx',
    long: {
      recursive: 'r',
      archive: 'a',
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      verbose: 'v',
      update: 'u',
      'target-directory': 't:',
      'no-target-directory': 'T',
      dereference: 'L',
      'no-dereference': 'P',
      preserve: 'p?',
      parents: 'parents',
    },
  });
  let code = 0;
  for (const { from, to } of destinations(p, flavour, o)) {
    if (!(yield* copyTo(p, flavour, o, from, to, true))) code = 1;
  }
  return code;
}

function* copyTo(
  p: Process,
  flavour: Flavour,
  o: Options,
  from: string,
  to: string,
  top: boolean,
): Sys<boolean> {
  const as = credentials(p);
  const recursive = o.has('r', 'R', 'a');
  const keepLinks = o.has('P', 'd', 'a') || (recursive && !o.has('L') && !(top && o.has('H')));
  const complain = function* (message: string): Sys<boolean> {
    yield* p.error(`cp: ${message}\n`);
    return false;
  };
  let node: FsNode;
  try {
    node = keepLinks ? p.fs.lstat(from, p.cwd, as) : p.fs.stat(from, p.cwd, as);
  } catch (error) {
    return yield* complain(
      flavour === 'gnu'
        ? `cannot stat ${quoted(from)}: ${reason(error)}`
        : `can't stat '${from}': ${reason(error)}`,
    );
  }
  try {
    const preserve = o.has('a', 'p');
    if (node.kind === 'directory') {
      if (!recursive)
        return yield* complain(
          flavour === 'gnu'
            ? `-r not specified; omitting directory ${quoted(from)}`
            : `omitting directory '${from}'`,
        );
      const source = p.fs.resolve(from, p.cwd).absolute;
      const target = p.fs.resolve(to, p.cwd).absolute;
      if (target === source || target.startsWith(`${source}/`))
        return yield* complain(
          flavour === 'gnu'
            ? `cannot copy a directory, ${quoted(from)}, into itself, ${quoted(to)}`
            : `recursion detected, omitting directory '${from}'`,
        );
      if (!p.fs.exists(to, p.cwd)) p.fs.mkdir(to, p.cwd, { mode: node.mode, as });
      else if (!p.fs.isDirectory(to, p.cwd))
        return yield* complain(`cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`);
      if (o.has('v')) yield* p.print(`'${from}' -> '${to}'\n`);
      let ok = true;
      for (const name of p.fs.list(from, p.cwd, as))
        if (!(yield* copyTo(p, flavour, o, join(from, name), join(to, name), false))) ok = false;
      if (preserve)
        p.fs.change(
          to,
          { mtime: node.mtime, ...(as.uid === 0 ? { uid: node.uid, gid: node.gid } : {}) },
          p.cwd,
          as,
        );
      yield TURN;
      return ok;
    }
    const there = p.fs.exists(to, p.cwd) ? p.fs.stat(to, p.cwd) : undefined;
    if (there?.kind === 'directory')
      return yield* complain(`cannot overwrite directory ${quoted(to)} with non-directory`);
    if (there !== undefined) {
      if (p.fs.resolve(from, p.cwd).absolute === p.fs.resolve(to, p.cwd).absolute)
        return yield* complain(`${quoted(from)} and ${quoted(to)} are the same file`);
      if (o.has('n')) return true;
      if (o.has('u') && there.mtime >= node.mtime) return true;
      if (o.has('i') && !(yield* ask(p, `cp: overwrite '${to}'? `))) return true;
    }
    yield* putCopy(p, node, from, to, preserve);
    if (o.has('v')) yield* p.print(`'${from}' -> '${to}'\n`);
    return true;
  } catch (error) {
    const why = reason(error);
    const readable = node.kind !== 'file' || p.fs.access(from, 4, p.cwd, as);
    return yield* complain(
      flavour === 'busybox'
        ? readable
          ? `can't create '${to}': ${why}`
          : `can't open '${from}': ${why}`
        : !readable
          ? `cannot open ${quoted(from)} for reading: ${why}`
          : node.kind === 'directory'
            ? `cannot create directory ${quoted(to)}: ${why}`
            : `cannot create regular file ${quoted(to)}: ${why}`,
    );
  }
}

function* putCopy(p: Process, node: FsNode, from: string, to: string, preserve: boolean): Sys<void> {
  const as = credentials(p);
  const owner = preserve && as.uid === 0 ? { uid: node.uid, gid: node.gid } : { uid: as.uid, gid: as.gid };
  if (node.kind === 'link') {
    if (p.fs.exists(to, p.cwd)) p.fs.unlink(to, p.cwd, as);
    p.fs.place(to, { ...node, ...owner }, p.cwd, as);
    return;
  }
  if (node.kind === 'device') {
    const reader = openFile(p, from, 'read');
    const writer = openFile(p, to, 'write');
    try {
      for (let chunk = yield* reader.read(); chunk.length > 0; chunk = yield* reader.read()) {
        yield* writer.write(chunk);
        yield TURN;
      }
    } finally {
      reader.release();
      writer.release();
    }
    return;
  }
  if (node.kind !== 'file') throw new Errno('EISDIR');
  if (!p.fs.access(from, 4, p.cwd, as)) throw new Errno('EACCES');
  const there = p.fs.exists(to, p.cwd) ? p.fs.stat(to, p.cwd) : undefined;
  if (there !== undefined && there.kind !== 'file') {
    const writer = openFile(p, to, 'write');
    try {
      yield* writer.write(contentOf(node));
    } finally {
      writer.release();
    }
    return;
  }
  const mode = there?.mode ?? (preserve ? node.mode : node.mode & 0o777 & ~p.umask);
  const mtime = preserve ? node.mtime : p.kernel.clock.now;
  // Through write first, so that permissions are checked and links followed; then the node itself, so that programs stay programs.
  p.fs.write(to, '', p.cwd, as, mode);
  const place = p.fs.resolve(to, p.cwd);
  place.mount.tree.put(
    place.path,
    {
      kind: 'file',
      data: node.data,
      program: node.program,
      mode,
      mtime,
      ...(there === undefined ? owner : { uid: there.uid, gid: there.gid }),
    },
    p.kernel.clock.now,
  );
}

/** mv(1): -f -i -n -v -u -t -T. Between file systems it copies and removes. */
export function* mv(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'finvut:T',
    long: {
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      verbose: 'v',
      update: 'u',
      'target-directory': 't:',
      'no-target-directory': 'T',
    },
  });
  const as = credentials(p);
  let code = 0;
  for (const { from, to } of destinations(p, flavour, o)) {
    try {
      const node = p.fs.lstat(from, p.cwd, as);
      const there = p.fs.exists(to, p.cwd);
      if (there && o.has('n')) continue;
      if (there && o.has('i') && !(yield* ask(p, `mv: overwrite '${to}'? `))) continue;
      if (node.kind !== 'directory' && there && p.fs.isDirectory(to, p.cwd)) {
        yield* p.error(`mv: cannot overwrite directory ${quoted(to)} with non-directory\n`);
        code = 1;
        continue;
      }
      if (
        there &&
        p.fs.resolve(from, p.cwd, { follow: false }).absolute ===
          p.fs.resolve(to, p.cwd, { follow: false }).absolute
      ) {
        yield* p.error(`mv: ${quoted(from)} and ${quoted(to)} are the same file\n`);
        code = 1;
        continue;
      }
      try {
        p.fs.rename(from, to, p.cwd, as);
      } catch (error) {
        if (!(error instanceof Errno) || error.code !== 'EXDEV') throw error;
        const archive = parseOptions(p, { short: 'a' }, ['-a']);
        if (yield* copyTo(p, flavour, archive, from, to, true)) p.fs.removeAll(from, p.cwd, as);
        else code = 1;
      }
      if (o.has('v'))
        yield* p.print(flavour === 'gnu' ? `renamed '${from}' -> '${to}'\n` : `'${from}' -> '${to}'\n`);
    } catch (error) {
      code = 1;
      const missing = error instanceof Errno && error.code === 'ENOENT' && !p.fs.exists(from, p.cwd);
      const why = reason(error);
      if (flavour === 'busybox') yield* p.error(`mv: can't rename '${from}': ${why}\n`);
      else if (missing) yield* p.error(`mv: cannot stat ${quoted(from)}: ${why}\n`);
      else if (error instanceof Errno && error.code === 'EINVAL')
        yield* p.error(`mv: cannot move ${quoted(from)} to a subdirectory of itself, ${quoted(to)}\n`);
      else yield* p.error(`mv: cannot move ${quoted(from)} to ${quoted(to)}: ${why}\n`);
    }
  }
  return code;
}
