import type { ImageConfig } from '../../images/types.ts';
import { BuildError, type Lines } from '../dockerfile/error.ts';
import { ExpandError, expand, type Variables } from '../dockerfile/expand.ts';
import type { Instruction, MountOption, OfKind } from '../dockerfile/instructions.ts';
import { lintSecret } from '../dockerfile/lint.ts';
import type { Linter } from '../dockerfile/linter.ts';
import { readMount } from '../dockerfile/mount.ts';
import { didYouMean } from '../dockerfile/words.ts';
import type { Op, RunOp } from './op.ts';
import {
  absolute,
  goHealth,
  goStrings,
  isSignal,
  readPorts,
  stepTitle,
  summary,
  withVariable,
} from './text.ts';

/** A row of the image's history that a stage adds; with an operation it is a layer. */
export interface HistoryStep {
  readonly createdBy: string;
  readonly op: Op | undefined;
}

/** What a stage has come to: the image it would make. */
export interface StageState {
  readonly base: string | undefined;
  readonly op: Op | undefined;
  readonly config: ImageConfig;
  readonly author: string;
  readonly history: readonly HistoryStep[];
  /** What a stage that is built on this one knows, too. */
  readonly inherited?: Inherited;
}

/** ARGs, and whether WORKDIR was set, of the stages below. */
export interface Inherited {
  /** In order; undefined: without value. */
  readonly args: ReadonlyMap<string, string | undefined>;
  /** ARGs that no later ENV replaced. */
  readonly argsAfterEnv: ReadonlySet<string>;
  readonly workdir: boolean;
}

/** What a stage is told from outside. */
export interface StageSettings {
  readonly escape: string;
  readonly buildArgs: Variables;
  /** Values of arguments before the first FROM. */
  readonly globals: Variables;
  /** TARGETPLATFORM and its kin. */
  readonly platformArgs: Variables;
  readonly network: 'default' | 'none' | 'host';
  readonly linter: Linter;
  /** Stage or image of a `--from`. */
  readonly from: (name: string, lines: Lines) => Op | 'scratch';
  /** Is a path of the context taken out by `.dockerignore`? */
  readonly ignored: (path: string) => boolean;
}

const isMode = (written: string): boolean =>
  /^0*[0-7]{1,4}$/.test(written) || /^[ugoa]*[-+=][rwxXst]*(?:,[ugoa]*[-+=][rwxXst]*)*$/.test(written);

const PROXIES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'];
const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** One stage in the making: applies instructions to a state (frontend/dockerfile/dockerfile2llb/convert.go). */
export class StageBuilder {
  state: StageState;
  readonly #settings: StageSettings;
  /** Before the number in a title: the stage's name. */
  readonly #name: string;
  readonly #total: number;
  #index: number;
  /** Declared ARGs in order; undefined: without value. */
  readonly #args: Map<string, string | undefined>;
  /** ARGs that no later ENV replaced. */
  readonly #argsAfterEnv: Set<string>;
  /** Where CMD, ENTRYPOINT and HEALTHCHECK were last set in this stage. */
  readonly #last = new Map<'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK', Lines>();
  #workdirSet: boolean;

  constructor(
    state: StageState,
    settings: StageSettings,
    numbering: { readonly name: string; readonly total: number; readonly index: number },
  ) {
    this.state = state;
    this.#settings = settings;
    this.#name = numbering.name;
    this.#total = numbering.total;
    this.#index = numbering.index;
    this.#args = new Map(state.inherited?.args);
    this.#argsAfterEnv = new Set(state.inherited?.argsAfterEnv);
    this.#workdirSet = state.inherited?.workdir === true;
  }

