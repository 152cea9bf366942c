import { type FsNode, sizeOf } from '../../kernel/fs/node.ts';

/** Bytes of what the client tells about files before any content (names and metadata). */
export function announced(node: FsNode, path: string): number {
  const own = path === '' ? 0 : 19 + path.length;
  if (node.kind !== 'directory') return own;
  let sum = own;
  for (const [name, child] of node.entries) sum += announced(child, path === '' ? name : `${path}/${name}`);
  return sum;
}

/** Bytes of contents that the builder does not have yet. */
export function unsent(node: FsNode, known: FsNode | undefined): number {
  if (node === known) return 0;
  if (node.kind === 'file') {
    const same = known?.kind === 'file' && known.data === node.data;
    const size = sizeOf(node);
    return same || size === 0 ? 0 : size + 6;
  }
  if (node.kind !== 'directory') return 0;
  let sum = 0;
  for (const [name, child] of node.entries)
    sum += unsent(child, known?.kind === 'directory' ? known.entries.get(name) : undefined);
  return sum;
}

/** Go's `%.2f` sizes as progress shows them: 1536 ⇒ `1.54kB`. */
export function bytes(count: number): string {
  let value = count;
  for (const unit of ['B', 'kB', 'MB']) {
    if (value < 1000) return `${unit === 'B' ? value : value.toFixed(2)}${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(2)}GB`;
}
