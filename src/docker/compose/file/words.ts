import { ComposeError } from '../error.ts';

/** Splits a command as a shell would, without running anything: `sh -c "a b"` ⇒ `['sh', '-c', 'a b']`. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === "'" || char === '"') {
      let end = at + 1;
      let inner = '';
      while (end < text.length && text[end] !== char) {
        if (char === '"' && text[end] === '\\' && /["\\$`]/.test(text[end + 1] ?? '')) end++;
        inner += text[end] ?? '';
        end++;
      }
      if (end >= text.length) throw new ComposeError('invalid command line string');
      word = (word ?? '') + inner;
      at = end;
    } else if (char === '\\') {
      word = (word ?? '') + (text[at + 1] ?? '');
      at++;
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}
