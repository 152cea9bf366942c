import { type BuildBase, DockerError, type EngineApi, type StoredImage, type Ulimit } from '../engine/api.ts';
import { canonical, parseReference, withDefaultTag } from '../engine/reference.ts';
import { plainArchive } from '../images/tool/archive.ts';
import type { DirectoryNode } from '../kernel/fs/node.ts';
import { emptyDirectory } from '../kernel/fs/tree.ts';
import type { Process } from '../kernel/process.ts';
import type { Sys } from '../kernel/wait.ts';
import { type BuildContext, type NamedContext, NOT_A_FILE, whole } from './context/context.ts';
import { BuildError, excerpt, type Lines } from './dockerfile/error.ts';
import type { Dockerfile } from './dockerfile/instructions.ts';
import { Linter, type Warning, warningText } from './dockerfile/linter.ts';
import { parseDockerfile } from './dockerfile/parse.ts';
import { didYouMean } from './dockerfile/words.ts';
import type { Progress, Vertex } from './progress/progress.ts';
import { type BuildCache, cacheOf } from './solve/cache.ts';
import { contentDigest } from './solve/copy.ts';
import { exportImage } from './solve/export.ts';
import { Planner, type WantedImage } from './solve/plan.ts';
import { Solver } from './solve/solver.ts';
import type { StageState } from './solve/stage.ts';
import { bytes } from './solve/transfer.ts';

/** What is to be built, and how. */
export interface BuildRequest {
  readonly context: BuildContext;
  readonly tags: readonly string[];
  readonly buildArgs: ReadonlyMap<string, string>;
  /** Name or number of the stage to build; empty for the last. */
  readonly target: string;
  readonly noCache: boolean;
  /** Stages (by name or number) whose steps are run anew. */
  readonly noCacheFilter?: readonly string[];
  /** Ask the registry for base images even if they are here. */
  readonly pull: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: 'default' | 'none' | 'host';
  /** `name:address`. */
  readonly extraHosts: readonly string[];
  readonly shmSize?: number;
  readonly ulimits?: readonly Ulimit[];
  readonly secrets?: ReadonlyMap<string, Uint8Array>;
  /** `--build-context`, by name. */
  readonly contexts?: ReadonlyMap<string, NamedContext>;
  /** Instead of an image: the files of the result. `write` puts them somewhere and tells how many bytes they have. */
  readonly output?:
    | { readonly kind: 'local' | 'tar'; readonly write: (root: DirectoryNode) => number }
    | { readonly kind: 'none' }
    | undefined;
  /** Instead of building: tell what is in the Dockerfile. */
  readonly call?: 'check' | 'outline' | 'targets' | (string & {});
}

/** How a build ended: an image, or a failure that is to be shown. */
export interface BuildOutcome {
  readonly image: StoredImage | undefined;
  readonly error: BuildError | undefined;
  readonly warnings: readonly Warning[];
  /** What `call` wants to know. */
  readonly dockerfile?: Dockerfile;
  readonly planner?: Planner;
}

/**
 * Builds with BuildKit's frontend and solver; shows what it does in `progress`. `p` is the client, whose engine time passes.
 */
export function* build(
  p: Process,
  engine: EngineApi,
  request: BuildRequest,
  progress: Progress,
): Sys<BuildOutcome> {
  const run = new Build(p, engine, request, progress);
  try {
    const image = yield* run.go();
    return { image, error: undefined, warnings: run.warnings, ...run.read };
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    run.close();
    return { image: undefined, error, warnings: run.warnings };
  }
}

/** The excerpt of the Dockerfile around a failure, or nothing. */
export function failureExcerpt(request: BuildRequest, error: BuildError): string {
  const { dockerfile, dockerfileName } = request.context;
  if (error.lines === undefined || typeof dockerfile !== 'string') return '';
  return excerpt(dockerfileName, dockerfile, error.lines);
}

