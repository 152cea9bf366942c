/** A lexical token of Python. `kind` is what the parser looks at first. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'op' | 'newline' | 'indent' | 'dedent' | 'end';
  readonly text: string;
  readonly line: number;
  /** Characters before it on its line. */
  readonly column: number;
}

/** A program that does not parse; worded as Python's SyntaxError. */
export class PySyntaxError extends Error {
  readonly line: number;
  readonly column: number | undefined;
  constructor(message: string, line: number, column?: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** The bracket that a program leaves open, by its tokens: told when the parser comes to the end. */
export const unfinished = new WeakMap<readonly Token[], PySyntaxError>();

const TOKEN =
  /([rRbBfFuU]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'))|((?:\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?|\.\d+|0[xX][\da-fA-F]+))|([A-Za-z_]\w*)|(\*\*=|\/\/=|>>=|<<=|\.\.\.|\*\*|\/\/|->|:=|==|!=|<=|>=|<<|>>|[-+*/%@&|^]=|[-+*/%@&|^~<>()[\]{},:.;=])|(\\\n)|([ \t]+)|(#[^\n]*)|(\n)|(.)/gy;

/** Splits a program into tokens; indentation becomes `indent` and `dedent`. */
export function tokenize(source: string): Token[] {
  const out: Token[] = [];
  const indents = [0];
  const text = `${source.replace(/\r\n?/g, '\n')}\n`;
  let line = 1;
  let depth = 0;
  const open: { mark: string; line: number; column: number }[] = [];
  let at = 0;
  const push = (kind: Token['kind'], value: string): void => {
    const from = at - value.length;
    out.push({ kind, text: value, line, column: from - (text.lastIndexOf('\n', from - 1) + 1) });
  };
  const startLine = (): void => {
    // Blank lines and comments do not count as lines.
    for (;;) {
      const blank = /[ \t]*(?:#[^\n]*)?\n/y;
      blank.lastIndex = at;
      const match = blank.exec(text);
      if (match === null || at >= text.length) break;
      at += match[0].length;
      line++;
    }
    if (at >= text.length) return;
    const width = (/[ \t]*/y.exec(text.slice(at))?.[0] ?? '').replaceAll('\t', '        ').length;
    const current = indents.at(-1) ?? 0;
    if (width > current) {
      indents.push(width);
      push('indent', '');
    }
    while (width < (indents.at(-1) ?? 0)) {
      indents.pop();
      push('dedent', '');
    }
    if (width !== (indents.at(-1) ?? 0))
      throw new PySyntaxError('unindent does not match any outer indentation level', line);
  };
  startLine();
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) break;
    at += match[0].length;
    const [whole, string, number, name, op, , , , newline, other] = match;
    if (string !== undefined) {
      push('string', string);
      line += string.split('\n').length - 1;
    } else if (number !== undefined) push('number', number);
    else if (name !== undefined) push('name', name);
    else if (op !== undefined) {
      const column = at - op.length - (text.lastIndexOf('\n', at - op.length - 1) + 1);
      if ('([{'.includes(op)) {
        depth++;
        open.push({ mark: op, line, column });
      }
      if (')]}'.includes(op)) {
        depth--;
        if (open.pop() === undefined) throw new PySyntaxError(`unmatched '${op}'`, line, column);
      }
      push('op', op);
    } else if (whole === '\\\n') line++;
    else if (newline !== undefined) {
      if (depth === 0) push('newline', '\n');
      line++;
      if (depth === 0) startLine();
    } else if (other !== undefined)
      throw new PySyntaxError(
        /['"]/.test(other) ? `unterminated string literal (detected at line ${line})` : 'invalid syntax',
        line,
      );
  }
  const unclosed = open.at(-1);
  // Python reads on until the end; what is wrong before the end is told first, as the parser meets it.
  if (unclosed !== undefined) {
    unfinished.set(
      out,
      new PySyntaxError(`'${unclosed.mark}' was never closed`, unclosed.line, unclosed.column),
    );
    push('newline', '\n');
  }
  while (indents.length > 1) {
    indents.pop();
    push('dedent', '');
  }
  push('end', '');
  return out;
}
