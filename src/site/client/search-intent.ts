import { shortcutOf } from '../../runner/shortcuts.ts';
import { preloadSearch } from './search-parts.ts';

type SearchDialog = typeof import('./search-dialog.ts');

let dialog: Promise<SearchDialog> | undefined;

function load(): Promise<SearchDialog> {
  preloadSearch();
  // Asked for with the dialog, not by it: a round trip less for each.
  const box = import('./search-box.ts');
  import('./search-engine.ts').then(({ loadEngine }) => loadEngine()).catch(() => undefined);
  dialog ??= Promise.all([import('./search-dialog.ts'), box]).then(([module]) => module);
  return dialog;
}

/**
 * Opens the search dialog with its button, Ctrl/⌘ K and `/`. The button is a link to the search page, which it stays
 * when the dialog cannot be loaded. Nothing of the search is fetched before the reader points at it.
 */
export function openSearchOnIntent(): void {
  const button = document.querySelector<HTMLAnchorElement>('[data-action="search"]');
  if (!button) return;
  const open = (event: Event) => {
    event.preventDefault();
    load().then(
      ({ openSearch }) => openSearch(button),
      () => location.assign(button.href),
    );
  };
  for (const event of ['pointerover', 'focusin'] as const) {
    button.addEventListener(event, () => void load().catch(() => undefined), { once: true });
  }
  button.addEventListener('click', (event) => {
    if (!(event.ctrlKey || event.metaKey || event.shiftKey)) open(event);
  });
  document.addEventListener('keydown', (event) => {
    if (shortcutOf(event) === 'search') open(event);
  });
}
