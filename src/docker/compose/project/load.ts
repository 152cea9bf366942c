import { text } from '../../kernel/bytes.ts';
import { absolutePath } from '../../kernel/fs/vfs.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { ComposeError } from '../error.ts';
import { readDotenv } from '../file/dotenv.ts';
import { interpolate } from '../file/interpolate.ts';
import { readDocuments } from '../file/read.ts';
import { isList, isMap, mapOf, sortKeys, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import { checkConsistency } from './check.ts';
import { type Reader, readEnvFiles, readModel, readText } from './file.ts';
import { type Choice, checkName, findFiles, normaliseName } from './find.ts';
import type { Project, Service } from './model.ts';
import { extensionsOf } from './parts.ts';
import { readFiles, readNetworks, readVolumes, withoutUnused } from './resources.ts';
import { readService, type Surroundings } from './service.ts';
import { flag, strings } from './short.ts';

export interface LoadOptions {
  /** Do not look whether services, networks and volumes that are spoken of exist. */
  readonly unchecked?: boolean;
}

/** A project's model as files give it, before it is read service by service. */
export interface Model {
  readonly tree: TreeMap;
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly reader: Reader;
}

/** Reads the project that the command line means. `warn` is called as soon as something is odd. Throws ComposeError. */
export function* loadProject(
  p: Process,
  choice: Choice,
  warn: (message: string) => Sys<void>,
  options: LoadOptions = {},
): Sys<Project> {
  return yield* withWarnings(
    warn,
    (note, input) => toProject(p, loadModel(p, choice, note, input, false), choice, options),
    yield* standardInput(p, choice),
  );
}

/** The merged files as they are, variables and all (`config --no-interpolate`). */
export function* loadRaw(p: Process, choice: Choice, warn: (message: string) => Sys<void>): Sys<TreeMap> {
  return yield* withWarnings(
    warn,
    (note, input) => {
      const { tree, name } = loadModel(p, choice, note, input, true);
      return { ...tree, name };
    },
    yield* standardInput(p, choice),
  );
}

function* standardInput(p: Process, choice: Choice): Sys<string | undefined> {
  return choice.files.includes('-') ? text(yield* p.readAll(0)) : undefined;
}

/** Does the work, then says what was odd, also if it failed. */
function* withWarnings<T>(
  warn: (message: string) => Sys<void>,
  work: (note: (message: string) => void, input: string | undefined) => T,
  input: string | undefined,
): Sys<T> {
  const notes: string[] = [];
  try {
    return work((message) => notes.push(message), input);
  } finally {
    for (const note of notes) yield* warn(note);
  }
}

function loadModel(
  p: Process,
  choice: Choice,
  warn: (message: string) => void,
  input: string | undefined,
  raw: boolean,
): Model {
  if (choice.projectName !== '') checkName(choice.projectName);
  const early = earlyEnvironment(p, choice);
  const { files, warnings } = findFiles(
    p.fs,
    p.cwd,
    choice,
    early.get('COMPOSE_FILE'),
    early.get('COMPOSE_PATH_SEPARATOR'),
  );
  for (const warning of warnings) warn(warning);
  const [first = ''] = files;
  const directory =
    choice.projectDirectory !== ''
      ? absolutePath(choice.projectDirectory, p.cwd)
      : first === '-'
        ? p.cwd
        : first.slice(0, first.lastIndexOf('/')) || '/';
  const own = new Map(p.env);
  const named = choice.envFiles.length > 0;
  const usual = `${directory}/.env`;
  const envFiles = named
    ? choice.envFiles.map((file) => absolutePath(file, p.cwd))
    : p.fs.exists(usual) && !p.fs.isDirectory(usual) && !flag(own.get('COMPOSE_DISABLE_ENV_FILE') ?? null)
      ? [usual]
      : [];
  const environment = readEnvFiles({ fs: p.fs, environment: own, warn }, envFiles);
  for (const [name, value] of own) environment.set(name, value);
  const reader: Reader = {
    fs: p.fs,
    home: p.env.get('HOME') ?? '/root',
    environment,
    warn,
    raw,
    input,
  };
  const name = projectName(reader, choice, files, directory);
  environment.set('COMPOSE_PROJECT_NAME', name);
  const tree = readModel(reader, files, directory);
  if (Object.keys(tree).length === 0) throw new ComposeError('empty compose file');
  if (name === '') throw new ComposeError('project name must not be empty');
  return { tree, name, directory, files, reader };
}

/** What says where the files are may itself stand in the `.env` of this folder. */
function earlyEnvironment(p: Process, choice: Choice): Map<string, string> {
  const folder = choice.projectDirectory === '' ? p.cwd : absolutePath(choice.projectDirectory, p.cwd);
  const files =
    choice.envFiles.length > 0
      ? choice.envFiles.map((file) => absolutePath(file, p.cwd))
      : [`${folder}/.env`];
  const out = new Map<string, string>();
  if (choice.files.length === 0)
    for (const file of files) {
      if (!p.fs.exists(file) || p.fs.isDirectory(file)) continue;
      try {
        for (const [key, value] of readDotenv(text(p.fs.read(file)), file, (name) => p.env.get(name)))
          if (key.startsWith('COMPOSE_')) out.set(key, value);
      } catch (error) {
        if (!(error instanceof ComposeError)) throw error;
      }
    }
  for (const [key, value] of p.env) out.set(key, value);
  return out;
}

/** `-p`, COMPOSE_PROJECT_NAME, the last `name:` of the files, the folder. */
function projectName(reader: Reader, choice: Choice, files: readonly string[], directory: string): string {
  const written = files.map((file) => nameIn(reader, file, choice.projectName === ''));
  if (choice.projectName !== '') return choice.projectName;
  const variable = reader.environment.get('COMPOSE_PROJECT_NAME') ?? '';
  if (variable !== '') return checkName(variable);
  const last = written.filter((name) => name !== '').at(-1) ?? '';
  if (last !== '') {
    const unset = (name: string): void =>
      reader.warn(`The ${JSON.stringify(name)} variable is not set. Defaulting to a blank string.`);
    const filled = reader.raw
      ? last
      : textOf(mapOf(interpolate({ name: last }, (name) => reader.environment.get(name), { unset }))['name']);
    const name = normaliseName(filled);
    if (name !== '') return name;
  }
  return normaliseName(directory.split('/').at(-1) ?? '');
}

/** The name that a file gives the project. What is no mapping at all is an error of its own. */
function nameIn(reader: Reader, file: string, strict: boolean): string {
  const [document] = readDocuments(readText(reader, file), file);
  const tree = document?.tree ?? null;
  if (tree === null) return '';
  if (isMap(tree)) return typeof tree['name'] === 'object' ? '' : textOf(tree['name']);
  if (!strict) return '';
  const what = isList(tree)
    ? '!!seq'
    : `!!${typeof tree === 'number' ? 'int' : typeof tree === 'boolean' ? 'bool' : 'str'} \`${short(textOf(tree))}\``;
  throw new ComposeError(`yaml: unmarshal errors:\n  line 1: cannot unmarshal ${what} into cli.named`);
}

const short = (text: string): string => (text.length > 10 ? `${text.slice(0, 7)}...` : text);

function toProject(p: Process, model: Model, choice: Choice, options: LoadOptions): Project {
  const { tree, name, directory, reader } = model;
  const { environment, warn } = reader;
  const lookup = (key: string): string | undefined => environment.get(key);
  const all: Record<string, Service> = {};
  const around: Surroundings = {
    directory,
    home: reader.home,
    lookup,
    envFile: (files) => serviceEnvironment(p, reader, files),
    labelFile: (files) => labelFiles(p, files),
  };
  const profiles = [...choice.profiles, ...(environment.get('COMPOSE_PROFILES') ?? '').split(',')].filter(
    (one) => one !== '',
  );
  const active = (profilesOfOne: readonly string[]): boolean =>
    profiles.includes('*') ||
    profilesOfOne.length === 0 ||
    profilesOfOne.some((one) => profiles.includes(one));
  // Files of variables are read only once all else has been found in order.
  const bare: Record<string, Service> = {};
  for (const [key, item] of Object.entries(sortKeys(mapOf(tree['services']))))
    bare[key] = readService(mapOf(item), {
      ...around,
      name: key,
      envFile: () => ({}),
      labelFile: () => ({}),
    });
  const split = (services: Readonly<Record<string, Service>>): Pick<Project, 'services' | 'disabled'> => {
    const entries = Object.entries(services);
    return {
      services: Object.fromEntries(entries.filter(([, one]) => active(one.profiles ?? []))),
      disabled: Object.fromEntries(entries.filter(([, one]) => !active(one.profiles ?? []))),
    };
  };
  const project: Project = {
    name,
    directory,
    files: model.files,
    profiles,
    ...split(bare),
    networks: sortKeys(readNetworks(bare, mapOf(tree['networks']), name)),
    volumes: sortKeys(readVolumes(mapOf(tree['volumes']), name)),
    secrets: sortKeys(readFiles(mapOf(tree['secrets']), name, directory, environment)),
    configs: sortKeys(readFiles(mapOf(tree['configs']), name, directory, environment)),
    environment,
    extensions: extensionsOf(tree),
  };
  if (options.unchecked !== true) checkConsistency(project);
  for (const key of Object.keys(bare)) {
    const item = mapOf(mapOf(tree['services'])[key]);
    const idle = project.services[key] === undefined;
    all[key] = readService(item, {
      ...around,
      name: key,
      ...(idle ? { envFile: () => ({}), labelFile: () => ({}) } : {}),
    });
  }
  void warn;
  return withoutUnused({ ...project, ...split(all) });
}

/** The variables of a service's `env_file`s. Throws ComposeError. */
function serviceEnvironment(p: Process, reader: Reader, tree: Tree): Record<string, string> {
  const out: Record<string, string> = {};
  for (const item of isList(tree) ? tree : [tree]) {
    const path = absolutePath(isMap(item) ? textOf(item['path']) : textOf(item), '/');
    if (!p.fs.exists(path)) {
      if (isMap(item) && item['required'] !== undefined && !flag(item['required'])) continue;
      throw new ComposeError(`env file ${path} not found: stat ${path}: no such file or directory`);
    }
    const source = text(p.fs.read(path));
    const format = isMap(item) ? textOf(item['format']) : '';
    if (format !== '' && format !== 'raw')
      throw new ComposeError(`unsupported env_file format ${JSON.stringify(format)}`);
    const unset = (name: string): void =>
      reader.warn(`The ${JSON.stringify(name)} variable is not set. Defaulting to a blank string.`);
    const lookup = (name: string): string | undefined => reader.environment.get(name) ?? out[name];
    const values = format === 'raw' ? rawFile(source, lookup) : readDotenv(source, path, lookup, unset);
    for (const [name, value] of values) out[name] = value;
  }
  return out;
}

/** `format: raw`: what follows the first `=` is the value as it is. */
function rawFile(source: string, lookup: (name: string) => string | undefined): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of source.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    const value = at < 0 ? lookup(line) : line.slice(at + 1);
    if (value !== undefined) out.set(at < 0 ? line : line.slice(0, at), value);
  }
  return out;
}

function labelFiles(p: Process, tree: Tree): Record<string, string> {
  const out: Record<string, string> = {};
  for (const path of strings(tree)) {
    if (!p.fs.exists(path)) throw new ComposeError(`label file ${path} not found`);
    for (const [name, value] of readDotenv(text(p.fs.read(path)), path, () => undefined)) out[name] = value;
  }
  return out;
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
