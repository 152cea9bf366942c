import type { Locale } from '../locales.ts';

/** Address of a language's command list below the base path. */
export const listAddress = (locale: Locale): string => `search/${locale}.json`;

/** Address of the flags of its commands, with their sentences. */
export const flagsAddress = (locale: Locale): string => `search/flags.${locale}.json`;
