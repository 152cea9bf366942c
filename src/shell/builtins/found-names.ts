import { quoteForReading } from '../expand/quote.ts';
import { pathOf } from '../run/external.ts';
import type { Shell } from '../run/shell.ts';
import { formatFunction } from '../syntax/unparse.ts';
import { builtinOf, isSpecial } from './table.ts';

const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'while',
  'until',
  'do',
  'done',
  'in',
  '{',
  '}',
  '!',
]);
const BASH_KEYWORDS = new Set([...KEYWORDS, 'select', 'coproc', 'function', 'time', '[[', ']]']);

/** Is this a word of the grammar in this shell? */
export const isKeyword = (shell: Shell, name: string): boolean =>
  (shell.dialect.name === 'bash' ? BASH_KEYWORDS : KEYWORDS).has(name);

/** What `command -v` prints: a path, or the name of what is no program. */
export function pathFor(shell: Shell, name: string): string | undefined {
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return `alias ${name}=${quoteForReading(alias)}`;
  if (isKeyword(shell, name) || shell.functions.has(name) || builtinOf(shell, name) !== undefined)
    return name;
  return programOf(shell, name);
}

/** The path of a program; busybox's shell prefers its own applets and names them without one. */
function programOf(shell: Shell, name: string): string | undefined {
  const path = pathOf(shell, name);
  if (path === undefined || shell.dialect.name !== 'ash' || name.includes('/')) return path;
  const { node } = shell.p.fs.resolve(path, shell.p.cwd);
  return node?.kind === 'file' && node.program === 'busybox' ? name : path;
}

/** What `type` says about a name. */
export function describeName(shell: Shell, name: string): string | undefined {
  const bash = shell.dialect.name === 'bash';
  const alias = shell.aliases.get(name);
  if (alias !== undefined)
    return bash ? `${name} is aliased to \`${alias}'` : `${name} is an alias for ${alias}`;
  if (isKeyword(shell, name)) return `${name} is a shell keyword`;
  const definition = shell.functions.get(name);
  if (definition !== undefined)
    return bash
      ? `${name} is a function\n${formatFunction(definition)}`
      : `${name} is a ${shell.dialect.name === 'dash' ? 'shell ' : ''}function`;
  if (builtinOf(shell, name) !== undefined) {
    return `${name} is a ${!bash && isSpecial(shell, name) ? 'special ' : ''}shell builtin`;
  }
  const hashed = shell.hashed.get(name);
  if (hashed !== undefined && bash) return `${name} is hashed (${hashed.path})`;
  const path = programOf(shell, name);
  return path === undefined ? undefined : `${name} is ${path}`;
}
