import type { Locale } from '../locales.ts';
import { listAddress, wordsAddress } from '../search/addresses.ts';
import { CommandList, type Found } from '../search/rank.ts';
import { type PackedRecord, type PackedWords, unpack } from '../search/record.ts';
import { base } from './search-parts.ts';

/** Something found in the command list, ready to be shown. */
export interface CommandHit {
  /** `docker run --rm`. */
  readonly name: string;
  readonly text: string;
  readonly url: string;
  /** Can it be copied and run? Pages cannot. */
  readonly isCommand: boolean;
}

async function load<Content>(address: string): Promise<Content> {
  const response = await fetch(base + address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return (await response.json()) as Content;
}

let list: Promise<CommandList> | undefined;

/** Loads the command list of a language once, its two files at the same time; a failed load may be tried again. */
export function loadCommands(locale: Locale): Promise<CommandList> {
  list ??= Promise.all([
    load<readonly PackedRecord[]>(listAddress(locale)),
    load<PackedWords>(wordsAddress(locale)),
  ]).then(([records, words]) => new CommandList(unpack(records, words)));
  list.catch(() => {
    list = undefined;
  });
  return list;
}

function toHit({ record, flag }: Found): CommandHit {
  const { kind, name, path, text } = record;
  const url = base + path.slice(1);
  const isCommand = kind === 'command' || kind === 'flag' || kind === 'sheet';
  if (flag === undefined) return { name, text, url, isCommand };
  return { name: `${name} ${flag.long}`, text: flag.text, url: `${url}#${flag.long}`, isCommand };
}

/** The commands, flags and pages that a query names or describes, the best first. */
export async function searchCommands(query: string, locale: Locale, limit = 6): Promise<CommandHit[]> {
  return (await loadCommands(locale)).find(query, limit).map(toHit);
}
