import { describe, expect, it } from 'vitest';
import { IgnoreList } from '../../../src/docker/build/context/ignore.ts';
import { contentDigest, copyInto, findSources, makeDirectory } from '../../../src/docker/build/solve/copy.ts';
import { utf8 } from '../../../src/docker/kernel/bytes.ts';
import type { DirectoryNode } from '../../../src/docker/kernel/fs/node.ts';
import { treeEntries } from '../../../src/docker/kernel/fs/tar.ts';
import { emptyDirectory, Tree } from '../../../src/docker/kernel/fs/tree.ts';

function tree(files: Readonly<Record<string, string>>, time = 1): DirectoryNode {
  const made = new Tree(emptyDirectory(time));
  for (const [path, content] of Object.entries(files)) {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++)
      if (made.get(names.slice(0, depth)) === undefined)
        made.put(names.slice(0, depth), emptyDirectory(time), time);
    made.put(
      names,
      { kind: 'file', data: utf8(content), mode: 0o644, uid: 1000, gid: 1000, mtime: time },
      time,
    );
  }
  return made.snapshot();
}

const paths = (root: DirectoryNode): string[] => [...treeEntries(root, '')].map(({ path }) => path);

const copy = (
  root: DirectoryNode,
  from: DirectoryNode,
  sources: string[],
  target: string,
  more = {},
): DirectoryNode => {
  const found = findSources(from, sources, []);
  return copyInto(
    root,
    {
      found,
      inline: [],
      target,
      several: found.length > 1,
      chown: '',
      chmod: '',
      unpack: false,
      parents: false,
      asRoot: true,
      ...more,
    },
    5000,
  );
};

describe('.dockerignore', () => {
  it.each([
    ['*.log', 'a.log', true],
    ['*.log', 'dir/a.log', false],
    ['**/*.log', 'dir/a.log', true],
    ['**/*.log', 'a.log', true],
    ['node_modules', 'node_modules/x/y', true],
    ['/dist/', 'dist/a', true],
    ['*\n!keep', 'keep', false],
    ['*\n!keep', 'other', true],
    ['!a\na', 'a', true],
    ['# x\n\n  b  ', 'b', true],
    ['?.txt', 'ab.txt', false],
    ['[ab].txt', 'b.txt', true],
  ])('%j and %s', (text, path, excluded) => {
    expect(new IgnoreList(text).excludes(path)).toBe(excluded);
  });

  it('keeps excluded directories that hold exceptions', () => {
    const root = tree({ 'src/deep/b': '', 'src/deep/c': '', 'src/a': '' });
    expect(paths(new IgnoreList('src/deep\n!src/deep/b').filter(root))).toEqual([
      'src',
      'src/a',
      'src/deep',
      'src/deep/b',
    ]);
  });
});

describe('COPY', () => {
  const context = tree({ 'top.txt': 'top', 'src/a.txt': 'a', 'src/deep/b.txt': 'b' });
  const root = tree({ 'etc/passwd': 'root:x:0:0::/:\nweb:x:33:34::/:\n', 'etc/group': 'staff:x:50:\n' });

  it.each([
    [['src'], '/dst', ['dst', 'dst/a.txt', 'dst/deep', 'dst/deep/b.txt']],
    [['top.txt'], '/x', ['x']],
    [['top.txt'], '/dir/', ['dir', 'dir/top.txt']],
    [['top.txt'], '/etc', ['etc/top.txt']],
    [['*.txt', 'src/a.txt'], '/two', ['two', 'two/a.txt', 'two/top.txt']],
    [['no*'], '/none', []],
  ])('%j to %s', (sources, target, added) => {
    const before = new Set(paths(root));
    expect(paths(copy(root, context, sources, target)).filter((path) => !before.has(path))).toEqual(added);
  });

  it('says what is missing', () => {
    expect(() => findSources(context, ['../gone'], [])).toThrow('"/gone": not found');
  });

  it('changes owner and mode', () => {
    const node = (more: object) => copy(root, context, ['top.txt'], '/x', more).entries.get('x');
    expect(node({})).toMatchObject({ uid: 0, gid: 0, mode: 0o644, mtime: 1 });
    expect(node({ chown: 'web:staff', chmod: 'u+x,go-r' })).toMatchObject({ uid: 33, gid: 50, mode: 0o700 });
    expect(node({ chown: '7', chmod: '600' })).toMatchObject({ uid: 7, gid: 7, mode: 0o600 });
  });

  it('follows links of the target, and does not go through files', () => {
    const made = new Tree(root);
    made.put(['link'], { kind: 'link', target: '/etc', mode: 0o777, uid: 0, gid: 0, mtime: 1 }, 1);
    expect(paths(copy(made.snapshot(), context, ['top.txt'], '/link/'))).toContain('etc/top.txt');
    expect(() => makeDirectory(root, '/etc/passwd/x', 1)).toThrow('lstat /etc/passwd/x: not a directory');
  });

  it('has a digest of contents, not of times', () => {
    const digest = (files: Record<string, string>, time: number) =>
      contentDigest(findSources(tree(files, time), ['d'], []));
    expect(digest({ 'd/a': '1' }, 1)).toBe(digest({ 'd/a': '1' }, 9));
    expect(digest({ 'd/a': '1' }, 1)).not.toBe(digest({ 'd/a': '2' }, 1));
    expect(digest({ 'd/a': '1' }, 1)).not.toBe(digest({ 'd/b': '1' }, 1));
  });
});
