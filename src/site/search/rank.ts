import type { SearchFlag, SearchRecord } from './record.ts';
import { wordsOf } from './words.ts';

/** What the command list found, the best first. */
export interface Found {
  readonly record: SearchRecord;
  readonly score: number;
  /** The flag that the query names, when the record is the command that has it. */
  readonly flag?: SearchFlag;
}

interface Ranked extends Found {
  readonly indexed: Indexed;
}

/** How much a word counts by where it stands. */
const FIELD = { name: 6, phrase: 3, text: 2, other: 1.5 } as const;
/** Quality of a match of two words; below one, more is better. */
const QUALITY = { exact: 1, stem: 0.8, prefix: 0.7, edit: 0.5 } as const;
const SHORTEST_EDIT = 4;

/** One letter more, less, other, or two swapped. */
function isOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let endA = a.length - 1;
  let endB = b.length - 1;
  while (endA >= from && endB >= from && a[endA] === b[endB]) {
    endA--;
    endB--;
  }
  const left = endA - from + 1;
  const right = endB - from + 1;
  if (left <= 1 && right <= 1) return true;
  return left === 2 && right === 2 && a[from] === b[from + 1] && a[from + 1] === b[from];
}

/** Forms of one word share most of it: `borrar` and `borra`, `contenedores` and `contenedor`. */
function isSameStem(a: string, b: string): boolean {
  const short = Math.min(a.length, b.length);
  if (short < 4 || Math.abs(a.length - b.length) > 3) return false;
  let common = 0;
  while (common < short && a[common] === b[common]) common++;
  const more = Math.max(a.length, b.length) - common;
  // `sign` is no form of `signal`: the shorter the root, the shorter the ending.
  return common >= 4 && common >= short - 1 && more <= (common === 4 ? 2 : 3);
}

function qualityOf(typed: string, word: string): number {
  if (typed === word) return QUALITY.exact;
  if (isSameStem(typed, word)) return QUALITY.stem;
  return typed.length >= 2 && word.startsWith(typed) ? QUALITY.prefix : 0;
}

/** Is a typed word another one with a slip? Short words only have two letters swapped, else everything is near. */
function isSlip(typed: string, word: string): boolean {
  if (Math.min(typed.length, word.length) >= SHORTEST_EDIT) return isOneEdit(typed, word);
  return (
    typed.length >= 2 && typed.length === word.length && isOneEdit(typed, word) && sameLetters(typed, word)
  );
}

const sameLetters = (a: string, b: string) => [...a].sort().join('') === [...b].sort().join('');

/** How well two lists of words agree, from 0 to 1: 1 is the same words, whatever their order and form. */
function agreement(typed: readonly string[], words: readonly string[]): number {
  if (words.length === 0) return 0;
  let sum = 0;
  for (const word of typed) {
    let best = 0;
    for (const other of words) {
      const quality = qualityOf(word, other) || (isSlip(word, other) ? QUALITY.edit : 0);
      if (quality > best) best = quality;
    }
    sum += best;
  }
  return sum / Math.max(typed.length, words.length);
}

/** `-p8080:80`, `--name=web`, `-It` ⇒ the flags they may be: `-p`; `--name`; `-I`, `-t`, `-i`: capitals tell short flags apart. */
function flagsIn(word: string): string[] {
  if (word.startsWith('--')) return [word.toLowerCase().replace(/=.*$/, '')];
  const letters = [...(/^-([a-z]+)/i.exec(word)?.[1] ?? '')];
  return [...new Set([...letters, ...letters.map((letter) => letter.toLowerCase())])].map(
    (letter) => `-${letter}`,
  );
}

/** Flags that people ask for in words are found by themselves. */
function flagRecords({ name, path, weight, flags }: SearchRecord): SearchRecord[] {
  return flags
    .filter(({ phrases }) => phrases.length > 0)
    .map(({ long, text, phrases }) => ({
      kind: 'flag',
      name: `${name} ${long}`,
      path: `${path}#${long}`,
      text,
      phrases,
      other: '',
      weight: Math.max(0, weight - 2),
      flags: [],
    }));
}

/** So many of the best are compared phrase by phrase. */
const CLOSER_LOOK = 40;
/** What it is worth that a whole phrase of a record says just what was typed. */
const AGREEMENT = 30;
/** And that it says it in the same order: `create container` is not what `create an image from a container` asks. */
const IN_ORDER = 8;
/** A command that does just what was asked stands before a flag that does. */
const IN_ORDER_FLAG = 6;
/** Commands of a family (`compose port`) stand behind the plain ones unless the family is named. */
const UNNAMED_FAMILY = 0.9;
/** So do what files may hold, unless it is written in capitals as in a Dockerfile. */
const UNNAMED_FILE = 0.65;
const CAPITALS = 16;
/** And errors unless enough of the message is there. */
const UNNAMED_MESSAGE = 0.64;
const SHORTEST_MESSAGE = 3;

