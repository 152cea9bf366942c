import type { Sys } from '../../docker/kernel/wait.ts';
import { ReadonlyFault, store, subscript } from '../run/assign.ts';
import type { Shell } from '../run/shell.ts';
import type { ParamPart, Word } from '../syntax/ast.ts';
import { Parser } from '../syntax/parser.ts';
import { ArithmeticError } from './arithmetic.ts';
import { computeText, describeArithmetic } from './compute.ts';
import { changeCase, removeAffix, replacePattern, transform } from './operators.ts';
import { tilde } from './tilde.ts';
import { type Atom, expandParts, expandPattern, expandQuoted, expandText } from './words.ts';

/** What a parameter names: one value (undefined if unset) or all elements. */
interface Target {
  readonly name: string;
  readonly index: string | undefined;
  readonly all: '@' | '*' | undefined;
  readonly values: readonly string[];
  readonly value: string | undefined;
}

/** Expands `$name` or `${…}` to atoms. */
export function* expandParameter(shell: Shell, part: ParamPart, quoted: boolean): Sys<Atom[]> {
  if (part.bad !== undefined) return yield* badSubstitution(shell, part.bad);
  if (part.prefix !== undefined) {
    const names = shell.variables.names().filter((name) => name.startsWith(part.name));
    return list(shell, names, part.prefix, quoted);
  }
  const target = yield* resolve(shell, part);
  if (part.length) return [scalar(yield* lengthOf(shell, part, target), quoted)];
  const { operator } = part;
  if (operator === undefined) {
    if (target.all !== undefined) return list(shell, target.values, target.all, quoted);
    if (target.value === undefined) yield* checkSet(shell, target);
    return [scalar(target.value ?? '', quoted)];
  }
  if (/^:?[-=?+]$/.test(operator)) return yield* conditional(shell, part, target, quoted);
  if (target.all === undefined && target.value === undefined) yield* checkSet(shell, target);
  const change = yield* changer(shell, part, operator);
  if (target.all !== undefined) {
    const values = operator === ':' ? yield* slice(shell, part, target) : target.values.map(change);
    return list(shell, values, target.all, quoted);
  }
  if (target.value === undefined && operator !== '@') return [scalar('', quoted)];
  if (operator === ':') return [scalar(yield* substring(shell, part, target.value ?? ''), quoted)];
  if (operator === '@') {
    const what = part.argument === undefined ? '' : yield* expandText(shell, part.argument);
    if (target.value === undefined && what !== 'A' && what !== 'a') return [scalar('', quoted)];
    return [scalar(transform(shell, target.name, target.value, what), quoted)];
  }
  return [scalar(change(target.value ?? ''), quoted)];
}

function* badSubstitution(shell: Shell, source: string): Sys<never> {
  if (shell.dialect.name === 'bash') return yield* shell.fail(`${source}: bad substitution`);
  return yield* shell.fail(
    shell.dialect.name === 'dash' ? 'Bad substitution' : 'syntax error: bad substitution',
  );
}

const scalar = (text: string, quoted: boolean): Atom => ({ text, mode: quoted ? 'quoted' : 'split' });

/** Several values: separate fields for `@`, joined by the first character of IFS for `"…*"`. */
function list(shell: Shell, values: readonly string[], all: '@' | '*', quoted: boolean): Atom[] {
  const ifs = shell.variables.text('IFS') ?? ' ';
  if (quoted && all === '*') return [scalar(values.join(ifs.slice(0, 1)), true)];
  return values.flatMap((value, i): Atom[] =>
    i === 0 ? [scalar(value, quoted)] : ['break', scalar(value, quoted)],
  );
}

