import type { EngineApi } from '../engine/api.ts';
import type { Swarm } from '../engine/swarm/swarm.ts';
import type { Sys } from '../kernel/wait.ts';
import type { Call } from './call.ts';

/** The engine's swarm, for a command that has been read. */
export function swarmOf({ engine }: Call): Sys<Swarm> {
  return engine.swarm();
}

/** The name of each network by its ID, for showing services. */
export function networkNames(engine: EngineApi): ReadonlyMap<string, string> {
  return new Map(engine.networkList().map((network) => [network.Id, network.Name]));
}
