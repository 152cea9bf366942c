import type { Argument, Expr, Parameter, Stmt } from './ast.ts';
import { PySyntaxError, type Token, tokenize, unfinished } from './tokens.ts';

const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** Parses a program. Throws PySyntaxError. */
export function parsePython(source: string): Stmt[] {
  return new Parser(tokenize(source)).program();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  program(): Stmt[] {
    const out: Stmt[] = this.#statements();
    const open = unfinished.get(this.#tokens);
    if (open !== undefined) throw open;
    return out;
  }

  #statements(): Stmt[] {
    const out: Stmt[] = [];
    while (this.#peek().kind !== 'end') {
      if (this.#peek().kind === 'newline') this.#at++;
      else if (this.#peek().kind === 'indent')
        throw new PySyntaxError('unexpected indent', this.#peek().line);
      else out.push(...this.#statement());
    }
    return out;
  }

  /** One expression and nothing after it, for the braces of f-strings. */
  only(): Expr {
    const value = this.#list();
    if (this.#peek().kind !== 'newline' && this.#peek().kind !== 'end') throw this.#error();
    return value;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', line: 0, column: 0 };
  }

  #error(message = 'invalid syntax'): PySyntaxError {
    const token = this.#peek();
    const open = unfinished.get(this.#tokens);
    const ended = token.kind === 'end' || (token.kind === 'newline' && this.#at >= this.#tokens.length - 2);
    if (open !== undefined && ended) return open;
    return new PySyntaxError(message, token.line, token.column);
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token.text === text && (token.kind === 'op' || token.kind === 'name');
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#error(text === ':' ? "expected ':'" : 'invalid syntax');
  }

  #name(): string {
    const token = this.#peek();
    if (token.kind !== 'name' || KEYWORDS.has(token.text)) throw this.#error();
    this.#at++;
    return token.text;
  }

  #block(): Stmt[] {
    this.#expect(':');
    if (this.#peek().kind !== 'newline') return this.#simpleLine();
    this.#at++;
    if (this.#peek().kind !== 'indent') throw this.#error('expected an indented block');
    this.#at++;
    const out: Stmt[] = [];
    while (this.#peek().kind !== 'dedent' && this.#peek().kind !== 'end') {
      if (this.#peek().kind === 'newline') this.#at++;
      else out.push(...this.#statement());
    }
    if (this.#peek().kind === 'dedent') this.#at++;
    return out;
  }

  #statement(): Stmt[] {
    const { line, text } = this.#peek();
    const compound = this.#peek().kind === 'name' || text === '@' ? this.#compound(text, line) : undefined;
    return compound === undefined ? this.#simpleLine() : [compound];
  }

  #compound(word: string, line: number): Stmt | undefined {
    switch (word) {
      case 'if': {
        this.#at++;
        return this.#ifRest(line);
      }
      case 'while': {
        this.#at++;
        const test = this.#expression();
        const body = this.#block();
        return { kind: 'while', line, test, body, no: this.#accept('else') ? this.#block() : [] };
      }
      case 'for': {
        this.#at++;
        const target = this.#targets();
        this.#expect('in');
        const over = this.#list();
        const body = this.#block();
        return { kind: 'for', line, target, over, body, no: this.#accept('else') ? this.#block() : [] };
      }
      case '@':
      case 'def': {
        const decorators: Expr[] = [];
        while (this.#accept('@')) {
          decorators.push(this.#expression());
          while (this.#peek().kind === 'newline') this.#at++;
        }
        if (this.#is('class')) return this.#compound('class', line);
        this.#expect('def');
        const name = this.#name();
        this.#expect('(');
        const parameters = this.#parameters(')');
        this.#expect(')');
        if (this.#accept('->')) this.#expression();
        return { kind: 'def', line, name, parameters, body: this.#block(), decorators };
      }
      case 'class': {
        this.#at++;
        const name = this.#name();
        const bases: Expr[] = [];
        if (this.#accept('(')) {
          while (!this.#is(')')) {
            bases.push(this.#expression());
            if (!this.#accept(',')) break;
          }
          this.#expect(')');
        }
        return { kind: 'class', line, name, bases, body: this.#block() };
      }
      case 'try':
        this.#at++;
        return this.#tryRest(line);
      case 'with': {
        this.#at++;
        const value = this.#expression();
        const as = this.#accept('as') ? this.#targets() : undefined;
        return { kind: 'with', line, value, as, body: this.#block() };
      }
      case 'async':
      case 'yield':
      case 'nonlocal':
      case 'await':
        throw this.#error(`muelle: "${word}" is not simulated here`);
      default:
        return undefined;
    }
  }

  #ifRest(line: number): Stmt {
    const test = this.#expression();
    const yes = this.#block();
    const next = this.#peek().line;
    if (this.#accept('elif')) return { kind: 'if', line, test, yes, no: [this.#ifRest(next)] };
    return { kind: 'if', line, test, yes, no: this.#accept('else') ? this.#block() : [] };
  }

  #tryRest(line: number): Stmt {
    const body = this.#block();
    const handlers: { of: Expr | undefined; as: string | undefined; body: Stmt[] }[] = [];
    while (this.#accept('except')) {
      const of = this.#is(':') ? undefined : this.#expression();
      const as = this.#accept('as') ? this.#name() : undefined;
      handlers.push({ of, as, body: this.#block() });
    }
    const no = this.#accept('else') ? this.#block() : [];
    const last = this.#accept('finally') ? this.#block() : [];
    return { kind: 'try', line, body, handlers, no, last };
  }

  #simpleLine(): Stmt[] {
    const out = [this.#simple()];
    while (this.#accept(';')) if (this.#peek().kind !== 'newline') out.push(this.#simple());
    if (this.#peek().kind === 'newline') this.#at++;
    else if (this.#peek().kind !== 'end' && this.#peek().kind !== 'dedent') throw this.#error();
    return out;
  }

  #simple(): Stmt {
    const { line, text, kind } = this.#peek();
    if (kind === 'name') {
      switch (text) {
        case 'pass':
        case 'break':
        case 'continue':
          this.#at++;
          return { kind: text, line };
        case 'return':
          this.#at++;
          return { kind: 'return', line, value: this.#ends() ? undefined : this.#list() };
        case 'raise': {
          this.#at++;
          const value = this.#ends() ? undefined : this.#expression();
          if (this.#accept('from')) this.#expression();
          return { kind: 'raise', line, value };
        }
        case 'global': {
          this.#at++;
          const names = [this.#name()];
          while (this.#accept(',')) names.push(this.#name());
          return { kind: 'global', line, names };
        }
        case 'assert': {
          this.#at++;
          const test = this.#expression();
          return { kind: 'assert', line, test, message: this.#accept(',') ? this.#expression() : undefined };
        }
        case 'del':
          this.#at++;
          return { kind: 'delete', line, target: this.#expression() };
        case 'import': {
          this.#at++;
          const module = this.#dotted();
          const as = this.#accept('as') ? this.#name() : module;
          if (this.#is(',')) {
            // `import os, sys`: the rest follows as further statements through a block of one line.
            this.#at++;
            this.#tokensInsert('import', line);
          }
          return { kind: 'import', line, module, as };
        }
        case 'from': {
          this.#at++;
          const module = this.#dotted();
          this.#expect('import');
          const bracket = this.#accept('(');
          const names: [string, string][] = [];
          do {
            if (this.#accept('*')) {
              names.push(['*', '*']);
              continue;
            }
            if (this.#is(')')) break;
            const name = this.#name();
            names.push([name, this.#accept('as') ? this.#name() : name]);
          } while (this.#accept(','));
          if (bracket) this.#expect(')');
          return { kind: 'from', line, module, names };
        }
      }
    }
    const first = this.#list();
    const operator = this.#peek().text;
    if (this.#peek().kind === 'op' && /^(\+|-|\*|\/|\/\/|%|\*\*|&|\||\^)=$/.test(operator)) {
      this.#at++;
      return { kind: 'augment', line, target: first, operator: operator.slice(0, -1), value: this.#list() };
    }
    if (this.#accept(':')) {
      this.#expression();
      if (!this.#is('=')) return { kind: 'pass', line };
    }
    if (!this.#is('=')) return { kind: 'expression', line, value: first };
    const chain = [first];
    while (this.#accept('=')) chain.push(this.#list());
    const value = chain.pop() ?? first;
    return { kind: 'assign', line, targets: chain, value };
  }

  /** Puts `; import` before what follows a comma in an import statement. */
  #tokensInsert(word: string, line: number): void {
    (this.#tokens as Token[]).splice(
      this.#at,
      0,
      { kind: 'op', text: ';', line, column: 0 },
      { kind: 'name', text: word, line, column: 0 },
    );
  }

  #ends(): boolean {
    return this.#peek().kind === 'newline' || this.#peek().kind === 'end' || this.#is(';');
  }

  #dotted(): string {
    let name = this.#name();
    while (this.#accept('.')) name += `.${this.#name()}`;
    return name;
  }

  #parameters(close: string): Parameter[] {
    const out: Parameter[] = [];
    while (!this.#is(close)) {
      if (this.#accept('/')) {
        this.#accept(',');
        continue;
      }
      const spread = this.#accept('**') ? '**' : this.#accept('*') ? '*' : '';
      if (spread === '*' && this.#accept(',')) continue;
      const name = this.#name();
      if (close === ')' && this.#accept(':')) this.#expression();
      out.push({ name, spread, value: this.#accept('=') ? this.#expression() : undefined });
      if (!this.#accept(',')) break;
    }
    return out;
  }

  #targets(): Expr {
    const items = [this.#unary()];
    while (this.#accept(',')) {
      if (this.#is('in') || this.#is('=')) break;
      items.push(this.#unary());
    }
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: 'tuple', items };
  }

  #list(): Expr {
    const first = this.#expression();
    if (!this.#is(',')) return first;
    const items = [first];
    while (this.#accept(',')) {
      if (this.#ends() || this.#is('=') || this.#is(')') || this.#is(']') || this.#is(':')) break;
      items.push(this.#expression());
    }
    return { kind: 'tuple', items };
  }

  #expression(): Expr {
    if (this.#accept('lambda')) {
      const parameters = this.#parameters(':');
      this.#expect(':');
      return { kind: 'lambda', parameters, body: this.#expression() };
    }
    const value = this.#or();
    if (!this.#accept('if')) return value;
    const test = this.#or();
    this.#expect('else');
    return { kind: 'choice', test, yes: value, no: this.#expression() };
  }

  #or(): Expr {
    let left = this.#and();
    while (this.#accept('or')) left = { kind: 'logic', operator: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expr {
    let left = this.#not();
    while (this.#accept('and')) left = { kind: 'logic', operator: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Expr {
    return this.#accept('not') ? { kind: 'unary', operator: 'not', of: this.#not() } : this.#comparison();
  }

  #comparison(): Expr {
    const first = this.#binary(0);
    const rest: { operator: string; value: Expr }[] = [];
    for (;;) {
      let operator = this.#peek().text;
      if (this.#peek().kind === 'op' && /^(==|!=|<|>|<=|>=)$/.test(operator)) this.#at++;
      else if (this.#is('in')) this.#at++;
      else if (this.#is('not') && this.#tokens[this.#at + 1]?.text === 'in') {
        this.#at += 2;
        operator = 'not in';
      } else if (this.#accept('is')) operator = this.#accept('not') ? 'is not' : 'is';
      else break;
      rest.push({ operator, value: this.#binary(0) });
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest };
  }

  #binary(level: number): Expr {
    const pattern = [/^\|$/, /^\^$/, /^&$/, /^(<<|>>)$/, /^[-+]$/, /^(\*|\/|\/\/|%|@)$/][level];
    if (pattern === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#peek().kind === 'op' && pattern.test(this.#peek().text)) {
      const { text, line } = this.#peek();
      this.#at++;
      left = { kind: 'binary', operator: text, left, right: this.#binary(level + 1), line };
    }
    return left;
  }

  #unary(): Expr {
    const { text, kind, line } = this.#peek();
    if (kind === 'op' && /^[-+~]$/.test(text)) {
      this.#at++;
      return { kind: 'unary', operator: text, of: this.#unary() };
    }
    const value = this.#postfix();
    if (!this.#accept('**')) return value;
    return { kind: 'binary', operator: '**', left: value, right: this.#unary(), line };
  }

  #postfix(): Expr {
    let value = this.#atom();
    for (;;) {
      const { line } = this.#peek();
      if (this.#accept('.')) value = { kind: 'attribute', of: value, name: this.#name(), line };
      else if (this.#accept('(')) value = { kind: 'call', of: value, args: this.#arguments(), line };
      else if (this.#accept('[')) value = this.#subscript(value, line);
      else return value;
    }
  }

  #arguments(): Argument[] {
    const out: Argument[] = [];
    while (!this.#is(')')) {
      const spread = this.#accept('**') ? '**' : this.#accept('*') ? '*' : '';
      const named = this.#peek().kind === 'name' && this.#tokens[this.#at + 1]?.text === '=' && spread === '';
      const name = named ? this.#name() : undefined;
      if (named) this.#at++;
      const value = this.#expression();
      if (this.#is('for')) {
        out.push({ name: undefined, spread: '', value: this.#comprehension('list', value, undefined) });
        break;
      }
      out.push({ name, spread, value });
      if (!this.#accept(',')) break;
    }
    this.#expect(')');
    return out;
  }

  #subscript(of: Expr, line: number): Expr {
    const from = this.#is(':') ? undefined : this.#list();
    if (!this.#accept(':')) {
      this.#expect(']');
      return { kind: 'index', of, at: from ?? { kind: 'constant', value: null }, line };
    }
    const to = this.#is(']') || this.#is(':') ? undefined : this.#expression();
    const step = this.#accept(':') && !this.#is(']') ? this.#expression() : undefined;
    this.#expect(']');
    return { kind: 'slice', of, from, to, step };
  }

  #comprehension(form: 'list' | 'set' | 'dict', value: Expr, key: Expr | undefined): Expr {
    this.#expect('for');
    const target = this.#targets();
    this.#expect('in');
    const over = this.#or();
    const tests: Expr[] = [];
    while (this.#accept('if')) tests.push(this.#or());
    return { kind: 'comprehension', form, value, key, target, over, tests };
  }

  #atom(): Expr {
    const token = this.#peek();
    this.#at++;
    if (token.kind === 'number') {
      const text = token.text.replaceAll('_', '');
      return /[.eE]/.test(text) && !/^0[xX]/.test(text)
        ? { kind: 'float', value: Number(text) }
        : { kind: 'constant', value: Number(text) };
    }
    if (token.kind === 'string') return this.#strings(token);
    if (token.kind === 'name') {
      if (token.text === 'None') return { kind: 'constant', value: null };
      if (token.text === 'True' || token.text === 'False')
        return { kind: 'constant', value: token.text === 'True' };
      if (KEYWORDS.has(token.text)) {
        this.#at--;
        throw this.#error();
      }
      return { kind: 'name', name: token.text, line: token.line };
    }
    if (token.text === '(') {
      if (this.#accept(')')) return { kind: 'tuple', items: [] };
      const value = this.#list();
      if (this.#is('for')) {
        const made = this.#comprehension('list', value, undefined);
        this.#expect(')');
        return made;
      }
      this.#expect(')');
      return value;
    }
    if (token.text === '[') {
      if (this.#accept(']')) return { kind: 'list', items: [] };
      const first = this.#expression();
      if (this.#is('for')) {
        const made = this.#comprehension('list', first, undefined);
        this.#expect(']');
        return made;
      }
      const items = [first];
      while (this.#accept(',')) if (!this.#is(']')) items.push(this.#expression());
      this.#expect(']');
      return { kind: 'list', items };
    }
    if (token.text === '{') return this.#braces();
    this.#at--;
    throw this.#error();
  }

  #braces(): Expr {
    if (this.#accept('}')) return { kind: 'dict', items: [] };
    const first = this.#expression();
    if (!this.#accept(':')) {
      if (this.#is('for')) {
        const made = this.#comprehension('set', first, undefined);
        this.#expect('}');
        return made;
      }
      const items = [first];
      while (this.#accept(',')) if (!this.#is('}')) items.push(this.#expression());
      this.#expect('}');
      return { kind: 'set', items };
    }
    const value = this.#expression();
    if (this.#is('for')) {
      const made = this.#comprehension('dict', value, first);
      this.#expect('}');
      return made;
    }
    const items: [Expr, Expr][] = [[first, value]];
    while (this.#accept(',')) {
      if (this.#is('}')) break;
      const key = this.#expression();
      this.#expect(':');
      items.push([key, this.#expression()]);
    }
    this.#expect('}');
    return { kind: 'dict', items };
  }

  /** Adjacent literals are one string; f-strings keep their expressions. */
  #strings(first: Token): Expr {
    const parts: (string | { value: Expr; spec: string; repr: boolean; source: string | undefined })[] = [];
    let token = first;
    for (;;) {
      const match = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(token.text);
      const prefix = (match?.[1] ?? '').toLowerCase();
      const body = match?.[3] ?? '';
      const plain = (text: string): string => (prefix.includes('r') ? text : unescapePython(text));
      if (prefix.includes('f')) parts.push(...formatParts(body, plain, token.line));
      else parts.push(plain(body));
      if (this.#peek().kind !== 'string') break;
      token = this.#peek();
      this.#at++;
    }
    if (parts.every((part) => typeof part === 'string')) return { kind: 'constant', value: parts.join('') };
    return { kind: 'format', parts };
  }
}

function formatParts(
  body: string,
  plain: (text: string) => string,
  line: number,
): (string | { value: Expr; spec: string; repr: boolean; source: string | undefined })[] {
  const out: (string | { value: Expr; spec: string; repr: boolean; source: string | undefined })[] = [];
  let literal = '';
  for (let i = 0; i < body.length; i++) {
    const c = body[i] ?? '';
    if ((c === '{' || c === '}') && body[i + 1] === c) {
      literal += c;
      i++;
    } else if (c === '{') {
      let depth = 0;
      let end = i + 1;
      for (; end < body.length; end++) {
        const d = body[end] ?? '';
        if ('([{'.includes(d)) depth++;
        if (depth === 0 && d === '}') break;
        if (')]}'.includes(d)) depth--;
      }
      const inside = body.slice(i + 1, end);
      const match = /^([\s\S]*?)(=)?(![rsa])?(?::([^:[\]()]*))?$/.exec(inside);
      const source = match?.[1] ?? inside;
      out.push(plain(literal));
      literal = '';
      if (source.trim() === '') throw new PySyntaxError('f-string: empty expression not allowed', line);
      out.push({
        value: new Parser(tokenize(source.trim())).only(),
        spec: match?.[4] ?? '',
        repr: match?.[3] === '!r',
        source: match?.[2] === undefined ? undefined : `${source}=`,
      });
      i = end;
    } else literal += c;
  }
  out.push(plain(literal));
  return out;
}

function unescapePython(text: string): string {
  return text.replace(/\\(\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\s\S])/g, (whole, code: string) => {
    if (code === '\n') return '';
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    if (/^[xu][0-9a-fA-F]/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return (
      { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', v: '\v' }[
        code
      ] ?? whole
    );
  });
}
