import { text, utf8 } from '../../kernel/bytes.ts';
import { Errno } from '../../kernel/errno.ts';
import { spawnChild, which } from '../../kernel/exec.ts';
import type { Process } from '../../kernel/process.ts';
import { type Sys, TURN } from '../../kernel/wait.ts';
import { parseOptions } from '../tool/options.ts';
import { credentials, reason } from '../tool/tool.ts';
import { releaseFact } from './package-suites.ts';
import { formatOnce } from './printf.ts';

/** What a compiled file begins with; the rest is its source. */
const MAGIC = '\x7fELF\x02\x01\x01\0muelle-c\0';

/** gcc(1), cc: compiles the small C programs of exercises to a file that runs them. */
export function* gcc(p: Process): Sys<number> {
  const o = parseOptions(
    p,
    { short: 'o:cvWI:L:l:O::g::D:s:S', long: { version: 'version', static: 'static', std: 'std:' } },
    p.argv
      .slice(1)
      .map((arg) => (arg === '-static' ? '--static' : arg))
      .map((arg) => (/^-(Wall|Wextra|Werror|pedantic|std=.*|pthread|no-pie)$/.test(arg) ? '-W' : arg)),
  );
  const version = compilerVersion(p);
  if (o.has('version')) {
    yield* p.print(
      `gcc (${releaseFact(p, 'ID') === 'ubuntu' ? 'Ubuntu' : 'Debian'} ${version}) ${version}\nThis is free software; see the source for copying conditions.  There is NO\nwarranty; not even for MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.\n`,
    );
    return 0;
  }
  const sources = o.args.filter((arg) => !arg.endsWith('.o'));
  const [source] = sources;
  if (source === undefined) {
    yield* p.error('gcc: fatal error: no input files\ncompilation terminated.\n');
    return 1;
  }
  let program: string;
  try {
    program = text(p.fs.read(source, p.cwd, credentials(p)));
  } catch (error) {
    yield* p.error(`cc1: fatal error: ${source}: ${reason(error)}\ncompilation terminated.\n`);
    return 1;
  }
  yield* p.sleep(250);
  const strict = Number.parseInt(version, 10) >= 14;
  const undeclared = implicit(source, program, strict);
  yield* p.error(undeclared);
  if (strict && undeclared !== '') return 1;
  try {
    new Machine(program).check();
  } catch (error) {
    if (!(error instanceof CProblem)) throw error;
    yield* p.error(`${source}: In function 'main':\n${source}:${error.line}: ${error.message}\n`);
    return 1;
  }
  const target = o.get('o') ?? 'a.out';
  const loader = LOADERS.find((path) => p.fs.exists(path));
  const node = {
    kind: 'file' as const,
    data: executable(program, o.has('static')),
    program: o.has('static') || loader === undefined ? 'c-program' : `c-program@${loader}`,
    mode: 0o777 & ~p.umask,
    uid: p.uid,
    gid: p.gid,
    mtime: p.kernel.clock.now,
  };
  try {
    p.fs.write(target, '', p.cwd, credentials(p), 0o755);
    p.fs.place(target, node, p.cwd, credentials(p));
  } catch (error) {
    yield* p.error(
      `/usr/bin/ld: cannot open output file ${target}: ${reason(error)}\ncollect2: error: ld returned 1 exit status\n`,
    );
    return 1;
  }
  return 0;
}

/** Where a C library may be: what was linked with it does not start without. */
const LOADERS = ['/usr/lib/x86_64-linux-gnu/libc.so.6', '/lib/ld-musl-x86_64.so.1'];

/** The compiled file: the source, and nothing else up to the size that such a program has. */
function executable(program: string, linkedStatically: boolean): Uint8Array {
  const code = utf8(MAGIC + program);
  const out = new Uint8Array(Math.max(code.length, linkedStatically ? 785_000 : 15_960));
  out.set(code);
  return out;
}

