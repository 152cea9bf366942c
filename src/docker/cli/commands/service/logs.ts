import { DockerError, type LogLine, type TaskInspect } from '../../../engine/api.ts';
import { parseTime } from '../../../engine/human.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import { utf8 } from '../../../kernel/bytes.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { nanoTime } from '../../format/units.ts';
import { swarmOf } from '../../swarm.ts';

/** Milliseconds between two looks for new lines with `--follow`. */
const LOOK = 100;

/** `docker service logs`: the lines of every task of a service, or of one task. */
export const logs: Command = {
  flags: {
    details: 'partial',
    follow: 'full',
    'no-resolve': 'full',
    'no-task-ids': 'full',
    'no-trunc': 'full',
    raw: 'full',
    since: 'full',
    tail: 'full',
    timestamps: 'full',
  },
  *run(call) {
    const { p, flags, args } = call;
    const [name = ''] = args;
    const swarm = yield* swarmOf(call);
    const find = tasksOf(swarm, name);
    const written = flags.string('tail');
    if (!/^(?:all|\+?\d+|)$/.test(written))
      throw new CliError('Error response from daemon: tail value must be a positive integer or "all"');
    const since =
      flags.string('since') === '' ? undefined : parseTime(flags.string('since'), p.kernel.clock.now);
    const tail = /\d$/.test(written) ? Number(written) : undefined;
    const width = Math.max(1, ...find().map((task) => String(task.Slot ?? 0).length));
    const seen = new Map<string, number>();
    for (;;) {
      for (const task of find()) yield* show(call, task, { since, tail, width, seen });
      if (!flags.bool('follow')) return 0;
      yield* p.sleep(LOOK);
    }
  },
};

/** How to find the tasks meant: those of a service, or one. Throws `no such task or service`. */
function tasksOf(swarm: Swarm, name: string): () => (TaskInspect & { Name: string })[] {
  try {
    const { ID } = swarm.service(name);
    return () => swarm.tasks({ service: [ID] });
  } catch (error) {
    if (!(error instanceof DockerError) || error.status !== 404) throw error;
  }
  try {
    const { ID } = swarm.task(name);
    return () => swarm.tasks({ id: [ID] });
  } catch (error) {
    if (!(error instanceof DockerError) || error.status !== 404) throw error;
    throw new CliError(`no such task or service: ${name}`);
  }
}

function* show(
  { p, engine, flags }: Call,
  task: TaskInspect & { Name: string },
  how: { since: number | undefined; tail: number | undefined; width: number; seen: Map<string, number> },
): Sys<void> {
  const id = task.Status.ContainerStatus?.ContainerID;
  if (id === undefined || !engine.containerList({ all: true }).some((one) => one.Id === id)) return;
  const lines: LogLine[] = [];
  yield* engine.containerLogs(
    id,
    {
      stdout: true,
      stderr: true,
      ...(how.since === undefined ? {} : { since: how.since }),
      ...(how.tail === undefined || how.seen.has(id) ? {} : { tail: how.tail }),
    },
    function* (line) {
      lines.push(line);
    },
  );
  const prefix = flags.bool('raw') ? '' : prefixOf(task, engine.info().Name, how.width, flags);
  const last = how.seen.get(id) ?? -1;
  for (const line of lines) {
    if (line.time <= last) continue;
    how.seen.set(id, line.time);
    const stamp = flags.bool('timestamps') ? `${nanoTime(line.time)} ` : '';
    const fd = line.stream === 'stdout' ? 1 : 2;
    yield* p.write(fd, utf8(`${stamp}${prefix}${flags.bool('details') ? ' ' : ''}`));
    yield* p.write(fd, line.bytes);
  }
  if (!how.seen.has(id)) how.seen.set(id, last);
}

/** `web.1.fe9ggllj36wj@docker    | ` */
function prefixOf(
  task: TaskInspect & { Name: string },
  host: string,
  width: number,
  flags: Call['flags'],
): string {
  const resolve = !flags.bool('no-resolve');
  const slot = String(task.Slot ?? 0);
  const service = resolve ? task.Name.slice(0, task.Name.lastIndexOf('.')) : task.ServiceID;
  const id = flags.bool('no-task-ids') ? '' : `.${flags.bool('no-trunc') ? task.ID : task.ID.slice(0, 12)}`;
  const node = resolve ? host : (task.NodeID ?? '');
  return `${service}.${slot}${id}@${node}${' '.repeat(Math.max(0, width - slot.length))}    | `;
}
