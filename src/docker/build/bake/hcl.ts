/** A value of a bake file. */
export type BakeValue = string | number | boolean | null | readonly BakeValue[] | BakeMap;
export interface BakeMap {
  readonly [key: string]: BakeValue;
}

/** An expression: gives its value when variables are known. */
export type Expression = (scope: Scope) => BakeValue;

/** The value of a variable; throws BakeError for one that is not there. */
export type Scope = (name: string) => BakeValue;

/** `target "app" { … }` */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: ReadonlyMap<string, Expression>;
}

/** A bake file that cannot be read or evaluated. */
export class BakeError extends Error {}

/** A bake file in HCL: blocks, and attributes outside of them. */
export interface BakeFile {
  readonly blocks: readonly Block[];
  readonly attributes: ReadonlyMap<string, Expression>;
}

/** Reads the part of HCL that bake files are made of (no functions of their own, no `for`). Throws BakeError. */
export function readHcl(text: string, file: string): BakeFile {
  return new Reader(text, file).file();
}

const TOKEN =
  /[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<name>[A-Za-z_][\w-]*)|(?<number>\d+(?:\.\d+)?)|(?<mark>\n|==|!=|&&|\|\||[{}()[\],=:?!.])/y;

const FUNCTIONS: Readonly<Record<string, (...args: BakeValue[]) => BakeValue>> = {
  equal: (a = null, b = null) => a === b,
  notequal: (a = null, b = null) => a !== b,
  and: (a = null, b = null) => a === true && b === true,
  or: (a = null, b = null) => a === true || b === true,
  not: (a = null) => a !== true,
  upper: (a = '') => textOf(a).toUpperCase(),
  lower: (a = '') => textOf(a).toLowerCase(),
  join: (mark = '', list = []) => (Array.isArray(list) ? list.map(textOf).join(textOf(mark)) : ''),
  split: (mark = '', whole = '') => textOf(whole).split(textOf(mark)),
  concat: (...lists) => lists.flatMap((list): readonly BakeValue[] => (Array.isArray(list) ? list : [])),
  length: (a = '') => (Array.isArray(a) ? a.length : textOf(a).length),
  replace: (whole = '', from = '', to = '') => textOf(whole).replaceAll(textOf(from), textOf(to)),
  coalesce: (...values) => values.find((value) => value !== null && value !== '') ?? null,
};

/** A value as it stands in a text: `true`, `1.5`. */
export const textOf = (value: BakeValue): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

type Kind = 'name' | 'number' | 'mark' | 'text' | 'end';

