import { text } from '../../kernel/bytes.ts';
import { absolutePath } from '../../kernel/fs/vfs.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import { readDotenv } from '../file/dotenv.ts';
import { interpolate, type Lookup } from '../file/interpolate.ts';
import { readYaml } from '../file/read.ts';
import { checkSchema } from '../file/schema.ts';
import { isList, isMap, listOf, mapOf, sortKeys, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import { checkConsistency, refuseUnknown } from './check.ts';
import { type Choice, checkName, findFiles, normaliseName } from './find.ts';
import { merge } from './merge.ts';
import type { NamedFile, NamedVolume, Network, Project, Service } from './model.ts';
import { readService, type Surroundings } from './service.ts';
import { flag, labels, strings } from './short.ts';

export interface LoadOptions {
  /** Do not replace variables. */
  readonly raw?: boolean;
  /** Do not look whether services, networks and volumes that are spoken of exist. */
  readonly unchecked?: boolean;
  /** Do not read `env_file`s. */
  readonly noEnvFiles?: boolean;
}

/** Reads the project that the command line means. `warn` is called as soon as something is odd. Throws ComposeError. */
export function* loadProject(
  p: Process,
  choice: Choice,
  warn: (message: string) => Sys<void>,
  options: LoadOptions = {},
): Sys<Project> {
  const { files, warnings } = findFiles(p.fs, p.cwd, choice, p.env.get('COMPOSE_FILE'));
  for (const warning of warnings) yield* warn(warning);
  const [first = ''] = files;
  const directory =
    choice.projectDirectory !== ''
      ? absolutePath(choice.projectDirectory, p.cwd)
      : first === '-'
        ? p.cwd
        : first.slice(0, first.lastIndexOf('/')) || '/';
  const environment = readEnvironment(p, choice, directory);
  const lookup: Lookup = (name) => environment.get(name);
  const unset = new Set<string>();
  const pending: string[] = [];

  let merged: TreeMap = {};
  let version = false;
  for (const file of files) {
    const source = file === '-' ? text(yield* p.readAll(0)) : readText(p, file);
    const tree = readYaml(source, file);
    const filled = options.raw === true ? tree : fill(tree, lookup, unset, pending);
    for (const warning of pending.splice(0)) yield* warn(warning);
    checkSchema(filled, file);
    if (filled['include'] !== undefined)
      throw new ComposeError('muelle: include in a compose file is not simulated here');
    if (filled['version'] !== undefined && !version) {
      version = true;
      yield* warn(
        `${file}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
      );
    }
    const { version: _, ...kept } = filled;
    const extended = { ...kept, services: extendAll(p, kept, file, lookup, unset) };
    merged = mapOf(merge(merged, extended));
  }
  const name = projectName(choice, environment, merged, directory);
  const around: Surroundings = {
    directory,
    home: p.env.get('HOME') ?? '/root',
    lookup,
    envFile: (tree) => (options.noEnvFiles === true ? {} : envFiles(p, tree, directory, lookup)),
  };
  const all: Record<string, Service> = {};
  for (const [key, tree] of Object.entries(sortKeys(mapOf(merged['services'])))) {
    refuseUnknown(key, mapOf(tree));
    all[key] = readService(mapOf(tree), around);
  }
  const profiles = new Set([...choice.profiles, ...(environment.get('COMPOSE_PROFILES') ?? '').split(',')]);
  const active = ([, service]: [string, Service]): boolean =>
    profiles.has('*') ||
    (service.profiles ?? []).length === 0 ||
    (service.profiles ?? []).some((one) => profiles.has(one));
  const project: Project = {
    name,
    directory,
    files,
    services: Object.fromEntries(Object.entries(all).filter(active)),
    disabled: Object.fromEntries(Object.entries(all).filter((entry) => !active(entry))),
    networks: {},
    volumes: sortKeys(readVolumes(mapOf(merged['volumes']), name)),
    secrets: sortKeys(readFiles(mapOf(merged['secrets']), name, directory)),
    configs: sortKeys(readFiles(mapOf(merged['configs']), name, directory)),
    environment,
    warnings: [],
  };
  const withNetworks = { ...project, networks: usedNetworks(project, mapOf(merged['networks'])) };
  if (options.unchecked !== true) checkConsistency(withNetworks);
  return withNetworks;
}

/** `.env` of the project's folder (or `--env-file`) below the caller's own variables. */
function readEnvironment(p: Process, choice: Choice, directory: string): ReadonlyMap<string, string> {
  const own = new Map(p.env);
  const out = new Map<string, string>();
  const named = choice.envFiles.length > 0;
  const files = named ? choice.envFiles.map((file) => absolutePath(file, p.cwd)) : [`${directory}/.env`];
  for (const file of files) {
    if (!p.fs.exists(file)) {
      if (named) throw new ComposeError(`couldn't find env file: ${file}`);
      continue;
    }
    const values = readDotenv(text(p.fs.read(file)), file, (name) => own.get(name) ?? out.get(name));
    for (const [name, value] of values) out.set(name, value);
  }
  for (const [name, value] of own) out.set(name, value);
  return out;
}

function readText(p: Process, file: string): string {
  if (!p.fs.exists(file)) throw new ComposeError(`open ${file}: no such file or directory`);
  if (p.fs.isDirectory(file)) throw new ComposeError(`read ${file}: is a directory`);
  return text(p.fs.read(file));
}

function fill(tree: TreeMap, lookup: Lookup, unset: Set<string>, warnings: string[]): TreeMap {
  const note = (name: string): void => {
    if (unset.has(name)) return;
    unset.add(name);
    warnings.push(`The "${name}" variable is not set. Defaulting to a blank string.`);
  };
  return mapOf(interpolate(tree, lookup, note));
}

/** Puts what a service `extends` below it. */
function extendAll(p: Process, tree: TreeMap, file: string, lookup: Lookup, unset: Set<string>): TreeMap {
  const services = mapOf(tree['services']);
  const resolve = (name: string, from: TreeMap, path: string, seen: readonly string[]): Tree => {
    const service = mapOf(from[name]);
    const { extends: base, ...own } = service;
    if (base === undefined) return service;
    const wanted = isMap(base) ? textOf(base['service']) : textOf(base);
    const other = isMap(base) && base['file'] !== undefined ? textOf(base['file']) : '';
    const folder = path.slice(0, path.lastIndexOf('/')) || '/';
    const otherPath = other === '' ? path : absolutePath(other, folder);
    const key = `${otherPath}#${wanted}`;
    if (seen.includes(key))
      throw new ComposeError(
        `Circular reference:\n  ${seen.map((one) => one.replace('#', ' (')).join(')\n  extends ')})`,
      );
    const others =
      other === ''
        ? from
        : mapOf(fill(readYaml(readText(p, otherPath), otherPath), lookup, unset, [])['services']);
    if (others[wanted] === undefined)
      throw new ComposeError(
        `cannot extend service ${JSON.stringify(name)} in ${otherPath}: service ${JSON.stringify(wanted)} not found`,
      );
    return merge(resolve(wanted, others, otherPath, [...seen, key]), own);
  };
  return Object.fromEntries(
    Object.keys(services).map((name) => [name, resolve(name, services, file, [`${file}#${name}`])]),
  );
}

function projectName(
  choice: Choice,
  environment: ReadonlyMap<string, string>,
  tree: TreeMap,
  directory: string,
): string {
  if (choice.projectName !== '') return checkName(choice.projectName);
  const variable = environment.get('COMPOSE_PROJECT_NAME') ?? '';
  if (variable !== '') return checkName(variable);
  const written = textOf(tree['name']);
  if (written !== '') return checkName(written);
  const base = directory.split('/').at(-1) ?? '';
  const name = normaliseName(base);
  if (name === '') throw new ComposeError('project name must not be empty');
  return name;
}

function envFiles(p: Process, tree: Tree, directory: string, lookup: Lookup): Record<string, string> {
  const out: Record<string, string> = {};
  for (const item of isList(tree) ? tree : [tree]) {
    const path = absolutePath(isMap(item) ? textOf(item['path']) : textOf(item), directory);
    if (!p.fs.exists(path)) {
      if (isMap(item) && item['required'] !== undefined && !flag(item['required'])) continue;
      throw new ComposeError(`env file ${path} not found: stat ${path}: no such file or directory`);
    }
    const values = readDotenv(text(p.fs.read(path)), path, (name) => lookup(name) ?? out[name]);
    for (const [name, value] of values) out[name] = value;
  }
  return out;
}

/** `external: true`, or the old form with a name. */
const isExternal = (tree: TreeMap): boolean => isMap(tree['external']) || flag(tree['external']);

function fullName(tree: TreeMap, key: string, project: string): string {
  const own = textOf(tree['name']) || textOf(mapOf(tree['external'])['name']);
  return own !== '' ? own : isExternal(tree) ? key : `${project}_${key}`;
}

function common(tree: TreeMap): {
  driver?: string;
  driver_opts?: Record<string, string>;
  labels?: Record<string, string>;
  external?: true;
} {
  const options = labels(tree['driver_opts']);
  const own = labels(tree['labels']);
  return {
    ...(tree['driver'] === undefined ? {} : { driver: textOf(tree['driver']) }),
    ...(Object.keys(options).length === 0 ? {} : { driver_opts: options }),
    ...(isExternal(tree) ? { external: true } : {}),
    ...(Object.keys(own).length === 0 ? {} : { labels: own }),
  };
}

function readVolumes(tree: TreeMap, project: string): Record<string, NamedVolume> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, item]) => {
      const map = mapOf(item);
      return [key, { name: fullName(map, key, project), ...common(map) }];
    }),
  );
}

