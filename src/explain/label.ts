import type { Token } from './data.ts';

/** What stands beside a sentence: the source, and for a letter of `-it` the hyphen that it shares. */
export function labelOf(source: string, { from, to, kind }: Token): string {
  const label = source.slice(from, to);
  const isLetter = kind === 'flag' && label.length === 1 && /(?:^|\s)-\w*$/.test(source.slice(0, from));
  return isLetter ? `-${label}` : label;
}
