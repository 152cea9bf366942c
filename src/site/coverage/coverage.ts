import { LOCALES, type Locale } from '../locales.ts';
import { fieldLine, listField, type PageDocument } from '../markdown/document.ts';
import { LEFT_OUT_FILE, type LeftOut } from './left-out.ts';

/** The notes as data: every section, and every snippet with the section that it stands in. */
export interface Notes {
  readonly sections: readonly string[];
  readonly snippets: readonly { readonly id: string; readonly section: string }[];
}

/** Where something of the notes is in both languages, or why it is nowhere. */
export type Place = Record<Locale, string> | { readonly reason: string };

interface Total {
  readonly total: number;
  readonly covered: number;
  readonly leftOut: number;
}

/** The content of `dist/coverage.json`. */
export interface Coverage {
  readonly sections: Readonly<Record<string, Place>>;
  readonly snippets: Readonly<Record<string, Place>>;
  readonly totals: { readonly sections: Total; readonly snippets: Total };
}

export interface CoverageInput {
  readonly documents: readonly PageDocument[];
  readonly notes: Notes;
  readonly leftOut: LeftOut;
  /** The snippets of the notes that the rows of a cheat sheet carry. */
  readonly sheetNotes: (sheet: string) => readonly string[];
  /** Address of a page. */
  readonly addressOf: (key: string, locale: Locale) => string;
}

/** The snippets of the notes that a page carries, by a fence, by a row of a sheet, or inline. */
function carriedBy(document: PageDocument, { sheetNotes }: CoverageInput): string[] {
  return [
    ...document.fences.flatMap(({ words }) => words.notes),
    ...document.sheets.flatMap(sheetNotes),
    ...listField(document, 'snippets'),
  ];
}

/** The key of the page that each id has its home on. */
function homes(
  documents: readonly PageDocument[],
  idsOf: (document: PageDocument) => readonly string[],
): Map<string, string> {
  const found = new Map<string, string>();
  for (const document of documents) {
    for (const id of idsOf(document)) if (!found.has(id)) found.set(id, document.key);
  }
  return found;
}

/** Pages of one language: `parityProblems` holds the other one to the same. */
const inOneLanguage = (documents: readonly PageDocument[]) =>
  documents.filter(({ locale }) => locale === LOCALES[0]);

function total(places: Readonly<Record<string, Place>>, leftOut: LeftOut): Total {
  const entries = Object.entries(places);
  const covered = entries.filter(([, place]) => !('reason' in place)).length;
  const out = entries.filter(([id, place]) => 'reason' in place && leftOut.reasons.has(id)).length;
  return { total: entries.length, covered, leftOut: out };
}

/** For every section and snippet of the notes its pages, or the reason why it has none. */
export function coverage(input: CoverageInput): Coverage {
  const { documents, notes, leftOut, addressOf } = input;
  const pages = inOneLanguage(documents);
  const sectionHomes = homes(pages, (document) => listField(document, 'covers'));
  const snippetHomes = homes(pages, (document) => carriedBy(document, input));
  const place = (id: string, key: string | undefined): Place =>
    key === undefined
      ? { reason: leftOut.reasons.get(id) ?? 'forgotten' }
      : { es: addressOf(key, 'es'), en: addressOf(key, 'en') };
  const sections = Object.fromEntries(notes.sections.map((id) => [id, place(id, sectionHomes.get(id))]));
  const snippets = Object.fromEntries(notes.snippets.map(({ id }) => [id, place(id, snippetHomes.get(id))]));
  return {
    sections,
    snippets,
    totals: { sections: total(sections, leftOut), snippets: total(snippets, leftOut) },
  };
}

/** At most so many sections and snippets may be left out for good. */
const MOST_LEFT_OUT = 15;

function leftOutProblems({ notes, leftOut }: CoverageInput, carried: ReadonlySet<string>): string[] {
  const known = new Set([...notes.sections, ...notes.snippets.map(({ id }) => id)]);
  const problems: string[] = [];
  for (const id of leftOut.reasons.keys()) {
    const where = `${LEFT_OUT_FILE}:${leftOut.lineOf(id)}`;
    if (!known.has(id))
      problems.push(`${where}: "${id}" is no section or snippet of the notes. Correct the id.`);
    if (carried.has(id))
      problems.push(`${where}: "${id}" is on a page, so it is not left out. Remove it here.`);
  }
  if (leftOut.reasons.size > MOST_LEFT_OUT) {
    problems.push(
      `${LEFT_OUT_FILE}:1: ${leftOut.reasons.size} ids are left out; at most ${MOST_LEFT_OUT} may be. Bring some to a page.`,
    );
  }
  return problems;
}

/** What of the notes the pages forget, or `left-out.yaml` says wrongly; each with file, line and what to do. */
export function coverageProblems(input: CoverageInput): string[] {
  const { documents, notes, leftOut } = input;
  const pages = inOneLanguage(documents);
  const covered = new Map(
    pages.flatMap((page) => listField(page, 'covers').map((id) => [id, page] as const)),
  );
  const carried = new Set(pages.flatMap((page) => carriedBy(page, input)));
  const problems = leftOutProblems(input, new Set([...covered.keys(), ...carried]));
  for (const id of notes.sections.filter((id) => !covered.has(id) && !leftOut.reasons.has(id))) {
    problems.push(
      `section "${id}" of the notes is on no page. Write about it and add it to the "covers" of the page (in both languages), or leave it out in ${LEFT_OUT_FILE} with a reason.`,
    );
  }
  for (const { id, section } of notes.snippets) {
    if (carried.has(id) || leftOut.reasons.has(id)) continue;
    const page = covered.get(section);
    const where = page ? `${page.file}:${fieldLine(page, 'snippets')}: ` : '';
    problems.push(
      `${where}snippet "${id}" of section "${section}" is on no page. Add note=${id} to the fence that carries it, name it in "snippets" when the prose treats it, or leave it out in ${LEFT_OUT_FILE} with a reason.`,
    );
  }
  return problems;
}
