import { Errno } from '../../kernel/errno.ts';
import { sizeOf } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';

/** What a request for a path of a folder finds. */
export type Found =
  | { readonly kind: 'file'; readonly path: string; readonly body: Uint8Array; readonly mtime: number }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly entries: readonly { name: string; directory: boolean; size: number; mtime: number }[];
    }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'missing' };

/** Looks a request's path up below a root; a directory gives its index file, or what is in it. */
export function lookUp(
  p: Process,
  root: string,
  path: string,
  indexes: readonly string[],
  as: { uid: number; gid: number },
): Found {
  const full = `${root.replace(/\/$/, '')}${path}`;
  const credentials = { ...as, groups: [as.gid] };
  try {
    const node = p.fs.stat(full, '/', credentials);
    if (node.kind === 'directory') {
      if (!path.endsWith('/')) return { kind: 'redirect' };
      for (const name of indexes) {
        const candidate = `${full}${name}`;
        if (p.fs.exists(candidate) && !p.fs.isDirectory(candidate))
          return {
            kind: 'file',
            path: candidate,
            body: p.fs.read(candidate, '/', credentials),
            mtime: p.fs.stat(candidate).mtime,
          };
      }
      const entries = p.fs
        .list(full, '/', credentials)
        .sort()
        .map((name) => {
          const child = p.fs.lstat(`${full}${name}`);
          return { name, directory: child.kind === 'directory', size: sizeOf(child), mtime: child.mtime };
        });
      return { kind: 'directory', path: full, entries };
    }
    return { kind: 'file', path: full, body: p.fs.read(full, '/', credentials), mtime: node.mtime };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return error.code === 'EACCES' ? { kind: 'denied' } : { kind: 'missing' };
  }
}

/** `&<>"` as entities. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
