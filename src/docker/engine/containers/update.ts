import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import type { Rooms } from '../rooms.ts';
import type { HostConfig, Resources } from '../types/container.ts';
import type { Container } from './container.ts';
import { completeHostConfig } from './hostconfig.ts';
import { limitsOf } from './start.ts';
import { dropUnsupported, verifyResources, verifyRestart } from './verify.ts';

/** `docker update`: zero and empty values mean "as it is". */
export function* updateContainer(
  rooms: Rooms,
  container: Container,
  change: Partial<Resources> & { RestartPolicy?: HostConfig['RestartPolicy'] },
): Sys<{ Warnings: readonly string[] }> {
  const { daemon } = rooms;
  const { id, hostConfig } = container;
  const { RestartPolicy, ...resources } = change;
  const set = Object.fromEntries(
    Object.entries(resources).filter(
      ([, value]) => value !== undefined && value !== 0 && value !== '' && value !== null,
    ),
  ) as Partial<Resources>;
  if (RestartPolicy !== undefined && RestartPolicy.Name !== '') verifyRestart(RestartPolicy);
  const refuse = (reason: string): DockerError => new DockerError('update-failed', { id, reason });
  if (container.state.removing) throw refuse('Container is marked for removal and cannot be "update".');
  if (
    RestartPolicy !== undefined &&
    RestartPolicy.Name !== '' &&
    RestartPolicy.Name !== 'no' &&
    hostConfig.AutoRemove
  )
    throw new DockerError('update-auto-remove', { id });
  const memory = set.Memory;
  if (
    memory !== undefined &&
    set.MemorySwap === undefined &&
    hostConfig.MemorySwap > 0 &&
    memory > hostConfig.MemorySwap
  )
    throw new DockerError('update-memory-swap', { id });
  verifyResources(completeHostConfig(set), daemon.settings.cpus, true);
  const warnings = set.BlkioWeight === undefined ? [] : dropUnsupported({ BlkioWeight: set.BlkioWeight });
  const next = { ...hostConfig, ...set, BlkioWeight: 0 };
  if (memory !== undefined && next.MemorySwap === 0) next.MemorySwap = memory * 2;
  for (const [field, words] of [
    ['CpuPeriod', 'CPU Period'],
    ['CpuQuota', 'CPU Quota'],
  ] as const) {
    if (hostConfig.NanoCpus > 0 && (set[field] ?? 0) > 0)
      throw refuse(`Conflicting options: ${words} cannot be updated as NanoCPUs has already been set`);
    if (hostConfig[field] > 0 && (set.NanoCpus ?? 0) > 0)
      throw refuse(`Conflicting options: Nano CPUs cannot be updated as ${words} has already been set`);
  }
  yield* daemon.work(3, 8);
  // The daemon does not compare the two; the kernel does, of a container that runs.
  if (container.state.running && next.MemorySwap > 0 && next.MemorySwap < next.Memory)
    throw refuse(
      `runc did not terminate successfully: exit status 1: failed to write "${next.MemorySwap}": write /sys/fs/cgroup/memory/docker/${id}/memory.memsw.limit_in_bytes: invalid argument`,
    );
  container.hostConfig = {
    ...next,
    RestartPolicy:
      RestartPolicy === undefined || RestartPolicy.Name === '' ? hostConfig.RestartPolicy : RestartPolicy,
  };
  const cgroup = container.running?.cgroup;
  if (cgroup !== undefined) Object.assign(cgroup, limitsOf(container.hostConfig, daemon.settings.cpus));
  daemon.events.log('container', 'update', id, container.attributes());
  return { Warnings: warnings };
}
