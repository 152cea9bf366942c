import { rfc3339Nano } from '../../kernel/clock.ts';
import { WaitQueue } from '../../kernel/wait.ts';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';
import type { Network } from '../networks/network.ts';
import type {
  NodeSpec,
  PortConfig,
  ServiceSpec,
  SwarmSpec,
  TaskSpec,
  TaskState,
  TlsInfo,
  UpdateStatus,
} from '../types/swarm.ts';
import { newSwarmId } from './ids.ts';

const ORDER: readonly TaskState[] = [
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
];

/** Where a state stands on a task's way: `rank('running')` ⇒ 8. */
export const rank = (state: TaskState): number => ORDER.indexOf(state);

/** Is this the end of a task's way? */
export const isTerminal = (state: TaskState): boolean => rank(state) > rank('running');

/** What every object of the swarm has: its ID, its version in the raft log, when it was made and changed. */
export class SwarmObject {
  readonly id: string;
  readonly created: number;
  updated: number;
  version: number;
  readonly #cluster: { nextVersion(): number; readonly daemon: Daemon };

  constructor(cluster: { nextVersion(): number; readonly daemon: Daemon }) {
    this.#cluster = cluster;
    this.id = newSwarmId(cluster.daemon.kernel.random);
    this.created = cluster.daemon.now;
    this.updated = this.created;
    this.version = cluster.nextVersion();
  }

  /** The object has changed: a new version. */
  touch(): void {
    this.version = this.#cluster.nextVersion();
    this.updated = this.#cluster.daemon.now;
  }

  /** The first fields of its inspection. */
  meta(): { ID: string; Version: { Index: number }; CreatedAt: string; UpdatedAt: string } {
    return {
      ID: this.id,
      Version: { Index: this.version },
      CreatedAt: rfc3339Nano(this.created),
      UpdatedAt: rfc3339Nano(this.updated),
    };
  }
}

/** An address a service or task holds in a network. */
export interface Held {
  readonly network: Network;
  readonly address: number;
}

export class Service extends SwarmObject {
  spec: ServiceSpec;
  previous: ServiceSpec | undefined;
  updateStatus: UpdateStatus | undefined;
  /** Virtual addresses, one a network. */
  vips: Held[] = [];
  /** Published ports with the numbers the manager chose. */
  ports: readonly PortConfig[] = [];
  /** Counts updates: an older one gives way to a newer. */
  updates = 0;
  removed = false;
  /** Times a job was started, and when last. */
  iteration = 0;
  lastExecution = 0;

  constructor(cluster: Cluster, spec: ServiceSpec) {
    super(cluster);
    this.spec = spec;
    this.lastExecution = cluster.daemon.now;
  }

  get name(): string {
    return this.spec.Name;
  }

  get replicas(): number {
    const { Replicated, ReplicatedJob } = this.spec.Mode;
    return Replicated?.Replicas ?? ReplicatedJob?.TotalCompletions ?? 1;
  }

  get isGlobal(): boolean {
    return this.spec.Mode.Global !== undefined || this.spec.Mode.GlobalJob !== undefined;
  }

  get isJob(): boolean {
    return this.spec.Mode.ReplicatedJob !== undefined || this.spec.Mode.GlobalJob !== undefined;
  }
}

export class Task extends SwarmObject {
  readonly service: Service;
  /** 1 … n of a replicated service; 0 of a global one. */
  readonly slot: number;
  readonly spec: TaskSpec;
  /** The service's spec it was made from, to tell an outdated task. */
  readonly from: ServiceSpec;
  readonly iteration: number;
  nodeId: string | undefined;
  desired: TaskState;
  state: TaskState = 'new';
  message = 'created';
  error = '';
  timestamp: number;
  container: Container | undefined;
  containerId = '';
  pid = 0;
  exitCode = 0;
  hostPorts: readonly PortConfig[] = [];
  held: Held[] = [];
  /** A restart of it is under way. */
  restarting = false;
  readonly changed = new WaitQueue();

