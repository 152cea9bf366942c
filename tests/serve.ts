/**
 * `node tests/serve.ts PORT`: serves dist/ as a plain static host would, for the browser tests. `astro preview` allows only
 * one server a project, so a reader's `npm start` would stand in the way of `npm test`.
 */
import { resolve } from 'node:path';
import { serveFolder } from '../src/tools/static-server.ts';

const { port } = await serveFolder(resolve(import.meta.dirname, '../dist'), Number(process.argv[2] ?? 4399));
console.log(`dist/ on http://127.0.0.1:${port}/`);
