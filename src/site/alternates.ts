import { href } from './base-path.ts';
import { DEFAULT_LOCALE, LOCALES, type Locale } from './locales.ts';
import { type Page, pageOf } from './pages.ts';
import { SITE } from './project.ts';

/** The page in every language, its own included. Throws when one is missing. */
export function alternatesOf(key: string): ReadonlyMap<Locale, Page> {
  return new Map(LOCALES.map((locale) => [locale, pageOf(key, locale)]));
}

/** Absolute address of a site path: `/es/ ⇒ https://muelle.example/es/`. */
export function absolute(path: string): string {
  return new URL(href(path), SITE).href;
}

/** Rows of `hreflang` for a page: every language and `x-default`, absolute. */
export function hreflangRows(key: string): { lang: string; url: string }[] {
  const pages = alternatesOf(key);
  const rows = [...pages].map(([locale, page]) => ({ lang: locale as string, url: absolute(page.path) }));
  const byDefault = key === 'index' ? '/' : pages.get(DEFAULT_LOCALE)?.path;
  if (byDefault) rows.push({ lang: 'x-default', url: absolute(byDefault) });
  return rows;
}
