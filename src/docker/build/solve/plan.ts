import { type BuildBase, DockerError } from '../../engine/api.ts';
import { canonical, familiar, parseReference, withDefaultTag } from '../../engine/reference.ts';
import type { NamedContext } from '../context/context.ts';
import { BuildError, type Lines } from '../dockerfile/error.ts';
import { ExpandError, expand, type Variables } from '../dockerfile/expand.ts';
import type { Dockerfile, Instruction, Stage } from '../dockerfile/instructions.ts';
import { lintDefaultBases, lintPlatform, lintUndeclared } from '../dockerfile/lint.ts';
import type { Linter } from '../dockerfile/linter.ts';
import { parseTrigger } from '../dockerfile/parse.ts';
import { didYouMean } from '../dockerfile/words.ts';
import type { ImageOp, LocalOp, Op } from './op.ts';
import { type Outline, outlineOf } from './outline.ts';
import { StageBuilder, type StageState } from './stage.ts';
import { declared, findCycle, globalValues, PLATFORM, sources } from './stages.ts';
import { stepTitle } from './text.ts';

/** An image whose configuration must be known before the stages can be read. */
export interface WantedImage {
  /** Canonical. */
  readonly reference: string;
  /** As the Dockerfile names it. */
  readonly written: string;
  readonly lines: Lines;
  /** It is what `--build-context` says of this name. */
  readonly named?: { readonly name: string; readonly context: NamedContext };
}

export interface PlanSettings {
  readonly escape: string;
  readonly buildArgs: Variables;
  readonly target: string;
  readonly network: 'default' | 'none' | 'host';
  readonly ignored: (path: string) => boolean;
  readonly linter: Linter;
  /** All stages are read and checked, not only those the target needs. */
  readonly everything?: boolean;
  readonly contexts: ReadonlyMap<string, NamedContext>;
}

const COUNTED = new Set(['ADD', 'COPY', 'RUN', 'WORKDIR']);
const EMPTY_ENV = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** A Dockerfile on its way to steps: finds stages and images first, then reads the stages that are needed. */
export class Planner {
  /** Images to look up, in the order of their first use. */
  images: readonly WantedImage[] = [];
  readonly #dockerfile: Dockerfile;
  readonly #stages: readonly Stage[];
  /** Each stage's base with variables replaced. */
  #bases: readonly string[] = [];
  readonly #settings: PlanSettings;
  readonly #globals: Variables;
  /** Names that a FROM may use. */
  readonly #declared: readonly string[];
  #target = 0;
  #needed: ReadonlySet<number> = new Set();
  readonly #states = new Map<number, StageState>();
  readonly #building = new Set<number>();
  readonly #found = new Map<string, BuildBase>();
  readonly #imageOps = new Map<string, ImageOp | LocalOp>();

  constructor(dockerfile: Dockerfile, settings: PlanSettings) {
    this.#settings = settings;
    this.#dockerfile = dockerfile;
    this.#stages = dockerfile.stages;
    const { linter, escape: escapeChar } = settings;
    const defaults = globalValues(dockerfile, settings, new Map());
    lintDefaultBases(dockerfile, new Map([...PLATFORM, ...defaults]), escapeChar, linter);
    this.#globals = globalValues(dockerfile, settings, settings.buildArgs);
    this.#declared = [...PLATFORM.keys(), ...declared(dockerfile)];
  }

  /** What the stages are called. */
  get names(): string[] {
    return this.#stages.map((_, index) => this.#name(index));
  }

  /** Finds what the target needs. Throws BuildError. */
  prepare(): void {
    this.#bases = this.#stages.map((stage) => this.#base(stage));
    this.#target = this.#findTarget();
    this.#checkSources();
    this.#needed = this.#settings.everything === true ? new Set(this.#stages.keys()) : this.#reach();
    this.images = this.#wanted();
  }

