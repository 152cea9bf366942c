import { Errno } from '../../kernel/errno.ts';
import { type FsNode, sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { blocksOf, byBytes, humanSize, join, linkCount, modeString } from '../tool/files.ts';
import { type Options, parseOptions } from '../tool/options.ts';
import { formatTime } from '../tool/time.ts';
import { credentials, type Flavour, quoted, reason } from '../tool/tool.ts';
import { groupName, userName } from '../tool/users.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly node: FsNode;
}

/** ls(1): -a -A -l -1 -C -x -m -h -d -R -t -S -r -i -s -n -g -o -F -p -L -U. Columns on a terminal, C locale order. */
export function* ls(p: Process, flavour: Flavour): Sys<number> {
  const o = parseOptions(p, {
    short: 'aAl1CxmhdRtSrisngoFpLHUcukqQNZGvXfw:T:I:',
    long: {
      all: 'a',
      'almost-all': 'A',
      'human-readable': 'h',
      directory: 'd',
      recursive: 'R',
      reverse: 'r',
      inode: 'i',
      size: 's',
      'numeric-uid-gid': 'n',
      'no-group': 'G',
      classify: 'F',
      dereference: 'L',
      color: 'color?',
      'group-directories-first': 'dirs',
      'full-time': 'full',
      'time-style': 'style:',
      sort: 'sort:',
      width: 'w:',
      quote: 'Q',
    },
    code: flavour === 'gnu' ? 2 : 1,
  });
  const lister = new Lister(p, flavour, o);
  return yield* lister.run();
}

class Lister {
  readonly p: Process;
  readonly flavour: Flavour;
  readonly o: Options;
  readonly long: boolean;
  code = 0;
  #first = true;

  constructor(p: Process, flavour: Flavour, o: Options) {
    this.p = p;
    this.flavour = flavour;
    this.o = o;
    this.long = o.has('n', 'g', 'o', 'full') || o.last('l', 'C', 'x', 'm') === 'l';
  }

  *run(): Sys<number> {
    const { p, o } = this;
    const operands = o.args.length === 0 ? ['.'] : o.args;
    const files: Entry[] = [];
    const directories: Entry[] = [];
    for (const path of operands) {
      try {
        const link = p.fs.lstat(path, p.cwd, credentials(p));
        const followed = !(this.long || o.has('d', 'F')) || o.has('L', 'H') || path.endsWith('/');
        const node = link.kind === 'link' && followed ? this.#target(path, link) : link;
        (node.kind === 'directory' && !o.has('d') ? directories : files).push({ name: path, path, node });
      } catch (error) {
        this.code = this.flavour === 'gnu' ? 2 : 1;
        yield* p.error(
          this.flavour === 'gnu'
            ? `ls: cannot access ${quoted(path)}: ${reason(error)}\n`
            : `ls: ${path}: ${reason(error)}\n`,
        );
      }
    }
    if (files.length > 0) {
      yield* this.#show(this.#sorted(files));
      this.#first = false;
    }
    const titled = operands.length > 1 || o.has('R');
    for (const directory of this.#sorted(directories)) yield* this.#directory(directory.path, titled);
    return this.code;
  }

  #target(path: string, link: FsNode): FsNode {
    try {
      return this.p.fs.stat(path, this.p.cwd, credentials(this.p));
    } catch (error) {
      if (error instanceof Errno) return link;
      throw error;
    }
  }