class Build {
  readonly warnings: Warning[] = [];
  /** What was read of the Dockerfile. */
  read: { readonly dockerfile?: Dockerfile; readonly planner?: Planner } = {};
  readonly #p: Process;
  readonly #engine: EngineApi;
  readonly #request: BuildRequest;
  readonly #progress: Progress;
  #definition: Vertex | undefined;
  #definitionEnd = 0;
  #definitionOutcome: 'done' | 'cached' = 'done';

  constructor(p: Process, engine: EngineApi, request: BuildRequest, progress: Progress) {
    this.#p = p;
    this.#engine = engine;
    this.#request =
      request.context.uploaded === true ? { ...request, context: whole(request.context) } : request;
    this.#progress = progress;
  }

  readonly #work = (low: number, high: number): Sys<void> => wait(this.#p, low, high);

  *go(): Sys<StoredImage | undefined> {
    const { kernel } = this.#p;
    const cache = cacheOf(this.#engine, kernel.random, () => kernel.clock.now);
    const { context, buildArgs, target, network } = this.#request;
    cache.lastActivity = kernel.clock.now;
    const uploaded = context.uploaded === true;
    const text = uploaded ? yield* this.#unpackContext(cache) : yield* this.#loadDefinition();
    if (!uploaded) cache.note('source.local', 'dockerfile', 'local source for dockerfile', 8192);
    const { call } = this.#request;
    if (call !== undefined && !CALLS.includes(call)) {
      const message = `unsupported request frontend.${call}`;
      throw new BuildError(`${message}: ${message}`);
    }
    let linter = new Linter();
    const { dockerfile, source } = parseDockerfile(text, ({ directives }) => {
      const written = buildArgs.get('BUILDKIT_DOCKERFILE_CHECK') ?? directives.get('check')?.value;
      linter = new Linter(written, (warning) => this.#warn(warning));
      return linter;
    });
    this.read = { dockerfile };
    if (call === 'targets') {
      this.close();
      return undefined;
    }
    const planner = new Planner(dockerfile, {
      escape: source.escape,
      buildArgs,
      target,
      network,
      ignored: (path) => context.ignore.excludes(path),
      linter,
      everything: call === 'check' && target === '',
      contexts: this.#request.contexts ?? new Map(),
    });
    this.read = { dockerfile, planner };
    planner.prepare();
    const syntax = source.directives.get('syntax');
    if (syntax !== undefined)
      yield* this.#loadFrontend(syntax.value, { start: syntax.line, end: syntax.line });
    // All are asked for at once: those that are here answer before any registry does.
    const here = planner.images.filter((image) => this.#isHere(image));
    for (const image of [...here, ...planner.images.filter((other) => !here.includes(other))]) {
      const { named } = image;
      if (named?.context.kind === 'local') yield* this.#loadIgnore(named.context.context, named.name);
      else planner.found(image, yield* this.#loadMetadata(image, planner.names));
    }
    if (!uploaded) yield* this.#loadIgnore(context);
    if (context.ignore.broken) throw new BuildError('syntax error in pattern');
    const state = planner.plan();
    this.close();
    if (linter.error !== undefined) throw linter.error;
    if (call !== undefined) return undefined;
    const { noCache, noCacheFilter = [] } = this.#request;
    const anew = planner.stepsOf(noCacheFilter);
    const solver = new Solver({
      engine: this.#engine,
      cache,
      progress: this.#progress,
      context: context.files,
      uploaded,
      baseOf: (op) => planner.baseOf(op),
      noCache: (op) => noCache || anew.has(op),
      extraHosts: this.#request.extraHosts,
      shmSize: this.#request.shmSize,
      download: (url) => fromUrl(this.#p, url),
      ulimits: this.#request.ulimits ?? [],
      secrets: this.#request.secrets ?? new Map(),
      plain: (bytes) => plainArchive(kernel, bytes),
      work: this.#work,
    });
    const steps = cache.steps.size;
    yield* solver.solve(state.op);
    if (this.#request.output?.kind === 'none') return undefined;
    if (this.#request.output !== undefined)
      return yield* this.#exportFiles(
        this.#request.output,
        state.op === undefined ? emptyDirectory(kernel.clock.now) : solver.result(state.op).root,
      );
    const stored = yield* exportImage(this.#engine, this.#progress, solver, state, {
      tags: this.#request.tags,
      labels: this.#request.labels,
      baseCreated: this.#baseCreated(planner, state),
      buildRef: `default/default/${cache.newId()}`,
      ran: cache.steps.size > steps || this.#request.noCache,
      work: this.#work,
    });
    return stored;
  }

  *#exportFiles(output: FileOutput, root: DirectoryNode): Sys<undefined> {
    const local = output.kind === 'local';
    const vertex = this.#progress.start(
      local ? 'exporting to client directory' : 'exporting to client tarball',
    );
    const size = output.write(root);
    const end = this.#progress.status(
      vertex,
      local ? 'copying files' : 'sending tarball',
      local ? bytes(size) : '',
    );
    yield* this.#work(10, 30);
    end();
    this.#progress.complete(vertex);
    return undefined;
  }

  #baseCreated(planner: Planner, state: StageState): number | undefined {
    for (let op = state.op; op !== undefined && op.kind !== 'local'; op = op.parent)
      if (op.kind === 'image') return planner.baseOf(op).created;
    return undefined;
  }

  /** Ends the first step: warnings are its last lines, so it stays open until all are known. */
  close(): void {
    if (this.#definition !== undefined)
      this.#progress.complete(this.#definition, this.#definitionOutcome, this.#definitionEnd);
  }

  #warn(warning: Warning): void {
    this.warnings.push(warning);
    if (this.#request.call === undefined) this.#definition?.warnings.push(warningText(warning));
  }

  *#loadDefinition(): Sys<string> {
    const { dockerfile, dockerfileName } = this.#request.context;
    const vertex = this.#progress.start(`[internal] load build definition from ${dockerfileName}`);
    this.#definition = vertex;
    const size =
      dockerfile === undefined
        ? 2
        : dockerfile === NOT_A_FILE
          ? 32
          : dockerfile.length + 27 + dockerfileName.length;
    const end = this.#progress.status(vertex, 'transferring dockerfile:', bytes(size));
    yield* this.#work(2, 8);
    end();
    this.#definitionEnd = this.#progress.now;
    return readText(dockerfile, dockerfileName);
  }

  /** A context that came as an archive is received and unpacked before anything is read of it. */
  *#unpackContext(cache: BuildCache): Sys<string> {
    const { dockerfile, dockerfileName, all } = this.#request.context;
    const digest = contentDigest([{ path: '', node: all }]);
    const outcome = cache.uploads.has(digest) ? 'cached' : 'done';
    const received = this.#progress.start('[internal] load remote build context');
    yield* this.#work(1, 4);
    this.#progress.complete(received, outcome);
    const vertex = this.#progress.start('copy /context /');
    this.#definition = vertex;
    yield* this.#work(5, 15);
    this.#definitionEnd = this.#progress.now;
    cache.uploads.add(digest);
    this.#definitionOutcome = outcome;
    return readText(dockerfile, dockerfileName);
  }