function* resolve(shell: Shell, part: ParamPart): Sys<Target> {
  const direct = yield* lookUp(shell, part.name, part.index);
  if (!part.indirect) return direct;
  if (direct.all !== undefined) {
    const keys = shell.variables.elements(part.name).map(([key]) => key);
    return { ...direct, values: keys };
  }
  const name = direct.value ?? '';
  if (shell.variables.own(part.name)?.reference === true) {
    const to = shell.variables.own(part.name)?.value ?? '';
    return { name: part.name, index: undefined, all: undefined, values: [to], value: to };
  }
  if (direct.value === undefined) return yield* shell.fail(`${part.name}: invalid indirect expansion`);
  const match = /^([A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?$!-])(?:\[(.*)\])?$/.exec(name);
  if (match === null) return yield* shell.fail(`${name}: invalid variable name`);
  if (match[2] === undefined) return yield* lookUp(shell, match[1] ?? '', undefined);
  const inner = new Parser(`x[${match[2]}]=`, shell.dialect).all().items[0]?.first.commands[0];
  const index = inner?.kind === 'simple' ? inner.assignments[0]?.index : undefined;
  return yield* lookUp(shell, match[1] ?? '', index);
}

function* lookUp(shell: Shell, name: string, index: Word | undefined): Sys<Target> {
  const plain =
    index?.parts.length === 1 && index.parts[0]?.kind === 'text' ? index.parts[0].text : undefined;
  const all = name === '@' || name === '*' ? name : plain === '@' || plain === '*' ? plain : undefined;
  if (all !== undefined) {
    const values = shell.parameters.elements(name);
    return { name, index: undefined, all, values, value: values.length === 0 ? undefined : values.join(' ') };
  }
  if (index === undefined) {
    const value = shell.parameters.text(name);
    return { name, index: undefined, all: undefined, values: value === undefined ? [] : [value], value };
  }
  const at = yield* index_(shell, name, index);
  const value = shell.parameters.element(name, at);
  return { name, index: at, all: undefined, values: value === undefined ? [] : [value], value };
}

function* index_(shell: Shell, name: string, index: Word): Sys<string> {
  try {
    return yield* subscript(shell, index, shell.variables.get(name)?.map !== undefined);
  } catch (error) {
    if (error instanceof ArithmeticError) return yield* shell.fail(describeArithmetic(shell, error, ''));
    throw error;
  }
}

function* checkSet(shell: Shell, target: Target): Sys<void> {
  if (!shell.option('nounset')) return;
  if (target.name === '!' && shell.dialect.name !== 'bash') return;
  const shown = target.index === undefined ? target.name : `${target.name}[${target.index}]`;
  const name = shell.dialect.name === 'bash' && /^\d+$/.test(shown) ? `$${shown}` : shown;
  const words = shell.dialect.name === 'bash' ? 'unbound variable' : 'parameter not set';
  yield* shell.fail(`${name}: ${words}`, { status: shell.command ? 127 : 1, fatal: true });
}

function* lengthOf(shell: Shell, part: ParamPart, target: Target): Sys<string> {
  if (target.all !== undefined) return String(target.values.length);
  if (target.value === undefined) yield* checkSet(shell, target);
  if (part.name === '#' || target.value === undefined) return String(Array.from(target.value ?? '').length);
  return String(Array.from(target.value).length);
}