  /** The stage, when all is applied. */
  finish(): StageState {
    const inherited = { args: this.#args, argsAfterEnv: this.#argsAfterEnv, workdir: this.#workdirSet };
    return { ...this.state, inherited };
  }

  /** `[builder 2/4] RUN make` for the next step. */
  #title(text: string): string {
    return stepTitle(this.#name, ++this.#index, this.#total, text);
  }

  apply(instruction: Instruction, trigger = false): void {
    try {
      this.#apply(instruction, trigger);
    } catch (error) {
      if (error instanceof ExpandError) throw new BuildError(error.message, instruction);
      throw error;
    }
  }

  #apply(instruction: Instruction, trigger: boolean): void {
    switch (instruction.kind) {
      case 'ADD':
      case 'COPY':
        this.#copy(instruction, trigger);
        return;
      case 'ARG':
        this.#arg(instruction);
        return;
      case 'CMD':
        this.#once('CMD', instruction);
        this.#lintShellForm(instruction);
        this.#config({ Cmd: this.#commandLine(instruction) });
        this.#row(`CMD ${goStrings(this.state.config.Cmd ?? [])}`);
        return;
      case 'ENTRYPOINT': {
        this.#once('ENTRYPOINT', instruction);
        this.#lintShellForm(instruction);
        const args = this.#commandLine(instruction);
        this.#config(this.#last.has('CMD') ? { Entrypoint: args } : { Entrypoint: args, Cmd: null });
        this.#row(`ENTRYPOINT ${goStrings(args)}`);
        return;
      }
      case 'ENV':
        this.#env(instruction);
        return;
      case 'EXPOSE':
        this.#expose(instruction);
        return;
      case 'FROM':
        return;
      case 'HEALTHCHECK':
        this.#once('HEALTHCHECK', instruction);
        this.#config({ Healthcheck: instruction.health });
        this.#row(`HEALTHCHECK ${goHealth(instruction.health)}`);
        return;
      case 'LABEL': {
        const pairs = instruction.pairs.map(
          ({ key, value }) => [this.#expand(key, instruction), this.#expand(value, instruction)] as const,
        );
        this.#lintLegacy(instruction);
        this.#config({ Labels: { ...this.state.config.Labels, ...Object.fromEntries(pairs) } });
        this.#row(`LABEL ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`);
        return;
      }
      case 'MAINTAINER':
        this.state = { ...this.state, author: instruction.value };
        this.#row(`MAINTAINER ${instruction.value}`);
        return;
      case 'ONBUILD':
        this.#config({ OnBuild: [...(this.state.config.OnBuild ?? []), instruction.expression] });
        return;
      case 'RUN':
        this.#run(instruction, trigger);
        return;
      case 'SHELL':
        this.#config({ Shell: instruction.shell });
        this.#row(`SHELL [${instruction.shell.join(' ')}]`);
        return;
      case 'STOPSIGNAL': {
        const signal = this.#expand(instruction.value, instruction);
        if (!isSignal(signal)) throw new BuildError(`invalid signal: ${signal}`, instruction);
        this.#config({ StopSignal: signal });
        this.#row(`STOPSIGNAL ${signal}`);
        return;
      }
      case 'USER': {
        const user = this.#expand(instruction.value, instruction);
        this.#config({ User: user });
        this.#row(`USER ${user}`);
        return;
      }
      case 'VOLUME': {
        const volumes = instruction.volumes.map((volume) => this.#expand(volume, instruction));
        if (volumes.includes(''))
          throw new BuildError('VOLUME specified can not be an empty string', instruction);
        const added = Object.fromEntries(volumes.map((volume) => [volume, {}]));
        this.#config({ Volumes: { ...this.state.config.Volumes, ...added } });
        this.#row(`VOLUME [${volumes.join(' ')}]`);
        return;
      }
      case 'WORKDIR':
        this.#workdir(instruction, trigger);
        return;
    }
  }

  /** The last one counts; the one before it is told. */
  #once(kind: 'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK', at: Lines): void {
    const before = this.#last.get(kind);
    if (before !== undefined)
      this.#settings.linter.run(
        'MultipleInstructionsDisallowed',
        `Multiple ${kind} instructions should not be used in the same stage because only the last one will be used`,
        before,
      );
    this.#last.set(kind, at);
  }

