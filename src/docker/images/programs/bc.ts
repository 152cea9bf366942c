import { text } from '../../kernel/bytes.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { readAllOf } from '../tool/files.ts';
import { parseOptions } from '../tool/options.ts';
import { Failure, reason } from '../tool/tool.ts';

/** A number of bc: `digits` units of ten to the power of minus `scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const power = (n: number): bigint => 10n ** BigInt(n);

const rescaled = ({ digits, scale }: Decimal, to: number): bigint =>
  to >= scale ? digits * power(to - scale) : digits / power(scale - to);

class Problem extends Error {}

/** bc(1): arithmetic of any length, `scale`, variables, comparisons, `sqrt`, `length`; `scale=2; 10/4` ⇒ `2.50`. */
export function* bc(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'lqswi', long: { mathlib: 'l', quiet: 'q', standard: 's' } });
  const machine = new Machine(o.has('l') ? 20 : 0);
  for (const path of [...o.args, '-']) {
    let source: string;
    try {
      source = text(yield* readAllOf(p, path));
    } catch (error) {
      throw new Failure(`can't open '${path}': ${reason(error)}`);
    }
    for (const line of source.replace(/\\\n/g, '').split('\n')) {
      for (const statement of line.replace(/(?:#|\/\*).*/, '').split(';')) {
        if (/^\s*$/.test(statement)) continue;
        if (/^\s*(?:quit|halt)\s*$/.test(statement)) return 0;
        try {
          const shown = machine.run(statement.trim());
          if (shown !== undefined) yield* p.print(`${shown}\n`);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          yield* p.error(`bc: ${error.message}\n`);
          return 1;
        }
        yield TURN;
      }
    }
  }
  return 0;
}

class Machine {
  readonly #variables = new Map<string, Decimal>();
  #tokens: string[] = [];

  constructor(scale: number) {
    this.#variables.set('scale', { digits: BigInt(scale), scale: 0 });
  }

  get #scale(): number {
    return Number(this.#variables.get('scale')?.digits ?? 0n);
  }

  /** Runs a statement; what it prints, or undefined for an assignment. */
  run(statement: string): string | undefined {
    const print = /^"([^"]*)"$/.exec(statement);
    if (print !== null) return print[1];
    this.#tokens =
      statement.match(/\d*\.?\d+|\d+\.?|[a-z][a-z0-9_]*|[-+*/%^<>=!]=|&&|\|\||[-+*/%^()<>=!]|\S/g) ?? [];
    const assigns = /^[a-z]/.test(this.#tokens[0] ?? '') && /^[-+*/%^]?=$/.test(this.#tokens[1] ?? '');
    const value = this.#assignment();
    if (this.#tokens.length > 0) throw new Problem(`bad token '${this.#tokens[0]}'`);
    return assigns ? undefined : written(value);
  }

  #assignment(): Decimal {
    const [name = '', operator = ''] = this.#tokens;
    if (!/^[a-z]/.test(name) || !/^[-+*/%^]?=$/.test(operator)) return this.#compare();
    this.#tokens.splice(0, 2);
    const right = this.#assignment();
    const value = operator === '=' ? right : this.#apply(operator[0] ?? '', this.#value(name), right);
    this.#variables.set(name, value);
    return value;
  }

  #value(name: string): Decimal {
    return this.#variables.get(name) ?? { digits: 0n, scale: 0 };
  }

  #compare(): Decimal {
    let left = this.#sum();
    for (let sign = this.#tokens[0] ?? ''; /^(?:[<>!=]=|[<>])$/.test(sign); sign = this.#tokens[0] ?? '') {
      this.#tokens.shift();
      const right = this.#sum();
      const scale = Math.max(left.scale, right.scale);
      const [a, b] = [rescaled(left, scale), rescaled(right, scale)];
      const is =
        sign === '<'
          ? a < b
          : sign === '>'
            ? a > b
            : sign === '<='
              ? a <= b
              : sign === '>='
                ? a >= b
                : sign === '=='
                  ? a === b
                  : a !== b;
      left = { digits: is ? 1n : 0n, scale: 0 };
    }
    return left;
  }

  #sum(): Decimal {
    let left = this.#product();
    for (let sign = this.#tokens[0] ?? ''; sign === '+' || sign === '-'; sign = this.#tokens[0] ?? '') {
      this.#tokens.shift();
      left = this.#apply(sign, left, this.#product());
    }
    return left;
  }

  #product(): Decimal {
    let left = this.#power();
    for (let sign = this.#tokens[0] ?? ''; /^[*/%]$/.test(sign); sign = this.#tokens[0] ?? '') {
      this.#tokens.shift();
      left = this.#apply(sign, left, this.#power());
    }
    return left;
  }

  #power(): Decimal {
    const base = this.#unary();
    if (this.#tokens[0] !== '^') return base;
    this.#tokens.shift();
    return this.#apply('^', base, this.#power());
  }

  #unary(): Decimal {
    const token = this.#tokens.shift();
    if (token === undefined) throw new Problem('bad expression');
    if (token === '-') {
      const { digits, scale } = this.#unary();
      return { digits: -digits, scale };
    }
    if (token === '(') {
      const inner = this.#assignment();
      if (this.#tokens.shift() !== ')') throw new Problem('bad expression');
      return inner;
    }
    if (/^[\d.]/.test(token)) {
      const [whole = '', part = ''] = token.split('.');
      return { digits: BigInt(`${whole}${part}` || '0'), scale: part.length };
    }
    if (!/^[a-z]/.test(token)) throw new Problem(`bad token '${token}'`);
    if (this.#tokens[0] !== '(') return this.#value(token);
    this.#tokens.shift();
    const of = this.#assignment();
    if (this.#tokens.shift() !== ')') throw new Problem('bad expression');
    if (token === 'sqrt') return this.#root(of);
    if (token === 'length') return { digits: BigInt(String(of.digits).replace('-', '').length), scale: 0 };
    throw new Problem(`muelle: the function ${token} is not simulated here`);
  }

  #root(of: Decimal): Decimal {
    if (of.digits < 0n) throw new Problem('negative number');
    const scale = Math.max(this.#scale, of.scale);
    const wanted = rescaled(of, scale * 2);
    let root = wanted;
    for (let next = (root + 1n) / 2n; next < root; next = (root + wanted / root) / 2n) root = next;
    return { digits: root, scale };
  }

  #apply(sign: string, left: Decimal, right: Decimal): Decimal {
    const common = Math.max(left.scale, right.scale);
    const [a, b] = [rescaled(left, common), rescaled(right, common)];
    if (sign === '+') return { digits: a + b, scale: common };
    if (sign === '-') return { digits: a - b, scale: common };
    if (sign === '*') {
      const full = { digits: left.digits * right.digits, scale: left.scale + right.scale };
      const scale = Math.min(full.scale, Math.max(this.#scale, common));
      return { digits: rescaled(full, scale), scale };
    }
    if (sign === '^') {
      if (right.scale > 0) throw new Problem('non-integer number');
      const times = Number(right.digits < 0n ? -right.digits : right.digits);
      if (times > 10_000) throw new Problem('muelle: such powers are not simulated here');
      const full = { digits: left.digits ** BigInt(times), scale: left.scale * times };
      const scale = Math.min(full.scale, Math.max(this.#scale, left.scale));
      const value = { digits: rescaled(full, scale), scale };
      return right.digits < 0n ? this.#apply('/', { digits: 1n, scale: 0 }, value) : value;
    }
    if (right.digits === 0n) throw new Problem('divide by zero');
    const scale = this.#scale;
    const quotient = (left.digits * power(scale + right.scale)) / (right.digits * power(left.scale));
    if (sign === '/') return { digits: quotient, scale };
    const wide = Math.max(scale + right.scale, left.scale);
    const product = { digits: quotient * right.digits, scale: scale + right.scale };
    return { digits: rescaled(left, wide) - rescaled(product, wide), scale: wide };
  }
}

function written({ digits, scale }: Decimal): string {
  if (digits === 0n) return '0';
  const sign = digits < 0n ? '-' : '';
  const all = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const whole = all.slice(0, all.length - scale).replace(/^0+/, '');
  return `${sign}${whole}${scale > 0 ? `.${all.slice(-scale)}` : whole === '' ? '0' : ''}`;
}