  /** The base of a stage: `scratch`, a stage or an image. Throws for a name that is none. */
  #base({ from }: Stage): string {
    const variables = new Map([...PLATFORM, ...this.#globals]);
    const { linter } = this.#settings;
    const { text, unset } = this.#expand(from.base, variables, from);
    lintUndeclared(unset, this.#declared, from, linter);
    if (text === '') throw new BuildError(`base name (${from.base}) should not be blank`, from);
    const expanded = this.#expand(from.written.platform, variables, from);
    const platform = expanded.text;
    lintUndeclared(expanded.unset, this.#declared, from, linter);
    lintPlatform(from, platform, linter);
    if (platform !== '' && !/^linux(?:\/(?:amd64|x86_64)(?:\/.*)?)?$/.test(platform))
      throw new BuildError(`${text}: no match for platform in manifest: not found`, from);
    return text;
  }

  #expand(word: string, variables: Variables, at: Lines): ReturnType<typeof expand> {
    try {
      return expand(word, variables, { escape: this.#settings.escape });
    } catch (error) {
      if (error instanceof ExpandError) throw new BuildError(error.message, at);
      throw error;
    }
  }

  #stageNamed(name: string, before: number): number | undefined {
    const found = this.#stages.findLastIndex(
      ({ from }, at) => at < before && from.name !== '' && from.name === name.toLowerCase(),
    );
    return found < 0 ? undefined : found;
  }

  #findTarget(): number {
    const { target } = this.#settings;
    if (target === '') return this.#stages.length - 1;
    const named = this.#stageNamed(target, this.#stages.length);
    if (named !== undefined) return named;
    throw new BuildError(
      `target stage ${JSON.stringify(target)} could not be found${didYouMean(target, this.names)}`,
    );
  }

  /** A stage or image of a `--from`. */
  #source(name: string, at: Lines): { stage: number } | { image: WantedImage } {
    const named = this.#stageNamed(name, this.#stages.length);
    if (named !== undefined) return { stage: named };
    if (/^\d+$/.test(name)) {
      const index = Number(name);
      if (index < this.#stages.length) return { stage: index };
      throw new BuildError(`invalid stage index ${index}`);
    }
    return { image: this.#wantedImage(name, at) };
  }

  /** No stage may take files from itself, be it through others. Also finds the numbers that are no stages. */
  #checkSources(): void {
    const edges = this.#stages.map((stage) =>
      sources(stage).flatMap(({ name, at }) => {
        const source = this.#source(name, at);
        return 'stage' in source ? [{ to: source.stage, at }] : [];
      }),
    );
    const found = findCycle(edges);
    if (found !== undefined)
      throw new BuildError(`circular dependency detected on stage: ${this.#name(found.stage)}`, found.at);
  }

