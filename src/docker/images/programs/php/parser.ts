import type { Block, Expr, Parameter, Stmt } from './ast.ts';
import { NotSimulated, PhpSyntaxError, type Token, tokens } from './tokens.ts';

const BINARY: readonly (readonly string[])[] = [
  ['or'],
  ['xor'],
  ['and'],
  ['??'],
  ['||'],
  ['&&'],
  ['==', '!=', '===', '!==', '<>', '<=>'],
  ['<', '<=', '>', '>='],
  ['.'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS = ['=', '.=', '+=', '-=', '*=', '/=', '%=', '??='];
const UNKNOWN =
  /^(class|interface|abstract|trait|enum|namespace|use|switch|match|fn|static|declare|goto|yield)$/;

/** Parses a file. Throws PhpSyntaxError, and NotSimulated for what exists in PHP but not here. */
export function parsePhp(source: string): Block {
  return new Parser(tokens(source)).file();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  file(): Block {
    const out: Stmt[] = [];
    while (this.#token.kind !== 'end') out.push(...this.#statement());
    return out;
  }

  get #token(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] ?? { kind: 'end', text: '', line: 0 };
  }

  /** Is the next token this symbol or (in any case) this word? */
  #is(...texts: readonly string[]): boolean {
    const { kind, text } = this.#token;
    return (
      (kind === 'symbol' && texts.includes(text)) || (kind === 'name' && texts.includes(text.toLowerCase()))
    );
  }

  #take(...texts: readonly string[]): boolean {
    if (!this.#is(...texts)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(text);
  }

  #unexpected(wanted?: string): PhpSyntaxError {
    const { kind, text, line } = this.#token;
    const what =
      kind === 'end'
        ? 'end of file'
        : kind === 'variable'
          ? `variable "${text}"`
          : kind === 'name'
            ? `identifier "${text}"`
            : `token "${text}"`;
    return new PhpSyntaxError(
      `syntax error, unexpected ${what}${wanted === undefined ? '' : `, expecting "${wanted}"`}`,
      line,
    );
  }

  #end(): void {
    if (this.#token.kind !== 'end') this.#expect(';');
  }

  // ---- statements ----------------------------------------------------------------------------------------------

  #statement(): Block {
    const { kind, text, line } = this.#token;
    if (kind === 'html') {
      this.#at++;
      return [{ kind: 'html', text }];
    }
    if (this.#take(';')) return [];
    if (this.#is('{')) return this.#braces();
    if (kind === 'name') {
      const word = text.toLowerCase();
      const next = this.#tokens[this.#at + 1]?.text;
      if (UNKNOWN.test(word) && next !== '(' && next !== '::') throw new NotSimulated(`"${text}"`);
      const read = this.#keyword(word, line);
      if (read !== undefined) return [read];
    }
    const value = this.#expression();
    this.#end();
    return [{ kind: 'expression', value }];
  }

  #keyword(word: string, line: number): Stmt | undefined {
    const next = (): void => {
      this.#at++;
    };
    switch (word) {
      case 'echo':
      case 'print': {
        next();
        const values = this.#list();
        this.#end();
        return { kind: 'echo', values };
      }
      case 'if':
        next();
        return this.#if();
      case 'while': {
        next();
        const test = this.#brackets();
        return { kind: 'while', test, body: this.#body('endwhile'), first: false };
      }
      case 'do': {
        next();
        const body = this.#statement();
        this.#expect('while');
        const test = this.#brackets();
        this.#end();
        return { kind: 'while', test, body, first: true };
      }
      case 'for':
        next();
        return this.#for();
      case 'foreach':
        next();
        return this.#foreach();
      case 'function':
        if (this.#tokens[this.#at + 1]?.kind !== 'name') throw new NotSimulated('a function without a name');
        next();
        return this.#function();
      case 'return': {
        next();
        const value = this.#is(';') || this.#token.kind === 'end' ? undefined : this.#expression();
        this.#end();
        return { kind: 'return', value };
      }
      case 'break':
      case 'continue':
        next();
        this.#end();
        return { kind: word };
      case 'global': {
        next();
        const names = this.#list().map((one) => (one.kind === 'variable' ? one.name : ''));
        this.#end();
        return { kind: 'global', names };
      }
      case 'throw': {
        next();
        const value = this.#expression();
        this.#end();
        return { kind: 'throw', value, line };
      }
      case 'try':
        next();
        return this.#try();
      default:
        return undefined;
    }
  }

  #braces(): Block {
    this.#expect('{');
    const out: Stmt[] = [];
    while (!this.#is('}')) {
      if (this.#token.kind === 'end') throw this.#unexpected();
      out.push(...this.#statement());
    }
    this.#expect('}');
    return out;
  }

  #brackets(): Expr {
    this.#expect('(');
    const value = this.#expression();
    this.#expect(')');
    return value;
  }

  /** One statement, `{ … }`, or `: … endx;`. */
  #body(...ends: readonly string[]): Block {
    if (!this.#take(':')) return this.#statement();
    const out = this.#until(...ends);
    this.#at++;
    this.#end();
    return out;
  }

  #until(...ends: readonly string[]): Block {
    const out: Stmt[] = [];
    while (!this.#is(...ends)) {
      if (this.#token.kind === 'end') throw this.#unexpected(ends[0]);
      out.push(...this.#statement());
    }
    return out;
  }

  #if(): Stmt {
    const test = this.#brackets();
    if (this.#take(':')) {
      const yes = this.#until('elseif', 'else', 'endif');
      if (this.#take('elseif')) return { kind: 'if', test, yes, no: [this.#if()] };
      let no: Block = [];
      if (this.#take('else')) {
        this.#take(':');
        no = this.#until('endif');
      }
      this.#expect('endif');
      this.#end();
      return { kind: 'if', test, yes, no };
    }
    const yes = this.#statement();
    if (this.#take('elseif')) return { kind: 'if', test, yes, no: [this.#if()] };
    if (this.#take('else')) return { kind: 'if', test, yes, no: this.#statement() };
    return { kind: 'if', test, yes, no: [] };
  }

  #for(): Stmt {
    this.#expect('(');
    const part = (end: string): Expr[] => {
      const out = this.#is(end) ? [] : this.#list();
      this.#expect(end);
      return out;
    };
    const start = part(';');
    const test = part(';');
    const step = part(')');
    return { kind: 'for', start, test, step, body: this.#body('endfor') };
  }

  #foreach(): Stmt {
    this.#expect('(');
    const list = this.#expression();
    this.#expect('as');
    let value = this.#expression();
    let key: Expr | undefined;
    if (this.#take('=>')) {
      key = value;
      value = this.#expression();
    }
    this.#expect(')');
    return { kind: 'foreach', list, key, value, body: this.#body('endforeach') };
  }

  #function(): Stmt {
    const name = this.#token.text;
    this.#at++;
    this.#expect('(');
    const parameters: Parameter[] = [];
    while (!this.#take(')')) {
      // Types are read and not checked.
      while (this.#token.kind === 'name' || this.#is('?', '|')) this.#at++;
      if (this.#token.kind !== 'variable') throw this.#unexpected('variable');
      const parameter = this.#token.text;
      this.#at++;
      parameters.push({ name: parameter, otherwise: this.#take('=') ? this.#expression() : undefined });
      if (!this.#is(')')) this.#expect(',');
    }
    if (this.#take(':')) while (this.#token.kind === 'name' || this.#is('?', '|')) this.#at++;
    return { kind: 'function', name, parameters, body: this.#braces() };
  }

  #try(): Stmt {
    const body = this.#braces();
    const catches: { types: string[]; name: string | undefined; body: Block }[] = [];
    while (this.#take('catch')) {
      this.#expect('(');
      const types: string[] = [];
      do {
        types.push(this.#token.text.replace(/^\\/, ''));
        this.#at++;
      } while (this.#take('|'));
      const name = this.#token.kind === 'variable' ? this.#token.text : undefined;
      if (name !== undefined) this.#at++;
      this.#expect(')');
      catches.push({ types, name, body: this.#braces() });
    }
    return { kind: 'try', body, catches, last: this.#take('finally') ? this.#braces() : [] };
  }

  // ---- expressions ---------------------------------------------------------------------------------------------

  #list(): Expr[] {
    const out = [this.#expression()];
    while (this.#take(',')) out.push(this.#expression());
    return out;
  }

  #expression(): Expr {
    return this.#binary(0);
  }

  #binary(level: number): Expr {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    // The ternary operator and assignments stand between the words and `??`.
    let left = level === 3 ? this.#conditional() : this.#binary(level + 1);
    if (level === 3) return left;
    while (this.#is(...operators)) {
      const { line } = this.#token;
      const operator = this.#token.text.toLowerCase();
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), line };
    }
    return left;
  }

  #conditional(): Expr {
    const test = this.#coalesce();
    if (!this.#take('?')) return test;
    if (this.#take(':')) return { kind: 'ternary', test, yes: undefined, no: this.#conditional() };
    const yes = this.#expression();
    this.#expect(':');
    return { kind: 'ternary', test, yes, no: this.#conditional() };
  }

  #coalesce(): Expr {
    const left = this.#binary(4);
    return this.#take('??')
      ? { kind: 'binary', operator: '??', left, right: this.#coalesce(), line: 0 }
      : left;
  }

  #unary(): Expr {
    const { line } = this.#token;
    for (const operator of ['!', '-', '+', '@'])
      if (this.#take(operator)) return { kind: 'unary', operator, of: this.#unary() };
    if (this.#is('++', '--')) {
      const by = this.#is('++') ? 1 : -1;
      this.#at++;
      return { kind: 'step', to: this.#unary(), by, before: true };
    }
    if (this.#is('(') && this.#tokens[this.#at + 2]?.text === ')') {
      const type = this.#tokens[this.#at + 1]?.text.toLowerCase() ?? '';
      if (/^(int|integer|float|string|bool|boolean|array)$/.test(type)) {
        this.#at += 3;
        return { kind: 'unary', operator: type, of: this.#unary() };
      }
    }
    if (this.#is('require', 'require_once', 'include', 'include_once')) {
      const word = this.#token.text.toLowerCase();
      this.#at++;
      const required = word.startsWith('require');
      return { kind: 'include', once: word.endsWith('once'), required, path: this.#expression(), line };
    }
    if (this.#take('exit', 'die')) {
      let value: Expr | undefined;
      if (this.#take('(')) {
        if (!this.#is(')')) value = this.#expression();
        this.#expect(')');
      }
      return { kind: 'exit', value };
    }
    if (this.#take('new')) {
      const name = this.#token.text.replace(/^\\/, '');
      this.#at++;
      const made: Expr = { kind: 'new', name, args: this.#is('(') ? this.#args() : [], line };
      return this.#after(made);
    }
    const left = this.#after(this.#primary());
    if (!this.#is(...ASSIGNMENTS)) return left;
    const operator = this.#token.text;
    this.#at++;
    return { kind: 'assign', operator, to: left, value: this.#conditional() };
  }

  #args(): Expr[] {
    this.#expect('(');
    const out: Expr[] = [];
    while (!this.#take(')')) {
      // A named argument is taken by its place.
      if (this.#token.kind === 'name' && this.#tokens[this.#at + 1]?.text === ':') this.#at += 2;
      out.push(this.#expression());
      if (!this.#is(')')) this.#expect(',');
    }
    return out;
  }

  #after(first: Expr): Expr {
    let value = first;
    for (;;) {
      const { line } = this.#token;
      if (this.#take('[')) {
        const key = this.#is(']') ? undefined : this.#expression();
        this.#expect(']');
        value = { kind: 'index', of: value, key };
      } else if (this.#take('->', '?->')) {
        const name = this.#token.text;
        this.#at++;
        value = this.#is('(')
          ? { kind: 'method', of: value, name, args: this.#args(), line }
          : { kind: 'property', of: value, name };
      } else if (this.#take('++')) value = { kind: 'step', to: value, by: 1, before: false };
      else if (this.#take('--')) value = { kind: 'step', to: value, by: -1, before: false };
      else return value;
    }
  }

  #primary(): Expr {
    const { kind, text, line } = this.#token;
    if (kind === 'end' || kind === 'html') throw this.#unexpected();
    this.#at++;
    switch (kind) {
      case 'variable':
        return { kind: 'variable', name: text };
      case 'number':
        return { kind: 'literal', value: Number(text) };
      case 'single':
        return { kind: 'literal', value: text.replace(/\\(['\\])/g, '$1') };
      case 'double':
        return interpolated(text);
      case 'name':
        return this.#named(text, line);
      default:
        break;
    }
    if (text === '(') {
      const value = this.#expression();
      this.#expect(')');
      return value;
    }
    if (text === '[') return this.#array(']');
    if (text === '&') return this.#unary();
    this.#at--;
    if (text === '<<<') throw new NotSimulated('a heredoc');
    throw this.#unexpected();
  }

  #named(text: string, line: number): Expr {
    const lower = text.toLowerCase().replace(/^\\/, '');
    if (this.#take('::')) {
      const name = this.#token.text;
      this.#at++;
      if (this.#is('(')) throw new NotSimulated(`${text}::${name}()`);
      return { kind: 'classConstant', owner: text, name };
    }
    if (!this.#is('(')) return { kind: 'constant', name: text.replace(/^\\/, ''), line };
    if (lower === 'array') {
      this.#at++;
      return this.#array(')');
    }
    const args = this.#args();
    if (lower === 'isset') return { kind: 'isset', list: args };
    if (lower === 'empty') {
      const [of] = args;
      if (of === undefined) throw this.#unexpected();
      return {
        kind: 'unary',
        operator: '!',
        of: { kind: 'binary', operator: '??', left: of, right: { kind: 'literal', value: null }, line: 0 },
      };
    }
    return { kind: 'call', name: lower, args, line };
  }

  #array(close: string): Expr {
    const items: { key: Expr | undefined; value: Expr }[] = [];
    while (!this.#take(close)) {
      const value = this.#expression();
      items.push(this.#take('=>') ? { key: value, value: this.#expression() } : { key: undefined, value });
      if (!this.#is(close)) this.#expect(',');
    }
    return { kind: 'array', items };
  }
}

/** `"Hello $name, {$row['x']}\n"`. */
function interpolated(raw: string): Expr {
  const parts: (string | Expr)[] = [];
  const pattern =
    /\{(\$(?:[^{}"']|"[^"]*"|'[^']*')*)\}|(\$[A-Za-z_]\w*)(?:\[(\w+|'\w+'|\$\w+)\]|->([A-Za-z_]\w*))?|\\([\s\S])|[^\\${]+|[\s\S]/g;
  for (const [whole, braced, name, key, property, escaped] of raw.matchAll(pattern)) {
    if (braced !== undefined) parts.push(expressionOf(braced));
    else if (name !== undefined) {
      const quoted = key !== undefined && /^[A-Za-z_]/.test(key) ? `'${key}'` : key;
      parts.push(
        expressionOf(
          name +
            (quoted === undefined ? '' : `[${quoted}]`) +
            (property === undefined ? '' : `->${property}`),
        ),
      );
    } else if (escaped !== undefined)
      parts.push({ n: '\n', r: '\r', t: '\t', $: '$', '"': '"', '\\': '\\', e: '\x1b' }[escaped] ?? whole);
    else parts.push(whole);
  }
  return parts.every((part) => typeof part === 'string')
    ? { kind: 'literal', value: parts.join('') }
    : { kind: 'text', parts };
}

function expressionOf(code: string): Expr {
  const [first] = parsePhp(`<?php ${code};`);
  if (first?.kind !== 'expression') throw new NotSimulated(code);
  return first.value;
}
