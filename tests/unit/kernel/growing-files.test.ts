import { describe, expect, it } from 'vitest';
import { extended } from '../../../src/docker/kernel/bytes.ts';
import { Session } from '../../../src/shell/session.ts';

describe('extended', () => {
  it('grows in place and leaves what it was made from as it is', () => {
    const start = new Uint8Array(20_000).fill(1);
    const first = extended(start, Uint8Array.of(2));
    const second = extended(first, Uint8Array.of(3));
    // The room behind `first` is taken: another end of it is a copy.
    const other = extended(first, Uint8Array.of(4));
    expect(second.buffer).toBe(first.buffer);
    expect(other.buffer).not.toBe(first.buffer);
    expect([first.length, second[20_001], other[20_001], first.at(-1)]).toEqual([20_001, 3, 4, 2]);
  });
});

describe('a flood of output', () => {
  it('into a file ends with a full disk, and copies keep what they held', async () => {
    const lab = await Session.create({ seed: 'flood', images: [] });
    expect((await lab.run('yes > f; echo $?; stat -c %s f')).stdout).toBe('1\n268435456\n');
    await lab.run("head -c 20000 /dev/zero | tr '\\0' a > big; cp big old; echo b >> big; echo cc >> old");
    expect((await lab.run('tail -c 3 big; tail -c 3 old')).stdout).toBe('ab\ncc\n');
  });

  it('into /dev/full is refused at once', async () => {
    const lab = await Session.create({ seed: 'flood', images: ['busybox'] });
    expect((await lab.run('echo a > /dev/full; echo $?')).stdout).toBe('1\n');
    expect((await lab.run("docker run --rm busybox sh -c 'yes > /dev/full; echo $?'")).stdout).toBe('1\n');
  });
});
