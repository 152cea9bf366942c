import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LOCALES } from '../../../src/site/locales.ts';
import { CommandList } from '../../../src/site/search/rank.ts';
import { searchRecords } from '../../../src/site/search/records.ts';

type Answers = Readonly<Record<string, string | readonly string[]>>;
const queries = parse(readFileSync('tests/search/queries.yaml', 'utf8')) as Readonly<Record<string, Answers>>;

/** How many of a kind must be right at once; the third place must hold the answer for all but typos. */
const FIRST = { commands: 0.95, flags: 0.95, tasks: 0.95, typos: 0.9, files: 0.95, errors: 0.95 };

const lists = Object.fromEntries(LOCALES.map((locale) => [locale, new CommandList(searchRecords(locale))]));

describe.each(Object.entries(lists))('the queries in %s', (_, list) => {
  const namesFor = (query: string) =>
    list.find(query, 3).map(({ record, flag }) => (flag ? `${record.name} ${flag.long}` : record.name));

  test.each(Object.entries(queries))('%s: the right answer comes first', (kind, answers) => {
    const missed: string[] = [];
    const late: string[] = [];
    for (const [query, answer] of Object.entries(answers)) {
      const right = [answer].flat();
      const found = namesFor(query);
      const said = `${query} ⇒ ${found.join(' | ')} (not ${right.join(' or ')})`;
      if (!right.includes(found[0] ?? '')) late.push(said);
      if (!right.some((name) => found.includes(name))) missed.push(said);
    }
    const total = Object.keys(answers).length;
    const first = FIRST[kind as keyof typeof FIRST];
    expect((total - late.length) / total, late.join('\n')).toBeGreaterThanOrEqual(first);
    if (kind !== 'typos') expect(missed).toEqual([]);
  });
});

/** Milliseconds that a keystroke may take: a frame of a screen (issue 5). */
const FRAME = 16;

test('a keystroke is answered within a frame', () => {
  const typed = Object.values(queries).flatMap((answers) =>
    Object.keys(answers).flatMap((query) => [...query].map((_, at) => query.slice(0, at + 1))),
  );
  for (const query of typed.slice(0, 200)) lists.es?.find(query);
  const times = typed.map((query) => {
    const start = performance.now();
    lists.es?.find(query);
    return performance.now() - start;
  });
  const p95 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)];
  expect(p95).toBeLessThanOrEqual(FRAME);
});

test.each([
  ['-P', 'docker run --publish-all'],
  ['-p', 'docker run --publish'],
  ['--Rm', 'docker run --rm'],
  ['add-host', 'docker run --add-host'],
  ['--net=host', 'docker run --network'],
])('%s is a flag however it is written', (query, answer) => {
  const [first] = lists.en?.find(query) ?? [];
  expect(`${first?.record.name}${first?.flag ? ` ${first.flag.long}` : ''}`).toBe(answer);
});

test('there are at least 200 queries', () => {
  expect(Object.values(queries).flatMap((answers) => Object.keys(answers)).length).toBeGreaterThanOrEqual(
    200,
  );
});
