import type { Token } from './data.ts';
import { labelOf } from './label.ts';

/** What explanations are called around their sentences, in the reader's language. */
export interface ExplainWords {
  readonly danger: string;
}

/** The longest text of a token that stands beside its sentence; a script is cut. */
const LONGEST = 48;

/** Text as HTML. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Code between backticks becomes `<code>`. */
export const sentenceHtml = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part)))
    .join('');

interface Entry {
  readonly token: Token;
  readonly label: string;
  readonly number: number;
}

/** The same text with the same meaning is explained once: all its tokens share an entry. */
function entriesOf(
  source: string,
  tokens: readonly Token[],
): { entries: Entry[]; of: ReadonlyMap<Token, Entry> } {
  const entries = new Map<string, Entry>();
  const of = new Map<Token, Entry>();
  for (const token of tokens) {
    const label = labelOf(source, token);
    const key = `${label}\n${token.text}`;
    const entry = entries.get(key) ?? { token, label, number: entries.size + 1 };
    entries.set(key, entry);
    of.set(token, entry);
  }
  return { entries: [...entries.values()], of };
}

const shortened = (label: string): string => {
  const line = label.split('\n')[0] ?? '';
  return line.length > LONGEST || line !== label ? `${line.slice(0, LONGEST).trimEnd()} …` : line;
};

/** The source with each token as a link to its sentence; a token that holds others is interrupted by them. */
function sourceHtml(
  source: string,
  tokens: readonly Token[],
  of: ReadonlyMap<Token, Entry>,
  id: string,
): string {
  let html = '';
  let at = 0;
  const numbered = new Set<Token>();
  const open: Token[] = [];
  const upTo = (end: number): void => {
    const text = source.slice(at, end);
    at = Math.max(at, end);
    const token = open.at(-1);
    const entry = token && of.get(token);
    if (token === undefined || entry === undefined || text.trim() === '') {
      html += escaped(text);
      return;
    }
    const number = numbered.has(token) ? '' : `<sup>${entry.number}</sup>`;
    numbered.add(token);
    const danger = token.danger === undefined ? '' : ' class="is-danger"';
    html += `<a href="#${id}-${entry.number}"${danger}>${escaped(text)}${number}</a>`;
  };
  const close = (before: number): void => {
    for (let last = open.at(-1); last !== undefined && last.to <= before; last = open.at(-1)) {
      upTo(last.to);
      open.pop();
    }
  };
  for (const token of tokens) {
    close(token.from);
    upTo(token.from);
    open.push(token);
  }
  close(source.length);
  upTo(source.length);
  return html;
}

/**
 * An explanation as HTML: the source with its parts underlined and numbered, and the sentences below, in the same order.
 * `id` is what the ids of the sentences begin with.
 */
export function explanationHtml(
  source: string,
  tokens: readonly Token[],
  id: string,
  { danger }: ExplainWords,
): string {
  const { entries, of } = entriesOf(source, tokens);
  const items = entries.map(({ token, label, number }) => {
    const mark =
      token.danger === undefined ? '' : ` <strong>${escaped(danger)}:</strong> ${sentenceHtml(token.danger)}`;
    const kind = token.danger === undefined ? '' : ' class="is-danger"';
    return `<li id="${id}-${number}"${kind}><code>${escaped(shortened(label))}</code> <span>${sentenceHtml(token.text)}${mark}</span></li>`;
  });
  return `<pre class="explained-line"><code>${sourceHtml(source, tokens, of, id)}</code></pre><ol class="explained-parts">${items.join('')}</ol>`;
}
