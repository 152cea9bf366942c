import { DockerError, type EngineApi, type ProgressMessage } from '../../engine/api.ts';
import type { ImageConfig } from '../../images/types.ts';
import type { DirectoryNode } from '../../kernel/fs/node.ts';
import type { Process } from '../../kernel/process.ts';
import type { Sys } from '../../kernel/wait.ts';
import { type BuildContext, NOT_A_FILE } from '../context/context.ts';
import { BuildError } from '../dockerfile/error.ts';
import { ExpandError, expand } from '../dockerfile/expand.ts';
import type { Dockerfile, Instruction, OfKind, Stage } from '../dockerfile/instructions.ts';
import { Linter } from '../dockerfile/linter.ts';
import { parseDockerfile, parseTrigger } from '../dockerfile/parse.ts';
import { CopyError, copyInto, makeDirectory } from '../solve/copy.ts';
import type { CopyOp, ImageOp, Op, RunOp } from '../solve/op.ts';
import { StageBuilder, type StageState } from '../solve/stage.ts';
import { execute } from './execute.ts';
import { nopRow } from './rows.ts';
import { LegacyError, legacySources } from './sources.ts';
import { sourceSum } from './tarsum.ts';

/** What the legacy builder is asked for. */
export interface LegacyRequest {
  readonly context: BuildContext;
  readonly tags: readonly string[];
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly target: string;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  readonly extraHosts: readonly string[];
  /** Remove containers of steps that succeeded, and of those that failed. */
  readonly remove: boolean;
  readonly forceRemove: boolean;
}

/** Images by the step that made them on an image: `docker build`'s cache of before BuildKit. */
const caches = new WeakMap<EngineApi, Map<string, string>>();

/** Builds as the daemon did before BuildKit: a container and an image for each step. Returns the image's ID. */
export function* legacyBuild(
  p: Process,
  engine: EngineApi,
  request: LegacyRequest,
  print: (text: string) => Sys<void>,
  showPull: (message: ProgressMessage) => Sys<void>,
): Sys<string> {
  const { dockerfile, dockerfileName } = request.context;
  if (dockerfile === undefined || dockerfile === NOT_A_FILE)
    throw new LegacyError(`Cannot locate specified Dockerfile: ${dockerfileName}`, 1, true);
  if (dockerfile === '') throw new LegacyError(`the Dockerfile (${dockerfileName}) cannot be empty`, 1, true);
  try {
    const { dockerfile: parsed, source } = parseDockerfile(dockerfile);
    const builder = new LegacyBuilder(p, engine, request, parsed, source.escape, print, showPull);
    return yield* builder.run();
  } catch (error) {
    if (error instanceof BuildError || error instanceof ExpandError || error instanceof CopyError)
      throw new LegacyError(error.message, 1, true);
    throw error;
  }
}

interface Made {
  readonly image: string;
  readonly state: StageState;
}

class LegacyBuilder {
  readonly #p: Process;
  readonly #engine: EngineApi;
  readonly #request: LegacyRequest;
  readonly #dockerfile: Dockerfile;
  readonly #escape: string;
  readonly #print: (text: string) => Sys<void>;
  readonly #showPull: (message: ProgressMessage) => Sys<void>;
  readonly #cache: Map<string, string>;
  readonly #made: Made[] = [];
  readonly #declared = new Set<string>();
  #step = 0;
  #cached = true;

