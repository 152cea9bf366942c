import type { Shell } from './shell.ts';
import { type Variable, Variables } from './variables.ts';

export const BASH_VERSION = '5.2.15(1)-release';

/** Variables that are computed when they are read. */
const DYNAMIC: Readonly<Record<string, (shell: Shell) => string | undefined>> = {
  RANDOM: (shell) => (shell.dialect.name === 'dash' ? undefined : String(shell.p.kernel.random.below(32768))),
  SRANDOM: (shell) => (shell.dialect.extended ? String(shell.p.kernel.random.uint32()) : undefined),
  SECONDS: (shell) => (shell.dialect.extended ? String(shell.parameters.seconds()) : undefined),
  LINENO: (shell) => String(shell.line),
  EPOCHSECONDS: (shell) =>
    shell.dialect.name === 'dash' ? undefined : String(Math.floor(shell.p.kernel.clock.now / 1000)),
  EPOCHREALTIME: (shell) =>
    shell.dialect.name === 'dash' ? undefined : (shell.p.kernel.clock.now / 1000).toFixed(6),
  BASHPID: (shell) => (shell.dialect.extended ? String(shell.p.pid) : undefined),
  BASH_SUBSHELL: (shell) => (shell.dialect.extended ? (shell.subshell ? '1' : '0') : undefined),
  FUNCNAME: (shell) => (shell.dialect.name === 'dash' ? undefined : shell.functionNames.at(-1)),
  PIPESTATUS: (shell) => (shell.dialect.extended ? String(shell.pipeStatus[0] ?? 0) : undefined),
  SHELLOPTS: (shell) => (shell.dialect.extended ? [...shell.options].sort().join(':') : undefined),
};

/** Positional, special and named parameters: everything that `$…` may name. */
export class Parameters {
  variables = new Variables();
  positional: readonly string[] = [];
  /** `$$`: a subshell keeps its parent's. */
  pid = 0;
  ppid = 0;
  #startedAt = 0;
  #assignedSeconds = 0;
  /** Assigning RANDOM and its like makes some ordinary. */
  readonly #unset = new Set<string>();
  #shell: Shell | undefined;

  attach(shell: Shell): void {
    this.#shell = shell;
  }

  /** Begins counting SECONDS. */
  start(now: number): void {
    this.#startedAt = now;
  }

  seconds(): number {
    const now = this.#shell?.p.kernel.clock.now ?? 0;
    return this.#assignedSeconds + Math.floor((now - this.#startedAt) / 1000);
  }