  /** The frontend that `# syntax=` names. Docker's own is built in; its image is looked up all the same. */
  *#loadFrontend(name: string, lines: Lines): Sys<void> {
    const vertex = this.#progress.start(`resolve image config for docker-image://docker.io/${name}`);
    const own = /^(?:docker\.io\/)?docker\/dockerfile(?::[\w.-]+)?$/.test(name);
    try {
      if (own) yield* this.#engine.buildFrontend();
      else {
        yield* this.#engine.buildResolve(canonical(withDefaultTag(parseReference(name))), { pull: false });
        const message = `muelle: the syntax ${name} is not simulated here`;
        this.#progress.fail(vertex, message);
        throw new BuildError(message, lines);
      }
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      if (!own) {
        const reference = name;
        const { step, whole } = resolveFailure(
          { reference: `docker.io/${name}`, written: reference, lines },
          error,
        );
        this.#progress.fail(vertex, step);
        throw new BuildError(whole.replace(`${reference}: `, ''), lines, step);
      }
      this.#progress.fail(vertex, error.message);
      throw new BuildError(error.message, lines);
    }
    this.#progress.complete(vertex);
  }

  #isHere({ reference }: WantedImage): boolean {
    try {
      this.#engine.imageInspect(reference);
      return true;
    } catch (error) {
      if (error instanceof DockerError) return false;
      throw error;
    }
  }

  *#loadMetadata(image: WantedImage, names: readonly string[]): Sys<BuildBase> {
    const { named } = image;
    const vertex = this.#progress.start(
      named?.context.kind === 'image'
        ? `[context ${named.name}] load metadata for ${named.context.written}`
        : `[internal] load metadata for ${image.reference}`,
    );
    try {
      const base = yield* this.#engine.buildResolve(image.reference, { pull: this.#request.pull });
      this.#progress.complete(vertex);
      return base;
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      const { step, whole } = resolveFailure(image, error);
      this.#progress.fail(vertex, step);
      const hint = error.id === 'build-untrusted' ? '' : didYouMean(image.written, [...names, ...COMMON]);
      const said = named === undefined ? whole + hint : whole.replace(`${image.written}: `, '');
      throw new BuildError(said, image.lines, step);
    }
  }

  *#loadIgnore({ ignoreSize }: BuildContext, name?: string): Sys<void> {
    const vertex = this.#progress.start(
      `[${name === undefined ? 'internal' : `context ${name}`}] load .dockerignore`,
    );
    const end = this.#progress.status(
      vertex,
      `transferring ${name ?? 'context'}:`,
      bytes(ignoreSize === undefined ? 2 : ignoreSize + 40),
    );
    yield* this.#work(1, 4);
    end();
    this.#progress.complete(vertex);
    if (name !== undefined) return;
    const { kernel } = this.#p;
    const cache = cacheOf(this.#engine, kernel.random, () => kernel.clock.now);
    if (!cache.others.has('context')) cache.note('source.local', 'context', 'local source for context', 4096);
  }
}

