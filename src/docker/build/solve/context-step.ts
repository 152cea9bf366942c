import { usageOf } from '../../engine/images/layer.ts';
import type { DirectoryNode } from '../../kernel/fs/node.ts';
import { emptyDirectory } from '../../kernel/fs/tree.ts';
import type { Sys } from '../../kernel/wait.ts';
import { nodeAt } from '../context/context.ts';
import { BuildError } from '../dockerfile/error.ts';
import type { Progress } from '../progress/progress.ts';
import type { BuildCache } from './cache.ts';
import { CopyError, type Found, findSources } from './copy.ts';
import { inputsOf, type Op } from './op.ts';
import { announced, bytes, unsent } from './transfer.ts';

interface ContextInit {
  readonly cache: BuildCache;
  readonly progress: Progress;
  readonly context: DirectoryNode;
  readonly uploaded: boolean;
  readonly work: (low: number, high: number) => Sys<void>;
}

const SCRATCH: DirectoryNode = emptyDirectory(0);

/** The step that receives the client's files: those that any step asks for. */
export class ContextStep {
  readonly #init: ContextInit;
  readonly #paths: readonly string[];
  #loaded = false;

  constructor(init: ContextInit, ops: readonly Op[]) {
    this.#init = init;
    this.#paths = ops.flatMap(contextPaths);
  }

  /** Receives them, once; `stop` is called before a failure. */
  *load(stop: () => void): Sys<void> {
    if (this.#loaded || this.#paths.length === 0 || this.#init.uploaded) return;
    this.#loaded = true;
    const { progress, cache, context } = this.#init;
    const vertex = progress.start('[internal] load build context');
    const broken = this.#paths.some((path) => /\[[^\]]*$/.test(path));
    if (broken) {
      const message = `rpc error: code = Unknown desc = invalid includepatterns: [${this.#paths.join(' ')}]: syntax error in pattern`;
      stop();
      progress.fail(vertex, message);
      throw new BuildError(message, undefined, message);
    }
    const end = progress.status(vertex, 'transferring context:');
    const known = cache.others.get('context')?.root;
    let amount = 2;
    let data = 0;
    for (const source of this.#paths) {
      let found: readonly Found[] = [];
      try {
        found = findSources(context, [source], []);
      } catch (error) {
        // The step that wants it says so.
        if (!(error instanceof CopyError)) throw error;
      }
      for (const { path, node } of found) {
        amount += announced(node, path);
        data += unsent(node, known === undefined ? undefined : nodeAt(known, path));
      }
    }
    const status = vertex.statuses.at(-1);
    if (status !== undefined) status.amount = bytes(amount + data);
    yield* this.#init.work(1 + data / 50_000, 4 + data / 40_000);
    end();
    progress.complete(vertex);
    cache.note('source.local', 'context', 'local source for context', usageOf(SCRATCH, context), context);
  }

  /** Does any step bring a directory of the context along? The client sends only what steps ask for. */
  isSent(path: string): boolean {
    return this.#paths.some((wanted) => {
      const inside = wanted === '' || path === wanted || path.startsWith(`${wanted}/`);
      if (inside) return nodeAt(this.#init.context, path) !== undefined;
      if (!wanted.startsWith(`${path}/`)) return false;
      try {
        return findSources(this.#init.context, [wanted], []).length > 0;
      } catch (error) {
        if (error instanceof CopyError) return false;
        throw error;
      }
    });
  }
}

/** Paths of the context that a step asks for. */
function contextPaths(op: Op): string[] {
  const wanted =
    op.kind === 'copy' && op.source === 'context'
      ? op.options.sources
      : op.kind === 'run'
        ? op.mounts.flatMap(({ option, from }) =>
            from === 'context' ? [option.options.get('source') ?? ''] : [],
          )
        : [];
  return wanted.map((path) =>
    path
      .split('/')
      .filter((name) => name !== '' && name !== '.')
      .join('/'),
  );
}

/** Steps with their inputs first. */
export function inOrder(last: Op): Op[] {
  const out = new Set<Op>();
  const visit = (op: Op): void => {
    if (out.has(op)) return;
    for (const input of inputsOf(op)) visit(input);
    out.add(op);
  };
  visit(last);
  return [...out];
}
