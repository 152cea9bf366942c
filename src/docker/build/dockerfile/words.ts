/** Splitting of an instruction's arguments (frontend/dockerfile/parser/line_parsers.go, split_command.go). */

/** Words parted by white space; quotes and the escape character keep white space in a word, and stay in it. */
export function splitWords(text: string, escapeChar: string): string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const ch = text[i] ?? '';
    if (!inWord && /\s/.test(ch)) continue;
    if (quote === '' && /\s/.test(ch)) {
      words.push(word);
      word = '';
      inWord = false;
      continue;
    }
    inWord = true;
    word += ch;
    if (ch === escapeChar && quote !== "'") {
      if (i + 1 < text.length) word += text[++i] ?? '';
    } else if (quote === '') {
      if (ch === '"' || ch === "'") quote = ch;
    } else if (ch === quote) quote = '';
  }
  if (inWord) words.push(word);
  return words;
}

/** Takes the `--flag` words off the front: `--from=a b c` ⇒ `['--from=a']` and `b c`. A lone `--` ends them. */
export function takeFlags(text: string, escapeChar: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let rest = text.trimStart();
  while (rest.startsWith('--')) {
    const [word = ''] = splitWords(rest, escapeChar);
    rest = rest.slice(word.length).trimStart();
    if (word === '--') break;
    flags.push(unquote(word, escapeChar));
  }
  return { flags, rest };
}

function unquote(word: string, escapeChar: string): string {
  let out = '';
  let quote = '';
  for (let i = 0; i < word.length; i++) {
    const ch = word[i] ?? '';
    if (ch === escapeChar && quote !== "'" && i + 1 < word.length) out += word[++i] ?? '';
    else if (quote === '' && (ch === '"' || ch === "'")) quote = ch;
    else if (ch === quote) quote = '';
    else out += ch;
  }
  return out;
}

/** Why a text that begins like JSON is refused outright. */
export const NOT_STRINGS = 'when using JSON array syntax, arrays must be comprised of strings only';

/** A JSON array of strings; undefined if the text is none; `'not strings'` for an array of other things. */
export function jsonArray(text: string): readonly string[] | undefined | 'not strings' {
  if (!text.trimStart().startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(value)) return undefined;
  return value.every((item) => typeof item === 'string') ? value : 'not strings';
}

/** The option that was probably meant: fewer than three letters differ (moby/buildkit util/suggest). */
function nearest(word: string, options: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = 3;
  for (const option of options) {
    if (option === word) return undefined;
    const distance = levenshtein(word, option);
    if (distance < least) {
      least = distance;
      best = option;
    }
  }
  return best;
}

/** ` (did you mean COPY?)`, or nothing. */
export function didYouMean(word: string, options: readonly string[]): string {
  const option = nearest(word, options);
  return option === undefined ? '' : ` (did you mean ${option}?)`;
}

/** The same where letter case does not matter; the answer is in the word's own: ` (did you mean run?)` */
export function didYouMeanWord(word: string, options: readonly string[]): string {
  const lower = word.toLowerCase();
  const option = nearest(
    lower,
    options.map((name) => name.toLowerCase()),
  );
  if (option === undefined) return '';
  return ` (did you mean ${word === lower ? option : option.toUpperCase()}?)`;
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
