/** What the session of a page knows in the reader's language; loaded in the worker when it is first asked for. */
import type { ExplainData } from '../explain/data.ts';
import { describeFrom } from '../explain/describe.ts';
import { explain } from '../explain/explain.ts';
import { explanationText } from '../explain/text.ts';
import type { Locale } from './boot-texts.ts';
import { explainTexts } from './explain-texts.ts';
import { explainAddress, loadJson } from './reference-files.ts';

const dataFor = (locale: Locale): Promise<ExplainData> => loadJson<ExplainData>(explainAddress(locale));

/** What `explain docker run …` prints. */
export async function explainWords(
  locale: Locale,
  source: string,
  look: { columns: number; colours: boolean },
): Promise<string> {
  const tokens = explain(source, await dataFor(locale));
  return explanationText(source, tokens, { ...look, danger: explainTexts.danger[locale] });
}

/** The descriptions of `--help`. */
export async function descriptions(locale: Locale): Promise<ReturnType<typeof describeFrom>> {
  return describeFrom(await dataFor(locale));
}
