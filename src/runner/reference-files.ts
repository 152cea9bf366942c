import type { Locale } from './boot-texts.ts';

const files = new Map<string, Promise<unknown>>();

const base = import.meta.env.BASE_URL.replace(/\/?$/, '/');

/** Where the site keeps what explanations are made of. */
export const explainAddress = (locale: Locale): string => `${base}reference/explain.${locale}.json`;

/** Where the site keeps the usual errors. */
export const errorsAddress = (locale: Locale): string => `${base}reference/errors.${locale}.json`;

/** A JSON file of the site, fetched once; one that fails may be asked for again. */
export function loadJson<T>(address: string): Promise<T> {
  const known = files.get(address);
  if (known) return known as Promise<T>;
  const file = fetch(address).then((response) => {
    if (!response.ok) throw new Error(`${response.status} ${address}`);
    return response.json() as Promise<T>;
  });
  files.set(address, file);
  file.catch(() => files.delete(address));
  return file;
}
