import { posixPattern } from '../../docker/images/tool/regex.ts';

/** Which lines a command is for. */
export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  /** Without an expression: the last one used. */
  | { readonly kind: 'regex'; readonly regex: RegExp | undefined }
  | { readonly kind: 'plus'; readonly count: number }
  | { readonly kind: 'multiple'; readonly of: number };

export interface SedCommand {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negated: boolean;
  readonly name: string;
  /** Text of `a i c`, label of `b t T :`, file of `r w`. */
  readonly text: string;
  /** Exit code of `q Q`, width of `l`. */
  readonly number: number | undefined;
  readonly substitution: Substitution | undefined;
  /** `y`: which character becomes which. */
  readonly table: ReadonlyMap<string, string> | undefined;
  /** Index of the command after the matching `}`. */
  end: number;
}

export interface Substitution {
  readonly regex: RegExp | undefined;
  readonly replacement: readonly ReplacementPart[];
  /** Every match, and from which one on. */
  readonly global: boolean;
  readonly nth: number;
  readonly print: boolean;
  readonly file: string | undefined;
}

export type ReplacementPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `\0`–`\9`, `&`. */
  | { readonly kind: 'group'; readonly group: number }
  /** `\U \L \u \l \E` */
  | { readonly kind: 'case'; readonly what: string };

/** A script that makes no sense, in GNU's words and with the position it is at. */
export class SedFault extends Error {
  /** The character of the script, if it is about one. */
  readonly at: number | undefined;
  constructor(message: string, at?: number) {
    super(message);
    this.at = at;
  }
}

/** Reads a sed script. Throws SedFault. `readScript('s/a/b/g;2d', false)` ⇒ two commands. */
export function readScript(source: string, extended: boolean): SedCommand[] {
  return new ScriptReader(source, extended).read();
}

class ScriptReader {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  read(): SedCommand[] {
    const commands: SedCommand[] = [];
    const open: number[] = [];
    for (;;) {
      this.#skip(/[\s;]*/y);
      if (this.#at >= this.#text.length) break;
      if (this.#char === '#') {
        this.#skip(/[^\n]*/y);
        continue;
      }
      const command = this.#command();
      if (command.name === '}') {
        const start = open.pop();
        const opening = start === undefined ? undefined : commands[start];
        if (opening === undefined) throw this.#fault("unexpected `}'");
        opening.end = commands.length;
        continue;
      }
      if (command.name === '{') open.push(commands.length);
      commands.push(command);
    }
    if (open.length > 0) throw new SedFault("unmatched `{'", 0);
    const lost = commands.find(
      ({ name, text }) =>
        /^[btT]$/.test(name) && text !== '' && !commands.some((to) => to.name === ':' && to.text === text),
    );
    if (lost !== undefined) throw new SedFault(`can't find label for jump to \`${lost.text}'`);
    return commands;
  }

  get #char(): string {
    return this.#text[this.#at] ?? '';
  }

