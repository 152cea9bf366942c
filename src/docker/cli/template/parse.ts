import type { CommandNode, Node, Operand, PipeNode } from './ast.ts';
import { lex, type Token } from './lex.ts';

/** A template that does not parse; `message` is Go's text: `template: :1: unclosed action`. */
export class TemplateSyntaxError extends Error {}

/** A parsed template and those it defines. */
export interface Template {
  readonly text: string;
  readonly nodes: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

/** Reads a Go template. `functions` are the names that may be called. Throws `TemplateSyntaxError`. */
export function parseTemplate(text: string, functions: ReadonlySet<string>): Template {
  return new Parser(text, functions).parse();
}

const KEYWORDS = new Set([
  'if',
  'else',
  'end',
  'range',
  'with',
  'define',
  'block',
  'template',
  'break',
  'continue',
  'nil',
]);

class Parser {
  readonly #text: string;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #defined = new Map<string, readonly Node[]>();
  #at = 0;
  #variables: string[] = ['$'];
  #loops = 0;

  constructor(text: string, functions: ReadonlySet<string>) {
    this.#text = text;
    this.#functions = functions;
    this.#tokens = lex(text);
  }

  parse(): Template {
    const { nodes, end } = this.#list('');
    if (end !== undefined) this.#fail(`unexpected {{${end}}}`);
    return { text: this.#text, nodes, defined: this.#defined };
  }

  #fail(message: string, pos = this.#peek().pos): never {
    const line = 1 + (this.#text.slice(0, pos).match(/\n/g)?.length ?? 0);
    throw new TemplateSyntaxError(`template: :${line}: ${message}`);
  }

  #peek(): Token {
    const token = this.#tokens[this.#at] ?? { kind: 'end' as const, text: 'EOF', pos: this.#text.length };
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    if (token.kind === 'error') this.#fail(token.text, token.pos);
    return token;
  }

  #skipSpace(): Token {
    while (this.#peek().kind === 'space') this.#at++;
    const token = this.#peek();
    if (token.kind === 'error') this.#fail(token.text, token.pos);
    return token;
  }

  #unexpected(token: Token, context: string): never {
    const shown =
      token.kind === 'end'
        ? 'EOF'
        : token.kind === 'word' && KEYWORDS.has(token.text)
          ? `<${token.text}>`
          : JSON.stringify(token.text.trim());
    this.#fail(`unexpected ${shown} in ${context}`, token.pos);
  }

