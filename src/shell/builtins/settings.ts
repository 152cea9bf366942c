import type { Sys } from '../../docker/kernel/wait.ts';
import { ArithmeticError } from '../expand/arithmetic.ts';
import { computeText, describeArithmetic } from '../expand/compute.ts';
import { quoteForReading } from '../expand/quote.ts';
import { ReadonlyFault } from '../run/assign.ts';
import { Complaint } from '../run/control.ts';
import { OPTION_LETTERS, type Shell } from '../run/shell.ts';
import { formatFunction } from '../syntax/unparse.ts';
import { setLine } from './variables.ts';

/** `shift [n]` */
export function* shift(shell: Shell, args: readonly string[]): Sys<number> {
  const n = args[1] === undefined ? 1 : Number(args[1]);
  if (Number.isNaN(n))
    throw new Complaint(
      shell.dialect.name === 'bash' ? `${args[1]}: numeric argument required` : `Illegal number: ${args[1]}`,
      shell.dialect.name === 'bash' ? 1 : 2,
    );
  if (n < 0) throw new Complaint(`${args[1]}: shift count out of range`, 1);
  if (n > shell.parameters.positional.length) {
    if (shell.dialect.name === 'dash') throw new Complaint("can't shift that many", 2);
    return 1;
  }
  shell.parameters.positional = shell.parameters.positional.slice(n);
  return 0;
}

/** `let expressions` */
export function* letCommand(shell: Shell, args: readonly string[]): Sys<number> {
  if (args.length < 2) throw new Complaint('expression expected', shell.dialect.name === 'bash' ? 1 : 2);
  let value = 0n;
  for (const expression of args.slice(1)) {
    try {
      value = computeText(shell, expression);
    } catch (error) {
      if (error instanceof ReadonlyFault) throw new Complaint(error.message, 1);
      if (!(error instanceof ArithmeticError)) throw error;
      throw new Complaint(
        describeArithmetic(shell, error, expression),
        shell.dialect.name === 'bash' ? 1 : 2,
      );
    }
  }
  return value === 0n ? 1 : 0;
}

const OPTION_NAMES = [
  ...Object.values(OPTION_LETTERS),
  'emacs',
  'history',
  'ignoreeof',
  'interactive-comments',
  'keyword',
  'nolog',
  'onecmd',
  'pipefail',
  'posix',
  'privileged',
  'vi',
].sort();
const DASH_OPTIONS = [
  'errexit',
  'noglob',
  'ignoreeof',
  'interactive',
  'monitor',
  'noexec',
  'stdin',
  'xtrace',
  'verbose',
  'vi',
  'emacs',
  'noclobber',
  'allexport',
  'notify',
  'nounset',
  'nolog',
  'debug',
];

/** `set [-+options] [-o name] [--] [arguments]` */
export function* set(shell: Shell, args: readonly string[]): Sys<number> {
  if (args.length === 1) {
    for (const name of shell.variables.names()) {
      const variable = shell.variables.own(name);
      if (variable === undefined) continue;
      if (shell.dialect.name === 'bash') yield* shell.p.print(setLine(name, variable));
      else if (variable.value !== undefined)
        yield* shell.p.print(`${name}=${quoteForReading(variable.value)}\n`);
    }
    if (shell.dialect.name === 'bash') {
      for (const name of [...shell.functions.keys()].sort()) {
        const definition = shell.functions.get(name);
        if (definition !== undefined) yield* shell.p.print(`${formatFunction(definition)}\n`);
      }
    }
    return 0;
  }
  const bash = shell.dialect.name === 'bash';
  for (let i = 1; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--' || (arg === '-' && bash)) {
      shell.parameters.positional = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+]./.test(arg)) {
      shell.parameters.positional = args.slice(i);
      return 0;
    }
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[i + 1];
        if (name === undefined) {
          yield* listOptions(shell, on);
          continue;
        }
        i++;
        if (
          !(
            bash ? OPTION_NAMES : [...DASH_OPTIONS, ...(shell.dialect.name === 'ash' ? ['pipefail'] : [])]
          ).includes(name)
        ) {
          throw new Complaint(
            bash
              ? `${name}: invalid option name`
              : `${shell.dialect.name === 'dash' ? 'Illegal' : 'illegal'} option -o ${name}`,
            bash || shell.dialect.name === 'dash' ? 2 : 1,
          );
        }
        change(shell, name, on);
        continue;
      }
      const name = OPTION_LETTERS[letter];
      if (name === undefined) {
        throw new Complaint(
          bash
            ? `${arg.slice(0, 1)}${letter}: invalid option\nset: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]`
            : `${shell.dialect.name === 'dash' ? 'Illegal' : 'illegal'} option ${arg.slice(0, 1)}${letter}`,
          2,
        );
      }
      change(shell, name, on);
    }
  }
  return 0;
}

function change(shell: Shell, name: string, on: boolean): void {
  if (on) shell.options.add(name);
  else shell.options.delete(name);
}

function* listOptions(shell: Shell, table: boolean): Sys<void> {
  const bash = shell.dialect.name === 'bash';
  if (table && shell.dialect.name === 'dash') yield* shell.p.print('Current option settings\n');
  for (const name of bash ? OPTION_NAMES : DASH_OPTIONS) {
    const on = shell.option(name) || name === 'interactive-comments';
    if (table)
      yield* shell.p.print(
        bash ? `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n` : `${name.padEnd(15)} ${on ? 'on' : 'off'}\n`,
      );
    else yield* shell.p.print(`set ${on ? '-' : '+'}o ${name}\n`);
  }
}
