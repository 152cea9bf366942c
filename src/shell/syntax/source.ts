import type { Script } from './ast.ts';
import type { Dialect } from './dialect.ts';
import { type FaultDetail, SyntaxFault } from './fault.ts';

/** A text being read: position, lines, and what the word reader needs of the command parser. */
export class Source {
  text: string;
  at = 0;
  readonly dialect: Dialect;
  /** Number of the first line. */
  readonly firstLine: number;
  /** Are `@(a|b)` patterns recognised? */
  extglob = false;
  /** Reads commands up to a closing `)`; set by the parser. */
  commandsUntilParenthesis: () => Script = () => {
    throw new Error('no parser');
  };

  constructor(text: string, dialect: Dialect, firstLine: number) {
    this.text = text;
    this.dialect = dialect;
    this.firstLine = firstLine;
  }

  get char(): string {
    return this.text[this.at] ?? '';
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  looksAt(what: string): boolean {
    return this.text.startsWith(what, this.at);
  }

  /** Moves past `\` newline, which joins lines. */
  joinLines(): void {
    while (this.looksAt('\\\n')) this.at += 2;
  }

  lineAt(position: number): number {
    let line = this.firstLine;
    for (let i = this.text.indexOf('\n'); i >= 0 && i < position; i = this.text.indexOf('\n', i + 1)) line++;
    return line;
  }

  /** A syntax error at a position (default: here). */
  fault(detail: FaultDetail, position = this.at): SyntaxFault {
    const atEnd = detail.kind === 'end' || (detail.kind === 'unmatched' && detail.quote === ')');
    const at = atEnd ? this.text.length : position;
    const from = this.text.lastIndexOf('\n', at - 1) + 1;
    const to = this.text.indexOf('\n', from);
    // bash counts the line that did not come.
    const beyond = atEnd && this.dialect.name === 'bash' && !this.text.endsWith('\n');
    const line = this.lineAt(at) + (beyond ? 1 : 0);
    return new SyntaxFault(detail, line, this.text.slice(from, to < 0 ? undefined : to));
  }

  end(expecting?: string): SyntaxFault {
    return this.fault({ kind: 'end', expecting });
  }

  unmatched(quote: string, position: number): SyntaxFault {
    return this.fault({ kind: 'unmatched', quote }, position);
  }
}
