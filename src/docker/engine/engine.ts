import type { Catalogue } from '../images/types.ts';
import type { DirectoryNode } from '../kernel/fs/node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NetNamespace } from '../kernel/net.ts';
import type { Sys } from '../kernel/wait.ts';
import type * as Api from './api.ts';
import { commit } from './containers/commit.ts';
import type { Container } from './containers/container.ts';
import { createContainer } from './containers/create.ts';
import { createExec, type Exec, startExec, waitExec } from './containers/exec.ts';
import * as files from './containers/files.ts';
import { inspectContainer } from './containers/inspect.ts';
import * as lifecycle from './containers/lifecycle.ts';
import { listContainers } from './containers/list.ts';
import { readLogs } from './containers/logs.ts';
import { connect, disconnect } from './containers/networking.ts';
import { pruneContainers, removeContainer, removeLink } from './containers/remove.ts';
import { consoleOf, startContainer } from './containers/start.ts';
import { stats } from './containers/stats.ts';
import { ContainerStore } from './containers/store.ts';
import { updateContainer } from './containers/update.ts';
import { waitContainer } from './containers/wait.ts';
import { Daemon, type DaemonSettings } from './daemon.ts';
import { DockerError } from './error.ts';
import { hostView } from './host-view.ts';
import { fetchFrontend, nameBuilt, ownRoot, resolveBase } from './images/built.ts';
import { Hub } from './images/hub.ts';
import { Images, type ImageUser } from './images/images.ts';
import type { ManifestClient } from './images/manifests.ts';
import { pull } from './images/pull.ts';
import { pruneImages, removeImage } from './images/remove.ts';
import { HostStack } from './networks/host.ts';
import { Networks } from './networks/networks.ts';
import type { Rooms } from './rooms.ts';
import type { Swarm } from './swarm/swarm.ts';
import { diskUsage, info, version } from './system.ts';
import { Volumes } from './volumes/volumes.ts';

/** What an engine is made of. */
export interface EngineOptions {
  readonly kernel: Kernel;
  readonly catalogue: Catalogue;
  readonly host: Api.HostMachine;
  readonly settings?: Partial<DaemonSettings>;
}

const DEFAULTS: DaemonSettings = {
  dataRoot: '/var/lib/docker',
  execRoot: '/var/run/docker',
  cpus: 2,
  memory: 25_279_000_000,
  nameServer: '10.0.2.3',
  cgroupVersion: 2,
};

/** The simulated dockerd: the Engine API on top of the rooms. */
export class Engine implements Api.EngineApi {
  readonly rooms: Rooms;
  readonly #id: string;
  readonly #host: HostStack;
  readonly #execs = new Map<string, Exec>();
  #swarm: Swarm | undefined;
  /** The builder's cache, for `system df`; set by the build room. */
  buildCache: () => readonly Api.BuildCacheRecord[] = () => [];
  /** What the builder holds from before and never lets go: the empty roots that images were once unpacked on. */
  heldCache: readonly Api.BuildCacheRecord[] = [];

  constructor(options: EngineOptions) {
    const { kernel, host } = options;
    this.#host = new HostStack();
    this.#host.hostname = host.uts.hostname;
    const daemon = new Daemon(kernel, host, { ...DEFAULTS, ...options.settings }, this.#host);
    this.#host.daemon = daemon.process;
    this.#host.online = () => daemon.online;
    if (options.settings?.famousSites === true) this.#host.reachFamousSites();
    const hex = kernel.random.hex(16);
    this.#id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
      '-',
    );
    const images = new Images(daemon, new Hub(options.catalogue));
    const networks = new Networks(daemon, this.#host);
    const containers = new ContainerStore();
    this.rooms = { daemon, images, networks, volumes: new Volumes(daemon), containers };
    host.pids.guests = () => hostView(this.rooms);
    images.users = () => imageUsers(containers);
    networks.inUse = (network) => {
      for (const container of containers.all())
        for (const seat of container.seats.values()) if (seat.network === network) return true;
      return false;
    };
  }

  get hostNet(): NetNamespace {
    return this.#host;
  }

  get online(): boolean {
    return this.rooms.daemon.online;
  }

  set online(value: boolean) {
    this.rooms.daemon.online = value;
  }

  #container(ref: string): Container {
    return this.rooms.containers.get(ref);
  }

