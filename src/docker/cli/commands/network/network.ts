import {
  DockerError,
  type EndpointSettings,
  type IpamPool,
  type NetworkSummary,
} from '../../../engine/api.ts';
import { contains, parseIp, parseSubnet } from '../../../engine/networks/ip.ts';
import { contains6, parseIp6, parseSubnet6 } from '../../../engine/networks/ip6.ts';
import type { Call, Command } from '../../call.ts';
import { CliError, daemonText } from '../../failure.ts';
import { readFilters } from '../../filters.ts';
import { labelText, naturally } from '../../format/labels.ts';
import { formatRows, type RowKind, readFormat } from '../../format/table.ts';
import { goTime, shortId } from '../../format/units.ts';
import { quote } from '../../parse/numbers.ts';
import { sliceValues } from '../../parse/slice.ts';
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
    'aux-address': 'full',
    'config-from': 'full',
    'config-only': 'full',
    driver: 'full',
    gateway: 'full',
    ingress: 'full',
    internal: 'full',
    'ip-range': 'full',
    'ipam-driver': 'partial',
    'ipam-opt': 'parsed',
    ipv4: 'full',
    ipv6: 'full',
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
      ...(flags.changed('ipv6') ? { EnableIPv6: flags.bool('ipv6') } : {}),
      ...(flags.bool('config-only') ? { ConfigOnly: true } : {}),
      ...(flags.changed('config-from') ? { ConfigFrom: { Network: flags.string('config-from') } } : {}),
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

/** Is an address (or the first one of a block) in a subnet? */
function isIn(subnet: string, address: string): boolean {
  const bare = address.replace(/\/.*/, '');
  if (subnet.includes(':') || bare.includes(':')) {
    const [block, number] = [parseSubnet6(subnet), parseIp6(bare)];
    return block !== undefined && number !== undefined && contains6(block, number);
  }
  const [block, number] = [parseSubnet(subnet), parseIp(bare)];
  return block !== undefined && number !== undefined && contains(block, number);
}

/**
 * The address pools of `--subnet` with the ranges, gateways and reserved addresses that lie in them (docker/cli's
 * createIPAMConfig, in its order and words).
 */
function readPools(call: Call): IpamPool[] {
  const subnets = sliceValues(call, 'subnet');
  const ranges = sliceValues(call, 'ip-range');
  const gateways = sliceValues(call, 'gateway');
  if (subnets.length < Math.max(ranges.length, gateways.length))
    throw new CliError('every ip-range or gateway must have a corresponding subnet');
  const pools: { Subnet: string; IPRange?: string; Gateway?: string; aux: Record<string, string> }[] = [];
  for (const subnet of subnets) {
    if (pools.some(({ Subnet }) => isIn(Subnet, subnet) || isIn(subnet, Subnet)))
      throw new CliError('multiple overlapping subnet configuration is not supported');
    checkPrefix(subnet);
    pools.push({ Subnet: subnet, aux: {} });
  }
  const place = (
    what: string,
    plural: string,
    of: string,
    field: 'IPRange' | 'Gateway',
    value: string,
  ): void => {
    const fitting = pools.filter(({ Subnet }) => isIn(Subnet, value));
    if (fitting.length === 0) throw new CliError(`no matching subnet for ${what} ${value}`);
    for (const pool of fitting) {
      if (pool[field] !== undefined)
        throw new CliError(
          `cannot configure multiple ${plural} (${value}, ${pool[field]}) ${of} the same subnet (${pool.Subnet})`,
        );
      pool[field] = value;
    }
  };
  for (const range of ranges) place('range', 'ranges', 'on', 'IPRange', range);
  for (const gateway of gateways) place('gateway', 'gateways', 'for', 'Gateway', gateway);
  for (const [name, address] of Object.entries(call.flags.map('aux-address'))) {
    const fitting = pools.filter(({ Subnet }) => isIn(Subnet, address));
    if (fitting.length === 0) throw new CliError(`no matching subnet for aux-address ${address}`);
    for (const pool of fitting) pool.aux[name] = address;
  }
  return pools.map(({ aux, ...pool }) => ({
    ...pool,
    ...(Object.keys(aux).length > 0 ? { AuxiliaryAddresses: aux } : {}),
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

function driverOption(written: string): [string, string] {
  const [key = '', ...rest] = written.split('=');
  if (key === '' || rest.length === 0) throw new CliError('invalid key/value pair format in driver options');
  return [key.trim(), rest.join('=').trim()];
}

/** `docker network connect` */
export const connect: Command = {
  flags: {
    alias: 'full',
    'driver-opt': 'parsed',
    'gw-priority': 'full',
    ip: 'full',
    ip6: 'full',
    link: 'partial',
    'link-local-ip': 'parsed',
  },
  *run(call) {
    const {
      engine,
      flags,
      args: [network = '', container = ''],
    } = call;
    const addresses = {
      ...(flags.changed('ip') ? { IPv4Address: flags.string('ip') } : {}),
      ...(flags.changed('ip6') ? { IPv6Address: flags.string('ip6') } : {}),
      ...(flags.changed('link-local-ip') ? { LinkLocalIPs: sliceValues(call, 'link-local-ip') } : {}),
    };
    const endpoint: Partial<EndpointSettings> = {
      Aliases: sliceValues(call, 'alias'),
      DriverOpts: Object.fromEntries(sliceValues(call, 'driver-opt').map(driverOption)),
      ...(Object.keys(addresses).length > 0 ? { IPAMConfig: addresses } : {}),
      ...(flags.changed('link') ? { Links: flags.list('link') } : {}),
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
