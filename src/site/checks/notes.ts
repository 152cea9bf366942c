import { fieldLine, listField, type PageDocument } from '../markdown/document.ts';

/** Unknown ids after `note=`; those of the frontmatter are checked by `readPages`. */
export function noteProblems(documents: readonly PageDocument[], snippetIds: ReadonlySet<string>): string[] {
  return documents.flatMap(({ file, fences }) =>
    fences.flatMap(({ line, words }) =>
      words.notes
        .filter((id) => !snippetIds.has(id))
        .map(
          (id) =>
            `${file}:${line}: note=${id} is not in content/notes/snippets.json. Correct the id, or remove it.`,
        ),
    ),
  );
}

/** Sections of the notes that two pages claim, or one page twice: each has one home. */
export function coverProblems(documents: readonly PageDocument[]): string[] {
  const homes = new Map<string, PageDocument>();
  const problems: string[] = [];
  // One language is enough: parity is checked apart.
  for (const document of documents.filter(({ locale }) => locale === 'es')) {
    for (const id of listField(document, 'covers')) {
      const home = homes.get(id);
      const where = `${document.file}:${fieldLine(document, 'covers')}`;
      if (home === document) problems.push(`${where}: "covers" names "${id}" twice. Remove one.`);
      else if (home) {
        problems.push(
          `${where}: "${id}" is already covered by ${home.file}:${fieldLine(home, 'covers')}. A section of the notes has one home page: remove it from one (in both languages).`,
        );
      }
      homes.set(id, document);
    }
  }
  return problems;
}

/** At most this part of the shell snippets may be only shown. */
const MOST_NOT_RUN = 0.05;

/** Too many `norun` fences, each with its place. */
export function notRunProblems(documents: readonly PageDocument[]): string[] {
  const shell = documents
    .filter(({ locale }) => locale === 'es')
    .flatMap(({ file, fences }) => fences.map((fence) => ({ file, ...fence })))
    .filter(({ words }) => words.kind === 'run' || words.kind === 'term' || words.kind === 'norun');
  const notRun = shell.filter(({ words }) => words.kind === 'norun');
  if (notRun.length <= shell.length * MOST_NOT_RUN) return [];
  const list = notRun.map(({ file, line, words }) => `      ${file}:${line}: ${words.reason}`).join('\n');
  return [
    `${notRun.length} of ${shell.length} shell snippets are "norun"; at most 5 % may be. Make some of them run:\n${list}`,
  ];
}
