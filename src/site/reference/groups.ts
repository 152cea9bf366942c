import type { CommandText } from '../../explain/reference.ts';
import type { Text } from '../texts.ts';
import { referenceEntries } from './pages.ts';
import { commandGroupTexts, referenceTexts } from './texts.ts';

/** Commands under one heading. */
export interface CommandGroup {
  /** Also the fragment of its heading. */
  readonly name: string;
  readonly title: Text;
  readonly commands: readonly CommandText[];
}

/** All commands in the order of the list: the general ones first, then by the object they manage. */
export function commandGroups(): CommandGroup[] {
  const named = new Set<string>(Object.keys(commandGroupTexts));
  const wordOf = ({ id }: CommandText) => id.split(' ')[0] ?? '';
  const commands = [...referenceEntries().values()].sort((a, b) => a.id.localeCompare(b.id, 'en'));
  const groups = Object.entries(commandGroupTexts).map(([name, title]) => ({
    name,
    title,
    commands: commands.filter((command) => wordOf(command) === name),
  }));
  const general = commands.filter((command) => !named.has(wordOf(command)));
  return [{ name: 'general', title: referenceTexts.general, commands: general }, ...groups].filter(
    (group) => group.commands.length > 0,
  );
}
