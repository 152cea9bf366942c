import type { ImageConfig } from '../../images/types.ts';
import type { HereDocument } from './read.ts';

/** `A=1`; `legacy` for `A 1`. Values are as written, with quotes and variables. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A command line: of JSON (`exec`), or for the shell. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly shell: boolean;
}

/** A source that is written in the Dockerfile itself: `COPY <<EOF /file`. */
export type Inline = HereDocument;

/** One `--mount` of RUN, checked. */
export interface MountOption {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  /** By their longest names: `source`, `target`, `id`, `mode` … */
  readonly options: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
  readonly required: boolean;
}

interface Base {
  /** The instruction in one line, as a step's title shows it. */
  readonly original: string;
  /** In its own case. */
  readonly keyword: string;
  /** The comments right above it. */
  readonly comments: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** The fields of each kind of instruction. */
interface FieldsByKind {
  readonly ADD: { readonly copy: CopyOptions };
  readonly COPY: { readonly copy: CopyOptions };
  readonly ARG: { readonly args: readonly { readonly key: string; readonly value: string | undefined }[] };
  readonly CMD: { readonly command: CommandLine };
  readonly ENTRYPOINT: { readonly command: CommandLine };
  readonly ENV: { readonly pairs: readonly Pair[]; readonly legacy: boolean };
  readonly LABEL: { readonly pairs: readonly Pair[]; readonly legacy: boolean };
  readonly EXPOSE: { readonly ports: readonly string[] };
  readonly FROM: { readonly base: string; readonly name: string; readonly written: FromWords };
  readonly HEALTHCHECK: { readonly health: NonNullable<ImageConfig['Healthcheck']> };
  readonly MAINTAINER: { readonly value: string };
  readonly STOPSIGNAL: { readonly value: string };
  readonly USER: { readonly value: string };
  readonly WORKDIR: { readonly value: string };
  readonly ONBUILD: { readonly expression: string };
  readonly RUN: {
    readonly command: CommandLine;
    readonly heredocs: readonly HereDocument[];
    /** As written: `type=cache,target=/x`; read when variables are known. */
    readonly mounts: readonly string[];
    readonly network: string;
  };
  readonly SHELL: { readonly shell: readonly string[] };
  readonly VOLUME: { readonly volumes: readonly string[] };
}

export type Keyword = keyof FieldsByKind;

/** Instructions of one kind, or of several. */
export type OfKind<K extends Keyword> = K extends Keyword
  ? Base & { readonly kind: K } & FieldsByKind[K]
  : never;

export type Instruction = OfKind<Keyword>;

/** FROM as it is written, for warnings about letter case and platforms. */
export interface FromWords {
  readonly as: string;
  readonly name: string;
  readonly platform: string;
}

export interface CopyOptions {
  readonly sources: readonly string[];
  readonly inline: readonly Inline[];
  readonly target: string;
  readonly from: string;
  readonly chown: string;
  readonly chmod: string;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
  readonly checksum: string;
  readonly unpack: boolean;
}

/** FROM and what follows it up to the next one. */
export interface Stage {
  readonly from: OfKind<'FROM'>;
  readonly commands: readonly Instruction[];
}

/** A Dockerfile that is correct in itself. */
export interface Dockerfile {
  /** ARG before the first FROM. */
  readonly globals: readonly OfKind<'ARG'>[];
  readonly stages: readonly Stage[];
}

/** All instructions, for suggestions. */
export const KEYWORDS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const;
