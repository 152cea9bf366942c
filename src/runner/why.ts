/** Offers, under a command that has failed, what the error means; loaded when the first command fails. */
import { findError, type KnownError } from '../explain/errors.ts';
import styles from '../styles/why.css?inline';
import { localeOf } from './boot-texts.ts';
import { el } from './dom.ts';
import { explainTexts } from './explain-texts.ts';
import { errorsAddress, loadJson } from './reference-files.ts';
import { adoptStyles } from './sheet.ts';

adoptStyles(styles);

/** Text with code between backticks. */
function sentence(text: string): (Node | string)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? el('code', {}, part) : part));
}

/** Cause and cure of an error, folded; undefined for errors that are none of the usual ones. */
export async function whyOf(output: string, exit: number): Promise<HTMLElement | undefined> {
  const locale = localeOf(document);
  const errors = await loadJson<KnownError[]>(errorsAddress(locale));
  const error = findError(errors, output, exit);
  if (!error) return undefined;
  const { why, cure } = explainTexts;
  return el(
    'details',
    { className: 'why', data: { error: error.id } },
    el('summary', {}, why[locale]),
    el('p', {}, ...sentence(error.cause)),
    el('p', {}, el('strong', {}, `${cure[locale]}:`), ' ', ...sentence(error.cure)),
  );
}
