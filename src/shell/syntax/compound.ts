import type { CaseCommand, Command, Condition, FunctionCommand, Script, Word } from './ast.ts';
import type { Parser } from './parser.ts';
import { plain } from './plain.ts';
import {
  readArithmetic,
  readArithmeticUntil,
  readParts,
  readWord,
  skipBlank,
  startsProcess,
} from './words.ts';

/** `if …; then …; elif …; else …; fi` */
export function readIf(parser: Parser, start: number, line: number): Command {
  const s = parser.source;
  const clauses: { test: Script; body: Script }[] = [];
  let otherwise: Script | undefined;
  s.at += 2;
  for (;;) {
    const test = parser.body(['then']);
    parser.expect('then');
    const body = parser.body(['elif', 'else', 'fi'], 'fi');
    clauses.push({ test, body });
    if (parser.takeReserved('elif')) continue;
    if (parser.takeReserved('else')) otherwise = parser.body(['fi']);
    parser.expect('fi');
    break;
  }
  const redirects = parser.redirects();
  return { kind: 'if', clauses, otherwise, redirects, line, start, end: s.at };
}

/** `while …; do …; done`, `until …` */
export function readWhile(parser: Parser, start: number, line: number, kind: 'while' | 'until'): Command {
  const s = parser.source;
  s.at += 5;
  const test = parser.body(['do']);
  const body = readDo(parser);
  const redirects = parser.redirects();
  return { kind, test, body, redirects, line, start, end: s.at };
}

function readDo(parser: Parser): Script {
  if (parser.source.dialect.extended && parser.takeReserved('{')) {
    const body = parser.body(['}']);
    parser.expect('}');
    return body;
  }
  parser.expect('do');
  const body = parser.body(['done']);
  parser.expect('done');
  return body;
}

/** `for name in …; do …; done`, `select name in …` and `for ((…;…;…)); do …; done` */
export function readFor(parser: Parser, start: number, line: number, kind: 'for' | 'select'): Command {
  const s = parser.source;
  s.at += kind.length;
  skipBlank(s);
  if (kind === 'for' && s.looksAt('((') && s.dialect.extended) return readForArith(parser, start, line);
  if (s.ended || s.char === '\n') {
    if (s.ended && s.dialect.name !== 'bash') throw s.fault({ kind: 'loop-variable', name: '' });
    throw s.fault({ kind: 'unexpected', token: '\n' });
  }
  if (parser.operator() !== undefined) {
    if (s.dialect.name !== 'bash') throw s.fault({ kind: 'loop-variable', name: '(' });
    throw parser.unexpected();
  }
  const word = readWord(s);
  const name = plain(word);
  if (name === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw s.fault({ kind: 'loop-variable', name: s.text.slice(word.start, word.end) }, word.start);
  }
  parser.newlines();
  let words: Word[] | undefined;
  if (parser.takeReserved('in')) {
    words = [];
    for (;;) {
      skipBlank(s);
      const operator = parser.operator();
      if (operator !== undefined && !startsProcess(s)) {
        if (operator !== ';' && operator !== '\n') throw parser.unexpected();
        if (operator === ';') s.at++;
        break;
      }
      if (s.ended) throw s.end('do');
      words.push(readWord(s));
    }
  } else parser.take(';');
  parser.newlines();
  if (s.ended) throw s.end('do');
  const body = readDo(parser);
  const redirects = parser.redirects();
  return { kind, name, words, body, redirects, line, start, end: s.at };
}

function readForArith(parser: Parser, start: number, line: number): Command {
  const s = parser.source;
  s.at += 2;
  const first = readArithmeticUntil(s, ';');
  s.at++;
  const test = readArithmeticUntil(s, ';');
  s.at++;
  const next = readArithmeticUntil(s, ')');
  if (!s.looksAt('))')) throw s.ended ? s.end() : parser.unexpected();
  s.at += 2;
  parser.take(';');
  parser.newlines();
  if (s.ended) throw s.end();
  const body = readDo(parser);
  const redirects = parser.redirects();
  return { kind: 'for-arith', first, test, next, body, redirects, line, start, end: s.at };
}

/** `case word in pattern|pattern) … ;; esac` */
export function readCase(parser: Parser, start: number, line: number): Command {
  const s = parser.source;
  s.at += 4;
  skipBlank(s);
  if (s.ended || parser.operator() !== undefined) throw parser.unexpected();
  const word = readWord(s);
  parser.newlines();
  parser.expect('in');
  const items: CaseCommand['items'][number][] = [];
  for (;;) {
    parser.newlines();
    if (s.ended) throw s.end(items.length === 0 ? ')' : 'esac');
    if (parser.takeReserved('esac')) break;
    parser.take('(');
    const patterns: Word[] = [];
    for (;;) {
      skipBlank(s);
      if (s.ended) throw s.end(')');
      if (parser.operator() !== undefined) throw parser.unexpected(')');
      patterns.push(readWord(s));
      if (parser.take('|')) continue;
      if (parser.take(')')) break;
      throw parser.unexpected(')');
    }
    const body = parser.bodyOrNothing(
      (reserved, operator) =>
        reserved === 'esac' || operator === ';;' || operator === ';&' || operator === ';;&',
      ';;',
    );
    const end = parser.operator();
    if (end === ';;' || end === ';&' || end === ';;&') {
      s.at += end.length;
      items.push({ patterns, body, end });
    } else items.push({ patterns, body, end: ';;' });
  }
  const redirects = parser.redirects();
  return { kind: 'case', word, items, redirects, line, start, end: s.at };
}

