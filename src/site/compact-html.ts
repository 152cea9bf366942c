/** Space beside these shows nowhere: they begin and end a line of their own. */
const BLOCKS = new Set(
  (
    'html head body meta link title script style template header nav main footer article section div p h1 h2 h3 h4 ul ol li ' +
    'dl dt dd table thead tbody tr th td figure figcaption details summary pre blockquote hr run-snippet muelle-terminal'
  ).split(' '),
);
/** What stands in these is kept as it is. */
const VERBATIM = new Set(['pre', 'script', 'style', 'textarea']);
/** The parts of a drawing that hold text. */
const DRAWN_TEXT = new Set(['text', 'title', 'desc']);

const TAG = /<(\/?)([a-z][\w-]*)((?:"[^"]*"|[^">])*)>/gi;

/** Characters that need no entity in text: `&#39;a&#39; -&gt; b ⇒ 'a' -> b`. */
function plainText(text: string): string {
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&gt;', '>');
}

/** `data-expected="true" ⇒ data-expected`: these attributes only have to be there. */
const plainAttributes = (attributes: string) => attributes.replace(/( data-[\w-]+)="(?:true)?"/g, '$1');

/**
 * Writes the HTML of a built page shorter without changing what it says: no space where it does not show, no entity where
 * the character does, no end tag for an empty part of a drawing. `<ul> <li>a</li>\n</ul> ⇒ <ul><li>a</li></ul>`.
 */
export function compactHtml(html: string): string {
  let result = '';
  let at = 0;
  let before = '';
  /** The elements with rules of their own that the text stands in. */
  const inside: string[] = [];
  for (const match of html.matchAll(TAG)) {
    const [tag, slash = '', written = '', attributes = ''] = match;
    const name = written.toLowerCase();
    const place = inside.at(-1) ?? '';
    // A tag in a script or style is text.
    const isText = (place === 'script' || place === 'style' || place === 'textarea') && name !== place;
    if (isText) continue;
    result += textBetween(html.slice(at, match.index), before, name, place);
    at = match.index + tag.length;
    before = name;
    const isEmptyPart = slash !== '' && place === 'svg' && result.endsWith('>') && lastTagIs(result, name);
    if (isEmptyPart) result = `${result.slice(0, -1)}/>`;
    else result += slash === '' ? `<${written}${plainAttributes(attributes)}>` : tag;
    const isOwnPlace =
      VERBATIM.has(name) || name === 'svg' || (DRAWN_TEXT.has(name) && inside.includes('svg'));
    if (isOwnPlace && slash !== '') inside.pop();
    else if (isOwnPlace) inside.push(name);
  }
  return result + html.slice(at);
}

/** Ends the text in the start tag of such an element? */
function lastTagIs(html: string, name: string): boolean {
  const start = html.lastIndexOf('<');
  return new RegExp(`^<${name}[\\s>]`).test(html.slice(start));
}

/** A text between two tags, in a place with rules of its own or in none. */
function textBetween(text: string, before: string, after: string, place: string): string {
  if (place === 'pre') return plainText(text);
  if (VERBATIM.has(place)) return text;
  if (place === 'svg') return text.trim();
  let short = plainText(text).replace(/\s+/g, ' ');
  if (BLOCKS.has(before)) short = short.trimStart();
  if (BLOCKS.has(after)) short = short.trimEnd();
  return short;
}
