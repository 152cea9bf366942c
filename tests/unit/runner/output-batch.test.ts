import { expect, test } from 'vitest';
import { OutputBatch } from '../../../src/runner/output-batch.ts';

function batch() {
  const sent: string[] = [];
  const clock = { now: 0 };
  return {
    sent,
    clock,
    output: new OutputBatch(
      (text) => sent.push(text),
      () => clock.now,
    ),
  };
}
const bytes = (text: string) => new TextEncoder().encode(text);

test('small pieces travel together, once a frame', () => {
  const { sent, clock, output } = batch();
  output.push('stdout', bytes('a'));
  output.flushSoon();
  output.push('stdout', bytes('b'));
  output.push('stderr', bytes('c'));
  output.flushSoon();
  expect(sent).toEqual(['a']);
  clock.now = 20;
  output.flushSoon();
  expect(sent).toEqual(['a', 'bc']);
});

test('a character cut in two arrives whole', () => {
  const { sent, output } = batch();
  const whale = bytes('🐳');
  output.push('stdout', whale.subarray(0, 2));
  output.push('stderr', bytes('!'));
  output.push('stdout', whale.subarray(2));
  output.flush();
  expect(sent.join('')).toBe('!🐳');
});

test('a page that does not keep up holds the simulator back', async () => {
  const { sent, output } = batch();
  for (let i = 0; i < 4; i++) {
    output.push('stdout', bytes('x'));
    output.flush();
  }
  const room = output.room();
  expect(sent.length).toBe(4);
  expect(room).toBeInstanceOf(Promise);
  output.acknowledge();
  await room;
  expect(output.room()).toBeUndefined();
});

test('Ctrl-C does not wait for the page', async () => {
  const { output } = batch();
  for (let i = 0; i < 9; i++) {
    output.push('stdout', bytes('x'));
    output.flush();
  }
  const room = output.room();
  output.release();
  await room;
});
