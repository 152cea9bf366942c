import type { ContainerSpec, PortConfig, ServiceSpec, TaskSpec } from '../../../engine/api.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { toRecord } from '../../parse/flags.ts';
import { parseUlimit } from '../../parse/validators.ts';
import { readMount } from '../../run/mounts.ts';
import { readHealth } from '../../run/options.ts';
import { swarmOf } from '../../swarm.ts';
import {
  amounts,
  capabilities,
  hostLine,
  logDriver,
  PLATFORMS,
  readPreference,
  readRestart,
  readUpdate,
  SERVICE_FLAGS,
  withDigest,
} from './create.ts';
import {
  configReferences,
  parseFile,
  parseNetwork,
  parsePublish,
  secretReferences,
  splitWords,
} from './parse.ts';
import { watchService } from './progress.ts';

const LISTS = [
  'config',
  'constraint',
  'container-label',
  'dns',
  'dns-option',
  'dns-search',
  'env',
  'group',
  'host',
  'label',
  'mount',
  'network',
  'placement-pref',
  'publish',
  'secret',
  'sysctl',
  'ulimit',
];

/** `docker service update` */
export const update: Command = {
  flags: {
    ...SERVICE_FLAGS,
    ...Object.fromEntries(
      LISTS.flatMap((name) => [`${name}-add`, `${name}-rm`].map((flag) => [flag, 'full'] as const)),
    ),
    args: 'full',
    'cap-add': 'full',
    'cap-drop': 'full',
    force: 'full',
    image: 'full',
    rollback: 'full',
  },
  *run(call) {
    const { p, flags, args } = call;
    const [name = ''] = args;
    const swarm = yield* swarmOf(call);
    const before = swarm.service(name, { defaults: false });
    let warning: string | undefined;
    if (flags.bool('rollback')) {
      if (flags.names.some((flag) => !['rollback', 'detach', 'quiet'].includes(flag)))
        throw new CliError('other flags may not be combined with --rollback');
      yield* swarm.updateService(name, 'previous');
    } else {
      const spec = changed(call, swarm, before.Spec);
      const image = flags.changed('image')
        ? yield* withDigest(call, swarm, spec.TaskTemplate.ContainerSpec.Image)
        : undefined;
      warning = image?.warning;
      yield* swarm.updateService(name, image === undefined ? spec : withImage(spec, image));
    }
    if (warning !== undefined) yield* p.error(`${warning}\n`);
    yield* p.print(`${name}\n`);
    if (!flags.bool('detach')) yield* watchService(p, swarm, name, flags.bool('quiet'));
    return 0;
  },
};

function withImage(spec: ServiceSpec, image: { name: string; resolved: boolean }): ServiceSpec {
  const { TaskTemplate: task } = spec;
  return {
    ...spec,
    TaskTemplate: {
      ...task,
      ContainerSpec: { ...task.ContainerSpec, Image: image.name },
      ...(image.resolved ? { Placement: { ...task.Placement, Platforms: PLATFORMS } } : {}),
    },
  };
}

/** The service's spec with what the flags change (cli/command/service/update.go). */
function changed(call: Call, swarm: Swarm, before: ServiceSpec): ServiceSpec {
  const { flags } = call;
  const restart = readRestart(flags, before.TaskTemplate.RestartPolicy);
  const update = readUpdate(flags, 'update', before.UpdateConfig);
  const rollback = readUpdate(flags, 'rollback', before.RollbackConfig);
  const Mode = readMode(call, before);
  const { TaskTemplate: task } = before;
  const { Networks: _networks, ...withoutNetworks } = task;
  const Networks = networks(call, task);
  const placement = readPlacement(call, task);
  const Ports = ports(call, before);
  return {
    ...before,
    Labels: records(call, 'label', before.Labels),
    TaskTemplate: {
      ...withoutNetworks,
      ContainerSpec: container(call, swarm, task.ContainerSpec),
      Resources: {
        ...task.Resources,
        Limits: amounts(flags, 'limit', task.Resources?.Limits ?? {}),
        Reservations: amounts(flags, 'reserve', task.Resources?.Reservations ?? {}),
      },
      ...(restart === undefined ? {} : { RestartPolicy: restart }),
      ...(placement === undefined ? {} : { Placement: placement }),
      ...some('Networks', Networks),
      ...logDriver(flags),
      ForceUpdate: task.ForceUpdate + (flags.bool('force') ? 1 : 0),
    },
    Mode,
    ...(update === undefined ? {} : { UpdateConfig: update }),
    ...(rollback === undefined ? {} : { RollbackConfig: rollback }),
    EndpointSpec: {
      Mode: flags.changed('endpoint-mode')
        ? flags.string('endpoint-mode')
        : (before.EndpointSpec?.Mode ?? 'vip'),
      ...(Ports.length > 0 ? { Ports } : {}),
    },
  };
}

