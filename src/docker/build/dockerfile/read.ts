import { BuildError, type Lines } from './error.ts';
import { takeFlags } from './words.ts';

/** `<<EOF` with what follows it. */
export interface HereDocument {
  readonly name: string;
  /** `<<-`: leading tabs are taken away. */
  readonly chomp: boolean;
  /** Without quotes around the name, variables are replaced. */
  readonly expand: boolean;
  readonly content: string;
}

/** One instruction as it is written: continuation lines joined, comments inside it left out. */
export interface RawInstruction extends Lines {
  /** In its own case: `from`, `RUN`. */
  readonly keyword: string;
  /** `--from=x` … before the arguments. */
  readonly flags: readonly string[];
  /** The arguments in one. */
  readonly rest: string;
  /** The whole instruction in one line. */
  readonly original: string;
  readonly heredocs: readonly HereDocument[];
  /** It contains an empty line after a backslash. */
  readonly emptyContinuation: boolean;
  /** The comments right above it. */
  readonly comments: readonly string[];
}

/** A Dockerfile split into instructions. */
export interface Source {
  readonly instructions: readonly RawInstruction[];
  /** The escape character, `\` unless a directive says else. */
  readonly escape: string;
  /** Parser directives by name, with their line. */
  readonly directives: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const DIRECTIVES = new Set(['escape', 'syntax', 'check']);
const WITH_HEREDOC = new Set(['ADD', 'COPY', 'RUN']);

/** Splits a Dockerfile (moby/buildkit frontend/dockerfile/parser). Throws BuildError. */
export function readDockerfile(text: string): Source {
  if (text === '') throw new BuildError('the Dockerfile cannot be empty');
  return new Reader(text).read();
}

class Reader {
  readonly #lines: string[];
  readonly #directives = new Map<string, { value: string; line: number }>();
  #escape = '\\';
  #inDirectives = true;
  #at = 0;
  #comments: string[] = [];

  constructor(text: string) {
    const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#lines = body.split('\n').map((line) => line.replace(/\r$/, ''));
    if (this.#lines.at(-1) === '') this.#lines.pop();
  }

  read(): Source {
    const instructions: RawInstruction[] = [];
    while (this.#at < this.#lines.length) {
      const instruction = this.#instruction();
      if (instruction !== undefined) instructions.push(instruction);
    }
    if (instructions.length === 0) {
      const line = this.#lines.length;
      throw new BuildError('file with no instructions', { start: line, end: line });
    }
    return { instructions, escape: this.#escape, directives: this.#directives };
  }

  #instruction(): RawInstruction | undefined {
    const first = (this.#lines[this.#at] ?? '').trimStart();
    this.#directive(first);
    this.#at++;
    const start = this.#at;
    if (first.startsWith('#')) {
      this.#comments.push(first.slice(1).trim());
      return undefined;
    }
    const comments = this.#comments;
    this.#comments = [];
    let { line, ended } = this.#withoutContinuation(first);
    if (ended && line === '') return undefined;
    let emptyContinuation = false;
    while (!ended && this.#at < this.#lines.length) {
      const next = this.#lines[this.#at] ?? '';
      this.#at++;
      if (next.trimStart().startsWith('#')) continue;
      if (next.trim() === '') {
        emptyContinuation = true;
        continue;
      }
      const more = this.#withoutContinuation(next);
      line += more.line;
      ended = more.ended;
    }
    return this.#finish(line, start, { emptyContinuation, comments });
  }

  #finish(
    line: string,
    start: number,
    more: Pick<RawInstruction, 'emptyContinuation' | 'comments'>,
  ): RawInstruction | undefined {
    const original = line.trim();
    if (original === '') return undefined;
    const [, keyword = '', written = ''] = /^(\S+)\s*(.*)$/s.exec(original) ?? [];
    const { flags, rest } = takeFlags(written, this.#escape);
    const heredocs = WITH_HEREDOC.has(keyword.toUpperCase()) ? this.#heredocs(rest, start) : [];
    return { keyword, flags, rest, original, heredocs, ...more, start, end: this.#at };
  }

  #directive(line: string): void {
    if (!this.#inDirectives) return;
    const match = DIRECTIVE.exec(line);
    const name = (match?.[1] ?? '').toLowerCase();
    if (match === null || !DIRECTIVES.has(name)) {
      this.#inDirectives = false;
      return;
    }
    const here = { start: this.#at + 1, end: this.#at + 1 };
    if (this.#directives.has(name))
      throw new BuildError(`only one ${name} parser directive can be used`, here);
    const value = match[2] ?? '';
    this.#directives.set(name, { value, line: here.start });
    if (name !== 'escape') return;
    if (value !== '\\' && value !== '`')
      throw new BuildError(`invalid escape token '${value}' does not match \` or \\`);
    this.#escape = value;
  }

  #withoutContinuation(line: string): { line: string; ended: boolean } {
    const at = line.trimEnd().length - 1;
    if (at < 0 || line[at] !== this.#escape || line[at - 1] === this.#escape) return { line, ended: true };
    return { line: line.slice(0, at), ended: false };
  }

  #heredocs(rest: string, start: number): HereDocument[] {
    const out: HereDocument[] = [];
    for (const { name, chomp, expand } of heredocStarts(rest)) {
      const lines: string[] = [];
      for (;;) {
        const line = this.#lines[this.#at];
        if (line === undefined) throw new BuildError('unterminated heredoc', { start, end: this.#at });
        this.#at++;
        if ((chomp ? line.replace(/^\t+/, '') : line) === name) break;
        lines.push(chomp ? line.replace(/^\t+/, '') : line);
      }
      out.push({ name, chomp, expand, content: lines.map((line) => `${line}\n`).join('') });
    }
    return out;
  }
}

/** The here-documents that a line of arguments opens: `cat <<A <<-'B'` ⇒ A, B. Quoted text is skipped. */
export function heredocStarts(line: string): { name: string; chomp: boolean; expand: boolean }[] {
  const out: { name: string; chomp: boolean; expand: boolean }[] = [];
  const pattern = /"(?:\\.|[^"\\])*"|'[^']*'|<<<|\d*<<(-?)("([^"<\s]+)"|'([^'<\s]+)'|([^\s<"'|;&>()]+))/g;
  for (const match of line.matchAll(pattern)) {
    if (match[2] === undefined) continue;
    const plain = match[5];
    out.push({
      name: plain ?? match[3] ?? match[4] ?? '',
      chomp: match[1] === '-',
      expand: plain !== undefined,
    });
  }
  return out;
}
