import { resolve } from 'node:path';
import type { CommandData, ExplainData, FlagData, OptionData, ProgramData } from '../../explain/data.ts';
import type { Bilingual, CommandText, FlagText } from '../../explain/reference.ts';
import type { Locale } from '../locales.ts';
import { readYaml } from '../read-yaml.ts';
import { readReference } from '../reference/load.ts';
import { explainSchema, type ShellWords, shellWordsSchema } from './schema.ts';

type Texts = Readonly<Record<string, Bilingual>>;

const inLocale = (texts: Texts, locale: Locale): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text[locale]]));

function flagData({ value, danger, ...text }: FlagText, locale: Locale): string | FlagData {
  if (value === undefined && danger === undefined) return text[locale];
  return {
    text: text[locale],
    ...(value !== undefined && { value: value[locale] }),
    ...(danger !== undefined && { danger: danger[locale] }),
  };
}

function commandData({ summary, danger, arguments: names, flags }: CommandText, locale: Locale): CommandData {
  return {
    summary: summary[locale],
    ...(danger !== undefined && { danger: danger[locale] }),
    arguments: inLocale(names, locale),
    flags: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flagData(flag, locale)])),
  };
}

/** `-o --output FILE` ⇒ both spellings with the kind of their value. */
function optionData(
  [spellings, { danger, ...text }]: [string, ShellWords['programs'][string]['options'][string]],
  locale: Locale,
): [string, OptionData][] {
  const words = spellings.split(' ');
  const last = words.at(-1) ?? '';
  const value = words.length > 1 && /^[A-Z]+\??$/.test(last) ? last : undefined;
  const data: OptionData = {
    text: text[locale],
    ...(value !== undefined && { value }),
    ...(danger !== undefined && { danger: danger[locale] }),
  };
  return (value === undefined ? words : words.slice(0, -1)).map((word) => [word, data]);
}

function programData(program: ShellWords['programs'][string], locale: Locale): ProgramData {
  const { danger, options, subcommands, words, command, script, bundle } = program;
  return {
    text: program[locale],
    options: Object.fromEntries(Object.entries(options).flatMap((entry) => optionData(entry, locale))),
    subcommands: inLocale(subcommands, locale),
    words: words.map((word) => word[locale]),
    ...(danger !== undefined && { danger: danger[locale] }),
    ...(command !== undefined && { command }),
    ...(script !== undefined && { script }),
    ...(bundle !== undefined && { bundle }),
  };
}

const made = new Map<string, ExplainData>();

/** All that explanations are made of, in one language, from the files in `content`. */
export function explainData(locale: Locale, root: string = resolve('.')): ExplainData {
  const key = `${locale} ${root}`;
  const known = made.get(key);
  if (known && (process.env['NODE_ENV'] === 'production' || process.env['VITEST'])) return known;
  const { shell, programs } = readYaml(root, 'shell-words.yaml', shellWordsSchema);
  const { texts, kinds } = readYaml(root, 'explain.yaml', explainSchema);
  const { commands } = readReference(root);
  const data: ExplainData = {
    commands: Object.fromEntries([...commands].map(([id, command]) => [id, commandData(command, locale)])),
    texts: inLocale(texts, locale),
    shell: inLocale(shell, locale),
    programs: Object.fromEntries(
      Object.entries(programs).map(([name, program]) => [name, programData(program, locale)]),
    ),
    kinds: inLocale(kinds, locale),
  };
  made.set(key, data);
  return data;
}
