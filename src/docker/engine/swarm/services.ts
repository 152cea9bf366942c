import { DockerError } from '../error.ts';
import { labelsMatch, wanted } from '../filters.ts';
import { randomName } from '../names.ts';
import type { Rooms } from '../rooms.ts';
import type { PortConfig, ServiceSpec, ServiceStatus } from '../types/swarm.ts';
import type { Filters } from '../types/system.ts';
import { showSpec } from './inspect.ts';
import { poolOf } from './networks.ts';
import { type Orchestrator, taskNetworks } from './orchestrator.ts';
import { bad, notFound, rpc } from './refusals.ts';
import { type Cluster, Service, type Task } from './state.ts';
import { isDirty, type Updater } from './updater.ts';
import { checkService } from './validate.ts';

/** Ports the manager chooses itself begin here (manager/allocator). */
const FIRST_PORT = 30_000;
const LAST_PORT = 32_767;

/** The services of a swarm. */
export class Services {
  readonly #rooms: Rooms;
  readonly #cluster: Cluster;
  readonly #orchestrator: Orchestrator;
  readonly #updater: Updater;

  constructor(rooms: Rooms, cluster: Cluster, orchestrator: Orchestrator, updater: Updater) {
    this.#rooms = rooms;
    this.#cluster = cluster;
    this.#orchestrator = orchestrator;
    this.#updater = updater;
  }

