/**
 * What the engine offers: the Engine API v1.55 as methods. Its client is a simulated process (`docker`, compose, the
 * builder). What takes time on a real engine is a `Sys` (call it with `yield*`); the rest answers at once. Refusals are
 * thrown `DockerError`s. References (`ref`) are names, IDs or unambiguous prefixes, with or without a leading slash for
 * containers. Nothing here formats output.
 */

import type { ImageConfig } from '../images/types.ts';
import type { DirectoryNode } from '../kernel/fs/node.ts';
import type { Mount, Vfs } from '../kernel/fs/vfs.ts';
import type { PidNamespace } from '../kernel/kernel.ts';
import type { NetNamespace } from '../kernel/net.ts';
import type { Uts } from '../kernel/process.ts';
import type { OpenFile } from '../kernel/stream.ts';
import type { Sys } from '../kernel/wait.ts';
import type { ManifestClient } from './images/manifests.ts';
import type { Swarm } from './swarm/swarm.ts';
import type {
  ContainerInspect,
  ContainerSummary,
  CreateRequest,
  CreateResponse,
  ExecConfig,
  ExecInspect,
  FilesystemChange,
  HostConfig,
  PathStat,
  Resources,
  StatsSample,
  TopResponse,
  Ulimit,
} from './types/container.ts';
import type {
  HistoryItem,
  ImageDeleteItem,
  ImageInspect,
  ImageSummary,
  ProgressMessage,
  PruneReport,
  SearchResult,
} from './types/image.ts';
import type {
  EndpointSettings,
  NetworkCreateRequest,
  NetworkInspect,
  NetworkSummary,
} from './types/network.ts';
import type {
  BuildCacheRecord,
  DiskUsage,
  EngineEvent,
  Filters,
  SystemInfo,
  VersionInfo,
} from './types/system.ts';
import type { Volume, VolumeCreateRequest } from './types/volume.ts';

export { DockerError } from './error.ts';
export { ERRORS, type ErrorId } from './errors.ts';
export type * from './types/container.ts';
export type * from './types/image.ts';
export type * from './types/network.ts';
export type * from './types/swarm.ts';
export type * from './types/system.ts';
export type * from './types/volume.ts';

/** The machine dockerd runs on. */
export interface HostMachine {
  /** Bind mounts come from here, volumes live here (below the data root). */
  readonly fs: Vfs;
  readonly uts: Uts;
  /** Where `--pid host` looks. */
  readonly pids: PidNamespace;
}

/**
 * An attached stream (hijacked connection). Without a tty `stdout` and `stderr` are apart; with one all is on `stdout`.
 * Readers end when the container (or exec) ends. Call `close` when done, or when the client detaches.
 */
export interface AttachStream {
  /** What is written here is the process' input; releasing it is end of input (for `-i` containers attached once). */
  readonly stdin: OpenFile | undefined;
  readonly stdout: OpenFile | undefined;
  readonly stderr: OpenFile | undefined;
  close(): void;
}

export interface AttachOptions {
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
  /** First replay what was logged so far. */
  logs?: boolean;
}

export interface LogOptions {
  stdout: boolean;
  stderr: boolean;
  /** Milliseconds since 1970. */
  since?: number;
  until?: number;
  /** Lines of both streams together; missing is all. */
  tail?: number;
  follow?: boolean;
  /** Each line with what the driver's options chose of labels and environment. */
  details?: boolean;
}

/** One logged line. `bytes` end in a newline unless the process ended without one. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Milliseconds since 1970; `rfc3339Nano` with nine digits is what `-t` shows. */
  readonly time: number;
  readonly bytes: Uint8Array;
  readonly details?: Readonly<Record<string, string>>;
}

export interface WaitResponse {
  StatusCode: number;
  /** Why it could not start, if so. */
  Error?: { Message: string };
}

export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

export interface ListOptions {
  all?: boolean;
  /** `-n`: the newest so many, whatever their state; 0 or less is no limit. */
  limit?: number;
  size?: boolean;
  filters?: Filters;
}

export interface CommitOptions {
  reference?: string;
  comment?: string;
  author?: string;
  /** Dockerfile instructions of `-c`. */
  changes?: readonly string[];
  /** Default true. */
  pause?: boolean;
}

/** What the builder (or load, import, commit) hands over to become an image. */
export interface NewImage {
  readonly config: ImageConfig;
  /** Bottom first. A row without `tree` changed only the configuration. `tree` is the whole root after that step. */
  readonly history: readonly {
    readonly createdBy: string;
    readonly comment?: string;
    /** Milliseconds since 1970. */
    readonly created?: number;
    readonly author?: string;
    readonly tree?: DirectoryNode;
  }[];
  /** Image whose layers and history come first (its ID). */
  readonly parent?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly created?: number;
  /** `amd64` if it is not told. */
  readonly architecture?: string;
  /** BuildKit wraps the image in an index with an attestation; its ID is the index's digest. */
  readonly index?: boolean;
  /** Shown by `image inspect` under Identity. */
  readonly buildRef?: string;
}

