import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** A section of one of the five original notes. */
export interface InventoryEntry {
  readonly id: string;
  readonly heading: string;
  readonly lines: string;
  readonly note_file: string;
}

/** A piece of code of the notes and the section that it stands in. */
export interface NoteSnippet {
  readonly id: string;
  readonly section: string;
}

let inventory: ReadonlyMap<string, InventoryEntry> | undefined;
let snippets: readonly NoteSnippet[] | undefined;

function readNotes<T>(name: string): T[] {
  return JSON.parse(readFileSync(resolve('content/notes', name), 'utf8')) as T[];
}

/** Every section of the notes by its id (`001-17`). */
export function notesInventory(): ReadonlyMap<string, InventoryEntry> {
  inventory ??= new Map(readNotes<InventoryEntry>('inventory.json').map((entry) => [entry.id, entry]));
  return inventory;
}

/** Every snippet of the notes. */
export function notesSnippets(): readonly NoteSnippet[] {
  snippets ??= readNotes<NoteSnippet>('snippets.json');
  return snippets;
}

/** The ids of all snippets of the notes (`001-s017`). */
export function notesSnippetIds(): ReadonlySet<string> {
  return new Set(notesSnippets().map((snippet) => snippet.id));
}

/** The sections a page draws on, one row a note: `{ note: '001', sections: [...] }`. */
export function sourcesOf(covers: readonly string[]): { note: string; sections: InventoryEntry[] }[] {
  const byNote = new Map<string, InventoryEntry[]>();
  for (const id of covers) {
    const entry = notesInventory().get(id);
    if (!entry) throw new Error(`unknown inventory id "${id}"`);
    byNote.set(entry.note_file, [...(byNote.get(entry.note_file) ?? []), entry]);
  }
  return [...byNote].sort(([a], [b]) => a.localeCompare(b)).map(([note, sections]) => ({ note, sections }));
}

/** A heading without its Markdown marks: `` **`ps`**: ⇒ ps ``. */
export function plainHeading(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\](\([^)]*\))?/g, '$1')
    .replace(/[*`]/g, '')
    .replace(/:\s*$/, '')
    .trim();
}
