import { allCommands } from '../spec/spec.ts';
import type { Support } from './call.ts';
import { COMMANDS } from './registry.ts';
import { SWARM_COMMANDS } from './swarm-registry.ts';

/** What of a command is simulated: each flag with its support; `none` is refused by name when it is used. */
export type SupportTable = ReadonlyMap<string, Readonly<Record<string, Support | 'none'>>>;

/** Every simulated command by its id (`container run`), for the reference pages and the tests. */
export async function supportTable(): Promise<SupportTable> {
  const out = new Map<string, Record<string, Support | 'none'>>();
  const specs = new Map(allCommands().map((command) => [command.id, command]));
  for (const [id, entry] of Object.entries({ ...COMMANDS, ...SWARM_COMMANDS })) {
    const command = 'run' in entry ? entry : await entry.load();
    const { flags } = command;
    const names = specs.get(id)?.flags.filter((flag) => !flag.hidden) ?? [];
    out.set(
      id,
      Object.fromEntries(
        names.map(({ name }) => [name, typeof flags === 'string' ? flags : (flags[name] ?? 'none')]),
      ),
    );
  }
  return out;
}
