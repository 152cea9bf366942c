import { type Sys, TURN } from '../../../kernel/wait.ts';
import type { Argument, Expr, Parameter, Stmt } from './ast.ts';
import { items, method } from './methods.ts';
import { binaryValues, compareValues, sliced, wrapped } from './operators.ts';
import {
  asNumber,
  Builtin,
  exception,
  format,
  PyClass,
  PyDict,
  PyFloat,
  PyFunction,
  PyInstance,
  PyList,
  PyModule,
  PyRaise,
  raise,
  repr,
  type Scope,
  str,
  truthy,
  typeName,
  type Value,
} from './values.ts';

class Return extends Error {
  readonly value: Value;
  constructor(value: Value) {
    super('');
    this.value = value;
  }
}
class Break extends Error {}
class Continue extends Error {}

/** Runs statements; the world outside comes in through `globals` and `load`. */
export class Evaluator {
  readonly globals: Map<string, Value>;
  readonly #load: (module: string) => Sys<PyModule>;
  readonly #check: () => void;
  #steps = 0;
  #depth = 0;
  /** The line being run, for tracebacks. */
  line = 0;

  constructor(globals: Map<string, Value>, load: (module: string) => Sys<PyModule>, check: () => void) {
    this.globals = globals;
    this.#load = load;
    this.#check = check;
  }

  get top(): Scope {
    return { names: this.globals, globals: this.globals, declared: new Set(), outer: undefined };
  }

  *run(body: readonly Stmt[], scope: Scope): Sys<void> {
    for (const statement of body) yield* this.#statement(statement, scope);
  }

