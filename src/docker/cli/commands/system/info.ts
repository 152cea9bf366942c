import type { SwarmState, SystemInfo } from '../../../engine/api.ts';
import { humanDuration } from '../../../engine/human.ts';
import type { Process } from '../../../kernel/process.ts';
import type { Command } from '../../call.ts';
import { configFolder, contextName } from '../../connection.ts';
import { CliError } from '../../failure.ts';
import { bytesSize } from '../../format/units.ts';
import { printObject } from '../../inspect/object.ts';
import { CLI_VERSION, PLUGINS } from '../../version.ts';

/** `docker info` */
export const info: Command = {
  *lonely({ p, globals, flags }, reason) {
    if (flags.string('format') === '') yield* p.print(`${clientText(p, contextName(p, globals))}\nServer:\n`);
    throw new CliError(reason);
  },
  flags: { format: 'full' },
  *run({ p, engine, globals, flags }) {
    const server = engine.info();
    const format = flags.string('format');
    if (format !== '') {
      const client = {
        Debug: false,
        ...CLI_VERSION,
        Context: contextName(p, globals),
        Plugins: PLUGINS.map((plugin) => ({
          SchemaVersion: '0.1.0',
          ...plugin,
          Path: pluginPath(p, plugin.Name),
        })),
        Warnings: null,
      };
      yield* printObject(p, format, { ...server, ClientInfo: client }, 'system.dockerInfo');
      return 0;
    }
    yield* p.print(`${clientText(p, contextName(p, globals))}\n${serverText(server)}\n`);
    for (const warning of server.Warnings ?? []) yield* p.error(`${warning}\n`);
    return 0;
  },
};

const pluginPath = (p: Process, name: string): string => `${configFolder(p)}/cli-plugins/docker-${name}`;

function clientText(p: Process, context: string): string {
  const plugins = PLUGINS.map(
    ({ Name, ShortDescription, Vendor, Version }) =>
      `  ${Name}: ${ShortDescription} (${Vendor})\n    Version:  ${Version}\n    Path:     ${pluginPath(p, Name)}\n`,
  );
  return `Client:\n Version:    ${CLI_VERSION.Version}\n Context:    ${context}\n Debug Mode: false\n Plugins:\n${plugins.join('')}`;
}

function serverText(i: SystemInfo): string {
  const lines: string[] = ['Server:'];
  const add = (key: string, value: string | number | boolean, depth = 1): void => {
    lines.push(`${' '.repeat(depth)}${key}: ${value}`);
  };
  const list = (key: string, items: readonly string[], depth = 1): void => {
    lines.push(`${' '.repeat(depth)}${key}:`, ...items.map((item) => `${' '.repeat(depth + 1)}${item}`));
  };
  add('Containers', i.Containers);
  add('Running', i.ContainersRunning, 2);
  add('Paused', i.ContainersPaused, 2);
  add('Stopped', i.ContainersStopped, 2);
  add('Images', i.Images);
  add('Server Version', i.ServerVersion);
  add('Storage Driver', i.Driver);
  for (const [key, value] of i.DriverStatus) add(key, value, 2);
  add('Logging Driver', i.LoggingDriver);
  add('Cgroup Driver', i.CgroupDriver);
  add('Cgroup Version', i.CgroupVersion);
  lines.push(' Plugins:');
  add('Volume', i.Plugins.Volume.join(' '), 2);
  add('Network', i.Plugins.Network.join(' '), 2);
  add('Log', i.Plugins.Log.join(' '), 2);
  if (i.CDISpecDirs.length > 0) list('CDI spec directories', i.CDISpecDirs);
  add('Swarm', i.Swarm.LocalNodeState);
  lines.push(...swarmLines(i.Swarm));
  add('Runtimes', Object.keys(i.Runtimes).join(' '));
  add('Default Runtime', i.DefaultRuntime);
  add('Init Binary', i.InitBinary);
  add('containerd version', i.ContainerdCommit.ID);
  add('runc version', i.RuncCommit.ID);
  add('init version', i.InitCommit.ID);
  if (i.SecurityOptions.length > 0)
    lines.push(' Security Options:', ...i.SecurityOptions.flatMap(securityLines));
  add('Kernel Version', i.KernelVersion);
  add('Operating System', i.OperatingSystem);
  add('OSType', i.OSType);
  add('Architecture', i.Architecture);
  add('CPUs', i.NCPU);
  add('Total Memory', bytesSize(i.MemTotal));
  add('Name', i.Name);
  add('ID', i.ID);
  add('Docker Root Dir', i.DockerRootDir);
  add('Debug Mode', i.Debug);
  if (i.Labels.length > 0) list('Labels', i.Labels);
  add('Experimental', i.ExperimentalBuild);
  if (i.RegistryConfig.InsecureRegistryCIDRs.length > 0)
    list('Insecure Registries', i.RegistryConfig.InsecureRegistryCIDRs);
  add('Live Restore Enabled', i.LiveRestoreEnabled);
  add('Firewall Backend', i.FirewallBackend.Driver);
  for (const [key, value] of i.FirewallBackend.Info) add(key, value, 2);
  return lines.map((line) => `${line}\n`).join('');
}

/** The node and its swarm, while it is in one. */
function swarmLines({
  NodeID,
  NodeAddr,
  Managers = 0,
  Nodes = 0,
  Cluster,
  RemoteManagers,
}: SwarmState): string[] {
  if (Cluster === undefined) return [];
  const { Spec } = Cluster;
  return [
    `  NodeID: ${NodeID}`,
    '  Is Manager: true',
    `  ClusterID: ${Cluster.ID}`,
    `  Managers: ${Managers}`,
    `  Nodes: ${Nodes}`,
    ...(Cluster.DefaultAddrPool === null
      ? []
      : [
          `  Default Address Pool: ${Cluster.DefaultAddrPool.join(' ')}`,
          `  SubnetSize: ${Cluster.SubnetSize}`,
        ]),
    `  Data Path Port: ${Cluster.DataPathPort}`,
    '  Orchestration:',
    `   Task History Retention Limit: ${Spec.Orchestration.TaskHistoryRetentionLimit}`,
    '  Raft:',
    `   Snapshot Interval: ${Spec.Raft.SnapshotInterval}`,
    `   Number of Old Snapshots to Retain: ${Spec.Raft.KeepOldSnapshots}`,
    `   Heartbeat Tick: ${Spec.Raft.HeartbeatTick}`,
    `   Election Tick: ${Spec.Raft.ElectionTick}`,
    '  Dispatcher:',
    `   Heartbeat Period: ${humanDuration(Spec.Dispatcher.HeartbeatPeriod / 1e6)}`,
    '  CA Configuration:',
    `   Expiry Duration: ${humanDuration(Spec.CAConfig.NodeCertExpiry / 1e6)}`,
    '   Force Rotate: 0',
    `  Autolock Managers: ${Spec.EncryptionConfig.AutoLockManagers}`,
    `  Root Rotation In Progress: ${Cluster.RootRotationInProgress}`,
    `  Node Address: ${NodeAddr}`,
    '  Manager Addresses:',
    ...(RemoteManagers ?? []).map(({ Addr }) => `   ${Addr}`),
  ];
}

/** `name=seccomp,profile=builtin` ⇒ `seccomp` and its profile below. */
function securityLines(option: string): string[] {
  const parts = option.split(',').map((part) => part.split('='));
  const name = parts.find(([key]) => key === 'name')?.[1] ?? option;
  const profile = parts.find(([key]) => key === 'profile')?.[1];
  return [`  ${name}`, ...(profile === undefined ? [] : [`   Profile: ${profile}`])];
}
