import { readWord, type Span, sumEnd, type Word } from './word.ts';

/** A mark of the shell language that stands for itself: an operator, a keyword, a comment. */
export interface Mark extends Span {
  readonly type: 'mark';
  readonly kind: 'operator' | 'keyword' | 'comment' | 'heredoc' | 'arithmetic';
  /** What the reference explains it by: `&&`, `for`. */
  readonly key: string;
}

/** `> file`, `2>&1`, `<<EOF`. */
export interface Redirection extends Span {
  readonly type: 'redirection';
  /** The descriptor in front; undefined for the usual one. */
  readonly fd?: number | undefined;
  readonly operator: string;
  readonly target: Word;
}

/** A word that the language itself uses: the variable of `for`, its values, the subject and patterns of `case`, a function's name. */
export interface Role extends Span {
  readonly type: 'role';
  readonly role: 'variable' | 'item' | 'subject' | 'pattern' | 'function';
  readonly word: Word;
}

/** A command with its words; redirections stand beside it. */
export interface SimpleCommand {
  readonly type: 'command';
  readonly assignments: readonly Word[];
  readonly words: readonly Word[];
}

export type Piece = Mark | Redirection | Role | SimpleCommand;

/** Words after which a command may begin. */
const OPENERS = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '{', '!', 'time']);
/** Words that end a block; only operators and redirections may follow. */
const CLOSERS = new Set(['fi', 'done', '}']);
const OPERATORS = ['&&', '||', '|&', ';;&', ';;', ';&', '|', '&', ';', '(', ')'];
const REDIRECTION = /^(\d*)(<<<|<<-|<<|<>|<&|>>|>\||>&|<|>)|^()(&>>|&>)/;
const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

interface Waiting {
  readonly delimiter: string;
  readonly tabs: boolean;
}

/** Reads a piece of shell language into its marks and commands, in no particular order. Never fails: what is broken is read as far as it goes. */
class Reader {
  readonly #source: string;
  readonly #end: number;
  #at: number;
  readonly #pieces: Piece[] = [];
  #assignments: Word[] = [];
  #words: Word[] = [];
  readonly #heredocs: Waiting[] = [];
  /** For each open `case`, whether a pattern comes next. */
  readonly #cases: boolean[] = [];

  constructor(source: string, { from, to }: Span) {
    this.#source = source;
    this.#at = from;
    this.#end = to;
  }

  read(): Piece[] {
    while (this.#at < this.#end) this.#step();
    this.#endCommand();
    return this.#pieces;
  }

  get #rest(): string {
    return this.#source.slice(this.#at, this.#end);
  }

