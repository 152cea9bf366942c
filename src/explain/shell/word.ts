/** Where something stands in the source: from the first character to the one after the last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A command inside a word: `$(…)`, `` `…` ``, `<(…)`, `>(…)`. */
export interface Nested extends Span {
  readonly open: '$(' | '`' | '<(' | '>(';
  /** What is between the marks. */
  readonly inside: Span;
}

/** A variable inside a word: `$HOME`, `${tag:-latest}`, `$?`. */
export interface Variable extends Span {
  readonly name: string;
  /** `${name:-other}`: something is done with the value. */
  readonly changed: boolean;
}

/** A word of a command line. */
export interface Word extends Span {
  /**
   * The word without quotes and backslashes. What the shell replaces (variables, substitutions) stands as it is written, so
   * that the parts of a word are found by their position.
   */
  readonly text: string;
  /** For each character of `text`, where it ends in the source. */
  readonly ends: readonly number[];
  readonly quotes: ReadonlySet<'single' | 'double' | 'ansi' | 'escape'>;
  /** All of it stands in one pair of quotes, without anything that changes between them: a script can be read inside. */
  readonly inner?: Span | undefined;
  readonly nested: readonly Nested[];
  readonly variables: readonly Variable[];
  /** Has an unquoted `*`, `?` or `[…]`. */
  readonly glob: boolean;
  /** Has an unquoted `{a,b}` or `{1..3}`. */
  readonly braces: boolean;
  /** Begins with an unquoted `~`. */
  readonly tilde: boolean;
  /** `$((…))` */
  readonly arithmetic: boolean;
}

/** The part of a word from character `start` to `end` of its text, as a place in the source. */
export function partOf(word: Word, start: number, end = word.text.length): Span {
  return {
    from: start === 0 ? word.from : (word.ends[start - 1] ?? word.from),
    to: end >= word.text.length ? word.to : end === 0 ? word.from : (word.ends[end - 1] ?? word.to),
  };
}

/** Whether the shell takes the word as it is written. */
export function isPlain(word: Word): boolean {
  return word.quotes.size === 0 && word.nested.length === 0 && word.variables.length === 0;
}

