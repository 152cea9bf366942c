import {
  DockerError,
  type EndpointSettings,
  type IpamPool,
  type NetworkSummary,
} from '../../../engine/api.ts';
import type { Call, Command } from '../../call.ts';
import { CliError, daemonText } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { labelText, naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { goTime, shortId } from '../../format/units.ts';
import { quote } from '../../parse/numbers.ts';
import { splitCsv } from '../../parse/validators.ts';
import { confirm } from '../../stream/prompt.ts';

interface Row {
  readonly n: NetworkSummary;
  readonly trunc: boolean;
}

/** docker/cli's network.networkContext. */
const NETWORK_ROWS: RowKind<Row> = {
  goType: '*network.networkContext',
  headers: {
    ID: 'NETWORK ID',
    Name: 'NAME',
    Driver: 'DRIVER',
    Scope: 'SCOPE',
    IPv4: 'IPV4',
    IPv6: 'IPV6',
    Internal: 'INTERNAL',
    Labels: 'LABELS',
    CreatedAt: 'CREATED AT',
  },
  columns: {
    CreatedAt: ({ n }) =>
      goTime(Date.parse(n.Created)).replace(' +0000', `${/\.\d+/.exec(n.Created)?.[0] ?? ''} +0000`),
    Driver: ({ n }) => n.Driver,
    ID: ({ n, trunc }) => (trunc ? shortId(n.Id) : n.Id),
    IPv4: ({ n }) => String(n.EnableIPv4),
    IPv6: ({ n }) => String(n.EnableIPv6),
    Internal: ({ n }) => String(n.Internal),
    Labels: ({ n }) => labelText(n.Labels),
    Name: ({ n }) => n.Name,
    Scope: ({ n }) => n.Scope,
  },
  methods: {
    Label:
      ({ n }) =>
      (label) =>
        n.Labels[String(label)] ?? '',
  },
};

/** `docker network ls` */
export const ls: Command = {
  flags: { filter: 'full', format: 'full', 'no-trunc': 'full', quiet: 'full' },
  *run({ p, engine, flags }) {
    const format = flags.bool('quiet')
      ? { table: false, template: '{{.ID}}' }
      : readFormat(
          flags.string('format'),
          '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
          'network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n',
        );
    const networks = [...engine.networkList(readFilters(flags))].sort((a, b) => naturally(a.Name, b.Name));
    yield* p.print(
      formatRows(
        NETWORK_ROWS,
        format,
        networks.map((n) => ({ n, trunc: !flags.bool('no-trunc') })),
      ),
    );
    return 0;
  },
};

/** `docker network create` */
export const create: Command = {
  flags: {
    attachable: 'parsed',
    'aux-address': 'partial',
    driver: 'full',
    gateway: 'full',
    ingress: 'full',
    internal: 'full',
    'ip-range': 'full',
    'ipam-driver': 'partial',
    'ipam-opt': 'parsed',
    ipv4: 'partial',
    label: 'full',
    opt: 'partial',
    scope: 'parsed',
    subnet: 'full',
  },
  *run(call) {
    const {
      p,
      engine,
      flags,
      args: [name = ''],
    } = call;
    const pools = readPools(call);
    const { Id, Warning } = yield* engine.networkCreate({
      Name: name,
      Driver: flags.string('driver'),
      Internal: flags.bool('internal'),
      Attachable: flags.bool('attachable'),
      Ingress: flags.bool('ingress'),
      ...(flags.changed('ipv4') ? { EnableIPv4: flags.bool('ipv4') } : {}),
      ...(flags.changed('scope') ? { Scope: flags.string('scope') } : {}),
      IPAM: {
        Driver: flags.string('ipam-driver'),
        Options: flags.map('ipam-opt'),
        ...(pools.length > 0 ? { Config: pools } : {}),
      },
      ...(flags.changed('opt') ? { Options: flags.map('opt') } : {}),
      Labels: flags.map('label'),
    });
    if (Warning !== '') yield* p.error(`WARNING: ${Warning}\n`);
    yield* p.print(`${Id}\n`);
    return 0;
  },
};

const values = (call: Call, name: string): string[] =>
  call.flags.list(name).flatMap((item) => splitCsv(item));

/** The address pools of `--subnet`, `--gateway`, `--ip-range`; checked as netip.ParsePrefix does. */
function readPools(call: Call): IpamPool[] {
  const subnets = values(call, 'subnet');
  for (const subnet of subnets) checkPrefix(subnet);
  const ranges = values(call, 'ip-range');
  const gateways = values(call, 'gateway');
  if (subnets.length === 0 && (ranges.length > 0 || gateways.length > 0))
    throw new CliError(
      `no matching subnet for ${ranges.length > 0 ? 'range' : 'gateway'} ${ranges[0] ?? gateways[0] ?? ''}`,
    );
  const auxiliary = call.flags.map('aux-address');
  return subnets.map((subnet, index) => ({
    Subnet: subnet,
    ...(ranges[index] === undefined ? {} : { IPRange: ranges[index] }),
    ...(gateways[index] === undefined ? {} : { Gateway: gateways[index] }),
    ...(index === 0 && Object.keys(auxiliary).length > 0 ? { AuxiliaryAddresses: auxiliary } : {}),
  }));
}

function checkPrefix(text: string): void {
  const fail = (reason: string): never => {
    throw new CliError(`netip.ParsePrefix(${quote(text)}): ${reason}`);
  };
  const slash = text.lastIndexOf('/');
  if (slash < 0) fail("no '/'");
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (/^\d+(\.\d+)+$/.test(address)) {
    const fields = address.split('.');
    if (fields.length !== 4)
      fail(`ParseAddr(${quote(address)}): IPv4 address too ${fields.length < 4 ? 'short' : 'long'}`);
    if (fields.some((field) => Number(field) > 255))
      fail(`ParseAddr(${quote(address)}): IPv4 field has value >255`);
  } else if (!address.includes(':')) fail(`ParseAddr(${quote(address)}): unable to parse IP`);
  if (!/^\d+$/.test(bits)) fail(`bad bits after slash: ${quote(bits)}`);
  if (Number(bits) > (address.includes(':') ? 128 : 32)) fail('prefix length out of range');
}

const INGRESS =
  'WARNING! Before removing the routing-mesh network, make sure all the nodes in your swarm run the same docker engine version. Otherwise, removal may not be effective and functionality of newly create ingress networks will be impaired.\nAre you sure you want to continue?';

/** `docker network rm`: the daemon's errors, then a line about the exit. */
export const remove: Command = {
  flags: { force: 'full' },
  *run({ p, engine, flags, args }) {
    let failed = false;
    for (const name of args) {
      try {
        if (!flags.bool('force') && engine.networkInspect(name).Ingress && !(yield* confirm(p, INGRESS)))
          continue;
        yield* engine.networkRemove(name);
        yield* p.print(`${name}\n`);
      } catch (error) {
        if (!(error instanceof DockerError)) throw error;
        if (flags.bool('force') && error.status === 404) continue;
        yield* p.error(`${daemonText(error)}\n`);
        failed = true;
      }
    }
    if (failed) throw new CliError('exit status 1');
    return 0;
  },
};

/** `docker network connect` */
export const connect: Command = {
  flags: { alias: 'full', 'driver-opt': 'parsed', 'gw-priority': 'parsed', ip: 'full', link: 'partial' },
  *run(call) {
    const {
      engine,
      flags,
      args: [network = '', container = ''],
    } = call;
    const endpoint: Partial<EndpointSettings> = {
      ...(flags.changed('alias') ? { Aliases: values(call, 'alias') } : {}),
      ...(flags.changed('ip') ? { IPAMConfig: { IPv4Address: flags.string('ip') } } : {}),
      ...(flags.changed('link') ? { Links: flags.list('link') } : {}),
      ...(flags.changed('driver-opt') ? { DriverOpts: flags.map('driver-opt') } : {}),
      ...(flags.changed('gw-priority') ? { GwPriority: flags.int('gw-priority') } : {}),
    };
    yield* engine.networkConnect(network, container, endpoint);
    return 0;
  },
};

/** `docker network disconnect` */
export const disconnect: Command = {
  flags: { force: 'full' },
  *run({ engine, flags, args: [network = '', container = ''] }) {
    yield* engine.networkDisconnect(network, container, { force: flags.bool('force') });
    return 0;
  },
};

/** `docker network prune` */
export const prune: Command = {
  flags: { filter: 'full', force: 'full' },
  *run({ p, engine, flags }) {
    if (
      !flags.bool('force') &&
      !(yield* confirm(
        p,
        'WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue?',
      ))
    )
      return 0;
    const { Deleted } = yield* engine.networkPrune(readFilters(flags));
    if (Deleted.length > 0)
      yield* p.print(`Deleted Networks:\n${Deleted.map((name) => `${name}\n`).join('')}\n`);
    return 0;
  },
};