  *#statement(s: Stmt, scope: Scope): Sys<void> {
    this.line = s.line;
    if (++this.#steps % 200 === 0) yield TURN;
    this.#check();
    switch (s.kind) {
      case 'expression':
        yield* this.value(s.value, scope);
        return;
      case 'assign': {
        const value = yield* this.value(s.value, scope);
        for (const target of s.targets) yield* this.#assign(target, value, scope);
        return;
      }
      case 'augment': {
        const old = yield* this.value(s.target, scope);
        const value = binaryValues(s.operator, old, yield* this.value(s.value, scope), s.line);
        yield* this.#assign(s.target, value, scope);
        return;
      }
      case 'if':
        yield* this.run(truthy(yield* this.value(s.test, scope)) ? s.yes : s.no, scope);
        return;
      case 'while':
        while (truthy(yield* this.value(s.test, scope))) {
          if (!(yield* this.#loopBody(s.body, scope))) return;
          if (++this.#steps % 200 === 0) yield TURN;
          this.#check();
        }
        yield* this.run(s.no, scope);
        return;
      case 'for': {
        const over = yield* this.value(s.over, scope);
        for (const item of [...items(over)]) {
          yield* this.#assign(s.target, item, scope);
          if (!(yield* this.#loopBody(s.body, scope))) return;
        }
        yield* this.run(s.no, scope);
        return;
      }
      case 'def': {
        let made: Value = yield* this.#function(s.name, s.parameters, s.body, scope);
        for (const decorator of [...s.decorators].reverse())
          made = yield* this.call(yield* this.value(decorator, scope), [made]);
        this.#bind(s.name, made, scope);
        return;
      }
      case 'class': {
        const [first] = s.bases;
        const base = first === undefined ? undefined : yield* this.value(first, scope);
        const made = new PyClass(s.name, base instanceof PyClass ? base : undefined);
        const inside: Scope = {
          names: made.members,
          globals: scope.globals,
          declared: new Set(),
          outer: scope,
        };
        yield* this.run(s.body, inside);
        this.#bind(s.name, made, scope);
        return;
      }
      case 'return':
        throw new Return(s.value === undefined ? null : yield* this.value(s.value, scope));
      case 'raise': {
        const value = s.value === undefined ? null : yield* this.value(s.value, scope);
        const made = value instanceof PyClass ? yield* this.call(value, []) : value;
        if (!(made instanceof PyInstance))
          throw raise('RuntimeError', 'No active exception to reraise', s.line);
        throw new PyRaise(made, s.line);
      }
      case 'import': {
        const module = yield* this.#load(s.module);
        this.#bind(s.as.split('.')[0] ?? s.as, module, scope);
        return;
      }
      case 'from': {
        const module = yield* this.#load(s.module);
        for (const [name, as] of s.names) {
          if (name === '*') for (const [key, value] of module.members) this.#bind(key, value, scope);
          else {
            const value = module.members.get(name);
            if (value === undefined)
              throw raise('ImportError', `cannot import name '${name}' from '${s.module}'`, s.line);
            this.#bind(as, value, scope);
          }
        }
        return;
      }
      case 'try':
        return yield* this.#try(s, scope);
      case 'with': {
        const value = yield* this.value(s.value, scope);
        const enter = this.find(value, '__enter__');
        const inside = enter === undefined ? value : yield* this.call(enter, []);
        if (s.as !== undefined) yield* this.#assign(s.as, inside, scope);
        try {
          yield* this.run(s.body, scope);
        } finally {
          const exit = this.find(value, '__exit__');
          if (exit !== undefined) yield* this.call(exit, [null, null, null]);
        }
        return;
      }
      case 'global':
        for (const name of s.names) scope.declared.add(name);
        return;
      case 'assert':
        if (!truthy(yield* this.value(s.test, scope)))
          throw raise(
            'AssertionError',
            s.message === undefined ? '' : str(yield* this.value(s.message, scope)),
            s.line,
          );
        return;
      case 'delete': {
        if (s.target.kind === 'name') scope.names.delete(s.target.name);
        else if (s.target.kind === 'index') {
          const of = yield* this.value(s.target.of, scope);
          const at = yield* this.value(s.target.at, scope);
          if (of instanceof PyDict) of.entries.delete(repr(at));
          else if (of instanceof PyList) of.items.splice(asNumber(at) ?? 0, 1);
        }
        return;
      }
      case 'break':
        throw new Break();
      case 'continue':
        throw new Continue();
    }
  }

  /** One round of a loop; false after `break`. */
  *#loopBody(body: readonly Stmt[], scope: Scope): Sys<boolean> {
    try {
      yield* this.run(body, scope);
    } catch (error) {
      if (error instanceof Break) return false;
      if (!(error instanceof Continue)) throw error;
    }
    return true;
  }

  *#try(s: Extract<Stmt, { kind: 'try' }>, scope: Scope): Sys<void> {
    try {
      yield* this.run(s.body, scope);
      yield* this.run(s.no, scope);
    } catch (error) {
      if (!(error instanceof PyRaise)) throw error;
      for (const handler of s.handlers) {
        const wanted = handler.of === undefined ? undefined : yield* this.value(handler.of, scope);
        const classes =
          wanted === undefined
            ? [exception('BaseException')]
            : wanted instanceof PyList
              ? wanted.items
              : [wanted];
        if (!classes.some((c) => c instanceof PyClass && error.value.of.isA(c))) continue;
        if (handler.as !== undefined) this.#bind(handler.as, error.value, scope);
        yield* this.run(handler.body, scope);
        return;
      }
      throw error;
    } finally {
      yield* this.run(s.last, scope);
    }
  }

  #bind(name: string, value: Value, scope: Scope): void {
    (scope.declared.has(name) ? scope.globals : scope.names).set(name, value);
  }

  *#assign(target: Expr, value: Value, scope: Scope): Sys<void> {
    switch (target.kind) {
      case 'name':
        this.#bind(target.name, value, scope);
        return;
      case 'tuple':
      case 'list': {
        const values = items(value);
        if (values.length !== target.items.length)
          throw raise(
            'ValueError',
            values.length > target.items.length
              ? `too many values to unpack (expected ${target.items.length})`
              : `not enough values to unpack (expected ${target.items.length}, got ${values.length})`,
            this.line,
          );
        for (const [i, item] of target.items.entries()) yield* this.#assign(item, values[i] ?? null, scope);
        return;
      }
      case 'attribute': {
        const of = yield* this.value(target.of, scope);
        if (of instanceof PyInstance) of.fields.set(target.name, value);
        else if (of instanceof PyClass || of instanceof PyModule) of.members.set(target.name, value);
        else
          throw raise(
            'AttributeError',
            `'${typeName(of)}' object has no attribute '${target.name}'`,
            target.line,
          );
        return;
      }
      case 'index': {
        const of = yield* this.value(target.of, scope);
        const at = yield* this.value(target.at, scope);
        if (of instanceof PyDict) of.put(at, value);
        else if (of instanceof PyList) of.items[wrapped(asNumber(at) ?? 0, of.items.length)] = value;
        else
          throw raise('TypeError', `'${typeName(of)}' object does not support item assignment`, target.line);
        return;
      }
      default:
        throw raise('RuntimeError', 'muelle: this assignment is not simulated here', this.line);
    }
  }

  *#function(
    name: string,
    parameters: readonly Parameter[],
    body: readonly Stmt[] | Expr,
    scope: Scope,
  ): Sys<PyFunction> {
    const defaults = new Map<string, Value>();
    for (const parameter of parameters)
      if (parameter.value !== undefined)
        defaults.set(parameter.name, yield* this.value(parameter.value, scope));
    return new PyFunction(name, parameters, body, scope, defaults);
  }

