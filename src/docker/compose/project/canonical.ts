import { absolutePath } from '../../kernel/fs/vfs.ts';
import { ComposeError } from '../error.ts';
import { below, ruleFor } from '../file/path.ts';
import { isList, isMap, mapOf, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import { mount, ports } from './short.ts';

type Rule = (value: Tree, path: string) => Tree;

/** Applies a rule wherever one is given for a place; what a rule returns is gone into no further. */
function rewrite(tree: Tree, rules: (path: string) => Rule | undefined, path = ''): Tree {
  const rule = rules(path);
  if (rule !== undefined) return rule(tree, path);
  if (isList(tree)) return tree.map((item) => rewrite(item, rules, below(path, '[]')));
  if (isMap(tree))
    return Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [key, rewrite(value, rules, below(path, key))]),
    );
  return tree;
}

const toList: Rule = (value) => (typeof value === 'string' ? [value] : value);
const toMap: Rule = (value) =>
  isList(value) ? Object.fromEntries(value.map((name) => [textOf(name), null])) : value;
const withSource: Rule = (value) => (isMap(value) ? value : { source: value });

/** Short forms become long ones. `keep` leaves what cannot be read as it is (variables that were not replaced). */
export function canonical(tree: TreeMap, warn: (message: string) => void, keep = false): TreeMap {
  const careful =
    (rule: Rule): Rule =>
    (value, path) => {
      try {
        return rule(value, path);
      } catch (error) {
        if (keep && error instanceof ComposeError) return value;
        throw error;
      }
    };
  const service = ruleFor<Rule>([
    ['services.*.build', (value) => (isMap(value) ? value : { context: value })],
    ['services.*.depends_on', (value) => dependencies(value)],
    [
      'services.*.env_file',
      (value) =>
        (isList(value) ? value : [value]).map((item) => ({
          ...(isMap(item) ? item : { path: item }),
          ...required(item),
        })),
    ],
    ['services.*.label_file', toList],
    ['services.*.extends', (value) => (isMap(value) ? value : { service: value })],
    ['services.*.gpus', (value) => (value === 'all' ? [{ count: -1 }] : value)],
    ['services.*.networks', toMap],
    ['services.*.volumes.[]', careful((value) => (isMap(value) ? value : volumeTree(textOf(value))))],
    ['services.*.dns', toList],
    ['services.*.devices.[]', careful((value) => (isMap(value) ? value : device(textOf(value))))],
    ['services.*.secrets.[]', withSource],
    ['services.*.configs.[]', withSource],
    [
      'services.*.ports',
      careful((value) =>
        isList(value)
          ? value.flatMap((item) => (isMap(item) ? [item] : (ports(item) as unknown as Tree[])))
          : value,
      ),
    ],
    ['services.*.develop.watch.[].ignore', toList],
    ['services.*.develop.watch.[].include', toList],
    ...['volumes', 'networks', 'secrets', 'configs'].map(
      (section) => [`${section}.*`, (value: Tree, path: string) => maybeExternal(value, path, warn)] as const,
    ),
  ]);
  return mapOf(rewrite(tree, service));
}

const required = (item: Tree): TreeMap =>
  isMap(item) && item['required'] !== undefined ? {} : { required: true };

function dependencies(value: Tree): Tree {
  if (isList(value))
    return Object.fromEntries(
      value.map((name) => [textOf(name), { condition: 'service_started', required: true }]),
    );
  return Object.fromEntries(
    Object.entries(mapOf(value)).map(([name, item]) => [
      name,
      { condition: 'service_started', required: true, ...mapOf(item) },
    ]),
  );
}

/** `./x:/y:ro` as a tree; its path stays as written. */
function volumeTree(spec: string): Tree {
  return mount(spec, '', '') as unknown as Tree;
}

function device(spec: string): Tree {
  const parts = spec.split(':');
  if (parts.length > 3) throw new ComposeError(`confusing device mapping, please use long syntax: ${spec}`);
  const [source = '', target = '', permissions = 'rwm'] = parts;
  return { source, target: target === '' ? source : target, permissions };
}

function maybeExternal(value: Tree, path: string, warn: (message: string) => void): Tree {
  const map = mapOf(value);
  const external = map['external'];
  if (!isMap(external)) return value;
  const { name: own } = external;
  if (own === undefined) return { ...map, external: true };
  warn(`${path}: external.name is deprecated. Please set name and external: true`);
  if (map['name'] !== undefined && map['name'] !== own)
    throw new ComposeError(`${path}: name and external.name conflict; only use name`);
  return { ...map, external: true, name: own };
}

