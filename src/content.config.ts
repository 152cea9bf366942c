import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { frontmatterSchema } from './site/frontmatter.ts';
import { DOCS_FOLDER } from './site/pages.ts';

const docs = defineCollection({
  loader: glob({
    base: `./${DOCS_FOLDER}`,
    pattern: '**/[^_]*.mdx',
    // Keeps the path as the id; otherwise Astro takes `slug`, which differs between the languages.
    generateId: ({ entry }) => entry.replace(/\.mdx$/, ''),
  }),
  schema: frontmatterSchema,
});

export const collections = { docs };
