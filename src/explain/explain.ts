import type { ExplainData, Token } from './data.ts';
import { Explainer } from './explainer.ts';

/**
 * Takes a snippet apart: every word, flag, value and mark with what it means, in the order of the source, the outer before
 * the inner. `docker ps -q | wc -l` ⇒ `docker`, `ps`, `-q`, `|`, `wc`, `-l`.
 */
export function explain(source: string, data: ExplainData): Token[] {
  const explainer = new Explainer(source, data);
  explainer.explain({ from: 0, to: source.length });
  return explainer.tokens.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from || b.to - a.to);
}
