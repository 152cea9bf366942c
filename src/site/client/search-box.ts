import { type Locale, localeOf } from '../locales.ts';
import { say, searchTexts } from '../texts.ts';
import { commandButtons } from './command-buttons.ts';
import { type CommandHit, loadCommands, searchCommands } from './command-search.ts';
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

/** A command with its sentence: a link to its page, and buttons that copy and run it. */
function commandItem({ name, text, url, isCommand }: CommandHit): HTMLLIElement {
  const item = document.createElement('li');
  item.className = 'result-command';
  const link = document.createElement('a');
  link.href = url;
  const title = document.createElement(isCommand ? 'code' : 'span');
  title.className = 'result-title';
  title.textContent = name;
  link.append(title);
  if (text !== '') {
    const context = document.createElement('span');
    context.className = 'result-context';
    context.textContent = text;
    link.append(context);
  }
  item.append(link);
  if (isCommand) item.append(...commandButtons(name, pageLocale));
  return item;
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
  const commands = document.createElement('ol');
  commands.className = 'search-results search-commands';
  commands.ariaLabel = searchTexts.commands[pageLocale];
  const list = document.createElement('ol');
  list.className = 'search-results';
  list.ariaLabel = searchTexts.pages[pageLocale];
  parent.append(form, status, commands, list);

  /** What is announced: how many of each were found. */
  const found = { commands: 0, pages: 0 as number | undefined };
  const tell = (query: string) => {
    const parts = [
      found.commands > 0 && say(searchTexts.someCommands, pageLocale, found.commands),
      found.pages !== undefined &&
        found.pages > 0 &&
        say(found.pages === 1 ? searchTexts.one : searchTexts.many, pageLocale, found.pages),
    ].filter((part) => part !== false);
    if (parts.length > 0) status.textContent = parts.join(', ');
    else if (found.pages === 0) status.textContent = say(searchTexts.none, pageLocale, query);
  };
  const updateCommands = async (query: string) => {
    const hits = await searchCommands(query, pageLocale);
    if (input.value.trim() !== query) return;
    commands.replaceChildren(...hits.map(commandItem));
    found.commands = hits.length;
    tell(query);
  };

  const update = async () => {
    const query = input.value.trim();
    onQuery?.(query);
    if (!query) {
      status.textContent = '';
      list.replaceChildren();
      commands.replaceChildren();
      return;
    }
    found.pages = undefined;
    updateCommands(query).catch(() => {
      // The pages are searched all the same.
      commands.replaceChildren();
    });
    const waiting = setTimeout(() => {
      if (found.commands === 0) status.textContent = searchTexts.loading[pageLocale];
    }, 300);
    try {
      const pages = await searchPages(query);
      if (!pages || input.value.trim() !== query) return;
      const { total, results } = pages;
      found.pages = total;
      tell(query);
      list.replaceChildren(...results.map(resultItem));
    } catch {
      status.textContent = searchTexts.failed[pageLocale];
    } finally {
      clearTimeout(waiting);
    }
  };
  input.addEventListener('input', () => void update());
  const load = () => {
    loadCommands(pageLocale).catch(() => undefined);
    loadEngine().catch(() => undefined);
  };
  input.addEventListener('focus', load, { once: true });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    parent.querySelector<HTMLAnchorElement>('.search-results a')?.click();
  });
  parent.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const stops: HTMLElement[] = [input, ...parent.querySelectorAll<HTMLElement>('.search-results a')];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    event.preventDefault();
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
  });
  return input;
}
