import { concat, text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { contentOf, type FsNode, sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { packedWith } from '../tool/archive.ts';
import { bunzip2, bzip2 } from '../tool/bzip2.ts';
import { BadData, gunzip, gzip, isGzip } from '../tool/deflate.ts';
import { baseName, join, modeString, readAllOf } from '../tool/files.ts';
import { globPattern } from '../tool/glob.ts';
import { splitLines } from '../tool/lines.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage, credentials, type Flavour, reason } from '../tool/tool.ts';
import { groupName, userName } from '../tool/users.ts';
import { unxz, xz } from '../tool/xz.ts';

/** A member of an archive. */
interface Member {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'hard';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly target: string;
  readonly user: string;
  readonly group: string;
  readonly data: Uint8Array;
}

/** tar(1): c, t, x with f, v, z, C, p, O, k, --exclude, --strip-components, -T. */
export function* tar(p: Process, flavour: Flavour): Sys<number> {
  const argv = p.argv.slice(1);
  // The old style, `tar xzf`, takes its values from the words that follow.
  const [first] = argv;
  if (first !== undefined && !first.startsWith('-') && /^[ctxruvzjJfCpOkmhaP]+$/.test(first)) {
    argv.shift();
    const words = [...first].flatMap((letter) =>
      'fC'.includes(letter) ? [`-${letter}`, argv.shift() ?? ''] : [`-${letter}`],
    );
    argv.unshift(...words);
  }
  const o = parseOptions(
    p,
    {
      short: 'ctxruvzjJaf:C:pOkmhPT:X:W',
      long: {
        create: 'c',
        list: 't',
        extract: 'x',
        get: 'x',
        append: 'r',
        verbose: 'v',
        gzip: 'z',
        gunzip: 'z',
        bzip2: 'j',
        xz: 'J',
        file: 'f:',
        directory: 'C:',
        'to-stdout': 'O',
        'preserve-permissions': 'p',
        exclude: 'exclude:',
        'strip-components': 'strip:',
        'files-from': 'T:',
        'keep-old-files': 'k',
        'auto-compress': 'a',
        'no-same-owner': 'noowner',
        'same-owner': 'owner',
        'numeric-owner': 'numeric',
        owner: 'setowner:',
        group: 'setgroup:',
        sort: 'sort:',
        mtime: 'mtime:',
        transform: 'transform:',
        wildcards: 'wild',
        overwrite: 'overwrite',
      },
      code: flavour === 'gnu' ? 2 : 1,
    },
    argv,
  );
  const action = o.last('c', 't', 'x');
  if (action === undefined) {
    if (flavour === 'busybox') throw new BadUsage('');
    yield* p.error(
      "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar --help' or 'tar --usage' for more information.\n",
    );
    return 2;
  }
  const folder = o.get('C');
  const cwd = folder === undefined ? p.cwd : p.fs.resolve(folder, p.cwd).absolute;
  if (folder !== undefined && !p.fs.isDirectory(folder, p.cwd)) {
    yield* p.error(
      flavour === 'gnu'
        ? `tar: ${folder}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n`
        : `tar: can't change directory to '${folder}': No such file or directory\n`,
    );
    return flavour === 'gnu' ? 2 : 1;
  }
  if (action === 'c') return yield* create(p, flavour, o, cwd);
  return yield* readArchive(p, flavour, o, cwd, action);
}

function* create(p: Process, flavour: Flavour, o: Options, cwd: string): Sys<number> {
  const names = [...o.args];
  const list = o.get('T');
  if (list !== undefined) names.push(...splitLines(text(yield* readAllOf(p, list))));
  if (names.length === 0) {
    yield* p.error(
      flavour === 'gnu'
        ? "tar: Cowardly refusing to create an empty archive\nTry 'tar --help' or 'tar --usage' for more information.\n"
        : 'tar: empty archive\n',
    );
    return flavour === 'gnu' ? 2 : 1;
  }
  const file = o.get('f') ?? '-';
  const parts: Uint8Array[] = [];
  let code = 0;
  const excluded = o.all('exclude').map((glob) => globPattern(glob));
  const archive = file === '-' ? '' : p.fs.resolve(file, p.cwd).absolute;
  const add = function* (path: string): Sys<void> {
    if (
      excluded.some(
        (pattern) =>
          pattern.test(path) || pattern.test(path.replace(/^\.\//, '')) || pattern.test(baseName(path)),
      )
    )
      return;
    let node: FsNode;
    try {
      node = p.fs.lstat(path, cwd, credentials(p));
    } catch (error) {
      code = flavour === 'gnu' ? 2 : 1;
      yield* p.error(
        flavour === 'gnu'
          ? `tar: ${path}: Cannot stat: ${reason(error)}\n`
          : `tar: ${path}: ${reason(error)}\n`,
      );
      return;
    }
    if (p.fs.resolve(path, cwd, { follow: false }).absolute === archive) {
      yield* p.error(
        flavour === 'gnu'
          ? `tar: ${path}: file is the archive; not dumped\n`
          : `tar: ${path}: file is the archive; skipping\n`,
      );
      return;
    }
    const name = path.replace(/^\/+/, '') || './';
    if (o.has('v'))
      yield* file === '-'
        ? p.error(`${path}${node.kind === 'directory' ? '/' : ''}\n`)
        : p.print(`${path.replace(/\/$/, '')}${node.kind === 'directory' ? '/' : ''}\n`);
    parts.push(...encode(p, name.replace(/\/$/, '') || '.', node));
    if (node.kind !== 'directory') return;
    for (const child of p.fs.list(path, cwd, credentials(p))) yield* add(join(path, child));
    yield TURN;
  };
  if (names.some((name) => name.startsWith('/')))
    yield* p.error(
      flavour === 'gnu'
        ? "tar: Removing leading `/' from member names\n"
        : "tar: removing leading '/' from member names\n",
    );
  for (const name of names) yield* add(name);
  parts.push(new Uint8Array(1024));
  let whole = concat(parts);
  const padding = whole.length % 10_240;
  if (padding > 0) whole = concat([whole, new Uint8Array(10_240 - padding)]);
  if (o.has('z') || (o.has('a') && /\.t?gz$/.test(file))) whole = gzip(whole, p.kernel.clock.now);
  else if (o.has('j') || (o.has('a') && /\.(?:tbz2?|bz2)$/.test(file))) whole = bzip2(whole);
  else if (o.has('J') || (o.has('a') && /\.t?xz$/.test(file))) whole = xz(whole);
  if (file === '-') yield* p.print(whole);
  else {
    try {
      p.fs.write(file, whole, p.cwd, credentials(p), 0o666 & ~p.umask);
    } catch (error) {
      yield* p.error(
        flavour === 'gnu'
          ? `tar: ${file}: Cannot open: ${reason(error)}\ntar: Error is not recoverable: exiting now\n`
          : `tar: can't open '${file}': ${reason(error)}\n`,
      );
      return flavour === 'gnu' ? 2 : 1;
    }
  }
  if (code !== 0)
    yield* p.error(
      flavour === 'gnu'
        ? 'tar: Exiting with failure status due to previous errors\n'
        : 'tar: error exit delayed from previous errors\n',
    );
  return code;
}

function encode(p: Process, name: string, node: FsNode): Uint8Array[] {
  const full = node.kind === 'directory' ? `${name}/` : name;
  const head = new Uint8Array(512);
  const put = (at: number, value: string): void => head.set(utf8(value), at);
  const octal = (at: number, size: number, value: number): void =>
    put(at, value.toString(8).padStart(size - 1, '0'));
  const encoded = utf8(full);
  const parts: Uint8Array[] = [];
  // Names too long for the header come in a member of their own before it, as GNU tar writes them.
  if (encoded.length > 100) {
    const long = new Uint8Array(512);
    long.set(utf8('././@LongLink'));
    const size = encoded.length + 1;
    long.set(
      utf8(`0000000\0${'0000000'}\0${'0000000'}\0${size.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`),
      100,
    );
    long.set(utf8('L'), 156);
    long.set(utf8('ustar  \0'), 257);
    seal(long);
    const body = new Uint8Array(Math.ceil(size / 512) * 512);
    body.set(encoded);
    parts.push(long, body);
  }
  head.set(encoded.subarray(0, 100));
  octal(100, 8, node.mode & 0o7777);
  octal(108, 8, node.uid);
  octal(116, 8, node.gid);
  const data = node.kind === 'file' ? contentOf(node) : new Uint8Array(0);
  octal(124, 12, data.length);
  octal(136, 12, Math.floor(node.mtime / 1000));
  put(156, node.kind === 'directory' ? '5' : node.kind === 'link' ? '2' : '0');
  if (node.kind === 'link') put(157, node.target.slice(0, 100));
  put(257, 'ustar  \0');
  put(265, userName(p, node.uid).slice(0, 31));
  put(297, groupName(p, node.gid).slice(0, 31));
  seal(head);
  parts.push(head);
  if (data.length > 0) {
    const body = new Uint8Array(Math.ceil(data.length / 512) * 512);
    body.set(data);
    parts.push(body);
  }
  return parts;
}

function seal(head: Uint8Array): void {
  head.fill(0x20, 148, 156);
  const sum = head.reduce((a, b) => a + b, 0);
  head.set(utf8(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
}

/** The members of an archive. Throws BadData for what is none. */
function decode(data: Uint8Array): Member[] {
  const out: Member[] = [];
  let longName: string | undefined;
  let longLink: string | undefined;
  let pax = new Map<string, string>();
  for (let at = 0; at + 512 <= data.length; ) {
    const head = data.subarray(at, at + 512);
    if (head.every((byte) => byte === 0)) break;
    const field = (from: number, size: number): string => {
      const part = head.subarray(from, from + size);
      const end = part.indexOf(0);
      return text(end < 0 ? part : part.subarray(0, end));
    };
    const octal = (from: number, size: number): number =>
      Number.parseInt(field(from, size).trim() || '0', 8) || 0;
    if (octal(148, 8) !== head.reduce((a, b, i) => a + (i >= 148 && i < 156 ? 0x20 : b), 0))
      throw new BadData('This does not look like a tar archive');
    const size = pax.has('size') ? Number(pax.get('size')) : octal(124, 12);
    const body = data.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    const type = field(156, 1);
    if (type === 'L') longName = text(body).replace(/\0.*$/s, '');
    else if (type === 'K') longLink = text(body).replace(/\0.*$/s, '');
    else if (type === 'x' || type === 'g') {
      for (const match of text(body).matchAll(/\d+ ([^=\n]+)=([^\n]*)\n/g))
        pax.set(match[1] ?? '', match[2] ?? '');
    } else {
      const prefix =
        field(257, 6) === 'ustar' && field(345, 155) !== '' && !field(257, 8).endsWith(' ')
          ? `${field(345, 155)}/`
          : '';
      out.push({
        name: pax.get('path') ?? longName ?? prefix + field(0, 100),
        kind: type === '5' ? 'directory' : type === '2' ? 'link' : type === '1' ? 'hard' : 'file',
        mode: octal(100, 8) & 0o7777,
        uid: octal(108, 8),
        gid: octal(116, 8),
        mtime: octal(136, 12) * 1000,
        target: pax.get('linkpath') ?? longLink ?? field(157, 100),
        user: field(265, 32),
        group: field(297, 32),
        data: body,
      });
      longName = undefined;
      longLink = undefined;
      pax = new Map();
    }
  }
  return out;
}

function* readArchive(
  p: Process,
  flavour: Flavour,
  o: Options,
  cwd: string,
  action: 't' | 'x' | string,
): Sys<number> {
  const file = o.get('f') ?? '-';
  let members: Member[];
  try {
    let data = yield* readAllOf(p, file);
    const packed = packedWith(data);
    if (isGzip(data)) data = gunzip(data);
    else if (packed === 'bzip2') data = bunzip2(data);
    else if (packed === 'xz') data = unxz(data);
    else if (o.has('z')) throw new BadData('not in gzip format');
    if (data.length === 0 && flavour === 'busybox') throw new BadData('short read');
    if (data.length > 0 && data.length < 512 && flavour === 'busybox') throw new BadData('short read');
    members = decode(data);
  } catch (error) {
    if (error instanceof Errno)
      yield* p.error(
        flavour === 'gnu'
          ? o.has('z')
            ? `tar (child): ${file}: Cannot open: ${error.message}\ntar (child): Error is not recoverable: exiting now\ntar: Child returned status 2\ntar: Error is not recoverable: exiting now\n`
            : `tar: ${file}: Cannot open: ${error.message}\ntar: Error is not recoverable: exiting now\n`
          : `tar: can't open '${file}': ${error.message}\n`,
      );
    else if (error instanceof BadData)
      yield* p.error(
        flavour === 'busybox'
          ? error.message === 'not in gzip format'
            ? 'tar: invalid magic\ntar: short read\n'
            : `tar: ${error.message === 'short read' ? 'short read' : 'invalid tar magic'}\n`
          : error.message === 'not in gzip format'
            ? '\ngzip: stdin: not in gzip format\ntar: Child returned status 1\ntar: Error is not recoverable: exiting now\n'
            : `tar: ${error.message}\n${error.message.startsWith('This does not') ? 'tar: Skipping to next header\n' : ''}tar: Exiting with failure status due to previous errors\n`,
      );
    else throw error;
    return flavour === 'gnu' ? 2 : 1;
  }
  const wanted = o.args.map((name) => name.replace(/\/$/, ''));
  const found = new Set<string>();
  const chosen = members.filter((member) => {
    const name = member.name.replace(/\/$/, '');
    if (o.all('exclude').some((glob) => globPattern(glob).test(name))) return false;
    if (wanted.length === 0) return true;
    const by = wanted.find(
      (want) =>
        name === want || name.startsWith(`${want}/`) || (o.has('wild') && globPattern(want).test(name)),
    );
    if (by !== undefined) found.add(by);
    return by !== undefined;
  });
  let code = 0;
  for (const member of chosen) {
    if (action === 't') yield* p.print(`${o.has('v') ? listed(p, member, flavour) : member.name}\n`);
    else if (!(yield* extract(p, flavour, o, cwd, member))) code = flavour === 'gnu' ? 2 : 1;
    yield TURN;
  }
  for (const want of wanted) {
    if (found.has(want)) continue;
    code = flavour === 'gnu' ? 2 : 1;
    yield* p.error(`tar: ${want}: ${flavour === 'gnu' ? 'Not found in archive' : 'not found in archive'}\n`);
  }
  if (code !== 0 && flavour === 'gnu')
    yield* p.error('tar: Exiting with failure status due to previous errors\n');
  return code;
}

function listed(p: Process, member: Member, flavour: Flavour): string {
  const node: FsNode =
    member.kind === 'directory'
      ? { kind: 'directory', owner: {}, mode: member.mode, uid: 0, gid: 0, mtime: 0, entries: new Map() }
      : member.kind === 'link'
        ? { kind: 'link', target: member.target, mode: 0o777, uid: 0, gid: 0, mtime: 0 }
        : { kind: 'file', owner: {}, data: member.data.length, mode: member.mode, uid: 0, gid: 0, mtime: 0 };
  const owner = `${member.user || userName(p, member.uid)}/${member.group || groupName(p, member.gid)}`;
  const size = String(node.kind === 'file' ? sizeOf(node) : 0);
  const when = formatTime(member.mtime, flavour === 'gnu' ? '%F %R' : '%F %T');
  const arrow =
    member.kind === 'link'
      ? ` -> ${member.target}`
      : member.kind === 'hard'
        ? ` link to ${member.target}`
        : '';
  const width = flavour === 'gnu' ? Math.max(size.length, 19 - owner.length - 1) : 9;
  return `${modeString(node)} ${owner} ${size.padStart(width)} ${when} ${member.name}${arrow}`;
}

function* extract(p: Process, flavour: Flavour, o: Options, cwd: string, member: Member): Sys<boolean> {
  const strip = Number(o.get('strip') ?? 0);
  const parts = member.name
    .replace(/^\/+/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.length <= strip) return true;
  const name = parts.slice(strip).join('/');
  if (parts.includes('..')) {
    yield* p.error(`tar: ${member.name}: Member name contains '..'\n`);
    return false;
  }
  if (o.has('O')) {
    if (member.kind === 'file') yield* p.print(member.data);
    return true;
  }
  if (o.has('v')) yield* p.print(`${member.name}\n`);
  const as = credentials(p);
  const owner =
    as.uid === 0 && !o.has('noowner') ? { uid: member.uid, gid: member.gid } : { uid: as.uid, gid: as.gid };
  try {
    const parent = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '.';
    if (!p.fs.exists(parent, cwd)) p.fs.mkdir(parent, cwd, { parents: true, as });
    if (member.kind === 'directory') {
      if (!p.fs.isDirectory(name, cwd)) p.fs.mkdir(name, cwd, { mode: member.mode, as });
      p.fs.change(name, { mode: member.mode, mtime: member.mtime, ...(as.uid === 0 ? owner : {}) }, cwd, as);
      return true;
    }
    const { node: there } = p.fs.resolve(name, cwd, { follow: false });
    if (there !== undefined) {
      if (o.has('k')) {
        yield* p.error(`tar: ${name}: Cannot open: File exists\n`);
        return false;
      }
      if (there.kind === 'directory') throw new Errno('EISDIR');
      p.fs.unlink(name, cwd, as);
    }
    if (member.kind === 'link')
      p.fs.place(
        name,
        { kind: 'link', target: member.target, mode: 0o777, mtime: member.mtime, ...owner },
        cwd,
        as,
      );
    else {
      const source = member.kind === 'hard' ? p.fs.stat(member.target, cwd) : undefined;
      const data = source?.kind === 'file' ? source.data : member.data.slice();
      const program = source?.kind === 'file' ? source.program : undefined;
      p.fs.place(
        name,
        {
          kind: 'file',
          data,
          program,
          mode: as.uid === 0 || o.has('p') ? member.mode : member.mode & ~p.umask,
          mtime: member.mtime,
          ...owner,
        },
        cwd,
        as,
      );
    }
    return true;
  } catch (error) {
    yield* p.error(
      flavour === 'gnu'
        ? `tar: ${name}: Cannot open: ${reason(error)}\n`
        : `tar: can't open '${name}': ${reason(error)}\n`,
    );
    return false;
  }
}

/** gzip(1), gunzip(1), zcat(1): -d -c -k -f -l -n levels. */
export function* gzipProgram(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'dckfvnqtl123456789r',
    long: { decompress: 'd', stdout: 'c', keep: 'k', force: 'f', fast: '1', best: '9', test: 't', list: 'l' },
  });
  const unpack = o.has('d') || /^(gunzip|zcat|gzcat)$/.test(p.name);
  const toOutput = o.has('c') || p.name === 'zcat' || o.args.length === 0;
  let code = 0;
  for (const path of o.args.length === 0 ? ['-'] : o.args) {
    try {
      if (unpack && !toOutput && !o.has('t') && p.fs.exists(path, p.cwd) && !/\.(gz|tgz)$/.test(path)) {
        yield* p.error(
          flavour === 'gnu'
            ? `gzip: ${path}: unknown suffix -- ignored\n`
            : `${p.name}: ${path}: unknown suffix - ignored\n`,
        );
        code = flavour === 'gnu' ? 2 : 1;
        continue;
      }
      const data = yield* readAllOf(p, path);
      if (o.has('l')) {
        const size = gunzip(data).length;
        const rate = size === 0 ? 0 : (1 - (data.length - 18) / size) * 100;
        const name = path === '-' ? 'stdout' : path.replace(/\.gz$/, '');
        if (path === (o.args[0] ?? '-'))
          yield* p.print('         compressed        uncompressed  ratio uncompressed_name\n');
        const columns = [String(data.length).padStart(19), String(size).padStart(19)];
        yield* p.print(`${columns.join(' ')} ${rate.toFixed(1).padStart(5)}% ${name}\n`);
        continue;
      }
      const result = unpack || o.has('t') ? gunzip(data) : gzip(data, p.kernel.clock.now);
      if (o.has('t')) continue;
      if (toOutput) {
        yield* p.print(result);
        continue;
      }
      const target = unpack ? path.replace(/\.gz$/, '').replace(/\.tgz$/, '.tar') : `${path}.gz`;
      if (p.fs.exists(target, p.cwd) && !o.has('f')) {
        yield* p.error(
          flavour === 'gnu'
            ? `gzip: ${target} already exists;\tnot overwritten\n`
            : `${p.name}: can't open '${target}': File exists\n`,
        );
        code = flavour === 'gnu' ? 2 : 1;
        continue;
      }
      const old = p.fs.stat(path, p.cwd);
      p.fs.write(target, result, p.cwd, credentials(p), old.mode);
      if (!o.has('k')) p.fs.unlink(path, p.cwd, credentials(p));
    } catch (error) {
      code = 1;
      if (flavour === 'busybox')
        yield* p.error(
          error instanceof BadData
            ? `${p.name}: ${p.name === 'zcat' ? 'no gzip/bzip2/xz magic' : 'invalid magic'}\n`
            : `${p.name}: ${path}: ${reason(error)}\n`,
        );
      else if (error instanceof BadData)
        yield* p.error(
          `\ngzip: ${path === '-' ? 'stdin' : path}: ${error.message}\n`.replace(
            /^\n/,
            path === '-' ? '\n' : '',
          ),
        );
      else yield* p.error(`gzip: ${path}: ${reason(error)}\n`);
    }
  }
  return code;
}
