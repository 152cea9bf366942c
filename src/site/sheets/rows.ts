import { findCommand } from '../../docker/spec/spec.ts';
import { href } from '../base-path.ts';
import type { Locale } from '../locales.ts';
import type { Token } from '../markdown/highlight.ts';
import { highlight } from '../markdown/highlight.ts';
import { LANGUAGES } from '../markdown/languages.ts';
import { allPages } from '../pages.ts';
import { keyOfCommand, nameOfCommand } from '../reference/pages.ts';
import type { Sheet, SheetGroup, SheetRow } from './schema.ts';

/** The anchor of a group, the same in both languages: `Stop, start, remove ⇒ stop-start-remove`. */
export function groupId({ title }: SheetGroup): string {
  return title.en
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** The rows of a sheet that are shell commands, with the ids of their explanations: `row-0`, `row-1` … */
export function shellRows(sheet: Sheet): { row: SheetRow; id: string }[] {
  const rows = sheet.groups.flatMap((group) => group.rows);
  return rows.filter(({ file }) => file === undefined).map((row, index) => ({ row, id: `row-${index}` }));
}

/** The lines of a row in colours. */
export function rowTokens({ run, file }: SheetRow): Promise<Token[][]> {
  const language = file ?? 'sh';
  return highlight(run, language in LANGUAGES ? language : 'text');
}

/** The reference page of the command that a row calls, when there is one. */
export function rowReference(row: SheetRow, locale: Locale): { name: string; address: string } | undefined {
  const [program, ...words] = row.run.split(/\s+/);
  if (row.file !== undefined || program !== 'docker') return undefined;
  const { id } = findCommand(words).command;
  const key = keyOfCommand(id);
  const page = allPages().find((candidate) => candidate.key === key && candidate.locale === locale);
  return id !== '' && page ? { name: nameOfCommand(id), address: href(page.path) } : undefined;
}
