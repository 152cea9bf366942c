import type { Sys } from '../../kernel/wait.ts';
import type { Container } from '../containers/container.ts';
import type { Endpoint, Network } from '../networks/network.ts';
import type { Sandbox } from '../networks/sandbox.ts';
import type { NetworkCreateRequest } from '../types/network.ts';
import type { SwarmState } from '../types/swarm.ts';

/** What the other rooms ask the swarm for while this node is part of one. */
export interface SwarmHooks {
  state(): SwarmState;
  createNetwork(request: NetworkCreateRequest): Sys<string>;
  /** Throws when a service uses it. */
  removeNetwork(network: Network): void;
  /** A container takes a seat in a network of the swarm. Throws if it may not. */
  attach(network: Network, container: Container): void;
  /** The seat by which a container in such networks reaches the world. */
  gateway(container: Container, sandbox: Sandbox): Endpoint | undefined;
}

/** What a network of the swarm knows besides its endpoints. */
export interface VirtualHosts {
  /** Addresses of a service's or alias' name, or of `tasks.NAME`. */
  lookup(name: string): number[];
  /** Is it the address of a service? */
  isVirtual(address: number): boolean;
  /** The task that a connection to a virtual address reaches now. */
  backend(address: number): Endpoint | undefined;
}

/** An entry of `network inspect` that is no container: the end of the routing mesh, a load balancer. */
export interface Fixture {
  readonly key: string;
  readonly name: string;
  readonly endpointId: string;
  readonly mac: string;
  readonly address: number;
}