  constructor(
    p: Process,
    engine: EngineApi,
    request: LegacyRequest,
    dockerfile: Dockerfile,
    escapeChar: string,
    print: (text: string) => Sys<void>,
    showPull: (message: ProgressMessage) => Sys<void>,
  ) {
    this.#p = p;
    this.#engine = engine;
    this.#request = request;
    this.#dockerfile = dockerfile;
    this.#escape = escapeChar;
    this.#print = print;
    this.#showPull = showPull;
    this.#cache = caches.get(engine) ?? new Map();
    caches.set(engine, this.#cache);
  }

  *run(): Sys<string> {
    const { target, buildArgs, tags } = this.#request;
    const stages = this.#stages(target);
    const globals = this.#dockerfile.globals;
    const total = globals.length + stages.reduce((sum, stage) => sum + 1 + stage.commands.length, 0);
    for (const instruction of globals) {
      yield* this.#announce(instruction, total);
      for (const { key } of instruction.args) this.#declared.add(key);
    }
    let last = '';
    for (const stage of stages) last = yield* this.#stage(stage, total);
    if (Object.keys(this.#request.labels).length > 0) last = this.#label(last);
    const unused = [...buildArgs.keys()].filter((key) => !this.#declared.has(key));
    if (unused.length > 0)
      yield* this.#print(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed\n`);
    yield* this.#print(`Successfully built ${short(last)}\n`);
    for (const tag of tags) {
      this.#engine.imageTag(last, tag);
      yield* this.#print(
        `Successfully tagged ${this.#engine.imageInspect(tag).RepoTags.find((name) => name === tag || name === `${tag}:latest`) ?? tag}\n`,
      );
    }
    return last;
  }

  #stages(target: string): readonly Stage[] {
    const { stages } = this.#dockerfile;
    if (target === '') return stages;
    const at = stages.findIndex(({ from }) => from.name === target.toLowerCase());
    const index = at < 0 && /^\d+$/.test(target) ? Number(target) : at;
    if (index < 0 || index >= stages.length)
      throw new LegacyError(`target stage ${JSON.stringify(target)} could not be found`, 1, true);
    return stages.slice(0, index + 1);
  }

  /** `--label` is one more row. */
  #label(image: string): string {
    const { config } = this.#engine.imageRoot(image);
    const labels = this.#request.labels;
    const row = `#(nop)  LABEL ${Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ')}`;
    return this.#store(
      image,
      { ...config, Labels: { ...config.Labels, ...labels } },
      `/bin/sh -c ${row}`,
      undefined,
    );
  }

