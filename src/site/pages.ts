import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { explainPages } from './explain/pages.ts';
import { type Frontmatter, frontmatterSchema } from './frontmatter.ts';
import { notesInventory, notesSnippetIds } from './inventory.ts';
import { LOCALES, type Locale } from './locales.ts';
import { referencePages } from './reference/pages.ts';
import { playgroundTexts, searchTexts, simulatedTexts } from './texts.ts';

/** Where the pages are, from the root of the project. */
export const DOCS_FOLDER = 'content/docs';

/** A page in one language. Pages of two languages with the same key are translations of each other. */
export interface Page {
  /** Language-neutral name: the path below the language's folder, `containers/container-lifecycle`. */
  readonly key: string;
  readonly locale: Locale;
  /** Site path without base: `/es/ciclo-de-vida/`. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** Source file from the root of the project; absent for the pages made in code (search, playground). */
  readonly file?: string;
  readonly frontmatter?: Frontmatter;
  /** The data file that a page made in code is drawn from. */
  readonly source?: string;
}

/** A page that is written as a file. */
export type Doc = Page & { readonly file: string; readonly frontmatter: Frontmatter };

const SPECIAL = {
  playground: { slug: { es: 'playground', en: 'playground' }, texts: playgroundTexts },
  search: { slug: { es: 'buscar', en: 'search' }, texts: searchTexts },
  simulated: { slug: { es: 'que-se-simula', en: 'what-is-simulated' }, texts: simulatedTexts },
} as const;

/** Key of a page that is made in code. */
export type SpecialKey = keyof typeof SPECIAL;

function specialPages(): Page[] {
  return LOCALES.flatMap((locale) =>
    Object.entries(SPECIAL).map(([key, { slug, texts }]) => ({
      key,
      locale,
      path: `/${locale}/${slug[locale]}/`,
      title: texts.title[locale],
      description: texts.description[locale],
    })),
  );
}

function readDoc(file: string, locale: Locale, key: string, problems: string[]): Doc | undefined {
  const source = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(file, 'utf8'));
  if (!source) {
    problems.push(
      `${file}:1: the file does not start with frontmatter. Write title, description … between two "---" lines.`,
    );
    return undefined;
  }
  let data: unknown;
  try {
    data = parse(source[1] ?? '');
  } catch (error) {
    problems.push(
      `${file}: the frontmatter is not valid YAML: ${error instanceof Error ? error.message : error}`,
    );
    return undefined;
  }
  const result = frontmatterSchema.safeParse(data);
  if (!result.success) {
    for (const { path, message } of result.error.issues) {
      const field = path.join('.');
      const line =
        (source[1] ?? '').split('\n').findIndex((text) => text.startsWith(`${path[0]?.toString()}:`)) + 2;
      problems.push(`${file}:${line}: frontmatter${field ? ` "${field}"` : ''}: ${message}`);
    }
    return undefined;
  }
  const frontmatter = result.data;
  const isHome = key === 'index';
  if (isHome && frontmatter.slug)
    problems.push(`${file}: the home page is served at /${locale}/. Remove "slug".`);
  const path = isHome ? `/${locale}/` : `/${locale}/${frontmatter.slug ?? key}/`;
  const { title, description } = frontmatter;
  return { key, locale, path, title, description, file, frontmatter };
}

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.mdx') && !entry.name.startsWith('_'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function findTwinProblems(docs: readonly Doc[], present: ReadonlySet<string>, problems: string[]): void {
  for (const doc of docs) {
    for (const locale of LOCALES) {
      if (present.has(`${locale} ${doc.key}`)) continue;
      const twin = `${DOCS_FOLDER}/${locale}/${doc.key}.mdx`;
      problems.push(`${doc.file}: no "${locale}" page for "${doc.key}". Write ${twin}, or delete this page.`);
    }
    const twin = docs.find((other) => other.key === doc.key && other.locale !== doc.locale);
    for (const field of ['group', 'order'] as const) {
      if (twin && doc.locale === 'en' && twin.frontmatter[field] !== doc.frontmatter[field]) {
        problems.push(
          `${doc.file}: "${field}" differs from ${twin.file}. Give both languages the same value.`,
        );
      }
    }
  }
}

function findDuplicates(pages: readonly Page[], problems: string[]): void {
  for (const field of ['path', 'title', 'description'] as const) {
    const seen = new Map<string, Page>();
    for (const page of pages) {
      // A title such as "docker run" may be the same word in both languages; within one it must tell pages apart.
      const id = field === 'title' ? `${page.locale} ${page.title}` : page[field];
      const other = seen.get(id);
      const name = field === 'path' ? 'slug' : field;
      if (other) {
        problems.push(
          `${page.file ?? page.path}: ${name} "${page[field]}" is already that of ${other.file ?? other.path}. Change one.`,
        );
      }
      seen.set(id, page);
    }
  }
}

function findUnknownIds(docs: readonly Doc[], problems: string[]): void {
  for (const { file, frontmatter } of docs) {
    for (const id of frontmatter.covers.filter((id) => !notesInventory().has(id))) {
      problems.push(`${file}: "covers" names "${id}", which is not in content/notes/inventory.json.`);
    }
    for (const id of frontmatter.snippets.filter((id) => !notesSnippetIds().has(id))) {
      problems.push(`${file}: "snippets" names "${id}", which is not in content/notes/snippets.json.`);
    }
  }
}

/** Reads every page of a project folder and the list of what is wrong with them, each with its file and cure. */
export function readPages(root: string = resolve('.')): { pages: Page[]; problems: string[] } {
  const problems: string[] = [];
  // Files that exist, broken ones too: those are told once, not as missing translations as well.
  const present = new Set<string>();
  const docs = LOCALES.flatMap((locale) => {
    const folder = join(root, DOCS_FOLDER, locale);
    return markdownFiles(folder).flatMap((name) => {
      const key = name.replace(/\.mdx$/, '').replace(/\/index$/, '');
      present.add(`${locale} ${key}`);
      const doc = readDoc(join(folder, name), locale, key, problems);
      return doc ? [{ ...doc, file: doc.file.slice(root.length + 1) }] : [];
    });
  });
  const pages: Page[] = [...docs, ...specialPages(), ...referencePages(), ...explainPages(docs, root)];
  findTwinProblems(docs, present, problems);
  findDuplicates(pages, problems);
  findUnknownIds(docs, problems);
  const fromRoot = (text: string) => text.replaceAll(`${root}/`, '');
  return { pages, problems: [...new Set(problems.map(fromRoot))] };
}

let known: Page[] | undefined;

/** All pages of the site, in no particular order. Throws with every problem at once when one is broken. */
export function allPages(): readonly Page[] {
  // `astro dev` must see edits; a build reads once.
  if (known && process.env['NODE_ENV'] === 'production') return known;
  const { pages, problems } = readPages();
  if (problems.length > 0)
    throw new Error(`${problems.length} problem(s) in ${DOCS_FOLDER}:\n  ${problems.join('\n  ')}`);
  known = pages;
  return pages;
}

/** Tells whether a page is a file of `content/docs`. */
export function isDoc(page: Page): page is Doc {
  return page.file !== undefined && page.frontmatter !== undefined;
}

/** The page with this key in this language; throws with the keys that exist when there is none. */
export function pageOf(key: string, locale: Locale): Page {
  const page = allPages().find((candidate) => candidate.key === key && candidate.locale === locale);
  if (page) return page;
  const keys = allPages()
    .filter((candidate) => candidate.locale === locale)
    .map((candidate) => candidate.key);
  throw new Error(`there is no page "${key}". Pages: ${keys.sort().join(', ')}`);
}
