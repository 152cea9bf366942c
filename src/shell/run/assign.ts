import type { Sys } from '../../docker/kernel/wait.ts';
import { computeText } from '../expand/compute.ts';
import { expandFields, expandText } from '../expand/words.ts';
import type { Assignment, Word } from '../syntax/ast.ts';
import type { Dialect } from '../syntax/dialect.ts';
import type { Shell } from './shell.ts';

/** An assignment to a readonly variable. */
export class ReadonlyFault extends Error {
  readonly variable: string;
  constructor(variable: string) {
    super(`${variable}: readonly variable`);
    this.variable = variable;
  }

  describe(dialect: Dialect): string {
    return dialect.name === 'bash' ? this.message : `${this.variable}: is read only`;
  }
}

/** An assignment with its value expanded. */
export interface Expanded {
  readonly name: string;
  readonly index: string | undefined;
  readonly append: boolean;
  readonly value: string;
  readonly elements:
    | readonly { readonly index: string | undefined; readonly append: boolean; readonly value: string }[]
    | undefined;
}

/** Expands the right side (and the index) of an assignment. */
export function* expandAssignment(shell: Shell, assignment: Assignment, associative = false): Sys<Expanded> {
  const { name, append } = assignment;
  const isMap = associative || shell.variables.get(name)?.map !== undefined;
  const index = assignment.index === undefined ? undefined : yield* subscript(shell, assignment.index, isMap);
  if (assignment.array === undefined) {
    const value = yield* expandText(shell, assignment.value, { assignment: true });
    return { name, index, append, value, elements: undefined };
  }
  const elements: { index: string | undefined; append: boolean; value: string }[] = [];
  for (const element of assignment.array) {
    if (element.index !== undefined) {
      const at = yield* subscript(shell, element.index, isMap);
      elements.push({
        index: at,
        append: element.append,
        value: yield* expandText(shell, element.value, { assignment: true }),
      });
    } else
      for (const value of yield* expandFields(shell, element.value))
        elements.push({ index: undefined, append: false, value });
  }
  return { name, index, append, value: '', elements };
}

/** The text of an index: calculated, except for associative arrays. */
export function* subscript(shell: Shell, index: Word, associative: boolean): Sys<string> {
  const text = yield* expandText(shell, index);
  return associative ? text : String(computeText(shell, text));
}

/** Stores an expanded assignment. Throws ReadonlyFault. */
export function store(shell: Shell, assignment: Expanded): void {
  const name = shell.variables.resolve(assignment.name);
  const variable = shell.variables.get(name);
  if (variable?.readonly === true) throw new ReadonlyFault(name);
  if (assignment.elements !== undefined) {
    storeArray(shell, name, assignment);
    return;
  }
  const { index, append } = assignment;
  let value = assignment.value;
  const old = index === undefined ? shell.parameters.text(name) : shell.parameters.element(name, index);
  if (variable?.integer === true) {
    value = String(computeText(shell, append ? `(${old ?? 0})+(${value === '' ? '0' : value})` : value));
  } else if (append) value = (old ?? '') + value;
  shell.parameters.assign(name, value, index);
}

function storeArray(shell: Shell, name: string, assignment: Expanded): void {
  const variable = shell.variables.make(name);
  if (variable.map !== undefined) {
    if (!assignment.append) variable.map = new Map();
    let key: string | undefined;
    for (const element of assignment.elements ?? []) {
      if (element.index !== undefined) shell.parameters.assign(name, element.value, element.index);
      else if (key === undefined) key = element.value;
      else {
        shell.parameters.assign(name, element.value, key);
        key = undefined;
      }
    }
    if (key !== undefined) shell.parameters.assign(name, '', key);
    return;
  }
  const before = variable.list ?? new Map(variable.value === undefined ? [] : [[0, variable.value]]);
  variable.list = assignment.append ? before : new Map<number, string>();
  variable.value = undefined;
  let next = Math.max(-1, ...variable.list.keys()) + 1;
  for (const element of assignment.elements ?? []) {
    const at = element.index === undefined ? next : Number(element.index);
    const old = element.append ? (variable.list.get(at) ?? '') : '';
    const value = variable.integer ? String(computeText(shell, element.value)) : old + element.value;
    shell.parameters.assign(name, value, String(at));
    next = at + 1;
  }
}
