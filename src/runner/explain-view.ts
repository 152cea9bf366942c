/** Shows under a snippet what each of its words means; loaded when Explain is pointed at or pressed. */
import styles from '../styles/explain.css?inline';
import { localeOf } from './boot-texts.ts';
import { el } from './dom.ts';
import { explainTexts } from './explain-texts.ts';
import { adoptStyles } from './sheet.ts';
import { originalSource, sourceOf } from './source.ts';

adoptStyles(styles);

const locale = localeOf(document);
const pages = new Map<string, Promise<Document>>();
let numbers = 0;

/** The page that explains the snippets of this one, fetched once. */
function pageAt(address: string): Promise<Document> {
  const known = pages.get(address);
  if (known) return known;
  const page = fetch(address).then(async (response) => {
    if (!response.ok) throw new Error(`${response.status} ${address}`);
    // Its own style is not wanted, and this page's policy forbids it.
    const html = (await response.text()).replaceAll(/<style>[\s\S]*?<\/style>/g, '');
    return new DOMParser().parseFromString(html, 'text/html');
  });
  pages.set(address, page);
  page.catch(() => pages.delete(address));
  return page;
}

/** Where the explanation of a snippet stands on another page; undefined where it has to be made here. */
function placeOf(link: HTMLAnchorElement): { address: string; id: string } | undefined {
  const { origin, pathname, hash } = new URL(link.href);
  return pathname === location.pathname ? undefined : { address: origin + pathname, id: hash.slice(1) };
}

/** The explanation that the site has made. */
async function madeBefore({ address, id }: { address: string; id: string }): Promise<Node[] | undefined> {
  const section = (await pageAt(address)).getElementById(id);
  return section === null
    ? undefined
    : [...section.querySelectorAll('.explained-line, .explained-parts, .explained-error')];
}

/** The explanation of any text, made here. */
async function explanationOf(source: string): Promise<Node[]> {
  const { explainHere } = await import('./explain-here.ts');
  const html = await explainHere(source, locale, `explained-${numbers++}`);
  return [...new DOMParser().parseFromString(html, 'text/html').body.children];
}

/** Lights a part and its sentence together while one of them is pointed at or focused. */
function lightPairs(panel: HTMLElement): void {
  const set = (event: Event, lit: boolean) => {
    const target =
      event.target instanceof Element ? event.target.closest<HTMLElement>('a[href], li[id]') : null;
    if (!target) return;
    const id = target.id || (target.getAttribute('href') ?? '').slice(1);
    for (const part of panel.querySelectorAll(`[id="${id}"], [href="#${id}"]`))
      part.classList.toggle('is-lit', lit);
  };
  for (const type of ['pointerover', 'focusin']) panel.addEventListener(type, (event) => set(event, true));
  for (const type of ['pointerout', 'focusout']) panel.addEventListener(type, (event) => set(event, false));
}

function close(link: HTMLElement, panel: Element): void {
  panel.remove();
  link.ariaExpanded = 'false';
  link.removeAttribute('aria-controls');
}

/** Loads what the explanation of a snippet needs. */
export function prepareExplanation(link: HTMLAnchorElement): void {
  const place = placeOf(link);
  if (place) pageAt(place.address).catch(() => {});
}

/** Puts an explanation below something, or takes it away; `parts` are made when they are wanted. */
async function toggle(
  place: HTMLElement,
  button: HTMLElement,
  parts: () => Promise<readonly Node[]>,
): Promise<void> {
  const shown = place.querySelector('.snippet-explained');
  if (shown) {
    close(button, shown);
    return;
  }
  const nodes = await parts();
  if (place.querySelector('.snippet-explained')) return;
  const id = `explanation-${numbers++}`;
  const label = explainTexts.region[locale];
  const panel = el('div', { className: 'snippet-explained', id, role: 'region', ariaLabel: label });
  panel.append(...nodes.map((part) => document.importNode(part, true)));
  panel.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    close(button, panel);
    button.focus();
  });
  lightPairs(panel);
  const foot = place.querySelector('.snippet-foot');
  if (foot) foot.before(panel);
  else place.append(panel);
  button.ariaExpanded = 'true';
  button.setAttribute('aria-controls', id);
}

/** Shows the explanation of a snippet below its commands, or takes it away. */
export function toggleExplanation(snippet: HTMLElement, link: HTMLAnchorElement): Promise<void> {
  return toggle(snippet, link, async () => {
    const source = sourceOf(snippet);
    const place = source === originalSource(snippet) ? placeOf(link) : undefined;
    return (place && (await madeBefore(place))) ?? explanationOf(source);
  });
}
