import { DockerError } from '../error.ts';
import { parseReference } from '../reference.ts';
import type { NodeSpec, ServiceSpec, TaskSpec, UpdateConfig } from '../types/swarm.ts';
import { bad, checkDnsName, rpc } from './refusals.ts';
import { readConstraint } from './scheduler.ts';
import type { Cluster, Service } from './state.ts';

const MOUNT_TYPES = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'];

const invalid = (reason: string): DockerError => rpc('InvalidArgument', reason);

/** Refuses a service that cannot be (manager/controlapi/service.go, and the daemon's conversion before it). */
export function checkService(cluster: Cluster, spec: ServiceSpec, own: Service | undefined): void {
  const { TaskTemplate: task } = spec;
  const condition = task.RestartPolicy?.Condition ?? '';
  if (!['', 'none', 'on-failure', 'any'].includes(condition))
    throw bad(`invalid RestartCondition: "${condition}"`);
  checkUpdate(spec.UpdateConfig, 'update');
  checkUpdate(spec.RollbackConfig, 'rollback');
  for (const { Type } of task.ContainerSpec.Mounts ?? [])
    if (!MOUNT_TYPES.includes(Type)) throw bad(`invalid MountType: "${Type}"`);
  checkDnsName(spec.Name);
  checkImage(task.ContainerSpec.Image);
  checkTask(task);
  checkPace(spec.UpdateConfig);
  checkPace(spec.RollbackConfig);
  checkEndpoint(spec);
  checkPorts(cluster, spec, own);
  for (const constraint of task.Placement?.Constraints ?? [])
    if (readConstraint(constraint) === undefined)
      throw rpc('Unknown', 'constraint expected one operator from ==, !=');
  const clash = [...cluster.services.values()].find((other) => other !== own && other.name === spec.Name);
  if (clash !== undefined)
    throw rpc('AlreadyExists', `name conflicts with an existing object: service ${spec.Name} already exists`);
}

function checkUpdate(config: UpdateConfig | undefined, kind: 'update' | 'rollback'): void {
  if (config === undefined) return;
  const action = config.FailureAction ?? '';
  const actions = kind === 'update' ? ['', 'pause', 'continue', 'rollback'] : ['', 'pause', 'continue'];
  if (!actions.includes(action)) throw bad(`unrecognized update failure action ${action}`);
  if (!['', 'stop-first', 'start-first'].includes(config.Order ?? ''))
    throw bad(`unrecognized update order ${config.Order ?? ''}`);
}

/** What the manager refuses of an update's settings, after the daemon has read them. */
function checkPace(config: UpdateConfig | undefined): void {
  if (config === undefined) return;
  if ((config.Delay ?? 0) < 0) throw invalid('TaskSpec: update-delay cannot be negative');
  if ((config.Monitor ?? 0) < 0) throw invalid('TaskSpec: update-monitor cannot be negative');
  if (config.MaxFailureRatio < 0 || config.MaxFailureRatio > 1)
    throw invalid('TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1');
}

function checkImage(image: string): void {
  if (image === '') throw invalid('ContainerSpec: image reference must be provided');
  try {
    parseReference(image);
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    throw invalid(`ContainerSpec: "${image}" is not a valid repository/tag`);
  }
}

function checkTask(task: TaskSpec): void {
  const { Limits, Reservations } = task.Resources ?? {};
  for (const amounts of [Limits, Reservations]) {
    if (
      amounts?.MemoryBytes !== undefined &&
      amounts.MemoryBytes > 0 &&
      amounts.MemoryBytes < 4 * 1024 * 1024
    )
      throw invalid(`invalid memory value ${amounts.MemoryBytes}: Must be at least 4MiB`);
    if (amounts?.NanoCPUs !== undefined && amounts.NanoCPUs > 0 && amounts.NanoCPUs < 1e6)
      throw invalid(`invalid cpu value ${amounts.NanoCPUs / 1e9}: Must be at least 0.001`);
  }
  const targets = (task.ContainerSpec.Mounts ?? []).map((mount) => mount.Target);
  const twice = targets.find((target, at) => targets.indexOf(target) !== at);
  if (twice !== undefined) throw invalid(`ContainerSpec: duplicate mount point: ${twice}`);
  const files = [...(task.ContainerSpec.Secrets ?? []).map((one) => one.File.Name)];
  const same = files.find((name, at) => files.indexOf(name) !== at);
  if (same !== undefined) {
    const names = (task.ContainerSpec.Secrets ?? []).filter((one) => one.File.Name === same);
    throw invalid(
      `secret references '${names[1]?.SecretName ?? ''}' and '${names[0]?.SecretName ?? ''}' have a conflicting target: '${same}'`,
    );
  }
}

function checkEndpoint(spec: ServiceSpec): void {
  const { Mode = '', Ports = [] } = spec.EndpointSpec ?? {};
  if (!['', 'vip', 'dnsrr'].includes(Mode)) throw bad(`invalid resolution mode: "${Mode}"`);
  if (Mode === 'dnsrr' && Ports.some((port) => port.PublishMode !== 'host'))
    throw invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode");
  const seen = new Set<string>();
  for (const port of Ports) {
    if (port.PublishedPort === undefined) continue;
    const key = `${port.PublishedPort}/${port.Protocol}/${port.PublishMode}/${port.PublishMode === 'host' ? port.TargetPort : ''}`;
    if (seen.has(key)) throw invalid('EndpointSpec: duplicate published ports provided');
    seen.add(key);
  }
}

function checkPorts(cluster: Cluster, spec: ServiceSpec, own: Service | undefined): void {
  for (const port of spec.EndpointSpec?.Ports ?? []) {
    if (port.PublishedPort === undefined) continue;
    for (const other of cluster.services.values()) {
      if (other === own) continue;
      const clash = other.ports.find(
        (one) =>
          one.PublishedPort === port.PublishedPort &&
          one.Protocol === port.Protocol &&
          (one.PublishMode !== 'host' || port.PublishMode !== 'host'),
      );
      if (clash !== undefined)
        throw invalid(
          `port '${port.PublishedPort}' is already in use by service '${other.name}' (${other.id}) as ${clash.PublishMode === 'host' ? 'a host-published' : 'an ingress'} port`,
        );
    }
  }
}

/** Refuses what a node cannot be. */
export function checkNode(spec: NodeSpec): void {
  if (!['worker', 'manager'].includes(spec.Role)) throw bad(`invalid Role: "${spec.Role}"`);
  if (!['active', 'pause', 'drain'].includes(spec.Availability))
    throw bad(`invalid Availability: "${spec.Availability}"`);
  if (spec.Role === 'worker')
    throw rpc('FailedPrecondition', 'attempting to demote the last manager of the swarm');
}

/** The name of a secret or config. */
export function checkFileName(name: string): void {
  if (name.length === 0 || name.length > 64 || !/^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/.test(name))
    throw invalid(
      'invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]',
    );
}
