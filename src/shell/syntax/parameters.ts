import type { ParamPart, Part, Word } from './ast.ts';
import type { Source } from './source.ts';
import { readParts } from './words.ts';

/** Longest first, so that `##` is not read as `#`. */
const OPERATORS = [
  ':-',
  ':=',
  ':?',
  ':+',
  '##',
  '%%',
  '//',
  '/#',
  '/%',
  '^^',
  '~~',
  ',,',
  '-',
  '=',
  '?',
  '+',
  '#',
  '%',
  '/',
  '^',
  '~',
  ',',
  '@',
  ':',
];
const NAME = /[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]/y;
const SHORT_NAME = /[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]/y;
const BASH_ONLY = new Set(['//', '/#', '/%', '/', '^^', ',,', '^', ',', '~', '~~', '@', ':']);

/** `$name` or `${…}` at the cursor. */
export function readParameter(s: Source, double: boolean): Part {
  const start = s.at;
  if (s.text[s.at + 1] !== '{') {
    SHORT_NAME.lastIndex = s.at + 1;
    const name = SHORT_NAME.exec(s.text)?.[0] ?? '';
    s.at += 1 + name.length;
    return { kind: 'param', name, length: false, indirect: false, start, end: s.at };
  }
  s.at += 2;
  const read = readBraced(s, start, double);
  if (read !== undefined) return read;
  return bad(s, start, double);
}

function readName(s: Source): string | undefined {
  NAME.lastIndex = s.at;
  const name = NAME.exec(s.text)?.[0];
  if (name !== undefined) s.at += name.length;
  return name;
}

function readBraced(s: Source, start: number, double: boolean): ParamPart | undefined {
  const done = (part: Omit<ParamPart, 'start' | 'end' | 'kind'>): ParamPart | undefined => {
    if (s.char !== '}') return undefined;
    s.at++;
    return { kind: 'param', start, end: s.at, ...part };
  };
  const rest = (): string => s.text.slice(s.at, s.at + 2);
  if (s.char === '#' && !/^#(?:\}|[:%+=?-][^}]|##)/.test(s.text.slice(s.at, s.at + 3))) {
    const from = s.at;
    s.at++;
    const name = readName(s);
    if (name !== undefined) {
      const index = readIndex(s);
      const part = done({ name, index, length: true, indirect: false });
      if (part !== undefined) return part;
    }
    s.at = from;
  }
  let indirect = false;
  if (s.char === '!' && /^![A-Za-z_0-9]/.test(rest()) && s.dialect.extended) {
    indirect = true;
    s.at++;
  }
  const name = readName(s);
  if (name === undefined) return undefined;
  if (indirect && (rest() === '*}' || rest() === '@}')) {
    const prefix = s.char === '*' ? '*' : '@';
    s.at++;
    return done({ name, length: false, indirect, prefix });
  }
  const index = readIndex(s);
  const base = { name, index, length: false, indirect };
  if (s.char === '}') return done(base);
  const operator = OPERATORS.find((o) => s.looksAt(o));
  if (operator === undefined) {
    if (s.ended) throw s.unmatched('}', start);
    return undefined;
  }
  if (s.dialect.name === 'dash' && BASH_ONLY.has(operator)) return undefined;
  if (s.dialect.name === 'ash' && /^[\^,~@]/.test(operator)) return undefined;
  s.at += operator.length;
  // Inside double quotes the word after `:-` and its relatives is double-quoted text; patterns are not.
  const literal = double && /^:?[-=?+]$/.test(operator);
  let argument: Word;
  let second: Word | undefined;
  if (operator === ':') {
    argument = readUntil(s, double, ':}');
    if (s.char === ':') {
      s.at++;
      second = readUntil(s, double, '}');
    }
  } else if (operator.startsWith('/')) {
    argument = readUntil(s, false, '/}');
    if (s.char === '/') {
      s.at++;
      second = readUntil(s, false, '}');
    }
  } else argument = readUntil(s, literal, '}');
  if (s.ended) throw s.unmatched('}', start);
  return done({ ...base, operator, argument, second });
}

function readUntil(s: Source, double: boolean, ends: string): Word {
  const start = s.at;
  let nesting = 0;
  const parts = readParts(s, {
    double,
    ends: (r) => {
      if (r.char === '"' && double) return false;
      if (ends.includes(':') && r.char === '?') nesting++;
      if (r.char === ':' && nesting > 0) {
        nesting--;
        return false;
      }
      return ends.includes(r.char);
    },
  });
  return { parts: double ? parts.flatMap((part) => unquoteInner(part)) : parts, start, end: s.at };
}

/** Double quotes inside `"${x:-"…"}"` only switch quoting off and on: they vanish. */
function unquoteInner(part: Part): Part[] {
  if (part.kind !== 'quoted') return [part];
  return [{ ...part, text: part.text.replaceAll('"', '') }];
}

function readIndex(s: Source): Word | undefined {
  if (s.char !== '[' || !s.dialect.extended) return undefined;
  const start = s.at + 1;
  s.at++;
  let depth = 0;
  const parts = readParts(s, {
    double: false,
    ends: (r) => {
      if (r.char === '[') depth++;
      else if (r.char === ']' && depth-- === 0) return true;
      return false;
    },
  });
  if (s.ended) throw s.unmatched('}', start);
  s.at++;
  return { parts, start, end: s.at - 1 };
}

/** `${` that cannot be read: up to its brace; an error when it is expanded. */
function bad(s: Source, start: number, double: boolean): Part {
  s.at = start + 2;
  readParts(s, { double, ends: (r) => r.char === '}' });
  if (s.ended) throw s.unmatched('}', start);
  s.at++;
  return {
    kind: 'param',
    name: '',
    length: false,
    indirect: false,
    bad: s.text.slice(start, s.at),
    start,
    end: s.at,
  };
}
