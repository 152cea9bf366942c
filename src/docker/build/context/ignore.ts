import type { DirectoryNode, FsNode } from '../../kernel/fs/node.ts';

interface Pattern {
  readonly test: RegExp;
  /** `!pattern`: takes back. */
  readonly exception: boolean;
}

/**
 * The patterns of a `.dockerignore` (moby/patternmatcher): the last that matches a path or one of its directories decides.
 * `new IgnoreList('*.log\n!keep.log').excludes('a.log')` ⇒ true
 */
export class IgnoreList {
  readonly #patterns: readonly Pattern[];
  readonly #exceptions: boolean;
  /** A pattern that Go's filepath.Match refuses. */
  readonly broken: boolean;

  constructor(text: string) {
    this.#patterns = text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map(readPattern);
    this.broken = text.split('\n').some((line) => !line.startsWith('#') && /\[[^\]]*$/.test(line));
    this.#exceptions = this.#patterns.some((pattern) => pattern.exception);
  }

  excludes(path: string): boolean {
    const names = path.split('/');
    const paths = names.map((_, i) => names.slice(0, i + 1).join('/'));
    let excluded = false;
    for (const { test, exception } of this.#patterns)
      if (exception === excluded && paths.some((at) => test.test(at))) excluded = !exception;
    return excluded;
  }

  /** A directory without what is excluded; an excluded directory stays if something in it does. */
  filter(root: DirectoryNode): DirectoryNode {
    return this.#patterns.length === 0 ? root : this.#keep(root, '');
  }

  #keep(directory: DirectoryNode, path: string): DirectoryNode {
    const entries = new Map<string, FsNode>();
    for (const [name, node] of directory.entries) {
      const here = path === '' ? name : `${path}/${name}`;
      const excluded = this.excludes(here);
      if (node.kind !== 'directory') {
        if (!excluded) entries.set(name, node);
      } else if (!excluded || this.#exceptions) {
        const kept = this.#keep(node, here);
        if (!excluded || kept.entries.size > 0) entries.set(name, kept);
      }
    }
    return { ...directory, owner: {}, entries };
  }
}

function readPattern(line: string): Pattern {
  const exception = line.startsWith('!');
  const written = exception ? line.slice(1).trim() : line;
  const names = written.split('/').filter((name) => name !== '' && name !== '.');
  return { test: globRegExp(names.join('/')), exception };
}

/** A path pattern as a test: `*` and `?` stay within a name, `**` does not. */
export function globRegExp(pattern: string): RegExp {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern[i] ?? '';
    if (ch === '*' && pattern[i + 1] === '*') {
      i++;
      if (pattern[i + 1] === '/') {
        i++;
        out += '(?:.*/)?';
      } else out += '.*';
    } else if (ch === '*') out += '[^/]*';
    else if (ch === '?') out += '[^/]';
    else if (ch === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) out += '\\[';
      else {
        out += `[${pattern.slice(i + 1, end).replaceAll('\\', '\\\\')}]`;
        i = end;
      }
    } else if (ch === '\\' && i + 1 < pattern.length) out += escaped(pattern[++i] ?? '');
    else out += escaped(ch);
  }
  return new RegExp(`^${out}$`, 's');
}

const escaped = (ch: string): string => ch.replace(/[.+^${}()|[\]\\*?/-]/g, '\\$&');
