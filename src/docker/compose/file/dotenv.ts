import { ComposeError } from '../error.ts';
import { type Lookup, substitute } from './interpolate.ts';

/**
 * Reads an environment file (`.env`, `env_file`): `KEY=value`, `export KEY=value`, quotes, comments, variables of earlier
 * lines. A bare `KEY` takes its value from `lookup`, if it has one there. ComposeError for a line that is none of these.
 */
export function readDotenv(source: string, path: string, lookup: Lookup): Map<string, string> {
  const out = new Map<string, string>();
  const find: Lookup = (name) => lookup(name) ?? out.get(name);
  const lines = source.replace(/\r\n/g, '\n').split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').trimStart();
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:]\s*(.*))?$/s.exec(line);
    if (match === null) {
      const [bad = ''] = /[^\w.\s-]|\s/.exec(line) ?? [''];
      const reason =
        bad === ' ' || bad === '\t'
          ? `key cannot contain a space`
          : `unexpected character ${JSON.stringify(bad)} in variable name ${JSON.stringify(line)}`;
      throw new ComposeError(`failed to read ${path}: line ${at + 1}: ${reason}`);
    }
    const [, name = '', written] = match;
    if (written === undefined) {
      const value = lookup(name);
      if (value !== undefined) out.set(name, value);
      continue;
    }
    const quote = written[0];
    if (quote === '"' || quote === "'") {
      let value = written.slice(1);
      while (closingQuote(value, quote) < 0 && at + 1 < lines.length) value += `\n${lines[++at] ?? ''}`;
      const end = closingQuote(value, quote);
      if (end < 0)
        throw new ComposeError(
          `failed to read ${path}: line ${at + 1}: unterminated quoted value ${written}`,
        );
      value = value.slice(0, end);
      out.set(name, quote === "'" ? value : substitute(unescaped(value), find));
    } else out.set(name, substitute(written.replace(/(?:^|\s)#.*$/, '').trim(), find));
  }
  return out;
}

function closingQuote(text: string, quote: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

const unescaped = (text: string): string =>
  text.replace(/\\([nrt"\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
