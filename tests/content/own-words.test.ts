import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprint, proseRuns, RUN } from './shingles.ts';

const notes = new Set(
  readFileSync(resolve(import.meta.dirname, 'notes.fingerprints'), 'utf8')
    .trimEnd()
    .split('\n'),
);
const content = resolve('content');
const files = readdirSync(content, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(mdx|yaml)$/.test(name) && !name.startsWith('notes/'),
);

test('no sentence of the notes is copied', () => {
  const copied = files.flatMap((name) =>
    [...proseRuns(readFileSync(join(content, name), 'utf8'))]
      .filter((words) => notes.has(fingerprint(words)))

      .map((words) => `${name}: ${words}`),
  );
  expect(copied, `${RUN} words in a row equal a note's: say it in your own`).toEqual([]);
});

test('a copied sentence is found', () => {
  const sentence = 'uno dos tres cuatro cinco seis siete ocho nueve diez';
  const print = new Set(
    [...proseRuns('Uno dos, tres cuatro CINCO seis siete: ocho nueve diez.')].map(fingerprint),
  );
  expect(print).toEqual(new Set([fingerprint(sentence)]));
  expect([...proseRuns('uno dos tres `cuatro` cinco seis siete ocho nueve diez once')]).toEqual([]);
});