/** What is left out gets its default, as far as other parts look for it. */
export const withDefaults = (tree: TreeMap): TreeMap =>
  mapOf(
    rewrite(
      tree,
      ruleFor<Rule>([
        [
          'services.*.build',
          (value) => (isMap(value) && value['context'] === undefined ? { ...value, context: '.' } : value),
        ],
        [
          'services.*.secrets.[]',
          (value) =>
            isMap(value) && value['target'] === undefined
              ? { ...value, target: `/run/secrets/${textOf(value['source'])}` }
              : value,
        ],
        [
          'services.*.ports.[]',
          (value) => (isMap(value) ? { protocol: 'tcp', mode: 'ingress', ...value } : value),
        ],
      ]),
    ),
  );

/** What no schema can say of single values. Throws ComposeError. */
export function checkValues(tree: TreeMap): void {
  for (const [section, keys] of [
    ['configs', ['file', 'environment', 'content']],
    ['secrets', ['file', 'environment']],
  ] as const)
    for (const [name, item] of Object.entries(mapOf(tree[section]))) {
      const map = mapOf(item);
      const there = keys.filter((key) => map[key] !== undefined).length;
      const names = keys.join('|');
      if (there > 1) throw new ComposeError(`${section}.${name}: ${names} attributes are mutually exclusive`);
      if (there === 0 && map['driver'] === undefined && map['external'] === undefined)
        throw new ComposeError(`${section}.${name}: one of ${names} must be set`);
    }
  for (const [name, item] of Object.entries(mapOf(tree['volumes']))) {
    const map = mapOf(item);
    if (map['external'] !== true) continue;
    const other = Object.keys(map).find(
      (key) => key !== 'name' && key !== 'external' && !key.startsWith('x-'),
    );
    if (other !== undefined)
      throw new ComposeError(
        `volumes.${name}: conflicting parameters "external" and ${JSON.stringify(other)} specified`,
      );
  }
  for (const [name, item] of Object.entries(mapOf(tree['services']))) {
    const service = mapOf(item);
    const all = service['ports'];
    for (const port of isList(all) ? all : []) {
      const ip = textOf(mapOf(port)['host_ip']);
      if (ip !== '' && !isAddress(ip))
        throw new ComposeError(`services.${name}.ports.[]: invalid ip address: ${ip}`);
    }
    const watch = mapOf(service['develop'])['watch'];
    for (const trigger of isList(watch) ? watch : [])
      if (mapOf(trigger)['path'] === '')
        throw new ComposeError(`services.${name}.develop.watch.[].path: value can't be blank`);
  }
}

/** An address of either kind, as Go's net.ParseIP takes it. */
export const isAddress = (text: string): boolean =>
  text.includes(':')
    ? /^[0-9a-f:.]+$/i.test(text) && text.split(':').length <= 8 && (text.match(/::/g) ?? []).length <= 1
    : /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256);

/** Makes relative paths absolute (below `folder`). Throws ComposeError. */
export function withPaths(tree: TreeMap, folder: string, home: string): TreeMap {
  const path = (value: Tree): Tree => {
    if (isList(value)) return value.map(path);
    const text = textOf(value);
    if (text === '') return value;
    return text.startsWith('~')
      ? `${home}${text.slice(1)}`
      : text.startsWith('/')
        ? text
        : absolutePath(text, folder);
  };
  const context: Rule = (value) => {
    const text = textOf(value);
    const remote =
      text.includes('://') || text.startsWith('service:') || /^(?:github\.com\/|git@)/.test(text);
    return remote ? value : path(value);
  };
  const rules = ruleFor<Rule>([
    ['services.*.build.context', context],
    ['services.*.build.additional_contexts.*', context],
    ['services.*.env_file.[].path', path],
    ['services.*.label_file.[]', path],
    ['services.*.develop.watch.[].path', path],
    ['configs.*.file', path],
    ['secrets.*.file', path],
    [
      'services.*.volumes.[]',
      (value) => {
        if (!isMap(value) || value['type'] !== 'bind') return value;
        if (value['source'] === undefined)
          throw new ComposeError('invalid mount config for type "bind": field Source must not be empty');
        return { ...value, source: path(value['source']) };
      },
    ],
    [
      'volumes.*',
      (value) => {
        const map = mapOf(value);
        const options = mapOf(map['driver_opts']);
        if (map['driver'] !== 'local' || options['o'] !== 'bind' || options['device'] === undefined)
          return value;
        return { ...map, driver_opts: { ...options, device: path(options['device']) } };
      },
    ],
  ]);
  return mapOf(rewrite(tree, rules));
}
