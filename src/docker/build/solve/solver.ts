import { type BuildBase, DockerError, type EngineApi, type Ulimit } from '../../engine/api.ts';
import { usageOf } from '../../engine/images/layer.ts';
import { digestOf } from '../../engine/sha256.ts';
import { Errno } from '../../kernel/errno.ts';
import { contentOf, type DirectoryNode, type FsNode } from '../../kernel/fs/node.ts';
import { emptyDirectory } from '../../kernel/fs/tree.ts';
import type { Sys } from '../../kernel/wait.ts';
import { nodeAt } from '../context/context.ts';
import { BuildError } from '../dockerfile/error.ts';
import type { Progress, Vertex } from '../progress/progress.ts';
import type { BuildCache } from './cache.ts';
import { ContextStep, inOrder } from './context-step.ts';
import {
  AbsentDirectory,
  CopyError,
  contentDigest,
  copyInto,
  type Found,
  findSources,
  makeDirectory,
} from './copy.ts';
import { missingSecret, mountsOf, mountVariables } from './mounts.ts';
import {
  type CopyOp,
  type ImageOp,
  inputsOf,
  type LocalOp,
  type Op,
  type RunOp,
  type WorkdirOp,
} from './op.ts';
import { announced, bytes, unsent } from './transfer.ts';

/** What a step has come to. */
export interface Result {
  readonly key: string;
  readonly root: DirectoryNode;
  readonly created: number;
}

export interface SolverInit {
  readonly engine: EngineApi;
  readonly cache: BuildCache;
  readonly progress: Progress;
  readonly context: DirectoryNode;
  /** The context was unpacked already. */
  readonly uploaded: boolean;
  readonly baseOf: (op: ImageOp) => BuildBase;
  /** Must this step run, whatever the cache holds? */
  readonly noCache: (op: Op) => boolean;
  readonly extraHosts: readonly string[];
  readonly shmSize: number | undefined;
  /** Gets what ADD of a URL wants: its bytes, or the reason in Go's words. */
  readonly download: (url: string) => Sys<Uint8Array | string>;
  /** Takes compression off an archive. */
  readonly plain: (bytes: Uint8Array) => Sys<Uint8Array>;
  readonly ulimits: readonly Ulimit[];
  /** Files and variables that `--secret` gives, by id. */
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  /** Lets engine time pass. */
  readonly work: (low: number, high: number) => Sys<void>;
}

/** Step of an image, whose end is told when it is clear whether its files are needed. */
interface PendingImage {
  readonly vertex: Vertex | undefined;
  readonly base: BuildBase;
  done: boolean;
}

const SCRATCH: DirectoryNode = emptyDirectory(0);

/** Runs steps in the order of their inputs; what is in the cache is not run. Failures are BuildErrors. */
export class Solver {
  readonly #init: SolverInit;
  readonly #results = new Map<Op, Result>();
  readonly #images = new Map<ImageOp, PendingImage>();
  readonly #renewed = new Set<string>();
  #context: ContextStep;

  constructor(init: SolverInit) {
    this.#init = init;
    this.#context = new ContextStep(init, []);
  }

  /** Runs what `last` needs, and it. */
  *solve(last: Op | undefined): Sys<void> {
    if (last === undefined) return;
    const ops = inOrder(last);
    this.#context = new ContextStep(this.#init, ops);
    for (const op of ops) {
      if (op.kind === 'image') yield* this.#image(op);
      else if (op.kind === 'local') yield* this.#local(op);
      else {
        // The client sends its files while the first steps run.
        yield* this.#context.load(() => this.#leaveAll('done'));
        yield* this.#step(op);
      }
    }
    if (last.kind === 'image') yield* this.#need(last);
    for (const op of this.#images.keys()) this.#leave(op);
  }

  result(op: Op): Result {
    const result = this.#results.get(op);
    if (result === undefined) throw new Error(`no result of ${op.title}`);
    return result;
  }

  #fail(op: Op, vertex: Vertex, message: string, whole = message): never {
    this.#init.progress.fail(vertex, message);
    throw new BuildError(whole, op.lines, message);
  }

  // ---- images --------------------------------------------------------------------------------------------------

