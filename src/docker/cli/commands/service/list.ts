import {
  DockerError,
  type PortConfig,
  type ServiceInspect,
  type ServiceStatus,
} from '../../../engine/api.ts';
import type { Command } from '../../call.ts';
import { CliError, failureText } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { swarmOf } from '../../swarm.ts';

/** A service in a list. */
export type ServiceRow = ServiceInspect & { ServiceStatus: ServiceStatus };

/** docker/cli's service.serviceContext. */
export const SERVICE_ROWS: RowKind<ServiceRow> = {
  goType: '*service.serviceContext',
  headers: {
    ID: 'ID',
    Name: 'NAME',
    Mode: 'MODE',
    Replicas: 'REPLICAS',
    Image: 'IMAGE',
    Ports: 'PORTS',
  },
  columns: {
    ID: ({ ID }) => ID.slice(0, 12),
    Image: ({ Spec }) => shortImage(Spec.TaskTemplate.ContainerSpec.Image),
    Mode: (service) => modeOf(service),
    Name: ({ Spec }) => Spec.Name,
    Ports: ({ Endpoint }) => portsText(Endpoint.Ports ?? []),
    Replicas: (service) => replicasOf(service),
  },
};

export const SERVICE_TABLE = '{{.ID}}\t{{.Name}}\t{{.Mode}}\t{{.Replicas}}\t{{.Image}}\t{{.Ports}}';

/** Without the digest: `nginx:latest`. */
export const shortImage = (image: string): string => image.replace(/^([^@]*:[^/@]*)@.*$/, '$1');

function modeOf({ Spec: { Mode } }: ServiceRow): string {
  if (Mode.Replicated !== undefined) return 'replicated';
  if (Mode.Global !== undefined) return 'global';
  return Mode.ReplicatedJob === undefined ? 'global job' : 'replicated job';
}

function replicasOf({ Spec, ServiceStatus: status }: ServiceRow): string {
  const { Mode, TaskTemplate } = Spec;
  const base = `${status.RunningTasks}/${status.DesiredTasks}`;
  if (Mode.ReplicatedJob !== undefined)
    return `${base} (${status.CompletedTasks}/${Mode.ReplicatedJob.TotalCompletions} completed)`;
  if (Mode.GlobalJob !== undefined)
    return `${base} (${status.CompletedTasks}/${status.DesiredTasks + status.CompletedTasks} completed)`;
  const most = TaskTemplate.Placement?.MaxReplicas ?? 0;
  return most > 0 && Mode.Replicated !== undefined ? `${base} (max ${most} per node)` : base;
}

/** `*:8080->80/tcp`; neighbours of one protocol as a range. */
export function portsText(ports: readonly PortConfig[], host = false): string {
  const wanted = ports
    .filter((port) => (port.PublishMode === 'host') === host)
    .sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0) || a.TargetPort - b.TargetPort);
  const out: { from: PortConfig; count: number }[] = [];
  for (const port of wanted) {
    const last = out.at(-1);
    if (
      last !== undefined &&
      !host &&
      last.from.Protocol === port.Protocol &&
      (port.PublishedPort ?? 0) === (last.from.PublishedPort ?? 0) + last.count &&
      port.TargetPort === last.from.TargetPort + last.count
    )
      last.count++;
    else out.push({ from: port, count: 1 });
  }
  const range = (first: number, count: number): string =>
    count === 1 ? String(first) : `${first}-${first + count - 1}`;
  return out
    .map(
      ({ from, count }) =>
        `*:${range(from.PublishedPort ?? 0, count)}->${range(from.TargetPort, count)}/${from.Protocol}`,
    )
    .join(host ? ',' : ', ');
}

/** The rows of a list of services, by name. */
export function serviceRows(services: readonly ServiceRow[], format: string, quiet: boolean): string {
  const rows = [...services].sort((a, b) => naturally(a.Spec.Name, b.Spec.Name));
  const how = quiet ? { table: false, template: '{{.ID}}' } : readFormat(format, SERVICE_TABLE);
  return formatRows(SERVICE_ROWS, how, rows);
}

/** `docker service ls` */
export const ls: Command = {
  flags: { filter: 'full', format: 'full', quiet: 'full' },
  *run(call) {
    const { p, flags } = call;
    const swarm = yield* swarmOf(call);
    const services = swarm.services(readFilters(flags));
    yield* p.print(serviceRows(services, flags.string('format'), flags.bool('quiet')));
    return 0;
  },
};

/** `docker service rm` */
export const remove: Command = {
  flags: {},
  *run(call) {
    const { p, args } = call;
    const swarm = yield* swarmOf(call);
    const errors: string[] = [];
    for (const name of args) {
      try {
        swarm.removeService(name);
        yield* p.print(`${name}\n`);
      } catch (error) {
        if (!(error instanceof DockerError)) throw error;
        errors.push(failureText(error));
      }
    }
    if (errors.length > 0) throw new CliError(errors.join('\n'));
    return 0;
  },
};
