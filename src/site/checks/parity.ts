import { type Fence, fieldLine, type PageDocument } from '../markdown/document.ts';
import { withoutComments } from '../markdown/languages.ts';

/** The two languages of a page; the first one is where a message points. */
export interface Pair {
  readonly es: PageDocument;
  readonly en: PageDocument;
}

const indent = (text: string) => text.replaceAll(/^/gm, '      ');

/** A fence as both languages must have it: everything but comment lines and the reason of `norun`. */
function commonPart({ words, code }: Fence): { words: string; code: string } {
  const { reason: _, ...common } = words;
  // Text that is only shown (a tree, a diagram) is prose.
  const isProse = words.kind === 'show' && words.language === 'text';
  return { words: JSON.stringify(common), code: isProse ? '' : withoutComments(words.language, code) };
}

function describeWords({ words }: Fence): string {
  const { language, kind, notes, ...values } = words;
  const shown = Object.entries({ ...values, ...(notes.length > 0 && { note: notes.join(',') }) });
  return [language, kind, ...shown.map(([name, value]) => `${name}=${JSON.stringify(value)}`)].join(' ');
}

function fenceProblems({ es, en }: Pair): string[] {
  const problems: string[] = [];
  const count = Math.min(es.fences.length, en.fences.length);
  for (let index = 0; index < count; index++) {
    const [spanish, english] = [es.fences[index], en.fences[index]];
    if (!spanish || !english) continue;
    const [a, b] = [commonPart(spanish), commonPart(english)];
    const where = `${es.file}:${spanish.line} and ${en.file}:${english.line}`;
    if (a.words !== b.words) {
      problems.push(
        `${where}: the words of the fence differ. Write the same in both.\n      es: ${describeWords(spanish)}\n      en: ${describeWords(english)}`,
      );
    } else if (a.code !== b.code) {
      problems.push(
        `${where}: the code differs. Only comment lines may; copy the rest from one to the other.\n    es:\n${indent(a.code)}\n    en:\n${indent(b.code)}`,
      );
    }
    // After the first difference the rest is only shifted.
    if (a.words !== b.words || a.code !== b.code) return problems;
  }
  if (es.fences.length !== en.fences.length) {
    const [more, less] = es.fences.length > en.fences.length ? [es, en] : [en, es];
    const extra = more.fences[count];
    problems.push(
      `${more.file}:${extra?.line ?? 1}: this fence has no counterpart in ${less.file}, which has ${less.fences.length} fences to ${more.fences.length}. Add it there, or remove it here.`,
    );
  }
  return problems;
}

function headingProblems({ es, en }: Pair): string[] {
  const count = Math.max(es.headings.length, en.headings.length);
  for (let index = 0; index < count; index++) {
    const [spanish, english] = [es.headings[index], en.headings[index]];
    if (spanish?.depth === english?.depth) continue;
    const show = (heading: typeof spanish) =>
      heading ? `${'#'.repeat(heading.depth)} ${heading.text}` : 'no further heading';
    return [
      `${es.file}:${spanish?.line ?? 1} and ${en.file}:${english?.line ?? 1}: the headings differ. Give both languages the same headings, level by level.\n      es: ${show(spanish)}\n      en: ${show(english)}`,
    ];
  }
  return [];
}

function fieldProblems({ es, en }: Pair): string[] {
  return ['covers', 'snippets', 'figures', 'start'].flatMap((field) => {
    const [a, b] = [es.frontmatter[field] ?? [], en.frontmatter[field] ?? []].map((value) =>
      JSON.stringify(value),
    );
    if (a === b) return [];
    return [
      `${es.file}:${fieldLine(es, field)} and ${en.file}:${fieldLine(en, field)}: "${field}" differs. Write the same, in the same order.\n      es: ${a}\n      en: ${b}`,
    ];
  });
}

function sheetProblems({ es, en }: Pair): string[] {
  const [a, b] = [es.sheets.join(' '), en.sheets.join(' ')];
  if (a === b) return [];
  return [
    `${es.file} and ${en.file}: the cheat sheets differ (${a || 'none'}; ${b || 'none'}). Show the same in both.`,
  ];
}

/** How the two languages of a page differ where they must not: fences, headings, frontmatter lists. */
export function parityProblems(pair: Pair): string[] {
  return [...fieldProblems(pair), ...headingProblems(pair), ...sheetProblems(pair), ...fenceProblems(pair)];
}

/** The pages that exist in both languages; a missing translation is reported by `readPages`. */
export function pairs(documents: readonly PageDocument[]): Pair[] {
  return documents
    .filter(({ locale }) => locale === 'es')
    .flatMap((es) => {
      const en = documents.find(({ key, locale }) => locale === 'en' && key === es.key);
      return en ? [{ es, en }] : [];
    });
}
