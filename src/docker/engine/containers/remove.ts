import { text } from '../../kernel/bytes.ts';
import type { Sys } from '../../kernel/wait.ts';
import { DockerError } from '../error.ts';
import { checkFilters, labelsAllowed, labelsMatch, untilTime } from '../filters.ts';
import { usageOf } from '../images/layer.ts';
import type { Rooms } from '../rooms.ts';
import type { PruneReport } from '../types/image.ts';
import type { Filters } from '../types/system.ts';
import type { Container } from './container.ts';
import { killNow } from './lifecycle.ts';
import { linksOf } from './store.ts';

/** `docker rm --link web/db`: takes only the name away that a link gave. */
export function removeLink(rooms: Rooms, ref: string): void {
  const [parent = '', alias] = ref.replace(/^\//, '').split('/');
  const target = rooms.containers.get(ref);
  if (alias === undefined) throw new DockerError('default-link', { name: target.name });
  const container = rooms.containers.get(parent);
  container.hostConfig = {
    ...container.hostConfig,
    Links: linksOf(container)
      .filter((link) => link.alias !== alias)
      .map(({ written }) => written),
  };
  // A running one no longer knows the other by that name.
  const fs = container.running?.fs;
  if (fs?.exists('/etc/hosts') !== true) return;
  const lines = text(fs.read('/etc/hosts')).split('\n');
  fs.write('/etc/hosts', lines.filter((line) => line.split(/\s+/)[1] !== alias).join('\n'));
}

/** `docker rm`: refuses running containers unless forced; anonymous volumes go with `volumes`. */
export function* removeContainer(
  rooms: Rooms,
  container: Container,
  options: { force?: boolean; volumes?: boolean },
): Sys<void> {
  const { state, name } = container;
  const { daemon, volumes } = rooms;
  // A start or an end that is under way holds the container.
  while (container.launching || container.ending) yield { queues: [state.changed] };
  if (state.removing) return;
  if (state.running) {
    if (options.force !== true)
      throw new DockerError(state.paused ? 'remove-paused' : 'remove-running', { name, state: state.status });
    yield* killNow(rooms, container);
    // With --rm the exit already removes it.
    if (state.removing) return yield* waitRemoved(rooms, container);
  }
  state.removing = true;
  state.changed.wake();
  yield* daemon.work(10, 22);
  for (const mount of container.mounts)
    if (mount.type === 'volume') {
      volumes.release(mount.source, container.id);
      if (options.volumes === true && isAnonymous(mount.source)) dropIfUnused(rooms, mount.source);
    }
  rooms.containers.delete(container);
  daemon.events.log('container', 'destroy', container.id, container.attributes());
  state.changed.wake();
}

function* waitRemoved(rooms: Rooms, container: Container): Sys<void> {
  while (rooms.containers.find(container.id) === container) yield { queues: [container.state.changed] };
}

function isAnonymous(volume: string): boolean {
  return /^[0-9a-f]{64}$/.test(volume);
}

function dropIfUnused(rooms: Rooms, volume: string): void {
  if (rooms.volumes.isUnused(volume)) rooms.volumes.drop(volume);
}

/** `docker container prune`. */
export function* pruneContainers(rooms: Rooms, filters: Filters): Sys<PruneReport<string>> {
  checkFilters(filters, ['label', 'label!', 'until']);
  const until = untilTime(filters, rooms.daemon.now);
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const container of [...rooms.containers.all()]) {
    const { Labels } = container.config;
    if (container.state.running || container.launching || container.state.removing) continue;
    if (until !== undefined && container.created >= until) continue;
    if (!labelsMatch(filters, Labels) || !labelsAllowed(filters, Labels)) continue;
    const size = sizeOfWritable(container);
    yield* removeContainer(rooms, container, {});
    reclaimed += size;
    deleted.push(container.id);
  }
  rooms.daemon.events.log('container', 'prune', '', { reclaimed: String(reclaimed) });
  return { Deleted: deleted, SpaceReclaimed: reclaimed };
}

/** Disk blocks of a container's own files. */
export function sizeOfWritable(container: Container): number {
  return usageOf(container.baseline, container.tree.root);
}