/** `:-`, `=`, `?`, `+` with or without the colon. */
function* conditional(shell: Shell, part: ParamPart, target: Target, quoted: boolean): Sys<Atom[]> {
  const operator = part.operator ?? '';
  const colon = operator.startsWith(':');
  const kind = operator.slice(-1);
  const isSet = target.all === undefined ? target.value !== undefined : target.values.length > 0;
  const filled =
    isSet && !(colon && (target.all === undefined ? target.value === '' : target.values.join('') === ''));
  const word = part.argument;
  const own = (): Atom[] =>
    target.all === undefined
      ? [scalar(target.value ?? '', quoted)]
      : list(shell, target.values, target.all, quoted);
  if (kind === '+') return filled ? yield* wordAtoms(shell, word, quoted) : quoted ? [scalar('', true)] : [];
  if (filled) return own();
  if (kind === '-') return yield* wordAtoms(shell, word, quoted);
  const text = word === undefined ? '' : yield* expandText(shell, word);
  if (kind === '?') return yield* missing(shell, target.name, text, colon);
  if (/^[0-9@*#?$!-]/.test(target.name))
    return yield* shell.fail(`$${target.name}: cannot assign in this way`);
  try {
    store(shell, { name: target.name, index: target.index, append: false, value: text, elements: undefined });
  } catch (error) {
    if (!(error instanceof ReadonlyFault)) throw error;
    return yield* shell.fail(error.describe(shell.dialect));
  }
  return [scalar(text, quoted)];
}

function* wordAtoms(shell: Shell, word: Word | undefined, quoted: boolean): Sys<Atom[]> {
  if (word === undefined || word.parts.length === 0) return quoted ? [scalar('', true)] : [];
  if (quoted) return [{ text: yield* expandQuoted(shell, word.parts), mode: 'quoted' }];
  const atoms = yield* expandParts(shell, tilde(shell, word.parts, false), false);
  // Unquoted text in the word is split like any expansion's result.
  return atoms.map((atom) =>
    atom !== 'break' && atom.mode === 'literal' ? { ...atom, mode: 'split' as const } : atom,
  );
}

function* missing(shell: Shell, name: string, message: string, colon: boolean): Sys<never> {
  const standard =
    shell.dialect.name === 'bash'
      ? colon
        ? 'parameter null or not set'
        : 'parameter not set'
      : colon
        ? 'parameter not set or null'
        : 'parameter not set';
  return yield* shell.fail(`${name}: ${message === '' ? standard : message}`, {
    status: shell.command ? 127 : 1,
    fatal: true,
  });
}

/** The function that an operator applies to each value. */
function* changer(shell: Shell, part: ParamPart, operator: string): Sys<(value: string) => string> {
  if (operator === ':' || operator === '@') {
    const what =
      operator === '@' && part.argument !== undefined ? yield* expandText(shell, part.argument) : '';
    return (value) => (operator === '@' ? transform(shell, part.name, value, what) : value);
  }
  const pattern = part.argument === undefined ? '' : yield* expandPattern(shell, part.argument);
  const extglob = shell.shopts.has('extglob');
  if (operator.startsWith('#') || operator.startsWith('%'))
    return (value) => removeAffix(value, pattern, operator, extglob);
  if (operator.startsWith('/')) {
    const replacement = part.second === undefined ? '' : yield* expandText(shell, part.second);
    return (value) => replacePattern(value, pattern, replacement, operator, extglob);
  }
  return (value) => changeCase(value, operator, pattern);
}

function* number(shell: Shell, word: Word): Sys<number> {
  const expression = yield* expandText(shell, word);
  try {
    return Number(computeText(shell, expression));
  } catch (error) {
    if (error instanceof ArithmeticError)
      return yield* shell.fail(describeArithmetic(shell, error, expression));
    throw error;
  }
}

/** `${x:offset:length}` in characters. */
function* substring(shell: Shell, part: ParamPart, value: string): Sys<string> {
  const chars = Array.from(value);
  let from = part.argument === undefined ? 0 : yield* number(shell, part.argument);
  if (from < 0) from += chars.length;
  if (from < 0 || from > chars.length) return '';
  if (part.second === undefined) return chars.slice(from).join('');
  const length = yield* number(shell, part.second);
  const to = length < 0 ? chars.length + length : from + length;
  if (to < from) {
    const shown = shell.dialect.name === 'bash' ? `${length}: substring expression < 0` : 'bad substitution';
    return yield* shell.fail(shown);
  }
  return chars.slice(from, to).join('');
}

/** `${@:offset:length}` and `${a[@]:offset:length}`. */
function* slice(shell: Shell, part: ParamPart, target: Target): Sys<string[]> {
  const positional = target.name === '@' || target.name === '*';
  let from = part.argument === undefined ? 0 : yield* number(shell, part.argument);
  const values = positional ? [shell.arg0, ...target.values] : [...target.values];
  if (from < 0) from += values.length;
  if (from < 0) return [];
  const length = part.second === undefined ? undefined : yield* number(shell, part.second);
  return values.slice(from, length === undefined ? undefined : from + Math.max(0, length));
}