  *#announce(instruction: Instruction, total: number): Sys<void> {
    yield* this.#print(`Step ${++this.#step}/${total} : ${instruction.original}\n`);
  }

  *#stage(stage: Stage, total: number): Sys<string> {
    yield* this.#announce(stage.from, total);
    this.#cached = !this.#request.noCache;
    const globals = this.#globals();
    const name = expand(stage.from.base, globals, { escape: this.#escape }).text;
    if (name === '') throw new LegacyError(`base name (${stage.from.base}) should not be blank`);
    const base = yield* this.#base(name);
    yield* this.#print(` ---> ${name === 'scratch' ? '' : short(base.image)}\n`);
    const triggers = base.state.config.OnBuild ?? [];
    if (triggers.length > 0)
      yield* this.#print(`# Executing ${triggers.length} build trigger${triggers.length === 1 ? '' : 's'}\n`);
    const { OnBuild: _, ...config } = base.state.config;
    const builder = new StageBuilder({ ...base.state, config }, this.#settings(globals), {
      name: '',
      total: 0,
      index: 0,
    });
    let image = base.image;
    for (const text of triggers) image = yield* this.#instruction(builder, parseTrigger(text), image);
    for (const instruction of stage.commands) {
      yield* this.#announce(instruction, total);
      image = yield* this.#instruction(builder, instruction, image);
    }
    this.#made.push({ image, state: { ...builder.state, op: imageOp(image) } });
    this.#names.set(stage.from.name, this.#made.length - 1);
    return image;
  }
  readonly #names = new Map<string, number>();

  #settings(globals: ReadonlyMap<string, string>): ConstructorParameters<typeof StageBuilder>[1] {
    return {
      escape: this.#escape,
      buildArgs: this.#request.buildArgs,
      globals,
      platformArgs: new Map(),
      network: 'default',
      linter: new Linter(),
      ignored: () => false,
      from: (name) => this.#from(name),
    };
  }

  #globals(): Map<string, string> {
    const out = new Map<string, string>();
    for (const { args } of this.#dockerfile.globals)
      for (const { key, value } of args) {
        const given =
          this.#request.buildArgs.get(key) ??
          (value === undefined ? undefined : expand(value, out, { escape: this.#escape }).text);
        if (given !== undefined) out.set(key, given);
      }
    return out;
  }

  #stageOf(name: string): Made | undefined {
    const index = this.#names.get(name.toLowerCase()) ?? (/^\d+$/.test(name) ? Number(name) : undefined);
    return name === '' || index === undefined ? undefined : this.#made[index];
  }

  #from(name: string): Op {
    const made = this.#stageOf(name);
    if (made !== undefined) return imageOp(made.image);
    try {
      return imageOp(this.#engine.imageRoot(name).id);
    } catch (error) {
      if (error instanceof DockerError)
        throw new LegacyError(`invalid from flag value ${name}: ${error.message}`);
      throw error;
    }
  }

  *#base(name: string): Sys<Made> {
    const made = this.#stageOf(name);
    if (made !== undefined) return made;
    if (name === 'scratch')
      return { image: '', state: { base: undefined, op: undefined, config: {}, author: '', history: [] } };
    try {
      if (this.#request.pull || !this.#has(name)) {
        yield* this.#engine.imagePull(name, {}, this.#showPull);
        yield* this.#print('');
      }
      const { id, config } = this.#engine.imageRoot(name);
      return { image: id, state: { base: id, op: imageOp(id), config, author: '', history: [] } };
    } catch (error) {
      if (error instanceof DockerError) throw new LegacyError(error.message);
      throw error;
    }
  }

  #has(name: string): boolean {
    try {
      this.#engine.imageRoot(name);
      return true;
    } catch (error) {
      if (error instanceof DockerError) return false;
      throw error;
    }
  }

  // ---- instructions --------------------------------------------------------------------------------------------

  *#instruction(builder: StageBuilder, instruction: Instruction, image: string): Sys<string> {
    const before = builder.state;
    builder.apply(instruction);
    const { state } = builder;
    const op = state.op === before.op ? undefined : state.op;
    const row = state.history.length > before.history.length ? (state.history.at(-1)?.createdBy ?? '') : '';
    if (instruction.kind === 'ARG') for (const { key } of instruction.args) this.#declared.add(key);
    if (op?.kind === 'run') return yield* this.#run(op, instruction, row, image, state.config);
    if (op?.kind === 'copy') return yield* this.#copy(op, instruction, image, state.config);
    return yield* this.#nop(instruction, row, image, state.config, op);
  }

  /** An image that was made by the same step on the same image, if caching goes on. */
  *#probe(key: string): Sys<string | undefined> {
    const known = this.#cached ? this.#cache.get(key) : undefined;
    if (known === undefined || !this.#has(known)) {
      this.#cached = false;
      return undefined;
    }
    yield* this.#print(` ---> Using cache\n ---> ${short(known)}\n`);
    return known;
  }

  #store(
    parent: string,
    config: ImageConfig,
    createdBy: string,
    tree: DirectoryNode | undefined,
    key?: string,
  ): string {
    const { id } = this.#engine.imageStore({
      config,
      history: [{ createdBy, ...(tree === undefined ? {} : { tree }) }],
      ...(parent === '' ? {} : { parent }),
    });
    if (key !== undefined) this.#cache.set(key, id);
    return id;
  }

  *#nop(
    instruction: Instruction,
    row: string,
    image: string,
    config: ImageConfig,
    op: Op | undefined,
  ): Sys<string> {
    const command = nopRow(instruction, row, config);
    const key = `${image} ${command}`;
    const known = yield* this.#probe(key);
    if (known !== undefined) return known;
    const container = yield* this.#container(image, ['/bin/sh', '-c', command], {});
    let tree: DirectoryNode | undefined;
    if (op?.kind === 'workdir') {
      const root = this.#rootOf(image);
      tree = makeDirectory(root, op.path, this.#p.kernel.clock.now);
    }
    const made = this.#store(image, config, `/bin/sh -c ${command}`, tree, key);
    yield* this.#finish(container, made);
    return made;
  }

  #rootOf(image: string): DirectoryNode {
    return image === '' ? EMPTY : this.#engine.imageRoot(image).root;
  }

  *#container(image: string, command: readonly string[], config: { env?: readonly string[] }): Sys<string> {
    if (image === '') {
      yield* this.#print(` ---> Running in ${this.#p.kernel.random.hex(6)}\n`);
      return '';
    }
    const { Id } = yield* this.#engine.containerCreate({
      Config: {
        Image: image,
        Entrypoint: [''],
        Cmd: command,
        ...(config.env === undefined ? {} : { Env: config.env }),
      },
      HostConfig: {
        NetworkMode:
          this.#request.network === '' || this.#request.network === 'default'
            ? 'bridge'
            : this.#request.network,
        ExtraHosts: this.#request.extraHosts,
      },
    });
    yield* this.#print(` ---> Running in ${Id.slice(0, 12)}\n`);
    return Id;
  }

  *#finish(container: string, image: string): Sys<void> {
    if (this.#request.remove && container !== '') {
      yield* this.#engine.containerRemove(container, { force: true, volumes: true });
      yield* this.#print(` ---> Removed intermediate container ${container.slice(0, 12)}\n`);
    }
    yield* this.#print(` ---> ${short(image)}\n`);
  }

  *#run(op: RunOp, instruction: Instruction, row: string, image: string, config: ImageConfig): Sys<string> {
    const createdBy = row.replace(/^RUN /, '').replace(/ # buildkit$/, '');
    const { heredocs, mounts } = instruction as OfKind<'RUN'>;
    if (heredocs.length > 0 || mounts.length > 0)
      throw new LegacyError(
        `the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
      );
    const key = `${image} ${createdBy}`;
    const known = yield* this.#probe(key);
    if (known !== undefined) return known;
    const container = yield* this.#container(image, op.args, { env: op.env });
    const code = yield* execute(this.#p, this.#engine, container, this.#print);
    if (code !== 0) {
      if (this.#request.forceRemove)
        yield* this.#engine.containerRemove(container, { force: true, volumes: true });
      throw new LegacyError(`The command '${op.args.join(' ')}' returned a non-zero code: ${code}`, code);
    }
    const made = this.#store(image, config, createdBy, this.#engine.containerRoot(container), key);
    yield* this.#finish(container, made);
    return made;
  }

  *#copy(op: CopyOp, instruction: Instruction, image: string, config: ImageConfig): Sys<string> {
    const found = legacySources(op, this.#request.context.files, (id) => this.#rootOf(id));
    const several = found.length > 1;
    const { chown } = op.options;
    const target = (instruction as OfKind<'COPY'>).copy.target;
    const row = `#(nop) ${instruction.kind} ${chown === '' ? '' : `--chown=${chown} `}${sourceSum(found)} in ${target} `;
    const key = `${image} ${row}`;
    const known = yield* this.#probe(key);
    if (known !== undefined) return known;
    try {
      const tree = copyInto(
        this.#rootOf(image),
        {
          found,
          inline: [],
          target: op.target,
          several,
          chown,
          chmod: op.options.chmod,
          unpack: op.unpack,
          parents: false,
          asRoot: op.source === 'context',
        },
        this.#p.kernel.clock.now,
      );
      const made = this.#store(image, config, `/bin/sh -c ${row}`, tree, key);
      yield* this.#print(` ---> ${short(made)}\n`);
      return made;
    } catch (error) {
      if (error instanceof CopyError) throw new LegacyError(`${instruction.kind} failed: ${error.message}`);
      throw error;
    }
  }
}

const EMPTY: DirectoryNode = {
  kind: 'directory',
  owner: {},
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
  entries: new Map(),
};

const short = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

/** A made image as the starting point of steps. */
const imageOp = (id: string): ImageOp => ({
  kind: 'image',
  title: '',
  lines: { start: 0, end: 0 },
  reference: id,
});