function readMode({ flags }: Call, { Mode }: ServiceSpec): ServiceSpec['Mode'] {
  if (flags.changed('replicas')) {
    if (Mode.Replicated !== undefined) return { Replicated: { Replicas: flags.int('replicas') } };
    if (Mode.ReplicatedJob !== undefined)
      return { ReplicatedJob: { ...Mode.ReplicatedJob, TotalCompletions: flags.int('replicas') } };
    throw new CliError('replicas can only be used with replicated mode');
  }
  if (flags.changed('max-concurrent')) {
    if (Mode.ReplicatedJob === undefined)
      throw new CliError('max-concurrent can only be used with replicated-job mode');
    return { ReplicatedJob: { ...Mode.ReplicatedJob, MaxConcurrent: flags.int('max-concurrent') } };
  }
  return Mode;
}

/** `--x-rm` takes away by key, `--x-add` sets. */
function records(
  { flags }: Call,
  name: string,
  before: Readonly<{ [key: string]: string }> | undefined,
): { [key: string]: string } {
  const out = { ...before };
  for (const key of flags.list(`${name}-rm`)) delete out[key];
  return { ...out, ...toRecord(flags.list(`${name}-add`)) };
}

function items({ flags }: Call, name: string, before: readonly string[] | undefined): string[] | undefined {
  if (!flags.changed(`${name}-add`) && !flags.changed(`${name}-rm`))
    return before === undefined ? undefined : [...before];
  const gone = new Set(flags.list(`${name}-rm`));
  const out = (before ?? []).filter((item) => !gone.has(item));
  for (const item of flags.list(`${name}-add`)) if (!out.includes(item)) out.push(item);
  return out;
}

/** Variables go by their name; a bare one takes the caller's value. */
function environment({ p, flags }: Call, before: readonly string[] | undefined): string[] | undefined {
  if (!flags.changed('env-add') && !flags.changed('env-rm'))
    return before === undefined ? undefined : [...before];
  const all = new Map((before ?? []).map((item) => [item.split('=')[0] ?? '', item]));
  for (const item of flags.list('env-add')) {
    const own = p.env.get(item);
    all.set(item.split('=')[0] ?? '', item.includes('=') || own === undefined ? item : `${item}=${own}`);
  }
  for (const key of flags.list('env-rm')) all.delete(key);
  return [...all.values()];
}

const some = <K extends string, T>(
  key: K,
  value: readonly T[] | undefined,
): { [name in K]?: readonly T[] } => {
  const out: { [name in K]?: readonly T[] } = {};
  if (value !== undefined && value.length > 0) out[key] = value;
  return out;
};

function container(call: Call, swarm: Swarm, before: ContainerSpec): ContainerSpec {
  const { p, flags } = call;
  const {
    Labels: _labels,
    Env: _env,
    Groups: _groups,
    Mounts: _mounts,
    Hosts: _hosts,
    Secrets: _secrets,
    Configs: _configs,
    Sysctls: _sysctls,
    CapabilityAdd: _add,
    CapabilityDrop: _drop,
    Ulimits: _ulimits,
    ...rest
  } = before;
  const labels = records(call, 'container-label', before.Labels);
  const sysctls = records(call, 'sysctl', before.Sysctls);
  const gone = new Set(flags.list('mount-rm'));
  const added = flags.list('mount-add').map((one) => readMount(one, p.cwd));
  const mounts = [
    ...(before.Mounts ?? []).filter(
      (mount) => !gone.has(mount.Target) && !added.some((one) => one.Target === mount.Target),
    ),
    ...added,
  ];
  const noHosts = new Set(
    flags
      .list('host-rm')
      .map(hostLine)
      .map((line) => line.trim()),
  );
  const hosts = [
    ...(before.Hosts ?? []).filter(
      (line) => !noHosts.has(line) && !noHosts.has(line.split(/\s+/).at(-1) ?? ''),
    ),
    ...flags.list('host-add').map(hostLine),
  ];
  const noSecrets = new Set(flags.list('secret-rm'));
  const secrets = [
    ...(before.Secrets ?? []).filter((one) => !noSecrets.has(one.SecretName)),
    ...secretReferences(
      swarm,
      flags.list('secret-add').map((one) => parseFile(call, one, '--secret-add')),
    ),
  ];
  const noConfigs = new Set(flags.list('config-rm'));
  const configs = [
    ...(before.Configs ?? []).filter((one) => !noConfigs.has(one.ConfigName)),
    ...configReferences(
      swarm,
      flags.list('config-add').map((one) => parseFile(call, one, '--config-add')),
    ),
  ];
  const noLimits = new Set(flags.list('ulimit-rm'));
  const more = flags.list('ulimit-add').map(parseUlimit);
  const ulimits = [
    ...(before.Ulimits ?? []).filter(
      (one) => !noLimits.has(one.Name) && !more.some((other) => other.Name === one.Name),
    ),
    ...more,
  ];
  const health = readHealth(flags);
  const dropped = new Set(flags.list('cap-drop').map(plainCap));
  const addedCaps = new Set(flags.list('cap-add').map(plainCap));
  const dns = before.DNSConfig ?? {};
  return {
    ...rest,
    ...(flags.changed('image') ? { Image: flags.string('image') } : {}),
    ...(Object.keys(labels).length > 0 ? { Labels: labels } : {}),
    ...(flags.changed('entrypoint') ? { Command: splitWords(flags.string('entrypoint')) } : {}),
    ...(flags.changed('args') ? { Args: splitWords(flags.string('args')) } : {}),
    ...(flags.changed('hostname') ? { Hostname: flags.string('hostname') } : {}),
    ...some('Env', environment(call, before.Env)),
    ...(flags.changed('workdir') ? { Dir: flags.string('workdir') } : {}),
    ...(flags.changed('user') ? { User: flags.string('user') } : {}),
    ...some('Groups', items(call, 'group', before.Groups)),
    ...(flags.changed('init') ? { Init: flags.bool('init') } : {}),
    ...(flags.changed('stop-signal') ? { StopSignal: flags.string('stop-signal') } : {}),
    ...(flags.changed('tty') ? { TTY: flags.bool('tty') } : {}),
    ...(flags.changed('read-only') ? { ReadOnly: flags.bool('read-only') } : {}),
    ...some('Mounts', mounts),
    ...(flags.changed('stop-grace-period') ? { StopGracePeriod: flags.duration('stop-grace-period') } : {}),
    ...(health === undefined ? {} : { Healthcheck: health }),
    ...some('Hosts', hosts),
    DNSConfig: {
      ...some('Nameservers', items(call, 'dns', dns.Nameservers)),
      ...some('Search', items(call, 'dns-search', dns.Search)),
      ...some('Options', items(call, 'dns-option', dns.Options)),
    },
    ...some('Secrets', secrets),
    ...some('Configs', configs),
    ...(Object.keys(sysctls).length > 0 ? { Sysctls: sysctls } : {}),
    ...capabilities(
      [
        ...(before.CapabilityAdd ?? []).filter((name) => !dropped.has(plainCap(name))),
        ...flags.list('cap-add'),
      ],
      [
        ...(before.CapabilityDrop ?? []).filter((name) => !addedCaps.has(plainCap(name))),
        ...flags.list('cap-drop'),
      ],
    ),
    ...some('Ulimits', ulimits),
  };
}

