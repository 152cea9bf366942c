import { text } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import { absolutePath, type Mount } from '../../kernel/fs/vfs.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { capable } from '../tool/capabilities.ts';
import { parseOptions, sizeNumber } from '../tool/options.ts';
import type { Flavour } from '../tool/tool.ts';

/** What mount(8) is asked for. */
interface Wish {
  readonly device: string;
  readonly target: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** A refusal of the kernel: its errno, as both flavours word it. */
class Refused extends Error {}

/** mount(8): the table without arguments; tmpfs, proc, `--bind` and `-o remount` with the privilege to mount. */
export function* mount(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 't:o:abrvwnfi',
    long: { bind: 'B', rbind: 'B', types: 't:', options: 'o:', 'read-only': 'r', verbose: 'v' },
  });
  const type = o.get('t') ?? '';
  if (o.args.length === 0) {
    for (const line of text(p.fs.read('/proc/mounts'))
      .split('\n')
      .filter((row) => row !== '')) {
      const [device, target, kind, options] = line.split(' ');
      if (type === '' || type === kind) yield* p.print(`${device} on ${target} type ${kind} (${options})\n`);
    }
    return 0;
  }
  const options = (o.get('o') ?? '').split(',').filter((word) => word !== '');
  if (o.has('B')) options.push('bind');
  if (o.has('r')) options.push('ro');
  const target = absolutePath(o.args.at(-1) ?? '', p.cwd);
  const device = o.args.length > 1 ? (o.args[0] ?? '') : 'none';
  if (!capable(p, 'SYS_ADMIN')) {
    yield* p.error(
      flavour === 'busybox'
        ? 'mount: permission denied (are you root?)\n'
        : `mount: ${target}: ${p.uid === 0 ? 'permission denied.' : 'must be superuser to use mount.'}\n       dmesg(1) may have more information after failed mount system call.\n`,
    );
    return flavour === 'busybox' ? 1 : 32;
  }
  try {
    attach(p, { device, target, type, options });
    return 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    yield* p.error(
      flavour === 'busybox'
        ? `mount: mounting ${device} on ${target} failed: ${error.message}\n`
        : `mount: ${target}: ${words(error.message, { device, target, type, options })}\n`,
    );
    return flavour === 'busybox' ? 255 : 32;
  }
}

/** util-linux tells more than the errno. */
function words(reason: string, { device, type }: Wish): string {
  if (reason === 'No such device') return `unknown filesystem type '${type}'.`;
  if (reason === 'No such file or directory')
    return device.startsWith('/')
      ? `special device ${device} does not exist.`
      : 'mount point does not exist.';
  return `${reason.toLowerCase()}.`;
}

function attach(p: Process, wish: Wish): void {
  const { device, target, type, options } = wish;
  const readOnly = options.includes('ro');
  if (options.includes('remount')) {
    const known = p.fs.mounts.find((mounted) => mounted.target === (target === '/' ? '' : target));
    if (known === undefined) throw new Refused('Invalid argument');
    p.fs.remount(known, readOnly);
    return;
  }
  if (!p.fs.isDirectory(target) && !(options.includes('bind') && p.fs.exists(target)))
    throw new Refused(p.fs.exists(target) ? 'Not a directory' : 'No such file or directory');
  p.fs.mount(made(p, { device, target, type, options }, readOnly));
}

function made(p: Process, { device, target, type, options }: Wish, readOnly: boolean): Mount {
  const shown = readOnly ? 'ro' : 'rw';
  if (options.includes('bind') || options.includes('rbind')) {
    try {
      const place = p.fs.resolve(device, p.cwd);
      if (place.node === undefined) throw new Errno('ENOENT');
      const pin = place.mount.tree.pin(place.path);
      const { type: kind, source = kind, size } = place.mount;
      const bound = { target, readOnly, type: kind, source, ...(size === undefined ? {} : { size }) };
      return {
        ...bound,
        tree: pin.tree,
        at: pin.at,
        ...(place.mount.options === undefined ? {} : { options: place.mount.options }),
      };
    } catch (error) {
      if (error instanceof Errno) throw new Refused(error.message);
      throw error;
    }
  }
  const now = p.kernel.clock.now;
  const option = (name: string): string | undefined =>
    options.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  if (type === 'tmpfs' || type === 'ramfs') {
    const size = sizeNumber((option('size') ?? '').replace(/[mgt]$/, (unit) => unit.toUpperCase()));
    const mode = option('mode');
    const root = emptyDirectory(now, Number.parseInt(mode ?? '1777', 8));
    const limits = `${size === undefined ? '' : `,size=${Math.ceil(size / 1024)}k`}${mode === undefined ? '' : `,mode=${mode}`}`;
    return {
      target,
      tree: new Tree({ ...root, uid: Number(option('uid') ?? 0), gid: Number(option('gid') ?? 0) }),
      at: [],
      readOnly,
      type,
      source: device,
      ...(size === undefined ? {} : { size }),
      options: `${shown},relatime${limits}`,
    };
  }
  const same = p.fs.mounts.find((mounted) => mounted.type === type && ['proc', 'sysfs'].includes(type));
  if (same !== undefined)
    return {
      ...same,
      tree: same.tree,
      at: same.at,
      target,
      readOnly,
      source: device,
      options: `${shown},relatime`,
    };
  if (device.startsWith('/') && !p.fs.exists(device)) throw new Refused('No such file or directory');
  throw new Refused(type === '' ? 'Invalid argument' : 'No such device');
}

/** umount(8): -l, -f, -a are taken. */
export function* umount(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, { short: 'lfarnvdRt:', long: { lazy: 'l', force: 'f', recursive: 'R' } });
  let code = 0;
  for (const arg of o.args) {
    const target = absolutePath(arg, p.cwd);
    const known = p.fs.mounts.find((mounted) => mounted.target === target);
    if (flavour === 'busybox') {
      const problem = !capable(p, 'SYS_ADMIN')
        ? 'Operation not permitted'
        : known === undefined
          ? p.fs.exists(target)
            ? 'Invalid argument'
            : 'No such file or directory'
          : undefined;
      if (problem !== undefined) {
        yield* p.error(`umount: can't unmount ${target}: ${problem}\n`);
        code = 1;
        continue;
      }
    } else if (known === undefined || !capable(p, 'SYS_ADMIN')) {
      yield* p.error(
        `umount: ${target}: ${known !== undefined ? 'must be superuser to unmount.' : p.fs.exists(target) ? 'not mounted.' : 'no mount point specified.'}\n`,
      );
      code = 32;
      continue;
    }
    if (known !== undefined) p.fs.unmount(known);
  }
  return code;
}
