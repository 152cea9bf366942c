import { adoptStyles } from '../../runner/sheet.ts';
import searchStyle from '../../styles/search.css?inline';
import { searchTexts } from '../texts.ts';
import { mountSearchBox, pageLocale } from './search-box.ts';

let dialog: HTMLDialogElement | undefined;
let input: HTMLInputElement | undefined;

function build(button: HTMLAnchorElement): HTMLDialogElement {
  const element = document.createElement('dialog');
  element.className = 'search-dialog';
  element.ariaLabel = searchTexts.title[pageLocale];
  input = mountSearchBox(element, button.href);
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'search-close';
  close.textContent = searchTexts.close[pageLocale];
  close.addEventListener('click', () => element.close());
  input.after(close);
  const keys = document.createElement('p');
  keys.className = 'search-keys';
  keys.textContent = searchTexts.keys[pageLocale];
  element.append(keys);
  // A click beside the box (on the backdrop) hits the dialog itself; a link to this same page must not leave it open.
  element.addEventListener('click', ({ target }) => {
    if (target === element || (target instanceof Element && target.closest('a'))) element.close();
  });
  document.body.append(element);
  return element;
}

adoptStyles(searchStyle);

/** Opens the search dialog of the page; `button` leads to the search page. The reader's last query is still there. */
export function openSearch(button: HTMLAnchorElement): void {
  dialog ??= build(button);
  if (!dialog.open) dialog.showModal();
  input?.select();
}
