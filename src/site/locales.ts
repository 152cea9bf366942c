/** The languages of the site. The first one is the default (`x-default`, target of `/`). */
export const LOCALES = ['es', 'en'] as const;

export type Locale = (typeof LOCALES)[number];

export const DEFAULT_LOCALE: Locale = 'es';

/** How each language calls itself, for the language switch. */
export const LANGUAGE_NAMES: Record<Locale, string> = { es: 'Español', en: 'English' };

/** Tells whether a word is one of the site's languages: `'es' ⇒ true`, `'fr' ⇒ false`. */
export function isLocale(word: string | undefined): word is Locale {
  return LOCALES.some((locale) => locale === word);
}

/** The language of an Astro route (`/[locale]/…`); throws outside of it, because every route of ours has one. */
export function localeOf(word: string | undefined): Locale {
  if (isLocale(word)) return word;
  throw new Error(`"${word}" is not a language of this site (${LOCALES.join(', ')})`);
}
