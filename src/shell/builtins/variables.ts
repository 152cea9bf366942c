import type { Sys } from '../../docker/kernel/wait.ts';
import { ArithmeticError } from '../expand/arithmetic.ts';
import { computeText } from '../expand/compute.ts';
import { quoteDouble, quoteForReading, quoteForShell } from '../expand/quote.ts';
import { type Expanded, ReadonlyFault, store } from '../run/assign.ts';
import { Complaint } from '../run/control.ts';
import type { Shell } from '../run/shell.ts';
import type { Variable } from '../run/variables.ts';
import { formatFunction } from '../syntax/unparse.ts';
import { type BuiltinContext, readOptions } from './types.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The assignment an argument stands for: parsed as such, or `name=value` that came out of an expansion. */
function assignmentOf(
  arg: string,
  expanded: Expanded | undefined,
): { name: string; value: Expanded | undefined } {
  if (expanded !== undefined) return { name: expanded.name, value: expanded };
  const match = /^([^=+[]+)(?:\[(.*?)\])?(\+?)=([\s\S]*)$/.exec(arg);
  if (match === null) return { name: arg, value: undefined };
  const [, name = '', index, plus, value = ''] = match;
  return { name, value: { name, index, append: plus === '+', value, elements: undefined } };
}

function checkName(shell: Shell, name: string, arg: string): void {
  if (IDENTIFIER.test(name)) return;
  if (shell.dialect.name === 'bash') throw new Complaint(`\`${arg}': not a valid identifier`, 1);
  throw new Complaint(`${name}: bad variable name`, 2);
}

function put(shell: Shell, value: Expanded): void {
  try {
    store(shell, value);
  } catch (error) {
    if (error instanceof ReadonlyFault)
      throw new Complaint(error.describe(shell.dialect), shell.dialect.name === 'bash' ? 1 : 2);
    if (error instanceof ArithmeticError) throw new Complaint(error.message, 1);
    throw error;
  }
}

/** `declare -p`'s line for a variable. */
export function describeVariable(name: string, variable: Variable): string {
  const flags = `${variable.list === undefined ? '' : 'a'}${variable.map === undefined ? '' : 'A'}${variable.integer ? 'i' : ''}${variable.letters === 'lower' ? 'l' : ''}${variable.reference ? 'n' : ''}${variable.readonly ? 'r' : ''}${variable.letters === 'upper' ? 'u' : ''}${variable.exported ? 'x' : ''}`;
  const start = `declare -${flags === '' ? '-' : flags} ${name}`;
  if (variable.list !== undefined) {
    const list = [...variable.list].sort(([a], [b]) => a - b);
    return `${start}=(${list.map(([i, value]) => `[${i}]=${quoteDouble(value)}`).join(' ')})`;
  }
  if (variable.map !== undefined) {
    return `${start}=(${[...variable.map].map(([key, value]) => `[${quoteForShell(key)}]=${quoteDouble(value)} `).join('')})`;
  }
  return variable.value === undefined ? start : `${start}=${quoteDouble(variable.value)}`;
}

/** `export` and `readonly` */
function* mark(
  shell: Shell,
  args: readonly string[],
  context: BuiltinContext,
  set: (variable: Variable, on: boolean) => void,
  has: (variable: Variable) => boolean,
): Sys<number> {
  const { options, rest, bad } = readOptions(args, 'pnfaA');
  if (bad !== undefined) throw new Complaint(`-${bad}: invalid option`, 2);
  const offset = args.length - rest.length;
  if (rest.length === 0) {
    for (const name of shell.variables.names()) {
      const variable = shell.variables.own(name);
      if (variable === undefined || !has(variable)) continue;
      if (shell.dialect.name === 'bash') yield* shell.p.print(`${describeVariable(name, variable)}\n`);
      else
        yield* shell.p.print(
          `${args[0]} ${name}${variable.value === undefined ? '' : `=${quoteForReading(variable.value)}`}\n`,
        );
    }
    return 0;
  }
  let status = 0;
  for (const [i, arg] of rest.entries()) {
    if (options.has('f')) {
      if (shell.functions.has(arg)) continue;
      yield* shell.complain(`${args[0]}: ${arg}: not a function`);
      status = 1;
      continue;
    }
    const { name, value } = assignmentOf(arg, context.assigned.get(i + offset));
    if (shell.dialect.name === 'bash' && !IDENTIFIER.test(name)) {
      yield* shell.complain(`${args[0]}: \`${arg}': not a valid identifier`);
      status = 1;
      continue;
    }
    checkName(shell, name, arg);
    if (value !== undefined) put(shell, value);
    set(shell.variables.make(name), !options.has('n'));
    if (value !== undefined && shell.option('xtrace') && shell.dialect.name === 'bash')
      yield* shell.p.error(`+ ${name}=${quoteForShell(value.value)}\n`);
  }
  return status;
}

export function* exportNames(shell: Shell, args: readonly string[], context: BuiltinContext): Sys<number> {
  return yield* mark(
    shell,
    args,
    context,
    (variable, on) => (variable.exported = on),
    (variable) => variable.exported,
  );
}

export function* readonlyNames(shell: Shell, args: readonly string[], context: BuiltinContext): Sys<number> {
  return yield* mark(
    shell,
    args,
    context,
    (variable, on) => (variable.readonly = on),
    (variable) => variable.readonly,
  );
}

/** `local`, in a function only. */
export function* local(shell: Shell, args: readonly string[], context: BuiltinContext): Sys<number> {
  if (!shell.variables.inFunction)
    throw new Complaint(
      shell.dialect.name === 'bash' ? 'can only be used in a function' : 'not in a function',
      shell.dialect.name === 'bash' ? 1 : 2,
    );
  return yield* declare(shell, args, context);
}

/** `declare`, `typeset`, `local`: attributes and values. */
export function* declare(shell: Shell, args: readonly string[], context: BuiltinContext): Sys<number> {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 1;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    if (!/^[-+][a-zA-Z]+$/.test(arg)) break;
    for (const letter of arg.slice(1)) {
      if (!'aAfFgilnprtuxI'.includes(letter))
        throw new Complaint(
          `${arg.slice(0, 1)}${letter}: invalid option\n${args[0]}: usage: ${args[0]} [-aAfFgiIlnrtux] [name[=value] ...]${args[0] === 'declare' ? ' or declare -p [-aAfFilnrtux] [name ...]' : ''}`,
          2,
        );
      (arg.startsWith('-') ? on : off).add(letter);
    }
  }
  const names = args.slice(i);
  if (on.has('f') || on.has('F')) return yield* declareFunctions(shell, names, on);
  if (names.length === 0 || on.has('p')) return yield* printVariables(shell, names, on);
  const makesLocal = (args[0] === 'local' || shell.variables.inFunction) && !on.has('g');
  for (const [k, arg] of names.entries()) {
    const { name, value } = assignmentOf(arg, context.assigned.get(i + k));
    checkName(shell, name, arg);
    const hidden = shell.variables.own(name);
    if (makesLocal && hidden?.readonly === true && !on.has('r'))
      throw new Complaint(`${name}: readonly variable`, 1);
    const variable = makesLocal
      ? shell.variables.local(name)
      : on.has('n')
        ? ownVariable(shell, name)
        : shell.variables.make(name);
    applyAttributes(variable, on, off);
    if (value !== undefined) {
      if (on.has('n')) variable.value = value.value;
      else if (on.has('n') || !variable.reference) put(shell, { ...value, name });
      else put(shell, value);
    } else if (shell.dialect.name !== 'bash' && args[0] === 'local' && variable.value === undefined)
      variable.value = hidden?.value;
    if (on.has('n')) variable.reference = true;
    if (on.has('r')) variable.readonly = true;
  }
  return 0;
}

