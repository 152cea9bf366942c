import { listField, type PageDocument } from '../markdown/document.ts';

/** What a page's session does, in the order of the page. */
export type Step = FileStep | CommandStep;

export interface FileStep {
  readonly kind: 'file';
  readonly line: number;
  readonly path: string;
  readonly content: string;
}

export interface CommandStep {
  readonly kind: 'commands';
  readonly line: number;
  readonly source: string;
  readonly expect: number;
  readonly stop?: number;
  readonly input?: string;
}

/** The steps of a page: fences that run and files that are written; fences that are only shown are none. */
export function stepsOf(document: Pick<PageDocument, 'fences'>): Step[] {
  return document.fences.flatMap(({ line, code, words }): Step[] => {
    if (words.kind === 'file')
      return [{ kind: 'file', line, path: words.file ?? '', content: fileContent(code) }];
    if (words.kind !== 'run' && words.kind !== 'term') return [];
    const { expect, stop, input } = words;
    const extras = { ...(stop !== undefined && { stop }), ...(input !== undefined && { input }) };
    return [{ kind: 'commands', line, source: code, expect, ...extras }];
  });
}

/** A fence as a file: its lines, the last one ended too. */
export function fileContent(code: string): string {
  return code === '' ? '' : `${code}\n`;
}

/** The images that a page's session starts with. */
export function startImages(document: Pick<PageDocument, 'frontmatter'>): string[] {
  return listField(document, 'start');
}
