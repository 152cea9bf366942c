/** A shell variable. `list` is set for indexed arrays, `map` for associative ones; else `value` counts. */
export interface Variable {
  value: string | undefined;
  list?: Map<number, string> | undefined;
  map?: Map<string, string> | undefined;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
  letters?: 'upper' | 'lower' | undefined;
  /** `declare -n`: the name it stands for is its value. */
  reference: boolean;
}

export const newVariable = (value?: string): Variable => ({
  value,
  exported: false,
  readonly: false,
  integer: false,
  reference: false,
});

const copyOf = (variable: Variable): Variable => ({
  ...variable,
  list: variable.list === undefined ? undefined : new Map(variable.list),
  map: variable.map === undefined ? undefined : new Map(variable.map),
});

/** The variables of a shell, with the values that functions have hidden by `local`. */
export class Variables {
  #all = new Map<string, Variable>();
  #frames: Map<string, Variable | undefined>[] = [];

  /** A copy for a subshell. */
  copy(): Variables {
    const out = new Variables();
    for (const [name, variable] of this.#all) out.#all.set(name, copyOf(variable));
    out.#frames = this.#frames.map(
      (frame) => new Map([...frame].map(([name, v]) => [name, v === undefined ? v : copyOf(v)])),
    );
    return out;
  }

  /** Follows `declare -n`. */
  resolve(name: string): string {
    let at = name;
    for (let i = 0; i < 10; i++) {
      const variable = this.#all.get(at);
      if (variable?.reference !== true || variable.value === undefined || variable.value === '') return at;
      at = variable.value;
    }
    return at;
  }

  get(name: string): Variable | undefined {
    return this.#all.get(this.resolve(name));
  }

  /** The variable itself, not what it refers to. */
  own(name: string): Variable | undefined {
    return this.#all.get(name);
  }

  /** The variable, made if it is not there. */
  make(name: string): Variable {
    const target = this.resolve(name);
    let variable = this.#all.get(target);
    if (variable === undefined) {
      variable = newVariable();
      this.#all.set(target, variable);
    }
    return variable;
  }

  put(name: string, variable: Variable): void {
    this.#all.set(name, variable);
  }

  delete(name: string): void {
    this.#all.delete(name);
  }

  /** Names in alphabetical order. */
  names(): string[] {
    return [...this.#all.keys()].sort();
  }

  /** Text of a scalar, or of an array's element 0. */
  text(name: string): string | undefined {
    const variable = this.get(name);
    if (variable === undefined) return undefined;
    if (variable.list !== undefined) return variable.list.get(0);
    if (variable.map !== undefined) return variable.map.get('0');
    return variable.value;
  }

  /** Elements in order, as `${name[@]}` gives them. */
  elements(name: string): [string, string][] {
    const variable = this.get(name);
    if (variable === undefined) return [];
    if (variable.list !== undefined)
      return [...variable.list].sort(([a], [b]) => a - b).map(([i, v]) => [String(i), v]);
    if (variable.map !== undefined) return [...variable.map];
    return variable.value === undefined ? [] : [['0', variable.value]];
  }

  /** What a child process gets. */
  environment(): Map<string, string> {
    const out = new Map<string, string>();
    for (const [name, variable] of this.#all) {
      if (!variable.exported) continue;
      const value = this.text(name);
      if (value !== undefined) out.set(name, value);
    }
    return out;
  }

  pushFrame(): void {
    this.#frames.push(new Map());
  }

  popFrame(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    for (const [name, variable] of frame) {
      if (variable === undefined) this.#all.delete(name);
      else this.#all.set(name, variable);
    }
  }

  get inFunction(): boolean {
    return this.#frames.length > 0;
  }

  /** Makes a variable of the running function; what it hides comes back when the function ends. */
  local(name: string): Variable {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return this.make(name);
    if (frame.has(name)) return this.make(name);
    const hidden = this.#all.get(name);
    frame.set(name, hidden);
    const made = newVariable();
    if (hidden?.exported === true) made.exported = true;
    this.#all.set(name, made);
    return made;
  }
}
