import { describe, expect, it } from 'vitest';
import { formatIp6, linkLocal, parseIp6, parseSubnet6 } from '../../../src/docker/engine/networks/ip6.ts';
import { Session } from '../../../src/shell/session.ts';

/** Runs commands in one session with busybox; the outputs, without the last newline. */
async function outputs(...commands: string[]): Promise<string[]> {
  const session = await Session.create({ seed: 'networks', images: ['busybox'] });
  const out: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await session.run(command);
    out.push((stdout + stderr).trimEnd());
  }
  return out;
}

describe('IPv6 addresses', () => {
  it.each([
    ['fd00:7::99', 'fd00:7::99'],
    ['FD00:0:0:1::0', 'fd00:0:0:1::'],
    ['::1', '::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('%s ⇒ %s', (written, shown) => {
    const number = parseIp6(written);
    expect(number === undefined ? '' : formatIp6(number)).toBe(shown);
  });

  it('are not everything with colons', () => {
    for (const text of ['1::2::3', ':::', '12345::', '1:2:3', '10.0.0.1', 'fd00::g'])
      expect(parseIp6(text)).toBeUndefined();
    expect(parseSubnet6('fd00::/129')).toBeUndefined();
  });

  it('are made of MAC addresses on a link', () => {
    expect(linkLocal('02:42:ac:11:00:02')).toBe('fe80::42:acff:fe11:2');
  });
});

describe('networks with IPv6', () => {
  it('give addresses, names and a way', async () => {
    const [, , seen, own, reached, routes] = await outputs(
      'docker network create --ipv6 --subnet fd00:7::/64 six',
      'docker run -d --name server --network six busybox httpd -f -h /etc',
      'docker inspect server -f "{{.NetworkSettings.Networks.six.GlobalIPv6Address}}"',
      'docker run --rm --network six --ip6 fd00:7::99 busybox ip -6 -o addr show eth0 scope global',
      'docker run --rm --network six busybox sh -c "ping -6 -c 1 server | head -1; wget -qO- http://[fd00:7::2]/hostname | wc -l"',
      'docker run --rm --network six busybox ip -6 route | head -1',
    );
    expect(seen).toBe('fd00:7::2');
    expect(own).toContain('inet6 fd00:7::99/64 scope global');
    expect(reached).toBe('PING server (fd00:7::2): 56 data bytes\n1');
    expect(routes).toContain('fd00:7::/64 dev eth0');
  });

  it('may do without IPv4', async () => {
    const [, shown] = await outputs(
      'docker network create --ipv4=false --ipv6 only',
      'docker run -d --name lone --network only busybox sleep 100 >/dev/null; docker inspect lone -f "[{{.NetworkSettings.Networks.only.IPAddress}}]"; docker network inspect only -f "{{.EnableIPv4}} {{len .IPAM.Config}}"',
    );
    // The text of an address that is none, in Engine 29.
    expect(shown).toBe('[invalid IP]\nfalse 1');
  });
});

describe('options of a bridge', () => {
  it('set packets, names and the address of published ports', async () => {
    const [mtu, prefix, ports, refused] = await outputs(
      'docker network create -o com.docker.network.driver.mtu=1300 small >/dev/null; docker run --rm --network small busybox ip link show eth0 | grep -o "mtu [0-9]*"',
      'docker network create -o com.docker.network.container_iface_prefix=net named >/dev/null; docker run --rm --network named busybox ip -o -4 addr | tail -1 | cut -d" " -f2',
      'docker network create -o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 local >/dev/null; docker run -d --name ported --network local -p 8200:80 busybox sleep 100 >/dev/null; docker port ported',
      'docker network create -o com.docker.network.driver.mtu=many wrong',
    );
    expect([mtu, prefix, ports]).toEqual(['mtu 1300', 'net0', '80/tcp -> 127.0.0.1:8200']);
    expect(refused).toBe(
      'Error response from daemon: failed to parse com.docker.network.driver.mtu value: many (strconv.Atoi: parsing "many": invalid syntax)',
    );
  });
});

describe('a container whose address is taken', () => {
  it('is to be in the network all the same', async () => {
    const [, failed, networks] = await outputs(
      'docker network create --subnet 10.60.0.0/24 back; docker run -d --name db --network back --ip 10.60.0.20 busybox sleep 100; docker run -d --name web busybox sleep 100',
      'docker network connect --ip 10.60.0.20 back web',
      'docker inspect web | jq -c ".[0].NetworkSettings.Networks | keys"',
    );
    expect(failed).toBe('Error response from daemon: Address already in use');
    expect(networks).toBe('["back","bridge"]');
  });
});
