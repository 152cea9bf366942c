import type { CoverageInput } from '../coverage/coverage.ts';
import { coverageProblems } from '../coverage/coverage.ts';
import { coverProblems, noteProblems, notRunProblems } from './notes.ts';
import { pairs, parityProblems } from './parity.ts';

/** Everything that is wrong with the pages as they are written, before any snippet runs. */
export function contentProblems(input: CoverageInput): string[] {
  const { documents, notes } = input;
  const snippets = new Set(notes.snippets.map(({ id }) => id));
  return [
    ...pairs(documents).flatMap(parityProblems),
    ...noteProblems(documents, snippets),
    ...coverProblems(documents),
    ...notRunProblems(documents),
    ...coverageProblems(input),
  ];
}
