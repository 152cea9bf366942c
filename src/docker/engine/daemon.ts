import type { Kernel } from '../kernel/kernel.ts';
import { PidNamespace } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { type Sys, WaitQueue } from '../kernel/wait.ts';
import type { HostMachine } from './api.ts';
import { EventLog } from './events.ts';
import type { SwarmHooks } from './swarm/hooks.ts';

/** What a session may set about the machine and its engine. */
export interface DaemonSettings {
  /** Default `/var/lib/docker`. */
  readonly dataRoot: string;
  /** Default `/var/run/docker`. */
  readonly execRoot: string;
  readonly cpus: number;
  /** Bytes of memory of the machine. */
  readonly memory: number;
  /** The name server containers are given on the default bridge. */
  readonly nameServer: string;
  /** The builder cannot check the registry's certificate, as on the machine of the recordings: only local images serve. */
  readonly registryUntrusted?: boolean;
  /**
   * Docker Hub is the stand-in of the recordings (real-docker/hub.mjs): who asks for a token with an account gets one that
   * allows nothing, so pull and push are refused after a login; and its search knows no limit.
   */
  readonly standInHub?: boolean;
  /** The way to the world, for choosing an address: default eth0 with 10.0.2.15. */
  readonly uplink?: { readonly device: string; readonly addresses: readonly string[] };
  /** The kernel has no IPVS, as that of the recordings: no routing mesh, no addresses of services. */
  readonly withoutIpvs?: boolean;
  /** The generation of control groups of the machine's kernel; the recordings' was the first. */
  readonly cgroupVersion: 1 | 2;
  /** The well-known addresses that people try a network with answer, too. */
  readonly famousSites?: boolean;
}

/** What every room of the engine shares: the machine, the clock, events, and dockerd itself as a process. */
export class Daemon {
  readonly kernel: Kernel;
  readonly host: HostMachine;
  readonly settings: DaemonSettings;
  readonly events: EventLog;
  /** dockerd. Its threads do what must go on when the client goes away. */
  readonly process: Process;
  /** When the machine came up. */
  readonly bootedAt: number;
  /** The last number the host gave to a process. */
  lastPid = 27_000;
  /** Is the outside world there? */
  online = true;
  /** While this node is in a swarm. */
  swarm: SwarmHooks | undefined;
  /** A join that failed leaves its mark: networks are then looked for in the swarm, too (transcript 30). */
  joinFailed = false;

  constructor(kernel: Kernel, host: HostMachine, settings: DaemonSettings, net: Process['net']) {
    this.kernel = kernel;
    this.host = host;
    this.settings = settings;
    this.events = new EventLog(kernel);
    this.bootedAt = kernel.clock.now - 3_600_000;
    const never = new WaitQueue();
    this.process = kernel.spawn({
      argv: ['/usr/bin/dockerd', '-H', 'fd://'],
      program: function* () {
        for (;;) yield { queues: [never] };
      },
      env: new Map(),
      cwd: '/',
      uid: 0,
      gid: 0,
      files: new Map(),
      fs: host.fs,
      net,
      uts: host.uts,
      pids: new PidNamespace({ protected: false, firstPid: 812 }),
      cgroup: { memoryLimit: 0, pidsLimit: 0, onOom: () => {} },
      parent: undefined,
      tty: undefined,
    });
  }

  get now(): number {
    return this.kernel.clock.now;
  }

  /** A new object's ID: 64 hexadecimal digits. */
  newId(): string {
    return this.kernel.random.hex(32);
  }

  /** Lets engine time pass, as the real engine's work takes: `low` to `high` milliseconds. */
  *work(low: number, high: number): Sys<void> {
    const until = this.now + this.kernel.random.between(low, high);
    while (this.now < until) yield { queues: [], until };
  }

  /**
   * Does something in dockerd and waits for it. If the client is killed meanwhile (Ctrl-C during `docker stop`), it is done
   * all the same, as on a real engine.
   */
  *run<T>(body: Sys<T>): Sys<T> {
    let outcome: { value: T } | { error: unknown } | undefined;
    const done = new WaitQueue();
    this.kernel.thread(
      this.process,
      (function* (): Sys<void> {
        try {
          outcome = { value: yield* body };
        } catch (error) {
          outcome = { error };
        }
        done.wake();
      })(),
    );
    while (outcome === undefined) yield { queues: [done] };
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Starts something in dockerd that nobody waits for. */
  background(body: Sys<void>): void {
    this.kernel.thread(this.process, body);
  }
}