  #lintShellForm(instruction: OfKind<'CMD' | 'ENTRYPOINT'>): void {
    if (!instruction.command.shell || (this.state.config.Shell ?? []).length > 0) return;
    this.#settings.linter.run(
      'JSONArgsRecommended',
      `JSON arguments recommended for ${instruction.kind} to prevent unintended behavior related to OS signals`,
      instruction,
    );
  }

  #lintLegacy(instruction: OfKind<'ENV' | 'LABEL'>): void {
    if (instruction.legacy)
      this.#settings.linter.run(
        'LegacyKeyValueFormat',
        `"${instruction.kind} key=value" should be used instead of legacy "${instruction.kind} key value" format`,
        instruction,
      );
  }

  #config(change: Partial<ImageConfig>): void {
    this.state = { ...this.state, config: { ...this.state.config, ...change } };
  }

  #row(createdBy: string, op?: Op): void {
    this.state = {
      ...this.state,
      op: op ?? this.state.op,
      history: [...this.state.history, { createdBy, op }],
    };
  }

  /** What `$X` means here: the later of ENV and ARG. */
  #variables(): Map<string, string> {
    const out = new Map<string, string>();
    for (const [key, value] of this.#args) if (value !== undefined) out.set(key, value);
    for (const entry of this.state.config.Env ?? []) {
      const at = entry.indexOf('=');
      if (!this.#overridden(entry.slice(0, at))) out.set(entry.slice(0, at), entry.slice(at + 1));
    }
    return out;
  }

  /** An ARG that comes after an ENV of the same name and has a value stands in its place while building. */
  #overridden(key: string): boolean {
    return this.#args.get(key) !== undefined && this.#argsAfterEnv.has(key);
  }

  #expandAll(word: string, at: Lines): ReturnType<typeof expand> {
    const variables = this.#variables();
    let expanded: ReturnType<typeof expand>;
    try {
      expanded = expand(word, variables, { escape: this.#settings.escape });
    } catch (error) {
      if (error instanceof ExpandError) this.#lintUnset(error.unset, variables, at);
      throw error;
    }
    this.#lintUnset(expanded.unset, variables, at);
    return expanded;
  }

  #lintUnset(unset: ReadonlySet<string>, variables: Variables, at: Lines): void {
    for (const name of unset)
      if (!this.#args.has(name))
        this.#settings.linter.run(
          'UndefinedVar',
          `Usage of undefined variable '$${name}'${didYouMean(name, [...variables.keys()].sort()).replace('mean ', 'mean $')}`,
          at,
        );
  }

  #expand(word: string, at: Lines): string {
    return this.#expandAll(word, at).text;
  }

  /** An instruction as a title shows it: variables that have a value are replaced. */
  #shown(instruction: Instruction, trigger: boolean): string {
    const [, keyword = '', rest = ''] = /^(\S+)(.*)$/s.exec(instruction.original) ?? [];
    let shown = `${keyword.toUpperCase()}${rest}`;
    try {
      shown = expand(shown, this.#variables(), {
        escape: this.#settings.escape,
        keepUnset: true,
        raw: true,
      }).text;
    } catch (error) {
      if (!(error instanceof ExpandError)) throw error;
    }
    return trigger ? `ONBUILD ${shown}` : shown;
  }

  #shell(): readonly string[] {
    const { Shell } = this.state.config;
    return Shell !== undefined && Shell.length > 0 ? Shell : DEFAULT_SHELL;
  }

  #commandLine({ command }: OfKind<'CMD' | 'ENTRYPOINT'> | OfKind<'RUN'>): readonly string[] {
    return command.shell ? [...this.#shell(), ...command.args] : command.args;
  }

  #arg(instruction: OfKind<'ARG'>): void {
    const { buildArgs, globals, platformArgs } = this.#settings;
    const shown: string[] = [];
    for (const { key: writtenKey, value: written } of instruction.args) {
      const key = this.#expand(writtenKey, instruction);
      lintSecret('ARG', key, instruction, this.#settings.linter);
      const fallback =
        written === undefined
          ? (globals.get(key) ?? platformArgs.get(key))
          : this.#expand(written, instruction);
      const value = buildArgs.get(key) ?? fallback;
      this.#args.set(key, value);
      this.#argsAfterEnv.add(key);
      shown.push(value === undefined ? key : `${key}=${value}`);
    }
    this.#row(`ARG ${shown.join(' ')}`);
  }

  #env(instruction: OfKind<'ENV'>): void {
    const pairs = instruction.pairs.map(
      ({ key, value }) => [this.#expand(key, instruction), this.#expand(value, instruction)] as const,
    );
    this.#lintLegacy(instruction);
    for (const [key] of pairs) lintSecret('ENV', key, instruction, this.#settings.linter);
    let env = this.state.config.Env ?? [];
    for (const [key, value] of pairs) {
      env = withVariable(env, key, value);
      this.#argsAfterEnv.delete(key);
    }
    this.#config({ Env: env });
    this.#row(`ENV ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`);
  }

  #expose(instruction: OfKind<'EXPOSE'>): void {
    const variables = this.#variables();
    const { linter, escape: escapeChar } = this.#settings;
    const words = instruction.ports.flatMap((word) => expand(word, variables, { escape: escapeChar }).words);
    const ports = words.flatMap((word) => {
      if (/\/.*[A-Z]/.test(word))
        linter.run(
          'ExposeProtoCasing',
          `Defined protocol '${word}' in EXPOSE instruction should be lowercase`,
          instruction,
        );
      if (word.includes(':'))
        linter.run(
          'ExposeInvalidFormat',
          `EXPOSE instruction should not define an IP address or host-port mapping, found '${word}'`,
          instruction,
        );
      return readPorts(word, instruction);
    });
    const added = Object.fromEntries(ports.map((port) => [port, {}]));
    this.#config({ ExposedPorts: { ...this.state.config.ExposedPorts, ...added } });
    this.#row(`EXPOSE [${ports.sort().join(' ')}]`);
  }

  #workdir(instruction: OfKind<'WORKDIR'>, trigger: boolean): void {
    const shown = this.#shown(instruction, trigger);
    const written = this.#expand(instruction.value, instruction);
    if (!written.startsWith('/') && !this.#workdirSet) {
      this.#settings.linter.run(
        'WorkdirRelativePath',
        `Relative workdir ${JSON.stringify(written)} can have unexpected results if the base image changes`,
        instruction,
      );
    }
    this.#workdirSet = true;
    const path = absolute(written, this.state.config.WorkingDir);
    this.#config({ WorkingDir: path });
    const op: Op | undefined =
      path === '/'
        ? undefined
        : {
            kind: 'workdir',
            title: this.#title(shown),
            lines: instruction,
            parent: this.state.op,
            path,
            user: this.state.config.User ?? '',
          };
    this.#row(`WORKDIR ${path}`, op);
  }

  #run(instruction: OfKind<'RUN'>, trigger: boolean): void {
    const { config } = this.state;
    const { heredocs, command } = instruction;
    let args = this.#commandLine(instruction);
    let shown = this.#shown(instruction, trigger);
    let script: { name: string; content: string } | undefined;
    const [heredoc] = heredocs;
    if (heredoc !== undefined) {
      const line = command.args[0] ?? '';
      if (/^\d*<<-?["']?[^\s"'<]+["']?$/.test(line.trim())) {
        shown += ` (${summary(heredoc.content)})`;
        if (heredoc.content.startsWith('#!')) {
          script = { name: heredoc.name, content: heredoc.content };
          args = [...this.#shell(), `/dev/pipes/${heredoc.name}`];
        } else args = [...this.#shell(), heredoc.content];
      } else
        args = [...this.#shell(), line + heredocs.map(({ name, content }) => `\n${content}${name}`).join('')];
    }
    const declared = [...this.#args].filter(
      ([key]) => this.#overridden(key) || !(config.Env ?? []).some((entry) => entry.startsWith(`${key}=`)),
    );
    const buildArgs = [...this.#args].map(([key, value]) => `${key}=${value ?? ''}`);
    const { buildArgs: given } = this.#settings;
    // Proxies are there in lower and upper case, whichever was given.
    const proxy = [...given]
      .filter(([key]) => PROXIES.includes(key.toLowerCase()))
      .flatMap(([key, value]) => [key.toLowerCase(), key.toUpperCase()].map((name) => [name, value] as const))
      .filter(([key]) => !this.#args.has(key));
    const op: Op = {
      kind: 'run',
      title: this.#title(shown),
      lines: instruction,
      parent: this.state.op,
      args,
      env: [
        ...(config.Env ?? []).filter((entry) => !this.#overridden(entry.slice(0, entry.indexOf('=')))),
        ...declared.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`])),
      ],
      proxy: proxy.map(([key, value]) => `${key}=${value}`),
      cwd: config.WorkingDir || '/',
      user: config.User ?? '',
      network:
        instruction.network === 'default' ? this.#settings.network : (instruction.network as 'none' | 'host'),
      mounts: instruction.mounts.map((written) => this.#mount(written, instruction)),
      script,
    };
    const row = [...(buildArgs.length === 0 ? [] : [`|${buildArgs.length}`, ...buildArgs]), ...args].join(
      ' ',
    );
    this.#row(`RUN ${row} # buildkit`, op);
  }

  #mount(written: string, instruction: OfKind<'RUN'>): RunOp['mounts'][number] {
    let option: MountOption;
    try {
      option = readMount(written, (word) => this.#expand(word, instruction));
    } catch (error) {
      if (error instanceof ExpandError || error instanceof BuildError || !(error instanceof Error))
        throw error;
      throw new BuildError(error.message, instruction);
    }
    const { type, options } = option;
    if (type === 'ssh' && option.required)
      throw new BuildError('muelle: RUN --mount=type=ssh,required is not simulated here', instruction);
    const target = absolute(options.get('target') ?? '', this.state.config.WorkingDir);
    if (target === '/' && type !== 'secret' && type !== 'ssh')
      throw new BuildError(`invalid mount target ${JSON.stringify(target)}`, instruction);
    return { option, from: this.#mountSource(option, instruction) };
  }

  #mountSource(option: MountOption, instruction: OfKind<'RUN'>): Op | 'context' | undefined {
    if (option.type === 'secret' || option.type === 'ssh') return undefined;
    const from = option.options.get('from');
    if (from !== undefined && from !== 'scratch') {
      const source = this.#settings.from(from, instruction);
      return source === 'scratch' ? undefined : source;
    }
    return option.type === 'bind' ? 'context' : undefined;
  }

  #copy(instruction: OfKind<'ADD' | 'COPY'>, trigger: boolean): void {
    const shown = this.#shown(instruction, trigger);
    const { copy, kind } = instruction;
    const sources = copy.sources.map((word) => this.#expand(word, instruction));
    const target = this.#expand(copy.target, instruction);
    const chown = this.#expand(copy.chown, instruction);
    const chmod = this.#expand(copy.chmod, instruction);
    if (chmod !== '' && !isMode(chmod))
      throw new BuildError(
        /^\d/.test(chmod)
          ? `invalid chmod parameter: '${chmod}'. it should be octal string and between 0 and 07777`
          : 'invalid syntax',
        instruction,
      );
    const source = copy.from === '' ? 'context' : this.#settings.from(copy.from, instruction);
    const url =
      kind === 'ADD' ? sources.find((word) => /^(?:https?:\/\/|git@|git:\/\/)/.test(word)) : undefined;
    if (source === 'context') for (const word of sources) this.#lintIgnored(word, kind, instruction);
    const options = {
      ...copy,
      sources,
      chown,
      chmod,
      inline: copy.inline.map((heredoc) => ({
        ...heredoc,
        content: heredoc.expand ? this.#expandDocument(heredoc.content) : heredoc.content,
      })),
    };
    const op: Op = {
      kind: 'copy',
      title: this.#title(shown),
      lines: instruction,
      parent: this.state.op,
      source: sources.length === 0 || url !== undefined ? 'scratch' : source,
      options,
      target:
        absolute(target, this.state.config.WorkingDir) + (/\/\.?$/.test(target) || target === '.' ? '/' : ''),
      unpack: kind === 'ADD' && copy.unpack,
      url,
    };
    const flags = [
      ...(copy.parents ? ['--parents'] : []),
      ...(chown === '' ? [] : [`--chown=${chown}`]),
      ...(chmod === '' ? [] : [`--chmod=${chmod}`]),
    ];
    const inline = copy.inline.map(({ name }) => `<<${name}`);
    this.#row(`${[kind, ...flags, ...sources, ...inline, target].join(' ')} # buildkit`, op);
  }

  /** Variables of an inline file; quotes in it are ordinary characters. */
  #expandDocument(content: string): string {
    const quoted = content.replace(/["']/g, (quote) => `${this.#settings.escape}${quote}`);
    return expand(quoted, this.#variables(), { escape: this.#settings.escape }).text;
  }

  #lintIgnored(word: string, kind: string, at: Lines): void {
    const path = word.replace(/^\.?\/+/, '').replace(/\/+$/, '');
    if (path === '' || path === '.' || /[*?[]|^https?:/.test(path) || !this.#settings.ignored(path)) return;
    this.#settings.linter.run(
      'CopyIgnoredFile',
      `Attempting to ${kind === 'ADD' ? 'Add' : 'Copy'} file ${JSON.stringify(word)} that is excluded by .dockerignore`,
      at,
    );
  }
}
