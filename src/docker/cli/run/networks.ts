import type { EndpointSettings } from '../../engine/api.ts';
import { CliError } from '../failure.ts';
import type { Flags } from '../parse/flags.ts';
import { type Attachment, blank, parseNetwork } from '../parse/network.ts';

/** The network mode and the seats in networks that `--network`, `--ip`, `--network-alias` … ask for. */
export interface Networks {
  readonly mode: string | undefined;
  readonly endpoints: Readonly<Record<string, Partial<EndpointSettings>>>;
}

const isUserDefined = (name: string): boolean =>
  !['default', 'bridge', 'host', 'none', ''].includes(name) && !name.startsWith('container:');

/** Reads the network flags of run and create. Throws CliError with the CLI's words. */
export function readNetworks(flags: Flags): Networks {
  const attachments = flags.list('network').map(parseNetwork);
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
