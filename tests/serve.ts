/**
 * `node tests/serve.ts PORT`: serves dist/ as a plain static host would, for the browser tests. `astro preview` allows only
 * one server a project, so a reader's `npm start` would stand in the way of `npm test`.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';

const dist = resolve(import.meta.dirname, '../dist');
const port = Number(process.argv[2] ?? 4399);

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.pdf': 'application/pdf',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.xml': 'application/xml',
};

/** The file that answers a path, or undefined. */
function fileOf(path: string): string | undefined {
  const file = join(dist, normalize(decodeURIComponent(path)));
  if (!file.startsWith(dist) || !existsSync(file)) return undefined;
  if (!statSync(file).isDirectory()) return file;
  const index = join(file, 'index.html');
  return existsSync(index) ? index : undefined;
}

createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const found = fileOf(pathname);
  const file = found ?? join(dist, '404.html');
  response.writeHead(found === undefined ? 404 : 200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
  });
  createReadStream(file).pipe(response);
}).listen(port, '127.0.0.1', () => console.log(`dist/ on http://127.0.0.1:${port}/`));
