/** How long a hint stays when the pointer has left both it and its term: time to cross the gap between them. */
const GRACE = 250;
const GAP = 6;
const EDGE = 8;

const pages = new Map<string, Promise<Document>>();

/** The glossary page, fetched once. */
function pageAt(address: string): Promise<Document> {
  const known = pages.get(address);
  if (known) return known;
  const page = fetch(address).then(async (response) => {
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    const text = await response.text();
    // Only the list: the page's style in a document made by script would offend the policy.
    return new DOMParser().parseFromString(
      text.slice(text.indexOf('<dl'), text.lastIndexOf('</dl>')),
      'text/html',
    );
  });
  pages.set(address, page);
  // A failure is not for ever.
  page.catch(() => pages.delete(address));
  return page;
}

/** The definition behind a link to the glossary; undefined when there is none, or no network. */
async function definitionOf(link: HTMLAnchorElement): Promise<string | undefined> {
  const [address = '', id = ''] = link.href.split('#');
  try {
    const page = await pageAt(address);
    return page.getElementById(id)?.nextElementSibling?.textContent ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Shows the definition of a term beside it while the pointer is over the term or over the hint, or while the term has the
 * focus; Escape takes it away (WCAG 1.4.13). The link leads to the glossary, with script or without.
 */
export function explainTerms(): void {
  const hint = document.createElement('div');
  hint.id = 'term-hint';
  hint.role = 'tooltip';
  let current: HTMLAnchorElement | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;

  const hide = () => {
    clearTimeout(leaving);
    current?.removeAttribute('aria-describedby');
    current = undefined;
    hint.remove();
  };
  const place = (link: HTMLAnchorElement) => {
    const box = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const { width, height } = hint.getBoundingClientRect();
    const left = Math.max(EDGE, Math.min(box.left, document.documentElement.clientWidth - width - EDGE));
    const below = box.bottom + GAP;
    const top = below + height > innerHeight && box.top > height + GAP ? box.top - height - GAP : below;
    hint.style.left = `${left + scrollX}px`;
    hint.style.top = `${top + scrollY}px`;
  };
  const show = async (link: HTMLAnchorElement) => {
    clearTimeout(leaving);
    if (current === link) return;
    hide();
    current = link;
    const definition = await definitionOf(link);
    if (current !== link || !definition) return;
    hint.textContent = definition;
    document.body.append(hint);
    link.setAttribute('aria-describedby', hint.id);
    place(link);
  };
  const termOf = ({ target }: Event) =>
    target instanceof Element ? (target.closest<HTMLAnchorElement>('a.term') ?? undefined) : undefined;
  const isHint = ({ target }: Event) => target instanceof Node && hint.contains(target);

  for (const type of ['pointerover', 'focusin']) {
    document.addEventListener(type, (event) => {
      const link = termOf(event);
      if (link) void show(link);
      else if (isHint(event)) clearTimeout(leaving);
    });
  }
  for (const type of ['pointerout', 'focusout']) {
    document.addEventListener(type, (event) => {
      if (!termOf(event) && !isHint(event)) return;
      clearTimeout(leaving);
      leaving = setTimeout(() => {
        if (document.activeElement !== current) hide();
      }, GRACE);
    });
  }
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hide();
  });
}
