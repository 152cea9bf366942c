/** The usual errors, for the browser: `/reference/errors.es.json`. */
import type { APIRoute } from 'astro';
import { knownErrors } from '../../site/explain/errors.ts';
import { LOCALES, localeOf } from '../../site/locales.ts';

export function getStaticPaths() {
  return LOCALES.map((locale) => ({ params: { locale } }));
}

export const GET: APIRoute = ({ params }) =>
  new Response(JSON.stringify(knownErrors(localeOf(params['locale']))));
