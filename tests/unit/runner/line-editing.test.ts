import { describe, expect, test } from 'vitest';
import { applyCompletion, commonStart, editLine } from '../../../src/runner/line-editing.ts';

const at = (marked: string) => ({ text: marked.replace('|', ''), cursor: marked.indexOf('|') });
const shown = ({ text, cursor }: { text: string; cursor: number }) =>
  `${text.slice(0, cursor)}|${text.slice(cursor)}`;

describe('the keys of readline', () => {
  test.each([
    ['a', 'docker ps|', '|docker ps'],
    ['e', 'doc|ker ps', 'docker ps|'],
    ['k', 'docker| ps', 'docker|'],
    ['u', 'docker| ps', '| ps'],
    ['w', 'docker ps  |-a', 'docker |-a'],
    ['d', 'doc|ker', 'doc|er'],
    ['a', 'for i in 1\ndo |x', 'for i in 1\n|do x'],
    ['k', 'a|b\nc', 'a|\nc'],
  ])('Ctrl-%s: %s', (key, before, after) => {
    expect(shown(editLine(at(before), key) ?? at(before))).toBe(after);
  });

  test('Ctrl-Y puts back what was cut', () => {
    const cut = editLine(at('docker| ps'), 'k');
    expect(shown(editLine({ text: 'x', cursor: 1 }, 'y', cut?.killed) ?? at('|'))).toBe('x ps|');
  });

  test('finding in the page stays the browser’s', () => {
    expect(editLine(at('abc|'), 'f')).toBeUndefined();
  });
});

describe('completion', () => {
  const items = (...texts: string[]) => texts.map((text) => ({ text, kind: 'word' }));

  test('what words share', () => {
    expect(commonStart(['nginx', 'nginx:alpine'])).toBe('nginx');
    expect(commonStart([])).toBe('');
  });

  test('one candidate goes in with a space', () => {
    expect(shown(applyCompletion(at('docker im|'), { from: 7, items: items('images') }))).toBe(
      'docker images |',
    );
  });

  test('not after a folder or a flag that wants a value', () => {
    expect(shown(applyCompletion(at('cat e|'), { from: 4, items: items('etc/') }))).toBe('cat etc/|');
    expect(shown(applyCompletion(at('docker ps --fo|'), { from: 10, items: items('--format=') }))).toBe(
      'docker ps --format=|',
    );
  });

  test('several put in what they share, then are listed', () => {
    const first = applyCompletion(at('docker rm w|'), { from: 10, items: items('web1', 'web2') });
    expect([shown(first), first.list]).toEqual(['docker rm web|', []]);
    const second = applyCompletion(first, { from: 10, items: items('web1', 'web2') });
    expect([shown(second), second.list]).toEqual(['docker rm web|', ['web1', 'web2']]);
  });

  test('nothing changes without candidates, and the rest of the line stays', () => {
    expect(shown(applyCompletion(at('xyz|'), { from: 0, items: [] }))).toBe('xyz|');
    expect(shown(applyCompletion(at('doc| ps'), { from: 0, items: items('docker') }))).toBe('docker| ps');
  });
});
