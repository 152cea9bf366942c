import { ansiText } from './ansi.ts';
import type { ArrayElement, Assignment, Part, Word } from './ast.ts';
import { readParameter } from './parameters.ts';
import { Parser } from './parser.ts';
import type { Source } from './source.ts';

/** Characters that end a word unless quoted. */
const META = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')', '']);

/**
 * Reads parts up to a character that ends them (not consumed) or the end of the text. In a `double` context only `$`,
 * backquotes and some backslashes are special (POSIX 2.2.3).
 */
export function readParts(
  s: Source,
  options: { double: boolean; ends: (s: Source) => boolean; heredoc?: boolean },
): Part[] {
  const parts: Part[] = [];
  let text = '';
  let from = s.at;
  const flush = (): void => {
    const span = { text, start: from, end: s.at };
    if (text !== '')
      parts.push(options.double ? { kind: 'quoted', style: 'single', ...span } : { kind: 'text', ...span });
    text = '';
  };
  while (!s.ended && !options.ends(s)) {
    if (s.looksAt('\\\n')) {
      s.at += 2;
      continue;
    }
    if (options.double && s.char === '\\') {
      const next = s.text[s.at + 1] ?? '';
      const special =
        next === '$' ||
        next === '`' ||
        next === '\\' ||
        (next === '"' && options.heredoc !== true) ||
        (next === '}' && options.heredoc !== true && options.ends !== endsDouble && options.ends !== never);
      if (text === '') from = s.at;
      text += special ? next : `\\${next}`;
      s.at += next === '' ? 1 : 2;
      continue;
    }
    const start = s.at;
    const saved = text;
    const part = readSpecial(s, options.double);
    if (part === undefined) {
      if (text === '') from = s.at;
      text += s.char;
      s.at++;
      continue;
    }
    if (saved !== '') {
      const after = s.at;
      s.at = start;
      flush();
      s.at = after;
    }
    parts.push(part);
  }
  flush();
  return parts;
}

const endsDouble = (s: Source): boolean => s.char === '"';
const never = (): boolean => false;

/** One quoted or expanded piece at the cursor, or undefined if the character there is ordinary. */
function readSpecial(s: Source, double: boolean): Part | undefined {
  const start = s.at;
  switch (s.char) {
    case '\\': {
      if (double) return undefined;
      const text = s.text[s.at + 1] ?? '\\';
      s.at = Math.min(s.text.length, s.at + 2);
      return { kind: 'quoted', style: 'escape', text, start, end: s.at };
    }
    case "'": {
      if (double) return undefined;
      const end = s.text.indexOf("'", start + 1);
      if (end < 0) throw s.unmatched("'", start);
      s.at = end + 1;
      return { kind: 'quoted', style: 'single', text: s.text.slice(start + 1, end), start, end: s.at };
    }
    case '"': {
      if (double) return undefined;
      return readDouble(s);
    }
    case '`':
      return readBackquotes(s, double);
    case '$':
      return readDollar(s, double);
    case '<':
    case '>': {
      if (double || !startsProcess(s)) return undefined;
      const direction = s.char;
      s.at += 2;
      const script = s.commandsUntilParenthesis();
      return { kind: 'process', direction, script, start, end: s.at };
    }
    default:
      return undefined;
  }
}

/** `"…"` at the cursor. */
function readDouble(s: Source): Part {
  const start = s.at;
  s.at++;
  const parts = readParts(s, { double: true, ends: endsDouble });
  if (s.ended) throw s.unmatched('"', start);
  s.at++;
  return { kind: 'double', parts, start, end: s.at };
}

function readBackquotes(s: Source, double: boolean): Part {
  const start = s.at;
  let inner = '';
  s.at++;
  while (s.char !== '`') {
    if (s.ended) throw s.unmatched('`', start);
    const next = s.text[s.at + 1] ?? '';
    if (s.char === '\\' && (next === '`' || next === '\\' || next === '$' || (double && next === '"'))) {
      inner += next;
      s.at += 2;
    } else {
      inner += s.char;
      s.at++;
    }
  }
  s.at++;
  const script = new Parser(inner, s.dialect, { firstLine: s.lineAt(start) }).all();
  return { kind: 'command', script, start, end: s.at };
}

