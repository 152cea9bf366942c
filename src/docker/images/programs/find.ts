import { Errno } from '../../kernel/errno.ts';
import { spawnChild } from '../../kernel/exec.ts';
import { type FsNode, sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { baseName, blocksOf, dirName, join, linkCount, modeString } from '../tool/files.ts';
import { globPattern } from '../tool/glob.ts';
import { formatTime } from '../tool/time.ts';
import { BadUsage, credentials, Failure, type Flavour, quoted, reason } from '../tool/tool.ts';
import { gidOf, groupName, uidOf, userName } from '../tool/users.ts';

interface Found {
  readonly path: string;
  readonly node: FsNode;
  readonly depth: number;
  readonly start: string;
}

type Test = (found: Found) => Sys<boolean>;

/** What the walk is told by global options and by -prune, -quit. */
interface Walk {
  min: number;
  max: number;
  depthFirst: boolean;
  follow: boolean;
  oneSystem: boolean;
  pruned: boolean;
  quit: boolean;
  code: number;
}

/** find(1) with the usual tests and actions. */
export function* find(p: Process, flavour: Flavour): Sys<number> {
  const args = p.argv.slice(1);
  const walk: Walk = {
    min: 0,
    max: Number.POSITIVE_INFINITY,
    depthFirst: false,
    follow: false,
    oneSystem: false,
    pruned: false,
    quit: false,
    code: 0,
  };
  while (/^-[HLP]$/.test(args[0] ?? '')) walk.follow = args.shift() === '-L';
  const paths: string[] = [];
  while (args[0] !== undefined && !/^(-.|\(|!|\))/.test(args[0])) paths.push(args.shift() ?? '');
  if (paths.length === 0) paths.push('.');
  const expression = new Expression(p, flavour, args, walk);
  const test = expression.parse();
  for (const start of paths) {
    if (walk.quit) break;
    try {
      const node = walk.follow
        ? p.fs.stat(start, p.cwd, credentials(p))
        : p.fs.lstat(start, p.cwd, credentials(p));
      yield* visit(p, flavour, { path: start, node, depth: 0, start }, test, walk);
    } catch (error) {
      walk.code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `find: ${quoted(start)}: ${reason(error)}\n`
          : `find: ${start}: ${reason(error)}\n`,
      );
    }
  }
  if (!walk.quit || expression.batches.length > 0) yield* expression.finish();
  return walk.code;
}

function* visit(p: Process, flavour: Flavour, found: Found, test: Test, walk: Walk): Sys<void> {
  walk.pruned = false;
  if (!walk.depthFirst && found.depth >= walk.min) yield* test(found);
  if (walk.quit) return;
  if (found.node.kind === 'directory' && !(walk.pruned && !walk.depthFirst) && found.depth < walk.max) {
    let names: string[] = [];
    try {
      names = p.fs.list(found.path, p.cwd, credentials(p));
    } catch (error) {
      walk.code = 1;
      yield* p.error(
        flavour === 'gnu'
          ? `find: ${quoted(found.path)}: ${reason(error)}\n`
          : `find: ${found.path}: ${reason(error)}\n`,
      );
    }
    yield TURN;
    for (const name of names) {
      const path = join(found.path, name);
      let node: FsNode;
      try {
        node = p.fs.lstat(path, p.cwd, credentials(p));
        if (walk.follow && node.kind === 'link' && p.fs.exists(path, p.cwd)) node = p.fs.stat(path, p.cwd);
      } catch (error) {
        if (error instanceof Errno) continue;
        throw error;
      }
      if (walk.oneSystem && p.fs.resolve(path, p.cwd).mount !== p.fs.resolve(found.start, p.cwd).mount)
        continue;
      yield* visit(p, flavour, { path, node, depth: found.depth + 1, start: found.start }, test, walk);
      if (walk.quit) return;
    }
  }
  if (walk.depthFirst && found.depth >= walk.min) yield* test(found);
}

