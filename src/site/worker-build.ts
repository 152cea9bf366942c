import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/**
 * What rare programs share with the worker's core comes in two files, not in a dozen tiny ones; templates are needed by what
 * lists and inspects only.
 */
export const workerChunks = {
  codeSplitting: {
    // Else what they share with others comes with them.
    includeDependenciesRecursively: false,
    groups: [
      { name: 'kernel', test: /src\/docker\/kernel\// },
      { name: 'template', test: /src\/docker\/cli\/(?:template\/|format\/table\.ts)/ },
      {
        name: 'common',
        test: /src\/docker\/(?:spec\/|cli\/(?:failure|connection)\.ts|engine\/(?:errors?|failure|reference|human|names|timestamp|sha256)\.ts)/,
      },
    ],
  },
};

const STAND_IN = fileURLToPath(new URL('../runner/no-zlib.ts', import.meta.url));

/** For the build of the simulator's worker: just-bash names `node:zlib`, which browsers do not have. */
export function noZlib(): Plugin {
  return {
    name: 'muelle-no-zlib',
    enforce: 'pre',
    resolveId: (id) => (id === 'node:zlib' ? STAND_IN : undefined),
  };
}
