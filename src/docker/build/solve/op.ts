import type { DirectoryNode } from '../../kernel/fs/node.ts';
import type { Lines } from '../dockerfile/error.ts';
import type { CopyOptions, MountOption } from '../dockerfile/instructions.ts';

interface OpBase {
  /** What its step is called: `[2/3] RUN make`. */
  title: string;
  readonly lines: Lines;
}

/** An image as a starting point, or as a source of files. */
export interface ImageOp extends OpBase {
  readonly kind: 'image';
  /** Canonical: `docker.io/library/busybox:latest`. */
  readonly reference: string;
}

export interface RunOp extends OpBase {
  readonly kind: 'run';
  readonly parent: Op | undefined;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Passed on, but no part of the cache key (proxies). */
  readonly proxy: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly network: 'default' | 'none' | 'host';
  readonly mounts: readonly { readonly option: MountOption; readonly from: Op | 'context' | undefined }[];
  /** A here-document with `#!` is a file of its own. */
  readonly script: { readonly name: string; readonly content: string } | undefined;
}

export interface CopyOp extends OpBase {
  readonly kind: 'copy';
  readonly parent: Op | undefined;
  /** Where the files come from. */
  readonly source: Op | 'context' | 'scratch';
  readonly options: CopyOptions;
  /** Absolute. */
  readonly target: string;
  readonly unpack: boolean;
  /** ADD of a URL. */
  readonly url: string | undefined;
}

export interface WorkdirOp extends OpBase {
  readonly kind: 'workdir';
  readonly parent: Op | undefined;
  readonly path: string;
  readonly user: string;
}

/** Files of the client that have a name of their own (`--build-context`). */
export interface LocalOp extends OpBase {
  readonly kind: 'local';
  readonly name: string;
  readonly files: DirectoryNode;
}

/** A step that makes or fetches files (an LLB vertex). */
export type Op = ImageOp | RunOp | CopyOp | WorkdirOp | LocalOp;

/** The steps an operation waits for. */
export function inputsOf(op: Op): Op[] {
  if (op.kind === 'image' || op.kind === 'local') return [];
  const parent = op.parent === undefined ? [] : [op.parent];
  if (op.kind === 'copy') return typeof op.source === 'string' ? parent : [...parent, op.source];
  if (op.kind === 'run')
    return [
      ...parent,
      ...op.mounts.flatMap(({ from }) => (from === undefined || from === 'context' ? [] : [from])),
    ];
  return parent;
}
