import { expect, it } from 'vitest';
import type { Program } from '../../../src/docker/kernel/process.ts';
import { TURN } from '../../../src/docker/kernel/wait.ts';
import { Machine } from './machine.ts';

/** Two processes take turns; the first gets something from outside in the middle, or has it already. */
async function story(loads: boolean): Promise<{ output: string; time: number }> {
  const machine = new Machine();
  const first: Program = function* (p) {
    yield TURN;
    yield* p.print('a');
    if (loads) yield* p.kernel.external(new Promise((resolve) => setTimeout(resolve, 5)));
    yield* p.print('b');
    yield TURN;
    yield* p.print('c');
    return 0;
  };
  const second: Program = function* (p) {
    for (let i = 0; i < 6; i++) {
      yield* p.print(String(i));
      yield* p.sleep(0.02);
    }
    return 0;
  };
  machine.start(first);
  machine.start(second);
  machine.settle();
  while (machine.kernel.loading !== undefined) {
    await machine.kernel.loading;
    machine.settle();
  }
  expect(machine.bugs).toEqual([]);
  return { output: machine.output, time: machine.kernel.clock.now };
}

it('loading a program changes neither order nor time', async () => {
  const without = await story(false);
  expect(without.output).toContain('ab');
  expect(await story(true)).toEqual(without);
});

it('a failure to load is thrown where it was asked for', async () => {
  const machine = new Machine();
  machine.start(function* (p) {
    try {
      yield* p.kernel.external(Promise.reject(new Error('offline')));
    } catch (error) {
      yield* p.print(String(error));
    }
    return 0;
  });
  machine.settle();
  await machine.kernel.loading;
  machine.settle();
  expect(machine.output).toBe('Error: offline');
});
