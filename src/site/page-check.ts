import type { AstroIntegration } from 'astro';
import { allPages } from './pages.ts';

/** Before anything is built, reads all pages so that a broken one stops the build with its file and the cure. */
export function pageCheck(): AstroIntegration {
  return {
    name: 'muelle-page-check',
    hooks: {
      // Earlier than the content collection, whose messages tell neither the line nor all problems at once.
      'astro:config:setup': ({ command }) => {
        if (command === 'build') allPages();
      },
    },
  };
}
