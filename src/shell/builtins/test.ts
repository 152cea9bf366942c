import type { Sys } from '../../docker/kernel/wait.ts';
import { patternToRegExp } from '../expand/pattern.ts';
import { Complaint } from '../run/control.ts';
import type { Shell } from '../run/shell.ts';
import { evaluateBinary, evaluateUnary } from './test-operators.ts';

const NUMERIC = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge']);
const BINARY = new Set([...NUMERIC, '=', '==', '!=', '<', '>', '-nt', '-ot', '-ef']);

/** `test expression` and `[ expression ]`: 0 true, 1 false, 2 error. */
export function* test(shell: Shell, args: readonly string[]): Sys<number> {
  let words = args.slice(1);
  if (args[0] === '[' || args[0] === '[[') {
    const end = args[0] === '[' ? ']' : ']]';
    if (words.at(-1) !== end)
      throw new Complaint(shell.dialect.name === 'bash' ? `missing \`${end}'` : `missing ${end}`, 2);
    words = words.slice(0, -1);
  }
  return new Test(shell, words, args[0] === '[[').run() ? 0 : 1;
}

class Test {
  readonly #shell: Shell;
  readonly #words: readonly string[];
  /** `[[`: the right side of `==` is a pattern. */
  readonly #patterns: boolean;
  #at = 0;

  constructor(shell: Shell, words: readonly string[], patterns = false) {
    this.#patterns = patterns;
    this.#shell = shell;
    this.#words = words;
  }

  /** POSIX decides by the number of arguments; only longer ones are parsed. */
  run(): boolean {
    const words = this.#words;
    const [a = '', b = '', c = '', d = ''] = words;
    switch (words.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        if (a === '!') return b === '';
        return this.#unary(a, b) ?? this.#fail(a, 'unary operator expected', 'unexpected operator');
      case 3:
        if (BINARY.has(b)) return this.#binary(a, b, c);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !new Test(this.#shell, [b, c]).run();
        if (a === '(' && c === ')') return b !== '';
        return this.#fail(b, 'binary operator expected', 'unexpected operator', a);
      case 4:
        if (a === '!') return !new Test(this.#shell, [b, c, d]).run();
        if (a === '(' && d === ')') return new Test(this.#shell, [b, c]).run();
        break;
      default:
    }
    const value = this.#or();
    if (this.#at < words.length) {
      if (this.#shell.dialect.name === 'bash') throw new Complaint('too many arguments', 2);
      return this.#fail(words[this.#at] ?? '', '', 'unexpected operator');
    }
    return value;
  }

  #fail(word: string, bash: string, dash: string, first?: string): never {
    if (this.#shell.dialect.name === 'bash') throw new Complaint(`${word}: ${bash}`, 2);
    if (this.#shell.dialect.name === 'dash') throw new Complaint(`${first ?? word}: ${dash}`, 2);
    throw new Complaint(`${this.#words[1] ?? word}: unknown operand`, 2);
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
    const [a, b, c] = this.#words.slice(this.#at);
    if (a === undefined) throw new Complaint('argument expected', 2);
    if (a === '(') {
      this.#at++;
      const value = this.#or();
      if (this.#words[this.#at] !== ')')
        throw new Complaint(
          this.#shell.dialect.name === 'bash' ? "`)' expected" : 'closing paren expected',
          2,
        );
      this.#at++;
      return value;
    }
    if (b !== undefined && c !== undefined && BINARY.has(b)) {
      this.#at += 3;
      return this.#binary(a, b, c);
    }
    if (b !== undefined && /^-[a-zA-Z]$/.test(a)) {
      const value = this.#unary(a, b);
      if (value !== undefined) {
        this.#at += 2;
        return value;
      }
    }
    this.#at++;
    return a !== '';
  }

  #unary(operator: string, value: string): boolean | undefined {
    return evaluateUnary(this.#shell, operator, value);
  }

  #binary(a: string, operator: string, b: string): boolean {
    if (this.#patterns && (operator === '==' || operator === '=' || operator === '!=')) {
      return patternToRegExp(b).test(a) === (operator !== '!=');
    }
    if (!NUMERIC.has(operator)) return evaluateBinary(this.#shell, operator, a, b) ?? false;
    const x = this.#number(a);
    const y = this.#number(b);
    switch (operator) {
      case '-eq':
        return x === y;
      case '-ne':
        return x !== y;
      case '-lt':
        return x < y;
      case '-le':
        return x <= y;
      case '-gt':
        return x > y;
      default:
        return x >= y;
    }
  }

  #number(word: string): bigint {
    const text = word.trim();
    if (/^[-+]?\d+$/.test(text)) return BigInt(text.replace(/^\+/, ''));
    const { name } = this.#shell.dialect;
    if (name === 'bash') throw new Complaint(`${word}: integer expression expected`, 2);
    throw new Complaint(name === 'dash' ? `Illegal number: ${word}` : `${word}: bad number`, 2);
  }
}
