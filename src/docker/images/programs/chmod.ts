import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { capable } from '../tool/capabilities.ts';
import { join, modeString } from '../tool/files.ts';
import { changeMode } from '../tool/mode.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour, quoted, reason } from '../tool/tool.ts';
import { gidOf, uidOf, users } from '../tool/users.ts';

/** chmod(1): -R -v -c -f, --reference. */
export function* chmod(p: Process, flavour: Flavour): Sys<number> {
  // A mode such as -w looks like an option.
  const argv = p.argv
    .slice(1)
    .map((arg) =>
      /^-[rwxXst,+=ugo-]*[rwxXst][rwxXst,+=ugo-]*$/.test(arg) && arg !== '-s' ? `\0${arg}` : arg,
    );
  const o = parseOptions(
    p,
    {
      short: 'Rvcf',
      long: { recursive: 'R', verbose: 'v', changes: 'c', quiet: 'f', silent: 'f', reference: 'ref:' },
    },
    argv,
  );
  const args = o.args.map((arg) => arg.replace(/^\0/, ''));
  const as = credentials(p);
  const reference = o.get('ref');
  const mode = reference === undefined ? args.shift() : undefined;
  if ((mode === undefined && reference === undefined) || args.length === 0)
    throw new BadUsage(
      flavour === 'busybox'
        ? ''
        : mode === undefined
          ? 'missing operand'
          : `missing operand after ${quoted(mode)}`,
    );
  if (mode !== undefined && changeMode(mode, 0, false, p.umask) === undefined)
    throw new BadUsage(
      `invalid mode${flavour === 'gnu' ? ':' : ''} ${quoted(mode)}`,
      1,
      flavour === 'busybox',
    );
  return yield* walk(p, flavour, o, args, (path, directory) => {
    const old = p.fs.stat(path, p.cwd, as).mode & 0o7777;
    const wanted =
      reference === undefined
        ? changeMode(mode ?? '', old, directory, p.umask)
        : p.fs.stat(reference, p.cwd, as).mode;
    p.fs.change(path, { mode: wanted ?? old }, p.cwd, as);
    const octal = (n: number): string => n.toString(8).padStart(4, '0');
    const node = p.fs.stat(path, p.cwd);
    if (old === wanted)
      return o.has('v')
        ? `mode of '${path}' retained as ${octal(old)} (${modeString(node).slice(1)})`
        : undefined;
    return `mode of '${path}' changed from ${octal(old)} (${modeString({ ...node, mode: old }).slice(1)}) to ${octal(wanted ?? 0)} (${modeString(node).slice(1)})`;
  });
}

/** chown(1), chgrp(1): -R -v -c -h, `user`, `user:group`, `:group`, `user:`. */
export function* chown(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'RvcfhLHP',
    long: {
      recursive: 'R',
      verbose: 'v',
      changes: 'c',
      quiet: 'f',
      silent: 'f',
      'no-dereference': 'h',
      reference: 'ref:',
    },
  });
  const as = credentials(p);
  const args = [...o.args];
  const reference = o.get('ref');
  const who = reference === undefined ? args.shift() : undefined;
  if ((who === undefined && reference === undefined) || args.length === 0)
    throw new BadUsage(
      flavour === 'busybox'
        ? ''
        : who === undefined
          ? 'missing operand'
          : `missing operand after ${quoted(who)}`,
    );
  let uid: number | undefined;
  let gid: number | undefined;
  if (reference !== undefined) ({ uid, gid } = p.fs.stat(reference, p.cwd, as));
  else {
    const written = p.name === 'chgrp' ? `:${who}` : (who ?? '');
    const [user = '', group] = written.split(/[:.](?=[^:]*$)/);
    if (user !== '') {
      uid = uidOf(p, user);
      if (uid === undefined)
        throw new BadUsage(
          flavour === 'gnu' ? `invalid user: ${quoted(written)}` : `unknown user ${user}`,
          1,
          true,
        );
    }
    if (group !== undefined && group !== '') {
      gid = gidOf(p, group);
      if (gid === undefined)
        throw new BadUsage(
          flavour === 'gnu'
            ? `invalid group: ${quoted(p.name === 'chgrp' ? group : written)}`
            : `unknown group ${group}`,
          1,
          true,
        );
    } else if (group === '' && user !== '') gid = users(p).find((account) => account.uid === uid)?.gid;
  }
  const owner = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
  return yield* walk(p, flavour, o, args, (path) => {
    if (!capable(p, 'CHOWN') && (uid !== undefined || !as.groups.includes(gid ?? -1)))
      throw new Errno('EPERM');
    p.fs.change(path, owner, p.cwd, as, !o.has('h', 'R'));
    return o.has('v') ? `changed ownership of '${path}' to ${who ?? ''}` : undefined;
  });
}

function* walk(
  p: Process,
  flavour: Flavour,
  o: Options,
  paths: readonly string[],
  change: (path: string, directory: boolean) => string | undefined,
): Sys<number> {
  let code = 0;
  for (const path of paths) {
    try {
      const node = p.fs.lstat(path, p.cwd, credentials(p));
      const message =
        node.kind === 'link' && p.name === 'chmod' && !paths.includes(path)
          ? undefined
          : change(path, node.kind === 'directory');
      if (message !== undefined && o.has('v', 'c')) yield* p.print(`${message}\n`);
      if (node.kind === 'directory' && o.has('R')) {
        const below = p.fs.list(path, p.cwd, credentials(p)).map((name) => join(path, name));
        yield TURN;
        if ((yield* walk(p, flavour, o, below, change)) !== 0) code = 1;
      }
    } catch (error) {
      code = 1;
      if (o.has('f')) continue;
      const why = reason(error);
      const missing = why === 'No such file or directory';
      if (flavour === 'busybox') yield* p.error(`${p.name}: ${path}: ${why}\n`);
      else if (missing) yield* p.error(`${p.name}: cannot access ${quoted(path)}: ${why}\n`);
      else if (p.name === 'chmod') yield* p.error(`chmod: changing permissions of ${quoted(path)}: ${why}\n`);
      else
        yield* p.error(
          `${p.name}: changing ${p.name === 'chgrp' ? 'group' : 'ownership'} of ${quoted(path)}: ${why}\n`,
        );
    }
  }
  return code;
}