/** An image to build on. */
export interface BuildBase {
  readonly id: string;
  readonly config: ImageConfig;
  readonly author: string;
  readonly root: DirectoryNode;
  readonly created: number | undefined;
  /** Compressed layers, for showing how they are fetched. */
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
  /** It is in the image store. */
  readonly local: boolean;
}

/** A RUN instruction: what to run on which root. */
export interface BuildStep {
  readonly root: DirectoryNode;
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly network: 'default' | 'none' | 'host';
  /** `name:address`. */
  readonly extraHosts: readonly string[];
  readonly mounts: readonly Mount[];
  /** Bytes of /dev/shm. */
  readonly shmSize?: number;
  readonly ulimits: readonly Ulimit[];
  readonly onOutput: (bytes: Uint8Array) => void;
}

export interface BuildStepResult {
  readonly exitCode: number;
  /** The root afterwards, mounts left out. */
  readonly root: DirectoryNode;
}

/** The digests a build prints. */
export interface StoredImage {
  /** sha256:… — the image ID. */
  readonly id: string;
  readonly manifest: string;
  readonly config: string;
  readonly attestation: string | undefined;
}

export interface RegistryAuth {
  username: string;
  password: string;
  serveraddress?: string;
}

/** Where streamed answers go; it may wait (the client's standard output is a pipe). */
export type Emit<T> = (item: T) => Sys<void>;

export interface EngineApi {
  /** The reader's machine on the network: what its processes get as `net` (published ports, container addresses). */
  readonly hostNet: NetNamespace;

  // ---- containers ----------------------------------------------------------------------------------------------
  containerCreate(request: CreateRequest): Sys<CreateResponse>;
  containerStart(ref: string): Sys<void>;
  /** `timeout` in seconds; missing: the container's StopTimeout, else 10; negative: for ever. */
  containerStop(ref: string, options?: { signal?: string; timeout?: number }): Sys<void>;
  containerRestart(ref: string, options?: { signal?: string; timeout?: number }): Sys<void>;
  containerKill(ref: string, signal?: string): Sys<void>;
  containerPause(ref: string): Sys<void>;
  containerUnpause(ref: string): Sys<void>;
  containerRename(ref: string, name: string): Sys<void>;
  containerUpdate(
    ref: string,
    change: Partial<Resources> & { RestartPolicy?: HostConfig['RestartPolicy'] },
  ): Sys<{ Warnings: readonly string[] }>;
  /** The condition is looked at when this is called, so call it before `containerStart` and wait for it afterwards. */
  containerWait(ref: string, condition?: WaitCondition): Sys<WaitResponse>;
  containerRemove(ref: string, options?: { force?: boolean; volumes?: boolean; link?: boolean }): Sys<void>;
  containerPrune(filters?: Filters): Sys<PruneReport<string>>;
  containerList(options?: ListOptions): ContainerSummary[];
  containerInspect(ref: string, options?: { size?: boolean }): ContainerInspect;
  containerLogs(ref: string, options: LogOptions, emit: Emit<LogLine>): Sys<void>;
  containerTop(ref: string, psArgs?: readonly string[]): Sys<TopResponse>;
  /** One sample a second (after a first one) until the client goes; with `stream` false two seconds, one sample. */
  containerStats(ref: string, options: { stream: boolean }, emit: Emit<StatsSample>): Sys<void>;
  containerDiff(ref: string): FilesystemChange[];
  containerStatPath(ref: string, path: string): PathStat;
  /** A tar of the path; its only root entry carries the path's base name. */
  containerArchiveGet(ref: string, path: string): { stat: PathStat; tar: Uint8Array };
  /** Unpacks a tar into a directory of the container. */
  containerArchivePut(
    ref: string,
    path: string,
    tar: Uint8Array,
    options?: { noOverwriteDirNonDir?: boolean; copyUidGid?: boolean },
  ): Sys<void>;
  containerExport(ref: string): Sys<Uint8Array>;
  /** Returns the new image's ID. */
  containerCommit(ref: string, options?: CommitOptions): Sys<string>;
  /** Attach before `containerStart` to miss nothing. Emits the attach event. */
  containerAttach(ref: string, options: AttachOptions): AttachStream;
  containerResize(ref: string, size: { columns: number; rows: number }): void;
  execCreate(ref: string, config: ExecConfig): string;
  /** Detached: undefined, after the process has started. A command that cannot start says so on the stream's stdout. */
  execStart(execId: string, options?: { detach?: boolean }): Sys<AttachStream | undefined>;
  execInspect(execId: string): ExecInspect;
  execWait(execId: string): Sys<number>;
  execResize(execId: string, size: { columns: number; rows: number }): void;