  /** Nodes up to `{{end}}` or `{{else}}`. */
  #list(inside: string): { nodes: Node[]; end: 'end' | 'else' | undefined } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === 'end') {
        if (inside !== '') this.#fail('unexpected EOF', token.pos);
        return { nodes, end: undefined };
      }
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text });
        continue;
      }
      const word = this.#skipSpace();
      if (word.kind === 'word' && (word.text === 'end' || word.text === 'else')) {
        this.#at++;
        if (word.text === 'end') this.#close('end');
        return { nodes, end: word.text };
      }
      const node = this.#action(word);
      if (node !== undefined) nodes.push(node);
    }
  }

  #close(context: string): void {
    const token = this.#skipSpace();
    if (token.kind !== 'close') this.#unexpected(token, context);
    this.#at++;
  }

  #action(word: Token): Node | undefined {
    if (word.kind === 'word') {
      switch (word.text) {
        case 'if':
        case 'with':
        case 'range':
          this.#at++;
          return this.#control(word.text);
        case 'define':
          this.#at++;
          this.#define();
          return undefined;
        case 'block':
          this.#at++;
          return this.#block(word.pos);
        case 'template':
          this.#at++;
          return this.#template();
        case 'break':
        case 'continue':
          this.#at++;
          if (this.#loops === 0) this.#fail(`{{${word.text}}} outside {{range}}`, word.pos);
          this.#close(word.text);
          return { kind: word.text };
        default:
      }
    }
    const pipe = this.#pipeline('command', 'close');
    return { kind: 'action', pipe };
  }

  #control(kind: 'if' | 'with' | 'range'): Node {
    const mark = this.#variables.length;
    const pipe = this.#pipeline(kind, 'close');
    if (kind === 'range') this.#loops++;
    const body = this.#list(kind);
    if (kind === 'range') this.#loops--;
    let otherwise: Node[] = [];
    if (body.end === 'else') {
      const token = this.#skipSpace();
      if (token.kind === 'word' && (token.text === 'if' || token.text === 'with') && token.text === kind) {
        this.#at++;
        otherwise = [this.#control(token.text)];
      } else {
        this.#close('else');
        const rest = this.#list(kind);
        if (rest.end === 'else') this.#fail('expected end; found {{else}}');
        otherwise = rest.nodes;
      }
    }
    this.#variables.length = mark;
    return { kind, pipe, body: body.nodes, otherwise };
  }

  #define(): void {
    const name = this.#quoted('define clause');
    this.#close('define clause');
    const before = this.#variables;
    this.#variables = ['$'];
    const { nodes, end } = this.#list('define');
    if (end === 'else') this.#fail('unexpected {{else}} in define clause');
    this.#variables = before;
    this.#defined.set(name, nodes);
  }

  #block(pos: number): Node {
    const name = this.#quoted('block clause');
    const pipe = this.#pipeline('block clause', 'close');
    const { nodes } = this.#list('block');
    if (!this.#defined.has(name)) this.#defined.set(name, nodes);
    return { kind: 'template', name, pipe, pos };
  }

  #template(): Node {
    const { pos } = this.#skipSpace();
    const name = this.#quoted('template clause');
    if (this.#skipSpace().kind === 'close') {
      this.#at++;
      return { kind: 'template', name, pipe: undefined, pos };
    }
    return { kind: 'template', name, pipe: this.#pipeline('template clause', 'close'), pos };
  }

  #quoted(context: string): string {
    const token = this.#skipSpace();
    if (token.kind !== 'string' && token.kind !== 'raw') this.#unexpected(token, context);
    this.#at++;
    return this.#unquote(token);
  }

  #pipeline(context: string, until: 'close' | 'paren'): PipeNode {
    const first = this.#skipSpace();
    const { variables, assign } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#skipSpace();
      const closes =
        until === 'close' ? token.kind === 'close' : token.text === ')' && token.kind === 'punct';
      if (closes) {
        this.#at++;
        if (commands.length === 0) this.#fail(`missing value for ${context}`, token.pos);
        this.#checkPipeline(commands);
        return { pos: first.pos, variables, assign, commands };
      }
      if (token.kind === 'end' || token.kind === 'close')
        this.#unexpected(token, context === 'parenthesized pipeline' ? 'parenthesized pipeline' : context);
      commands.push(this.#command(context));
    }
  }

  #checkPipeline(commands: readonly CommandNode[]): void {
    for (const [index, command] of commands.entries()) {
      const head = command.args[0];
      if (index === 0 || head === undefined) continue;
      if (
        head.kind === 'bool' ||
        head.kind === 'dot' ||
        head.kind === 'nil' ||
        head.kind === 'number' ||
        head.kind === 'string'
      )
        this.#fail(`non executable command in pipeline stage ${index + 1}`, head.pos);
    }
  }

  #declarations(context: string): { variables: string[]; assign: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    for (;;) {
      const token = this.#skipSpace();
      if (token.kind !== 'variable') break;
      this.#at++;
      const after = this.#skipSpace();
      if (after.kind === 'punct' && (after.text === ':=' || after.text === '=')) {
        this.#at++;
        variables.push(token.text);
        if (after.text === ':=') this.#variables.push(...variables);
        return { variables, assign: after.text === '=' };
      }
      if (after.kind === 'punct' && after.text === ',' && context === 'range' && variables.length === 0) {
        this.#at++;
        variables.push(token.text);
        continue;
      }
      break;
    }
    this.#at = start;
    return { variables: [], assign: false };
  }

  #command(context: string): CommandNode {
    const args: Operand[] = [];
    const pos = this.#skipSpace().pos;
    for (;;) {
      this.#skipSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const token = this.#peek();
      if (token.kind === 'space') continue;
      if (token.kind === 'close' || (token.kind === 'punct' && token.text === ')')) break;
      if (token.kind === 'punct' && token.text === '|') {
        this.#at++;
        const after = this.#skipSpace();
        if (after.kind === 'close' || (after.kind === 'punct' && after.text === ')'))
          this.#fail(`missing value for ${context}`, after.pos);
        break;
      }
      if (operand === undefined) {
        if (token.kind === 'error') this.#next();
        this.#unexpected(token, 'operand');
      }
      if (token.kind === 'error') this.#next();
      this.#unexpected(token, 'operand');
    }
    if (args.length === 0) this.#fail('empty command', pos);
    return { pos, args };
  }

  #operand(): Operand | undefined {
    const base = this.#term();
    if (base === undefined) return undefined;
    const names: string[] = [];
    let pos = base.pos;
    while (this.#peek().kind === 'field') {
      const token = this.#next();
      if (names.length === 0) pos = token.pos;
      names.push(token.text.slice(1));
    }
    if (names.length === 0) return base;
    switch (base.kind) {
      case 'field':
        return { ...base, pos, names: [...base.names, ...names] };
      case 'variable':
        return { ...base, pos, names: [...base.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${JSON.stringify(this.#text.slice(base.pos, pos))}`, pos);
      default:
        return { kind: 'chain', pos, of: base, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.#peek();
    const { pos, text } = token;
    switch (token.kind) {
      case 'error':
        this.#next();
        return undefined;
      case 'word':
        if (text === 'true' || text === 'false') {
          this.#at++;
          return { kind: 'bool', pos, value: text === 'true' };
        }
        if (text === 'nil') {
          this.#at++;
          return { kind: 'nil', pos };
        }
        if (KEYWORDS.has(text)) return undefined;
        if (!this.#functions.has(text)) this.#fail(`function ${JSON.stringify(text)} not defined`, pos);
        this.#at++;
        return { kind: 'function', pos, name: text };
      case 'field':
        this.#at++;
        return { kind: 'field', pos, names: [text.slice(1)] };
      case 'variable':
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${JSON.stringify(text)}`, pos);
        this.#at++;
        return { kind: 'variable', pos, names: [text] };
      case 'string':
      case 'raw':
        this.#at++;
        return { kind: 'string', pos, value: this.#unquote(token), text };
      case 'char':
        this.#at++;
        return {
          kind: 'number',
          pos,
          value: this.#unquote({ ...token, text: `"${text.slice(1, -1)}"` }).codePointAt(0) ?? 0,
          float: false,
          text,
        };
      case 'number':
        this.#at++;
        return {
          kind: 'number',
          pos,
          value: Number(text.replaceAll('_', '')),
          float: /[.eE]/.test(text) && !/^[+-]?0[xX]/.test(text),
          text,
        };
      case 'punct':
        if (text === '.') {
          this.#at++;
          return { kind: 'dot', pos };
        }
        if (text === '(') {
          this.#at++;
          return { kind: 'pipe', pos, pipe: this.#pipeline('parenthesized pipeline', 'paren') };
        }
        return undefined;
      default:
        return undefined;
    }
  }

  #unquote(token: Token): string {
    if (token.kind === 'raw') return token.text.slice(1, -1);
    return token.text
      .slice(1, -1)
      .replace(
        /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g,
        (
          whole,
          simple: string | undefined,
          hex: string | undefined,
          short: string | undefined,
          long: string | undefined,
          octal: string | undefined,
        ) => {
          if (simple !== undefined) return ESCAPES[simple] ?? simple;
          if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
          const code = hex ?? short ?? long;
          if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
          return this.#fail('invalid syntax', token.pos) ?? whole;
        },
      );
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
