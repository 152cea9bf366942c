import { text } from '../../kernel/bytes.ts';
import type { DirectoryNode, FsNode } from '../../kernel/fs/node.ts';
import { contentOf } from '../../kernel/fs/node.ts';
import { readTar, type TarEntry } from '../../kernel/fs/tar.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import { IgnoreList } from './ignore.ts';

/** Where the Dockerfile should be there is a directory. */
export const NOT_A_FILE = Symbol('not a file');
export type NotAFile = typeof NOT_A_FILE;

/** What a build is given: a Dockerfile and files. */
export interface BuildContext {
  /** Undefined: there is none where it should be. */
  readonly dockerfile: string | undefined | NotAFile;
  /** For messages and excerpts: `Dockerfile`. */
  readonly dockerfileName: string;
  /** What `.dockerignore` leaves. */
  readonly files: DirectoryNode;
  readonly ignore: IgnoreList;
  /** Bytes of `.dockerignore`; undefined if there is none. */
  readonly ignoreSize: number | undefined;
  /** The whole directory, before `.dockerignore`. */
  readonly all: DirectoryNode;
  /** The context came as an archive: the builder unpacks it as a step of its own, and applies no `.dockerignore`. */
  readonly uploaded?: boolean;
}

/** `--build-context NAME=…`: what a FROM or `--from` of that name means. */
export type NamedContext =
  | { readonly kind: 'image'; readonly written: string }
  | { readonly kind: 'local'; readonly context: BuildContext };

/** An archive as BuildKit takes it. */
export const whole = (context: BuildContext): BuildContext => ({
  ...context,
  files: context.all,
  ignore: new IgnoreList(''),
  ignoreSize: undefined,
});

/** The node at a path of names, links in between not followed. */
export function nodeAt(root: DirectoryNode, path: string): FsNode | undefined {
  let node: FsNode | undefined = root;
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    if (node?.kind !== 'directory') return undefined;
    node = node.entries.get(name);
  }
  return node;
}

/**
 * A context from a directory. `dockerfile` is its text if it comes from elsewhere (`missing`: there is none), else
 * `dockerfileName` is its path inside; `ownIgnore` is the text of a `NAME.dockerignore` beside it.
 */
export function directoryContext(
  all: DirectoryNode,
  dockerfileName: string,
  dockerfile?: string | { readonly none: 'missing' | 'not a file' },
  ownIgnore?: string,
): BuildContext {
  const inside = nodeAt(all, dockerfileName);
  const own = nodeAt(all, `${dockerfileName}.dockerignore`);
  const ignoreFile = own?.kind === 'file' ? own : nodeAt(all, '.dockerignore');
  const ignoreText = ownIgnore ?? (ignoreFile?.kind === 'file' ? text(contentOf(ignoreFile)) : undefined);
  const ignore = new IgnoreList(ignoreText ?? '');
  return {
    dockerfile: dockerfile === undefined ? readNode(inside) : given(dockerfile),
    dockerfileName: dockerfileName.split('/').at(-1) ?? 'Dockerfile',
    files: ignore.filter(all),
    ignore,
    ignoreSize: ignoreText?.length,
    all,
  };
}

function given(dockerfile: string | { readonly none: 'missing' | 'not a file' }): BuildContext['dockerfile'] {
  if (typeof dockerfile === 'string') return dockerfile;
  return dockerfile.none === 'missing' ? undefined : NOT_A_FILE;
}

function readNode(node: FsNode | undefined): BuildContext['dockerfile'] {
  if (node === undefined) return undefined;
  return node.kind === 'file' ? text(contentOf(node)) : NOT_A_FILE;
}

/** A context of a Dockerfile alone, as `docker build -` reads it. */
export function loneDockerfile(dockerfile: string, time: number): BuildContext {
  return directoryContext(emptyDirectory(time), 'Dockerfile', dockerfile);
}

/** A context from an archive; undefined if the bytes are none. */
export function tarContext(
  bytes: Uint8Array,
  dockerfileName: string,
  time: number,
): BuildContext | undefined {
  const entries = readTar(bytes);
  if (entries === undefined) return undefined;
  const tree = new Tree(emptyDirectory(time));
  for (const entry of entries) putTarEntry(tree, [], entry, time);
  return { ...directoryContext(tree.snapshot(), dockerfileName), uploaded: true };
}

/** Unpacks one member of an archive below a directory of a tree. */
export function putTarEntry(tree: Tree, below: readonly string[], entry: TarEntry, time: number): void {
  const names = entry.path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
  if (names.length === 0) return;
  const path = [...below, ...names];
  for (let depth = 1; depth < path.length; depth++) {
    const parent = path.slice(0, depth);
    if (tree.get(parent)?.kind !== 'directory') tree.put(parent, emptyDirectory(time), time);
  }
  const { mode, uid, gid, mtime } = entry;
  const meta = { mode, uid, gid, mtime };
  const old = tree.get(path);
  if (entry.kind === 'directory') {
    if (old?.kind === 'directory') tree.change(path, meta);
    else tree.put(path, { ...emptyDirectory(mtime), ...meta }, time);
  } else if (entry.kind === 'link') tree.put(path, { kind: 'link', target: entry.target, ...meta }, time);
  else if (entry.kind === 'hardlink') {
    const target = tree.get([
      ...below,
      ...entry.target.split('/').filter((name) => name !== '' && name !== '.'),
    ]);
    if (target !== undefined) tree.put(path, target, time);
  } else tree.put(path, { kind: 'file', data: entry.data, program: entry.program, ...meta }, time);
}
