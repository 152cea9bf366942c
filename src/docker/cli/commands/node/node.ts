import { DockerError, type NodeInspect, type NodeSpec } from '../../../engine/api.ts';
import type { Swarm } from '../../../engine/swarm/swarm.ts';
import type { Sys } from '../../../kernel/wait.ts';
import type { Call, Command } from '../../call.ts';
import { CliError, failureText } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { bytesSize } from '../../format/units.ts';
import { swarmOf } from '../../swarm.ts';
import { inspectAll } from '../inspect.ts';
import { prettyAll, prettyTime } from '../pretty.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** docker/cli's node.nodeContext. */
const NODE_ROWS: RowKind<NodeInspect> = {
  goType: '*node.nodeContext',
  headers: {
    ID: 'ID',
    Self: '',
    Hostname: 'HOSTNAME',
    Status: 'STATUS',
    Availability: 'AVAILABILITY',
    ManagerStatus: 'MANAGER STATUS',
    EngineVersion: 'ENGINE VERSION',
    TLSStatus: 'TLS STATUS',
  },
  columns: {
    Availability: ({ Spec }) => capital(Spec.Availability),
    EngineVersion: ({ Description }) => Description.Engine.EngineVersion,
    Hostname: ({ Description }) => Description.Hostname,
    ID: ({ ID }) => ID,
    ManagerStatus: ({ ManagerStatus }) =>
      ManagerStatus.Leader ? 'Leader' : capital(ManagerStatus.Reachability),
    // The only node is this one.
    Self: () => true,
    Status: ({ Status }) => capital(Status.State),
    TLSStatus: () => 'Ready',
  },
};

const TABLE =
  '{{.ID}} {{if .Self}}*{{else}} {{ end }}\t{{.Hostname}}\t{{.Status}}\t{{.Availability}}\t{{.ManagerStatus}}\t{{.EngineVersion}}';

/** `docker node ls` */
export const ls: Command = {
  flags: { filter: 'full', format: 'full', quiet: 'full' },
  *run(call) {
    const { p, flags } = call;
    const swarm = yield* swarmOf(call);
    const nodes = swarm.nodes(readFilters(flags));
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.ID}}' }
      : readFormat(flags.string('format'), TABLE);
    yield* p.print(formatRows(NODE_ROWS, format, nodes));
    return 0;
  },
};

/** `self` is the node the engine is. */
const nodeOf = (swarm: Swarm, ref: string): NodeInspect =>
  swarm.node(ref === 'self' ? (swarm.nodes()[0]?.ID ?? ref) : ref);

/** `docker node inspect` */
export const inspect: Command = {
  flags: { format: 'full', pretty: 'full' },
  *run(call) {
    const swarm = yield* swarmOf(call);
    const look = (ref: string): NodeInspect => nodeOf(swarm, ref);
    return yield* call.flags.bool('pretty') ? prettyAll(call, look, pretty) : inspectAll(call, look);
  },
};

function pretty(node: NodeInspect): string {
  const { Spec, Description, Status, ManagerStatus } = node;
  const { Engine, Platform, Resources, TLSInfo } = Description;
  const labels = Object.entries(Spec.Labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const plugins = (type: string): string =>
    Engine.Plugins.filter((plugin) => plugin.Type === type)
      .map((plugin) => plugin.Name)
      .join(', ');
  return [
    `ID:\t\t\t${node.ID}`,
    ...(labels.length > 0 ? ['Labels:'] : []),
    ...labels.map(([key, value]) => ` - ${key}${value === '' ? '' : `=${value}`}`),
    `Hostname:              \t${Description.Hostname}`,
    `Joined at:             \t${prettyTime(node.CreatedAt)}`,
    'Status:',
    ` State:\t\t\t${capital(Status.State)}`,
    ` Availability:         \t${capital(Spec.Availability)}`,
    ` Address:\t\t${Status.Addr}`,
    'Manager Status:',
    ` Address:\t\t${ManagerStatus.Addr}`,
    ` Raft Status:\t\t${capital(ManagerStatus.Reachability)}`,
    ` Leader:\t\t${ManagerStatus.Leader ? 'Yes' : 'No'}`,
    'Platform:',
    ` Operating System:\t${Platform.OS}`,
    ` Architecture:\t\t${Platform.Architecture}`,
    'Resources:',
    ` CPUs:\t\t\t${Resources.NanoCPUs / 1e9}`,
    ` Memory:\t\t${bytesSize(Resources.MemoryBytes)}`,
    'Plugins:',
    ` Log:\t\t${plugins('Log')}`,
    ` Network:\t\t${plugins('Network')}`,
    ` Volume:\t\t${plugins('Volume')}`,
    `Engine Version:\t\t${Engine.EngineVersion}`,
    'TLS Info:',
    ' TrustRoot:',
    TLSInfo.TrustRoot,
    ` Issuer Subject:\t${TLSInfo.CertIssuerSubject}`,
    ` Issuer Public Key:\t${TLSInfo.CertIssuerPublicKey}`,
    '',
  ].join('\n');
}

/** Does something with each node; what fails is told at the end. */
function* each(call: Call, act: (swarm: Swarm, ref: string) => Sys<void>): Sys<number> {
  const swarm = yield* swarmOf(call);
  const errors: string[] = [];
  for (const ref of call.args) {
    try {
      yield* act(swarm, ref);
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      errors.push(failureText(error));
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

/** `docker node rm` */
export const remove: Command = {
  flags: { force: 'parsed' },
  run: (call) =>
    each(call, function* (swarm, ref) {
      swarm.removeNode(ref);
      yield* call.p.print(`${ref}\n`);
    }),
};

const role = (wanted: 'manager' | 'worker'): Command => ({
  flags: {},
  *run(call) {
    const { p, args } = call;
    const swarm = yield* swarmOf(call);
    for (const ref of args) {
      const { ID, Spec } = swarm.node(ref);
      if (Spec.Role === wanted) {
        yield* p.print(`Node ${ref} is already a ${wanted}.\n`);
        continue;
      }
      swarm.updateNode(ID, { ...Spec, Role: wanted });
      yield* p.print(
        wanted === 'manager'
          ? `Node ${ref} promoted to a manager in the swarm.\n`
          : `Manager ${ref} demoted in the swarm.\n`,
      );
    }
    return 0;
  },
});

/** `docker node promote` */
export const promote = role('manager');
/** `docker node demote` */
export const demote = role('worker');

/** `docker node update` */
export const update: Command = {
  flags: { availability: 'full', 'label-add': 'full', 'label-rm': 'full', role: 'partial' },
  *run(call) {
    const { p, flags, args } = call;
    const [ref = ''] = args;
    const swarm = yield* swarmOf(call);
    const { ID, Spec } = swarm.node(ref);
    const labels: { [key: string]: string } = { ...Spec.Labels, ...flags.map('label-add') };
    for (const key of flags.list('label-rm')) {
      if (labels[key] === undefined) throw new CliError(`key ${key} doesn't exist in node's labels`);
      delete labels[key];
    }
    const spec: NodeSpec = {
      ...Spec,
      Labels: labels,
      ...(flags.changed('role') ? { Role: flags.string('role') } : {}),
      ...(flags.changed('availability') ? { Availability: flags.string('availability') } : {}),
    };
    swarm.updateNode(ID, spec);
    yield* p.print(`${ref}\n`);
    return 0;
  },
};
