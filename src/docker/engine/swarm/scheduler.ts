import type { Cluster, Service, Task } from './state.ts';

/** Why no node takes a task now, in the scheduler's words; undefined if one does. */
export function obstacle(cluster: Cluster, task: Task): string | undefined {
  const no = (why: string): string => `no suitable node (${why})`;
  if (cluster.node.spec.Availability !== 'active') return no('1 node not available for new tasks');
  const { Reservations } = task.spec.Resources ?? {};
  const { cpus, memory } = cluster.daemon.settings;
  const others = [...cluster.tasks.values()].filter(
    (other) => other !== task && other.nodeId !== undefined && other.wanted,
  );
  const sum = (key: 'NanoCPUs' | 'MemoryBytes'): number =>
    others.reduce((total, other) => total + (other.spec.Resources?.Reservations?.[key] ?? 0), 0);
  if (
    (Reservations?.NanoCPUs ?? 0) > cpus * 1e9 - sum('NanoCPUs') ||
    (Reservations?.MemoryBytes ?? 0) > memory - sum('MemoryBytes')
  )
    if (Reservations?.NanoCPUs !== undefined || Reservations?.MemoryBytes !== undefined)
      return no('insufficient resources on 1 node');
  if (!(task.spec.Placement?.Constraints ?? []).every((constraint) => holds(cluster, constraint)))
    return no('scheduling constraints not satisfied on 1 node');
  const clash = hostPortsOf(task.service).some((port) =>
    others.some((other) => hostPortsOf(other.service).includes(port)),
  );
  if (clash) return no('host-mode port already in use on 1 node');
  const most = task.spec.Placement?.MaxReplicas ?? 0;
  if (most > 0 && others.filter((other) => other.service === task.service).length >= most)
    return no('max replicas per node limit exceed');
  return undefined;
}

const hostPortsOf = (service: Service): string[] =>
  (service.spec.EndpointSpec?.Ports ?? []).flatMap((port) =>
    port.PublishMode === 'host' && port.PublishedPort !== undefined
      ? [`${port.PublishedPort}/${port.Protocol}`]
      : [],
  );

/** A placement constraint, such as `node.role==manager`. */
export function readConstraint(written: string): { key: string; equal: boolean; value: string } | undefined {
  const match = /^\s*([a-zA-Z][\w.-]*)\s*(==|!=)\s*(\S(?:.*\S)?)\s*$/.exec(written);
  const [, key = '', operator = '', value = ''] = match ?? [];
  return match === null ? undefined : { key, equal: operator === '==', value };
}

function holds(cluster: Cluster, written: string): boolean {
  const constraint = readConstraint(written);
  if (constraint === undefined) return false;
  const actual = factOf(cluster, constraint.key);
  if (actual === undefined) return false;
  return (actual.toLowerCase() === constraint.value.toLowerCase()) === constraint.equal;
}

function factOf(cluster: Cluster, key: string): string | undefined {
  const { node, daemon } = cluster;
  const lower = key.toLowerCase();
  if (lower === 'node.id') return node.id;
  if (lower === 'node.hostname') return daemon.host.uts.hostname;
  if (lower === 'node.ip') return cluster.address;
  if (lower === 'node.role') return node.spec.Role;
  if (lower === 'node.platform.os') return 'linux';
  if (lower === 'node.platform.arch') return 'x86_64';
  if (lower.startsWith('node.labels.')) return node.spec.Labels[key.slice('node.labels.'.length)] ?? '';
  if (lower.startsWith('engine.labels.')) return '';
  return undefined;
}

/** May a global service have a task on this node? */
export function eligible(cluster: Cluster, service: Service): boolean {
  return (
    cluster.node.spec.Availability === 'active' &&
    (service.spec.TaskTemplate.Placement?.Constraints ?? []).every((constraint) => holds(cluster, constraint))
  );
}
