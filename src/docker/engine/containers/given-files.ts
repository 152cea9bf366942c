import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Mount } from '../../kernel/fs/vfs.ts';

/** A file the engine hands to a container: a secret (in memory) or a config of a swarm. */
export interface GivenFile {
  readonly target: string;
  readonly data: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly inMemory: boolean;
}

/** Its read-only mount. */
export function givenMount(file: GivenFile, time: number): Mount {
  const name = file.target.split('/').at(-1) ?? file.target;
  const tree = new Tree(emptyDirectory(time));
  const { data, mode, uid, gid } = file;
  tree.put([name], { kind: 'file', data, mode, uid, gid, mtime: time }, time);
  return {
    target: file.target,
    tree,
    at: [name],
    readOnly: true,
    ...(file.inMemory ? { type: 'tmpfs', source: 'tmpfs' } : { type: 'ext4', source: '/dev/vda' }),
  };
}