const byScore = (a: Found, b: Found) => b.score - a.score || a.record.name.length - b.record.name.length;

/** Every spelling of a record's name; a key of a file also goes by its last word: `services.*.ports` ⇒ `ports`. */
function namesOf({ kind, name, phrases }: SearchRecord): string[] {
  if (kind === 'file') return [name, name.replace(/^.*[ .]/, '')];
  return [name, ...phrases.filter((phrase) => phrase.startsWith('docker '))];
}

interface Indexed {
  readonly record: SearchRecord;
  /** Every spelling of its name as words, the shown one first. */
  readonly names: readonly (readonly string[])[];
  /** Its sentence and each of its phrases as the words that count. */
  readonly phrases: readonly (readonly string[])[];
  /** Any name of a flag ⇒ its long name. */
  readonly flags: ReadonlyMap<string, string>;
}

/** The command list, ready to be asked at each keystroke. */
export class CommandList {
  readonly #records: readonly Indexed[];
  /** Word ⇒ record ⇒ weight of the field it stands in. */
  readonly #places = new Map<string, Map<Indexed, number>>();

  constructor(records: readonly SearchRecord[]) {
    this.#records = records
      .flatMap((record) => [record, ...flagRecords(record)])
      .map((record) => this.#index(record));
  }

  #index(record: SearchRecord): Indexed {
    const indexed: Indexed = {
      record,
      names: namesOf(record).map(wordsOf),
      phrases: [
        record.text,
        record.other,
        ...(record.kind === 'error' ? [record.name] : []),
        ...record.phrases,
      ].map(wordsOf),
      flags: new Map(
        record.flags.flatMap(({ long, short }) =>
          [long, ...(short === undefined ? [] : [short])].map((name) => [name, long] as const),
        ),
      ),
    };
    const add = (words: readonly string[], weight: number) => {
      for (const word of words) {
        const places = this.#places.get(word) ?? new Map<Indexed, number>();
        this.#places.set(word, places.set(indexed, Math.max(places.get(indexed) ?? 0, weight)));
      }
    };
    add(wordsOf(record.other), FIELD.other);
    add(wordsOf(record.text), FIELD.text);
    for (const phrase of record.phrases) add(wordsOf(phrase), FIELD.phrase);
    add(indexed.names[0] ?? [], FIELD.name);
    return indexed;
  }

  /** What a rare word says is more than what a common one says. */
  #rarity(places: ReadonlyMap<Indexed, number>): number {
    return Math.log(1 + this.#records.length / places.size);
  }

  /** Best score of one typed word in each record that has it or something like it. */
  #scoresOf(typed: string): Map<Indexed, number> {
    const scores = new Map<Indexed, number>();
    const add = (quality: number, places: ReadonlyMap<Indexed, number>) => {
      const worth = quality * this.#rarity(places);
      for (const [indexed, weight] of places)
        scores.set(indexed, Math.max(scores.get(indexed) ?? 0, worth * weight));
    };
    for (const [word, places] of this.#places) {
      const quality = qualityOf(typed, word);
      if (quality > 0) add(quality, places);
    }
    if (scores.size > 0) return scores;
    // A guess counts only where nothing fits.
    for (const [word, places] of this.#places) if (isSlip(typed, word)) add(QUALITY.edit, places);
    return scores;
  }

  /** `add-host` ⇒ `--add-host`: what is no word of anything but the name of a flag is that flag. */
  #dashed(word: string): string {
    if (word.startsWith('-') || this.#places.has(word)) return word;
    const flag = `--${word}`;
    return this.#records.some(({ flags }) => flags.has(flag)) ? flag : word;
  }