  *#directory(path: string, titled: boolean): Sys<void> {
    const { p, o } = this;
    let names: string[];
    try {
      names = p.fs.list(path, p.cwd, credentials(p));
    } catch (error) {
      this.code =
        this.flavour === 'gnu'
          ? Math.max(this.code, o.args.includes(path) || o.args.length === 0 ? 2 : 1)
          : 1;
      yield* p.error(
        this.flavour === 'gnu'
          ? `ls: cannot open directory ${quoted(path)}: ${reason(error)}\n`
          : `ls: can't open '${path}': ${reason(error)}\n`,
      );
      return;
    }
    if (titled) yield* p.print(`${this.#first ? '' : '\n'}${path}:\n`);
    this.#first = false;
    if (o.has('a', 'f')) names.unshift('.', '..');
    else if (!o.has('A')) names = names.filter((name) => !name.startsWith('.'));
    const entries: Entry[] = [];
    for (const name of names) {
      const full = join(path, name);
      try {
        const link = p.fs.lstat(full, p.cwd, credentials(p));
        entries.push({
          name,
          path: full,
          node: o.has('L') && link.kind === 'link' ? this.#target(full, link) : link,
        });
      } catch (error) {
        this.code = 1;
        yield* p.error(`ls: cannot access ${quoted(full)}: ${reason(error)}\n`);
      }
    }
    const sorted = this.#sorted(entries);
    if (this.long || o.has('s')) {
      const total = sorted.reduce((n, entry) => n + blocksOf(entry.node), 0);
      yield* p.print(`total ${o.has('h') ? humanSize(total * 1024, this.flavour) : total}\n`);
    }
    yield* this.#show(sorted);
    yield TURN;
    if (!o.has('R')) return;
    for (const entry of sorted) {
      if (entry.node.kind === 'directory' && entry.name !== '.' && entry.name !== '..')
        yield* this.#directory(entry.path, true);
    }
  }

  #sorted(entries: readonly Entry[]): Entry[] {
    const { o } = this;
    const by =
      o.get('sort') ??
      { t: 'time', S: 'size', U: 'none', f: 'none', X: 'extension', v: 'version' }[
        o.last('t', 'S', 'U', 'f', 'X', 'v') ?? ''
      ];
    const out = [...entries];
    if (by !== 'none') {
      out.sort((a, b) => {
        if (by === 'time' && a.node.mtime !== b.node.mtime) return b.node.mtime - a.node.mtime;
        if (by === 'size' && sizeOf(a.node) !== sizeOf(b.node)) return sizeOf(b.node) - sizeOf(a.node);
        return byBytes(a.name, b.name);
      });
      if (o.has('r')) out.reverse();
      if (o.has('dirs'))
        out.sort((a, b) => Number(b.node.kind === 'directory') - Number(a.node.kind === 'directory'));
    }
    return out;
  }

  #label(entry: Entry): string {
    const { o } = this;
    const { node } = entry;
    let mark = '';
    if (o.has('F')) {
      if (node.kind === 'directory') mark = '/';
      else if (node.kind === 'link') mark = this.long ? '' : '@';
      else if (node.kind === 'file' && (node.mode & 0o111) !== 0) mark = '*';
    } else if (o.has('p') && node.kind === 'directory') mark = '/';
    const name =
      this.p.isatty(1) && this.flavour === 'gnu' && !o.has('N') && /[\s'"$&*()<>;|?\\]/.test(entry.name)
        ? quoted(entry.name)
        : o.has('Q')
          ? `"${entry.name}"`
          : entry.name;
    return name + mark;
  }

  #inode(entry: Entry): string {
    const { absolute } = this.p.fs.resolve(entry.path, this.p.cwd, { follow: false });
    let hash = 7;
    for (let i = 0; i < absolute.length; i++) hash = (Math.imul(hash, 31) + absolute.charCodeAt(i)) >>> 0;
    return String(1_000_000 + (hash % 8_000_000));
  }

  *#show(entries: readonly Entry[]): Sys<void> {
    if (this.long) yield* this.#showLong(entries);
    else yield* this.#showNames(entries);
  }

  *#showLong(entries: readonly Entry[]): Sys<void> {
    const { p, o, flavour } = this;
    const numeric = o.has('n');
    const rows = entries.map((entry) => {
      const { node } = entry;
      const size =
        node.kind === 'device' && node.device !== 'socket'
          ? deviceNumber(entry.name, flavour)
          : o.has('h')
            ? humanSize(sizeOf(node), flavour)
            : String(sizeOf(node));
      return {
        entry,
        mode: modeString(node),
        links: String(linkCount(node)),
        user: numeric ? String(node.uid) : userName(p, node.uid),
        group: numeric ? String(node.gid) : groupName(p, node.gid),
        size,
        time: this.#time(node.mtime),
      };
    });
    const width = (key: 'links' | 'user' | 'group' | 'size'): number =>
      Math.max(0, ...rows.map((row) => row[key].length));
    const wide = { links: width('links'), user: width('user'), group: width('group'), size: width('size') };
    if (flavour === 'busybox') Object.assign(wide, { links: 5, user: 8, group: 8, size: 9 });
    for (const row of rows) {
      const { node } = row.entry;
      const parts = [
        ...(o.has('i') ? [this.#inode(row.entry).padStart(7)] : []),
        ...(o.has('s') ? [String(blocksOf(node)).padStart(4)] : []),
        row.mode,
        row.links.padStart(flavour === 'busybox' ? 4 : wide.links),
        ...(o.has('g') ? [] : [row.user.padEnd(wide.user)]),
        ...(o.has('o', 'G') ? [] : [row.group.padEnd(wide.group)]),
        row.size.padStart(wide.size),
        row.time,
      ];
      const arrow = node.kind === 'link' ? ` -> ${node.target}` : '';
      yield* p.print(`${parts.join(' ')} ${this.#label(row.entry)}${arrow}\n`);
    }
  }

  #time(mtime: number): string {
    const { o, p } = this;
    if (o.has('full') || o.get('style') === 'full-iso') return formatTime(mtime, '%F %T.%N %z');
    const style = o.get('style');
    if (style === 'long-iso') return formatTime(mtime, '%F %R');
    if (style?.startsWith('+') === true) return formatTime(mtime, style.slice(1));
    const age = p.kernel.clock.now - mtime;
    const recent = age < 365.2425 * 43_200_000 && age > (this.flavour === 'gnu' ? -1 : -86_400_000);
    return formatTime(mtime, recent ? '%b %e %H:%M' : '%b %e  %Y');
  }

  *#showNames(entries: readonly Entry[]): Sys<void> {
    const { p, o } = this;
    const labels = entries.map((entry) => {
      const inode = o.has('i') ? `${this.#inode(entry).padStart(7)} ` : '';
      const blocks = o.has('s') ? `${String(blocksOf(entry.node)).padStart(4)} ` : '';
      return inode + blocks + this.#label(entry);
    });
    if (labels.length === 0) return;
    const terminal = p.files.get(1)?.tty;
    const layout = o.last('1', 'C', 'x', 'm') ?? (terminal === undefined ? '1' : 'C');
    if (layout === 'm') yield* p.print(`${labels.join(', ')}\n`);
    else if (layout === '1') yield* p.print(`${labels.join('\n')}\n`);
    else {
      const columns = Number(o.get('w') ?? terminal?.columns ?? 80);
      yield* p.print(
        this.flavour === 'busybox'
          ? evenColumns(labels, columns)
          : fittedColumns(labels, columns, layout === 'x'),
      );
    }
  }
}