/** The version of the release's compiler. */
function compilerVersion(p: Process): string {
  const suite = releaseFact(p, 'VERSION_CODENAME') ?? '';
  return { bookworm: '12.2.0', trixie: '14.2.0', noble: '13.3.0', jammy: '11.4.0' }[suite] ?? '12.2.0';
}

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'stdio.h': ['printf', 'puts', 'putchar', 'fflush'],
  'stdlib.h': ['exit'],
  'unistd.h': ['sleep', 'usleep', 'getpid'],
};

/** What gcc says of functions whose header is not included: a warning until GCC 13, an error since GCC 14. */
function implicit(file: string, program: string, strict: boolean): string {
  const lines = program.split('\n');
  const seen = new Set<string>();
  let out = '';
  for (const [header, names] of Object.entries(HEADERS)) {
    if (new RegExp(`^\\s*#\\s*include\\s*[<"]${header}[>"]`, 'm').test(program)) continue;
    for (const [i, line] of lines.entries())
      for (const name of names) {
        const at = new RegExp(`\\b${name}\\s*\\(`).exec(line)?.index;
        if (at === undefined || seen.has(name)) continue;
        seen.add(name);
        out += `${file}:${i + 1}:${at + 1}: ${strict ? 'error' : 'warning'}: implicit declaration of function '${name}' [-Wimplicit-function-declaration]\n${String(i + 1).padStart(5)} | ${line}\n      | ${' '.repeat(at)}${'^'.padEnd(name.length, '~')}\n${file}:1:1: note: include '<${header}>' or provide a declaration of '${name}'\n  +++ |+#include <${header}>\n    1 | ${lines[0] ?? ''}\n`;
      }
  }
  return out === '' ? '' : `${file}: In function 'main':\n${out}`;
}

/** A compiled program: finds its own file, and runs what is in it. */
export function* cProgram(p: Process): Sys<number> {
  const context = { kernel: p.kernel, fs: p.fs, uid: p.uid, gid: p.gid, groups: p.groups, cwd: p.cwd };
  const path = which(context, p.argv[0] ?? '', p.env.get('PATH'));
  const source = text(p.fs.read(path, p.cwd)).slice(MAGIC.length).replace(/\0+$/, '');
  return yield* new Machine(source).run(p);
}

class CProblem extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

type CToken = { readonly text: string; readonly line: number };

class Returned extends Error {
  readonly code: number;
  constructor(code: number) {
    super('');
    this.code = code;
  }
}

/** Runs `main` of a C program made of int variables, if, for, while, printf, puts, sleep. */
class Machine {
  readonly #tokens: readonly CToken[];
  readonly #variables = new Map<string, number>();
  #at = 0;
  #p: Process | undefined;

  constructor(source: string) {
    const tokens: CToken[] = [];
    let line = 1;
    const pattern =
      /\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)'|\d+|\w+|\+\+|--|[-+*/%<>=!&|]=|&&|\|\||\n|\s+|./g;
    for (const match of source.matchAll(pattern)) {
      const [word] = match;
      if (!/^(\s|#|\/\/|\/\*)/.test(word)) tokens.push({ text: word, line });
      line += word.split('\n').length - 1;
    }
    this.#tokens = tokens;
  }

  #find(): void {
    const at = this.#tokens.findIndex(
      (token, i) => token.text === 'main' && this.#tokens[i + 1]?.text === '(',
    );
    if (at < 0) throw new CProblem("(.text+0x17): undefined reference to `main'", 1);
    this.#at = at;
    while (this.#peek() !== '{' && this.#peek() !== '') this.#at++;
  }

  /** Reads the whole program without doing anything. */
  check(): void {
    this.#find();
    const walk = this.#block(false);
    for (let step = walk.next(); step.done !== true; step = walk.next());
  }

  *run(p: Process): Sys<number> {
    this.#p = p;
    this.#find();
    try {
      yield* this.#block(true);
    } catch (error) {
      if (error instanceof Returned) return error.code & 255;
      throw error;
    }
    return 0;
  }

