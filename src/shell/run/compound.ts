import type { Sys } from '../../docker/kernel/wait.ts';
import { ArithmeticError } from '../expand/arithmetic.ts';
import { computeText } from '../expand/compute.ts';
import { patternToRegExp } from '../expand/pattern.ts';
import { quoteForShell } from '../expand/quote.ts';
import { expandPattern, expandQuoted, expandText, expandWords } from '../expand/words.ts';
import type {
  ArithCommand,
  CaseCommand,
  ForArithCommand,
  ForCommand,
  IfCommand,
  Part,
  Script,
  WhileCommand,
} from '../syntax/ast.ts';
import { ReadonlyFault, store } from './assign.ts';
import { BreakLoop, ContinueLoop } from './control.ts';
import { runScript, tested, tick } from './execute.ts';
import type { Shell } from './shell.ts';
import { trace } from './trace.ts';

export function* runIf(shell: Shell, command: IfCommand): Sys<number> {
  for (const clause of command.clauses) {
    yield* tested(shell, runScript(shell, clause.test));
    if (shell.status === 0) return yield* runScript(shell, clause.body);
  }
  if (command.otherwise !== undefined) return yield* runScript(shell, command.otherwise);
  return 0;
}

/** One round of a loop; true if the loop ends. */
export function* round(shell: Shell, body: Script): Sys<boolean> {
  try {
    yield* runScript(shell, body);
    return false;
  } catch (error) {
    if (!(error instanceof BreakLoop || error instanceof ContinueLoop)) throw error;
    if (error.levels > 1 && shell.loops > 1) {
      error.levels--;
      throw error;
    }
    shell.status = 0;
    return error instanceof BreakLoop;
  }
}

export function* inLoop(shell: Shell, body: Sys<number>): Sys<number> {
  shell.loops++;
  try {
    return yield* body;
  } finally {
    shell.loops--;
  }
}

export function* runFor(shell: Shell, command: ForCommand): Sys<number> {
  const values =
    command.words === undefined ? [...shell.parameters.positional] : yield* expandWords(shell, command.words);
  return yield* inLoop(shell, eachValue(shell, command, values));
}

function* eachValue(shell: Shell, command: ForCommand, values: readonly string[]): Sys<number> {
  shell.status = 0;
  for (const value of values) {
    yield* tick(shell);
    if (shell.dialect.name === 'bash' && shell.option('xtrace'))
      yield* trace(shell, [`for ${command.name} in`, ...values.map(quoteForShell)].join(' '));
    try {
      store(shell, { name: command.name, index: undefined, append: false, value, elements: undefined });
    } catch (error) {
      if (!(error instanceof ReadonlyFault)) throw error;
      return yield* shell.fail(error.describe(shell.dialect));
    }
    if (yield* round(shell, command.body)) break;
  }
  return shell.status;
}

export function* runForArithmetic(shell: Shell, command: ForArithCommand): Sys<number> {
  return yield* inLoop(shell, counting(shell, command));
}

function* counting(shell: Shell, command: ForArithCommand): Sys<number> {
  shell.status = 0;
  let status = 0;
  if ((yield* calculateParts(shell, command.first, 1n)) === undefined) return 1;
  for (;;) {
    yield* tick(shell);
    const go = yield* calculateParts(shell, command.test, 1n);
    if (go === undefined) return 1;
    if (go === 0n) break;
    const ended = yield* round(shell, command.body);
    status = shell.status;
    if (ended) break;
    if ((yield* calculateParts(shell, command.next, 1n)) === undefined) return 1;
  }
  return status;
}

/** The value of an expression, `empty` if there is none, or undefined after printing what is wrong with it. */
function* calculateParts(shell: Shell, parts: readonly Part[], empty: bigint): Sys<bigint | undefined> {
  const expression = yield* expandQuoted(shell, parts);
  if (expression.trim() === '') return empty;
  try {
    return computeText(shell, expression);
  } catch (error) {
    if (error instanceof ArithmeticError || error instanceof ReadonlyFault) {
      yield* shell.complain(`((: ${error.message}`);
      return undefined;
    }
    throw error;
  }
}

export function* runArithmetic(shell: Shell, command: ArithCommand): Sys<number> {
  const value = yield* calculateParts(shell, command.parts, 0n);
  return value === undefined || value === 0n ? 1 : 0;
}

export function* runWhile(shell: Shell, command: WhileCommand): Sys<number> {
  return yield* inLoop(shell, repeating(shell, command));
}

function* repeating(shell: Shell, command: WhileCommand): Sys<number> {
  let status = 0;
  for (;;) {
    yield* tick(shell);
    try {
      yield* tested(shell, runScript(shell, command.test));
    } catch (error) {
      if (!(error instanceof BreakLoop || error instanceof ContinueLoop)) throw error;
      if (error.levels > 1 && shell.loops > 1) {
        error.levels--;
        throw error;
      }
      shell.status = 0;
      if (error instanceof BreakLoop) return 0;
      continue;
    }
    if ((shell.status === 0) !== (command.kind === 'while')) return status;
    const ended = yield* round(shell, command.body);
    status = shell.status;
    if (ended) return status;
  }
}

export function* runCase(shell: Shell, command: CaseCommand): Sys<number> {
  const word = yield* expandText(shell, command.word);
  if (shell.dialect.name === 'bash') yield* trace(shell, `case ${quoteForShell(word)} in`);
  let falling = false;
  let status = 0;
  for (const item of command.items) {
    if (!falling && !(yield* matches(shell, word, item.patterns))) continue;
    shell.status = 0;
    status = yield* runScript(shell, item.body);
    if (item.end === ';;') return status;
    falling = item.end === ';&';
  }
  return status;
}

function* matches(
  shell: Shell,
  word: string,
  patterns: CaseCommand['items'][number]['patterns'],
): Sys<boolean> {
  const options = { extglob: shell.shopts.has('extglob'), ignoreCase: shell.shopts.has('nocasematch') };
  for (const pattern of patterns) {
    if (patternToRegExp(yield* expandPattern(shell, pattern), options).test(word)) return true;
  }
  return false;
}
