import {
  type Document,
  isAlias,
  isMap as isMapNode,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
} from 'yaml';
import { ComposeError } from '../error.ts';
import { below } from './path.ts';
import { isMap, type Tree, type TreeMap } from './tree.ts';
import { syntaxMessage } from './yaml-error.ts';

/** One YAML document of a compose file. */
export interface Source {
  readonly tree: Tree;
  /** Places marked `!reset` or `!override`: what earlier files say of them is dropped. */
  readonly resets: readonly string[];
}

/** The YAML documents of a file. Throws ComposeError with go-yaml's words; `where` stands before what only reading finds. */
export function readDocuments(source: string, where: string): Source[] {
  const parsed = parseAllDocuments(source, {
    merge: true,
    prettyErrors: true,
    version: '1.2',
    logLevel: 'silent',
  });
  const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  for (const document of documents)
    for (const error of document.errors)
      if (error.code !== 'DUPLICATE_KEY') throw new ComposeError(syntaxMessage(error, source));
  return documents.map((document) => {
    const [twice] = document.errors;
    if (twice !== undefined)
      throw new ComposeError(`failed to parse ${where}: ${syntaxMessage(twice, source)}`);
    const resets: string[] = [];
    const root = document.contents;
    if (isNode(root)) tidy(root, '', resets);
    return { tree: treeOf(document), resets };
  });
}

function treeOf(document: Document.Parsed): Tree {
  try {
    return (document.toJS({ maxAliasCount: 1000 }) ?? null) as Tree;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ComposeError(`yaml: unknown anchor '${/: (\S+)$/.exec(error.message)?.[1] ?? ''}' referenced`);
  }
}

/** A day or a moment, which go-yaml reads as a time. */
const MOMENT =
  /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::?\d\d)?))?)?$/;

/** Takes `!reset` nodes out, notes where they were, and reads numbers as YAML 1.1 wrote them (`0440`), as go-yaml does. */
function tidy(node: Node, path: string, resets: string[]): void {
  if (isAlias(node)) return;
  if (node.tag === '!override') {
    resets.push(path);
    delete node.tag;
  }
  if (isScalar(node)) {
    const { source = '', type, tag } = node;
    if (tag === undefined && type === Scalar.PLAIN && /^[+-]?0[0-7]+$/.test(source))
      node.value = Number.parseInt(source, 8);
    else if (tag === undefined && type === Scalar.PLAIN && MOMENT.test(source)) node.value = new Date(source);
    return;
  }
  if (isSeq(node)) {
    node.items = node.items.filter((item, at) => {
      const place = below(path, String(at));
      if (!isReset(item)) return true;
      resets.push(place);
      return false;
    });
    node.items.forEach((item, at) => {
      if (isNode(item)) tidy(item, below(path, String(at)), resets);
    });
    return;
  }
  if (!isMapNode(node)) return;
  node.items = node.items.filter((pair: Pair) => {
    const key = isScalar(pair.key) ? (pair.key.source === '<<' ? '<<' : pair.key.value) : undefined;
    if (key !== undefined && typeof key !== 'string' && key !== null)
      throw new ComposeError(
        `non-string key ${path === '' ? 'at top level' : `in ${path}`}: ${JSON.stringify(key)}`,
      );
    // A merge key stands for the mapping it is in.
    const place = key === '<<' ? path : below(path, String(key));
    if (isReset(pair.value)) {
      resets.push(place);
      return false;
    }
    if (isNode(pair.value)) tidy(pair.value, place, resets);
    return true;
  });
}

const isReset = (item: unknown): boolean => isNode(item) && !isAlias(item) && item.tag === '!reset';

/** Reads a file of one document that must hold a mapping; ComposeError with go-yaml's words. */
export function readYaml(source: string, path: string): TreeMap {
  const [first] = readDocuments(source, path);
  if (first === undefined || first.tree === null) throw new ComposeError('empty compose file');
  if (!isMap(first.tree)) throw new ComposeError(`Top-level object must be a mapping (${path})`);
  return first.tree;
}
