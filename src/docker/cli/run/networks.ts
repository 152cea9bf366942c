import type { EndpointSettings } from '../../engine/api.ts';
import { CliError } from '../failure.ts';
import type { Flags } from '../parse/flags.ts';
import { splitCsv } from '../parse/validators.ts';

interface Attachment {
  target: string;
  aliases: string[];
  ip: string;
  ip6: string;
  local: readonly string[];
  mac: string;
  priority: number;
  driverOpts: Record<string, string>;
}

/** The network mode and the seats in networks that `--network`, `--ip`, `--network-alias` … ask for. */
export interface Networks {
  readonly mode: string | undefined;
  readonly endpoints: Readonly<Record<string, Partial<EndpointSettings>>>;
}

const isUserDefined = (name: string): boolean =>
  !['default', 'bridge', 'host', 'none', ''].includes(name) && !name.startsWith('container:');

/** Reads the network flags of run and create. Throws CliError with the CLI's words. */
export function readNetworks(flags: Flags): Networks {
  const attachments = flags.list('network').map(readNetwork);
  const [first] = attachments;
  const own = first ?? blank('bridge');
  applyFlags(own, flags);
  const endpoints: Record<string, Partial<EndpointSettings>> = {};
  for (const attachment of first === undefined ? [own] : attachments) {
    if (attachment.target.trim() === '') throw new CliError('no name set for network');
    if (attachment.target in endpoints)
      throw new CliError(`network "${attachment.target}" is specified multiple times`);
    if (attachment.aliases.length > 0 && !isUserDefined(attachment.target))
      throw new CliError('network-scoped aliases are only supported for user-defined networks');
    const links = attachment === own && isUserDefined(own.target) ? flags.list('link') : [];
    const endpoint = settings(attachment, links);
    if (Object.keys(endpoint).length > 0 || attachments.length > 1) endpoints[attachment.target] = endpoint;
  }
  const kinds = new Set(attachments.map((attachment) => isUserDefined(attachment.target)));
  if (kinds.size > 1)
    throw new CliError(
      'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
    );
  return { mode: first?.target, endpoints };
}

/** `appnet`, or `name=appnet,alias=web,ip=10.0.0.2`. */
function readNetwork(written: string): Attachment {
  const out = blank(written);
  if (!/\w+=\w+(,\w+=\w+)*/.test(written)) return out;
  out.target = '';
  for (const field of splitCsv(written)) {
    const at = field.indexOf('=');
    if (at <= 0) throw new CliError(`invalid field ${field}`);
    const key = field.slice(0, at).trim();
    const value = field.slice(at + 1).trim();
    if (key === 'name') out.target = value;
    else if (key === 'alias') out.aliases.push(value);
    else if (key === 'ip') out.ip = value;
    else if (key === 'ip6') out.ip6 = value;
    else if (key === 'link-local-ip') out.local = [...out.local, value];
    else if (key === 'mac-address') out.mac = value;
    else if (key === 'gw-priority') out.priority = Number(value);
    else if (key === 'driver-opt') {
      const [name = '', ...rest] = value.split('=');
      if (rest.length === 0 || name === '')
        throw new CliError('invalid key value pair format in driver options');
      out.driverOpts[name.trim()] = rest.join('=').trim();
    } else throw new CliError(`invalid field key ${key}`);
  }
  if (out.target === '') throw new CliError('network name/id is not specified');
  return out;
}

function applyFlags(own: Attachment, flags: Flags): void {
  const aliases = flags.list('network-alias');
  if (own.aliases.length > 0 && aliases.length > 0)
    throw new CliError('conflicting options: cannot specify both --network-alias and per-network alias');
  if (own.ip !== '' && flags.changed('ip'))
    throw new CliError('conflicting options: cannot specify both --ip and per-network IPv4 address');
  if (own.mac !== '' && flags.changed('mac-address'))
    throw new CliError('conflicting options: cannot specify both --mac-address and per-network MAC address');
  if (aliases.length > 0) own.aliases = [...aliases];
  if (own.ip6 !== '' && flags.changed('ip6'))
    throw new CliError('conflicting options: cannot specify both --ip6 and per-network IPv6 address');
  if (flags.changed('ip')) own.ip = flags.string('ip');
  if (flags.changed('ip6')) own.ip6 = flags.string('ip6');
  if (flags.changed('link-local-ip')) own.local = flags.list('link-local-ip');
  if (flags.changed('mac-address')) own.mac = flags.string('mac-address');
}

function blank(target: string): Attachment {
  return { target, aliases: [], ip: '', ip6: '', local: [], mac: '', priority: 0, driverOpts: {} };
}

function settings(attachment: Attachment, links: readonly string[]): Partial<EndpointSettings> {
  const addresses = {
    ...(attachment.ip === '' ? {} : { IPv4Address: attachment.ip }),
    ...(attachment.ip6 === '' ? {} : { IPv6Address: attachment.ip6 }),
    ...(attachment.local.length === 0 ? {} : { LinkLocalIPs: attachment.local }),
  };
  return {
    ...(attachment.aliases.length > 0 ? { Aliases: attachment.aliases } : {}),
    ...(links.length > 0 ? { Links: links } : {}),
    ...(Object.keys(addresses).length > 0 ? { IPAMConfig: addresses } : {}),
    ...(attachment.mac !== '' ? { MacAddress: attachment.mac } : {}),
    ...(attachment.priority !== 0 ? { GwPriority: attachment.priority } : {}),
    ...(Object.keys(attachment.driverOpts).length > 0 ? { DriverOpts: attachment.driverOpts } : {}),
  };
}
