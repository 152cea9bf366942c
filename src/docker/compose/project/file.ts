import { text } from '../../kernel/bytes.ts';
import { absolutePath, type Vfs } from '../../kernel/fs/vfs.ts';
import { ComposeError } from '../error.ts';
import { readDotenv } from '../file/dotenv.ts';
import { interpolate, type Lookup } from '../file/interpolate.ts';
import { readDocuments, type Source } from '../file/read.ts';
import { checkSchema } from '../file/schema.ts';
import { isList, isMap, mapOf, type Tree, type TreeMap, textOf } from '../file/tree.ts';
import { canonical, checkValues, withDefaults, withPaths } from './canonical.ts';
import { layer, withoutRepeats, withoutReset } from './layers.ts';

/** What reading files needs of the outside, and how far it is to go. */
export interface Reader {
  readonly fs: Vfs;
  readonly home: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly warn: (message: string) => void;
  /** Leaves variables as they are. */
  readonly raw: boolean;
  /** Standard input, where a file is `-`. */
  readonly input: string | undefined;
}

/** The text of a file. Throws ComposeError in the words of the system. */
export function readText({ fs, input }: Reader, file: string): string {
  if (file === '-') return input ?? '';
  if (!fs.exists(file)) throw new ComposeError(`open ${file}: no such file or directory`);
  if (fs.isDirectory(file)) throw new ComposeError(`read ${file}: is a directory`);
  return text(fs.read(file));
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** Reads, fills in, extends, includes, merges and checks files: the model in its long form. Throws ComposeError. */
export function readModel(
  reader: Reader,
  files: readonly string[],
  directory: string,
  included: readonly string[] = [],
): TreeMap {
  let model: TreeMap = {};
  for (const file of files) {
    const source = readText(reader, file);
    for (const document of readDocuments(source, file))
      model = addDocument(reader, model, document, file, directory, [...included, file]);
  }
  model = withDefaults(model);
  checkValues(model);
  return withPaths(model, directory, reader.home);
}

function addDocument(
  reader: Reader,
  model: TreeMap,
  document: Source,
  file: string,
  directory: string,
  included: readonly string[],
): TreeMap {
  const { warn } = reader;
  if (document.tree === null) return model;
  if (!isMap(document.tree)) throw new ComposeError('top-level object must be a mapping');
  const filled = fill(reader, document.tree);
  const extended = extendAll(reader, filled, file, directory, document.resets);
  const whole = includeAll(reader, extended, directory, included);
  const under = mapOf(withoutReset(model, document.resets));
  const merged = mapOf(withoutRepeats(layer(under, whole)));
  checkSchema(merged, file);
  const { version, ...kept } = merged;
  if (version !== undefined)
    warn(
      `${file}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
    );
  return mapOf(withoutRepeats(canonical(kept, warn, reader.raw)));
}

function fill({ environment, warn, raw }: Reader, tree: TreeMap): TreeMap {
  if (raw) return tree;
  const lookup: Lookup = (name) => environment.get(name);
  const unset = (name: string): void =>
    warn(`The ${JSON.stringify(name)} variable is not set. Defaulting to a blank string.`);
  return mapOf(interpolate(tree, lookup, { unset, warn }));
}

/** Puts what a service `extends` below it. */
function extendAll(
  reader: Reader,
  tree: TreeMap,
  file: string,
  directory: string,
  resets: readonly string[],
): TreeMap {
  const services = tree['services'];
  if (services === undefined) return tree;
  if (!isMap(services)) throw new ComposeError('services must be a mapping');
  const resolve = (name: string, from: TreeMap, place: Place): Tree => {
    const service = from[name] ?? null;
    if (service === null) return null;
    if (!isMap(service)) throw new ComposeError(`services.${name} must be a mapping`);
    const { extends: base, ...own } = service;
    if (base === undefined) return service;
    const wanted = isMap(base) ? base['service'] : base;
    if (typeof wanted !== 'string') throw new ComposeError(`extends.${name}.service is required`);
    const written = isMap(base) ? textOf(base['file']) : '';
    const next = written === '' ? { from, place } : otherFile(reader, written, place, name, wanted);
    if (written === '' && from[wanted] === undefined)
      throw new ComposeError(
        `cannot extend service ${JSON.stringify(name)} in ${place.file}: service ${JSON.stringify(wanted)} not found`,
      );
    // The chain is told by the file's name as it was written.
    const link = { file: written === '' ? place.file : written, service: name };
    if (place.chain.some((one) => one.file === link.file && one.service === link.service))
      throw circle([...place.chain, link]);
    const below = resolve(wanted, next.from, { ...next.place, chain: [...place.chain, link] });
    if (below === null) return service;
    const kept = mapOf(withoutReset({ services: { [name]: below } }, resets));
    return layer(mapOf(kept['services'])[name] ?? {}, own, 'services.x');
  };
  const place: Place = { file, folder: directory, chain: [] };
  return {
    ...tree,
    services: Object.fromEntries(Object.keys(services).map((name) => [name, resolve(name, services, place)])),
  };
}

interface Place {
  readonly file: string;
  /** Where relative names of other files begin. */
  readonly folder: string;
  readonly chain: readonly { file: string; service: string }[];
}

function circle(chain: Place['chain']): ComposeError {
  const lines = chain.map(({ file, service }, at) => `  ${at === 0 ? '' : 'extends '}${service} in ${file}`);
  return new ComposeError(['Circular reference:', ...lines].join('\n'));
}

function otherFile(
  reader: Reader,
  written: string,
  place: Place,
  name: string,
  wanted: string,
): { from: TreeMap; place: Place } {
  const path = absolutePath(written, place.folder);
  const [document] = readDocuments(readText(reader, path), path);
  const filled = fill(reader, mapOf(document?.tree));
  const services = filled['services'];
  const problem = `cannot extend service ${JSON.stringify(name)} in `;
  if (services === undefined) throw new ComposeError(`${problem}${path}: no services section`);
  if (!isMap(services)) throw new ComposeError(`${problem}${path}: services must be a mapping`);
  if (services[wanted] === undefined)
    throw new ComposeError(
      `${problem}${place.file}: service ${JSON.stringify(wanted)} not found in ${written}`,
    );
  const long = withPaths(canonical(filled, reader.warn, reader.raw), folderOf(path), reader.home);
  return { from: mapOf(long['services']), place: { ...place, file: path, folder: folderOf(path) } };
}

const SECTIONS = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'] as const;

/** Adds what `include` names: whole projects, whose paths are theirs. */
function includeAll(reader: Reader, tree: TreeMap, directory: string, included: readonly string[]): TreeMap {
  const { include, ...own } = tree;
  if (include === undefined || include === null) return own;
  if (!isList(include)) throw new ComposeError(`\`include\` must be a list, got ${textOf(include)}`);
  const out: Record<string, Tree> = { ...own };
  for (const item of include) {
    const map = isMap(item) ? item : { path: item };
    const list = (key: string): string[] => {
      const value = map[key];
      return value === undefined ? [] : isList(value) ? value.map(textOf) : [textOf(value)];
    };
    const paths = list('path').map((path) => absolutePath(path, directory));
    const [first = ''] = paths;
    if (included.includes(first))
      throw new ComposeError(
        `include cycle detected:\n${included[0] ?? ''}\n include ${[...included.slice(1), first].join('\n include ')}`,
      );
    const folder =
      map['project_directory'] === undefined
        ? folderOf(first)
        : absolutePath(textOf(map['project_directory']), directory);
    const own = list('env_file').map((path) => absolutePath(path, directory));
    for (const file of own)
      if (!reader.fs.exists(file)) throw new ComposeError(`stat ${file}: no such file or directory`);
    const usual = `${folder}/.env`;
    const files = own.length > 0 ? own : reader.fs.exists(usual) ? [usual] : [];
    const environment = new Map(readEnvFiles(reader, files));
    for (const [key, value] of reader.environment) environment.set(key, value);
    const imported = readModel({ ...reader, environment }, paths, folder, included);
    for (const section of SECTIONS) {
      const from = imported[section];
      if (from === undefined) continue;
      const to = mapOf(out[section]);
      for (const [name, value] of Object.entries(mapOf(from)))
        if (to[name] !== undefined && JSON.stringify(to[name]) !== JSON.stringify(value))
          throw new ComposeError(`${section}.${name} conflicts with imported resource`);
      out[section] = { ...to, ...mapOf(from) };
    }
  }
  return out;
}

/** The variables of `.env` files, later ones over earlier. Throws ComposeError. */
export function readEnvFiles(
  { fs, environment, warn }: Pick<Reader, 'fs' | 'environment' | 'warn'>,
  files: readonly string[],
): Map<string, string> {
  const out = new Map<string, string>();
  const unset = (name: string): void =>
    warn(`The ${JSON.stringify(name)} variable is not set. Defaulting to a blank string.`);
  for (const file of files) {
    if (!fs.exists(file)) throw new ComposeError(`couldn't find env file: ${file}`);
    const values = readDotenv(
      text(fs.read(file)),
      file,
      (name) => environment.get(name) ?? out.get(name),
      unset,
    );
    for (const [name, value] of values) out.set(name, value);
  }
  return out;
}
