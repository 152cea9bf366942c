import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineHastPlugin, type HastPluginDefinition } from 'satteri';
import { href } from './base-path.ts';
import { isLocale } from './locales.ts';
import { DOCS_FOLDER, pageOf } from './pages.ts';

/** Where each resolved link of a page was written, so that the link check can name file and line. */
const origins = new Map<string, string>();

const originId = (pagePath: string, target: string) => `${pagePath} ${target}`;

/** `content/docs/es/x.mdx:12` for a link of a built page that came from a Markdown file; else undefined. */
export function originOfLink(pagePath: string, target: string): string | undefined {
  return origins.get(originId(pagePath, target));
}

/** The site path of the page that a source file makes, with its language. */
function pageOfFile(file: string) {
  const [locale, ...rest] = relative(resolve(DOCS_FOLDER), file).split('/');
  if (!isLocale(locale)) return undefined;
  const key = rest
    .join('/')
    .replace(/\.mdx$/, '')
    .replace(/\/index$/, '');
  return pageOf(key, locale);
}

/** Line of the first occurrence of a link in a source file; the compiled position is unknown inside JSX. */
function lineOf(file: string, target: string): number {
  const before = readFileSync(file, 'utf8').split(target)[0] ?? '';
  return before.split('\n').length;
}

/**
 * The address behind a link as an author writes it, from the page of a source file.
 * `page:containers/docker-run#names ⇒ /muelle/es/docker-run/#names`; `https:`, `mailto:` and `#…` stay.
 */
export function resolveLink(target: string, file: string): string {
  const where = () => `${relative(resolve('.'), file)}:${lineOf(file, target)}`;
  const from = pageOfFile(file);
  if (!from || /^(https?|mailto):/.test(target)) return target;
  let address = target;
  if (target.startsWith('page:')) {
    const [key = '', fragment] = target.slice('page:'.length).split('#');
    try {
      address = href(pageOf(key, from.locale).path) + (fragment ? `#${fragment}` : '');
    } catch (error) {
      throw new Error(`${where()}: link to "${target}": ${error instanceof Error ? error.message : error}`);
    }
  } else if (!target.startsWith('#')) {
    throw new Error(
      `${where()}: link to "${target}": write links inside the site as "page:key", for example "page:index".`,
    );
  }
  origins.set(originId(from.path, address), where());
  return address;
}

/** Sätteri plugin: turns the `page:` links of Markdown and of `<a>` in MDX into addresses of the page's language. */
export function pageLinks(): HastPluginDefinition {
  return defineHastPlugin({
    name: 'muelle-page-links',
    element: {
      filter: ['a'],
      visit(node, context) {
        const target = node.properties['href'];
        if (typeof target !== 'string' || !context.fileURL) return;
        context.setProperty(node, 'href', resolveLink(target, fileURLToPath(context.fileURL)));
      },
    },
    mdxJsxTextElement: {
      filter: ['a'],
      visit(node, context) {
        if (!context.fileURL) return;
        const file = fileURLToPath(context.fileURL);
        const attributes = node.attributes.map((attribute) =>
          attribute.type === 'mdxJsxAttribute' &&
          attribute.name === 'href' &&
          typeof attribute.value === 'string'
            ? { ...attribute, value: resolveLink(attribute.value, file) }
            : attribute,
        );
        context.setProperty(node, 'attributes', attributes);
      },
    },
  });
}
