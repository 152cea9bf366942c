/** The alternatives of a regular expression at its top level: `a|(?:b|c)d` ⇒ `a`, `(?:b|c)d`. */
function alternatives(pattern: string): string[] {
  const found = [''];
  let depth = 0;
  for (const [index, character] of [...pattern].entries()) {
    const isEscaped = pattern[index - 1] === '\\';
    if (!isEscaped && (character === '(' || character === '[')) depth++;
    if (!isEscaped && (character === ')' || character === ']')) depth--;
    if (character === '|' && depth === 0) found.push('');
    else found[found.length - 1] += character;
  }
  return found;
}

/** One alternative in plain words: groups by their first choice, what varies as `…`. */
function inWords(pattern: string): string {
  return pattern
    .replace(/\(\?:([^()|]*)(?:\|[^()]*)?\)\??/g, '$1')
    .replace(/\[([A-Za-z])[A-Za-z]+\]/g, '$1')
    .replace(/\[[^\]]*\][*+]?|\\[Sd]\+?/g, '…')
    .replace(/\\([.()[\]])/g, '$1')
    .replace(/[?^$]/g, '')
    .trim();
}

/**
 * The messages that a pattern of `content/errors.yaml` stands for, as a reader knows them:
 * `'network \S+ not found'` ⇒ `network … not found`.
 */
export function readablePattern(pattern: string): string {
  return [...new Set(alternatives(pattern).map(inWords))].join('\n');
}
