/**
 * Stands in for `node:zlib` in the browser (see `src/site/worker-build.ts`): just-bash imports it for its `gzip`, which the
 * simulator does not use.
 */
export const constants: Readonly<Record<string, number>> = {};

function refuse(): never {
  throw new Error('compression is not simulated here');
}

export const gunzipSync: () => never = refuse;
export const gzipSync: () => never = refuse;
