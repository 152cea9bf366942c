/** `fill('{a} to {b}', { a: '1', b: '2' }) ⇒ '1 to 2'` */
export function fill(text: string, parts: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (all, name: string) => parts[name] ?? all);
}

/** Sentences one after the other; empty ones are left out. */
export function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}
