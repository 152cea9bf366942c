import { createHash } from 'node:crypto';

/** How many words in a row make a copied sentence. */
export const RUN = 10;

/** Prose without code: fences, indented blocks, inline code, addresses, tags and prompts are quotations, not sentences. */
function proseOf(text: string): string {
  return text
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/^(`{3,}|~{3,})[\s\S]*?^\1.*$/gm, ' ¶ ')
    .replace(/^(?: {4}|\t).*$/gm, ' ¶ ')
    .replace(/^\s*[$#>] .*$/gm, ' ¶ ')
    .replace(/`[^`\n]*`/g, ' ¶ ')
    .replace(/https?:\/\/\S+/g, ' ¶ ')
    .replace(/<[^>\n]*>/g, ' ');
}

/** The words of a text in lower case without accents; `¶` breaks a run. */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+|¶/gu) ?? [];
}

function* runsOf(words: readonly string[]): Generator<string> {
  for (let at = 0; at + RUN <= words.length; at++) {
    const run = words.slice(at, at + RUN);
    if (!run.includes('¶')) yield run.join(' ');
  }
}

/** Every ten words in a row of a page's prose; none goes across code. */
export const proseRuns = (text: string): Generator<string> => runsOf(wordsOf(proseOf(text)));

/** Every ten words in a row of a note, its code included: a page may copy neither as prose. */
export const noteRuns = (text: string): Generator<string> => runsOf(wordsOf(text));

/** A short fingerprint: the notes' sentences are compared without being kept here. */
export function fingerprint(words: string): string {
  return createHash('sha256').update(words).digest('base64url').slice(0, 8);
}
