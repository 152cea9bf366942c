import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { href } from '../base-path.ts';
import { LOCALES, type Locale } from '../locales.ts';
import { say } from '../texts.ts';
import { PAPER_NAMES, PAPERS, type Paper, sheetTexts } from './texts.ts';

/** A built page with a cheat sheet. */
export interface BuiltSheet {
  readonly name: string;
  readonly locale: Locale;
  /** The HTML file. */
  readonly file: string;
  /** Where a server of `dist` has it. */
  readonly path: string;
  /** Where each PDF goes, in `dist`: `sheets/muelle-cli-es-a4.pdf`. */
  readonly pdfs: Readonly<Record<Paper, string>>;
}

/** Every page of a built site that shows a cheat sheet, in the order of their addresses. */
export function builtSheets(dist: string): BuiltSheet[] {
  return LOCALES.flatMap((locale) =>
    readdirSync(join(dist, locale))
      .sort()
      .flatMap((slug): BuiltSheet[] => {
        const file = join(dist, locale, slug, 'index.html');
        const name = nameOfSheet(file);
        if (name === undefined) return [];
        const pdf = (paper: Paper) => `sheets/muelle-${name}-${locale}-${paper}.pdf`;
        return [
          { name, locale, file, path: `/${locale}/${slug}/`, pdfs: { a4: pdf('a4'), letter: pdf('letter') } },
        ];
      }),
  );
}

function nameOfSheet(file: string): string | undefined {
  try {
    return / data-sheet="?([\w-]+)/.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    // A folder without a page.
    return undefined;
  }
}

/** A built page with links to its PDFs where the sheet keeps a place for them; those of an earlier call are replaced. */
export function withPdfLinks(html: string, locale: Locale, pdfs: Readonly<Record<Paper, string>>): string {
  const links = PAPER_NAMES.map(
    (paper) =>
      `<a href="${href(`/${pdfs[paper]}`)}" type="application/pdf">${say(sheetTexts.pdf, locale, PAPERS[paper])}</a>`,
  );
  return html.replace(/(<span data-pdfs>)[\s\S]*?(<\/span>)/, (_, start: string, end: string) =>
    [start, ...links, end].join(''),
  );
}