/** Recursive descent over `find`'s expression. */
class Expression {
  readonly #p: Process;
  readonly #flavour: Flavour;
  readonly #args: string[];
  readonly #walk: Walk;
  #acts = false;
  /** `-exec … +` collected until the end. */
  readonly batches: { command: string[]; paths: string[]; directory: string | undefined }[] = [];

  constructor(p: Process, flavour: Flavour, args: string[], walk: Walk) {
    this.#p = p;
    this.#flavour = flavour;
    this.#args = args;
    this.#walk = walk;
  }

  parse(): Test {
    const test = this.#args.length === 0 ? constant(true) : this.#or();
    if (this.#args.length > 0) {
      if (this.#args[0] === ')') throw new Failure("you have too many ')'");
      throw new Failure(`paths must precede expression: \`${this.#args[0]}'`);
    }
    if (this.#acts) return test;
    const print = this.#print('\n');
    return function* (found) {
      return (yield* test(found)) && (yield* print(found));
    };
  }

  #or(): Test {
    let left = this.#and();
    for (;;) {
      const word = this.#args[0];
      if (word === '-o' || word === '-or') {
        this.#args.shift();
        const a = left;
        const b = this.#and();
        left = function* (found) {
          return (yield* a(found)) || (yield* b(found));
        };
      } else if (word === ',') {
        this.#args.shift();
        const a = left;
        const b = this.#and();
        left = function* (found) {
          yield* a(found);
          return yield* b(found);
        };
      } else return left;
    }
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      const word = this.#args[0];
      if (word === undefined || word === '-o' || word === '-or' || word === ',' || word === ')') return left;
      if (word === '-a' || word === '-and') this.#args.shift();
      const a = left;
      const b = this.#not();
      left = function* (found) {
        return (yield* a(found)) && (yield* b(found));
      };
    }
  }

