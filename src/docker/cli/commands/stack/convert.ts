import {
  isMap,
  listOf,
  mapOf,
  sortKeys,
  type Tree,
  type TreeMap,
  textOf,
} from '../../../compose/file/tree.ts';
import type { Mount, Service } from '../../../compose/project/model.ts';
import { bytes, flag, labels, number, strings } from '../../../compose/project/short.ts';
import type {
  ContainerSpec,
  FileTarget,
  Healthcheck,
  MountSpec,
  NetworkAttachmentConfig,
  PortConfig,
  ResourceAmounts,
  ServiceMode,
  ServiceSpec,
  TaskRestartPolicy,
  UpdateConfig,
} from '../../../engine/api.ts';
import { parseGoDuration } from '../../../engine/human.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import { CliError } from '../../failure.ts';
import type { StackFile } from './load.ts';

export const NAMESPACE = 'com.docker.stack.namespace';
const IMAGE = 'com.docker.stack.image';

/** A duration as nanoseconds. */
const nanoseconds = (tree: Tree | undefined): number | undefined => {
  const written = textOf(tree);
  if (written === '') return undefined;
  const milliseconds = parseGoDuration(written);
  if (milliseconds === undefined) throw new CliError(`time: invalid duration ${JSON.stringify(written)}`);
  return milliseconds * 1e6;
};

/** The full name of something of a stack: its own, if it is external or has one. */
export function scopedName(stack: string, key: string, item: Tree | undefined): string {
  const map = mapOf(item);
  const own = textOf(map['name']) || textOf(mapOf(map['external'])['name']);
  if (own !== '') return own;
  return isExternal(item) ? key : `${stack}_${key}`;
}

export const isExternal = (item: Tree | undefined): boolean => {
  const { external } = mapOf(item);
  return isMap(external) || flag(external);
};

/** Networks that services use, `default` among them where one names none. */
export function usedNetworks(file: StackFile): string[] {
  const used = Object.values(file.services).flatMap(({ read }) =>
    Object.keys(read.networks ?? { default: null }),
  );
  return [...new Set(used)];
}

/** A service of a stack as the swarm's (cli/compose/convert/service.go). */
export function convertService(
  stack: string,
  name: string,
  file: StackFile,
  swarm: Swarm,
  networkId: (name: string) => string,
): ServiceSpec {
  const entry = file.services[name];
  if (entry === undefined) throw new CliError(`no such service: ${name}`);
  try {
    return convert(stack, name, entry, file, swarm, networkId);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`service ${name}: ${error.message}`);
    throw error;
  }
}

function convert(
  stack: string,
  name: string,
  { read, tree }: { read: Service; tree: TreeMap },
  file: StackFile,
  swarm: Swarm,
  networkId: (name: string) => string,
): ServiceSpec {
  const deploy = mapOf(tree['deploy']);
  const restart = restartPolicy(deploy, read);
  const update = updateConfig(deploy['update_config']);
  const rollback = updateConfig(deploy['rollback_config']);
  const placement = mapOf(deploy['placement']);
  const constraints = strings(placement['constraints']);
  const most = number(placement['max_replicas_per_node']) ?? 0;
  const preferences = listOf(placement['preferences']).map((one) => ({
    Spread: { SpreadDescriptor: textOf(mapOf(one)['spread']) },
  }));
  const ports = portConfigs(read);
  const logging = read.logging;
  return {
    Name: `${stack}_${name}`,
    Labels: sortKeys({ ...labels(deploy['labels']), [IMAGE]: read.image ?? '', [NAMESPACE]: stack }),
    TaskTemplate: {
      ContainerSpec: containerSpec(stack, read, tree, file, swarm),
      Resources: resources(deploy),
      ...(restart === undefined ? {} : { RestartPolicy: restart }),
      Placement: {
        ...(constraints.length > 0 ? { Constraints: constraints } : {}),
        ...(preferences.length > 0 ? { Preferences: preferences } : {}),
        ...(most > 0 ? { MaxReplicas: most } : {}),
      },
      Networks: networks(stack, name, read, file, networkId),
      ...(logging === undefined
        ? {}
        : { LogDriver: { Name: logging.driver ?? 'json-file', Options: logging.options ?? {} } }),
      ForceUpdate: 0,
    },
    Mode: mode(deploy),
    ...(update === undefined ? {} : { UpdateConfig: update }),
    ...(rollback === undefined ? {} : { RollbackConfig: rollback }),
    EndpointSpec: {
      Mode: textOf(deploy['endpoint_mode']) || 'vip',
      ...(ports.length > 0 ? { Ports: ports } : {}),
    },
  };
}

function mode(deploy: TreeMap): ServiceMode {
  const wanted = textOf(deploy['mode']);
  const replicas = number(deploy['replicas']);
  if (wanted === 'global' || wanted === 'global-job') {
    if (replicas !== undefined)
      throw new CliError('replicas can only be used with replicated or replicated-job mode');
    return wanted === 'global' ? { Global: {} } : { GlobalJob: {} };
  }
  if (wanted === 'replicated-job')
    return { ReplicatedJob: { MaxConcurrent: replicas ?? 1, TotalCompletions: replicas ?? 1 } };
  if (wanted !== '' && wanted !== 'replicated') throw new CliError(`Unknown mode: ${wanted}`);
  return { Replicated: { Replicas: replicas ?? 1 } };
}

