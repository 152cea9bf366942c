import {
  type CustomAtRules,
  type Selector,
  type SelectorComponent,
  transform,
  type Visitor,
} from 'lightningcss';

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

const usedTokens = (css: string) => [...css.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1] ?? '');

const definedTokens = (css: string) => [...css.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1] ?? '');

const minified = (css: string, visitor: Visitor<CustomAtRules> = {}) =>
  transform({ filename: 'page.css', code: Buffer.from(css), minify: true, visitor }).code.toString();

/** Takes out the tokens that nobody asks for, neither here nor `elsewhere`. */
function dropUnusedTokens(css: string, elsewhere: ReadonlySet<string>): string {
  const used = new Set(usedTokens(css));
  const result = minified(css, {
    Declaration: {
      custom: ({ name }) =>
        name.startsWith('--') && !used.has(name) && !elsewhere.has(name) ? [] : undefined,
    },
  });
  // A token may have been the only one to ask for another.
  return result.length < css.length ? dropUnusedTokens(result, elsewhere) : result;
}

/**
 * Puts the value of a token where the only one who asks for it stands: `:root{--a:1px}p{top:var(--a)} ⇒ p{top:1px}`. Tokens
 * that are set in more than one place or that ask for others themselves keep their name, because they depend on the place.
 */
function inlineSingleTokens(css: string, elsewhere: ReadonlySet<string>): string {
  const times = (list: readonly string[], name: string) => list.filter((other) => other === name).length;
  const used = usedTokens(css);
  const defined = definedTokens(css);
  let result = css;
  for (const [definition, name = '', value = ''] of css.matchAll(/(--[\w-]+):([^;{}]*);?/g)) {
    const isSingle = times(used, name) === 1 && times(defined, name) === 1 && !elsewhere.has(name);
    if (!isSingle || value.includes('var(') || !result.includes(`var(${name})`)) continue;
    result = result.replace(definition, '').replace(`var(${name})`, () => value);
  }
  return minified(result);
}

/**
 * The part of a style sheet that a page can use. The sheet travels inside each page, so what cannot match there is only
 * weight: a page without tables needs no table style. `others` is the text of the files that scripts load later.
 */
export function styleFor(css: string, page: PageWords, others: string): string {
  const matching = minified(css, {
    Selector: (selector) => (selectorMayMatch(selector, page) ? undefined : []),
  });
  // The files that come later may ask for tokens, except for those that they bring themselves.
  const brought = new Set(definedTokens(others));
  const elsewhere = new Set(usedTokens(others).filter((name) => !brought.has(name)));
  return inlineSingleTokens(dropUnusedTokens(matching, elsewhere), elsewhere);
}
