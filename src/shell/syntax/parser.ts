import type { AndOr, Command, Pipeline, Redirect, Script } from './ast.ts';
import {
  readArithCommand,
  readCase,
  readConditionCommand,
  readFor,
  readFunction,
  readIf,
  readWhile,
} from './compound.ts';
import type { Dialect } from './dialect.ts';
import type { SyntaxFault } from './fault.ts';
import { Heredocs } from './heredocs.ts';
import { readRedirect } from './redirects.ts';
import { readSimple } from './simple.ts';
import { Source } from './source.ts';
import { readWord, skipBlank } from './words.ts';

/** Longest first. */
const OPERATORS = [
  '<<<',
  '<<-',
  ';;&',
  '&>>',
  '&&',
  '||',
  ';;',
  ';&',
  '|&',
  '<<',
  '<&',
  '<>',
  '>>',
  '>&',
  '>|',
  '&>',
  '&',
  '|',
  ';',
  '<',
  '>',
  '(',
  ')',
  '\n',
];
const RESERVED =
  /(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|in|function|select|time|!|\{|\}|\[\[|\]\])(?=[\s;&|<>()]|$)/y;

export interface ParserOptions {
  readonly firstLine?: number | undefined;
  /** What an alias stands for; without it aliases are not expanded. */
  readonly alias?: ((name: string) => string | undefined) | undefined;
  /** Are `@(a|b)` patterns on (`shopt -s extglob`)? */
  readonly extglob?: boolean | undefined;
}

/**
 * Reads shell source line by line into syntax trees. A shell executes a line before it reads the next one, so an error
 * further down does not stop what stands above it.
 */
export class Parser {
  readonly source: Source;
  readonly #alias: ((name: string) => string | undefined) | undefined;
  readonly heredocs = new Heredocs();
  /** Where the line that `next` reads, or read last, begins. */
  start = 0;
  #aliasEnd = -1;
  #aliasUsed = new Set<string>();

  constructor(text: string, dialect: Dialect, options: ParserOptions = {}) {
    this.source = new Source(text, dialect, options.firstLine ?? 1);
    this.source.extglob = options.extglob ?? false;
    this.source.commandsUntilParenthesis = () => this.#untilParenthesis();
    this.#alias = options.alias;
  }

  set extglob(on: boolean) {
    this.source.extglob = on;
  }

  /** The commands of the next line that has any; undefined at the end. Throws SyntaxFault. */
  next(): Script | undefined {
    const s = this.source;
    this.newlines();
    const start = s.at;
    this.start = start;
    if (s.ended) return undefined;
    const items: AndOr[] = [];
    for (;;) {
      const item = this.#andOr();
      items.push(item);
      skipBlank(s);
      if (s.ended) break;
      if (s.char === '\n') {
        this.#newline();
        break;
      }
      if (this.#separator(item)) {
        skipBlank(s);
        if (s.ended) break;
        if (s.char === '\n') {
          this.#newline();
          break;
        }
        continue;
      }
      throw this.unexpected();
    }
    if (s.ended) this.heredocs.fill(this.source);
    return { items, start, end: s.at };
  }

  /** Goes on reading elsewhere after an error. */
  restartAt(position: number): void {
    this.source.at = position;
    this.heredocs.clear();
  }

  /** Everything as one script. */
  all(): Script {
    const items: AndOr[] = [];
    for (let line = this.next(); line !== undefined; line = this.next()) items.push(...line.items);
    return { items, start: 0, end: this.source.at };
  }

  // ---- for the readers of compound commands ----------------------------------------------------------------------

  /** The reserved word at the cursor, if there is one. */
  reserved(): string | undefined {
    const s = this.source;
    skipBlank(s);
    RESERVED.lastIndex = s.at;
    const word = RESERVED.exec(s.text)?.[0];
    if (word === '[[' || word === ']]' || word === 'function' || word === 'select' || word === 'time') {
      if (s.dialect.name === 'dash' || (s.dialect.name === 'ash' && word !== 'function' && word !== 'time'))
        return undefined;
      if (s.dialect.name !== 'bash' && word === 'time') return undefined;
    }
    return word;
  }

