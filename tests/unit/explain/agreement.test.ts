import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Piece, readPieces } from '../../../src/explain/shell/read.ts';
import type { Span, Word } from '../../../src/explain/shell/word.ts';
import type { Assignment, Command, Part, Script, Word as ShellWord } from '../../../src/shell/syntax/ast.ts';
import { BASH } from '../../../src/shell/syntax/dialect.ts';
import { SyntaxFault } from '../../../src/shell/syntax/fault.ts';
import { Parser } from '../../../src/shell/syntax/parser.ts';
import { snippetSources } from './sources.ts';

/** What both readers must agree on: each simple command as the places of its words, each redirection as its place. */
interface Found {
  readonly source: string;
  readonly commands: string[];
  readonly redirections: string[];
}

const place = (from: number, to: number): string => `${from}-${to}`;

// ---- as the shell reads it ---------------------------------------------------------------------------------------

function inParts(parts: readonly Part[], found: Found): void {
  for (const part of parts) {
    if (part.kind === 'double') inParts(part.parts, found);
    // The shell reads what is between backquotes as a text of its own, so its places are not those of the source.
    const isQuoted = found.source[part.start] === '`';
    if ((part.kind === 'command' && !isQuoted) || part.kind === 'process') inScript(part.script, found);
  }
}

const inWord = (word: ShellWord, found: Found): void => inParts(word.parts, found);

function inAssignment(assignment: Assignment, found: Found): void {
  inWord(assignment.value, found);
  for (const element of assignment.array ?? []) inWord(element.value, found);
}

function inCommand(command: Command, found: Found): void {
  for (const { start, end, target } of command.redirects) {
    found.redirections.push(place(start, end));
    inWord(target, found);
  }
  switch (command.kind) {
    case 'simple': {
      // The elements of `a=(…)` are words of their own to Explain.
      const assigned = command.assignments.map(({ start, end, array }) =>
        place(start, array === undefined ? end : found.source.indexOf('(', start)),
      );
      const places = [...assigned, ...command.words.map(({ start, end }) => place(start, end))];
      if (places.length > 0) found.commands.push(places.join(' '));
      for (const assignment of command.assignments) inAssignment(assignment, found);
      for (const word of command.words) inWord(word, found);
      return;
    }
    case 'subshell':
    case 'group':
      inScript(command.body, found);
      return;
    case 'if':
      for (const { test, body } of command.clauses) {
        inScript(test, found);
        inScript(body, found);
      }
      if (command.otherwise !== undefined) inScript(command.otherwise, found);
      return;
    case 'for':
    case 'select':
      for (const word of command.words ?? []) inWord(word, found);
      inScript(command.body, found);
      return;
    case 'while':
    case 'until':
      inScript(command.test, found);
      inScript(command.body, found);
      return;
    case 'case':
      inWord(command.word, found);
      for (const { body } of command.items) inScript(body, found);
      return;
    case 'function':
      inCommand(command.body, found);
      return;
    default:
  }
}

function inScript(script: Script, found: Found): void {
  for (const { first, rest } of script.items)
    for (const { commands } of [first, ...rest.map(({ pipeline }) => pipeline)])
      for (const command of commands) inCommand(command, found);
}