  /** Calls a value with arguments. */
  *call(of: Value, args: readonly Value[], keywords: ReadonlyMap<string, Value> = new Map()): Sys<Value> {
    if (of instanceof Builtin) return yield* of.call(args, keywords);
    if (of instanceof PyFunction) return yield* this.#callFunction(of, args, keywords);
    if (of instanceof PyClass) {
      const made = new PyInstance(of);
      const init = of.find('__init__');
      if (of.isA(exception('BaseException'))) made.fields.set('args', new PyList([...args], true));
      if (init !== undefined) yield* this.call(init, [made, ...args], keywords);
      return made;
    }
    if (of instanceof PyInstance || of instanceof PyModule) {
      const call = this.find(of, '__call__');
      if (call !== undefined) return yield* this.call(call, args, keywords);
    }
    throw raise('TypeError', `'${typeName(of)}' object is not callable`, this.line);
  }

  *#callFunction(of: PyFunction, args: readonly Value[], keywords: ReadonlyMap<string, Value>): Sys<Value> {
    if (this.#depth > 200) throw raise('RuntimeError', 'maximum recursion depth exceeded', this.line);
    const names = new Map<string, Value>();
    const scope: Scope = { names, globals: of.scope.globals, declared: new Set(), outer: of.scope };
    const left = [...args];
    const named = new Map(keywords);
    for (const parameter of of.parameters) {
      if (parameter.spread === '*') names.set(parameter.name, new PyList(left.splice(0), true));
      else if (parameter.spread === '**') {
        const rest = new PyDict();
        for (const [key, value] of named) rest.put(key, value);
        named.clear();
        names.set(parameter.name, rest);
      } else {
        const value = left.length > 0 ? left.shift() : named.get(parameter.name);
        named.delete(parameter.name);
        const given = value ?? of.defaults.get(parameter.name);
        if (given === undefined)
          throw raise(
            'TypeError',
            `${of.name}() missing 1 required positional argument: '${parameter.name}'`,
            this.line,
          );
        names.set(parameter.name, given);
      }
    }
    if (left.length > 0)
      throw raise(
        'TypeError',
        `${of.name}() takes ${of.parameters.length} positional argument${of.parameters.length === 1 ? '' : 's'} but ${args.length} were given`,
        this.line,
      );
    this.#depth++;
    try {
      if (!Array.isArray(of.body)) return yield* this.value(of.body as Expr, scope);
      yield* this.run(of.body as readonly Stmt[], scope);
      return null;
    } catch (error) {
      if (error instanceof Return) return error.value;
      throw error;
    } finally {
      this.#depth--;
    }
  }

