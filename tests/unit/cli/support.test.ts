import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/docker/cli/registry.ts';
import { supportTable } from '../../../src/docker/cli/support.ts';
import { SWARM_COMMANDS } from '../../../src/docker/cli/swarm-registry.ts';
import { allCommands, commandAt } from '../../../src/docker/spec/spec.ts';
import { docker } from './machine.ts';

describe('what is simulated', () => {
  test('handlers name only commands and flags that exist', async () => {
    const ids = new Set(allCommands().map((command) => command.id));
    for (const [id, entry] of Object.entries({ ...COMMANDS, ...SWARM_COMMANDS })) {
      expect(ids, id).toContain(id);
      const command = 'run' in entry ? entry : await entry.load();
      if (typeof command.flags === 'string') continue;
      const known = commandAt(id)?.flags.map((flag) => flag.name) ?? [];
      for (const flag of Object.keys(command.flags)) expect(known, `${id} --${flag}`).toContain(flag);
    }
  });

  test('what is not simulated is refused by name, never unknown', async () => {
    const table = await supportTable();
    let refused = 0;
    for (const [id, flags] of table) {
      for (const [name, support] of Object.entries(flags)) {
        if (support !== 'none') continue;
        const spec = commandAt(id);
        const flag = spec?.flags.find((candidate) => candidate.name === name);
        const values: Record<string, string> = {
          list: 'a',
          mount: 'type=volume,target=/a',
          network: 'a',
          ip: '::1',
          filter: 'a=b',
        };
        const argv = [
          ...id.split(' '),
          flag?.type === 'bool' ? `--${name}` : `--${name}=${values[flag?.type ?? ''] ?? '1'}`,
        ];
        if (name === 'help' || name === 'device-read-bps') continue;
        const { stderr, exit } = await docker([...argv, ...Array<string>(spec?.args.min ?? 0).fill('x')]);
        if (stderr.startsWith('invalid argument')) continue;
        expect(stderr).toBe(`muelle: docker ${id} --${name} is not simulated here\n`);
        expect(exit).toBe(1);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(5);
  });

  test.each(['plugin push x'])('docker %s', async (words) => {
    const { stderr, exit } = await docker(words.split(' '));
    expect(stderr).toBe(`muelle: docker ${words.replace(/ x$/, '')} is not simulated here\n`);
    expect(exit).toBe(1);
  });
});
