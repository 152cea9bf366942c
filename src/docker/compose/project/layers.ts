import { ComposeError } from '../error.ts';
import { below, fits, ruleFor } from '../file/path.ts';
import { isList, isMap, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import { mount } from './short.ts';

type Merge = (under: Tree, over: Tree, path: string) => Tree;

/** Lays a later compose file (or a service over the one it extends) over an earlier one. Throws ComposeError. */
export function layer(under: Tree, over: Tree, path = ''): Tree {
  const special = mergeFor(path);
  if (special !== undefined) return special(under, over, path);
  if (over === null) return under;
  if (isMap(under)) {
    if (!isMap(over)) throw new ComposeError(`cannot override ${path}`);
    return layerMaps(under, over, path);
  }
  if (isList(under)) {
    if (!isList(over)) throw new ComposeError(`cannot override ${path}`);
    return [...under, ...over];
  }
  return over;
}

function layerMaps(under: TreeMap, over: TreeMap, path: string): TreeMap {
  const out: Record<string, Tree> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const there = under[key];
    out[key] = there === undefined ? value : layer(there, value, below(path, key));
  }
  return out;
}

/** `{b: 1, a: }` ⇒ `['a', 'b=1']`; lists stay. */
function sequence(tree: Tree): readonly Tree[] {
  if (isList(tree)) return tree;
  if (!isMap(tree)) return tree === null ? [] : [tree];
  return Object.entries(tree)
    .flatMap(([key, value]) =>
      value === null
        ? [key]
        : isList(value)
          ? value.map((one) => `${key}=${textOf(one)}`)
          : [`${key}=${textOf(value)}`],
    )
    .sort();
}

const mapping = (tree: Tree, each: Tree): TreeMap =>
  isList(tree) ? Object.fromEntries(tree.map((key) => [textOf(key), each])) : isMap(tree) ? tree : {};

const append: Merge = (under, over) => [...sequence(under), ...sequence(over)];
const replace: Merge = (_under, over) => over;
const contextOf = (tree: Tree): TreeMap => (isMap(tree) ? tree : { context: tree });
const STARTED = { condition: 'service_started', required: true };

const SPECIAL: readonly (readonly [string, Merge])[] = [
  ...[
    'networks.*.labels',
    'volumes.*.labels',
    ...[
      'annotations',
      'build.args',
      'build.additional_contexts',
      'build.labels',
      'deploy.labels',
      'dns',
      'dns_opt',
      'dns_search',
      'env_file',
      'label_file',
      'environment',
      'labels',
      'sysctls',
      'tmpfs',
    ].map((key) => `services.*.${key}`),
  ].map((pattern) => [pattern, append] as const),
  ...['command', 'entrypoint', 'healthcheck.test'].map((key) => [`services.*.${key}`, replace] as const),
  ...['extra_hosts', 'build.extra_hosts'].map(
    (key) =>
      [
        `services.*.${key}`,
        (under: Tree, over: Tree): Tree => {
          const first = sequence(under);
          return [...first, ...sequence(over).filter((host) => !first.includes(host))];
        },
      ] as const,
  ),
  ['services.*.build', (under, over, path) => layerMaps(contextOf(under), contextOf(over), path)],
  [
    'services.*.depends_on',
    (under, over, path) => layerMaps(mapping(under, STARTED), mapping(over, STARTED), path),
  ],
  ['services.*.networks', (under, over, path) => layerMaps(mapping(under, null), mapping(over, null), path)],
  [
    'services.*.logging',
    (under, over, path) => {
      if (!isMap(under) || !isMap(over)) return over;
      const [a, b] = [under['driver'], over['driver']];
      return a === undefined || b === undefined || a === b ? layerMaps(under, over, path) : over;
    },
  ],
  ['services.*.ulimits.*', replace],
  ['networks.*.ipam.config', replace],
];

const mergeFor = ruleFor<Merge>(SPECIAL);

type Identity = (item: Tree, path: string) => string;

/** `A=1` is the entry A. */
const byKey: Identity = (item, path) => {
  if (isMap(item)) throw new ComposeError(`${path}: unexpected type map[string]interface {}`);
  if (typeof item !== 'string') throw new ComposeError(`${path}: unexpected type ${goType(item)}`);
  return item.split('=', 1)[0] ?? item;
};

const goType = (item: Tree): string =>
  typeof item === 'number'
    ? Number.isInteger(item)
      ? 'int'
      : 'float64'
    : typeof item === 'boolean'
      ? 'bool'
      : '<nil>';

const byTarget =
  (what: string): Identity =>
  (item, path) => {
    if (isMap(item)) {
      if (typeof item['target'] !== 'string')
        throw new ComposeError(`service ${what} ${path} is missing a mount target`);
      return item['target'];
    }
    return what === 'volume'
      ? mount(textOf(item), '/', '/').target
      : (textOf(item).split(':')[1] ?? textOf(item));
  };

const byFile =
  (folder: string): Identity =>
  (item) =>
    isMap(item)
      ? textOf(item['target']) || `${folder}/${textOf(item['source'])}`
      : `${folder}/${textOf(item)}`;

const byPort: Identity = (item, path) => {
  if (!isMap(item)) return textOf(item);
  if (item['target'] === undefined) throw new ComposeError(`service ports ${path} is missing a target port`);
  return [item['host_ip'] ?? '0.0.0.0', item['published'] ?? null, item['target'], item['protocol'] ?? 'tcp']
    .map((part) => (part === null ? '-' : textOf(part)))
    .join(':');
};

const identityFor = ruleFor<Identity>([
  ...[
    'networks.*.labels',
    ...[
      'annotations',
      'build.args',
      'build.additional_contexts',
      'build.tags',
      'build.labels',
      'cap_add',
      'cap_drop',
      'deploy.labels',
      'dns',
      'dns_opt',
      'dns_search',
      'environment',
      'labels',
      'links',
      'networks.*.aliases',
      'networks.*.link_local_ips',
      'profiles',
      'sysctls',
      'tmpfs',
    ].map((key) => `services.*.${key}`),
  ].map((pattern) => [pattern, byKey] as const),
  ['services.*.devices', byTarget('device')],
  ['services.*.volumes', byTarget('volume')],
  ['services.*.configs', byFile('')],
  ['services.*.secrets', byFile('/run/secrets')],
  ['services.*.expose', (item) => textOf(item)],
  ['services.*.env_file', (item) => (isMap(item) ? textOf(item['path']) : textOf(item))],
  ['services.*.ports', byPort],
]);

/** In lists whose entries are one thing each, a later one takes the place of an earlier. Throws ComposeError. */
export function withoutRepeats(tree: Tree, path = ''): Tree {
  if (isMap(tree))
    return Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [key, withoutRepeats(value, below(path, key))]),
    );
  const identity = isList(tree) ? identityFor(path) : undefined;
  if (identity === undefined || !isList(tree)) return tree;
  const out = new Map<string, Tree>();
  for (const [at, item] of tree.entries()) out.set(identity(item, `${path}.[${at}]`), item);
  return [...out.values()];
}

/** Drops from an earlier file what a later one marks `!reset` or `!override`. */
export function withoutReset(tree: Tree, resets: readonly string[], path = ''): Tree {
  if (resets.length === 0 || !isMap(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => !resets.some((pattern) => fits(below(path, key), pattern)))
      .map(([key, value]) => [key, withoutReset(value, resets, below(path, key))]),
  );
}
