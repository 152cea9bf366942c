import type { GivenFile } from '../containers/given-files.ts';
import { formatIp } from '../networks/ip.ts';
import type { CreateRequest, HostConfig, PortBinding } from '../types/container.ts';
import type { FileTarget } from '../types/swarm.ts';
import { macOf } from './networks.ts';
import type { Cluster, Task } from './state.ts';

/** The container a task asks its node for (daemon/cluster/executor/container/container.go). */
export function containerRequest(cluster: Cluster, task: Task): CreateRequest {
  const { ContainerSpec: spec, Resources, LogDriver } = task.spec;
  const fill = (text: string): string => expand(cluster, task, text);
  const limits = Resources?.Limits ?? {};
  const hostPorts = portBindings(task);
  const names = task.held.map(({ network }) => network.name);
  const predefined = (task.spec.Networks ?? []).find(({ Target }) => isLocal(cluster, Target));
  const host: Partial<HostConfig> = {
    PortBindings: hostPorts,
    RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    NetworkMode: names[0] ?? predefined?.Target ?? 'default',
    Memory: limits.MemoryBytes ?? 0,
    NanoCpus: limits.NanoCPUs ?? 0,
    ...(limits.Pids === undefined || limits.Pids === 0 ? {} : { PidsLimit: limits.Pids }),
    ReadonlyRootfs: spec.ReadOnly ?? false,
    CapAdd: spec.CapabilityAdd ?? null,
    CapDrop: spec.CapabilityDrop ?? null,
    ExtraHosts: spec.Hosts?.map((line) => line.replace(/^(\S+)\s+(\S+)$/, '$2:$1')) ?? null,
    Dns: spec.DNSConfig?.Nameservers ?? null,
    DnsSearch: spec.DNSConfig?.Search ?? null,
    DnsOptions: spec.DNSConfig?.Options ?? null,
    GroupAdd: spec.Groups ?? null,
    OomScoreAdj: spec.OomScoreAdj ?? 0,
    Ulimits: spec.Ulimits ?? [],
    Isolation: 'default',
    ...(spec.Init === undefined ? {} : { Init: spec.Init }),
    ...(spec.Sysctls === undefined ? {} : { Sysctls: spec.Sysctls }),
    ...(spec.Mounts === undefined
      ? {}
      : {
          Mounts: spec.Mounts.map((mount) =>
            mount.Source === undefined ? mount : { ...mount, Source: fill(mount.Source) },
          ),
        }),
    ...(LogDriver?.Name === undefined
      ? {}
      : { LogConfig: { Type: LogDriver.Name, Config: LogDriver.Options ?? {} } }),
  };
  return {
    name: task.fullName,
    Config: {
      Image: spec.Image,
      Labels: {
        ...spec.Labels,
        'com.docker.swarm.node.id': cluster.node.id,
        'com.docker.swarm.service.id': task.service.id,
        'com.docker.swarm.service.name': task.service.name,
        'com.docker.swarm.task': '',
        'com.docker.swarm.task.id': task.id,
        'com.docker.swarm.task.name': task.fullName,
      },
      Env: (spec.Env ?? []).map(fill),
      ...(spec.Hostname === undefined ? {} : { Hostname: fill(spec.Hostname) }),
      ...(spec.User === undefined ? {} : { User: spec.User }),
      ...(spec.Dir === undefined ? {} : { WorkingDir: spec.Dir }),
      ...(spec.TTY === true ? { Tty: true } : {}),
      ...(spec.StopSignal === undefined ? {} : { StopSignal: spec.StopSignal }),
      ...(spec.Command === undefined ? {} : { Entrypoint: spec.Command }),
      ...(spec.Args === undefined ? {} : { Cmd: spec.Args }),
      ...(spec.Healthcheck === undefined ? {} : { Healthcheck: spec.Healthcheck }),
    },
    HostConfig: host,
    NetworkingConfig: {
      EndpointsConfig: Object.fromEntries(
        task.held.map(({ network, address }) => [
          network.name,
          { IPAMConfig: { IPv4Address: formatIp(address) }, MacAddress: macOf(address) },
        ]),
      ),
    },
  };
}

/** bridge, host and none may be used by services, too; they belong to the node. */
const isLocal = (cluster: Cluster, target: string): boolean =>
  !cluster.networks.some((network) => network.id === target);

function portBindings(task: Task): Record<string, PortBinding[]> {
  const out: Record<string, PortBinding[]> = {};
  for (const port of task.service.spec.EndpointSpec?.Ports ?? []) {
    if (port.PublishMode !== 'host') continue;
    const key = `${port.TargetPort}/${port.Protocol}`;
    const HostPort = port.PublishedPort === undefined ? '' : String(port.PublishedPort);
    out[key] = [...(out[key] ?? []), { HostIp: '', HostPort }];
  }
  return out;
}

/** Templates in environment, host name and mounts: `{{.Task.Slot}}`, `{{.Node.Hostname}}` … */
function expand(cluster: Cluster, task: Task, text: string): string {
  const values: Readonly<{ [key: string]: string }> = {
    '.Service.ID': task.service.id,
    '.Service.Name': task.service.name,
    '.Node.ID': cluster.node.id,
    '.Node.Hostname': cluster.daemon.host.uts.hostname,
    '.Node.Platform.OS': 'linux',
    '.Node.Platform.Architecture': 'x86_64',
    '.Task.ID': task.id,
    '.Task.Name': task.fullName,
    '.Task.Slot': String(task.slot === 0 ? cluster.node.id : task.slot),
  };
  return text.replace(/\{\{\s*([.\w]+)\s*\}\}/g, (whole, key: string) => values[key] ?? whole);
}

/** The secrets and configs of a task as files. */
export function givenFiles(cluster: Cluster, task: Task): GivenFile[] {
  const { Secrets = [], Configs = [] } = task.spec.ContainerSpec;
  const file = (
    target: FileTarget,
    folder: string,
    data: Uint8Array | undefined,
    inMemory: boolean,
  ): GivenFile => ({
    target: target.Name.startsWith('/') ? target.Name : `${folder}${target.Name}`,
    data: data ?? new Uint8Array(0),
    mode: target.Mode,
    uid: Number(target.UID) || 0,
    gid: Number(target.GID) || 0,
    inMemory,
  });
  return [
    ...Secrets.map(({ File, SecretID }) =>
      file(File, '/run/secrets/', cluster.secrets.get(SecretID)?.data, true),
    ),
    ...Configs.map(({ File, ConfigID }) => file(File, '/', cluster.configs.get(ConfigID)?.data, false)),
  ];
}
