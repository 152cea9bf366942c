import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'astro/zod';
import { parse } from 'yaml';

/** Reads a file of `content` and checks its form. Throws with all that is wrong. */
export function readYaml<T>(root: string, name: string, schema: z.ZodType<T>): T {
  const file = `content/${name}`;
  const result = schema.safeParse(parse(readFileSync(join(root, file), 'utf8'), { merge: true }));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`);
  throw new Error(problems.join('\n'));
}
