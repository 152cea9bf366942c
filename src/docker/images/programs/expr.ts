import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { posixPattern } from '../tool/regex.ts';
import { BadUsage, Failure, type Flavour } from '../tool/tool.ts';

/** expr(1): exit 1 if the value is empty or 0. */
export function* expr(p: Process, flavour: Flavour): Sys<number> {
  const words = p.argv.slice(1);
  if (words.length === 0)
    throw flavour === 'gnu' ? new BadUsage('missing operand', 2) : new Failure('too few arguments', 2);
  let value: string;
  try {
    value = new Evaluator(words).whole();
  } catch (error) {
    if (!(error instanceof Failure) || flavour === 'gnu') throw error;
    throw new Failure(
      error.message.replace(/^(syntax error).*/, '$1').replace('non-integer', 'non-numeric'),
      2,
    );
  }
  yield* p.print(`${value}\n`);
  return value === '' || /^-?0+$/.test(value) ? 1 : 0;
}

const LEVELS: readonly RegExp[] = [/^\|$/, /^&$/, /^(<|<=|=|==|!=|>=|>)$/, /^[-+]$/, /^[*/%]$/, /^:$/];

class Evaluator {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  whole(): string {
    const value = this.#level(0);
    const left = this.#words[this.#at];
    if (left !== undefined) throw new Failure(`syntax error: unexpected argument '${left}'`, 2);
    return value;
  }

  #level(depth: number): string {
    const operators = LEVELS[depth];
    if (operators === undefined) return this.#primary();
    let left = this.#level(depth + 1);
    for (
      let word = this.#words[this.#at];
      word !== undefined && operators.test(word);
      word = this.#words[this.#at]
    ) {
      this.#at++;
      if (this.#at >= this.#words.length)
        throw new Failure(`syntax error: missing argument after '${word}'`, 2);
      left = apply(word, left, this.#level(depth + 1));
    }
    return left;
  }

  #next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined)
      throw new Failure(`syntax error: missing argument after '${this.#words.at(-1)}'`, 2);
    return word;
  }

  #primary(): string {
    const word = this.#next();
    if (word === '(') {
      const value = this.#level(0);
      if (this.#words[this.#at++] !== ')') throw new Failure("syntax error: expecting ')'", 2);
      return value;
    }
    if (this.#at < this.#words.length) {
      if (word === 'length') return String([...this.#primary()].length);
      if (word === 'match') return match(this.#primary(), this.#primary());
      if (word === 'index') {
        const text = this.#primary();
        const set = this.#primary();
        return String([...text].findIndex((c) => set.includes(c)) + 1);
      }
      if (word === 'substr') {
        const text = this.#primary();
        const from = Number(this.#primary());
        const length = Number(this.#primary());
        return from < 1 || !(length > 0) ? '' : text.slice(from - 1, from - 1 + length);
      }
      if (word === '+') return this.#next();
    }
    return word;
  }
}

function match(text: string, pattern: string): string {
  const found = posixPattern(`^${pattern.replace(/^\^/, '')}`, false).exec(text);
  if (/\\\(/.test(pattern)) return found?.[1] ?? '';
  return String(found?.[0].length ?? 0);
}

function apply(operator: string, left: string, right: string): string {
  const empty = (value: string): boolean => value === '' || /^-?0+$/.test(value);
  if (operator === '|') return empty(left) ? (empty(right) ? '0' : right) : left;
  if (operator === '&') return empty(left) || empty(right) ? '0' : left;
  if (operator === ':') return match(left, right);
  const numbers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  if (/^[<>=!]/.test(operator)) {
    const order = numbers ? Number(BigInt(left) - BigInt(right)) : left < right ? -1 : left > right ? 1 : 0;
    const yes = {
      '<': order < 0,
      '<=': order <= 0,
      '=': order === 0,
      '==': order === 0,
      '!=': order !== 0,
      '>=': order >= 0,
      '>': order > 0,
    }[operator];
    return yes === true ? '1' : '0';
  }
  if (!numbers) throw new Failure('non-integer argument', 2);
  const a = BigInt(left);
  const b = BigInt(right);
  if ((operator === '/' || operator === '%') && b === 0n) throw new Failure('division by zero', 2);
  switch (operator) {
    case '+':
      return String(a + b);
    case '-':
      return String(a - b);
    case '*':
      return String(a * b);
    case '/':
      return String(a / b);
    default:
      return String(a % b);
  }
}