  /** Done by dockerd itself: goes on when the client is killed. */
  #run<T>(body: Sys<T>): Sys<T> {
    return this.rooms.daemon.run(body);
  }

  /** Closes a client's streams when the client ends. */
  #tie(stream: Api.AttachStream): Api.AttachStream {
    const { kernel, process } = this.rooms.daemon;
    if (kernel.current !== undefined && kernel.current !== process)
      kernel.current.ended.add({ resume: () => stream.close() });
    return stream;
  }

  // ---- containers ----------------------------------------------------------------------------------------------

  containerCreate(request: Api.CreateRequest): Sys<Api.CreateResponse> {
    return createContainer(this.rooms, request);
  }

  containerStart(ref: string): Sys<void> {
    return this.#run(startContainer(this.rooms, ref));
  }

  *containerStop(ref: string, options: { signal?: string; timeout?: number } = {}): Sys<void> {
    const stop = lifecycle.stopContainer(this.rooms, this.#container(ref), options);
    yield* this.#run(lifecycle.named('cannot-stop', ref, stop));
  }

  *containerRestart(ref: string, options: { signal?: string; timeout?: number } = {}): Sys<void> {
    const restart = lifecycle.restartContainer(this.rooms, this.#container(ref), options);
    yield* this.#run(lifecycle.named('cannot-restart', ref, restart));
  }

  containerKill(ref: string, signal = 'KILL'): Sys<void> {
    return this.#run(lifecycle.killContainer(this.rooms, ref, signal));
  }

  *containerPause(ref: string): Sys<void> {
    yield* this.#run(lifecycle.pauseContainer(this.rooms, this.#container(ref)));
  }

  *containerUnpause(ref: string): Sys<void> {
    yield* this.#run(lifecycle.unpauseContainer(this.rooms, this.#container(ref)));
  }

  *containerRename(ref: string, name: string): Sys<void> {
    yield* lifecycle.renameContainer(this.rooms, this.#container(ref), name);
  }

  *containerUpdate(
    ref: string,
    change: Partial<Api.Resources> & { RestartPolicy?: Api.RestartPolicy },
  ): Sys<{ Warnings: readonly string[] }> {
    return yield* updateContainer(this.rooms, this.#container(ref), change);
  }

  containerWait(ref: string, condition: Api.WaitCondition = 'not-running'): Sys<Api.WaitResponse> {
    return waitContainer(this.rooms, ref, condition);
  }

  *containerRemove(
    ref: string,
    options: { force?: boolean; volumes?: boolean; link?: boolean } = {},
  ): Sys<void> {
    if (options.link === true) removeLink(this.rooms, ref);
    else yield* this.#run(removeContainer(this.rooms, this.#container(ref), options));
  }

  containerPrune(filters: Api.Filters = {}): Sys<Api.PruneReport<string>> {
    return pruneContainers(this.rooms, filters);
  }

  containerList(options: Api.ListOptions = {}): Api.ContainerSummary[] {
    return listContainers(this.rooms, options);
  }

  containerInspect(ref: string, options: { size?: boolean } = {}): Api.ContainerInspect {
    return inspectContainer(this.rooms, this.#container(ref), options.size === true);
  }

  containerLogs(ref: string, options: Api.LogOptions, emit: Api.Emit<Api.LogLine>): Sys<void> {
    return readLogs(this.rooms, ref, options, emit);
  }

  *containerTop(ref: string, psArgs: readonly string[] = []): Sys<Api.TopResponse> {
    const container = this.#container(ref);
    const { top } = yield* this.#load(import('./containers/top.ts'));
    const out = top(this.rooms, container, psArgs);
    this.rooms.daemon.events.log('container', 'top', container.id, container.attributes());
    return out;
  }

  containerStats(ref: string, options: { stream: boolean }, emit: Api.Emit<Api.StatsSample>): Sys<void> {
    return stats(this.rooms, ref, options.stream, emit);
  }

  containerDiff(ref: string): Api.FilesystemChange[] {
    return files.diff(this.#container(ref));
  }

  containerStatPath(ref: string, path: string): Api.PathStat {
    return files.statPath(this.rooms, this.#container(ref), path, ref);
  }

  containerArchiveGet(ref: string, path: string): { stat: Api.PathStat; tar: Uint8Array } {
    const container = this.#container(ref);
    const out = files.archive(this.rooms, container, path, ref);
    this.rooms.daemon.events.log('container', 'archive-path', container.id, {
      ...container.attributes(),
      path,
    });
    return out;
  }

  *containerArchivePut(
    ref: string,
    path: string,
    tar: Uint8Array,
    options: { noOverwriteDirNonDir?: boolean; copyUidGid?: boolean } = {},
  ): Sys<void> {
    yield* files.extract(this.rooms, this.#container(ref), path, tar, options);
  }

  *containerExport(ref: string): Sys<Uint8Array> {
    return yield* files.exportTar(this.rooms, this.#container(ref));
  }

  *containerCommit(ref: string, options: Api.CommitOptions = {}): Sys<string> {
    return yield* commit(this.rooms, this.#container(ref), options);
  }

  containerAttach(ref: string, options: Api.AttachOptions): Api.AttachStream {
    const container = this.#container(ref);
    if (container.state.paused) throw new DockerError('attach-paused');
    if (container.state.restarting) throw new DockerError('attach-restarting');
    const stream = consoleOf(container).attach(options);
    this.rooms.daemon.events.log('container', 'attach', container.id, container.attributes());
    return this.#tie(stream);
  }

  containerResize(ref: string, size: { columns: number; rows: number }): void {
    const container = this.#container(ref);
    const { tty } = consoleOf(container);
    if (tty === undefined) return;
    if (resize(tty, size)) container.state.process?.signal('WINCH');
    this.rooms.daemon.events.log('container', 'resize', container.id, {
      ...container.attributes(),
      height: String(size.rows),
      width: String(size.columns),
    });
  }

  execCreate(ref: string, config: Api.ExecConfig): string {
    const exec = createExec(this.rooms, ref, config);
    this.#execs.set(exec.id, exec);
    return exec.id;
  }

  #exec(id: string): Exec {
    const exec = this.#execs.get(id);
    if (exec === undefined) throw new DockerError('no-such-exec', { id });
    return exec;
  }

  *execStart(execId: string, options: { detach?: boolean } = {}): Sys<Api.AttachStream | undefined> {
    const stream = yield* startExec(this.rooms, this.#exec(execId), options.detach === true);
    return stream === undefined ? undefined : this.#tie(stream);
  }

  execInspect(execId: string): Api.ExecInspect {
    return this.#exec(execId).inspect();
  }

  execWait(execId: string): Sys<number> {
    return waitExec(this.#exec(execId));
  }

  execResize(execId: string, size: { columns: number; rows: number }): void {
    const exec = this.#exec(execId);
    if (exec.console.tty === undefined) return;
    if (resize(exec.console.tty, size)) exec.process?.signal('WINCH');
  }

  // ---- images --------------------------------------------------------------------------------------------------

  imagePull(
    reference: string,
    options: { all?: boolean; platform?: string; auth?: Api.RegistryAuth },
    emit: Api.Emit<Api.ProgressMessage>,
  ): Sys<void> {
    return pull(this.rooms.images, reference, options, emit);
  }

  /** Code that few commands need: fetched when it is first used. */
  #load<T>(module: Promise<T>): Sys<T> {
    return this.rooms.daemon.kernel.external(module);
  }

  *imagePush(
    reference: string,
    options: { all?: boolean; auth?: Api.RegistryAuth },
    emit: Api.Emit<Api.ProgressMessage>,
  ): Sys<void> {
    const { push } = yield* this.#load(import('./images/push.ts'));
    yield* push(this.rooms.images, reference, options, emit);
  }

  imageList(
    options: { all?: boolean; filters?: Api.Filters; sharedSize?: boolean } = {},
  ): Api.ImageSummary[] {
    return this.rooms.images.list(options);
  }

  imageInspect(ref: string, platform?: string): Api.ImageInspect {
    return this.rooms.images.inspect(ref, platform);
  }

  imageHistory(ref: string, platform?: string): Api.HistoryItem[] {
    return this.rooms.images.history(ref, platform);
  }

  imageTag(source: string, target: string): void {
    this.rooms.images.tag(source, target);
  }

  imageRemove(ref: string, options: { force?: boolean; noPrune?: boolean } = {}): Sys<Api.ImageDeleteItem[]> {
    return this.#run(removeImage(this.rooms.images, ref, options));
  }

  imagePrune(filters: Api.Filters = {}): Sys<Api.PruneReport<Api.ImageDeleteItem>> {
    return pruneImages(this.rooms.images, filters);
  }

  *imageSearch(
    term: string,
    options: { limit?: number; filters?: Api.Filters } = {},
  ): Sys<Api.SearchResult[]> {
    const { readSearch, searchHub } = yield* this.#load(import('./images/search.ts'));
    const search = readSearch(term, options);
    const { settings } = this.rooms.daemon;
    if (!this.online)
      throw new DockerError('search-failed', {
        reason: `Get "https://index.docker.io/v1/search?q=${encodeURIComponent(term)}&n=${search.limit}": dial tcp: lookup index.docker.io on ${settings.nameServer}:53: no such host`,
      });
    // The hub of the recordings sends all that it has.
    return searchHub(
      this.rooms.images.hub.catalogue,
      settings.standInHub === true ? { ...search, limit: 100 } : search,
    );
  }

  *imageSave(refs: readonly string[], platform?: string): Sys<Uint8Array> {
    const { saveImages } = yield* this.#load(import('./images/archive.ts'));
    return yield* saveImages(this.rooms.images, refs, platform);
  }

  *imageLoad(tar: Uint8Array, _options: { quiet?: boolean }, emit: Api.Emit<Api.ProgressMessage>): Sys<void> {
    const { loadImages } = yield* this.#load(import('./images/archive.ts'));
    yield* loadImages(this.rooms.images, tar, emit);
  }

  *imageImport(
    tar: Uint8Array,
    options: { reference?: string; message?: string; changes?: readonly string[]; architecture?: string },
  ): Sys<string> {
    const { importImage } = yield* this.#load(import('./images/archive.ts'));
    return yield* importImage(this.rooms.images, tar, options);
  }

  *registryLogin(auth: Api.RegistryAuth): Sys<{ Status: string }> {
    const { login } = yield* this.#load(import('./images/push.ts'));
    return yield* login(this.rooms.images, auth);
  }

  imageRoot(ref: string): ReturnType<Api.EngineApi['imageRoot']> {
    return this.rooms.images.root(ref);
  }

  imageStore(image: Api.NewImage): Api.StoredImage {
    return this.rooms.images.create(image);
  }

  imageNameBuilt(id: string, names: readonly string[]): void {
    nameBuilt(this.rooms, id, names);
  }

  buildResolve(reference: string, options: { pull: boolean }): Sys<Api.BuildBase> {
    return resolveBase(this.rooms, reference, options);
  }

  buildFrontend(): Sys<void> {
    return fetchFrontend(this.rooms);
  }

  *buildRun(step: Api.BuildStep): Sys<Api.BuildStepResult> {
    const { runBuildStep } = yield* this.#load(import('./images/build.ts'));
    return yield* runBuildStep(this.rooms, step);
  }

  imageRoots(): ReadonlySet<DirectoryNode> {
    return new Set(this.rooms.images.store.all().flatMap((image) => image.layers.map((layer) => layer.root)));
  }

  containerRoot(ref: string): DirectoryNode {
    return ownRoot(this.#container(ref));
  }

  // ---- networks ------------------------------------------------------------------------------------------------

  networkCreate(request: Api.NetworkCreateRequest): Sys<{ Id: string; Warning: string }> {
    return this.#run(this.rooms.networks.create(request));
  }

  networkList(filters: Api.Filters = {}): Api.NetworkSummary[] {
    return this.rooms.networks.list(filters);
  }

  networkInspect(ref: string): Api.NetworkInspect {
    return this.rooms.networks.inspect(ref);
  }

  networkRemove(ref: string): Sys<void> {
    return this.#run(this.rooms.networks.remove(ref));
  }

  networkConnect(ref: string, container: string, endpoint: Partial<Api.EndpointSettings> = {}): Sys<void> {
    return this.#run(connect(this.rooms, ref, container, endpoint));
  }

  networkDisconnect(ref: string, container: string, options: { force?: boolean } = {}): Sys<void> {
    return this.#run(disconnect(this.rooms, ref, container, options.force === true));
  }

  networkPrune(filters: Api.Filters = {}): Sys<Api.PruneReport<string>> {
    return this.rooms.networks.prune(filters);
  }

  *manifests(): Sys<ManifestClient> {
    const { ManifestClient } = yield* this.#load(import('./images/manifests.ts'));
    return new ManifestClient(this.rooms.images);
  }

  // ---- swarm -----------------------------------------------------------------------------------------------------

  *swarm(): Sys<Swarm> {
    if (this.#swarm === undefined) {
      const { Swarm } = yield* this.rooms.daemon.kernel.external(import('./swarm/swarm.ts'));
      this.#swarm ??= new Swarm(this.rooms);
    }
    return this.#swarm;
  }

  // ---- volumes -------------------------------------------------------------------------------------------------

  volumeCreate(request: Api.VolumeCreateRequest): Sys<Api.Volume> {
    return this.#run(this.rooms.volumes.create(request));
  }

  volumeList(filters: Api.Filters = {}): Api.Volume[] {
    return this.rooms.volumes.list(filters);
  }

  volumeInspect(ref: string): Api.Volume {
    return this.rooms.volumes.inspect(ref);
  }

  volumeRemove(ref: string, options: { force?: boolean } = {}): Sys<void> {
    return this.#run(this.rooms.volumes.remove(ref, options));
  }

  volumePrune(filters: Api.Filters = {}): Sys<Api.PruneReport<string>> {
    return this.rooms.volumes.prune(filters);
  }

  // ---- system --------------------------------------------------------------------------------------------------

  events(
    options: { since?: number; until?: number; filters?: Api.Filters },
    emit: Api.Emit<Api.EngineEvent>,
  ): Sys<void> {
    return this.rooms.daemon.events.stream(options, emit);
  }

  info(): Api.SystemInfo {
    return info(this.rooms, this.#id);
  }

  version(): Api.VersionInfo {
    return version();
  }

  logCachePrune(reclaimed: number): void {
    this.rooms.daemon.events.log('builder', 'prune', '', { reclaimed: String(reclaimed) });
  }

  diskUsage(): Api.DiskUsage {
    return diskUsage(this.rooms, [...this.heldCache, ...this.buildCache()]);
  }

  subscribe(listener: (event: Api.EngineEvent) => void): () => void {
    return this.rooms.daemon.events.subscribe(listener);
  }
}

function* imageUsers(containers: ContainerStore): Generator<ImageUser> {
  for (const container of containers.all())
    yield { id: container.id, imageId: container.image.id, running: container.state.running };
}

/** Sets the size of a terminal; false if it had it: then programs are not told, as by TIOCSWINSZ. */
function resize(
  tty: { columns: number; rows: number },
  { columns, rows }: { columns: number; rows: number },
): boolean {
  const changed = tty.columns !== columns || tty.rows !== rows;
  tty.columns = columns;
  tty.rows = rows;
  return changed;
}
