import {
  BakeError,
  type BakeFile,
  type BakeMap,
  type BakeValue,
  readHcl,
  type Scope,
  textOf,
} from './hcl.ts';

/** A target's attributes, in the order `bake --print` shows them. */
const ORDER = [
  ...[
    'annotations',
    'attest',
    'context',
    'contexts',
    'dockerfile',
    'dockerfile-inline',
    'args',
    'labels',
    'tags',
  ],
  ...[
    'cache-from',
    'cache-to',
    'target',
    'secret',
    'ssh',
    'platforms',
    'output',
    'pull',
    'no-cache',
    'network',
  ],
  ...['no-cache-filter', 'shm-size', 'ulimits', 'call', 'entitlements', 'extra-hosts'],
];
/** Attributes of a lower target that stay beside those of a higher one. */
const MAPS = new Set(['args', 'labels', 'contexts', 'extra-hosts']);

/** What a bake file says: targets and groups of them. */
export interface Definition {
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly targets: ReadonlyMap<string, BakeMap>;
}

/** Reads a bake file in HCL or JSON; `env` gives variables another value. Throws BakeError. */
export function readDefinition(text: string, file: string, env: ReadonlyMap<string, string>): Definition {
  const source =
    file.endsWith('.json') || text.trimStart().startsWith('{') ? fromJson(text, file) : readHcl(text, file);
  const scope = scopeOf(source, env);
  const groups = new Map<string, readonly string[]>();
  const targets = new Map<string, BakeMap>();
  for (const { type, labels, attributes } of source.blocks) {
    const [name = ''] = labels;
    const value: BakeMap = Object.fromEntries([...attributes].map(([key, read]) => [key, read(scope)]));
    if (type === 'group') groups.set(name, names(value['targets'] ?? []));
    else if (type === 'target') targets.set(name, { ...targets.get(name), ...value });
    else if (type !== 'variable') throw new BakeError(`muelle: ${type} in a bake file is not simulated here`);
  }
  return { groups, targets };
}

const names = (value: BakeValue): string[] => (Array.isArray(value) ? value.map(textOf) : []);

/** A bake file in JSON is the same tree. */
function fromJson(text: string, file: string): BakeFile {
  let tree: Record<string, Record<string, Record<string, BakeValue>>>;
  try {
    tree = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new BakeError(`${file}: ${error.message}`);
    throw error;
  }
  const blocks = Object.entries(tree).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => ({
      type,
      labels: [name],
      attributes: new Map(
        Object.entries(body).map(([key, value]) => [key, (scope: Scope) => filled(value, scope)]),
      ),
    })),
  );
  return { blocks, attributes: new Map() };
}

/** Texts of JSON are templates, too. */
function filled(value: BakeValue, scope: Scope): BakeValue {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (_, name) => textOf(scope(name)));
  if (Array.isArray(value)) return value.map((item) => filled(item, scope));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, scope)]));
}

function scopeOf(file: BakeFile, env: ReadonlyMap<string, string>): Scope {
  const variables = new Map(file.attributes);
  for (const { type, labels, attributes } of file.blocks)
    if (type === 'variable') variables.set(labels[0] ?? '', attributes.get('default') ?? (() => ''));
  const scope: Scope = (name) => {
    const read = variables.get(name);
    if (read === undefined)
      throw new BakeError(`Unknown variable; There is no variable named ${JSON.stringify(name)}.`);
    const given = env.get(name);
    const standard = read(scope);
    if (given === undefined) return standard;
    if (typeof standard === 'boolean') return given === 'true' || given === '1';
    return typeof standard === 'number' ? Number(given) : given;
  };
  return scope;
}

/** What is to be built: targets with all they inherit, and the groups that were named. */
export interface Plan {
  readonly group: Readonly<Record<string, { readonly targets: readonly string[] }>>;
  readonly target: Readonly<Record<string, BakeMap>>;
}

