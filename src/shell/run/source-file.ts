import type { Sys } from '../../docker/kernel/wait.ts';
import { SyntaxFault } from '../syntax/fault.ts';
import { Parser } from '../syntax/parser.ts';
import { DropLine, ExitShell } from './control.ts';
import { aliasesOf, reportFault, runScript, warnAboutHeredoc } from './execute.ts';
import type { Shell } from './shell.ts';

/** Runs a script file as the life of this shell. A dropped line does not end it. */
export function* runFile(shell: Shell, name: string, source: string): Sys<number> {
  shell.script = name;
  shell.command = false;
  return yield* runLines(shell, source, {});
}

/** Runs text line by line, going on after a dropped line; a syntax error ends it with status 2. */
export function* runLines(
  shell: Shell,
  source: string,
  options: { context?: string; line?: number; last?: boolean; drops?: boolean },
): Sys<number> {
  const parser = new Parser(source, shell.dialect, { firstLine: options.line, alias: aliasesOf(shell) });
  for (;;) {
    try {
      parser.extglob = shell.shopts.has('extglob');
      const script = parser.next();
      if (script === undefined) return shell.status;
      yield* warnAboutHeredoc(shell, parser);
      if (shell.option('verbose')) yield* shell.p.error(source.slice(script.start, script.end));
      const rest = source.slice(parser.source.at).trim();
      yield* runScript(shell, script, { last: options.last === true && rest === '' });
    } catch (error) {
      if (error instanceof SyntaxFault) {
        yield* reportFault(shell, error, options.context);
        throw new ExitShell(2);
      }
      if (!(error instanceof DropLine) || options.drops === false) throw error;
      shell.status = error.status;
    }
  }
}