  *#image(op: ImageOp): Sys<void> {
    const base = this.#init.baseOf(op);
    const { progress } = this.#init;
    const vertex = progress.start(op.title);
    const end = progress.status(vertex, `resolve ${op.reference}@${base.id}`);
    yield* this.#init.work(1, 5);
    end();
    this.#images.set(op, { vertex, base, done: false });
    this.#results.set(op, { key: base.id, root: base.root, created: base.created ?? 0 });
  }

  /** A step is about to run on an image. */
  *#need(op: Op | undefined): Sys<void> {
    if (op === undefined || op.kind !== 'image') return;
    const pending = this.#images.get(op);
    if (pending === undefined || pending.done) return;
    pending.done = true;
    const { progress, cache } = this.#init;
    const { vertex, base } = pending;
    if (vertex === undefined) return;
    const known = cache.loaded.has(base.root);
    if (!known) {
      if (!base.local) yield* this.#download(vertex, base);
      cache.put(
        `image ${base.id}`,
        `pulled from ${op.reference}@${base.id}`,
        base.root,
        usageOf(SCRATCH, base.root),
      );
    }
    progress.complete(vertex, known ? 'cached' : 'done');
  }

  *#download(vertex: Vertex, base: BuildBase): Sys<void> {
    const { progress, work } = this.#init;
    for (const layer of base.layers) {
      const end = progress.status(vertex, layer.digest, `${bytes(layer.size)} / ${bytes(layer.size)}`);
      yield* work(layer.size / 12_000, layer.size / 11_000);
      end();
    }
    for (const layer of base.layers) {
      const end = progress.status(vertex, `extracting ${layer.digest}`);
      yield* work(layer.size / 40_000, layer.size / 36_000);
      end();
    }
  }

  /** Nothing ran on an image: only its digest was of interest. */
  #leave(op: ImageOp, outcome: 'done' | 'canceled' = 'done'): void {
    const pending = this.#images.get(op);
    if (pending?.vertex === undefined || pending.done) return;
    pending.done = true;
    this.#init.progress.complete(pending.vertex, outcome);
  }

  #leaveAll(outcome: 'done' | 'canceled'): void {
    for (const op of this.#images.keys()) this.#leave(op, outcome);
  }

  /** Files of a named context come from the client. */
  *#local(op: LocalOp): Sys<void> {
    const { progress, work } = this.#init;
    const vertex = progress.start(op.title);
    const end = progress.status(
      vertex,
      `transferring ${op.name}:`,
      bytes(announced(op.files, '') + unsent(op.files, undefined)),
    );
    yield* work(1, 4);
    end();
    progress.complete(vertex);
    const key = contentDigest([{ path: '', node: op.files }]);
    this.#results.set(op, { key, root: op.files, created: progress.now });
  }

  // ---- steps ---------------------------------------------------------------------------------------------------

  *#step(op: RunOp | CopyOp | WorkdirOp): Sys<void> {
    const { cache, progress, noCache } = this.#init;
    if (op.kind === 'run') {
      yield* this.#checkMounts(op);
    }
    if (op.kind === 'copy' && typeof op.source !== 'string') yield* this.#need(op.source);
    const prepared = op.kind === 'copy' ? yield* this.#prepare(op) : undefined;
    const key = this.#key(op, prepared);
    const hit = noCache(op) ? undefined : cache.find(key);
    if (hit !== undefined) {
      for (const input of inputsOf(op)) if (input.kind === 'image') this.#leave(input);
      this.#results.set(op, { key, root: hit.root, created: hit.created });
      progress.complete(progress.start(op.title), 'cached');
      return;
    }
    for (const input of inputsOf(op)) yield* this.#need(input);
    const before = this.#parentRoot(op);
    const vertex = progress.start(op.title);
    const root =
      op.kind === 'run'
        ? yield* this.#run(op, vertex, before)
        : op.kind === 'copy'
          ? yield* this.#copy(op, vertex, before, prepared ?? [])
          : yield* this.#workdir(op, vertex, before);
    progress.complete(vertex);
    const what = op.kind === 'run' ? `mount / from exec ${op.args.join(' ')}` : op.title;
    const entry = cache.put(key, what, root, usageOf(before, root), before);
    this.#results.set(op, { key, root, created: entry.created });
  }

  /** What a bind mount is to show must be there. */
  *#checkMounts(op: RunOp): Sys<void> {
    for (const { option, from } of op.mounts) {
      const source = option.options.get('source') ?? '';
      if (option.type !== 'bind' || from === undefined) continue;
      if (from !== 'context') yield* this.#need(from);
      const root = from === 'context' ? this.#init.context : this.result(from).root;
      if (nodeAt(root, source) !== undefined) continue;
      const path = `/${source
        .split('/')
        .filter((name) => name !== '' && name !== '.')
        .join('/')}`;
      this.#failChecksum(op, `${JSON.stringify(path)}: not found`);
    }
  }

  #failChecksum(op: RunOp | CopyOp, reason: string): never {
    const { cache, progress } = this.#init;
    const message = `failed to calculate checksum of ref ${cache.instance}::${cache.newId()}: ${reason}`;
    this.#leaveAll('done');
    return this.#fail(op, progress.start(op.title), message, `failed to compute cache key: ${message}`);
  }

  #parentRoot(op: RunOp | CopyOp | WorkdirOp): DirectoryNode {
    return op.parent === undefined ? SCRATCH : this.result(op.parent).root;
  }

  #key(op: RunOp | CopyOp | WorkdirOp, found: readonly Found[] | undefined): string {
    const parent = op.parent === undefined ? 'scratch' : this.result(op.parent).key;
    if (op.kind === 'workdir') return digestOf(JSON.stringify([parent, 'workdir', op.path, op.user]));
    if (op.kind === 'copy') {
      const { sources, inline, chown, chmod, parents, exclude } = op.options;
      const names = (found ?? []).map(({ path }) => path.split('/').at(-1));
      const content = contentDigest(found ?? []);
      const what = [sources.length, names, inline, chown, chmod, parents, exclude, op.target, op.unpack];
      return digestOf(JSON.stringify([parent, 'copy', content, what]));
    }
    const mounts = op.mounts.map(({ option, from }) => [
      option.type,
      [...option.options],
      from === undefined || from === 'context' || option.type === 'cache'
        ? this.#mountContent(option.options, from)
        : this.result(from).key,
    ]);
    return digestOf(
      JSON.stringify([
        parent,
        'run',
        op.args,
        op.env,
        op.cwd,
        op.user,
        op.network,
        mounts,
        op.script,
        this.#init.extraHosts,
      ]),
    );
  }

  #mountContent(options: ReadonlyMap<string, string>, from: Op | 'context' | undefined): string {
    if (from !== 'context') return '';
    const node = nodeAt(this.#init.context, options.get('source') ?? '/');
    return node === undefined ? '' : contentDigest([{ path: '', node }]);
  }

  // ---- files ---------------------------------------------------------------------------------------------------

  /** Finds the files to copy. Throws for one that is missing. */
  *#prepare(op: CopyOp): Sys<Found[]> {
    const { context } = this.#init;
    if (op.url !== undefined) return yield* this.#fromUrl(op, op.url);
    if (op.source === 'scratch' && op.options.sources.length === 0) return [];
    const root =
      op.source === 'context' ? context : op.source === 'scratch' ? SCRATCH : this.result(op.source).root;
    const hasDirectory =
      op.source === 'context'
        ? (path: string): boolean => path === '' || this.#context.isSent(path)
        : (path: string): boolean => nodeAt(root, path) !== undefined;
    try {
      return findSources(root, op.options.sources, op.options.exclude, hasDirectory);
    } catch (error) {
      if (!(error instanceof CopyError)) throw error;
      if (error instanceof AbsentDirectory) this.#failCopy(op, error.message);
      // Files of the very step it builds on need no checksum to be told apart: the copy itself finds nothing.
      const missing = /^"(.*)": not found$/.exec(error.message)?.[1];
      if (op.source === op.parent && missing !== undefined) {
        yield* this.#need(op.parent);
        this.#failCopy(op, `lstat ${missing}: no such file or directory`);
      }
      return this.#failChecksum(op, error.message);
    }
  }

  #failCopy(op: CopyOp, message: string): never {
    this.#leaveAll('done');
    return this.#fail(op, this.#init.progress.start(op.title), message);
  }

  /** ADD of a URL: the file comes with mode 0600, as BuildKit gives it. */
  *#fromUrl(op: CopyOp, url: string): Sys<Found[]> {
    const { progress } = this.#init;
    if (!/^https?:/.test(url))
      this.#fail(op, progress.start(op.title), `muelle: ADD of a git repository is not simulated here`);
    // The download is a step of its own under the same title.
    const vertex = progress.start(op.title);
    const got = yield* this.#init.download(url);
    if (typeof got === 'string') {
      const message = got.startsWith('invalid response') ? got : `Get ${JSON.stringify(url)}: ${got}`;
      progress.fail(vertex, message);
      this.#leaveAll('canceled');
      throw new BuildError(`failed to load cache key: ${message}`, undefined, message);
    }
    progress.complete(vertex);
    const path = url.replace(/[?#].*$/, '').replace(/^.*\//, '') || 'download';
    return [
      {
        path,
        node: { kind: 'file', owner: {}, data: got, mode: 0o600, uid: 0, gid: 0, mtime: progress.now },
      },
    ];
  }

  *#copy(op: CopyOp, vertex: Vertex, before: DirectoryNode, found: readonly Found[]): Sys<DirectoryNode> {
    const { inline, chown, chmod, parents } = op.options;
    yield* this.#init.work(8, 25);
    const inflated = new Map<FsNode, Uint8Array>();
    for (const { node } of op.unpack ? found : []) {
      if (node.kind !== 'file') continue;
      const bytes = contentOf(node);
      const plain = yield* this.#init.plain(bytes);
      if (plain !== bytes) inflated.set(node, plain);
    }
    const plan = {
      found,
      inflated,
      inline,
      target: op.target,
      several: false,
      chown,
      chmod,
      // What comes from a URL stays as it is.
      unpack: op.unpack && op.url === undefined,
      parents,
      asRoot:
        op.source === 'context'
          ? !this.#init.uploaded
          : typeof op.source === 'object' && op.source.kind === 'local',
    };
    return this.#files(op, vertex, () => copyInto(before, plan, this.#init.progress.now));
  }

  *#workdir(op: WorkdirOp, vertex: Vertex, before: DirectoryNode): Sys<DirectoryNode> {
    yield* this.#init.work(8, 20);
    return this.#files(op, vertex, () => makeDirectory(before, op.path, this.#init.progress.now));
  }

  /** Changes files; what cannot be done fails the step. */
  #files(op: Op, vertex: Vertex, change: () => DirectoryNode): DirectoryNode {
    try {
      return change();
    } catch (error) {
      if (error instanceof CopyError) this.#fail(op, vertex, error.message);
      if (error instanceof Errno) this.#fail(op, vertex, error.message.toLowerCase());
      throw error;
    }
  }

  // ---- processes -----------------------------------------------------------------------------------------------

  *#run(op: RunOp, vertex: Vertex, root: DirectoryNode): Sys<DirectoryNode> {
    const { engine, progress, extraHosts, shmSize } = this.#init;
    const { secrets } = this.#init;
    const missing = missingSecret(op, secrets);
    if (missing !== undefined) this.#fail(op, vertex, `secret ${missing}: not found`);
    const process = `process ${JSON.stringify(op.args.join(' '))} did not complete successfully`;
    try {
      const { exitCode, root: after } = yield* engine.buildRun({
        root,
        args: op.args,
        env: [...op.proxy, ...op.env, ...mountVariables(op, secrets)],
        cwd: op.cwd,
        user: op.user,
        network: op.network,
        extraHosts,
        mounts: mountsOf(op, {
          secrets,
          cache: this.#init.cache,
          renewed: this.#renewed,
          anew: this.#init.noCache(op),
          now: progress.now,
          rootOf: (from) =>
            from === 'context' ? this.#init.context : from === undefined ? SCRATCH : this.result(from).root,
        }),
        ...(shmSize === undefined ? {} : { shmSize }),
        ulimits: this.#init.ulimits,
        onOutput: (output) => progress.log(vertex, output),
      });
      if (exitCode !== 0) this.#fail(op, vertex, `${process}: exit code: ${exitCode}`);
      return after;
    } catch (error) {
      if (error instanceof DockerError) this.#fail(op, vertex, `${process}: ${error.message}`);
      if (error instanceof Errno) this.#fail(op, vertex, `${process}: ${error.message.toLowerCase()}`);
      throw error;
    }
  }
}