/** `CAP_NET_RAW`, `net_raw` ⇒ `NET_RAW` */
const plainCap = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');

function networks(call: Call, task: TaskSpec): TaskSpec['Networks'] {
  const { flags, engine } = call;
  if (!flags.changed('network-add') && !flags.changed('network-rm')) return task.Networks;
  const gone = new Set(
    flags.list('network-rm').flatMap((name) => {
      const network = engine.networkInspect(name);
      return [network.Id, network.Name];
    }),
  );
  const kept = (task.Networks ?? []).filter(({ Target }) => !gone.has(Target));
  for (const written of flags.list('network-add')) {
    const network = parseNetwork(call, written, '--network-add');
    if (kept.some(({ Target }) => Target === network.Target))
      throw new CliError(`service is already attached to network ${written}`);
    kept.push(network);
  }
  return kept;
}

function readPlacement(call: Call, task: TaskSpec): TaskSpec['Placement'] {
  const { flags } = call;
  const constraints = items(call, 'constraint', task.Placement?.Constraints);
  const gone = new Set(flags.list('placement-pref-rm'));
  const preferences = [
    ...(task.Placement?.Preferences ?? []).filter(
      ({ Spread }) => !gone.has(`spread=${Spread.SpreadDescriptor}`),
    ),
    ...flags.list('placement-pref-add').map(readPreference),
  ];
  const MaxReplicas = flags.changed('replicas-max-per-node')
    ? flags.int('replicas-max-per-node')
    : (task.Placement?.MaxReplicas ?? 0);
  const platforms = task.Placement?.Platforms;
  const out = {
    ...some('Constraints', constraints),
    ...some('Preferences', preferences),
    ...(MaxReplicas > 0 ? { MaxReplicas } : {}),
    ...(platforms === undefined ? {} : { Platforms: platforms }),
  };
  return Object.keys(out).length > 0 ? out : undefined;
}

function ports(call: Call, before: ServiceSpec): PortConfig[] {
  const { flags } = call;
  const gone = flags.list('publish-rm').map((written) => {
    const [port = '', protocol = 'tcp'] = written.split('/');
    return { port: Number(port.split(':').at(-1)), protocol };
  });
  const added = flags.list('publish-add').flatMap((one) => parsePublish(call, one, '--publish-add'));
  const kept = (before.EndpointSpec?.Ports ?? []).filter(
    (port) =>
      !gone.some((one) => one.port === port.TargetPort && one.protocol === port.Protocol) &&
      !added.some((one) => one.PublishedPort === port.PublishedPort && one.Protocol === port.Protocol),
  );
  return [...kept, ...added].sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0));
}

/** `docker service rollback` */
export const rollback: Command = {
  flags: { detach: 'full', quiet: 'full' },
  *run(call): Sys<number> {
    const { p, flags, args } = call;
    const [name = ''] = args;
    const swarm = yield* swarmOf(call);
    yield* swarm.updateService(name, 'previous');
    yield* p.print(`${name}\n`);
    if (!flags.bool('detach')) yield* watchService(p, swarm, name, flags.bool('quiet'));
    return 0;
  },
};
