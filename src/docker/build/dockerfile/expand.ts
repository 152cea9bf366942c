/** Variables as a Dockerfile sees them. */
export type Variables = ReadonlyMap<string, string>;

export interface ExpandOptions {
  readonly escape: string;
  /** Leaves `$X` as it is where X has no value; used for the titles of steps. */
  readonly keepUnset?: boolean;
  /** Leaves quotes and escapes as they are; used for the titles of steps. */
  readonly raw?: boolean;
}

/** What an expansion gave: the text, the same split at unquoted white space, and the names that had no value. */
export interface Expanded {
  readonly text: string;
  readonly words: readonly string[];
  readonly unset: ReadonlySet<string>;
}

/** An expansion that cannot be done; the message is BuildKit's. `unset` had no value up to there. */
export class ExpandError extends Error {
  readonly unset: ReadonlySet<string>;

  constructor(message: string, unset: ReadonlySet<string> = new Set()) {
    super(message);
    this.unset = unset;
  }
}

/**
 * Replaces variables and takes quotes away (frontend/dockerfile/shell): `expand('$A-${B:-x}', vars, …)`. Single quotes keep
 * everything, double quotes allow variables.
 */
export function expand(word: string, variables: Variables, options: ExpandOptions): Expanded {
  const lex = new Lex(word, variables, options);
  try {
    const text = lex.upTo('');
    return { text, words: lex.finishWords(), unset: lex.unset };
  } catch (error) {
    if (error instanceof ExpandError)
      throw new ExpandError(`failed to process ${JSON.stringify(word)}: ${error.message}`, lex.unset);
    throw error;
  }
}

class Lex {
  readonly unset = new Set<string>();
  readonly #text: string;
  readonly #variables: Variables;
  readonly #options: ExpandOptions;
  readonly #words: string[] = [];
  #word = '';
  #inWord = false;
  #at = 0;

  constructor(text: string, variables: Variables, options: ExpandOptions) {
    this.#text = text;
    this.#variables = variables;
    this.#options = options;
  }

  finishWords(): string[] {
    if (this.#inWord) this.#words.push(this.#word);
    return this.#words;
  }

  #add(text: string, quoted: boolean): void {
    if (quoted) {
      this.#word += text;
      this.#inWord = true;
      return;
    }
    for (const ch of text) {
      if (!/\s/.test(ch)) {
        this.#word += ch;
        this.#inWord = true;
      } else if (this.#inWord) {
        this.#words.push(this.#word);
        this.#word = '';
        this.#inWord = false;
      }
    }
  }