  #not(): Test {
    const word = this.#args.shift();
    if (word === '!' || word === '-not') {
      const inner = this.#not();
      return function* (found) {
        return !(yield* inner(found));
      };
    }
    if (word === '(') {
      const inner = this.#or();
      if (this.#args.shift() !== ')')
        throw new Failure("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    return this.#primary(word ?? '');
  }

  #value(name: string): string {
    const value = this.#args.shift();
    if (value === undefined)
      throw new Failure(
        this.#flavour === 'gnu' ? `missing argument to \`${name}'` : `${name} requires an argument`,
      );
    return value;
  }

  #primary(name: string): Test {
    const p = this.#p;
    const walk = this.#walk;
    switch (name) {
      case '-true':
        return constant(true);
      case '-false':
        return constant(false);
      case '-maxdepth':
        walk.max = this.#depth(name);
        return constant(true);
      case '-mindepth':
        walk.min = this.#depth(name);
        return constant(true);
      case '-depth':
        walk.depthFirst = true;
        return constant(true);
      case '-follow':
        walk.follow = true;
        return constant(true);
      case '-xdev':
      case '-mount':
        walk.oneSystem = true;
        return constant(true);
      case '-name':
      case '-iname': {
        const pattern = globPattern(this.#value(name), { ignoreCase: name === '-iname' });
        return plain(({ path }) => pattern.test(baseName(path)));
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const pattern = globPattern(this.#value(name), { ignoreCase: name === '-ipath' });
        return plain(({ path }) => pattern.test(path));
      }
      case '-regex': {
        const pattern = new RegExp(`^(?:${this.#value(name).replace(/\\([(|)])/g, '$1')})$`);
        return plain(({ path }) => pattern.test(path));
      }
      case '-type': {
        const letters = this.#value(name).split(',');
        if (letters.some((letter) => !/^[fdlcbps]$/.test(letter)))
          throw new Failure(`Unknown argument to -type: ${letters.join(',')}`);
        return plain(({ node }) =>
          letters.includes({ file: 'f', directory: 'd', link: 'l', device: 'c' }[node.kind]),
        );
      }
      case '-empty':
        return plain(({ node }) =>
          node.kind === 'directory' ? node.entries.size === 0 : node.kind === 'file' && sizeOf(node) === 0,
        );
      case '-size': {
        const match = /^([-+]?)(\d+)([cwbkMG]?)$/.exec(this.#value(name));
        if (match === null) throw new Failure("invalid argument to `-size'");
        const unit =
          { c: 1, w: 2, b: 512, '': 512, k: 1024, M: 1048576, G: 1073741824 }[match[3] ?? ''] ?? 512;
        return plain(({ node }) => compare(match[1] ?? '', Math.ceil(sizeOf(node) / unit), Number(match[2])));
      }
      case '-mtime':
      case '-ctime':
      case '-atime':
      case '-mmin':
      case '-cmin':
      case '-amin': {
        const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(this.#value(name));
        if (match === null) throw new Failure(`invalid argument to \`${name}'`);
        const unit = name.endsWith('min') ? 60_000 : 86_400_000;
        return plain(({ node }) =>
          compare(match[1] ?? '', Math.floor((p.kernel.clock.now - node.mtime) / unit), Number(match[2])),
        );
      }
      case '-newer': {
        const reference = p.fs.stat(this.#value(name), p.cwd, credentials(p)).mtime;
        return plain(({ node }) => node.mtime > reference);
      }
      case '-user': {
        const written = this.#value(name);
        const uid = uidOf(p, written);
        if (uid === undefined) throw new Failure(`${quoted(written)} is not the name of a known user`);
        return plain(({ node }) => node.uid === uid);
      }
      case '-group': {
        const gid = gidOf(p, this.#value(name));
        return plain(({ node }) => node.gid === gid);
      }
      case '-uid': {
        const uid = Number(this.#value(name));
        return plain(({ node }) => node.uid === uid);
      }
      case '-perm': {
        const match = /^([-/]?)([0-7]+)$/.exec(this.#value(name));
        if (match === null) throw new Failure('invalid mode');
        const wanted = Number.parseInt(match[2] ?? '0', 8);
        return plain(({ node }) => {
          const mode = node.mode & 0o7777;
          return match[1] === '-'
            ? (mode & wanted) === wanted
            : match[1] === '/'
              ? (mode & wanted) !== 0
              : mode === wanted;
        });
      }
      case '-links': {
        const match = /^([-+]?)(\d+)$/.exec(this.#value(name));
        return plain(({ node }) => compare(match?.[1] ?? '', linkCount(node), Number(match?.[2])));
      }
      case '-executable':
        return plain(({ path }) => p.fs.access(path, 1, p.cwd, credentials(p)));
      case '-readable':
        return plain(({ path }) => p.fs.access(path, 4, p.cwd, credentials(p)));
      case '-print':
        this.#acts = true;
        return this.#print('\n');
      case '-print0':
        this.#acts = true;
        return this.#print('\0');
      case '-printf': {
        this.#acts = true;
        const format = this.#value(name);
        return function* (found) {
          yield* p.print(filled(p, format, found));
          return true;
        };
      }
      case '-ls': {
        this.#acts = true;
        return function* ({ path, node }) {
          const when = formatTime(node.mtime, '%b %e %H:%M');
          yield* p.print(
            `${String(blocksOf(node)).padStart(10)} ${modeString(node)} ${linkCount(node)} ${userName(p, node.uid)} ${groupName(p, node.gid)} ${sizeOf(node)} ${when} ${path}\n`,
          );
          return true;
        };
      }
      case '-prune':
        return plain(() => {
          walk.pruned = true;
          return true;
        });
      case '-quit':
        return plain(() => {
          walk.quit = true;
          return true;
        });
      case '-delete': {
        // Debian's BusyBox is made without it.
        if (this.#flavour === 'busybox') throw new BadUsage('unrecognized: -delete');
        this.#acts = true;
        walk.depthFirst = true;
        return function* ({ path, node }) {
          if (path === '.') return true;
          try {
            if (node.kind === 'directory') p.fs.rmdir(path, p.cwd, credentials(p));
            else p.fs.unlink(path, p.cwd, credentials(p));
            return true;
          } catch (error) {
            walk.code = 1;
            yield* p.error(`find: cannot delete ${quoted(path)}: ${reason(error)}\n`);
            return false;
          }
        };
      }
      case '-exec':
      case '-execdir':
      case '-ok':
        return this.#exec(name);
      default:
        if (name.startsWith('-'))
          throw this.#flavour === 'gnu'
            ? new Failure(`unknown predicate \`${name}'`)
            : new BadUsage(`unrecognized: ${name}`);
        throw new Failure(
          this.#flavour === 'gnu' ? `paths must precede expression: \`${name}'` : `unrecognized: ${name}`,
        );
    }
  }

  #depth(name: string): number {
    const value = this.#value(name);
    if (!/^\d+$/.test(value))
      throw new Failure(`Expected a positive decimal integer argument to ${name}, but got ${quoted(value)}`);
    return Number(value);
  }

  #print(end: string): Test {
    const p = this.#p;
    return function* ({ path }) {
      yield* p.print(`${path}${end}`);
      return true;
    };
  }

  #exec(name: string): Test {
    this.#acts = true;
    const p = this.#p;
    const walk = this.#walk;
    const command: string[] = [];
    let word = this.#args.shift();
    while (word !== undefined && word !== ';' && !(word === '+' && command.at(-1) === '{}')) {
      command.push(word);
      word = this.#args.shift();
    }
    if (word === undefined) throw new Failure(`missing argument to \`${name}'`);
    const cwdOf = (path: string): string | undefined =>
      name === '-execdir' ? p.fs.resolve(dirName(path), p.cwd).absolute : undefined;
    if (word === '+') {
      const batch = { command: command.slice(0, -1), paths: [] as string[], directory: undefined };
      this.batches.push(batch);
      return plain(({ path }) => {
        batch.paths.push(path);
        return true;
      });
    }
    return function* ({ path }) {
      const shown = name === '-execdir' ? `./${baseName(path)}` : path;
      const argv = command.map((part) => part.replaceAll('{}', shown));
      const code = yield* runCommand(p, argv, cwdOf(path));
      if (code === undefined) walk.code = 1;
      return code === 0;
    };
  }

  *finish(): Sys<void> {
    for (const { command, paths } of this.batches) {
      if (paths.length === 0) continue;
      if ((yield* runCommand(this.#p, [...command, ...paths], undefined)) !== 0) this.#walk.code = 1;
    }
  }
}

function* runCommand(p: Process, argv: readonly string[], cwd: string | undefined): Sys<number | undefined> {
  try {
    const child = yield* spawnChild(p, argv, cwd === undefined ? {} : { cwd });
    return (yield* child.wait()).code;
  } catch (error) {
    yield* p.error(`find: ${quoted(argv[0] ?? '')}: ${reason(error)}\n`);
    return undefined;
  }
}

function constant(value: boolean): Test {
  return plain(() => value);
}

function plain(test: (found: Found) => boolean): Test {
  return function* (found) {
    return test(found);
  };
}

function compare(sign: string, value: number, wanted: number): boolean {
  return sign === '+' ? value > wanted : sign === '-' ? value < wanted : value === wanted;
}

function filled(p: Process, format: string, { path, node, depth, start }: Found): string {
  return format.replace(
    /\\([ntr0\\])|%(-?\d*)(T.|[a-zA-Z%])/g,
    (whole, escaped: string | undefined, width: string, code: string) => {
      if (escaped !== undefined)
        return { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' }[escaped] ?? whole;
      const value =
        code.length > 1
          ? formatTime(node.mtime, `%${code[1]}`)
          : ({
              p: path,
              f: baseName(path),
              h: dirName(path),
              P: path.slice(start.length).replace(/^\//, ''),
              s: String(sizeOf(node)),
              m: (node.mode & 0o7777).toString(8),
              M: modeString(node),
              u: userName(p, node.uid),
              g: groupName(p, node.gid),
              U: String(node.uid),
              G: String(node.gid),
              y: { file: 'f', directory: 'd', link: 'l', device: 'c' }[node.kind],
              l: node.kind === 'link' ? node.target : '',
              d: String(depth),
              k: String(blocksOf(node)),
              '%': '%',
            }[code] ?? whole);
      const n = Number(width || 0);
      return n < 0 ? value.padEnd(-n) : value.padStart(n);
    },
  );
}
