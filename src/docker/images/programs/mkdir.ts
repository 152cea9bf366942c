import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { dirName } from '../tool/files.ts';
import { changeMode } from '../tool/mode.ts';
import { parseOptions } from '../tool/options.ts';
import { BadUsage, credentials, type Flavour, quoted, reason } from '../tool/tool.ts';

/** mkdir(1): -p, -m MODE, -v. */
export function* mkdir(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'pm:v', long: { parents: 'p', mode: 'm:', verbose: 'v' } });
  if (o.args.length === 0) throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  let code = 0;
  const as = credentials(p);
  for (const path of o.args) {
    try {
      const plain = 0o777 & ~p.umask;
      p.fs.mkdir(path, p.cwd, { parents: o.has('p'), mode: plain, as });
      const mode = o.get('m');
      if (mode !== undefined) {
        const wanted = changeMode(mode, 0o777, true, p.umask);
        if (wanted === undefined) throw new BadUsage(`invalid mode '${mode}'`, 1, true);
        p.fs.change(path, { mode: wanted }, p.cwd, as);
      }
      if (o.has('v'))
        yield* p.print(
          `${flavour === 'gnu' ? 'mkdir: created directory' : 'created directory:'} '${path}'\n`,
        );
    } catch (error) {
      code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `mkdir: cannot create directory ${quoted(path)}: ${reason(error)}\n`
          : `mkdir: can't create directory '${path}': ${reason(error)}\n`,
      );
    }
  }
  return code;
}

/** rmdir(1): -p, -v. */
export function* rmdir(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'pv',
    long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore' },
  });
  if (o.args.length === 0) throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  let code = 0;
  for (const operand of o.args) {
    for (let path = operand; path !== '.' && path !== '/'; path = dirName(path)) {
      try {
        p.fs.rmdir(path, p.cwd, credentials(p));
        if (o.has('v')) yield* p.print(`rmdir: removing directory, '${path}'\n`);
      } catch (error) {
        if (o.has('ignore') && error instanceof Errno && error.code === 'ENOTEMPTY') break;
        code = 1;
        yield* p.error(
          flavour === 'gnu'
            ? `rmdir: failed to remove ${quoted(path)}: ${reason(error)}\n`
            : `rmdir: '${path}': ${reason(error)}\n`,
        );
        break;
      }
      if (!o.has('p')) break;
    }
  }
  return code;
}
