import { bracketClasses, escapeLiteral } from './glob.ts';

/**
 * A POSIX regular expression as a JavaScript one: basic (`\(a\|b\)\{2\}`) or extended (`(a|b){2}`), with GNU's `\+ \? \|
 * \< \> \w \b`. Throws SyntaxError with GNU's words for what is unbalanced.
 */
export function posixPattern(pattern: string, extended: boolean, flags = ''): RegExp {
  let out = '';
  let depth = 0;
  let start = true;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] ?? '';
    const next = pattern[i + 1] ?? '';
    if (c === '[') {
      const { source, end } = bracket(pattern, i);
      out += source;
      i = end;
    } else if (c === '\\') {
      i++;
      if (next === '') throw new SyntaxError('Trailing backslash');
      if (!extended && '(){}|+?'.includes(next)) {
        if (next === '(') depth++;
        if (next === ')' && --depth < 0) throw new SyntaxError('Unmatched ) or \\)');
        if (start && (next === '+' || next === '?')) out += `\\${next}`;
        else out += next;
        start = next === '(' || next === '|';
        continue;
      }
      if (next === '<') out += '\\b(?=\\w)';
      else if (next === '>') out += '\\b(?<=\\w)';
      else if (next === '`') out += '^';
      else if (next === "'") out += '$';
      else if (/[wWsSbB1-9]/.test(next)) out += `\\${next}`;
      else out += escapeLiteral(next);
    } else if (extended && c === '(') {
      depth++;
      out += '(';
      start = true;
      continue;
    } else if (extended && c === ')') {
      if (depth === 0) out += '\\)';
      else {
        depth--;
        out += ')';
      }
    } else if (extended && c === '|') {
      out += '|';
      start = true;
      continue;
    } else if (c === '*') out += start ? '\\*' : '*';
    else if (extended && (c === '+' || c === '?')) out += start ? `\\${c}` : c;
    else if (extended && c === '{') out += !start && /^\{\d*,?\d*\}/.test(pattern.slice(i)) ? '{' : '\\{';
    else if (extended && c === '}') out += /\{\d*,?\d*$/.test(out) && !out.endsWith('\\{') ? '}' : '\\}';
    else if (c === '^') {
      out += extended || start ? '^' : '\\^';
      start = true;
      continue;
    } else if (c === '$')
      out += extended || i === pattern.length - 1 || /^\\[)|]/.test(pattern.slice(i + 1)) ? '$' : '\\$';
    else if (c === '.') out += '.';
    else out += escapeLiteral(c);
    start = false;
  }
  if (depth > 0) throw new SyntaxError('Unmatched ( or \\(');
  return new RegExp(out.replace(/\{,(\d+)\}/g, '{0,$1}'), flags.includes('s') ? flags : `${flags}s`);
}

function bracket(pattern: string, from: number): { source: string; end: number } {
  let i = from + 1;
  let negated = '';
  if (pattern[i] === '^') {
    negated = '^';
    i++;
  }
  let inside = '';
  let first = true;
  for (; ; i++) {
    const c = pattern[i];
    if (c === undefined) throw new SyntaxError('Invalid regular expression');
    if (c === ']' && !first) break;
    first = false;
    if (c === '[' && pattern[i + 1] === ':') {
      const end = pattern.indexOf(':]', i + 2);
      if (end < 0) throw new SyntaxError('Unmatched [, [^, [:, [., or [=');
      inside += bracketClasses(pattern.slice(i, end + 2));
      i = end + 1;
    } else inside += c === '\\' || c === ']' || c === '[' || c === '^' ? `\\${c}` : c;
  }
  return { source: `[${negated}${inside}]`, end: i };
}