function restartPolicy(deploy: TreeMap, read: Service): TaskRestartPolicy | undefined {
  const policy = deploy['restart_policy'];
  if (isMap(policy)) {
    const delay = nanoseconds(policy['delay']);
    const window = nanoseconds(policy['window']);
    const attempts = number(policy['max_attempts']);
    return {
      ...(policy['condition'] === undefined ? {} : { Condition: textOf(policy['condition']) }),
      ...(delay === undefined ? {} : { Delay: delay }),
      ...(attempts === undefined ? {} : { MaxAttempts: attempts }),
      ...(window === undefined ? {} : { Window: window }),
    };
  }
  const [name = '', most] = (read.restart ?? '').split(':');
  if (name === '') return undefined;
  if (name === 'no') return { Condition: 'none' };
  if (name === 'always' || name === 'unless-stopped') return { Condition: 'any' };
  if (name === 'on-failure')
    return { Condition: 'on-failure', ...(most === undefined ? {} : { MaxAttempts: Number(most) }) };
  throw new CliError(`unknown restart policy: ${name}`);
}

function updateConfig(tree: Tree | undefined): UpdateConfig | undefined {
  if (!isMap(tree)) return undefined;
  const delay = nanoseconds(tree['delay']);
  const monitor = nanoseconds(tree['monitor']);
  return {
    Parallelism: number(tree['parallelism']) ?? 1,
    ...(delay === undefined || delay === 0 ? {} : { Delay: delay }),
    ...(tree['failure_action'] === undefined ? {} : { FailureAction: textOf(tree['failure_action']) }),
    ...(monitor === undefined ? {} : { Monitor: monitor }),
    MaxFailureRatio: number(tree['max_failure_ratio']) ?? 0,
    ...(tree['order'] === undefined ? {} : { Order: textOf(tree['order']) }),
  };
}

function resources(deploy: TreeMap): { Limits?: ResourceAmounts; Reservations?: ResourceAmounts } {
  const read = (tree: Tree | undefined): ResourceAmounts | undefined => {
    if (!isMap(tree)) return undefined;
    const cpus = number(tree['cpus']);
    const memory = bytes(tree['memory']);
    const pids = number(tree['pids']);
    return {
      ...(cpus === undefined ? {} : { NanoCPUs: Math.round(cpus * 1e9) }),
      ...(memory === undefined ? {} : { MemoryBytes: Number(memory) }),
      ...(pids === undefined ? {} : { Pids: pids }),
    };
  };
  const { limits, reservations } = mapOf(deploy['resources']);
  const Limits = read(limits);
  const Reservations = read(reservations);
  return {
    ...(Limits === undefined ? {} : { Limits }),
    ...(Reservations === undefined ? {} : { Reservations }),
  };
}

function portConfigs(read: Service): PortConfig[] {
  return (read.ports ?? [])
    .map(
      (port): PortConfig => ({
        Protocol: port.protocol,
        TargetPort: port.target,
        ...(port.published === undefined ? {} : { PublishedPort: Number(port.published) }),
        PublishMode: port.mode,
      }),
    )
    .sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0));
}

function networks(
  stack: string,
  name: string,
  read: Service,
  file: StackFile,
  networkId: (name: string) => string,
): NetworkAttachmentConfig[] {
  const wanted = Object.entries(read.networks ?? { default: null });
  return wanted
    .map(([key, use]) => {
      if (key !== 'default' && file.networks[key] === undefined)
        throw new CliError(`undefined network "${key}"`);
      return {
        Target: networkId(scopedName(stack, key, file.networks[key])),
        Aliases: [...(use?.aliases ?? []), name],
      };
    })
    .sort((a, b) => (a.Target < b.Target ? -1 : 1));
}

