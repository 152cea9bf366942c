import type { Sys } from '../../kernel/wait.ts';
import type { Emit } from '../api.ts';
import type { Rooms } from '../rooms.ts';
import type { StatsSample } from '../types/container.ts';
import type { Container } from './container.ts';

function sample(rooms: Rooms, container: Container, before: StatsSample | undefined): StatsSample {
  const { daemon } = rooms;
  const processes = container.state.running ? container.processes() : [];
  const running = processes.length > 0;
  const cpuTime = processes.reduce((sum, process) => sum + process.cpuTime, container.cpuBefore);
  const passed = before === undefined ? 0 : daemon.now - before.Read;
  const traffic = container.running?.net.traffic;
  const own = container.running?.sandbox !== undefined;
  return {
    ID: container.id,
    Name: container.name,
    Running: running,
    CpuTime: cpuTime,
    Read: daemon.now,
    CpuPercent: passed > 0 ? (100 * Math.max(0, cpuTime - (before?.CpuTime ?? 0))) / passed : 0,
    OnlineCpus: daemon.settings.cpus,
    MemoryUsage: processes.reduce((sum, process) => sum + process.memory, 0),
    MemoryLimit: running ? container.hostConfig.Memory || daemon.settings.memory : 0,
    NetworkRx: running && own ? (traffic?.received ?? 0) : 0,
    NetworkTx: running && own ? (traffic?.sent ?? 0) : 0,
    BlockRead: 0,
    BlockWrite: 0,
    Pids: processes.length,
  };
}

/** `docker stats` of one container: one sample after a second, or one every second. A stopped one gives zeros at once. */
export function* stats(rooms: Rooms, ref: string, stream: boolean, emit: Emit<StatsSample>): Sys<void> {
  const container = rooms.containers.get(ref);
  let before = sample(rooms, container, undefined);
  if (!before.Running && !stream) return yield* emit(before);
  for (;;) {
    yield* rooms.daemon.work(995, 1005);
    if (rooms.containers.find(container.id) !== container) return;
    before = sample(rooms, container, before);
    yield* emit(before);
    if (!stream) return;
  }
}
