/** Explains in the browser what no page of the site explains: what the reader has written. */
import type { ExplainData } from '../explain/data.ts';
import { explain } from '../explain/explain.ts';
import { explanationHtml } from '../explain/html.ts';
import type { Locale } from './boot-texts.ts';
import { explainTexts } from './explain-texts.ts';
import { explainAddress, loadJson } from './reference-files.ts';

/** The explanation of a text as HTML; `id` begins the ids in it. */
export async function explainHere(source: string, locale: Locale, id: string): Promise<string> {
  const data = await loadJson<ExplainData>(explainAddress(locale));
  return explanationHtml(source, explain(source, data), id, { danger: explainTexts.danger[locale] });
}
