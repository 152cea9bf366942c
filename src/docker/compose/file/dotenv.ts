import { ComposeError } from '../error.ts';
import { type Lookup, substitute } from './interpolate.ts';

const isBlank = (char: string): boolean => /[\t\v\f\r \u0085\u00a0]/.test(char);

/**
 * Reads an environment file (`.env`, `env_file`) as compose-go's dotenv does: `KEY=value`, `KEY: value`, `export KEY=value`,
 * quotes, comments, variables of earlier lines. A bare `KEY` takes its value from `lookup`, if it has one there. Variables
 * without a value are told to `unset`. ComposeError for a line that is none of these; it counts lines as the real one does.
 */
export function readDotenv(
  source: string,
  path: string,
  lookup: Lookup,
  unset: (name: string) => void = () => {},
): Map<string, string> {
  const out = new Map<string, string>();
  const find: Lookup = (name) => lookup(name) ?? out.get(name);
  let rest = source.replace(/^\ufeff/, '').replace(/\r\n/g, '\n');
  let line = 1;
  const fail = (reason: string): never => {
    throw new ComposeError(`failed to read ${path}: line ${line}: ${reason}`);
  };
  const skip = (): void => {
    for (;;) {
      const at = rest.search(/\S/);
      line += (rest.slice(0, at < 0 ? undefined : at).match(/\n/g) ?? []).length;
      rest = at < 0 ? '' : rest.slice(at);
      if (!rest.startsWith('#')) return;
      const end = rest.indexOf('\n');
      rest = end < 0 ? '' : rest.slice(end);
    }
  };
  for (skip(); rest !== ''; skip()) {
    rest = rest.replace(/^export\s+/, '');
    let end = 0;
    while (end < rest.length && !/[=:\n]/.test(rest[end] ?? '')) {
      const char = rest[end] ?? '';
      if (!isBlank(char) && !/[_.[\]\p{L}\p{N}-]/u.test(char))
        fail(
          `unexpected character ${JSON.stringify(char)} in variable name ${JSON.stringify(rest.split('\n')[0])}`,
        );
      end++;
    }
    const bare = rest[end] === '\n' || end >= rest.length;
    const key = rest.slice(0, end).trimEnd();
    rest = rest.slice(end + 1);
    if (bare && !key.includes(' ')) line++;
    if (key.includes(' ')) fail('key cannot contain a space');
    while (rest !== '' && isBlank(rest[0] ?? '')) rest = rest.slice(1);
    if (bare) {
      const value = lookup(key);
      if (value !== undefined) out.set(key, value);
      continue;
    }
    const quote = rest[0];
    if (quote !== '"' && quote !== "'") {
      const [text = ''] = rest.split('\n', 1);
      rest = rest.slice(text.length + 1);
      line++;
      const [value = ''] = text.split(' #');
      out.set(key, substitute(value.trimEnd(), find, unset));
      continue;
    }
    const { value, length } = quoted(rest, quote);
    line += (rest.slice(0, length ?? undefined).match(/\n/g) ?? []).length;
    if (length === undefined) fail(`unterminated quoted value ${rest.split('\n')[0]}`);
    rest = rest.slice(length);
    out.set(key, quote === "'" ? value : substitute(unescaped(value), find, unset));
  }
  for (const key of out.keys()) if (/^\s*\d/.test(key)) out.delete(key);
  return out;
}

/** What stands in quotes at the beginning of a text, and how long that is; no length if they never close. */
function quoted(text: string, quote: string): { value: string; length: number | undefined } {
  let value = '';
  let escaped = false;
  for (let at = 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char !== quote && !escaped && char === '\\') {
      escaped = true;
      continue;
    }
    if (char === quote && !escaped) return { value, length: at + 1 };
    value += escaped && char !== quote ? `\\${char}` : char;
    escaped = false;
  }
  return { value, length: undefined };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  $: '$$',
};

const unescaped = (text: string): string =>
  text.replace(/\\(?:([abfnrtv$"\\])|0(\d{0,3}))/g, (whole, letter?: string, digits?: string) =>
    letter !== undefined
      ? (ESCAPES[letter] ?? whole)
      : String.fromCharCode(Number.parseInt(digits || '0', 8)),
  );
