import type { TaskInspect } from '../../../engine/api.ts';
import { humanDuration, parseRfc3339 } from '../../../engine/human.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Call, Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { swarmOf } from '../../swarm.ts';
import { portsText, shortImage } from './list.ts';

interface Row {
  readonly task: TaskInspect;
  readonly name: string;
  readonly node: string;
  readonly trunc: boolean;
  readonly now: number;
}

const LONGEST_ERROR = 30;

/** docker/cli's task.taskContext. */
const TASK_ROWS: RowKind<Row> = {
  goType: '*task.taskContext',
  headers: {
    ID: 'ID',
    Name: 'NAME',
    Image: 'IMAGE',
    Node: 'NODE',
    DesiredState: 'DESIRED STATE',
    CurrentState: 'CURRENT STATE',
    Error: 'ERROR',
    Ports: 'PORTS',
  },
  columns: {
    CurrentState: ({ task, now }) =>
      `${capital(task.Status.State)} ${humanDuration(now - parseRfc3339(task.Status.Timestamp)).toLowerCase()} ago`,
    DesiredState: ({ task }) => capital(task.DesiredState),
    Error: ({ task, trunc }) => errorText(task.Status.Err ?? '', trunc),
    ID: ({ task, trunc }) => (trunc ? task.ID.slice(0, 12) : task.ID),
    Image: ({ task, trunc }) =>
      trunc ? shortImage(task.Spec.ContainerSpec.Image) : task.Spec.ContainerSpec.Image,
    Name: ({ name }) => name,
    Node: ({ node }) => node,
    Ports: ({ task }) => portsText(task.Status.PortStatus.Ports ?? [], true),
  },
};

const TABLE =
  '{{.ID}}\t{{.Name}}\t{{.Image}}\t{{.Node}}\t{{.DesiredState}}\t{{.CurrentState}}\t{{.Error}}\t{{.Ports}}';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function errorText(error: string, trunc: boolean): string {
  if (error === '') return '';
  return trunc && error.length > LONGEST_ERROR ? `"${error.slice(0, LONGEST_ERROR - 1)}…"` : `"${error}"`;
}

/** Rows of tasks: by service and slot, newest first; older ones of a slot are indented in a table. */
export function taskRows(
  call: Call,
  swarm: Swarm,
  tasks: readonly (TaskInspect & { Name: string })[],
): string {
  const { p, engine, flags } = call;
  const quiet = flags.bool('quiet');
  const trunc = !flags.bool('no-trunc');
  const format = quiet ? { table: false, template: '{{.ID}}' } : readFormat(flags.string('format'), TABLE);
  const host = engine.info().Name;
  const resolve = !flags.bool('no-resolve');
  const nodes = swarm.nodes();
  const sorted = [...tasks].sort(
    (a, b) =>
      naturally(a.Name, b.Name) ||
      parseRfc3339(b.CreatedAt) - parseRfc3339(a.CreatedAt) ||
      b.Version.Index - a.Version.Index,
  );
  let before = '';
  const rows = sorted.map((task): Row => {
    const own = resolve ? task.Name : `${task.ServiceID}.${task.Slot ?? task.NodeID ?? ''}`;
    const name = own === before && format.table ? ` \\_ ${own}` : own;
    before = own;
    const known = nodes.some((node) => node.ID === task.NodeID);
    return {
      task,
      name,
      node: resolve && known ? host : (task.NodeID ?? ''),
      trunc,
      now: p.kernel.clock.now,
    };
  });
  return formatRows(TASK_ROWS, format, rows);
}

const FLAGS = {
  filter: 'full',
  format: 'full',
  'no-resolve': 'full',
  'no-trunc': 'full',
  quiet: 'full',
} as const;

/** `docker service ps`: what was found is shown, then what was not. */
export const servicePs: Command = {
  flags: FLAGS,
  *run(call) {
    const { p, flags, args } = call;
    const swarm = yield* swarmOf(call);
    const filters = readFilters(flags);
    const found: string[] = [];
    const missing: string[] = [];
    const all = swarm.services();
    for (const name of args) {
      const prefixed = all.filter((one) => one.ID.startsWith(name));
      const match =
        all.find((one) => one.ID === name) ??
        all.find((one) => one.Spec.Name === name) ??
        (prefixed.length === 1 ? prefixed[0] : undefined);
      if (prefixed.length > 1 && match === undefined)
        throw new CliError(`multiple services found with provided prefix: ${name}`);
      if (match === undefined) missing.push(`no such service: ${name}`);
      else found.push(match.ID);
    }
    if (found.length === 0) throw new CliError(missing.join('\n'));
    const node = (filters['node'] ?? []).map((ref) =>
      ref === 'self' ? (swarm.nodes()[0]?.ID ?? ref) : swarm.node(ref).ID,
    );
    const tasks = swarm.tasks({ ...filters, ...(node.length > 0 ? { node } : {}), service: found });
    yield* p.print(taskRows(call, swarm, tasks));
    if (missing.length > 0) throw new CliError(missing.join('\n'));
    return 0;
  },
};

/** `docker node ps` */
export const nodePs: Command = {
  flags: FLAGS,
  *run(call) {
    const { p, flags, args } = call;
    const swarm = yield* swarmOf(call);
    const refs = args.length > 0 ? args : ['self'];
    const errors: string[] = [];
    const tasks: (TaskInspect & { Name: string })[] = [];
    const self = swarm.nodes()[0]?.ID ?? '';
    for (const ref of refs) {
      const id = ref === 'self' ? self : swarm.node(ref).ID;
      tasks.push(...swarm.tasks({ ...readFilters(flags), node: [id] }));
    }
    if (errors.length < refs.length) yield* p.print(taskRows(call, swarm, tasks));
    return 0;
  },
};