/** Characters that end a word where they are not quoted. */
const ENDS_WORD = /[\s;&|<>()]/;
const SPECIAL_VARIABLE = /[@*#?$!\-0-9]/;

/** Reads words with the marks inside them. */
class WordReader {
  readonly #source: string;
  readonly #end: number;
  #at: number;
  #text = '';
  readonly #ends: number[] = [];
  readonly #quotes = new Set<'single' | 'double' | 'ansi' | 'escape'>();
  readonly #nested: Nested[] = [];
  readonly #variables: Variable[] = [];
  #plain = '';
  #arithmetic = false;

  constructor(source: string, at: number, end: number) {
    this.#source = source;
    this.#at = at;
    this.#end = end;
  }

  /** Reads to the end of the word. */
  read(): Word {
    const from = this.#at;
    let inner: Span | undefined;
    while (this.#at < this.#end) {
      const c = this.#char();
      if (c === '<' || c === '>') {
        if (this.#char(1) !== '(') break;
        this.#substitution(c === '<' ? '<(' : '>(');
      } else if (ENDS_WORD.test(c)) break;
      else if (c === "'" || c === '"') inner = this.#quoted(c);
      else this.#unquoted(c);
    }
    const to = this.#at;
    const changes = this.#nested.length + this.#variables.length > 0;
    const whole = inner !== undefined && inner.to + 1 === to && inner.from - 1 === from;
    const escaped = inner !== undefined && /\\[$"`\\\n]|`/.test(this.#source.slice(inner.from, inner.to));
    const double = this.#quotes.has('double');
    return {
      from,
      to,
      text: this.#text,
      ends: this.#ends,
      quotes: this.#quotes,
      inner: whole && !(double && (changes || escaped)) ? inner : undefined,
      nested: this.#nested,
      variables: this.#variables,
      glob: /[*?]|\[[^\]]*\]/.test(this.#plain),
      braces: /\{[^{}]*(?:,|\.\.)[^{}]*\}/.test(this.#plain),
      tilde: this.#plain.startsWith('~') && this.#source[from] === '~',
      arithmetic: this.#arithmetic,
    };
  }

  #char(offset = 0): string {
    return this.#at + offset < this.#end ? (this.#source[this.#at + offset] ?? '') : '';
  }

  /** Adds characters to the text, each ending where it stands in the source. */
  #take(count: number): void {
    for (let n = 0; n < count && this.#at < this.#end; n++) {
      this.#text += this.#char();
      this.#at++;
      this.#ends.push(this.#at);
    }
  }

  #unquoted(c: string): void {
    if (c === '\\') {
      const next = this.#char(1);
      this.#at++;
      if (next === '\n') this.#at++;
      else {
        this.#quotes.add('escape');
        this.#take(1);
      }
    } else if (c === '$') this.#dollar(false);
    else if (c === '`') this.#backquoted();
    else {
      this.#plain += c;
      this.#take(1);
    }
  }

  /** `'…'` or `"…"`; gives what is between the quotes. */
  #quoted(quote: string): Span {
    this.#quotes.add(quote === "'" ? 'single' : 'double');
    this.#at++;
    const from = this.#at;
    while (this.#at < this.#end && this.#char() !== quote) {
      if (quote === "'") this.#take(1);
      else this.#inDouble();
    }
    const to = this.#at;
    this.#at = Math.min(this.#at + 1, this.#end);
    return { from, to };
  }

  #inDouble(): void {
    const c = this.#char();
    if (c === '\\' && /[$`"\\\n]/.test(this.#char(1))) {
      this.#at++;
      if (this.#char() === '\n') this.#at++;
      else this.#take(1);
    } else if (c === '$') this.#dollar(true);
    else if (c === '`') this.#backquoted();
    else this.#take(1);
  }

  #dollar(double: boolean): void {
    const next = this.#char(1);
    if (next === '(' && sumEnd(this.#source, this.#at + 1, this.#end) !== undefined) {
      this.#sum();
      return;
    }
    if (next === '(') {
      this.#substitution('$(');
      return;
    }
    if (next === '{') {
      this.#braced();
      return;
    }
    if (next === "'" && !double) {
      this.#ansi();
      return;
    }
    if (next === '"' && !double) {
      this.#at++;
      return;
    }
    const name = SPECIAL_VARIABLE.test(next)
      ? next
      : (/^[A-Za-z_]\w*/.exec(this.#source.slice(this.#at + 1, this.#end))?.[0] ?? '');
    const from = this.#at;
    this.#take(1 + name.length);
    if (name !== '') this.#variables.push({ from, to: this.#at, name, changed: false });
  }

  #ansi(): void {
    this.#quotes.add('ansi');
    this.#at += 2;
    while (this.#at < this.#end && this.#char() !== "'") this.#take(this.#char() === '\\' ? 2 : 1);
    this.#at = Math.min(this.#at + 1, this.#end);
  }

  #sum(): void {
    this.#arithmetic = true;
    this.#take((sumEnd(this.#source, this.#at + 1, this.#end) ?? this.#end) - this.#at);
  }

  #braced(): void {
    const from = this.#at;
    let depth = 0;
    let to = this.#at + 1;
    for (; to < this.#end; to++) {
      const c = this.#source[to];
      if (c === '\\') to++;
      else if (c === '{') depth++;
      else if (c === '}' && --depth === 0) break;
    }
    const body = this.#source.slice(from + 2, to);
    const name = /^[#!]?([A-Za-z_]\w*|[@*#?$!\-0-9])/.exec(body)?.[1] ?? body;
    this.#take(Math.min(to + 1, this.#end) - from);
    this.#variables.push({ from, to: this.#at, name, changed: body !== name });
  }

  #substitution(open: '$(' | '<(' | '>('): void {
    const from = this.#at;
    const close = closingParenthesis(this.#source, from + 2, this.#end);
    const inside = { from: from + 2, to: close };
    this.#take(Math.min(close + 1, this.#end) - from);
    this.#nested.push({ from, to: this.#at, open, inside });
  }

  #backquoted(): void {
    const from = this.#at;
    let close = from + 1;
    while (close < this.#end && this.#source[close] !== '`') close += this.#source[close] === '\\' ? 2 : 1;
    close = Math.min(close, this.#end);
    this.#take(Math.min(close + 1, this.#end) - from);
    this.#nested.push({ from, to: this.#at, open: '`', inside: { from: from + 1, to: close } });
  }
}

/** Reads the word that begins at `at`. */
export function readWord(source: string, at: number, end: number): Word {
  return new WordReader(source, at, end).read();
}

/** Where the parenthesis closes that was opened before `at`; quotes, nested ones and `case` patterns are skipped. */
export function closingParenthesis(source: string, at: number, end: number): number {
  let cases = 0;
  for (let i = at; i < end; i++) {
    const c = source[i];
    if (c === '\\') i++;
    else if (c === "'") i = endOf(source, i + 1, "'", end);
    else if (c === '"') i = doubleEnd(source, i + 1, end);
    else if (c === '#' && /[\s;(]/.test(source[i - 1] ?? ' ')) i = endOf(source, i, '\n', end);
    else if (c === '(') i = closingParenthesis(source, i + 1, end);
    else if (c === ')') {
      if (cases === 0) return i;
    } else if (/\w/.test(c ?? '') && !/[\w$]/.test(source[i - 1] ?? ' ')) {
      const word = /^\w+/.exec(source.slice(i, end))?.[0] ?? '';
      if (word === 'case') cases++;
      if (word === 'esac') cases--;
      i += word.length - 1;
    }
  }
  return end;
}

/** Where `((…))` ends that begins at `at`; undefined where it is something else: `((a) && b)` is a subshell in a subshell. */
export function sumEnd(source: string, at: number, end: number): number | undefined {
  if (source[at] !== '(' || source[at + 1] !== '(') return undefined;
  const close = closingParenthesis(source, at + 2, end);
  return close + 1 < end && source[close + 1] === ')' ? close + 2 : undefined;
}

function endOf(source: string, at: number, mark: string, end: number): number {
  const found = source.indexOf(mark, at);
  return found < 0 || found > end ? end : found;
}

function doubleEnd(source: string, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    const c = source[i];
    if (c === '\\') i++;
    else if (c === '"') return i;
    else if (c === '$' && source[i + 1] === '(') i = closingParenthesis(source, i + 2, end);
  }
  return end;
}
