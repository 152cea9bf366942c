import { describeFrom } from '../../explain/describe.ts';
import { explain } from '../../explain/explain.ts';
import { explanationText } from '../../explain/text.ts';
import { explainTexts } from '../../runner/explain-texts.ts';
import type { SessionExtras } from '../../shell/session.ts';
import type { Locale } from '../locales.ts';
import { explainData } from './data.ts';

/** What a session knows in a reader's language, as the browser gives it: explanations and the descriptions of `--help`. */
export function sessionExtras(locale: Locale): SessionExtras {
  return {
    explain: async (source, look) => {
      const tokens = explain(source, explainData(locale));
      return explanationText(source, tokens, { ...look, danger: explainTexts.danger[locale] });
    },
    descriptions: async () => describeFrom(explainData(locale)),
  };
}
