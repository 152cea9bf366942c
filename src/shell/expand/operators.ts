import type { Shell } from '../run/shell.ts';
import { ansiText } from '../syntax/ansi.ts';
import { patternToRegExp } from './pattern.ts';
import { quoteForReading, quoteForShell } from './quote.ts';

/** `${x#pattern}`, `##`, `%`, `%%`: the value without its shortest or longest matching end. */
export function removeAffix(value: string, pattern: string, operator: string, extglob: boolean): string {
  const chars = Array.from(value);
  const expression = patternToRegExp(pattern, { extglob });
  const longest = operator.length === 2;
  const atStart = operator.startsWith('#');
  for (let i = 0; i <= chars.length; i++) {
    const n = longest ? chars.length - i : i;
    const affix = atStart ? chars.slice(0, n) : chars.slice(chars.length - n);
    if (!expression.test(affix.join(''))) continue;
    return (atStart ? chars.slice(n) : chars.slice(0, chars.length - n)).join('');
  }
  return value;
}

/** `${x/pattern/text}` and `//`, `/#`, `/%`. */
export function replacePattern(
  value: string,
  pattern: string,
  text: string,
  operator: string,
  extglob: boolean,
): string {
  if (pattern === '' && operator !== '/#' && operator !== '/%') return value;
  const anchor = operator === '/#' ? 'start' : operator === '/%' ? 'end' : 'none';
  const expression = patternToRegExp(pattern, { extglob, anchor });
  if (operator === '//')
    return value.replace(new RegExp(expression.source, `${expression.flags}g`), (match) =>
      match === '' ? '' : text,
    );
  return value.replace(expression, () => text);
}

/** `${x^}`, `^^`, `,`, `,,`, `~`, `~~` (the other case): only characters that match the pattern change. */
export function changeCase(value: string, operator: string, pattern: string): string {
  const expression = pattern === '' ? undefined : patternToRegExp(pattern);
  const upper = operator.startsWith('^');
  return Array.from(value)
    .map((c, i) => {
      if ((operator.length === 1 && i > 0) || expression?.test(c) === false) return c;
      if (operator.startsWith('~')) return c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase();
      return upper ? c.toUpperCase() : c.toLowerCase();
    })
    .join('');
}

/** `${x@Q}` and the other transformations. */
export function transform(shell: Shell, name: string, value: string | undefined, what: string): string {
  const variable = shell.variables.get(name);
  switch (what) {
    case 'Q':
      return quoteForReading(value ?? '');
    case 'U':
      return (value ?? '').toUpperCase();
    case 'u':
      return changeCase(value ?? '', '^', '');
    case 'L':
      return (value ?? '').toLowerCase();
    case 'E':
      return ansiText(value ?? '');
    case 'a':
      return `${variable?.list === undefined ? '' : 'a'}${variable?.map === undefined ? '' : 'A'}${variable?.integer === true ? 'i' : ''}${variable?.readonly === true ? 'r' : ''}${variable?.exported === true ? 'x' : ''}`;
    case 'A':
      return value === undefined ? '' : `${name}=${quoteForReading(value)}`;
    default:
      return quoteForShell(value ?? '');
  }
}
