import type { Plugin } from 'vite';

const PRELOADER = 'native:import-analysis-build';

/**
 * Leaves `import()` in the built scripts as it is. Vite wraps each one in a helper that preloads style sheets and
 * dependencies; nothing here needs it, and as a shared chunk it would be one more request on every page.
 * When a later Vite names its plugin otherwise, the helper comes back and nothing else happens.
 */
export function plainImports(): Plugin {
  return {
    name: 'muelle-plain-imports',
    configResolved({ plugins }) {
      const list = plugins as Plugin[];
      const at = list.findIndex(({ name }) => name === PRELOADER);
      if (at >= 0) list.splice(at, 1);
    },
  };
}
