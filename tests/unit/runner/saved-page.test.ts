import { expect, test } from 'vitest';
import { load, NOTHING_SAVED, type SavedPage, save } from '../../../src/runner/saved-page.ts';

function store(initial: Record<string, string> = {}) {
  const values = new Map(Object.entries(initial));
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

const page: SavedPage = {
  log: [],
  actions: [{ step: 2, label: 'step 3', from: 0, ok: true }],
  edits: { 2: 'docker ps -a' },
};

test('what is saved is read again, for its own page only', () => {
  const values = store();
  save(values, 'containers/run', page);
  expect(load(values, 'containers/run')).toEqual(page);
  expect(load(values, 'index')).toEqual(NOTHING_SAVED);
});

test('nothing is kept for a page without anything', () => {
  const values = store();
  save(values, 'index', page);
  save(values, 'index', NOTHING_SAVED);
  expect(values.values.size).toBe(0);
});

test.each(['', 'null', '{', '{"version":0,"log":[]}', '[]'])('damaged: %s', (text) => {
  expect(load(store({ 'muelle:session:index': text }), 'index')).toEqual(NOTHING_SAVED);
});

test('a full storage is no failure', () => {
  const full = {
    ...store(),
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  };
  expect(() => save(full, 'index', page)).not.toThrow();
});
