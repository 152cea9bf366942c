import type { Group } from './frontmatter.ts';
import type { Locale } from './locales.ts';
import { allPages, type Doc, isDoc, type Page, pageOf } from './pages.ts';
import { DATA_PAGES, keyOfDataPage } from './reference/data-pages.ts';
import { REFERENCE_KEY } from './reference/pages.ts';
import { groupTexts } from './texts.ts';

export interface NavigationGroup {
  readonly group: Group;
  readonly label: string;
  readonly links: readonly { readonly page: Page; readonly label: string }[];
}

/** Pages made in code that stand in a group, before its files. */
const MADE: Readonly<Partial<Record<Group, readonly string[]>>> = {
  reference: [REFERENCE_KEY, ...DATA_PAGES.map(keyOfDataPage), 'simulated'],
};

/** The pages of a language in reading order. */
export function readingOrder(locale: Locale): readonly Doc[] {
  return allPages()
    .filter(isDoc)
    .filter((page) => page.locale === locale)
    .sort((a, b) => a.frontmatter.order - b.frontmatter.order || a.key.localeCompare(b.key));
}

/** The navigation of a language: groups that have pages, in the order of `groupTexts`. */
export function navigation(locale: Locale): readonly NavigationGroup[] {
  const docs = readingOrder(locale);
  return (Object.keys(groupTexts) as Group[])
    .map((group) => ({
      group,
      label: groupTexts[group][locale],
      links: [
        ...(MADE[group] ?? []).map((key) => pageOf(key, locale)).map((page) => ({ page, label: page.title })),
        ...docs
          .filter((doc) => doc.frontmatter.group === group)
          .map((page) => ({ page, label: page.frontmatter.nav })),
      ],
    }))
    .filter(({ links }) => links.length > 0);
}

/** The pages before and after one in reading order. */
export function neighbours(
  key: string,
  locale: Locale,
): { previous: Doc | undefined; next: Doc | undefined } {
  const docs = readingOrder(locale);
  const at = docs.findIndex((doc) => doc.key === key);
  if (at < 0) return { previous: undefined, next: undefined };
  return { previous: docs[at - 1], next: docs[at + 1] };
}
