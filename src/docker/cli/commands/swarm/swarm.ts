import { DockerError, type SwarmSpec } from '../../../engine/api.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command, Support } from '../../call.ts';
import { CliError, failureText, notSimulated } from '../../failure.ts';
import { showHelp } from '../../help.ts';
import { sliceValues } from '../../parse/slice.ts';
import { swarmOf } from '../../swarm.ts';

const SETTINGS: Readonly<Record<string, Support>> = {
  autolock: 'partial',
  'cert-expiry': 'parsed',
  'dispatcher-heartbeat': 'parsed',
  'max-snapshots': 'parsed',
  'snapshot-interval': 'parsed',
  'task-history-limit': 'full',
};

/** `docker swarm init` */
export const init: Command = {
  flags: {
    ...SETTINGS,
    'advertise-addr': 'full',
    availability: 'full',
    'data-path-addr': 'parsed',
    'data-path-port': 'parsed',
    'default-addr-pool': 'full',
    'default-addr-pool-mask-length': 'full',
    'force-new-cluster': 'parsed',
    'listen-addr': 'partial',
  },
  *run(call) {
    const { p, flags } = call;
    const swarm = yield* swarmOf(call);
    const availability = flags.string('availability').toLowerCase();
    const id = yield* swarm.init({
      advertiseAddr: flags.string('advertise-addr'),
      listenAddr: flags.string('listen-addr'),
      autolock: flags.bool('autolock'),
      availability: checkAvailability(availability),
      certExpiry: given(call, 'cert-expiry'),
      heartbeat: given(call, 'dispatcher-heartbeat'),
      snapshotInterval: flags.changed('snapshot-interval') ? flags.int('snapshot-interval') : undefined,
      maxSnapshots: flags.changed('max-snapshots') ? flags.int('max-snapshots') : undefined,
      taskHistory: flags.changed('task-history-limit') ? flags.int('task-history-limit') : undefined,
      addressPools: sliceValues(call, 'default-addr-pool'),
      maskLength: flags.int('default-addr-pool-mask-length'),
      dataPathPort: flags.int('data-path-port'),
    });
    yield* p.print(`Swarm initialized: current node (${id}) is now a manager.\n\n`);
    yield* p.print(joinText(swarm, 'worker'));
    yield* p.print(
      "To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.\n",
    );
    if (flags.bool('autolock')) yield* p.print(unlockText(swarm));
    return 0;
  },
};

function checkAvailability(written: string): string {
  if (!['active', 'pause', 'drain'].includes(written))
    throw new CliError(`invalid availability "${written}", only active, pause and drain are supported`);
  return written;
}

const given = ({ flags }: Call, name: string): number | undefined =>
  flags.changed(name) ? flags.duration(name) : undefined;

function joinText(swarm: Swarm, role: 'worker' | 'manager'): string {
  const { JoinTokens } = swarm.inspect();
  const token = role === 'worker' ? JoinTokens.Worker : JoinTokens.Manager;
  const address = swarm.nodes()[0]?.ManagerStatus.Addr ?? '';
  return `To add a ${role} to this swarm, run the following command:\n\n    docker swarm join --token ${token} ${address}\n\n`;
}

function unlockText(swarm: Swarm): string {
  return `To unlock a swarm manager after it restarts, run the \`docker swarm unlock\`\ncommand and provide the following key:\n\n    ${swarm.unlockKey}\n\nRemember to store this key in a password manager, since without it you\nwill not be able to restart the manager.\n`;
}

/** `docker swarm join`: this machine is the only one, so there is nobody to join. */
export const join: Command = {
  flags: {
    'advertise-addr': 'parsed',
    availability: 'parsed',
    'data-path-addr': 'parsed',
    'listen-addr': 'parsed',
    token: 'partial',
  },
  *run(call): Sys<number> {
    const swarm = yield* swarmOf(call);
    yield* swarm.join(call.flags.string('token'), call.args[0] ?? '');
    return 0;
  },
};

/** `docker swarm leave` */
export const leave: Command = {
  flags: { force: 'full' },
  *run(call) {
    const swarm = yield* swarmOf(call);
    yield* swarm.leave(call.flags.bool('force'));
    yield* call.p.print('Node left the swarm.\n');
    return 0;
  },
};

/** `docker swarm join-token` */
export const joinToken: Command = {
  flags: { quiet: 'full', rotate: 'full' },
  *run(call) {
    const { p, flags, args } = call;
    const [role = ''] = args;
    if (role !== 'worker' && role !== 'manager') throw new CliError(`unknown role ${role}`);
    const swarm = yield* swarmOf(call);
    const { Spec } = swarm.inspect();
    if (flags.bool('rotate')) {
      swarm.update(Spec, role === 'worker' ? { worker: true } : { manager: true });
      if (!flags.bool('quiet')) yield* p.print(`Successfully rotated ${role} join token.\n\n`);
    }
    const { JoinTokens } = swarm.inspect();
    const token = role === 'worker' ? JoinTokens.Worker : JoinTokens.Manager;
    yield* p.print(flags.bool('quiet') ? `${token}\n` : joinText(swarm, role));
    return 0;
  },
};

