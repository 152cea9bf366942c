import { fromHtml } from 'hast-util-from-html';
import { defaultHandlers, type Handle, toMdast } from 'hast-util-to-mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { languageOfFile } from './languages.ts';

type Element = Parameters<Handle>[1];
type HastNode = Element['children'][number];
type MdastNode = Extract<ReturnType<Handle>, { readonly type: string }>;

const classesOf = (element: Element): readonly (string | number)[] => {
  const { className } = element.properties;
  return Array.isArray(className) ? className : [];
};

const isElement = (node: HastNode, tagName?: string): node is Element =>
  node.type === 'element' && (tagName === undefined || node.tagName === tagName);

const textOf = (node: HastNode | Element): string =>
  node.type === 'text' ? node.value : 'children' in node ? node.children.map(textOf).join('') : '';

function* elementsIn(node: { readonly children: readonly HastNode[] }): Generator<Element> {
  for (const child of node.children) {
    if (!isElement(child)) continue;
    yield child;
    yield* elementsIn(child);
  }
}

const find = (node: Element, matches: (element: Element) => boolean): Element | undefined =>
  [...elementsIn(node)].find(matches);

const code = (lang: string, value: string): MdastNode => ({ type: 'code', lang, value });

const paragraph = (value: string): MdastNode => ({ type: 'paragraph', children: [{ type: 'text', value }] });

/** A snippet: its commands, each run of them a block, with what they print between them; a file with its name. */
const snippet: Handle = (_state, element) => {
  const file = element.properties['dataFile'];
  if (typeof file === 'string') {
    const content = find(element, (child) => child.tagName === 'code');
    return [
      {
        type: 'paragraph',
        children: [
          { type: 'inlineCode', value: file },
          { type: 'text', value: ':' },
        ],
      },
      code(languageOfFile(file), content ? textOf(content) : ''),
    ] as MdastNode[];
  }
  const blocks: MdastNode[] = [];
  let commands: string[] = [];
  const flush = () => {
    if (commands.length > 0) blocks.push(code('sh', commands.join('\n')));
    commands = [];
  };
  for (const part of elementsIn(element)) {
    const classes = classesOf(part);
    if (classes.includes('snippet-command') || classes.includes('snippet-comment'))
      commands.push(textOf(part));
    else if (classes.includes('snippet-output')) {
      flush();
      blocks.push(code('text', textOf(part).replace(/\n$/, '')));
    } else if (classes.includes('snippet-exit') || classes.includes('snippet-reason')) {
      flush();
      blocks.push(paragraph(textOf(part)));
    }
  }
  flush();
  return blocks;
};

/** A drawing in words: what it shows, and its caption. */
const figure: Handle = (state, element) => {
  const says = (tagName: string) => {
    const found = find(element, (child) => child.tagName === tagName);
    return found ? textOf(found).trim() : '';
  };
  if (!find(element, (child) => child.tagName === 'svg')) return state.all(element) as MdastNode[];
  const words = [`${says('title')}.`, says('desc'), says('figcaption')].filter((text) => text.length > 1);
  return {
    type: 'blockquote',
    children: words.map((text) => ({ type: 'paragraph', children: [{ type: 'text', value: text }] })),
  };
};

const nothing: Handle = () => undefined;

/** Parts of a cheat sheet that are there to be pressed. */
const FURNITURE = new Set<string | number>(['sheet-tools', 'sheet-actions']);

const division: Handle = (state, element) => {
  if (classesOf(element).some((name) => FURNITURE.has(name))) return undefined;
  const isRemark = element.properties['role'] === 'note';
  if (!isRemark) return defaultHandlers['div']?.(state, element);
  return { type: 'blockquote', children: state.toFlow(state.all(element)) as never };
};

/** Terms with their explanations, as a list. */
const definitions: Handle = (state, element) => {
  const items: { term: MdastNode[]; rest: MdastNode[] }[] = [];
  for (const child of elementsIn(element)) {
    if (child.tagName === 'dt') items.push({ term: state.all(child) as MdastNode[], rest: [] });
    if (child.tagName === 'dd') items.at(-1)?.rest.push(...(state.toFlow(state.all(child)) as MdastNode[]));
  }
  return {
    type: 'list',
    spread: false,
    children: items.map(({ term, rest }) => ({
      type: 'listItem',
      spread: false,
      children: [{ type: 'paragraph', children: term }, ...rest],
    })),
  } as unknown as MdastNode;
};

const link =
  (address: string): Handle =>
  (state, element) => {
    const { href } = element.properties;
    // A hint of the glossary is for those who read on the page.
    if (classesOf(element).includes('term')) return state.all(element) as MdastNode[];
    if (typeof href === 'string') element.properties['href'] = new URL(href, address).href;
    return defaultHandlers['a']?.(state, element);
  };

/**
 * A built page as Markdown: heading, lead and text, without the frame around them; commands and outputs as fences,
 * drawings as their descriptions, links in full. Empty when the page has no `<main>`.
 */
export function pageMarkdown(html: string, address: string): string {
  const tree = fromHtml(html);
  const main = find(tree as unknown as Element, (element) => element.tagName === 'main');
  if (!main) return '';
  const mdast = toMdast(main, {
    handlers: {
      a: link(address),
      button: nothing,
      div: division,
      dl: definitions,
      figure,
      footer: nothing,
      form: nothing,
      input: nothing,
      'muelle-terminal': nothing,
      nav: nothing,
      noscript: nothing,
      'run-snippet': snippet,
      script: nothing,
      style: nothing,
      svg: nothing,
    },
  });
  return toMarkdown(mdast, { bullet: '-', emphasis: '_', extensions: [gfmTableToMarkdown()], fences: true });
}
