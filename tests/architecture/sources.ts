import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** All source files under `src` with these endings, as paths from the root. */
export function sources(...endings: string[]): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('src', path))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort();
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Source text without comments, so that words in them do not count; strings stay. */
export function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

/** What a file imports: local files as paths from the root, packages by name. */
export function imports(path: string): string[] {
  const found = withoutComments(read(path)).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([\w@./:#-]+)['"]/g);
  return [...found].map((match) => {
    const target = match[1] ?? '';
    return target.startsWith('.') ? relative(root, resolve(root, dirname(path), target)) : target;
  });
}
