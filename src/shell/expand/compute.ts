import type { Sys } from '../../docker/kernel/wait.ts';
import { ReadonlyFault } from '../run/assign.ts';
import type { Shell } from '../run/shell.ts';
import type { Part } from '../syntax/ast.ts';
import { ArithmeticError, type ArithmeticVariables, calculate } from './arithmetic.ts';
import { expandQuoted } from './words.ts';

/** The variables of a shell for arithmetic. */
export function arithmeticVariables(shell: Shell): ArithmeticVariables {
  const subscript = (name: string, index: string): string => {
    if (shell.variables.get(name)?.map !== undefined) return index.replace(/^(['"])(.*)\1$/, '$2');
    return String(calculate(index, variables));
  };
  const variables: ArithmeticVariables = {
    get: (name, index) => {
      if (index !== undefined) return shell.parameters.element(name, subscript(name, index));
      const value = shell.parameters.text(name);
      if (value === undefined && shell.option('nounset'))
        throw new ArithmeticError(`${name}: unbound variable`, 'syntax');
      return value;
    },
    set: (name, index, value) => {
      if (shell.variables.get(name)?.readonly === true) throw new ReadonlyFault(name);
      shell.parameters.assign(name, value, index === undefined ? undefined : subscript(name, index));
    },
  };
  return variables;
}

/** Calculates text that has been expanded already. Throws ArithmeticError. */
export function computeText(shell: Shell, expression: string): bigint {
  // dash has neither powers nor commas nor `++`.
  const foreign = shell.dialect.name === 'dash' ? /\*\*|\+\+|--|,/.exec(expression)?.[0] : undefined;
  if (foreign !== undefined) throw new ArithmeticError(foreign === '**' ? 'operand' : foreign, 'syntax');
  return calculate(expression, arithmeticVariables(shell));
}

/** `$((…))` as part of a word: an error drops the line. */
export function* compute(shell: Shell, parts: readonly Part[]): Sys<bigint> {
  const expression = yield* expandQuoted(shell, parts);
  try {
    return computeText(shell, expression);
  } catch (error) {
    if (error instanceof ReadonlyFault) return yield* shell.fail(error.describe(shell.dialect));
    if (!(error instanceof ArithmeticError)) throw error;
    return yield* shell.fail(describeArithmetic(shell, error, expression));
  }
}

/** The message of a failed calculation in the words of this shell. */
export function describeArithmetic(shell: Shell, error: ArithmeticError, expression: string): string {
  if (shell.dialect.name === 'bash') return error.message;
  if (shell.dialect.name === 'ash')
    return error.reason === 'division' ? 'divide by zero' : 'arithmetic syntax error';
  const what =
    error.reason === 'division'
      ? 'division by zero'
      : error.message.includes('operand')
        ? 'expecting primary'
        : 'expecting EOF';
  return `arithmetic expression: ${what}: "${expression}"`;
}
