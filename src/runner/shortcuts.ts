/** What a key asks of the frame: Ctrl/⌘ K or `/` ⇒ the search, Ctrl ` ⇒ the terminal. */
export function shortcutOf(event: KeyboardEvent): 'search' | 'terminal' | undefined {
  const { key, altKey, ctrlKey, metaKey, shiftKey, target } = event;
  const isIn = (places: string) => target instanceof Element && target.closest(places) !== null;
  if (altKey) return undefined;
  if (ctrlKey && !metaKey && key === '`') return 'terminal';
  const isSearch =
    ctrlKey || metaKey
      ? // Ctrl-K in the terminal deletes to the end of the line.
        key.toLowerCase() === 'k' && !shiftKey && !isIn('muelle-terminal')
      : key === '/' && !isIn('input, textarea, select, [contenteditable]');
  return isSearch ? 'search' : undefined;
}
