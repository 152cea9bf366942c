import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { parseTime } from '../tool/time.ts';
import { BadUsage, credentials, type Flavour, quoted, reason } from '../tool/tool.ts';

/** touch(1): -c -d DATE -t STAMP -r FILE -a -m. */
export function* touch(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'camfd:t:r:h',
    long: { 'no-create': 'c', date: 'd:', reference: 'r:', 'no-dereference': 'h' },
  });
  if (o.args.length === 0) throw new BadUsage(flavour === 'gnu' ? 'missing file operand' : '');
  const as = credentials(p);
  const date = o.get('d');
  const stamp = o.get('t');
  const reference = o.get('r');
  let time: number | undefined = p.kernel.clock.now;
  if (date !== undefined) time = parseTime(date, time);
  else if (stamp !== undefined) time = parseStamp(stamp, time);
  else if (reference !== undefined) time = p.fs.stat(reference, p.cwd, as).mtime;
  if (time === undefined) throw new BadUsage(`invalid date format '${date ?? stamp}'`, 1, true);
  let code = 0;
  for (const path of o.args) {
    try {
      if (!p.fs.exists(path, p.cwd)) {
        if (o.has('c')) continue;
        p.fs.write(path, '', p.cwd, as, 0o666 & ~p.umask);
      } else if (!p.fs.access(path, 2, p.cwd, as) && p.fs.stat(path, p.cwd).uid !== as.uid) {
        throw new Errno('EACCES');
      }
      const node = p.fs.stat(path, p.cwd);
      p.fs.change(path, { mtime: time }, p.cwd, node.uid === as.uid ? as : undefined);
    } catch (error) {
      code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `touch: cannot touch ${quoted(path)}: ${reason(error)}\n`
          : `touch: ${path}: ${reason(error)}\n`,
      );
    }
  }
  return code;
}

/** `[[CC]YY]MMDDhhmm[.ss]` */
function parseStamp(written: string, now: number): number | undefined {
  const match = /^(?:(\d{2})?(\d{2}))?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(written);
  if (match === null) return undefined;
  const [, century, short, month, day, hour, minute, second] = match;
  const year =
    short === undefined
      ? new Date(Math.floor(now)).getUTCFullYear()
      : Number(century ?? (Number(short) < 69 ? '20' : '19')) * 100 + Number(short);
  return Date.UTC(year, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0));
}