  get #atStart(): boolean {
    return this.#words.length === 0 && this.#assignments.length === 0;
  }

  #step(): void {
    const c = this.#source[this.#at] ?? '';
    if (c === '\\' && this.#source[this.#at + 1] === '\n') this.#at += 2;
    else if (c === '\n') {
      this.#endCommand();
      this.#at++;
      this.#readHeredocs();
    } else if (/\s/.test(c)) this.#at++;
    else if (c === '#') this.#comment();
    else if (this.#words[0]?.text === '[[' && this.#words.at(-1)?.text !== ']]') this.#testWord();
    else if (!this.#redirection() && !this.#operator()) this.#word();
  }

  #mark(kind: Mark['kind'], key: string, length: number): void {
    this.#pieces.push({ type: 'mark', kind, key, from: this.#at, to: this.#at + length });
    this.#at += length;
  }

  #comment(): void {
    const newline = this.#rest.indexOf('\n');
    this.#mark('comment', '#', newline < 0 ? this.#rest.length : newline);
  }

  #operator(): boolean {
    const rest = this.#rest;
    const sum = this.#atStart ? sumEnd(this.#source, this.#at, this.#end) : undefined;
    if (sum !== undefined) {
      this.#mark('arithmetic', '((', sum - this.#at);
      return true;
    }
    const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
    if (operator === undefined) return false;
    // `name()`
    const [name] = this.#words;
    if (operator === '(' && name !== undefined && this.#words.length === 1 && /^\(\s*\)/.test(rest)) {
      this.#words = [];
      const length = /^\(\s*\)/.exec(rest)?.[0].length ?? 2;
      this.#pieces.push({
        type: 'role',
        role: 'function',
        word: name,
        from: name.from,
        to: this.#at + length,
      });
      this.#at += length;
      return true;
    }
    this.#endCommand();
    const inCase = this.#cases.length > 0;
    if (operator.startsWith(';;') || operator === ';&') this.#cases[this.#cases.length - 1] = true;
    this.#mark('operator', operator === ')' && inCase ? 'case)' : operator, operator.length);
    return true;
  }

  #redirection(): boolean {
    const match = REDIRECTION.exec(this.#rest);
    if (!match) return false;
    const [all, digits = '', plain, , both] = match;
    const operator = plain ?? both ?? '';
    // `<(…)` is a word.
    if ((operator === '<' || operator === '>') && this.#source[this.#at + all.length] === '(') return false;
    const from = this.#at;
    this.#at += all.length;
    this.#skipBlanks();
    const target = readWord(this.#source, this.#at, this.#end);
    this.#at = Math.max(target.to, this.#at);
    const to = Math.max(target.to, from + all.length);
    this.#pieces.push({
      type: 'redirection',
      operator,
      target,
      from,
      to,
      ...(digits !== '' && { fd: Number(digits) }),
    });
    if (operator === '<<' || operator === '<<-')
      this.#heredocs.push({ delimiter: target.text, tabs: operator === '<<-' });
    return true;
  }

  #skipBlanks(): void {
    this.#at += /^(?:[ \t]|\\\n)*/.exec(this.#rest)?.[0].length ?? 0;
  }

  /** The texts of the here-documents that the line before has opened. */
  #readHeredocs(): void {
    for (const { delimiter, tabs } of this.#heredocs.splice(0)) {
      const from = this.#at;
      let at = from;
      while (at < this.#end) {
        const newline = this.#source.indexOf('\n', at);
        const end = newline < 0 || newline >= this.#end ? this.#end : newline;
        const line = this.#source.slice(at, end);
        at = Math.min(end + 1, this.#end);
        if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) {
          at = end;
          break;
        }
      }
      this.#mark('heredoc', '<<', at - from);
    }
  }

  #word(): void {
    const word = readWord(this.#source, this.#at, this.#end);
    if (word.to === this.#at) {
      // Nothing that a word begins with: skipped, so that reading goes on.
      this.#at++;
      return;
    }
    if (this.#cases.at(-1) === true && this.#atStart && word.text !== 'esac') {
      this.#at = word.to;
      this.#pieces.push({ type: 'role', role: 'pattern', word, from: word.from, to: word.to });
      if (!/^\s*\|/.test(this.#rest)) this.#cases[this.#cases.length - 1] = false;
      return;
    }
    const isBare = word.quotes.size === 0 && word.nested.length === 0;
    if (this.#atStart && isBare && this.#keyword(word.text)) return;
    if (this.#words.length === 0 && ASSIGNMENT.test(this.#source.slice(word.from, word.to))) {
      this.#assignment(word);
      return;
    }
    this.#at = word.to;
    this.#words.push(word);
  }

  /** Between `[[` and `]]` operators are words. */
  #testWord(): void {
    const operator = /^(?:&&|\|\||[<>()])/.exec(this.#rest)?.[0];
    if (operator === undefined) {
      this.#word();
      return;
    }
    const ends = [...operator].map((_, index) => this.#at + index + 1);
    const plain = { nested: [], variables: [], glob: false, braces: false, tilde: false, arithmetic: false };
    const span = { from: this.#at, to: this.#at + operator.length };
    this.#words.push({ ...span, text: operator, ends, quotes: new Set(), ...plain });
    this.#at = span.to;
  }

  #assignment(word: Word): void {
    this.#at = word.to;
    this.#assignments.push(word);
    // `name=(…)`: the elements are words of their own.
    if (!word.text.endsWith('=') || this.#source[this.#at] !== '(') return;
    this.#mark('operator', '=(', 1);
    while (this.#at < this.#end && this.#source[this.#at] !== ')') {
      const c = this.#source[this.#at] ?? '';
      if (/\s/.test(c)) this.#at++;
      else if (c === '#') this.#comment();
      else this.#role('item');
    }
    if (this.#at < this.#end) this.#mark('operator', '=(', 1);
  }

  #role(role: Role['role']): void {
    const word = readWord(this.#source, this.#at, this.#end);
    this.#at = Math.max(word.to, this.#at + 1);
    if (word.to > word.from) this.#pieces.push({ type: 'role', role, word, from: word.from, to: word.to });
  }

  #keyword(text: string): boolean {
    if (OPENERS.has(text)) this.#mark('keyword', text, text.length);
    else if (CLOSERS.has(text)) this.#mark('keyword', text, text.length);
    else if (text === 'for' || text === 'select') this.#for(text);
    else if (text === 'case') this.#case();
    else if (text === 'esac') {
      this.#cases.pop();
      this.#mark('keyword', text, text.length);
    } else if (text === 'function') {
      this.#mark('keyword', text, text.length);
      this.#skipBlanks();
      this.#role('function');
      if (/^\s*\(\s*\)/.test(this.#rest)) {
        this.#skipBlanks();
        this.#mark('keyword', 'function', /^\(\s*\)/.exec(this.#rest)?.[0].length ?? 0);
      }
    } else return false;
    return true;
  }

  #for(text: string): void {
    this.#mark('keyword', text, text.length);
    this.#skipBlanks();
    const sum = sumEnd(this.#source, this.#at, this.#end);
    if (sum !== undefined) {
      this.#mark('arithmetic', 'for((', sum - this.#at);
      return;
    }
    this.#role('variable');
    this.#skipSpace();
    if (!/^in\b/.test(this.#rest)) return;
    this.#mark('keyword', 'in', 2);
    for (this.#skipBlanks(); this.#at < this.#end && !/^[\n;]/.test(this.#rest); this.#skipBlanks())
      this.#role('item');
  }

  #case(): void {
    this.#mark('keyword', 'case', 4);
    this.#skipBlanks();
    this.#role('subject');
    this.#skipSpace();
    if (/^in\b/.test(this.#rest)) this.#mark('keyword', 'in', 2);
    this.#cases.push(true);
  }

  #skipSpace(): void {
    this.#at += /^(?:\s|\\\n)*/.exec(this.#rest)?.[0].length ?? 0;
  }

  #endCommand(): void {
    if (!this.#atStart)
      this.#pieces.push({ type: 'command', assignments: this.#assignments, words: this.#words });
    this.#assignments = [];
    this.#words = [];
  }
}

/**
 * Takes shell language apart: `echo hi > file` ⇒ the command `echo hi` and the redirection `> file`. Substitutions stay
 * inside their words (`Word.nested`); whoever wants their pieces reads them too.
 */
export function readPieces(source: string, span: Span = { from: 0, to: source.length }): Piece[] {
  return new Reader(source, span).read();
}
