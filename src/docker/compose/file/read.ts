import { parseDocument, type YAMLParseError } from 'yaml';
import { ComposeError } from '../error.ts';
import { isMap, type Tree, type TreeMap } from './tree.ts';

/** Reads a compose file's YAML; ComposeError with go-yaml's words. `path` names the file in later messages. */
export function readYaml(source: string, path: string): TreeMap {
  const tabbed = tabAsIndent(source);
  if (tabbed !== undefined)
    throw new ComposeError(`yaml: line ${tabbed}: found character that cannot start any token`);
  const parsed = parseDocument(source, { merge: true, prettyErrors: true, version: '1.2' });
  const [error] = parsed.errors;
  if (error !== undefined) throw new ComposeError(yamlMessage(error, source));
  const tree = parsed.toJS({ maxAliasCount: 1000 }) as Tree;
  if (tree === null) throw new ComposeError('empty compose file');
  if (!isMap(tree)) throw new ComposeError(`Top-level object must be a mapping (${path})`);
  return tree;
}

/** The first line that is indented with a tab where a token must begin, counted from 1. */
function tabAsIndent(source: string): number | undefined {
  const at = source.split('\n').findIndex((line) => /^ *\t\s*[^\s#]/.test(line));
  return at < 0 ? undefined : at + 1;
}

function yamlMessage(error: YAMLParseError, source: string): string {
  const line = error.linePos?.[0].line ?? 1;
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const lines = source.split('\n');
      const written = lines[line - 1] ?? '';
      const key = written.trim().split(':')[0] ?? '';
      const indent = written.length - written.trimStart().length;
      let first = line - 1;
      for (let i = line - 2; i >= 0; i--) {
        const other = lines[i] ?? '';
        const at = other.length - other.trimStart().length;
        if (other.trim() !== '' && at < indent) break;
        if (at === indent && other.trim().split(':')[0] === key) first = i + 1;
      }
      return `yaml: unmarshal errors:\n  line ${line}: mapping key ${JSON.stringify(key)} already defined at line ${first}`;
    }
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return /Nested mappings/.test(error.message)
        ? `yaml: line ${line}: mapping values are not allowed in this context`
        : `yaml: line ${line + 1}: could not find expected ':'`;
    case 'MISSING_CHAR':
      return /quote/.test(error.message)
        ? `yaml: line ${line}: found unexpected end of stream`
        : `yaml: line ${line + 1}: could not find expected ':'`;
    case 'TAB_AS_INDENT':
    case 'BAD_SCALAR_START':
      return `yaml: line ${line}: found character that cannot start any token`;
    case 'BAD_ALIAS':
      return `yaml: unknown anchor '${/: (\S+)/.exec(error.message)?.[1] ?? ''}' referenced`;
    default:
      return `yaml: line ${blockStart(source, line)}: did not find expected key`;
  }
}

/**
 * go-yaml names the line before the block in which the wrong one stands (it counts that from 0): where the mapping begins
 * whose item is indented less than its siblings; for the outermost one, the line itself.
 */
function blockStart(source: string, line: number): number {
  const lines = source.split('\n');
  const indentOf = (at: number): number => {
    const text = lines[at] ?? '';
    return text.trim() === '' ? -1 : text.length - text.trimStart().length;
  };
  const wrong = indentOf(line - 1);
  let parent = line - 2;
  while (parent >= 0 && (indentOf(parent) < 0 || indentOf(parent) >= wrong)) parent--;
  if (parent < 0) return line - 1;
  const indent = indentOf(parent);
  let start = parent;
  for (let at = parent - 1; at >= 0; at--) {
    const other = indentOf(at);
    if (other < 0) continue;
    if (other < indent) break;
    if (other === indent) start = at;
  }
  return start === 0 ? line - 1 : start;
}
