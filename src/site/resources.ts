import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'astro/zod';
import { parse } from 'yaml';

const text = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const address = z.url({ protocol: /^https?$/ });

const resourcesSchema = z.strictObject({
  checked: text,
  links: z.array(
    z.strictObject({
      group: z.enum(['docker', 'learn', 'several', 'security']),
      url: address,
      /** Language of the page behind the link, where it has only one. */
      lang: z.enum(['es', 'en']).optional(),
      name: z.union([
        z
          .string()
          .min(1)
          .transform((name) => ({ es: name, en: name })),
        text,
      ]),
      about: text,
      /** Addresses of the notes that this one stands for today. */
      was: z.array(address).default([]),
    }),
  ),
  gone: z.array(z.strictObject({ url: address, why: text, instead: text })),
});

export type Resources = z.infer<typeof resourcesSchema>;

export type ResourceGroup = Resources['links'][number]['group'];

/** Reads `content/resources.yaml`; throws with every field that is not as it should be. */
export function readResources(file: string = resolve('content/resources.yaml')): Resources {
  const result = resourcesSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${file}:\n  ${problems.join('\n  ')}`);
}
