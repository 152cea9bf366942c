import { type CommandSpec, findCommand } from '../../docker/spec/spec.ts';
import type { CommandText, SearchWords } from '../../explain/reference.ts';
import { readDocuments } from '../checks/documents.ts';
import { readErrors } from '../explain/errors.ts';
import { LOCALES, type Locale } from '../locales.ts';
import { allPages, isDoc, pageOf } from '../pages.ts';
import { composeKeyTexts, dockerfileTexts } from '../reference/data-files.ts';
import { keyOfDataPage } from '../reference/data-pages.ts';
import { flagNames, specsById } from '../reference/load.ts';
import { keyOfCommand, nameOfCommand, namesOfCommand, referenceEntries } from '../reference/pages.ts';
import { readablePattern } from '../reference/readable-pattern.ts';
import type { SearchFlag, SearchRecord } from './record.ts';

let uses: ReadonlyMap<string, number> | undefined;

/** How often the pages' snippets call each command, by id. */
function commandUses(): ReadonlyMap<string, number> {
  if (uses) return uses;
  const counts = new Map<string, number>();
  const { documents } = readDocuments();
  for (const { fences, locale } of documents) {
    if (locale !== LOCALES[0]) continue;
    for (const { code } of fences) {
      for (const [, line = ''] of code.matchAll(/\bdocker ([a-z][^|;&\n]*)/g)) {
        const { command, used } = findCommand(line.split(/\s+/));
        if (used > 0) counts.set(command.id, (counts.get(command.id) ?? 0) + 1);
      }
    }
  }
  uses = counts;
  return counts;
}

const phrasesOf = (words: SearchWords | undefined): string[] =>
  words ? [...new Set(LOCALES.flatMap((locale) => words[locale]))] : [];

const otherOf = (text: Readonly<Record<Locale, string>>, locale: Locale): string =>
  LOCALES.filter((other) => other !== locale)
    .map((other) => text[other])
    .join(' ');

/** A command that only holds others (`docker system`) is not what a task asks for. */
const GROUP = -8;

function commandRecord(text: CommandText, spec: CommandSpec, locale: Locale): SearchRecord {
  const { path } = pageOf(keyOfCommand(text.id), locale);
  const weight =
    spec.children.length > 0 ? GROUP : Math.round(Math.log2(1 + (commandUses().get(text.id) ?? 0)));
  const name = nameOfCommand(text.id);
  const listed = new Set(flagNames(spec));
  const flags = spec.flags.flatMap(({ name: flag, short }): SearchFlag[] => {
    const about = listed.has(flag) ? text.flags[flag] : undefined;
    if (about === undefined) return [];
    const phrases = phrasesOf(about.words);
    return [{ long: `--${flag}`, short: short && `-${short}`, text: about[locale], phrases }];
  });
  return {
    kind: 'command',
    name,
    path,
    text: text.summary[locale],
    phrases: [...phrasesOf(text.words), ...namesOfCommand(text.id).slice(1)],
    other: otherOf(text.summary, locale),
    weight,
    flags,
  };
}

/** `services.*.ports` is a key that people look for, `services.*.deploy.resources.limits.pids` is not. */
const DEEPEST_KEY = 3;

/** Instructions of the Dockerfile and keys of compose.yaml. */
function fileRecords(locale: Locale): SearchRecord[] {
  const dockerfile = pageOf(keyOfDataPage('dockerfile'), locale).path;
  const compose = pageOf(keyOfDataPage('compose-file'), locale).path;
  const { instructions, directives } = dockerfileTexts();
  const base = { kind: 'file', weight: 0, flags: [] } as const;
  // Keys deep inside are found on the page of their parent.
  const keys = Object.entries(composeKeyTexts()).filter(([key]) => key.split('.').length <= DEEPEST_KEY);
  return [
    ...Object.entries({ ...instructions, ...directives }).map(([word, { summary, words }]) => ({
      ...base,
      name: `Dockerfile: ${word}`,
      path: `${dockerfile}#${word}`,
      text: summary[locale],
      phrases: phrasesOf(words),
      other: otherOf(summary, locale),
    })),
    ...keys.map(([key, { words }]) => ({
      ...base,
      name: `compose.yaml: ${key}`,
      path: `${compose}#${key.replaceAll('.*', '')}`,
      // The key says it; its sentence is on its page.
      text: '',
      phrases: phrasesOf(words),
      other: '',
    })),
  ];
}

/** The usual errors, found by the words of their messages. */
function errorRecords(locale: Locale): SearchRecord[] {
  const { path } = pageOf(keyOfDataPage('errors'), locale);
  return readErrors().map(({ id, pattern, exit, cause, words }) => {
    const [message = '', ...others] =
      pattern === undefined ? [`exit ${exit}`] : readablePattern(pattern).split('\n');
    return {
      kind: 'error',
      name: message,
      path: `${path}#${id}`,
      text: cause[locale].replaceAll('`', ''),
      phrases: [...others, ...phrasesOf(words)],
      other: '',
      weight: 0,
      flags: [],
    };
  });
}

/** Everything that the command list of a language finds. */
export function searchRecords(locale: Locale): SearchRecord[] {
  const commands = [...referenceEntries().values()].flatMap((text) => {
    const spec = specsById().get(text.id);
    return spec ? [commandRecord(text, spec, locale)] : [];
  });
  const pages = allPages()
    .filter((page) => page.locale === locale && isDoc(page) && page.key !== 'index')
    .map((page): SearchRecord => {
      const twins = allPages().filter((other) => other.key === page.key && other !== page);
      return {
        kind: 'page',
        name: page.title,
        path: page.path,
        text: '',
        phrases: [],
        other: twins.map(({ title }) => title).join(' '),
        weight: 0,
        flags: [],
      };
    });
  return [...commands, ...pages, ...fileRecords(locale), ...errorRecords(locale)];
}