  #peek(): string {
    return this.#tokens[this.#at]?.text ?? '';
  }

  #take(): string {
    return this.#tokens[this.#at++]?.text ?? '';
  }

  #expect(text: string): void {
    const before = this.#tokens[this.#at - 1];
    if (this.#take() !== text)
      throw new CProblem(
        `error: expected '${text}' before '${this.#tokens[this.#at - 1]?.text ?? 'end of file'}' token`,
        before?.line ?? 1,
      );
  }

  *#block(active: boolean): Sys<void> {
    if (this.#peek() !== '{') return yield* this.#statement(active);
    this.#take();
    while (this.#peek() !== '}') {
      if (this.#peek() === '')
        throw new CProblem(
          'error: expected declaration or statement at end of input',
          this.#tokens.at(-1)?.line ?? 1,
        );
      yield* this.#statement(active);
    }
    this.#take();
  }

  *#statement(active: boolean): Sys<void> {
    const word = this.#peek();
    if (word === ';') {
      this.#take();
      return;
    }
    if (word === '{') return yield* this.#block(active);
    if (word === 'return') {
      this.#take();
      const value = this.#peek() === ';' ? 0 : yield* this.#expression(active);
      this.#expect(';');
      if (active) throw new Returned(value);
      return;
    }
    if (/^(int|long|unsigned|char|short|const)$/.test(word)) {
      while (/^(int|long|unsigned|char|short|const)$/.test(this.#peek())) this.#take();
      do {
        const name = this.#take();
        if (this.#peek() === '=') {
          this.#take();
          const value = yield* this.#expression(active);
          if (active) this.#variables.set(name, value);
        } else this.#variables.set(name, 0);
        if (!this.#variables.has(name)) this.#variables.set(name, 0);
      } while (this.#peek() === ',' && this.#take() !== '');
      this.#expect(';');
      return;
    }
    if (word === 'if') {
      this.#take();
      this.#expect('(');
      const test = (yield* this.#expression(active)) !== 0;
      this.#expect(')');
      yield* this.#block(active && test);
      if (this.#peek() === 'else') {
        this.#take();
        yield* this.#block(active && !test);
      }
      return;
    }
    if (word === 'while' || word === 'for') return yield* this.#loop(word, active);
    yield* this.#expression(active);
    this.#expect(';');
  }

  *#loop(word: string, active: boolean): Sys<void> {
    this.#take();
    this.#expect('(');
    if (word === 'for') yield* this.#statement(active);
    const condition = this.#at;
    for (;;) {
      this.#at = condition;
      const empty = this.#peek() === ';' || this.#peek() === ')';
      const test = empty || (yield* this.#expression(active)) !== 0;
      let step = -1;
      if (word === 'for') {
        this.#expect(';');
        step = this.#at;
        if (this.#peek() !== ')') yield* this.#expression(false);
      }
      this.#expect(')');
      yield* this.#block(active && test);
      if (!active || !test) return;
      const end = this.#at;
      if (step >= 0) {
        this.#at = step;
        if (this.#peek() !== ')') yield* this.#expression(true);
      }
      this.#at = end;
      yield TURN;
    }
  }

  *#expression(active: boolean): Sys<number> {
    const name = this.#peek();
    const operator = this.#tokens[this.#at + 1]?.text ?? '';
    if (/^[A-Za-z_]\w*$/.test(name) && /^([-+*/%]?=)$/.test(operator)) {
      this.#at += 2;
      const value = yield* this.#expression(active);
      const old = this.#variables.get(name) ?? 0;
      const next = operator === '=' ? value : arithmetic(operator[0] ?? '+', old, value);
      if (active) this.#variables.set(name, next);
      return next;
    }
    return yield* this.#binary(0, active);
  }

  *#binary(level: number, active: boolean): Sys<number> {
    const levels: readonly RegExp[] = [/^\|\|$/, /^&&$/, /^(==|!=)$/, /^(<|>|<=|>=)$/, /^[-+]$/, /^[*/%]$/];
    const pattern = levels[level];
    if (pattern === undefined) return yield* this.#unary(active);
    let left = yield* this.#binary(level + 1, active);
    while (pattern.test(this.#peek())) {
      const operator = this.#take();
      left = arithmetic(operator, left, yield* this.#binary(level + 1, active));
    }
    return left;
  }

  *#unary(active: boolean): Sys<number> {
    const token = this.#tokens[this.#at];
    const word = this.#take();
    if (word === '-') return -(yield* this.#unary(active));
    if (word === '!') return (yield* this.#unary(active)) === 0 ? 1 : 0;
    if (word === '(') {
      const value = yield* this.#expression(active);
      this.#expect(')');
      return value;
    }
    if (/^\d+$/.test(word)) return Number(word);
    if (word === '++' || word === '--') {
      const name = this.#take();
      const value = (this.#variables.get(name) ?? 0) + (word === '++' ? 1 : -1);
      if (active) this.#variables.set(name, value);
      return value;
    }
    if (/^[A-Za-z_]/.test(word)) {
      if (this.#peek() === '(') return yield* this.#call(word, token?.line ?? 1, active);
      const value = this.#variables.get(word);
      if (value === undefined)
        throw new CProblem(`error: '${word}' undeclared (first use in this function)`, token?.line ?? 1);
      if (this.#peek() === '++' || this.#peek() === '--') {
        const change = this.#take() === '++' ? 1 : -1;
        if (active) this.#variables.set(word, value + change);
      }
      return value;
    }
    throw new CProblem(`error: expected expression before '${word}' token`, token?.line ?? 1);
  }

  *#call(name: string, line: number, active: boolean): Sys<number> {
    this.#expect('(');
    const args: (string | number)[] = [];
    while (this.#peek() !== ')') {
      if (this.#peek() === '') throw new CProblem("error: expected ')' at end of input", line);
      if (this.#peek().startsWith('"')) {
        let literal = '';
        while (this.#peek().startsWith('"')) literal += this.#take().slice(1, -1);
        args.push(literal);
      } else args.push(yield* this.#expression(active));
      if (this.#peek() === ',') this.#take();
    }
    this.#expect(')');
    if (!/^(printf|puts|putchar|sleep|usleep|fflush|exit|getpid)$/.test(name))
      throw new CProblem(`muelle: the function ${name} is not simulated here`, line);
    const p = this.#p;
    if (!active || p === undefined) return 0;
    const [first = '', ...rest] = args;
    if (name === 'printf') yield* p.print(formatOnce(String(first), rest.map(String)).text);
    else if (name === 'puts') yield* p.print(`${formatOnce('%b', [String(first)]).text}\n`);
    else if (name === 'putchar') yield* p.print(String.fromCharCode(Number(first)));
    else if (name === 'sleep') yield* p.sleep(Number(first) * 1000);
    else if (name === 'usleep') yield* p.sleep(Number(first) / 1000);
    else if (name === 'exit') throw new Returned(Number(first));
    else if (name === 'getpid') return p.pid;
    return 0;
  }
}

function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return Math.trunc(a / b);
    case '%':
      return a % b;
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '&&':
      return Number(a !== 0 && b !== 0);
    default:
      return Number(a !== 0 || b !== 0);
  }
}

/** make(1): the rules of a Makefile, and the implicit one that compiles `x.c` to `x`. */
export function* make(p: Process): Sys<number> {
  const o = parseOptions(p, { short: 'C:f:j::sBnk', long: { directory: 'C:', file: 'f:', silent: 's' } });
  const cwd = o.get('C') === undefined ? p.cwd : p.fs.resolve(o.get('C') ?? '.', p.cwd).absolute;
  const file = o.get('f') ?? ['GNUmakefile', 'makefile', 'Makefile'].find((name) => p.fs.exists(name, cwd));
  const rules = new Map<string, { needs: string[]; commands: string[] }>();
  const variables = new Map<string, string>([
    ['CC', 'cc'],
    ['CFLAGS', ''],
    ['RM', 'rm -f'],
  ]);
  const order: string[] = [];
  if (file !== undefined && p.fs.exists(file, cwd)) {
    let current: { needs: string[]; commands: string[] } | undefined;
    for (const line of text(p.fs.read(file, cwd)).replace(/\\\n/g, ' ').split('\n')) {
      if (line.startsWith('\t')) {
        current?.commands.push(line.slice(1));
        continue;
      }
      const assignment = /^(\w+)\s*[:?+]?=\s*(.*)$/.exec(line);
      const rule = /^([^:#=\s][^:#=]*):(?!=)\s*(.*)$/.exec(line);
      if (assignment !== null) variables.set(assignment[1] ?? '', assignment[2] ?? '');
      else if (rule !== null) {
        current = { needs: (rule[2] ?? '').split(/\s+/).filter((n) => n !== ''), commands: [] };
        for (const target of (rule[1] ?? '').trim().split(/\s+/)) {
          rules.set(target, current);
          if (!target.startsWith('.')) order.push(target);
        }
      }
    }
  }
  const goals = o.args.length > 0 ? o.args : order.slice(0, 1);
  if (goals.length === 0) {
    yield* p.error('make: *** No targets specified and no makefile found.  Stop.\n');
    return 2;
  }
  const expand = (command: string, target: string, needs: readonly string[]): string =>
    command
      .replace(/\$[({](\w+)[)}]/g, (_w, name: string) => variables.get(name) ?? '')
      .replaceAll('$@', target)
      .replaceAll('$<', needs[0] ?? '')
      .replaceAll('$^', needs.join(' '))
      .replaceAll('$$', '$');
  const run = function* (command: string): Sys<number> {
    const quiet = command.startsWith('@') || o.has('s');
    const line = command.replace(/^[@-]+/, '');
    if (!quiet) yield* p.print(`${line}\n`);
    const child = yield* spawnChild(p, ['/bin/sh', '-c', line], { cwd });
    const { code } = yield* child.wait();
    return command.startsWith('-') ? 0 : code;
  };
  const age = (name: string): number => (p.fs.exists(name, cwd) ? p.fs.stat(name, cwd).mtime : -1);
  let did = false;
  const build = function* (target: string): Sys<boolean> {
    const rule = rules.get(target);
    if (rule === undefined) {
      if (p.fs.exists(`${target}.c`, cwd)) {
        if (age(target) >= age(`${target}.c`)) return true;
        did = true;
        return (
          (yield* run(
            `${variables.get('CC')} ${variables.get('CFLAGS') ?? ''}   ${target}.c   -o ${target}`,
          )) === 0 || (yield* failed(target, 1))
        );
      }
      if (p.fs.exists(target, cwd)) return true;
      yield* p.error(`make: *** No rule to make target '${target}'.  Stop.\n`);
      return false;
    }
    for (const need of rule.needs) if (!(yield* build(need))) return false;
    if (
      p.fs.exists(target, cwd) &&
      rule.needs.every((need) => age(need) <= age(target)) &&
      rules.get('.PHONY')?.needs.includes(target) !== true
    )
      return true;
    for (const command of rule.commands) {
      did = true;
      const code = yield* run(expand(command, target, rule.needs));
      if (code !== 0) return yield* failed(target, code);
    }
    return true;
  };
  const failed = function* (target: string, code: number): Sys<boolean> {
    yield* p.error(`make: *** [${file ?? '<builtin>'}: ${target}] Error ${code}\n`);
    return false;
  };
  try {
    for (const goal of goals) {
      did = false;
      if (!(yield* build(goal))) return 2;
      if (!did) yield* p.print(`make: '${goal}' is up to date.\n`);
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* p.error(`make: ${error.message}\n`);
    return 2;
  }
  return 0;
}
