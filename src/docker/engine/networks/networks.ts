import type { Sys } from '../../kernel/wait.ts';
import type { Daemon } from '../daemon.ts';
import { DockerError } from '../error.ts';
import { checkFilters, flag, labelsAllowed, labelsMatch, matches, untilTime, wanted } from '../filters.ts';
import { shortId } from '../names.ts';
import type { PruneReport } from '../types/image.ts';
import type { NetworkCreateRequest, NetworkInspect, NetworkSummary } from '../types/network.ts';
import type { Filters } from '../types/system.ts';
import { checkBridgeOptions } from './bridge-options.ts';
import type { HostStack } from './host.ts';
import { isPredefined, Network } from './network.ts';
import { planPools } from './pools.ts';
import type { Surroundings } from './sandbox.ts';

const DEFAULT_BRIDGE = {
  'com.docker.network.bridge.default_bridge': 'true',
  'com.docker.network.bridge.enable_icc': 'true',
  'com.docker.network.bridge.enable_ip_masquerade': 'true',
  'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
  'com.docker.network.bridge.name': 'docker0',
  'com.docker.network.driver.mtu': '1500',
};

/** The networks of the engine. */
export class Networks implements Surroundings {
  readonly daemon: Daemon;
  readonly host: HostStack;
  readonly #byId = new Map<string, Network>();
  readonly #byName = new Map<string, Network>();
  /** Is some container, running or not, to be in this network? Set by the engine. */
  inUse: (network: Network) => boolean = () => false;
  /** The block of local IPv6 addresses, drawn when it is first needed (RFC 4193). */
  #local: bigint | undefined;

  constructor(daemon: Daemon, host: HostStack) {
    this.daemon = daemon;
    this.host = host;
    host.networks = () => this.#byId.values();
    for (const [name, driver] of [
      ['bridge', 'bridge'],
      ['host', 'host'],
      ['none', 'null'],
    ] as const)
      this.install(
        this.make({ Name: name, Driver: driver, Options: name === 'bridge' ? DEFAULT_BRIDGE : {} }),
      );
  }

