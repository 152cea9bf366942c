import { z } from 'astro/zod';

const text = z.strictObject({ es: z.string(), en: z.string() });

const option = z.strictObject({ ...text.shape, danger: text.optional() });

const program = z.strictObject({
  ...text.shape,
  danger: text.optional(),
  options: z.record(z.string(), option).default({}),
  subcommands: z.record(z.string(), text).default({}),
  words: z.array(text).default([]),
  command: z.int().min(0).optional(),
  script: z.int().min(0).optional(),
  bundle: z.boolean().optional(),
});

/** `content/shell-words.yaml` */
export const shellWordsSchema = z.strictObject({
  shell: z.record(z.string(), text),
  programs: z.record(z.string(), program),
});

/** `content/explain.yaml` */
export const explainSchema = z.strictObject({
  texts: z.record(z.string(), text),
  kinds: z.record(z.string(), text),
});

export type ShellWords = z.infer<typeof shellWordsSchema>;
export type ExplainTexts = z.infer<typeof explainSchema>;
