import { Errno } from '../../kernel/errno.ts';
import { type FsNode, sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { credentials, Failure } from '../tool/tool.ts';

/** test(1), `[`: exit 0 if it holds, 1 if not, 2 if it makes no sense. */
export function* test(p: Process): Sys<number> {
  const args = p.argv.slice(1);
  if (p.name === '[' || p.name === '[[') {
    const close = p.name === '[' ? ']' : ']]';
    if (args.pop() !== close) throw new Failure(`missing '${close}'`, 2);
  }
  return holds(p, args) ? 0 : 1;
}

/** Evaluates the words of a test. Failure with code 2 for nonsense. */
export function holds(p: Process, words: readonly string[]): boolean {
  // POSIX decides by the number of words, so that `[ ! ]` and `[ -n = -n ]` mean what they say.
  const [a = '', b = '', c = ''] = words;
  if (words.length === 0) return false;
  if (words.length === 1) return a !== '';
  if (words.length === 2) {
    if (a === '!') return b === '';
    if (UNARY.test(a)) return unary(p, a, b);
    throw new Failure(`${a}: unary operator expected`, 2);
  }
  if (words.length === 3) {
    if (BINARY.test(b)) return binary(p, a, b, c);
    if (a === '!') return !holds(p, [b, c]);
    if (a === '(' && c === ')') return b !== '';
    if (b !== '-a' && b !== '-o') throw new Failure(`${b}: binary operator expected`, 2);
  }
  if (words.length === 4 && a === '!') return !holds(p, words.slice(1));
  const parser = new Parser(p, words);
  return parser.whole();
}

const UNARY = /^-[bcdefghkLnoprSstuwxzOGN]$/;
const BINARY = /^(=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

class Parser {
  readonly #p: Process;
  readonly #words: readonly string[];
  #at = 0;

  constructor(p: Process, words: readonly string[]) {
    this.#p = p;
    this.#words = words;
  }

  whole(): boolean {
    const value = this.#or();
    if (this.#at < this.#words.length) throw new Failure('too many arguments', 2);
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#words[this.#at] === '-o') {
      this.#at++;
      const right = this.#and();
      value = value || right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#words[this.#at] === '-a') {
      this.#at++;
      const right = this.#not();
      value = value && right;
    }
    return value;
  }

  #not(): boolean {
    if (this.#words[this.#at] === '!') {
      this.#at++;
      return !this.#not();
    }
    return this.#primary();
  }

  #primary(): boolean {
    const word = this.#words[this.#at];
    if (word === undefined) throw new Failure('argument expected', 2);
    const next = this.#words[this.#at + 1];
    const after = this.#words[this.#at + 2];
    if (next !== undefined && after !== undefined && BINARY.test(next)) {
      this.#at += 3;
      return binary(this.#p, word, next, after);
    }
    if (word === '(') {
      this.#at++;
      const value = this.#or();
      if (this.#words[this.#at++] !== ')') throw new Failure("')' expected", 2);
      return value;
    }
    if (UNARY.test(word) && next !== undefined) {
      this.#at += 2;
      return unary(this.#p, word, next);
    }
    this.#at++;
    return word !== '';
  }
}

function node(p: Process, path: string, follow = true): FsNode | undefined {
  try {
    return follow ? p.fs.stat(path, p.cwd, credentials(p)) : p.fs.lstat(path, p.cwd, credentials(p));
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  }
}

function unary(p: Process, operator: string, word: string): boolean {
  switch (operator) {
    case '-n':
      return word !== '';
    case '-z':
      return word === '';
    case '-t':
      return p.isatty(Number(word));
    case '-h':
    case '-L':
      return node(p, word, false)?.kind === 'link';
    case '-o':
      return false;
  }
  const found = node(p, word);
  if (found === undefined) return false;
  const may = (rights: number): boolean => p.fs.access(word, rights, p.cwd, credentials(p));
  switch (operator) {
    case '-f':
      return found.kind === 'file';
    case '-d':
      return found.kind === 'directory';
    case '-c':
      return found.kind === 'device';
    case '-s':
      return sizeOf(found) > 0;
    case '-r':
      return may(4);
    case '-w':
      return may(2) && !p.fs.resolve(word, p.cwd).mount.readOnly;
    case '-x':
      return may(1);
    case '-u':
      return (found.mode & 0o4000) !== 0;
    case '-g':
      return (found.mode & 0o2000) !== 0;
    case '-k':
      return (found.mode & 0o1000) !== 0;
    case '-O':
      return found.uid === p.uid;
    case '-G':
      return found.gid === p.gid;
    default:
      return operator === '-e' || operator === '-N';
  }
}

function integer(word: string): bigint {
  const trimmed = word.trim();
  if (!/^[-+]?\d+$/.test(trimmed)) throw new Failure(`${word}: integer expression expected`, 2);
  return BigInt(trimmed);
}

function binary(p: Process, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
      return (node(p, left)?.mtime ?? -1) > (node(p, right)?.mtime ?? -1);
    case '-ot':
      return (node(p, left)?.mtime ?? -1) < (node(p, right)?.mtime ?? -1);
    case '-ef':
      return p.fs.resolve(left, p.cwd).absolute === p.fs.resolve(right, p.cwd).absolute;
  }
  const a = integer(left);
  const b = integer(right);
  return (
    { '-eq': a === b, '-ne': a !== b, '-lt': a < b, '-le': a <= b, '-gt': a > b, '-ge': a >= b }[operator] ??
    false
  );
}
