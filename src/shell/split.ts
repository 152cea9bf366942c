import { BASH } from './syntax/dialect.ts';
import { SyntaxFault } from './syntax/fault.ts';
import { Parser } from './syntax/parser.ts';

/** A complete command of a snippet: its text as written and the line it begins at (from 1). */
export interface CommandText {
  readonly text: string;
  readonly line: number;
}

/**
 * Splits a snippet into the commands a reader would enter one by one: a command with its continuation lines, loops and
 * here-documents is one; comment lines and empty lines between them are left out.
 * `'# list\ndocker ps\nfor x in 1; do\n echo\ndone'` ⇒ `docker ps` (line 2), `for … done` (line 3).
 */
export function splitCommands(source: string): CommandText[] {
  const parser = new Parser(source, BASH);
  const out: CommandText[] = [];
  const add = (start: number, end: number): void => {
    const text = source.slice(start, end).trimEnd();
    if (text !== '') out.push({ text, line: parser.source.lineAt(start) });
  };
  for (;;) {
    try {
      const script = parser.next();
      if (script === undefined) return out;
      add(script.start, script.end);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      // What cannot be read is one command up to the end of its line; the shell will say what is wrong with it.
      const newline = source.indexOf('\n', parser.source.at);
      const end = error.incomplete || newline < 0 ? source.length : newline + 1;
      add(parser.start, end);
      parser.restartAt(end);
    }
  }
}

/** Is this all of a command, or does the shell wait for more lines: an open quote, `if` without `fi`, a trailing `\`? */
export function isComplete(source: string): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\\n?$/.test(source)) return false;
  const parser = new Parser(source, BASH);
  try {
    parser.all();
    return parser.heredocs.open === undefined;
  } catch (error) {
    if (error instanceof SyntaxFault) return !error.incomplete;
    throw error;
  }
}
