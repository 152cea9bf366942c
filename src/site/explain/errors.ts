import { resolve } from 'node:path';
import type { KnownError } from '../../explain/errors.ts';
import type { Locale } from '../locales.ts';
import { readYaml } from '../read-yaml.ts';
import { type ErrorEntry, errorsSchema } from './schema.ts';

/** The usual errors as `content/errors.yaml` has them. */
export function readErrors(root: string = resolve('.')): ErrorEntry[] {
  return readYaml(root, 'errors.yaml', errorsSchema);
}

/** The usual errors in one language, as the browser and the terminal look them up. */
export function knownErrors(locale: Locale, root?: string): KnownError[] {
  return readErrors(root).map(({ id, pattern, exit, cause, cure }) => ({
    id,
    ...(pattern !== undefined && { pattern }),
    ...(exit !== undefined && { exit }),
    cause: cause[locale],
    cure: cure[locale],
  }));
}
