/** A line being typed. */
export interface Line {
  readonly text: string;
  readonly cursor: number;
}

/** What a key of readline did: the line after it, and text that was cut for Ctrl-Y. */
export interface Edited extends Line {
  readonly killed?: string;
}

function startOfLine({ text, cursor }: Line): number {
  return text.lastIndexOf('\n', cursor - 1) + 1;
}

function endOfLine({ text, cursor }: Line): number {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
}

function cut({ text }: Line, from: number, to: number): Edited {
  return { text: text.slice(0, from) + text.slice(to), cursor: from, killed: text.slice(from, to) };
}

function wordStart(before: string): number {
  return before.length - (/\S*\s*$/.exec(before)?.[0].length ?? 0);
}

/**
 * The keys of readline that a text field does not know: `editLine({ text: 'docker ps', cursor: 9 }, 'w')` ⇒ `docker `.
 * Undefined for other keys; Ctrl-F and Ctrl-H among them, which stay the browser's. `key` is the letter that is pressed with Ctrl.
 */
export function editLine(line: Line, key: string, killed = ''): Edited | undefined {
  const { text, cursor } = line;
  switch (key) {
    case 'a':
      return { text, cursor: startOfLine(line) };
    case 'e':
      return { text, cursor: endOfLine(line) };
    case 'd':
      return { text: text.slice(0, cursor) + text.slice(cursor + 1), cursor };
    case 'k':
      return cut(line, cursor, endOfLine(line));
    case 'u':
      return cut(line, startOfLine(line), cursor);
    case 'w':
      return cut(line, wordStart(text.slice(0, cursor)), cursor);
    case 'y':
      return insert(line, killed);
    default:
      return undefined;
  }
}

/** Puts a text at the cursor. */
export function insert({ text, cursor }: Line, added: string): Line {
  return { text: text.slice(0, cursor) + added + text.slice(cursor), cursor: cursor + added.length };
}

export interface Candidates {
  readonly from: number;
  readonly items: readonly { readonly text: string; readonly kind: string }[];
}

/** The beginning that all words share: `['nginx', 'nginx:alpine'] ⇒ 'nginx'`. */
export function commonStart(words: readonly string[]): string {
  const [first = '', ...others] = words;
  let length = first.length;
  for (const word of others) {
    while (!word.startsWith(first.slice(0, length))) length--;
  }
  return first.slice(0, length);
}

/**
 * What Tab does with the candidates: one is put in whole, with a space after it where the word ends; of several what
 * they share. `list` holds those to be shown when nothing can be put in.
 */
export function applyCompletion(line: Line, { from, items }: Candidates): Line & { list: readonly string[] } {
  const words = items.map(({ text }) => text);
  const shared = commonStart(words);
  const typed = line.text.slice(from, line.cursor);
  const [only] = words;
  if (only === undefined) return { ...line, list: [] };
  const isWhole = words.length === 1 && !/[/=:]$/.test(only);
  const end = isWhole && line.text[line.cursor] !== ' ' ? ' ' : '';
  const put = shared.length >= typed.length || words.length === 1 ? shared + end : typed;
  const text = line.text.slice(0, from) + put + line.text.slice(line.cursor);
  return { text, cursor: from + put.length, list: words.length > 1 && put === typed ? words : [] };
}
