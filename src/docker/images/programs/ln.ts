import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { baseName, dirName, join } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour, quoted, reason } from '../tool/tool.ts';
import { destinations } from './cp.ts';

/** ln(1): -s -f -n -v -r. A hard link shares the file's present content. */
export function* ln(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'sfnvrTt:ib',
    long: {
      symbolic: 's',
      force: 'f',
      'no-dereference': 'n',
      verbose: 'v',
      relative: 'r',
      'no-target-directory': 'T',
      'target-directory': 't:',
    },
  });
  const as = credentials(p);
  const [only] = o.args;
  if (o.args.length === 1 && only !== undefined && o.get('t') === undefined) o.args.push(baseName(only));
  const last = o.args.at(-1);
  if (o.has('n') && last !== undefined && p.fs.exists(last, p.cwd) && p.fs.lstat(last, p.cwd).kind === 'link')
    o.order.push(['T', '']);
  let code = 0;
  for (const { from, to } of destinations(p, flavour, o)) {
    const kind = o.has('s') ? 'symbolic' : 'hard';
    try {
      if (o.has('f') && present(p, to)) p.fs.unlink(to, p.cwd, as);
      if (o.has('s')) p.fs.symlink(o.has('r') ? relativeTo(p, from, to) : from, to, p.cwd, as);
      else {
        const node = p.fs.lstat(from, p.cwd, as);
        if (node.kind === 'directory') {
          yield* p.error(`ln: ${from}: hard link not allowed for directory\n`);
          code = 1;
          continue;
        }
        if (present(p, to)) throw new Errno('EEXIST');
        p.fs.place(to, node, p.cwd, as);
      }
      if (o.has('v')) yield* p.print(`'${to}' ${o.has('s') ? '->' : '=>'} '${from}'\n`);
    } catch (error) {
      code = 1;
      const why = reason(error);
      if (flavour === 'busybox')
        yield* p.error(
          `ln: ${!o.has('s') && error instanceof Errno && error.code === 'ENOENT' ? from : to}: ${why}\n`,
        );
      else if (!o.has('s') && error instanceof Errno && error.code === 'ENOENT')
        yield* p.error(`ln: failed to access ${quoted(from)}: ${why}\n`);
      else yield* p.error(`ln: failed to create ${kind} link ${quoted(to)}: ${why}\n`);
    }
  }
  return code;
}

function present(p: Process, path: string): boolean {
  try {
    p.fs.lstat(path, p.cwd);
    return true;
  } catch (error) {
    if (error instanceof Errno) return false;
    throw error;
  }
}

function relativeTo(p: Process, target: string, link: string): string {
  const from = p.fs.resolve(dirName(link), p.cwd).absolute.split('/').filter(Boolean);
  const to = p.fs.resolve(target, p.cwd).absolute.split('/').filter(Boolean);
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/') || '.';
}

/** readlink(1): -f -e -m -n. */
export function* readlink(p: Process): Sys<number> {
  const o = parseOptions(p, {
    short: 'femnqsvz',
    long: {
      canonicalize: 'f',
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      'no-newline': 'n',
      zero: 'z',
    },
  });
  if (o.args.length === 0) throw new BadUsage('missing operand');
  let code = 0;
  for (const path of o.args) {
    const found = resolved(p, path, o.last('f', 'e', 'm') ?? 'link');
    if (found === undefined) code = 1;
    else yield* p.print(`${found}${o.has('n') ? '' : o.has('z') ? '\0' : '\n'}`);
  }
  return code;
}

function resolved(p: Process, path: string, how: string): string | undefined {
  try {
    if (how === 'link') {
      const node = p.fs.lstat(path, p.cwd, credentials(p));
      return node.kind === 'link' ? node.target : undefined;
    }
    const place = p.fs.resolve(path, p.cwd, { as: credentials(p) });
    return how === 'e' && place.node === undefined ? undefined : place.absolute;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (how !== 'm') return undefined;
    const name = baseName(path);
    const parent = resolved(p, dirName(path), 'm') ?? '/';
    return name === '..' ? dirName(parent) : name === '.' ? parent : join(parent, name);
  }
}

/** realpath(1): -e -m -s -q --relative-to. */
export function* realpath(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'emsqLPz',
    long: {
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      quiet: 'q',
      'no-symlinks': 's',
      'relative-to': 'to:',
      strip: 's',
    },
  });
  if (o.args.length === 0) throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  let code = 0;
  for (const path of o.args) {
    const how = o.has('m') ? 'm' : o.has('e') ? 'e' : 'f';
    const found = resolved(p, path, how);
    if (found === undefined) {
      code = 1;
      if (!o.has('q')) yield* p.error(`realpath: ${path}: No such file or directory\n`);
      continue;
    }
    const base = o.get('to');
    yield* p.print(`${base === undefined ? found : relativeTo(p, path, join(base, 'x'))}\n`);
  }
  return code;
}
