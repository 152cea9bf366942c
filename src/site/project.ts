/** Where the site is published and where its source lives; both are overridden by the environment of the build. */

/** Origin of the published site, without the base path. Absolute addresses (hreflang, sitemap) need one. */
export const SITE = process.env['SITE'] ?? 'https://muelle.example';

const server = process.env['GITHUB_SERVER_URL'] ?? 'https://github.com';
const repository = process.env['GITHUB_REPOSITORY'] ?? 'muelle-docs/muelle';

/** The repository's address; GitHub Actions sets the two variables by itself. */
export const REPOSITORY = `${server}/${repository}`;

/** Where a reader edits a source file: `'content/docs/es/index.mdx' ⇒ 'https://github.com/…/edit/main/content/…'`. */
export function editAddress(file: string): string {
  return `${REPOSITORY}/edit/main/${file}`;
}
