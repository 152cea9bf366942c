import { quote } from './parse/numbers.ts';

/** Go names a character in single quotes: `'b'`, `'\n'`. */
function quoted(char: string): string {
  return char === "'" ? "'\\''" : char === '"' ? `'"'` : `'${quote(char).slice(1, -1)}'`;
}

class Wrong extends Error {}

/** Reads one value as Go's encoding/json scans it. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #fail(where: string): never {
    const char = this.#text[this.#at];
    throw new Wrong(char === undefined ? 'unexpected EOF' : `invalid character ${quoted(char)} ${where}`);
  }

  #blank(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #next(): string {
    this.#blank();
    return this.#text[this.#at] ?? '';
  }

  value(): void {
    const char = this.#next();
    if (char === '{') this.#object();
    else if (char === '[') this.#array();
    else if (char === '"') this.#string();
    else if (/[-0-9]/.test(char)) this.#number();
    else if (char === 't') this.#literal('true');
    else if (char === 'f') this.#literal('false');
    else if (char === 'n') this.#literal('null');
    else this.#fail('looking for beginning of value');
  }

  #object(): void {
    this.#at++;
    if (this.#next() === '}') {
      this.#at++;
      return;
    }
    for (;;) {
      if (this.#next() !== '"') this.#fail('looking for beginning of object key string');
      this.#string();
      if (this.#next() !== ':') this.#fail('after object key');
      this.#at++;
      this.value();
      const char = this.#next();
      if (char !== ',' && char !== '}') this.#fail('after object key:value pair');
      this.#at++;
      if (char === '}') return;
    }
  }

  #array(): void {
    this.#at++;
    if (this.#next() === ']') {
      this.#at++;
      return;
    }
    for (;;) {
      this.value();
      const char = this.#next();
      if (char !== ',' && char !== ']') this.#fail('after array element');
      this.#at++;
      if (char === ']') return;
    }
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at] ?? '';
      if (char === '' || char < ' ') this.#fail('in string literal');
      this.#at++;
      if (char === '"') return;
      if (char !== '\\') continue;
      if (!/["\\/bfnrtu]/.test(this.#text[this.#at] ?? '')) this.#fail('in string escape code');
      const unicode = this.#text[this.#at++] === 'u';
      for (let i = 0; unicode && i < 4; i++, this.#at++)
        if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? ''))
          this.#fail('in \\u hexadecimal character escape');
    }
  }

  #number(): void {
    const digits = (where: string): void => {
      if (!/\d/.test(this.#text[this.#at] ?? '')) this.#fail(where);
      while (/\d/.test(this.#text[this.#at] ?? '')) this.#at++;
    };
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at++;
      digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/[-+]/.test(this.#text[this.#at] ?? '')) this.#at++;
      digits('in exponent of numeric literal');
    }
  }

  #literal(word: string): void {
    for (const [i, char] of [...word].entries()) {
      if (this.#text[this.#at] !== char)
        this.#fail(i === 0 ? 'looking for beginning of value' : `in literal ${word} (expecting '${char}')`);
      this.#at++;
    }
  }

  get rest(): number {
    return this.#at;
  }
}

/** The first JSON value of a text, as Go's decoder takes it; no value and no error for an empty text. */
export function firstJson(text: string): { value?: unknown; error?: string } {
  if (text.trim() === '') return {};
  const scanner = new Scanner(text);
  try {
    scanner.value();
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { error: error.message };
  }
  return { value: JSON.parse(text.slice(0, scanner.rest)) };
}
