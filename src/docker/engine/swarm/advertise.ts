import { DockerError } from '../error.ts';
import { parseIp } from '../networks/ip.ts';
import type { Rooms } from '../rooms.ts';
import type { SwarmInit } from '../types/swarm.ts';

const EVEN = { device: 'eth0', addresses: ['10.0.2.15'] } as const;

/** The address this node tells others: what was asked for, or the only one it has (daemon/cluster/listen_addr.go). */
export function advertised(rooms: Rooms, request: SwarmInit): string {
  const refuse = (reason: string): DockerError => new DockerError('bad-parameter', { reason });
  const uplink = rooms.daemon.settings.uplink ?? EVEN;
  const devices = new Map(rooms.networks.host.interfaces().map((one) => [one.name, one.ipv4]));
  devices.set(uplink.device, uplink.addresses[0]);
  const listen = request.listenAddr.replace(/:\d+$/, '');
  if (listen !== '' && parseIp(listen) === undefined && !devices.has(listen))
    throw refuse('listen address must be an IP address or network interface (with optional port number)');
  const asked = request.advertiseAddr.replace(/:\d+$/, '');
  if (asked === '0.0.0.0')
    throw refuse(
      'advertise address must be a non-zero IP address or network interface (with optional port number)',
    );
  if (asked !== '') {
    const own = devices.get(asked);
    if (own !== undefined && asked === uplink.device && uplink.addresses.length > 1)
      throw refuse(`interface ${asked} has more than one IPv4 address (${uplink.addresses.join(' and ')})`);
    if (own !== undefined) return own;
    if (parseIp(asked) === undefined)
      throw refuse(
        'advertise address must be a non-zero IP address or network interface (with optional port number)',
      );
    return asked;
  }
  if (parseIp(listen) !== undefined && listen !== '0.0.0.0') return listen;
  const [first, ...more] = uplink.addresses;
  if (first === undefined || more.length > 0)
    throw refuse(
      `could not choose an IP address to advertise since this system has multiple addresses on interface ${uplink.device} (${uplink.addresses.join(' and ')}) - specify one with --advertise-addr`,
    );
  return first;
}