/** `function name [()] …` */
export function readFunction(parser: Parser, start: number, line: number): FunctionCommand | Command {
  const s = parser.source;
  s.at += 'function'.length;
  skipBlank(s);
  if (s.ended || parser.operator() !== undefined) throw parser.unexpected();
  const word = readWord(s);
  if (parser.take('(')) {
    if (!parser.take(')')) throw parser.unexpected();
  }
  return parser.functionBody(s.text.slice(word.start, word.end), start, line);
}

/** `((…))`, or undefined if it is two subshells. */
export function readArithCommand(parser: Parser, start: number, line: number): Command | undefined {
  const s = parser.source;
  const parts = readArithmetic(s, 2);
  if (parts === undefined) return undefined;
  const redirects = parser.redirects();
  return { kind: 'arith', parts, redirects, line, start, end: s.at };
}

/** `[[ … ]]` */
export function readConditionCommand(parser: Parser, start: number, line: number): Command {
  const s = parser.source;
  s.at += 2;
  const test = readOr(parser);
  conditionBlank(parser);
  if (!s.looksAt(']]')) throw conditionFault(parser);
  s.at += 2;
  const redirects = parser.redirects();
  return { kind: 'condition', test, redirects, line, start, end: s.at };
}

function conditionBlank(parser: Parser): void {
  parser.newlines();
  if (parser.source.ended) throw parser.source.end();
}

function conditionFault(parser: Parser): Error {
  const s = parser.source;
  if (s.ended) return s.end();
  return parser.unexpected();
}

function readOr(parser: Parser): Condition {
  let left = readAnd(parser);
  for (;;) {
    conditionBlank(parser);
    if (!parser.source.looksAt('||')) return left;
    parser.source.at += 2;
    left = { kind: 'or', left, right: readAnd(parser) };
  }
}

function readAnd(parser: Parser): Condition {
  let left = readNot(parser);
  for (;;) {
    conditionBlank(parser);
    if (!parser.source.looksAt('&&')) return left;
    parser.source.at += 2;
    left = { kind: 'and', left, right: readNot(parser) };
  }
}

function readNot(parser: Parser): Condition {
  conditionBlank(parser);
  const s = parser.source;
  if (/^!\s/.test(s.text.slice(s.at, s.at + 2))) {
    s.at++;
    return { kind: 'not', test: readNot(parser) };
  }
  if (s.char === '(') {
    s.at++;
    const test = readOr(parser);
    conditionBlank(parser);
    if (!s.looksAt(')')) throw conditionFault(parser);
    s.at++;
    return test;
  }
  return readPrimary(parser);
}

const BINARY = /(?:==|=~|!=|=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef)(?=\s))/y;

function readPrimary(parser: Parser): Condition {
  const s = parser.source;
  if (s.looksAt(']]') || parser.operator() !== undefined) throw conditionFault(parser);
  const left = readWord(s, true);
  const name = plain(left);
  skipBlank(s);
  if (name !== undefined && /^-[a-zA-Z]$/.test(name) && !s.looksAt(']]') && !/^[&|)]/.test(s.char)) {
    BINARY.lastIndex = s.at;
    if (!BINARY.test(s.text)) {
      const word = readWord(s, true);
      return { kind: 'unary', operator: name, word };
    }
  }
  BINARY.lastIndex = s.at;
  const operator = BINARY.exec(s.text)?.[0];
  if (operator === undefined) return { kind: 'word', word: left };
  s.at += operator.length;
  skipBlank(s);
  if (s.ended || s.looksAt(']]')) throw conditionFault(parser);
  const right = operator === '=~' ? readRegex(parser) : readWord(s, true);
  return { kind: 'binary', operator, left, right };
}

/** The word after `=~`, in which `(`, `)` and `|` are ordinary. */
function readRegex(parser: Parser): Word {
  const s = parser.source;
  const start = s.at;
  let depth = 0;
  const parts = readParts(s, {
    double: false,
    ends: (r) => {
      if (r.char === '(') depth++;
      else if (r.char === ')') {
        if (depth === 0) return true;
        depth--;
      }
      return (depth === 0 && /\s/.test(r.char)) || r.char === '\n';
    },
  });
  return { parts, start, end: s.at };
}
