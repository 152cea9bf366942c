import type { Word } from './ast.ts';

/** The text of a word without any quoting or expansion; undefined for others. */
export function plain(word: Word): string | undefined {
  if (word.parts.length !== 1) return undefined;
  const [part] = word.parts;
  return part?.kind === 'text' ? part.text : undefined;
}
