import type { DirectoryNode } from '../../kernel/fs/node.ts';
import { CopyError, type Found, findSources } from '../solve/copy.ts';
import type { CopyOp, ImageOp } from '../solve/op.ts';

/** A build that failed: what is printed, the exit code, and whether the daemon refused it before it began. */
export class LegacyError extends Error {
  readonly code: number;
  readonly refused: boolean;

  constructor(message: string, code = 1, refused = false) {
    super(message);
    this.code = code;
    this.refused = refused;
  }
}

/** What COPY or ADD takes from the context or from another image (`rootOf`). Throws LegacyError. */
export function legacySources(
  op: CopyOp,
  context: DirectoryNode,
  rootOf: (image: string) => DirectoryNode,
): Found[] {
  const { sources, exclude } = op.options;
  const kind = op.unpack ? 'ADD' : 'COPY';
  const fromContext = op.source === 'context' || op.source === 'scratch';
  if (op.url !== undefined) {
    const host = /^https?:\/\/([^/:?#]+)/.exec(op.url)?.[1] ?? op.url;
    throw new LegacyError(
      `ADD failed: Get ${JSON.stringify(op.url)}: dial tcp: lookup ${host} on 10.0.2.3:53: no such host`,
    );
  }
  const root = fromContext ? context : rootOf((op.source as ImageOp).reference);
  const found: Found[] = [];
  for (const source of sources) {
    try {
      found.push(...findSources(root, [source], exclude));
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      const name = source.replace(/^\/+/, '');
      if (fromContext && /(?:^|\/)\.\.(?:\/|$)/.test(source))
        throw new LegacyError(`${kind} failed: forbidden path outside the build context: ${source} ()`);
      throw new LegacyError(
        fromContext
          ? `${kind} failed: file not found in build context or excluded by .dockerignore: stat ${name}: file does not exist`
          : `${kind} failed: stat ${source}: file does not exist`,
      );
    }
  }
  if (found.length === 0) throw new LegacyError(`${kind} failed: no source files were specified`);
  if (found.length > 1 && !op.target.endsWith('/'))
    throw new LegacyError(
      `When using ${kind} with more than one source file, the destination must be a directory and end with a /`,
    );
  return found;
}
