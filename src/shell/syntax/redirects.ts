import type { Redirect, RedirectOperator } from './ast.ts';
import type { Parser } from './parser.ts';
import { readWord, skipBlank, startsProcess } from './words.ts';

const REDIRECTS: ReadonlySet<string> = new Set([
  '<',
  '>',
  '>>',
  '>|',
  '<>',
  '<&',
  '>&',
  '&>',
  '&>>',
  '<<',
  '<<-',
  '<<<',
]);
const REDIRECT_START = /(?:\d+)?(?:[<>]|&>)/y;

/** The redirection at the cursor, or undefined if there is none. */
export function readRedirect(parser: Parser): Redirect | undefined {
  const s = parser.source;
  skipBlank(s);
  REDIRECT_START.lastIndex = s.at;
  if (!REDIRECT_START.test(s.text)) return undefined;
  const start = s.at;
  const digits = /^\d*/.exec(s.text.slice(s.at, s.at + 10))?.[0] ?? '';
  s.at += digits.length;
  const operator = parser.operator();
  if (operator === undefined || !REDIRECTS.has(operator) || (digits !== '' && operator.startsWith('&'))) {
    s.at = start;
    return undefined;
  }
  if (
    digits === '' &&
    (operator === '<' || operator === '>') &&
    s.text[s.at + 1] === '(' &&
    s.dialect.name !== 'dash'
  ) {
    s.at = start;
    return undefined;
  }
  s.at += operator.length;
  skipBlank(s);
  if (s.ended || (parser.operator() !== undefined && !startsProcess(s))) {
    if (s.ended && s.dialect.name === 'bash') throw s.fault({ kind: 'unexpected', token: '\n' });
    throw parser.unexpected();
  }
  const target = readWord(s);
  const redirect: Redirect = {
    ...(digits === '' ? {} : { fd: Number(digits) }),
    operator: operator as RedirectOperator,
    target,
    start,
    end: s.at,
  };
  if (operator === '<<' || operator === '<<-') parser.heredocs.add(redirect);
  return redirect;
}
