import { SqlError, unquote } from './data.ts';

/** A number with the digits it shows behind its point; undefined is as many as it has. */
export interface SqlNumber {
  readonly value: number;
  readonly scale: number | undefined;
}

/** What an expression comes to. */
export type Val = null | string | SqlNumber;

export type Expression =
  | { readonly kind: 'value'; readonly value: Val }
  | { readonly kind: 'column'; readonly table: string | undefined; readonly name: string }
  | { readonly kind: 'all'; readonly table: string | undefined }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly distinct: boolean;
    }
  | { readonly kind: 'unary'; readonly operator: string; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'in';
      readonly of: Expression;
      readonly list: readonly Expression[];
      readonly not: boolean;
    }
  | {
      readonly kind: 'between';
      readonly of: Expression;
      readonly from: Expression;
      readonly to: Expression;
      readonly not: boolean;
    }
  | {
      readonly kind: 'case';
      readonly of: Expression | undefined;
      readonly when: readonly (readonly [Expression, Expression])[];
      readonly otherwise: Expression | undefined;
    };

export const number = (value: number, scale: number | undefined = 0): SqlNumber => ({ value, scale });
const truth = (is: boolean): SqlNumber => number(is ? 1 : 0);
const isNumber = (value: Val): value is SqlNumber => typeof value === 'object' && value !== null;

/** A value as a client shows it. */
export function written(value: Val): string | null {
  if (!isNumber(value)) return value;
  return value.scale === undefined
    ? String(Number(value.value.toPrecision(15)))
    : value.value.toFixed(value.scale);
}

export const asNumber = (value: Val): number =>
  value === null ? 0 : isNumber(value) ? value.value : Number.parseFloat(value) || 0;

export const isTrue = (value: Val): boolean => value !== null && asNumber(value) !== 0;

/** Order of two values, NULL first; numbers by size, words without regard to case. */
export function compare(a: Val, b: Val): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (isNumber(a) || isNumber(b)) return asNumber(a) - asNumber(b);
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The words, numbers and marks of a statement, with where each begins. */
export interface Token {
  readonly text: string;
  readonly at: number;
}

