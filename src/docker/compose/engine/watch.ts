import { IgnoreList } from '../../build/context/ignore.ts';
import { type TarEntry, treeEntries } from '../../kernel/fs/tar.ts';
import type { Vfs } from '../../kernel/fs/vfs.ts';
import type { Watch } from '../project/model.ts';

/** A file that is other than it was. */
export interface Change {
  readonly service: string;
  readonly action: string;
  /** Where it belongs in the container. */
  readonly target: string;
  /** What it is now; nothing if it is gone. */
  readonly file: TarEntry | undefined;
}

/** Looks after the files of one rule of `develop.watch`. */
export class Watched {
  readonly #fs: Vfs;
  readonly #service: string;
  readonly #rule: Watch;
  readonly #ignored: IgnoreList;
  readonly #included: IgnoreList | undefined;
  #known: ReadonlyMap<string, TarEntry>;

  constructor(fs: Vfs, service: string, rule: Watch) {
    this.#fs = fs;
    this.#service = service;
    this.#rule = rule;
    this.#ignored = new IgnoreList((rule.ignore ?? []).join('\n'));
    this.#included = rule.include === undefined ? undefined : new IgnoreList(rule.include.join('\n'));
    this.#known = this.#look();
  }

  /** The files by their path below the rule's own; that itself is the empty path if it is a file. */
  #look(): ReadonlyMap<string, TarEntry> {
    const { path } = this.#rule;
    const { node } = this.#fs.exists(path) ? this.#fs.resolve(path) : { node: undefined };
    const out = new Map<string, TarEntry>();
    if (node === undefined) return out;
    for (const entry of treeEntries(node, node.kind === 'directory' ? '' : '.')) {
      const name = entry.path === '.' ? '' : entry.path;
      if (entry.kind === 'directory' || this.#ignored.excludes(name)) continue;
      if (this.#included?.excludes(name) !== false) out.set(name, entry);
    }
    return out;
  }

  /** What changed since this was asked last. */
  changes(): Change[] {
    const now = this.#look();
    const before = this.#known;
    this.#known = now;
    const differs = (name: string): boolean => {
      const [a, b] = [before.get(name), now.get(name)];
      return a?.mtime !== b?.mtime || a?.data !== b?.data || a?.mode !== b?.mode;
    };
    const { action, target = '' } = this.#rule;
    return [...new Set([...before.keys(), ...now.keys()])].filter(differs).map((name) => ({
      service: this.#service,
      action,
      target: name === '' ? target : `${target.replace(/\/$/, '')}/${name}`,
      file: now.get(name),
    }));
  }
}
