import { type CommandNode, type Node, type Operand, type PipeNode, show } from './ast.ts';
import { ArgumentError, CallError, FUNCTIONS, type TemplateFunction } from './functions.ts';
import { parseTemplate, type Template } from './parse.ts';
import { GoFloat, GoMap, GoStruct, JsonNumber, print, truth, typeName, type Value } from './values.ts';

/** A template that fails while it runs; `message` is Go's text, `output` what it had written before. */
export class TemplateError extends Error {
  output = '';
}

export interface ExecuteOptions {
  /** A missing key of a map is an error (`docker inspect` over raw JSON) instead of `<no value>`. */
  readonly missingKeyError?: boolean;
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
}

/** Parses a Go template with docker's functions. */
export function compile(text: string): Template {
  return parseTemplate(text, new Set(Object.keys(FUNCTIONS)));
}

/** Runs a template over a value: `execute(compile('{{.Name}}'), data)` ⇒ text. Throws `TemplateError`. */
export function execute(template: Template, data: Value, options: ExecuteOptions = {}): string {
  const run = new Run(template, options);
  try {
    run.walk(template.nodes, data, [['$', data]]);
  } catch (error) {
    if (error instanceof TemplateError) error.output = run.output;
    throw error;
  }
  return run.output;
}

type Variables = [name: string, value: Value][];
type Positioned = { readonly pos: number };

class LoopExit {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    this.kind = kind;
  }
}

/** Marks that a command is not fed by a pipe. */
const NOTHING = Symbol('nothing');

class Run {
  readonly #template: Template;
  readonly #options: ExecuteOptions;
  readonly #functions: Readonly<Record<string, TemplateFunction>>;
  output = '';
  #depth = 0;

  constructor(template: Template, options: ExecuteOptions) {
    this.#template = template;
    this.#options = options;
    this.#functions = options.functions ?? FUNCTIONS;
  }