function containerSpec(
  stack: string,
  read: Service,
  tree: TreeMap,
  file: StackFile,
  swarm: Swarm,
): ContainerSpec {
  const env = Object.entries(read.environment ?? {})
    .flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`]))
    .sort();
  const mounts = (read.volumes ?? []).map((mount) => convertMount(stack, mount, file));
  const secrets = fileUses(tree['secrets']).map(({ source, target }) => {
    const name = nameOf(stack, source, file.secrets, 'secret');
    const found = swarm.files('secret', { names: [name] })[0];
    if (found === undefined) throw new CliError(`secret not found: ${name}`);
    return { File: { ...target, Name: target.Name || source }, SecretID: found.ID, SecretName: name };
  });
  const configs = fileUses(tree['configs']).map(({ source, target }) => {
    const name = nameOf(stack, source, file.configs, 'config');
    const found = swarm.files('config', { names: [name] })[0];
    if (found === undefined) throw new CliError(`config not found: ${name}`);
    return { File: { ...target, Name: target.Name || `/${source}` }, ConfigID: found.ID, ConfigName: name };
  });
  const health = healthcheck(read);
  const grace = nanoseconds(read.stop_grace_period);
  const hosts = (read.extra_hosts ?? []).map((host) => host.replace(/^([^=]+)=(.*)$/, '$2 $1'));
  return {
    Image: read.image ?? '',
    Labels: sortKeys({ ...read.labels, [NAMESPACE]: stack }),
    ...(read.entrypoint === undefined ? {} : { Command: read.entrypoint }),
    ...(read.command === undefined ? {} : { Args: read.command }),
    ...(read.hostname === undefined ? {} : { Hostname: read.hostname }),
    ...(env.length > 0 ? { Env: env } : {}),
    ...(read.working_dir === undefined ? {} : { Dir: read.working_dir }),
    ...(read.user === undefined ? {} : { User: read.user }),
    Privileges: { CredentialSpec: null, SELinuxContext: null, NoNewPrivileges: false },
    ...(read.init === undefined ? {} : { Init: read.init }),
    ...(read.stop_signal === undefined ? {} : { StopSignal: read.stop_signal }),
    ...(read.tty === true ? { TTY: true } : {}),
    ...(read.read_only === true ? { ReadOnly: true } : {}),
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    ...(grace === undefined ? {} : { StopGracePeriod: grace }),
    ...(health === undefined ? {} : { Healthcheck: health }),
    ...(hosts.length > 0 ? { Hosts: hosts } : {}),
    DNSConfig: {
      ...(read.dns === undefined ? {} : { Nameservers: read.dns }),
      ...(read.dns_search === undefined ? {} : { Search: read.dns_search }),
    },
    ...(secrets.length > 0 ? { Secrets: secrets } : {}),
    ...(configs.length > 0 ? { Configs: configs } : {}),
    ...(read.sysctls === undefined ? {} : { Sysctls: read.sysctls }),
    ...(read.cap_add === undefined ? {} : { CapabilityAdd: read.cap_add }),
    ...(read.cap_drop === undefined ? {} : { CapabilityDrop: read.cap_drop }),
  };
}

function nameOf(stack: string, source: string, files: TreeMap, kind: string): string {
  if (files[source] === undefined) throw new CliError(`undefined ${kind} "${source}"`);
  return scopedName(stack, source, files[source]);
}

function fileUses(tree: Tree | undefined): { source: string; target: FileTarget }[] {
  return listOf(tree).map((item) => {
    const map = isMap(item) ? item : { source: item };
    const mode = map['mode'];
    return {
      source: textOf(map['source']),
      target: {
        Name: textOf(map['target']),
        UID: textOf(map['uid']) || '0',
        GID: textOf(map['gid']) || '0',
        Mode: mode === undefined || mode === null ? 0o444 : Number(mode),
      },
    };
  });
}

function convertMount(stack: string, mount: Mount, file: StackFile): MountSpec {
  const readOnly = mount.read_only === true ? { ReadOnly: true } : {};
  if (mount.type === 'volume') {
    const { source, volume } = mount;
    if (source === undefined) return { Type: 'volume', Target: mount.target, ...readOnly };
    if (!(source in file.volumes)) throw new CliError(`undefined volume "${source}"`);
    const item = mapOf(file.volumes[source]);
    const options = { ...(volume?.nocopy === true ? { NoCopy: true } : {}) };
    if (isExternal(item))
      return {
        Type: 'volume',
        Source: scopedName(stack, source, item),
        Target: mount.target,
        ...readOnly,
        ...(Object.keys(options).length > 0 ? { VolumeOptions: options } : {}),
      };
    const driver = textOf(item['driver']);
    const driverOptions = labels(item['driver_opts']);
    return {
      Type: 'volume',
      Source: scopedName(stack, source, item),
      Target: mount.target,
      ...readOnly,
      VolumeOptions: {
        ...options,
        Labels: sortKeys({ ...labels(item['labels']), [NAMESPACE]: stack }),
        ...(driver === '' && Object.keys(driverOptions).length === 0
          ? {}
          : {
              DriverConfig: {
                ...(driver === '' ? {} : { Name: driver }),
                ...(Object.keys(driverOptions).length > 0 ? { Options: driverOptions } : {}),
              },
            }),
      },
    };
  }
  const size = mount.tmpfs?.size;
  return {
    Type: mount.type,
    ...(mount.source === undefined ? {} : { Source: mount.source }),
    Target: mount.target,
    ...readOnly,
    ...(size === undefined ? {} : { TmpfsOptions: { SizeBytes: Number(size) } }),
  };
}

function healthcheck(read: Service): Healthcheck | undefined {
  const health = read.healthcheck;
  if (health === undefined) return undefined;
  if (health.disable === true) return { Test: ['NONE'] };
  const time = (written: string | undefined, key: keyof Healthcheck): Healthcheck => {
    const value = nanoseconds(written);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    ...(health.test === undefined ? {} : { Test: health.test }),
    ...time(health.interval, 'Interval'),
    ...time(health.timeout, 'Timeout'),
    ...time(health.start_period, 'StartPeriod'),
    ...time(health.start_interval, 'StartInterval'),
    ...(health.retries === undefined ? {} : { Retries: health.retries }),
  };
}
