import { z } from 'astro/zod';

/** Size of the text on paper, in points: the smallest, which most sheets have, and the largest. */
export const SMALLEST_PRINT = 7.3;
const LARGEST_PRINT = 9;

/** Width of a column of a printed sheet on A4, in points, and of a character in parts of its size. */
const COLUMN = 263;
const ADVANCE = 0.602;

/** How many characters of a command stand in a line of a printed sheet: `7.3 ⇒ 58`; one is kept for the border of a danger. */
export function longestLine(print: number): number {
  return Math.floor(COLUMN / (print * ADVANCE)) - 1;
}

const bothLanguages = z.strictObject({ es: z.string().min(1), en: z.string().min(1) });
const snippetId = z.string().regex(/^00[0-4]-s\d+$/, 'must look like "001-s017"');
const sentence = z
  .string()
  .min(1)
  .max(120, 'must be at most 120 characters: a sheet has no room for more')
  .regex(/\.$/, 'must end with a full stop');

const command = z
  .string()
  .min(1)
  .refine((text) => text === text.trim(), 'must not begin or end with space')
  .refine((text) => !text.includes('\t'), 'must not hold a tab: paper has none');

/** What a row holds besides shell commands: a piece of one of these files. */
export const FILE_KINDS = ['dockerfile', 'yaml', 'dockerignore', 'env'] as const;

const row = z
  .strictObject({
    /** What stands on the sheet and what Copy gives, byte for byte. */
    run: command,
    es: sentence,
    en: sentence,
    /** A piece of a file; without it the row is a shell command. */
    file: z.enum(FILE_KINDS).optional(),
    /** Where a piece of YAML belongs: at the top of a compose file, or in a service (the usual place). */
    place: z.enum(['top', 'service']).optional(),
    /**
     * What stands before the row in the file that the test makes of it: the lines above (Dockerfile; `FROM alpine` when
     * not given), other parts of the compose file (yaml).
     */
    before: z.string().optional(),
    /** Shell commands that run before, unseen, so that the row finds what it names; whether they succeed does not matter. */
    setup: z.string().optional(),
    /** Exit code that the row ends with. */
    expect: z.int().min(0).max(255).optional(),
    /** Seconds of engine time until Ctrl-C, for what never ends (exit code 130). */
    stop: z.number().positive().optional(),
    /** What the test types into an interactive command; the reader types for himself. */
    input: z.string().optional(),
    /** Why the simulator does not run the row. */
    norun: bothLanguages.optional(),
    /** What is destroyed or exposed. */
    danger: bothLanguages.optional(),
    /** What has replaced it. */
    legacy: bothLanguages.optional(),
    /** The snippets of the notes that this row carries in today's form. */
    note: z.array(snippetId).default([]),
  })
  .refine(({ file, place }) => place === undefined || file === 'yaml', '"place" is for yaml rows only')
  .refine(
    ({ file, before }) => before === undefined || file !== undefined,
    '"before" is for pieces of files only',
  )
  .refine(
    ({ file, setup, stop, input }) => file === undefined || !(setup || stop || input),
    'a row that is part of a file is not run: remove setup, stop and input',
  );

const group = z.strictObject({ title: bothLanguages, rows: z.array(row).min(1) });

/** A cheat sheet as `content/sheets/<name>.yaml` has it. */
export const sheetSchema = z.strictObject({
  title: bothLanguages,
  /** Images that are present when the sheet's session starts. */
  start: z.array(z.string().min(1)).default([]),
  /** Size of the text on paper: a short sheet can have a larger one. */
  print: z.number().min(SMALLEST_PRINT).max(LARGEST_PRINT).default(SMALLEST_PRINT),
  groups: z.array(group).min(1),
});

export type SheetRow = z.infer<typeof row>;
export type SheetGroup = z.infer<typeof group>;
export type Sheet = z.infer<typeof sheetSchema> & { readonly name: string };
