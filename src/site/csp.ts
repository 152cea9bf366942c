import { createHash } from 'node:crypto';
import { themeInit } from './theme-init.ts';

/** The hash of an inline script as a Content-Security-Policy wants it: `sha256-…`. */
export function hashOf(script: string): `sha256-${string}` {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}

/**
 * Nothing is allowed but what the site itself serves. Pagefind and the simulator are WebAssembly and workers.
 * Astro adds the hashes of the style sheets that it puts into the page; the one inline script is ours.
 */
export const contentSecurityPolicy = {
  directives: [
    "default-src 'none'",
    "img-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ] as const,
  scriptDirective: { resources: ["'self'", "'wasm-unsafe-eval'"], hashes: [hashOf(themeInit)] },
};
