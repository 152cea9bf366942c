import { readFileSync } from 'node:fs';
import { href } from '../base-path.ts';
import type { Locale } from '../locales.ts';
import type { Page } from '../pages.ts';
import { say, type Text } from '../texts.ts';

/** What the keys of pages begin with that explain the snippets of another page. */
const PREFIX = 'explain/';

/** A fence of commands. */
const SHELL_FENCE = /^[\s>]*(?:[-*+]\s+|\d+[.)]\s+)*(?:`{3,}|~{3,})\s*sh\s+(?:run|term|norun)\b/m;

/** Texts of the pages that explain snippets. */
export const explainPageTexts = {
  slug: { es: 'explicar', en: 'explain' },
  home: { es: 'inicio', en: 'home' },
  title: { es: '%s, explicado palabra por palabra', en: '%s, explained word by word' },
  description: {
    es: 'Qué significa cada palabra de los comandos de la página «%s».',
    en: 'What each word of the commands on the page “%s” means.',
  },
  back: { es: 'Volver a la página', en: 'Back to the page' },
  step: { es: 'Paso %s', en: 'Step %s' },
  shown: { es: 'Solo se muestra', en: 'Only shown' },
} satisfies Record<string, Text>;

/** Key of the page that explains the snippets of a page. */
export const explainKey = (key: string): string => PREFIX + key;

/** The key of the page whose snippets a page explains; undefined for other pages. */
export function explainedKey(page: Pick<Page, 'key'>): string | undefined {
  return page.key.startsWith(PREFIX) ? page.key.slice(PREFIX.length) : undefined;
}

const lastOf = ({ locale, path }: Page): string => path.replace(`/${locale}/`, '').replace(/\/$/, '');

function pathFor(page: Page): string {
  const { slug, home } = explainPageTexts;
  return `/${page.locale}/${slug[page.locale]}/${lastOf(page) || home[page.locale]}/`;
}

/** A cheat sheet, whose rows are commands. */
const SHEET = /^<Sheet /m;

function hasCommands(file: string): boolean {
  const source = readFileSync(file, 'utf8');
  return SHELL_FENCE.test(source) || SHEET.test(source);
}

/** For each page with commands, the page that explains them. */
export function explainPages(docs: readonly Page[], root: string): Page[] {
  return docs
    .filter(({ file }) => file !== undefined && hasCommands(`${root}/${file}`))
    .map((doc) => ({
      key: explainKey(doc.key),
      locale: doc.locale,
      path: pathFor(doc),
      title: say(explainPageTexts.title, doc.locale, doc.title),
      description: say(explainPageTexts.description, doc.locale, doc.title),
      source: doc.file ?? '',
    }));
}

/** Where the snippets of a page are explained: `/muelle/es/explicar/docker-run/`. `pages` are those of the site. */
export function explainAddress(pages: readonly Page[], key: string, locale: Locale): string | undefined {
  const page = pages.find((candidate) => candidate.key === explainKey(key) && candidate.locale === locale);
  return page && href(page.path);
}
