import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { BASE } from './base-path.ts';
import { originOfLink } from './page-links.ts';
import { SITE } from './project.ts';

const ATTRIBUTE = /\s(?:href|src|action|poster)=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;
const ID = /\sid=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

const decode = (text: string) =>
  text.replaceAll('&amp;', '&').replaceAll('&#38;', '&').replaceAll('&quot;', '"');

/** What a snippet carries as data: it may hold HTML, whose links are not the page's. */
const SNIPPET_DATA = / data-(?:source|content|input)="[^"]*"/g;

function valuesOf(page: string, pattern: RegExp): string[] {
  const html = page.replaceAll(SNIPPET_DATA, '');
  const tags = html.match(/<[a-z][^>]*>/gi) ?? [];
  return tags.flatMap((tag) =>
    [...tag.matchAll(pattern)].map((match) => decode(match[1] ?? match[2] ?? match[3] ?? '')),
  );
}

/**
 * Follows every link of a built site, fragments included: what is wrong, one line each, with the source file when the
 * link was written in a page. Links to other sites are not followed.
 */
export function findBrokenLinks(dist: string, base: string = BASE): string[] {
  const htmlFiles = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  );
  const idsOf = new Map(
    htmlFiles.map((name) => [name, new Set(valuesOf(readFileSync(join(dist, name), 'utf8'), ID))]),
  );
  const problems: string[] = [];
  for (const name of htmlFiles) {
    const path = `/${name.replace(/(^|\/)index\.html$/, '$1')}`;
    const here = new URL(base + path.slice(1), SITE);
    for (const target of new Set(valuesOf(readFileSync(join(dist, name), 'utf8'), ATTRIBUTE))) {
      if (!URL.canParse(target, here)) {
        problems.push(`${path}: "${target}" is not an address`);
        continue;
      }
      const url = new URL(target, here);
      if (url.origin !== here.origin || target.startsWith('data:')) continue;
      const where = originOfLink(path, target) ?? path;
      if (!url.pathname.startsWith(base)) {
        problems.push(
          `${where}: "${target}" is outside of the base path ${base}. Make internal links with href().`,
        );
        continue;
      }
      const file = decodeURIComponent(url.pathname.slice(base.length)).replace(/(^|\/)$/, '$1index.html');
      if (!existsSync(join(dist, file)) || !statSync(join(dist, file)).isFile()) {
        problems.push(`${where}: "${target}" leads to no page`);
      } else if (url.hash && !idsOf.get(file)?.has(decodeURIComponent(url.hash.slice(1)))) {
        problems.push(
          `${where}: "${target}": the page has no id "${url.hash.slice(1)}". Give its heading one: ## Title {#id}`,
        );
      }
    }
  }
  return problems;
}

/** After the build, fails on any internal link or fragment that leads nowhere. */
export function linkCheck(): AstroIntegration {
  return {
    name: 'muelle-link-check',
    hooks: {
      'astro:build:done': ({ dir, logger }) => {
        const problems = findBrokenLinks(fileURLToPath(dir));
        if (problems.length > 0)
          throw new Error(`${problems.length} broken link(s):\n  ${problems.join('\n  ')}`);
        logger.info('every internal link and fragment leads somewhere');
      },
    },
  };
}
