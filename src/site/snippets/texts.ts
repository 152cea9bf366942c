import type { Text } from '../texts.ts';

/** What a snippet says besides its commands. */
export const snippetTexts = {
  terminal: { es: 'Terminal', en: 'Terminal' },
  shownOnly: { es: 'No se ejecuta aquí', en: 'Not run here' },
  exit: { es: 'salida %s', en: 'exit %s' },
} satisfies Record<string, Text>;