function ownVariable(shell: Shell, name: string): Variable {
  const found = shell.variables.own(name);
  return found ?? shell.variables.make(name);
}

function applyAttributes(variable: Variable, on: ReadonlySet<string>, off: ReadonlySet<string>): void {
  if (on.has('a') && variable.map === undefined) {
    variable.list ??= new Map(variable.value === undefined ? [] : [[0, variable.value]]);
    variable.value = undefined;
  }
  if (on.has('A') && variable.list === undefined) {
    variable.map ??= new Map(variable.value === undefined ? [] : [['0', variable.value]]);
    variable.value = undefined;
  }
  if (on.has('i')) variable.integer = true;
  if (off.has('i')) variable.integer = false;
  if (on.has('x')) variable.exported = true;
  if (off.has('x')) variable.exported = false;
  if (on.has('u')) variable.letters = 'upper';
  if (on.has('l')) variable.letters = 'lower';
  if (off.has('u') || off.has('l')) variable.letters = undefined;
  if (off.has('n')) variable.reference = false;
}

function* declareFunctions(shell: Shell, names: readonly string[], on: ReadonlySet<string>): Sys<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : [...shell.functions.keys()].sort()) {
    const definition = shell.functions.get(name);
    if (definition === undefined) status = 1;
    else if (on.has('F')) yield* shell.p.print(names.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
    else yield* shell.p.print(`${formatFunction(definition)}\n`);
  }
  return status;
}

