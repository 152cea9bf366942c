import { ComposeError } from '../../../compose/error.ts';
import { readDotenv } from '../../../compose/file/dotenv.ts';
import { interpolate } from '../../../compose/file/interpolate.ts';
import { readYaml } from '../../../compose/file/read.ts';
import { isList, isMap, mapOf, type Tree, type TreeMap, textOf } from '../../../compose/file/tree.ts';
import { merge } from '../../../compose/project/merge.ts';
import type { Service } from '../../../compose/project/model.ts';
import { readService } from '../../../compose/project/service.ts';
import { text } from '../../../kernel/bytes.ts';
import { absolutePath } from '../../../kernel/fs/vfs.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Sys } from '../../../kernel/wait.ts';
import { CliError } from '../../failure.ts';
import { readHostFile } from '../../run/files.ts';
import { checkStackFile, ignored } from './schema.ts';

/** A stack as its files describe it. */
export interface StackFile {
  readonly version: string;
  readonly directory: string;
  /** In the order of the file: as read, and as written (for what Compose reads otherwise). */
  readonly services: Readonly<Record<string, { readonly read: Service; readonly tree: TreeMap }>>;
  readonly networks: TreeMap;
  readonly volumes: TreeMap;
  readonly secrets: TreeMap;
  readonly configs: TreeMap;
}

/** Reads and merges stack files. Says on standard error what is ignored. Throws CliError. */
export function* loadStack(
  p: Process,
  paths: readonly string[],
  options: { interpolate: boolean } = { interpolate: true },
): Sys<StackFile> {
  if (paths.length === 0) throw new CliError('specify a Compose file (with --compose-file)');
  const [first = '-'] = paths;
  const directory =
    first === '-'
      ? p.cwd
      : absolutePath(first.includes('/') ? first.slice(0, first.lastIndexOf('/')) || '/' : '.', p.cwd);
  const trees: TreeMap[] = [];
  for (const path of paths) {
    const source = path === '-' ? text(yield* p.readAll(0)) : text(readHostFile(p, path));
    trees.push(readOne(p, source, path, options.interpolate));
  }
  for (const tree of trees) checkStackFile(tree);
  const notes = ignored(trees);
  if (notes !== '') yield* p.error(notes);
  const merged = trees.reduce<TreeMap>((all, tree) => mapOf(merge(all, tree)), {});
  const services = Object.entries(mapOf(merged['services'])).map(([name, item]) => {
    const tree = mapOf(item);
    const read = wrapped(() =>
      readService(tree, {
        directory,
        home: p.env.get('HOME') ?? '/root',
        lookup: (key) => p.env.get(key),
        envFile: (files) => readEnvFiles(p, files, directory),
      }),
    );
    if ((read.image ?? '') === '')
      throw new CliError(`invalid image reference for service ${name}: no image specified`);
    return [name, { read, tree }] as const;
  });
  return {
    version: textOf(trees[0]?.['version']) || '3.13',
    directory,
    services: Object.fromEntries(services),
    networks: mapOf(merged['networks']),
    volumes: mapOf(merged['volumes']),
    secrets: mapOf(merged['secrets']),
    configs: mapOf(merged['configs']),
  };
}

/** Compose's complaints are this command's, too. */
function wrapped<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ComposeError) throw new CliError(error.message);
    throw error;
  }
}

function readOne(p: Process, source: string, path: string, fill: boolean): TreeMap {
  // A list that is never closed: go-yaml misses what should follow.
  const open = source.trimEnd().split('\n');
  if (/[[{]$/.test(open.at(-1) ?? ''))
    throw new CliError(`yaml: line ${open.length}: did not find expected node content`);
  const tree = wrapped(() => readYaml(source, path));
  if (!fill) return tree;
  return wrapped(() => mapOf(interpolate(tree, (name) => p.env.get(name), { unset: () => {} })));
}

function readEnvFiles(p: Process, tree: Tree, directory: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const item of isList(tree) ? tree : [tree]) {
    const written = isMap(item) ? textOf(item['path']) : textOf(item);
    const path = absolutePath(written, directory);
    if (!p.fs.exists(path)) throw new CliError(`open ${path}: no such file or directory`);
    for (const [key, value] of readDotenv(text(p.fs.read(path)), path, (name) => p.env.get(name)))
      out[key] = value;
  }
  return out;
}
