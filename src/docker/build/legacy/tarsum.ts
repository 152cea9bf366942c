import { Sha256 } from '../../engine/sha256.ts';
import { contentOf, type FsNode } from '../../kernel/fs/node.ts';
import type { Found } from '../solve/copy.ts';

/** The digest of one member of an archive, times left out (moby pkg/tarsum, version 1). */
function memberSum(node: FsNode, path: string): string {
  const type = { file: '0', directory: '5', link: '2', device: '3' }[node.kind];
  const content = node.kind === 'file' ? contentOf(node) : new Uint8Array(0);
  const header: readonly (readonly [string, string | number])[] = [
    ['name', node.kind === 'directory' ? `${path}/` : path],
    ['mode', node.mode],
    ['uid', 0],
    ['gid', 0],
    ['size', content.length],
    ['typeflag', type],
    ['linkname', node.kind === 'link' ? node.target : ''],
    ['uname', ''],
    ['gname', ''],
    ['devmajor', 0],
    ['devminor', 0],
  ];
  const hash = new Sha256();
  for (const [key, value] of header) hash.update(`${key}${value}`);
  return hash.update(content).hex();
}

function sumsBelow(node: FsNode, path: string): string[] {
  const own = path === '' ? [] : [memberSum(node, path)];
  if (node.kind !== 'directory') return own;
  const below = [...node.entries].flatMap(([name, child]) =>
    sumsBelow(child, path === '' ? name : `${path}/${name}`),
  );
  return [...own, ...below];
}

const joined = (sums: readonly string[]): string => new Sha256().update(sums.join(',')).hex();

/**
 * What COPY copies, as the legacy builder names it in history: `file:76bb44cd…`, `dir:…`, `multi:…`
 * (builder/dockerfile/copy.go).
 */
export function sourceSum(found: readonly Found[]): string {
  const each = found.map(({ node, path }) =>
    node.kind === 'directory'
      ? `dir:${joined(sumsBelow(node, path).sort())}`
      : `file:${memberSum(node, path)}`,
  );
  return each.length === 1 ? (each[0] ?? '') : `multi:${joined(each)}`;
}