function readDollar(s: Source, double: boolean): Part | undefined {
  const start = s.at;
  const next = s.text[s.at + 1] ?? '';
  if (next === '(') {
    if (s.text[s.at + 2] === '(') {
      const arith = readArithmetic(s, 3);
      if (arith !== undefined) return { kind: 'arith', parts: arith, start, end: s.at };
    }
    s.at += 2;
    const script = s.commandsUntilParenthesis();
    return { kind: 'command', script, start, end: s.at };
  }
  if (next === '[' && s.dialect.name === 'bash') {
    s.at += 2;
    const parts = readParts(s, { double: true, ends: (r) => r.char === ']' });
    if (s.ended) throw s.unmatched(']', start);
    s.at++;
    return { kind: 'arith', parts, start, end: s.at };
  }
  if (next === '{' || /[A-Za-z0-9_@*#?$!-]/.test(next)) return readParameter(s, double);
  if (!double && next === "'" && s.dialect.ansiQuotes) {
    let end = start + 2;
    while (end < s.text.length && s.text[end] !== "'") end += s.text[end] === '\\' ? 2 : 1;
    if (end >= s.text.length) throw s.unmatched("'", start);
    s.at = end + 1;
    return { kind: 'quoted', style: 'ansi', text: ansiText(s.text.slice(start + 2, end)), start, end: s.at };
  }
  if (!double && next === '"' && s.dialect.ansiQuotes) {
    s.at++;
    return readDouble(s);
  }
  return undefined;
}

/**
 * `…))` after `skip` opening characters: the parts of an arithmetic expression, the cursor behind it. Undefined (cursor
 * unmoved) if it is not closed by two parentheses: then it is a subshell in a subshell.
 */
export function readArithmetic(s: Source, skip: number): Part[] | undefined {
  const start = s.at;
  s.at += skip;
  let depth = 0;
  const parts = readParts(s, {
    double: true,
    ends: (r) => {
      if (r.char === '(') depth++;
      else if (r.char === ')') {
        if (depth === 0) return true;
        depth--;
      }
      return false;
    },
  });
  if (s.looksAt('))')) {
    s.at += 2;
    return parts;
  }
  const ended = s.ended;
  s.at = start;
  if (ended && s.text.indexOf(')', start) < 0) throw s.unmatched(')', start);
  return undefined;
}

/** A section of `for ((…;…;…))` or the like, up to one of these characters at depth 0. */
export function readArithmeticUntil(s: Source, ends: string): Part[] {
  let depth = 0;
  return readParts(s, {
    double: true,
    ends: (r) => {
      if (depth === 0 && ends.includes(r.char)) return true;
      if (r.char === '(') depth++;
      else if (r.char === ')') depth--;
      return false;
    },
  });
}

/** A word at the cursor; the cursor must stand on a character that can begin one. */
export function readWord(s: Source, extglob = s.extglob): Word {
  const start = s.at;
  const depths: number[] = [];
  const parts = readParts(s, {
    double: false,
    ends: (r) => {
      if (extglob && r.char === '(' && /[?*+@!]/.test(r.text[r.at - 1] ?? '') && r.at > start) {
        depths.push(1);
        return false;
      }
      if (depths.length > 0) {
        if (r.char === ')') {
          depths.pop();
          return false;
        }
        return r.char === '\n' || r.ended;
      }
      if ((r.char === '<' || r.char === '>') && r.text[r.at + 1] === '(' && r.dialect.name !== 'dash')
        return false;
      return META.has(r.char);
    },
  });
  return { parts, start, end: s.at };
}

/** Text that is all expanded like the inside of double quotes: the body of a here-document. */
export function readHeredocBody(text: string, s: Source, offset: number): Word {
  const inner = new Parser(text, s.dialect, { firstLine: s.lineAt(offset) });
  const parts = readParts(inner.source, { double: true, heredoc: true, ends: never });
  return { parts, start: offset, end: offset + text.length };
}

const ASSIGNMENT = /[A-Za-z_][A-Za-z0-9_]*/y;

/** `name=…` at the cursor, or undefined (cursor unmoved) if the word there is none. */
export function readAssignment(s: Source): Assignment | undefined {
  const start = s.at;
  ASSIGNMENT.lastIndex = start;
  const name = ASSIGNMENT.exec(s.text)?.[0];
  if (name === undefined) return undefined;
  s.at += name.length;
  let index: Word | undefined;
  if (s.char === '[' && s.dialect.extended) {
    const from = s.at + 1;
    const close = closingBracket(s.text, s.at);
    if (close < 0 || !/^\+?=/.test(s.text.slice(close + 1, close + 3))) {
      s.at = start;
      return undefined;
    }
    s.at = from;
    index = { parts: readParts(s, { double: false, ends: (r) => r.at >= close }), start: from, end: close };
    s.at = close + 1;
  }
  const append = s.looksAt('+=') && s.dialect.extended;
  if (!append && s.char !== '=') {
    s.at = start;
    return undefined;
  }
  s.at += append ? 2 : 1;
  if (s.char === '(' && s.dialect.extended && index === undefined) {
    const from = s.at;
    const array = readArray(s);
    return { name, index, append, array, value: { parts: [], start: from, end: s.at }, start, end: s.at };
  }
  return { name, index, append, value: readWord(s), start, end: s.at };
}

function closingBracket(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0) return -1;
      i = end;
    } else if (c === '[') depth++;
    else if (c === ']' && --depth === 0) return i;
    else if (c === '\n') return -1;
  }
  return -1;
}

function readArray(s: Source): ArrayElement[] {
  const open = s.at;
  s.at++;
  const elements: ArrayElement[] = [];
  for (;;) {
    skipBlank(s, true);
    if (s.ended) throw s.unmatched(')', open);
    if (s.char === ')') {
      s.at++;
      return elements;
    }
    const close = s.char === '[' ? closingBracket(s.text, s.at) : -1;
    const equals = close < 0 ? null : /^\+?=/.exec(s.text.slice(close + 1, close + 3));
    if (equals !== null) {
      const from = s.at + 1;
      s.at = from;
      const index = {
        parts: readParts(s, { double: false, ends: (r) => r.at >= close }),
        start: from,
        end: close,
      };
      s.at = close + 1 + equals[0].length;
      elements.push({ index, append: equals[0] === '+=', value: readWord(s) });
      continue;
    }
    if (META.has(s.char)) throw s.fault({ kind: 'unexpected', token: s.char });
    elements.push({ append: false, value: readWord(s) });
  }
}

/** Moves past blanks, joined lines and comments, and past newlines if asked. */
export function skipBlank(s: Source, newlines = false): void {
  for (;;) {
    if (s.char === ' ' || s.char === '\t' || (newlines && s.char === '\n')) s.at++;
    else if (s.looksAt('\\\n')) s.at += 2;
    else if (s.char === '#') {
      const end = s.text.indexOf('\n', s.at);
      s.at = end < 0 ? s.text.length : end;
    } else return;
  }
}

/** Does a process substitution, `<(…)` or `>(…)`, begin here? dash has none. */
export function startsProcess(s: Source): boolean {
  return s.dialect.name !== 'dash' && /^[<>]\(/.test(s.text.slice(s.at, s.at + 2));
}
