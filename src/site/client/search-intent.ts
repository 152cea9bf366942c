type SearchDialog = typeof import('./search-dialog.ts');

let dialog: Promise<SearchDialog> | undefined;

const load = () => (dialog ??= import('./search-dialog.ts'));

function isTyping({ target }: Event): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/**
 * Opens the search dialog with its button, Ctrl/⌘ K and `/`. The button is a link to the search page, which it stays
 * when the dialog cannot be loaded. Nothing of the search is fetched before the reader points at it.
 */
export function openSearchOnIntent(): void {
  const button = document.querySelector<HTMLAnchorElement>('[data-search]');
  if (!button) return;
  const hint = button.querySelector('kbd');
  if (hint && /Mac|iP(hone|ad)/.test(navigator.userAgent)) hint.textContent = '⌘ K';
  const open = (event: Event) => {
    event.preventDefault();
    load().then(
      ({ openSearch }) => openSearch(button),
      () => location.assign(button.href),
    );
  };
  for (const event of ['pointerover', 'focus', 'touchstart'] as const) {
    button.addEventListener(event, () => void load().catch(() => undefined), { once: true, passive: true });
  }
  button.addEventListener('click', (event) => {
    if (!(event.ctrlKey || event.metaKey || event.shiftKey)) open(event);
  });
  window.addEventListener('keydown', (event) => {
    const shortcut =
      (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k';
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event);
    // Ctrl-K in the terminal deletes to the end of the line.
    if (slash || (shortcut && !(event.target instanceof Element && event.target.closest('muelle-terminal'))))
      open(event);
  });
}