export function tokens(sql: string): Token[] {
  return [
    ...sql.matchAll(
      /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`[^`]*`|\d+(?:\.\d+)?|\.\d+|@@?[\w.]+|[A-Za-z_][\w$]*|<=>|<>|!=|<=|>=|\|\||&&|::|\S/g,
    ),
  ].map((match) => ({ text: match[0], at: match.index }));
}

const CLAUSE =
  /^(?:from|where|group|having|order|limit|offset|union|on|join|inner|left|right|cross|outer|and|or|xor|as|asc|desc|when|then|else|end|between|in|like|is|not|set|values|using|into|for|natural|div|mod|regexp|rlike|ilike)$/i;

/** Reads expressions from a list of tokens. */
export class ExpressionReader {
  readonly #tokens: readonly Token[];
  readonly #sql: string;
  at = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = tokens(sql);
  }

  get word(): string {
    return this.#tokens[this.at]?.text ?? '';
  }

  get ended(): boolean {
    return this.at >= this.#tokens.length;
  }

  /** Where in the text the next token is. */
  get place(): number {
    return this.#tokens[this.at]?.at ?? this.#sql.length;
  }

  /** The text from one place to the next token. */
  textFrom(from: number): string {
    return this.#sql.slice(from, this.place).trim();
  }

  is(word: string, ahead = 0): boolean {
    return this.#tokens[this.at + ahead]?.text.toLowerCase() === word;
  }

  /** Takes these words if they come next. */
  take(...words: string[]): boolean {
    if (!words.every((word, i) => this.is(word, i))) return false;
    this.at += words.length;
    return true;
  }

  next(): string {
    if (this.ended) throw this.fault();
    const { word } = this;
    this.at++;
    return word;
  }

  expect(word: string): void {
    if (!this.take(word)) throw this.fault();
  }

  fault(): SqlError {
    const near = this.#sql.slice(this.place);
    return new SqlError('1064 (42000)', near);
  }

  /** A name, quoted or not. */
  name(): string {
    if (!/^[`"]|^[A-Za-z_]/.test(this.word)) throw this.fault();
    return unquote(this.next());
  }

  /** `AS name`, or a name that follows outright. */
  alias(): string | undefined {
    if (this.take('as')) return unquote(this.next());
    if (/^[`"A-Za-z_]/.test(this.word) && !CLAUSE.test(this.word)) return this.name();
    return undefined;
  }

  expression(): Expression {
    let left = this.#conjunction();
    while (this.is('or') || this.is('||') || this.is('xor')) {
      const operator = this.next().toLowerCase();
      left = {
        kind: 'binary',
        operator: operator === '||' ? 'or' : operator,
        left,
        right: this.#conjunction(),
      };
    }
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.take('and') || this.take('&&'))
      left = { kind: 'binary', operator: 'and', left, right: this.#negation() };
    return left;
  }

  #negation(): Expression {
    if (this.take('not') || this.take('!')) return { kind: 'unary', operator: 'not', of: this.#negation() };
    return this.#comparison();
  }

  #comparison(): Expression {
    let left = this.#sum();
    for (;;) {
      const word = this.word.toLowerCase();
      if (/^(?:=|<=>|<>|!=|<|>|<=|>=)$/.test(word)) {
        this.at++;
        left = { kind: 'binary', operator: word, left, right: this.#sum() };
        continue;
      }
      if (word === 'is') {
        this.at++;
        const not = this.take('not');
        const what = this.next().toLowerCase();
        const test: Expression = { kind: 'unary', operator: `is ${what}`, of: left };
        left = not ? { kind: 'unary', operator: 'not', of: test } : test;
        continue;
      }
      const not =
        word === 'not' &&
        /^(?:in|like|between|regexp|rlike|ilike)$/.test(this.#tokens[this.at + 1]?.text.toLowerCase() ?? '');
      if (not) this.at++;
      if (this.take('in')) {
        this.expect('(');
        left = { kind: 'in', of: left, list: this.list(), not };
        this.expect(')');
      } else if (this.take('between')) {
        const from = this.#sum();
        this.expect('and');
        left = { kind: 'between', of: left, from, to: this.#sum(), not };
      } else if (/^(?:like|ilike|regexp|rlike)$/i.test(this.word)) {
        const operator = this.next()
          .toLowerCase()
          .replace(/^ilike$/, 'like')
          .replace(/^rlike$/, 'regexp');
        const test: Expression = { kind: 'binary', operator, left, right: this.#sum() };
        left = not ? { kind: 'unary', operator: 'not', of: test } : test;
      } else return left;
    }
  }

  list(): Expression[] {
    const out = [this.expression()];
    while (this.take(',')) out.push(this.expression());
    return out;
  }

  #sum(): Expression {
    let left = this.#product();
    while (this.is('+') || this.is('-'))
      left = { kind: 'binary', operator: this.next(), left, right: this.#product() };
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    while (/^(?:[*/%]|div|mod)$/i.test(this.word))
      left = { kind: 'binary', operator: this.next().toLowerCase(), left, right: this.#unary() };
    return left;
  }

  #unary(): Expression {
    if (this.take('-')) return { kind: 'unary', operator: '-', of: this.#unary() };
    if (this.take('+')) return this.#unary();
    const value = this.#primary();
    // PostgreSQL's casts change how a value is kept, which shows nowhere here.
    while (this.take('::')) this.next();
    return value;
  }

  #primary(): Expression {
    if (this.take('(')) {
      const inside = this.expression();
      this.expect(')');
      return inside;
    }
    const { word } = this;
    if (/^'/.test(word) || /^"/.test(word)) {
      this.at++;
      const quote = word[0] ?? "'";
      const inside = word.slice(1, -1).replaceAll(quote + quote, quote);
      const value = inside.replace(
        /\\(.)/gs,
        (_w, c: string) => ({ n: '\n', t: '\t', r: '\r', 0: '\0' })[c] ?? c,
      );
      // A name may stand in double quotes where the dialect has it so; a column of that name is found first.
      return quote === '"' && this.is('.') ? this.#qualified(value) : { kind: 'value', value };
    }
    if (/^[\d.]/.test(word)) {
      this.at++;
      return {
        kind: 'value',
        value: number(Number(word), word.includes('.') ? word.length - word.indexOf('.') - 1 : 0),
      };
    }
    if (word === '*') {
      this.at++;
      return { kind: 'all', table: undefined };
    }
    if (/^null$/i.test(word)) {
      this.at++;
      return { kind: 'value', value: null };
    }
    if (/^(?:true|false)$/i.test(word)) {
      this.at++;
      return { kind: 'value', value: truth(/^true$/i.test(word)) };
    }
    if (/^case$/i.test(word)) return this.#case();
    if (/^interval$/i.test(word))
      throw new SqlError('1235 (42000)', 'muelle: INTERVAL is not simulated here');
    if (word.startsWith('@@')) {
      this.at++;
      return {
        kind: 'call',
        name: word.toLowerCase().replace(/^@@(?:global|session)\./, '@@'),
        args: [],
        distinct: false,
      };
    }
    if (CLAUSE.test(word) || !/^[`A-Za-z_]/.test(word)) throw this.fault();
    const name = this.name();
    if (!word.startsWith('`') && this.take('(')) {
      const distinct = this.take('distinct');
      const args = this.is(')') ? [] : this.list();
      if (this.take('as')) this.next();
      this.expect(')');
      return { kind: 'call', name: name.toLowerCase(), args, distinct };
    }
    return this.#qualified(name);
  }

  #qualified(name: string): Expression {
    if (!this.take('.')) {
      const bare = /^(?:current_timestamp|current_date|current_user|session_user|localtime)$/i.test(name);
      return bare
        ? { kind: 'call', name: name.toLowerCase(), args: [], distinct: false }
        : { kind: 'column', table: undefined, name };
    }
    if (this.take('*')) return { kind: 'all', table: name };
    const second = this.name();
    // database.table.column
    return this.take('.')
      ? { kind: 'column', table: second, name: this.name() }
      : { kind: 'column', table: name, name: second };
  }

  #case(): Expression {
    this.at++;
    const of = this.is('when') ? undefined : this.expression();
    const when: [Expression, Expression][] = [];
    while (this.take('when')) {
      const test = this.expression();
      this.expect('then');
      when.push([test, this.expression()]);
    }
    const otherwise = this.take('else') ? this.expression() : undefined;
    this.expect('end');
    return { kind: 'case', of, when, otherwise };
  }
}
