import type { PageDocument } from '../markdown/document.ts';
import { unexpectedExits } from '../snippets/run-page.ts';
import type { Workshop } from '../snippets/workshop.ts';

/** Runs the snippets of all pages: what ended otherwise than its page says, with file, line, output and what to do. */
export async function snippetProblems(
  documents: readonly PageDocument[],
  { results }: Pick<Workshop, 'results'>,
): Promise<string[]> {
  const problems: string[] = [];
  const seen = new Set<unknown>();
  for (const document of documents) {
    try {
      const { steps, results: done } = await results.resultsOf(document);
      // The second language shares the results of the first; its problems are the same ones.
      if (seen.has(done)) continue;
      seen.add(done);
      problems.push(...unexpectedExits(document.file, steps, done));
    } catch (error) {
      problems.push(`${document.file}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return problems;
}
