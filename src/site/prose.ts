const blank = (text: string) => text.replace(/[^\n]/g, ' ');

/** What is not prose: frontmatter, fences, components and tags, code in a line, addresses, ids of headings, text quoted in French quotes or “”. */
const NOT_PROSE = [
  /^---\n[\s\S]*?\n---$/m,
  /^( *)(`{3,}|~{3,})[\s\S]*?^\1\2$/gm,
  /`[^`\n]+`/g,
  /\]\([^)]*\)/g,
  /\{#[^}]*\}/g,
  /<[^>]*>/g,
  /«[^»]*»|“[^”]*”/g,
  // A foreign word that is named, with emphasis: "demonio (*daemon*)".
  /\*[^*\n]+\*(?!\*)/g,
];

/**
 * The prose of a page, with everything else and the given names blanked out, so that lines stay where they are:
 * ``a `b` c ⇒ a     c``.
 */
export function proseOf(source: string, names: readonly string[] = []): string {
  let text = source;
  for (const pattern of NOT_PROSE) text = text.replace(pattern, blank);
  for (const name of names) text = text.replaceAll(name, blank(name));
  return text;
}
