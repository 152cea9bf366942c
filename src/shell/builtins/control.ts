import { text } from '../../docker/kernel/bytes.ts';
import { Errno } from '../../docker/kernel/errno.ts';
import { findExecutable } from '../../docker/kernel/exec.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { BreakLoop, Complaint, ContinueLoop, ExitShell, ReturnFrom } from '../run/control.ts';
import { runText } from '../run/execute.ts';
import { become, runExternal } from '../run/external.ts';
import { keepFiles } from '../run/redirect.ts';
import type { Shell } from '../run/shell.ts';
import { runBuiltin } from '../run/simple.ts';
import { describeName, pathFor } from './found-names.ts';
import { builtinOf } from './table.ts';
import type { BuiltinContext } from './types.ts';

/** `:` and `true` */
export function* yes(): Sys<number> {
  return 0;
}

/** `false` */
export function* no(): Sys<number> {
  return 1;
}

function numberArgument(shell: Shell, args: readonly string[]): number | undefined {
  const [, written] = args;
  if (written === undefined) return undefined;
  if (/^\s*[-+]?\d+\s*$/.test(written)) return Number(written);
  throw new Complaint(
    shell.dialect.name === 'bash' ? `${written}: numeric argument required` : `Illegal number: ${written}`,
    2,
  );
}

function* leaveLoop(
  shell: Shell,
  args: readonly string[],
  make: (levels: number) => BreakLoop | ContinueLoop,
): Sys<number> {
  if (shell.loops === 0) {
    if (shell.dialect.name === 'bash')
      throw new Complaint("only meaningful in a `for', `while', or `until' loop", 0);
    return 0;
  }
  const levels = numberArgument(shell, args) ?? 1;
  if (levels < 1) throw new Complaint(`${args[1]}: loop count out of range`, 1);
  throw make(levels);
}

export const breakLoop = (shell: Shell, args: readonly string[]): Sys<number> =>
  leaveLoop(shell, args, (n) => new BreakLoop(n));
export const continueLoop = (shell: Shell, args: readonly string[]): Sys<number> =>
  leaveLoop(shell, args, (n) => new ContinueLoop(n));

/** `return [n]` */
export function* returnFrom(shell: Shell, args: readonly string[]): Sys<number> {
  const status = numberArgument(shell, args) ?? shell.status;
  if (shell.functionNames.length === 0 && shell.sourced === 0) {
    if (shell.dialect.name !== 'bash') throw new ExitShell(status & 255);
    throw new Complaint("can only `return' from a function or sourced script", 2);
  }
  throw new ReturnFrom(shell.dialect.name === 'bash' ? status & 255 : status);
}

/** `exit [n]` */
export function* exit(shell: Shell, args: readonly string[]): Sys<number> {
  if (shell.interactive && shell.dialect.name === 'bash' && shell.p.isatty(0)) yield* shell.p.error('exit\n');
  const [, written] = args;
  if (written !== undefined && !/^\s*[-+]?\d+\s*$/.test(written)) {
    const bash = shell.dialect.name === 'bash';
    yield* shell.complain(
      bash
        ? `exit: ${written}: numeric argument required`
        : shell.dialect.name === 'dash'
          ? `exit: Illegal number: ${written}`
          : `Illegal number: ${written}`,
      bash || shell.dialect.name === 'dash' ? undefined : 'exit',
    );
    throw new ExitShell(2);
  }
  throw new ExitShell(written === undefined ? shell.status : Number(written) & 255);
}

/** `eval words` */
export function* evaluate(shell: Shell, args: readonly string[]): Sys<number> {
  const line = args.slice(1).join(' ');
  if (line.trim() === '') return 0;
  return yield* runText(shell, line, { line: shell.line, context: 'eval' });
}

/** How deep files may read each other. */
const DEEPEST_SOURCE = 40;

/** `. file` and `source file [arguments]` */
export function* source(shell: Shell, args: readonly string[]): Sys<number> {
  const [name = '.', path, ...rest] = args;
  if (shell.sourced >= DEEPEST_SOURCE)
    return yield* shell.fail(`${path ?? ''}: files that read each other too deeply`);
  if (path === undefined) {
    if (shell.dialect.name !== 'bash') return 2;
    throw new Complaint(`filename argument required\n${name}: usage: ${name} filename [arguments]`, 2);
  }
  const found = path.includes('/') ? path : (onPath(shell, path) ?? path);
  let content: string;
  try {
    const { p } = shell;
    content = text(p.fs.read(found, p.cwd, { uid: p.uid, gid: p.gid, groups: p.groups }));
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return yield* cannotRead(shell, path, error);
  }
  const { positional } = shell.parameters;
  const { script, line } = shell;
  if (rest.length > 0) shell.parameters.positional = rest;
  shell.sourced++;
  shell.script = path;
  try {
    return yield* runText(shell, content);
  } catch (error) {
    if (error instanceof ReturnFrom) return error.status;
    throw error;
  } finally {
    shell.sourced--;
    shell.script = script;
    shell.line = line;
    if (rest.length > 0) shell.parameters.positional = positional;
  }
}

