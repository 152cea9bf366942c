import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { absolute } from '../alternates.ts';
import { LANGUAGE_NAMES, LOCALES, type Locale } from '../locales.ts';
import { navigation } from '../navigation.ts';
import { allPages, type Page, pageOf } from '../pages.ts';
import { commandGroups } from '../reference/groups.ts';
import { keyOfCommand } from '../reference/pages.ts';
import { frameTexts } from '../texts.ts';
import { pageMarkdown } from './page-markdown.ts';

/** Name of a page's Markdown, beside its `index.html`. */
export const TWIN = 'index.md';

const entry = ({ path, title, description }: Page) =>
  `- [${title}](${absolute(path)}${TWIN}): ${description}`;

function listOf(locale: Locale): string[] {
  const groups = navigation(locale).map(({ label, links }) => ({
    label,
    pages: links.map(({ page }) => page),
  }));
  const commands = commandGroups().map(({ title, commands }) => ({
    label: title[locale],
    pages: commands.map(({ id }) => pageOf(keyOfCommand(id), locale)),
  }));
  return [...groups, ...commands].flatMap(({ label, pages }) => [
    `### ${label}`,
    '',
    ...pages.map(entry),
    '',
  ]);
}

/** `llms.txt`: what the site is and the Markdown of every page (llmstxt.org). */
export function llmsText(): string {
  const about = LOCALES.map(
    (locale) => `> ${frameTexts.tagline[locale]}. ${pageOf('index', locale).description}`,
  );
  const parts = LOCALES.flatMap((locale) => [`## ${LANGUAGE_NAMES[locale]}`, '', ...listOf(locale)]);
  return ['# Muelle', '', about.join('\n>\n'), '', ...parts].join('\n');
}

/** After the build, writes the Markdown of every page beside it, and `llms.txt`. */
export function markdownTwins(): AstroIntegration {
  return {
    name: 'muelle-markdown-twins',
    hooks: {
      'astro:build:done': ({ dir, logger }) => {
        const dist = fileURLToPath(dir);
        const pages = allPages();
        for (const { path } of pages) {
          const html = readFileSync(join(dist, path, 'index.html'), 'utf8');
          writeFileSync(join(dist, path, TWIN), pageMarkdown(html, absolute(path)));
        }
        writeFileSync(join(dist, 'llms.txt'), llmsText());
        logger.info(`${pages.length} pages as Markdown`);
      },
    },
  };
}