  /** Everything up to a stop character, which is taken; to the end if it is empty. */
  upTo(stop: string): string {
    let out = '';
    while (this.#at < this.#text.length) {
      const ch = this.#text[this.#at] ?? '';
      if (stop !== '' && ch === stop) {
        this.#at++;
        return out;
      }
      if (ch === "'") out += this.#single();
      else if (ch === '"') out += this.#double();
      else if (ch === '$') {
        const value = this.#dollar();
        this.#add(value, false);
        out += value;
      } else if (ch === this.#options.escape) {
        this.#at++;
        const next = this.#text[this.#at] ?? '';
        this.#at++;
        const kept = this.#options.raw === true ? ch + next : next;
        this.#add(kept, true);
        out += kept;
      } else {
        this.#at++;
        this.#add(ch, false);
        out += ch;
      }
    }
    if (stop !== '') throw new ExpandError(`unexpected end of statement while looking for matching ${stop}`);
    return out;
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at + 1);
    if (end < 0) throw new ExpandError('unexpected end of statement while looking for matching single-quote');
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    const out = this.#options.raw === true ? `'${inside}'` : inside;
    this.#add(out, true);
    return out;
  }

  #double(): string {
    const { escape: escapeChar, raw } = this.#options;
    let out = raw === true ? '"' : '';
    this.#at++;
    for (;;) {
      const ch = this.#text[this.#at];
      if (ch === undefined)
        throw new ExpandError('unexpected end of statement while looking for matching double-quote');
      if (ch === '"') {
        this.#at++;
        if (raw === true) out += '"';
        this.#add(out, true);
        return out;
      }
      if (ch === '$') out += this.#dollar();
      else if (ch === escapeChar) {
        const next = this.#text[this.#at + 1] ?? '';
        this.#at += 2;
        out += raw !== true && (next === '"' || next === '$' || next === escapeChar) ? next : ch + next;
      } else {
        this.#at++;
        out += ch;
      }
    }
  }

  #name(): string {
    const [name = ''] = /^(?:[A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?$!-])/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += name.length;
    return name;
  }

  #dollar(): string {
    this.#at++;
    if (this.#text[this.#at] !== '{') {
      const name = this.#name();
      if (name === '') return '$';
      return this.#value(name) ?? (this.#options.keepUnset === true ? `$${name}` : '');
    }
    const start = this.#at - 1;
    this.#at++;
    if (this.#at >= this.#text.length) throw new ExpandError("syntax error: missing '}'");
    const name = this.#name();
    if (name === '') throw new ExpandError('bad substitution');
    const ch = this.#text[this.#at];
    // Go's scanner gives -1 at the end, which is no character.
    if (ch === undefined) throw new ExpandError('unsupported modifier (\uFFFD) in substitution');
    if (ch === '}') {
      this.#at++;
      return this.#value(name) ?? (this.#options.keepUnset === true ? `\${${name}}` : '');
    }
    const out = this.#modified(name);
    if (this.#options.keepUnset === true && !this.#variables.has(name))
      return this.#text.slice(start, this.#at);
    return out;
  }

  #value(name: string): string | undefined {
    const value = this.#variables.get(name);
    if (value === undefined) this.unset.add(name);
    return value;
  }

  /** `${name:-word}` and its kin, from the modifier on. */
  #modified(name: string): string {
    const colon = this.#text[this.#at] === ':';
    if (colon) this.#at++;
    const modifier = this.#text[this.#at] ?? '';
    this.#at++;
    const value = this.#variables.get(name);
    const missing = value === undefined || (colon && value === '');
    switch (modifier) {
      case '-':
      case '+':
      case '?': {
        const word = this.#quietly('}');
        if (modifier === '-') return missing ? word : (value ?? '');
        if (modifier === '+') return missing ? '' : word;
        if (!missing) return value ?? '';
        const reason =
          word !== '' ? word : value === undefined ? 'not allowed to be unset' : 'not allowed to be empty';
        throw new ExpandError(`${name}: ${reason}`);
      }
      case '#':
      case '%': {
        const greedy = this.#text[this.#at] === modifier;
        if (greedy) this.#at++;
        return trim(this.#value(name) ?? '', this.#quietly('}'), modifier === '#', greedy);
      }
      case '/': {
        const all = this.#text[this.#at] === '/';
        if (all) this.#at++;
        const pattern = this.#quietly('/');
        const replacement = this.#quietly('}');
        return (this.#value(name) ?? '').replace(
          globPattern(pattern, true, all ? 'g' : '', ''),
          () => replacement,
        );
      }
      default:
        if (value === undefined) this.unset.add(name);
        throw new ExpandError(`unsupported modifier (${colon ? ':' : ''}${modifier}) in substitution`);
    }
  }

  /** A nested text whose parts are no words of their own. */
  #quietly(stop: string): string {
    const saved = { words: this.#words.length, word: this.#word, inWord: this.#inWord };
    const out = this.upTo(stop);
    this.#words.length = saved.words;
    this.#word = saved.word;
    this.#inWord = saved.inWord;
    return out;
  }
}

function trim(value: string, pattern: string, front: boolean, greedy: boolean): string {
  if (front) return value.replace(globPattern(pattern, greedy, '', '^'), '');
  const test = globPattern(pattern, true, '', '^', '$');
  const ends = Array.from({ length: value.length + 1 }, (_, i) => (greedy ? i : value.length - i));
  const cut = ends.find((at) => test.test(value.slice(at)));
  return cut === undefined ? value : value.slice(0, cut);
}

function globPattern(pattern: string, greedy: boolean, flags: string, before: string, after = ''): RegExp {
  const body = pattern.replace(/\\(.)|[.+^${}()|[\]\\*?]/g, (ch: string, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (ch === '*') return greedy ? '[\\s\\S]*' : '[\\s\\S]*?';
    return ch === '?' ? '[\\s\\S]' : `\\${ch}`;
  });
  return new RegExp(before + body + after, flags);
}
