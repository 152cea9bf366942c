/** Characters classes in brackets, as in `[[:digit:]]`. */
const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z\\p{L}',
  digit: '0-9',
  alnum: 'A-Za-z0-9\\p{L}',
  upper: 'A-Z\\p{Lu}',
  lower: 'a-z\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e\\p{L}',
  graph: '\\x21-\\x7e\\p{L}',
  word: '\\w',
};

const cache = new Map<string, RegExp>();

export interface PatternOptions {
  /** `@(a|b)` and relatives. */
  readonly extglob?: boolean;
  /** `*` and `?` do not match slashes. */
  readonly path?: boolean;
  readonly ignoreCase?: boolean;
  /** Anchors: whole text by default. */
  readonly anchor?: 'both' | 'start' | 'end' | 'none';
  /** Match as little as possible (`#`, `%`). */
  readonly lazy?: boolean;
}

/** A shell pattern as a regular expression; characters after a backslash are literal. `a*.[ch]` ⇒ /^a.*\.[ch]$/. */
export function patternToRegExp(pattern: string, options: PatternOptions = {}): RegExp {
  const key = `${options.extglob === true}${options.path === true}${options.ignoreCase === true}${options.anchor ?? 'both'}${options.lazy === true}${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const body = translate(pattern, options);
  const anchor = options.anchor ?? 'both';
  const source = `${anchor === 'both' || anchor === 'start' ? '^' : ''}(?:${body})${anchor === 'both' || anchor === 'end' ? '$' : ''}`;
  const made = new RegExp(source, `su${options.ignoreCase === true ? 'i' : ''}`);
  if (cache.size > 500) cache.clear();
  cache.set(key, made);
  return made;
}

const escaped = (c: string): string => c.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function translate(pattern: string, options: PatternOptions): string {
  const any = options.path === true ? '[^/]' : '.';
  const lazy = options.lazy === true ? '?' : '';
  let out = '';
  let i = 0;
  const chars = pattern;
  while (i < chars.length) {
    const c = chars[i] ?? '';
    if (c === '\\') {
      const code = chars.codePointAt(i + 1);
      const next = code === undefined ? '\\' : String.fromCodePoint(code);
      out += escaped(next);
      i += 1 + next.length;
      continue;
    }
    if (options.extglob === true && '?*+@!'.includes(c) && chars[i + 1] === '(') {
      const end = closing(chars, i + 1);
      if (end > 0) {
        const inner = alternatives(chars.slice(i + 2, end))
          .map((part) => translate(part, options))
          .join('|');
        if (c === '!') {
          const rest = translate(chars.slice(end + 1), options);
          return `${out}(?!(?:${inner})${rest === '' ? '$' : `(?:${rest})$`})${any}*${lazy}${rest}`;
        }
        out += c === '@' ? `(?:${inner})` : `(?:${inner})${c}`;
        i = end + 1;
        continue;
      }
    }
    if (c === '*') {
      while (chars[i + 1] === '*') i++;
      out += `${any}*${lazy}`;
    } else if (c === '?') out += any;
    else if (c === '[') {
      const bracket = readBracket(chars, i);
      if (bracket === undefined) out += '\\[';
      else {
        out += bracket.source;
        i = bracket.end;
        continue;
      }
    } else {
      const whole = String.fromCodePoint(chars.codePointAt(i) ?? 0);
      out += escaped(whole);
      i += whole.length;
      continue;
    }
    i++;
  }
  return out;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function alternatives(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === '|' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function readBracket(text: string, open: number): { source: string; end: number } | undefined {
  let i = open + 1;
  let body = '';
  const negated = text[i] === '!' || text[i] === '^';
  if (negated) i++;
  for (let first = true; i < text.length; first = false) {
    const c = text[i] ?? '';
    if (c === ']' && !first)
      return { source: body === '' ? '(?!)' : `[${negated ? '^' : ''}${body}]`, end: i + 1 };
    if (c === '[' && text[i + 1] === ':') {
      const end = text.indexOf(':]', i + 2);
      const set = end < 0 ? undefined : CLASSES[text.slice(i + 2, end)];
      if (set !== undefined) {
        body += set;
        i = end + 2;
        continue;
      }
    }
    if (c === '\\' && i + 1 < text.length) {
      i++;
      const next = String.fromCodePoint(text.codePointAt(i) ?? 0);
      body += escapeInClass(next);
      i += next.length;
      continue;
    }
    const whole = String.fromCodePoint(text.codePointAt(i) ?? 0);
    const after = text[i + whole.length];
    if (after === '-' && text[i + whole.length + 1] !== ']' && text[i + whole.length + 1] !== undefined) {
      const last = String.fromCodePoint(text.codePointAt(i + whole.length + 1) ?? 0);
      if ((last.codePointAt(0) ?? 0) >= (whole.codePointAt(0) ?? 0))
        body += `${escapeInClass(whole)}-${escapeInClass(last)}`;
      i += whole.length + 1 + last.length;
      continue;
    }
    body += escapeInClass(whole);
    i += whole.length;
  }
  return undefined;
}

const escapeInClass = (c: string): string =>
  /[\\\]^[\-&!#%,:;<=>@`~/{}()|$*+.?]/.test(c) ? `\\${c}`.replace(/^\\([&!#%,:;<=>@`~])$/, '$1') : c;

/** Text with everything that is special in a pattern made literal. */
export const literalPattern = (text: string): string => text.replace(/[\\*?[\]()|!@+]/g, '\\$&');

/** Does a pattern have anything to match with? */
export const isPattern = (pattern: string, extglob = false): boolean =>
  /(?:^|[^\\])(?:\\\\)*[*?[]/.test(pattern) || (extglob && /[@+!]\(/.test(pattern));
