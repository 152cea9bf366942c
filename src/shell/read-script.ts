import { EMPTY, text } from '../docker/kernel/bytes.ts';
import type { Sys } from '../docker/kernel/wait.ts';
import { DropLine, ExitShell } from './run/control.ts';
import { aliasesOf, reportFault, runScript, warnAboutHeredoc } from './run/execute.ts';
import type { Shell } from './run/shell.ts';
import type { Script } from './syntax/ast.ts';
import { SyntaxFault } from './syntax/fault.ts';
import { Parser } from './syntax/parser.ts';

/** Could more lines make this complete: an open quote, `if` without `fi`, a here-document without its end? */
export function needsMore(source: string, shell: Shell): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\\n?$/.test(source)) return true;
  const parser = new Parser(source, shell.dialect, {
    alias: aliasesOf(shell),
    extglob: shell.shopts.has('extglob'),
  });
  try {
    parser.all();
    return parser.heredocs.open !== undefined;
  } catch (error) {
    if (error instanceof SyntaxFault) return error.incomplete;
    throw error;
  }
}

/** Runs commands from standard input, reading no line before the one above it is done: commands may read the rest. */
export function* readScript(shell: Shell): Sys<number> {
  let number = 1;
  let from = 1;
  let source = '';
  for (;;) {
    // A shell whose input is closed has nothing to do.
    const bytes = shell.p.files.has(0) ? yield* shell.p.readLineBytes(0) : EMPTY;
    const ended = bytes.length === 0;
    if (ended && source === '') return shell.status;
    source += text(bytes);
    number++;
    if (!ended && needsMore(source, shell)) continue;
    yield* runChunk(shell, source, from);
    if (ended) return shell.status;
    source = '';
    from = number;
  }
}

/** Runs complete lines; a dropped line is over, a syntax error ends a shell that is not interactive. */
export function* runChunk(shell: Shell, source: string, line: number): Sys<void> {
  const parser = new Parser(source, shell.dialect, {
    firstLine: line,
    alias: aliasesOf(shell),
    extglob: shell.shopts.has('extglob'),
  });
  try {
    for (;;) {
      const script: Script | undefined = parser.next();
      if (script === undefined) return;
      yield* warnAboutHeredoc(shell, parser);
      yield* runScript(shell, script);
    }
  } catch (error) {
    if (error instanceof SyntaxFault) {
      yield* reportFault(shell, error);
      shell.status = 2;
      if (!shell.interactive) throw new ExitShell(2);
    } else if (error instanceof DropLine) shell.status = error.status;
    else throw error;
  }
}
