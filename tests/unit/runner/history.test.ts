import { expect, test } from 'vitest';
import { History } from '../../../src/runner/history.ts';

function store() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

test('goes back and forth, and keeps what was being typed', () => {
  const history = new History(undefined);
  history.add('one');
  history.add('two');
  expect(history.previous('draft')).toBe('two');
  expect(history.previous('two')).toBe('one');
  expect(history.previous('one')).toBeUndefined();
  expect(history.next()).toBe('two');
  expect(history.next()).toBe('draft');
  expect(history.next()).toBeUndefined();
});

test('is kept between visits, without blanks and repetitions', () => {
  const values = store();
  const first = new History(values);
  for (const line of ['docker ps', ' ', 'docker ps', 'docker images']) first.add(line);
  const second = new History(values);
  expect(second.previous('')).toBe('docker images');
  expect(second.previous('')).toBe('docker ps');
  expect(second.previous('')).toBeUndefined();
});

test('searches backwards, further each time', () => {
  const history = new History(undefined);
  for (const line of ['docker run a', 'docker ps', 'docker run b']) history.add(line);
  const found = history.search('run');
  expect(found?.line).toBe('docker run b');
  expect(history.search('run', found?.index)?.line).toBe('docker run a');
  expect(history.search('absent')).toBeUndefined();
  expect(history.search('')).toBeUndefined();
});

test('a damaged or forbidden storage is no history', () => {
  const broken = {
    getItem: () => '{"no":"list"}',
    setItem: () => {
      throw new Error('full');
    },
  };
  const history = new History(broken);
  history.add('x');
  expect(history.previous('')).toBe('x');
});
