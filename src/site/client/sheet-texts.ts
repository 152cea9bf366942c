import type { Text } from '../texts.ts';

/** What the filter of a cheat sheet says. */
export const filterTexts = {
  some: { es: '%s de %s filas', en: '%s of %s rows' },
  none: { es: 'Ninguna fila contiene «%s».', en: 'No row holds “%s”.' },
} satisfies Record<string, Text>;
