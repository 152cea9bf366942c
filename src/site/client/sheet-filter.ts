/** A text as the filter compares it: without case and accents. `Contraseña ⇒ contrasena`. */
export function searchable(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/** The words of a query, each of which a row must hold. */
export function wordsOf(query: string): string[] {
  return searchable(query).split(/\s+/).filter(Boolean);
}
