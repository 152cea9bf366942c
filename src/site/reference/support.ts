import { TABLE } from '../../docker/cli/commands/compose/table.ts';
import { supportTable } from '../../docker/cli/support.ts';
import { flagNames, specsById } from './load.ts';
import { nameOfCommand } from './pages.ts';

/** How well the simulator follows a command or a flag of it. */
export type SupportLevel = 'full' | 'partial' | 'parsed' | 'none';

/** What is simulated of one command. */
export interface CommandSupport {
  readonly isSimulated: boolean;
  readonly flagLevel: (flag: string) => SupportLevel;
}

let table: Promise<ReadonlyMap<string, Readonly<Record<string, SupportLevel>>>> | undefined;

/** What is simulated of a command, as its own code declares it; `compose up` is asked of Compose. */
export async function supportOf(id: string): Promise<CommandSupport> {
  table ??= supportTable();
  const levels = (await table).get(id);
  if (levels) return { isSimulated: true, flagLevel: (flag) => levels[flag] ?? 'none' };
  const [program, name = ''] = id.split(' ');
  const flags = program === 'compose' ? TABLE[name]?.flags : undefined;
  if (flags === undefined) return { isSimulated: false, flagLevel: () => 'none' };
  return {
    isSimulated: true,
    flagLevel: (flag) => (typeof flags === 'string' ? flags : (flags[flag] ?? 'none')),
  };
}

/** A command with what is simulated of its flags. */
export interface SupportRow {
  readonly name: string;
  readonly isSimulated: boolean;
  readonly flags: readonly { readonly name: string; readonly level: SupportLevel }[];
}

/** Every command that does something itself (not the groups of commands), by its usual name. */
export async function supportRows(): Promise<SupportRow[]> {
  const rows: SupportRow[] = [];
  for (const [id, spec] of specsById()) {
    if (spec.children.length > 0) continue;
    const { isSimulated, flagLevel } = await supportOf(id);
    const flags = flagNames(spec).map((name) => ({ name, level: flagLevel(name) }));
    rows.push({ name: nameOfCommand(id), isSimulated, flags });
  }
  return rows;
}
