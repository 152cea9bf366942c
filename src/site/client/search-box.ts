import { type Locale, localeOf } from '../locales.ts';
import { say, searchTexts } from '../texts.ts';
import { loadEngine, type SearchHit, type SearchResult, searchPages } from './search-engine.ts';

/** Language of the page that the script runs in. */
export const pageLocale: Locale = localeOf(document.documentElement.lang);

/** Puts Pagefind's excerpt into an element as text and marks, whatever else it may hold. */
function fillExcerpt(target: HTMLElement, excerpt: string): void {
  const parsed = new DOMParser().parseFromString(excerpt, 'text/html').body;
  for (const node of parsed.childNodes) {
    const piece = document.createElement(node.nodeName === 'MARK' ? 'mark' : 'span');
    piece.textContent = node.textContent;
    target.append(piece);
  }
}

function hitLink({ title, url, excerpt }: SearchHit, className: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = url;
  link.className = className;
  const name = document.createElement('span');
  name.className = 'result-title';
  name.textContent = title;
  const context = document.createElement('span');
  context.className = 'result-context';
  fillExcerpt(context, excerpt);
  link.append(name, context);
  return link;
}

function resultItem(result: SearchResult): HTMLLIElement {
  const item = document.createElement('li');
  item.append(hitLink(result, 'result-page'));
  for (const part of result.parts) item.append(hitLink(part, 'result-part'));
  return item;
}

/**
 * Fills an element with a search box: a form (`GET` to the search page), a count that is announced, and the results as
 * links. Arrow keys walk from the box through the links and back; Enter in the box opens the first result.
 */
export function mountSearchBox(
  parent: HTMLElement,
  action: string,
  onQuery?: (query: string) => void,
): HTMLInputElement {
  const form = document.createElement('form');
  form.role = 'search';
  form.action = action;
  const input = document.createElement('input');
  Object.assign(input, {
    type: 'text',
    inputMode: 'search',
    name: 'q',
    autocomplete: 'off',
    spellcheck: false,
  });
  input.setAttribute('autocapitalize', 'off');
  input.enterKeyHint = 'search';
  input.ariaLabel = searchTexts.label[pageLocale];
  input.placeholder = searchTexts.placeholder[pageLocale];
  form.append(input);
  const status = document.createElement('p');
  status.className = 'search-status';
  status.role = 'status';
  const list = document.createElement('ol');
  list.className = 'search-results';
  parent.append(form, status, list);

  const update = async () => {
    const query = input.value.trim();
    onQuery?.(query);
    if (!query) {
      status.textContent = '';
      list.replaceChildren();
      return;
    }
    const waiting = setTimeout(() => {
      status.textContent = searchTexts.loading[pageLocale];
    }, 300);
    try {
      const found = await searchPages(query);
      if (!found || input.value.trim() !== query) return;
      const { total, results } = found;
      const text = total === 0 ? searchTexts.none : total === 1 ? searchTexts.one : searchTexts.many;
      status.textContent = say(text, pageLocale, total === 0 ? query : total);
      list.replaceChildren(...results.map(resultItem));
    } catch {
      status.textContent = searchTexts.failed[pageLocale];
    } finally {
      clearTimeout(waiting);
    }
  };
  input.addEventListener('input', () => void update());
  input.addEventListener('focus', () => void loadEngine().catch(() => undefined), { once: true });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    list.querySelector('a')?.click();
  });
  parent.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const stops: HTMLElement[] = [input, ...list.querySelectorAll('a')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    event.preventDefault();
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
  });
  return input;
}
