import { explain } from '../../explain/explain.ts';
import { explanationHtml } from '../../explain/html.ts';
import { explainTexts } from '../../runner/explain-texts.ts';
import type { PageDocument } from '../markdown/document.ts';
import { explainData } from './data.ts';

/** The explanation of one snippet. */
export interface ExplainSection {
  /** `step-3`, as in `data-step`; `shown-0` for those that are only shown. */
  readonly id: string;
  /** Number of the step on its page, from 1; undefined for what is only shown. */
  readonly step: number | undefined;
  readonly html: string;
}

/** The explanations of all snippets of a page, in order. */
export function explainSections(document: Pick<PageDocument, 'fences' | 'locale'>): ExplainSection[] {
  const { locale, fences } = document;
  const data = explainData(locale);
  const words = { danger: explainTexts.danger[locale] };
  let step = 0;
  let shown = 0;
  return fences.flatMap(({ words: { kind }, code }): ExplainSection[] => {
    const number = kind === 'run' || kind === 'term' || kind === 'file' ? step++ : undefined;
    if (kind !== 'run' && kind !== 'term' && kind !== 'norun') return [];
    const id = number === undefined ? `shown-${shown++}` : `step-${number}`;
    const html = explanationHtml(code, explain(code, data), id, words);
    return [{ id, step: number === undefined ? undefined : number + 1, html }];
  });
}
