const UNSAFE = /[^A-Za-z0-9_@%+=:,./-]/;
const CONTROL = /[\x00-\x1f\x7f]/;

const NAMES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\x1b': '\\E',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
};

/** `$'…'` with escapes. */
export const ansiQuote = (text: string): string =>
  `$'${text.replace(/[\x00-\x1f\x7f\\']/g, (c) => NAMES[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)}'`;

/** Quoted with single quotes: `it's` ⇒ `'it'\''s'`; with control characters as `$'…'`. */
export function quoteForReading(text: string): string {
  if (CONTROL.test(text)) return ansiQuote(text);
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Quoted only where needed, as `set -x` and `set` print it. */
export function quoteForShell(text: string): string {
  if (text === '') return "''";
  return UNSAFE.test(text) ? quoteForReading(text) : text;
}

/** Between double quotes, as `declare -p` prints values. */
export function quoteDouble(text: string): string {
  if (CONTROL.test(text)) return ansiQuote(text);
  return `"${text.replace(/[$`"\\]/g, '\\$&')}"`;
}

/** With backslashes, as `printf %q` prints: `a b` ⇒ `a\ b`. */
export function quoteBackslash(text: string): string {
  if (text === '') return "''";
  if (CONTROL.test(text)) return ansiQuote(text);
  return text.replace(/[^A-Za-z0-9_@%+=:./\-\u0080-\u{10ffff}]/gu, '\\$&').replace(/^~/, '\\~');
}
