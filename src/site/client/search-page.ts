/** The search page: the same box as the dialog, with the query in the address (`?q=`). */
import { mountSearchBox } from './search-box.ts';
import { preloadSearch } from './search-parts.ts';

preloadSearch();
const place = document.querySelector<HTMLElement>('[data-search-page]');
if (place) {
  const input = mountSearchBox(place, location.pathname, (query) => {
    const address = query ? `?q=${encodeURIComponent(query)}` : location.pathname;
    history.replaceState(null, '', address);
  });
  input.value = new URLSearchParams(location.search).get('q') ?? '';
  if (input.value) input.dispatchEvent(new Event('input'));
  input.focus();
}