  /** BuildKit counts what is no stage of the file but a source of files as stages, too; a lone stage shows no name. */
  #isAlone(): boolean {
    return (
      this.#stages.length === 1 &&
      !this.#stages[0]?.commands.some(
        (instruction) =>
          (instruction.kind === 'COPY' && instruction.copy.from !== '') ||
          (instruction.kind === 'RUN' && instruction.mounts.length > 0),
      )
    );
  }

  /** The stages the target needs. */
  #reach(): Set<number> {
    const needed = new Set<number>();
    const visit = (index: number): void => {
      const stage = this.#stages[index];
      if (stage === undefined || needed.has(index)) return;
      needed.add(index);
      const base = this.#stageNamed(this.#bases[index] ?? '', index);
      if (base !== undefined) visit(base);
      for (const { name, at } of sources(stage)) {
        const source = this.#source(name, at);
        if ('stage' in source) visit(source.stage);
      }
    };
    visit(this.#target);
    return needed;
  }

  #wanted(): WantedImage[] {
    const out = new Map<string, WantedImage>();
    const add = (image: WantedImage): void => {
      const key = `${image.named?.name ?? ''} ${image.reference}`;
      if (!out.has(key)) out.set(key, image);
    };
    for (const index of [...this.#needed].sort((a, b) => a - b)) {
      const stage = this.#stages[index];
      const base = this.#bases[index] ?? '';
      if (stage === undefined) continue;
      if (base !== 'scratch' && this.#stageNamed(base, index) === undefined) {
        try {
          add(this.#wantedImage(base, stage.from));
        } catch (error) {
          if (error instanceof BuildError)
            throw new BuildError(
              `failed to parse stage name ${JSON.stringify(base)}: ${error.message}`,
              stage.from,
            );
          throw error;
        }
      }
      for (const { name, at } of sources(stage)) {
        const source = this.#source(name, at);
        if ('image' in source) add(source.image);
      }
    }
    // All are looked up at once; the one that was asked for last is the first to start.
    const list = [...out.values()];
    return [...list.slice(-1), ...list.slice(0, -1)];
  }

  /** The target, and the arguments and secrets that its stages want, in the order of their lines. */
  outline(): Outline {
    const stages = [...this.#reach()].flatMap((index) => {
      const stage = this.#stages[index];
      return stage === undefined ? [] : [{ stage, values: this.#states.get(index)?.inherited?.args }];
    });
    const globals = new Map(
      this.#dockerfile.globals.flatMap((arg) => arg.args.map(({ key }) => [key, arg] as const)),
    );
    return outlineOf(this.#stages[this.#target]?.from, stages, (name) => {
      const arg = globals.get(name);
      if (arg === undefined || this.#settings.buildArgs.has(name)) return undefined;
      return { name, value: this.#globals.get(name) ?? '', comments: arg.comments, lines: arg };
    });
  }

  /** Tells what an image is. */
  found(image: WantedImage, base: BuildBase): void {
    this.#found.set(image.reference, base);
  }

  /** What an image turned out to be. */
  baseOf(op: ImageOp): BuildBase {
    const base = this.#found.get(op.reference);
    if (base === undefined) throw new BuildError(`muelle: ${op.reference} was not resolved`);
    return base;
  }

  /** The steps of the stages that `--no-cache-filter` names. */
  stepsOf(names: readonly string[]): Set<Op> {
    const out = new Set<Op>();
    for (const [index, state] of this.#states) {
      const { name } = this.#stages[index]?.from ?? { name: '' };
      if (!names.some((wanted) => wanted === String(index) || (name !== '' && wanted.toLowerCase() === name)))
        continue;
      for (const { op } of state.history) if (op !== undefined) out.add(op);
    }
    return out;
  }

  /** Reads the stages that are needed; the state the target comes to. Throws BuildError. */
  plan(): StageState {
    for (const index of [...this.#needed].sort((a, b) => a - b)) this.#state(index);
    return this.#state(this.#target);
  }

  #state(index: number): StageState {
    const known = this.#states.get(index);
    if (known !== undefined) return known;
    const stage = this.#stages[index];
    if (stage === undefined || this.#building.has(index))
      throw new BuildError(
        `circular dependency detected on stage: ${stage?.from.name || index}`,
        stage?.from,
      );
    this.#building.add(index);
    const state = this.#buildStage(stage, index);
    this.#building.delete(index);
    this.#states.set(index, state);
    return state;
  }

  #buildStage(stage: Stage, index: number): StageState {
    const base = this.#bases[index] ?? '';
    const parent = this.#stageNamed(base, index);
    const name = this.#isAlone() ? '' : this.#name(index);
    const ownImage = parent === undefined && base !== 'scratch';
    const start =
      parent !== undefined
        ? this.#state(parent)
        : base === 'scratch'
          ? emptyState()
          : this.#imageState(this.#wantedImage(base, stage.from));
    const triggers = (start.config.OnBuild ?? []).map((text) => trigger(text, stage.from));
    const counted = (list: readonly Instruction[]): number =>
      list.filter(({ kind }) => COUNTED.has(kind)).length;
    const total = counted(stage.commands) + (ownImage ? 1 : 0);
    // Stages on one image share its step; it is called as in the first of them.
    if (ownImage && start.op?.kind === 'image' && start.op.title.startsWith('FROM '))
      start.op.title = stepTitle(name, 1, total, `FROM ${start.op.reference}@${this.baseOf(start.op).id}`);
    const { OnBuild: _, ...config } = start.config;
    const index0 = ownImage && start.op?.kind === 'image' && !start.op.title.startsWith('[context ') ? 1 : 0;
    const builder = new StageBuilder(
      { ...start, config },
      {
        ...this.#settings,
        globals: this.#globals,
        platformArgs: PLATFORM,
        from: (source, at) => this.#op(source, at, index),
      },
      { name, total: total + triggers.length, index: index0 },
    );
    for (const instruction of triggers) builder.apply(instruction, true);
    for (const instruction of stage.commands) builder.apply(instruction);
    return builder.finish();
  }

  #imageState(image: WantedImage): StageState {
    const op = this.#imageOp(image);
    if (op.kind === 'local') return { ...emptyState(), op };
    const base = this.baseOf(op);
    return { base: base.id, op, config: base.config, author: base.author, history: [] };
  }

  #imageOp(image: WantedImage): ImageOp | LocalOp {
    const { reference, lines, named } = image;
    const key = `${named?.name ?? ''} ${reference}`;
    const known = this.#imageOps.get(key);
    if (known !== undefined) return known;
    let op: ImageOp | LocalOp;
    if (named?.context.kind === 'local') {
      const { files } = named.context.context;
      const title = `[context ${named.name}] load from client`;
      op = { kind: 'local', title, lines, name: named.name, files };
    } else {
      op = { kind: 'image', title: '', lines, reference };
      op.title =
        named === undefined
          ? `FROM ${reference}@${this.baseOf(op).id}`
          : `[context ${named.name}] ${named.context.written}`;
    }
    this.#imageOps.set(key, op);
    return op;
  }

  /** An image by the name a FROM gives it, or what `--build-context` says of that name. */
  #wantedImage(written: string, lines: Lines): WantedImage {
    const image = wanted(written, lines);
    const name = familiar(parseReference(image.reference)).replace(/:latest$/, '');
    const context = this.#settings.contexts.get(name);
    if (context === undefined) return image;
    const named = { name, context };
    return context.kind === 'local'
      ? { ...image, named }
      : { ...wanted(context.written, lines), written, named };
  }

  #name(index: number): string {
    const name = this.#stages[index]?.from.name ?? '';
    return name === '' ? `stage-${index}` : name;
  }

  #op(name: string, at: Lines, into: number): Op | 'scratch' {
    const source = this.#source(name, at);
    if ('image' in source) return this.#imageOp(source.image);
    if (source.stage > into)
      throw new BuildError(
        `cannot copy from stage ${JSON.stringify(name)}, it needs to be defined before current stage ${JSON.stringify(this.#name(into))}`,
        at,
      );
    return this.#state(source.stage).op ?? 'scratch';
  }
}

const emptyState = (): StageState => ({
  base: undefined,
  op: undefined,
  config: { Env: EMPTY_ENV, WorkingDir: '/' },
  author: '',
  history: [],
});

/** Reads an image's ONBUILD instruction; it stands where the FROM stands. */
function trigger(text: string, { start, end }: Lines): Instruction {
  return { ...parseTrigger(text), start, end };
}

function wanted(written: string, lines: Lines): WantedImage {
  try {
    return { reference: canonical(withDefaultTag(parseReference(written))), written, lines };
  } catch (error) {
    if (error instanceof DockerError) throw new BuildError(error.message, lines);
    throw error;
  }
}
