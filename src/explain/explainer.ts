import type { ExplainData, Token, TokenKind } from './data.ts';
import { fill, sentences } from './fill.ts';
import { explainCommand, type Place } from './program.ts';
import { type Piece, type Redirection, type Role, readPieces, type SimpleCommand } from './shell/read.ts';
import type { Span, Word } from './shell/word.ts';

/** What `${name:-other}` is filed under. */
const CHANGED = '$' + '{}';

/** What a token says besides its place. */
export interface Said {
  readonly kind: TokenKind;
  readonly text: string;
  readonly danger?: string | undefined;
  readonly unknown?: boolean | undefined;
}

/** Collects the tokens of a source; the rooms for docker and for other programs add theirs. */
export class Explainer {
  readonly data: ExplainData;
  readonly tokens: Token[] = [];
  readonly #source: string;
  /** Functions that the source defines itself. */
  readonly #functions = new Set<string>();
  /** Remarks that are made once: what quotes do. */
  readonly #told = new Set<string>();

  constructor(source: string, data: ExplainData) {
    this.#source = source;
    this.data = data;
  }

  /** A sentence of the data, its parts filled in. */
  say(name: string, parts: Readonly<Record<string, string>> = {}): string {
    const text = this.data.texts[name];
    if (text === undefined) throw new Error(`explain: there is no text "${name}"`);
    return fill(text, parts);
  }

  add({ from, to }: Span, { kind, text, danger, unknown }: Said): void {
    this.tokens.push({
      from,
      to,
      kind,
      text,
      ...(danger !== undefined && { danger }),
      ...(unknown === true && { unknown }),
    });
  }

  /** A word or a part of it, with what the shell does to it before the program sees it. */
  addWord(word: Word, said: Said, span: Span = word): void {
    const within = (part: Span) => part.from >= span.from && part.to <= span.to;
    this.add(span, { ...said, text: sentences(said.text, this.#remarks(word, within)) });
    for (const nested of word.nested.filter(within)) this.explain(nested.inside);
  }

  /** Is this a function that the source defines? */
  isFunction(name: string): boolean {
    return this.#functions.has(name);
  }

  /** Explains a part of the source as shell language. */
  explain(span: Span): void {
    const pieces = readPieces(this.#source, span);
    for (const piece of pieces)
      if (piece.type === 'role' && piece.role === 'function') this.#functions.add(piece.word.text);
    for (const piece of pieces) this.#piece(piece);
  }

  /** Explains a command by its words; `first` is said of its program before the program's own sentence. */
  command(words: readonly Word[], place: Place = 'here', first?: string): void {
    explainCommand(this, words, place, first);
  }

  #piece(piece: Piece): void {
    if (piece.type === 'command') this.#command(piece);
    else if (piece.type === 'redirection') this.#redirection(piece);
    else if (piece.type === 'role') this.#role(piece);
    else {
      const { kind, key } = piece;
      const text = this.data.shell[key];
      this.add(piece, {
        kind: kind === 'arithmetic' ? 'operator' : kind,
        text: text ?? '',
        unknown: text === undefined,
      });
    }
  }

  #command({ assignments, words }: SimpleCommand): void {
    for (const word of assignments) {
      const [name = '', value = ''] = splitOnce(word.text, /\+?=/);
      const key = words.length > 0 ? 'assign.before' : value === '' ? 'assign.empty' : 'assign';
      this.addWord(word, { kind: 'assignment', text: this.say(key, { name, value }) });
    }
    if (words.length > 0) this.command(words);
  }

  #role({ role, word, from, to }: Role): void {
    const kind = role === 'variable' || role === 'function' ? 'variable' : 'argument';
    this.addWord(word, { kind, text: this.say(`role.${role}`, { name: word.text }) }, { from, to });
  }

  #redirection({ fd, operator, target, from, to }: Redirection): void {
    const duplicates = operator === '>&' || operator === '<&';
    const stream = duplicates && /^\d$/.test(target.text) ? `${fd ?? 1}${operator}${target.text}` : undefined;
    const known = stream === undefined ? undefined : this.data.shell[stream];
    if (known !== undefined) {
      this.add({ from, to }, { kind: 'redirection', text: known });
      return;
    }
    const isNull = target.text === '/dev/null' && !operator.startsWith('<');
    const numbered = `${fd ?? ''}${operator}`;
    const key = isNull ? `${numbered}/dev/null` : numbered;
    const text = this.data.shell[key] ?? this.data.shell[numbered] ?? this.data.shell[operator];
    const parts = { target: target.text, fd: String(fd ?? '') };
    this.addWord(
      target,
      { kind: 'redirection', text: fill(text ?? '', parts), unknown: text === undefined },
      { from, to },
    );
  }

  /** What the shell does to a word: quotes, variables, substitutions, patterns. */
  #remarks(word: Word, within: (part: Span) => boolean): string {
    const { shell } = this.data;
    const open = new Set(word.nested.filter(within).map((nested) => nested.open));
    const names = new Map(word.variables.filter(within).map((variable) => [variable.name, variable]));
    const variables = [...names.values()].map(({ name, changed }) => {
      const known = shell[`$${name}`];
      if (known !== undefined && !changed) return known;
      return fill(shell[changed ? CHANGED : '$'] ?? '', { name });
    });
    return sentences(
      ...[...open].map((mark) => shell[mark]),
      ...variables,
      word.glob ? this.#once('glob') : '',
      word.braces ? this.#once('braces') : '',
      word.tilde ? this.#once('~') : '',
      word.arithmetic ? this.#once('$((') : '',
      word.quotes.has('single') && word.inner !== undefined ? this.#once("'") : '',
      word.quotes.has('double') && word.variables.length + word.nested.length > 0 ? this.#once('"') : '',
      word.quotes.has('ansi') ? this.#once("$'") : '',
    );
  }

  #once(key: string): string {
    if (this.#told.has(key)) return '';
    this.#told.add(key);
    return this.data.shell[key] ?? '';
  }
}

/** `splitOnce('a=b=c', /=/) ⇒ ['a', 'b=c']` */
export function splitOnce(text: string, mark: RegExp): [string, string | undefined] {
  const match = mark.exec(text);
  return match === null
    ? [text, undefined]
    : [text.slice(0, match.index), text.slice(match.index + match[0].length)];
}
