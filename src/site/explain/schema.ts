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

const knownError = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    pattern: z.string().optional(),
    exit: z.int().min(1).max(255).optional(),
    cause: text,
    cure: text,
    /** Images that are present when the example starts. */
    start: z.array(z.string()).default([]),
    /** What people type in search who do not paste the message. */
    words: z.strictObject({ es: z.array(z.string()), en: z.array(z.string()) }).optional(),
    /** Commands that end with this error. */
    example: z.string().optional(),
    /** What the test types. */
    input: z.string().optional(),
    /** Milliseconds of engine time until Ctrl-C. */
    stop: z.int().optional(),
    /** Why there is no example. */
    unsimulated: text.optional(),
  })
  .refine(
    ({ pattern, exit }) => pattern !== undefined || exit !== undefined,
    'give a pattern or an exit code',
  )
  .refine(
    ({ example, unsimulated }) => (example === undefined) !== (unsimulated === undefined),
    'give an example, or say why there is none (unsimulated)',
  );

/** `content/errors.yaml` */
export const errorsSchema = z.array(knownError);

export type ErrorEntry = z.infer<typeof knownError>;
