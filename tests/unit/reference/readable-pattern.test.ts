import { expect, test } from 'vitest';
import { readErrors } from '../../../src/site/explain/errors.ts';
import { readablePattern } from '../../../src/site/reference/readable-pattern.ts';

test.each([
  ['port is already allocated', 'port is already allocated'],
  [String.raw`network \S+ not found`, 'network … not found'],
  [String.raw`Conflict\. The container name`, 'Conflict. The container name'],
  ['unknown (?:shorthand )?flag', 'unknown shorthand flag'],
  ['No such image|reference does not exist', 'No such image\nreference does not exist'],
  ['exec: "(?:/bin/)?bash": executable', 'exec: "/bin/bash": executable'],
])('%s', (pattern, text) => {
  expect(readablePattern(pattern)).toBe(text);
});

test('every error is shown as words', () => {
  const shown = readErrors().flatMap(({ pattern }) =>
    pattern === undefined ? [] : [readablePattern(pattern)],
  );
  expect(shown.filter((text) => text === '' || /[\\*+]|\(\?|\|/.test(text))).toEqual([]);
});