  #lookUp(name: string, scope: Scope, line: number): Value {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
      const found = at.names.get(name);
      if (found !== undefined) return found;
    }
    const found = scope.globals.get(name) ?? this.globals.get(name);
    if (found !== undefined) return found;
    if (/(Error|Exception|Interrupt|Exit)$/.test(name)) return exception(name);
    throw raise('NameError', `name '${name}' is not defined`, line);
  }

  /** A member of a value, methods bound to it; undefined if there is none. */
  find(of: Value, name: string): Value | undefined {
    if (of instanceof PyInstance) {
      const own = of.fields.get(name);
      if (own !== undefined) return own;
      const shared = of.of.find(name);
      if (shared instanceof PyFunction) return this.#bound(of, shared);
      if (shared !== undefined) return shared;
      if (name === '__class__') return of.of;
      return undefined;
    }
    if (of instanceof PyClass) return name === '__name__' ? of.name : of.find(name);
    if (of instanceof PyModule) return of.members.get(name);
    if (of instanceof PyFunction && name === '__name__') return of.name;
    return method(of, name);
  }

  #bound(self: Value, of: PyFunction): Builtin {
    const evaluator = this;
    return new Builtin(of.name, function* (args, keywords): Sys<Value> {
      return yield* evaluator.call(of, [self, ...args], keywords);
    });
  }

  *#arguments(list: readonly Argument[], scope: Scope): Sys<{ args: Value[]; keywords: Map<string, Value> }> {
    const args: Value[] = [];
    const keywords = new Map<string, Value>();
    for (const { name, spread, value } of list) {
      const given = yield* this.value(value, scope);
      if (spread === '*') args.push(...items(given));
      else if (spread === '**') {
        if (given instanceof PyDict)
          for (const [key, each] of given.entries.values()) keywords.set(str(key), each);
      } else if (name === undefined) args.push(given);
      else keywords.set(name, given);
    }
    return { args, keywords };
  }

  /** The value of an expression. */
  *value(e: Expr, scope: Scope): Sys<Value> {
    switch (e.kind) {
      case 'constant':
        return e.value;
      case 'float':
        return new PyFloat(e.value);
      case 'name':
        return this.#lookUp(e.name, scope, e.line);
      case 'format': {
        let out = '';
        for (const part of e.parts) {
          if (typeof part === 'string') out += part;
          else {
            const value = yield* this.value(part.value, scope);
            const shown =
              part.repr || part.source !== undefined
                ? repr(value)
                : part.spec === ''
                  ? yield* this.text(value)
                  : value;
            out += (part.source ?? '') + format(shown, part.spec);
          }
        }
        return out;
      }
      case 'list':
      case 'tuple': {
        const out: Value[] = [];
        for (const item of e.items) out.push(yield* this.value(item, scope));
        return new PyList(out, e.kind === 'tuple');
      }
      case 'set': {
        const out = new PyDict(true);
        for (const item of e.items) out.put(yield* this.value(item, scope), true);
        return out;
      }
      case 'dict': {
        const out = new PyDict();
        for (const [key, value] of e.items)
          out.put(yield* this.value(key, scope), yield* this.value(value, scope));
        return out;
      }
      case 'comprehension': {
        const list: Value[] = [];
        const dict = new PyDict(e.form === 'set');
        const inside: Scope = { names: new Map(), globals: scope.globals, declared: new Set(), outer: scope };
        for (const item of items(yield* this.value(e.over, scope))) {
          yield* this.#assign(e.target, item, inside);
          let keep = true;
          for (const test of e.tests) keep &&= truthy(yield* this.value(test, inside));
          if (!keep) continue;
          const value = yield* this.value(e.value, inside);
          if (e.form === 'list') list.push(value);
          else
            dict.put(
              e.key === undefined ? value : yield* this.value(e.key, inside),
              e.key === undefined ? true : value,
            );
        }
        return e.form === 'list' ? new PyList(list) : dict;
      }
      case 'unary': {
        const value = yield* this.value(e.of, scope);
        if (e.operator === 'not') return !truthy(value);
        const n = asNumber(value);
        if (n === undefined)
          throw raise(
            'TypeError',
            `bad operand type for unary ${e.operator}: '${typeName(value)}'`,
            this.line,
          );
        if (e.operator === '~') return ~n;
        const result = e.operator === '-' ? -n : n;
        return value instanceof PyFloat ? new PyFloat(result) : result;
      }
      case 'binary':
        return binaryValues(
          e.operator,
          yield* this.value(e.left, scope),
          yield* this.value(e.right, scope),
          e.line,
        );
      case 'logic': {
        const left = yield* this.value(e.left, scope);
        return truthy(left) === (e.operator === 'or') ? left : yield* this.value(e.right, scope);
      }
      case 'choice':
        return yield* this.value(truthy(yield* this.value(e.test, scope)) ? e.yes : e.no, scope);
      case 'compare': {
        let left = yield* this.value(e.first, scope);
        for (const { operator, value } of e.rest) {
          const right = yield* this.value(value, scope);
          if (!compareValues(operator, left, right, this.line)) return false;
          left = right;
        }
        return true;
      }
      case 'call': {
        const of = yield* this.value(e.of, scope);
        const { args, keywords } = yield* this.#arguments(e.args, scope);
        this.line = e.line;
        return yield* this.call(of, args, keywords);
      }
      case 'attribute': {
        const of = yield* this.value(e.of, scope);
        const named = of instanceof PyList ? of.items[of.names.indexOf(e.name)] : undefined;
        if (named !== undefined) return named;
        const found = this.find(of, e.name);
        if (found === undefined)
          throw raise(
            'AttributeError',
            of instanceof PyModule
              ? `module '${of.name}' has no attribute '${e.name}'`
              : `'${typeName(of)}' object has no attribute '${e.name}'`,
            e.line,
          );
        return found;
      }
      case 'index': {
        const of = yield* this.value(e.of, scope);
        const at = yield* this.value(e.at, scope);
        return this.#index(of, at, e.line);
      }
      case 'slice': {
        const of = yield* this.value(e.of, scope);
        const bound = function* (evaluator: Evaluator, part: Expr | undefined): Sys<number | undefined> {
          return part === undefined ? undefined : asNumber(yield* evaluator.value(part, scope));
        };
        const list = typeof of === 'string' ? [...of] : items(of);
        const picked = sliced<Value>(
          list,
          yield* bound(this, e.from),
          yield* bound(this, e.to),
          yield* bound(this, e.step),
        );
        return typeof of === 'string'
          ? picked.join('')
          : new PyList(picked, of instanceof PyList && of.tuple);
      }
      case 'lambda':
        return yield* this.#function('<lambda>', e.parameters, e.body, scope);
    }
  }

  /** `str(value)`, asking `__str__` of the program's own classes. */
  *text(value: Value): Sys<string> {
    const own =
      value instanceof PyInstance ? (this.find(value, '__str__') ?? this.find(value, '__repr__')) : undefined;
    if (own !== undefined) return str(yield* this.call(own, []));
    return value instanceof PyList || value instanceof PyDict ? yield* this.#shown(value) : str(value);
  }

  /** `repr(value)`, asking `__repr__` of the program's own classes, also inside lists. */
  *#shown(value: Value): Sys<string> {
    if (value instanceof PyInstance) {
      const own = this.find(value, '__repr__');
      return own === undefined ? repr(value) : str(yield* this.call(own, []));
    }
    if (value instanceof PyList) {
      const inside: string[] = [];
      for (const item of value.items) inside.push(yield* this.#shown(item));
      return value.tuple
        ? `(${inside.join(', ')}${inside.length === 1 ? ',' : ''})`
        : `[${inside.join(', ')}]`;
    }
    if (value instanceof PyDict && !value.set) {
      const inside: string[] = [];
      for (const [key, held] of value.entries.values())
        inside.push(`${yield* this.#shown(key)}: ${yield* this.#shown(held)}`);
      return `{${inside.join(', ')}}`;
    }
    return repr(value);
  }

  #index(of: Value, at: Value, line: number): Value {
    if (of instanceof PyDict) {
      const found = of.get(at);
      if (found === undefined) throw raise('KeyError', repr(at), line);
      return found;
    }
    if (of instanceof PyModule && of.members.has('__getitem__')) return of.members.get(str(at)) ?? null;
    if (typeof of === 'string' || of instanceof PyList) {
      const list: readonly Value[] = typeof of === 'string' ? [...of] : of.items;
      const found = list[wrapped(asNumber(at) ?? 0, list.length)];
      if (found === undefined)
        throw raise(
          'IndexError',
          `${typeName(of) === 'str' ? 'string' : typeName(of)} index out of range`,
          line,
        );
      return found;
    }
    throw raise('TypeError', `'${typeName(of)}' object is not subscriptable`, line);
  }
}