class Reader {
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #kind: Kind = 'end';
  #token = '';
  #template: Expression = () => '';

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    this.#next();
  }

  file(): BakeFile {
    const blocks: Block[] = [];
    const attributes = new Map<string, Expression>();
    for (this.#lines(); this.#kind !== 'end'; this.#lines()) this.#item(attributes, blocks);
    return { blocks, attributes };
  }

  #fail(message: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new BakeError(`${this.#file}:${line}: ${message}`);
  }

  #next(): void {
    for (;;) {
      if (this.#at >= this.#text.length) {
        this.#kind = 'end';
        this.#token = '';
        return;
      }
      if (this.#text[this.#at] === '"') {
        this.#at++;
        this.#template = this.#string();
        this.#kind = 'text';
        return;
      }
      TOKEN.lastIndex = this.#at;
      const match = TOKEN.exec(this.#text);
      if (match === null)
        this.#fail(
          this.#text.startsWith('<<', this.#at)
            ? 'muelle: here-documents of HCL are not simulated here'
            : 'Invalid character; This character is not used within the language.',
        );
      this.#at = TOKEN.lastIndex;
      const { name, number, mark } = match.groups ?? {};
      const token = name ?? number ?? mark;
      if (token === undefined) continue;
      this.#token = token;
      this.#kind = name !== undefined ? 'name' : number !== undefined ? 'number' : 'mark';
      return;
    }
  }

  /** A quoted text with `${…}` in it. */
  #string(): Expression {
    const parts: Expression[] = [];
    let plain = '';
    for (;;) {
      const ch = this.#text[this.#at];
      if (ch === undefined || ch === '\n') this.#fail('Invalid multi-line string');
      this.#at++;
      if (ch === '"') break;
      if (ch === '\\') {
        const letter = this.#text[this.#at++] ?? '';
        plain += { n: '\n', t: '\t', r: '\r' }[letter] ?? letter;
      } else if (ch === '$' && this.#text.startsWith('${', this.#at)) {
        plain += '$';
        this.#at++;
        plain += '{';
      } else if (ch === '$' && this.#text[this.#at] === '{') {
        this.#at++;
        const before = plain;
        plain = '';
        const saved = { kind: this.#kind, token: this.#token };
        this.#next();
        const inner = this.#expression();
        if (this.#token !== '}') this.#fail('Extra characters after interpolation expression');
        this.#kind = saved.kind;
        this.#token = saved.token;
        parts.push(() => before, inner);
      } else plain += ch;
    }
    const rest = plain;
    return (scope) => parts.map((part) => textOf(part(scope))).join('') + rest;
  }

  /** Of what kind the token is now. */
  #isA(kind: Kind): boolean {
    return this.#kind === kind;
  }

  #is(mark: string): boolean {
    return this.#kind === 'mark' && this.#token === mark;
  }

  #take(mark: string): boolean {
    if (!this.#is(mark)) return false;
    this.#next();
    return true;
  }

  #lines(): void {
    while (this.#is('\n')) this.#next();
  }

  #item(attributes: Map<string, Expression>, blocks: Block[] | undefined): void {
    if (this.#kind !== 'name') this.#fail('Argument or block definition required');
    const name = this.#token;
    this.#next();
    if (this.#take('=')) {
      attributes.set(name, this.#expression());
      return;
    }
    const labels: string[] = [];
    for (; this.#isA('text'); this.#next()) labels.push(textOf(this.#template(() => '')));
    if (!this.#take('{')) this.#fail('Argument or block definition required');
    const inner = new Map<string, Expression>();
    const nested: Block[] = [];
    for (this.#lines(); !this.#is('}'); this.#lines()) {
      if (this.#isA('end')) this.#fail('Unclosed configuration block');
      this.#item(inner, nested);
    }
    this.#next();
    blocks?.push({ type: name, labels, attributes: inner });
  }

  /** `a ? b : c` and what binds more tightly. */
  #expression(): Expression {
    const test = this.#either();
    if (!this.#take('?')) return test;
    const yes = this.#expression();
    if (!this.#take(':')) this.#fail('Missing false expression in conditional');
    const no = this.#expression();
    return (scope) => (test(scope) === true ? yes(scope) : no(scope));
  }

  #either(): Expression {
    let left = this.#both();
    while (this.#take('||')) {
      const [a, b] = [left, this.#both()];
      left = (scope) => a(scope) === true || b(scope) === true;
    }
    return left;
  }

  #both(): Expression {
    let left = this.#compared();
    while (this.#take('&&')) {
      const [a, b] = [left, this.#compared()];
      left = (scope) => a(scope) === true && b(scope) === true;
    }
    return left;
  }

  #compared(): Expression {
    const left = this.#term();
    if (this.#take('==')) {
      const right = this.#term();
      return (scope) => left(scope) === right(scope);
    }
    if (!this.#take('!=')) return left;
    const right = this.#term();
    return (scope) => left(scope) !== right(scope);
  }

  #term(): Expression {
    if (this.#take('!')) {
      const inner = this.#term();
      return (scope) => inner(scope) !== true;
    }
    if (this.#take('(')) {
      const inner = this.#expression();
      if (!this.#take(')')) this.#fail('Unbalanced parentheses');
      return inner;
    }
    if (this.#take('[')) return this.#list();
    if (this.#take('{')) return this.#map();
    const token = this.#token;
    const kind = this.#kind;
    const template = this.#template;
    this.#next();
    if (kind === 'text') return template;
    if (kind === 'number') return () => Number(token);
    if (kind !== 'name') this.#fail('Invalid expression');
    return this.#named(token);
  }

  #named(name: string): Expression {
    if (name === 'true' || name === 'false') return () => name === 'true';
    if (name === 'null') return () => null;
    if (this.#is('.')) this.#fail('muelle: attributes of other blocks are not simulated here');
    if (!this.#take('(')) return (scope) => scope(name);
    const args: Expression[] = [];
    for (this.#lines(); !this.#take(')'); this.#lines()) {
      args.push(this.#expression());
      this.#take(',');
    }
    const call = FUNCTIONS[name];
    if (call === undefined) this.#fail(`muelle: the function ${name} is not simulated here`);
    return (scope) => call(...args.map((arg) => arg(scope)));
  }

  #list(): Expression {
    const items: Expression[] = [];
    for (this.#lines(); !this.#take(']'); this.#lines()) {
      if (this.#kind === 'end') this.#fail('Missing item separator');
      items.push(this.#expression());
      this.#lines();
      this.#take(',');
    }
    return (scope) => items.map((item) => item(scope));
  }

  #map(): Expression {
    const items: (readonly [Expression, Expression])[] = [];
    for (this.#lines(); !this.#take('}'); this.#lines()) {
      const name = this.#token;
      const key: Expression = this.#kind === 'text' ? this.#template : () => name;
      this.#next();
      if (!this.#take('=') && !this.#take(':')) this.#fail('Missing attribute value');
      items.push([key, this.#expression()]);
      this.#take(',');
    }
    return (scope) => Object.fromEntries(items.map(([key, value]) => [textOf(key(scope)), value(scope)]));
  }
}
