import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { notesSnippetIds } from '../inventory.ts';
import { longestLine, type Sheet, sheetSchema } from './schema.ts';

/** Where the sheets are, from the root of the project. */
export const SHEETS_FOLDER = 'content/sheets';

type Path = readonly PropertyKey[];

/** `['groups', 0, 'rows', 4, 'run'] ⇒ 'group 1, row 5, "run"'`. */
function placeOf(path: Path): string {
  const words = { groups: 'group', rows: 'row' } as const;
  const parts: string[] = [];
  for (const [index, step] of path.entries()) {
    const before = path[index - 1];
    if (typeof step === 'number' && (before === 'groups' || before === 'rows'))
      parts.push(`${words[before]} ${step + 1}`);
    else if (step !== 'groups' && step !== 'rows') parts.push(`"${String(step)}"`);
  }
  return parts.join(', ');
}

/**
 * Reads one sheet from its text. Throws one Error with every problem, each as `file:line: group 1, row 5, "run": what is
 * wrong`.
 */
export function parseSheet(source: string, name: string, noteIds: ReadonlySet<string>): Sheet {
  const file = `${SHEETS_FOLDER}/${name}.yaml`;
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter });
  const [broken] = document.errors;
  if (broken) throw new Error(`${file}:${broken.linePos?.[0].line ?? 1}: not valid YAML: ${broken.message}`);
  const lineOf = (path: Path): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      const start = isNode(node) ? node.range?.[0] : undefined;
      if (start !== undefined) return counter.linePos(start).line;
    }
    return 1;
  };
  const problem = (path: Path, message: string) => `${file}:${lineOf(path)}: ${placeOf(path)}: ${message}`;
  const result = sheetSchema.safeParse(document.toJS());
  if (!result.success)
    throw new Error(result.error.issues.map(({ path, message }) => problem(path, message)).join('\n'));
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const longest = longestLine(result.data.print);
  for (const [groupAt, { rows }] of result.data.groups.entries()) {
    for (const [rowAt, { run, note }] of rows.entries()) {
      const path = ['groups', groupAt, 'rows', rowAt];
      const other = seen.get(run);
      if (other !== undefined)
        problems.push(problem([...path, 'run'], `"${run}" stands already in ${other}.`));
      seen.set(run, placeOf(path));
      if (run.split('\n').some((line) => line.length > longest)) {
        const message = `must have no line longer than ${longest} characters, or paper cuts it: end the line with "\\" and go on in the next, or make "print" smaller.`;
        problems.push(problem([...path, 'run'], message));
      }
      for (const id of note.filter((id) => !noteIds.has(id)))
        problems.push(problem([...path, 'note'], `"${id}" is not in content/notes/snippets.json.`));
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { ...result.data, name };
}

/** Every sheet by its name, in alphabetical order. Throws with all problems at once. */
export function readSheets(root: string = resolve('.')): ReadonlyMap<string, Sheet> {
  const folder = join(root, SHEETS_FOLDER);
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -5)] : []));
  const sheets = new Map<string, Sheet>();
  const problems: string[] = [];
  for (const name of names.sort()) {
    try {
      sheets.set(
        name,
        parseSheet(readFileSync(join(folder, `${name}.yaml`), 'utf8'), name, notesSnippetIds()),
      );
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return sheets;
}

let known: ReadonlyMap<string, Sheet> | undefined;

/** The sheet with this name; throws with the names that exist when there is none. */
export function sheetOf(name: string): Sheet {
  // `astro dev` must see edits; a build reads once.
  if (!known || process.env['NODE_ENV'] !== 'production') known = readSheets();
  const sheet = known.get(name);
  if (sheet) return sheet;
  throw new Error(`there is no sheet "${name}" in ${SHEETS_FOLDER}. Sheets: ${[...known.keys()].join(', ')}`);
}

/** The snippets of the notes that the rows of a sheet carry. */
export function sheetNotes(sheet: Sheet): string[] {
  return sheet.groups.flatMap(({ rows }) => rows.flatMap(({ note }) => note));
}