  #fail(
    node: Operand | CommandNode | PipeNode | (Positioned & { readonly shown: string }),
    message: string,
  ): never {
    const before = this.#template.text.slice(0, node.pos);
    const line = 1 + (before.match(/\n/g)?.length ?? 0);
    const column = node.pos - (before.lastIndexOf('\n') + 1);
    const shown = 'shown' in node ? node.shown : show(node);
    throw new TemplateError(`template: :${line}:${column}: executing "" at <${shown}>: ${message}`);
  }

  walk(nodes: readonly Node[], dot: Value, variables: Variables): void {
    const mark = variables.length;
    for (const node of nodes) this.#node(node, dot, variables);
    variables.length = mark;
  }

  #node(node: Node, dot: Value, variables: Variables): void {
    switch (node.kind) {
      case 'text':
        this.output += node.text;
        return;
      case 'action': {
        const value = this.#pipe(node.pipe, dot, variables);
        if (node.pipe.variables.length === 0) this.output += print(value);
        return;
      }
      case 'if':
      case 'with': {
        const mark = variables.length;
        const value = this.#pipe(node.pipe, dot, variables);
        const holds = truth(value);
        this.walk(holds ? node.body : node.otherwise, holds && node.kind === 'with' ? value : dot, variables);
        variables.length = mark;
        return;
      }
      case 'range':
        this.#range(node, dot, variables);
        return;
      case 'template': {
        const body = this.#template.defined.get(node.name);
        if (body === undefined)
          this.#fail(
            {
              pos: node.pos,
              shown: `{{template ${JSON.stringify(node.name)}${node.pipe === undefined ? '' : ` ${show(node.pipe)}`}}}`,
            },
            `template ${JSON.stringify(node.name)} not defined`,
          );
        const value = node.pipe === undefined ? undefined : this.#pipe(node.pipe, dot, variables);
        if (++this.#depth > 1000)
          this.#fail(
            { pos: node.pos, shown: `{{template ${JSON.stringify(node.name)}}}` },
            'exceeded maximum template depth (100000)',
          );
        this.walk(body, value, [['$', value]]);
        this.#depth--;
        return;
      }
      default:
        throw new LoopExit(node.kind);
    }
  }

  #range(node: Extract<Node, { kind: 'range' | 'if' | 'with' }>, dot: Value, variables: Variables): void {
    const mark = variables.length;
    const value = this.#pipe({ ...node.pipe, variables: [] }, dot, variables);
    const pairs = this.#pairs(node.pipe, value);
    for (const [key, item] of pairs) {
      const [first, second] = node.pipe.variables;
      if (second !== undefined && first !== undefined) {
        this.#bind(variables, first, key, node.pipe.assign);
        this.#bind(variables, second, item, node.pipe.assign);
      } else if (first !== undefined)
        this.#bind(variables, first, typeof value === 'number' ? key : item, node.pipe.assign);
      try {
        this.walk(node.body, item, variables);
      } catch (error) {
        if (!(error instanceof LoopExit)) throw error;
        if (error.kind === 'break') break;
      } finally {
        variables.length = mark;
      }
    }
    if (pairs.length === 0) this.walk(node.otherwise, dot, variables);
    variables.length = mark;
  }

  #pairs(pipe: PipeNode, value: Value): [Value, Value][] {
    if (value === undefined || value === null) return [];
    if (value instanceof GoMap) return value.keys.map((key) => [key, value.entries.get(key)]);
    if (Array.isArray(value)) return value.map((item: Value, index) => [index, item]);
    if (typeof value === 'number') return Array.from({ length: Math.max(0, value) }, (_, i) => [i, i]);
    return this.#fail(pipe, `range can't iterate over ${print(value)}`);
  }

  #bind(variables: Variables, name: string, value: Value, assign: boolean): void {
    if (assign) {
      const entry = variables.findLast(([known]) => known === name);
      if (entry !== undefined) entry[1] = value;
    } else variables.push([name, value]);
  }

  #pipe(pipe: PipeNode, dot: Value, variables: Variables): Value {
    let value: Value | typeof NOTHING = NOTHING;
    for (const command of pipe.commands) value = this.#command(command, dot, variables, value);
    const result = value === NOTHING ? undefined : value;
    for (const name of pipe.variables) this.#bind(variables, name, result, pipe.assign);
    return result;
  }

  #command(command: CommandNode, dot: Value, variables: Variables, piped: Value | typeof NOTHING): Value {
    const [head, ...rest] = command.args;
    if (head === undefined) return undefined;
    const final = piped === NOTHING ? [] : [piped];
    switch (head.kind) {
      case 'function':
        return this.#call(head, command, rest, final, dot, variables);
      case 'field':
        return this.#fields(head, dot, head.names, command.args, rest, final, dot, variables);
      case 'chain':
        return this.#fields(
          head,
          this.#operand(head.of, dot, variables),
          head.names,
          command.args,
          rest,
          final,
          dot,
          variables,
        );
      case 'variable': {
        const [name = '', ...names] = head.names;
        const value = this.#variable(name, variables);
        return this.#fields(head, value, names, command.args, rest, final, dot, variables);
      }
      case 'pipe':
        this.#notAFunction(head, rest, final);
        return this.#pipe(head.pipe, dot, variables);
      default:
        this.#notAFunction(head, rest, final);
        if (head.kind === 'nil') this.#fail(command, 'nil is not a command');
        return this.#operand(head, dot, variables);
    }
  }

  #notAFunction(head: Operand, rest: readonly Operand[], final: readonly Value[]): void {
    if (rest.length > 0 || final.length > 0)
      this.#fail(head, `can't give argument to non-function ${show(head)}`);
  }

  #variable(name: string, variables: Variables): Value {
    return variables.findLast(([known]) => known === name)?.[1];
  }

  #operand(node: Operand, dot: Value, variables: Variables): Value {
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'string':
      case 'bool':
        return node.value;
      case 'number':
        return node.float ? new GoFloat(node.value) : node.value;
      default:
        return this.#command({ pos: node.pos, args: [node] }, dot, variables, NOTHING);
    }
  }

  #call(
    head: Extract<Operand, { kind: 'function' }>,
    command: CommandNode,
    rest: readonly Operand[],
    final: readonly Value[],
    dot: Value,
    variables: Variables,
  ): Value {
    const called = this.#functions[head.name];
    if (called === undefined) this.#fail(command, `${JSON.stringify(head.name)} is not a defined function`);
    const count = rest.length + final.length;
    if (count < called.min || count > called.max) {
      const want = called.max === Number.POSITIVE_INFINITY ? `at least ${called.min}` : String(called.max);
      this.#fail(head, `wrong number of args for ${head.name}: want ${want} got ${count}`);
    }
    const args: Value[] = [];
    if (head.name === 'and' || head.name === 'or') {
      // Evaluated one by one: what follows the deciding value is not looked at.
      for (const operand of rest) {
        const value = this.#operand(operand, dot, variables);
        if (truth(value) === (head.name === 'or')) return value;
        args.push(value);
      }
    } else args.push(...rest.map((operand) => this.#operand(operand, dot, variables)));
    args.push(...final);
    try {
      return called.call(args);
    } catch (error) {
      if (error instanceof ArgumentError) this.#fail(rest[error.index] ?? command, error.message);
      if (error instanceof CallError)
        this.#fail({ pos: head.pos, shown: show(command) }, `error calling ${head.name}: ${error.message}`);
      throw error;
    }
  }

  #fields(
    node: Operand,
    start: Value,
    names: readonly string[],
    _args: readonly Operand[],
    rest: readonly Operand[],
    final: readonly Value[],
    dot: Value,
    variables: Variables,
  ): Value {
    let value = start;
    if (names.length === 0) this.#notAFunction(node, rest, final);
    for (const [index, name] of names.entries()) {
      const last = index === names.length - 1;
      value = this.#field(node, value, name, last ? rest : [], last ? final : [], dot, variables);
    }
    return value;
  }

  #field(
    node: Operand,
    receiver: Value,
    name: string,
    rest: readonly Operand[],
    final: readonly Value[],
    dot: Value,
    variables: Variables,
  ): Value {
    const arguments_ = rest.length + final.length;
    if (receiver === undefined) {
      if (this.#options.missingKeyError === true)
        this.#fail(node, `nil data; no entry for key ${JSON.stringify(name)}`);
      return undefined;
    }
    if (receiver === null) return this.#fail(node, `nil pointer evaluating interface {}.${name}`);
    if (receiver instanceof GoStruct) {
      const field = receiver.fields.get(name);
      if (typeof field === 'function') {
        if (arguments_ !== field.length)
          this.#fail(node, `wrong number of args for ${name}: want ${field.length} got ${arguments_}`);
        return field(...rest.map((operand) => this.#operand(operand, dot, variables)), ...final);
      }
      if (receiver.fields.has(name)) {
        if (arguments_ > 0) this.#fail(node, `${name} has arguments but cannot be invoked as function`);
        return field;
      }
      return this.#fail(node, `can't evaluate field ${name} in type ${receiver.goType}`);
    }
    if (receiver instanceof GoMap) {
      if (arguments_ > 0) this.#fail(node, `${name} is not a method but has arguments`);
      if (receiver.entries.has(name)) return receiver.entries.get(name) ?? undefined;
      if (this.#options.missingKeyError === true)
        this.#fail(node, `map has no entry for key ${JSON.stringify(name)}`);
      return undefined;
    }
    const type =
      this.#options.missingKeyError === true && !(receiver instanceof JsonNumber)
        ? 'interface {}'
        : typeName(receiver);
    return this.#fail(node, `can't evaluate field ${name} in type ${type}`);
  }
}
