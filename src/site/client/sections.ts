/** Marks, in the contents of the page, the section that is being read. */
export function followSection(): void {
  const toc = document.querySelector<HTMLElement>('#toc');
  if (!toc) return;
  const links = new Map(
    [...toc.querySelectorAll('a')].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const headings = [...links.keys()].flatMap((id) => document.getElementById(id) ?? []);
  let frame = 0;
  const mark = () => {
    frame = 0;
    // The last heading above the upper third of the window begins the section under the reader's eyes.
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const current = headings.findLast(
      (heading) => atEnd || heading.getBoundingClientRect().top < innerHeight / 3,
    );
    for (const [id, link] of links) link.ariaCurrent = id === current?.id ? 'location' : null;
  };
  document.addEventListener('scroll', () => (frame ||= requestAnimationFrame(mark)), { passive: true });
  toc.addEventListener('click', () => {
    if (toc.matches(':popover-open')) toc.hidePopover();
  });
}
