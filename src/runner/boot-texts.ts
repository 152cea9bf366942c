/** The language of the page; pages exist in these two. */
export type Locale = 'es' | 'en';

export type Text = Record<Locale, string>;

/** Texts of the buttons, and what they say without the runtime. The site puts them into the page. */
export const bootTexts = {
  run: { es: 'Ejecutar', en: 'Run' },
  copy: { es: 'Copiar', en: 'Copy' },
  explain: { es: 'Explicar', en: 'Explain' },
  edit: { es: 'Editar', en: 'Edit' },
  copied: { es: 'Copiado', en: 'Copied' },
  copyFailed: { es: 'El navegador no deja copiar', en: 'The browser does not allow copying' },
  loadFailed: {
    es: 'No se pudo cargar el simulador. Prueba a recargar la página.',
    en: 'The simulator could not be loaded. Try reloading the page.',
  },
  start: { es: 'Abrir la terminal', en: 'Open the terminal' },
  terminal: { es: 'Terminal', en: 'Terminal' },
} satisfies Record<string, Text>;

/** The language of a document: `<html lang="es">` ⇒ `'es'`. */
export function localeOf(document: Document): Locale {
  return document.documentElement.lang === 'es' ? 'es' : 'en';
}
