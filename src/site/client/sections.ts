/** Marks, in the contents of the page, the section that is being read. */
export function followSection(): void {
  const toc = document.querySelector<HTMLElement>('#toc');
  if (!toc) return;
  const links = new Map(
    [...toc.querySelectorAll('a')].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const headings = [...links.keys()].flatMap((id) => document.getElementById(id) ?? []);
  const observer = new IntersectionObserver(
    () => {
      // The last heading above the upper third of the window begins the section under the reader's eyes.
      const current = headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
      for (const [id, link] of links) link.ariaCurrent = id === current?.id ? 'location' : null;
    },
    { rootMargin: '0px 0px -66% 0px', threshold: [0, 1] },
  );
  for (const heading of headings) observer.observe(heading);
  toc.addEventListener('click', () => {
    if (toc.matches(':popover-open')) toc.hidePopover();
  });
}
