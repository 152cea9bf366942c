/**
 * `node tests/content/fingerprint-notes.ts FOLDER`: writes the fingerprints of the notes' sentences (`FOLDER/*.txt`), which
 * `own-words.test.ts` compares the pages with. The notes themselves are not part of the repository.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fingerprint, noteRuns } from './shingles.ts';

const folder = process.argv[2];
if (folder === undefined)
  throw new Error('say where the notes are: node tests/content/fingerprint-notes.ts FOLDER');
const prints = new Set<string>();
for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
  for (const words of noteRuns(readFileSync(join(folder, name), 'utf8'))) prints.add(fingerprint(words));
}
writeFileSync(resolve(import.meta.dirname, 'notes.fingerprints'), `${[...prints].sort().join('\n')}\n`);
console.log(`${prints.size} runs of words`);
