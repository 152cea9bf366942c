import { text } from '../../../kernel/bytes.ts';
import { Errno } from '../../../kernel/errno.ts';
import type { Process } from '../../../kernel/process.ts';
import { type Sys, TURN } from '../../../kernel/wait.ts';
import { dirName } from '../../tool/files.ts';
import {
  combine,
  list,
  number,
  PHP_VERSION,
  PhpObject,
  phpInfo,
  show,
  truthy,
  type Value,
} from '../php-values.ts';
import type { Block, Expr, Parameter, Stmt } from './ast.ts';
import { builtin, dumped, printed } from './functions.ts';
import { callMethod, construct, PhpThrown, Rows, thrown } from './objects.ts';
import { parsePhp } from './parser.ts';
import { NotSimulated } from './tokens.ts';

/** Ends the page (`exit`). */
export class PageExit extends Error {}

/** Thrown when a page loads WordPress, which is a program of its own here; with the settings of wp-config.php. */
export class LoadsWordPress extends Error {
  readonly settings: ReadonlyMap<string, Value>;
  constructor(settings: ReadonlyMap<string, Value>) {
    super('');
    this.settings = settings;
  }
}

/** An error that ends the page: `Uncaught …` with its place. */
export class PhpFatal extends Error {}

type Flow =
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue' }
  | undefined;
type Scope = Map<string, Value>;

interface PhpFunction {
  readonly parameters: readonly Parameter[];
  readonly body: Block;
}

const CONSTANTS: Readonly<Record<string, Value>> = {
  true: true,
  false: false,
  null: null,
  php_eol: '\n',
  php_version: PHP_VERSION,
  php_os: 'Linux',
  php_int_max: Number.MAX_SAFE_INTEGER,
  m_pi: Math.PI,
  mysqli_assoc: 'names',
  mysqli_num: 'list',
  mysqli_report_off: 0,
  file_append: 8,
  ent_quotes: 3,
  e_all: 30719,
};

/** Runs PHP inside a process; what the page prints is in `output`. */
export class PhpRun {
  output = '';
  status = 200;
  readonly headers: [string, string][] = [];
  readonly globals: Scope;
  readonly #p: Process;
  readonly #constants = new Map<string, Value>();
  readonly #functions = new Map<string, PhpFunction>();
  readonly #included = new Set<string>();
  #path: string;
  #scope: Scope;
  #steps = 0;

  constructor(p: Process, path: string, globals: Scope) {
    this.#p = p;
    this.#path = path;
    this.globals = globals;
    this.#scope = globals;
  }

  /** Runs a file. Throws PageExit, PhpFatal, NotSimulated, PhpSyntaxError, LoadsWordPress. */
  *file(source: string): Sys<Value> {
    const program = parsePhp(source);
    this.#hoist(program);
    const flow = yield* this.#block(program);
    return flow?.kind === 'return' ? flow.value : 1;
  }

