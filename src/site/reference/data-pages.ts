import { LOCALES } from '../locales.ts';
import type { Page } from '../pages.ts';
import { dataPageTexts, referenceTexts } from './texts.ts';

/** The pages of the reference that are no commands: what files and templates may hold. */
export type DataPageName = keyof typeof dataPageTexts;

/** `dockerfile` ⇒ `reference/dockerfile`. */
export function keyOfDataPage(name: DataPageName): string {
  return `reference/${name}`;
}

/** Names of these pages, in the order of the navigation. */
export const DATA_PAGES = Object.keys(dataPageTexts) as readonly DataPageName[];

/** These pages in every language. */
export function dataPages(): Page[] {
  return LOCALES.flatMap((locale) =>
    DATA_PAGES.map((name) => ({
      key: keyOfDataPage(name),
      locale,
      path: `/${locale}/${referenceTexts.slug[locale]}/${name}/`,
      title: dataPageTexts[name].title[locale],
      description: dataPageTexts[name].description[locale],
      source: dataPageTexts[name].source,
    })),
  );
}