  /** After `docker` comes a command: `sp` ⇒ `ps`, unless there is a command of this name or beginning. */
  #commandWord(typed: string): string {
    const first = this.#records.flatMap(({ record, names }) =>
      record.kind !== 'command' ? [] : names.flatMap(([word]) => (word === undefined ? [] : [word])),
    );
    if (first.some((word) => word.startsWith(typed))) return typed;
    return first.find((word) => isSlip(typed, word)) ?? typed;
  }

  /** The records for a query, the best first. Words that nothing has are left out of account. */
  find(query: string, limit = 8): Found[] {
    const typed = wordsOf(query).map((word) => this.#dashed(word));
    const written = query.split(/\s+/).filter((word) => /^--?[a-z]/i.test(word));
    const named = typed.filter(
      (word) => word.startsWith('--') && !written.some((flag) => flag.toLowerCase() === word),
    );
    const flags = [...written, ...named];
    const isLine = /^\s*docker\s/i.test(query);
    const words = typed
      .filter((word) => !word.startsWith('-'))
      .map((word, at) => (isLine && at === 0 ? this.#commandWord(word) : word));
    const total = new Map<Indexed, number>();
    const hits = new Map<Indexed, number>();
    let known = 0;
    for (const word of words) {
      const scores = this.#scoresOf(word);
      if (scores.size > 0) known++;
      for (const [indexed, score] of scores) {
        total.set(indexed, (total.get(indexed) ?? 0) + score);
        hits.set(indexed, (hits.get(indexed) ?? 0) + 1);
      }
    }
    const found: Ranked[] = [];
    const candidates = words.length === 0 || known === 0 ? this.#records : [...total.keys()];
    for (const indexed of candidates) {
      const ranked = this.#rank(indexed, {
        words,
        flags,
        known,
        sum: total.get(indexed) ?? 0,
        hits: hits.get(indexed) ?? 0,
      });
      if (ranked) found.push(ranked);
    }
    // `--net=host` is no flag of ours; its words may be in a sentence.
    if (found.length === 0 && flags.length > 0) return this.find(query.replaceAll(/[-=]+/g, ' '), limit);
    const isCapital = /^[A-Z]{3,}$/.test(query.trim());
    const best = found.sort(byScore).slice(0, CLOSER_LOOK);
    return best
      .map((hit) => this.#lookCloser(hit, words, isCapital, isLine))
      .sort(byScore)
      .slice(0, limit);
  }

  #rank(
    indexed: Indexed,
    query: { words: readonly string[]; flags: readonly string[]; known: number; sum: number; hits: number },
  ): Ranked | undefined {
    const { record, names } = indexed;
    const { words, flags, known, sum, hits } = query;
    let score = known === 0 ? 0 : sum * (hits / known) ** 1.5;
    const named = flags.flatMap((flag) => {
      const name = flagsIn(flag).find((candidate) => indexed.flags.has(candidate));
      return name === undefined ? [] : [indexed.flags.get(name) ?? name];
    });
    if (flags.length > 0 && record.kind === 'command') score += 12 * (named.length / flags.length);
    // A record of a flag helps those who ask in words; who writes the flag gets it with its command.
    if (flags.length > 0 && record.kind === 'flag') return undefined;
    if (score === 0) return undefined;
    // The words of a command in their order: `docker run nginx` is `docker run`, whatever follows.
    const lead = names.find((name) => name.length > 0 && name.every((word, at) => words[at] === word));
    if (lead && record.kind === 'file') score += 12;
    if (lead && record.kind === 'command') score += 10 + 6 * lead.length;
    if (lead && words.length === lead.length) score += 8;
    score += record.weight * 0.35;
    if (record.kind === 'page') score *= 0.8;
    // With more words than the command's own, the whole line is meant, not one flag of it.
    const isOnly = flags.length === 1 && words.length <= (lead?.length ?? 0);
    const flag = isOnly ? record.flags.find(({ long }) => long === named[0]) : undefined;
    return { record, score, indexed, ...(flag !== undefined && { flag }) };
  }

  #lookCloser(hit: Ranked, words: readonly string[], isCapital: boolean, isLine: boolean): Ranked {
    if (words.length === 0) return hit;
    const { names, phrases } = hit.indexed;
    const best = Math.max(...phrases.map((phrase) => agreement(words, phrase)));
    const asked = words.join(' ');
    const inOrder = phrases.some((phrase) => phrase.join(' ') === asked)
      ? hit.record.kind === 'flag'
        ? IN_ORDER_FLAG
        : IN_ORDER
      : 0;
    const [family, ...rest] = (names[0] ?? []).filter((word) => !word.startsWith('-'));
    const isOfFamily = hit.record.kind === 'command' || hit.record.kind === 'flag';
    const isUnnamed = isOfFamily && rest.length > 0 && !words.includes(family ?? '');
    const score = hit.score + AGREEMENT * best ** 2 + inOrder;
    if (hit.record.kind === 'file') {
      const isNamed = words.some((word) => /^(?:dockerfile|compose\b)/.test(word));
      if (isCapital && names[1]?.join(' ') === asked) return { ...hit, score: score + CAPITALS };
      // After `docker` comes a command, not a key.
      const worth = isNamed ? 1 : isLine ? UNNAMED_FILE ** 2 : UNNAMED_FILE;
      return { ...hit, score: score * worth };
    }
    // Who types one or two words looks for a command; a message is pasted whole.
    if (hit.record.kind === 'error' && words.length < SHORTEST_MESSAGE && inOrder === 0)
      return { ...hit, score: score * UNNAMED_MESSAGE };
    return { ...hit, score: isUnnamed ? score * UNNAMED_FAMILY : score };
  }
}
