import type {
  ContainerSpec,
  EndpointSpec,
  Placement,
  ResourceAmounts,
  ServiceMode,
  ServiceSpec,
  TaskRestartPolicy,
  UpdateConfig,
} from '../../../engine/api.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command, Support } from '../../call.ts';
import { CliError } from '../../failure.ts';
import type { Flags } from '../../parse/flags.ts';
import { cutHost, parseUlimit } from '../../parse/validators.ts';
import { environment } from '../../run/files.ts';
import { readMount } from '../../run/mounts.ts';
import { readHealth } from '../../run/options.ts';
import { swarmOf } from '../../swarm.ts';

import {
  configReferences,
  parseFile,
  parseNetwork,
  parsePublish,
  secretReferences,
  splitWords,
} from './parse.ts';
import { watchService } from './progress.ts';

/** What of the flags that create and update share is simulated. */
export const SERVICE_FLAGS: Readonly<Record<string, Support>> = {
  detach: 'full',
  'endpoint-mode': 'full',
  entrypoint: 'full',
  'health-cmd': 'full',
  'health-interval': 'full',
  'health-retries': 'full',
  'health-start-interval': 'full',
  'health-start-period': 'full',
  'health-timeout': 'full',
  hostname: 'full',
  init: 'full',
  isolation: 'parsed',
  'limit-cpu': 'full',
  'limit-memory': 'full',
  'limit-pids': 'full',
  'log-driver': 'partial',
  'log-opt': 'partial',
  'max-concurrent': 'full',
  'no-healthcheck': 'full',
  'no-resolve-image': 'full',
  'oom-score-adj': 'parsed',
  quiet: 'full',
  'read-only': 'full',
  replicas: 'full',
  'replicas-max-per-node': 'full',
  'reserve-cpu': 'full',
  'reserve-memory': 'full',
  'restart-condition': 'full',
  'restart-delay': 'full',
  'restart-max-attempts': 'full',
  'restart-window': 'full',
  'rollback-delay': 'full',
  'rollback-failure-action': 'full',
  'rollback-max-failure-ratio': 'full',
  'rollback-monitor': 'full',
  'rollback-order': 'full',
  'rollback-parallelism': 'full',
  'stop-grace-period': 'full',
  'stop-signal': 'full',
  tty: 'full',
  'update-delay': 'full',
  'update-failure-action': 'full',
  'update-max-failure-ratio': 'full',
  'update-monitor': 'full',
  'update-order': 'full',
  'update-parallelism': 'full',
  user: 'full',
  'with-registry-auth': 'parsed',
  workdir: 'full',
};

/** `docker service create` */
export const create: Command = {
  interspersed: false,
  flags: {
    ...SERVICE_FLAGS,
    'cap-add': 'full',
    'cap-drop': 'full',
    config: 'full',
    constraint: 'full',
    'container-label': 'full',
    dns: 'full',
    'dns-option': 'full',
    'dns-search': 'full',
    env: 'full',
    'env-file': 'full',
    group: 'full',
    host: 'full',
    label: 'full',
    mode: 'full',
    mount: 'full',
    name: 'full',
    network: 'full',
    'placement-pref': 'parsed',
    publish: 'full',
    secret: 'full',
    sysctl: 'full',
    ulimit: 'full',
  },
  *run(call) {
    const { p, flags } = call;
    const swarm = yield* swarmOf(call);
    const spec = yield* readSpec(call, swarm);
    const image = yield* withDigest(call, swarm, spec.TaskTemplate.ContainerSpec.Image);
    const { TaskTemplate } = spec;
    const id = yield* swarm.createService({
      ...spec,
      TaskTemplate: {
        ...TaskTemplate,
        ContainerSpec: { ...TaskTemplate.ContainerSpec, Image: image.name },
        ...(image.resolved ? { Placement: { ...TaskTemplate.Placement, Platforms: PLATFORMS } } : {}),
      },
    });
    if (image.warning !== undefined) yield* p.error(`${image.warning}\n`);
    yield* p.print(`${id}\n`);
    if (!flags.bool('detach')) yield* watchService(p, swarm, id, flags.bool('quiet'));
    return 0;
  },
};

export const PLATFORMS = [{ Architecture: 'amd64', OS: 'linux' }];

