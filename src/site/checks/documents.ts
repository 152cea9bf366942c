import { resolve } from 'node:path';
import { type PageDocument, readDocument } from '../markdown/document.ts';
import { isDoc, readPages } from '../pages.ts';

/** Every written page, read for the checks, with what is wrong already (frontmatter, twins, fences that cannot be read). */
export function readDocuments(root: string = resolve('.')): {
  documents: PageDocument[];
  problems: string[];
} {
  const { pages, problems } = readPages(root);
  const documents: PageDocument[] = [];
  for (const { file } of pages.filter(isDoc)) {
    try {
      documents.push(readDocument(resolve(root, file), root));
    } catch (error) {
      problems.push(...(error instanceof Error ? error.message : String(error)).split('\n'));
    }
  }
  return { documents, problems };
}
