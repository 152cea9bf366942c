import { type FsNode, sizeOf } from '../../kernel/fs/node.ts';
import type { Mount } from '../../kernel/fs/vfs.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { diskUsage, humanSize, join } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import { credentials, type Flavour, quoted, reason } from '../tool/tool.ts';

/** du(1): -s -h -a -c -d N -b -k -m. */
export function* du(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'shacd:bkmxHLl0',
    long: {
      summarize: 's',
      'human-readable': 'h',
      all: 'a',
      total: 'c',
      'max-depth': 'd:',
      bytes: 'b',
      'apparent-size': 'apparent',
    },
  });
  const paths = o.args.length === 0 ? ['.'] : o.args;
  const limit = o.has('s') ? 0 : Number(o.get('d') ?? Number.POSITIVE_INFINITY);
  const bytes = o.has('b', 'apparent');
  let code = 0;
  let total = 0;
  const show = (amount: number): string => {
    if (o.has('h')) return humanSize(bytes ? amount : amount * 1024, flavour);
    if (o.has('b')) return String(amount);
    if (bytes) return String(Math.ceil(amount / 1024));
    return String(o.has('m') ? Math.ceil(amount / 1024) : amount);
  };
  const measure = (node: FsNode): number => (bytes ? apparent(node) : diskUsage(node));
  function* report(path: string, node: FsNode, depth: number): Sys<number> {
    const amount = measure(node);
    if (node.kind === 'directory' && depth < limit) {
      for (const [name, child] of node.entries) {
        if (child.kind === 'directory' || o.has('a')) yield* report(join(path, name), child, depth + 1);
      }
    }
    if (depth <= limit) yield* p.print(`${show(amount)}\t${path}\n`);
    return amount;
  }
  for (const path of paths) {
    try {
      total += yield* report(path, p.fs.lstat(path, p.cwd, credentials(p)), 0);
    } catch (error) {
      code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `du: cannot access ${quoted(path)}: ${reason(error)}\n`
          : `du: ${path}: ${reason(error)}\n`,
      );
    }
  }
  if (o.has('c')) yield* p.print(`${show(total)}\ttotal\n`);
  return code;
}

function apparent(node: FsNode): number {
  if (node.kind !== 'directory') return sizeOf(node);
  let sum = 4096;
  for (const child of node.entries.values()) sum += apparent(child);
  return sum;
}

/** The disk of the simulated machine, in KiB. */
const DISK = { size: 61_255_492, used: 14_204_180 };

/** df(1): -h -k -m -T -P and paths. */
export function* df(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'hHkmTPait:x:B:',
    long: { 'human-readable': 'h', 'print-type': 'T', portability: 'P', all: 'a', type: 't:', inodes: 'i' },
  });
  let code = 0;
  const mounts: Mount[] = [];
  if (o.args.length > 0) {
    for (const path of o.args) {
      try {
        mounts.push(p.fs.resolve(path, p.cwd).mount);
        p.fs.stat(path, p.cwd);
      } catch (error) {
        code = 1;
        if (mounts.length > 0) mounts.pop();
        yield* p.error(
          flavour === 'gnu' ? `df: ${path}: ${reason(error)}\n` : `df: ${path}: can't find mount point\n`,
        );
      }
    }
    if (mounts.length === 0 && flavour === 'gnu') return 1;
  } else {
    const all = [...p.fs.mounts].sort((a, b) => a.target.length - b.target.length);
    mounts.push(
      ...all.filter((mount) => !/^(proc|sysfs|cgroup2?|devpts|mqueue)$/.test(mount.type) || o.has('a')),
    );
  }
  const kinds = o.get('t');
  const rows = mounts
    .filter((mount) => kinds === undefined || mount.type === kinds)
    .map((mount) => {
      const { device, size, used } = space(mount);
      return {
        device,
        type: mount.type,
        size,
        used,
        free: Math.max(0, size - used),
        target: mount.target || '/',
      };
    });
  const human = o.has('h', 'H');
  const show = (kib: number): string =>
    human
      ? kib === 0
        ? '0'
        : humanSize(kib * 1024, flavour)
      : String(o.has('m') ? Math.ceil(kib / 1024) : kib);
  if (flavour === 'busybox') {
    yield* p.print(
      `Filesystem           ${o.has('T') ? 'Type       ' : ''}${human ? '     Size' : o.has('m') ? '1M-blocks' : '1K-blocks'}      Used Available Use% Mounted on\n`,
    );
    for (const row of rows) {
      const name = row.device.padEnd(20) + (o.has('T') ? ` ${row.type.padEnd(10)}` : '');
      yield* p.print(
        `${name} ${show(row.size).padStart(9)} ${show(row.used).padStart(9)} ${show(row.free).padStart(9)} ${`${percent(row.used, row.size)}%`.padStart(4)} ${row.target}\n`,
      );
    }
    return code;
  }
  const head = human
    ? ['Size', 'Used', 'Avail']
    : [o.has('m') ? '1M-blocks' : '1K-blocks', 'Used', 'Available'];
  const cells = [
    ['Filesystem', ...(o.has('T') ? ['Type'] : []), ...head, 'Use%', 'Mounted on'],
    ...rows.map((row) => [
      row.device,
      ...(o.has('T') ? [row.type] : []),
      show(row.size),
      show(row.used),
      show(row.free),
      row.size === 0 ? '-' : `${percent(row.used, row.size)}%`,
      row.target,
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, i) =>
    Math.max(i === 0 ? 14 : i === 1 && o.has('T') ? 4 : 5, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  for (const row of cells) {
    const line = row.map((cell, i) => {
      if (i === row.length - 1) return cell;
      const wide = i === row.length - 2 ? Math.max(4, cell.length) : (widths[i] ?? 0);
      return i === 0 || (i === 1 && o.has('T')) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(wide);
    });
    yield* p.print(`${line.join(' ')}\n`);
  }
  return code;
}

function percent(used: number, size: number): number {
  return size === 0 ? 0 : Math.ceil((used * 100) / size);
}

/** What holds a mount, and its size and use in KiB. */
function space(mount: Mount): { device: string; size: number; used: number } {
  const device =
    mount.source ?? (mount.type === 'overlay' || mount.type === 'tmpfs' ? mount.type : '/dev/vda');
  if (mount.type !== 'tmpfs') return { device, ...DISK };
  const root = mount.tree.get(mount.at);
  const used =
    root === undefined ? 0 : diskUsage(root) - (root.kind === 'directory' ? tmpfsDirectories(root) : 0);
  return { device, size: Math.ceil((mount.size ?? 67_108_864) / 1024), used };
}

/** Directories cost nothing on a tmpfs. */
function tmpfsDirectories(node: FsNode): number {
  if (node.kind !== 'directory') return 0;
  let sum = 4;
  for (const child of node.entries.values()) sum += tmpfsDirectories(child);
  return sum;
}