function* printVariables(shell: Shell, names: readonly string[], on: ReadonlySet<string>): Sys<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : shell.variables.names()) {
    const variable = shell.variables.own(name);
    if (variable === undefined) {
      yield* shell.complain(`declare: ${name}: not found`);
      status = 1;
      continue;
    }
    if (names.length === 0) {
      if (on.has('x') && !variable.exported) continue;
      if (on.has('r') && !variable.readonly) continue;
      if (on.has('a') && variable.list === undefined) continue;
      if (on.has('A') && variable.map === undefined) continue;
      if (on.has('i') && !variable.integer) continue;
      if (on.size === 0) {
        yield* shell.p.print(setLine(name, variable));
        continue;
      }
    }
    yield* shell.p.print(`${describeVariable(name, variable)}\n`);
  }
  return status;
}

/** `unset [-fvn] names` */
export function* unset(shell: Shell, args: readonly string[]): Sys<number> {
  const { options, rest, bad } = readOptions(args, 'fvn');
  if (bad !== undefined) {
    const { name } = shell.dialect;
    throw new Complaint(
      name === 'bash'
        ? `-${bad}: invalid option\nunset: usage: unset [-f] [-v] [-n] [name ...]`
        : `${name === 'dash' ? 'Illegal' : 'illegal'} option -${bad}`,
      2,
    );
  }
  let status = 0;
  for (const name of rest) {
    if (options.has('f')) {
      shell.functions.delete(name);
      continue;
    }
    const element = /^([A-Za-z_][A-Za-z0-9_]*)\[(.*)\]$/s.exec(name);
    const variable = options.has('n') ? shell.variables.own(name) : shell.variables.get(element?.[1] ?? name);
    if (variable?.readonly === true) {
      yield* shell.complain(
        shell.dialect.name === 'bash'
          ? `unset: ${name}: cannot unset: readonly variable`
          : `unset: ${name}: is read only`,
      );
      status = 1;
      continue;
    }
    if (element !== null) {
      const index = (element[2] ?? '').replace(/^(['"])(.*)\1$/, '$2');
      if (index === '@' || index === '*') shell.parameters.unset(element[1] ?? '');
      else if (variable?.map !== undefined) variable.map.delete(index);
      else variable?.list?.delete(Number(computeText(shell, index)));
    } else if (options.has('n')) shell.variables.delete(name);
    else if (variable === undefined && shell.functions.has(name)) shell.functions.delete(name);
    else shell.parameters.unset(name);
  }
  return status;
}

/** The line of `set` for a variable; empty for one without a value. */
export function setLine(name: string, variable: Variable): string {
  if (variable.list !== undefined || variable.map !== undefined) {
    return `${describeVariable(name, variable).replace(/^declare -\S+ /, '')}\n`;
  }
  return variable.value === undefined ? '' : `${name}=${quoteForShell(variable.value)}\n`;
}
