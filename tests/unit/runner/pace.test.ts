import { expect, test } from 'vitest';
import { CompressedPace } from '../../../src/runner/pace.ts';

function pace(options: { waiting?: boolean } = {}) {
  const world = { now: 0, slept: [] as number[], told: [] as number[], turns: 0 };
  const compressed = new CompressedPace({
    now: () => world.now,
    turn: async () => void world.turns++,
    sleep: async (ms) => {
      world.now += ms;
      world.slept.push(ms);
    },
    waitingForInput: () => options.waiting ?? false,
    flush: () => {},
    onLongWait: (ms) => void world.told.push(ms),
    room: () => undefined,
  });
  return { world, compressed };
}

test('a minute takes a moment, and is told', async () => {
  const { world, compressed } = pace();
  await compressed.wait(60_000);
  expect(world).toMatchObject({ slept: [80], told: [60_000] });
});

test('very short waits are saved up', async () => {
  const { world, compressed } = pace();
  for (let i = 0; i < 4; i++) await compressed.wait(50);
  expect(world).toMatchObject({ slept: [10], told: [] });
});

test('what goes on for long slows down until it can be read', async () => {
  const { world, compressed } = pace();
  for (let i = 0; i < 60; i++) await compressed.wait(1000);
  expect(world.slept[0]).toBe(50);
  expect(world.slept.at(-1)).toBe(250);
  compressed.restart();
  await compressed.wait(1000);
  expect(world.slept.at(-1)).toBe(50);
});

test('while a program waits for the keyboard, time is as long as outside', async () => {
  const { world, compressed } = pace({ waiting: true });
  await compressed.wait(5000);
  expect(world).toMatchObject({ slept: [5000], told: [] });
});
