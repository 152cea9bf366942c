/** What a record of the command list leads to. */
export type RecordKind = 'command' | 'flag' | 'page' | 'sheet' | 'error';

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

/** A record as it travels, without flags: kind, name, path, text, phrases joined by `|`, other, weight; ends cut off. */
export type PackedRecord = readonly [number, string, string, string?, string?, string?, number?];

/** The flags of all commands by their path: names joined by `,`, sentence, phrases joined by `|`. */
export type PackedFlags = Readonly<Record<string, readonly (readonly [string, string, string?])[]>>;

const KINDS: readonly RecordKind[] = ['command', 'flag', 'page', 'sheet', 'error'];

/** Makes a record small; its flags travel apart. */
export function pack({ kind, name, path, text, phrases, other, weight }: SearchRecord): PackedRecord {
  const packed = [KINDS.indexOf(kind), name, path, text, phrases.join('|'), other, weight] as const;
  const end = packed.findLastIndex((value) => value !== '' && value !== 0);
  return packed.slice(0, Math.max(end + 1, 3)) as unknown as PackedRecord;
}

/** Makes the flags of these records small. */
export function packFlags(records: readonly SearchRecord[]): PackedFlags {
  const rows = records
    .filter(({ flags }) => flags.length > 0)
    .map(({ path, flags }) => [
      path,
      flags.map(({ long, short, text, phrases }) => {
        const names = short === undefined ? long : `${long},${short}`;
        return phrases.length > 0 ? [names, text, phrases.join('|')] : [names, text];
      }),
    ]);
  return Object.fromEntries(rows) as PackedFlags;
}

const split = (text: string | undefined): string[] => (text ? text.split('|') : []);

/** The reverse of `pack` and `packFlags`. */
export function unpack(records: readonly PackedRecord[], flags: PackedFlags): SearchRecord[] {
  return records.map(([kind, name, path, text = '', phrases, other = '', weight = 0]) => ({
    kind: KINDS[kind] ?? 'page',
    name,
    path,
    text,
    phrases: split(phrases),
    other,
    weight,
    flags: (flags[path] ?? []).map(([names, sentence, asked]) => {
      const [long = '', short] = names.split(',');
      return { long, short, text: sentence, phrases: split(asked) };
    }),
  }));
}
