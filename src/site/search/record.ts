import { wordsOf } from './words.ts';

/** What a record of the command list leads to. */
export type RecordKind = 'command' | 'flag' | 'page' | 'sheet' | 'error' | 'file';

/** A flag of a command: its names (`--detach`, `-d`), its sentence, and the phrases that people type for it. */
export interface SearchFlag {
  readonly long: string;
  readonly short: string | undefined;
  readonly text: string;
  readonly phrases: readonly string[];
}

/** One thing that the command list finds. */
export interface SearchRecord {
  readonly kind: RecordKind;
  /** What is shown and, for commands, copied: `docker ps`. */
  readonly name: string;
  /** Site path, with fragment where it has one: `/es/referencia/container-ls/`. */
  readonly path: string;
  /** One sentence in the language of the list. */
  readonly text: string;
  /** Phrases in both languages that people type for it. */
  readonly phrases: readonly string[];
  /** The sentence in the other language: it is searched, not shown. */
  readonly other: string;
  /** How often the site uses it, as a small number. */
  readonly weight: number;
  /** Commands only. */
  readonly flags: readonly SearchFlag[];
}

/** What is shown of a record, as it travels: kind, name, path, text, weight; ends cut off. */
export type PackedRecord = readonly [number, string, string, string?, number?];

/** A flag as it travels: names joined by `,`, place of what is said of it. */
type PackedFlag = readonly [string, number];

/** What is only searched of a record: phrases joined by `|`, other words, flags, the text where it is not shown at once. */
type PackedRow = readonly [string, string?, (readonly PackedFlag[])?, string?];

/** What is only searched: `said` has each flag's sentence and phrases joined by `|`, once for all commands; `rows` by path. */
export interface PackedWords {
  readonly said: readonly string[];
  readonly rows: Readonly<Record<string, PackedRow>>;
}

const KINDS: readonly RecordKind[] = ['command', 'flag', 'page', 'sheet', 'error', 'file'];

/** An array without the empty values at its end. */
function trimmed(values: readonly unknown[]): unknown[] {
  const isEmpty = (value: unknown) =>
    value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
  return values.slice(0, values.findLastIndex((value) => !isEmpty(value)) + 1);
}

/** The sentences of errors and of what files hold travel with the words: the list must be small. */
const isApart = (kind: RecordKind) => kind === 'file' || kind === 'error';

/** Makes what is shown of a record small. */
export function pack({ kind, name, path, text, weight }: SearchRecord): PackedRecord {
  return trimmed([
    KINDS.indexOf(kind),
    name,
    path,
    isApart(kind) ? '' : text,
    weight,
  ]) as unknown as PackedRecord;
}

/** Makes what is searched of these records small. The other language says only what the record does not say itself. */
export function packWords(records: readonly SearchRecord[]): PackedWords {
  // Commands that share a flag share what is said of it.
  const places = new Map<string, number>();
  const placeOf = (said: string): number => {
    const place = places.get(said) ?? places.size;
    places.set(said, place);
    return place;
  };
  const rows = records.map(({ kind, path, name, text, phrases, other, flags }) => {
    const own = new Set([...phrases, name, text].flatMap(wordsOf));
    const more = [...new Set(wordsOf(other))].filter((word) => !own.has(word)).join(' ');
    const packed = flags.map((flag) => {
      const names = flag.short === undefined ? flag.long : `${flag.long},${flag.short}`;
      return [names, placeOf([flag.text, ...flag.phrases].join('|'))];
    });
    return [path, trimmed([phrases.join('|'), more, packed, isApart(kind) ? text : ''])] as const;
  });
  const filled = Object.fromEntries(rows.filter(([, row]) => row.length > 0));
  return { said: [...places.keys()], rows: filled as unknown as PackedWords['rows'] };
}

const split = (text: string | undefined): string[] => (text ? text.split('|') : []);

/** The reverse of `pack` and `packWords`. */
export function unpack(records: readonly PackedRecord[], { said, rows }: PackedWords): SearchRecord[] {
  return records.map(([kind, name, path, text = '', weight = 0]) => {
    const [phrases, other = '', flags = [], apart = ''] = rows[path] ?? [''];
    return {
      kind: KINDS[kind] ?? 'page',
      name,
      path,
      text: text || apart,
      phrases: split(phrases),
      other,
      weight,
      flags: flags.map(([names, place]) => {
        const [long = '', short] = names.split(',');
        const [sentence = '', ...asked] = split(said[place]);
        return { long, short, text: sentence, phrases: asked };
      }),
    };
  });
}
