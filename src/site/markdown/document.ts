import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type MdastNode, mdxToMdast } from 'satteri';
import { parse } from 'yaml';
import { isLocale, type Locale } from '../locales.ts';
import { DOCS_FOLDER } from '../pages.ts';
import { type FenceWords, parseFenceWords } from './fence-words.ts';

/** The parser's features that change what a page's nodes are; as in astro.config.mjs. */
const FEATURES = { headingAttributes: true, smartPunctuation: false };

/** A fence of a page. */
export interface Fence {
  /** Line of the opening backticks in the file, from 1. */
  readonly line: number;
  readonly words: FenceWords;
  /** The lines between the backticks, without the last line end. */
  readonly code: string;
}

/** What the checks and the snippets need to know of one page in one language. */
export interface PageDocument {
  /** From the root of the project: `content/docs/es/index.mdx`. */
  readonly file: string;
  readonly key: string;
  readonly locale: Locale;
  /** The frontmatter as written; `frontmatterSchema` checks it elsewhere. */
  readonly frontmatter: Readonly<Record<string, unknown>>;
  readonly fences: readonly Fence[];
  /** The cheat sheets that the page shows: `<Sheet name="cli" />`. */
  readonly sheets: readonly string[];
  readonly headings: readonly { readonly line: number; readonly depth: number; readonly text: string }[];
  readonly source: string;
}

/** `content/docs/es/a/b.mdx ⇒ { locale: 'es', key: 'a/b' }`; undefined for other files. */
export function pageOfPath(file: string, root: string): { locale: Locale; key: string } | undefined {
  const [locale, ...rest] = relative(join(root, DOCS_FOLDER), file).split('/');
  if (!isLocale(locale) || !file.endsWith('.mdx')) return undefined;
  return {
    locale,
    key: rest
      .join('/')
      .replace(/\.mdx$/, '')
      .replace(/\/index$/, ''),
  };
}

/** The words of a fence as written: the parser gives them with backslashes already resolved, which breaks JSON. */
function writtenInfo(line: string): string {
  return /^[\s>]*(?:[-*+]\s+|\d+[.)]\s+)*(?:`{3,}|~{3,})(.*)$/.exec(line)?.[1]?.trim() ?? '';
}

function textOf(node: MdastNode): string {
  if ('children' in node) return node.children.map(textOf).join('');
  return 'value' in node ? node.value : '';
}

function* nodesOf(node: MdastNode): Generator<MdastNode> {
  yield node;
  if ('children' in node) for (const child of node.children) yield* nodesOf(child);
}

/** The value of `name` of an element in MDX; empty when it is not a plain text. */
function nameOf({ attributes }: Extract<MdastNode, { type: 'mdxJsxFlowElement' }>): string {
  const found = attributes.find(
    (attribute) => attribute.type === 'mdxJsxAttribute' && attribute.name === 'name',
  );
  return typeof found?.value === 'string' ? found.value : '';
}

/**
 * Reads a page file with the parser that also builds it. Throws one Error with every fence that cannot be understood,
 * each as `file:line: what is wrong, what to do`.
 */
export function readDocument(file: string, root: string = resolve('.')): PageDocument {
  const page = pageOfPath(file, root);
  if (!page) throw new Error(`${file} is not a page of ${DOCS_FOLDER}`);
  return parseDocument(readFileSync(file, 'utf8'), relative(root, file), page);
}

/** The same from text; `file` is only for messages. */
export function parseDocument(
  source: string,
  file: string,
  page: { locale: Locale; key: string },
): PageDocument {
  const lines = source.split('\n');
  const fences: Fence[] = [];
  const headings: { line: number; depth: number; text: string }[] = [];
  const sheets: string[] = [];
  const problems: string[] = [];
  let frontmatter: Record<string, unknown> = {};
  for (const node of nodesOf(mdxToMdast(source, { features: FEATURES }))) {
    const line = node.position?.start.line ?? 0;
    if (node.type === 'yaml') frontmatter = (parse(node.value) as Record<string, unknown> | null) ?? {};
    if (node.type === 'heading') headings.push({ line, depth: node.depth, text: textOf(node) });
    if (node.type === 'mdxJsxFlowElement' && node.name === 'Sheet') sheets.push(nameOf(node));
    if (node.type !== 'code') continue;
    try {
      fences.push({ line, words: parseFenceWords(writtenInfo(lines[line - 1] ?? '')), code: node.value });
    } catch (error) {
      problems.push(`${file}:${line}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { file, ...page, frontmatter, fences, sheets, headings, source };
}

/** Line of a frontmatter field, from 1; 1 when it is not there. */
export function fieldLine(document: Pick<PageDocument, 'source'>, field: string): number {
  const at = document.source.split('\n').findIndex((line) => line.startsWith(`${field}:`));
  return at < 0 ? 1 : at + 1;
}

/** A frontmatter field that is a list of words; anything else counts as empty. */
export function listField(document: Pick<PageDocument, 'frontmatter'>, field: string): string[] {
  const value = document.frontmatter[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
