import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { hashOf } from './csp.ts';

const POLICY = /(<meta http-equiv="content-security-policy" content=")([^"]*)(")/;
const INLINE = /<(style|script)(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/\1>/g;

/**
 * A page with only the hashes of what stands in it. Astro gives each page the hashes of all scripts and style sheets of
 * the site, also of files, which `'self'` already allows: hundreds of bytes that do not compress, on every page.
 * Throws when something inline has no hash, because a browser would then refuse it.
 */
export function trimPolicy(html: string, name: string): string {
  const needed = new Set([...html.matchAll(INLINE)].map((match) => hashOf(match[2] ?? '')));
  return html.replace(POLICY, (_, before: string, policy: string, after: string) => {
    for (const hash of needed) {
      if (!policy.includes(hash))
        throw new Error(`${name}: an inline script or style has no hash in the policy (${hash})`);
    }
    return (
      before + policy.replace(/ '(sha256-[^']+)'/g, (token, hash) => (needed.has(hash) ? token : '')) + after
    );
  });
}

/** After the build, shortens the policy of every page. */
export function trimPolicies(): AstroIntegration {
  return {
    name: 'muelle-csp-trim',
    hooks: {
      'astro:build:done': ({ dir }) => {
        const dist = fileURLToPath(dir);
        const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
          name.endsWith('.html'),
        );
        for (const name of pages) {
          const file = join(dist, name);
          writeFileSync(file, trimPolicy(readFileSync(file, 'utf8'), name));
        }
      },
    },
  };
}
