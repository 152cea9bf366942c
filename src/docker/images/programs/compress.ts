import { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { bunzip2, bzip2 } from '../tool/bzip2.ts';
import { BadData } from '../tool/deflate.ts';
import { readAllOf } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import { credentials, type Flavour, reason } from '../tool/tool.ts';
import { unxz, xz } from '../tool/xz.ts';

interface Format {
  readonly name: string;
  readonly ending: string;
  /** `.tbz` stands for `.tar.bz2`. */
  readonly tars: RegExp;
  readonly pack: (data: Uint8Array, level: number) => Uint8Array;
  readonly unpack: (data: Uint8Array) => Uint8Array;
}

const BZIP2: Format = { name: 'bzip2', ending: '.bz2', tars: /\.tbz2?$/, pack: bzip2, unpack: bunzip2 };
const XZ: Format = { name: 'xz', ending: '.xz', tars: /\.txz$/, pack: (data) => xz(data), unpack: unxz };

/** bzip2(1), bunzip2(1), bzcat(1), xz(1), unxz(1), xzcat(1): -d -c -k -f -t -z and levels. */
export function* compress(p: Process, flavour: Flavour): Sys<number> {
  const format = /bz/.test(p.name) || /bunzip2/.test(p.name) ? BZIP2 : XZ;
  const o = parseOptions(p, {
    short: 'dckftvqz0123456789eT:',
    long: {
      decompress: 'd',
      uncompress: 'd',
      stdout: 'c',
      'to-stdout': 'c',
      keep: 'k',
      force: 'f',
      test: 't',
      compress: 'z',
      verbose: 'v',
      quiet: 'q',
      threads: 'T:',
      best: '9',
      fast: '1',
    },
  });
  const unpack = (o.has('d') || /^(?:bunzip2|unxz|bzcat|xzcat)$/.test(p.name)) && !o.has('z');
  const level = [9, 8, 7, 6, 5, 4, 3, 2, 1].find((digit) => o.has(String(digit))) ?? 9;
  const toOutput = o.has('c') || /cat$/.test(p.name) || o.args.length === 0;
  let code = 0;
  const fail = function* (path: string, why: string): Sys<void> {
    code = 1;
    const shown = path === '-' ? '(stdin)' : path;
    if (flavour === 'busybox') yield* p.error(`${p.name}: ${path}: ${why}\n`);
    else if (format === XZ) yield* p.error(`${p.name}: ${shown}: ${why}\n`);
    else yield* p.error(`${p.name}: Can't open input file ${path}: ${why}.\n`);
  };
  for (const path of o.args.length === 0 ? ['-'] : o.args) {
    try {
      const data = yield* readAllOf(p, path);
      if (toOutput && !unpack && !o.has('t') && p.isatty(1) && !o.has('f')) {
        yield* p.error(
          format === XZ
            ? `xz: Compressed data cannot be written to a terminal\nxz: Try 'xz --help' for more information.\n`
            : `bzip2: I won't write compressed data to a terminal.\nbzip2: For help, type: \`bzip2 --help'.\n`,
        );
        return 1;
      }
      const result = unpack || o.has('t') ? format.unpack(data) : format.pack(data, level);
      if (o.has('t')) continue;
      if (toOutput) {
        yield* p.print(result);
        continue;
      }
      const target = unpack ? unpacked(format, path) : `${path}${format.ending}`;
      if (target === undefined) {
        yield* fail(path, 'Filename has an unknown suffix, skipping');
        continue;
      }
      if (p.fs.exists(target, p.cwd) && !o.has('f')) {
        code = 1;
        yield* p.error(
          format === XZ
            ? `${p.name}: ${target}: File exists\n`
            : `${p.name}: Output file ${target} already exists.\n`,
        );
        continue;
      }
      p.fs.write(target, result, p.cwd, credentials(p), p.fs.stat(path, p.cwd).mode);
      if (!o.has('k')) p.fs.unlink(path, p.cwd, credentials(p));
    } catch (error) {
      if (error instanceof BadData) {
        code = format === BZIP2 && flavour === 'gnu' ? 2 : 1;
        const shown = path === '-' ? '(stdin)' : path;
        yield* p.error(
          flavour === 'busybox'
            ? `${p.name}: invalid magic\n`
            : format === XZ
              ? `${p.name}: ${shown}: ${error.message}\n`
              : `${p.name}: ${shown === '(stdin)' ? shown : path} is not a bzip2 file.\n`,
        );
      } else if (error instanceof Errno) yield* fail(path, reason(error));
      else throw error;
    }
  }
  return code;
}

function unpacked({ ending, tars }: Format, path: string): string | undefined {
  if (path.endsWith(ending)) return path.slice(0, -ending.length);
  return tars.test(path) ? path.replace(tars, '.tar') : undefined;
}