  /** Finds by ID, name, or the beginning of an ID. Throws swarm-not-found. */
  get(ref: string): Service {
    const all = [...this.#cluster.services.values()];
    const prefixed = all.filter((service) => ref !== '' && service.id.startsWith(ref));
    const found =
      all.find((service) => service.id === ref) ??
      all.find((service) => service.name === ref) ??
      (prefixed.length === 1 ? prefixed[0] : undefined);
    if (found === undefined && prefixed.length > 1)
      throw bad(`service ${ref} is ambiguous (${prefixed.length} matches found)`);
    if (found === undefined) throw notFound('service', ref);
    return found;
  }

  #log(action: string, service: Service, attributes: { [key: string]: string } = {}): void {
    this.#rooms.daemon.events.log(
      'service',
      action,
      service.id,
      { name: service.name, ...attributes },
      'swarm',
    );
  }

  create(asked: ServiceSpec): Service {
    const cluster = this.#cluster;
    const spec = this.#settle(asked.Name === '' ? { ...asked, Name: this.#freeName() } : asked);
    checkService(cluster, spec, undefined);
    this.#checkIngress(spec);
    const service = new Service(cluster, spec);
    cluster.services.set(service.id, service);
    this.#allocate(service);
    service.touch();
    this.#log('create', service);
    this.#orchestrator.reconcile(service);
    return service;
  }

  #checkIngress(spec: ServiceSpec): void {
    const wanted = (spec.EndpointSpec?.Ports ?? []).some((port) => port.PublishMode !== 'host');
    if (wanted && !this.#cluster.networks.some((network) => network.settings.swarm?.ingress === true))
      throw rpc('FailedPrecondition', 'service needs ingress network, but no ingress network is present');
  }

  #freeName(): string {
    for (let retry = 0; ; retry++) {
      const name = randomName(this.#rooms.daemon.kernel.random, retry > 5 ? retry : 0);
      if (![...this.#cluster.services.values()].some((service) => service.name === name)) return name;
    }
  }

  /** Networks by ID; those of one node only go by name. Throws no-such-network. */
  #settle(spec: ServiceSpec): ServiceSpec {
    const { networks } = this.#rooms;
    const Networks = spec.TaskTemplate.Networks?.map((one) => {
      const network = networks.get(one.Target);
      // One that the manager has removed is only waiting for its containers here.
      if (network.onEmpty !== undefined) throw new DockerError('no-such-network', { name: one.Target });
      if (network.settings.swarm?.ingress === true)
        throw rpc(
          'InvalidArgument',
          `Service cannot be explicitly attached to the ingress network "${network.name}"`,
        );
      if (network.settings.swarm === undefined && !network.predefined)
        throw new DockerError('bad-parameter', {
          reason: `The network ${network.name} cannot be used with services. Only networks scoped to the swarm can be used, such as those created with the overlay driver.`,
        });
      return { ...one, Target: network.settings.swarm === undefined ? network.name : network.id };
    });
    return showSpec(
      Networks === undefined ? spec : { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks } },
    );
  }

  /** Gives a service its ports and its virtual addresses, and takes back what it no longer needs. */
  #allocate(service: Service): void {
    const { EndpointSpec: endpoint } = service.spec;
    const taken = new Set(
      [...this.#cluster.services.values()].flatMap((other) =>
        other === service ? [] : other.ports.map((port) => port.PublishedPort),
      ),
    );
    let next = FIRST_PORT;
    service.ports = (endpoint?.Ports ?? []).map((port): PortConfig => {
      if (port.PublishedPort !== undefined || port.PublishMode === 'host') return port;
      const before = service.ports.find(
        (one) => one.TargetPort === port.TargetPort && one.Protocol === port.Protocol,
      )?.PublishedPort;
      while (taken.has(next) && next < LAST_PORT) next++;
      const PublishedPort = before ?? next;
      taken.add(PublishedPort);
      const { Protocol, TargetPort, PublishMode } = port;
      return { Protocol, TargetPort, PublishedPort, PublishMode };
    });
    const networks = endpoint?.Mode === 'dnsrr' ? [] : taskNetworks(this.#cluster, service);
    for (const { network, address } of service.vips)
      if (!networks.includes(network)) poolOf(network)?.release(address);
    const kept = service.vips.filter(({ network }) => networks.includes(network));
    for (const network of networks) {
      if (kept.some((vip) => vip.network === network)) continue;
      const address = poolOf(network)?.hold();
      if (address !== undefined) kept.push({ network, address });
    }
    service.vips = kept;
  }

  update(service: Service, asked: ServiceSpec): void {
    if (asked.Name !== service.name) throw rpc('Unimplemented', 'renaming services is not supported');
    if (Object.keys(asked.Mode)[0] !== Object.keys(service.spec.Mode)[0])
      throw rpc('Unimplemented', 'service mode change is not allowed');
    const spec = this.#settle(asked);
    checkService(this.#cluster, spec, service);
    this.#checkIngress(spec);
    service.previous = service.spec;
    service.updateStatus = undefined;
    this.#become(service, spec);
  }

  rollback(service: Service): void {
    const { previous } = service;
    if (previous === undefined)
      throw rpc('FailedPrecondition', `service ${service.id} does not have a previous spec`);
    service.previous = service.spec;
    service.updateStatus = {
      State: 'rollback_started',
      StartedAt: new Date(this.#rooms.daemon.now).toISOString(),
      Message: 'manually requested rollback',
    };
    this.#become(service, previous);
  }

  #become(service: Service, spec: ServiceSpec): void {
    const changes = differences(service.spec, spec);
    service.spec = spec;
    if (service.isJob) {
      service.iteration++;
      service.lastExecution = this.#rooms.daemon.now;
      for (const task of this.#cluster.tasksOf(service)) task.want('remove');
    }
    service.touch();
    this.#allocate(service);
    this.#log('update', service, changes);
    this.#updater.begin(service);
    this.#orchestrator.reconcile(service);
  }

  remove(service: Service): void {
    service.removed = true;
    this.#cluster.services.delete(service.id);
    for (const { network, address } of service.vips) poolOf(network)?.release(address);
    this.#log('remove', service);
    this.#orchestrator.discardAll(service);
    for (const task of this.#cluster.tasksOf(service)) this.#cluster.tasks.delete(task.id);
  }

  list(filters: Filters): Service[] {
    const any = (key: string, test: (value: string) => boolean): boolean =>
      wanted(filters, key)?.some(test) ?? true;
    return [...this.#cluster.services.values()].filter(
      (service) =>
        any('id', (value) => service.id.startsWith(value)) &&
        any('name', (value) => service.name.startsWith(value)) &&
        any('mode', (value) => modeName(service.spec) === value) &&
        labelsMatch(filters, service.spec.Labels),
    );
  }

  status(service: Service): ServiceStatus {
    const tasks = this.#cluster.tasksOf(service);
    const running = tasks.filter((task) => task.state === 'running').length;
    const completed = tasks.filter((task) => task.state === 'complete').length;
    const { Replicated, ReplicatedJob } = service.spec.Mode;
    const desired =
      Replicated?.Replicas ??
      ReplicatedJob?.MaxConcurrent ??
      tasks.filter(
        (task) => task.desired === 'running' || (task.desired === 'complete' && task.state !== 'complete'),
      ).length;
    return { RunningTasks: running, DesiredTasks: desired, CompletedTasks: completed };
  }

  tasks(filters: Filters): Task[] {
    const any = (key: string, test: (value: string) => boolean): boolean =>
      wanted(filters, key)?.some(test) ?? true;
    const services = wanted(filters, 'service')?.map((ref) => this.get(ref));
    for (const state of wanted(filters, 'desired-state') ?? [])
      if (!['running', 'shutdown', 'accepted'].includes(state))
        throw new DockerError('invalid-filter-value', {
          name: 'desired-state',
          value: state,
          reason: `must be one of "running", "shutdown", or "accepted"`,
        });
    return [...this.#cluster.tasks.values()].filter(
      (task) =>
        (services === undefined || services.includes(task.service)) &&
        any('id', (value) => task.id.startsWith(value)) &&
        any('name', (value) => `${task.name}.${task.id}`.startsWith(value)) &&
        any('node', (value) => task.nodeId === value) &&
        any('_up-to-date', () => !isDirty(task, task.service.spec)) &&
        any('desired-state', (value) => {
          if (value === 'running') return task.desired === 'running';
          if (value === 'accepted') return task.wanted;
          return task.desired === 'shutdown';
        }) &&
        labelsMatch(filters, task.spec.ContainerSpec.Labels ?? {}),
    );
  }
}

/** What the event of an update tells: replicas and image, where they change. */
function differences(before: ServiceSpec, after: ServiceSpec): { [key: string]: string } {
  const out: { [key: string]: string } = {};
  const note = (key: string, old: string | undefined, now: string | undefined): void => {
    if (old === now || old === undefined || now === undefined) return;
    out[`${key}.old`] = old;
    out[`${key}.new`] = now;
  };
  note('replicas', before.Mode.Replicated?.Replicas.toString(), after.Mode.Replicated?.Replicas.toString());
  note('image', before.TaskTemplate.ContainerSpec.Image, after.TaskTemplate.ContainerSpec.Image);
  return out;
}

/** `replicated`, `global`, `replicated-job`, `global-job`. */
export function modeName(spec: ServiceSpec): string {
  const { Replicated, Global, ReplicatedJob } = spec.Mode;
  if (Replicated !== undefined) return 'replicated';
  if (Global !== undefined) return 'global';
  return ReplicatedJob === undefined ? 'global-job' : 'replicated-job';
}
