import type { APIRoute } from 'astro';
import { absolute } from '../site/alternates.ts';
import { LOCALES, localeOf } from '../site/locales.ts';
import { pageOf } from '../site/pages.ts';
import { frameTexts, searchTexts } from '../site/texts.ts';

export function getStaticPaths() {
  return LOCALES.map((locale) => ({ params: { locale } }));
}

/** Lets a browser search Muelle from its own address bar (OpenSearch 1.1). */
export const GET: APIRoute = ({ params }) => {
  const locale = localeOf(params['locale']);
  const address = absolute(pageOf('search', locale).path);
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>${frameTexts.siteName[locale]} (${locale})</ShortName>
  <Description>${searchTexts.description[locale]}</Description>
  <InputEncoding>UTF-8</InputEncoding>
  <Language>${locale}</Language>
  <Image type="image/svg+xml">${absolute('/favicon.svg')}</Image>
  <Url type="text/html" template="${address}?q={searchTerms}"/>
</OpenSearchDescription>
`);
};