/** The key is asked for by itself, so its refusal is told so. */
function inspectForKey(swarm: Swarm, rotating: boolean): ReturnType<Swarm['inspect']> {
  try {
    return swarm.inspect();
  } catch (error) {
    if (!(error instanceof DockerError) || rotating) throw error;
    throw new CliError(`could not fetch unlock key: ${failureText(error)}`);
  }
}

/** `docker swarm unlock-key` */
export const unlockKey: Command = {
  flags: { quiet: 'full', rotate: 'full' },
  *run(call) {
    const { p, flags } = call;
    const swarm = yield* swarmOf(call);
    const { Spec } = inspectForKey(swarm, flags.bool('rotate'));
    if (flags.bool('rotate')) {
      if (!Spec.EncryptionConfig.AutoLockManagers)
        throw new CliError('cannot rotate because autolock is not turned on');
      swarm.update(Spec, { unlockKey: true });
      if (!flags.bool('quiet')) yield* p.print('Successfully rotated manager unlock key.\n\n');
    }
    if (swarm.unlockKey === '') throw new CliError('no unlock key is set');
    yield* p.print(flags.bool('quiet') ? `${swarm.unlockKey}\n` : unlockText(swarm));
    return 0;
  },
};

/** `docker swarm unlock`: a manager that never restarts is never locked. */
export const unlock: Command = {
  flags: {},
  *run(call): Sys<number> {
    const swarm = yield* swarmOf(call);
    throw new CliError(`Error: ${swarm.active ? 'swarm is not locked' : 'This node is not part of a swarm'}`);
  },
};

/** `docker swarm update`; without flags its help. */
export const update: Command = {
  flags: SETTINGS,
  *run(call) {
    const { p, flags, command } = call;
    if (flags.names.length === 0) {
      return yield* showHelp(p, call.engine, 1, command);
    }
    const swarm = yield* swarmOf(call);
    const { Spec } = swarm.inspect();
    const before = Spec.EncryptionConfig.AutoLockManagers;
    const spec: SwarmSpec = {
      ...Spec,
      Orchestration: {
        TaskHistoryRetentionLimit: flags.changed('task-history-limit')
          ? flags.int('task-history-limit')
          : Spec.Orchestration.TaskHistoryRetentionLimit,
      },
      Raft: {
        ...Spec.Raft,
        ...(flags.changed('snapshot-interval') ? { SnapshotInterval: flags.int('snapshot-interval') } : {}),
        ...(flags.changed('max-snapshots') ? { KeepOldSnapshots: flags.int('max-snapshots') } : {}),
      },
      Dispatcher: { HeartbeatPeriod: given(call, 'dispatcher-heartbeat') ?? Spec.Dispatcher.HeartbeatPeriod },
      CAConfig: { NodeCertExpiry: given(call, 'cert-expiry') ?? Spec.CAConfig.NodeCertExpiry },
      EncryptionConfig: { AutoLockManagers: flags.changed('autolock') ? flags.bool('autolock') : before },
    };
    swarm.update(spec);
    yield* p.print('Swarm updated.\n');
    if (!before && spec.EncryptionConfig.AutoLockManagers) yield* p.print(unlockText(swarm));
    return 0;
  },
};

/** `docker swarm ca` */
export const ca: Command = {
  flags: {
    'ca-cert': 'partial',
    'ca-key': 'partial',
    'cert-expiry': 'parsed',
    detach: 'full',
    'external-ca': 'partial',
    quiet: 'full',
    rotate: 'partial',
  },
  *run(call) {
    const { p, flags } = call;
    const swarm = yield* swarmOf(call);
    const { Spec } = swarm.inspect();
    const extra = ['ca-cert', 'ca-key', 'cert-expiry', 'external-ca'].find((flag) => flags.changed(flag));
    if (flags.bool('rotate')) {
      if (extra !== undefined && extra !== 'cert-expiry') throw notSimulated(`swarm ca --${extra}`);
      const NodeCertExpiry = given(call, 'cert-expiry') ?? Spec.CAConfig.NodeCertExpiry;
      swarm.rotateCa({ ...Spec, CAConfig: { NodeCertExpiry } });
      if (flags.bool('detach')) return 0;
      if (!flags.bool('quiet'))
        throw notSimulated('the progress of swarm ca --rotate (use --quiet or --detach)');
    } else if (extra !== undefined)
      throw new CliError(`\`--${extra}\` flag requires the \`--rotate\` flag to update the CA`);
    yield* p.print(swarm.inspect().TLSInfo.TrustRoot);
    return 0;
  },
};
