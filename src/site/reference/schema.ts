import { z } from 'astro/zod';

const text = z.strictObject({ es: z.string().trim().min(1), en: z.string().trim().min(1) });
const words = z.strictObject({ es: z.array(z.string().min(1)), en: z.array(z.string().min(1)) });

const flag = z.strictObject({
  ...text.shape,
  value: text.optional(),
  danger: text.optional(),
  words: words.optional(),
});

const example = z
  .strictObject({
    ...text.shape,
    run: z.string().trim().min(1),
    expect: z.int().min(0).max(255).default(0),
    stop: z.string().optional(),
    input: z.string().optional(),
    norun: text.optional(),
  })
  .refine(
    ({ norun, expect, stop, input }) =>
      norun === undefined || (expect === 0 && stop === undefined && input === undefined),
    'an example that is not run has no expect, stop or input',
  );

/** A file of `content/commands`. */
export const commandSchema = z.strictObject({
  summary: text,
  details: text.optional(),
  danger: text.optional(),
  words: words.default({ es: [], en: [] }),
  like: z.string().optional(),
  arguments: z.record(z.string(), text).default({}),
  flags: z.record(z.string(), flag).default({}),
  related: z.array(z.string()).default([]),
  examples: z.array(example).default([]),
  start: z.array(z.string()).default([]),
});

export type CommandFile = z.infer<typeof commandSchema>;