  constructor(cluster: Cluster, service: Service, slot: number, desired: TaskState) {
    super(cluster);
    this.service = service;
    this.slot = slot;
    this.from = service.spec;
    this.spec = service.spec.TaskTemplate;
    this.iteration = service.iteration;
    this.desired = desired;
    this.timestamp = cluster.daemon.now;
  }

  /** `web.1`; of a global service `web.<node>`. */
  get name(): string {
    const { name } = this.service;
    return `${name}.${this.slot === 0 ? (this.nodeId ?? '') : this.slot}`;
  }

  /** The name of its container: `web.1.<task>`. */
  get fullName(): string {
    return `${this.name}.${this.id}`;
  }

  /** Is it to run, or does it run for a job? */
  get wanted(): boolean {
    return rank(this.desired) <= rank('running') || this.desired === 'complete';
  }

  /** Goes to a state, with the manager's words about it. */
  go(state: TaskState, message: string, now: number, error = ''): void {
    this.state = state;
    this.message = message;
    this.error = error;
    this.timestamp = now;
    // What a task goes through on its way reaches the manager in one report with what follows.
    if (rank(state) >= rank('running') || error !== '') this.touch();
    this.changed.wake();
  }

  want(desired: TaskState): void {
    if (rank(desired) <= rank(this.desired)) return;
    this.desired = desired;
    this.touch();
    this.changed.wake();
  }
}

/** A secret or a config. */
export class FileRecord extends SwarmObject {
  readonly name: string;
  labels: Readonly<{ [key: string]: string }>;
  readonly data: Uint8Array;
  readonly driver: string;

  constructor(
    cluster: Cluster,
    init: { name: string; labels: Readonly<{ [key: string]: string }>; data: Uint8Array; driver: string },
  ) {
    super(cluster);
    this.name = init.name;
    this.labels = init.labels;
    this.data = init.data;
    this.driver = init.driver;
  }
}

export class Node extends SwarmObject {
  spec: NodeSpec;

  constructor(cluster: Cluster, availability: string) {
    super(cluster);
    this.spec = { Labels: {}, Role: 'manager', Availability: availability };
  }
}

/** All that the managers of a swarm know; here there is one node. */
export class Cluster {
  readonly daemon: Daemon;
  #version = 8;
  readonly id: string;
  readonly created: number;
  updated: number;
  spec: SwarmSpec;
  tls: TlsInfo;
  readonly address: string;
  /** Where others reach this manager. */
  readonly port: string;
  readonly pools: readonly string[];
  readonly maskLength: number;
  readonly dataPathPort: number;
  tokens: { Worker: string; Manager: string };
  unlockKey = '';
  node: Node;
  readonly services = new Map<string, Service>();
  readonly tasks = new Map<string, Task>();
  readonly secrets = new Map<string, FileRecord>();
  readonly configs = new Map<string, FileRecord>();
  /** Networks of the swarm, `ingress` among them. */
  readonly networks: Network[] = [];
  /** Wakes when tasks or services change. */
  readonly changed = new WaitQueue();
  left = false;

  constructor(
    daemon: Daemon,
    init: {
      spec: SwarmSpec;
      tls: TlsInfo;
      address: string;
      port: string;
      tokens: { Worker: string; Manager: string };
      availability: string;
      pools: readonly string[];
      maskLength: number;
      dataPathPort: number;
    },
  ) {
    this.daemon = daemon;
    this.id = newSwarmId(daemon.kernel.random);
    this.created = daemon.now;
    this.updated = daemon.now;
    this.spec = init.spec;
    this.tls = init.tls;
    this.address = init.address;
    this.port = init.port;
    this.tokens = init.tokens;
    this.pools = init.pools;
    this.maskLength = init.maskLength;
    this.dataPathPort = init.dataPathPort;
    this.node = new Node(this, init.availability);
  }

  nextVersion(): number {
    this.#version++;
    return this.#version;
  }

  get version(): number {
    return this.#version;
  }

  /** The tasks of a service, oldest first. */
  tasksOf(service: Service): Task[] {
    return [...this.tasks.values()].filter((task) => task.service === service);
  }
}
