import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';

/** Characters that belong to a word here, so that `--rm` is not `rm` and `8080:80` is one word. */
export const SEARCH_CHARACTERS = '-:./=$';

function failOn(errors: readonly string[]): void {
  if (errors.length > 0) throw new Error(`the search index could not be written: ${errors.join('; ')}`);
}

/** After the build, indexes the pages with Pagefind into `dist/pagefind/`. */
export function searchIndex(): AstroIntegration {
  return {
    name: 'muelle-search-index',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const pagefind = await import('pagefind');
        try {
          const { errors, index } = await pagefind.createIndex({ includeCharacters: SEARCH_CHARACTERS });
          failOn(errors);
          if (!index) throw new Error('Pagefind made no index');
          const pages = await index.addDirectory({ path: fileURLToPath(dir) });
          failOn(pages.errors);
          const written = await index.writeFiles({ outputPath: fileURLToPath(new URL('pagefind', dir)) });
          failOn(written.errors);
          logger.info(`${pages.page_count} pages in the search index`);
        } finally {
          await pagefind.close();
        }
      },
    },
  };
}