function asShell(source: string): Found | undefined {
  const found: Found = { source, commands: [], redirections: [] };
  try {
    inScript(new Parser(source, BASH).all(), found);
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
  return sorted(found);
}

// ---- as Explain reads it -----------------------------------------------------------------------------------------

function wordsOf(piece: Piece): readonly Word[] {
  if (piece.type === 'command') return [...piece.assignments, ...piece.words];
  if (piece.type === 'redirection') return [piece.target];
  return piece.type === 'role' ? [piece.word] : [];
}

function asExplain(source: string): Found {
  const found: Found = { source, commands: [], redirections: [] };
  const visit = (span: Span): void => {
    for (const piece of readPieces(source, span)) {
      if (piece.type === 'command')
        found.commands.push(
          wordsOf(piece)
            .map(({ from, to }) => place(from, to))
            .join(' '),
        );
      if (piece.type === 'redirection') found.redirections.push(place(piece.from, piece.to));
      for (const word of wordsOf(piece))
        for (const nested of word.nested) if (nested.open !== '`') visit(nested.inside);
    }
  };
  visit({ from: 0, to: source.length });
  return sorted(found);
}

const sorted = ({ source, commands, redirections }: Found): Found => ({
  source,
  commands: [...commands].sort(),
  redirections: [...redirections].sort(),
});

// ---- generated lines ---------------------------------------------------------------------------------------------

const word = fc.oneof(
  fc.constantFrom('docker', 'ps', '-a', '--name=x', 'a\\ b', '$HOME', '"$PWD":/x', "'a b'", '"a $(ls -l) b"'),
  fc.constantFrom(
    '*.txt',
    '{a,b}',
    '~/x',
    '$(date)',
    '`id -u`',
    ['$', '{x:-a b}'].join(''),
    '$((1+2))',
    "$'a\\n'",
    '""',
    'a"b"c',
  ),
  fc.constantFrom(
    '<(ls)',
    'a=b',
    '#no',
    'x#y',
    '-',
    '--',
    '8080:80',
    '"a\\"b"',
    "'it'\\''s'",
    '[a]',
    '=',
    '!x',
  ),
);
const redirect = fc.constantFrom(
  '>f',
  '> f',
  '2>&1',
  '>>"$x"',
  '</dev/null',
  '2>/dev/null',
  '&>f',
  '<<<a',
  '3<f',
);
const simple = fc
  .tuple(
    fc.array(fc.constantFrom('A=1', 'B="x y"', 'C=$(id)', 'D='), { maxLength: 2 }),
    fc.constantFrom('docker', 'echo', 'ls', './run.sh', '$cmd', '"x"'),
    fc.array(fc.oneof({ weight: 5, arbitrary: word }, { weight: 1, arbitrary: redirect }), { maxLength: 5 }),
  )
  .map(([before, name, after]) => [...before, name, ...after].join(' '));

const { list } = fc.letrec<{ command: string; list: string }>((tie) => ({
  command: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    simple,
    tie('list').map((body) => `( ${body} )`),
    tie('list').map((body) => `{ ${body}; }`),
    fc.tuple(tie('list'), tie('list')).map(([test, body]) => `if ${test}; then ${body}; else\n${body}\nfi`),
    tie('list').map((body) => `while ${body}; do ${body}; done >out`),
    fc
      .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), tie('list'))
      .map(([items, body]) => `for i in ${items.join(' ')}; do\n  ${body}\ndone`),
    tie('list').map((body) => `case $x in a|b) ${body};; *) ls;; esac`),
    tie('list').map((body) => `f() { ${body}; }`),
    tie('list').map((body) => `echo $( ${body}) "$( ${body})"`),
  ),
  list: fc
    .array(
      fc.tuple(
        tie('command') as fc.Arbitrary<string>,
        fc.constantFrom(' && ', ' || ', ' | ', '; ', '\n', ' |& '),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((items) =>
      items.map(([command, mark], at) => (at === items.length - 1 ? command : command + mark)).join(''),
    ),
}));

describe('agreement with the shell', () => {
  it('reads the words of generated lines where the shell reads them', () => {
    let compared = 0;
    fc.assert(
      fc.property(list as fc.Arbitrary<string>, (source) => {
        const expected = asShell(source);
        if (expected === undefined) return;
        compared++;
        expect(asExplain(source)).toEqual(expected);
      }),
      { numRuns: 1500, seed: 7 },
    );
    expect(compared).toBeGreaterThan(600);
  });

  it('reads every snippet of the site as the shell does', () => {
    const wrong = snippetSources().filter(({ code }) => {
      const expected = asShell(code);
      return expected !== undefined && JSON.stringify(asExplain(code)) !== JSON.stringify(expected);
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    'cat <<EOF | wc -l\na $(b)\nEOF\nls',
    'cat <<-"X"\n\tone\n\tX\npwd',
    'a=(1 "$(ls)" 3); echo $a',
    'ls & wait',
    '! ls',
    'time ls',
  ])('%j', (source) => {
    expect(asExplain(source)).toEqual(asShell(source));
  });
});
