import { findError, type KnownError } from '../../explain/errors.ts';
import { explain } from '../../explain/explain.ts';
import { escaped, explanationHtml, sentenceHtml } from '../../explain/html.ts';
import { explainTexts } from '../../runner/explain-texts.ts';
import type { Locale } from '../locales.ts';
import type { PageDocument } from '../markdown/document.ts';
import { shellRows } from '../sheets/rows.ts';
import { sheetOf } from '../sheets/sheets.ts';
import type { CommandResult, StepResult } from '../snippets/run-page.ts';
import { snippetTexts } from '../snippets/texts.ts';
import { say } from '../texts.ts';
import { explainData } from './data.ts';
import { knownErrors } from './errors.ts';

/** The explanation of one snippet. */
export interface ExplainSection {
  /** `step-3`, as in `data-step`; `shown-0` for those that are only shown; `row-0` for those of a cheat sheet. */
  readonly id: string;
  /** What a row of a cheat sheet does. */
  readonly title?: string;
  /** Number of the step on its page, from 1; undefined for what is only shown. */
  readonly step: number | undefined;
  readonly html: string;
}

/** Why a command of a page fails, where that is a usual error. */
function errorHtml({ exit, output }: CommandResult, errors: readonly KnownError[], locale: Locale): string {
  const said = output.map((line) => line.map(({ text }) => text).join('')).join('\n');
  const error = findError(errors, said, exit);
  if (!error) return '';
  const code = escaped(say(snippetTexts.exit, locale, exit));
  return `<p class="explained-error"><strong>${code}:</strong> ${sentenceHtml(error.cause)} <strong>${explainTexts.cure[locale]}:</strong> ${sentenceHtml(error.cure)}</p>`;
}

/** The explanations of the rows of a page's cheat sheets. */
function rowSections({ sheets, locale }: Pick<PageDocument, 'sheets' | 'locale'>): ExplainSection[] {
  const data = explainData(locale);
  const words = { danger: explainTexts.danger[locale] };
  return sheets.flatMap((name) =>
    shellRows(sheetOf(name)).map(({ row, id }) => ({
      id,
      step: undefined,
      title: row[locale],
      html: explanationHtml(row.run, explain(row.run, data), id, words),
    })),
  );
}

/** The explanations of all snippets of a page, in order; `results` are what its steps did. */
export function explainSections(
  document: Pick<PageDocument, 'fences' | 'sheets' | 'locale'>,
  results: readonly StepResult[],
): ExplainSection[] {
  const { locale, fences } = document;
  const data = explainData(locale);
  const errors = knownErrors(locale);
  const words = { danger: explainTexts.danger[locale] };
  let step = 0;
  let shown = 0;
  const steps = fences.flatMap(({ words: { kind }, code }): ExplainSection[] => {
    const number = kind === 'run' || kind === 'term' || kind === 'file' ? step++ : undefined;
    if (kind !== 'run' && kind !== 'term' && kind !== 'norun') return [];
    const id = number === undefined ? `shown-${shown++}` : `step-${number}`;
    const failures = new Set(
      (number === undefined ? [] : (results[number]?.commands ?? [])).map((result) =>
        errorHtml(result, errors, locale),
      ),
    );
    const html = explanationHtml(code, explain(code, data), id, words) + [...failures].join('');
    return [{ id, step: number === undefined ? undefined : number + 1, html }];
  });
  return [...steps, ...rowSections(document)];
}