  /** Functions exist before the line that defines them. */
  #hoist(block: Block): void {
    for (const one of block) if (one.kind === 'function') this.#functions.set(one.name.toLowerCase(), one);
  }

  // ---- statements ----------------------------------------------------------------------------------------------

  *#block(block: Block): Sys<Flow> {
    for (const statement of block) {
      const flow = yield* this.#statement(statement);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  *#statement(one: Stmt): Sys<Flow> {
    // Now and then another process gets its turn, so that a page without end can be stopped.
    if (++this.#steps % 500 === 0) yield TURN;
    switch (one.kind) {
      case 'html':
        this.output += one.text;
        return undefined;
      case 'echo':
        for (const value of one.values) this.output += show(yield* this.#value(value));
        return undefined;
      case 'expression':
        yield* this.#value(one.value);
        return undefined;
      case 'if':
        return yield* this.#block(truthy(yield* this.#value(one.test)) ? one.yes : one.no);
      case 'while':
      case 'for':
      case 'foreach':
        return yield* this.#loop(one);
      case 'function':
        this.#functions.set(one.name.toLowerCase(), one);
        return undefined;
      case 'return':
        return { kind: 'return', value: one.value === undefined ? null : yield* this.#value(one.value) };
      case 'break':
      case 'continue':
        return { kind: one.kind };
      case 'global':
        for (const name of one.names) this.#scope.set(name, this.globals.get(name) ?? null);
        return undefined;
      case 'throw': {
        const value = yield* this.#value(one.value);
        throw value instanceof PhpObject ? new PhpThrown(value) : new NotSimulated('throwing that');
      }
      case 'try':
        return yield* this.#try(one);
    }
  }

  *#try(one: Stmt & { kind: 'try' }): Sys<Flow> {
    let flow: Flow;
    try {
      flow = yield* this.#block(one.body);
    } catch (error) {
      if (!(error instanceof PhpThrown)) throw error;
      const { type } = error.object;
      const fits = (name: string): boolean =>
        name === type ||
        name === 'Throwable' ||
        (name === 'Exception' && !/Error$/.test(type)) ||
        (name === 'Error' && /Error$/.test(type)) ||
        (name === 'RuntimeException' && /^(mysqli_sql|PDO)/.test(type));
      const found = one.catches.find(({ types }) => types.some(fits));
      if (found === undefined) throw error;
      if (found.name !== undefined) this.#scope.set(found.name, error.object);
      flow = yield* this.#block(found.body);
    }
    return (yield* this.#block(one.last)) ?? flow;
  }

  *#loop(one: Stmt & { kind: 'while' | 'for' | 'foreach' }): Sys<Flow> {
    if (one.kind === 'foreach') {
      const over = yield* this.#value(one.list);
      const items = over instanceof Rows ? rowsOf(over) : over instanceof PhpObject ? over.fields : over;
      if (!(items instanceof Map)) {
        this.#warn('foreach() argument must be of type array|object');
        return undefined;
      }
      for (const [key, value] of [...items]) {
        if (one.key !== undefined) yield* this.#assign(one.key, /^\d+$/.test(key) ? Number(key) : key);
        yield* this.#assign(one.value, value);
        const flow = yield* this.#block(one.body);
        if (flow?.kind === 'break') break;
        if (flow?.kind === 'return') return flow;
      }
      return undefined;
    }
    if (one.kind === 'for') for (const start of one.start) yield* this.#value(start);
    for (let first = one.kind === 'while' && one.first; ; first = false) {
      if (!first) {
        let go: Value = true;
        for (const test of one.kind === 'for' ? one.test : [one.test]) go = yield* this.#value(test);
        if (!truthy(go)) return undefined;
      }
      const flow = yield* this.#block(one.body);
      if (flow?.kind === 'break') return undefined;
      if (flow?.kind === 'return') return flow;
      if (one.kind === 'for') for (const step of one.step) yield* this.#value(step);
    }
  }

  #warn(message: string): void {
    this.output += `\nWarning: ${message} in ${this.#path}\n`;
  }

  // ---- expressions ---------------------------------------------------------------------------------------------

  *#value(e: Expr): Sys<Value> {
    switch (e.kind) {
      case 'literal':
        return e.value;
      case 'text': {
        let out = '';
        for (const part of e.parts) out += typeof part === 'string' ? part : show(yield* this.#value(part));
        return out;
      }
      case 'variable':
        if (e.name.startsWith('$_')) return this.globals.get(e.name) ?? null;
        if (!this.#scope.has(e.name)) this.#warn(`Undefined variable ${e.name}`);
        return this.#scope.get(e.name) ?? null;
      case 'constant':
        return this.#constant(e.name, e.line);
      case 'classConstant':
        return { FETCH_ASSOC: 'names', FETCH_NUM: 'list' }[e.name] ?? e.name;
      case 'array': {
        const out = new Map<string, Value>();
        let next = 0;
        for (const { key, value } of e.items) {
          const at = key === undefined ? String(next) : show(yield* this.#value(key));
          if (/^\d+$/.test(at)) next = Math.max(next, Number(at) + 1);
          out.set(at, copied(yield* this.#value(value)));
        }
        return out;
      }
      case 'index': {
        const of = yield* this.#value(e.of);
        const key = e.key === undefined ? '' : show(yield* this.#value(e.key));
        if (of instanceof Map) {
          if (!of.has(key)) this.#warn(`Undefined array key ${/^\d+$/.test(key) ? key : `"${key}"`}`);
          return of.get(key) ?? null;
        }
        return typeof of === 'string' ? (of[Number(key)] ?? '') : null;
      }
      case 'property': {
        const of = yield* this.#value(e.of);
        return of instanceof PhpObject ? (of.fields.get(e.name) ?? null) : null;
      }
      case 'method': {
        const of = yield* this.#value(e.of);
        const args = yield* this.#args(e.args);
        if (of instanceof PhpObject) return yield* this.#placed(e.line, callMethod(of, e.name, args));
        throw this.#fatal(thrown('Error', `Call to a member function ${e.name}() on ${kindOf(of)}`), e.line);
      }
      case 'new':
        return yield* this.#placed(e.line, construct(this.#p, e.name, yield* this.#args(e.args)));
      case 'call':
        return yield* this.#placed(e.line, this.#call(e.name, yield* this.#args(e.args)));
      case 'unary':
        return yield* this.#unary(e.operator, e.of);
      case 'binary':
        return yield* this.#placed(e.line, this.#binary(e.operator, e.left, e.right));
      case 'ternary': {
        const test = yield* this.#value(e.test);
        if (e.yes === undefined) return truthy(test) ? test : yield* this.#value(e.no);
        return yield* this.#value(truthy(test) ? e.yes : e.no);
      }
      case 'assign': {
        if (e.operator === '??=') {
          const old = yield* this.#quiet(e.to);
          if (old !== null) return old;
        }
        const old = /^(=|\?\?=)$/.test(e.operator) ? null : yield* this.#value(e.to);
        const value = yield* this.#value(e.value);
        const next = /^(=|\?\?=)$/.test(e.operator)
          ? copied(value)
          : combine(e.operator[0] ?? '', old, value);
        yield* this.#assign(e.to, next);
        return next;
      }
      case 'step': {
        const old = number(yield* this.#value(e.to));
        yield* this.#assign(e.to, old + e.by);
        return e.before ? old + e.by : old;
      }
      case 'isset':
        for (const one of e.list) if ((yield* this.#quiet(one)) === null) return false;
        return true;
      case 'include':
        return yield* this.#include(show(yield* this.#value(e.path)), e);
      case 'exit': {
        const said = e.value === undefined ? null : yield* this.#value(e.value);
        if (typeof said === 'string') this.output += said;
        throw new PageExit();
      }
    }
  }

  *#args(list_: readonly Expr[]): Sys<Value[]> {
    const out: Value[] = [];
    for (const one of list_) out.push(yield* this.#value(one));
    return out;
  }

  /** The value without a warning where there is none. */
  *#quiet(e: Expr): Sys<Value> {
    const before = this.output;
    const value = yield* this.#value(e);
    // Only warnings may have been said by reading.
    if (e.kind === 'variable' || e.kind === 'index' || e.kind === 'property') this.output = before;
    return value;
  }

  #constant(name: string, line: number): Value {
    const lower = name.toLowerCase();
    if (lower === '__file__') return this.#path;
    if (lower === '__dir__') return dirName(this.#path);
    if (lower === '__line__') return line;
    const own = this.#constants.get(name);
    if (own !== undefined) return own;
    if (Object.hasOwn(CONSTANTS, lower)) return CONSTANTS[lower] ?? null;
    if (/^(MYSQLI_|PDO|E_)/.test(name)) return 0;
    throw this.#fatal(thrown('Error', `Undefined constant "${name}"`), line);
  }

  *#unary(operator: string, of: Expr): Sys<Value> {
    if (operator === '@') return yield* this.#quiet(of);
    const value = yield* this.#value(of);
    switch (operator) {
      case '!':
        return !truthy(value);
      case '-':
        return -number(value);
      case 'int':
      case 'integer':
        return Math.trunc(number(value));
      case 'string':
        return show(value);
      case 'bool':
      case 'boolean':
        return truthy(value);
      case 'array':
        return value instanceof Map ? value : list([value]);
      default:
        return number(value);
    }
  }

  *#binary(operator: string, left: Expr, right: Expr): Sys<Value> {
    if (operator === '??') {
      const value = yield* this.#quiet(left);
      return value ?? (yield* this.#value(right));
    }
    const a = yield* this.#value(left);
    if (/^(&&|and)$/.test(operator)) return truthy(a) && truthy(yield* this.#value(right));
    if (/^(\|\||or)$/.test(operator)) return truthy(a) || truthy(yield* this.#value(right));
    const b = yield* this.#value(right);
    if ((operator === '/' || operator === '%') && number(b) === 0)
      throw thrown('DivisionByZeroError', operator === '/' ? 'Division by zero' : 'Modulo by zero');
    return combine(operator, a, b);
  }

  *#assign(to: Expr, value: Value): Sys<void> {
    if (to.kind === 'variable') {
      this.#scope.set(to.name, value);
      return;
    }
    if (to.kind === 'property') {
      const of = yield* this.#value(to.of);
      if (of instanceof PhpObject) of.fields.set(to.name, value);
      return;
    }
    if (to.kind === 'array') {
      for (const [i, { key, value: into }] of to.items.entries()) {
        const at = key === undefined ? String(i) : show(yield* this.#value(key));
        yield* this.#assign(into, value instanceof Map ? (value.get(at) ?? null) : null);
      }
      return;
    }
    if (to.kind !== 'index') throw new NotSimulated('an assignment to that');
    const old = yield* this.#quiet(to.of);
    const array = old instanceof Map ? old : new Map<string, Value>();
    const next = 1 + Math.max(-1, ...[...array.keys()].filter((key) => /^\d+$/.test(key)).map(Number));
    array.set(to.key === undefined ? String(next) : show(yield* this.#value(to.key)), value);
    if (array !== old) yield* this.#assign(to.of, array);
  }

  // ---- calls ---------------------------------------------------------------------------------------------------

  /** Says where an exception came from, in case nobody catches it. */
  *#placed(line: number, body: Sys<Value>): Sys<Value> {
    try {
      return yield* body;
    } catch (error) {
      if (error instanceof PhpThrown && !error.object.fields.has('line')) throw this.#fatal(error, line);
      if (error instanceof Errno) return false;
      throw error;
    }
  }

  #fatal(error: PhpThrown, line: number): PhpThrown {
    error.object.fields.set('file', this.#path);
    error.object.fields.set('line', line);
    return error;
  }

  *#call(name: string, args: readonly Value[]): Sys<Value> {
    const own = this.#functions.get(name);
    if (own !== undefined) return yield* this.#callOwn(own, args);
    const [a = null, b = null] = args;
    switch (name) {
      case 'define':
        this.#constants.set(show(a), b);
        return true;
      case 'defined':
        return this.#constants.has(show(a));
      case 'function_exists':
        return this.#functions.has(show(a).toLowerCase());
      case 'phpinfo':
        this.output += phpInfo(this.#p);
        return true;
      case 'printf':
      case 'sprintf': {
        const made = yield* this.#formatted(args);
        if (name === 'sprintf') return made;
        this.output += made;
        return made.length;
      }
      case 'var_dump':
        for (const one of args) this.output += dumped(one);
        return null;
      case 'print_r':
        if (truthy(b)) return printed(a);
        this.output += printed(a);
        return true;
      case 'header':
        this.#header(show(a), args[2]);
        return null;
      case 'http_response_code':
        this.status = number(a);
        return true;
      case 'sleep':
        yield* this.#p.sleep(number(a) * 1000);
        return 0;
      case 'usleep':
        yield* this.#p.sleep(number(a) / 1000);
        return null;
      default:
        break;
    }
    const mysqli = /^mysqli_(\w+)$/.exec(name);
    if (mysqli !== null && name !== 'mysqli_report') {
      if (mysqli[1] === 'connect') return yield* construct(this.#p, 'mysqli', args);
      if (a instanceof PhpObject)
        return a.fields.get(mysqli[1] ?? '') ?? (yield* callMethod(a, mysqli[1] ?? '', args.slice(1)));
    }
    return builtin(this.#p, name, args, dirName(this.#path));
  }

  *#callOwn(own: PhpFunction, args: readonly Value[]): Sys<Value> {
    const outer = this.#scope;
    const scope: Scope = new Map();
    for (const [i, { name, otherwise }] of own.parameters.entries()) {
      const given = args[i];
      scope.set(
        name,
        given !== undefined ? copied(given) : otherwise === undefined ? null : yield* this.#value(otherwise),
      );
    }
    this.#scope = scope;
    try {
      const flow = yield* this.#block(own.body);
      return flow?.kind === 'return' ? flow.value : null;
    } finally {
      this.#scope = outer;
    }
  }

  *#formatted([format = '', ...args]: readonly Value[]): Sys<string> {
    const { formatOnce } = yield* this.#p.kernel.external(import('../printf.ts'));
    return formatOnce(show(format), args.map(show)).text;
  }

  #header(line: string, status: Value | undefined): void {
    const at = line.indexOf(':');
    const http = /^HTTP\/\S+ (\d{3})/.exec(line);
    if (http !== null) this.status = Number(http[1]);
    else if (at > 0) this.headers.push([line.slice(0, at), line.slice(at + 1).trim()]);
    if (status !== undefined) this.status = number(status);
    else if (/^location:/i.test(line) && this.status === 200) this.status = 302;
  }

  *#include(target: string, how: { once: boolean; required: boolean; line: number }): Sys<Value> {
    const full = this.#p.fs.resolve(target, dirName(this.#path)).absolute;
    if (how.once && this.#included.has(full)) return true;
    this.#included.add(full);
    if (full.endsWith('/wp-settings.php')) throw new LoadsWordPress(this.#constants);
    let source: string;
    try {
      source = text(
        this.#p.fs.read(full, '/', { uid: this.#p.uid, gid: this.#p.gid, groups: this.#p.groups }),
      );
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const word = how.required ? 'require' : 'include';
      this.#warn(`${word}(${target}): Failed to open stream: ${error.message}`);
      if (!how.required) return false;
      throw this.#fatal(
        thrown('Error', `Failed opening required '${target}' (include_path='.:/usr/share/php')`),
        how.line,
      );
    }
    const before = this.#path;
    this.#path = full;
    try {
      return yield* this.file(source);
    } finally {
      this.#path = before;
    }
  }
}

const copied = (value: Value): Value =>
  value instanceof Map
    ? new Map([...value].map(([key, inner]): [string, Value] => [key, copied(inner)]))
    : value;

function rowsOf(rows: Rows): Map<string, Value> {
  const { current } = rows;
  return list(current.rows.slice(current.at).map((row) => current.named(row)));
}

function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Map) return 'array';
  return typeof value === 'boolean' ? String(value) : typeof value === 'number' ? 'int' : 'string';
}
