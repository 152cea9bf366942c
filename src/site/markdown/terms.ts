import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  defineHastPlugin,
  type HastNode,
  type HastPluginDefinition,
  type PluginFactoryContext,
} from 'satteri';
import { href } from '../base-path.ts';
import { GLOSSARY_PAGE, type Glossary, readGlossary } from '../glossary.ts';
import type { Locale } from '../locales.ts';
import { pageOf } from '../pages.ts';
import { pageOfPath } from './document.ts';
import { h } from './hast.ts';

/** A page with more marked words than this is hard to read, and heavier. */
const MOST = 8;

/** Plurals that change the accent. */
const IRREGULAR: Readonly<Record<string, string>> = { imagen: 'imágenes', volumen: 'volúmenes' };

function plural(word: string, locale: Locale): string {
  const irregular = IRREGULAR[word.toLowerCase()];
  if (irregular) return irregular;
  if (locale === 'en')
    return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : word.replace(/([^aeiou])y$/, '$1ie').concat('s');
  if (word.endsWith('ión')) return word.replace(/ón$/, 'ones');
  if (word.endsWith('z')) return word.replace(/z$/, 'ces');
  return /[aeiouáéó]$/.test(word) ? `${word}s` : `${word}es`;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A pattern for a term in singular and plural: every word in Spanish, the last one in English. */
function patternOf(term: string, locale: Locale): string {
  const words = term.split(' ');
  return words
    .map((word, index) => {
      const isFixed = locale === 'en' ? index < words.length - 1 : word.length <= 3 && words.length > 1;
      return isFixed ? escaped(word) : `(?:${escaped(plural(word, locale))}|${escaped(word)})`;
    })
    .join(' ');
}

/** Where a term of the glossary stands in a text. */
interface Found {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** Finds terms in the prose of one page, each once, in the order of the page. */
export class TermFinder {
  readonly #pattern: RegExp;
  readonly #ids: readonly string[];
  readonly #seen = new Set<string>();
  readonly #linked: ReadonlySet<string>;
  #count = 0;

  constructor({ terms }: Glossary, locale: Locale) {
    const variants = terms.flatMap(({ id, term, forms }) =>
      [term[locale], ...(forms?.[locale] ?? [])].map((text) => ({
        id,
        pattern: patternOf(text, locale),
        length: text.length,
      })),
    );
    // "named volume" before "volume"; terms that are not linked are found too, so that nothing inside them is.
    variants.sort((a, b) => b.length - a.length);
    this.#ids = variants.map(({ id }) => id);
    this.#linked = new Set(terms.filter(({ link }) => link).map(({ id }) => id));
    const any = variants.map(({ pattern }) => `(${pattern})`).join('|');
    this.#pattern = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${any})(?![\\p{L}\\p{N}_-])`, 'giu');
  }

  /** The terms of a text that are not known from before. */
  find(text: string): Found[] {
    return [...text.matchAll(this.#pattern)].flatMap((match): Found[] => {
      const id = this.#ids[match.slice(1).findIndex((group) => group !== undefined)] ?? '';
      if (this.#seen.has(id) || this.#count >= MOST) return [];
      this.#seen.add(id);
      if (!this.#linked.has(id)) return [];
      this.#count += 1;
      return [{ id, start: match.index, end: match.index + match[0].length }];
    });
  }

  /** A text that explains its terms itself, such as one in bold: they need no link any more. */
  skip(text: string): void {
    for (const match of text.matchAll(this.#pattern)) {
      const id = this.#ids[match.slice(1).findIndex((group) => group !== undefined)];
      if (id) this.#seen.add(id);
    }
  }
}

/** A text with links where terms stand: `'a volume' ⇒ ['a ', <a class="term" href="…#volume">volume</a>]`. */
export function linkTerms(text: string, finder: TermFinder, address: string): HastNode[] {
  const nodes: HastNode[] = [];
  let at = 0;
  for (const { id, start, end } of finder.find(text)) {
    if (start > at) nodes.push({ type: 'text', value: text.slice(at, start) });
    nodes.push(h('a', { class: 'term', href: `${address}#${id}` }, text.slice(start, end)));
    at = end;
  }
  if (nodes.length > 0 && at < text.length) nodes.push({ type: 'text', value: text.slice(at) });
  return nodes;
}

/**
 * Sätteri plugin: links the first use of each term of the glossary in paragraphs and lists after the first section's
 * heading. Headings, code, links and what is in bold stay as they are.
 */
export function termPlugin(
  root: string = resolve('.'),
): (context: PluginFactoryContext) => HastPluginDefinition | undefined {
  return ({ fileURL }) => {
    const page = fileURL && pageOfPath(fileURLToPath(fileURL), root);
    if (!page || page.key === GLOSSARY_PAGE) return undefined;
    const finder = new TermFinder(readGlossary(), page.locale);
    const address = href(pageOf(GLOSSARY_PAGE, page.locale).path);
    let isInSection = false;
    return defineHastPlugin({
      name: 'muelle-terms',
      element: {
        filter: ['h2', 'strong'],
        visit(node, context) {
          if (node.tagName === 'h2') isInSection = true;
          else if (isInSection) finder.skip(context.textContent(node));
        },
      },
      text(node, context) {
        const parent = context.parent(node);
        if (
          !isInSection ||
          parent?.type !== 'element' ||
          !(parent.tagName === 'p' || parent.tagName === 'li')
        )
          return;
        const nodes = linkTerms(node.value, finder, address);
        if (nodes.length > 0) context.replaceNode(node, nodes);
      },
    });
  };
}
