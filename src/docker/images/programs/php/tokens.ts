/** What this little PHP does not know; the page says so. */
export class NotSimulated extends Error {}

/** A file that is no PHP. `line` is where. */
export class PhpSyntaxError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

export interface Token {
  readonly kind: 'html' | 'variable' | 'name' | 'number' | 'single' | 'double' | 'symbol' | 'end';
  readonly text: string;
  readonly line: number;
}

const PATTERN =
  /\s+|\/\*[\s\S]*?\*\/|(?:\/\/|#(?!\[))(?:(?!\?>)[^\n])*|(\$\w+)|("(?:[^"\\]|\\[\s\S])*")|('(?:[^'\\]|\\[\s\S])*')|(0x[\da-f]+|\d*\.\d+|\d+\.?)|([A-Za-z_\\][\w\\]*)|(\?>\n?)|(===|!==|<=>|\*\*|\?\?=|\?->|\.\.\.|==|!=|<>|<=|>=|&&|\|\||\?\?|\+\+|--|\.=|\+=|-=|\*=|\/=|%=|=>|->|::|<<<|[-+*/%.=<>!?:;,(){}[\]@&|^~])/gy;

/** Cuts a file into tokens; what is outside of `<?php … ?>` is one `html` token, `<?= x ?>` an echo. */
export function tokens(source: string): Token[] {
  const out: Token[] = [];
  let line = 1;
  let at = 0;
  const push = (kind: Token['kind'], text: string): void => {
    out.push({ kind, text, line });
  };
  while (at < source.length) {
    const open = /<\?(php\b\s?|=)/.exec(source.slice(at));
    const html = open === null ? source.slice(at) : source.slice(at, at + open.index);
    if (html !== '') push('html', html);
    line += newlines(html);
    if (open === null) break;
    at += open.index + open[0].length;
    line += newlines(open[0]);
    if (open[1] === '=') push('name', 'echo');
    for (let inside = true; inside && at < source.length; ) {
      PATTERN.lastIndex = at;
      const match = PATTERN.exec(source);
      if (match === null)
        throw new PhpSyntaxError(`syntax error, unexpected character "${source[at]}"`, line);
      const [whole, variable, double, single, number, name, close, symbol] = match;
      at = PATTERN.lastIndex;
      if (variable !== undefined) push('variable', variable);
      else if (double !== undefined) push('double', double.slice(1, -1));
      else if (single !== undefined) push('single', single.slice(1, -1));
      else if (number !== undefined) push('number', number);
      else if (name !== undefined) push('name', name);
      else if (symbol !== undefined) push('symbol', symbol);
      else if (close !== undefined) {
        push('symbol', ';');
        inside = false;
      }
      line += newlines(whole);
    }
  }
  out.push({ kind: 'end', text: '', line });
  return out;
}

const newlines = (text: string): number => text.split('\n').length - 1;