  #fault(message: string): SedFault {
    return new SedFault(message, this.#at);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #command(): SedCommand {
    const from = this.#address(true);
    this.#skip(/[ \t]*/y);
    let to: Address | undefined;
    if (from !== undefined && this.#char === ',') {
      this.#at++;
      this.#skip(/[ \t]*/y);
      to = this.#address(false);
      if (to === undefined) throw this.#fault("unexpected `,'");
    }
    this.#skip(/[ \t]*/y);
    let negated = false;
    while (this.#char === '!') {
      negated = true;
      this.#at++;
      this.#skip(/[ \t]*/y);
    }
    const name = this.#char;
    this.#at++;
    if (name === '' || name === '\n' || name === ';') throw this.#fault('missing command');
    return { from, to, negated, end: 0, ...this.#body(name) };
  }

  #body(name: string): Omit<SedCommand, 'from' | 'to' | 'negated' | 'end'> {
    const bare = { name, text: '', number: undefined, substitution: undefined, table: undefined };
    switch (name) {
      case '{':
        return bare;
      case '}':
      case 'd':
      case 'D':
      case 'p':
      case 'P':
      case 'n':
      case 'N':
      case 'h':
      case 'H':
      case 'g':
      case 'G':
      case 'x':
      case '=':
      case 'z':
      case 'F':
        this.#finish();
        return bare;
      case 'q':
      case 'Q':
      case 'l': {
        this.#skip(/[ \t]*/y);
        const digits = this.#skip(/\d*/y);
        this.#finish();
        return { ...bare, number: digits === '' ? undefined : Number(digits) };
      }
      case ':': {
        const text = this.#skip(/[^\n;]*/y).trim();
        if (text === '') throw this.#fault('":" lacks a label');
        return { ...bare, text };
      }
      case 'b':
      case 't':
      case 'T': {
        const text = this.#skip(/[^\n;}]*/y).trim();
        return { ...bare, text };
      }
      case 'r':
      case 'R':
      case 'w':
      case 'W': {
        const text = this.#skip(/[^\n]*/y).trim();
        if (text === '') throw this.#fault('missing filename in r/R/w/W commands');
        return { ...bare, text };
      }
      case 'a':
      case 'i':
      case 'c':
        return { ...bare, text: this.#textArgument() };
      case 's':
        return { ...bare, substitution: this.#substitution() };
      case 'y':
        return { ...bare, table: this.#table() };
      default:
        throw this.#fault(`unknown command: \`${name}'`);
    }
  }

  #finish(): void {
    this.#skip(/[ \t]*/y);
    if (this.#at < this.#text.length && !'\n;}#'.includes(this.#char)) {
      this.#at++;
      throw this.#fault('extra characters after command');
    }
  }

  #address(first: boolean): Address | undefined {
    const digits = this.#skip(/\d+/y);
    if (digits !== '') {
      if (first && this.#char === '~') {
        this.#at++;
        return { kind: 'step', first: Number(digits), step: Number(this.#skip(/\d*/y) || 0) };
      }
      return { kind: 'line', line: Number(digits) };
    }
    if (this.#char === '$') {
      this.#at++;
      return { kind: 'last' };
    }
    if (!first && (this.#char === '+' || this.#char === '~')) {
      const plus = this.#char === '+';
      this.#at++;
      const count = Number(this.#skip(/\d*/y) || 0);
      return plus ? { kind: 'plus', count } : { kind: 'multiple', of: count };
    }
    if (this.#char !== '/' && this.#char !== '\\') return undefined;
    if (this.#char === '\\') this.#at++;
    const delimiter = this.#char;
    this.#at++;
    const pattern = this.#delimited(delimiter, true, 'unterminated address regex');
    const flags = this.#skip(/[IM]*/y);
    return { kind: 'regex', regex: this.#regex(pattern, flags) };
  }

  /** Text up to an unescaped delimiter; an escaped delimiter stands for itself. */
  #delimited(delimiter: string, regex: boolean, missing: string): string {
    let out = '';
    let bracket = false;
    for (; ; this.#at++) {
      const c = this.#char;
      if (c === '' || (regex && c === '\n')) throw this.#fault(missing);
      if (c === '\\') {
        const next = this.#text[this.#at + 1] ?? '';
        this.#at++;
        if (next === delimiter && !bracket) out += next;
        else out += `\\${next}`;
        continue;
      }
      if (c === delimiter && !bracket) {
        this.#at++;
        return out;
      }
      if (regex && c === '[' && !bracket) {
        bracket = true;
        out += c;
        // A `]` right at the beginning is literal.
        const start = /^\^?\]?/.exec(this.#text.slice(this.#at + 1, this.#at + 3))?.[0] ?? '';
        out += start;
        this.#at += start.length;
        continue;
      }
      if (regex && bracket && c === ']') bracket = false;
      out += c;
    }
  }

  #regex(pattern: string, flags: string): RegExp | undefined {
    if (pattern === '') return undefined;
    const escaped = pattern.replace(/\\(?:([ntfrv])|([\s\S]))/g, (whole, letter?: string) =>
      letter === undefined ? whole : (ESCAPES[letter] ?? whole),
    );
    try {
      return posixPattern(
        escaped,
        this.#extended,
        `${/i/i.test(flags) ? 'i' : ''}${/m/i.test(flags) ? 'm' : ''}gu`,
      );
    } catch (error) {
      throw this.#fault(
        error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : 'bad regex',
      );
    }
  }

  #substitution(): Substitution {
    const delimiter = this.#char;
    if (delimiter === '' || delimiter === '\n' || delimiter === '\\')
      throw this.#fault("unterminated `s' command");
    this.#at++;
    const pattern = this.#delimited(delimiter, true, "unterminated `s' command");
    const replacement = this.#delimited(delimiter, false, "unterminated `s' command");
    let flags = '';
    let nth = 1;
    let print = false;
    let global = false;
    let file: string | undefined;
    for (;;) {
      const digits = this.#skip(/\d+/y);
      if (digits !== '') {
        nth = Number(digits);
        if (nth === 0) throw this.#fault("number option to `s' command may not be zero");
        continue;
      }
      const c = this.#char;
      if (c === 'g') global = true;
      else if (c === 'p') print = true;
      else if (/[iImM]/.test(c)) flags += c;
      else if (c === 'w') {
        this.#at++;
        file = this.#skip(/[^\n]*/y).trim();
        break;
      } else break;
      this.#at++;
    }
    this.#skip(/[ \t]*/y);
    if (this.#at < this.#text.length && !'\n;}#'.includes(this.#char)) {
      this.#at++;
      throw this.#fault("unknown option to `s'");
    }
    return {
      regex: this.#regex(pattern, flags),
      replacement: readReplacement(replacement),
      global,
      nth,
      print,
      file,
    };
  }

  #table(): Map<string, string> {
    const delimiter = this.#char;
    this.#at++;
    const plain = (text: string): string[] =>
      Array.from(text.replace(/\\([\s\S])/g, (_whole, c: string) => ESCAPES[c] ?? c));
    const from = plain(this.#delimited(delimiter, false, "unterminated `y' command"));
    const to = plain(this.#delimited(delimiter, false, "unterminated `y' command"));
    if (from.length !== to.length) throw this.#fault("strings for `y' command are different lengths");
    this.#finish();
    return new Map(from.map((c, i) => [c, to[i] ?? '']));
  }

  /** `a text` on one line, or `a\` and the text on the lines below. */
  #textArgument(): string {
    this.#skip(/[ \t]*/y);
    if (this.#char === '\\') {
      this.#at++;
      this.#skip(/[ \t]*\n?/y);
    }
    if (this.#at >= this.#text.length) throw this.#fault("expected \\ after `a', `c' or `i'");
    const raw = this.#skip(/(?:\\[\s\S]|[^\n\\])*/y);
    return `${raw.replace(/\\([\s\S])/g, (_whole, c: string) => (c === 't' ? '\t' : c))}\n`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', f: '\f', r: '\r', v: '\v' };

function readReplacement(source: string): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  for (let i = 0; i < source.length; i++) {
    const c = source[i] ?? '';
    if (c === '&') {
      flush();
      parts.push({ kind: 'group', group: 0 });
    } else if (c === '\\') {
      const next = source[++i] ?? '\\';
      if (/\d/.test(next)) {
        flush();
        parts.push({ kind: 'group', group: Number(next) });
      } else if (/[ULulE]/.test(next)) {
        flush();
        parts.push({ kind: 'case', what: next });
      } else text += ESCAPES[next] ?? next;
    } else text += c;
  }
  flush();
  return parts;
}
