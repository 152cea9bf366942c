import { z } from 'astro/zod';
import { groupTexts } from './texts.ts';

/** Names of the navigation groups. */
export type Group = keyof typeof groupTexts;

const groups = Object.keys(groupTexts) as [Group, ...Group[]];
const inventoryId = z.string().regex(/^00[0-4]-\d+$/, 'must look like "001-17"');
const snippetId = z.string().regex(/^00[0-4]-s\d+$/, 'must look like "001-s017"');
const imageReference = z.string().min(1);

/** What stands between the two `---` of a page. */
export const frontmatterSchema = z.strictObject({
  title: z.string().min(1),
  description: z.string().min(1).max(160),
  /** Localised address; the home page (`index`) has none. */
  slug: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)*$/, 'lower-case words joined by "-"')
    .optional(),
  /** Short label for the navigation. */
  nav: z.string().min(1),
  group: z.enum(groups),
  /** Place in the reading order. */
  order: z.number(),
  /** Sections of the original notes that this page absorbs. */
  covers: z.array(inventoryId).default([]),
  /** Snippets of the notes that the prose treats inline rather than by a fence. */
  snippets: z.array(snippetId).default([]),
  /** Start state of the page's session: a fresh engine, or one with these images pulled. */
  start: z.union([z.literal('empty'), z.array(imageReference)]).default('empty'),
  figures: z.array(z.string()).default([]),
});

export type Frontmatter = z.infer<typeof frontmatterSchema>;
