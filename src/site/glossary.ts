import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'astro/zod';
import { parse } from 'yaml';
import type { Locale } from './locales.ts';

/** Where the terms are, from the root of the project. */
export const GLOSSARY_FILE = 'content/glossary.yaml';

/** The page that shows them. */
export const GLOSSARY_PAGE = 'reference/glossary';

const text = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const words = z.array(z.string().min(1));

const termSchema = z.strictObject({
  id: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  term: text,
  forbidden: z.strictObject({ es: words, en: words }),
  definition: text,
  /** False for everyday words, and for words with another meaning besides: pages do not link them. */
  link: z.boolean().default(true),
  /** Forms of the term that are not made by the rules for plurals. */
  forms: z.strictObject({ es: words.default([]), en: words.default([]) }).optional(),
});

const glossarySchema = z.strictObject({
  /** Names and titles in which a forbidden word is right. */
  names: z.strictObject({ es: words, en: words }),
  terms: z.array(termSchema),
});

export type Term = z.infer<typeof termSchema>;
export type Glossary = z.infer<typeof glossarySchema>;

/** Reads the glossary; throws with every field that is not as it should be. */
export function readGlossary(file: string = resolve(GLOSSARY_FILE)): Glossary {
  const result = glossarySchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${file}:\n  ${problems.join('\n  ')}`);
}

/** The terms in the alphabet of a language. */
export function sortedTerms(glossary: Glossary, locale: Locale): Term[] {
  const { compare } = new Intl.Collator(locale);
  return glossary.terms.toSorted((a, b) => compare(a.term[locale], b.term[locale]));
}
