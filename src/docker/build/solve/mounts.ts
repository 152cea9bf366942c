import { text, utf8 } from '../../kernel/bytes.ts';
import type { DirectoryNode, FsNode } from '../../kernel/fs/node.ts';
import { emptyDirectory, Tree } from '../../kernel/fs/tree.ts';
import type { Mount } from '../../kernel/fs/vfs.ts';
import type { MountOption } from '../dockerfile/instructions.ts';
import type { BuildCache } from './cache.ts';
import type { Op, RunOp } from './op.ts';
import { absolute } from './text.ts';

type Options = MountOption['options'];

/** Under which name a `--mount=type=secret` wants its secret. */
export const secretId = (options: Options): string =>
  options.get('id') ?? options.get('source') ?? options.get('target')?.split('/').at(-1) ?? '';

/** What the mounts of a RUN are made of. */
export interface MountSources {
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  readonly cache: BuildCache;
  /** Caches that this build has begun anew. */
  readonly renewed: Set<string>;
  /** With `--no-cache`, a build begins with empty cache mounts. */
  readonly anew: boolean;
  readonly now: number;
  /** The files of the context or of a step. */
  readonly rootOf: (from: Op | 'context' | undefined) => DirectoryNode;
}

/** Makes the mounts of a RUN. */
export function mountsOf(op: RunOp, sources: MountSources): Mount[] {
  const out = op.mounts.flatMap(({ option, from }) => {
    if (option.type === 'secret') return secretMount(option.options, sources) ?? [];
    return option.type === 'ssh' ? [] : ordinaryMount(op, option, from, sources);
  });
  if (op.script === undefined) return out;
  const { name, content } = op.script;
  const script = oneFile(name, utf8(content), { mode: 0o755, uid: 0, gid: 0 }, sources.now);
  return [...out, { target: '/dev/pipes', tree: script, at: [], readOnly: true, type: 'overlay' }];
}

/** What the mounts of a RUN add to its environment. */
export function mountVariables(op: RunOp, secrets: MountSources['secrets']): string[] {
  let agents = 0;
  return op.mounts.flatMap(({ option: { type, options } }) => {
    if (type === 'ssh') {
      // There is no agent behind it: `docker build --ssh` is what would bring one.
      const place = options.get('target') ?? `/run/buildkit/ssh_agent.${agents++}`;
      return [`SSH_AUTH_SOCK=${place}`];
    }
    const name = options.get('env');
    const value = type === 'secret' ? secrets.get(secretId(options)) : undefined;
    return value === undefined || name === undefined ? [] : [`${name}=${text(value)}`];
  });
}

/** A secret that must be there and is not. */
export const missingSecret = (op: RunOp, secrets: MountSources['secrets']): string | undefined =>
  op.mounts
    .filter(({ option }) => option.type === 'secret' && option.required)
    .map(({ option }) => secretId(option.options))
    .find((id) => !secrets.has(id));

function oneFile(
  name: string,
  data: Uint8Array,
  meta: { readonly mode: number; readonly uid: number; readonly gid: number },
  now: number,
): Tree {
  const tree = new Tree(emptyDirectory(now));
  const node: FsNode = { kind: 'file', owner: {}, data, ...meta, mtime: now };
  tree.put([name], node, now);
  return tree;
}

function numbers(options: Options, mode: number): { mode: number; uid: number; gid: number } {
  const number = (key: string, base: number): number | undefined =>
    options.has(key) ? Number.parseInt(options.get(key) ?? '', base) : undefined;
  return { mode: number('mode', 8) ?? mode, uid: number('uid', 10) ?? 0, gid: number('gid', 10) ?? 0 };
}

function secretMount(options: Options, { secrets, now }: MountSources): Mount | undefined {
  const id = secretId(options);
  const value = secrets.get(id);
  const target = options.get('target');
  if (value === undefined || (options.has('env') && target === undefined)) return undefined;
  const tree = oneFile('secret', value, numbers(options, 0o400), now);
  return { target: target ?? `/run/secrets/${id}`, tree, at: ['secret'], readOnly: true, type: 'tmpfs' };
}

function ordinaryMount(
  op: RunOp,
  { type, options, readOnly }: MountOption,
  from: Op | 'context' | undefined,
  sources: MountSources,
): Mount {
  const { cache, now, rootOf } = sources;
  const target = absolute(options.get('target') ?? '', op.cwd);
  if (type === 'tmpfs')
    return { target, tree: new Tree(emptyDirectory(now)), at: [], readOnly: false, type: 'tmpfs' };
  const at = (options.get('source') ?? '').split('/').filter((name) => name !== '' && name !== '.');
  if (type !== 'cache') return { target, tree: new Tree(rootOf(from)), at, readOnly, type: 'overlay' };
  const id = options.get('id') ?? target;
  if (sources.anew && !sources.renewed.has(id)) cache.dropMount(id);
  sources.renewed.add(id);
  const first = from === undefined ? { ...emptyDirectory(now), ...numbers(options, 0o755) } : rootOf(from);
  const what = `cached mount ${target} from exec ${op.args.join(' ')} with id "/${id}"`;
  return { target, tree: cache.mount(id, what, first), at: [], readOnly, type: 'ext4' };
}
