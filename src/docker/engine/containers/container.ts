import type { DirectoryNode } from '../../kernel/fs/node.ts';
import { Tree } from '../../kernel/fs/tree.ts';
import type { Vfs } from '../../kernel/fs/vfs.ts';
import type { Kernel, PidNamespace } from '../../kernel/kernel.ts';
import type { NetNamespace } from '../../kernel/net.ts';
import type { Cgroup, Process, Uts } from '../../kernel/process.ts';
import type { OpenFile } from '../../kernel/stream.ts';
import type { Tty } from '../../kernel/tty.ts';
import type { ImageRecord } from '../images/record.ts';
import type { Endpoint, EndpointOwner, Network } from '../networks/network.ts';
import type { Sandbox } from '../networks/sandbox.ts';
import type { ContainerConfig, HostConfig, PortBinding } from '../types/container.ts';
import type { EndpointSettings } from '../types/network.ts';
import type { Exec } from './exec.ts';
import type { GivenFile } from './given-files.ts';
import { type LogInfo, rotation } from './log-options.ts';
import type { PlannedMount } from './mounts.ts';
import { Broadcast, ContainerLog } from './output.ts';
import { State } from './state.ts';

/** A container's place in a network: what was asked for, and while it runs, what it got. */
export interface Seat {
  /** As the request named it. */
  readonly ref: string;
  readonly config: Partial<EndpointSettings>;
  network: Network | undefined;
  endpoint: Endpoint | undefined;
  /** Has the container ever been in it? */
  joined?: boolean;
}

/** Everything that exists only while a container runs. */
export interface Running {
  readonly fs: Vfs;
  readonly net: NetNamespace;
  /** The container's own network namespace; none for `host` and `container:`. */
  readonly sandbox: Sandbox | undefined;
  readonly uts: Uts;
  readonly pids: PidNamespace;
  readonly cgroup: Cgroup;
  readonly env: ReadonlyMap<string, string>;
  readonly tty: Tty | undefined;
  /** Where attached clients write, for `-i`. */
  readonly stdin: OpenFile | undefined;
  process: Process | undefined;
}

/** A container: configuration, state, files, log. What is done with it is in the other files of this room. */
export class Container implements EndpointOwner {
  readonly id: string;
  name: string;
  readonly created: number;
  readonly config: ContainerConfig;
  hostConfig: HostConfig;
  readonly image: ImageRecord;
  readonly state = new State();
  /** The writable layer on the image's root. */
  readonly tree: Tree;
  /** What `docker diff` compares with. */
  readonly baseline: DirectoryNode;
  readonly mounts: readonly PlannedMount[];
  /** By network name, as `.NetworkSettings.Networks`. */
  readonly seats = new Map<string, Seat>();
  /** Its way out of overlay networks. */
  gateway: Endpoint | undefined;
  /** Secrets and configs. */
  given: readonly GivenFile[] = [];
  ports: Readonly<Record<string, PortBinding[]>> = {};
  readonly log: ContainerLog;
  readonly output: Broadcast;
  readonly execs = new Map<string, Exec>();
  restartCount = 0;
  /** Milliseconds to wait before the next restart. */
  backoff = 0;
  manuallyStopped = false;
  /** A stop is under way: the exit is logged as `stop`, and not restarted. */
  stopping = false;
  /** Publishing its ports failed at the last start. */
  portsFailed = false;
  /** A start of it is under way. */
  launching = false;
  /** Its process has ended and the daemon is at it; what changes the container waits for that. */
  ending = false;
  running: Running | undefined;
  /** Milliseconds of computing of processes that are gone. */
  cpuBefore = 0;
  /** How many times it has ended; lets `wait` tell one run from the next. */
  exits = 0;

  constructor(
    kernel: Kernel,
    init: {
      id: string;
      name: string;
      config: ContainerConfig;
      hostConfig: HostConfig;
      image: ImageRecord;
      baseline: DirectoryNode;
      mounts: readonly PlannedMount[];
    },
  ) {
    this.id = init.id;
    this.name = init.name;
    this.created = kernel.clock.now;
    this.config = init.config;
    this.hostConfig = init.hostConfig;
    this.image = init.image;
    this.baseline = init.baseline;
    this.tree = new Tree(init.baseline);
    this.mounts = init.mounts;
    const driver = init.hostConfig.LogConfig.Type;
    this.log = new ContainerLog(kernel, { ...rotation(init.hostConfig), json: driver !== 'local' });
    const logged = driver !== 'none';
    this.output = new Broadcast(logged ? this.log : undefined);
  }

  get hostname(): string {
    return this.config.Hostname;
  }

  /** `Path` and `Args`: entrypoint and command in one. */
  get argv(): readonly string[] {
    return [...(this.config.Entrypoint ?? []), ...(this.config.Cmd ?? [])];
  }

  /** What its log may tell of it. */
  get logInfo(): LogInfo {
    return {
      id: this.id,
      name: this.name,
      imageId: this.image.id,
      command: this.argv.join(' '),
      config: this.config,
    };
  }

  /** Attributes of its events. */
  attributes(): Record<string, string> {
    return { ...this.config.Labels, image: this.config.Image, name: this.name };
  }

  /** The processes of this container, execs included. */
  processes(): Process[] {
    const running = this.running;
    if (running === undefined) return [];
    return [...running.pids.processes.values()].filter((process) => process.cgroup === running.cgroup);
  }
}
