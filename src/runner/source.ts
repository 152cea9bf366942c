/** What a snippet of the page shows: its commands and comments, or its file with the last line ended. */
export function originalSource(snippet: HTMLElement): string {
  const { source, file } = snippet.dataset;
  if (source !== undefined) return source;
  // The reader's own version stands behind the original, which is only hidden.
  const codes = snippet.querySelector('.snippet-body')?.querySelectorAll('code') ?? [];
  const shown = Array.from(codes, (code) => code.textContent).join('\n');
  return file !== undefined && shown !== '' ? `${shown}\n` : shown;
}

/** The reader's text, or what the page shows. */
export function sourceOf(snippet: HTMLElement): string {
  return snippet.dataset['edited'] ?? originalSource(snippet);
}
