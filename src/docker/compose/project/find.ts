import { absolutePath, type Vfs } from '../../kernel/fs/vfs.ts';
import { ComposeError } from '../error.ts';

/** What the command line and the environment say about where the project is. */
export interface Choice {
  /** `-f`, in order. */
  readonly files: readonly string[];
  readonly projectName: string;
  readonly projectDirectory: string;
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
}

const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/**
 * The compose files, absolute: `-f`, else `COMPOSE_FILE`, else the first of the usual names in this folder or one above it,
 * with its override. Throws ComposeError.
 */
export function findFiles(
  fs: Vfs,
  cwd: string,
  choice: Choice,
  variable: string | undefined,
  separator: string | undefined,
): { files: string[]; warnings: string[] } {
  const chosen = choice.files.length > 0 ? choice.files : (variable?.split(separator || ':') ?? []);
  if (choice.files.length === 0)
    for (const file of chosen) {
      const path = absolutePath(file, cwd);
      if (!fs.exists(path)) throw new ComposeError(`stat ${path}: no such file or directory`);
    }
  if (chosen.length > 0)
    return { files: chosen.map((file) => (file === '-' ? '-' : absolutePath(file, cwd))), warnings: [] };
  let folder = choice.projectDirectory === '' ? cwd : absolutePath(choice.projectDirectory, cwd);
  for (;;) {
    const here = (name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`);
    const found = NAMES.map(here).filter((path) => fs.exists(path));
    const [first] = found;
    if (first !== undefined) {
      const warnings: string[] =
        found.length > 1
          ? [`Found multiple config files with supported names: ${found.join(', ')}`, `Using ${first}`]
          : [];
      const overrides = OVERRIDES.map(here).filter((path) => fs.exists(path));
      const [override] = overrides;
      if (overrides.length > 1)
        warnings.push(
          `Found multiple override files with supported names: ${overrides.join(', ')}`,
          `Using ${override}`,
        );
      return { files: override === undefined ? [first] : [first, override], warnings };
    }
    if (folder === '/') throw new ComposeError('no configuration file provided: not found');
    folder = folder.slice(0, folder.lastIndexOf('/')) || '/';
  }
}

/** `My App` ⇒ `myapp`: lower case, only letters, digits, `-` and `_`, and no separator first. */
export const normaliseName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

/** Refuses a project name that `-p`, the variable or the file gives but that is none. */
export function checkName(name: string): string {
  if (normaliseName(name) !== name || name === '')
    throw new ComposeError(
      `invalid project name ${JSON.stringify(name)}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
    );
  return name;
}