/** The image with its digest, if a registry can be asked for it. */
export function* withDigest(
  call: Call,
  swarm: Swarm,
  written: string,
): Sys<{ name: string; resolved: boolean; warning: string | undefined }> {
  if (call.flags.bool('no-resolve-image')) return { name: written, resolved: false, warning: undefined };
  return yield* resolveDigest(swarm, written);
}

/** As above, without asking the flags. */
export function* resolveDigest(
  swarm: Swarm,
  written: string,
): Sys<{ name: string; resolved: boolean; warning: string | undefined }> {
  const tagged = /^[^@]*(?::[^/]*|@.*)$/.test(written.replace(/^[^/]*:\d+\//, ''))
    ? written
    : `${written}:latest`;
  if (!swarm.active) return { name: tagged, resolved: false, warning: undefined };
  const found = yield* swarm.resolveImage(tagged);
  if (found !== undefined) return { name: found, resolved: true, warning: undefined };
  return {
    name: tagged,
    resolved: false,
    warning: `image ${tagged} could not be accessed on a registry to record\nits digest. Each node will access ${tagged} independently,\npossibly leading to different nodes running different\nversions of the image.\n`,
  };
}

function* readSpec(call: Call, swarm: Swarm): Sys<ServiceSpec> {
  const { p, flags, args } = call;
  const [Image = '', ...Args] = args;
  const Ports = flags.list('publish').flatMap((one) => parsePublish(call, one, '-p, --publish'));
  const secrets = flags.list('secret').map((one) => parseFile(call, one, '--secret'));
  const configs = flags.list('config').map((one) => parseFile(call, one, '--config'));
  const mode = readMode(flags);
  const Healthcheck = readHealth(flags);
  const env = environment(p, flags, '--env-file', true);
  const Networks = flags.list('network').map((one) => parseNetwork(call, one, '--network'));
  const secretRefs = secretReferences(swarm, secrets);
  const configRefs = configReferences(swarm, configs);
  const mounts = flags.list('mount').map((one) => readMount(one, p.cwd));
  const container: ContainerSpec = {
    Image,
    ...(flags.changed('container-label') ? { Labels: flags.map('container-label') } : {}),
    ...(flags.changed('entrypoint') ? { Command: splitWords(flags.string('entrypoint')) } : {}),
    ...(Args.length > 0 ? { Args } : {}),
    ...(flags.string('hostname') === '' ? {} : { Hostname: flags.string('hostname') }),
    ...(env.length > 0 ? { Env: env } : {}),
    ...(flags.string('workdir') === '' ? {} : { Dir: flags.string('workdir') }),
    ...(flags.string('user') === '' ? {} : { User: flags.string('user') }),
    ...list(flags, 'group', 'Groups'),
    Init: flags.bool('init'),
    ...(flags.string('stop-signal') === '' ? {} : { StopSignal: flags.string('stop-signal') }),
    ...(flags.bool('tty') ? { TTY: true } : {}),
    ...(flags.bool('read-only') ? { ReadOnly: true } : {}),
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    ...(flags.changed('stop-grace-period') ? { StopGracePeriod: flags.duration('stop-grace-period') } : {}),
    ...(Healthcheck === undefined ? {} : { Healthcheck }),
    ...(flags.changed('host') ? { Hosts: flags.list('host').map(hostLine) } : {}),
    DNSConfig: {
      ...list(flags, 'dns', 'Nameservers'),
      ...list(flags, 'dns-search', 'Search'),
      ...list(flags, 'dns-option', 'Options'),
    },
    ...(secretRefs.length > 0 ? { Secrets: secretRefs } : {}),
    ...(configRefs.length > 0 ? { Configs: configRefs } : {}),
    ...(flags.changed('sysctl') ? { Sysctls: flags.map('sysctl') } : {}),
    ...capabilities(flags.list('cap-add'), flags.list('cap-drop')),
    ...(flags.changed('ulimit') ? { Ulimits: flags.list('ulimit').map(parseUlimit) } : {}),
    ...(flags.changed('oom-score-adj') ? { OomScoreAdj: flags.int('oom-score-adj') } : {}),
  };
  const restart = readRestart(flags, undefined);
  const update = readUpdate(flags, 'update', undefined);
  const rollback = readUpdate(flags, 'rollback', undefined);
  const placement = readPlacement(flags);
  const endpoint: EndpointSpec = {
    Mode: flags.string('endpoint-mode').toLowerCase(),
    ...(Ports.length > 0 ? { Ports } : {}),
  };
  return {
    Name: flags.string('name'),
    Labels: flags.map('label'),
    TaskTemplate: {
      ContainerSpec: container,
      Resources: readResources(flags),
      ...(restart === undefined ? {} : { RestartPolicy: restart }),
      ...(placement === undefined ? {} : { Placement: placement }),
      ...(Networks.length > 0 ? { Networks } : {}),
      ...logDriver(flags),
      ForceUpdate: 0,
    },
    Mode: mode,
    ...(update === undefined ? {} : { UpdateConfig: update }),
    ...(rollback === undefined ? {} : { RollbackConfig: rollback }),
    EndpointSpec: endpoint,
  };
}

function list<K extends string>(flags: Flags, flag: string, key: K): { [name in K]?: readonly string[] } {
  const out: { [name in K]?: readonly string[] } = {};
  if (flags.changed(flag)) out[key] = flags.list(flag);
  return out;
}

/** `db:10.1.2.3` ⇒ `10.1.2.3 db`, as hosts files write it. */
export const hostLine = (written: string): string => {
  const [name, ip = ''] = cutHost(written);
  return `${ip} ${name}`;
};

/** Capabilities with their prefix; what is both added and dropped is added. */
export function capabilities(
  add: readonly string[],
  drop: readonly string[],
): Pick<ContainerSpec, 'CapabilityAdd' | 'CapabilityDrop'> {
  const full = (name: string): string => {
    const upper = name.toUpperCase();
    return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  };
  const added = [...new Set(add.map(full))].sort();
  const dropped = [...new Set(drop.map(full))].filter((name) => !added.includes(name)).sort();
  return {
    ...(added.length > 0 ? { CapabilityAdd: added } : {}),
    ...(dropped.length > 0 ? { CapabilityDrop: dropped } : {}),
  };
}

function readMode(flags: Flags): ServiceMode {
  const mode = flags.string('mode') === '' ? 'replicated' : flags.string('mode');
  const replicas = flags.changed('replicas') ? flags.int('replicas') : 1;
  const most = flags.int('replicas-max-per-node');
  const job = mode === 'replicated-job' || mode === 'global-job';
  if (job)
    for (const kind of ['update', 'rollback'])
      if (flags.names.some((name) => name.startsWith(`${kind}-`)))
        throw new CliError(`${kind} and rollback configuration is not supported for jobs`);
  if (mode === 'global' || mode === 'global-job') {
    if (flags.changed('replicas'))
      throw new CliError('replicas can only be used with replicated or replicated-job mode');
    if (most > 0)
      throw new CliError('replicas-max-per-node can only be used with replicated or replicated-job mode');
    if (flags.changed('max-concurrent'))
      throw new CliError('max-concurrent can only be used with replicated-job mode');
    return mode === 'global' ? { Global: {} } : { GlobalJob: {} };
  }
  if (mode === 'replicated') {
    if (flags.changed('max-concurrent'))
      throw new CliError('max-concurrent can only be used with replicated-job mode');
    return { Replicated: { Replicas: replicas } };
  }
  if (mode !== 'replicated-job')
    throw new CliError(`Unknown mode: ${mode}, only replicated and global supported`);
  return {
    ReplicatedJob: {
      MaxConcurrent: flags.changed('max-concurrent') ? flags.int('max-concurrent') : replicas,
      TotalCompletions: replicas,
    },
  };
}

function readResources(flags: Flags): { Limits: ResourceAmounts; Reservations: ResourceAmounts } {
  return { Limits: amounts(flags, 'limit', {}), Reservations: amounts(flags, 'reserve', {}) };
}

/** `--limit-*` or `--reserve-*` on top of what was there. */
export function amounts(flags: Flags, kind: 'limit' | 'reserve', before: ResourceAmounts): ResourceAmounts {
  const all = {
    ...before,
    ...(flags.changed(`${kind}-cpu`) ? { NanoCPUs: flags.cpus(`${kind}-cpu`) } : {}),
    ...(flags.changed(`${kind}-memory`) ? { MemoryBytes: flags.bytes(`${kind}-memory`) } : {}),
    ...(kind === 'limit' && flags.changed('limit-pids') ? { Pids: flags.int('limit-pids') } : {}),
  };
  return Object.fromEntries(Object.entries(all).filter(([, amount]) => amount !== 0));
}

/** The restart policy, if a flag speaks of it. */
export function readRestart(
  flags: Flags,
  before: TaskRestartPolicy | undefined,
): TaskRestartPolicy | undefined {
  if (!flags.names.some((name) => name.startsWith('restart-'))) return before;
  const base = before ?? { Condition: 'any', Delay: 5e9, MaxAttempts: 0 };
  return {
    ...base,
    ...(flags.changed('restart-condition') ? { Condition: flags.string('restart-condition') } : {}),
    ...(flags.changed('restart-delay') ? { Delay: flags.duration('restart-delay') } : {}),
    ...(flags.changed('restart-max-attempts') ? { MaxAttempts: flags.int('restart-max-attempts') } : {}),
    ...(flags.changed('restart-window') ? { Window: flags.duration('restart-window') } : {}),
  };
}

/** How updates or rollbacks go, if a flag speaks of it. */
export function readUpdate(
  flags: Flags,
  kind: 'update' | 'rollback',
  before: UpdateConfig | undefined,
): UpdateConfig | undefined {
  if (!flags.names.some((name) => name.startsWith(`${kind}-`))) return before;
  const flag = (name: string): string => `${kind}-${name}`;
  const base: UpdateConfig = before ?? {
    Parallelism: 1,
    FailureAction: 'pause',
    Monitor: 5e9,
    MaxFailureRatio: 0,
    Order: 'stop-first',
  };
  const config: UpdateConfig = {
    ...base,
    ...(flags.changed(flag('parallelism')) ? { Parallelism: flags.int(flag('parallelism')) } : {}),
    ...(flags.changed(flag('delay')) ? { Delay: flags.duration(flag('delay')) } : {}),
    ...(flags.changed(flag('failure-action')) ? { FailureAction: flags.string(flag('failure-action')) } : {}),
    ...(flags.changed(flag('monitor')) ? { Monitor: flags.duration(flag('monitor')) } : {}),
    ...(flags.changed(flag('max-failure-ratio'))
      ? { MaxFailureRatio: Number(flags.string(flag('max-failure-ratio'))) }
      : {}),
    ...(flags.changed(flag('order')) ? { Order: flags.string(flag('order')) } : {}),
  };
  const { Parallelism, Delay, FailureAction, Monitor, MaxFailureRatio, Order } = config;
  return {
    Parallelism,
    ...(Delay === undefined || Delay === 0 ? {} : { Delay }),
    ...(FailureAction === undefined ? {} : { FailureAction }),
    ...(Monitor === undefined ? {} : { Monitor }),
    MaxFailureRatio,
    ...(Order === undefined ? {} : { Order }),
  };
}

function readPlacement(flags: Flags): Placement | undefined {
  const preferences = flags.list('placement-pref').map(readPreference);
  const most = flags.int('replicas-max-per-node');
  const out: Placement = {
    ...(flags.changed('constraint') ? { Constraints: flags.list('constraint') } : {}),
    ...(preferences.length > 0 ? { Preferences: preferences } : {}),
    ...(most > 0 ? { MaxReplicas: most } : {}),
  };
  return Object.keys(out).length > 0 ? out : undefined;
}

/** `spread=node.labels.zone` */
export function readPreference(written: string): { Spread: { SpreadDescriptor: string } } {
  const at = written.indexOf('=');
  if (at < 0) throw new CliError('placement preference must be of the format "<strategy>=<arg>"');
  const strategy = written.slice(0, at);
  if (strategy !== 'spread')
    throw new CliError(`unsupported placement preference ${strategy} (only spread is supported)`);
  return { Spread: { SpreadDescriptor: written.slice(at + 1) } };
}

/** The log driver, if a flag speaks of it. */
export function logDriver(flags: Flags): { LogDriver?: { Name?: string; Options?: Record<string, string> } } {
  if (!flags.changed('log-driver')) return {};
  return { LogDriver: { Name: flags.string('log-driver'), Options: flags.map('log-opt') } };
}
