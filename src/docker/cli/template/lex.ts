/** The words of a template's actions. */
export interface Token {
  readonly kind:
    | 'text'
    | 'open'
    | 'close'
    | 'field'
    | 'variable'
    | 'word'
    | 'string'
    | 'raw'
    | 'char'
    | 'number'
    | 'punct'
    | 'space'
    | 'error'
    | 'end';
  readonly text: string;
  readonly pos: number;
}

const WORD = /^[\p{L}_][\p{L}\p{N}_]*/u;

/** Splits a template into text and the words of its actions; trim markers and comments are dealt with here. */
export function lex(source: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  let trimNext = false;
  for (;;) {
    const open = source.indexOf('{{', at);
    let text = source.slice(at, open < 0 ? source.length : open);
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, '');
    const trimBefore = open >= 0 && /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    if (trimBefore) text = text.replace(/[ \t\r\n]+$/, '');
    if (text !== '') out.push({ kind: 'text', text, pos: at });
    if (open < 0) break;
    let inside = open + 2 + (trimBefore ? 2 : 0);
    if (source.startsWith('/*', inside)) {
      const end = source.indexOf('*/', inside);
      const after = end < 0 ? '' : source.slice(end + 2);
      const close = /^([ \t\r\n]-)?\}\}/.exec(after);
      if (end < 0 || close === null) {
        out.push({
          kind: 'error',
          text: end < 0 ? 'unclosed comment' : 'comment ends before closing delimiter',
          pos: open,
        });
        return out;
      }
      trimNext = close[1] !== undefined;
      at = end + 2 + close[0].length;
      continue;
    }
    out.push({ kind: 'open', text: '{{', pos: open });
    const result = lexAction(source, inside, out);
    if (result === undefined) return out;
    inside = result.at;
    trimNext = result.trim;
    at = inside;
  }
  out.push({ kind: 'end', text: 'EOF', pos: source.length });
  return out;
}

/** The words of one action; undefined after a lexical error, which is the last token then. */
function lexAction(source: string, start: number, out: Token[]): { at: number; trim: boolean } | undefined {
  let at = start;
  let depth = 0;
  const fail = (text: string): undefined => {
    out.push({ kind: 'error', text, pos: at });
    return undefined;
  };
  const push = (kind: Token['kind'], text: string): void => {
    out.push({ kind, text, pos: at });
    at += text.length;
  };
  for (;;) {
    const rest = source.slice(at);
    const close = /^([ \t\r\n]-)?\}\}/.exec(rest);
    if (close !== null) {
      if (depth > 0) return fail('unclosed left paren');
      push('close', close[0]);
      return { at, trim: close[1] !== undefined };
    }
    if (rest === '') return fail('unclosed action');
    const space = /^[ \t\r\n]+/.exec(rest)?.[0];
    if (space !== undefined) {
      // A trim marker takes the blank before it with it.
      const keep = /[ \t\r\n]-\}\}/.exec(rest)?.index === space.length - 1 ? space.slice(0, -1) : space;
      if (keep !== '') push('space', keep);
      continue;
    }
    const char = rest[0] ?? '';
    if (char === '"') {
      const match = /^"(?:[^"\\\n]|\\.)*"/.exec(rest);
      if (match === null) return fail('unterminated quoted string');
      push('string', match[0]);
    } else if (char === '`') {
      const match = /^`[^`]*`/.exec(rest);
      if (match === null) return fail('unterminated raw quoted string');
      push('raw', match[0]);
    } else if (char === "'") {
      const match = /^'(?:[^'\\\n]|\\.)+'/.exec(rest);
      if (match === null) return fail('unterminated character constant');
      push('char', match[0]);
    } else if (char === '$') push('variable', `$${WORD.exec(rest.slice(1))?.[0] ?? ''}`);
    else if (char === '.' && !/^\.\d/.test(rest)) {
      const name = WORD.exec(rest.slice(1))?.[0];
      push(name === undefined ? 'punct' : 'field', `.${name ?? ''}`);
    } else if (/^[+-]?\.?\d/.test(rest)) {
      const text =
        /^[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?)/.exec(
          rest,
        )?.[0] ?? '';
      const after = /^[\p{L}\p{N}_.]+/u.exec(rest.slice(text.length))?.[0];
      if (after !== undefined) return fail(`bad number syntax: ${JSON.stringify(text + after.slice(0, 1))}`);
      push('number', text);
    } else if (WORD.test(rest)) push('word', WORD.exec(rest)?.[0] ?? '');
    else if (rest.startsWith(':=')) push('punct', ':=');
    else if (char === '(' || char === ')') {
      depth += char === '(' ? 1 : -1;
      if (depth < 0) return fail('unexpected right paren');
      push('punct', char);
    } else if (char === '|' || char === ',' || char === '=') push('punct', char);
    else if (char === ':') return fail('expected :=');
    else if (/^[\x20-\x7e]/.test(char)) push('punct', char);
    else return fail(`unrecognized character in action: ${codePoint(rest)}`);
    const last = out.at(-1);
    if (
      last !== undefined &&
      (last.kind === 'field' || last.kind === 'variable' || last.kind === 'word') &&
      !/^(?:$|[\s.,|:()]|=|\}\})/.test(source.slice(at))
    )
      return fail(`bad character ${codePoint(source.slice(at))}`);
  }
}

/** Go's `%#U`: `U+007D '}'`. */
function codePoint(text: string): string {
  const char = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`;
}
