import { type Selector, type SelectorComponent, transform } from 'lightningcss';

/** What a page is made of, as far as selectors ask. */
export interface PageWords {
  readonly tags: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  /** Attributes by which Astro ties a component's style to its elements. */
  readonly marks: ReadonlySet<string>;
  /** Words of the scripts that the page loads: classes and elements that come with them. */
  readonly scripted: ReadonlySet<string>;
}

const TAG = /<([a-z][a-z0-9-]*)((?:\s[^>]*)?)>/g;
const attribute = (name: string) => new RegExp(`\\s${name}=(?:"([^"]*)"|([^\\s">]+))`);
const CLASS = attribute('class');
const ID = attribute('id');

/** The words of scripts, less the classes that they style themselves (by a sheet in a string): `.ansi-bold{…}`. */
function scriptWords(script: string): Set<string> {
  const words = new Set(script.match(/[\w-]+/g));
  for (const [, name = ''] of script.matchAll(/\.([a-z]+-[\w-]+)(?=[^"'`;{}()]*\{)/g)) words.delete(name);
  return words;
}

/** Collects the tags, classes and ids of a page and the words of its scripts. */
export function wordsOf(html: string, scripts: readonly string[]): PageWords {
  const tags = new Set(['html', 'body']);
  const classes = new Set<string>();
  const ids = new Set<string>();
  for (const [, tag = '', attributes = ''] of html.matchAll(TAG)) {
    tags.add(tag);
    const names = CLASS.exec(attributes);
    for (const name of (names?.[1] ?? names?.[2] ?? '').split(/\s+/)) classes.add(name);
    const id = ID.exec(attributes);
    ids.add(id?.[1] ?? id?.[2] ?? '');
  }
  const marks = new Set(html.match(/data-astro-cid-\w+/g));
  return {
    tags,
    classes,
    ids,
    marks,
    scripted: scriptWords(scripts.join('\n')),
  };
}

/** Could this part of a selector match on the page? States, attributes of behaviour and `:not()` may always. */
function mayMatch(part: SelectorComponent, page: PageWords): boolean {
  if (part.type === 'class') return page.classes.has(part.name) || page.scripted.has(part.name);
  if (part.type === 'id') return page.ids.has(part.name) || page.scripted.has(part.name);
  if (part.type === 'type') return page.tags.has(part.name) || page.scripted.has(part.name);
  // Astro's mark of the elements of one component.
  if (part.type === 'attribute' && part.name.startsWith('data-astro-cid-')) return page.marks.has(part.name);
  if (part.type === 'pseudo-class' && (part.kind === 'is' || part.kind === 'where')) {
    return part.selectors.some((selector) => selectorMayMatch(selector, page));
  }
  return true;
}

const selectorMayMatch = (selector: Selector, page: PageWords) =>
  selector.every((part) => mayMatch(part, page));

const usedTokens = (css: string) => new Set([...css.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]));

const definedTokens = (css: string) => new Set([...css.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]));

/** Takes out the tokens that nothing asks for; `others` is text of files that come later and may ask, too. */
function dropUnusedTokens(css: string, others: string): string {
  const defined = definedTokens(others);
  const used = usedTokens(css);
  for (const token of usedTokens(others)) if (!defined.has(token)) used.add(token);
  const { code } = transform({
    filename: 'page.css',
    code: Buffer.from(css),
    minify: true,
    visitor: {
      Declaration: {
        custom: ({ name }) => (name.startsWith('--') && !used.has(name) ? [] : undefined),
      },
    },
  });
  const result = code.toString();
  // A token may have been the only one to ask for another.
  return result.length < css.length ? dropUnusedTokens(result, others) : result;
}

/**
 * The part of a style sheet that a page can use. The sheet travels inside each page, so what cannot match there is only
 * weight: a page without tables needs no table style. `others` is the text of the files that scripts load later.
 */
export function styleFor(css: string, page: PageWords, others: string): string {
  const { code } = transform({
    filename: 'page.css',
    code: Buffer.from(css),
    minify: true,
    visitor: {
      Rule: {
        style(rule) {
          // A rule is left whole when one of its selectors may match: not every rule survives the way back into Rust.
          return rule.value.selectors.some((selector) => selectorMayMatch(selector, page)) ? undefined : [];
        },
      },
    },
  });
  return dropUnusedTokens(code.toString(), others);
}