  all(): Network[] {
    return [...this.#byId.values()];
  }

  isContainerAddress(address: number): boolean {
    return this.all().some((network) => network.settings.pool?.has(address) === true);
  }

  /** Finds by ID, name or ID prefix. Throws no-such-network. */
  get(ref: string): Network {
    const found = this.#byId.get(ref) ?? this.#byName.get(ref);
    if (found !== undefined) return found;
    const prefixed = /^[0-9a-f]+$/.test(ref)
      ? this.all().filter((network) => network.id.startsWith(ref))
      : [];
    if (prefixed.length > 1) throw new DockerError('ambiguous-id', { name: ref });
    const [only] = prefixed;
    if (only === undefined) throw new DockerError('no-such-network', { name: ref });
    return only;
  }

  find(ref: string): Network | undefined {
    return this.#byId.get(ref) ?? this.#byName.get(ref);
  }

  list(filters: Filters = {}): NetworkSummary[] {
    checkFilters(filters, ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type']);
    return this.all()
      .filter((network) => this.#passes(network, filters))
      .map((network) => network.summary());
  }

  #passes(network: Network, filters: Filters): boolean {
    const { settings } = network;
    const dangling = flag(filters, 'dangling');
    const one = (key: string, test: (values: readonly string[]) => boolean): boolean => {
      const values = wanted(filters, key);
      return values === undefined || test(values);
    };
    return (
      (dangling === undefined || dangling === (!network.predefined && !this.inUse(network))) &&
      one('driver', (values) => values.includes(settings.driver)) &&
      one('scope', (values) => values.includes(settings.swarm === undefined ? 'local' : 'swarm')) &&
      one('id', (values) => values.some((value) => network.id.startsWith(value))) &&
      one('name', (values) => matches(values, network.name)) &&
      one('type', (values) =>
        values.some((value) => {
          if (value !== 'custom' && value !== 'builtin')
            throw new DockerError('bad-parameter', { reason: `invalid filter: 'type'='${value}'` });
          return network.predefined === (value === 'builtin');
        }),
      ) &&
      labelsMatch(filters, settings.labels)
    );
  }

  inspect(ref: string): NetworkInspect {
    return this.get(ref).inspect();
  }

  *create(request: NetworkCreateRequest): Sys<{ Id: string; Warning: string }> {
    const { Name: name } = request;
    const driver = request.Driver === undefined || request.Driver === '' ? 'bridge' : request.Driver;
    const { Driver: ipam = 'default' } = request.IPAM ?? {};
    if (!['', 'default', 'null'].includes(ipam)) {
      yield* this.daemon.work(15_000, 15_010);
      throw new DockerError('no-such-network-plugin', { driver: ipam });
    }
    if (name.trim() === '') throw new DockerError('network-name-blank');
    if (isPredefined(name)) throw new DockerError('network-predefined-create', { name });
    if (this.#byName.has(name)) throw new DockerError('network-exists', { name });
    if (driver === 'overlay') {
      const { swarm } = this.daemon;
      if (swarm === undefined) throw new DockerError('not-swarm-manager');
      return { Id: yield* swarm.createNetwork(request), Warning: '' };
    }
    if (request.Scope === 'swarm') throw new DockerError('network-swarm-scope');
    if (driver === 'host' || driver === 'null') throw new DockerError('network-only-one', { driver });
    if (!['bridge', 'macvlan', 'ipvlan'].includes(driver)) {
      // The engine looks for a plugin of that name for fifteen seconds.
      yield* this.daemon.work(15_000, 15_010);
      throw new DockerError('no-such-network-plugin', { driver });
    }
    const network = this.make(this.#withConfig({ ...request, Driver: driver }));
    checkBridgeOptions(network, this.all());
    yield* this.daemon.work(8, 16);
    if (this.#byName.has(name)) throw new DockerError('network-exists', { name });
    this.install(network);
    this.#log('create', network);
    return { Id: network.id, Warning: '' };
  }

  /** With the settings of the network that `--config-from` names. */
  #withConfig(request: NetworkCreateRequest): NetworkCreateRequest {
    const from = request.ConfigFrom?.Network ?? '';
    if (from === '') return request;
    const known = this.find(from);
    if (known?.settings.configOnly !== true)
      throw new DockerError('bad-parameter', {
        reason: `configuration network ${JSON.stringify(from)} not found`,
      });
    const { configured, configured6, ipv6, internal, options, labels, pools } = known.settings;
    return {
      ...request,
      Internal: internal,
      EnableIPv6: ipv6,
      Options: { ...options },
      Labels: { ...labels, ...request.Labels },
      ...(configured === true || configured6 ? { IPAM: { ...request.IPAM, Config: pools } } : {}),
    };
  }

  #localBlock(): bigint {
    this.#local ??= (0xfdn << 120n) | (BigInt(`0x${this.daemon.kernel.random.hex(5)}`) << 80n);
    return this.#local;
  }

  /** A new network, not yet among the others. */
  make(request: NetworkCreateRequest): Network {
    const driver = request.Driver ?? 'bridge';
    const others = this.all().filter(({ settings }) => !settings.configOnly);
    const asked = request.IPAM?.Config ?? [];
    const ipv4 = request.EnableIPv4 ?? true;
    const ipv6 = request.EnableIPv6 ?? false;
    const plan =
      driver === 'host' || driver === 'null'
        ? { pool: undefined, pool6: undefined, pools: [] }
        : planPools({
            asked,
            ipv4,
            ipv6,
            used: others.flatMap(({ settings }) => (settings.ipv4 ? (settings.pool?.subnet ?? []) : [])),
            used6: others.flatMap(({ settings }) => settings.pool6?.subnet ?? []),
            local: ipv6 ? this.#localBlock() : 0n,
          });
    return new Network({
      id: this.daemon.newId(),
      name: request.Name,
      driver,
      created: this.daemon.now,
      internal: request.Internal ?? false,
      attachable: request.Attachable ?? false,
      ipv4,
      ipv6,
      pool6: plan.pool6,
      configured6: asked.some(({ Subnet }) => Subnet?.includes(':') === true),
      configOnly: request.ConfigOnly ?? false,
      configFrom: request.ConfigFrom?.Network ?? '',
      options: request.Options ?? {},
      labels: request.Labels ?? {},
      pools: plan.pools,
      configured: asked.some(({ Subnet = '' }) => Subnet !== '' && !Subnet.includes(':')),
      ipamDriver: request.IPAM?.Driver || 'default',
      ipamOptions: request.IPAM?.Options ?? null,
      pool: plan.pool,
    });
  }

  /** Takes a network among the others. */
  install(network: Network): void {
    this.#byId.set(network.id, network);
    this.#byName.set(network.name, network);
  }

  /** Forgets a network. */
  drop(network: Network): void {
    this.#byId.delete(network.id);
    if (this.#byName.get(network.name) === network) this.#byName.delete(network.name);
  }

  /** The manager takes a network away at once; this node has it until the last container has left. */
  retire(network: Network): void {
    if (network.endpoints.size === 0) this.drop(network);
    else network.onEmpty = () => this.drop(network);
  }

  *remove(ref: string): Sys<void> {
    const network = this.get(ref);
    if (network.predefined) throw new DockerError('network-predefined-remove', { name: network.name });
    if (network.settings.swarm !== undefined) this.daemon.swarm?.removeNetwork(network);
    if (network.settings.swarm === undefined && network.endpoints.size + network.fixtures.length > 0) {
      const endpoints = [
        ...[...network.endpoints.values()].map(({ owner, id }) => ({ name: owner.name, id })),
        ...network.fixtures.map(({ name, endpointId }) => ({ name, id: endpointId })),
      ]
        .map(({ name, id }) => `name:"${name}" id:"${shortId(id)}"`)
        .join(', ');
      throw new DockerError('network-in-use', { name: network.name, endpoints });
    }
    if (network.settings.swarm !== undefined) {
      this.retire(network);
      yield* this.daemon.work(4, 9);
      this.daemon.events.log('network', 'remove', network.id, { name: network.name }, 'swarm');
      return;
    }
    this.drop(network);
    yield* this.daemon.work(90, 130);
    this.#log('destroy', network);
  }

  *prune(filters: Filters = {}): Sys<PruneReport<string>> {
    checkFilters(filters, ['label', 'label!', 'until']);
    const until = untilTime(filters, this.daemon.now);
    const deleted: string[] = [];
    for (const network of this.all()) {
      const { labels, created } = network.settings;
      if (network.predefined || network.settings.configOnly) continue;
      if (network.endpoints.size > 0 || this.inUse(network)) continue;
      if (until !== undefined && created >= until) continue;
      if (!labelsMatch(filters, labels) || !labelsAllowed(filters, labels)) continue;
      if (network.settings.swarm?.ingress === true || network.fixtures.length > 0) continue;
      try {
        yield* this.remove(network.id);
      } catch (error) {
        // A service is to use it, though no task of it is here.
        if (error instanceof DockerError && error.id === 'swarm-rpc') continue;
        throw error;
      }
      deleted.push(network.name);
    }
    this.daemon.events.log('network', 'prune', '', { reclaimed: '0' });
    return { Deleted: deleted, SpaceReclaimed: 0 };
  }

  #log(action: string, network: Network): void {
    this.daemon.events.log('network', action, network.id, {
      name: network.name,
      type: network.settings.driver,
    });
  }

  /** The connect and disconnect events. */
  logContainer(action: 'connect' | 'disconnect', network: Network, container: string): void {
    this.daemon.events.log('network', action, network.id, {
      container,
      name: network.name,
      type: network.settings.driver,
    });
  }
}