  operator(): string | undefined {
    const s = this.source;
    skipBlank(s);
    const found = OPERATORS.find((operator) => s.looksAt(operator));
    if (found === '|&' && !s.dialect.extended) return '|';
    if ((found === '&>' || found === '&>>') && !s.dialect.bothRedirect) return '&';
    if (found === '&>>' && !s.dialect.bothAppend) return s.dialect.bothRedirect ? '&>' : '&';
    if (found === '<<<' && !s.dialect.hereString) return '<<';
    if ((found === ';&' || found === ';;&') && !s.dialect.extended)
      return found.startsWith(';;') ? ';;' : ';';
    return found;
  }

  take(operator: string): boolean {
    if (this.operator() !== operator) return false;
    this.source.at += operator.length;
    return true;
  }

  takeReserved(word: string): boolean {
    if (this.reserved() !== word) return false;
    this.source.at += word.length;
    return true;
  }

  /** The reserved word must come next. */
  expect(word: string): void {
    if (this.takeReserved(word)) return;
    throw this.unexpected(word);
  }

  /** Skips newlines (reading here-documents that begin after them), blanks and comments. */
  newlines(): void {
    for (;;) {
      skipBlank(this.source);
      if (this.source.char !== '\n') return;
      this.#newline();
    }
  }

  /** Commands up to one of these reserved words (not consumed); at least one. */
  body(ends: readonly string[], expecting?: string): Script {
    const script = this.bodyOrNothing(
      (word, operator) =>
        (word !== undefined && ends.includes(word)) || (operator !== undefined && ends.includes(operator)),
      expecting ?? ends[0],
    );
    if (script.items.length === 0) throw this.unexpected();
    return script;
  }

  bodyOrNothing(
    ends: (reserved: string | undefined, operator: string | undefined) => boolean,
    expecting: string | undefined,
  ): Script {
    const s = this.source;
    const items: AndOr[] = [];
    this.newlines();
    const start = s.at;
    for (;;) {
      this.newlines();
      if (s.ended) throw s.end(expecting);
      if (ends(this.reserved(), this.operator())) return { items, start, end: s.at };
      const item = this.#andOr();
      items.push(item);
      skipBlank(s);
      if (s.ended) throw s.end(expecting);
      if (s.char === '\n' || this.#separator(item)) continue;
      if (ends(undefined, this.operator())) return { items, start, end: s.at };
      throw this.unexpected(expecting);
    }
  }

  /** The error for whatever stands at the cursor. */
  unexpected(expecting?: string): SyntaxFault {
    const s = this.source;
    skipBlank(s);
    if (s.ended) return s.end(expecting);
    const reserved = this.reserved();
    const token = this.operator() ?? reserved;
    if (token !== undefined) return s.fault({ kind: 'unexpected', token, expecting });
    const at = s.at;
    const word = readWord(s);
    const text = s.text.slice(word.start, Math.max(word.end, word.start + 1));
    return s.fault({ kind: 'unexpected', token: text, word: true, expecting }, at);
  }

  /** Redirections after a compound command. */
  redirects(): Redirect[] {
    const found: Redirect[] = [];
    for (let redirect = readRedirect(this); redirect !== undefined; redirect = readRedirect(this))
      found.push(redirect);
    return found;
  }

  // ---- grammar ---------------------------------------------------------------------------------------------------

  #untilParenthesis(): Script {
    const s = this.source;
    let script: Script;
    try {
      script = this.bodyOrNothing((_word, operator) => operator === ')', ')');
    } catch (error) {
      if (s.dialect.name === 'bash' && isEnd(error)) throw s.unmatched(')', s.text.length);
      throw error;
    }
    s.at++;
    return script;
  }

