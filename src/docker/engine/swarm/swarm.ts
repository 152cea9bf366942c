import type { Sys } from '../../kernel/wait.ts';
import type { Container } from '../containers/container.ts';
import { removeContainer } from '../containers/remove.ts';
import { DockerError } from '../error.ts';
import { checkFilters, labelsMatch, wanted } from '../filters.ts';
import { find } from '../images/pull.ts';
import { familiar, parseReference, withDefaultTag } from '../reference.ts';
import type { Rooms } from '../rooms.ts';
import { version } from '../system.ts';
import type {
  NodeInspect,
  NodeSpec,
  ServiceInspect,
  ServiceSpec,
  ServiceStatus,
  SwarmFile,
  SwarmInit,
  SwarmInspect,
  SwarmSpec,
  TaskInspect,
} from '../types/swarm.ts';
import type { Filters } from '../types/system.ts';
import { advertised } from './advertise.ts';
import { clusterHooks } from './cluster-hooks.ts';
import { base64, newCertificate, newToken, newTokenDigest, newUnlockKey } from './ids.ts';
import { inspectCluster, inspectFile, inspectNode, inspectService, inspectTask } from './inspect.ts';
import { addOverlay, ensureGatewayBridge, GATEWAY_BRIDGE } from './networks.ts';
import { Orchestrator } from './orchestrator.ts';
import { notFound, rpc } from './refusals.ts';
import { Services } from './services.ts';
import { Cluster, FileRecord } from './state.ts';
import { Updater } from './updater.ts';
import { checkFileName, checkNode } from './validate.ts';

/** The kinds of files a swarm keeps. */
export type FileKind = 'secret' | 'config';

