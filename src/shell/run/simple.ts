import { Errno } from '../../docker/kernel/errno.ts';
import type { Sys } from '../../docker/kernel/wait.ts';
import { builtinOf, isSpecial } from '../builtins/table.ts';
import type { Builtin } from '../builtins/types.ts';
import { ArithmeticError } from '../expand/arithmetic.ts';
import { quoteForShell } from '../expand/quote.ts';
import { feedSubstitutions, removeSubstitutions } from '../expand/substitution.ts';
import { expandFields, expandText } from '../expand/words.ts';
import type { Assignment, FunctionCommand, SimpleCommand } from '../syntax/ast.ts';
import { type Expanded, expandAssignment, ReadonlyFault, store } from './assign.ts';
import { Complaint, ReturnFrom } from './control.ts';
import { type RunOptions, runCommand } from './execute.ts';
import { runExternal } from './external.ts';
import { type Files, openRedirects, RedirectFault, redirectStatus, withFiles } from './redirect.ts';
import type { Shell } from './shell.ts';
import { trace, traced } from './trace.ts';
import { bounce } from './trampoline.ts';
import type { Variable } from './variables.ts';

/** Builtins of busybox that are applets too and do not name themselves in messages. */
const APPLETS: ReadonlySet<string> = new Set(['test', '[', '[[', 'kill', 'printf', 'echo']);

/** How deep functions may call each other. */
const DEEPEST = 1000;
/** Calls that nest before the next one gets a stack of its own. */
const SEGMENT = 20;

/** Runs a simple command: expansions, assignments, redirections, then a function, builtin or program. */
export function* runSimple(shell: Shell, command: SimpleCommand, options: RunOptions): Sys<number> {
  const kept = shell.temporary.length;
  try {
    const status = yield* expandAndRun(shell, command, options);
    if (shell.temporary.length > kept) yield* feedSubstitutions(shell, kept);
    return status;
  } finally {
    if (shell.temporary.length > kept && shell.p.running) removeSubstitutions(shell, kept);
  }
}

function* expandAndRun(shell: Shell, command: SimpleCommand, options: RunOptions): Sys<number> {
  shell.substitutionStatus = 0;
  const args: string[] = [];
  const assigned = new Map<number, Expanded>();
  for (const word of command.words) {
    // busybox's `[[` is a builtin whose words are neither split nor matched with paths.
    if (args[0] === '[[' && shell.dialect.name === 'ash') args.push(yield* expandText(shell, word));
    else if (word.assignment === undefined) args.push(...(yield* expandFields(shell, word)));
    else {
      const associative = args.some((arg) => /^-[a-zA-Z]*A/.test(arg));
      const expanded = yield* guarded(shell, expandAssignment(shell, word.assignment, associative));
      assigned.set(args.length, expanded);
      args.push(`${expanded.name}${expanded.append ? '+=' : '='}${expanded.value}`);
    }
  }
  const [name] = args;
  if (name === undefined) return yield* assignOnly(shell, command);
  let files: Files;
  const assignments: Expanded[] = [];
  for (const assignment of command.assignments) assignments.push(yield* traceAssignment(shell, assignment));
  try {
    files = yield* openRedirects(shell, command.redirects);
  } catch (error) {
    if (!(error instanceof RedirectFault)) throw error;
    yield* shell.complain(error.message);
    if (shell.dialect.name !== 'bash' && isSpecial(shell, name))
      return yield* shell.leaveSpecial(redirectStatus(shell));
    return redirectStatus(shell);
  }
  yield* trace(shell, traced(shell, args));
  shell.lastArgument = args.at(-1) ?? '';
  const definition = shell.functions.get(name);
  if (definition !== undefined) {
    return yield* withFiles(
      shell,
      files,
      withAssignments(shell, assignments, callFunction(shell, definition, args)),
    );
  }
  const builtin = builtinOf(shell, name);
  if (builtin === undefined)
    return yield* runExternal(shell, args, {
      files,
      assignments,
      last: options.last === true,
      source: command.source,
    });
  if (name === 'exec') return yield* builtin(shell, args, { assigned, files, assignments });
  return yield* withFiles(
    shell,
    files,
    withAssignments(shell, assignments, runBuiltin(shell, builtin, args, assigned)),
  );
}

/** Expands an assignment, printing it under `set -x`. */
function* traceAssignment(shell: Shell, assignment: Assignment): Sys<Expanded> {
  const expanded = yield* guarded(shell, expandAssignment(shell, assignment));
  if (shell.option('xtrace')) {
    const value =
      expanded.elements === undefined
        ? quoteForShell(expanded.value)
        : `(${expanded.elements.map((e) => quoteForShell(e.value)).join(' ')})`;
    yield* trace(
      shell,
      `${expanded.name}${expanded.index === undefined ? '' : `[${expanded.index}]`}${expanded.append ? '+=' : '='}${expanded.elements === undefined && expanded.value === '' ? '' : value}`,
    );
  }
  return expanded;
}

