import type { Locale } from '../locales.ts';

/** Address of a language's command list below the base path. */
export const listAddress = (locale: Locale): string => `search/${locale}.json`;

/** Address of what is searched but not shown: phrases, flags. */
export const wordsAddress = (locale: Locale): string => `search/words.${locale}.json`;