/** Swarm mode of the engine, as far as one node goes: the Engine API's swarm part. Loaded when first needed. */
export class Swarm {
  readonly #rooms: Rooms;
  #cluster: Cluster | undefined;
  #services: Services | undefined;
  #orchestrator: Orchestrator | undefined;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  get active(): boolean {
    return this.#cluster !== undefined;
  }

  /** What this manager knows. Throws not-swarm-manager. */
  #manager(): Cluster {
    if (this.#cluster === undefined) throw new DockerError('not-swarm-manager');
    return this.#cluster;
  }

  // ---- the swarm itself ------------------------------------------------------------------------------------------

  /** `docker swarm init`: the node's ID. */
  init(request: SwarmInit): Sys<string> {
    return this.#rooms.daemon.run(this.#make(request));
  }

  *#make(request: SwarmInit): Sys<string> {
    const { daemon, networks } = this.#rooms;
    if (this.#cluster !== undefined) throw new DockerError('already-in-swarm');
    const address = advertised(this.#rooms, request);
    const { random } = daemon.kernel;
    const digest = newTokenDigest(random);
    const cluster = new Cluster(daemon, {
      spec: swarmSpec(request),
      tls: {
        TrustRoot: newCertificate(random),
        CertIssuerSubject: 'MBMxETAPBgNVBAMTCHN3YXJtLWNh',
        CertIssuerPublicKey: `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${base64(random, 86)}==`,
      },
      address,
      port: /:(\d+)$/.exec(request.advertiseAddr)?.[1] ?? /:(\d+)$/.exec(request.listenAddr)?.[1] ?? '2377',
      tokens: { Worker: newToken(random, digest), Manager: newToken(random, digest) },
      availability: request.availability,
      pools: request.addressPools,
      maskLength: request.maskLength,
      dataPathPort: request.dataPathPort === 0 ? 4789 : request.dataPathPort,
    });
    if (request.autolock) cluster.unlockKey = newUnlockKey(random);
    yield* daemon.work(480, 560);
    // The daemon does one at a time; another may have been first.
    if (this.#cluster !== undefined) throw new DockerError('already-in-swarm');
    addOverlay(cluster, networks, { Name: 'ingress', Driver: 'overlay', Ingress: true });
    ensureGatewayBridge(cluster, networks);
    this.#cluster = cluster;
    const orchestrator = new Orchestrator(this.#rooms, cluster);
    this.#orchestrator = orchestrator;
    this.#services = new Services(
      this.#rooms,
      cluster,
      orchestrator,
      new Updater(this.#rooms, cluster, orchestrator),
    );
    daemon.swarm = clusterHooks(this.#rooms, cluster);
    yield* daemon.work(60, 90);
    // The manager writes down what it has given to its node and to the network.
    cluster.nextVersion();
    cluster.nextVersion();
    return cluster.node.id;
  }

  /** `docker swarm join`: there is no other machine to join here. Throws for a token that is none. */
  *join(token: string, address: string): Sys<void> {
    const { daemon } = this.#rooms;
    if (this.#cluster !== undefined) throw new DockerError('already-in-swarm');
    daemon.joinFailed = true;
    if (!/^SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}$/.test(token))
      throw new DockerError('bad-parameter', { reason: 'invalid join token' });
    yield* daemon.work(1, 2);
    throw new DockerError('not-simulated', { what: `docker swarm join ${address}: a second machine` });
  }

  /** `docker swarm leave`. */
  leave(force: boolean): Sys<void> {
    return this.#rooms.daemon.run(this.#leave(force));
  }

  *#leave(force: boolean): Sys<void> {
    const cluster = this.#cluster;
    if (cluster === undefined) throw new DockerError('no-swarm');
    if (!force) throw new DockerError('swarm-leave');
    const { daemon, networks, containers } = this.#rooms;
    this.#cluster = undefined;
    cluster.left = true;
    const mine = (): Container[] =>
      [...containers.all()].filter((one) => 'com.docker.swarm.task.id' in one.config.Labels);
    const running = [...cluster.tasks.values()].filter((task) => task.wanted);
    for (const task of cluster.tasks.values()) if (!running.includes(task)) task.want('remove');
    // What runs is killed; what is being stopped is waited for.
    for (const { container } of running)
      if (container !== undefined && containers.find(container.id) === container)
        yield* removeContainer(this.#rooms, container, { force: true, volumes: true });
    for (const task of running) task.want('remove');
    cluster.changed.wake();
    while (mine().length > 0) yield { queues: [cluster.changed], until: daemon.now + 100 };
    yield* daemon.work(20, 60);
    for (const network of cluster.networks) networks.drop(network);
    const bridge = networks.find(GATEWAY_BRIDGE);
    for (const { address } of bridge?.fixtures.splice(0) ?? []) bridge?.settings.pool?.free(address);
    daemon.swarm = undefined;
    networks.host.mesh = undefined;
  }

  /** `GET /swarm`. */
  inspect(): SwarmInspect {
    const cluster = this.#manager();
    return { ...inspectCluster(cluster), JoinTokens: cluster.tokens };
  }

  /** `POST /swarm/update`: new settings, other tokens. */
  update(spec: SwarmSpec, rotate: { worker?: boolean; manager?: boolean; unlockKey?: boolean } = {}): void {
    const cluster = this.#manager();
    if (spec.CAConfig.NodeCertExpiry < 3600e9)
      throw rpc('InvalidArgument', 'minimum certificate expiry time is: 1h0m0s');
    const { random } = this.#rooms.daemon.kernel;
    const digest = cluster.tokens.Worker.split('-')[2] ?? '';
    if (rotate.worker === true) cluster.tokens = { ...cluster.tokens, Worker: newToken(random, digest) };
    if (rotate.manager === true) cluster.tokens = { ...cluster.tokens, Manager: newToken(random, digest) };
    const locked = spec.EncryptionConfig.AutoLockManagers;
    if (locked && (cluster.unlockKey === '' || rotate.unlockKey === true))
      cluster.unlockKey = newUnlockKey(random);
    if (!locked) cluster.unlockKey = '';
    cluster.spec = spec;
    cluster.nextVersion();
    cluster.updated = this.#rooms.daemon.now;
  }

  /** `docker swarm ca --rotate`: another root certificate, and tokens that name it. */
  rotateCa(spec: SwarmSpec): void {
    this.update(spec, { worker: true, manager: true });
    const cluster = this.#manager();
    cluster.tls = { ...cluster.tls, TrustRoot: newCertificate(this.#rooms.daemon.kernel.random) };
  }

  get unlockKey(): string {
    return this.#manager().unlockKey;
  }

  // ---- nodes -----------------------------------------------------------------------------------------------------

  nodes(filters: Filters = {}): NodeInspect[] {
    const cluster = this.#manager();
    checkFilters(filters, ['id', 'label', 'membership', 'name', 'node.label', 'role']);
    const { node } = cluster;
    const { hostname } = this.#rooms.daemon.host.uts;
    const any = (key: string, test: (value: string) => boolean): boolean =>
      (wanted(filters, key) ?? []).length === 0 || (wanted(filters, key) ?? []).some(test);
    const passes =
      any('id', (value) => node.id.startsWith(value)) &&
      any('name', (value) => hostname.startsWith(value)) &&
      any('role', (value) => value === node.spec.Role) &&
      any('membership', (value) => value === 'accepted') &&
      labelsMatch(filters, {}) &&
      labelsMatch(filters, node.spec.Labels, 'node.label');
    return passes ? [inspectNode(cluster, version().Version)] : [];
  }

  /** Finds by ID, its beginning, or host name. Throws swarm-not-found. */
  node(ref: string): NodeInspect {
    const cluster = this.#manager();
    const { node } = cluster;
    if (ref === '' || (ref !== this.#rooms.daemon.host.uts.hostname && !node.id.startsWith(ref)))
      throw notFound('node', ref);
    return inspectNode(cluster, version().Version);
  }

  updateNode(ref: string, spec: NodeSpec): void {
    this.node(ref);
    const cluster = this.#manager();
    checkNode(spec);
    const { node } = cluster;
    node.spec = spec;
    node.touch();
    if (spec.Availability === 'drain')
      for (const task of cluster.tasks.values())
        if (task.wanted && task.nodeId !== undefined) this.#orchestrator?.move(task);
    for (const service of cluster.services.values()) this.#orchestrator?.reconcile(service);
    cluster.changed.wake();
  }

  removeNode(ref: string): void {
    const { ID } = this.node(ref);
    throw rpc(
      'FailedPrecondition',
      `node ${ID} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal`,
    );
  }

  // ---- services and tasks ------------------------------------------------------------------------------------------

  #room(): Services {
    this.#manager();
    if (this.#services === undefined) throw new DockerError('not-swarm-manager');
    return this.#services;
  }

  /** `POST /services/create`: the new ID. */
  *createService(spec: ServiceSpec): Sys<string> {
    const room = this.#room();
    yield* this.#rooms.daemon.work(3, 6);
    return room.create(spec).id;
  }

  *updateService(ref: string, spec: ServiceSpec | 'previous'): Sys<void> {
    const room = this.#room();
    const service = room.get(ref);
    yield* this.#rooms.daemon.work(3, 6);
    if (spec === 'previous') room.rollback(service);
    else room.update(service, spec);
  }

  removeService(ref: string): void {
    const room = this.#room();
    room.remove(room.get(ref));
  }

  service(ref: string, options: { defaults?: boolean } = {}): ServiceInspect {
    return inspectService(this.#room().get(ref), options.defaults ?? true);
  }

  services(filters: Filters = {}): (ServiceInspect & { ServiceStatus: ServiceStatus })[] {
    const room = this.#room();
    checkFilters(filters, ['id', 'label', 'mode', 'name', 'runtime']);
    return room.list(filters).map((service) => ({
      ...inspectService(service, false),
      ServiceStatus: room.status(service),
    }));
  }

  tasks(filters: Filters = {}): (TaskInspect & { Name: string })[] {
    const room = this.#room();
    checkFilters(filters, [
      '_up-to-date',
      'desired-state',
      'id',
      'label',
      'name',
      'node',
      'runtime',
      'service',
    ]);
    return room.tasks(filters).map((task) => ({ ...inspectTask(task), Name: task.name }));
  }

  task(ref: string): TaskInspect {
    const found = [...this.#manager().tasks.values()].filter((task) => task.id.startsWith(ref));
    const [only] = found;
    if (only === undefined || found.length > 1) throw notFound('task', ref);
    return inspectTask(only);
  }

  /** Has a removed service still containers that stop? */
  lingers(serviceId: string): boolean {
    return [...this.#rooms.containers.all()].some(
      (container) => container.config.Labels['com.docker.swarm.service.id'] === serviceId,
    );
  }

  /** `docker stack rm` takes a network away though the last tasks may still be stopping. */
  removeNetwork(ref: string): void {
    const { networks, daemon } = this.#rooms;
    const network = networks.get(ref);
    daemon.swarm?.removeNetwork(network);
    networks.retire(network);
  }

  /** The digest a registry has for an image, as a whole reference; undefined if it cannot be asked. */
  *resolveImage(written: string): Sys<string | undefined> {
    const { images, daemon } = this.#rooms;
    try {
      const reference = withDefaultTag(parseReference(written));
      if (reference.digest !== undefined) return written;
      yield* daemon.work(4, 9);
      const record = yield* find(images, reference, undefined);
      return `${familiar(reference)}@${record.id}`;
    } catch (error) {
      if (error instanceof DockerError) return undefined;
      throw error;
    }
  }

  // ---- secrets and configs ---------------------------------------------------------------------------------------

  #files(kind: FileKind): Map<string, FileRecord> {
    const cluster = this.#manager();
    return kind === 'secret' ? cluster.secrets : cluster.configs;
  }

  #log(kind: FileKind, action: string, file: FileRecord): void {
    this.#rooms.daemon.events.log(kind, action, file.id, { name: file.name }, 'swarm');
  }

  createFile(
    kind: FileKind,
    spec: { name: string; labels: Readonly<{ [key: string]: string }>; data: Uint8Array; driver: string },
  ): string {
    const files = this.#files(kind);
    checkFileName(spec.name);
    const limit = kind === 'secret' ? 500 : 1000;
    if (spec.data.length === 0 || spec.data.length > limit * 1024)
      throw rpc('InvalidArgument', `${kind} data must be larger than 0 and less than ${limit * 1024} bytes`);
    if ([...files.values()].some((file) => file.name === spec.name))
      throw rpc('AlreadyExists', `${kind} ${spec.name} already exists`);
    const file = new FileRecord(this.#manager(), spec);
    files.set(file.id, file);
    this.#log(kind, 'create', file);
    return file.id;
  }

  #file(kind: FileKind, ref: string): FileRecord {
    const all = [...this.#files(kind).values()];
    const prefixed = all.filter((file) => ref !== '' && file.id.startsWith(ref));
    const found =
      all.find((file) => file.id === ref) ??
      all.find((file) => file.name === ref) ??
      (prefixed.length === 1 ? prefixed[0] : undefined);
    if (found === undefined) throw notFound(kind, ref);
    return found;
  }

  file(kind: FileKind, ref: string): SwarmFile {
    return inspectFile(this.#file(kind, ref), kind === 'config');
  }

  files(kind: FileKind, filters: Filters = {}): (SwarmFile & { driver: string })[] {
    const files = this.#files(kind);
    checkFilters(filters, ['id', 'label', 'name', 'names']);
    const any = (key: string, test: (value: string) => boolean): boolean =>
      wanted(filters, key)?.some(test) ?? true;
    return [...files.values()]
      .filter(
        (file) =>
          any('id', (value) => file.id.startsWith(value)) &&
          any('name', (value) => file.name.startsWith(value)) &&
          any('names', (value) => file.name === value) &&
          labelsMatch(filters, file.labels),
      )
      .map((file) => ({ ...inspectFile(file, kind === 'config'), driver: file.driver }));
  }

  /** Only labels of a file may change. */
  updateFile(
    kind: FileKind,
    ref: string,
    spec: { labels: Readonly<{ [key: string]: string }>; data: Uint8Array },
  ): void {
    const file = this.#file(kind, ref);
    if (spec.data.length !== file.data.length || spec.data.some((byte, at) => byte !== file.data[at]))
      throw rpc('InvalidArgument', 'only updates to Labels are allowed');
    file.labels = spec.labels;
    file.touch();
    this.#log(kind, 'update', file);
  }

  removeFile(kind: FileKind, ref: string): void {
    const file = this.#file(kind, ref);
    const users = [...this.#manager().services.values()].filter((service) => {
      const { Secrets = [], Configs = [] } = service.spec.TaskTemplate.ContainerSpec;
      return kind === 'secret'
        ? Secrets.some((one) => one.SecretID === file.id)
        : Configs.some((one) => one.ConfigID === file.id);
    });
    if (users.length > 0)
      throw rpc(
        'InvalidArgument',
        `${kind} '${file.name}' is in use by the following service${users.length > 1 ? 's' : ''}: ${users.map((one) => one.name).join(', ')}`,
      );
    this.#files(kind).delete(file.id);
    this.#log(kind, 'remove', file);
  }
}

function swarmSpec(request: SwarmInit): SwarmSpec {
  return {
    Name: 'default',
    Labels: {},
    Orchestration: { TaskHistoryRetentionLimit: request.taskHistory ?? 5 },
    Raft: {
      SnapshotInterval: request.snapshotInterval ?? 10_000,
      KeepOldSnapshots: request.maxSnapshots ?? 0,
      LogEntriesForSlowFollowers: 500,
      ElectionTick: 10,
      HeartbeatTick: 1,
    },
    Dispatcher: { HeartbeatPeriod: request.heartbeat ?? 5e9 },
    CAConfig: { NodeCertExpiry: request.certExpiry ?? 7_776_000_000_000_000 },
    TaskDefaults: {},
    EncryptionConfig: { AutoLockManagers: request.autolock },
  };
}
