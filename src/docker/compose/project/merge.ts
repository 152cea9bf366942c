import { isList, isMap, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import { pairs } from './short.ts';

/** Lists that a later file replaces as a whole. */
const REPLACED = new Set(['command', 'entrypoint', 'test']);
/** Values that may be lists of `a=b` or mappings. */
const PAIRS = new Set([
  'environment',
  'labels',
  'args',
  'sysctls',
  'annotations',
  'driver_opts',
  'options',
  'extra_hosts',
]);

/** Lays a later compose file over an earlier one, as several `-f` (and `extends`) do. */
export function merge(below: Tree | undefined, above: Tree, key = ''): Tree {
  if (below === undefined || below === null) return above;
  if (PAIRS.has(key)) return { ...pairs(below), ...pairs(above) };
  if ((key === 'networks' || key === 'depends_on') && (isList(below) || isList(above)))
    return mergeMaps(named(below, key), named(above, key));
  if (key === 'build') return mergeMaps(contextOf(below), contextOf(above));
  if (isMap(below) && isMap(above)) return mergeMaps(below, above);
  if (REPLACED.has(key)) return above;
  if (key === 'env_file' || key === 'tmpfs' || key === 'dns')
    return [...(isList(below) ? below : [below]), ...(isList(above) ? above : [above])];
  if (isList(below) && isList(above)) return mergeLists(below, above, key);
  return above;
}

function mergeMaps(below: TreeMap, above: TreeMap): TreeMap {
  const out: Record<string, Tree> = { ...below };
  for (const [key, value] of Object.entries(above)) out[key] = merge(below[key], value, key);
  return out;
}

const contextOf = (tree: Tree): TreeMap => (isMap(tree) ? tree : { context: tree });

const named = (tree: Tree, key: string): TreeMap =>
  isList(tree)
    ? Object.fromEntries(
        tree.map((name) => [
          textOf(name),
          key === 'depends_on' ? { condition: 'service_started', required: true } : null,
        ]),
      )
    : isMap(tree)
      ? tree
      : {};

/** Volumes of one target replace each other; anything else is added once. */
function mergeLists(below: readonly Tree[], above: readonly Tree[], key: string): readonly Tree[] {
  const idOf = (item: Tree): string => {
    if (key !== 'volumes') return JSON.stringify(item);
    if (isMap(item)) return textOf(item['target']);
    const parts = textOf(item).split(':');
    return parts[1] ?? parts[0] ?? '';
  };
  const ids = new Set(above.map(idOf));
  return [...below.filter((item) => !ids.has(idOf(item))), ...above];
}
