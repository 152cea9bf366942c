import type { Assignment, Command, Redirect, SimpleCommand, Word } from './ast.ts';
import type { Parser } from './parser.ts';
import { plain } from './plain.ts';
import { readRedirect } from './redirects.ts';
import { readAssignment, readWord, skipBlank } from './words.ts';

const DECLARATIONS: ReadonlySet<string> = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

/** A simple command, or a function definition `name () …`. */
export function readSimple(parser: Parser, start: number, line: number): Command {
  const s = parser.source;
  const assignments: Assignment[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  let end = s.at;
  let declares = false;
  for (;;) {
    skipBlank(s);
    const redirect = readRedirect(parser);
    if (redirect !== undefined) {
      redirects.push(redirect);
      end = s.at;
      continue;
    }
    if (s.ended) break;
    const operator = parser.operator();
    if (operator !== undefined) {
      const bracket = operator === '<' || operator === '>';
      if (bracket && s.text[s.at + 1] === '(') {
        words.push(readWord(s));
        end = s.at;
        continue;
      }
      if (operator === '(' && words.length === 1 && assignments.length === 0 && redirects.length === 0) {
        const definition = readFunctionAfter(parser, words[0], start, line);
        if (definition !== undefined) return definition;
      }
      break;
    }
    const assignment = words.length === 0 || declares ? readAssignment(s) : undefined;
    if (assignment !== undefined) {
      if (words.length === 0) assignments.push(assignment);
      else words.push({ parts: [], assignment, start: assignment.start, end: s.at });
    } else {
      const word = readWord(s);
      if (words.length === 0) declares = DECLARATIONS.has(plain(word) ?? '');
      words.push(word);
    }
    end = s.at;
  }
  if (words.length === 0 && assignments.length === 0 && redirects.length === 0) throw parser.unexpected();
  const source = s.text.slice(start, end);
  const command: SimpleCommand = {
    kind: 'simple',
    source,
    assignments,
    words,
    redirects,
    line,
    start,
    end,
  };
  return command;
}

/** What follows `name (`: the rest of a definition; undefined where a message has to wait for the rest of the line. */
function readFunctionAfter(
  parser: Parser,
  word: Word | undefined,
  start: number,
  line: number,
): Command | undefined {
  const s = parser.source;
  const name = word === undefined ? undefined : plain(word);
  const at = s.at;
  s.at++;
  skipBlank(s);
  if (name === undefined || s.char !== ')') {
    s.at = at;
    if (s.dialect.name !== 'bash') {
      s.at++;
      if (name === undefined) throw parser.unexpected();
      skipBlank(s);
      if (s.ended) throw s.end(')');
      // Whatever stands between the parentheses is no name.
      throw s.fault({ kind: 'unexpected', token: 'word', word: true, expecting: ')' });
    }
    if (s.text.slice(at + 1).trim() === '') return undefined;
    s.at++;
    throw parser.unexpected();
  }
  s.at++;
  return parser.functionBody(name, start, line);
}