  /** Moves past `;`; `&` is consumed with the command it follows. */
  #separator(before: AndOr): boolean {
    return before.background || this.take(';');
  }

  #andOr(): AndOr {
    const s = this.source;
    skipBlank(s);
    const start = s.at;
    const first = this.#pipeline();
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = [];
    for (;;) {
      const operator = this.operator();
      if (operator !== '&&' && operator !== '||') break;
      s.at += 2;
      this.newlines();
      if (s.ended) throw s.end();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
    const end = rest.at(-1)?.pipeline.end ?? first.end;
    const background = this.operator() === '&';
    if (background) {
      s.at++;
      // What follows `&` is a new command without any further separator.
      if (this.operator() === ';' || this.operator() === '&') throw this.unexpected();
    }
    return { first, rest, background, source: s.text.slice(start, end), start, end };
  }

  #pipeline(): Pipeline {
    const s = this.source;
    skipBlank(s);
    const start = s.at;
    let timed: Pipeline['timed'];
    let negated = false;
    for (;;) {
      if (this.takeReserved('!')) negated = !negated;
      else if (timed === undefined && s.dialect.name === 'bash' && this.takeReserved('time')) {
        timed = 'bash';
        skipBlank(s);
        if (/^-p(?=[\s;&|]|$)/.test(s.text.slice(s.at, s.at + 3))) {
          s.at += 2;
          timed = 'posix';
        }
      } else break;
    }
    const commands: Command[] = [];
    const withErrors: boolean[] = [];
    skipBlank(s);
    const nothing = timed !== undefined && (s.ended || s.char === '\n' || s.char === ';' || s.char === ')');
    if (!nothing) {
      commands.push(this.#command());
      for (
        let operator = this.operator();
        operator === '|' || operator === '|&';
        operator = this.operator()
      ) {
        s.at += operator.length;
        withErrors[commands.length - 1] = operator === '|&';
        this.newlines();
        if (s.ended) throw s.end();
        commands.push(this.#command());
      }
    }
    const end = commands.at(-1)?.end ?? s.at;
    return { commands, withErrors, negated, timed, source: s.text.slice(start, end), start, end };
  }

  #command(): Command {
    const s = this.source;
    skipBlank(s);
    this.#expandAlias();
    const start = s.at;
    const line = s.lineAt(start);
    const word = this.reserved();
    switch (word) {
      case 'if':
        return readIf(this, start, line);
      case 'for':
      case 'select':
        return readFor(this, start, line, word);
      case 'while':
      case 'until':
        return readWhile(this, start, line, word);
      case 'case':
        return readCase(this, start, line);
      case 'function':
        return readFunction(this, start, line);
      case '[[':
        return readConditionCommand(this, start, line);
      case '{': {
        s.at++;
        const body = this.body(['}']);
        this.expect('}');
        const redirects = this.redirects();
        return { kind: 'group', body, redirects, line, start, end: s.at };
      }
      case undefined:
      case 'in':
        break;
      default:
        throw this.unexpected();
    }
    if (this.operator() === '(') {
      if (s.looksAt('((') && s.dialect.extended) {
        const arith = readArithCommand(this, start, line);
        if (arith !== undefined) return arith;
      }
      s.at++;
      const body = this.body([')']);
      s.at++;
      const redirects = this.redirects();
      return { kind: 'subshell', body, redirects, line, start, end: s.at };
    }
    return readSimple(this, start, line);
  }

  /** The compound command of a function definition. */
  functionBody(name: string, start: number, line: number): Command {
    const s = this.source;
    this.newlines();
    if (s.ended) throw s.end();
    const body = this.#command();
    if (body.kind === 'simple' && s.dialect.name === 'bash') {
      s.at = body.start;
      throw this.unexpected();
    }
    const source = s.text.slice(start, body.end);
    return { kind: 'function', name, body, source, redirects: [], line, start, end: body.end };
  }

  #expandAlias(): void {
    if (this.#alias === undefined) return;
    const s = this.source;
    for (;;) {
      if (s.at >= this.#aliasEnd) this.#aliasUsed.clear();
      const word = /^[^\s;&|<>()'"\\$`=#]+(?=[\s;&|<>()]|$)/.exec(s.text.slice(s.at, s.at + 200))?.[0];
      if (word === undefined || this.#aliasUsed.has(word)) return;
      const value = this.#alias(word);
      if (value === undefined) return;
      this.#aliasUsed.add(word);
      s.text = s.text.slice(0, s.at) + value + s.text.slice(s.at + word.length);
      this.#aliasEnd = s.at + value.length;
      skipBlank(s);
    }
  }

  // ---- redirections ----------------------------------------------------------------------------------------------

  #newline(): void {
    this.source.at++;
    this.heredocs.fill(this.source);
  }
}

function isEnd(error: unknown): boolean {
  return error instanceof Error && 'detail' in error && (error as SyntaxFault).detail.kind === 'end';
}
