import type { Text } from './boot-texts.ts';

/** Words of the explanations, on their pages and in place. */
export const explainTexts = {
  danger: { es: 'Cuidado', en: 'Careful' },
  failed: { es: 'No se pudo cargar la explicación.', en: 'The explanation could not be loaded.' },
  region: { es: 'Explicación', en: 'Explanation' },
  why: { es: '¿Por qué ha fallado?', en: 'Why did it fail?' },
  cure: { es: 'Qué hacer', en: 'What to do' },
} satisfies Record<string, Text>;
