import type { Sys } from '../../docker/kernel/wait.ts';
import { evaluateBinary, evaluateUnary } from '../builtins/test-operators.ts';
import { ArithmeticError } from '../expand/arithmetic.ts';
import { computeText } from '../expand/compute.ts';
import { patternToRegExp } from '../expand/pattern.ts';
import { expandPattern, expandText } from '../expand/words.ts';
import type { Condition, ConditionCommand, Word } from '../syntax/ast.ts';
import type { Shell } from './shell.ts';

/** `[[ … ]]`: 0 true, 1 false, 2 an expression that cannot be evaluated. */
export function* runCondition(shell: Shell, command: ConditionCommand): Sys<number> {
  try {
    return (yield* evaluate(shell, command.test)) ? 0 : 1;
  } catch (error) {
    if (error instanceof ArithmeticError) {
      yield* shell.complain(`[[: ${error.message}`);
      return 1;
    }
    if (error instanceof BadRegex) return 2;
    throw error;
  }
}

class BadRegex extends Error {}

function* evaluate(shell: Shell, test: Condition): Sys<boolean> {
  switch (test.kind) {
    case 'word':
      return (yield* expandText(shell, test.word)) !== '';
    case 'not':
      return !(yield* evaluate(shell, test.test));
    case 'and':
      return (yield* evaluate(shell, test.left)) && (yield* evaluate(shell, test.right));
    case 'or':
      return (yield* evaluate(shell, test.left)) || (yield* evaluate(shell, test.right));
    case 'unary':
      return evaluateUnary(shell, test.operator, yield* expandText(shell, test.word)) ?? false;
    case 'binary':
      return yield* binary(shell, test.operator, test.left, test.right);
  }
}

function* binary(shell: Shell, operator: string, left: Word, right: Word): Sys<boolean> {
  const a = yield* expandText(shell, left);
  if (operator === '==' || operator === '=' || operator === '!=') {
    const pattern = yield* expandPattern(shell, right);
    const options = { extglob: true, ignoreCase: shell.shopts.has('nocasematch') };
    return patternToRegExp(pattern, options).test(a) === (operator !== '!=');
  }
  if (operator === '=~') return yield* matchRegex(shell, a, right);
  const b = yield* expandText(shell, right);
  if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator))
    return compare(operator, computeText(shell, a), computeText(shell, b));
  return evaluateBinary(shell, operator, a, b) ?? false;
}

function compare(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

/** `text =~ regex`: what matched goes into BASH_REMATCH. Quoted parts of the regex are literal. */
function* matchRegex(shell: Shell, value: string, right: Word): Sys<boolean> {
  const pieces: string[] = [];
  for (const part of right.parts) {
    if (part.kind === 'quoted' || part.kind === 'double') {
      const literal = yield* expandText(shell, { parts: [part], start: part.start, end: part.end });
      pieces.push(literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    } else pieces.push(yield* expandText(shell, { parts: [part], start: part.start, end: part.end }));
  }
  let expression: RegExp;
  try {
    expression = new RegExp(posixRegex(pieces.join('')), shell.shopts.has('nocasematch') ? 'iu' : 'u');
  } catch {
    throw new BadRegex('bad regular expression');
  }
  const match = expression.exec(value);
  const variable = shell.variables.make('BASH_REMATCH');
  variable.value = undefined;
  variable.list = new Map((match ?? []).map((text, i) => [i, text ?? '']));
  return match !== null;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  xdigit: '0-9A-Fa-f',
};

/** A POSIX extended regular expression in JavaScript's syntax: character classes, and `]` or `-` in brackets. */
function posixRegex(source: string): string {
  return source.replace(/\[(\^?)(\]?(?:\[:\w+:\]|[^\]])*)\]/g, (_whole, not: string, body: string) => {
    const inside = body
      .replace(/\\/g, '\\\\')
      .replace(/^\]/, '\\]')
      .replace(/\[:(\w+):\]/g, (_m, name: string) => CLASSES[name] ?? '')
      .replace(/\[(?![^\]]*:\])/g, '\\[')
      .replace(/-$/, '\\-')
      .replace(/^-/, '\\-');
    return `[${not}${inside}]`;
  });
}