function* cannotRead(shell: Shell, path: string, error: Errno): Sys<number> {
  if (shell.dialect.name === 'bash') {
    yield* shell.complain(`${path}: ${error.message}`);
    return 1;
  }
  throw new Complaint(
    shell.dialect.name === 'dash'
      ? `cannot open ${path}: ${error.code === 'ENOENT' ? 'No such file' : error.message}`
      : `can't open '${path}': ${error.message}`,
    2,
  );
}

function onPath(shell: Shell, name: string): string | undefined {
  const folders = (shell.variables.text('PATH') ?? '').split(':');
  return folders
    .map((folder) => `${folder}/${name}`)
    .find((path) => shell.p.fs.exists(path, shell.p.cwd) && !shell.p.fs.isDirectory(path, shell.p.cwd));
}

/** `exec [command]`: with a command the process becomes it, else the redirections stay. */
export function* exec(shell: Shell, args: readonly string[], context: BuiltinContext): Sys<number> {
  const { files, assignments = [] } = context;
  let rest = args.slice(1);
  let name: string | undefined;
  while (rest[0]?.startsWith('-') === true && shell.dialect.name === 'bash') {
    if (rest[0] === '-a') {
      name = rest[1];
      rest = rest.slice(2);
    } else rest = rest.slice(1);
  }
  if (files !== undefined) keepFiles(shell, files);
  const [command] = rest;
  if (command === undefined) {
    for (const { name: variable, value } of assignments) shell.parameters.assign(variable, value);
    return 0;
  }
  const { p } = shell;
  const env = shell.variables.environment();
  for (const { name: variable, value } of assignments) env.set(variable, value);
  try {
    const found = yield* findExecutable(
      { kernel: p.kernel, fs: p.fs, uid: p.uid, gid: p.gid, groups: p.groups, cwd: p.cwd },
      rest,
      env.get('PATH'),
    );
    yield* shell.traps.runExit();
    return yield* become(
      shell,
      name === undefined ? found : { ...found, argv: [name, ...found.argv.slice(1)] },
      env,
    );
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    const bash = shell.dialect.name === 'bash';
    if (bash && command.includes('/')) yield* shell.complain(`${command}: ${error.message}`);
    else
      yield* shell.complain(
        `${bash || shell.dialect.name === 'dash' ? 'exec: ' : ''}${command}: ${missing ? 'not found' : error.message}`,
        shell.dialect.name === 'ash' ? 'exec' : undefined,
      );
    const status = missing ? 127 : 126;
    if (shell.conversational && !shell.subshell) return status;
    throw new ExitShell(status);
  }
}

/** `command [-pvV] name [arguments]`: no functions. */
export function* command(shell: Shell, args: readonly string[], context: BuiltinContext): Sys<number> {
  let rest = args.slice(1);
  let verbose: 'v' | 'V' | undefined;
  while (/^-[pvV]+$/.test(rest[0] ?? '')) {
    if (rest[0]?.includes('v') === true) verbose = 'v';
    if (rest[0]?.includes('V') === true) verbose = 'V';
    rest = rest.slice(1);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  const [name] = rest;
  if (name === undefined) return 0;
  if (verbose === undefined) {
    const builtin = builtinOf(shell, name);
    if (builtin !== undefined) return yield* runBuiltin(shell, builtin, rest, context.assigned);
    const files = { map: new Map(shell.p.files), opened: [] };
    return yield* runExternal(shell, rest, { files, assignments: [], last: false, source: args.join(' ') });
  }
  let status = 1;
  for (const one of rest) {
    const words = verbose === 'v' ? pathFor(shell, one) : describeName(shell, one);
    if (words !== undefined) {
      yield* shell.p.print(`${words}\n`);
      status = 0;
    } else {
      if (verbose === 'V')
        yield* shell.complain(`${shell.dialect.name === 'bash' ? 'command: ' : ''}${one}: not found`);
      if (shell.dialect.name !== 'bash') status = 127;
    }
  }
  return status;
}

/** `builtin name [arguments]` */
export function* builtin(shell: Shell, args: readonly string[], context: BuiltinContext): Sys<number> {
  const [, name] = args;
  if (name === undefined) return 0;
  const found = builtinOf(shell, name);
  if (found === undefined) throw new Complaint(`${name}: not a shell builtin`, 1);
  return yield* runBuiltin(shell, found, args.slice(1), context.assigned);
}
