import type { CommandText, CommandTexts } from '../../explain/reference.ts';
import { LOCALES, type Locale } from '../locales.ts';
import type { Page } from '../pages.ts';
import { dataPages } from './data-pages.ts';
import { COMMANDS_FOLDER, fileOfCommand, readReference, specsById } from './load.ts';
import { referenceTexts } from './texts.ts';

/** Key of the page that lists every command. */
export const REFERENCE_KEY = 'reference/commands';

/** `container run` ⇒ `reference/container-run`. */
export function keyOfCommand(id: string): string {
  return `reference/${fileOfCommand(id).replace(/\.yaml$/, '')}`;
}

/**
 * The spelling that people use: the one of fewest words, else the command's own. `container ls` ⇒ `docker ps`, `stack
 * deploy` ⇒ `docker stack deploy` (not `stack up`); `docker` itself ⇒ `docker`.
 */
export function nameOfCommand(id: string): string {
  const names = [id, ...(specsById().get(id)?.aliases ?? [])];
  const length = (name: string) => name.split(' ').length;
  const usual = names.reduce((best, name) => (length(name) < length(best) ? name : best));
  return `docker ${usual}`.trim();
}

/** Every spelling of a command, the usual one first: `container ls` ⇒ `docker ps`, `docker container ls` … */
export function namesOfCommand(id: string): string[] {
  const usual = nameOfCommand(id);
  const names = [id, ...(specsById().get(id)?.aliases ?? [])].map((name) => `docker ${name}`.trim());
  return [usual, ...[...new Set(names)].filter((name) => name !== usual).sort()];
}

let known: ReturnType<typeof readReference> | undefined;

function reference(): ReturnType<typeof readReference> {
  known ??= readReference();
  return known;
}

/** The reference's entries by id; what is missing among them is told by the build's checks, not here. */
export const referenceEntries = (): CommandTexts => reference().commands;

/** What is missing or wrong in the reference, each with its file and cure; the build fails on it. */
export const referenceProblems = (): readonly string[] => reference().problems;

function commandPage(id: string, { summary }: CommandText, locale: Locale): Page {
  const name = nameOfCommand(id);
  const slug = keyOfCommand(id).replace('reference', referenceTexts.slug[locale]);
  return {
    key: keyOfCommand(id),
    locale,
    path: `/${locale}/${slug}/`,
    title: name,
    description: `${name}: ${summary[locale]}`,
    source: `${COMMANDS_FOLDER}/${fileOfCommand(id)}`,
  };
}

/** The pages drawn from the reference: the list of commands, and one page a command, in each language. */
export function referencePages(): Page[] {
  return LOCALES.flatMap((locale) => [
    {
      key: REFERENCE_KEY,
      locale,
      path: `/${locale}/${referenceTexts.slug[locale]}/`,
      title: referenceTexts.title[locale],
      description: referenceTexts.description[locale],
    },
    ...[...referenceEntries()].map(([id, text]) => commandPage(id, text, locale)),
  ]).concat(dataPages());
}
