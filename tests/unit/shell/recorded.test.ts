import { describe, expect, it } from 'vitest';
import { line } from './machine.ts';
import recorded from './recorded.json' with { type: 'json' };

/** What the real shells printed (record.ts) is what ours print, byte for byte. */
describe.each(['bash', 'dash', 'ash'] as const)('%s', (shell) => {
  it.each(recorded.filter((one) => one.shell === shell))(
    '$source',
    async ({ source, stdout, stderr, exit }) => {
      const ours = await line(source, { shell });
      expect({ stdout: ours.stdout, stderr: ours.stderr, exit: ours.exit }).toEqual({ stdout, stderr, exit });
    },
  );
});
