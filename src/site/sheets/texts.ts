import type { Text } from '../texts.ts';

/** What a cheat sheet says besides its rows. */
export const sheetTexts = {
  filter: { es: 'Filtrar las filas', en: 'Filter the rows' },
  filterHint: { es: 'puertos, rm, volumen…', en: 'ports, rm, volume…' },
  print: { es: 'Imprimir', en: 'Print' },
  groups: { es: 'Grupos de esta chuleta', en: 'Groups of this sheet' },
  copyGroup: { es: 'Copiar el grupo', en: 'Copy the group' },
  reference: { es: 'Referencia de %s', en: 'Reference of %s' },
  danger: { es: 'Cuidado', en: 'Warning' },
  legacy: { es: 'Antiguo', en: 'Legacy' },
  simulated: { es: 'Para %s', en: 'For %s' },
  pdf: { es: 'PDF %s', en: 'PDF %s' },
} satisfies Record<string, Text>;

/** The names of the papers on the links to the PDFs. */
export const PAPERS = { a4: 'A4', letter: 'Letter' } as const;

export type Paper = keyof typeof PAPERS;
export const PAPER_NAMES = Object.keys(PAPERS) as Paper[];
