import type { SessionOptions } from '../shell/session.ts';

/**
 * How the page's session starts: its first step says so (see `src/site/markdown/snippet-html.ts`), or its cheat sheet. A
 * page without has a session of its own all the same, for its terminal.
 */
export function sessionOptionsOf(document: Document): SessionOptions {
  const first = document.querySelector<HTMLElement>('[data-seed]');
  const { seed, clock, images } = first?.dataset ?? {};
  if (seed === undefined) return { seed: document.querySelector('[data-page]') ? 'playground' : 'terminal' };
  return {
    seed,
    ...(clock !== undefined && { start: Number(clock) }),
    ...(images !== undefined && { images: images.split(' ') }),
  };
}
