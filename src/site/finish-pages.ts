import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { BASE } from './base-path.ts';
import { compactHtml } from './compact-html.ts';
import { hashOf } from './csp.ts';
import { styleFor, wordsOf } from './page-style.ts';

const STYLE = /<style>([\s\S]*?)<\/style>/g;
const SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;
const MODULE = /<script type="module" src="([^"]+)"/g;
const POLICY = /(<meta http-equiv="content-security-policy" content=")([^"]*)(")/;
const HASH = / '(sha256-[^']+)'/g;

/** The text of a built script and of all that it imports, at once or later. */
function scriptTexts(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*["'`](\.[^"'`]+)["'`]/g)].map(
    (match) => match[1] ?? '',
  );
  return [text, ...imports.flatMap((name) => scriptTexts(join(dirname(file), name), seen))];
}

/**
 * A page's policy with the hashes of just what stands in it. Astro gives each page the hashes of all scripts and styles of
 * the site, also of files, which `'self'` allows anyway: hundreds of bytes that do not compress. Throws when an inline
 * script was not among them, because then it is none of ours.
 */
export function withOwnHashes(html: string, name: string): string {
  const scripts = [...html.matchAll(SCRIPT)].map((match) => hashOf(match[1] ?? ''));
  const styles = [...html.matchAll(STYLE)].map((match) => hashOf(match[1] ?? ''));
  return html.replace(POLICY, (_, before: string, policy: string, after: string) => {
    const stranger = scripts.find((hash) => !policy.includes(hash));
    if (stranger) throw new Error(`${name}: an inline script is not allowed by the policy (${stranger})`);
    const own = (hashes: readonly string[]) => [...new Set(hashes)].map((hash) => ` '${hash}'`).join('');
    const directives = policy
      .replace(HASH, '')
      .split(';')
      .map((directive) => {
        if (directive.trim().startsWith('script-src ')) return directive + own(scripts);
        if (directive.trim().startsWith('style-src ')) return directive + own(styles);
        return directive;
      });
    return before + directives.join(';') + after;
  });
}

/** A page with only the style it can use, in one sheet. */
function withOwnStyle(html: string, dist: string, later: string): string {
  const sheets = [...html.matchAll(STYLE)].map((match) => match[1] ?? '');
  if (sheets.length === 0) return html;
  const files = [...html.matchAll(MODULE)].map((match) => join(dist, (match[1] ?? '').slice(BASE.length)));
  const words = wordsOf(
    html.replace(STYLE, ''),
    files.flatMap((file) => scriptTexts(file)),
  );
  const style = styleFor(sheets.join(''), words, later);
  let isFirst = true;
  return html.replace(STYLE, () => {
    const sheet = isFirst ? `<style>${style}</style>` : '';
    isFirst = false;
    return sheet;
  });
}

/** After the build, takes from each page what it does not need: space, rules that cannot match, hashes of other pages. */
export function finishPages(): AstroIntegration {
  return {
    name: 'muelle-finish-pages',
    hooks: {
      'astro:build:done': ({ dir }) => {
        const dist = fileURLToPath(dir);
        const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
        const read = (name: string) => readFileSync(join(dist, name), 'utf8');
        const later = files
          .filter((name) => /^assets\/.*\.(css|js)$/.test(name))
          .map(read)
          .join('');
        for (const name of files.filter((file) => file.endsWith('.html'))) {
          writeFileSync(
            join(dist, name),
            withOwnHashes(withOwnStyle(compactHtml(read(name)), dist, later), name),
          );
        }
      },
    },
  };
}
