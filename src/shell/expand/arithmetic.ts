/** Variables as an expression sees them; `index` is the text between brackets, or undefined for a scalar. */
export interface ArithmeticVariables {
  get(name: string, index: string | undefined): string | undefined;
  set(name: string, index: string | undefined, value: string): void;
}

/** A calculation that failed. `message` is bash's, from the expression on; `reason` the bare reason for other shells. */
export class ArithmeticError extends Error {
  readonly reason: 'division' | 'syntax';
  constructor(message: string, reason: 'division' | 'syntax') {
    super(message);
    this.reason = reason;
  }
}

type Reference = { readonly name: string; readonly index: string | undefined };

const TOKEN =
  /\s*(?:((?:\d+#[0-9a-zA-Z@_]+)|0[xX][0-9a-fA-F]*|\d[0-9a-zA-Z_]*)|([A-Za-z_][A-Za-z0-9_]*)|(<<=|>>=|\*\*|\+\+|--|<=|>=|==|!=|&&|\|\||<<|>>|[-+*/%&|^]=|[-+*/%<>=!~&|^?:,()[\]])|(\S))/y;
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=']);
const MAX_DEPTH = 64;

const wrap = (n: bigint): bigint => BigInt.asIntN(64, n);
const truth = (b: boolean): bigint => (b ? 1n : 0n);

/** Calculates an expression with 64-bit integers, as `$((…))` does: `calculate('2+3*x', vars)` ⇒ `11n` for x=3. Throws ArithmeticError. */
export function calculate(expression: string, variables: ArithmeticVariables, depth = 0): bigint {
  return new Calculation(expression.replaceAll('"', ''), variables, depth).run();
}

class Calculation {
  readonly #text: string;
  readonly #variables: ArithmeticVariables;
  readonly #depth: number;
  #at = 0;
  #token = '';
  #kind: 'number' | 'name' | 'operator' | 'other' | 'end' = 'end';
  #from = 0;
  #before = 0;
  /** In a branch that is not taken nothing is assigned, nor divided. */
  #skip = 0;

  constructor(text: string, variables: ArithmeticVariables, depth: number) {
    this.#text = text;
    this.#variables = variables;
    this.#depth = depth;
  }

  run(): bigint {
    if (this.#depth > MAX_DEPTH) throw this.#error('expression recursion level exceeded', this.#text);
    if (this.#text.trim() === '') return 0n;
    this.#next();
    const value = this.#comma();
    if (this.#kind !== 'end') throw this.#error('syntax error in expression', this.#text.slice(this.#from));
    return value;
  }

  #next(): void {
    this.#before = this.#from;
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      this.#kind = 'end';
      this.#token = '';
      this.#from = this.#text.length;
      return;
    }
    const [whole, number, name, operator, other] = match;
    this.#token = number ?? name ?? operator ?? other ?? '';
    this.#kind =
      number !== undefined
        ? 'number'
        : name !== undefined
          ? 'name'
          : operator !== undefined
            ? 'operator'
            : 'other';
    this.#from = this.#at + whole.length - this.#token.length;
    this.#at += whole.length;
  }

  #error(what: string, token: string, reason: 'division' | 'syntax' = 'syntax'): ArithmeticError {
    return new ArithmeticError(`${this.#text.trimStart()}: ${what} (error token is "${token}")`, reason);
  }

  /** The operator at the cursor. */
  #operator(): string | undefined {
    return this.#kind === 'operator' ? this.#token : undefined;
  }

  #is(operator: string): boolean {
    return this.#kind === 'operator' && this.#token === operator;
  }

  #take(operator: string): boolean {
    if (!this.#is(operator)) return false;
    this.#next();
    return true;
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#take(',')) value = this.#assignment();
    return value;
  }

  #assignment(): bigint {
    if (this.#kind === 'name') {
      const at = this.#at;
      const from = this.#from;
      const name = this.#token;
      const reference = this.#reference();
      const operator = this.#operator();
      if (operator !== undefined && ASSIGNMENTS.has(operator)) {
        this.#next();
        const right = this.#assignment();
        if (this.#skip > 0) return 0n;
        const value =
          operator === '=' ? right : this.#apply(operator.slice(0, -1), this.#value(reference), right);
        this.#variables.set(reference.name, reference.index, String(value));
        return value;
      }
      this.#at = at;
      this.#from = from;
      this.#token = name;
      this.#kind = 'name';
    }
    return this.#conditional();
  }

  #conditional(): bigint {
    const test = this.#binary(0);
    if (!this.#is('?')) {
      if (this.#kind === 'operator' && this.#token === '=')
        throw this.#error('attempted assignment to non-variable', this.#text.slice(this.#from));
      return test;
    }
    this.#next();
    const yes = this.#branch(test !== 0n, () => this.#comma());
    if (!this.#is(':'))
      throw this.#error(
        "`:' expected for conditional expression",
        this.#text.slice(this.#kind === 'end' ? this.#before : this.#from),
      );
    this.#next();
    const no = this.#branch(test === 0n, () => this.#assignment());
    return test !== 0n ? yes : no;
  }

  #branch(taken: boolean, read: () => bigint): bigint {
    if (!taken) this.#skip++;
    const value = read();
    if (!taken) this.#skip--;
    return value;
  }

  #binary(level: number): bigint {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    while (this.#kind === 'operator' && operators.includes(this.#token)) {
      const operator = this.#token;
      this.#next();
      if (operator === '&&') {
        const right = this.#branch(left !== 0n, () => this.#binary(level + 1));
        left = truth(left !== 0n && right !== 0n);
      } else if (operator === '||') {
        const right = this.#branch(left === 0n, () => this.#binary(level + 1));
        left = truth(left !== 0n || right !== 0n);
      } else left = this.#apply(operator, left, this.#binary(level + 1));
    }
    return left;
  }

  #power(): bigint {
    const base = this.#unary();
    if (!this.#is('**')) return base;
    this.#next();
    const from = this.#from;
    const exponent = this.#power();
    if (exponent < 0n) throw this.#error('exponent less than 0', this.#text.slice(from).replace(/^-/, ''));
    let value = 1n;
    for (let i = 0n; i < exponent && i < 4096n; i++) value = wrap(value * base);
    return value;
  }

  #apply(operator: string, a: bigint, b: bigint): bigint {
    switch (operator) {
      case '+':
        return wrap(a + b);
      case '-':
        return wrap(a - b);
      case '*':
        return wrap(a * b);
      case '/':
      case '%':
        if (b === 0n) {
          if (this.#skip > 0) return 0n;
          throw this.#error('division by 0', this.#text.slice(this.#before).trim(), 'division');
        }
        return wrap(operator === '/' ? a / b : a % b);
      case '<<':
        return wrap(a << (b & 63n));
      case '>>':
        return wrap(a >> (b & 63n));
      case '<':
        return truth(a < b);
      case '>':
        return truth(a > b);
      case '<=':
        return truth(a <= b);
      case '>=':
        return truth(a >= b);
      case '==':
        return truth(a === b);
      case '!=':
        return truth(a !== b);
      case '&':
        return a & b;
      case '|':
        return a | b;
      default:
        return a ^ b;
    }
  }

  #unary(): bigint {
    if (this.#take('!')) return truth(this.#unary() === 0n);
    if (this.#take('~')) return ~this.#unary();
    if (this.#is('++') || this.#is('--')) {
      const step = this.#token === '++' ? 1n : -1n;
      this.#next();
      if (this.#kind !== 'name') return this.#unary();
      const reference = this.#reference();
      const value = wrap(this.#value(reference) + step);
      if (this.#skip === 0) this.#variables.set(reference.name, reference.index, String(value));
      return value;
    }
    if (this.#take('+')) return this.#unary();
    if (this.#take('-')) return wrap(-this.#unary());
    return this.#primary();
  }

  #primary(): bigint {
    if (this.#kind === 'number') {
      const value = this.#number(this.#token);
      this.#next();
      return value;
    }
    if (this.#kind === 'name') {
      const reference = this.#reference();
      const value = this.#skip > 0 ? 0n : this.#value(reference);
      if (this.#is('++') || this.#is('--')) {
        const step = this.#token === '++' ? 1n : -1n;
        this.#next();
        if (this.#skip === 0)
          this.#variables.set(reference.name, reference.index, String(wrap(value + step)));
      }
      return value;
    }
    if (this.#take('(')) {
      const value = this.#comma();
      if (!this.#take(')'))
        throw this.#error("missing `)'", this.#text.slice(this.#kind === 'end' ? this.#before : this.#from));
      return value;
    }
    throw this.#error(
      'syntax error: operand expected',
      this.#text.slice(this.#kind === 'end' ? this.#before : this.#from),
    );
  }

  /** `name` or `name[…]`; the cursor stands on the name. */
  #reference(): Reference {
    const name = this.#token;
    const from = this.#from;
    this.#next();
    if (!this.#is('[')) return { name, index: undefined };
    let depth = 0;
    const start = this.#at;
    for (let i = this.#from; i < this.#text.length; i++) {
      if (this.#text[i] === '[') depth++;
      else if (this.#text[i] === ']' && --depth === 0) {
        this.#at = i + 1;
        const index = this.#text.slice(start, i);
        this.#next();
        return { name, index };
      }
    }
    throw this.#error('bad array subscript', this.#text.slice(from));
  }

  #value(reference: Reference): bigint {
    const text = this.#variables.get(reference.name, reference.index)?.trim() ?? '';
    if (text === '') return 0n;
    if (/^[-+]?[1-9]\d*$|^0$/.test(text)) return wrap(BigInt(text.replace(/^\+/, '')));
    return calculate(text, this.#variables, this.#depth + 1);
  }

  #number(token: string): bigint {
    const tooGreat = (): ArithmeticError => this.#error('value too great for base', token);
    const based = /^(\d+)#(.*)$/.exec(token);
    if (based !== null) {
      const base = Number(based[1]);
      let value = 0n;
      for (const c of based[2] ?? '') {
        const digit = digitOf(c, base);
        if (digit < 0 || digit >= base) throw tooGreat();
        value = wrap(value * BigInt(base) + BigInt(digit));
      }
      return value;
    }
    if (/^0[xX]/.test(token)) return token.length > 2 ? wrap(BigInt(token)) : 0n;
    if (/^0\d*$/.test(token)) {
      if (/[89]/.test(token)) throw tooGreat();
      return token.length > 1 ? wrap(BigInt(`0o${token.slice(1)}`)) : 0n;
    }
    if (!/^\d+$/.test(token)) throw tooGreat();
    return wrap(BigInt(token));
  }
}

function digitOf(c: string, base: number): number {
  if (c >= '0' && c <= '9') return c.charCodeAt(0) - 48;
  if (c >= 'a' && c <= 'z') return c.charCodeAt(0) - 87;
  if (c >= 'A' && c <= 'Z') return c.charCodeAt(0) - (base <= 36 ? 55 : 29);
  return c === '@' ? 62 : c === '_' ? 63 : -1;
}
