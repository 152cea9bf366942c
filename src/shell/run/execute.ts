import { type Sys, TURN } from '../../docker/kernel/wait.ts';
import type { AndOr, Command, FunctionCommand, Pipeline, Script } from '../syntax/ast.ts';
import { describeFault, SyntaxFault } from '../syntax/fault.ts';
import { Parser } from '../syntax/parser.ts';
import { runArithmetic, runCase, runFor, runForArithmetic, runIf, runWhile } from './compound.ts';
import { runCondition } from './condition.ts';
import { DropLine, ExitShell } from './control.ts';
import { runBackground, runPipeline, runSubshell } from './pipeline.ts';
import { withRedirects } from './redirect.ts';
import { runSelect } from './select.ts';
import type { Shell } from './shell.ts';
import { runSimple } from './simple.ts';

export interface RunOptions {
  /** Nothing follows, so the process may become the last command's. */
  readonly last?: boolean;
}

/** Parses a text and runs it line by line: `eval`, traps, sourced files. A syntax error is printed; status 2. */
export function* runText(
  shell: Shell,
  text: string,
  options: { line?: number; context?: string; last?: boolean } = {},
): Sys<number> {
  const parser = new Parser(text, shell.dialect, {
    firstLine: options.line,
    extglob: shell.shopts.has('extglob'),
    alias: aliasesOf(shell),
  });
  let ran = false;
  for (;;) {
    let script: Script | undefined;
    try {
      parser.extglob = shell.shopts.has('extglob');
      script = parser.next();
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      yield* reportFault(shell, error, options.context);
      shell.status = 2;
      if (shell.dialect.name !== 'bash') throw new ExitShell(2);
      return 2;
    }
    // Nothing but blanks is a success.
    if (script === undefined) return ran ? shell.status : 0;
    ran = true;
    yield* warnAboutHeredoc(shell, parser);
    const last = options.last === true && parser.source.text.slice(parser.source.at).trim() === '';
    yield* runScript(shell, script, { last });
  }
}

/** Aliases are expanded in interactive bash, and always in the other shells. */
export function aliasesOf(shell: Shell): ((name: string) => string | undefined) | undefined {
  if (shell.dialect.name === 'bash' && !shell.shopts.has('expand_aliases')) return undefined;
  return (name) => shell.aliases.get(name);
}

/** Prints a syntax error; bash also repeats the line unless it is interactive. */
export function* reportFault(shell: Shell, fault: SyntaxFault, context?: string): Sys<void> {
  const [first = '', ...more] = describeFault(fault, shell.dialect);
  shell.line = fault.line;
  if (shell.dialect.name !== 'bash') return yield* shell.complain(first, context);
  const name = shell.script ?? shell.arg0.replace(/^-/, '');
  const where = context === undefined ? '' : `${context}: `;
  if (shell.conversational)
    return yield* shell.p.error(`${name.replace(/^.*\//, '')}: ${where.replace('-c: ', '')}${first}\n`);
  for (const message of [first, ...more])
    yield* shell.p.error(`${name}: ${where}line ${fault.line}: ${message}\n`);
}

export function* warnAboutHeredoc(shell: Shell, parser: Parser): Sys<void> {
  const open = parser.heredocs.open;
  if (open === undefined) return;
  parser.heredocs.open = undefined;
  if (shell.dialect.name !== 'bash') return;
  const end = parser.source.lineAt(parser.source.text.length) - (parser.source.text.endsWith('\n') ? 1 : 0);
  const name = shell.script ?? shell.arg0;
  yield* shell.p.error(
    `${name}: line ${end}: warning: here-document at line ${open.line} delimited by end-of-file (wanted \`${open.delimiter}')\n`,
  );
}

/** Runs commands one after the other; the status of the last one. */
export function* runScript(shell: Shell, script: Script, options: RunOptions = {}): Sys<number> {
  const lastItem = script.items.at(-1);
  for (const item of script.items) {
    if (shell.option('noexec') && !shell.interactive) yield* tick(shell);
    else if (item.background) yield* runBackground(shell, item);
    else yield* runAndOr(shell, item, { last: options.last === true && item === lastItem });
  }
  return shell.status;
}

/** `a && b || c` */
export function* runAndOr(shell: Shell, list: AndOr, options: RunOptions = {}): Sys<number> {
  if (list.rest.length === 0) return yield* runPipelineItem(shell, list.first, options);
  yield* tested(shell, runPipelineItem(shell, list.first));
  for (const [i, { operator, pipeline }] of list.rest.entries()) {
    if ((operator === '&&') !== (shell.status === 0)) continue;
    const final = i === list.rest.length - 1;
    if (final) yield* runPipelineItem(shell, pipeline, options);
    else yield* tested(shell, runPipelineItem(shell, pipeline));
  }
  return shell.status;
}

