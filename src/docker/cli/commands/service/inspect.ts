import { DockerError, type ServiceInspect, type UpdateConfig } from '../../../engine/api.ts';
import { humanDuration, parseRfc3339 } from '../../../engine/human.ts';
import type { Call, Command } from '../../call.ts';
import { CliError } from '../../failure.ts';
import { bytesSize } from '../../format/units.ts';
import { networkNames, swarmOf } from '../../swarm.ts';
import { inspectAll } from '../inspect.ts';
import { prettyAll } from '../pretty.ts';

/** `docker service inspect` */
export const inspect: Command = {
  flags: { format: 'full', pretty: 'full' },
  *run(call) {
    const swarm = yield* swarmOf(call);
    const look = (name: string): ServiceInspect => {
      try {
        return swarm.service(name);
      } catch (error) {
        if (error instanceof DockerError && error.status === 404)
          throw new CliError(`Error: no such service: ${name}`);
        throw error;
      }
    };
    if (call.flags.bool('pretty')) return yield* prettyAll(call, look, (service) => pretty(call, service));
    return yield* inspectAll(call, look);
  },
};

const seconds = (nanoseconds: number): string => {
  const s = nanoseconds / 1e9;
  if (s === 0) return '0s';
  if (s < 1) return `${nanoseconds / 1e6}ms`;
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor((s % 3600) / 60);
  const rest = Number((s % 60).toFixed(9));
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}s`;
};

/** What `--pretty` shows (cli/command/service/formatter.go). */
function pretty(call: Call, service: ServiceInspect): string {
  const { Spec, UpdateStatus: status, Endpoint } = service;
  const { TaskTemplate: task } = Spec;
  const { ContainerSpec: container } = task;
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  const labels = Object.entries(Spec.Labels).sort(([a], [b]) => (a < b ? -1 : 1));
  add('');
  add(`ID:\t\t${service.ID}`);
  add(`Name:\t\t${Spec.Name}`);
  if (labels.length > 0) add('Labels:');
  for (const [key, value] of labels) add(` ${key}${value === '' ? '' : `=${value}`}`);
  const { Replicated, Global, ReplicatedJob } = Spec.Mode;
  if (Replicated !== undefined) {
    add('Service Mode:\tReplicated');
    add(` Replicas:\t${Replicated.Replicas}`);
  } else if (Global !== undefined) add('Service Mode:\tGlobal');
  else if (ReplicatedJob !== undefined) {
    add('Service Mode:\tReplicated Job');
    add(` Max Concurrent:\t${ReplicatedJob.MaxConcurrent}`);
    add(` Total Completions:\t${ReplicatedJob.TotalCompletions}`);
  } else add('Service Mode:\tGlobal Job');
  if (status !== undefined) {
    const ago = (time: string): string =>
      `${humanDuration(call.p.kernel.clock.now - parseRfc3339(time))} ago`;
    add('UpdateStatus:');
    add(` State:\t\t${status.State}`);
    if (status.StartedAt !== undefined) add(` Started:\t${ago(status.StartedAt)}`);
    if (status.State === 'completed' && status.CompletedAt !== undefined)
      add(` Completed:\t${ago(status.CompletedAt)}`);
    add(` Message:\t${status.Message}`);
  }
  const { Constraints = [], Preferences = [], MaxReplicas = 0 } = task.Placement ?? {};
  add('Placement:');
  if (Constraints.length > 0) add(` Constraints:\t[${Constraints.join(' ')}]`);
  if (Preferences.length > 0)
    add(` Preferences:   [${Preferences.map((one) => `spread=${one.Spread.SpreadDescriptor}`).join(' ')}]`);
  if (MaxReplicas > 0) add(` Max Replicas Per Node:   ${MaxReplicas}`);
  updateLines(add, 'Update', Spec.UpdateConfig);
  updateLines(add, 'Rollback', Spec.RollbackConfig);
  add('ContainerSpec:');
  add(` Image:\t\t${container.Image}`);
  if (container.Args !== undefined) add(` Args:\t\t${container.Args.map((arg) => `${arg} `).join('')}`);
  if (container.Env !== undefined) add(` Env:\t\t${container.Env.map((env) => `${env} `).join('')}`);
  if (container.Dir !== undefined) add(` Dir:\t\t${container.Dir}`);
  if (container.Init !== undefined) add(` Init:\t\t${container.Init}`);
  if (container.User !== undefined) add(` User: ${container.User}`);
  if (container.CapabilityAdd !== undefined || container.CapabilityDrop !== undefined) {
    add('Capabilities:');
    if (container.CapabilityAdd !== undefined) add(` Add: ${container.CapabilityAdd.join(', ')}`);
    if (container.CapabilityDrop !== undefined) add(` Drop: ${container.CapabilityDrop.join(', ')}`);
  }
  if (container.Sysctls !== undefined) {
    add('SysCtls:');
    for (const [key, value] of Object.entries(container.Sysctls)) add(` ${key}: ${value}`);
  }
  if (container.Ulimits !== undefined) {
    add('Ulimits:');
    for (const { Name, Soft, Hard } of container.Ulimits)
      add(` ${Name}: ${Soft === Hard ? Soft : `${Soft}:${Hard}`}`);
  }
  if (container.Mounts !== undefined) {
    add('Mounts:');
    for (const mount of container.Mounts)
      lines.push(
        ` Target:\t${mount.Target}`,
        `  Source:\t${mount.Source ?? ''}`,
        `  ReadOnly:\t${mount.ReadOnly ?? false}`,
        `  Type:\t\t${mount.Type}`,
      );
  }
  if (container.Configs !== undefined) {
    add('Configs:');
    for (const { File, ConfigName } of container.Configs)
      lines.push(` Target:\t${File.Name}`, `  Source:\t${ConfigName}`);
  }
  if (container.Secrets !== undefined) {
    add('Secrets:');
    for (const { File, SecretName } of container.Secrets)
      lines.push(` Target:\t${File.Name}`, `  Source:\t${SecretName}`);
  }
  if (task.LogDriver !== undefined) {
    add('Log Driver:');
    if (task.LogDriver.Name !== undefined) add(` Name:\t\t${task.LogDriver.Name}`);
    const options = Object.entries(task.LogDriver.Options ?? {});
    if (options.length > 0) add(' LogOpts:');
    for (const [key, value] of options) add(`  ${key}:       ${value}`);
    add('');
  }
  resourceLines(add, service);
  const names = networkNames(call.engine);
  if (task.Networks !== undefined)
    add(`Networks:${task.Networks.map(({ Target }) => ` ${names.get(Target) ?? Target}`).join('')} `);
  add(`Endpoint Mode:\t${Spec.EndpointSpec?.Mode ?? 'vip'}`);
  const ports = Endpoint.Ports ?? [];
  if (ports.length > 0) {
    add('Ports:');
    for (const [at, port] of ports.entries())
      lines.push(
        ` PublishedPort = ${port.PublishedPort ?? 0}`,
        `  Protocol = ${port.Protocol}`,
        `  TargetPort = ${port.TargetPort}`,
        `  PublishMode = ${port.PublishMode}${at === ports.length - 1 ? ' ' : ''}`,
      );
  }
  const health = container.Healthcheck;
  if (health !== undefined) {
    add(' Healthcheck:');
    add(`  Interval = ${seconds(health.Interval ?? 0)}`);
    add(`  Retries = ${health.Retries ?? 0}`);
    add(`  StartPeriod = ${seconds(health.StartPeriod ?? 0)}`);
    add(`  Timeout =\t${seconds(health.Timeout ?? 0)}`);
    if (health.Test !== undefined) {
      add('  Tests:');
      add(`\t Test = ${health.Test.join(' ')}`);
    }
  }
  return `${lines.join('\n')}\n\n`;
}

function updateLines(
  add: (line: string) => void,
  kind: 'Update' | 'Rollback',
  config: UpdateConfig | undefined,
): void {
  if (config === undefined) return;
  add(`${kind}Config:`);
  add(` Parallelism:\t${config.Parallelism}`);
  if ((config.Delay ?? 0) > 0) add(` Delay:\t\t${seconds(config.Delay ?? 0)}`);
  add(` On failure:\t${config.FailureAction ?? 'pause'}`);
  if ((config.Monitor ?? 0) > 0) add(` Monitoring Period: ${seconds(config.Monitor ?? 0)}`);
  add(` Max failure ratio: ${config.MaxFailureRatio}`);
  add(` ${`${kind} order:`.padEnd(18)} ${config.Order ?? 'stop-first'}`);
}

function resourceLines(add: (line: string) => void, { Spec }: ServiceInspect): void {
  const { Resources } = Spec.TaskTemplate;
  if (Resources === undefined) return;
  add('Resources:');
  for (const [title, amounts] of [
    ['Reservations', Resources.Reservations],
    ['Limits', Resources.Limits],
  ] as const) {
    const { NanoCPUs = 0, MemoryBytes = 0 } = amounts ?? {};
    if (NanoCPUs === 0 && MemoryBytes === 0) continue;
    add(` ${title}:`);
    if (NanoCPUs > 0) add(`  CPU:\t\t${NanoCPUs / 1e9}`);
    if (MemoryBytes > 0) add(`  Memory:\t${bytesSize(MemoryBytes)}`);
  }
}