  // ---- images --------------------------------------------------------------------------------------------------
  imagePull(
    reference: string,
    options: { all?: boolean; platform?: string; auth?: RegistryAuth },
    emit: Emit<ProgressMessage>,
  ): Sys<void>;
  imagePush(
    reference: string,
    options: { all?: boolean; auth?: RegistryAuth },
    emit: Emit<ProgressMessage>,
  ): Sys<void>;
  imageList(options?: { all?: boolean; filters?: Filters; sharedSize?: boolean }): ImageSummary[];
  imageInspect(ref: string, platform?: string): ImageInspect;
  imageHistory(ref: string, platform?: string): HistoryItem[];
  imageTag(source: string, target: string): void;
  imageRemove(ref: string, options?: { force?: boolean; noPrune?: boolean }): Sys<ImageDeleteItem[]>;
  imagePrune(filters?: Filters): Sys<PruneReport<ImageDeleteItem>>;
  imageSearch(term: string, options?: { limit?: number; filters?: Filters }): Sys<SearchResult[]>;
  imageSave(refs: readonly string[], platform?: string): Sys<Uint8Array>;
  imageLoad(tar: Uint8Array, options: { quiet?: boolean }, emit: Emit<ProgressMessage>): Sys<void>;
  /** Returns the new image's ID. */
  imageImport(
    tar: Uint8Array,
    options: { reference?: string; message?: string; changes?: readonly string[]; architecture?: string },
  ): Sys<string>;
  registryLogin(auth: RegistryAuth): Sys<{ Status: string }>;
  /** For the builder: the image's root as a tree, its configuration, and a way back into the store. */
  imageRoot(ref: string): { id: string; config: ImageConfig; root: DirectoryNode };
  imageStore(image: NewImage): StoredImage;
  /** Names what was built; an image that loses its last name by it is gone (the containerd image store keeps no trace). */
  imageNameBuilt(id: string, names: readonly string[]): void;
  /** What a FROM means: an image of the store, or of the registry (always asked with `pull`). Nothing is stored by it. */
  buildResolve(reference: string, options: { pull: boolean }): Sys<BuildBase>;
  /** Fetches the frontend of `# syntax=docker/dockerfile`. Throws as a pull does, or build-untrusted. */
  buildFrontend(): Sys<void>;
  /** Runs one RUN instruction of BuildKit. The process ends with the caller. Throws no-such-user. */
  buildRun(step: BuildStep): Sys<BuildStepResult>;
  /** What a container changed in its image, as a whole root; for the legacy builder. */
  containerRoot(ref: string): DirectoryNode;
  /** Roots after each layer of each image in the store: what of the builder's cache is still of use. */
  imageRoots(): ReadonlySet<DirectoryNode>;
  /** The builder's cache, for `system df`; set by the builder. */
  buildCache: () => readonly BuildCacheRecord[];

  // ---- networks ------------------------------------------------------------------------------------------------
  networkCreate(request: NetworkCreateRequest): Sys<{ Id: string; Warning: string }>;
  networkList(filters?: Filters): NetworkSummary[];
  networkInspect(ref: string): NetworkInspect;
  networkRemove(ref: string): Sys<void>;
  networkConnect(ref: string, container: string, endpoint?: Partial<EndpointSettings>): Sys<void>;
  networkDisconnect(ref: string, container: string, options?: { force?: boolean }): Sys<void>;
  networkPrune(filters?: Filters): Sys<PruneReport<string>>;

  /** How `docker manifest` talks to registries. */
  manifests(): Sys<ManifestClient>;

  // ---- swarm ---------------------------------------------------------------------------------------------------
  /** Swarm mode, loaded when first asked for. */
  swarm(): Sys<Swarm>;

  // ---- volumes -------------------------------------------------------------------------------------------------
  volumeCreate(request: VolumeCreateRequest): Sys<Volume>;
  volumeList(filters?: Filters): Volume[];
  volumeInspect(ref: string): Volume;
  volumeRemove(ref: string, options?: { force?: boolean }): Sys<void>;
  volumePrune(filters?: Filters): Sys<PruneReport<string>>;

  // ---- system --------------------------------------------------------------------------------------------------
  /** Past events from `since` on, then those to come until `until` (ms since 1970; missing: for ever). */
  events(options: { since?: number; until?: number; filters?: Filters }, emit: Emit<EngineEvent>): Sys<void>;
  info(): SystemInfo;
  version(): VersionInfo;
  /** The event of a prune of the builder's cache. */
  logCachePrune(reclaimed: number): void;
  diskUsage(): DiskUsage;
  /** Tells the state picture (or a test) of every event at once; returns how to stop. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /** The engine's connection to the outside world: off makes pulls and outside addresses fail. */
  online: boolean;
}
