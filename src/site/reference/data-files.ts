import { resolve } from 'node:path';
import { z } from 'astro/zod';
import { readYaml } from '../read-yaml.ts';

const text = z.strictObject({ es: z.string().trim().min(1), en: z.string().trim().min(1) });
const texts = z.record(z.string(), text);
const words = z.strictObject({ es: z.array(z.string().min(1)), en: z.array(z.string().min(1)) });

const flag = z.strictObject({
  ...text.shape,
  value: text.optional(),
  danger: text.optional(),
  words: words.optional(),
  /** Kinds that the value may name: `type=cache` of `RUN --mount`. */
  types: texts.optional(),
  /** Keys of the value, which is `key=value,…`. */
  keys: texts.optional(),
});

const instruction = z.strictObject({
  summary: text,
  details: text.optional(),
  danger: text.optional(),
  words,
  syntax: z.array(z.string().min(1)).min(1),
  arguments: texts.default({}),
  flags: z.record(z.string(), flag).default({}),
  related: z.array(z.string()).default([]),
  /** One line of a Dockerfile. */
  example: z.string().min(1),
});

const dockerfileSchema = z.strictObject({
  directives: z.record(z.string(), instruction),
  instructions: z.record(z.string(), instruction),
  variables: texts,
});

const composeSchema = z.record(
  z.string(),
  z.strictObject({
    ...text.shape,
    value: text.optional(),
    danger: text.optional(),
    words: words.optional(),
    /** As it stands in its place, without the keys above it that the path names. */
    example: z.string().min(1),
  }),
);

const placeholderSchema = z.strictObject({
  /** By the id of the command, then by the name of the field. */
  fields: z.record(z.string(), texts),
  functions: texts,
});

/** Everything that may stand in a Dockerfile. */
export type DockerfileTexts = z.infer<typeof dockerfileSchema>;
/** The keys of compose.yaml by path: `services.*.ports`. */
export type ComposeKeyTexts = z.infer<typeof composeSchema>;
/** What a template of `--format` may hold. */
export type PlaceholderTexts = z.infer<typeof placeholderSchema>;

/** Reads `content/dockerfile.yaml`. Throws with every problem at once. */
export function dockerfileTexts(root: string = resolve('.')): DockerfileTexts {
  return readYaml(root, 'dockerfile.yaml', dockerfileSchema);
}

/** Reads `content/compose-keys.yaml`. Throws with every problem at once. */
export function composeKeyTexts(root: string = resolve('.')): ComposeKeyTexts {
  return readYaml(root, 'compose-keys.yaml', composeSchema);
}

/** Reads `content/placeholders.yaml`. Throws with every problem at once. */
export function placeholderTexts(root: string = resolve('.')): PlaceholderTexts {
  return readYaml(root, 'placeholders.yaml', placeholderSchema);
}
