/** What a file system holds. Nodes are immutable once shared: a `Tree` changes only nodes that carry its own owner mark. */
export interface Meta {
  /** Permission bits, e.g. 0o755. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Modification time in milliseconds. */
  readonly mtime: number;
}

export interface FileNode extends Meta {
  readonly kind: 'file';
  readonly owner: object;
  /** The bytes, or only a size for the padding of big binaries (read as zeros). */
  readonly data: Uint8Array | number;
  /** Id of the program that executing this file runs; scripts have none and start with `#!`. */
  readonly program?: string | undefined;
}

export interface DirectoryNode extends Meta {
  readonly kind: 'directory';
  readonly owner: object;
  readonly entries: ReadonlyMap<string, FsNode>;
}

export interface LinkNode extends Meta {
  readonly kind: 'link';
  readonly target: string;
}

/** A device or a synthetic file (/dev/null, /proc/uptime): its content is made when it is read. */
export interface DeviceNode extends Meta {
  /** Takes what is written to a synthetic file (/proc/sys). */
  readonly set?: (bytes: Uint8Array) => void;
  readonly kind: 'device';
  readonly device:
    | 'null'
    | 'zero'
    | 'full'
    | 'random'
    | 'tty'
    | 'stdin'
    | 'stdout'
    | 'stderr'
    | 'socket'
    | (() => Uint8Array);
}

export type FsNode = FileNode | DirectoryNode | LinkNode | DeviceNode;

/** Bytes of a file as `ls -l` shows them. */
export function sizeOf(node: FsNode): number {
  if (node.kind === 'file') return typeof node.data === 'number' ? node.data : node.data.length;
  if (node.kind === 'link') return node.target.length;
  return node.kind === 'directory' ? 4096 : 0;
}

/** The bytes of a file; padding reads as zeros. */
export function contentOf(node: FileNode): Uint8Array {
  return typeof node.data === 'number' ? new Uint8Array(node.data) : node.data;
}