function deviceNumber(name: string, flavour: Flavour): string {
  const numbers: Readonly<Record<string, readonly [number, number]>> = {
    null: [1, 3],
    zero: [1, 5],
    full: [1, 7],
    random: [1, 8],
    urandom: [1, 9],
    tty: [5, 0],
    console: [5, 1],
  };
  const [major, minor] = numbers[name.replace(/^.*\//, '')] ?? [1, 3];
  return flavour === 'busybox'
    ? `${String(major).padStart(4)}, ${String(minor).padStart(3)}`
    : `${major}, ${minor}`;
}

/** GNU's columns: as many as fit, each as wide as its longest name. */
export function fittedColumns(labels: readonly string[], width: number, across = false): string {
  for (let columns = Math.min(labels.length, Math.max(1, Math.floor(width / 3))); columns > 1; columns--) {
    const rows = Math.ceil(labels.length / columns);
    if (!across && Math.ceil(labels.length / rows) !== columns) continue;
    const at = (row: number, column: number): string | undefined =>
      labels[across ? row * columns + column : column * rows + row];
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...Array.from({ length: rows }, (_r, row) => (at(row, column)?.length ?? -2) + 2)),
    );
    if (widths.reduce((a, b) => a + b, 0) - 2 >= width) continue;
    let out = '';
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column < columns; column++) {
        const label = at(row, column);
        if (label === undefined) break;
        const next = column + 1 < columns ? at(row, column + 1) : undefined;
        line += next === undefined ? label : label.padEnd(widths[column] ?? 0);
      }
      out += `${line}\n`;
    }
    return out;
  }
  return `${labels.join('\n')}\n`;
}

/** Busybox's columns: all as wide as the longest name. */
function evenColumns(labels: readonly string[], width: number): string {
  const wide = Math.max(...labels.map((label) => label.length)) + 2;
  const columns = Math.max(1, Math.floor(width / wide));
  const rows = Math.ceil(labels.length / columns);
  let out = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < columns; column++) {
      const label = labels[column * rows + row];
      if (label === undefined) break;
      line +=
        labels[(column + 1) * rows + row] === undefined || column + 1 === columns
          ? label
          : label.padEnd(wide);
    }
    out += `${line}\n`;
  }
  return out;
}
