/** All that explanations are made of, for the browser: `/reference/explain.es.json`. */
import type { APIRoute } from 'astro';
import { explainData } from '../../site/explain/data.ts';
import { LOCALES, localeOf } from '../../site/locales.ts';

export function getStaticPaths() {
  return LOCALES.map((locale) => ({ params: { locale } }));
}

export const GET: APIRoute = ({ params }) =>
  new Response(JSON.stringify(explainData(localeOf(params['locale']))));
