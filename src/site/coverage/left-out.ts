import { z } from 'astro/zod';
import { parse } from 'yaml';

/** Where the file is, from the root of the project. */
export const LEFT_OUT_FILE = 'content/notes/left-out.yaml';

const schema = z.strictObject({
  'left-out': z.record(z.string(), z.string().min(10, 'say why in a sentence')),
});

/** What of the notes is not on a page. */
export interface LeftOut {
  /** Ids of sections and snippets that no page will carry, with the reason. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Line of the file where an id stands, from 1. */
  lineOf(id: string): number;
}

/** Reads `left-out.yaml`; throws with its place and what is wrong when it does not have the expected shape. */
export function parseLeftOut(source: string): LeftOut {
  let data: unknown;
  try {
    data = parse(source);
  } catch (error) {
    throw new Error(`${LEFT_OUT_FILE}: not valid YAML: ${error instanceof Error ? error.message : error}`);
  }
  const result = schema.safeParse(data);
  if (!result.success) {
    const issues = result.error.issues.map(
      ({ path, message }) => `${LEFT_OUT_FILE}: ${path.join('.')}: ${message}`,
    );
    throw new Error(issues.join('\n'));
  }
  const lines = source.split('\n');
  return {
    reasons: new Map(Object.entries(result.data['left-out'])),
    lineOf: (id) =>
      Math.max(
        0,
        lines.findIndex((line) => line.includes(id)),
      ) + 1,
  };
}