/** Finds the targets of the names on the command line (none: `default`). Throws BakeError. */
export function planBake(
  { groups, targets }: Definition,
  wanted: readonly string[],
  overrides: readonly string[],
): Plan {
  const asked = wanted.length === 0 ? ['default'] : wanted;
  const group: Record<string, { targets: readonly string[] }> = {};
  const target: Record<string, BakeMap> = {};
  const visit = (name: string): string[] => {
    const members = groups.get(name);
    if (members !== undefined) {
      group[name] = { targets: members };
      return members.flatMap(visit);
    }
    if (!targets.has(name)) throw new BakeError(`failed to find target ${name}`);
    target[name] = overridden(name, inherited(targets, name, []), overrides);
    return [name];
  };
  for (const name of asked) visit(name);
  if (!(asked.length === 1 && asked[0] === 'default' && 'default' in group))
    group['default'] = { targets: asked };
  const sorted = <T>(map: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { group: sorted(group), target: sorted(target) };
}

function inherited(targets: Definition['targets'], name: string, path: readonly string[]): BakeMap {
  const own = targets.get(name);
  if (own === undefined) throw new BakeError(`failed to find target ${name}`);
  if (path.includes(name)) throw new BakeError(`target ${name} inherits itself`);
  if ('matrix' in own) throw new BakeError('muelle: matrix in a bake file is not simulated here');
  const { inherits, ...rest } = own;
  let whole: BakeMap = {};
  for (const parent of names(inherits ?? []))
    whole = merged(whole, inherited(targets, parent, [...path, name]));
  whole = merged(whole, rest);
  return path.length > 0 ? whole : { context: '.', dockerfile: 'Dockerfile', ...whole };
}

function merged(below: BakeMap, above: BakeMap): BakeMap {
  const out: Record<string, BakeValue> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = out[key];
    out[key] = MAPS.has(key) && isMap(old) && isMap(value) ? { ...old, ...value } : value;
  }
  return out;
}

const isMap = (value: BakeValue | undefined): value is BakeMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `--set PATTERN.KEY[.NAME]=VALUE` */
function overridden(name: string, target: BakeMap, overrides: readonly string[]): BakeMap {
  const out: Record<string, BakeValue> = { ...target };
  const fresh = new Set<string>();
  for (const item of overrides) {
    const at = item.indexOf('=');
    const [pattern = '', key = '', ...more] = item.slice(0, at < 0 ? undefined : at).split('.');
    if (at < 0 || key === '') throw new BakeError(`invalid override ${item}, expected target.name=value`);
    if (!new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name)) continue;
    const value = item.slice(at + 1);
    if (key === 'args' || key === 'labels') {
      const old = out[key];
      out[key] = { ...(isMap(old) ? old : {}), [more.join('.')]: value };
    } else if (
      ['tags', 'platform', 'platforms', 'output', 'cache-from', 'cache-to', 'secrets'].includes(key)
    ) {
      const list = { platform: 'platforms', secrets: 'secret' }[key] ?? key;
      const old = fresh.has(list) ? out[list] : [];
      out[list] = [...(Array.isArray(old) ? old : []), value];
      fresh.add(list);
    } else if (key === 'pull' || key === 'no-cache') out[key] = value === 'true' || value === '1';
    else if (['context', 'dockerfile', 'target', 'network', 'call'].includes(key)) out[key] = value;
    else throw new BakeError(`unknown key: ${key}`);
  }
  return out;
}

/** A plan as `bake --print` shows it. */
export function planText({ group, target }: Plan): string {
  const shown = Object.fromEntries(
    Object.entries(target).map(([name, value]) => [
      name,
      Object.fromEntries(
        ORDER.flatMap((key) => (value[key] === undefined || value[key] === null ? [] : [[key, value[key]]])),
      ),
    ]),
  );
  return `${JSON.stringify({ group, target: shown }, undefined, 2)}\n`;
}
