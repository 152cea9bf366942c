/** Fetches a page of this site when the reader points at its link or focuses it, so that opening it is immediate. */
export function prefetchOnIntent(): void {
  const done = new Set([location.href.split('#')[0]]);
  const connection = (navigator as { connection?: { saveData?: boolean } }).connection;
  const onIntent = ({ target }: Event) => {
    const link = target instanceof Element ? target.closest('a') : null;
    const address = link?.href.split('#')[0];
    if (!link || !address || link.origin !== location.origin || done.has(address) || connection?.saveData)
      return;
    done.add(address);
    const hint = document.createElement('link');
    hint.rel = 'prefetch';
    hint.href = address;
    document.head.append(hint);
  };
  for (const event of ['pointerover', 'focusin'])
    document.addEventListener(event, onIntent, { passive: true });
}
