import { sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { blocksOf, linkCount, modeString } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage, credentials, type Flavour, quoted, reason } from '../tool/tool.ts';
import { groupName, userName } from '../tool/users.ts';

/** stat(1): -c FORMAT, --printf, -L, -t. */
export function* stat(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'c:Ltf',
    long: { format: 'c:', printf: 'printf:', dereference: 'L', terse: 't', 'file-system': 'f' },
  });
  if (o.args.length === 0) throw new BadUsage(flavour === 'gnu' ? 'missing operand' : '');
  const as = credentials(p);
  let code = 0;
  for (const path of o.args) {
    try {
      if (o.has('f')) {
        p.fs.stat(path, p.cwd, as);
        yield* p.print(fileSystem(path, flavour));
        continue;
      }
      const node = o.has('L') ? p.fs.stat(path, p.cwd, as) : p.fs.lstat(path, p.cwd, as);
      const kind =
        node.kind === 'directory'
          ? 'directory'
          : node.kind === 'link'
            ? 'symbolic link'
            : node.kind === 'device'
              ? 'character special file'
              : sizeOf(node) === 0
                ? 'regular empty file'
                : 'regular file';
      const { absolute, mount } = p.fs.resolve(path, p.cwd, { follow: false });
      let inode = 7;
      for (let i = 0; i < absolute.length; i++) inode = (Math.imul(inode, 31) + absolute.charCodeAt(i)) >>> 0;
      inode = 1_000_000 + (inode % 8_000_000);
      const octal = (node.mode & 0o7777).toString(8);
      const when = formatTime(node.mtime, '%F %T.%N %z');
      const field = (letter: string): string | undefined =>
        ({
          a: octal,
          A: modeString(node),
          b: String(blocksOf(node) * 2),
          B: '512',
          d: '61',
          D: '3d',
          f: (
            (node.mode & 0o7777) |
            (node.kind === 'directory' ? 0o40000 : node.kind === 'link' ? 0o120000 : 0o100000)
          ).toString(16),
          F: kind,
          g: String(node.gid),
          G: groupName(p, node.gid),
          h: String(linkCount(node)),
          i: String(inode),
          m: mount.target || '/',
          n: path,
          N: node.kind === 'link' ? `'${path}' -> '${node.target}'` : `'${path}'`,
          o: '4096',
          s: String(sizeOf(node)),
          u: String(node.uid),
          U: userName(p, node.uid),
          w: '-',
          W: '0',
          x: when,
          X: String(Math.floor(node.mtime / 1000)),
          y: when,
          Y: String(Math.floor(node.mtime / 1000)),
          z: when,
          Z: String(Math.floor(node.mtime / 1000)),
          '%': '%',
        })[letter];
      const format = o.get('c') ?? o.get('printf');
      if (format !== undefined) {
        const filled = format.replace(
          /%([-0]?)(\d*)([a-zA-Z%])/g,
          (whole, flag: string, width: string, letter: string) => {
            const value = field(letter) ?? whole;
            if (width === '') return value;
            return flag === '-'
              ? value.padEnd(Number(width))
              : value.padStart(Number(width), flag === '0' ? '0' : ' ');
          },
        );
        yield* p.print(
          o.has('printf') ? filled.replaceAll('\\n', '\n').replaceAll('\\t', '\t') : `${filled}\n`,
        );
        continue;
      }
      const name = node.kind === 'link' ? `${path} -> ${node.target}` : path;
      yield* p.print(
        `  File: ${name}\n  Size: ${field('s')?.padEnd(10)}\tBlocks: ${field('b')?.padEnd(10)} IO Block: 4096   ${kind}\n`,
      );
      yield* p.print(
        flavour === 'gnu'
          ? `Device: 0,61\tInode: ${inode.toString().padEnd(11)} Links: ${field('h')}\n`
          : `Device: 3dh/61d\tInode: ${inode.toString().padEnd(10)}  Links: ${field('h')}\n`,
      );
      yield* p.print(
        `Access: (${octal.padStart(4, '0')}/${modeString(node)})  Uid: (${field('u')?.padStart(5)}/${field('U')?.padStart(8)})   Gid: (${field('g')?.padStart(5)}/${field('G')?.padStart(8)})\n`,
      );
      yield* p.print(
        `Access: ${when}\nModify: ${when}\nChange: ${when}\n${flavour === 'gnu' ? ` Birth: ${when}\n` : ''}`,
      );
    } catch (error) {
      code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `stat: cannot statx ${quoted(path)}: ${reason(error)}\n`
          : `stat: can't ${o.has('f') ? 'read file system information for' : 'stat'} '${path}': ${reason(error)}\n`,
      );
    }
  }
  return code;
}

/** What `stat -f` shows: the disk of df(1). */
function fileSystem(path: string, flavour: Flavour): string {
  const size = `Block size: 4096 ${flavour === 'gnu' ? '      Fundamental block size: 4096' : '     '}\n`;
  return `  File: "${path}"\n    ID: 5a3e7d2c91b04f68 Namelen: 255     Type: overlayfs\n${size}Blocks: Total: 15308792   Free: 11271168   Available: 10489984\nInodes: Total: 3907584    Free: 3610240\n`;
}
