import sitemap from '@astrojs/sitemap';
import type { AstroIntegration } from 'astro';
import { absolute, hreflangRows } from './alternates.ts';
import { allPages } from './pages.ts';

/** The sitemap with, for each page, its addresses in every language (`xhtml:link`). The chooser at `/` is left out. */
export function siteMap(): AstroIntegration {
  return sitemap({
    filter: (address) => allPages().some((page) => absolute(page.path) === address),
    serialize(item) {
      const page = allPages().find((candidate) => absolute(candidate.path) === item.url);
      if (!page) return undefined;
      return { ...item, links: hreflangRows(page.key) };
    },
  });
}