/** Images whose names BuildKit thinks of when one is not found. */
const COMMON = ['alpine', 'busybox', 'centos', 'debian', 'golang', 'ubuntu', 'fedora'].flatMap((name) => [
  name,
  `${name}:latest`,
]);

type FileOutput = Extract<NonNullable<BuildRequest['output']>, { readonly write: unknown }>;

const CALLS = ['check', 'outline', 'targets'];

function readText(dockerfile: BuildContext['dockerfile'], name: string): string {
  if (dockerfile === undefined)
    throw new BuildError(`failed to read dockerfile: open ${name}: no such file or directory`);
  if (dockerfile === NOT_A_FILE)
    throw new BuildError(`failed to read dockerfile: ${name} is not a regular file`);
  return dockerfile;
}

/** A registry's refusal in BuildKit's words. */
function resolveFailure(image: WantedImage, error: DockerError): { step: string; whole: string } {
  if (error.id === 'build-untrusted')
    return { step: `failed to authorize: ${error.message}`, whole: error.message };
  let step = error.message.replace(/^failed to resolve reference "[^"]*": /, '');
  if (error.id === 'pull-denied')
    step =
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
  return {
    step,
    whole: `${image.written}: failed to resolve source metadata for ${image.reference}: ${step}`,
  };
}

function* wait(p: Process, low: number, high: number): Sys<void> {
  const until = p.kernel.clock.now + p.kernel.random.between(low, high);
  while (p.kernel.clock.now < until) yield { queues: [], until };
}

function* fromUrl(p: Process, url: string): Sys<Uint8Array | string> {
  const { download } = yield* p.kernel.external(import('../images/tool/download.ts'));
  return yield* download(p, url);
}