  /** For a subshell. */
  copy(): Parameters {
    const out = new Parameters();
    out.variables = this.variables.copy();
    out.positional = [...this.positional];
    out.pid = this.pid;
    out.ppid = this.ppid;
    out.#startedAt = this.#startedAt;
    out.#assignedSeconds = this.#assignedSeconds;
    for (const name of this.#unset) out.#unset.add(name);
    return out;
  }

  /** Value of a parameter without an index; undefined if it is not set. */
  text(name: string): string | undefined {
    const shell = this.#shell;
    if (shell === undefined) return undefined;
    if (/^[A-Za-z_]/.test(name) && name !== '_') {
      const dynamic = this.#unset.has(name) ? undefined : DYNAMIC[name]?.(shell);
      return dynamic ?? this.variables.text(name);
    }
    if (/^\d+$/.test(name)) return Number(name) === 0 ? shell.arg0 : this.positional[Number(name) - 1];
    switch (name) {
      case '?':
        return String(shell.status);
      case '$':
        return String(this.pid);
      case '!':
        return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
      case '#':
        return String(this.positional.length);
      case '-':
        return this.flags(shell);
      case '_':
        return shell.lastArgument;
      case '@':
      case '*':
        return this.positional.length === 0 ? undefined : this.positional.join(' ');
      default:
        return undefined;
    }
  }

  /** `$-` */
  flags(shell: Shell): string {
    const letters: [string, string][] =
      shell.dialect.name === 'bash'
        ? [
            ['e', 'errexit'],
            ['f', 'noglob'],
            ['h', 'hashall'],
            ['u', 'nounset'],
            ['v', 'verbose'],
            ['x', 'xtrace'],
            ['m', 'monitor'],
            ['B', 'braceexpand'],
            ['C', 'noclobber'],
            ['E', 'errtrace'],
            ['H', 'histexpand'],
            ['T', 'functrace'],
            ['a', 'allexport'],
            ['n', 'noexec'],
          ]
        : [
            ['e', 'errexit'],
            ['f', 'noglob'],
            ['m', 'monitor'],
            ['n', 'noexec'],
            ['u', 'nounset'],
            ['v', 'verbose'],
            ['x', 'xtrace'],
            ['C', 'noclobber'],
            ['a', 'allexport'],
          ];
    const on = letters.filter(([, option]) => shell.option(option)).map(([letter]) => letter);
    if (shell.dialect.name === 'bash') {
      const i = shell.interactive ? 'i' : '';
      return `${on.filter((l) => !'BHCET'.includes(l)).join('')}${i}${on.filter((l) => 'BHCET'.includes(l)).join('')}${shell.command ? 'c' : shell.interactive || shell.script !== undefined ? '' : 's'}`;
    }
    return `${on.join('')}${shell.interactive ? 'i' : ''}${shell.command && shell.dialect.name === 'ash' ? 'c' : ''}`;
  }

  /** All elements of `name[@]`, or the positional parameters for `@` and `*`. */
  elements(name: string): string[] {
    if (name === '@' || name === '*') return [...this.positional];
    if (name === 'PIPESTATUS' && this.#shell !== undefined) return this.#shell.pipeStatus.map(String);
    if (name === 'FUNCNAME' && this.#shell !== undefined) return [...this.#shell.functionNames].reverse();
    if (name === 'DIRSTACK' && this.#shell !== undefined)
      return [this.#shell.p.cwd, ...this.#shell.directories];
    const found = this.variables.elements(name);
    if (found.length > 0) return found.map(([, value]) => value);
    const text =
      this.variables.get(name)?.list === undefined && this.variables.get(name)?.map === undefined
        ? this.text(name)
        : undefined;
    return text === undefined ? [] : [text];
  }

  /** Value of `name[index]`. A negative index counts from the end. */
  element(name: string, index: string): string | undefined {
    if (name === 'PIPESTATUS' || name === 'FUNCNAME' || name === 'DIRSTACK')
      return this.elements(name)[Number(index)];
    const variable = this.variables.get(name);
    if (variable?.map !== undefined) return variable.map.get(index);
    if (variable?.list !== undefined) {
      const n = Number(index);
      const last = Math.max(-1, ...variable.list.keys());
      return variable.list.get(n < 0 ? last + 1 + n : n);
    }
    return Number(index) === 0 || Number(index) === -1 ? this.text(name) : undefined;
  }

  /** Stores a value as the variable's attributes want it. The caller has checked `readonly`. */
  assign(name: string, value: string, index?: string): void {
    const shell = this.#shell;
    if (name === 'SECONDS' && shell !== undefined) {
      this.#assignedSeconds = Number(value) || 0;
      this.#startedAt = shell.p.kernel.clock.now;
    }
    const variable = this.variables.make(name);
    const text = cased(variable, value);
    if (variable.map !== undefined) variable.map.set(index ?? '0', text);
    else if (index !== undefined || variable.list !== undefined) {
      variable.list ??= new Map(variable.value === undefined ? [] : [[0, variable.value]]);
      variable.value = undefined;
      const n = Number(index ?? 0);
      const last = Math.max(-1, ...variable.list.keys());
      variable.list.set(n < 0 ? last + 1 + n : n, text);
    } else variable.value = text;
    if (shell?.option('allexport') === true) variable.exported = true;
    if (name === 'PATH') shell?.hashed.clear();
  }

  unset(name: string): void {
    if (name in DYNAMIC) this.#unset.add(name);
    this.variables.delete(this.variables.resolve(name));
    if (name === 'PATH') this.#shell?.hashed.clear();
  }
}

function cased(variable: Variable, value: string): string {
  if (variable.letters === 'upper') return value.toUpperCase();
  if (variable.letters === 'lower') return value.toLowerCase();
  return value;
}
