import { satteri } from '@astrojs/markdown-satteri';
import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';
import { BASE } from './src/site/base-path.ts';
import { contentSecurityPolicy } from './src/site/csp.ts';
import { finishPages } from './src/site/finish-pages.ts';
import { muelleChecks, muelleCoverage, muelleMarkdown } from './src/site/integrations.ts';
import { linkCheck } from './src/site/link-check.ts';
import { DEFAULT_LOCALE, LOCALES } from './src/site/locales.ts';
import { pageCheck } from './src/site/page-check.ts';
import { pageLinks } from './src/site/page-links.ts';
import { plainImports } from './src/site/plain-imports.ts';
import { SITE } from './src/site/project.ts';
import { commandLists } from './src/site/search/list-files.ts';
import { searchIndex } from './src/site/search/prose-index.ts';
import { siteMap } from './src/site/sitemap.ts';
import { markdownTwins } from './src/site/twins/twins.ts';
import { noZlib, workerChunks } from './src/site/worker-build.ts';

export default defineConfig({
  site: SITE,
  base: BASE,
  trailingSlash: 'always',
  // A checkout has its own cache, also when it shares `node_modules` with others.
  cacheDir: './.cache/astro',
  // Astro 7's default drops the space between inline elements on separate lines, which glues commands to words.
  compressHTML: true,
  build: {
    // The style sheet travels inside the HTML: the first paint waits for no second request (what it costs: src/site/page-style.ts).
    inlineStylesheets: 'always',
    assets: 'assets',
  },
  devToolbar: { enabled: false },
  i18n: {
    locales: [...LOCALES],
    defaultLocale: DEFAULT_LOCALE,
    routing: { prefixDefaultLocale: true, redirectToDefaultLocale: false },
  },
  integrations: [
    pageCheck(),
    muelleChecks(),
    mdx(),
    siteMap(),
    searchIndex(),
    commandLists(),
    finishPages(),
    markdownTwins(),
    linkCheck(),
    muelleCoverage(),
  ],
  markdown: {
    // Code blocks are ours: classes instead of `style` attributes, which the policy below forbids.
    syntaxHighlight: false,
    processor: satteri({
      hastPlugins: [pageLinks(), ...muelleMarkdown()],
      features: {
        // "--rm" in prose must stay two hyphens.
        smartPunctuation: false,
        // `## Título {#id}`: the same fragment in both languages.
        headingAttributes: true,
      },
    }),
  },
  security: { csp: contentSecurityPolicy },
  // A small script that imports Pagefind breaks when Astro inlines it (withastro/astro#17265).
  vite: {
    build: { assetsInlineLimit: 0 },
    plugins: [plainImports()],
    // The simulator's worker loads rare programs when they are first used; that takes modules.
    worker: { format: 'es', plugins: () => [noZlib()], rolldownOptions: { output: workerChunks } },
  },
});
