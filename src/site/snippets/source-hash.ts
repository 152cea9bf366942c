import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the outputs depend on besides the page: the simulator, the terminal, this room, and the packages they use. */
const SOURCES = ['src/docker', 'src/shell', 'src/terminal', 'src/site/snippets', 'package-lock.json'];

function* filesOf(path: string): Generator<string> {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isFile()) yield join(entry.parentPath, entry.name);
}

/** A hash of every file that can change what a snippet prints; other names, contents or places give another hash. */
export function simulatorHash(root: string, sources: readonly string[] = SOURCES): string {
  const hash = createHash('sha256');
  const files = sources.flatMap((source) =>
    source.includes('.') ? [join(root, source)] : [...filesOf(join(root, source))],
  );
  for (const file of files.sort()) {
    const content = readFileSync(file);
    hash.update(`${file.slice(root.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
