import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const dist = resolve(import.meta.dirname, '../../dist');

/** A page of the site: its path and the paths of the same page in each language. */
export interface SitePage {
  readonly path: string;
  readonly twins: Readonly<Record<string, string>>;
}

const pathOf = (url: string): string => new URL(url).pathname;

/** Every page of the built site, as its sitemap lists them. */
export function sitePages(): SitePage[] {
  if (!existsSync(dist)) throw new Error('There is no dist/: run `npm run build` before the browser tests.');
  const files = readdirSync(dist).filter((name) => /^sitemap-\d+\.xml$/.test(name));
  const pages = files.flatMap((name) => {
    const xml = readFileSync(join(dist, name), 'utf8');
    return [...xml.matchAll(/<url>([\s\S]*?)<\/url>/g)].map((entry) => {
      const body = entry[1] ?? '';
      const path = pathOf(/<loc>([^<]+)<\/loc>/.exec(body)?.[1] ?? '');
      const links = [...body.matchAll(/hreflang="([^"]+)" href="([^"]+)"/g)];
      return { path, twins: Object.fromEntries(links.map((link) => [link[1] ?? '', pathOf(link[2] ?? '')])) };
    });
  });
  if (pages.length === 0) throw new Error('The sitemap lists no page: look at dist/sitemap-*.xml.');
  return pages.sort((a, b) => a.path.localeCompare(b.path));
}

/** The HTML of a built page. */
export function builtHtml(path: string): string {
  return readFileSync(join(dist, path, 'index.html'), 'utf8');
}

/** Does a built file answer at this path? */
export function builtFile(path: string): string | undefined {
  for (const candidate of [join(dist, path), join(dist, path, 'index.html')]) {
    if (existsSync(candidate) && !candidate.endsWith('/') && readdirSafe(candidate) === undefined)
      return candidate;
  }
  return undefined;
}

function readdirSafe(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}