/** Runs something whose failure is an answer, not an error: `set -e` does not count it. */
export function* tested<T>(shell: Shell, body: Sys<T>): Sys<T> {
  shell.tested++;
  try {
    return yield* body;
  } finally {
    shell.tested--;
  }
}

function* runPipelineItem(shell: Shell, pipeline: Pipeline, options: RunOptions = {}): Sys<number> {
  if (pipeline.timed !== undefined) return yield* runTimed(shell, pipeline);
  return yield* runPlain(shell, pipeline, options);
}

function* runPlain(shell: Shell, pipeline: Pipeline, options: RunOptions): Sys<number> {
  const [only] = pipeline.commands;
  if (pipeline.negated) {
    yield* tested(shell, runCommands(shell, pipeline, {}));
    shell.status = shell.status === 0 ? 1 : 0;
    return shell.status;
  }
  yield* runCommands(shell, pipeline, options);
  const compound = pipeline.commands.length === 1 && only !== undefined && INNER.has(only.kind);
  if (shell.status !== 0 && shell.tested === 0 && !compound) {
    const { status } = shell;
    yield* shell.traps.runError();
    if (shell.option('errexit')) throw new ExitShell(status);
  }
  return shell.status;
}

/** Commands whose inner commands have been looked at by `set -e` already. */
const INNER: ReadonlySet<Command['kind']> = new Set([
  'group',
  'if',
  'for',
  'select',
  'for-arith',
  'while',
  'until',
  'case',
  'function',
]);

function* runCommands(shell: Shell, pipeline: Pipeline, options: RunOptions): Sys<void> {
  const [only] = pipeline.commands;
  if (only !== undefined && pipeline.commands.length === 1) {
    yield* runCommand(shell, only, options);
    shell.pipeStatus = [shell.status];
  } else if (only !== undefined) yield* runPipeline(shell, pipeline);
}

/** `time pipeline`: the report goes to standard error. */
function* runTimed(shell: Shell, pipeline: Pipeline): Sys<number> {
  const start = shell.p.kernel.clock.now;
  const computing = shell.computing();
  const report = (): Sys<void> =>
    reportTime(shell, {
      posix: pipeline.timed === 'posix',
      real: shell.p.kernel.clock.now - start,
      computing: shell.computing() - computing,
    });
  try {
    yield* runPlain(shell, { ...pipeline, timed: undefined }, {});
  } catch (error) {
    yield* report();
    throw error;
  }
  yield* report();
  return shell.status;
}

function* reportTime(shell: Shell, used: { posix: boolean; real: number; computing: number }): Sys<void> {
  const user = used.computing * 0.6;
  const rows: [string, number][] = [
    ['real', used.real],
    ['user', user],
    ['sys', used.computing - user],
  ];
  const text = used.posix
    ? rows.map(([name, ms]) => `${name} ${(ms / 1000).toFixed(2)}\n`).join('')
    : `\n${rows.map(([name, ms]) => `${name}\t${Math.floor(ms / 60000)}m${((ms % 60000) / 1000).toFixed(3)}s\n`).join('')}`;
  yield* shell.p.error(text);
}

/** Between two commands: others get a turn, traps run, Ctrl-C is noticed. */
export function* tick(shell: Shell): Sys<void> {
  yield TURN;
  if (shell.interrupted) {
    shell.interrupted = false;
    throw new DropLine(130);
  }
  if (shell.traps.waiting) yield* shell.traps.runPending();
}

/** Runs one command of any kind and returns its status. */
export function* runCommand(shell: Shell, command: Command, options: RunOptions = {}): Sys<number> {
  yield* tick(shell);
  shell.line = command.line;
  if (shell.option('noexec') && !shell.interactive) return 0;
  if (command.kind === 'simple') {
    shell.status = yield* runSimple(shell, command, options);
    if (shell.traps.waiting) yield* shell.traps.runPending();
    return shell.status;
  }
  const body = runCompound(shell, command);
  shell.status = yield* command.redirects.length === 0 ? body : withRedirects(shell, command.redirects, body);
  return shell.status;
}

function* runCompound(shell: Shell, command: Exclude<Command, { kind: 'simple' }>): Sys<number> {
  switch (command.kind) {
    case 'group':
      return yield* runScript(shell, command.body);
    case 'subshell':
      return yield* runSubshell(shell, command);
    case 'if':
      return yield* runIf(shell, command);
    case 'for':
      return yield* runFor(shell, command);
    case 'select':
      return yield* runSelect(shell, command);
    case 'for-arith':
      return yield* runForArithmetic(shell, command);
    case 'while':
    case 'until':
      return yield* runWhile(shell, command);
    case 'case':
      return yield* runCase(shell, command);
    case 'function':
      return define(shell, command);
    case 'condition':
      return yield* runCondition(shell, command);
    case 'arith':
      return yield* runArithmetic(shell, command);
  }
}

function define(shell: Shell, command: FunctionCommand): number {
  shell.functions.set(command.name, command);
  return 0;
}
