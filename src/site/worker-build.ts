import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** What rare programs share with the worker's core comes in two files, not in a dozen tiny ones. */
export const workerChunks = {
  codeSplitting: {
    groups: [
      { name: 'kernel', test: /src\/docker\/kernel\// },
      // Help pages are asked for seldom.
      { name: 'cli', test: /src\/docker\/cli\/(?:(?!help\.ts)[^/]+\.ts|template\/)/ },
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