function readFiles(tree: TreeMap, project: string, directory: string): Record<string, NamedFile> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, item]) => {
      const map = mapOf(item);
      return [
        key,
        {
          name: fullName(map, key, project),
          ...(map['file'] === undefined ? {} : { file: absolutePath(textOf(map['file']), directory) }),
          ...(map['content'] === undefined ? {} : { content: textOf(map['content']) }),
          ...(map['environment'] === undefined ? {} : { environment: textOf(map['environment']) }),
          ...(isExternal(map) ? { external: true } : {}),
        },
      ];
    }),
  );
}

/** The networks of the file that a service uses; `default` is there for those that name none. */
function usedNetworks(project: Project, tree: TreeMap): Record<string, Network> {
  const used = new Set(
    Object.values({ ...project.services, ...project.disabled }).flatMap((service) =>
      Object.keys(service.networks ?? {}),
    ),
  );
  const out: Record<string, Network> = {};
  for (const key of new Set([...Object.keys(tree), ...(used.has('default') ? ['default'] : [])])) {
    if (!used.has(key)) continue;
    const map = mapOf(tree[key]);
    const ipam = mapOf(map['ipam']);
    const config = listOf(ipam['config']).map((pool) =>
      Object.fromEntries(Object.entries(mapOf(pool)).map(([field, value]) => [field, textOf(value)])),
    );
    out[key] = {
      name: fullName(map, key, project.name),
      ...common(map),
      ...(map['ipam'] === undefined
        ? {}
        : {
            ipam: {
              ...(ipam['driver'] === undefined ? {} : { driver: textOf(ipam['driver']) }),
              ...(config.length === 0 ? {} : { config }),
            },
          }),
      ...(flag(map['internal']) ? { internal: true } : {}),
      ...(flag(map['attachable']) ? { attachable: true } : {}),
    };
  }
  return sortKeys(out);
}

/** Names of `profiles` in a service as written; for `config --profiles`. */
export const profilesOf = (project: Project): string[] =>
  [
    ...new Set(
      Object.values({ ...project.services, ...project.disabled }).flatMap((service) =>
        strings(service.profiles),
      ),
    ),
  ].sort();
