import { text } from '../../docker/kernel/bytes.ts';
import { Errno } from '../../docker/kernel/errno.ts';
import type { Process } from '../../docker/kernel/process.ts';
import { type Sys, TURN } from '../../docker/kernel/wait.ts';
import type { Address, ReplacementPart, SedCommand, Substitution } from './script.ts';

/** Where lines come from; `open` marks a last line without a newline. */
export interface LineSource {
  next(): Sys<{ line: string; open: boolean } | undefined>;
}

type Print = (out: string) => Sys<void>;

/** sed's machine: pattern space, hold space, and the script run on every line. */
export class Editor {
  readonly #p: Process;
  readonly #commands: readonly SedCommand[];
  readonly #quiet: boolean;
  #hold = '';
  #number = 0;
  /** Ranges that are open, with the line they end at if that is known. */
  readonly #ranges = new Map<SedCommand, number | undefined>();
  readonly #written = new Set<string>();
  #lastRegex: RegExp | undefined;

  constructor(p: Process, commands: readonly SedCommand[], quiet: boolean) {
    this.#p = p;
    this.#commands = commands;
    this.#quiet = quiet;
  }

  /** Edits what the source gives; returns an exit code if `q` ended it. */
  *run(source: LineSource, print: Print): Sys<number | undefined> {
    this.#number = 0;
    this.#ranges.clear();
    const run = new Run(source, print);
    for (;;) {
      yield TURN;
      if (!run.keep && !(yield* this.#advance(run, ''))) return undefined;
      run.keep = false;
      const end = yield* this.#cycle(run);
      if (end !== undefined) return end;
    }
  }

  /** The script once. Returns the exit code of `q`. */
  *#cycle(run: Run): Sys<number | undefined> {
    run.replaced = false;
    let end: number | undefined;
    let printed = !this.#quiet;
    let at = 0;
    for (; at < this.#commands.length; at++) {
      const command = this.#commands[at];
      if (command === undefined) break;
      if (!(yield* this.#selects(command, run))) {
        if (command.name === '{') at = command.end - 1;
        continue;
      }
      const next = yield* this.#execute(command, run);
      if (next === undefined) continue;
      if (typeof next === 'number') {
        at = next - 1;
        continue;
      }
      if (next.quit !== undefined) end = next.quit;
      if (!next.print) printed = false;
      break;
    }
    if (printed) yield* run.emit(run.space);
    for (const piece of run.after.splice(0)) yield* run.print(piece);
    return end;
  }

  /** Undefined: go on; a number: go on there; else the cycle ends. */
  *#execute(command: SedCommand, run: Run): Sys<undefined | number | { print: boolean; quit?: number }> {
    switch (command.name) {
      case 's':
        return yield* this.#substitute(command, run);
      case 'p':
        yield* run.emit(run.space);
        return undefined;
      case 'P':
        yield* run.print(`${run.space.split('\n')[0] ?? ''}\n`);
        return undefined;
      case 'd':
        return { print: false };
      case 'D': {
        const newline = run.space.indexOf('\n');
        if (newline >= 0) {
          run.space = run.space.slice(newline + 1);
          run.keep = true;
        }
        return { print: false };
      }
      case 'n':
        if (!this.#quiet) yield* run.emit(run.space);
        return (yield* this.#advance(run, '')) ? undefined : { print: false, quit: 0 };
      case 'N':
        return (yield* this.#advance(run, `${run.space}\n`)) ? undefined : { print: true, quit: 0 };
      case 'h':
        this.#hold = run.space;
        return undefined;
      case 'H':
        this.#hold += `\n${run.space}`;
        return undefined;
      case 'g':
        run.space = this.#hold;
        return undefined;
      case 'G':
        run.space += `\n${this.#hold}`;
        return undefined;
      case 'x':
        [run.space, this.#hold] = [this.#hold, run.space];
        return undefined;
      case '=':
        yield* run.print(`${this.#number}\n`);
        return undefined;
      case 'z':
        run.space = '';
        return undefined;
      case 'l':
        yield* run.print(`${visible(run.space)}$\n`);
        return undefined;
      case 'q':
        return { print: true, quit: command.number ?? 0 };
      case 'Q':
        return { print: false, quit: command.number ?? 0 };
      case 'i':
        yield* run.print(command.text);
        return undefined;
      case 'a':
        run.after.push(command.text);
        return undefined;
      case 'c':
        // A range is replaced as a whole, at its end.
        if (command.to === undefined || command.negated || !this.#ranges.has(command))
          yield* run.print(command.text);
        return { print: false };
      case 'r':
        run.after.push(this.#read(command.text));
        return undefined;
      case 'w':
        this.#write(command.text, `${run.space}\n`);
        return undefined;
      case 'y':
        run.space = Array.from(run.space, (c) => command.table?.get(c) ?? c).join('');
        return undefined;
      case 'b':
        return this.#label(command);
      case 't': {
        const { replaced } = run;
        run.replaced = false;
        return replaced ? this.#label(command) : undefined;
      }
      case 'T': {
        const { replaced } = run;
        run.replaced = false;
        return replaced ? undefined : this.#label(command);
      }
      default:
        return undefined;
    }
  }

  /** Takes the next line behind `before`; false if there is none. */
  *#advance(run: Run, before: string): Sys<boolean> {
    const next = yield* run.take();
    if (next === undefined) return false;
    run.space = before + next.line;
    run.open = next.open;
    this.#number++;
    return true;
  }

  #label(command: SedCommand): number {
    if (command.text === '') return this.#commands.length;
    const at = this.#commands.findIndex((other) => other.name === ':' && other.text === command.text);
    return at < 0 ? this.#commands.length : at;
  }

  // ---- addresses -------------------------------------------------------------------------------------------------

  *#selects(command: SedCommand, run: Run): Sys<boolean> {
    return (yield* this.#inRange(command, run)) !== command.negated;
  }

  *#inRange(command: SedCommand, run: Run): Sys<boolean> {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return yield* this.#matches(from, run);
    if (this.#ranges.has(command)) {
      const end = this.#ranges.get(command);
      if (end !== undefined ? this.#number >= end : yield* this.#matches(to, run))
        this.#ranges.delete(command);
      return end === undefined || this.#number <= end;
    }
    const zero = from.kind === 'line' && from.line === 0;
    if (zero && this.#number === 1 && to.kind === 'regex') {
      if (!(yield* this.#matches(to, run))) this.#ranges.set(command, undefined);
      return true;
    }
    if (!(yield* this.#matches(from, run))) return false;
    const end = this.#endOf(to);
    if (end === undefined || end > this.#number) this.#ranges.set(command, end);
    return true;
  }

  /** The line a range ends at, as far as it is known at its beginning. */
  #endOf(to: Address): number | undefined {
    if (to.kind === 'line') return to.line;
    if (to.kind === 'plus') return this.#number + to.count;
    if (to.kind === 'multiple') return to.of === 0 ? this.#number : Math.ceil(this.#number / to.of) * to.of;
    return undefined;
  }

  *#matches(address: Address, run: Run): Sys<boolean> {
    switch (address.kind) {
      case 'line':
        return this.#number === address.line;
      case 'last':
        return (yield* run.peek()) === undefined;
      case 'step':
        return address.step === 0
          ? this.#number === address.first
          : this.#number >= address.first && (this.#number - address.first) % address.step === 0;
      case 'regex': {
        const regex = this.#regex(address.regex);
        regex.lastIndex = 0;
        return regex.test(run.space);
      }
      default:
        return false;
    }
  }

  /** The empty expression means the last one used. */
  #regex(regex: RegExp | undefined): RegExp {
    this.#lastRegex = regex ?? this.#lastRegex;
    return this.#lastRegex ?? /(?!)/g;
  }

  // ---- substitution and files ------------------------------------------------------------------------------------

  *#substitute(command: SedCommand, run: Run): Sys<undefined> {
    const { substitution } = command;
    if (substitution === undefined) return undefined;
    const result = replace(run.space, this.#regex(substitution.regex), substitution);
    if (result === undefined) return undefined;
    run.space = result;
    run.replaced = true;
    if (substitution.print) yield* run.emit(run.space);
    if (substitution.file !== undefined) this.#write(substitution.file, `${run.space}\n`);
    return undefined;
  }

  #read(path: string): string {
    try {
      return text(this.#p.fs.read(path, this.#p.cwd));
    } catch (error) {
      if (error instanceof Errno) return '';
      throw error;
    }
  }

  #write(path: string, line: string): void {
    const p = this.#p;
    const as = { uid: p.uid, gid: p.gid, groups: p.groups };
    if (!this.#written.has(path)) p.fs.write(path, '', p.cwd, as);
    this.#written.add(path);
    p.fs.append(path, line, p.cwd, as);
  }
}

/** State of one pass over the input. */
class Run {
  space = '';
  /** The line in the pattern space had no newline. */
  open = false;
  /** The next line, read ahead only where it must be known whether there is one. */
  #ahead: { line: string; open: boolean } | undefined;
  #peeked = false;
  /** `D`: go on with what is in the pattern space. */
  keep = false;
  replaced = false;
  /** Text of `a` and `r`, due at the end of the cycle. */
  readonly after: string[] = [];
  readonly #source: LineSource;
  readonly print: Print;

  constructor(source: LineSource, print: Print) {
    this.#source = source;
    this.print = print;
  }

  /** The next line, left where it is. */
  *peek(): Sys<{ line: string; open: boolean } | undefined> {
    if (!this.#peeked) this.#ahead = yield* this.#source.next();
    this.#peeked = true;
    return this.#ahead;
  }

  *take(): Sys<{ line: string; open: boolean } | undefined> {
    const line = yield* this.peek();
    this.#peeked = line === undefined;
    return line;
  }

  /** Prints the pattern space; a last line that had no newline gets none. */
  *emit(line: string): Sys<void> {
    const bare = this.open && this.after.length === 0 && (yield* this.peek()) === undefined;
    yield* this.print(bare ? line : `${line}\n`);
  }
}

/** The text with matches replaced, or undefined if there were none. */
function replace(space: string, regex: RegExp, substitution: Substitution): string | undefined {
  let count = 0;
  let done = false;
  let lastEnd = -1;
  regex.lastIndex = 0;
  const result = space.replace(regex, (...args) => {
    const match = String(args[0]);
    const numbers = args.findIndex((arg) => typeof arg === 'number');
    const offset = Number(args[numbers]);
    // Nothing is matched right behind a match: `s/a*/x/g` makes one x of `aaa`.
    if (match === '' && offset === lastEnd) return match;
    lastEnd = offset + match.length;
    count++;
    if (count < substitution.nth || (done && !substitution.global)) return match;
    done = true;
    const groups = args.slice(0, numbers).map((group) => (group === undefined ? '' : String(group)));
    return build(substitution.replacement, groups);
  });
  return done ? result : undefined;
}

function build(parts: readonly ReplacementPart[], groups: readonly string[]): string {
  let out = '';
  let mode = '';
  let once = '';
  for (const part of parts) {
    if (part.kind === 'case') {
      if (part.what === 'u' || part.what === 'l') once = part.what;
      else mode = part.what === 'E' ? '' : part.what;
      continue;
    }
    let piece = part.kind === 'text' ? part.text : (groups[part.group] ?? '');
    if (mode === 'U') piece = piece.toUpperCase();
    else if (mode === 'L') piece = piece.toLowerCase();
    if (once !== '' && piece !== '') {
      const [first = ''] = piece;
      piece = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + piece.slice(first.length);
      once = '';
    }
    out += piece;
  }
  return out;
}

/** As `l` shows it. */
const visible = (line: string): string =>
  line.replace(
    /[\\\x00-\x1f\x7f]/g,
    (c) =>
      ({ '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' })[c] ??
      `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