/** Errors of arithmetic in an index, and of readonly variables, drop the line. */
export function* guarded<T>(shell: Shell, body: Sys<T>): Sys<T> {
  try {
    return yield* body;
  } catch (error) {
    if (error instanceof ReadonlyFault) return yield* shell.fail(error.describe(shell.dialect));
    if (error instanceof ArithmeticError) return yield* shell.fail(error.message);
    throw error;
  }
}

function* assignOnly(shell: Shell, command: SimpleCommand): Sys<number> {
  for (const assignment of command.assignments) {
    const expanded = yield* traceAssignment(shell, assignment);
    yield* guarded(shell, assign(shell, expanded));
  }
  if (command.redirects.length > 0) {
    try {
      const files = yield* openRedirects(shell, command.redirects);
      for (const file of files.opened) file.release();
    } catch (error) {
      if (!(error instanceof RedirectFault)) throw error;
      yield* shell.complain(error.message);
      return redirectStatus(shell);
    }
  }
  shell.lastArgument = '';
  return shell.substitutionStatus;
}

function* assign(shell: Shell, expanded: Expanded): Sys<void> {
  store(shell, expanded);
}

/** `A=1 command`: the variables are changed and exported while the body runs. */
function* withAssignments(shell: Shell, assignments: readonly Expanded[], body: Sys<number>): Sys<number> {
  if (assignments.length === 0) return yield* body;
  const before = new Map<string, Variable | undefined>();
  for (const assignment of assignments) {
    const old = shell.variables.own(assignment.name);
    if (!before.has(assignment.name)) before.set(assignment.name, old === undefined ? undefined : { ...old });
    yield* guarded(shell, assign(shell, assignment));
    shell.variables.make(assignment.name).exported = true;
  }
  try {
    return yield* body;
  } finally {
    for (const [name, variable] of before) {
      if (variable === undefined) shell.variables.delete(name);
      else shell.variables.put(name, variable);
    }
  }
}

/** Runs a builtin; its complaints become messages and a status. */
export function* runBuiltin(
  shell: Shell,
  builtin: Builtin,
  args: readonly string[],
  assigned: ReadonlyMap<number, Expanded> = new Map(),
): Sys<number> {
  try {
    return yield* builtin(shell, args, { assigned });
  } catch (error) {
    const name = args[0] ?? '';
    if (error instanceof Errno && error.code !== 'EPIPE') return yield* cannotPrint(shell, name, error);
    if (!(error instanceof Complaint)) throw error;
    if (shell.dialect.name === 'ash' && APPLETS.has(name)) {
      yield* shell.complain(error.message);
      return error.status;
    }
    yield* shell.complain(
      shell.dialect.name === 'ash' ? error.message : `${name}: ${error.message}`,
      shell.dialect.name === 'ash' ? name : undefined,
    );
    if (shell.dialect.name !== 'bash' && isSpecial(shell, name))
      return yield* shell.leaveSpecial(error.status);
    return error.status;
  }
}

/** What the shells say when standard output is closed or full (dash names the builtin twice, busybox only speaks for echo). */
function* cannotPrint(shell: Shell, name: string, error: Errno): Sys<number> {
  if (shell.dialect.name === 'bash') yield* shell.complain(`${name}: write error: ${error.message}`);
  else if (shell.dialect.name === 'dash') yield* shell.complain(`${name}: ${name}: I/O error`);
  else if (name === 'echo') yield* shell.complain(`write error: ${error.message}`);
  return 1;
}

/** Calls a function with arguments; `return` ends it. */
export function* callFunction(
  shell: Shell,
  definition: FunctionCommand,
  args: readonly string[],
): Sys<number> {
  if (shell.functionNames.length >= DEEPEST) {
    return yield* shell.fail(`${definition.name}: maximum function nesting level exceeded (${DEEPEST})`);
  }
  const { positional } = shell.parameters;
  const { loops } = shell;
  shell.parameters.positional = args.slice(1);
  shell.variables.pushFrame();
  shell.functionNames.push(definition.name);
  shell.loops = 0;
  try {
    const body = runCommand(shell, definition.body);
    return yield* shell.functionNames.length % SEGMENT === 0 ? bounce(body) : body;
  } catch (error) {
    if (error instanceof ReturnFrom) return error.status;
    throw error;
  } finally {
    shell.functionNames.pop();
    shell.variables.popFrame();
    shell.parameters.positional = positional;
    shell.loops = loops;
  }
}
