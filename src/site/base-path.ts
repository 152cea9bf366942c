/** Brings a folder of the host to the form `/` or `/muelle/`: `'muelle' ⇒ '/muelle/'`. */
export function normaliseBase(base: string | undefined): string {
  const words = (base ?? '').split('/').filter(Boolean);
  return words.length === 0 ? '/' : `/${words.join('/')}/`;
}

/** The folder of the host that the site is served from; set with `BASE=/muelle/ npm run build`. */
export const BASE = normaliseBase(process.env['BASE']);

/**
 * The address of something inside the site, below the base path. Every internal link passes through here.
 * `href('/es/') ⇒ '/muelle/es/'` when `BASE=/muelle/`.
 */
export function href(path: string, base: string = BASE): string {
  if (!path.startsWith('/')) throw new Error(`internal path "${path}" must start with "/"`);
  return base + path.slice(1);
}
