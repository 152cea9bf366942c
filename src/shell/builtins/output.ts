import type { Sys } from '../../docker/kernel/wait.ts';
import { Complaint } from '../run/control.ts';
import type { Shell } from '../run/shell.ts';
import { format, formatEscapes } from './format.ts';

/** `echo [-neE] words` */
export function* echo(shell: Shell, args: readonly string[]): Sys<number> {
  let newline = true;
  let escapes = shell.dialect.name === 'dash' || shell.shopts.has('xpg_echo');
  let i = 1;
  const letters = shell.dialect.name === 'dash' ? /^-n+$/ : /^-[neE]+$/;
  for (; i < args.length && letters.test(args[i] ?? ''); i++) {
    for (const letter of (args[i] ?? '').slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  const text = args.slice(i).join(' ');
  if (!escapes) {
    yield* shell.p.print(newline ? `${text}\n` : text);
    return 0;
  }
  const { out, stopped } = formatEscapes(text, shell.dialect.name === 'dash' ? 'posix-echo' : 'echo');
  yield* shell.p.print(newline && !stopped ? `${out}\n` : out);
  return 0;
}

/** `printf [-v name] format arguments` */
export function* printf(shell: Shell, args: readonly string[]): Sys<number> {
  let rest = args.slice(1);
  let into: string | undefined;
  const bash = shell.dialect.name === 'bash';
  if (bash && rest[0] === '-v') {
    into = rest[1];
    rest = rest.slice(2);
  }
  const ended = rest[0] === '--';
  if (ended) rest = rest.slice(1);
  const [template, ...values] = rest;
  if (template === undefined) {
    yield* shell.p.error(
      bash
        ? 'printf: usage: printf [-v var] format [arguments]\n'
        : `${shell.prefix()}printf: usage: printf format [arg ...]\n`,
    );
    return 2;
  }
  if (bash && !ended && /^-./.test(template))
    throw new Complaint(
      `${template.slice(0, 2)}: invalid option\nprintf: usage: printf [-v var] format [arguments]`,
      2,
    );
  const { out, errors } = format(template, values, shell.dialect.name, shell.p.kernel.clock.now);
  if (into === undefined) yield* shell.p.print(out);
  else shell.parameters.assign(into, out);
  for (const error of errors)
    yield* shell.complain(shell.dialect.name === 'ash' ? error : `printf: ${error}`);
  return errors.length > 0 ? 1 : 0;
}
